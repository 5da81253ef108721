"""What share of the ships at a place is usually heard: smoothed over the places around it."""

from __future__ import annotations

import polars as pl

from stsdetect.arrays import Ints
from stsdetect.geo.grid import cell_centre, cell_of, cells_within
from stsdetect.params import ReceptionParams

_REACH = 2.5  # kernel widths beyond which nothing is added


def baseline_share(
    wanted: pl.DataFrame, places: pl.DataFrame, *, own: pl.DataFrame | None = None, params: ReceptionParams
) -> pl.DataFrame:
    """Share of time bins in which ships of a kind are heard in a cell.

    The cell's own share is drawn, by `prior_ship_bins` a step, to that of its kind around (a Gaussian kernel), to
    that of its class, to that of all ships there, to that of all ships in a wider round, and to that of all.
    Where others stand for a kind, their share is moved by the log-odds by which the kind is heard worse than
    they are wherever both are. Where hardly anyone was ever seen, nobody is taken to be heard.

    Parameters
    ----------
    wanted : polars.DataFrame
        ``cell, kind``, and ``gap`` where `own` is given; no row twice.
    places : polars.DataFrame
        ``cell, kind, n, heard``: sums over all time bins; ``everyone`` too once `overall_share` has run.
    own : polars.DataFrame, optional
        ``gap, cell, kind, n, heard``: what a silence itself put into these sums, which is taken out.
    params : ReceptionParams

    Returns
    -------
    polars.DataFrame
        `wanted` with ``mean``.
    """
    sums = _all_sums(wanted, places, [], params)
    out = wanted.join(sums, on=["cell", "kind"], how="left", maintain_order="left")
    names = [c for c in sums.columns if c not in ("cell", "kind")]
    if own is not None:
        mine = _all_sums(wanted, own, ["gap"], params)
        out = out.join(mine, on=["gap", "cell", "kind"], how="left", maintain_order="left", suffix="_own")
    else:
        out = out.with_columns(pl.lit(0.0).alias(f"{c}_own") for c in names)
    out = out.with_columns((pl.col(c).fill_null(0) - pl.col(f"{c}_own").fill_null(0)).clip(0) for c in names)
    out = out.join(_kind_shift(places), on="kind", how="left", maintain_order="left")
    return out.select(*wanted.columns, mean=_chained(params))


def overall_share(places: pl.DataFrame, params: ReceptionParams) -> pl.DataFrame:
    """Add to each place ``everyone``: the share heard of all ships around, of whatever kind."""
    cells = places.select("cell").unique().with_columns(kind=pl.lit(0, pl.Int8))
    sums = _all_sums(cells, places, [], params)
    total = float(places["heard"].sum()) / max(float(places["n"].sum()), 1.0)
    prior = params.prior_ship_bins
    share = (pl.col("all_heard") + prior * total) / (pl.col("all_n") + prior)
    return places.join(sums.select("cell", everyone=share.clip(params.min_p, params.max_p)), on="cell")


def _kind_shift(places: pl.DataFrame) -> pl.DataFrame:
    """Log-odds by which a kind is heard better than everyone at the same places."""
    share = (pl.col("heard").sum() + 1.0) / (pl.col("n").sum() + 2.0)
    usual = ((pl.col("everyone") * pl.col("n")).sum() + 1.0) / (pl.col("n").sum() + 2.0)
    return places.group_by("kind").agg(
        kind_shift=(share / (1.0 - share)).log() - (usual / (1.0 - usual)).log()
    )


def _chained(params: ReceptionParams) -> pl.Expr:
    prior = params.prior_ship_bins

    def drawn(name: str, to: pl.Expr) -> pl.Expr:
        return (pl.col(f"{name}_heard") + prior * to) / (pl.col(f"{name}_n") + prior)

    everyone = drawn("all", drawn("wide", drawn("every", pl.lit(0.5)))).clip(params.min_p, params.max_p)
    as_kind = 1.0 / (1.0 + (1.0 - everyone) / everyone * (-pl.col("kind_shift").fill_null(0.0)).exp())
    known = pl.col("all_n") / (pl.col("all_n") + params.known_ship_bins)
    share = known * drawn("cell", drawn("near", drawn("class", as_kind)))
    return share.fill_null(0.0).clip(params.min_p, params.max_p)


