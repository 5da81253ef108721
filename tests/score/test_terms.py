"""Each term of the context score: what makes it hold, what just fails to, and its family's cap."""

from dataclasses import fields, replace

import numpy as np
import polars as pl
import pytest

from stsdetect.params import DraughtParams, ScoreParams
from stsdetect.schema import FEATURES
from stsdetect.score.category import with_category
from stsdetect.score.evidence import weigh
from stsdetect.score.scorer import context_terms
from stsdetect.score.terms.phrases import with_words
from stsdetect.score.terms.term import FAMILIES
from tests.score.builders import candidate, candidates

P = ScoreParams()
SEA = {"in_anchorage": False, "anchorage_name": None, "anchorage_use": None}
TANKER = {"ship_type_1": 80, "length_m_1": 60.0, "length_m_2": 200.0, "duration_h": 5.0}
OFFICIAL = {"anchorage_name": "Qushan", "anchorage_use": "bunkering", "anchorage_night_work": False}
LISTED = {"list_observed_1": "1", "list_listed_1": "2", "list_name_1": "YU SON", "list_source_1": "a list"}
ROUNDS = {"n_visited_1": 3, "visit_median_h_1": 4.0, "visit_spread_m_1": 1000.0}
QUIET = {"gap_p_off_1": 0.8, "gap_h_1": 5.0, "gap_when_1": "during"}

# term, columns that make it hold, its weight, and columns that nearly do
TERMS = [
    ("same_hull", {"same_hull_suspected": True}, -P.same_hull_nat, {"rigidity": 20.0, "overlap_m": 9.0}),
    ("imo_check_fails", {"imo_valid_1": False}, P.imo_check_fails_nat, {"imo_valid_1": False, "imo_1": None}),
    ("imo_missing", {"imo_1": None, "imo_valid_1": None, "length_m_1": 100.0}, P.imo_missing_nat,
     {"imo_1": None, "imo_valid_1": None, "length_m_1": 99.0}),
    ("unallotted_mid", {"flag_1": None, "mid_1": 499}, P.unallotted_mid_nat, {"flag_1": None, "mid_1": None}),
    ("shared_mmsi", {"shared_mmsi_1": True}, P.shared_mmsi_nat, {"shared_mmsi_1": False}),
    ("identity_changed", {"identity_changed_1": "name", "identity_before_1": "OLD"}, P.identity_changed_nat,
     {"identity_before_1": "OLD"}),
    ("switched_off", QUIET, 0.6 * P.switched_off_nat, QUIET | {"gap_p_off_1": 0.5}),
    ("open_sea", SEA | {"shore_distance_m": 5000.0}, P.open_sea_nat, SEA | {"shore_distance_m": 4999.0}),
    ("berth", {"shore_distance_m": 300.0}, -P.berth_nat, {"shore_distance_m": 301.0}),
    ("fishing_harbour", {"anchorage_use": "fishing"}, -P.fishing_harbour_nat, {"anchorage_use": "waiting"}),
    ("lightering_anchorage", {"anchorage_use": "lightering"}, -P.lightering_anchorage_nat,
     {"anchorage_use": "waiting"}),
    ("night_bunkering", TANKER | OFFICIAL | {"night_share": 0.51}, P.night_bunkering_nat,
     TANKER | OFFICIAL | {"night_share": 0.5}),
    ("night", {"night_share": 0.5}, 0.5 * P.night_nat, {"night_share": 0.0}),
    ("daylight", {"night_share": 0.0}, -P.day_nat, {"night_share": 0.01}),
    ("towing", {"geometry_category": "towing"}, -P.towing_nat, {"geometry_category": "transfer"}),
    ("pilotage", {"geometry_category": "pilotage"}, -P.pilotage_nat, {"ship_type_1": 50}),
    ("fishing", {"geometry_category": "fishing"}, -P.fishing_nat, {"ship_type_1": 30}),
    ("dredging", {"geometry_category": "dredging"}, -P.dredging_nat, {"ship_type_1": 33}),
    ("passing", {"geometry_category": "passing"}, -P.passing_nat, {"median_sog_kn": 9.0}),
    ("bunkering", TANKER | OFFICIAL, -P.bunkering_nat, TANKER | OFFICIAL | {"duration_h": 12.1}),
    ("bunkering_elsewhere", TANKER, -P.bunkering_elsewhere_nat, TANKER | {"length_m_1": 121.0}),
    ("brief", {"duration_h": 0.99}, -P.brief_nat, {"duration_h": 1.0}),
    ("queue", SEA | {"n_at_rest": 5}, -P.queue_nat, SEA | {"n_at_rest": 4}),
    ("rounds", ROUNDS, -P.rounds_nat, ROUNDS | {"n_visited_1": 2}),
    ("service_craft", {"ship_type_1": 90}, -P.service_craft_nat, {"ship_type_1": 19}),
    ("cargo_pair", {}, P.cargo_pair_nat, {"ship_type_1": 80}),
    ("many_partners", {"n_partners_1": 1}, P.many_partners_nat, {"n_partners_1": 0}),
    ("embargoed_flag", {"flag_1": "PRK", "ship_type_1": 80}, P.embargoed_flag_nat, {"flag_1": "KOR"}),
    ("embargoed_port", {"destination_1": "kp nampo"}, P.embargoed_port_nat, {"destination_1": "NINGBO"}),
    ("on_to_port", {"next_port_1": "Zhapu", "ship_type_1": 80}, P.on_to_port_nat,
     {"next_port_1": "Zhapu", "previous_port_2": "Beilun"}),
    ("port_to_port", {"next_port_1": "Zhapu", "previous_port_2": "Beilun"}, -P.port_to_port_nat,
     {"next_port_1": "Zhapu"}),
    ("cargo_moved", {"draught_change_m_1": -0.3, "draught_change_m_2": 0.3}, P.cargo_moved_nat,
     {"draught_change_m_1": 0.3, "draught_change_m_2": 0.3}),
    ("one_draught_changed", {"draught_change_m_1": -0.3}, P.one_draught_changed_nat,
     {"draught_change_m_1": -0.2}),
    ("draught_unchanged", {"draught_change_m_1": 0.2, "draught_change_m_2": 0.0}, -P.draught_unchanged_nat,
     {"draught_change_m_1": 0.3, "draught_change_m_2": 0.0}),
    ("listed_imo", LISTED | {"list_kind_1": "imo"}, P.listed_imo_nat, LISTED | {"list_kind_1": "near_imo"}),
    ("listed_mmsi", LISTED | {"list_kind_1": "mmsi"}, P.listed_mmsi_nat, LISTED | {"list_kind_1": "name"}),
    ("near_imo_same_length", LISTED | {"list_kind_1": "near_imo", "list_length_agrees_1": True},
     P.near_imo_same_length_nat, LISTED | {"list_kind_1": "near_imo", "list_length_agrees_1": False}),
    ("near_imo", LISTED | {"list_kind_1": "near_imo"}, P.near_imo_nat,
     LISTED | {"list_kind_1": "near_imo", "list_length_agrees_1": False}),
    ("listed_name", LISTED | {"list_kind_1": "name"}, P.listed_name_nat,
     LISTED | {"list_kind_1": "name", "list_length_agrees_1": False}),
    ("near_name", LISTED | {"list_kind_1": "near_name"}, P.near_name_nat,
     LISTED | {"list_kind_1": "near_name", "list_length_agrees_1": False}),
    ("likeness_refuted", LISTED | {"list_kind_1": "name", "list_length_agrees_1": False}, 0.0,
     LISTED | {"list_kind_1": "imo", "list_length_agrees_1": False}),
]  # fmt: skip


