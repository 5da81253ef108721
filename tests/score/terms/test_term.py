"""How terms and facts are declared, and that every term has its row of tests."""

import polars as pl
import pytest

from stsdetect.score.scorer import context_terms
from stsdetect.score.terms.term import Fact, Term
from tests.builders.score_terms import TERM_CASES, D, P

SHARED = {"when": pl.lit(value=True), "observed": "x", "statement": "X."}


def test_an_unknown_family_or_vessel_is_refused() -> None:
    with pytest.raises(ValueError, match="term 'a' has family 'weather'; known: identity, gap, place"):
        Term(family="weather", name="a", weight_nat=1.0, **SHARED)
    with pytest.raises(ValueError, match="fact 'a' has family 'place'; known: contact, quality"):
        Fact(family="place", name="a", **SHARED)
    with pytest.raises(ValueError, match="term 'a' has vessel '3'; known: 1, 2, both"):
        Term(family="place", name="a", vessel="3", weight_nat=1.0, **SHARED)


def test_a_term_is_about_both_ships_and_has_neither_unit_nor_threshold_by_default() -> None:
    term = Term(family="place", name="a", weight_nat=1.0, **SHARED)
    assert (term.vessel, term.unit, term.threshold) == ("both", None, None)
    assert Fact(family="quality", name="a", **SHARED).leaning == 0.0


def test_every_term_has_a_hit_and_a_near_miss() -> None:
    assert {c.name for c in TERM_CASES} == {t.name for t in context_terms(P, D)}
    assert [c.name for c in TERM_CASES if not c.near_miss or c.hit == c.near_miss] == []


def test_no_two_terms_share_a_name_and_a_vessel() -> None:
    keys = [(t.name, t.vessel) for t in context_terms(P, D)]
    assert len(keys) == len(set(keys))


def test_terms_about_ship_1_and_ship_2_are_the_same() -> None:
    per_ship = {v: {t.name for t in context_terms(P, D) if t.vessel == v} for v in ("1", "2")}
    assert per_ship["1"] == per_ship["2"]
