"""One row per score term: columns that make it hold, its contribution, and columns that nearly do.

Columns are those of `tests.builders.score.candidate` that differ. A new term needs one new row here; its
near miss should differ from the hit in one value, at the threshold.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import Any, NamedTuple

import pandas as pd
import polars as pl

from stsdetect.params import DraughtParams, ScoreParams
from stsdetect.score.category import with_category
from stsdetect.score.evidence import weigh
from stsdetect.score.scorer import context_terms
from stsdetect.score.terms.neighbour_terms import NEIGHBOUR_COLUMNS
from stsdetect.score.terms.phrases import with_phrases
from stsdetect.score.terms.term import Term
from tests.builders.score import SOLO, feature_rows

P = ScoreParams()
D = DraughtParams()

OPEN_SEA = {"in_anchorage": False, "anchorage_name": None, "anchorage_use": None}
BUNKER_BARGE = {"ship_type_1": 80, "length_m_1": 60.0, "length_m_2": 200.0, "duration_h": 5.0}
BUNKERING_ANCHORAGE = {
    "anchorage_name": "Qushan",
    "anchorage_use": "bunkering",
    "anchorage_night_work": False,
}
LISTED = {"list_observed_1": "1", "list_listed_1": "2", "list_name_1": "YU SON", "list_source_1": "a list"}
ROUNDS = {"n_visited_1": 3, "visit_median_h_1": 8.0, "visit_spread_m_1": 1000.0}
CALLED_AGAIN = ROUNDS | {"n_visited_1": 2, "n_visited_day_1": 2}
SERVICE = ROUNDS | {"ship_type_1": None, "n_visited_day_1": 3, "visit_median_h_1": 2.0, "duration_h": 2.0}
WHOLE = {"approach_from_m": 5000.0, "departure_to_m": 5000.0}
DREDGER_THAT_CAME = {
    "geometry_category": "dredging",
    "ship_type_1": 33,
    "visitor_mmsi": 412_000_001,
    "n_visited_1": 1,
}
DELIVERY = SOLO | {
    "event_type": "delivery",
    "solo_kind": None,
    "anchor_reading": None,
    "ship_type_1": 80,
    "origin_basis": "seen",
    "origin_port": "Nampo",
    "origin_p": 0.8,
    "call_port": "Zhapu",
    "embargo_grounds": "embargoed_origin",
    "delivery_tonnes": 3_456.0,
    "delivery_innocent": "An ordinary call.",
}
"""What turns a candidate into a direct delivery from a port under embargo that was seen."""
SWITCHED_OFF = {"gap_p_off_1": 0.8, "gap_h_1": 5.0, "gap_when_1": "during", "gap_n_neighbours_1": 1}

DAY = pd.Timestamp("2019-08-12T00:00:00Z")
NEAR = {"near_label_1": "“YU SON”", "near_list_1": "a list", "near_time_1": DAY, "near_strength_1": 0.5,
        "n_hulls_1": 2}  # fmt: skip
FAR = {"far_label_1": "“YU SON”", "far_list_1": "a list", "far_via_1": "“MIN 7”", "far_time_1": DAY,
       "far_strength_1": 0.5}  # fmt: skip


class TermCase(NamedTuple):
    """What makes a term hold, what it then contributes [nat], and what nearly makes it hold."""

    name: str
    hit: dict[str, Any]
    weight_nat: float
    near_miss: dict[str, Any]


TERM_CASES = [
    TermCase("same_hull", {"same_hull_suspected": True}, -P.same_hull_nat, {"rigidity": 20.0, "overlap_m": 9.0}),
    TermCase("imo_check_fails", {"imo_valid_1": False}, P.imo_check_fails_nat, {"imo_valid_1": False, "imo_1": None}),
    TermCase("imo_missing", {"imo_1": None, "imo_valid_1": None, "length_m_1": 100.0}, P.imo_missing_nat,
     {"imo_1": None, "imo_valid_1": None, "length_m_1": 99.0}),
    TermCase("unallotted_mid", {"flag_1": None, "mid_1": 499}, P.unallotted_mid_nat, {"flag_1": None, "mid_1": None}),
    TermCase("shared_mmsi", {"shared_mmsi_1": True}, P.shared_mmsi_nat, {"shared_mmsi_1": False}),
    TermCase("identity_changed", {"identity_changed_1": "name", "identity_before_1": "OLD"}, P.identity_changed_nat,
     {"identity_before_1": "OLD"}),
    TermCase("switched_off", SWITCHED_OFF, 0.6 * P.switched_off_nat, SWITCHED_OFF | {"gap_p_off_1": 0.5}),
    TermCase("open_sea", OPEN_SEA | {"shore_distance_m": 5000.0}, P.open_sea_nat, OPEN_SEA | {"shore_distance_m": 4999.0}),
    TermCase("berth", {"shore_distance_m": 300.0}, -P.berth_nat, {"shore_distance_m": 301.0}),
    TermCase("still_at_berth", {"geometry_category": "berth", "shore_distance_m": 2000.0}, -P.berth_nat,
     {"geometry_category": "berth", "shore_distance_m": 2001.0}),
    TermCase("fishing_harbour", {"anchorage_use": "fishing"}, -P.fishing_harbour_nat, {"anchorage_use": "waiting"}),
    TermCase("lightering_anchorage", {"anchorage_use": "lightering"}, -P.lightering_anchorage_nat,
     {"anchorage_use": "waiting"}),
    TermCase("night_bunkering", BUNKER_BARGE | BUNKERING_ANCHORAGE | {"night_share": 0.51}, P.night_bunkering_nat,
     BUNKER_BARGE | BUNKERING_ANCHORAGE | {"night_share": 0.5}),
    TermCase("night", {"night_share": 0.5}, 0.5 * P.night_nat, {"night_share": 0.0}),
    TermCase("daylight", {"night_share": 0.0}, -P.day_nat, {"night_share": 0.01}),
    TermCase("towing", {"geometry_category": "towing"}, -P.towing_nat, {"geometry_category": "transfer"}),
    TermCase("pilotage", {"geometry_category": "pilotage"}, -P.pilotage_nat, {"ship_type_1": 50}),
    TermCase("fishing", {"geometry_category": "fishing"}, -P.fishing_nat, {"ship_type_1": 30}),
    TermCase("dredging", {"geometry_category": "dredging"}, -P.dredging_nat, {"ship_type_1": 33}),
    TermCase("passing", {"geometry_category": "passing", "median_sog_kn": 9.0}, -P.passing_nat, {"median_sog_kn": 9.0}),
    TermCase("bunkering", BUNKER_BARGE | BUNKERING_ANCHORAGE, -P.bunkering_nat, BUNKER_BARGE | BUNKERING_ANCHORAGE | {"duration_h": 12.1}),
    TermCase("bunkering_elsewhere", BUNKER_BARGE, -P.bunkering_elsewhere_nat, BUNKER_BARGE | {"length_m_1": 121.0}),
    TermCase("brief", WHOLE | {"duration_h": 2.0}, -P.brief_nat / 2.0, WHOLE | {"duration_h": 3.0}),
    TermCase("shuttle", {"n_repeats": 3}, -P.shuttle_nat, {"n_repeats": 2}),
    TermCase("queue", OPEN_SEA | {"n_at_rest": 5}, -P.queue_nat, OPEN_SEA | {"n_at_rest": 4}),
    TermCase("rounds", ROUNDS, -P.rounds_nat, ROUNDS | {"n_visited_1": 2}),
    TermCase("service_craft", {"ship_type_1": 53, "length_m_1": 90.0}, -P.service_craft_nat, {"ship_type_1": 53, "length_m_1": 91.0}),
    TermCase("type_doubted", {"ship_type_1": 90, "length_m_1": 91.0}, 0.0, {"ship_type_1": 90, "length_m_1": 90.0}),
    TermCase("dredger_doubted", DREDGER_THAT_CAME, 0.0, DREDGER_THAT_CAME | {"n_visited_1": 2}),
    TermCase("serves_ships", SERVICE, -P.serves_ships_nat, SERVICE | {"n_visited_day_1": 2}),
    TermCase("cargo_pair", {}, P.cargo_pair_nat, {"ship_type_1": 80}),
    TermCase("called_again", CALLED_AGAIN, -P.called_again_nat, CALLED_AGAIN | {"n_visited_day_1": 1}),
    TermCase("many_partners", {"n_partners_1": 1}, P.many_partners_nat, {"n_partners_1": 0}),
    TermCase("embargoed_flag", {"flag_1": "PRK", "ship_type_1": 80}, P.embargoed_flag_nat, {"flag_1": "KOR"}),
    TermCase("embargoed_port", {"destination_1": "kp nampo"}, P.embargoed_port_nat, {"destination_1": "NINGBO"}),
    TermCase("on_to_port", {"next_port_1": "Zhapu", "ship_type_1": 80}, P.on_to_port_nat,
     {"next_port_1": "Zhapu", "previous_port_2": "Beilun"}),
    TermCase("port_to_port", {"next_port_1": "Zhapu", "previous_port_2": "Beilun"}, -P.port_to_port_nat,
     {"next_port_1": "Zhapu"}),
    TermCase("origin_seen", DELIVERY, P.origin_seen_nat, DELIVERY | {"embargo_grounds": "embargoed_flag"}),
    TermCase("origin_hidden", DELIVERY | {"origin_basis": "hidden_call"}, 0.8 * P.origin_hidden_nat, DELIVERY),
    TermCase("embargoed_quay", DELIVERY | {"embargo_grounds": "embargoed_destination"}, P.origin_seen_nat, DELIVERY),
    TermCase("changed_in_gap", DELIVERY | {"embargo_grounds": "identity_change"}, P.identity_changed_nat, DELIVERY),
    TermCase("left_lighter", DELIVERY | {"draught_change_m_1": -0.3}, P.left_lighter_nat,
     DELIVERY | {"draught_change_m_1": -0.2}),
    TermCase("cargo_moved", {"draught_change_m_1": -0.3, "draught_change_m_2": 0.3}, P.cargo_moved_nat,
     {"draught_change_m_1": 0.3, "draught_change_m_2": 0.3}),
    TermCase("one_draught_changed", {"draught_change_m_1": -0.3}, P.one_draught_changed_nat,
     {"draught_change_m_1": -0.2}),
    TermCase("draught_unchanged", {"draught_change_m_1": 0.2, "draught_change_m_2": 0.0}, -P.draught_unchanged_nat,
     {"draught_change_m_1": 0.3, "draught_change_m_2": 0.0}),
    TermCase("listed_imo", LISTED | {"list_kind_1": "imo"}, P.listed_imo_nat, LISTED | {"list_kind_1": "near_imo"}),
    TermCase("listed_mmsi", LISTED | {"list_kind_1": "mmsi"}, P.listed_mmsi_nat, LISTED | {"list_kind_1": "name"}),
    TermCase("near_imo_same_length", LISTED | {"list_kind_1": "near_imo", "list_length_agrees_1": True},
     P.near_imo_same_length_nat, LISTED | {"list_kind_1": "near_imo", "list_length_agrees_1": False}),
    TermCase("near_imo", LISTED | {"list_kind_1": "near_imo"}, P.near_imo_nat,
     LISTED | {"list_kind_1": "near_imo", "list_length_agrees_1": False}),
    TermCase("listed_name", LISTED | {"list_kind_1": "name"}, P.listed_name_nat,
     LISTED | {"list_kind_1": "name", "list_length_agrees_1": False}),
    TermCase("near_name", LISTED | {"list_kind_1": "near_name"}, P.near_name_nat,
     LISTED | {"list_kind_1": "near_name", "list_length_agrees_1": False}),
    TermCase("likeness_refuted", LISTED | {"list_kind_1": "name", "list_length_agrees_1": False}, 0.0,
     LISTED | {"list_kind_1": "imo", "list_length_agrees_1": False}),
    TermCase("listed_partner", NEAR, 0.5 * P.listed_partner_nat, NEAR | ROUNDS),
    TermCase("listed_second_hop", FAR, 0.5 * P.listed_second_hop_nat, FAR | ROUNDS),
    TermCase("repeated_contacts", {"n_others_1": 4, "n_hulls_1": 12, "ship_type_1": 80}, P.repeated_contacts_nat,
     {"n_others_1": 3, "n_hulls_1": 12}),
]  # fmt: skip


def evidence_of(rows: Sequence[dict[str, Any]], params: ScoreParams = P) -> pl.DataFrame:
    """Evidence of candidates, from all terms together."""
    features = with_phrases(with_category(feature_rows(*map(_of_features, rows)), params))
    around = {f"{name}_{ship}": dtype for name, dtype in NEIGHBOUR_COLUMNS.items() for ship in (1, 2)}
    features = features.with_columns(pl.Series(n, [r.get(n) for r in rows], d) for n, d in around.items())
    return weigh(features, context_terms(params, D), params)[0]


def _of_features(row: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in row.items() if name[:-2] not in NEIGHBOUR_COLUMNS}


def cases_of(terms: Sequence[Term]) -> list[TermCase]:
    """The rows about some terms."""
    names = {t.name for t in terms}
    return [case for case in TERM_CASES if case.name in names]


@cache
def evidence_of_all_cases() -> pl.DataFrame:
    """Evidence of every hit and near miss, by `source_id`; computed once, as it is slow one by one."""
    hits = [{"source_id": f"{c.name}: hit"} | c.hit for c in TERM_CASES]
    return evidence_of(hits + [{"source_id": f"{c.name}: near miss"} | c.near_miss for c in TERM_CASES])


def check_hit_and_near_miss(case: TermCase) -> None:
    """The hit gives the term with its contribution and a clean sentence; the near miss does not give it."""
    of_case = pl.col("source_id").is_in([f"{case.name}: hit", f"{case.name}: near miss"])
    of_term = evidence_of_all_cases().filter(of_case & (pl.col("term") == case.name))
    assert of_term["source_id"].to_list() == [f"{case.name}: hit"]
    (found,) = of_term.to_dicts()
    assert abs(found["contribution"] - case.weight_nat) < 1e-9
    sign = (case.weight_nat > 0) - (case.weight_nat < 0)
    assert found["supports"] == {1: "transfer", -1: "innocent", 0: "neutral"}[sign]
    assert found["statement"].endswith(".")
    assert not [w for w in ("unknown", "None", "_", "  ") if w in found["statement"]], found["statement"]
