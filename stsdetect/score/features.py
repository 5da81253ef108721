"""Everything that the score looks at, gathered for each candidate: one row an encounter or dark encounter."""

from __future__ import annotations

import numpy as np
import pandas as pd
import polars as pl

from stsdetect.context.attach import attach_places
from stsdetect.context.layers import Context
from stsdetect.geo.sun import solar_hour, sun_altitude_deg
from stsdetect.lists.watchlist import match_watchlist
from stsdetect.params import ContextParams, ScoreParams
from stsdetect.schema import (
    DARK_ENCOUNTERS,
    ENCOUNTERS,
    FEATURES,
    GAPS,
    IDENTITY,
    LOITERING,
    SEGMENTS,
    STATIC,
    Frame,
)
from stsdetect.score.associations import elsewhere, partners, ships_at_rest, visits
from stsdetect.score.category import gap_weight
from stsdetect.tracks.mmsi import NO_MID, flag_of, mid_of
from stsdetect.units import MS_PER_H, MS_PER_S

_INSTANTS = 49  # at which the sun is looked at
_LIST_ORDER = {"imo": 0, "mmsi": 1, "name": 2, "near_imo": 3, "near_name": 4}


def build_features(
    encounters: Frame,
    *,
    dark_encounters: Frame | None = None,
    gaps: Frame | None = None,
    identity: Frame | None = None,
    static: Frame | None = None,
    segments: Frame | None = None,
    loitering: Frame | None = None,
    context: Context,
    params: ScoreParams | None = None,
    context_params: ContextParams | None = None,
) -> pd.DataFrame:
    """Gather what is known of each candidate: its geometry, ships, silences, place, hour, draughts and lists.

    Parameters
    ----------
    encounters : ENCOUNTERS frame
    dark_encounters, gaps, identity, static, segments, loitering : frames of these tables, optional
        What is absent counts as not known.
    context : Context
        Places and watchlist, from `load_context`.
    params : ScoreParams, optional
        How far around an event to look.
    context_params : ContextParams, optional
        How alike a name or length must be to one on the watchlist.

    Returns
    -------
    pandas.DataFrame
        FEATURES, one row a candidate.

    Raises
    ------
    SchemaError
        When a table lacks a column or holds what it may not.

    Examples
    --------
    >>> from stsdetect.context import load_context
    >>> len(build_features(ENCOUNTERS.empty(), context=load_context()))
    0
    """
    params = params or ScoreParams()

    open_ = ENCOUNTERS.optional(encounters)
    dark = DARK_ENCOUNTERS.optional(dark_encounters)
    silences, names = GAPS.optional(gaps), IDENTITY.optional(identity)
    reports, stays = STATIC.optional(static), LOITERING.optional(loitering)
    tracks = SEGMENTS.optional(segments)
    rows = pl.concat([_from_encounters(open_), _from_dark(dark, silences, stays)], how="diagonal")
    if rows.is_empty():
        return FEATURES.empty()
    matches = pl.DataFrame(match_watchlist(names, context.watchlist, params=context_params))
    ports = _port_calls(stays, tracks, context)
    for side, other in (("_1", "_2"), ("_2", "_1")):
        ship = rows.select(
            "source_id",
            "start_time",
            "end_time",
            mmsi=f"mmsi{side}",
            vessel_id=f"vessel_id{side}",
            present=f"vessel_id{other}",
        )
        found = [
            _identity(ship, names),
            _identity_changes(ship, names, params),
            _silence(ship, silences, params),
            partners(ship, open_, params),
            elsewhere(ship, open_, params),
            visits(ship, open_, params),
            _calls(ship, ports),
            _destination(ship, reports),
            _listed(ship, matches),
        ]
        for columns in found:
            rows = rows.join(
                columns.rename({c: c + side for c in columns.columns if c != "source_id"}),
                on="source_id",
                how="left",
                maintain_order="left",
            )
        number = rows[f"mmsi{side}"].to_numpy()
        rows = rows.with_columns(
            pl.Series(f"mid{side}", mid_of(number)).replace(NO_MID, None),
            pl.Series(f"flag{side}", flag_of(number).tolist(), dtype=pl.String),
            pl.Series(f"known_by_text_id{side}", number < 0),
        )
    places = pl.DataFrame(attach_places(rows["lat"].to_numpy(), rows["lon"].to_numpy(), context=context))
    rows = rows.with_columns(ships_at_rest(rows, stays, params))
    return FEATURES.to_pandas(pl.concat([rows, places, _light(rows, params)], how="horizontal"))


