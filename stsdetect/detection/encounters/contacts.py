"""Which hulls are within reach of each other at each instant, and how far apart their sides are."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from typing import Any

import numpy as np
import pandas as pd
import polars as pl

from stsdetect.arrays import Floats, Ints
from stsdetect.detection.encounters.outlines import Outlines, draw_pairs, outlines_of
from stsdetect.geo.geodesy import local_offset_m, move
from stsdetect.geo.hull import hull_separation
from stsdetect.geo.neighbours import pairs_within_reach
from stsdetect.params import EncounterParams
from stsdetect.schema import CONTACTS, RESAMPLED, Frame

_ROWS_PER_BLOCK = 50_000
_PAIRS_PER_BLOCK = 20_000


def find_contacts(
    resampled: Frame, *, identity: Frame | None = None, params: EncounterParams | None = None
) -> pd.DataFrame:
    """Find pairs whose hulls could be close together, instant by instant.

    Where size, antenna or heading of a ship is unknown, the gap is the mean over outlines that are plausible
    for its type, and its error is their spread.

    Parameters
    ----------
    resampled : RESAMPLED frame
        Ships at common instants; any cut of time will do, instants are independent.
    identity : IDENTITY frame, optional
        Sizes and types; without them every outline is only plausible.
    params : EncounterParams, optional
        Limits and priors.

    Returns
    -------
    pandas.DataFrame
        CONTACTS: pairs whose gap less twice its error is within ``candidate_hull_gap_m``; with measure
        'distance' pairs whose antennas are within ``max_distance_m``.

    Raises
    ------
    SchemaError
        If a table lacks a column or holds forbidden values.

    Examples
    --------
    >>> find_contacts(RESAMPLED.empty()).empty
    True
    """
    ships, params = RESAMPLED.validate(resampled), params or EncounterParams()
    if params.min_step_s > 0:
        ships = ships.filter(pl.col("timestamp").dt.epoch("ms") % int(params.min_step_s * 1000) == 0)
    ships = ships.sort(RESAMPLED.sort_by, maintain_order=True)
    parts = [_contacts_of_block(block, identity, params) for block in _blocks(ships)]
    return CONTACTS.to_pandas(pl.concat(parts) if parts else CONTACTS.empty())


def _blocks(ships: pl.DataFrame) -> Iterator[pl.DataFrame]:
    """Whole instants, as many as fit into a block."""
    when = ships["timestamp"].to_physical().to_numpy()
    starts = np.concatenate([[0], np.flatnonzero(np.diff(when)) + 1, [len(when)]])
    first = 0
    for start, end in pairwise(starts):
        if end - first > _ROWS_PER_BLOCK and start > first:
            yield ships.slice(first, start - first)
            first = int(start)
    if first < len(when):
        yield ships.slice(first)


def _contacts_of_block(ships: pl.DataFrame, identity: Frame | None, params: EncounterParams) -> pl.DataFrame:
    outlines = outlines_of(ships, identity, params)
    error = ships["position_error_m"].to_numpy()
    if params.measure == "distance":
        reach = np.full(len(error), params.max_distance_m / 2.0)
    else:
        slack = params.candidate_hull_gap_m / 2.0 + 2.0 * np.minimum(error, params.max_gate_error_m)
        reach = outlines.reach_m(params) + slack
    one, two = pairs_within_reach(
        ships["lat"].to_numpy(), ships["lon"].to_numpy(), reach, ships["timestamp"].to_physical().to_numpy()
    )
    mmsi = ships["mmsi"].to_numpy()
    other = mmsi[one] != mmsi[two]
    one, two = one[other], two[other]
    one, two = np.where(mmsi[one] < mmsi[two], one, two), np.where(mmsi[one] < mmsi[two], two, one)
    parts = [
        _measure(ships, outlines, one[k : k + _PAIRS_PER_BLOCK], two[k : k + _PAIRS_PER_BLOCK], params)
        for k in range(0, len(one), _PAIRS_PER_BLOCK)
    ]
    return pl.concat(parts) if parts else CONTACTS.validate(CONTACTS.empty())


def _measure(
    ships: pl.DataFrame, outlines: Outlines, one: Ints, two: Ints, params: EncounterParams
) -> pl.DataFrame:
    """CONTACTS of some pairs; those that are clearly apart are dropped here, before they take memory."""
    lat, lon = ships["lat"].to_numpy(), ships["lon"].to_numpy()
    east, north = local_offset_m(lat[one], lon[one], lat[two], lon[two])
    error = np.hypot(*(ships["position_error_m"].to_numpy()[k] for k in (one, two)))
    gap, gap_error, overlap, abreast = hull_gap(
        outlines.take(one), outlines.take(two), east, north, error, params
    )
    if params.measure == "distance":
        near = np.hypot(east, north) <= params.max_distance_m
    else:
        near = gap - 2.0 * np.minimum(gap_error, params.max_gate_error_m) <= params.candidate_hull_gap_m
    one, two = one[near], two[near]
    mid_lat, mid_lon = move(lat[one], lon[one], east[near] / 2, north[near] / 2)
    age = ships["interp_age_s"].to_numpy()
    sized = np.isfinite(outlines.length_m)
    columns: dict[str, Any] = {"timestamp": ships["timestamp"].gather(one)}
    for side, rows in (("1", one), ("2", two)):
        columns |= {f"{c}_{side}": ships[c].gather(rows) for c in ("mmsi", "segment_id", "sog")}
        columns[f"heading_{side}"] = outlines.heading_deg[rows]
    return CONTACTS.validate(
        pl.DataFrame(
            {
                **columns,
                "hull_gap_m": gap[near],
                "hull_gap_error_m": gap_error[near],
                "overlap_m": overlap[near],
                "abreast": abreast[near],
                "position_error_m": error[near],
                "east_m": east[near],
                "north_m": north[near],
                "lat": mid_lat,
                "lon": mid_lon,
                "sizes_known": sized[one].astype(np.int32) + sized[two],
                "observed": np.maximum(age[one], age[two]) <= params.observed_age_s,
            }
        )
    )


def hull_gap(
    one: Outlines, two: Outlines, east_m: Floats, north_m: Floats, error_m: Floats, params: EncounterParams
) -> tuple[Floats, Floats, Floats, Floats]:
    """Expected gap, its error, expected depth of overlap [m] and share abreast of paired outlines.

    The error joins the spread over plausible outlines, the error of the relative position, and the way a
    half length swings with the error of its heading.
    """
    certain = one.certain() & two.certain()
    met = hull_separation(one.hull(), two.hull(), east_m, north_m)
    gap, overlap, abreast = np.maximum(met.separation_m, 0.0), np.maximum(-met.separation_m, 0.0), met.abreast
    spread = np.zeros_like(gap)
    if not certain.all():
        k = ~certain
        drawn = hull_separation(
            *draw_pairs(one.take(k), two.take(k), params), east_m[k, None], north_m[k, None]
        )
        apart = np.maximum(drawn.separation_m, 0.0)
        gap[k], spread[k] = apart.mean(axis=1), drawn.separation_m.std(axis=1)
        overlap[k] = np.maximum(-drawn.separation_m, 0.0).mean(axis=1)
        abreast[k] = drawn.abreast.mean(axis=1)
    swing = [
        np.nan_to_num(np.deg2rad(o.heading_error_deg) * o.length_m / 2.0) * np.isfinite(o.heading_deg)
        for o in (one, two)
    ]
    return gap, np.sqrt(spread**2 + error_m**2 + swing[0] ** 2 + swing[1] ** 2), overlap, abreast
