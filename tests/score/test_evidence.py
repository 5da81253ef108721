"""Terms under the caps of their families, by hand and with every declared term at a hundred times its weight."""

from dataclasses import fields, replace

import polars as pl
import pytest

from stsdetect.params import ScoreParams
from stsdetect.score.evidence import fact_rows, weigh
from stsdetect.score.terms.term import FAMILIES, Fact, Term
from tests.builders.score_terms import TERM_CASES, P, TermCase, evidence_of

PAIR = pl.DataFrame({"source_id": ["a", "b"], "x": [True, None], "w": [1.0, None]})
CAPS = ScoreParams(place_cap_nat=3.0, time_cap_nat=1.0, innocent_cap_nat=2.0)


def term(name: str, weight_nat: pl.Expr | float, *, family: str = "place") -> Term:
    return Term(
        family=family,
        name=name,
        when=pl.col("x"),
        weight_nat=weight_nat,
        observed="seen",
        statement="It was seen.",
    )


def contributions(*terms: Term) -> list[float]:
    return weigh(PAIR, terms, CAPS)[0]["contribution"].to_list()


def test_below_the_cap_weights_stand_and_add_up() -> None:
    evidence, totals = weigh(PAIR, [term("a", 1.0), term("b", 2.0), term("c", 0.5, family="time")], CAPS)
    assert evidence["contribution"].to_list() == [1.0, 2.0, 0.5]
    assert totals.rows() == [("a", 3.5), ("b", 0.0)]


def test_above_the_cap_the_family_is_scaled_down_in_proportion() -> None:
    assert contributions(term("a", 2.0), term("b", 4.0)) == pytest.approx([1.0, 2.0])


def test_terms_for_and_against_are_capped_separately() -> None:
    got = contributions(term("a", 6.0), term("b", -1.0), term("c", -3.0))
    assert got == pytest.approx([3.0, -0.5, -1.5])


def test_a_condition_that_is_null_does_not_hold_and_a_weight_that_is_null_is_zero() -> None:
    evidence, _ = weigh(PAIR, [term("a", pl.col("w"))], CAPS)
    assert evidence["source_id"].to_list() == ["a"]
    held = Term(
        family="time",
        name="t",
        when=pl.lit(value=True),
        weight_nat=pl.col("w"),
        observed="-",
        statement=pl.lit(None, pl.String),
    )
    both, totals = weigh(PAIR, [held], CAPS)
    assert both.select("source_id", "contribution", "supports", "statement").rows() == [
        ("a", 1.0, "transfer", "t"), ("b", 0.0, "neutral", "t"),
    ]  # fmt: skip
    assert totals["context_score"].to_list() == [1.0, 0.0]


def test_without_terms_the_context_score_is_zero() -> None:
    evidence, totals = weigh(PAIR, [], CAPS)
    assert evidence.is_empty()
    assert totals["context_score"].to_list() == [0.0, 0.0]


def test_facts_lean_to_a_side_but_contribute_nothing() -> None:
    facts = [
        Fact(family="contact", name=n, when=pl.col("x"), leaning=v, observed="-", statement="S.")
        for n, v in (("for", 5.0), ("against", -0.1), ("neither", 0.0), ("unknown", pl.lit(None, pl.Float64)))
    ]
    found = fact_rows(PAIR, facts)
    assert found["supports"].to_list() == ["transfer", "innocent", "neutral", "neutral"]
    assert found["contribution"].to_list() == [0.0] * 4


def heavier(times: float) -> ScoreParams:
    """Weights so many times as heavy, so that they run into their caps."""
    weights = [f.name for f in fields(P) if f.name.endswith("_nat") and "cap" not in f.name]
    return replace(P, **{w: times * getattr(P, w) for w in weights if w != "base_log_odds_nat"})


@pytest.fixture(scope="module")
def evidence_of_heavy_terms() -> pl.DataFrame:
    """Evidence of every hit with weights beyond every cap."""
    return evidence_of([{"source_id": c.name} | c.hit for c in TERM_CASES], heavier(100))


@pytest.mark.parametrize("case", TERM_CASES, ids=lambda c: c.name)
def test_however_heavy_a_term_its_family_stays_at_the_cap(
    evidence_of_heavy_terms: pl.DataFrame, case: TermCase
) -> None:
    found = evidence_of_heavy_terms.filter(pl.col("source_id") == case.name)
    (own,) = found.filter(pl.col("term") == case.name).iter_rows(named=True)
    same_side = found.filter((pl.col("family") == own["family"]) & (pl.col("supports") == own["supports"]))
    cap = {
        "transfer": getattr(P, f"{own['family']}_cap_nat"),
        "innocent": -P.innocent_cap_nat,
        "neutral": 0.0,
    }
    assert same_side["contribution"].sum() == pytest.approx(cap[own["supports"]])


@pytest.mark.parametrize("family", FAMILIES)
def test_all_terms_of_a_family_together_stay_at_the_cap(family: str) -> None:
    everything: dict = {}
    for case in TERM_CASES:
        elsewhere = (
            case.name in ("night_bunkering", "cargo_moved") or case.hit.get("event_type") == "delivery"
        )
        if case.weight_nat > 0 and not elsewhere:
            everything |= case.hit
    both = everything | {c[:-1] + "2": v for c, v in everything.items() if c.endswith("_1")}
    both |= {"draught_change_m_1": -1.0, "draught_change_m_2": 1.0}
    found = evidence_of([both], heavier(10)).filter(
        (pl.col("family") == family) & (pl.col("contribution") > 0)
    )
    assert found["contribution"].sum() == pytest.approx(getattr(P, f"{family}_cap_nat"))


@pytest.mark.parametrize(
    ("family", "columns"),
    [
        ("identity", {"same_hull_suspected": True}),
        ("place", {"anchorage_use": "lightering"}),
        ("trade", {"geometry_category": "dredging", "flag_1": "PRK"}),
        ("draught", {"draught_change_m_1": 0.0, "draught_change_m_2": 0.0}),
    ],
)
def test_an_innocent_reading_does_not_use_up_the_cap_of_a_transfer(family: str, columns: dict) -> None:
    found = evidence_of([columns], heavier(10)).filter(pl.col("family") == family)["contribution"]
    assert found.filter(found < 0).sum() == pytest.approx(-P.innocent_cap_nat)
    assert found.filter(found > 0).sum() == pytest.approx(P.trade_cap_nat if family == "trade" else 0.0)
