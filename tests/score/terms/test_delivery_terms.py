"""Terms of direct deliveries; the sentences of their facts are tested in `test_contact_quality`."""

from __future__ import annotations

import pytest

from stsdetect.score.scorer import context_terms
from stsdetect.score.terms.contact_quality import fact_terms
from stsdetect.score.terms.delivery_terms import delivery_facts, delivery_terms
from tests.builders.score_terms import DELIVERY, D, P, cases_of, check_hit_and_near_miss, evidence_of

TERMS = delivery_terms(P, D)


@pytest.mark.parametrize("case", cases_of(TERMS), ids=lambda c: c.name)
def test_a_term_holds_on_its_hit_and_not_on_its_near_miss(case) -> None:
    check_hit_and_near_miss(case)


def test_they_are_among_all_terms_and_facts() -> None:
    assert {t.name for t in TERMS} <= {t.name for t in context_terms(P, D)}
    assert {f.name for f in delivery_facts()} <= {f.name for f in fact_terms(P)}


def test_what_is_about_two_ships_does_not_hold_for_a_delivery() -> None:
    found = evidence_of(
        [DELIVERY | {"night_share": 0.9, "draught_change_m_1": -2.0, "shore_distance_m": 9e4}]
    )
    assert set(found["term"]) == {"origin_seen", "left_lighter"}
