"""Counts of what is right, and the shares and intervals made of them."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import polars as pl

from stsdetect.score.metrics import wilson

_SAME_CALL_H = 12.0  # an event or arrival within that of the true one is about it [J]


def is_near(one: datetime | None, two: datetime | None, hours: float = _SAME_CALL_H) -> bool:
    """Whether two instants are known and no farther apart than that."""
    return one is not None and two is not None and abs((one - two).total_seconds()) <= hours * 3600.0


def counted(group: str, measure: str, right: bool) -> dict[str, Any]:
    """A row of counts: whether one case of a group was right."""
    return {"group": group, "measure": measure, "right": right}


def counts_table(rows: list[dict[str, Any]]) -> pl.DataFrame:
    """Rows of counts as a table."""
    return pl.DataFrame(rows, schema={"group": pl.String, "measure": pl.String, "right": pl.Boolean})


def shares(counts: pl.DataFrame) -> pl.DataFrame:
    """Share that is right of each group and measure, with Wilson's interval."""
    table = counts.group_by("group", "measure", maintain_order=True).agg(
        pl.len().alias("n"), pl.col("right").sum().alias("right")
    )
    low_high = [wilson(int(k), int(n)) for k, n in table.select("right", "n").iter_rows()]
    return table.with_columns(
        (pl.col("right") / pl.col("n")).alias("share"),
        pl.Series("low", [low for low, _ in low_high], dtype=pl.Float64),
        pl.Series("high", [high for _, high in low_high], dtype=pl.Float64),
    ).sort("group", maintain_order=True)


def tonnes_row(table: str, row: dict[str, Any], true_t: float) -> dict[str, Any]:
    """A row of tonnes: the interval of a table and the truth."""
    return {
        "table": table, "method": row["method"], "true_t": true_t, "low": row["tonnes_low"],
        "tonnes": row["tonnes"], "high": row["tonnes_high"],
    }  # fmt: skip


def tonnes_counts(rows: list[dict[str, Any]]) -> pl.DataFrame:
    """Rows of tonnes as a table."""
    numbers = dict.fromkeys(("true_t", "low", "tonnes", "high"), pl.Float64)
    return pl.DataFrame(rows, schema={"table": pl.String, "method": pl.String, **numbers})


def tonnes_table(counts: pl.DataFrame) -> pl.DataFrame:
    """By table and method: share of true tonnes inside, below and above the interval; median ratio."""
    known = counts.filter(pl.col("tonnes").is_not_null())
    groups = [
        known,
        known.with_columns(method=pl.lit("all")),
        known.with_columns(table=pl.lit("both"), method=pl.lit("all")),
    ]
    table = (
        pl.concat(groups)
        .group_by("table", "method", maintain_order=True)
        .agg(
            pl.len().alias("n"),
            pl.col("true_t").is_between("low", "high").mean().alias("inside"),
            (pl.col("true_t") < pl.col("low")).mean().alias("true_below"),
            (pl.col("true_t") > pl.col("high")).mean().alias("true_above"),
            (pl.col("tonnes") / pl.col("true_t")).median().alias("median_ratio"),
        )
        .sort("table", "method")
    )
    low_high = [wilson(round(share * n), int(n)) for share, n in table.select("inside", "n").iter_rows()]
    return table.with_columns(
        pl.Series("low", [low for low, _ in low_high], dtype=pl.Float64),
        pl.Series("high", [high for _, high in low_high], dtype=pl.Float64),
    )
