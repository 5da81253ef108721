"""Evidence that a gap is a switch-off: a log-likelihood ratio, and a probability from it.

``log_lr_off = -log P(no report | transmitting)``, averaged over the routes that the vessel may have sailed.
The probability is a logistic model with the prior `prior_off` and the slope `evidence_weight` (below 1, since
consecutive hours are not independent), limited by how many neighbours were received.
"""

from __future__ import annotations

import math

import polars as pl
import shapely

from stsdetect.arrays import expit_expr, row_mean
from stsdetect.detection.gaps.observability import with_observable_hours, with_reports_due
from stsdetect.detection.gaps.routes import detours, straight_routes
from stsdetect.params import GapParams, ReceptionParams
from stsdetect.reception.gap_likelihood import gap_likelihood_of_routes, own_cadence
from stsdetect.reception.presence import is_at_rest, presence_bins
from stsdetect.reception.reception_model import Reception
from stsdetect.units import MS_PER_S

_TINY = 1e-300  # keeps a logarithm finite


def with_switch_off_evidence(
    gaps: pl.DataFrame,
    fixes: pl.DataFrame,
    reception: Reception,
    *,
    area: shapely.Geometry | None,
    params: GapParams,
) -> pl.DataFrame:
    """Add how likely each gap was a switch-off, and the quantities from which that follows.

    Parameters
    ----------
    gaps : polars.DataFrame
        The columns of GAPS that do not depend on reception, with ``until`` (end of the gap, or of the dump
        while open), ``start_cog, end_sog_kn, nav_status``.
    fixes : polars.DataFrame
        Validated POINTS of the same vessels, without quarantined segments.
    reception : Reception
    area : shapely geometry, optional
        Area of interest, longitude and latitude [deg].
    params : GapParams

    Returns
    -------
    polars.DataFrame
        With ``expected_reports, n_neighbours, log_lr_off, p_off, dropout_share`` (null), ``feed_outage`` and
        ``can_judge``.
    """
    reception_params = reception.params
    time_bins = presence_bins(fixes, params=reception_params)
    gaps = _with_time_bins(gaps, fixes, time_bins, reception_params, params)
    gaps = with_observable_hours(gaps, reception, area=area, params=params)
    gaps = with_reports_due(gaps, params=reception_params)
    cadence = own_cadence(gaps, time_bins, reception, min_gap_h=params.min_gap_h, params=params)
    straight = straight_routes(gaps, reception_params)
    of_straight = gap_likelihood_of_routes(straight, time_bins, cadence, reception)
    gaps = gaps.join(of_straight.drop("route"), on="gap", how="left", maintain_order="left").with_columns(
        pl.col("log_p_no_report", "expected_reports", "neighbours", "outage_share").fill_null(0.0)
    )
    gaps = _with_log_likelihood_ratio(gaps, time_bins, cadence, reception, params)
    prior_log_odds = math.log(params.prior_off / (1.0 - params.prior_off))
    evidence = (params.evidence_weight * pl.col("log_lr_off")).clip(0.0, params.max_log_lr)
    n_neighbours = pl.col("neighbours").round(6).round().cast(pl.Int64)
    can_judge = (
        pl.lit(reception.can_judge)
        & (pl.col("observable_h") >= pl.min_horizontal("duration_h", params.min_gap_h))
        & (n_neighbours >= params.min_neighbours)
    )
    # Each additional neighbour received during the gap halves the residual doubt, so one neighbour is never
    # conclusive.
    counted = pl.when(can_judge).then("neighbours").otherwise(0.0)
    highest = 1.0 - (pl.lit(1.0 - params.max_p_off_alone).log() * (1.0 + counted)).exp()
    return gaps.with_columns(
        expected_reports=pl.col("expected_reports") * pl.col("duration_h") / pl.col("bins_h"),
        n_neighbours=n_neighbours,
        feed_outage=pl.col("outage_share") >= params.min_outage_overlap,
        can_judge=can_judge,
        dropout_share=pl.lit(None, pl.Float64),
        p_off=pl.min_horizontal(expit_expr(prior_log_odds + evidence), highest),
    )


def _with_time_bins(
    gaps: pl.DataFrame,
    fixes: pl.DataFrame,
    time_bins: pl.DataFrame,
    reception_params: ReceptionParams,
    params: GapParams,
) -> pl.DataFrame:
    """Number the gaps; add their time bins, the vessel's index, kind and own speed."""
    bin_ms = int(reception_params.bin_s * MS_PER_S)
    ships = time_bins.select("mmsi", "vessel_id", "ship").unique(maintain_order=True)
    speeds = fixes.group_by("mmsi", "vessel_id", maintain_order=True).agg(
        own_sog_kn=pl.col("sog").quantile(params.own_sog_quantile)
    )
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
    near = (pl.col("distance_m") <= params.max_rest_move_m).fill_null(value=False)
    stayed = is_at_rest(pl.col("kind")) & near
    return gaps.with_columns(own_sog_kn=pl.when(stayed).then(0.0).otherwise(fastest))


def _with_log_likelihood_ratio(
    gaps: pl.DataFrame,
    time_bins: pl.DataFrame,
    cadence: pl.DataFrame,
    reception: Reception,
    params: GapParams,
) -> pl.DataFrame:
    """Add ``log_lr_off``, from the straight route and, where that is strong evidence, from detours as well.

    Fixes lie where vessels are received, so the straight route between two of them is biased to places of
    good reception. `prior_detour` is the probability that a vessel sailed a detour.
    """
    prior = pl.when("is_open").then(params.prior_detour_open).otherwise(params.prior_detour)
    strong = gaps.filter(pl.col("log_p_no_report") < -params.min_detour_log_lr)
    of_detours = gap_likelihood_of_routes(
        detours(strong, reception.params, params), time_bins, cadence, reception
    )
    mean = of_detours.group_by("gap", maintain_order=True).agg(
        p_on_detour=row_mean(pl.col("log_p_no_report").exp())
    )
    on_straight = pl.col("log_p_no_report").exp()
    p_no_report = pl.coalesce((1.0 - prior) * on_straight + prior * pl.col("p_on_detour"), on_straight)
    return gaps.join(mean, on="gap", how="left", maintain_order="left").with_columns(
        log_lr_off=-p_no_report.clip(_TINY).log()
    )
