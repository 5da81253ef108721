"""Meetings that a silence made possible: a silent ship against a ship at rest, or two silent ships."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import polars as pl

from stsdetect.context.attach import attach_places
from stsdetect.detect.place import best_place
from stsdetect.detect.prism import reach_m, required_sog_kn, stay_window_h, ways_m
from stsdetect.detect.reach import Balls, balls_of, near_pairs
from stsdetect.geo.geodesy import ecef_m
from stsdetect.geo.sailing import sailing_m
from stsdetect.params import DarkParams
from stsdetect.schema import DARK_ENCOUNTERS, GAPS, IDENTITY, LOITERING, STATIC
from stsdetect.units import MS_PER_H


def find_dark_encounters(
    gaps: Any,
    loitering: Any,
    *,
    identity: Any = None,
    static: Any = None,
    context: Any = None,
    params: DarkParams | None = None,
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
    context : Context, optional
        Anchorages and ports, that explain a stop.
    params : DarkParams

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
    params = params or DarkParams()
    silences = _silences(GAPS.validate(gaps), identity, params)
    if silences.is_empty():
        return DARK_ENCOUNTERS.empty()
    stays = LOITERING.validate(loitering).filter(pl.col("duration_h") >= params.min_dwell_h)
    found = pl.concat(
        [_with_stays(silences, stays, static, context, params), _with_silences(silences, params)],
        how="diagonal",
    )
    found = _ranked(found.with_columns(support=_support(params)), params)
    if context is not None:
        found = _round_land(
            found.filter(pl.col("rank_for_gap") <= params.max_candidates), silences, stays, params
        )
        found = _ranked(found, params, counted=True)
    return DARK_ENCOUNTERS.to_pandas(found.filter(pl.col("rank_for_gap") <= params.max_candidates))


def _silences(gaps: pl.DataFrame, identity: Any, params: DarkParams) -> pl.DataFrame:
    """Silences worth a search, with the ship's greatest speed and how far it can have come."""
    # Where nobody can vouch for the silence, the ship itself must give a reason to search.
    changed = pl.col("draught_change_m").abs() >= params.min_draught_change_m
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
        types = IDENTITY.validate(identity).filter(pl.col("ship_type").is_not_null())
        types = types.sort("mmsi", "start_time").unique("mmsi", keep="last", maintain_order=True)
        gaps = gaps.join(types.select("mmsi", "ship_type"), on="mmsi", how="left", maintain_order="left")
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
    gaps = gaps.with_columns(max_sog_kn=pl.max_horizontal(by_type, shown))
    reach = reach_m(gaps["start_h"], gaps["end_h"], max_sog_kn=gaps["max_sog_kn"], stay_h=params.min_dwell_h)
    return gaps.with_columns(reach_m=pl.Series(reach))


