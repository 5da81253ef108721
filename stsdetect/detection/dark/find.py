"""Meetings that a silence made possible: a silent ship against a ship at rest, or two silent ships."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd
import polars as pl

from stsdetect.arrays import Ints
from stsdetect.context.attach import lies_in
from stsdetect.context.layers import Context
from stsdetect.detection.dark.candidates import Balls, balls_of, leave_time, near_pairs
from stsdetect.detection.dark.prism import reach_m, required_sog_kn, routes_m, stay_window_h
from stsdetect.detection.dark.ranking import rank_candidates
from stsdetect.detection.dark.rendezvous import best_rendezvous, cover
from stsdetect.detection.dark.second_transponder import second_transponders
from stsdetect.detection.vessel_attributes import draught_change, last_ship_type
from stsdetect.geo.geodesy import distance_m, ecef_m
from stsdetect.geo.sailing import sailing_m
from stsdetect.params import DarkParams, DraughtParams
from stsdetect.schema import DARK_ENCOUNTERS, GAPS, LOITERING, SEGMENTS, Frame
from stsdetect.units import MS_PER_H

_PAIRS_AT_ONCE = 50_000  # memory and speed only
_PLACES_AT_ONCE = 2_000
_KIND = pl.Enum(["gap-gap", "gap-loitering"])
_OF_SILENCE = (
    *("gap_id", "mmsi", "vessel_id", "p_off", "draught_change_m", "max_sog_kn", "stayed"),
    *("start_h", "end_h", "start_lat", "start_lon", "end_lat", "end_lon"),
)


def find_dark_encounters(
    gaps: Frame,
    loitering: Frame,
    *,
    identity: Frame | None = None,
    static: Frame | None = None,
    segments: Frame | None = None,
    context: Context | None = None,
    params: DarkParams | None = None,
    draught_params: DraughtParams | None = None,
) -> pd.DataFrame:
    """Find whom a ship can have met while it was silent.

    Parameters
    ----------
    gaps : GAPS frame
    loitering : LOITERING frame
        Stays of all ships.
    identity : IDENTITY frame, optional
        Ship types, for the speed that a ship can have sailed.
    static : STATIC frame, optional
        Draughts, for a change over the stay.
    segments : SEGMENTS frame, optional
        Tracks of the stays, to tell a second set on the silent ship's own hull.
    context : Context, optional
        Anchorages and ports, that explain a stop.
    params : DarkParams, optional
    draught_params : DraughtParams, optional
        When a draught counts as changed.

    Returns
    -------
    pandas.DataFrame
        DARK_ENCOUNTERS, sorted by start: at most `max_candidates` a silence, the rest counted in
        ``n_alternatives``. ``p_contact`` never exceeds `max_p_contact`.

    Raises
    ------
    SchemaError
        When a frame is not the table it should be.

    Examples
    --------
    >>> from stsdetect.schema import GAPS, LOITERING
    >>> len(find_dark_encounters(GAPS.empty(), LOITERING.empty()))
    0
    """
    params, draught_params = params or DarkParams(), draught_params or DraughtParams()
    silences = _silences(GAPS.validate(gaps), identity, params, draught_params)
    if silences.is_empty():
        return DARK_ENCOUNTERS.empty()
    stays = LOITERING.validate(loitering).filter(pl.col("duration_h") >= params.min_dwell_h)
    # Candidates can be millions: until the best are known their ids are numbers, in the order of the names.
    ids = pl.concat([silences["gap_id"], stays["loiter_id"]]).unique().sort()
    silences = silences.with_columns(pl.col("gap_id").cast(pl.Enum(ids)).to_physical())
    stays = stays.with_columns(pl.col("loiter_id").cast(pl.Enum(ids)).to_physical())
    by_stay = _with_stays(silences, stays, static, context, params, draught_params)
    if segments is not None:
        by_stay = _of_two_hulls(by_stay, silences, stays, SEGMENTS.validate(segments), params)
    found = pl.concat([by_stay, _with_silences(silences, params)], how="diagonal")
    found = rank_candidates(found, params, draught_params)
    if context is not None:
        found = _round_land(found, silences, stays, params)
        found = rank_candidates(found, params, draught_params, counted=True)
    return DARK_ENCOUNTERS.to_pandas(_named(found, ids))


def _named(found: pl.DataFrame, ids: pl.Series) -> pl.DataFrame:
    """Ids in place of their numbers, and that of the meeting."""
    found = found.with_columns(ids.gather(found[c]).alias(c) for c in ("gap_id_1", "gap_id_2", "loiter_id_2"))
    parts = [pl.lit("dark"), "gap_id_1", pl.coalesce("gap_id_2", "loiter_id_2")]
    return found.with_columns(dark_id=pl.concat_str(parts, separator="/"))


def _silences(
    gaps: pl.DataFrame, identity: Frame | None, params: DarkParams, draught_params: DraughtParams
) -> pl.DataFrame:
    """Silences worth a search, with the ship's greatest speed and how far it can have come."""
    # Where nobody can vouch for the silence, the ship itself must give a reason to search.
    changed = pl.col("draught_change_m").abs() >= draught_params.min_change_m
    changed |= pl.col("name_changed").fill_null(value=False) | pl.col("mmsi_after").is_not_null()
    gaps = gaps.filter(
        (pl.col("can_judge") | changed.fill_null(value=False))
        & (pl.col("p_off") >= params.min_p_off)
        & (pl.col("duration_h") >= params.min_dwell_h)
        & (pl.col("duration_h") <= params.max_gap_h)
    ).with_columns(start_h=pl.col("start_time").dt.epoch("ms") / MS_PER_H)
    gaps = gaps.with_columns(end_h=pl.col("start_h") + pl.col("duration_h"))
    ship_type = pl.lit(None, pl.Int32)
    if identity is not None:
        gaps = gaps.join(last_ship_type(identity), on="mmsi", how="left", maintain_order="left")
        ship_type = pl.col("ship_type")
    tens = ship_type // 10
    by_type = (
        pl.when(tens.is_in([4, 6]))
        .then(params.max_sog_passenger_kn)
        .when(tens == 7)
        .then(params.max_sog_cargo_kn)
        .when(tens == 8)
        .then(params.max_sog_tanker_kn)
        .otherwise(params.max_sog_other_kn)
    )
    shown = pl.max_horizontal(pl.col("implied_sog_kn").fill_null(0.0), pl.col("start_sog_kn").fill_null(0.0))
    stayed = (pl.col("distance_m") <= params.same_place_m) & (
        pl.col("start_sog_kn") <= params.max_rest_sog_kn
    )
    gaps = gaps.with_columns(
        max_sog_kn=pl.max_horizontal(by_type, shown), stayed=stayed.fill_null(value=False)
    )
    reach = reach_m(gaps["start_h"], gaps["end_h"], max_sog_kn=gaps["max_sog_kn"], stay_h=params.min_dwell_h)
    return gaps.select(_OF_SILENCE).with_columns(reach_m=pl.Series(reach))


