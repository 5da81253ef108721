"""Associations: other hulls that a vessel lay beside around an event, and ships at rest around its place.

`ship` is one side of each candidate, as in `stsdetect.score.ship_features`; `partner_id` is the hull of the
other side.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import polars as pl

from stsdetect.arrays import Ints
from stsdetect.geo.angles import recentred_lon
from stsdetect.geo.geodesy import distance_m, ecef_m
from stsdetect.geo.neighbours import pairs_within
from stsdetect.params import ScoreParams
from stsdetect.units import MS_PER_H

_ROWS_PER_BLOCK = 1_000  # bounds the memory where thousands of ships lie in one anchorage
_NOT_A_VISIT = ("berth", "passing", "towing", "fishing", "anchorage_neighbours")


def partners(ship: pl.DataFrame, encounters: pl.DataFrame, params: ScoreParams) -> pl.DataFrame:
    """How many hulls other than the present partner a vessel was in likely contact with.

    Parameters
    ----------
    ship : polars.DataFrame
        `source_id vessel_id partner_id start_time end_time`, n rows.
    encounters : polars.DataFrame
        Validated ENCOUNTERS.
    params : ScoreParams
        `partner_window_h` before and after, `min_partner_p_contact`.

    Returns
    -------
    polars.DataFrame
        `source_id n_partners`; candidates without any are missing.
    """
    return (
        _contacts_with_others(ship, encounters, params, params.partner_window_h)
        .group_by("source_id", maintain_order=True)
        .agg(n_partners=pl.col("other_id").n_unique().cast(pl.Int64))
        .sort("source_id", maintain_order=True)
    )


def repeats(rows: pl.DataFrame, encounters: pl.DataFrame, params: ScoreParams) -> pl.DataFrame:
    """How many other times the two vessels of a candidate came alongside each other around it.

    Parameters
    ----------
    rows : polars.DataFrame
        `source_id vessel_id_1 vessel_id_2 start_time end_time`, n candidates.
    encounters : polars.DataFrame
        Validated ENCOUNTERS.
    params : ScoreParams
        `partner_window_h` before and after, `min_partner_p_contact`, `shuttle_apart_m`.

    Returns
    -------
    polars.DataFrame
        `source_id n_repeats`; candidates without any are missing. Counted are contacts before and after
        which the two were seen apart.
    """
    sides = ["vessel_id_1", "vessel_id_2"]
    pair = {"vessel_a": pl.min_horizontal(*sides), "vessel_b": pl.max_horizontal(*sides)}
    apart = pl.min_horizontal("approach_from_m", "departure_to_m") >= params.shuttle_apart_m
    known = pl.col("approach_from_m").is_not_null() & pl.col("departure_to_m").is_not_null()
    others = encounters.filter(
        known & apart & (pl.col("p_contact") >= params.min_partner_p_contact) & ~pl.col("same_hull_suspected")
    ).select(**pair, since="start_time", until="end_time")
    window = _span(params.partner_window_h)
    return (
        rows.drop_nulls("vessel_id_2")
        .select("source_id", "start_time", "end_time", **pair)
        .join(others, on=["vessel_a", "vessel_b"], maintain_order="left")
        .filter(
            pl.col("since").is_between(pl.col("end_time"), pl.col("end_time") + window)
            | pl.col("until").is_between(pl.col("start_time") - window, pl.col("start_time"))
        )
        .group_by("source_id", maintain_order=True)
        .agg(n_repeats=pl.len().cast(pl.Int64))
    )


def elsewhere(ship: pl.DataFrame, encounters: pl.DataFrame, params: ScoreParams) -> pl.DataFrame:
    """How long during a candidate a vessel was observed alongside a third hull.

    Parameters
    ----------
    ship, encounters, params
        As for `partners`.

    Returns
    -------
    polars.DataFrame
        `source_id elsewhere_h` [h], the longest of such contacts; candidates without any are missing.
    """
    together = pl.min_horizontal("end_time", "until") - pl.max_horizontal("start_time", "since")
    return (
        _contacts_with_others(ship, encounters, params, 0.0)
        .group_by("source_id", maintain_order=True)
        .agg(elsewhere_h=(together.dt.total_milliseconds() / MS_PER_H).max())
        .filter(pl.col("elsewhere_h") > 0.0)
        .sort("source_id", maintain_order=True)
    )


def visits(ship: pl.DataFrame, encounters: pl.DataFrame, params: ScoreParams) -> pl.DataFrame:
    """Visits of a vessel away from berths, the present one included: how many, how long and how far apart.

    Service craft are short and often broadcast no size, so contacts of low probability count here as well.

    Parameters
    ----------
    ship, encounters : polars.DataFrame
        As for `partners`.
    params : ScoreParams
        `visit_window_h` before and after, `service_window_h` around the candidate, `min_visit_p_contact`.

    Returns
    -------
    polars.DataFrame
        `source_id n_visited n_visited_day visit_median_h [h] visit_spread_m [m]`; candidates without any are
        missing. `n_visited_day` counts those within half of `service_window_h` before and after. The spread
        is the diagonal of the box around the places.
    """
    possible = encounters.filter(
        (pl.col("p_contact") >= params.min_visit_p_contact)
        & ~pl.col("category").is_in(_NOT_A_VISIT).fill_null(value=False)
    )
    east = recentred_lon(pl.col("lon"), pl.col("lon").first())
    half = _span(params.service_window_h / 2.0)
    same_day = (pl.col("since") <= pl.col("end_time") + half) & (
        pl.col("until") >= pl.col("start_time") - half
    )
    found = (
        _contacts_around(ship, possible, params.visit_window_h)
        .group_by("source_id", maintain_order=True)
        .agg(
            n_visited=pl.col("other_id").n_unique().cast(pl.Int64),
            n_visited_day=pl.col("other_id").filter(same_day).n_unique().cast(pl.Int64),
            visit_median_h=pl.col("contact_h").median(),
            south=pl.col("lat").min(),
            north=pl.col("lat").max(),
            width=east.max() - east.min(),
        )
        .sort("source_id", maintain_order=True)
    )
    spread = distance_m(found["south"], 0.0, found["north"], found["width"])
    return found.select(
        "source_id",
        "n_visited",
        "n_visited_day",
        "visit_median_h",
        visit_spread_m=pl.Series(spread, dtype=pl.Float64),
    )


def ships_at_rest(rows: pl.DataFrame, loitering: pl.DataFrame, params: ScoreParams) -> pl.Series:
    """How many other hulls loitered around the place of each candidate at its time.

    Parameters
    ----------
    rows : polars.DataFrame
        `lat lon start_time end_time vessel_id_1 vessel_id_2` of each candidate, n rows.
    loitering : polars.DataFrame
        Validated LOITERING.
    params : ScoreParams
        `queue_radius_m`.

    Returns
    -------
    polars.Series
        `n_at_rest`, n values in the order of `rows`.
    """
    counts = np.zeros(rows.height, dtype=np.int64)
    for block, n in _counts_per_block(rows, loitering, params.queue_radius_m):
        counts[block] = n
    return pl.Series("n_at_rest", counts)


def _counts_per_block(
    rows: pl.DataFrame, loitering: pl.DataFrame, radius_m: float
) -> Iterator[tuple[Ints, Ints]]:
    """Row numbers of candidates with ships at rest around them, and how many; a block of rows at a time."""
    stops_xyz = ecef_m(loitering["lat"].to_numpy(), loitering["lon"].to_numpy())
    places_xyz = ecef_m(rows["lat"].to_numpy(), rows["lon"].to_numpy())
    candidates = rows.select("start_time", "end_time", "vessel_id_1", "vessel_id_2").with_row_index("row")
    stops = loitering.select("vessel_id", since="start_time", until="end_time")
    for first in range(0, rows.height, _ROWS_PER_BLOCK):
        row, stop = pairs_within(stops_xyz, places_xyz[first : first + _ROWS_PER_BLOCK], radius_m)
        pairs = pl.concat([candidates[first + row], stops[stop]], how="horizontal")
        found = (
            pairs.filter(
                (pl.col("since") < pl.col("end_time"))
                & (pl.col("until") > pl.col("start_time"))
                & (pl.col("vessel_id") != pl.col("vessel_id_1"))
                & pl.col("vessel_id").ne_missing(pl.col("vessel_id_2"))
            )
            .group_by("row", maintain_order=True)
            .agg(pl.col("vessel_id").n_unique())
        )
        yield found["row"].to_numpy().astype(np.int64), found["vessel_id"].to_numpy().astype(np.int64)


def _contacts_with_others(
    ship: pl.DataFrame, encounters: pl.DataFrame, params: ScoreParams, window_h: float
) -> pl.DataFrame:
    """Likely contacts of a candidate's vessel with hulls other than the present partner."""
    likely = encounters.filter(pl.col("p_contact") >= params.min_partner_p_contact)
    return _contacts_around(ship, likely, window_h).filter(
        pl.col("other_id").ne_missing(pl.col("partner_id"))
    )


def _contacts_around(ship: pl.DataFrame, encounters: pl.DataFrame, window_h: float) -> pl.DataFrame:
    """Contacts of a candidate's vessel that overlap the window around it, from the vessel's side."""
    window = _span(window_h)
    two_hulls = encounters.filter(~pl.col("same_hull_suspected"))
    both_sides = pl.concat(
        [
            two_hulls.select(
                vessel_id=f"vessel_id_{a}",
                other_id=f"vessel_id_{b}",
                since="start_time",
                until="end_time",
                contact_h="duration_h",
                lat="lat",
                lon="lon",
            )
            for a, b in ((1, 2), (2, 1))
        ]
    )
    return ship.join(both_sides, on="vessel_id", maintain_order="left").filter(
        (pl.col("since") <= pl.col("end_time") + window) & (pl.col("until") >= pl.col("start_time") - window)
    )


def _span(hours: float) -> pl.Expr:
    return pl.duration(milliseconds=int(hours * MS_PER_H))
