"""Baseline: the detection probability of a cell and kind of ship over the whole dump.

The share of present vessels that were received is noisy where few were present. It is shrunk, level by level,
towards wider surroundings: each level is the posterior mean of a beta-binomial whose prior mean is the next
wider level and whose prior weight is `prior_ship_bins`:

    p_level = (received + prior_ship_bins * p_wider) / (n + prior_ship_bins)

The levels are, from narrow to wide: the kind in its cell; the kind nearby (Gaussian kernel); its AIS class
nearby; all kinds nearby; all kinds in wide surroundings; all kinds in the dump.

References
----------
Gelman et al., Bayesian Data Analysis, 3rd ed. (2013), sections 2.4 and 5.3 (beta-binomial, hierarchical
shrinkage). Efron and Morris, Data analysis using Stein's estimator and its generalizations, J. Am. Stat.
Assoc. 70 (1975) 311-319. Nadaraya, On estimating regression, Theory Probab. Appl. 9 (1964) 141-142 (kernel).
"""

from __future__ import annotations

import polars as pl

from stsdetect.arrays import Ints, row_sum
from stsdetect.geo.grid import cell_centre, cell_of, cells_within
from stsdetect.params import ReceptionParams
from stsdetect.reception.presence import class_index
from stsdetect.reception.regimes import add_log_odds

_COUNTS = ("n", "received")


def baseline_probability(
    wanted: pl.DataFrame, sums: pl.DataFrame, *, own: pl.DataFrame | None = None, params: ReceptionParams
) -> pl.DataFrame:
    """Probability that a vessel of a kind is received in a cell and time bin, over the whole dump.

    Where all kinds are used for one kind, their share is shifted by the log-odds by which that kind is
    received better or worse than all kinds at the places where it was present. The result is multiplied by
    ``n / (n + known_ship_bins)``, n being all vessels nearby: cells with too little traffic default to
    near-zero detection probability, so that a gap there carries no evidence.

    Parameters
    ----------
    wanted : polars.DataFrame
        ``cell, kind``, and ``gap`` if `own` is given; no row twice.
    sums : polars.DataFrame
        ``cell, kind, n, received, all_kinds``: counts over all time bins, from `with_all_kinds`.
    own : polars.DataFrame, optional
        ``gap, cell, kind, n, received``: what the vessel of a gap contributed to `sums` during the gap. It is
        subtracted first (leave-one-out).
    params : ReceptionParams

    Returns
    -------
    polars.DataFrame
        `wanted` with ``baseline``, in [`min_p`, `max_p`].
    """
    levels = _level_sums(wanted, sums, [], params)
    out = wanted.join(levels, on=["cell", "kind"], how="left", maintain_order="left")
    names = [c for c in levels.columns if c not in ("cell", "kind")]
    if own is not None:
        own_levels = _level_sums(wanted, own, ["gap"], params)
        out = out.join(
            own_levels, on=["gap", "cell", "kind"], how="left", maintain_order="left", suffix="_own"
        )
    else:
        out = out.with_columns(pl.lit(0.0).alias(f"{c}_own") for c in names)
    out = out.with_columns((pl.col(c).fill_null(0) - pl.col(f"{c}_own").fill_null(0)).clip(0) for c in names)
    out = out.join(_kind_log_odds(sums), on="kind", how="left", maintain_order="left")
    return out.select(*wanted.columns, baseline=_shrunk(params))


def with_all_kinds(sums: pl.DataFrame, params: ReceptionParams) -> pl.DataFrame:
    """Add to the counts of each cell and kind ``all_kinds``: the share received of all vessels nearby."""
    cells = sums.select("cell").unique(maintain_order=True).with_columns(kind=pl.lit(0, pl.Int8))
    levels = _level_sums(cells, sums, [], params)
    total = float(sums["received"].sum()) / max(float(sums["n"].sum()), 1.0)
    prior = params.prior_ship_bins
    share = (pl.col("all_received") + prior * total) / (pl.col("all_n") + prior)
    return sums.join(
        levels.select("cell", all_kinds=share.clip(params.min_p, params.max_p)),
        on="cell",
        maintain_order="left",
    )


def _kind_log_odds(sums: pl.DataFrame) -> pl.DataFrame:
    """Log-odds by which a kind is received better than all kinds in the same cells.

    Both shares are estimated by Laplace's rule of succession, (k + 1) / (n + 2).
    """
    share = (pl.col("received").sum() + 1.0) / (pl.col("n").sum() + 2.0)
    expected = (row_sum(pl.col("all_kinds") * pl.col("n")) + 1.0) / (pl.col("n").sum() + 2.0)
    return sums.group_by("kind", maintain_order=True).agg(
        kind_log_odds=(share / (1.0 - share)).log() - (expected / (1.0 - expected)).log()
    )