def _with_stays(
    silences: pl.DataFrame,
    stays: pl.DataFrame,
    static: Frame | None,
    context: Context | None,
    params: DarkParams,
    draught_params: DraughtParams,
) -> pl.DataFrame:
    stays = stays.with_columns(
        start_h=pl.col("start_time").dt.epoch("ms") / MS_PER_H,
        end_h=pl.col("end_time").dt.epoch("ms") / MS_PER_H,
    )
    i, j = near_pairs(
        balls_of(silences),
        Balls(
            stays["start_h"].to_numpy(),
            stays["end_h"].to_numpy(),
            ecef_m(stays["lat"], stays["lon"]),
            stays["radius_m"].to_numpy(),
        ),
    )
    pairs = _in_parts(silences, stays, i, j, lambda a, b: _reached(a, b, params), at_once=_PAIRS_AT_ONCE)
    met = stays.filter(pl.col("loiter_id").is_in(pairs["loiter_id_2"].implode()))
    change = draught_change(met, static, window_h=draught_params.window_h)
    of_stay = met.select(loiter_id_2="loiter_id").with_columns(
        _unexplained(met, context), change.alias("draught_change_m_2")
    )
    return pairs.join(of_stay, on="loiter_id_2", how="left", maintain_order="left")


def _of_two_hulls(
    pairs: pl.DataFrame,
    silences: pl.DataFrame,
    stays: pl.DataFrame,
    segments: pl.DataFrame,
    params: DarkParams,
) -> pl.DataFrame:
    """Without stays of a second set on the silent ship's own hull."""
    own = second_transponders(silences, segments, params).join(
        stays.select("segment_id", "loiter_id"), on="segment_id"
    )
    keys = ["gap_id", "loiter_id"]
    return pairs.join(
        own, left_on=["gap_id_1", "loiter_id_2"], right_on=keys, how="anti", maintain_order="left"
    )


