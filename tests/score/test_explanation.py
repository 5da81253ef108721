"""Every innocent explanation, in its order, with the sentence that an analyst reads."""

import pytest

from stsdetect.params import ScoreParams
from stsdetect.score.category import with_category
from stsdetect.score.explanation import explanations, innocent_explanation
from tests.builders.score import DARK, SOLO, feature_rows
from tests.builders.score_terms import BUNKER_BARGE, BUNKERING_ANCHORAGE, DELIVERY, OPEN_SEA, ROUNDS

P = ScoreParams()
QUEUE = OPEN_SEA | {"n_at_rest": 5}
DARK_AT_SEA = OPEN_SEA | DARK

# In the order of `explanations`.
CASES = [
    (DELIVERY, "An ordinary call."),
    ({"same_hull_suspected": True}, "One ship carries two transponders, so two MMSIs move as one."),
    ({"geometry_category": "towing"}, "A tug and the vessel that it tows or pushes travel together all the time."),
    ({"geometry_category": "pilotage"}, "A pilot or service boat came alongside for a few minutes."),
    ({"geometry_category": "fishing"}, "Fishing vessels work in pairs or lie rafted side by side."),
    ({"geometry_category": "dredging"}, "A dredger is loading sand into a barge alongside."),
    ({"shore_distance_m": 299.0}, "The two ships are moored side by side at a quay."),
    ({"geometry_category": "anchorage_neighbours", "p_contact": 0.2},
     "The two ships are anchored close to each other and never touch."),
    (BUNKER_BARGE | BUNKERING_ANCHORAGE, "A barge delivers bunkers at Qushan, an official bunkering anchorage."),
    (BUNKER_BARGE, "A small tanker delivers bunkers or collects waste oil."),
    (ROUNDS, "A service craft, such as a bunker or stores boat, is calling briefly on ship after ship."),
    (SOLO | {"solo_kind": "gap"},
     "The AIS gap may be lost reception, or hide a call at a port. Crews enter a new draught late, or after taking ballast."),
    (SOLO | {"anchor_reading": "borrowed"},
     "The ship lay at her own anchor with an unusual length of chain, or at a buoy, or beside a craft that needs no AIS."),
    (SOLO | {"n_in_turn": 1}, "Ships anchor here one after another, in a favoured place or at a buoy."),
    (SOLO | {"draught_change_m_1": 0.5}, "The ship waited alone. Crews enter a new draught late, or after taking ballast."),
    (SOLO, "The ship waited alone, for orders, a berth, the tide or repairs."),
    (DARK_AT_SEA | {"n_at_rest": 5},
     "5 other ships lay at rest within 3 km at the time, so this is a waiting area. The AIS gap may be lost reception."),
    (QUEUE | {"p_contact": 0.2},
     "5 other ships lay at rest within 3 km at the time, so this is a waiting area, where ships lie near each other and are served by boats."),
    (DARK_AT_SEA | {"n_alternatives": 1},
     "The AIS gap may be lost reception, and the two may never have met: 1 other ship could also have been the partner."),
    (DARK_AT_SEA | {"n_alternatives": 0, "dark_kind": "gap-gap"},
     "The AIS gaps may be lost reception, and the two may never have met."),
    ({"anchorage_name": "Lühuashan", "anchorage_use": "lightering"},
     "Lühuashan is a lightering anchorage, where deep-draught ships openly unload part of their cargo."),
    (OPEN_SEA | {"duration_h": 0.99}, "A boat brought stores, crew or a pilot."),
    (OPEN_SEA | {"p_contact": 0.2}, "The two may have passed or anchored close to each other without touching."),
    (OPEN_SEA | {"ship_type_1": 80, "ship_type_2": 80},
     "Tankers transfer oil to each other lawfully where owners and the coastal state agree."),
    (QUEUE, "5 other ships lay at rest within 3 km at the time, so this is a waiting area, where ships take stores, carry out repairs or lighter cargo lawfully."),
    ({}, "Ships waiting at Changjiangkou take stores, carry out repairs or lighter cargo lawfully."),
    (OPEN_SEA, "Lawful lightering, assistance after a breakdown, or a delivery of stores."),
]  # fmt: skip


@pytest.fixture(scope="module")
def sentences() -> list[str]:
    rows = [{"source_id": f"{k:02}"} | columns for k, (columns, _) in enumerate(CASES)]
    features = with_category(feature_rows(*rows), P)
    return features.select(innocent_explanation(P)).to_series().to_list()


@pytest.mark.parametrize("k", range(len(CASES)), ids=[c[1][:40] for c in CASES])
def test_the_strongest_explanation_is_given(sentences: list[str], k: int) -> None:
    assert sentences[k] == CASES[k][1]


def test_every_explanation_has_a_case() -> None:
    rows = [{"source_id": f"{k:02}"} | columns for k, (columns, _) in enumerate(CASES)]
    features = with_category(feature_rows(*rows), P)
    order = explanations(P)
    applies = features.select(when.alias(str(k)) for k, (when, _) in enumerate(order))
    first = [next(k for k, yes in enumerate(row) if yes) for row in applies.rows()]
    assert first == list(range(len(order)))
