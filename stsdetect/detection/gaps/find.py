"""Gaps between consecutive fixes of a vessel: where they begin and end, and what changed across them."""

from __future__ import annotations

from datetime import datetime
from typing import cast

import numpy as np
import pandas as pd
import polars as pl

from stsdetect.context.attach import lies_in
from stsdetect.context.layers import Context
from stsdetect.detection.berths import rests_moored
from stsdetect.detection.gaps.dropouts import adjust_for_dropouts
from stsdetect.detection.gaps.switch_off import with_switch_off_evidence
from stsdetect.detection.vessel_attributes import draught_change
from stsdetect.geo.angles import wrap360
from stsdetect.geo.geodesy import distance_m, local_offset_m
from stsdetect.itu import MOORED
from stsdetect.params import BerthParams, DraughtParams, GapParams
from stsdetect.reception.reception_model import Reception, fit_reception
from stsdetect.schema import BERTHS, GAPS, POINTS, SEGMENTS, STATIC, Frame
from stsdetect.units import KN_TO_MPS, MS_PER_H, S_PER_H

_GAP_HOURS_AT_ONCE = 50_000.0  # memory only
_TIME = pl.Datetime("ms", "UTC")


def find_gaps(
    points: Frame,
    segments: Frame,
    *,
    reception: Reception | None = None,
    static: Frame | None = None,
    context: Context | None = None,
    berths: Frame | None = None,
    end_of_data: datetime | None = None,
    params: GapParams | None = None,
    draught_params: DraughtParams | None = None,
    berth_params: BerthParams | None = None,
) -> pd.DataFrame:
    """Find gaps and estimate how likely each was a switch-off.

    Every time bin of a gap in which the vessel would have been received with probability p adds -log(1 - p)
    to the log-likelihood ratio of "switched off" against "not received"; p comes from the other vessels there
    and then, and from how well this vessel was received before and after. The result is then lowered by the
    expected share of dropouts of the feed (`adjust_for_dropouts`). Hours in which the vessel may have been
    outside the area of interest, or outside the waters that the dump covers, carry no evidence; a gap with
    less than `min_gap_h` left is not judged.

    Parameters
    ----------
    points : POINTS frame
        Fixes of all vessels, those of quarantined segments included: these show that the vessel was received,
        even if not where it claimed to be, so no gap begins or ends at them.
    segments : SEGMENTS frame
        Of these vessels; stations that are not ships are left out.
    reception : Reception, optional
        Estimated from all vessels; from `points` if not given.
    static : STATIC frame, optional
        Draught, destination and name before and after.
    context : Context, optional
        Ports, for `in_port`, and the area of interest.
    berths : BERTHS frame, optional
        From `find_berths`; ships at rest there, or near any shore, are in port as well.
    end_of_data : datetime, optional
        When the dump ends; gaps still open then are measured to it. Default: the last fix.
    params : GapParams, optional
    draught_params : DraughtParams, optional
        When a draught counts as changed.
    berth_params : BerthParams, optional
        How near to a berth or a shore a ship at rest is moored.

    Returns
    -------
    pandas.DataFrame
        GAPS, sorted by start.

    Raises
    ------
    SchemaError
        When a frame is not a valid table of its kind.

    See Also
    --------
    stsdetect.reception.gap_likelihood : The likelihood.

    Examples
    --------
    >>> from stsdetect.schema import POINTS, SEGMENTS
    >>> len(find_gaps(POINTS.empty(), SEGMENTS.empty()))
    0
    """
    every, spans = POINTS.validate(points), SEGMENTS.validate(segments)
    other = spans.filter(pl.col("kind") != "ship")["segment_id"]
    fixes, spans = every.filter(~pl.col("segment_id").is_in(other.implode())), spans.filter(kind="ship")
    last = cast("datetime | None", every["timestamp"].max())
    gaps = gaps_of_shard(
        fixes,
        spans,
        reception if reception is not None else fit_reception(fixes.filter(~_is_quarantined(spans))),
        static=STATIC.optional(static),
        context=context,
        berths=BERTHS.optional(berths),
        end_of_data=end_of_data or last,
        params=params,
        draught_params=draught_params,
        berth_params=berth_params,
    )
    return GAPS.to_pandas(adjust_for_dropouts(gaps, params=params, draught_params=draught_params))


