"""Hidden calls: the ports that a vessel could have reached, called at and left during a gap.

A call is feasible if the space-time prism of the gap holds the port for the shortest call. Feasible ports are
ranked by what is typical of a call that was to remain unseen, and share one probability with the case that
there was no call at all.
"""

from __future__ import annotations

import dataclasses
from functools import cache

import numpy as np
import pandas as pd
import polars as pl
from scipy.spatial import cKDTree

from stsdetect.arrays import Bools, Floats, ragged_index
from stsdetect.detection.dark.prism import dwell_window_h, required_sog_kn
from stsdetect.detection.vessel_attributes import last_ship_type, service_sog_kn
from stsdetect.geo.geodesy import bearing_deg, distance_m, ecef_m
from stsdetect.geo.sailing import sailing_m
from stsdetect.params import DarkParams, HiddenCallParams
from stsdetect.ports.places import world_ports
from stsdetect.schema import BERTHS, GAPS, HIDDEN_CALLS, IDENTITY, Frame
from stsdetect.units import MS_PER_H, NM_TO_M

_GAPS_AT_ONCE = 2_000  # memory only
_LEGS = ("distance_in_m", "distance_out_m")


def find_hidden_calls(
    gaps: Frame,
    *,
    identity: Frame | None = None,
    berths: Frame | None = None,
    params: HiddenCallParams | None = None,
    dark_params: DarkParams | None = None,
) -> pd.DataFrame:
    """Find the ports at which a vessel could have called during a gap, the most probable first.

    The vessel sails at the service speed of its type, or faster if the gap shows so; a port is kept if that
    leaves time for the shortest call. Legs are straight at first, and around land for the best ports. Ports
    on inland waters count where the dump has berths. The log-odds of a port fall where the time for a call is
    shorter or much longer than loading takes and with the length of the legs; they rise where course and
    place at either end of the gap point to it, with the trade of the port, and, if the ship switched off,
    where exports are under embargo, as a call elsewhere needs no switch-off.

    Parameters
    ----------
    gaps : GAPS frame
        From `stsdetect.find_gaps`; those in port and those that an outage of the feed explains are left out.
    identity : IDENTITY frame, optional
        Ship types, for the service speed.
    berths : BERTHS frame, optional
        With the names of ports, from `stsdetect.ports.named_berths`.
    params : HiddenCallParams, optional
    dark_params : DarkParams, optional
        Service speeds, and how routes around land are searched.

    Returns
    -------
    pandas.DataFrame
        HIDDEN_CALLS, sorted by gap and rank.

    Raises
    ------
    SchemaError
        If a frame is not a valid table of its kind.

    Examples
    --------
    >>> from stsdetect.schema import GAPS
    >>> len(find_hidden_calls(GAPS.empty()))
    0
    """
    return HIDDEN_CALLS.to_pandas(
        calls_in_gaps(
            GAPS.validate(gaps),
            identity=IDENTITY.optional(identity),
            berths=BERTHS.optional(berths),
            params=params,
            dark_params=dark_params,
        )
    )


def calls_in_gaps(
    gaps: pl.DataFrame,
    *,
    identity: pl.DataFrame,
    berths: pl.DataFrame,
    params: HiddenCallParams | None = None,
    dark_params: DarkParams | None = None,
) -> pl.DataFrame:
    """`find_hidden_calls` on valid polars tables, for the pipeline; HIDDEN_CALLS, sorted by gap and rank."""
    params, dark_params = HiddenCallParams.of(params), DarkParams.of(dark_params)
    known = _judged(gaps, identity, params, dark_params)
    ports = world_ports().filter(pl.col("at_sea") | pl.col("port_id").is_in(berths["port_id"].implode()))
    if known.is_empty() or ports.is_empty():
        return HIDDEN_CALLS.optional(None)
    blocks = (known[k : k + _GAPS_AT_ONCE] for k in range(0, known.height, _GAPS_AT_ONCE))
    best = pl.concat(
        _ranked(_feasible(_pairs_in_reach(block, ports, params), params), params) for block in blocks
    )
    if best.is_empty():
        return HIDDEN_CALLS.optional(None)
    routed = _ranked(_feasible(_around_land(best, params, dark_params), params), params)
    found = _with_probabilities(routed, params)
    # Those that lie behind land are out; those that were ranked too low are counted still.
    behind = best.group_by("gap_id", maintain_order=True).agg(
        n_before=pl.len().cast(pl.Int64), n_all=pl.col("n_ports").first()
    )
    found = found.join(behind, on="gap_id", how="left", maintain_order="left").with_columns(
        n_ports=pl.col("n_all") - pl.col("n_before") + pl.col("n_ports")
    )
    found = found.filter(pl.col("rank") <= params.max_ports)
    return HIDDEN_CALLS.validate(found).sort(HIDDEN_CALLS.sort_by, maintain_order=True)