def evidence(columns: dict, params: ScoreParams = P) -> pl.DataFrame:
    rows = with_words(with_category(FEATURES.validate(candidate(**columns)), params))
    return weigh(rows, context_terms(params, DraughtParams()), params)[0]


@pytest.fixture(scope="module")
def found_for_all() -> pl.DataFrame:
    """Evidence for every hit and near miss at once."""
    rows = [{"source_id": f"{name} hit"} | hit for name, hit, _, _ in TERMS]
    rows += [{"source_id": f"{name} miss"} | miss for name, _, _, miss in TERMS]
    features = with_words(with_category(FEATURES.validate(candidates(*rows)), P))
    return weigh(features, context_terms(P, DraughtParams()), P)[0]


@pytest.mark.parametrize(("term", "hit", "weight", "miss"), TERMS, ids=[t[0] for t in TERMS])
def test_hit_and_near_miss(
    found_for_all: pl.DataFrame, term: str, hit: dict, weight: float, miss: dict
) -> None:
    of_term = found_for_all.filter(pl.col("term") == term)
    found = of_term.filter(pl.col("source_id") == f"{term} hit")
    assert found.height == 1
    assert found["contribution"][0] == pytest.approx(weight)
    assert found["supports"][0] == ("transfer" if weight > 0 else "innocent" if weight < 0 else "neutral")
    assert found["statement"][0].endswith((".", "likely."))
    assert "_" not in found["statement"][0]
    assert of_term.filter(pl.col("source_id") == f"{term} miss").is_empty()


def test_no_term_is_without_a_hit_and_a_near_miss() -> None:
    assert {t[0] for t in TERMS} == {t.name for t in context_terms(P, DraughtParams())}
    assert [name for name, hit, _, miss in TERMS if not miss or hit == miss] == []