def _all_sums(
    wanted: pl.DataFrame, sums: pl.DataFrame, keys: list[str], params: ReceptionParams
) -> pl.DataFrame:
    """Sums for each row: of its kind in its cell and around, of its class, of all, wide and everywhere."""
    wanted = wanted.select(*keys, "cell", "kind").unique()
    cells = wanted["cell"].unique().sort().to_numpy()
    near = _kernel(cells, sums["cell"].unique().sort().to_numpy(), params.cell_km, params.smooth_km)
    same_kind = pl.col("kind") == pl.col("its_kind")
    same_class = pl.col("kind") // 2 == pl.col("its_kind") // 2
    pairs = wanted.join(near, on="cell").join(
        sums.select(*keys, "n", "heard", near="cell", its_kind="kind"), on=["near", *keys]
    )

    def total(name: str, keep: pl.Expr, weight: pl.Expr) -> pl.Expr:
        return pl.when(keep).then(pl.col(name) * weight).otherwise(0.0).sum()

    here, w, n_received = pl.col("near") == pl.col("cell"), pl.col("w"), ("n", "heard")
    out = pairs.group_by(*keys, "cell", "kind").agg(
        **{f"cell_{c}": total(c, here & same_kind, pl.lit(1.0)) for c in n_received},
        **{f"near_{c}": total(c, same_kind, w) for c in n_received},
        **{f"class_{c}": total(c, same_class, w) for c in n_received},
        **{f"all_{c}": (pl.col(c) * w).sum() for c in n_received},
    )
    out = wanted.join(out, on=[*keys, "cell", "kind"], how="left")
    out = out.with_columns(_coarse(out["cell"], params)).join(
        _wide_sums(out, sums, keys, params), on=[*keys, "coarse"], how="left"
    )
    everywhere = {f"every_{c}": pl.col(c).sum().cast(pl.Float64) for c in n_received}
    if keys:
        out = out.join(sums.group_by(keys).agg(**everywhere), on=keys, how="left")
    else:
        out = out.join(sums.select(**everywhere), how="cross")
    return out.drop("coarse")


def _wide_sums(
    out: pl.DataFrame, sums: pl.DataFrame, keys: list[str], params: ReceptionParams
) -> pl.DataFrame:
    coarse = (
        sums.with_columns(_coarse(sums["cell"], params))
        .group_by(*keys, "coarse")
        .agg(pl.col("n", "heard").sum())
    )
    wanted = out.with_columns(_coarse(out["cell"], params)).select(*keys, "coarse").unique()
    near = _kernel(
        wanted["coarse"].unique().sort().to_numpy(),
        coarse["coarse"].unique().sort().to_numpy(),
        params.wide_factor * params.cell_km,
        params.wide_factor * params.smooth_km,
    )
    return (
        wanted.join(near, left_on="coarse", right_on="cell")
        .join(coarse.rename({"coarse": "near"}), on=[*keys, "near"])
        .group_by(*keys, "coarse")
        .agg(**{f"wide_{c}": (pl.col(c) * pl.col("w")).sum() for c in ("n", "heard")})
    )


def _coarse(cell: pl.Series, params: ReceptionParams) -> pl.Series:
    centre = cell_centre(cell.to_numpy(), params.cell_km)
    return pl.Series("coarse", cell_of(*centre, params.wide_factor * params.cell_km), dtype=pl.Int64)


def _kernel(cells: Ints, near: Ints, cell_km: float, sigma_km: float) -> pl.DataFrame:
    found = cells_within(cells, near, cell_km, _REACH * sigma_km)
    return found.select("cell", "near", w=(-0.5 * (pl.col("km") / sigma_km) ** 2).exp())