def _judged(
    gaps: pl.DataFrame, identity: pl.DataFrame, params: HiddenCallParams, dark_params: DarkParams
) -> pl.DataFrame:
    """Gaps long enough for a call, with ``sog_kn``, the speed that the vessel could sail."""
    long_enough = pl.col("duration_h").is_between(params.min_gap_h, params.max_gap_h)
    rows = gaps.filter(long_enough & ~pl.col("in_port") & ~pl.col("feed_outage"))
    rows = rows.join(last_ship_type(identity), on="mmsi", how="left", maintain_order="left").with_columns(
        pl.col("ship_type").fill_null(0)
    )
    service = service_sog_kn(dark_params) * params.speed_share
    # Straight from one end to the other is the least that she sailed.
    least = pl.col("implied_sog_kn").fill_null(0.0) * (1.0 + params.min_detour_share)
    return rows.with_columns(sog_kn=pl.max_horizontal(service, least)).sort(
        "start_time", "mmsi", "gap_id", maintain_order=True
    )


def _pairs_in_reach(gaps: pl.DataFrame, ports: pl.DataFrame, params: HiddenCallParams) -> pl.DataFrame:
    """Each gap with the ports within half of what it could sail from the middle of its two ends."""
    start = ecef_m(gaps["start_lat"], gaps["start_lon"])
    end = ecef_m(gaps["end_lat"], gaps["end_lon"])
    is_open = gaps["end_time"].is_null().to_numpy()
    centre = np.where(is_open[:, None], start, (start + end) / 2.0)
    sails_m = (gaps["duration_h"] - params.min_call_h).to_numpy() * gaps["sog_kn"].to_numpy() * NM_TO_M
    reach = np.minimum(np.where(is_open, sails_m, sails_m / 2.0), params.max_reach_km * 1000.0)
    tree = cKDTree(ecef_m(ports["lat"], ports["lon"]))
    near = tree.query_ball_point(centre, np.maximum(reach, 0.0), return_sorted=True)
    row, _ = ragged_index(np.array([len(n) for n in near], dtype=np.int64))
    port = np.fromiter((k for n in near for k in n), dtype=np.int64, count=len(row))
    return _with_straight_legs(gaps[row], ports[port])


def _with_straight_legs(gaps: pl.DataFrame, ports: pl.DataFrame) -> pl.DataFrame:
    """Gap and port row by row, with ``distance_in_m`` and, null of an open gap, ``distance_out_m``."""
    both = gaps.with_columns(*ports.select("port_id", "port_name", "country", "lat", "lon", "n_countries"))
    there = distance_m(both["start_lat"], both["start_lon"], both["lat"], both["lon"])
    back = distance_m(both["lat"], both["lon"], both["end_lat"], both["end_lon"])
    return both.with_columns(
        distance_in_m=pl.Series(there, dtype=pl.Float64),
        distance_out_m=pl.Series(back, dtype=pl.Float64).fill_nan(None),
    )


def _feasible(pairs: pl.DataFrame, params: HiddenCallParams) -> pl.DataFrame:
    """Pairs that leave time for the shortest call, with its times, the speed it takes and the log-odds."""
    start_h = (pairs["start_time"].dt.epoch("ms") / MS_PER_H).to_numpy()
    end_h = start_h + pairs["duration_h"].to_numpy()
    there, back = (pairs[c].fill_null(0.0).to_numpy() for c in _LEGS)
    arrive, leave = dwell_window_h(start_h, end_h, there, back, max_sog_kn=pairs["sog_kn"].to_numpy())
    needs = required_sog_kn(start_h, end_h, there, back, start_h, end_h, dwell_h=params.min_call_h)
    pairs = pairs.with_columns(
        earliest_arrival=_time(arrive),
        latest_departure=_time(leave),
        longest_stay_h=pl.Series(leave - arrive),
        required_sog_kn=pl.Series(needs),
    ).filter(pl.col("longest_stay_h") >= params.min_call_h)
    return pairs.with_columns(support=_support(pairs, params))


