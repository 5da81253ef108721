r"""Tonnes of cargo, as an interval, from a change of draught or from the size of the ship.

A hull that sinks by :math:`\Delta T` displaces :math:`\rho\, C_W\, L\, B\, \Delta T` more water, where
:math:`C_W` is the coefficient of its waterplane. Errors are relative and independent, so the logarithm of the
cargo is taken as normal with variance

.. math:: \sigma^2 = \sigma_C^2 + \sigma_B^2 + (\sigma_T / \Delta T)^2

of coefficient, beam (where it had to be taken from the length) and draughts. Without draughts the cargo is
that of a laden ship: a share of the deadweight, which is a share of the displacement.
"""

from __future__ import annotations

import math

import polars as pl

from stsdetect.params import TonnesParams

Z_80 = 1.2815515594600038
"""Normal quantile of 0.9: an 80 % interval reaches this many sigmas to each side."""


def with_draught_tonnes(rows: pl.DataFrame, params: TonnesParams, *, change: str, out: str) -> pl.DataFrame:
    """Add the logarithm of the tonnes behind a change of draught, and its error.

    Parameters
    ----------
    rows : polars.DataFrame
        With the columns of `hull_sizes`; `change`, a change of draught [m]; and ``fresh_water`` (bool).
    params : TonnesParams
    change : str
        Name of the column of the change; its sign does not matter.
    out : str
        Names of the new columns: ``{out}_log`` [log t] and ``{out}_sigma``, null where no draught or no size
        is known, or the hull carries no cargo.

    Returns
    -------
    polars.DataFrame

    Examples
    --------
    A barge of 100 m by 20 m that rises by 2 m in sea water has lost 0.88 * 100 * 20 * 2 * 1.025 t:

    >>> row = pl.DataFrame({"hull": ["barge"], "hull_length_m": [100.0], "hull_beam_m": [20.0],
    ...                     "size_spread": [0.0], "fresh_water": [False], "change_m": [-2.0]})
    >>> found = with_draught_tonnes(row, TonnesParams(), change="change_m", out="draught")
    >>> round(math.exp(found["draught_log"].item()))
    3608
    """
    p = params
    moved = pl.col(change).abs()
    known = (pl.col("hull") != "none") & (moved > 0) & pl.col("hull_length_m").is_not_null()
    density = pl.when("fresh_water").then(p.fresh_water_t_per_m3).otherwise(p.seawater_t_per_m3)
    tonnes = moved * pl.col("hull_length_m") * pl.col("hull_beam_m") * coefficient(p) * density
    # Two draughts, each rounded to a step and typed with an error.
    draught_error = math.sqrt(2.0 * p.draught_step_m**2 / 12.0 + p.typing_error_m**2)
    sigma = (coefficient_spread(p) ** 2 + pl.col("size_spread") ** 2 + (draught_error / moved) ** 2).sqrt()
    return rows.with_columns(
        pl.when(known).then(tonnes.log()).alias(f"{out}_log"),
        pl.when(known).then(sigma).alias(f"{out}_sigma"),
    )


def with_ballast(
    rows: pl.DataFrame, params: TonnesParams, *, before: str, after: str, out: str
) -> pl.DataFrame:
    """Raise the tonnes of seagoing ships that took ballast as they unloaded, and widen their error.

    A ship that unloads has to keep a draught at which she is seaworthy, so she comes up by less than her
    cargo; a barge takes none. She is taken to have done so if she keeps much of her draught.

    Parameters
    ----------
    rows : polars.DataFrame
        With ``hull`` and the columns of `with_draught_tonnes`.
    params : TonnesParams
    before, after : str
        Columns of the draughts on arrival and on departure [m].
    out : str
        As for `with_draught_tonnes`.

    Examples
    --------
    >>> row = pl.DataFrame({"hull": ["dry"], "t1": [7.0], "t2": [4.0], "d_log": [0.0], "d_sigma": [0.16]})
    >>> found = with_ballast(row, TonnesParams(), before="t1", after="t2", out="d")
    >>> round(math.exp(found["d_log"].item()), 2), round(found["d_sigma"].item(), 2)
    (1.3, 0.2)
    """
    kept = pl.col(after) / pl.col(before)
    takes = pl.col("hull").is_in(["dry", "tanker"]) & (kept >= params.min_ballast_ratio)
    log, sigma = pl.col(f"{out}_log"), pl.col(f"{out}_sigma")
    return rows.with_columns(
        pl.when(takes).then(log + math.log(params.ballast_factor)).otherwise(log).alias(f"{out}_log"),
        pl.when(takes)
        .then((sigma**2 + params.ballast_spread**2).sqrt())
        .otherwise(sigma)
        .alias(f"{out}_sigma"),
    )


