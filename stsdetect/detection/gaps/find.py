"""Silences, held against what would have been heard had the ship kept sending."""

from __future__ import annotations

import math
from datetime import datetime
from typing import Any

import numpy as np
import pandas as pd
import polars as pl
import shapely

from stsdetect.context.attach import lies_in
from stsdetect.detection.gaps.dropouts import allow_for_holes
from stsdetect.detection.gaps.observability import with_hours_inside, with_reports_due
from stsdetect.detection.gaps.routes import detours, straight_ways
from stsdetect.detection.vessel_attributes import draught_change
from stsdetect.geo.geodesy import distance_m, local_offset_m
from stsdetect.params import GapParams, ReceptionParams
from stsdetect.reception.gap_likelihood import own_cadence, silence_of_ways
from stsdetect.reception.presence import ship_slots
from stsdetect.reception.reception_model import Reception, fit_reception
from stsdetect.schema import GAPS, POINTS, SEGMENTS, STATIC
from stsdetect.units import KN_TO_MPS, MS_PER_H, MS_PER_S, S_PER_H


def find_gaps(
    points: Any,
    segments: Any,
    reception: Reception | None = None,
    *,
    identity: Any = None,
    static: Any = None,
    end_of_data: datetime | None = None,
    places: Any = None,
    some_ships: bool = False,
    params: GapParams | None = None,
) -> pd.DataFrame:
    """Find silences and tell how likely each was a switch-off.

    Every slice of a silence in which the ship would have been heard with chance p counts -log(1 - p) for
    "switched off" and against "not received"; p comes from the other ships there and then, and from how well
    this ship was heard before and after. What is left is held against the holes of the feed
    (`allow_for_holes`). Hours in which it may have been outside of the area of interest, or
    of the waters that the dump holds, say nothing; a silence with less than `min_gap_h` left is not judged.

    Parameters
    ----------
    points : POINTS frame
        Fixes of some or all ships; all of a ship, those of quarantined segments too: there a ship was heard,
        if not where it said, and no silence begins or ends at them.
    segments : SEGMENTS frame
        Of these ships; those of further numbers tell where a hull came back under another number.
    reception : Reception, optional
        Learnt from all ships; from `points` where not given.
    identity : IDENTITY frame, optional
        Names, for changes across a number.
    static : STATIC frame, optional
        Draught, destination and name before and after.
    end_of_data : datetime, optional
        When the dump ends; silences still open then are measured to it. Default: the last fix.
    places : Context, optional
        Ports, for `in_port`, and the area of interest.
    some_ships : bool
        Whether `points` holds some ships of a dump only: then call `allow_for_holes` on the silences of all.
        Shorter ones of ships at rest are left in, from which that learns.
    params : GapParams

    Returns
    -------
    pandas.DataFrame
        GAPS, sorted by start.

    Raises
    ------
    SchemaError
        When a frame is not the table it should be.

    Examples
    --------
    >>> from stsdetect.schema import POINTS, SEGMENTS
    >>> len(find_gaps(POINTS.empty(), SEGMENTS.empty()))
    0
    """
    params = params or GapParams()
    fixes = POINTS.validate(points).sort("mmsi", "vessel_id", "timestamp", "lat", "lon")
    spans = SEGMENTS.validate(segments)
    if fixes.is_empty():
        return GAPS.empty()
    end = pd.Timestamp(end_of_data) if end_of_data is not None else fixes["timestamp"].max()
    unsound = pl.col("segment_id").is_in(spans.filter("quarantined")["segment_id"].implode())
    gaps = _silences(fixes.with_columns(sound=~unsound), end, params)
    fixes = fixes.filter(~unsound)
    if reception is None:
        reception = fit_reception(fixes)
    gaps = _other_numbers(gaps, spans.filter(~pl.col("quarantined")))
    gaps = _motion(_last_course(gaps)).filter(_is_long(params))
    gaps = _in_port(gaps, places, params)
    gaps = _broadcast_changes(gaps, static, params)
    area = None if places is None else places.area
    judged = GAPS.to_pandas(_judge(gaps, fixes, reception, area, params))
    return judged if some_ships else allow_for_holes(judged, params=params)


