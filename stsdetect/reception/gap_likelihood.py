"""How likely a silent ship would have been heard on a way it may have taken, as the other ships tell it.

A ship's own silence does not teach that it is unheard of: all it put into the counts is taken out first.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from stsdetect.arrays import Bools, Floats, Ints
from stsdetect.geo.grid import cells_within
from stsdetect.params import GapParams
from stsdetect.reception.baseline import baseline_share
from stsdetect.reception.reception_model import Reception
from stsdetect.reception.regimes import (
    band,
    miss_and_hit,
    regime_columns,
    regime_probabilities,
    region_of,
    shift_log_odds,
)
from stsdetect.units import MS_PER_S, S_PER_H

_BINS = 1 << 32  # more than there are time bins: ship * _BINS + time bin sorts by ship, then time bin


def gap_likelihood_of_routes(
    ways: pl.DataFrame, time_bins: pl.DataFrame, cadence: pl.DataFrame, reception: Reception
) -> pl.DataFrame:
    """What each way that a ship may have taken makes of its silence.

    Parameters
    ----------
    ways : polars.DataFrame
        ``gap, way, ship, time_bin, cell, kind, lat, lon``: where the ship would have been in each time bin.
    time_bins : polars.DataFrame
        From `presence_bins`, of the same ships.
    cadence : polars.DataFrame
        From `own_cadence`: ``gap, band, own_shift, reports_per_bin``.
    reception : Reception

    Returns
    -------
    polars.DataFrame
        ``gap, way, log_p_no_report`` (log-probability that nothing is heard of a ship that sends),
        ``expected_reports, neighbours, explained`` (share of the time bins inside an outage that was found;
        these say nothing).
    """
    params = reception.params
    inside = in_outage(ways["time_bin"].to_numpy(), ways["lat"].to_numpy(), ways["lon"].to_numpy(), reception)
    explained = pl.Series("explained", inside, dtype=pl.Boolean)
    rows = _with_own(ways.with_columns(explained), time_bins, reception)
    rows = _chance_of_place_and_region(rows, reception)
    rows = rows.join(cadence, on=["gap", "band"], how="left", maintain_order="left").with_columns(
        p=shift_log_odds(pl.col("p"), pl.col("own_shift").fill_null(0.0)).clip(params.min_p, params.max_p),
        window=pl.col("time_bin") // params.window_bins,
    )
    rows = rows.join(
        _window_weights(rows, time_bins, reception),
        on=["ship", "cell", "window"],
        how="left",
        maintain_order="left",
    )
    states = range(len(params.regime_log_odds))
    misses = {
        f"miss_{k}": pl.when("explained")
        .then(0.0)
        .otherwise((1.0 - shift_log_odds(pl.col("p"), s).clip(params.min_p, params.max_p)).log())
        .sum()
        for k, s in enumerate(params.regime_log_odds)
    }
    heard = pl.sum_horizontal(
        pl.col(f"w_{k}") * shift_log_odds(pl.col("p"), s) for k, s in enumerate(params.regime_log_odds)
    )
    heard = pl.when("explained").then(0.0).otherwise(heard)
    per_window = rows.group_by("gap", "way", "window").agg(
        **misses,
        **{f"w_{k}": pl.col(f"w_{k}").mean() for k in states},
        expected_reports=(heard * pl.col("reports_per_bin").fill_null(0.0)).sum(),
        neighbours=pl.col("neighbours").mean(),
        explained=pl.col("explained").mean(),
    )
    silent = pl.sum_horizontal(pl.col(f"w_{k}") * pl.col(f"miss_{k}").exp() for k in states)
    return per_window.group_by("gap", "way").agg(
        log_p_no_report=silent.clip(1e-300).log().sum(),
        expected_reports=pl.col("expected_reports").sum(),
        neighbours=pl.col("neighbours").mean(),
        explained=pl.col("explained").mean(),
    )


def own_cadence(
    gaps: pl.DataFrame, time_bins: pl.DataFrame, reception: Reception, *, min_gap_h: float, params: GapParams
) -> pl.DataFrame:
    """How well the ship itself was heard before and after each silence, against others like it.

    Parameters
    ----------
    gaps : polars.DataFrame
        ``gap, ship, start_bin, end_bin`` (null while open), ``lies_still, due_per_bin`` (by rule).
    time_bins : polars.DataFrame
        From `presence_bins`.
    reception : Reception
    min_gap_h : float
        Slices in holes at least this long do not count [h].
    params : GapParams

    Returns
    -------
    polars.DataFrame
        ``gap, band, own_shift`` (log-odds; 0 where the ship was not there), ``reports_per_bin`` (fixes in a
        time bin in which any is heard: no more than due, nor than this feed kept of the ship when it lay still,
        or sailed, as in the silence).
    """
    reception_params = reception.params
    rows = time_bins.filter(pl.col("bins_since_received") * reception_params.bin_s <= min_gap_h * S_PER_H)
    base = gaps["ship"].to_numpy().astype(np.int64) * _BINS
    start = base + gaps["start_bin"].to_numpy()
    end = base + gaps["end_bin"].fill_null(_BINS // 4).to_numpy()
    window = round(params.cadence_window_h * S_PER_H / reception_params.bin_s)
    spans = ((start - window, start), (end, end + window))
    rows = rows.filter(_within(_ship_and_bin(rows), spans))
    rows = rows.with_columns(reception.chance(rows)).filter(pl.col("p").is_not_null())
    key = _ship_and_bin(rows)

    def near(values: NDArray[Any]) -> Floats:
        sums = np.concatenate([[0.0], np.cumsum(values)])
        return sum((sums[last] - sums[first] for first, last in _rows_of(key, spans)), np.zeros(len(base)))

    fixes = rows["n_fixes"].to_numpy()
    heard, p = fixes > 0, rows["p"].to_numpy()
    still, alike = (rows["kind"] % 2 == 1).to_numpy(), gaps["lies_still"].to_numpy()
    kept = [near(fixes * some) / near(heard * some).clip(1.0) for some in (heard, still, ~still)]
    as_now = np.where(alike, kept[1], kept[2])
    reports = np.minimum(np.where(as_now > 0.0, as_now, kept[0]), gaps["due_per_bin"].to_numpy())
    bands = rows.select(band(pl.col("p")))["band"].to_numpy()
    shifts = np.asarray(params.cadence_log_odds)
    prior = -0.5 * (shifts / params.cadence_sigma) ** 2
    found = []
    for b in range(3):
        ll = np.empty((len(base), len(shifts)))
        for k, s in enumerate(shifts):
            q = np.clip(
                1.0 / (1.0 + (1.0 - p) / p * np.exp(-s)), reception_params.min_p, reception_params.max_p
            )
            # Slices of one hour tell nearly the same.
            ll[:, k] = (
                near(np.where(bands == b, np.where(heard, np.log(q), np.log(1.0 - q)), 0.0))
                / reception_params.window_bins
            )
        weights = np.exp(ll + prior - (ll + prior).max(axis=1, keepdims=True, initial=-np.inf))
        found.append(
            pl.DataFrame(
                {
                    "gap": gaps["gap"],
                    "band": pl.repeat(b, len(base), dtype=pl.Int8, eager=True),
                    "own_shift": (weights * shifts).sum(axis=1) / weights.sum(axis=1),
                    "reports_per_bin": reports,
                }
            )
        )
    return pl.concat(found)


def _ship_and_bin(time_bins: pl.DataFrame) -> Ints:
    return np.asarray(
        time_bins["ship"].to_numpy().astype(np.int64) * _BINS + time_bins["time_bin"].to_numpy()
    )


def _rows_of(key: Ints, spans: Sequence[tuple[Ints, Ints]]) -> list[tuple[Ints, Ints]]:
    """First row and row after the last of each span, both of its ends included."""
    return [(np.searchsorted(key, lo), np.searchsorted(key, hi, side="right")) for lo, hi in spans]


def _within(key: Ints, spans: Sequence[tuple[Ints, Ints]]) -> pl.Series:
    """Whether rows lie in any of the spans."""
    steps = np.zeros(len(key) + 1, dtype=np.int64)
    for first, last in _rows_of(key, spans):
        np.add.at(steps, first, 1)
        np.add.at(steps, last, -1)
    return pl.Series(np.cumsum(steps)[:-1] > 0)


def in_outage(time_bin: Ints, lat: Floats, lon: Floats, reception: Reception) -> Bools:
    """Whether time bins lie in an outage that was found."""
    inside = np.zeros(len(time_bin), dtype=bool)
    t_ms = time_bin.astype(np.int64) * int(reception.params.bin_s * MS_PER_S)
    for o in pl.DataFrame(reception.outages).iter_rows(named=True):
        start, end = (int(o[c].timestamp() * MS_PER_S) for c in ("start_time", "end_time"))
        inside |= (
            (t_ms >= start)
            & (t_ms < end)
            & (lat >= o["lat_min"])
            & (lat <= o["lat_max"])
            & (lon >= o["lon_min"])
            & (lon <= o["lon_max"])
        )
    return inside


def _with_own(ways: pl.DataFrame, time_bins: pl.DataFrame, reception: Reception) -> pl.DataFrame:
    """Add where the ship itself stands in the counts, ``own_cell, own_kind``, or null, and what it put there.

    That is ``own_region, own_band`` and, as it was not heard, the log-likelihoods ``own_ll_0 ...``.
    """
    params = reception.params
    key, asked = _ship_and_bin(time_bins), _ship_and_bin(ways)
    at = np.searchsorted(key, asked).clip(max=len(key) - 1)
    there = pl.Series(key[at] == asked)
    own = time_bins.select(own_cell="cell", own_kind="kind")[at]
    ways = ways.with_columns(pl.when(there).then(own[c]).alias(c) for c in own.columns)
    misses = zip(regime_columns("own_ll", params), miss_and_hit("mean", params), strict=True)
    places = reception.places.select(
        own_cell="cell",
        own_kind="kind",
        own_region="region",
        own_band="band",
        **{c: miss for c, (miss, _) in misses},
    )
    return ways.join(places, on=["own_cell", "own_kind"], how="left", maintain_order="left")


def _chance_of_place_and_region(rows: pl.DataFrame, reception: Reception) -> pl.DataFrame:
    """Add ``p`` (what the place lets expect, moved by how the region fared in the time bin) and its ``band``."""
    params = reception.params
    own = rows.filter(pl.col("own_cell").is_not_null()).unique(["gap", "time_bin"], maintain_order=True)
    own = own.group_by("gap", cell="own_cell", kind="own_kind").agg(n=pl.len(), heard=pl.lit(0))
    wanted = rows.select("gap", "cell", "kind").unique(maintain_order=True)
    usual = baseline_share(wanted, reception.places, own=own, params=params)
    usual = usual.with_columns(band(pl.col("mean")), region_of(usual["cell"], params))
    rows = rows.join(usual, on=["gap", "cell", "kind"], how="left", maintain_order="left")
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
    p = pl.sum_horizontal(
        pl.Series(weights[:, k]) * shift_log_odds(pl.col("mean"), s)
        for k, s in enumerate(params.regime_log_odds)
    )
    return rows.select(
        "gap", "way", "ship", "time_bin", "cell", "explained", "band", p=p.clip(params.min_p, params.max_p)
    )


def _window_weights(rows: pl.DataFrame, time_bins: pl.DataFrame, reception: Reception) -> pl.DataFrame:
    """Probability of each shift per ship, cell and window, as the others near it tell; and their number."""
    params = reception.params
    lls = regime_columns("ll", params)
    wanted = rows.select("ship", "cell", "window").unique(maintain_order=True)
    near = cells_within(
        wanted["cell"].unique().sort().to_numpy(),
        reception.places["cell"].unique().sort().to_numpy(),
        params.cell_km,
        params.reach_km,
    ).with_columns(weight=pl.when(pl.col("cell") == pl.col("near")).then(1.0).otherwise(params.near_weight))
    others = _block(wanted.select("cell", "window").unique(), near, reception.windows, [], lls)
    time_bins = time_bins.with_columns(window=pl.col("time_bin") // params.window_bins)
    own = _own_windows(time_bins.join(wanted, on=["ship", "window"], how="semi"), reception, lls)
    mine = _block(wanted, near, own, ["ship"], lls)
    out = wanted.join(others, on=["cell", "window"], how="left", maintain_order="left")
    out = out.join(mine, on=["ship", "cell", "window"], how="left", maintain_order="left", suffix="_own")
    out = out.with_columns(pl.col(c).fill_null(0.0) - pl.col(f"{c}_own").fill_null(0.0) for c in (*lls, "n"))
    weights = regime_probabilities(out.select(lls), reception.window_shares)
    return out.select("ship", "cell", "window", neighbours=pl.col("n").clip(0.0)).hstack(
        [pl.Series(f"w_{k}", weights[:, k]) for k in range(len(lls))]
    )


def _block(
    wanted: pl.DataFrame, near: pl.DataFrame, table: pl.DataFrame, keys: list[str], lls: list[str]
) -> pl.DataFrame:
    """Sums over the cell and, with less weight, those near it; ``n`` counts ships without weight."""
    return (
        wanted.join(near, on="cell")
        .join(table.rename({"cell": "near"}), on=[*keys, "near", "window"])
        .group_by(*keys, "cell", "window")
        .agg(*((pl.col(c) * pl.col("weight")).sum() for c in lls), pl.col("n").sum())
    )


def _own_windows(time_bins: pl.DataFrame, reception: Reception, lls: list[str]) -> pl.DataFrame:
    """What each ship put into `Reception.windows`, in the windows of its time_bins."""
    params = reception.params
    rows = time_bins.with_columns(reception.chance(time_bins)).filter(pl.col("p").is_not_null())
    heard = pl.col("n_fixes") > 0
    sums = {
        name: pl.when(heard).then(hit).otherwise(miss).sum() / params.window_bins
        for name, (miss, hit) in zip(lls, miss_and_hit("p", params), strict=True)
    }
    return rows.group_by("ship", "cell", "window").agg(n=pl.len() / params.window_bins, **sums)
