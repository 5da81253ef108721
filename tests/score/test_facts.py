"""What contact and quality rest on: each fact with its sentence, and where it is not said."""

import pytest

from stsdetect.params import ScoreParams
from stsdetect.schema import FEATURES
from stsdetect.score.evidence import fact_rows
from stsdetect.score.terms.contact_quality import fact_terms
from stsdetect.score.terms.phrases import with_words
from tests.score.builders import candidate

DARK = {
    "event_type": "dark_encounter",
    "dark_kind": "gap-loitering",
    "feasible_dwell_h": 4.4,
    "required_sog_kn": 3.0,
    "n_alternatives": 1,
}
TURNED = {"rigidity": 5.0, "swing_deg": 90.0}


def facts(**columns: object) -> dict[str, tuple[str, str]]:
    """Fact to what it supports and its sentence."""
    rows = with_words(FEATURES.validate(candidate(**columns)))
    found = fact_rows(rows, fact_terms(ScoreParams()))
    return {r["term"]: (r["supports"], r["statement"]) for r in found.to_dicts()}


@pytest.mark.parametrize(
    ("name", "hit", "supports", "part", "miss"),
    [
        ("hull_gap", {"p_contact": 0.9}, "transfer", "the hulls lay 3 m apart (give or take 6 m)", DARK),
        ("hull_gap", {"p_contact": 0.4}, "innocent", "contact is 40 % likely", DARK),
        ("turning", TURNED, "transfer", "turned by 90 degrees the two moved as one body", {"rigidity": 5.0}),
        ("turning", TURNED | {"rigidity": -5.0}, "innocent", "each kept its own place", {"swing_deg": 9.0}),
        ("turning", TURNED | {"rigidity": -0.9}, "neutral", "cannot be told whether as one body", {}),
        ("visit", {"approach_from_m": 9_000.0, "departure_to_m": 8_000.0}, "neutral",
         "In the hours before they were up to 9.0 km apart, in the hours after up to 8.0 km.", {"departure_to_m": 8_000.0}),
        ("could_have_met", DARK, "neutral", "up to 4.4 hours beside “SHIP 2”", {}),
        ("others_fit", DARK, "neutral", "1 other ship could have met “SHIP 1” as well; with draughts, trades and company weighed, it is 90 % likely that “SHIP 2” did.", {}),
        ("elsewhere", DARK | {"elsewhere_h_2": 2.0}, "innocent",
         "“SHIP 2” was seen beside another ship for 2.0 of these 6.0 hours.", {"elsewhere_h_2": 2.0}),
        ("observed", {}, "neutral", "The whole time both ships were being heard; the sizes of both are known.",
         {"observed_fraction": 0.994}),
        ("observed", {"observed_fraction": 0.994, "sizes_known": 1}, "neutral",
         "For 99 % of the time both ships were being heard, the rest is filled in between reports; the size of one is known.",
         {"observed_fraction": 0.996}),
        ("observed", DARK, "neutral", "Only one of the two ships was seen.", DARK | {"dark_kind": "gap-gap"}),
        ("observed", DARK | {"dark_kind": "gap-gap"}, "neutral", "nothing of the meeting was observed", DARK),
    ],
)  # fmt: skip
def test_facts(name: str, hit: dict, supports: str, part: str, miss: dict) -> None:
    said = facts(**hit)[name]
    assert said[0] == supports
    assert part in said[1]
    assert said[1].endswith(".")
    # How much was observed is always said; a near miss is said otherwise.
    missed = facts(**miss)
    assert part not in missed["observed"][1] if name == "observed" else name not in missed


def test_no_fact_is_without_a_hit_and_a_near_miss() -> None:
    cases = test_facts.pytestmark[0].args[1]  # type: ignore[attr-defined]
    assert {t.name for t in fact_terms(ScoreParams())} == {c[0] for c in cases}
    assert [c[0] for c in cases if c[1] == c[4]] == []


def test_facts_are_not_weighed() -> None:
    rows = with_words(FEATURES.validate(candidate(p_contact=0.9)))
    assert (fact_rows(rows, fact_terms(ScoreParams()))["contribution"] == 0.0).all()