def _shrunk(params: ReceptionParams) -> pl.Expr:
    prior = params.prior_ship_bins

    def level(name: str, wider: pl.Expr) -> pl.Expr:
        return (pl.col(f"{name}_received") + prior * wider) / (pl.col(f"{name}_n") + prior)

    all_kinds = level("all", level("wide", level("dump", pl.lit(params.prior_p))))
    all_kinds = all_kinds.clip(params.min_p, params.max_p)
    as_kind = add_log_odds(all_kinds, pl.col("kind_log_odds").fill_null(0.0))
    enough = pl.col("all_n") / (pl.col("all_n") + params.known_ship_bins)
    share = enough * level("cell", level("nearby", level("class", as_kind)))
    return share.fill_null(0.0).clip(params.min_p, params.max_p)


def _level_sums(
    wanted: pl.DataFrame, sums: pl.DataFrame, keys: list[str], params: ReceptionParams
) -> pl.DataFrame:
    """``n`` and ``received`` of every level for each wanted cell and kind, per value of `keys`."""
    wanted = wanted.select(*keys, "cell", "kind").unique(maintain_order=True)
    cells = wanted["cell"].unique().sort().to_numpy()
    kernel = _kernel(cells, sums["cell"].unique().sort().to_numpy(), params.cell_km, params.smooth_km, params)
    same_kind = pl.col("kind") == pl.col("near_kind")
    same_class = class_index(pl.col("kind")) == class_index(pl.col("near_kind"))
    pairs = wanted.join(kernel, on="cell", maintain_order="left").join(
        sums.select(*keys, *_COUNTS, near="cell", near_kind="kind"), on=["near", *keys], maintain_order="left"
    )

    def total(name: str, counted: pl.Expr, weight: pl.Expr) -> pl.Expr:
        return row_sum(pl.when(counted).then(pl.col(name) * weight).otherwise(0.0))

    same_cell, w = pl.col("near") == pl.col("cell"), pl.col("w")
    out = pairs.group_by(*keys, "cell", "kind", maintain_order=True).agg(
        **{f"cell_{c}": total(c, same_cell & same_kind, pl.lit(1.0)) for c in _COUNTS},
        **{f"nearby_{c}": total(c, same_kind, w) for c in _COUNTS},
        **{f"class_{c}": total(c, same_class, w) for c in _COUNTS},
        **{f"all_{c}": row_sum(pl.col(c) * w) for c in _COUNTS},
    )
    out = wanted.join(out, on=[*keys, "cell", "kind"], how="left", maintain_order="left")
    out = out.with_columns(_wide_cell(out["cell"], params)).join(
        _wide_sums(out, sums, keys, params), on=[*keys, "wide_cell"], how="left", maintain_order="left"
    )
    dump = {f"dump_{c}": pl.col(c).sum().cast(pl.Float64) for c in _COUNTS}
    if keys:
        out = out.join(
            sums.group_by(keys, maintain_order=True).agg(**dump), on=keys, how="left", maintain_order="left"
        )
    else:
        out = out.join(sums.select(**dump), how="cross")
    return out.drop("wide_cell")


def _wide_sums(
    out: pl.DataFrame, sums: pl.DataFrame, keys: list[str], params: ReceptionParams
) -> pl.DataFrame:
    """``n`` and ``received`` of all kinds, summed over cells and a kernel that are `wide_factor` wider."""
    wide = (
        sums.with_columns(_wide_cell(sums["cell"], params))
        .group_by(*keys, "wide_cell", maintain_order=True)
        .agg(pl.col(_COUNTS).sum())
    )
    wanted = (
        out.with_columns(_wide_cell(out["cell"], params))
        .select(*keys, "wide_cell")
        .unique(maintain_order=True)
    )
    kernel = _kernel(
        wanted["wide_cell"].unique().sort().to_numpy(),
        wide["wide_cell"].unique().sort().to_numpy(),
        params.wide_factor * params.cell_km,
        params.wide_factor * params.smooth_km,
        params,
    )
    return (
        wanted.join(kernel, left_on="wide_cell", right_on="cell", maintain_order="left")
        .join(wide.rename({"wide_cell": "near"}), on=[*keys, "near"], maintain_order="left")
        .group_by(*keys, "wide_cell", maintain_order=True)
        .agg(**{f"wide_{c}": row_sum(pl.col(c) * pl.col("w")) for c in _COUNTS})
    )


def _wide_cell(cell: pl.Series, params: ReceptionParams) -> pl.Series:
    centre = cell_centre(cell.to_numpy(), params.cell_km)
    return pl.Series("wide_cell", cell_of(*centre, params.wide_factor * params.cell_km), dtype=pl.Int64)


def _kernel(
    cells: Ints, near: Ints, cell_km: float, sigma_km: float, params: ReceptionParams
) -> pl.DataFrame:
    """``cell, near, w``: Gaussian weight of the cells `near` around each cell, cut off at some sigmas."""
    found = cells_within(cells, near, cell_km, params.kernel_cutoff_sigmas * sigma_km)
    return found.select("cell", "near", w=(-0.5 * (pl.col("km") / sigma_km) ** 2).exp())