def _in_parts(
    a: pl.DataFrame,
    b: pl.DataFrame,
    i: Ints,
    j: Ints,
    measured: Callable[[pl.DataFrame, pl.DataFrame], pl.DataFrame],
    *,
    at_once: int,
) -> pl.DataFrame:
    """Measure pairs of different hulls, so many at a time; most of them do not fit and need no place."""
    parts = [measured(a[:0], b[:0])]
    for k in range(0, len(i), at_once):
        left, right = a[i[k : k + at_once]], b[j[k : k + at_once]]
        differ = left["vessel_id"] != right["vessel_id"]
        parts.append(measured(left.filter(differ), right.filter(differ)))
    return pl.concat(parts)


def _reached(a: pl.DataFrame, b: pl.DataFrame, params: DarkParams) -> pl.DataFrame:
    """The silences `a` that leave time to sail to the stays `b` and lie there."""
    fits = leave_time(a, b, stay_h=params.min_dwell_h)
    a, b = a.filter(fits), b.filter(fits)
    s = {
        c: a[c].to_numpy()
        for c in ("start_h", "end_h", "start_lat", "start_lon", "end_lat", "end_lon", "max_sog_kn")
    }
    is_open = np.isnan(s["end_lat"].astype(np.float64))
    there, on = routes_m(s["start_lat"], s["start_lon"], s["end_lat"], s["end_lon"], b["lat"], b["lon"])
    arrive, leave = stay_window_h(s["start_h"], s["end_h"], there, on, max_sog_kn=s["max_sog_kn"])
    opens, closes = b["start_h"].to_numpy(), b["end_h"].to_numpy()
    start, end = np.maximum(arrive, opens), np.minimum(leave, closes)
    need = required_sog_kn(s["start_h"], s["end_h"], there, on, opens, closes, stay_h=params.min_dwell_h)
    return pl.DataFrame(
        {
            "kind": pl.repeat("gap-loitering", a.height, dtype=_KIND, eager=True),
            "mmsi_1": a["mmsi"],
            "mmsi_2": b["mmsi"],
            "vessel_id_1": a["vessel_id"],
            "vessel_id_2": b["vessel_id"],
            "gap_id_1": a["gap_id"],
            "gap_id_2": pl.repeat(None, a.height, dtype=a["gap_id"].dtype, eager=True),
            "loiter_id_2": b["loiter_id"],
            "start_h": start,
            "end_h": end,
            "lat": b["lat"],
            "lon": b["lon"],
            "feasible_dwell_h": end - start,
            "required_sog_kn": need,
            "area_km2": np.pi * (b["radius_m"].to_numpy() / 1000.0) ** 2,
            "p_off": a["p_off"],
            "cover": cover((s["start_h"], opens), (s["end_h"], closes)),
            "share": (end - start) ** 2 / ((s["end_h"] - s["start_h"]) * (closes - opens)),
            "is_open": is_open,
            "near_m": np.minimum(there, np.where(is_open, there, on)),
            "left_rest": a["stayed"].to_numpy() & (there > params.same_place_m),
            "stop_h": closes - opens,
        }
    ).filter(pl.col("feasible_dwell_h") >= params.min_dwell_h)


def _with_silences(silences: pl.DataFrame, params: DarkParams) -> pl.DataFrame:
    balls = balls_of(silences)
    i, j = near_pairs(balls, balls)
    order = silences["mmsi"].to_numpy()
    once = order[i] < order[j]
    i, j = i[once], j[once]
    return _in_parts(
        silences, silences, i, j, lambda a, b: _both_reached(a, b, params), at_once=_PLACES_AT_ONCE
    )


