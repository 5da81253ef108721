"""Facts about contact and data quality: each with its sentence, and where it does not apply."""

import pytest

from stsdetect.params import ScoreParams
from stsdetect.score.evidence import fact_rows
from stsdetect.score.shared_gaps import with_shares
from stsdetect.score.terms.contact_quality import fact_terms
from stsdetect.score.terms.phrases import with_phrases
from tests.builders.score import DARK, SOLO, feature_rows
from tests.builders.score_terms import DELIVERY

TURNED = {"rigidity": 5.0, "swing_deg": 90.0}
PIVOT = {
    "swing_deg": 120.0,
    "pivot_forward_m": -60.0,
    "pivot_starboard_m": -31.0,
    "expected_forward_m": 110.0,
    "log_lr_borrowed": 3.0,
}


def facts(**columns: object) -> dict[str, tuple[str, str]]:
    """Fact to what it supports and its sentence."""
    rows = with_shares(with_phrases(feature_rows(columns)), ScoreParams())
    found = fact_rows(rows, fact_terms(ScoreParams()))
    return {r["term"]: (r["supports"], r["statement"]) for r in found.to_dicts()}


@pytest.mark.parametrize(
    ("name", "hit", "supports", "part", "miss"),
    [
        ("hull_gap", {"p_contact": 0.9}, "transfer",
         "The hulls lay 3 m apart (median, ± 6 m) for 6.0 h; taking all measurements together, contact is 90 % likely.", DARK),
        ("hull_gap", {"p_contact": 0.4}, "innocent", "contact is 40 % likely", DARK),
        ("turning", TURNED, "transfer",
         "While swinging through 90 degrees the two turned as one body, as ships made fast do.", {"rigidity": 5.0}),
        ("turning", TURNED | {"rigidity": -5.0}, "innocent",
         "While swinging through 90 degrees each ship turned on its own, as ships on separate anchors do.", {"swing_deg": 9.0}),
        ("turning", {"rigidity": -0.9, "swing_deg": 1.2}, "neutral",
         "They swung through 1 degree; whether they turned as one body is inconclusive.", {}),
        ("two_ships", {"overlap_m": 9.1}, "neutral",
         "As broadcast, the outlines overlap by 9 m, yet the lengths differ too much for one hull or each had a route of its own: two ships, of which one broadcasts a wrong size or heading.",
         {"overlap_m": 9.0}),
        ("two_ships", {"overlap_m": 9.1}, "neutral", "two ships,", {"overlap_m": 9.1, "same_hull_suspected": True}),
        ("visit", {"approach_from_m": 9_000.0, "departure_to_m": 8_000.0}, "neutral",
         "They were up to 9.0 km apart in the hours before and up to 8.0 km in the hours after.", {"departure_to_m": 8_000.0}),
        ("visit", {"approach_from_m": 9_000.0}, "neutral",
         "They were up to 9.0 km apart in the hours before; the hours after were not observed.", {}),
        ("could_have_met", DARK, "neutral",
         "During its AIS gap “SHIP 1” could have spent up to 4.4 h alongside “SHIP 2”, sailing there and away at 3.0 kn or more. This is possible; it was not observed.", {}),
        ("others_fit", DARK, "neutral",
         "Time and distance alone would also allow 1 other ship to have met “SHIP 1”; weighed by stops, draughts, ship types and other encounters, all others together are under 1 % likely, this encounter 90 %, and 10 % remains for none in the data.", {}),
        ("others_fit", DARK | {"n_alternatives": 0, "p_contact": 0.4}, "neutral",
         "Time and distance would allow no other ship in the data to have met “SHIP 1”; this encounter is 40 % likely, and 60 % remains for none in the data.", {}),
        ("others_fit", DARK | {"n_alternatives": 3, "dark_kind": "gap-gap"}, "neutral",
         "would also allow 3 other ships to have met “SHIP 1” or “SHIP 2”;", {}),
        ("beside", DARK | {"rest_apart_m": 140.0, "stop_within": True}, "transfer",
         "“SHIP 1” lay at rest or drifted 140 m from where “SHIP 2” stopped, which came and left while it was not received.",
         DARK | {"rest_apart_m": 1001.0, "stop_within": True}),
        ("beside", DARK | {"rest_apart_m": 999.0, "stop_within": False}, "transfer",
         "“SHIP 1” lay at rest or drifted 999 m from where “SHIP 2” stopped, just before or after its gap.", DARK),
        ("bound_for", DARK | {"course_log_lr": 1.0, "start_course_off_deg": 4.0, "end_course_off_deg": 7.0}, "transfer",
         "The courses of “SHIP 1” fit a visit to “SHIP 2”: as its gap began it was steering 4 degrees off that ship, and as it ended it steered 7 degrees off the course away from it.",
         DARK | {"course_log_lr": 0.99, "start_course_off_deg": 4.0}),
        ("bound_for", DARK | {"course_log_lr": 2.4, "end_course_off_deg": 0.0}, "transfer",
         "The courses of “SHIP 1” fit a visit to “SHIP 2”: as it ended it steered 0 degrees off the course away from it.", DARK),
        ("bound_for", DARK | {"course_log_lr": 2.4, "dark_kind": "gap-gap"}, "transfer",
         "The course of one ship under way fits a visit to where the other lay at rest (“SHIP 1”, “SHIP 2”).", DARK),
        ("bound_elsewhere", DARK | {"course_log_lr": -1.0, "start_course_off_deg": 90.0}, "innocent",
         "The courses of “SHIP 1” do not fit a visit to “SHIP 2”: as its gap began it was steering 90 degrees off that ship.",
         DARK | {"course_log_lr": -0.99, "start_course_off_deg": 50.0}),
        ("unseen_partner", SOLO | {"p_contact": 0.6}, "transfer",
         "“SHIP 1” lay 6.0 h away from any berth, with no ship alongside that was received. Taking all measurements together, it is 60 % likely that one lay there that never transmitted.", {}),
        ("unseen_partner", SOLO | {"solo_kind": "gap", "p_contact": 0.3, "p_off": 0.9}, "innocent",
         "“SHIP 1” was in a gap for 6.0 h, a switch-off with probability 90 %, and no ship in the data is a likely partner; it is 30 % likely that it met one that never transmitted.", DARK),
        ("anchor", SOLO | PIVOT | {"anchor_reading": "borrowed"}, "transfer",
         "While her heading swung through 120 degrees she turned about a point 60 m astern and 31 m to port of her antenna; at her own anchor it would be 110 m ahead. She hung on the anchor of another ship.", SOLO),
        ("anchor", SOLO | PIVOT | {"anchor_reading": "own", "pivot_forward_m": 105.0}, "innocent",
         "a point 105 m ahead and 31 m to port of her antenna; at her own anchor it would be 110 m ahead. She lay at her own anchor.", SOLO),
        ("anchor", SOLO | PIVOT, "neutral", "Whose anchor that was is not clear.", SOLO | {"pivot_starboard_m": 3.0}),
        ("in_turn", SOLO | {"n_in_turn": 2}, "neutral",
         "2 other ships lay at this spot before or after, one at a time, as ships do that come to one another.", SOLO | {"n_in_turn": 0}),
        ("own_draught", SOLO | {"draught_change_m_1": -2.0}, "transfer",
         "The draught broadcast afterwards was 2.0 m less.", {"draught_change_m_1": -2.0}),
        ("own_draught", SOLO | {"draught_change_m_1": 0.0}, "innocent", "The draught broadcast afterwards was the same.", SOLO),
        ("status", SOLO | {"status": "moored"}, "transfer", "The status was moored, where there is not any berth.",
         SOLO | {"status": "other"}),
        ("status", SOLO | {"status": "at_anchor"}, "innocent", "The status was at anchor.", SOLO),
        ("observed", SOLO, "neutral", "Only one ship was received, for 100 % of the time; no other was seen, or named.",
         SOLO | {"solo_kind": "gap"}),
        ("observed", SOLO | {"solo_kind": "gap"}, "neutral",
         "The ship was in an AIS gap and the other was never received: nothing was observed.", SOLO),
        ("delivery", DELIVERY | {"p_contact": 0.9}, "transfer",
         "By hours, draughts and origin, a direct delivery at Zhapu is 90 % likely; tonnes: 3500.", {}),
        ("delivery", DELIVERY | {"p_contact": 0.4, "call_port": None, "delivery_tonnes": None}, "innocent",
         "a direct delivery at a quay without a name is 40 % likely; tonnes: unknown.", SOLO),
        ("observed", DELIVERY, "neutral", "The call at the quay was received, and so was the voyage as far as the data reach.",
         DELIVERY | {"origin_basis": "hidden_call"}),
        ("observed", DELIVERY | {"origin_basis": "gap"}, "neutral",
         "Part of the voyage lay in a gap: where the cargo was loaded is inferred.", DELIVERY),
        ("elsewhere", DARK | {"elsewhere_h_2": 2.0}, "innocent",
         "“SHIP 2” was observed alongside a third ship for 2.0 of these 6.0 h.", {"elsewhere_h_2": 2.0}),
        ("observed", {}, "neutral", "Both ships were received throughout; the sizes of both ships are known.",
         {"observed_fraction": 0.994}),
        ("observed", {"observed_fraction": 0.994, "sizes_known": 1}, "neutral",
         "Both ships were received for 99 % of the time and interpolated otherwise; the size of only one ship is known.",
         {"observed_fraction": 0.996}),
        ("observed", DARK, "neutral", "Only one of the two ships was received; the other was in an AIS gap.",
         DARK | {"dark_kind": "gap-gap"}),
        ("observed", DARK | {"dark_kind": "gap-gap", "area_km2": 314.2}, "neutral",
         "Both ships were in an AIS gap, so nothing of the encounter was observed: if they met, it was somewhere within about 10 km of the position given.",
         DARK | {"dark_kind": "gap-gap"}),
        ("observed", DARK | {"dark_kind": "gap-gap"}, "neutral", "if they met, it is not known where.", DARK),
    ],
)  # fmt: skip
def test_a_fact_is_stated_on_its_hit_and_not_on_its_near_miss(
    name: str, hit: dict, supports: str, part: str, miss: dict
) -> None:
    found = facts(**hit)[name]
    assert found[0] == supports
    assert part in found[1]
    assert found[1].endswith(".")
    # How much was observed is always stated, so its near miss has another sentence.
    missed = facts(**miss)
    assert part not in missed["observed"][1] if name == "observed" else name not in missed


def test_every_fact_has_a_hit_and_a_near_miss() -> None:
    cases = test_a_fact_is_stated_on_its_hit_and_not_on_its_near_miss.pytestmark[0].args[1]  # type: ignore[attr-defined]
    # The shares need several candidates of a gap: `tests/score/test_shared_gaps.py`.
    assert {t.name for t in fact_terms(ScoreParams())} == {"shares"} | {c[0] for c in cases}
    assert [c[0] for c in cases if c[1] == c[4]] == []


def test_facts_are_not_weighed() -> None:
    rows = with_shares(with_phrases(feature_rows({"p_contact": 0.9})), ScoreParams())
    assert (fact_rows(rows, fact_terms(ScoreParams()))["contribution"] == 0.0).all()
