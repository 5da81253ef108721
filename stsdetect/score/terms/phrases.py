"""Numbers and broadcast text as they stand in sentences."""

from __future__ import annotations

import polars as pl

_LONGEST_NAME = 40


def with_words(features: pl.DataFrame) -> pl.DataFrame:
    """Add what sentences need: `label_1`, `label_2` and cleaned copies of broadcast text.

    Names come from anyone with a transmitter, so control characters, markup and length are taken out here;
    the columns as broadcast stay as they are.

    Parameters
    ----------
    features : polars.DataFrame
        Validated FEATURES.

    Returns
    -------
    polars.DataFrame
    """
    columns = []
    for ship in (1, 2):
        name = _clean(f"shipname_{ship}")
        number = (
            pl.when(pl.col(f"mmsi_{ship}") < 0)
            .then(pl.lit(f"Ship {ship}"))
            .otherwise(pl.format("MMSI {}", pl.col(f"mmsi_{ship}").cast(pl.String).str.zfill(9)))
        )
        columns += [
            pl.when(name != "").then(pl.format("“{}”", name)).otherwise(number).alias(f"label_{ship}"),
            _clean(f"destination_{ship}").alias(f"said_{ship}"),
            _clean(f"identity_before_{ship}", 120).alias(f"before_{ship}"),
            _clean(f"list_observed_{ship}").alias(f"seen_{ship}"),
            _clean(f"list_listed_{ship}").alias(f"wanted_{ship}"),
        ]
    return features.with_columns(columns)


def number(value: pl.Expr, decimals: int) -> pl.Expr:
    """Rounded, or "unknown"."""
    rounded = value.round(decimals)
    return (rounded.cast(pl.Int64) if decimals == 0 else rounded).cast(pl.String).fill_null("unknown")


def chance(p: pl.Expr) -> pl.Expr:
    """A probability as percent, never 0 or 100."""
    sure = pl.when(p > 0.99).then(pl.lit("over 99 %")).when(p < 0.01).then(pl.lit("under 1 %"))
    return sure.otherwise(percent(p))


def plural(count: pl.Expr, one: str, many: str) -> pl.Expr:
    """A count with its noun."""
    noun = pl.when(count == 1).then(pl.lit(one)).otherwise(pl.lit(many))
    return pl.format("{} {}", count.fill_null(0), noun)


def signed(value: pl.Expr) -> pl.Expr:
    """With its sign, to a tenth."""
    return pl.when(value > 0).then(pl.format("+{}", number(value, 1))).otherwise(number(value, 1))


def percent(share: pl.Expr) -> pl.Expr:
    """A share as whole percent."""
    return pl.format("{} %", number(share * 100.0, 0))


def _clean(column: str, longest: int = _LONGEST_NAME) -> pl.Expr:
    return (
        pl.col(column)
        .fill_null("")
        .str.replace_all(r"[\p{C}\p{Zl}\p{Zp}<>&\"'`“”|\\{}\[\]]+", " ")
        .str.replace_all(r"\s+", " ")
        .str.strip_chars()
        .str.slice(0, longest)
    )