def _silences(fixes: pl.DataFrame, end: Any, params: GapParams) -> pl.DataFrame:
    """Consecutive fixes of a ship farther apart than `min_gap_h`, and the silence after its last one."""
    same = (pl.col("mmsi").shift(-1) == pl.col("mmsi")) & (
        pl.col("vessel_id").shift(-1) == pl.col("vessel_id")
    )

    def after(name: str) -> pl.Expr:
        return pl.when(same).then(pl.col(name).shift(-1))

    def before(name: str) -> pl.Expr:
        return pl.when(same.shift(1)).then(pl.col(name).shift(1))

    ended = pl.lit(end).cast(pl.Datetime("ms", "UTC"))
    interval_ms = (after("timestamp") - pl.col("timestamp")).dt.total_milliseconds()
    return (
        fixes.select(
            "mmsi",
            "vessel_id",
            start_time="timestamp",
            start_lat="lat",
            start_lon="lon",
            start_sog_kn="sog",
            start_cog="cog",
            before_time=before("timestamp"),
            before_lat=before("lat"),
            before_lon=before("lon"),
            nav_status="nav_status",
            end_time=after("timestamp"),
            end_lat=after("lat"),
            end_lon=after("lon"),
            end_sog_kn=after("sog"),
            is_sound=pl.col("sound") & pl.coalesce(after("sound"), pl.lit(value=True)),
            mmsi_after=pl.lit(None, pl.Int64),
            usual_h=interval_ms.median().over("mmsi", "vessel_id") / MS_PER_H,
        )
        .with_columns(until=pl.coalesce("end_time", ended))
        .with_columns(duration_h=_length_ms() / MS_PER_H)
        .filter(pl.col("is_sound") & _is_long(params))
        .with_columns(
            gap_id=pl.format("gap-{}-{}", "mmsi", pl.col("start_time").dt.strftime("%Y%m%dT%H%M%S%3f"))
        )
    )


def _other_numbers(gaps: pl.DataFrame, segments: pl.DataFrame) -> pl.DataFrame:
    """Where the same hull comes back under another number inside a silence, the silence ends there."""
    back = segments.select(
        "vessel_id",
        other=pl.col("mmsi"),
        back_time="start_time",
        back_lat="start_lat",
        back_lon="start_lon",
    )
    found = (
        gaps.select("gap_id", "vessel_id", "mmsi", "start_time", "until")
        .join(back, on="vessel_id")
        .filter(
            (pl.col("other") != pl.col("mmsi"))
            & (pl.col("back_time") > pl.col("start_time"))
            & (pl.col("back_time") < pl.col("until"))
        )
        .sort("back_time", "other")
        .unique("gap_id", keep="first", maintain_order=True)
        .select("gap_id", "other", "back_time", "back_lat", "back_lon")
    )
    return (
        gaps.join(found, on="gap_id", how="left", maintain_order="left")
        .with_columns(
            mmsi_after=pl.coalesce("other", "mmsi_after"),
            end_time=pl.coalesce("back_time", "end_time"),
            end_lat=pl.coalesce("back_lat", "end_lat"),
            end_lon=pl.coalesce("back_lon", "end_lon"),
            until=pl.coalesce("back_time", "until"),
        )
        .drop("other", "back_time", "back_lat", "back_lon")
        .with_columns(duration_h=_length_ms() / MS_PER_H)
    )


def _length_ms() -> pl.Expr:
    return (pl.col("until") - pl.col("start_time")).dt.total_milliseconds()


def _is_long(params: GapParams) -> pl.Expr:
    """Long enough for a silence or, of a ship at rest, to teach how often the feed loses ships.

    A silence of fewer usual intervals than nats does not say so much.
    """
    at_rest = pl.col("start_sog_kn").fill_null(0.0) < params.max_rest_sog_kn
    teaches = at_rest & pl.col("end_time").is_not_null()
    shortest_h = min(params.min_hole_h, params.min_gap_h)
    telling_h = (params.max_hole_log_lr * pl.col("usual_h")).clip(shortest_h, params.min_gap_h)
    least_h = pl.when(teaches).then(telling_h).otherwise(params.min_gap_h)
    return _length_ms() >= least_h * MS_PER_H


def _last_course(gaps: pl.DataFrame) -> pl.DataFrame:
    """Speed and course at the last fix, from the fix before it where the feed gives neither."""
    ends = (gaps[c].to_numpy() for c in ("before_lat", "before_lon", "start_lat", "start_lon"))
    east, north = local_offset_m(*ends)
    hours = (pl.col("start_time") - pl.col("before_time")).dt.total_milliseconds() / MS_PER_H
    # Two fixes of one instant tell no speed.
    seconds = pl.when(hours > 0).then(hours * S_PER_H)
    made = pl.Series(np.hypot(east, north)).fill_nan(None) / seconds / KN_TO_MPS
    cog = pl.Series(np.rad2deg(np.arctan2(east, north)) % 360.0).fill_nan(None)
    unsaid = pl.col("start_sog_kn").is_null() & pl.col("start_cog").is_null()
    return gaps.with_columns(
        start_sog_kn=pl.when(unsaid).then(made).otherwise("start_sog_kn"),
        start_cog=pl.when(unsaid).then(cog).otherwise("start_cog"),
    )