def _from_encounters(encounters: pl.DataFrame) -> pl.DataFrame:
    """A raft with a dredger in it is there for sand, the barges on either side of it as well."""
    dredged = (pl.col("category") == "dredging").any().over("group_id") & pl.col("group_id").is_not_null()
    category = pl.when((pl.col("category") == "transfer") & dredged).then(pl.lit("dredging"))
    return encounters.with_columns(
        geometry_category=category.otherwise("category"), event_type=pl.lit("encounter")
    ).rename({"encounter_id": "source_id"})


def _from_dark(dark: pl.DataFrame, gaps: pl.DataFrame, stays: pl.DataFrame) -> pl.DataFrame:
    """A dark candidate: what is observed of it is the stay of the ship that was seen."""
    seen = stays.select(loiter_id_2="loiter_id", observed_fraction="observed_fraction")
    across = gaps.select(gap_id_1="gap_id", draught_change_m_1="draught_change_m", can_judge_1="can_judge")
    also = gaps.select(gap_id_2="gap_id", can_judge_2="can_judge")
    return (
        dark.join(seen, on="loiter_id_2", how="left", maintain_order="left")
        .join(across, on="gap_id_1", how="left", maintain_order="left")
        .join(also, on="gap_id_2", how="left", maintain_order="left")
        .rename({"dark_id": "source_id", "kind": "dark_kind"})
        .with_columns(
            event_type=pl.lit("dark_encounter"),
            gap_judged=pl.all_horizontal(pl.col("can_judge_1", "can_judge_2").fill_null(True)),
            duration_h=_hours(pl.col("end_time") - pl.col("start_time")),
            same_hull_suspected=pl.lit(False),
        )
    )


def _light(rows: pl.DataFrame, params: ScoreParams) -> pl.DataFrame:
    start = rows["start_time"].dt.epoch("ms").to_numpy() / MS_PER_S
    end = rows["end_time"].dt.epoch("ms").to_numpy() / MS_PER_S
    lat, lon = rows["lat"].to_numpy(), rows["lon"].to_numpy()
    instants = start[:, None] + (end - start)[:, None] * np.linspace(0.0, 1.0, _INSTANTS)[None, :]
    down = sun_altitude_deg(instants, lat[:, None], lon[:, None]) < params.night_sun_altitude_deg
    return pl.DataFrame({"night_share": down.mean(axis=1), "local_start_h": solar_hour(start, lon)})


def _identity(ship: pl.DataFrame, names: pl.DataFrame) -> pl.DataFrame:
    """The spell of the number that overlaps the event longest, or else lies nearest to it."""
    spells = names.rename({"start_time": "from_", "end_time": "to_"}).drop("vessel_id")
    overlap = pl.min_horizontal("end_time", "to_") - pl.max_horizontal("start_time", "from_")
    best = (
        ship.join(spells, on="mmsi")
        .with_columns(overlap=overlap)
        .sort("source_id", "overlap", "n_reports", "from_", descending=[False, True, True, True])
        .unique("source_id", keep="first", maintain_order=True)
    )
    return best.select(
        "source_id", "imo", "imo_valid", "callsign", "shipname", "ship_type", "length_m", "ais_class",
        "shared_mmsi",
    )  # fmt: skip


def _identity_changes(ship: pl.DataFrame, names: pl.DataFrame, params: ScoreParams) -> pl.DataFrame:
    """What one hull called itself differently within the hours around the event; nulls are no change."""
    window = pl.duration(seconds=int(params.identity_window_h * 3600))
    spells = names.select(
        "vessel_id",
        from_="start_time",
        to_="end_time",
        name="shipname",
        imo="imo",
        callsign="callsign",
        number="mmsi",
    )
    near = (
        ship.rename({"mmsi": "mmsi_"})
        .join(spells, on="vessel_id")
        .filter(
            (pl.col("from_") <= pl.col("end_time") + window)
            & (pl.col("to_") >= pl.col("start_time") - window)
        )
        .sort("source_id", "from_")
    )
    labels = {"name": "name", "imo": "IMO number", "callsign": "call sign", "number": "MMSI"}
    counts = near.group_by("source_id", maintain_order=True).agg(
        *(pl.col(c).drop_nulls().n_unique().alias(f"n_{c}") for c in labels),
        pl.concat_str(
            pl.col("name").drop_nulls().first().fill_null("no name"),
            pl.lit(", IMO "),
            pl.col("imo").drop_nulls().first().cast(pl.String).fill_null("none"),
            pl.lit(", MMSI "),
            pl.col("number").first().cast(pl.String),
        ).alias("identity_before"),
    )
    changed = pl.concat_str(
        [pl.when(pl.col(f"n_{c}") > 1).then(pl.lit(text)) for c, text in labels.items()],
        separator=", ",
        ignore_nulls=True,
    )
    return (
        counts.with_columns(identity_changed=changed)
        .filter(pl.col("identity_changed") != "")
        .select("source_id", "identity_changed", "identity_before")
    )