def _both_reached(a: pl.DataFrame, b: pl.DataFrame, params: DarkParams) -> pl.DataFrame:
    """The silences `a` and `b` that leave both time to sail to the best place and lie there."""
    best = best_rendezvous(a, b, params)
    left_rest = np.zeros(a.height, dtype=bool)
    for s in (a, b):
        off_m = distance_m(s["start_lat"], s["start_lon"], best["lat"], best["lon"])
        left_rest |= s["stayed"].to_numpy() & (off_m > params.same_place_m)
    return pl.DataFrame(
        {
            "kind": pl.repeat("gap-gap", a.height, dtype=_KIND, eager=True),
            "mmsi_1": a["mmsi"],
            "mmsi_2": b["mmsi"],
            "vessel_id_1": a["vessel_id"],
            "vessel_id_2": b["vessel_id"],
            "gap_id_1": a["gap_id"],
            "gap_id_2": b["gap_id"],
            "loiter_id_2": pl.repeat(None, a.height, dtype=a["gap_id"].dtype, eager=True),
            **best,
            "left_rest": left_rest,
            "draught_change_m_2": b["draught_change_m"],
            "p_off": np.minimum(a["p_off"].to_numpy(), b["p_off"].to_numpy()),
        }
    ).filter(pl.col("feasible_dwell_h") >= params.min_dwell_h)


def _unexplained(stays: pl.DataFrame, context: Context | None) -> pl.Series:
    """Whether each stay lies outside every known anchorage and port."""
    if context is None or stays.is_empty():
        return pl.Series("stop_unexplained", [None] * stays.height, dtype=pl.Boolean)
    known = [lies_in(places, stays["lat"], stays["lon"]) for places in (context.ports, context.anchorages)]
    return pl.Series("stop_unexplained", ~(known[0] | known[1]))


def _round_land(
    found: pl.DataFrame, silences: pl.DataFrame, stays: pl.DataFrame, params: DarkParams
) -> pl.DataFrame:
    """Measure the best candidates again by the ways round land; those that no longer fit are left out."""
    feet = silences.select(
        "gap_id", "start_h", "end_h", "start_lat", "start_lon", "end_lat", "end_lon", "max_sog_kn"
    )
    stay = stays.select(
        loiter_id_2="loiter_id",
        opens=pl.col("start_time").dt.epoch("ms") / MS_PER_H,
        closes=pl.col("end_time").dt.epoch("ms") / MS_PER_H,
    )
    rows = found.join(stay, on="loiter_id_2", how="left", maintain_order="left")
    start, end = rows["opens"].fill_null(-np.inf).to_numpy(), rows["closes"].fill_null(np.inf).to_numpy()
    opens, closes, need = start, end, rows["required_sog_kn"].to_numpy()
    for gap_id in ("gap_id_1", "gap_id_2"):
        at = rows.select(gap_id, "lat", "lon").join(
            feet, left_on=gap_id, right_on="gap_id", how="left", maintain_order="left"
        )
        c = {n: at[n].cast(pl.Float64).to_numpy() for n in at.columns[1:]}
        there, on = (
            np.nan_to_num(sailing_m(c[f"{end}_lat"], c[f"{end}_lon"], c["lat"], c["lon"], params=params))
            for end in ("start", "end")
        )
        arrive, leave = stay_window_h(c["start_h"], c["end_h"], there, on, max_sog_kn=c["max_sog_kn"])
        start, end = np.fmax(start, arrive), np.fmin(end, leave)
        least = required_sog_kn(c["start_h"], c["end_h"], there, on, opens, closes, stay_h=params.min_dwell_h)
        need = np.where(np.isfinite(least), np.fmax(need, least), need)
    return found.with_columns(
        start_h=pl.Series(start),
        end_h=pl.Series(end),
        feasible_dwell_h=pl.Series(end - start),
        share=pl.col("share") * (pl.Series(end - start) / pl.col("feasible_dwell_h")) ** 2,
        required_sog_kn=pl.Series(need),
    ).filter(pl.col("feasible_dwell_h") >= params.min_dwell_h)
