"""Approach and departure: where each ship came from before an encounter, and where it went afterwards."""

from __future__ import annotations

import numpy as np
import polars as pl

from stsdetect.arrays import Floats
from stsdetect.geo.angles import wrap360
from stsdetect.geo.geodesy import distance_m, local_offset_m
from stsdetect.params import EncounterParams
from stsdetect.units import MS_PER_H


def with_approach(table: pl.DataFrame, fixes: pl.DataFrame, params: EncounterParams) -> pl.DataFrame:
    """Add where the ships of each spell were in the hours before and after it.

    Each ship is looked up at the instants ``phase_offsets_h`` before the start and after the end: the fix
    nearest in time counts if it lies within ``phase_tolerance_s``. A measure of a ship without such a fix is
    null.

    Parameters
    ----------
    table : polars.DataFrame
        One row per spell: ``mmsi_1``, ``mmsi_2``, ``start_time``, ``end_time``, ``lat``, ``lon``.
    fixes : polars.DataFrame
        ``mmsi``, ``timestamp``, ``lat``, ``lon`` of the ships in `table`.
    params : EncounterParams
        Instants, tolerance, and the least distance from which a visitor comes.

    Returns
    -------
    polars.DataFrame
        `table` with

        - ``approach_from_m``, ``departure_to_m``: greatest distance between the two before and after [m];
        - ``came_from_m_k``, ``went_to_m_k``: distance of ship k's farthest place from the encounter [m];
        - ``came_from_deg_k``, ``went_to_deg_k``: true bearing of that place from the encounter [deg];
        - ``visitor_mmsi``: the ship that came from ``min_visit_m`` or farther while the other was there, null
          if neither or both did.
    """
    fixes = fixes.sort("timestamp", maintain_order=True)
    columns: dict[str, Floats] = {}
    for apart, farthest, anchor, sign in (
        ("approach_from_m", "came_from", "start_time", -1),
        ("departure_to_m", "went_to", "end_time", 1),
    ):
        lat, lon = _places(table, fixes, anchor, sign, params)
        columns[apart] = _largest(distance_m(lat[0], lon[0], lat[1], lon[1]))
        for k, side in enumerate(("1", "2")):
            east, north = local_offset_m(
                table["lat"].to_numpy()[:, None], table["lon"].to_numpy()[:, None], lat[k], lon[k]
            )
            length = np.hypot(east, north)
            columns[f"{farthest}_m_{side}"] = _largest(length)
            columns[f"{farthest}_deg_{side}"] = _at_largest(
                wrap360(np.rad2deg(np.arctan2(east, north))), length
            )
    visitor = _visitor(table, columns["came_from_m_1"], columns["came_from_m_2"], params)
    measured = {name: pl.Series(values, nan_to_null=True) for name, values in columns.items()}
    return table.with_columns(**measured, visitor_mmsi=visitor)


def _places(
    table: pl.DataFrame, fixes: pl.DataFrame, anchor: str, sign: int, params: EncounterParams
) -> tuple[list[Floats], list[Floats]]:
    """Latitudes and longitudes, one array per side of shape (spells, instants), NaN where not received."""
    lat, lon = [], []
    instants = pl.concat(
        table.select(
            "mmsi_1", "mmsi_2", when=pl.col(anchor) + pl.duration(milliseconds=int(sign * h * MS_PER_H))
        )
        for h in params.phase_offsets_h
    ).with_row_index("row")
    shape = (len(params.phase_offsets_h), table.height)
    for side in ("mmsi_1", "mmsi_2"):
        nearest = (
            instants.sort("when", maintain_order=True)
            .join_asof(
                fixes.rename({"mmsi": side}),
                left_on="when",
                right_on="timestamp",
                by=side,
                strategy="nearest",
                tolerance=f"{int(params.phase_tolerance_s)}s",
                check_sortedness=False,
            )
            .sort("row", maintain_order=True)
        )
        lat.append(nearest["lat"].to_numpy().reshape(shape).T)
        lon.append(nearest["lon"].to_numpy().reshape(shape).T)
    return lat, lon


def _visitor(
    table: pl.DataFrame, came_from_1: Floats, came_from_2: Floats, params: EncounterParams
) -> pl.Series:
    host_m = params.min_visit_m * params.max_host_share
    first = (came_from_1 >= params.min_visit_m) & (came_from_2 < host_m)
    second = (came_from_2 >= params.min_visit_m) & (came_from_1 < host_m)
    return table.select(
        visitor_mmsi=pl.when(pl.Series(first)).then("mmsi_1").when(pl.Series(second)).then("mmsi_2")
    )["visitor_mmsi"]


def _largest(values: Floats) -> Floats:
    """Greatest value of each row, NaN where there is none."""
    filled = np.where(np.isnan(values), -np.inf, values).max(axis=1)
    return np.where(np.isfinite(filled), filled, np.nan)


def _at_largest(values: Floats, of: Floats) -> Floats:
    """For each row the value of `values` where `of` is greatest."""
    k = np.where(np.isnan(of), -np.inf, of).argmax(axis=1)
    return np.asarray(values[np.arange(len(k)), k])