def gaps_of_shard(
    points: pl.DataFrame,
    segments: pl.DataFrame,
    reception: Reception,
    *,
    static: pl.DataFrame,
    context: Context | None = None,
    berths: pl.DataFrame | None = None,
    end_of_data: datetime | None = None,
    params: GapParams | None = None,
    draught_params: DraughtParams | None = None,
    berth_params: BerthParams | None = None,
) -> pl.DataFrame:
    """Find the gaps of some vessels of a dump, before the correction for dropouts of the feed.

    `adjust_for_dropouts` finishes them once the gaps of all vessels are together.

    Parameters
    ----------
    points : polars.DataFrame
        Validated POINTS: all fixes of some vessels.
    segments : polars.DataFrame
        Validated SEGMENTS of these vessels; those of other MMSIs show where a hull came back under another
        one.
    reception : Reception
        Estimated from all vessels.
    static : polars.DataFrame
        Validated STATIC of these vessels.
    context, berths, end_of_data, params, draught_params, berth_params
        As for `find_gaps`.

    Returns
    -------
    polars.DataFrame
        GAPS, sorted by start, with the shorter gaps of vessels at rest from which dropouts are estimated.
    """
    params, draught_params = GapParams.of(params), DraughtParams.of(draught_params)
    berth_params = BerthParams.of(berth_params)
    if points.is_empty():
        return GAPS.optional(None)
    fixes = points.sort("mmsi", "vessel_id", "timestamp", "lat", "lon", maintain_order=True)
    end = fixes["timestamp"].max() if end_of_data is None else pd.Timestamp(end_of_data)
    quarantined = _is_quarantined(segments)
    gaps = _between_fixes(fixes.with_columns(sound=~quarantined), pl.lit(end).cast(_TIME), params)
    gaps = _until_other_mmsi(gaps, segments.filter(~pl.col("quarantined")))
    gaps = _with_implied_motion(_with_last_motion(gaps)).filter(_is_long_enough(params))
    berths = BERTHS.optional(berths)
    gaps = _with_in_port(gaps, context, berths, params, berth_params)
    gaps = _with_broadcast_changes(gaps, static, draught_params)
    area = None if context is None else context.area
    sound = fixes.filter(~quarantined)
    parts = [
        with_switch_off_evidence(part, _of_vessels(sound, part), reception, area=area, params=params)
        for part in _by_vessels(gaps)
    ]
    gaps = pl.concat(parts)
    return GAPS.validate(gaps).sort(GAPS.sort_by, nulls_last=True, maintain_order=True)


def _by_vessels(gaps: pl.DataFrame) -> list[pl.DataFrame]:
    """All gaps of some vessels, then of others, so many that their routes fit into memory."""
    rows = gaps.sort("mmsi", "vessel_id", maintain_order=True)
    rows = rows.with_columns(part=pl.col("duration_h").cum_sum() // _GAP_HOURS_AT_ONCE)
    rows = rows.with_columns(pl.col("part").first().over("mmsi", "vessel_id"))
    return rows.partition_by("part", maintain_order=True, include_key=False) or [gaps]


def _of_vessels(fixes: pl.DataFrame, gaps: pl.DataFrame) -> pl.DataFrame:
    return fixes.join(gaps.select("mmsi", "vessel_id").unique(), on=["mmsi", "vessel_id"], how="semi")


def _is_quarantined(segments: pl.DataFrame) -> pl.Expr:
    return pl.col("segment_id").is_in(segments.filter("quarantined")["segment_id"].implode())


def _between_fixes(fixes: pl.DataFrame, end_of_data: pl.Expr, params: GapParams) -> pl.DataFrame:
    """Gaps between consecutive fixes of a vessel, and the open gap after its last one.

    Parameters
    ----------
    fixes : polars.DataFrame
        POINTS by vessel and time, with ``sound``.
    end_of_data : polars.Expr
        When the dump ends.
    params : GapParams

    Returns
    -------
    polars.DataFrame
        The first columns of GAPS, with ``nav_status``; ``before_time, before_lat,
        before_lon`` of the fix before the last; ``until``, where an open gap ends with the dump;
        ``typical_interval_h``, the median interval between fixes of the vessel [h].
    """
    same = (pl.col("mmsi").shift(-1) == pl.col("mmsi")) & (
        pl.col("vessel_id").shift(-1) == pl.col("vessel_id")
    )

    def after(name: str) -> pl.Expr:
        return pl.when(same).then(pl.col(name).shift(-1))

    def before(name: str) -> pl.Expr:
        return pl.when(same.shift(1)).then(pl.col(name).shift(1))

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
            end_cog=after("cog"),
            is_sound=pl.col("sound") & pl.coalesce(after("sound"), pl.lit(value=True)),
            mmsi_after=pl.lit(None, pl.Int64),
            typical_interval_h=interval_ms.median().over("mmsi", "vessel_id") / MS_PER_H,
        )
        .with_columns(until=pl.coalesce("end_time", end_of_data))
        .with_columns(duration_h=_duration_ms() / MS_PER_H)
        .filter(pl.col("is_sound") & _is_long_enough(params))
        .with_columns(
            gap_id=pl.format("gap-{}-{}", "mmsi", pl.col("start_time").dt.strftime("%Y%m%dT%H%M%S%3f"))
        )
    )