def with_capacity_tonnes(rows: pl.DataFrame, params: TonnesParams, *, out: str) -> pl.DataFrame:
    """Add the logarithm of the tonnes that a laden ship of this kind and size carries, and its error.

    Parameters
    ----------
    rows : polars.DataFrame
        With the columns of `hull_sizes` and ``fresh_water``.
    params : TonnesParams
    out : str
        Names of the new columns: ``{out}_log`` [log t] and ``{out}_sigma``, null where no size is known.

    Returns
    -------
    polars.DataFrame

    Examples
    --------
    A self-propelled barge of 119.9 m by 30 m and 4.96 m carries 12,200 t at most [L81]:

    >>> row = pl.DataFrame({"hull": ["barge"], "hull_length_m": [119.9], "hull_beam_m": [30.0],
    ...                     "size_spread": [0.0], "laden_draught_m": [4.96], "laden_spread": [0.08]})
    >>> found = with_capacity_tonnes(row, TonnesParams(), out="capacity")
    >>> round(math.exp(found["capacity_log"].item()), -2)
    10400.0
    """
    p = params
    known = (pl.col("hull") != "none") & pl.col("laden_draught_m").is_not_null()
    box = pl.col("hull_length_m") * pl.col("hull_beam_m") * pl.col("laden_draught_m") * p.seawater_t_per_m3
    tonnes = box * coefficient(p) * p.deadweight_share * p.cargo_share
    sigma = (
        coefficient_spread(p) ** 2
        + pl.col("size_spread") ** 2
        + pl.col("laden_spread") ** 2
        + p.capacity_spread**2
    ).sqrt()
    return rows.with_columns(
        pl.when(known).then(tonnes.log()).alias(f"{out}_log"),
        pl.when(known).then(sigma).alias(f"{out}_sigma"),
    )


def most_of(capacity: str) -> pl.Expr:
    """Logarithm of the most that a ship can carry: the upper end of the 80 % interval of its capacity."""
    return pl.col(f"{capacity}_log") + Z_80 * pl.col(f"{capacity}_sigma")


def interval(log: pl.Expr, sigma: pl.Expr, most_log: pl.Expr | None = None) -> list[pl.Expr]:
    """``tonnes_low tonnes tonnes_high`` [t] of a logarithm and its error, each at most `most_log`.

    Examples
    --------
    >>> row = pl.DataFrame({"log": [math.log(1000.0)], "sigma": [0.1]})
    >>> [round(t) for t in row.select(interval(pl.col("log"), pl.col("sigma"))).row(0)]
    [880, 1000, 1137]
    """
    ends = {"tonnes_low": -Z_80, "tonnes": 0.0, "tonnes_high": Z_80}
    logs = {name: log + z * sigma for name, z in ends.items()}
    if most_log is not None:
        # Null, of a ship of unknown size, caps nothing.
        logs = {
            name: pl.min_horizontal(end, pl.when(end.is_not_null()).then(most_log))
            for name, end in logs.items()
        }
    return [end.exp().alias(name) for name, end in logs.items()]


def coefficient(params: TonnesParams) -> pl.Expr:
    """Coefficient of the waterplane by ``hull``."""
    kinds = {k: getattr(params, f"{k}_coefficient") for k in ("barge", "dry", "tanker", "dredger", "unknown")}
    return pl.col("hull").replace_strict(kinds, default=None, return_dtype=pl.Float64)


def coefficient_spread(params: TonnesParams) -> pl.Expr:
    """Relative one-sigma spread of that coefficient."""
    kinds = {"dry": params.dry_coefficient_spread, "unknown": params.unknown_coefficient_spread}
    return pl.col("hull").replace_strict(kinds, default=params.coefficient_spread, return_dtype=pl.Float64)
