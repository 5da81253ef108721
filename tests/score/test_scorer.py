"""From features to events: combination, data quality, tiers, ranks, hostile names."""

from dataclasses import replace

import pandas as pd
import pytest

from stsdetect.errors import ParamError, SchemaError
from stsdetect.model import load_model
from stsdetect.params import DraughtParams, ScoreParams
from stsdetect.schema import EVENTS, EVIDENCE, FEATURES
from stsdetect.score import Scorer
from tests.builders.score import DARK, SOLO, candidate, feature_rows, swapped
from tests.builders.score_terms import BUNKER_BARGE, BUNKERING_ANCHORAGE, DELIVERY, ROUNDS, SERVICE

EVERYTHING = ScoreParams(min_event_score=0.0)


def event(**columns: object) -> pd.Series:
    return Scorer(params=EVERYTHING, model="rule").score(feature_rows(columns)).events.iloc[0]


def test_the_score_is_the_documented_product() -> None:
    got = event(p_contact=0.8, observed_fraction=0.5)
    # two cargo ships +0.5, daylight -0.3: expit(-1 + 0.2) = 0.31; quality 0.5 costs 0.1
    assert got.context_score == pytest.approx(0.2)
    assert got.data_quality == 0.5
    assert got.score == pytest.approx(0.8 * 0.3100255 * 0.9)


@pytest.mark.parametrize(
    ("type_1", "type_2", "kind", "quality"),
    [
        (70, 80, "gap-loitering", 0.45),  # half of the 0.9 that was observed
        (70, None, "gap-loitering", 0.3375),
        (None, None, "gap-loitering", 0.225),
        (70, 80, "gap-gap", 0.0),
    ],
)
def test_data_quality_of_a_dark_encounter(type_1, type_2, kind: str, quality: float) -> None:
    got = event(
        event_type="dark_encounter",
        dark_kind=kind,
        observed_fraction=0.9,
        ship_type_1=type_1,
        ship_type_2=type_2,
    )
    assert got.data_quality == pytest.approx(quality)


@pytest.mark.parametrize(
    ("worse", "better"),
    [
        ({"p_contact": 0.5}, {"p_contact": 0.6}),
        ({"observed_fraction": 0.5}, {"observed_fraction": 0.6}),
        ({}, {"draught_change_m_1": -1.0}),
        ({"gap_p_off_1": 0.7, "gap_h_1": 5.0}, {"gap_p_off_1": 0.9, "gap_h_1": 5.0}),
    ],
)
def test_the_score_grows_with_each_of_its_three_factors(worse: dict, better: dict) -> None:
    assert event(**worse).score < event(**better).score


def test_contributions_add_up_to_the_context_score() -> None:
    scored = Scorer(params=EVERYTHING, model="rule").score(
        candidate(
            imo_valid_1=False,
            shared_mmsi_1=True,
            identity_changed_2="name",
            identity_before_2="X",
            list_kind_1="imo",
            list_observed_1="9074729",
            list_listed_1="9074729",
            night_share=1.0,
        )
    )
    evidence = scored.evidence[~scored.evidence["family"].isin(["contact", "quality"])]
    assert evidence["contribution"].sum() == pytest.approx(scored.events["context_score"].iloc[0])
    by_family = evidence.groupby("family")["contribution"].sum()
    assert by_family["identity"] == pytest.approx(EVERYTHING.identity_cap_nat)  # 3.5 before the cap


def test_what_is_not_worth_showing_is_left_out_with_its_evidence() -> None:
    faint, clear = {"source_id": "faint", "p_contact": 0.01}, {"source_id": "clear", "night_share": 1.0}
    scored = Scorer(model="rule").score(feature_rows(faint, clear))
    assert scored.events["source_id"].tolist() == ["clear"]
    assert set(scored.evidence["event_id"]) == {"event-clear"}


