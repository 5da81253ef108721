"""How a score term and a fact are declared."""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

FAMILIES = ("identity", "gap", "place", "time", "trade", "draught", "list")
"""Families of terms; each has a cap, ``<family>_cap_nat`` in `ScoreParams`."""

FACT_FAMILIES = ("contact", "quality")
"""Families of facts, which are shown but add nothing to the score."""

VESSELS = ("1", "2", "both")


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class Observation:
    """What a term and a fact have in common: the columns of one possible row of EVIDENCE.

    Expressions are over the columns of FEATURES with those that `with_category` and `with_phrases` add.

    Attributes
    ----------
    family, name : str
        Family, and a name that is unique among all terms, as in `EVIDENCE.family` and `EVIDENCE.term`.
    vessel : str
        ``"1"`` or ``"2"`` when it is about one ship, ``"both"`` when it is about the pair.
    when : polars.Expr
        On which events it holds; null counts as false.
    observed : polars.Expr or str
        The value that was observed.
    unit : str or None
        Unit of `observed`.
    threshold : polars.Expr, str or None
        What `observed` was compared with.
    statement : polars.Expr or str
        One sentence for the analyst; only with broadcast text that `with_phrases` has cleaned.
    """

    family: str
    name: str
    vessel: str = "both"
    when: pl.Expr
    observed: pl.Expr | str
    unit: str | None = None
    threshold: pl.Expr | str | None = None
    statement: pl.Expr | str


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class Term(Observation):
    """One circumstance that changes the score.

    Attributes
    ----------
    weight_nat : polars.Expr or float
        Log-odds before the cap of the family [nat]: positive for a transfer, negative for an innocent
        reading; null counts as 0.

    Raises
    ------
    ValueError
        When the family or the vessel is not one of `FAMILIES` or `VESSELS`.

    Examples
    --------
    >>> dark = Term(
    ...     family="time",
    ...     name="all_dark",
    ...     when=pl.col("night_share") == 1.0,
    ...     weight_nat=0.5,
    ...     observed="all dark",
    ...     statement="The event took place entirely in darkness.",
    ... )
    >>> dark.vessel
    'both'
    """

    weight_nat: pl.Expr | float

    def __post_init__(self) -> None:
        _check(self, FAMILIES)


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class Fact(Observation):
    """Something that the analyst should know about the contact or the quality, and that is not weighed.

    Attributes
    ----------
    leaning : polars.Expr or float
        Above 0 when it supports a transfer, below 0 when it supports an innocent reading, else neutral.
    """

    leaning: pl.Expr | float = 0.0

    def __post_init__(self) -> None:
        _check(self, FACT_FAMILIES)


def _check(declared: Observation, families: tuple[str, ...]) -> None:
    what = f"{type(declared).__name__.lower()} '{declared.name}'"
    if declared.family not in families:
        raise ValueError(f"{what} has family {declared.family!r}; known: {', '.join(families)}")
    if declared.vessel not in VESSELS:
        raise ValueError(f"{what} has vessel {declared.vessel!r}; known: {', '.join(VESSELS)}")
