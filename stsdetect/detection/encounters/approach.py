"""Who came to whom, from where, and where each went: the hours before and after a spell."""

from __future__ import annotations

from typing import Any

import numpy as np
import polars as pl

from stsdetect.arrays import Floats
from stsdetect.geo.angles import wrap360
from stsdetect.geo.geodesy import distance_m, local_offset_m
from stsdetect.params import EncounterParams


def with_phases(table: pl.DataFrame, points: pl.DataFrame, params: EncounterParams) -> pl.DataFrame:
    """Add approach, departure and visitor.

    Each ship is looked up at a few instants before and after the spell, at its fix nearest in time, if there
    is one within ``phase_tolerance_s``. What was not seen is null.

    Parameters
    ----------
    table : polars.DataFrame
        One row a spell: ``mmsi_1``, ``mmsi_2``, ``start_time``, ``end_time``, ``lat``, ``lon``.
    points : polars.DataFrame
        ``mmsi``, ``timestamp``, ``lat``, ``lon`` of the ships in `table`.
    params : EncounterParams
        Instants looked at, and how far a visitor comes.

    Returns
    -------
    polars.DataFrame
        With ``approach_from_m``, ``departure_to_m``: the largest distance between the two;
        ``came_from_m_1``, ``came_from_deg_1``, ``went_to_m_1``, ... : the farthest place of each, as distance
        and bearing from the meeting; and ``visitor_mmsi``.
    """
    points = points.sort("timestamp")
    columns: dict[str, Any] = {}
    farthest: dict[str, Floats] = {}
    for apart, way, anchor, sign in (
        ("approach_from_m", "came_from", "start_time", -1),
        ("departure_to_m", "went_to", "end_time", 1),
    ):
        lat, lon = _places(table, points, anchor, sign, params)
        columns[apart] = _largest(distance_m(lat[0], lon[0], lat[1], lon[1]))
        for k, side in enumerate(("1", "2")):
            east, north = local_offset_m(
                table["lat"].to_numpy()[:, None], table["lon"].to_numpy()[:, None], lat[k], lon[k]
            )
            length = np.hypot(east, north)
            columns[f"{way}_m_{side}"] = farthest[f"{way}_{side}"] = _largest(length)
            columns[f"{way}_deg_{side}"] = _at_largest(wrap360(np.rad2deg(np.arctan2(east, north))), length)
    visitor = _visitor(table, farthest["came_from_1"], farthest["came_from_2"], params)
    numbers = {name: pl.Series(values, nan_to_null=True) for name, values in columns.items()}
    return table.with_columns(**numbers, visitor_mmsi=visitor)


def _places(
    table: pl.DataFrame, points: pl.DataFrame, anchor: str, sign: int, params: EncounterParams
) -> tuple[list[Floats], list[Floats]]:
    """Latitudes and longitudes, one array a side of shape (spells, instants), NaN where not seen."""
    lat, lon = [], []
    instants = pl.concat(
        table.select(
            "mmsi_1", "mmsi_2", when=pl.col(anchor) + pl.duration(milliseconds=int(sign * h * 3_600_000))
        )
        for h in params.phase_offsets_h
    ).with_row_index("row")
    shape = (len(params.phase_offsets_h), table.height)
    for side in ("mmsi_1", "mmsi_2"):
        found = (
            instants.sort("when")
            .join_asof(
                points.rename({"mmsi": side}),
                left_on="when",
                right_on="timestamp",
                by=side,
                strategy="nearest",
                tolerance=f"{int(params.phase_tolerance_s)}s",
                check_sortedness=False,
            )
            .sort("row")
        )
        lat.append(found["lat"].to_numpy().reshape(shape).T)
        lon.append(found["lon"].to_numpy().reshape(shape).T)
    return lat, lon


def _visitor(table: pl.DataFrame, from_1: Floats, from_2: Floats, params: EncounterParams) -> pl.Series:
    """The ship that came from afar while the other was there; null where neither or both came."""
    there = params.min_visit_m / 2.0
    first = (from_1 >= params.min_visit_m) & (from_2 < there)
    second = (from_2 >= params.min_visit_m) & (from_1 < there)
    return table.select(
        visitor_mmsi=pl.when(pl.Series(first)).then("mmsi_1").when(pl.Series(second)).then("mmsi_2")
    )["visitor_mmsi"]


def _largest(values: Floats) -> Floats:
    filled = np.where(np.isnan(values), -np.inf, values).max(axis=1)
    return np.where(np.isfinite(filled), filled, np.nan)


def _at_largest(values: Floats, of: Floats) -> Floats:
    k = np.where(np.isnan(of), -np.inf, of).argmax(axis=1)
    return np.asarray(values[np.arange(len(k)), k])
