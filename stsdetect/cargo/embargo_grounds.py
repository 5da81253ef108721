"""What points to an embargo: of a ship its flag and its match with a list, of an event also her calls."""

from __future__ import annotations

import polars as pl

from stsdetect.arrays import row_sum
from stsdetect.params import DeliveryParams
from stsdetect.tracks.mmsi import flag_of
from stsdetect.units import MS_PER_H

_FIRM = ("imo", "mmsi")
"""Matches with a list that need no second sign; of a name or of a near IMO number the length must agree."""


def embargo_grounds(
    identity: pl.DataFrame, matches: pl.DataFrame, *, embargoed: tuple[str, ...]
) -> pl.DataFrame:
    """Vessels that used an MMSI of a flag under embargo, or that are listed.

    Parameters
    ----------
    identity : polars.DataFrame
        Validated IDENTITY.
    matches : polars.DataFrame
        WATCHLIST_MATCHES, from `match_watchlist`.
    embargoed : tuple of str
        Flags under embargo, ISO 3166 alpha-3.

    Returns
    -------
    polars.DataFrame
        ``vessel_id``, ``embargoed_flag`` and ``listed`` (bool), sorted; only vessels with either.
    """
    firm = pl.col("kind").is_in(_FIRM) | pl.col("length_agrees").fill_null(value=False)
    listed = matches.filter(firm)["mmsi"]
    ships = identity.select("vessel_id", "mmsi").unique(maintain_order=True)
    flags = pl.Series("flag", flag_of(ships["mmsi"].to_numpy()).tolist(), dtype=pl.String)
    return (
        ships.with_columns(
            embargoed_flag=flags.is_in(embargoed).fill_null(value=False),
            listed=pl.col("mmsi").is_in(listed.implode()),
        )
        .group_by("vessel_id", maintain_order=True)
        .agg(pl.col("embargoed_flag", "listed").any())
        .filter(pl.col("embargoed_flag") | pl.col("listed"))
        .sort("vessel_id", maintain_order=True)
    )


def embargoed_events(
    events: pl.DataFrame,
    features: pl.DataFrame,
    *,
    grounds: pl.DataFrame,
    visits: pl.DataFrame,
    hidden_calls: pl.DataFrame,
    params: DeliveryParams,
) -> pl.Series:
    """Events one of whose ships has grounds of its own, or called at a port under embargo around the event.

    Parameters
    ----------
    events, features : polars.DataFrame
        Validated EVENTS and FEATURES.
    grounds : polars.DataFrame
        From `embargo_grounds`.
    visits, hidden_calls : polars.DataFrame
        Validated PORT_VISITS and HIDDEN_CALLS; of the hidden calls, those that are probable count.
    params : DeliveryParams
        Countries, the least probability of a hidden call, and how many days around the event count.

    Returns
    -------
    polars.Series
        ``event_id``, in the order of `events`.
    """
    hulls = features.select("source_id", "vessel_id_1", "vessel_id_2")
    joined = events.join(hulls, on="source_id", maintain_order="left")
    sides = pl.concat(
        [
            joined.select("event_id", "start_time", "end_time", vessel_id=f"vessel_id_{side}")
            for side in (1, 2)
        ]
    )
    inside = pl.col("country").is_in(params.embargoed_countries).fill_null(value=False)
    probable = row_sum(pl.col("p")) >= params.min_origin_p
    hidden = (
        hidden_calls.filter(inside)
        .group_by("gap_id", "vessel_id", maintain_order=True)
        .agg(time=pl.col("earliest_arrival").min(), probable=probable)
        .filter("probable")
    )
    calls = pl.concat(
        [visits.filter(inside).select("vessel_id", time="start_time"), hidden.select("vessel_id", "time")]
    )
    window = pl.duration(milliseconds=int(params.max_voyage_days * 24 * MS_PER_H))
    around = pl.col("time").is_between(pl.col("start_time") - window, pl.col("end_time") + window)
    called = sides.join(calls, on="vessel_id", maintain_order="left").filter(around)["event_id"]
    own = sides.filter(pl.col("vessel_id").is_in(grounds["vessel_id"].implode()))["event_id"]
    found = pl.concat([called, own]).unique(maintain_order=True)
    return events.filter(pl.col("event_id").is_in(found.implode()))["event_id"]