def heavier(times: float) -> ScoreParams:
    """Weights so many times as heavy, so that they run into their caps."""
    weights = [f.name for f in fields(P) if f.name.endswith("_nat") and "cap" not in f.name]
    return replace(P, **{w: times * getattr(P, w) for w in weights if w != "base_log_odds_nat"})


HEAVY = heavier(10)


@pytest.fixture(scope="module")
def a_hundredfold() -> pl.DataFrame:
    """Evidence of every hit with weights beyond every cap."""
    params = heavier(100)
    rows = [{"source_id": f"{name} hit"} | hit for name, hit, _, _ in TERMS]
    features = with_words(with_category(FEATURES.validate(candidates(*rows)), params))
    return weigh(features, context_terms(params, DraughtParams()), params)[0]


@pytest.mark.parametrize(("term", "weight"), [(t[0], t[2]) for t in TERMS], ids=[t[0] for t in TERMS])
def test_however_heavy_a_term_stays_within_the_cap(
    a_hundredfold: pl.DataFrame, term: str, weight: float
) -> None:
    found = a_hundredfold.filter(pl.col("source_id") == f"{term} hit")
    (own,) = found.filter(pl.col("term") == term).iter_rows(named=True)
    alike = found.filter(
        (pl.col("family") == own["family"]) & (pl.col("contribution").sign() == np.sign(weight))
    )
    cap = P.innocent_cap_nat if weight < 0 else getattr(P, f"{own['family']}_cap_nat") if weight else 0.0
    assert abs(alike["contribution"].sum()) == pytest.approx(cap)


@pytest.mark.parametrize("family", FAMILIES)
def test_no_family_passes_its_cap(family: str) -> None:
    everything: dict = {}
    for name, hit, weight, _ in TERMS:
        if weight > 0 and name not in ("night_bunkering", "cargo_moved"):
            everything |= hit
    both = everything | {c[:-1] + "2": v for c, v in everything.items() if c.endswith("_1")}
    both |= {"draught_change_m_1": -1.0, "draught_change_m_2": 1.0}
    found = evidence(both, HEAVY).filter((pl.col("family") == family) & (pl.col("contribution") > 0))
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
def test_what_speaks_against_is_capped_apart(family: str, columns: dict) -> None:
    found = evidence(columns, HEAVY).filter(pl.col("family") == family)["contribution"]
    assert found.filter(found < 0).sum() == pytest.approx(-P.innocent_cap_nat)
    # What supports a transfer stands beside it, under its own cap.
    assert found.filter(found > 0).sum() == pytest.approx(P.trade_cap_nat if family == "trade" else 0.0)


@pytest.mark.parametrize(
    ("columns", "share"),
    [
        ({"gap_apart_h_1": 0.0}, 1.0),
        ({"gap_apart_h_1": 12.0}, 0.5),
        ({"gap_apart_h_1": 24.0}, 0.0),
        ({"gap_open_1": True}, P.open_gap_share),
    ],
)
def test_a_silence_fades_with_its_distance_and_counts_less_without_an_end(
    columns: dict, share: float
) -> None:
    found = evidence(QUIET | columns).filter(pl.col("term") == "switched_off")
    assert found["contribution"][0] == pytest.approx(share * 0.6 * P.switched_off_nat)


@pytest.mark.parametrize("reading", ["towing", "dredging", "fishing", "pilotage"])
def test_an_innocent_reading_explains_draught_hour_place_and_company(reading: str) -> None:
    columns = SEA | {"geometry_category": reading, "draught_change_m_1": -1.0, "draught_change_m_2": 1.0}
    found = evidence(columns | {"night_share": 1.0, "n_partners_1": 3})
    assert found["term"].to_list() == [reading]


def test_text_ids_are_no_strange_numbers() -> None:
    found = evidence({"mmsi_1": -7, "known_by_text_id_1": True, "flag_1": None, "mid_1": None})
    assert "unallotted_mid" not in found["term"].to_list()


@pytest.mark.parametrize(
    "change",
    [
        {"visit_median_h_1": 4.1},  # cargo takes as long
        {"visit_spread_m_1": 999.0},  # it lies still and is served
        {"length_m_1": 121.0},  # no boat
        {"duration_h": 12.1},
    ],
)
def test_a_ship_that_hands_cargo_to_many_makes_no_rounds(change: dict) -> None:
    assert not evidence(ROUNDS | change)["term"].is_in(["rounds"]).any()


def test_a_queue_in_a_known_anchorage_is_that_anchorage() -> None:
    assert not evidence({"n_at_rest": 50})["term"].is_in(["queue"]).any()
