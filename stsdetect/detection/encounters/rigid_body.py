"""The rigid-body test tells whether the partner stays in the hull's frame or over ground.

Ships made fast turn together in the tide, so their offset is constant seen from either hull and rotates over
ground. Anchored neighbours swing each on its own anchor: their offset stays over ground and rotates seen
from the hull. Without swing the two cannot be told apart, and the test says so with a ratio near 0.
"""

from __future__ import annotations

import polars as pl

from stsdetect.params import EncounterParams


def rigidity(rows: pl.DataFrame, *, by: str, params: EncounterParams) -> pl.DataFrame:
    """Log-likelihood ratio, fixed in the hull frame against fixed over ground, and the swing behind it.

    With normal errors of unknown size, the ratio over n looks at a two-dimensional offset is
    ``n ln(V_ground / V_hull)``, V being the total variance about the mean plus the variance of the position
    error. Looks closer in time than ``independent_look_s`` count as one.

    Parameters
    ----------
    rows : polars.DataFrame
        CONTACTS rows with a column `by`, sorted by time inside it.
    by : str
        Column that numbers the spells.
    params : EncounterParams
        Distance between independent looks, cap.

    Returns
    -------
    polars.DataFrame
        `by`, ``rigidity`` [nat], ``swing_deg``.
    """
    east, north = pl.col("east_m"), pl.col("north_m")
    views = [_unwrapped(pl.arctan2(east, north).degrees(), by).alias("turn_line")]
    for side in ("1", "2"):
        h = pl.col(f"heading_{side}").radians()
        views += [
            (east * h.sin() + north * h.cos()).alias(f"ahead_{side}"),
            (east * h.cos() - north * h.sin()).alias(f"right_{side}"),
            _unwrapped(pl.col(f"heading_{side}"), by).alias(f"turn_{side}"),
        ]
    length_s = (pl.col("timestamp").max() - pl.col("timestamp").min()).dt.total_seconds()
    table = (
        rows.with_columns(views)
        .group_by(by, maintain_order=True)
        .agg(
            pl.min_horizontal(pl.len(), 1.0 + length_s / params.independent_look_s).alias("looks"),
            (pl.col("position_error_m") ** 2).mean().alias("noise"),
            _variance(east, north).alias("ground"),
            *(_variance(pl.col(f"ahead_{s}"), pl.col(f"right_{s}")).alias(f"hull_{s}") for s in ("1", "2")),
            (2.0 * (east**2 + north**2).sqrt().var(ddof=0)).alias("line"),
            *(_range(pl.col(f"turn_{s}")).alias(f"swing_{s}") for s in ("1", "2", "line")),
        )
    )
    # Without a heading the line between the antennas stands for it, if it turns too far for yaw at anchor.
    line_tells = pl.col("swing_line") >= params.min_line_swing_deg
    hull = pl.coalesce(pl.mean_horizontal("hull_1", "hull_2"), pl.when(line_tells).then(pl.col("line")))
    ratio = pl.col("looks") * ((pl.col("ground") + pl.col("noise")) / (hull + pl.col("noise"))).log()
    swing = pl.coalesce(
        pl.min_horizontal("swing_1", "swing_2"), pl.when(line_tells).then(pl.col("swing_line"))
    )
    cap = params.max_rigidity_nat
    return table.select(by, rigidity=ratio.fill_null(0.0).clip(-cap, cap), swing_deg=swing.fill_null(0.0))


def _variance(x: pl.Expr, y: pl.Expr) -> pl.Expr:
    return x.var(ddof=0) + y.var(ddof=0)


def _range(turn: pl.Expr) -> pl.Expr:
    return turn.quantile(0.95) - turn.quantile(0.05)


def _unwrapped(angle: pl.Expr, by: str) -> pl.Expr:
    """An angle that goes on past 360, from the known values of a spell; null while none is known."""
    step = (angle - angle.forward_fill().shift().over(by) + 180.0) % 360.0 - 180.0
    return pl.when(angle.is_not_null()).then(step.fill_null(0.0).cum_sum().over(by))