@pytest.mark.parametrize(
    ("columns", "listed"),
    [
        (ROUNDS, True),
        (SERVICE, True),
        ({"duration_h": 0.5}, True),
        (BUNKER_BARGE | BUNKERING_ANCHORAGE, True),
        (BUNKER_BARGE | BUNKERING_ANCHORAGE | {"p_contact": 0.5}, True),
        (BUNKER_BARGE | BUNKERING_ANCHORAGE | {"p_contact": 0.2}, False),
        ({"geometry_category": "towing"}, False),
        ({"shore_distance_m": 10.0}, False),
        ({"same_hull_suspected": True}, False),
    ],
)
def test_a_real_contact_with_an_innocent_reading_is_listed_for_information(
    columns: dict, listed: bool
) -> None:
    events = Scorer(model="rule").score(feature_rows(columns)).events
    assert events["tier"].tolist() == ["info"] * listed
    assert (events["score"] < ScoreParams().low_tier_score).all()


def test_ranks_follow_scores_and_rows_may_come_in_any_order() -> None:
    rows = feature_rows(*({"source_id": s, "p_contact": p} for s, p in (("a", 0.5), ("b", 0.9), ("c", 0.7))))
    scored = Scorer(params=EVERYTHING, model="rule").score(rows)
    assert scored.events["source_id"].tolist() == ["b", "c", "a"]
    assert scored.events["rank"].tolist() == [1, 2, 3]
    again = Scorer(params=EVERYTHING, model="rule").score(rows.reverse())
    pd.testing.assert_frame_equal(scored.events, again.events)
    pd.testing.assert_frame_equal(scored.evidence, again.evidence)


def test_swapped_ships_score_the_same() -> None:
    changes = {"draught_change_m_1": -1.0, "draught_change_m_2": 1.2, "imo_valid_2": False}
    row = feature_rows(changes | {"gap_p_off_1": 0.9, "gap_h_1": 4.0})
    one, two = (Scorer(params=EVERYTHING, model="rule").score(r).events.iloc[0] for r in (row, swapped(row)))
    assert (one.score, one.category, one.tier) == (two.score, two.category, two.tier)


IN_THE_DARK = DARK | {
    "n_alternatives": 3,
    "in_anchorage": False,
    "anchorage_name": None,
    "anchorage_use": None,
    "gap_p_off_1": 0.99,
    "gap_h_1": 9.0,
    "gap_when_1": "during",
    "draught_change_m_1": -1.0,
    "draught_change_m_2": 1.0,
}


def test_a_dark_event_is_never_above_its_tier() -> None:
    got = event(**IN_THE_DARK)
    assert got.score > EVERYTHING.high_tier_score
    assert got.tier == "medium"
    assert "3 other ships could also have been the partner" in got.innocent_explanation


@pytest.mark.parametrize(
    ("sizes_known", "quality"), [(2, 0.8), (1, 0.6), (0, 0.4), (None, 0.4)]
)  # a quarter of 0.8 per hull of unknown size
def test_data_quality_of_an_encounter(sizes_known: int | None, quality: float) -> None:
    assert event(observed_fraction=0.8, sizes_known=sizes_known).data_quality == pytest.approx(quality)


def test_the_discounts_of_the_data_quality_are_parameters() -> None:
    params = replace(EVERYTHING, unknown_size_discount=0.1, unknown_type_discount=0.5, one_sided_quality=0.8)
    encounter = {"source_id": "a", "sizes_known": 1, "p_contact": 1.0}
    dark = DARK | {"source_id": "b", "ship_type_1": None, "p_contact": 0.1}
    quality = Scorer(params=params, model="rule").score(feature_rows(encounter, dark)).events["data_quality"]
    assert quality.tolist() == pytest.approx([0.9, 0.8 * 0.5])


def test_high_needs_an_event_that_was_observed() -> None:
    strong = {"draught_change_m_1": -1.0, "draught_change_m_2": 1.0, "night_share": 1.0, "p_contact": 1.0}
    assert event(**strong).tier == "high"
    assert event(**strong, sizes_known=0, observed_fraction=0.9).tier == "medium"