def _silence(ship: pl.DataFrame, gaps: pl.DataFrame, params: ScoreParams) -> pl.DataFrame:
    """The weightiest silence of the hull near the event; outages and stays in port do not count."""
    quiet = gaps.filter(~pl.col("feed_outage") & ~pl.col("in_port") & pl.col("can_judge")).select(
        "vessel_id",
        "gap_id",
        from_="start_time",
        to_=pl.coalesce("end_time", pl.col("start_time") + _span_of_hours(pl.col("duration_h"))),
        gap_open=pl.col("end_time").is_null(),
        gap_p_off="p_off",
        gap_h="duration_h",
        gap_n_neighbours="n_neighbours",
    )
    before, after = pl.col("start_time") - pl.col("to_"), pl.col("from_") - pl.col("end_time")
    when = (
        pl.when(before >= pl.duration())
        .then(pl.lit("before"))
        .when(after >= pl.duration())
        .then(pl.lit("after"))
    )
    return (
        ship.join(quiet, on="vessel_id")
        .with_columns(
            gap_when=when.otherwise(pl.lit("during")),
            gap_apart_h=_hours(pl.max_horizontal(before, after)).clip(lower_bound=0.0),
        )
        .filter(pl.col("gap_apart_h") <= params.gap_window_h)
        .with_columns(weight=gap_weight("", params))
        .sort("source_id", "weight", "gap_h", "gap_id", descending=[False, True, True, False])
        .unique("source_id", keep="first", maintain_order=True)
        .select("source_id", pl.selectors.starts_with("gap_") - pl.selectors.by_name("gap_id"))
    )


def _port_calls(stays: pl.DataFrame, tracks: pl.DataFrame, context: Context) -> pl.DataFrame:
    """When hulls were seen in port: stays, and the first and last fix of each track."""
    seen = pl.concat(
        [
            stays.select("vessel_id", "lat", "lon", at="start_time"),
            tracks.select("vessel_id", at="start_time", lat="start_lat", lon="start_lon"),
            tracks.select("vessel_id", at="end_time", lat="end_lat", lon="end_lon"),
        ],
        how="diagonal",
    )
    places = attach_places(seen["lat"].to_numpy(), seen["lon"].to_numpy(), context=context)
    return (
        seen.with_columns(port=places["port_name"])
        .filter(pl.col("port").is_not_null())
        .select("vessel_id", "at", "port")
    )


def _calls(ship: pl.DataFrame, ports: pl.DataFrame) -> pl.DataFrame:
    calls = ship.join(ports, on="vessel_id").sort("source_id", "at")
    before = (
        calls.filter(pl.col("at") < pl.col("start_time"))
        .group_by("source_id")
        .agg(previous_port=pl.col("port").last())
    )
    after = (
        calls.filter(pl.col("at") > pl.col("end_time"))
        .group_by("source_id")
        .agg(next_port=pl.col("port").first())
    )
    return before.join(after, on="source_id", how="full", coalesce=True).sort("source_id")


def _destination(ship: pl.DataFrame, reports: pl.DataFrame) -> pl.DataFrame:
    said = reports.select("mmsi", "destination", at="timestamp").drop_nulls("destination")
    return (
        ship.join(said, on="mmsi")
        .filter(pl.col("at") <= pl.col("end_time"))
        .sort("source_id", "at", "destination")
        .group_by("source_id", maintain_order=True)
        .agg(pl.col("destination").last())
    )


def _listed(ship: pl.DataFrame, matches: pl.DataFrame) -> pl.DataFrame:
    """The strongest likeness to a listed ship."""
    # A near IMO number on a hull of the same length says more than a name.
    same_length = (pl.col("kind") == "near_imo") & pl.col("length_agrees").fill_null(False)
    order = (
        pl.when(same_length)
        .then(1)
        .otherwise(pl.col("kind").replace_strict(_LIST_ORDER, return_dtype=pl.Int32))
    )
    return (
        ship.join(matches, on="mmsi")
        .with_columns(order=order)
        .sort("source_id", "order", "similarity", "listed", descending=[False, False, True, False])
        .unique("source_id", keep="first", maintain_order=True)
        .select(
            "source_id",
            list_kind="kind",
            list_observed="observed",
            list_listed="listed",
            list_name="listed_name",
            list_source="list",
            list_similarity="similarity",
            list_length_agrees="length_agrees",
        )
    )


def _hours(span: pl.Expr) -> pl.Expr:
    return span.dt.total_milliseconds() / MS_PER_H


def _span_of_hours(hours: pl.Expr) -> pl.Expr:
    return pl.duration(milliseconds=(hours * MS_PER_H).round().cast(pl.Int64))
