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
from stsdetect.context.layers import Context
from stsdetect.detection.gaps.dropouts import adjust_for_dropouts
from stsdetect.detection.gaps.observability import with_observable_hours, with_reports_due
from stsdetect.detection.gaps.routes import detours, straight_routes
from stsdetect.detection.vessel_attributes import draught_change
from stsdetect.geo.geodesy import distance_m, local_offset_m
from stsdetect.params import DraughtParams, GapParams, ReceptionParams
from stsdetect.reception.gap_likelihood import gap_likelihood_of_routes, own_cadence
from stsdetect.reception.presence import presence_bins
from stsdetect.reception.reception_model import Reception, fit_reception
from stsdetect.schema import GAPS, POINTS, SEGMENTS, STATIC, Frame
from stsdetect.units import KN_TO_MPS, MS_PER_H, MS_PER_S, S_PER_H


def find_gaps(
    points: Frame,
    segments: Frame,
    *,
    reception: Reception | None = None,
    identity: Frame | None = None,
    static: Frame | None = None,
    context: Context | None = None,
    end_of_data: datetime | None = None,
    params: GapParams | None = None,
    draught_params: DraughtParams | None = None,
) -> pd.DataFrame:
    """Find gaps and estimate how likely each was a switch-off.

    Every time bin of a gap in which the ship would have been received with probability p adds -log(1 - p) to
    the log-likelihood ratio of "switched off" against "not received"; p comes from the other ships there and
    then, and from how well this ship was received before and after. The result is held against the dropouts
    of the feed (`adjust_for_dropouts`). Hours in which the ship may have been outside the area of interest, or
    outside the waters that the dump covers, carry no evidence; a gap with less than `min_gap_h` left is not
    judged.

    Parameters
    ----------
    points : POINTS frame
        Fixes of all ships, those of quarantined segments too: there a ship was received, if not where it
        claimed to be, and no gap begins or ends at them.
    segments : SEGMENTS frame
        Of these ships.
    reception : Reception, optional
        Estimated from all ships; from `points` where not given.
    identity : IDENTITY frame, optional
        Names, for changes across an MMSI.
    static : STATIC frame, optional
        Draught, destination and name before and after.
    context : Context, optional
        Ports, for `in_port`, and the area of interest.
    end_of_data : datetime, optional
        When the dump ends; gaps still open then are measured to it. Default: the last fix.
    params : GapParams, optional
    draught_params : DraughtParams, optional
        When a draught counts as changed.

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
    gaps = gaps_of_shard(
        points,
        segments,
        reception=reception,
        identity=identity,
        static=static,
        context=context,
        end_of_data=end_of_data,
        params=params,
        draught_params=draught_params,
    )
    return adjust_for_dropouts(gaps, params=params, draught_params=draught_params)


def gaps_of_shard(
    points: Frame,
    segments: Frame,
    *,
    reception: Reception | None = None,
    identity: Frame | None = None,
    static: Frame | None = None,
    context: Context | None = None,
    end_of_data: datetime | None = None,
    params: GapParams | None = None,
    draught_params: DraughtParams | None = None,
) -> pd.DataFrame:
    """Find the gaps of some ships of a dump, before dropouts of the feed are allowed for.

    `adjust_for_dropouts` finishes them once the gaps of all ships are together.

    Parameters
    ----------
    points : POINTS frame
        All fixes of some ships.
    segments : SEGMENTS frame
        Of these ships; those of further MMSIs tell where a hull came back under another one.
    reception, identity, static, context, end_of_data, params, draught_params
        As for `find_gaps`.

    Returns
    -------
    pandas.DataFrame
        GAPS, with the shorter gaps of ships at rest from which dropouts are learnt.

    Raises
    ------
    SchemaError
        When a frame is not the table it should be.
    """
    params, draught_params = params or GapParams(), draught_params or DraughtParams()
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
    gaps = _in_port(gaps, context, params)
    gaps = _broadcast_changes(gaps, static, draught_params)
    area = None if context is None else context.area
    return GAPS.to_pandas(_judge(gaps, fixes, reception, area, params))


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
    shortest_h = min(params.min_dropout_h, params.min_gap_h)
    telling_h = (params.max_dropout_log_lr * pl.col("usual_h")).clip(shortest_h, params.min_gap_h)
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


def _in_port(gaps: pl.DataFrame, context: Context | None, params: GapParams) -> pl.DataFrame:
    """Both ends in port and near each other; without ports, moored at the last fix."""
    if context is None or gaps.is_empty():
        moored = pl.col("nav_status").eq(5).fill_null(value=False)
        gaps = gaps.with_columns(start_in=moored, end_in=moored)
    else:
        for end in ("start", "end"):
            at_berth = lies_in(context.ports, gaps[f"{end}_lat"], gaps[f"{end}_lon"])
            gaps = gaps.with_columns(pl.Series(f"{end}_in", at_berth))
        gaps = gaps.with_columns(pl.col("end_in") | pl.col("end_time").is_null())
    near = pl.col("distance_m").le(params.max_in_port_move_m).fill_null(value=True)
    return gaps.with_columns(in_port=pl.col("start_in") & pl.col("end_in") & near)


def _broadcast_changes(gaps: pl.DataFrame, static: Frame | None, params: DraughtParams) -> pl.DataFrame:
    """What the ship said of itself last before the silence and first after it; of draught, once settled."""
    draught = draught_change(gaps, static, window_h=params.window_h)
    gaps = gaps.with_columns(draught)
    said = STATIC.optional(static)
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
    reception_params = reception.params
    time_bins = presence_bins(fixes, params=reception_params)
    gaps = _with_slices(gaps, fixes, time_bins, reception_params, params)
    gaps = with_reports_due(
        with_observable_hours(gaps, reception, area=area, params=params), params=reception_params
    )
    cadence = own_cadence(gaps, time_bins, reception, min_gap_h=params.min_gap_h, params=params)
    straight = straight_routes(gaps, reception_params)
    found = gap_likelihood_of_routes(straight, time_bins, cadence, reception)
    gaps = gaps.join(found.drop("way"), on="gap", how="left", maintain_order="left").with_columns(
        pl.col("log_p_no_report", "expected_reports", "neighbours", "explained").fill_null(0.0)
    )
    gaps = _with_detours(gaps, time_bins, cadence, reception, params)
    prior = math.log(params.prior_off / (1.0 - params.prior_off))
    evidence = (params.evidence_weight * pl.col("log_lr_off")).clip(0.0, params.max_log_lr)
    # Each ship heard there in the silence halves the doubt that a lone one leaves; so none alone convicts.
    n_neighbours = pl.col("neighbours").round(6).round().cast(pl.Int64)
    can_judge = (
        pl.lit(reception.can_judge)
        & (pl.col("observable_h") >= pl.min_horizontal("duration_h", params.min_gap_h))
        & (n_neighbours >= params.min_neighbours)
    )
    vouching = pl.when(can_judge).then("neighbours").otherwise(0.0)
    most = 1.0 - (pl.lit(1.0 - params.max_p_off_alone).log() * (1.0 + vouching)).exp()
    return gaps.with_columns(
        expected_reports=pl.col("expected_reports") * pl.col("duration_h") / pl.col("bins_h"),
        n_neighbours=n_neighbours,
        feed_outage=pl.col("explained") >= params.min_outage_overlap,
        can_judge=can_judge,
        dropout_share=pl.lit(None, pl.Float64),
        p_off=pl.min_horizontal(1.0 / (1.0 + (-(prior + evidence)).exp()), most),
    )


def _with_slices(
    gaps: pl.DataFrame,
    fixes: pl.DataFrame,
    time_bins: pl.DataFrame,
    reception_params: ReceptionParams,
    params: GapParams,
) -> pl.DataFrame:
    """Number the silences; add their time bins, the ship's number, state and usual speed."""
    bin_ms = int(reception_params.bin_s * MS_PER_S)
    ships = time_bins.select("mmsi", "vessel_id", "ship").unique()
    speeds = fixes.group_by("mmsi", "vessel_id").agg(own_sog_kn=pl.col("sog").quantile(0.9))
    gaps = (
        gaps.with_row_index("gap")
        .join(ships, on=["mmsi", "vessel_id"], maintain_order="left")
        .join(speeds, on=["mmsi", "vessel_id"], maintain_order="left")
        .with_columns(
            start_bin=pl.col("start_time").dt.epoch("ms") // bin_ms,
            end_bin=pl.col("end_time").dt.epoch("ms") // bin_ms,
            is_open=pl.col("end_time").is_null(),
        )
        .with_columns(first=pl.col("start_bin") + 1, last=pl.col("until").dt.epoch("ms") // bin_ms - 1)
    )
    kinds = time_bins.select("ship", "kind", start_bin=pl.col("time_bin").cast(pl.Int64))
    gaps = gaps.join(kinds, on=["ship", "start_bin"], how="left", maintain_order="left")
    fastest = pl.max_horizontal(
        pl.col(c).fill_null(0.0) for c in ("own_sog_kn", "implied_sog_kn", "start_sog_kn")
    )
    rested = (pl.col("kind") % 2 == 1) & (pl.col("distance_m") <= params.max_rest_move_m).fill_null(
        value=False
    )
    return gaps.with_columns(own_sog_kn=pl.when(rested).then(0.0).otherwise(fastest))


def _with_detours(
    gaps: pl.DataFrame,
    time_bins: pl.DataFrame,
    cadence: pl.DataFrame,
    reception: Reception,
    params: GapParams,
) -> pl.DataFrame:
    """Add ``log_lr_off``: against silence on the straight way and, where that says much, on ways about it.

    Fixes lie where ships are heard, so the straight way between two of them leans to the better places.
    """
    share = pl.when("is_open").then(params.prior_detour_open).otherwise(params.prior_detour)
    asked = gaps.filter(pl.col("log_p_no_report") < -params.min_detour_log_lr)
    found = gap_likelihood_of_routes(detours(asked, reception.params, params), time_bins, cadence, reception)
    about = found.group_by("gap").agg(p_about=pl.col("log_p_no_report").exp().mean())
    straight = pl.col("log_p_no_report").exp()
    p_silent = pl.coalesce((1.0 - share) * straight + share * pl.col("p_about"), straight)
    return gaps.join(about, on="gap", how="left", maintain_order="left").with_columns(
        log_lr_off=-p_silent.clip(1e-300).log()
    )