def _until_other_mmsi(gaps: pl.DataFrame, segments: pl.DataFrame) -> pl.DataFrame:
    """End a gap where the same hull comes back under another MMSI."""
    back = segments.select(
        "vessel_id",
        other="mmsi",
        back_time="start_time",
        back_lat="start_lat",
        back_lon="start_lon",
    )
    found = (
        gaps.select("gap_id", "vessel_id", "mmsi", "start_time", "until")
        .join(back, on="vessel_id", maintain_order="left")
        .filter(
            (pl.col("other") != pl.col("mmsi"))
            & (pl.col("back_time") > pl.col("start_time"))
            & (pl.col("back_time") < pl.col("until"))
        )
        .sort("back_time", "other", maintain_order=True)
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
            end_sog_kn=pl.when(pl.col("back_time").is_null()).then("end_sog_kn"),
            end_cog=pl.when(pl.col("back_time").is_null()).then("end_cog"),
        )
        .drop("other", "back_time", "back_lat", "back_lon")
        .with_columns(duration_h=_duration_ms() / MS_PER_H)
    )


def _duration_ms() -> pl.Expr:
    return (pl.col("until") - pl.col("start_time")).dt.total_milliseconds()


def _is_long_enough(params: GapParams) -> pl.Expr:
    """Whether a gap is long enough to be one, or, of a vessel at rest, for the null sample of dropouts.

    A gap is longer than `min_gap_h`, as in the published rule. The null sample takes gaps of at least
    `max_dropout_log_lr` typical intervals of the vessel: one with fewer missed reports hardly reaches that
    log-likelihood ratio.
    """
    at_rest = pl.col("start_sog_kn").fill_null(0.0) < params.max_rest_sog_kn
    in_null_sample = at_rest & pl.col("end_time").is_not_null()
    shortest_h = min(params.min_dropout_h, params.min_gap_h)
    strong_h = (params.max_dropout_log_lr * pl.col("typical_interval_h")).clip(shortest_h, params.min_gap_h)
    is_long = _duration_ms() > params.min_gap_h * MS_PER_H
    return is_long | (in_null_sample & (_duration_ms() >= strong_h * MS_PER_H))


def _with_last_motion(gaps: pl.DataFrame) -> pl.DataFrame:
    """Where the feed gives neither, take speed and course at the last fix from it and the fix before."""
    ends = (gaps[c].to_numpy() for c in ("before_lat", "before_lon", "start_lat", "start_lon"))
    east, north = local_offset_m(*ends)
    hours = (pl.col("start_time") - pl.col("before_time")).dt.total_milliseconds() / MS_PER_H
    # Two fixes of the same instant give no speed.
    seconds = pl.when(hours > 0).then(hours * S_PER_H)
    sog_kn = pl.Series(np.hypot(east, north)).fill_nan(None) / seconds / KN_TO_MPS
    cog = pl.Series(wrap360(np.rad2deg(np.arctan2(east, north)))).fill_nan(None)
    missing = pl.col("start_sog_kn").is_null() & pl.col("start_cog").is_null()
    return gaps.with_columns(
        start_sog_kn=pl.when(missing).then(sog_kn).otherwise("start_sog_kn"),
        start_cog=pl.when(missing).then(cog).otherwise("start_cog"),
    )