def test_a_bunker_barge_at_night_where_barred_scores_ten_times_as_high_as_by_day() -> None:
    barge = BUNKER_BARGE | BUNKERING_ANCHORAGE
    day, night = event(**barge), event(**barge, night_share=1.0)
    assert (day.category, night.category) == ("bunkering", "transfer")
    assert night.score > 10 * day.score


@pytest.mark.parametrize(
    "kind", ["same_hull", "towing", "fishing", "dredging", "pilotage", "bunkering", "berth"]
)
def test_every_innocent_category_ranks_below_a_bare_transfer(kind: str) -> None:
    columns = {
        "same_hull": {"same_hull_suspected": True},
        "bunkering": BUNKER_BARGE | BUNKERING_ANCHORAGE,
        "berth": {"shore_distance_m": 10.0},
    }.get(kind, {"geometry_category": kind})
    assert event(**columns, p_contact=1.0).score < 0.5 * event(p_contact=0.6).score


def test_hostile_names_stay_as_broadcast_but_not_in_sentences() -> None:
    nasty = "<script>alert('x')</script>\x1b[31m{}“"
    scored = Scorer(params=EVERYTHING, model="rule").score(
        candidate(shipname_1=nasty, imo_valid_1=False, destination_1=nasty + "NAMPO")
    )
    assert scored.events["shipname_1"].iloc[0] == nasty
    shown = " ".join(scored.evidence["statement"]) + " ".join(scored.evidence["observed"].dropna())
    assert not set("<>\x1b{}'") & set(shown)


def test_without_candidates_there_are_no_events() -> None:
    scored = Scorer(model="rule").score(FEATURES.empty())
    pd.testing.assert_frame_equal(scored.events, EVENTS.empty())
    pd.testing.assert_frame_equal(scored.evidence, EVIDENCE.empty())


def test_a_missing_column_is_named() -> None:
    with pytest.raises(SchemaError, match="table 'features' lacks the column"):
        Scorer(model="rule").score(candidate().drop(columns="p_contact"))


def test_tiers_must_ascend() -> None:
    with pytest.raises(ParamError, match="medium_tier_score"):
        replace(ScoreParams(), medium_tier_score=0.7)
    with pytest.raises(ParamError, match="max_dark_tier"):
        replace(ScoreParams(), max_dark_tier="huge")


def test_wording_never_claims_a_crime() -> None:
    from stsdetect.score.scorer import context_terms
    from stsdetect.score.terms.contact_quality import fact_terms

    text = " ".join(
        str(t.statement) for t in [*context_terms(ScoreParams(), DraughtParams()), *fact_terms(ScoreParams())]
    ).lower()
    assert not [w for w in ("smuggl", "illicit", "guilty", "crime", "illegal") if w in text]


def test_of_one_gap_only_the_likeliest_few_are_shown() -> None:
    rows = [
        IN_THE_DARK | {"source_id": f"c{k}", "gap_id_1": "g", "p_contact": 0.9 - 0.1 * k} for k in range(5)
    ]
    other = IN_THE_DARK | {"source_id": "other", "gap_id_1": "h", "p_contact": 0.4}
    shown = Scorer(params=EVERYTHING, model="rule").score(feature_rows(*rows, other)).events["source_id"]
    assert set(shown) == {"c0", "c1", "c2", "other"}
    # Of two gaps the better rank counts.
    pair = IN_THE_DARK | {"source_id": "pair", "gap_id_1": "g", "gap_id_2": "i", "p_contact": 0.1}
    shown = Scorer(params=EVERYTHING, model="rule").score(feature_rows(*rows, pair)).events["source_id"]
    assert "pair" in set(shown)


@pytest.mark.parametrize(("judged", "shown"), [(True, 1), (None, 1), (False, 0)])
def test_a_faint_dark_event_of_a_gap_that_cannot_be_judged_is_not_shown(
    judged: bool | None, shown: int
) -> None:
    faint = feature_rows(DARK | {"p_contact": 0.2, "gap_judged": judged})
    assert len(Scorer(params=EVERYTHING, model="rule").score(faint).events) == shown


