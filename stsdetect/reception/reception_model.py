"""How well ships could be heard, learnt from the dump: per cell, time time bin, class and state.

A ship is *present* in a time bin when it was heard in it, or before and after it; where it was not heard it is
taken to lie on the straight way between. Three things are learnt from the share of the present ships that
were heard: what is usual at a place; by which log-odds a region's time bin differs from that (satellite
passes); and how often such differences come, so that few ships are not believed too much.
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
from stsdetect.reception.baseline import baseline_share, overall_share
from stsdetect.reception.outages import find_outages
from stsdetect.reception.presence import CLASSES, count_reception, slabs_of_counts
from stsdetect.reception.regimes import (
    band,
    chance,
    fit_regime_shares,
    placed,
    regime_columns,
    regime_log_likelihoods,
    region_of,
    with_weights,
)
from stsdetect.schema import OUTAGES, POINTS, RECEPTION, SEGMENTS, Frame
from stsdetect.units import MS_PER_S


class Reception(NamedTuple):
    """What the dump tells about its own ears.

    Attributes
    ----------
    counts : polars.LazyFrame
        ``cell, time_bin, kind, n, heard``: present and heard.
    places : polars.DataFrame
        ``cell, kind, n, heard, mean, region, band``: sums over all time bins, and the share usually heard.
    regions, windows : polars.DataFrame
        Log-likelihood of each of `ReceptionParams.regime_log_odds`, ``ll_0 ...``, by region, band and time bin, and by
        cell and window.
    region_shares, window_shares : numpy.ndarray
        How often each shift comes, by band, shape (3, s), and overall, shape (s,).
    outages : pandas.DataFrame
        OUTAGES.
    can_judge : bool
        Whether the ships of the dump can vouch for each other.
    why : str
        The reason, in words.
    params : ReceptionParams
        What it was learnt with.
    """

    counts: pl.LazyFrame
    places: pl.DataFrame
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
            counts.with_columns(self.chance(counts)).select(
                "cell",
                bin_start=(pl.col("time_bin").cast(pl.Int64) * bin_ms).cast(pl.Datetime("ms", "UTC")),
                ais_class=(pl.col("kind") // 2).replace_strict(classes, return_dtype=pl.String),
                at_rest=pl.col("kind") % 2 == 1,
                n_ships="n",
                expected_ship_bins=pl.col("n") * pl.col("p"),
                received_ship_bins="heard",
            )
        )

    def chance(self, rows: pl.DataFrame) -> pl.Series:
        """Chance ``p`` by ``cell, time_bin, kind``, of place and region; null where nobody ever was."""
        weights = with_weights(self.regions, self.region_shares, self.params)
        return chance(rows, self.places, weights, self.params)

    def write(self, folder: Path) -> None:
        """Write it as a folder of files that `read` takes."""
        folder.mkdir(parents=True, exist_ok=True)
        self.counts.sink_parquet(folder / "counts.parquet")
        self.places.write_parquet(folder / "places.parquet")
        self.regions.write_parquet(folder / "regions.parquet")
        self.windows.write_parquet(folder / "windows.parquet")
        OUTAGES.write_parquet(self.outages, folder / "outages.parquet")
        rest = {
            "region_shares": self.region_shares.tolist(),
            "window_shares": self.window_shares.tolist(),
            "can_judge": self.can_judge,
            "why": self.why,
        }
        (folder / "rest.json").write_text(json.dumps(rest), "utf-8")

    @classmethod
    def read(cls, folder: Path, *, params: ReceptionParams) -> Self:
        """What `write` wrote of what was learnt with `params`; the counts stay on disk until asked for."""
        rest = json.loads((folder / "rest.json").read_text("utf-8"))
        return cls(
            counts=pl.scan_parquet(folder / "counts.parquet"),
            places=pl.read_parquet(folder / "places.parquet"),
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
    """Learn from all ships of a dump where and when ships were heard.

    Parameters
    ----------
    points : POINTS frame
        All sound fixes.
    segments : SEGMENTS frame, optional
        Where given, fixes of quarantined segments and of what is no ship are left out.
    params : ReceptionParams, optional

    Returns
    -------
    Reception
        For `find_gaps`.

    Raises
    ------
    SchemaError
        When `points` is not a POINTS table.

    Examples
    --------
    >>> from stsdetect.schema import POINTS
    >>> fit_reception(POINTS.empty()).why
    'the dump holds no ship'
    """
    params = params or ReceptionParams()
    fixes = POINTS.validate(points)
    if segments is not None:
        sound = SEGMENTS.validate(segments).filter(~pl.col("quarantined") & (pl.col("kind") == "ship"))
        fixes = fixes.filter(pl.col("segment_id").is_in(sound["segment_id"].implode()))
    return reception_from_counts([count_reception(fixes, params=params)], params=params)


def reception_from_counts(
    counts: Sequence[pl.DataFrame | pl.LazyFrame], *, params: ReceptionParams | None = None
) -> Reception:
    """Put the counts of all buckets together; in whatever order, the outcome is the same.

    Parameters
    ----------
    counts : sequence of polars frames
        From `count_reception` with the same parameters.
    params : ReceptionParams, optional

    Returns
    -------
    Reception
    """
    params = params or ReceptionParams()
    slabs = slabs_of_counts(counts, params=params)
    places = _places(slabs, params)
    outages = find_outages(slabs, places, params=params)
    regions = _gathered(
        slabs, ["region", "band", "time_bin"], "mean", lambda slab: placed(slab, places), params
    )
    region_shares = _region_shares(regions, params)
    weights = with_weights(regions, region_shares, params)

    def in_windows(slab: pl.DataFrame) -> pl.DataFrame:
        window = pl.col("time_bin") // params.window_bins
        return slab.with_columns(chance(slab, places, weights, params), window=window)

    windows = _gathered(slabs, ["cell", "window"], "p", in_windows, params)
    # Slices of one hour tell nearly the same.
    windows = windows.with_columns(pl.col("n", *regime_columns("ll", params)) / params.window_bins)
    can_judge, why = _judge(slabs, places, params)
    return Reception(
        counts=pl.concat(slab.lazy() for slab in slabs),
        places=places,
        regions=regions,
        windows=windows,
        region_shares=region_shares,
        window_shares=fit_regime_shares(windows, params, ~_up(params)),
        outages=outages,
        can_judge=can_judge,
        why=why,
        params=params,
    )


def _places(slabs: Sequence[pl.DataFrame], params: ReceptionParams) -> pl.DataFrame:
    """Sums over all time bins by place and kind, and what is usual there."""
    sums = [slab.group_by("cell", "kind").agg(pl.col("n", "heard").sum()) for slab in slabs]
    places = pl.concat(sums).group_by("cell", "kind").agg(pl.col("n", "heard").sum()).sort("cell", "kind")
    places = overall_share(places, params)
    usual = baseline_share(places.select("cell", "kind"), places, params=params)
    places = places.join(usual, on=["cell", "kind"]).sort("cell", "kind")
    return places.with_columns(region_of(places["cell"], params), band(pl.col("mean")))


def _gathered(
    slabs: Sequence[pl.DataFrame],
    by: list[str],
    p: str,
    prepared: Callable[[pl.DataFrame], pl.DataFrame],
    params: ReceptionParams,
) -> pl.DataFrame:
    """Log-likelihoods of the shifts by group; no group lies in two slabs."""
    return pl.concat([regime_log_likelihoods(prepared(slab), p, by, params) for slab in slabs]).sort(by)


def _region_shares(regions: pl.DataFrame, params: ReceptionParams) -> Floats:
    """Better than usual is a satellite's pass; where a station hears most there is no better."""
    up = _up(params)
    allowed = (~up | up, ~up, ~up)
    return np.stack(
        [
            fit_regime_shares(regions.filter(pl.col("band") == b), params, some)
            for b, some in enumerate(allowed)
        ]
    )


