"""A circumstance as data: when it holds, what it weighs, and how to say it."""

from __future__ import annotations

from typing import NamedTuple

import polars as pl

FAMILIES = ("identity", "gap", "place", "time", "trade", "draught", "list")
"""Families of circumstances, each with a cap in ScoreParams."""


class Term(NamedTuple):
    """One circumstance.

    Attributes
    ----------
    family, name, vessel : str
        As in EVIDENCE.
    when : polars.Expr
        Whether it holds; null counts as no.
    log_odds : polars.Expr
        Weight before the cap [nat]; negative for an innocent reading.
    observed : polars.Expr
        What was seen.
    unit, threshold : str, polars.Expr or None
        Unit of it and what it was held against.
    statement : polars.Expr
        The term in plain words.
    """

    family: str
    name: str
    vessel: str
    when: pl.Expr
    log_odds: pl.Expr
    observed: pl.Expr
    unit: str | None
    threshold: str | pl.Expr | None
    statement: pl.Expr


def make_term(
    family: str,
    name: str,
    vessel: str,
    when: pl.Expr,
    log_odds: pl.Expr | float,
    observed: pl.Expr | str,
    unit: str | None,
    threshold: str | pl.Expr | None,
    statement: pl.Expr | str,
) -> Term:
    """A term from expressions or plain values; what is null does not hold and weighs nothing."""
    return Term(
        family,
        name,
        vessel,
        when.fill_null(False),
        pl.lit(log_odds, pl.Float64) if isinstance(log_odds, float) else log_odds.fill_null(0.0),
        pl.lit(observed) if isinstance(observed, str) else observed,
        unit,
        threshold,
        pl.lit(statement) if isinstance(statement, str) else statement,
    )