def test_a_model_recomputes_the_probability_of_contact_and_is_named() -> None:
    model = load_model()
    rows = feature_rows({"rigidity": 8.0, "swing_deg": 90.0, "night_share": 1.0})
    got = Scorer(model=model).score(rows).events.iloc[0]
    assert got.model_id == model.model_id
    assert got.p_contact != 0.9
    assert event().model_id == "rule"


def test_the_bundled_model_is_the_default_and_the_rule_is_asked_for() -> None:
    rows = feature_rows({"rigidity": 8.0, "swing_deg": 90.0, "night_share": 1.0})
    by_default, by_name, by_rule = (
        Scorer(**options).score(rows).events.iloc[0]
        for options in ({}, {"model": "contact"}, {"model": "rule"})
    )
    assert by_default.model_id == by_name.model_id == load_model().model_id
    assert by_default.p_contact == by_name.p_contact == load_model().p_contact(FEATURES.validate(rows))[0]
    assert (by_rule.model_id, by_rule.p_contact) == ("rule", 0.9)


@pytest.mark.parametrize("model", [None, 0.5, False])
def test_what_is_no_model_is_refused_rather_than_taken_for_the_rule(model: object) -> None:
    with pytest.raises(ParamError, match="'rule' for the contact rule"):
        Scorer(model=model)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("columns", "tier"),
    [
        ({"observed_fraction": 0.05}, "medium"),
        ({"observed_fraction": 0.049}, "low"),
        ({"observed_fraction": 0.05, "p_contact": 0.75}, "low"),  # 0.75 * 0.92 * 0.81 is less than 0.6
        ({"observed_fraction": 0.05, "p_contact": 0.85}, "medium"),
    ],
)
def test_an_encounter_seldom_seen_is_shown_if_it_scores_high(columns: dict[str, float], tier: str) -> None:
    strong = {"p_contact": 0.95, "shore_distance_m": 50_000.0, "in_anchorage": False, "night_share": 1.0}
    draughts = {"draught_change_m_1": -2.0, "draught_change_m_2": 2.0}
    scored = Scorer(model="rule").score(candidate(**(strong | draughts | columns)))
    assert scored.events.iloc[0]["tier"] == tier


def solo_event(**columns: object) -> pd.Series:
    scored = Scorer().score(candidate(**(SOLO | columns)))
    assert len(scored.events) == 1
    return scored.events.iloc[0]


def test_a_solo_event_is_at_most_medium_and_keeps_the_probability_of_its_detector() -> None:
    event = solo_event(p_contact=0.9, shore_distance_m=50_000.0, in_anchorage=False, night_share=1.0)
    assert event["p_contact"] == 0.9
    assert event["tier"] == "medium"
    # With a score of 0.504 and a quality of 0.5 an encounter would be high.
    within = ScoreParams(high_tier_score=0.5, min_high_tier_quality=0.5)
    columns = {"p_contact": 0.9, "shore_distance_m": 50_000.0, "in_anchorage": False, "night_share": 1.0}
    scored = Scorer(params=within).score(candidate(**(SOLO | columns)))
    assert scored.events.iloc[0]["score"] > 0.5
    assert scored.events.iloc[0]["tier"] == "medium"
    assert pd.isna(event["mmsi_2"])
    assert event["innocent_explanation"] == "The ship waited alone, for orders, a berth, the tide or repairs."


def test_the_draught_of_a_solo_event_counts_once() -> None:
    scored = Scorer().score(candidate(**(SOLO | {"p_contact": 0.9, "draught_change_m_1": -2.0})))
    assert "one_draught_changed" not in set(scored.evidence["term"])
    assert "own_draught" in set(scored.evidence["term"])
    assert "Crews enter a new draught late" in scored.events.iloc[0]["innocent_explanation"]


def test_a_delivery_in_a_gap_is_listed_and_not_shown() -> None:
    sure = {"p_contact": 0.99, "embargo_grounds": "embargoed_destination"}
    assert event(**DELIVERY | sure | {"observed_fraction": 1.0}).tier in ("high", "medium")
    assert event(**DELIVERY | sure | {"observed_fraction": 0.0}).tier == "low"