def _support(pairs: pl.DataFrame, params: HiddenCallParams) -> pl.Series:
    """Log-odds of each port against one that nothing speaks for or against."""
    over = pairs["longest_stay_h"].to_numpy() - params.typical_call_h
    waits = -np.minimum(np.maximum(over, 0.0) / params.wait_scale_h, params.max_wait_nat)
    hurries = np.minimum(over, 0.0) / params.hurry_scale_h
    there, back = pairs["distance_in_m"].to_numpy(), pairs["distance_out_m"].to_numpy()
    nearer = np.fmin(there, back) / 1000.0
    near = params.near_nat * np.exp(-nearer / params.near_km)
    to_port = bearing_deg(pairs["start_lat"], pairs["start_lon"], pairs["lat"], pairs["lon"])
    from_port = bearing_deg(pairs["lat"], pairs["lon"], pairs["end_lat"], pairs["end_lon"])
    heads = _along(pairs, "start", to_port, params) + _along(pairs, "end", from_port, params)
    trade = params.trade_nat * np.log1p(pairs["n_countries"].to_numpy())
    length = params.distance_nat * (there + np.nan_to_num(back)) / 1e6
    concealed = pairs["country"].is_in(list(params.concealed_countries)).to_numpy() * params.concealed_nat
    concealed += (
        pairs["port_name"].is_in(list(params.main_concealed_ports)).to_numpy() * params.main_concealed_nat
    )
    # Where reception explains the gap, nothing was concealed.
    concealed *= pairs["p_off"].to_numpy()
    return pl.Series(waits + hurries + near + params.course_nat * heads + trade + concealed - length)


def _along(pairs: pl.DataFrame, end: str, bearing: Floats, params: HiddenCallParams) -> Floats:
    """Cosine between the course at one end of the gap and the bearing of the leg; 0 of a ship at rest."""
    moves = (pairs[f"{end}_sog_kn"] >= params.min_course_sog_kn).fill_null(value=False).to_numpy()
    course = pairs[f"{end}_cog"].to_numpy()
    return np.where(moves, np.nan_to_num(np.cos(np.deg2rad(course - bearing))), 0.0)


def _ranked(calls: pl.DataFrame, params: HiddenCallParams) -> pl.DataFrame:
    """Best ports of each gap, by log-odds, with ``n_ports`` and ``rank``."""
    order = ["gap_id", "support", "port_id"]
    calls = calls.sort(order, descending=[False, True, False], maintain_order=True)
    return calls.with_columns(
        n_ports=pl.len().over("gap_id").cast(pl.Int64),
        rank=pl.int_range(1, pl.len() + 1).over("gap_id").cast(pl.Int32),
    ).filter(pl.col("rank") <= params.max_routed)


def _around_land(calls: pl.DataFrame, params: HiddenCallParams, dark_params: DarkParams) -> pl.DataFrame:
    """Legs by routes around land, for the ports that come up for most gaps; other legs are left straight."""
    ports = calls.group_by("port_id", "lat", "lon", maintain_order=True).agg(n=pl.len())
    ports = ports.sort("n", "port_id", descending=[True, False], maintain_order=True).head(
        params.max_routed_ports
    )
    routed = calls["port_id"].is_in(ports["port_id"].implode()).to_numpy()
    out = {c: calls[c].to_numpy().copy() for c in _LEGS}
    at = calls.filter(pl.Series(routed))
    coarse = dataclasses.replace(
        dark_params,
        land_sample_m=params.land_sample_m,
        max_land_samples=params.max_land_samples,
        sea_grid_deg=params.sea_grid_deg,
        sea_margin_deg=params.sea_margin_deg,
        max_sea_cells=params.max_sea_cells,
    )
    for leg, end in zip(_LEGS, ("start", "end"), strict=True):
        # From the port, so that one search serves all gaps.
        out[leg][routed] = sailing_m(
            at["lat"],
            at["lon"],
            at[f"{end}_lat"],
            at[f"{end}_lon"],
            land=_is_coarse_land,
            params=coarse,
        )
    return calls.with_columns(pl.Series(c, v).fill_nan(None) for c, v in out.items())


def _with_probabilities(calls: pl.DataFrame, params: HiddenCallParams) -> pl.DataFrame:
    """Add ``p``: the odds of each port over those of all ports and of no call."""
    odds = pl.col("support").exp()
    no_call = params.no_call_odds * (1.0 - pl.col("p_off")) + params.no_call_off_odds * pl.col("p_off")
    total = odds.cum_sum().last().over("gap_id") + no_call
    return calls.with_columns(p=odds / total)


def _time(hours: Floats) -> pl.Series:
    return (
        pl.Series(np.rint(hours * MS_PER_H).astype(np.int64))
        .cast(pl.Datetime("ms"))
        .dt.replace_time_zone("UTC")
    )


def _is_coarse_land(lat: Floats, lon: Floats) -> Bools:
    """Whether positions lie on land, by a mask of cells of some 500 m: routes need nothing finer."""
    return np.asarray(
        _mask().contains_many(np.ascontiguousarray(lon), np.ascontiguousarray(lat)), dtype=np.bool_
    )


@cache
def _mask():  # type: ignore[no-untyped-def]
    from roaring_landmask import LandmaskProvider, RoaringMask

    return RoaringMask.new(LandmaskProvider.Osm)
