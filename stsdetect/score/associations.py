"""Who else is about: hulls that a ship lay beside before and after, and hulls at rest around a place."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray
from scipy.spatial import cKDTree

from stsdetect.geo.geodesy import distance_m, ecef_m
from stsdetect.params import ScoreParams
from stsdetect.units import MS_PER_H

_ROWS_AT_ONCE = 1_000  # bounds memory where thousands of ships lie in one anchorage
_NO_VISIT = ("berth", "passing", "towing", "fishing", "anchorage_neighbours")


def partners(ship: pl.DataFrame, encounters: pl.DataFrame, params: ScoreParams) -> pl.DataFrame:
    """How many hulls beside the present one a ship lay alongside within two days; likely contacts only.

    Parameters
    ----------
    ship : polars.DataFrame
        `source_id vessel_id present start_time end_time`, one side of each candidate; `present` is the hull
        of the other side.
    encounters : polars.DataFrame
        Validated ENCOUNTERS.
    params : ScoreParams

    Returns
    -------
    polars.DataFrame
        `source_id n_partners`, without candidates that have none.
    """
    return (
        _with_others(ship, encounters, params, params.partner_window_h)
        .group_by("source_id")
        .agg(n_partners=pl.col("partner").n_unique().cast(pl.Int64))
        .sort("source_id")
    )


def elsewhere(ship: pl.DataFrame, encounters: pl.DataFrame, params: ScoreParams) -> pl.DataFrame:
    """How long within a candidate's time a ship was seen alongside another hull than the present one.

    Parameters
    ----------
    ship, encounters, params
        As for `partners`.

    Returns
    -------
    polars.DataFrame
        `source_id elsewhere_h`, the longest of such contacts, without candidates that have none.
    """
    together = pl.min_horizontal("end_time", "until") - pl.max_horizontal("start_time", "at")
    return (
        _with_others(ship, encounters, params, 0.0)
        .group_by("source_id")
        .agg(elsewhere_h=(together.dt.total_milliseconds() / MS_PER_H).max())
        .filter(pl.col("elsewhere_h") > 0.0)
        .sort("source_id")
    )


def visits(ship: pl.DataFrame, encounters: pl.DataFrame, params: ScoreParams) -> pl.DataFrame:
    """How many hulls a ship went to away from its berth, the present one with them, how far and for how long.

    A boat has a short hull that is often not broadcast, so faint contacts count here as well.

    Parameters
    ----------
    ship, encounters, params
        As for `partners`.

    Returns
    -------
    polars.DataFrame
        `source_id n_visited visit_median_h visit_spread_m`, without candidates that have none.
    """
    possible = encounters.filter(
        (pl.col("p_contact") >= params.min_visit_p_contact)
        & ~pl.col("category").is_in(_NO_VISIT).fill_null(False)
    )
    east = (pl.col("lon") - pl.col("lon").first() + 180.0) % 360.0  # no seam at the dateline
    found = (
        _contacts_around(ship, possible, params.visit_window_h)
        .group_by("source_id")
        .agg(
            n_visited=pl.col("partner").n_unique().cast(pl.Int64),
            visit_median_h=pl.col("contact_h").median(),
            south=pl.col("lat").min(),
            north=pl.col("lat").max(),
            width=east.max() - east.min(),
        )
        .sort("source_id")
    )
    spread = distance_m(found["south"], 0.0, found["north"], found["width"])
    return found.select(
        "source_id", "n_visited", "visit_median_h", visit_spread_m=pl.Series(spread, dtype=pl.Float64)
    )


def ships_at_rest(rows: pl.DataFrame, stays: pl.DataFrame, params: ScoreParams) -> pl.Series:
    """How many other hulls stayed within `params.queue_radius_m` of a place at the time of an event.

    Parameters
    ----------
    rows : polars.DataFrame
        `lat lon start_time end_time vessel_id_1 vessel_id_2` of each candidate.
    stays : polars.DataFrame
        Validated LOITERING.
    params : ScoreParams

    Returns
    -------
    polars.Series
        `n_at_rest`, in the order of `rows`.
    """
    counts = np.zeros(rows.height, dtype=np.int64)
    if rows.height and stays.height:
        for k, n in _counted(rows, stays, params.queue_radius_m):
            counts[k] = n
    return pl.Series("n_at_rest", counts)


def _counted(
    rows: pl.DataFrame, stays: pl.DataFrame, radius_m: float
) -> Iterator[tuple[NDArray[Any], NDArray[Any]]]:
    tree = cKDTree(ecef_m(stays["lat"].to_numpy(), stays["lon"].to_numpy()))
    places = ecef_m(rows["lat"].to_numpy(), rows["lon"].to_numpy())
    at = rows.select("start_time", "end_time", "vessel_id_1", "vessel_id_2").with_row_index("row")
    stay = stays.select("vessel_id", from_="start_time", to_="end_time")
    for first in range(0, rows.height, _ROWS_AT_ONCE):
        near = tree.query_ball_point(places[first : first + _ROWS_AT_ONCE], radius_m)
        sizes = np.array([np.size(n) for n in near], dtype=np.int64)
        hit = np.concatenate([np.asarray(n, dtype=np.int64) for n in near])
        pairs = pl.concat(
            [at[np.repeat(np.arange(first, first + len(near)), sizes)], stay[hit]], how="horizontal"
        )
        found = (
            pairs.filter(
                (pl.col("from_") < pl.col("end_time"))
                & (pl.col("to_") > pl.col("start_time"))
                & (pl.col("vessel_id") != pl.col("vessel_id_1"))
                & (pl.col("vessel_id") != pl.col("vessel_id_2"))
            )
            .group_by("row")
            .agg(pl.col("vessel_id").n_unique())
        )
        yield found["row"].to_numpy(), found["vessel_id"].to_numpy()


def _with_others(
    ship: pl.DataFrame, encounters: pl.DataFrame, params: ScoreParams, window_h: float
) -> pl.DataFrame:
    """Likely contacts of a candidate's ship with other hulls than the present one."""
    likely = encounters.filter(pl.col("p_contact") >= params.min_partner_p_contact)
    return _contacts_around(ship, likely, window_h).filter(pl.col("partner") != pl.col("present"))


def _contacts_around(ship: pl.DataFrame, encounters: pl.DataFrame, window_h: float) -> pl.DataFrame:
    """Contacts of a candidate's ship that touch the window around it."""
    window = pl.duration(milliseconds=int(window_h * MS_PER_H))
    other = encounters.filter(~pl.col("same_hull_suspected"))
    both = pl.concat(
        [
            other.select(
                vessel_id=f"vessel_id_{a}",
                partner=f"vessel_id_{b}",
                at="start_time",
                until="end_time",
                contact_h="duration_h",
                lat="lat",
                lon="lon",
            )
            for a, b in ((1, 2), (2, 1))
        ]
    )
    return ship.join(both, on="vessel_id").filter(
        (pl.col("at") <= pl.col("end_time") + window) & (pl.col("until") >= pl.col("start_time") - window)
    )