def _up(params: ReceptionParams) -> Bools:
    return np.asarray(params.regime_log_odds) > 0.0


def _judge(slabs: Sequence[pl.DataFrame], places: pl.DataFrame, params: ReceptionParams) -> tuple[bool, str]:
    if places.is_empty():
        return False, "the dump holds no ship"
    at_once = _ships_at_once(slabs, places, params)
    if at_once < params.min_ships_at_once:
        return False, f"only {at_once:.1f} ships at a time: nobody can vouch for another"
    if _keeps_only_moving(places, params):
        return False, "ships are heard under way only, not at rest: stops were taken out of this feed"
    return True, f"{at_once:.0f} ships at a time vouch for each other"


def _ships_at_once(slabs: Sequence[pl.DataFrame], places: pl.DataFrame, params: ReceptionParams) -> float:
    """How many ships are in a region or those beside it at a time, in the mean over all ships and time bins.

    A dump of single voyages can hold many ships at once, but none near another.
    """
    n = pl.col("n").sum().cast(pl.Float64)
    ships = pl.concat([placed(slab, places).group_by("region", "time_bin").agg(n) for slab in slabs])
    regions = ships["region"].unique().sort().to_numpy()
    beside = cells_within(regions, regions, params.region_km, 1.5 * params.region_km)
    pairs = ships.join(beside.select(region="cell", near="near"), on="region").join(
        ships.select(near="region", time_bin="time_bin", there="n"), on=["near", "time_bin"]
    )
    return float(pairs.select((pl.col("n") * pl.col("there")).sum()).item() / ships["n"].sum())


def _keeps_only_moving(places: pl.DataFrame, params: ReceptionParams) -> bool:
    """Whether ships end and begin tracks at one place, and hardly any is heard at rest in between."""
    sums = pl.col("n", "heard").cast(pl.Int64).sum()
    at_rest = places.filter(pl.col("kind") % 2 == 1).select(sums).row(0)
    n, heard = places.select(sums).row(0)
    if at_rest[0] < params.min_rest_share * n or at_rest[0] == n:
        return False
    under_way = (heard - at_rest[1]) / (n - at_rest[0])
    return bool(at_rest[1] / at_rest[0] <= params.max_rest_received_ratio * under_way)
