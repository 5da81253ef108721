"""How well ships could be heard, learnt from the dump: per cell, time slice, class and state.

A ship is *present* in a slice when it was heard in it, or before and after it; where it was not heard it is
taken to lie on the straight way between. Three things are learnt from the share of the present ships that
were heard: what is usual at a place; by which log-odds a region's slice differs from that (satellite
passes); and how often such differences come, so that few ships are not believed too much.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
import polars as pl
from numpy.typing import NDArray

from stsdetect.context.cells import cells_within, larger_cell
from stsdetect.context.outages import find_outages
from stsdetect.context.slices import CLASSES, ship_slots
from stsdetect.context.usual import share_of_everyone, usual_share
from stsdetect.params import ReceptionParams
from stsdetect.schema import POINTS, RECEPTION
from stsdetect.units import MS_PER_S

Floats = NDArray[np.float64]

_COUNT_SCHEMA = {"cell": pl.Int64, "slot": pl.Int32, "kind": pl.Int8, "n": pl.Int32, "heard": pl.Int32}
_EM_ROUNDS = 20


class Reception(NamedTuple):
    """What the dump tells about its own ears.

    Attributes
    ----------
    counts : polars.DataFrame
        ``cell, slot, kind, n, heard, p``: present, heard, and the chance expected of place and region.
    places : polars.DataFrame
        ``cell, kind, n, heard, mean``: sums over all slices, and the share usually heard.
    regions, windows : polars.DataFrame
        Log-likelihood of each of `ReceptionParams.shifts`, ``ll_0 ...``, by region, band and slice, and by
        cell
        and window.
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

    counts: pl.DataFrame
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
        slot_ms = int(self.params.slot_s * MS_PER_S)
        classes = dict(enumerate(CLASSES))
        return RECEPTION.to_pandas(
            self.counts.select(
                "cell",
                slot_start=(pl.col("slot").cast(pl.Int64) * slot_ms).cast(pl.Datetime("ms", "UTC")),
                ais_class=(pl.col("kind") // 2).replace_strict(classes, return_dtype=pl.String),
                still=pl.col("kind") % 2 == 1,
                n_ships="n",
                expected_ship_slots=pl.col("n") * pl.col("p"),
                heard_ship_slots="heard",
            )
        )


def fit_reception(points: Any, segments: Any = None, *, params: ReceptionParams | None = None) -> Reception:
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
        sound = pl.DataFrame(segments).filter(~pl.col("quarantined") & (pl.col("kind") == "ship"))
        fixes = fixes.filter(pl.col("segment_id").is_in(sound["segment_id"].implode()))
    return reception_from_counts([count_reception(fixes, params=params)], params=params)


def count_reception(points: Any, *, params: ReceptionParams | None = None) -> pl.DataFrame:
    """Present and heard ships per cell, slice and kind; the counts of several buckets of vessels simply add.

    Parameters
    ----------
    points : POINTS frame
        All fixes of some ships.
    params : ReceptionParams, optional

    Returns
    -------
    polars.DataFrame
        ``cell, slot, kind, n, heard``.
    """
    slots = ship_slots(points, params=params or ReceptionParams())
    return (
        slots.group_by("cell", "slot", "kind")
        .agg(n=pl.len().cast(pl.Int32), heard=(pl.col("n_fixes") > 0).sum().cast(pl.Int32))
        .select(*_COUNT_SCHEMA)
    )


def reception_from_counts(
    counts: Sequence[pl.DataFrame] | pl.DataFrame, *, params: ReceptionParams | None = None
) -> Reception:
    """Put the counts of all buckets together; in whatever order, the outcome is the same.

    Parameters
    ----------
    counts : list of polars.DataFrame, or one
        From `count_reception` with the same parameters.
    params : ReceptionParams, optional

    Returns
    -------
    Reception
    """
    params = params or ReceptionParams()
    parts = [counts] if isinstance(counts, pl.DataFrame) else list(counts)
    merged = pl.concat([pl.DataFrame(schema=_COUNT_SCHEMA), *parts])
    merged = (
        merged.group_by("cell", "slot", "kind").agg(pl.col("n", "heard").sum()).sort("cell", "slot", "kind")
    )
    places = merged.group_by("cell", "kind").agg(pl.col("n", "heard").sum()).sort("cell", "kind")
    places = share_of_everyone(places, params)
    places = places.join(
        usual_share(places.select("cell", "kind"), places, params=params), on=["cell", "kind"]
    )
    places = places.sort("cell", "kind")
    merged = merged.join(places.select("cell", "kind", "mean"), on=["cell", "kind"], maintain_order="left")
    outages = find_outages(merged, params=params)

    by_region = ["region", "band", "slot"]
    merged = merged.with_columns(region_of(merged["cell"], params), band(pl.col("mean")))
    regions = _sums_of_shifts(merged, "mean", by_region, params)
    up = np.asarray(params.shifts) > 0.0
    # Better than usual is a satellite's pass; where a station hears most there is no better.
    region_shares = np.stack(
        [_shares(regions.filter(pl.col("band") == b), params, ~up if b > 0 else ~up | up) for b in range(3)]
    )
    weights = shift_weights(regions, region_shares[regions["band"].to_numpy()])
    chances = pl.DataFrame(weights, schema=_names("w", params)).hstack(regions.select(by_region))
    merged = merged.join(chances, on=by_region, maintain_order="left").with_columns(
        p=pl.sum_horizontal(
            pl.col(f"w_{k}") * shifted(pl.col("mean"), s) for k, s in enumerate(params.shifts)
        ).clip(params.min_p, params.max_p)
    )
    merged = merged.select("cell", "slot", "kind", "n", "heard", "p")
    windows = _sums_of_shifts(
        merged.with_columns(window=pl.col("slot") // params.window_slots), "p", ["cell", "window"], params
    ).with_columns(pl.col("n", *_names("ll", params)) / params.window_slots)
    can_judge, why = _judge(merged, params)
    return Reception(
        merged,
        places,
        regions,
        windows,
        region_shares,
        _shares(windows, params, ~up),
        outages,
        can_judge,
        why,
        params,
    )


def region_of(cell: pl.Series, params: ReceptionParams) -> pl.Series:
    """Number of the region that each cell lies in."""
    return pl.Series("region", larger_cell(cell.to_numpy(), params.cell_km, params.region_km), dtype=pl.Int64)


def band(mean: pl.Expr) -> pl.Expr:
    """Third of the scale of `mean`: what a shore station hears tells nothing about a satellite's pass."""
    return (mean * 3).floor().clip(0, 2).cast(pl.Int8).alias("band")


def shifted(p: pl.Expr, shift: float | pl.Expr) -> pl.Expr:
    """A chance moved by log-odds."""
    return (
        1.0 / (1.0 + ((1.0 - p) / p) * pl.lit(-shift).exp())
        if isinstance(shift, float)
        else 1.0 / (1.0 + ((1.0 - p) / p) * (-shift).exp())
    )


def miss_and_hit(p: str, params: ReceptionParams) -> list[tuple[pl.Expr, pl.Expr]]:
    """For each shift: log-likelihood of a present ship that was not heard, and of one that was."""
    out = []
    for s in params.shifts:
        q = shifted(pl.col(p), s).clip(params.min_p, params.max_neighbour_p)
        out.append(((1.0 - q).log(), q.log()))
    return out


def shift_weights(sums: pl.DataFrame, shares: Floats) -> Floats:
    """Probability of each shift, from ``ll_0 ...`` and how often it comes: shape (n, s)."""
    with np.errstate(divide="ignore"):
        ll = sums.select(pl.col("^ll_\\d+$")).to_numpy() + np.log(shares)
    ll -= ll.max(axis=1, keepdims=True, initial=-np.inf) if len(ll) else 0.0
    weights = np.exp(ll)
    return np.asarray(weights / weights.sum(axis=1, keepdims=True), dtype=np.float64)


def _names(stem: str, params: ReceptionParams) -> list[str]:
    return [f"{stem}_{k}" for k in range(len(params.shifts))]


def _sums_of_shifts(rows: pl.DataFrame, p: str, by: list[str], params: ReceptionParams) -> pl.DataFrame:
    heard, missed = pl.col("heard"), pl.col("n") - pl.col("heard")
    sums = {
        f"ll_{k}": (heard * hit + missed * miss).sum()
        for k, (miss, hit) in enumerate(miss_and_hit(p, params))
    }
    return rows.group_by(by).agg(n=pl.col("n").sum().cast(pl.Float64), **sums).sort(by)


def _shares(sums: pl.DataFrame, params: ReceptionParams, allowed: NDArray[np.bool_]) -> Floats:
    """How often each of the allowed shifts comes, by expectation and maximisation from equal shares."""
    shares = np.where(allowed, 1.0 / allowed.sum(), 0.0)
    for _ in range(_EM_ROUNDS if sums.height else 0):
        shares = shift_weights(sums, shares).mean(axis=0)
        shares = np.where(allowed, np.maximum(shares, params.min_shift_share), 0.0)
        shares /= shares.sum()
    return shares


def _judge(merged: pl.DataFrame, params: ReceptionParams) -> tuple[bool, str]:
    if merged.is_empty():
        return False, "the dump holds no ship"
    at_once = _ships_at_once(merged, params)
    if at_once < params.min_ships_at_once:
        return False, f"only {at_once:.1f} ships at a time: nobody can vouch for another"
    if _keeps_only_moving(merged, params):
        return False, "ships are heard under way only, not at rest: stops were taken out of this feed"
    return True, f"{at_once:.0f} ships at a time vouch for each other"


def _ships_at_once(merged: pl.DataFrame, params: ReceptionParams) -> float:
    """How many ships are in a region or those beside it at a time, in the mean over all ships and slices.

    A dump of single voyages can hold many ships at once, but none near another.
    """
    placed = merged.with_columns(region_of(merged["cell"], params))
    ships = placed.group_by("region", "slot").agg(n=pl.col("n").sum().cast(pl.Float64))
    regions = ships["region"].unique().sort().to_numpy()
    beside = cells_within(regions, regions, params.region_km, 1.5 * params.region_km)
    pairs = ships.join(beside.select(region="cell", near="near"), on="region").join(
        ships.select(near="region", slot="slot", there="n"), on=["near", "slot"]
    )
    return float(pairs.select((pl.col("n") * pl.col("there")).sum()).item() / ships["n"].sum())


def _keeps_only_moving(merged: pl.DataFrame, params: ReceptionParams) -> bool:
    """Whether ships end and begin tracks at one place, and hardly any is heard at rest in between."""
    at_rest = merged.filter(pl.col("kind") % 2 == 1).select(pl.col("n", "heard").sum()).row(0)
    n, heard = merged.select(pl.col("n", "heard").sum()).row(0)
    if at_rest[0] < params.min_rest_share * n or at_rest[0] == n:
        return False
    under_way = (heard - at_rest[1]) / (n - at_rest[0])
    return bool(at_rest[1] / at_rest[0] <= params.max_rest_heard * under_way)