def _motion(gaps: pl.DataFrame) -> pl.DataFrame:
    lat, lon, end_lat, end_lon = (
        gaps[c].to_numpy() for c in ("start_lat", "start_lon", "end_lat", "end_lon")
    )
    way = pl.Series("distance_m", distance_m(lat, lon, end_lat, end_lon)).fill_nan(None)
    implied = pl.col("distance_m") / (pl.col("duration_h") * S_PER_H) / KN_TO_MPS
    own = pl.max_horizontal("start_sog_kn", "implied_sog_kn")
    sailing_h = pl.col("distance_m") / (own * KN_TO_MPS) / S_PER_H
    return (
        gaps.with_columns(way)
        .with_columns(implied_sog_kn=implied)
        .with_columns(
            slack_h=pl.when(pl.col("distance_m") > 0)
            .then(pl.col("duration_h") - sailing_h)
            .when(pl.col("distance_m") == 0)
            .then("duration_h")
            .clip(0.0)
        )
    )


def _in_port(gaps: pl.DataFrame, places: Any, params: GapParams) -> pl.DataFrame:
    """Both ends in port and near each other; without ports, moored at the last fix."""
    if places is None or gaps.is_empty():
        moored = pl.col("nav_status").eq(5).fill_null(value=False)
        gaps = gaps.with_columns(start_in=moored, end_in=moored)
    else:
        for end in ("start", "end"):
            at_berth = lies_in(places.ports, gaps[f"{end}_lat"], gaps[f"{end}_lon"])
            gaps = gaps.with_columns(pl.Series(f"{end}_in", at_berth))
        gaps = gaps.with_columns(pl.col("end_in") | pl.col("end_time").is_null())
    near = pl.col("distance_m").le(params.max_in_port_move_m).fill_null(value=True)
    return gaps.with_columns(in_port=pl.col("start_in") & pl.col("end_in") & near)


def _broadcast_changes(gaps: pl.DataFrame, static: Any, params: GapParams) -> pl.DataFrame:
    """What the ship said of itself last before the silence and first after it; of draught, once settled."""
    draught = draught_change(gaps, static, window_h=params.draught_window_h)
    gaps = gaps.with_columns(draught)
    said = STATIC.validate(STATIC.empty() if static is None else static)
    keys = gaps.select(
        "gap_id", "mmsi", "start_time", "end_time", number_after=pl.coalesce("mmsi_after", "mmsi")
    )
    for name, column in (("destination", "destination_changed"), ("shipname", "name_changed")):
        known = said.filter(pl.col(name).is_not_null()).select("mmsi", "timestamp", name).sort("timestamp")
        before = keys.sort("start_time").join_asof(
            known, left_on="start_time", right_on="timestamp", by="mmsi", check_sortedness=False
        )
        after = (
            keys.filter(pl.col("end_time").is_not_null())
            .sort("end_time")
            .join_asof(
                known.rename({"mmsi": "number_after"}),
                left_on="end_time",
                right_on="timestamp",
                by="number_after",
                strategy="forward",
                check_sortedness=False,
            )
        )
        changed = before.select("gap_id", before=name).join(after.select("gap_id", after=name), on="gap_id")
        gaps = gaps.join(
            changed.select("gap_id", (pl.col("after") != pl.col("before")).alias(column)),
            on="gap_id",
            how="left",
            maintain_order="left",
        )
    return gaps