def _with_implied_motion(gaps: pl.DataFrame) -> pl.DataFrame:
    """Add ``distance_m, implied_sog_kn, slack_h``: how far, how fast, and how much time was left over."""
    ends = (gaps[c].to_numpy() for c in ("start_lat", "start_lon", "end_lat", "end_lon"))
    distance = pl.Series("distance_m", distance_m(*ends)).fill_nan(None)
    implied = pl.col("distance_m") / (pl.col("duration_h") * S_PER_H) / KN_TO_MPS
    own = pl.max_horizontal("start_sog_kn", "implied_sog_kn")
    sailing_h = pl.col("distance_m") / (own * KN_TO_MPS) / S_PER_H
    return (
        gaps.with_columns(distance)
        .with_columns(implied_sog_kn=implied)
        .with_columns(
            slack_h=pl.when(pl.col("distance_m") > 0)
            .then(pl.col("duration_h") - sailing_h)
            .when(pl.col("distance_m") == 0)
            .then("duration_h")
            .clip(0.0)
        )
    )


def _with_in_port(
    gaps: pl.DataFrame,
    context: Context | None,
    berths: pl.DataFrame,
    params: GapParams,
    berth_params: BerthParams,
) -> pl.DataFrame:
    """Add ``in_port``: in port, or moored at the shore, at both ends, and these near each other.

    Without ports, a ship that says that it is moored is in port.
    """
    for end in ("start", "end"):
        place = gaps[f"{end}_lat"].to_numpy(), gaps[f"{end}_lon"].to_numpy()
        # The first fix may be that of a ship as she leaves her berth.
        sog_kn = gaps["start_sog_kn"].to_numpy() if end == "start" else np.zeros(len(gaps))
        inside = rests_moored(*place, sog_kn, berths, berth_params)
        known = np.zeros(len(gaps), dtype=bool) if context is None else lies_in(context.ports, *place)
        gaps = gaps.with_columns(pl.Series(f"{end}_in", inside | known), pl.Series(f"{end}_known", known))
    gaps = gaps.with_columns(pl.col("end_in", "end_known") | pl.col("end_time").is_null())
    if context is None:
        says_moored = pl.col("nav_status").eq(MOORED).fill_null(value=False)
        sides = ("start_in", "end_in", "start_known", "end_known")
        gaps = gaps.with_columns(pl.col(*sides) | says_moored)
    near = pl.col("distance_m").le(params.max_in_port_move_m).fill_null(value=True)
    in_port = pl.col("start_in") & pl.col("end_in") & near
    known_port = pl.col("start_known") & pl.col("end_known")
    return gaps.with_columns(in_port=in_port, unmapped_port=in_port & ~known_port)


def _with_broadcast_changes(gaps: pl.DataFrame, static: pl.DataFrame, params: DraughtParams) -> pl.DataFrame:
    """Add how draught, destination and name differ: last broadcast before the gap against first after it.

    Of the draught, the last within `window_h` after the gap counts, since crews enter it late.
    """
    gaps = gaps.with_columns(draught_change(gaps, static, window_h=params.window_h))
    keys = gaps.select(
        "gap_id", "mmsi", "start_time", "end_time", later_mmsi=pl.coalesce("mmsi_after", "mmsi")
    )
    for name, column in (("destination", "destination_changed"), ("shipname", "name_changed")):
        known = (
            static.filter(pl.col(name).is_not_null())
            .select("mmsi", "timestamp", name)
            .sort("timestamp", maintain_order=True)
        )
        before = keys.sort("start_time", maintain_order=True).join_asof(
            known, left_on="start_time", right_on="timestamp", by="mmsi", check_sortedness=False
        )
        after = (
            keys.filter(pl.col("end_time").is_not_null())
            .sort("end_time", maintain_order=True)
            .join_asof(
                known.rename({"mmsi": "later_mmsi"}),
                left_on="end_time",
                right_on="timestamp",
                by="later_mmsi",
                strategy="forward",
                check_sortedness=False,
            )
        )
        changed = before.select("gap_id", before=name).join(
            after.select("gap_id", after=name), on="gap_id", maintain_order="left"
        )
        gaps = gaps.join(
            changed.select("gap_id", (pl.col("after") != pl.col("before")).alias(column)),
            on="gap_id",
            how="left",
            maintain_order="left",
        )
    return gaps
