"""How likely a vessel that transmits leaves no report on a route, given what other vessels' reports show.

The log-likelihood ratio of "switched off" against "not received" is ``-log P(no report | transmitting)``,
since a transponder that is off is never received. It needs the detection probability along the route, from
the baseline, the regime of the region, the regime of the hour nearby, and how well this vessel itself was
received before and after.

Leave-one-out: the vessel's own contribution is removed from the counts first, so its gap cannot lower its own
expected reception.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from stsdetect.arrays import Bools, Floats, Ints, row_mean, row_sum, sum_in_order
from stsdetect.geo.grid import cells_within
from stsdetect.params import GapParams
from stsdetect.reception.baseline import baseline_probability
from stsdetect.reception.presence import is_at_rest
from stsdetect.reception.reception_model import Reception
from stsdetect.reception.regimes import (
    add_log_odds,
    add_log_odds_to,
    baseline_band,
    regime_columns,
    regime_probabilities,
    region_of,
    report_log_likelihoods,
)
from stsdetect.schema import OUTAGES
from stsdetect.units import MS_PER_S, S_PER_H

_BINS = 1 << 32  # more than there are time bins: ship * _BINS + time bin sorts by ship, then time bin
_TINY = 1e-300  # keeps a logarithm finite


def gap_likelihood_of_routes(
    routes: pl.DataFrame, time_bins: pl.DataFrame, cadence: pl.DataFrame, reception: Reception
) -> pl.DataFrame:
    """Probability that a transmitting vessel leaves no report on a route, for each route of each gap.

    Time bins of one window share a latent regime: given the regime, the misses of the bins multiply; the
    product is averaged over the posterior of the regimes, and windows are independent. Time bins in a known
    outage carry no evidence.

    Parameters
    ----------
    routes : polars.DataFrame
        ``gap, route, ship, time_bin, cell, kind, lat, lon``: where the vessel would be in each time bin.
    time_bins : polars.DataFrame
        From `presence_bins`, of the same vessels.
    cadence : polars.DataFrame
        From `own_cadence`: ``gap, band, own_log_odds, reports_per_bin``.
    reception : Reception

    Returns
    -------
    polars.DataFrame
        ``gap, route, log_p_no_report`` [nat], ``expected_reports``, ``neighbours`` (mean number of other
        vessels present per time bin), ``outage_share`` (share of the time bins in a known outage).
    """
    params = reception.params
    lost = in_outage(
        routes["time_bin"].to_numpy(), routes["lat"].to_numpy(), routes["lon"].to_numpy(), reception
    )
    routes = routes.with_columns(pl.Series("in_outage", lost, dtype=pl.Boolean))
    rows = _with_region_probability(_with_own_contribution(routes, time_bins, reception), reception)
    rows = rows.join(cadence, on=["gap", "band"], how="left", maintain_order="left").with_columns(
        p=add_log_odds(pl.col("p"), pl.col("own_log_odds").fill_null(0.0)).clip(params.min_p, params.max_p),
        window=pl.col("time_bin") // params.window_bins,
    )
    rows = rows.join(
        _window_weights(rows, time_bins, reception),
        on=["ship", "cell", "window"],
        how="left",
        maintain_order="left",
    )
    regimes = range(len(params.regime_log_odds))
    misses = {
        f"miss_{k}": row_sum(
            pl.when("in_outage")
            .then(0.0)
            .otherwise((1.0 - add_log_odds(pl.col("p"), s).clip(params.min_p, params.max_p)).log())
        )
        for k, s in enumerate(params.regime_log_odds)
    }
    p_received = sum_in_order(
        pl.col(f"w_{k}") * add_log_odds(pl.col("p"), s) for k, s in enumerate(params.regime_log_odds)
    )
    p_received = pl.when("in_outage").then(0.0).otherwise(p_received)
    per_window = rows.group_by("gap", "route", "window", maintain_order=True).agg(
        **misses,
        **{f"w_{k}": row_mean(pl.col(f"w_{k}")) for k in regimes},
        expected_reports=row_sum(p_received * pl.col("reports_per_bin").fill_null(0.0)),
        neighbours=row_mean(pl.col("neighbours")),
        outage_share=row_mean(pl.col("in_outage").cast(pl.Float64)),
    )
    p_no_report = sum_in_order(pl.col(f"w_{k}") * pl.col(f"miss_{k}").exp() for k in regimes)
    return per_window.group_by("gap", "route", maintain_order=True).agg(
        log_p_no_report=row_sum(p_no_report.clip(_TINY).log()),
        expected_reports=row_sum(pl.col("expected_reports")),
        neighbours=row_mean(pl.col("neighbours")),
        outage_share=row_mean(pl.col("outage_share")),
    )


def own_cadence(
    gaps: pl.DataFrame, time_bins: pl.DataFrame, reception: Reception, *, min_gap_h: float, params: GapParams
) -> pl.DataFrame:
    """How well each vessel itself was received before and after its gap, compared with others of its kind.

    Its log-odds relative to others are the posterior mean over `cadence_log_odds`, with a normal prior of
    standard deviation `cadence_sigma`, from the time bins up to `cadence_window_h` before and after the gap.

    Parameters
    ----------
    gaps : polars.DataFrame
        ``gap, ship, start_bin, end_bin`` (null while open), ``lies_still, due_per_bin`` (reports per time bin
        by ITU-R M.1371).
    time_bins : polars.DataFrame
        From `presence_bins`.
    reception : Reception
    min_gap_h : float
        Time bins inside gaps that are at least this long are left out [h].
    params : GapParams

    Returns
    -------
    polars.DataFrame
        ``gap, band, own_log_odds`` (0 where the vessel was not present), ``reports_per_bin`` (mean number of
        fixes in time bins with any: what this feed kept of the vessel in the same state of motion as in the
        gap, but no more than is due).
    """
    reception_params = reception.params
    rows = time_bins.filter(pl.col("bins_since_received") * reception_params.bin_s <= min_gap_h * S_PER_H)
    base = gaps["ship"].to_numpy().astype(np.int64) * _BINS
    start = base + gaps["start_bin"].to_numpy()
    end = base + gaps["end_bin"].fill_null(_BINS // 4).to_numpy()
    window = round(params.cadence_window_h * S_PER_H / reception_params.bin_s)
    spans = ((start - window, start), (end, end + window))
    rows = rows.filter(_in_any_span(_ship_and_bin(rows), spans))
    rows = rows.with_columns(reception.probability(rows)).filter(pl.col("p").is_not_null())
    key = _ship_and_bin(rows)

    def sum_in_spans(values: NDArray[Any]) -> Floats:
        sums = np.concatenate([[0.0], np.cumsum(values)])
        spans_of_rows = _rows_of(key, spans)
        return sum((sums[last] - sums[first] for first, last in spans_of_rows), np.zeros(len(base)))

    fixes = rows["n_fixes"].to_numpy()
    received, p = fixes > 0, rows["p"].to_numpy()
    at_rest = rows.select(is_at_rest(pl.col("kind"))).to_series().to_numpy()
    in_any, in_rest, in_motion = (
        sum_in_spans(fixes * some) / sum_in_spans(received * some).clip(1.0)
        for some in (received, at_rest, ~at_rest)
    )
    same_motion = np.where(gaps["lies_still"].to_numpy(), in_rest, in_motion)
    reports = np.minimum(np.where(same_motion > 0.0, same_motion, in_any), gaps["due_per_bin"].to_numpy())
    bands = rows.select(baseline_band(pl.col("p"), reception_params))["band"].to_numpy()
    log_odds = np.asarray(params.cadence_log_odds)
    log_prior = -0.5 * (log_odds / params.cadence_sigma) ** 2
    found = []
    for band in range(reception_params.n_baseline_bands):
        ll = np.empty((len(base), len(log_odds)))
        for k, s in enumerate(log_odds):
            q = np.clip(add_log_odds_to(p, s), reception_params.min_p, reception_params.max_p)
            per_bin = np.where(bands == band, np.where(received, np.log(q), np.log(1.0 - q)), 0.0)
            # Time bins of one window are nearly one observation.
            ll[:, k] = sum_in_spans(per_bin) / reception_params.window_bins
        log_posterior = ll + log_prior
        weights = np.exp(log_posterior - log_posterior.max(axis=1, keepdims=True, initial=-np.inf))
        found.append(
            pl.DataFrame(
                {
                    "gap": gaps["gap"],
                    "band": pl.repeat(band, len(base), dtype=pl.Int8, eager=True),
                    "own_log_odds": (weights * log_odds).sum(axis=1) / weights.sum(axis=1),
                    "reports_per_bin": reports,
                }
            )
        )
    return pl.concat(found)


def in_outage(time_bin: Ints, lat: Floats, lon: Floats, reception: Reception) -> Bools:
    """Whether time bins at positions [deg] lie in a known outage."""
    inside = np.zeros(len(time_bin), dtype=bool)
    t_ms = time_bin.astype(np.int64) * int(reception.params.bin_s * MS_PER_S)
    for outage in OUTAGES.validate(reception.outages).iter_rows(named=True):
        start, end = (int(outage[c].timestamp() * MS_PER_S) for c in ("start_time", "end_time"))
        inside |= (
            (t_ms >= start)
            & (t_ms < end)
            & (lat >= outage["lat_min"])
            & (lat <= outage["lat_max"])
            & (lon >= outage["lon_min"])
            & (lon <= outage["lon_max"])
        )
    return inside


def _ship_and_bin(time_bins: pl.DataFrame) -> Ints:
    return np.asarray(
        time_bins["ship"].to_numpy().astype(np.int64) * _BINS + time_bins["time_bin"].to_numpy()
    )


def _rows_of(key: Ints, spans: Sequence[tuple[Ints, Ints]]) -> list[tuple[Ints, Ints]]:
    """First row and row after the last of each span, both of its ends included."""
    return [(np.searchsorted(key, lo), np.searchsorted(key, hi, side="right")) for lo, hi in spans]


def _in_any_span(key: Ints, spans: Sequence[tuple[Ints, Ints]]) -> pl.Series:
    steps = np.zeros(len(key) + 1, dtype=np.int64)
    for first, last in _rows_of(key, spans):
        np.add.at(steps, first, 1)
        np.add.at(steps, last, -1)
    return pl.Series(np.cumsum(steps)[:-1] > 0)


def _with_own_contribution(
    routes: pl.DataFrame, time_bins: pl.DataFrame, reception: Reception
) -> pl.DataFrame:
    """Add what the vessel itself contributed to the counts in each time bin of its gap.

    That is ``own_cell, own_kind`` where it was counted as present, null where it was not; ``own_region,
    own_band``; and, since it was counted as not received, its log-likelihoods ``own_ll_0 ...``.
    """
    params = reception.params
    key, wanted = _ship_and_bin(time_bins), _ship_and_bin(routes)
    at = np.searchsorted(key, wanted).clip(max=len(key) - 1)
    present = pl.Series(key[at] == wanted)
    own = time_bins.select(own_cell="cell", own_kind="kind")[at]
    routes = routes.with_columns(pl.when(present).then(own[c]).alias(c) for c in own.columns)
    misses = zip(regime_columns("own_ll", params), report_log_likelihoods("baseline", params), strict=True)
    baselines = reception.baselines.select(
        own_cell="cell",
        own_kind="kind",
        own_region="region",
        own_band="band",
        **{c: ll_missed for c, (ll_missed, _) in misses},
    )
    return routes.join(baselines, on=["own_cell", "own_kind"], how="left", maintain_order="left")


def _with_region_probability(rows: pl.DataFrame, reception: Reception) -> pl.DataFrame:
    """Add ``p``, the detection probability by baseline and regime of the region, and the baseline's ``band``.

    The vessel's own contribution is left out of both.
    """
    params = reception.params
    own = rows.filter(pl.col("own_cell").is_not_null()).unique(["gap", "time_bin"], maintain_order=True)
    own = own.group_by("gap", cell="own_cell", kind="own_kind", maintain_order=True).agg(
        n=pl.len(), received=pl.lit(0)
    )
    wanted = rows.select("gap", "cell", "kind").unique(maintain_order=True)
    baseline = baseline_probability(wanted, reception.baselines, own=own, params=params)
    baseline = baseline.with_columns(
        baseline_band(pl.col("baseline"), params), region_of(baseline["cell"], params)
    )
    rows = rows.join(baseline, on=["gap", "cell", "kind"], how="left", maintain_order="left")
    rows = rows.join(
        reception.regions.drop("n"), on=["region", "band", "time_bin"], how="left", maintain_order="left"
    )
    counted = (pl.col("own_region") == pl.col("region")) & (pl.col("own_band") == pl.col("band"))
    weights = regime_probabilities(
        rows.select(
            pl.col(ll).fill_null(0.0) - pl.when(counted).then(own_ll).otherwise(0.0)
            for ll, own_ll in zip(regime_columns("ll", params), regime_columns("own_ll", params), strict=True)
        ),
        reception.region_shares[rows["band"].to_numpy()],
    )
    p = sum_in_order(
        pl.Series(weights[:, k]) * add_log_odds(pl.col("baseline"), s)
        for k, s in enumerate(params.regime_log_odds)
    )
    return rows.select(
        "gap", "route", "ship", "time_bin", "cell", "in_outage", "band", p=p.clip(params.min_p, params.max_p)
    )


def _window_weights(rows: pl.DataFrame, time_bins: pl.DataFrame, reception: Reception) -> pl.DataFrame:
    """Posterior ``w_0 ...`` of the regimes per ship, cell and window, and the number of ``neighbours``.

    The posterior follows from the reports of other vessels within `reach_km` in that window; those in another
    cell weigh `near_weight`. The vessel's own reports are left out, but not from the baseline with which the
    reports of the others are compared: an effect of second order, except where there are only a few vessels.
    """
    params = reception.params
    lls = regime_columns("ll", params)
    wanted = rows.select("ship", "cell", "window").unique(maintain_order=True)
    weight = pl.when(pl.col("cell") == pl.col("near")).then(1.0).otherwise(params.near_weight)
    near = cells_within(
        wanted["cell"].unique().sort().to_numpy(),
        reception.baselines["cell"].unique().sort().to_numpy(),
        params.cell_km,
        params.reach_km,
    ).with_columns(weight=weight)
    of_all = _sum_nearby(
        wanted.select("cell", "window").unique(maintain_order=True), near, reception.windows, [], lls
    )
    time_bins = time_bins.with_columns(window=pl.col("time_bin") // params.window_bins)
    own = _own_windows(time_bins.join(wanted, on=["ship", "window"], how="semi"), reception, lls)
    of_own = _sum_nearby(wanted, near, own, ["ship"], lls)
    out = wanted.join(of_all, on=["cell", "window"], how="left", maintain_order="left")
    out = out.join(of_own, on=["ship", "cell", "window"], how="left", maintain_order="left", suffix="_own")
    out = out.with_columns(pl.col(c).fill_null(0.0) - pl.col(f"{c}_own").fill_null(0.0) for c in (*lls, "n"))
    weights = regime_probabilities(out.select(lls), reception.window_shares)
    return out.select("ship", "cell", "window", neighbours=pl.col("n").clip(0.0)).hstack(
        [pl.Series(f"w_{k}", weights[:, k]) for k in range(len(lls))]
    )


def _sum_nearby(
    wanted: pl.DataFrame, near: pl.DataFrame, table: pl.DataFrame, keys: list[str], lls: list[str]
) -> pl.DataFrame:
    """Log-likelihoods summed over each cell and those near it, with their weights; ``n`` without weights."""
    return (
        wanted.join(near, on="cell", maintain_order="left")
        .join(table.rename({"cell": "near"}), on=[*keys, "near", "window"], maintain_order="left")
        .group_by(*keys, "cell", "window", maintain_order=True)
        .agg(*(row_sum(pl.col(c) * pl.col("weight")) for c in lls), row_sum(pl.col("n")))
    )


def _own_windows(time_bins: pl.DataFrame, reception: Reception, lls: list[str]) -> pl.DataFrame:
    """What each vessel contributed to `Reception.windows`, in the windows of `time_bins`."""
    params = reception.params
    rows = time_bins.with_columns(reception.probability(time_bins)).filter(pl.col("p").is_not_null())
    received = pl.col("n_fixes") > 0
    sums = {
        name: row_sum(pl.when(received).then(ll_received).otherwise(ll_missed)) / params.window_bins
        for name, (ll_missed, ll_received) in zip(lls, report_log_likelihoods("p", params), strict=True)
    }
    return rows.group_by("ship", "cell", "window", maintain_order=True).agg(
        n=pl.len() / params.window_bins, **sums
    )