def _judge(
    gaps: pl.DataFrame,
    fixes: pl.DataFrame,
    reception: Reception,
    area: shapely.Geometry | None,
    params: GapParams,
) -> pl.DataFrame:
    """Add what reception says: expected reports, neighbours, likelihood ratio and probability."""
    hear = reception.params
    slots = ship_slots(fixes, params=hear)
    gaps = _with_slices(gaps, fixes, slots, hear, params)
    gaps = with_reports_due(with_hours_inside(gaps, reception, area=area, params=params), params=hear)
    cadence = own_cadence(gaps, slots, reception, min_gap_h=params.min_gap_h, params=params)
    straight = straight_ways(gaps, hear)
    found = silence_of_ways(straight, slots, cadence, reception)
    gaps = gaps.join(found.drop("way"), on="gap", how="left", maintain_order="left").with_columns(
        pl.col("log_p_silent", "expected_reports", "neighbours", "explained").fill_null(0.0)
    )
    gaps = _with_detours(gaps, slots, cadence, reception, params)
    prior = math.log(params.prior_off / (1.0 - params.prior_off))
    evidence = (params.evidence_weight * pl.col("log_lr_off")).clip(0.0, params.max_log_lr)
    # Each ship heard there in the silence halves the doubt that a lone one leaves; so none alone convicts.
    n_neighbours = pl.col("neighbours").round(6).round().cast(pl.Int64)
    can_judge = (
        pl.lit(reception.can_judge)
        & (pl.col("inside_h") >= pl.min_horizontal("duration_h", params.min_gap_h))
        & (n_neighbours >= params.min_neighbours)
    )
    vouching = pl.when(can_judge).then("neighbours").otherwise(0.0)
    most = 1.0 - (pl.lit(1.0 - params.max_p_off_alone).log() * (1.0 + vouching)).exp()
    return gaps.with_columns(
        expected_reports=pl.col("expected_reports") * pl.col("duration_h") / pl.col("slots_h"),
        n_neighbours=n_neighbours,
        feed_outage=pl.col("explained") >= params.min_outage_overlap,
        can_judge=can_judge,
        hole_share=pl.lit(None, pl.Float64),
        p_off=pl.min_horizontal(1.0 / (1.0 + (-(prior + evidence)).exp()), most),
    )


def _with_slices(
    gaps: pl.DataFrame, fixes: pl.DataFrame, slots: pl.DataFrame, hear: ReceptionParams, params: GapParams
) -> pl.DataFrame:
    """Number the silences; add their slices, the ship's number, state and usual speed."""
    slot_ms = int(hear.slot_s * MS_PER_S)
    ships = slots.select("mmsi", "vessel_id", "ship").unique()
    speeds = fixes.group_by("mmsi", "vessel_id").agg(own_sog_kn=pl.col("sog").quantile(0.9))
    gaps = (
        gaps.with_row_index("gap")
        .join(ships, on=["mmsi", "vessel_id"], maintain_order="left")
        .join(speeds, on=["mmsi", "vessel_id"], maintain_order="left")
        .with_columns(
            start_slot=pl.col("start_time").dt.epoch("ms") // slot_ms,
            end_slot=pl.col("end_time").dt.epoch("ms") // slot_ms,
            is_open=pl.col("end_time").is_null(),
        )
        .with_columns(first=pl.col("start_slot") + 1, last=pl.col("until").dt.epoch("ms") // slot_ms - 1)
    )
    kinds = slots.select("ship", "kind", start_slot=pl.col("slot").cast(pl.Int64))
    gaps = gaps.join(kinds, on=["ship", "start_slot"], how="left", maintain_order="left")
    fastest = pl.max_horizontal(
        pl.col(c).fill_null(0.0) for c in ("own_sog_kn", "implied_sog_kn", "start_sog_kn")
    )
    rested = (pl.col("kind") % 2 == 1) & (pl.col("distance_m") <= params.max_still_move_m).fill_null(
        value=False
    )
    return gaps.with_columns(own_sog_kn=pl.when(rested).then(0.0).otherwise(fastest))


def _with_detours(
    gaps: pl.DataFrame, slots: pl.DataFrame, cadence: pl.DataFrame, reception: Reception, params: GapParams
) -> pl.DataFrame:
    """Add ``log_lr_off``: against silence on the straight way and, where that says much, on ways about it.

    Fixes lie where ships are heard, so the straight way between two of them leans to the better places.
    """
    share = pl.when("is_open").then(params.prior_detour_open).otherwise(params.prior_detour)
    asked = gaps.filter(pl.col("log_p_silent") < -params.min_detour_log_lr)
    found = silence_of_ways(detours(asked, reception.params, params), slots, cadence, reception)
    about = found.group_by("gap").agg(p_about=pl.col("log_p_silent").exp().mean())
    straight = pl.col("log_p_silent").exp()
    p_silent = pl.coalesce((1.0 - share) * straight + share * pl.col("p_about"), straight)
    return gaps.join(about, on="gap", how="left", maintain_order="left").with_columns(
        log_lr_off=-p_silent.clip(1e-300).log()
    )
