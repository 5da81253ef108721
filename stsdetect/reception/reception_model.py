"""The reception model estimated from a dump: baselines, regimes, outages, and whether gaps can be judged.

The share of the present vessels that were received gives three things: the baseline of each cell and kind;
the regime of each region and time bin, a log-odds shift from the baseline (such as in a satellite pass); and
how often each regime occurs, a prior that limits how much a few vessels can shift the estimate.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import NamedTuple, Self

import numpy as np
import pandas as pd
import polars as pl

from stsdetect.arrays import Bools, Floats
from stsdetect.geo.grid import cells_within
from stsdetect.params import ReceptionParams
from stsdetect.reception.baseline import baseline_probability, with_all_kinds
from stsdetect.reception.outages import find_outages
from stsdetect.reception.presence import (
    CLASSES,
    class_index,
    count_reception,
    is_at_rest,
    slabs_of_counts,
)
from stsdetect.reception.regimes import (
    baseline_band,
    fit_regime_shares,
    reception_probability,
    regime_columns,
    regime_log_likelihoods,
    regime_weights,
    region_of,
    with_baseline,
)
from stsdetect.schema import OUTAGES, POINTS, RECEPTION, SEGMENTS, Frame
from stsdetect.stored_files import put_in_place
from stsdetect.units import MS_PER_S


class Reception(NamedTuple):
    """Reception model estimated from the dump.

    Attributes
    ----------
    counts : polars.LazyFrame
        ``cell, time_bin, kind, n, received``: vessels present and received.
    baselines : polars.DataFrame
        ``cell, kind, n, received, baseline, region, band``: sums over all time bins, and what follows from
        them.
    regions, windows : polars.DataFrame
        Log-likelihood of each regime of `ReceptionParams.regime_log_odds`, ``ll_0 ...``, by region, band and
        time bin, and by cell and window of `window_bins`.
    region_shares, window_shares : numpy.ndarray
        How often each regime occurs, by band, shape (`n_baseline_bands`, s), and in windows, shape (s,).
    outages : pandas.DataFrame
        OUTAGES.
    can_judge : bool
        Whether the dump has enough traffic for its vessels to show whether reception worked.
    why : str
        The reason, in words.
    params : ReceptionParams
        What it was estimated with.
    """

    counts: pl.LazyFrame
    baselines: pl.DataFrame
    regions: pl.DataFrame
    windows: pl.DataFrame
    region_shares: Floats
    window_shares: Floats
    outages: pd.DataFrame
    can_judge: bool
    why: str
    params: ReceptionParams

    @property
    def reception(self) -> pd.DataFrame:
        """The counts as RECEPTION."""
        bin_ms = int(self.params.bin_s * MS_PER_S)
        classes = dict(enumerate(CLASSES))
        counts = self.counts.collect()
        return RECEPTION.to_pandas(
            counts.with_columns(self.probability(counts)).select(
                "cell",
                bin_start=(pl.col("time_bin").cast(pl.Int64) * bin_ms).cast(pl.Datetime("ms", "UTC")),
                ais_class=class_index(pl.col("kind")).replace_strict(classes, return_dtype=pl.String),
                at_rest=is_at_rest(pl.col("kind")),
                n_ships="n",
                expected_ship_bins=pl.col("n") * pl.col("p"),
                received_ship_bins="received",
            )
        )

    def probability(self, rows: pl.DataFrame) -> pl.Series:
        """Detection probability ``p`` by ``cell, time_bin, kind``; null where none was ever present."""
        weights = regime_weights(self.regions, self.region_shares, self.params)
        return reception_probability(rows, self.baselines, weights, self.params)

    def write(self, folder: Path) -> None:
        """Write it as a folder of files that `read` takes."""
        folder.mkdir(parents=True, exist_ok=True)
        for name in ("counts", "baselines", "regions", "windows"):
            part = folder / f"{name}.parquet.part"
            table = getattr(self, name)
            table.sink_parquet(part) if isinstance(table, pl.LazyFrame) else table.write_parquet(part)
            put_in_place(part, folder / f"{name}.parquet")
        OUTAGES.write_parquet(self.outages, folder / "outages.parquet")
        rest = {
            "region_shares": self.region_shares.tolist(),
            "window_shares": self.window_shares.tolist(),
            "can_judge": self.can_judge,
            "why": self.why,
        }
        part = folder / "rest.json.part"
        part.write_text(json.dumps(rest), "utf-8")
        put_in_place(part, folder / "rest.json")

    @classmethod
    def read(cls, folder: Path, *, params: ReceptionParams) -> Self:
        """Read what `write` wrote of a model fitted with `params`; the counts stay on disk until needed."""
        rest = json.loads((folder / "rest.json").read_text("utf-8"))
        return cls(
            counts=pl.scan_parquet(folder / "counts.parquet"),
            baselines=pl.read_parquet(folder / "baselines.parquet"),
            regions=pl.read_parquet(folder / "regions.parquet"),
            windows=pl.read_parquet(folder / "windows.parquet"),
            region_shares=np.asarray(rest["region_shares"]),
            window_shares=np.asarray(rest["window_shares"]),
            outages=OUTAGES.read_parquet(folder / "outages.parquet"),
            can_judge=rest["can_judge"],
            why=rest["why"],
            params=params,
        )


def fit_reception(
    points: Frame, *, segments: Frame | None = None, params: ReceptionParams | None = None
) -> Reception:
    """Estimate from all vessels of a dump where and when vessels were received.

    Parameters
    ----------
    points : POINTS frame
        Fixes of all vessels.
    segments : SEGMENTS frame, optional
        If given, only fixes of its ship segments that are not quarantined are used.
    params : ReceptionParams, optional

    Returns
    -------
    Reception
        For `find_gaps`.

    Raises
    ------
    SchemaError
        When a frame is not a valid table of its kind.

    Examples
    --------
    >>> from stsdetect.schema import POINTS
    >>> fit_reception(POINTS.empty()).why
    'there is no ship in the dump'
    """
    params = ReceptionParams.of(params)
    fixes = POINTS.validate(points)
    if segments is not None:
        sound = SEGMENTS.validate(segments).filter(~pl.col("quarantined") & (pl.col("kind") == "ship"))
        fixes = fixes.filter(pl.col("segment_id").is_in(sound["segment_id"].implode()))
    return reception_from_counts([count_reception(fixes, params=params)], params=params)


def reception_from_counts(
    counts: Sequence[pl.DataFrame | pl.LazyFrame], *, params: ReceptionParams | None = None
) -> Reception:
    """Estimate reception from the counts of all buckets of vessels; their order does not matter.

    Parameters
    ----------
    counts : sequence of polars frames
        From `count_reception` with the same parameters.
    params : ReceptionParams, optional

    Returns
    -------
    Reception
    """
    params = ReceptionParams.of(params)
    slabs = slabs_of_counts(counts, params=params)
    baselines = _baselines(slabs, params)
    outages = find_outages(slabs, baselines, params=params)
    regions = _log_likelihoods(
        slabs,
        ["region", "band", "time_bin"],
        "baseline",
        lambda slab: with_baseline(slab, baselines),
        params,
    )
    region_shares = _region_shares(regions, params)
    weights = regime_weights(regions, region_shares, params)

    def with_window(slab: pl.DataFrame) -> pl.DataFrame:
        window = pl.col("time_bin") // params.window_bins
        return slab.with_columns(reception_probability(slab, baselines, weights, params), window=window)

    windows = _log_likelihoods(slabs, ["cell", "window"], "p", with_window, params)
    # Time bins of one window are nearly one observation, so the window counts as one bin.
    windows = windows.with_columns(pl.col("n", *regime_columns("ll", params)) / params.window_bins)
    can_judge, why = _can_judge(slabs, baselines, params)
    return Reception(
        counts=pl.concat(slab.lazy() for slab in slabs),
        baselines=baselines,
        regions=regions,
        windows=windows,
        region_shares=region_shares,
        window_shares=fit_regime_shares(windows, params, ~_above_baseline(params)),
        outages=OUTAGES.to_pandas(outages),
        can_judge=can_judge,
        why=why,
        params=params,
    )


def _baselines(slabs: Sequence[pl.DataFrame], params: ReceptionParams) -> pl.DataFrame:
    """Sums over all time bins per cell and kind, with their baseline, region and band."""
    parts = [
        slab.group_by("cell", "kind", maintain_order=True).agg(pl.col("n", "received").sum())
        for slab in slabs
    ]
    sums = (
        pl.concat(parts)
        .group_by("cell", "kind", maintain_order=True)
        .agg(pl.col("n", "received").sum())
        .sort("cell", "kind", maintain_order=True)
    )
    sums = with_all_kinds(sums, params)
    baseline = baseline_probability(sums.select("cell", "kind"), sums, params=params)
    sums = sums.join(baseline, on=["cell", "kind"], maintain_order="left").sort(
        "cell", "kind", maintain_order=True
    )
    return sums.with_columns(region_of(sums["cell"], params), baseline_band(pl.col("baseline"), params))


def _log_likelihoods(
    slabs: Sequence[pl.DataFrame],
    by: list[str],
    p: str,
    prepared: Callable[[pl.DataFrame], pl.DataFrame],
    params: ReceptionParams,
) -> pl.DataFrame:
    """Log-likelihoods of the regimes per group; no group lies in two slabs."""
    return pl.concat([regime_log_likelihoods(prepared(slab), p, by, params) for slab in slabs]).sort(
        by, maintain_order=True
    )


def _region_shares(regions: pl.DataFrame, params: ReceptionParams) -> Floats:
    """Shares of the regimes per band.

    Regimes above the baseline are satellite passes: they are allowed in the lowest band only, since where
    a station receives most vessels there is no better regime.
    """
    above = _above_baseline(params)
    shares = []
    for band in range(params.n_baseline_bands):
        allowed = np.ones_like(above) if band == 0 else ~above
        shares.append(fit_regime_shares(regions.filter(pl.col("band") == band), params, allowed))
    return np.stack(shares)


def _above_baseline(params: ReceptionParams) -> Bools:
    return np.asarray(params.regime_log_odds) > 0.0


def _can_judge(
    slabs: Sequence[pl.DataFrame], baselines: pl.DataFrame, params: ReceptionParams
) -> tuple[bool, str]:
    """Whether the traffic of the dump is enough to distinguish a switch-off from lost reception, and why."""
    if baselines.is_empty():
        return False, "there is no ship in the dump"
    concurrent = _mean_concurrent_ships(slabs, baselines, params)
    if concurrent < params.min_ships_at_once:
        return False, f"too few concurrent ships ({concurrent:.1f}) to estimate reception"
    if _lacks_stops(baselines, params):
        return (
            False,
            "ships are received under way but not at rest: stops seem to have been removed from this feed",
        )
    return True, f"{concurrent:.0f} concurrent ships per region show when reception worked"


def _mean_concurrent_ships(
    slabs: Sequence[pl.DataFrame], baselines: pl.DataFrame, params: ReceptionParams
) -> float:
    """Ships in a region or those adjacent at the same time, averaged over all ships and time bins.

    A dump of single voyages can hold many ships at a time without two of them near each other.
    """
    n = pl.col("n").sum().cast(pl.Float64)
    ships = pl.concat(
        [
            with_baseline(slab, baselines).group_by("region", "time_bin", maintain_order=True).agg(n)
            for slab in slabs
        ]
    )
    regions = ships["region"].unique().sort().to_numpy()
    adjacent_km = params.adjacent_regions * params.region_km
    adjacent = cells_within(regions, regions, params.region_km, adjacent_km)
    pairs = ships.join(adjacent.select(region="cell", near="near"), on="region", maintain_order="left").join(
        ships.select(near="region", time_bin="time_bin", n_near="n"),
        on=["near", "time_bin"],
        maintain_order="left",
    )
    return float(pairs.select((pl.col("n") * pl.col("n_near")).sum()).item() / ships["n"].sum())


def _lacks_stops(baselines: pl.DataFrame, params: ReceptionParams) -> bool:
    """Whether tracks end and begin in one place, but hardly any ship is received at rest in between."""
    sums = pl.col("n", "received").cast(pl.Int64).sum()
    n_at_rest, received_at_rest = baselines.filter(is_at_rest(pl.col("kind"))).select(sums).row(0)
    n, received = baselines.select(sums).row(0)
    if n_at_rest < params.min_rest_share * n or n_at_rest == n:
        return False
    share_moving = (received - received_at_rest) / (n - n_at_rest)
    return bool(received_at_rest / n_at_rest <= params.max_rest_received_ratio * share_moving)
