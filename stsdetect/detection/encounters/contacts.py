"""Contacts: pairs of ships whose hulls may be close together at one instant, and the gap between them."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from typing import NamedTuple

import numpy as np
import polars as pl

from stsdetect.arrays import Bools, Floats, Ints
from stsdetect.detection.encounters.outlines import Outlines, draw_pairs, outlines_of
from stsdetect.geo.crowds import cell_of
from stsdetect.geo.geodesy import local_offset_m, move
from stsdetect.geo.hull import hull_separation
from stsdetect.geo.neighbours import pairs_within_reach
from stsdetect.params import EncounterParams
from stsdetect.schema import CONTACTS, RESAMPLED
from stsdetect.units import MS_PER_S

_ROWS_PER_BLOCK = 50_000
_PAIRS_PER_BLOCK = 20_000


def find_contacts(
    resampled: pl.DataFrame, *, identity: pl.DataFrame, params: EncounterParams | None = None
) -> pl.DataFrame:
    """Find pairs of ships whose hulls could be close together, instant by instant.

    Parameters
    ----------
    resampled : polars.DataFrame
        RESAMPLED: ships at common instants. Instants do not depend on each other, so the table may be cut at
        any time.
    identity : polars.DataFrame
        IDENTITY: sizes and types. A ship that is not in it gets plausible outlines.
    params : EncounterParams, optional
        Limits, and distributions of unknown sizes, antennas and headings.

    Returns
    -------
    polars.DataFrame
        CONTACTS, sorted: pairs whose gap less ``candidate_sigmas`` errors is within ``candidate_hull_gap_m``;
        with measure 'distance', pairs whose antennas are within ``max_distance_m``. The error that is allowed
        for here is at most ``max_gate_error_m``.

    Examples
    --------
    >>> from stsdetect.schema import IDENTITY
    >>> find_contacts(RESAMPLED.optional(None), identity=IDENTITY.optional(None)).height
    0
    """
    params = EncounterParams.of(params)
    parts = list(contact_blocks(resampled, identity=identity, params=params))
    contacts = pl.concat(parts) if parts else CONTACTS.optional(None)
    return contacts.sort(CONTACTS.sort_by, nulls_last=True, maintain_order=True)


def contact_blocks(
    resampled: pl.DataFrame, *, identity: pl.DataFrame, params: EncounterParams
) -> Iterator[pl.DataFrame]:
    """As `find_contacts`, in parts of thousands of rows, so that all need not be in memory at once.

    Parameters
    ----------
    resampled, identity, params
        As for `find_contacts`.

    Yields
    ------
    polars.DataFrame
        CONTACTS, not sorted.
    """
    ships = resampled
    if params.min_step_s > 0:
        ships = ships.filter(pl.col("timestamp").dt.epoch("ms") % int(params.min_step_s * MS_PER_S) == 0)
    if params.measure == "distance":  # the published rule interpolates over an hour, and no longer at rest
        ships = ships.filter(pl.col("interval_s") <= params.max_unseen_s)
    ships = ships.sort(RESAMPLED.sort_by, maintain_order=True)
    for block in _blocks(ships):
        yield from _contacts_of_block(block.filter(~in_crowd(block, params)), identity, params)


def in_crowd(ships: pl.DataFrame, params: EncounterParams) -> Bools:
    """Which ships share a square of a few metres with more ships than have room in it, at one instant.

    Those of a crowd at rest were quarantined with their tracks; these move together, as copies of one track
    do. They are not paired.

    Parameters
    ----------
    ships : polars.DataFrame
        RESAMPLED, n rows.
    params : EncounterParams
        ``crowd_cell_m, max_ships_at_point``.

    Returns
    -------
    numpy.ndarray
        Shape (n,), bool.
    """
    row, column = cell_of(ships["lat"].to_numpy(), ships["lon"].to_numpy(), 0.0, params.crowd_cell_m)
    at = ships.select("timestamp", "mmsi", row=pl.Series(row), column=pl.Series(column))
    n_ships = at.select(pl.col("mmsi").n_unique().over("timestamp", "row", "column")).to_series()
    return (n_ships > params.max_ships_at_point).to_numpy()


class HullGaps(NamedTuple):
    """How the hulls of n pairs lie relative to each other, arrays of shape (n,).

    Attributes
    ----------
    gap_m : numpy.ndarray
        Expected distance between the hulls; 0 where they overlap [m].
    error_m : numpy.ndarray
        One-sigma error of it [m].
    overlap_m : numpy.ndarray
        Expected depth of overlap of the outlines; 0 where they are apart [m].
    abreast : numpy.ndarray
        Expected share of the shorter hull's length that lies beside the other hull, 0 to 1.
    """

    gap_m: Floats
    error_m: Floats
    overlap_m: Floats
    abreast: Floats


def hull_gaps(
    one: Outlines,
    two: Outlines,
    *,
    east_m: Floats,
    north_m: Floats,
    position_error_m: Floats,
    params: EncounterParams,
) -> HullGaps:
    r"""Gap between the hulls of paired ships, with its error.

    Parameters
    ----------
    one, two : Outlines
        Of n pairs.
    east_m, north_m : numpy.ndarray
        Antenna of ship two from the antenna of ship one, shape (n,) [m].
    position_error_m : numpy.ndarray
        One-sigma error of that offset, shape (n,) [m].
    params : EncounterParams
        Distributions of unknown sizes, antennas and headings.

    Returns
    -------
    HullGaps

    Notes
    -----
    A hull is the rectangle that its dimensions A, B, C, D put around the antenna (ITU-R M.1371-5, figure of
    the reference point), its bow along the heading. Let :math:`s` be the separation of two such rectangles
    [m]: their distance if they are apart, minus the depth of their overlap if not. Where size, antenna or
    heading of a ship is unknown, :math:`s` is drawn for plausible outlines (`draw_pairs`), and the gap is
    the mean

    .. math::

        g = \mathrm{E}[\max(s, 0)]

    over the draws; where all is known there is one :math:`s`. The error of the gap is

    .. math::

        \sigma_g = \sqrt{\sigma_\mathrm{outline}^2 + \sigma_\mathrm{position}^2 +
        \left(\delta_1 \frac{L_1}{2}\right)^2 + \left(\delta_2 \frac{L_2}{2}\right)^2}

    - :math:`\sigma_\mathrm{outline}` is the standard deviation of :math:`s` over the draws [m], 0 where all
      is known;
    - :math:`\sigma_\mathrm{position}` is `position_error_m` [m];
    - :math:`\delta_k` is the heading error of ship :math:`k` [rad] and :math:`L_k` its length [m]: an end of
      the hull swings by their product over 2. The term is 0 where either is unknown, since the draws then
      hold it.
    """
    certain = one.certain() & two.certain()
    known = hull_separation(one.hull(), two.hull(), east_m, north_m)
    gap, overlap = np.maximum(known.separation_m, 0.0), np.maximum(-known.separation_m, 0.0)
    abreast = known.abreast
    outline_error = np.zeros_like(gap)
    if not certain.all():
        k = ~certain
        drawn = hull_separation(
            *draw_pairs(one.take(k), two.take(k), params), east_m[k, None], north_m[k, None]
        )
        gap[k] = np.maximum(drawn.separation_m, 0.0).mean(axis=1)
        overlap[k] = np.maximum(-drawn.separation_m, 0.0).mean(axis=1)
        abreast[k] = drawn.abreast.mean(axis=1)
        outline_error[k] = drawn.separation_m.std(axis=1)
    swing = [
        np.nan_to_num(np.deg2rad(o.heading_error_deg) * o.length_m / 2.0) * np.isfinite(o.heading_deg)
        for o in (one, two)
    ]
    error = np.sqrt(outline_error**2 + position_error_m**2 + swing[0] ** 2 + swing[1] ** 2)
    return HullGaps(gap, error, overlap, abreast)


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


def _contacts_of_block(
    ships: pl.DataFrame, identity: pl.DataFrame, params: EncounterParams
) -> Iterator[pl.DataFrame]:
    outlines = outlines_of(ships, identity, params)
    error = ships["position_error_m"].to_numpy()
    if params.measure == "distance":
        reach = np.full(len(error), params.max_distance_m / 2.0)
    else:
        allowance = params.candidate_sigmas * np.minimum(error, params.max_gate_error_m)
        reach = outlines.reach_m(params) + (params.candidate_hull_gap_m / 2.0 + allowance)
    one, two = pairs_within_reach(
        ships["lat"].to_numpy(),
        ships["lon"].to_numpy(),
        reach,
        ships["timestamp"].to_physical().to_numpy(),
        max_neighbours=params.max_neighbours,
    )
    mmsi, vessel = ships["mmsi"].to_numpy(), ships["vessel_id"].rank("dense").to_numpy()
    distinct = (mmsi[one] != mmsi[two]) & (vessel[one] != vessel[two])
    one, two = one[distinct], two[distinct]
    one, two = np.where(mmsi[one] < mmsi[two], one, two), np.where(mmsi[one] < mmsi[two], two, one)
    for k in range(0, len(one), _PAIRS_PER_BLOCK):
        yield _contacts_of_pairs(
            ships, outlines, one[k : k + _PAIRS_PER_BLOCK], two[k : k + _PAIRS_PER_BLOCK], params
        )


def _contacts_of_pairs(
    ships: pl.DataFrame, outlines: Outlines, one: Ints, two: Ints, params: EncounterParams
) -> pl.DataFrame:
    """CONTACTS of the pairs of rows `one` and `two`, without those that are clearly apart."""
    lat, lon = ships["lat"].to_numpy(), ships["lon"].to_numpy()
    east, north = local_offset_m(lat[one], lon[one], lat[two], lon[two])
    error = np.hypot(*(ships["position_error_m"].to_numpy()[k] for k in (one, two)))
    gaps = hull_gaps(
        outlines.take(one),
        outlines.take(two),
        east_m=east,
        north_m=north,
        position_error_m=error,
        params=params,
    )
    if params.measure == "distance":
        near = np.hypot(east, north) <= params.max_distance_m
    else:
        allowance = params.candidate_sigmas * np.minimum(gaps.error_m, params.max_gate_error_m)
        near = gaps.gap_m - allowance <= params.candidate_hull_gap_m
    one, two = one[near], two[near]
    mid_lat, mid_lon = move(lat[one], lon[one], east[near] / 2, north[near] / 2)
    age, interval = ships["interp_age_s"].to_numpy(), ships["interval_s"].to_numpy()
    sized = np.isfinite(outlines.length_m)
    columns: dict[str, pl.Series | Floats] = {"timestamp": ships["timestamp"].gather(one)}
    for side, rows in (("1", one), ("2", two)):
        columns |= {f"{c}_{side}": ships[c].gather(rows) for c in ("mmsi", "segment_id", "sog")}
        columns[f"heading_{side}"] = outlines.heading_deg[rows]
    return CONTACTS.validate(
        pl.DataFrame(
            {
                **columns,
                "hull_gap_m": gaps.gap_m[near],
                "hull_gap_error_m": gaps.error_m[near],
                "overlap_m": gaps.overlap_m[near],
                "abreast": gaps.abreast[near],
                "position_error_m": error[near],
                "east_m": east[near],
                "north_m": north[near],
                "lat": mid_lat,
                "lon": mid_lon,
                "sizes_known": sized[one].astype(np.int32) + sized[two],
                "observed": np.maximum(age[one], age[two]) <= params.observed_age_s,
                "interval_s": np.maximum(interval[one], interval[two]),
            }
        )
    )