def _with_stays(
    silences: pl.DataFrame, stays: pl.DataFrame, static: Any, context: Any, params: DarkParams
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
    differ = silences["vessel_id"][i] != stays["vessel_id"][j]
    i, j = i[differ.to_numpy()], j[differ.to_numpy()]
    a, b = silences[i], stays[j]
    s = {
        c: a[c].to_numpy()
        for c in ("start_h", "end_h", "start_lat", "start_lon", "end_lat", "end_lon", "max_sog_kn")
    }
    there, on = ways_m(s["start_lat"], s["start_lon"], s["end_lat"], s["end_lon"], b["lat"], b["lon"])
    arrive, leave = stay_window_h(s["start_h"], s["end_h"], there, on, max_sog_kn=s["max_sog_kn"])
    opens, closes = b["start_h"].to_numpy(), b["end_h"].to_numpy()
    start, end = np.maximum(arrive, opens), np.minimum(leave, closes)
    need = required_sog_kn(s["start_h"], s["end_h"], there, on, opens, closes, stay_h=params.min_dwell_h)
    pairs = pl.DataFrame(
        {
            "kind": pl.repeat("gap-loitering", len(i), eager=True),
            "mmsi_1": a["mmsi"],
            "mmsi_2": b["mmsi"],
            "vessel_id_1": a["vessel_id"],
            "vessel_id_2": b["vessel_id"],
            "gap_id_1": a["gap_id"],
            "gap_id_2": pl.repeat(None, len(i), dtype=pl.String, eager=True),
            "loiter_id_2": b["loiter_id"],
            "start_h": start,
            "end_h": end,
            "lat": b["lat"],
            "lon": b["lon"],
            "feasible_dwell_h": end - start,
            "required_sog_kn": need,
            "area_km2": np.pi * (b["radius_m"].to_numpy() / 1000.0) ** 2,
            "p_off": a["p_off"],
            "share": (end - start) / np.maximum(closes - opens, params.min_dwell_h),
            "near_m": np.minimum(there, np.where(np.isnan(s["end_lat"].astype(float)), there, on)),
            "open_h": closes - opens,
        }
    ).filter(pl.col("feasible_dwell_h") >= params.min_dwell_h)
    pairs = pairs.with_columns(stop_unexplained=_unexplained(pairs, context))
    return _draught_change(pairs, stays, static)


def _with_silences(silences: pl.DataFrame, params: DarkParams) -> pl.DataFrame:
    balls = balls_of(silences)
    i, j = near_pairs(balls, balls)
    order = silences["mmsi"].to_numpy()
    keep = (order[i] < order[j]) & (silences["vessel_id"][i] != silences["vessel_id"][j]).to_numpy()
    a, b = silences[i[keep]], silences[j[keep]]
    best = best_place(a, b, params)
    return pl.DataFrame(
        {
            "kind": pl.repeat("gap-gap", a.height, eager=True),
            "mmsi_1": a["mmsi"],
            "mmsi_2": b["mmsi"],
            "vessel_id_1": a["vessel_id"],
            "vessel_id_2": b["vessel_id"],
            "gap_id_1": a["gap_id"],
            "gap_id_2": b["gap_id"],
            "loiter_id_2": pl.repeat(None, a.height, dtype=pl.String, eager=True),
            **best,
            "p_off": np.minimum(a["p_off"].to_numpy(), b["p_off"].to_numpy()),
        }
    ).filter(pl.col("feasible_dwell_h") >= params.min_dwell_h)


def _unexplained(pairs: pl.DataFrame, context: Any) -> pl.Series | None:
    if context is None or pairs.is_empty():
        return pl.Series("stop_unexplained", [None] * pairs.height, dtype=pl.Boolean)
    at = attach_places(pairs["lat"].to_numpy(), pairs["lon"].to_numpy(), context=context)
    return pl.Series("stop_unexplained", ~(at["in_port"] | at["in_anchorage"]).to_numpy(dtype=bool))


def _draught_change(pairs: pl.DataFrame, stays: pl.DataFrame, static: Any) -> pl.DataFrame:
    if static is None or pairs.is_empty():
        return pairs.with_columns(draught_change_m_2=pl.lit(None, pl.Float64))
    said = (
        STATIC.validate(static)
        .filter(pl.col("draught") > 0)
        .select("mmsi", "timestamp", "draught")
        .sort("timestamp")
    )
    keys = stays.filter(pl.col("loiter_id").is_in(pairs["loiter_id_2"].implode())).select(
        "loiter_id", "mmsi", "start_time", "end_time"
    )
    before = keys.sort("start_time").join_asof(
        said, left_on="start_time", right_on="timestamp", by="mmsi", check_sortedness=False
    )
    after = keys.sort("end_time").join_asof(
        said, left_on="end_time", right_on="timestamp", by="mmsi", strategy="forward", check_sortedness=False
    )
    change = before.select("loiter_id", was="draught").join(
        after.select("loiter_id", now="draught"), on="loiter_id"
    )
    return pairs.join(
        change.select(loiter_id_2="loiter_id", draught_change_m_2=pl.col("now") - pl.col("was")),
        on="loiter_id_2",
        how="left",
        maintain_order="left",
    )


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
        there = np.nan_to_num(sailing_m(c["start_lat"], c["start_lon"], c["lat"], c["lon"]))
        on = np.nan_to_num(sailing_m(c["end_lat"], c["end_lon"], c["lat"], c["lon"]))
        arrive, leave = stay_window_h(c["start_h"], c["end_h"], there, on, max_sog_kn=c["max_sog_kn"])
        start, end = np.fmax(start, arrive), np.fmin(end, leave)
        if gap_id == "gap_id_1":
            least = required_sog_kn(
                c["start_h"], c["end_h"], there, on, opens, closes, stay_h=params.min_dwell_h
            )
            need = np.where(np.isfinite(least), np.fmax(need, least), need)
    return found.with_columns(
        start_h=pl.Series(start),
        end_h=pl.Series(end),
        feasible_dwell_h=pl.Series(end - start),
        required_sog_kn=pl.Series(need),
    ).filter(pl.col("feasible_dwell_h") >= params.min_dwell_h)


def _ranked(found: pl.DataFrame, params: DarkParams, *, counted: bool = False) -> pl.DataFrame:
    """Place of each candidate among those of its silences, how many there are, and the capped probability."""
    key = ["gap_id_1", "gap_id_2", "loiter_id_2"]
    found = found.with_columns(weight=pl.col("support").exp())
    sides = pl.concat(
        [
            found.select(*key, "weight", gap="gap_id_1", other="mmsi_2"),
            found.filter(pl.col("gap_id_2").is_not_null()).select(
                *key, "weight", gap="gap_id_2", other="mmsi_1"
            ),
        ]
    ).sort("gap", "weight", "other", *key, descending=[False, True, False, False, False, False])
    sides = sides.with_columns(
        rank=pl.int_range(1, pl.len() + 1).over("gap"),
        all_=pl.col("weight").sum().over("gap"),
        ships=pl.col("other").n_unique().over("gap"),
    )
    of_pair = sides.group_by(key).agg(
        rank_for_gap=pl.col("rank").min().cast(pl.Int32),
        n_alternatives=(pl.col("ships").cast(pl.Int64) - 1).min(),
        all_=pl.col("all_").max(),
    )
    if counted:
        of_pair = of_pair.drop("n_alternatives")
    found = found.drop(c for c in of_pair.columns if c not in key and c in found.columns)
    found = found.join(of_pair, on=key, nulls_equal=True, maintain_order="left")
    as_time = {
        f"{n}_time": (pl.col(f"{n}_h") * MS_PER_H).round().cast(pl.Int64).cast(pl.Datetime("ms", "UTC"))
        for n in ("start", "end")
    }
    return found.with_columns(
        **as_time,
        p_contact=(pl.col("p_off") * pl.col("weight") / (1.0 + pl.col("all_"))).clip(
            0.0, params.max_p_contact
        ),
        dark_id=pl.concat_str(
            [pl.lit("dark"), "gap_id_1", pl.coalesce("gap_id_2", "loiter_id_2")], separator="/"
        ),
    )


def _support(params: DarkParams) -> pl.Expr:
    """Log-odds that a candidate was the partner: what speaks for a stay, and for two silences together."""
    dwell = params.dwell_weight * (pl.col("feasible_dwell_h") / params.full_dwell_h).clip(0.0, 1.0)
    covered = pl.col("share").clip(0.0, 1.0)
    changed = pl.col("draught_change_m_2").abs() >= params.min_draught_change_m
    stay = (
        params.bias
        + params.share_weight * covered
        + params.near_weight * (-pl.col("near_m") / 1000.0 / params.near_km).exp()
        + params.unexplained_weight * pl.col("stop_unexplained").fill_null(value=False).cast(pl.Float64)
        + params.draught_weight * changed.fill_null(value=False).cast(pl.Float64)
    )
    starts, ends = (
        (-pl.col(c).fill_nan(None).fill_null(np.inf) / 1000.0 / params.together_km).exp()
        for c in ("near_m", "end_near_m")
    )
    together = (
        params.pair_bias
        + params.pair_share_weight * covered
        + params.together_start_weight * starts
        + params.together_end_weight * ends
    )
    return dwell + pl.when(pl.col("kind") == "gap-gap").then(together).otherwise(stay)
