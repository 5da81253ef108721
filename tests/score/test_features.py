"""What build_features gathers about a candidate as a whole."""

from typing import Any

import pandas as pd
import pytest

from stsdetect.context import load_context
from stsdetect.params import ScoreParams
from stsdetect.schema import ENCOUNTERS, FEATURES
from stsdetect.score import build_features
from tests.builders import together
from tests.builders.cargo_report import delivery
from tests.builders.score import A, B, C, dark_encounter, encounter, gap, identity_spell, loitering, swapped

CONTEXT = load_context()


def features(encounters: pd.DataFrame | None = None, **frames: Any) -> pd.Series:
    rows = build_features(encounter() if encounters is None else encounters, context=CONTEXT, **frames)
    return rows.iloc[0]


def test_place_hour_and_flag_of_an_encounter_of_ships_without_static_reports() -> None:
    got = features()
    assert (got.in_port, got.in_anchorage, got.on_land) == (False, False, False)
    assert got.shore_distance_m == pytest.approx(53_461, abs=50)
    assert got.local_start_h == pytest.approx(123.5 / 15)
    assert got.night_share == 0.0
    assert (got.flag_1, got.mid_1) == ("CHN", 412)
    assert pd.isna(got.shipname_1)


def test_night_share_of_a_contact_that_begins_at_dusk() -> None:
    # Off Zhoushan in mid August the sun is 6 degrees down from about 11:00 to 20:45 UTC.
    got = features(encounter(start_s=9 * 3600, hours=8.0))
    assert got.night_share == pytest.approx(6 / 8, abs=0.05)


def test_with_two_instants_night_is_looked_at_at_the_beginning_and_the_end() -> None:
    two = ScoreParams(n_sun_instants=2)
    assert features(encounter(start_s=9 * 3600, hours=8.0), params=two).night_share == 0.5


def test_a_transfer_in_a_raft_with_a_dredger_is_dredging() -> None:
    raft = [
        encounter(encounter_id="a", group_id="g"),
        encounter(encounter_id="b", group_id="g", category="dredging"),
    ]
    other = [encounter(encounter_id="c", group_id="h"), encounter(encounter_id="d")]
    rows = build_features(together(*raft, *other), context=CONTEXT)
    assert rows["geometry_category"].tolist() == ["dredging", "dredging", "transfer", "transfer"]


def test_a_dark_candidate_takes_quality_and_draught_from_what_was_observed() -> None:
    got = features(
        ENCOUNTERS.empty(),
        dark_encounters=dark_encounter(),
        loitering=loitering(B, 0, 6.0, 30.2, 123.5).assign(loiter_id="l0"),
        gaps=gap(0, 6.0, draught_change_m=-1.1).assign(gap_id="g0"),
    )
    assert got.event_type == "dark_encounter"
    assert got.duration_h == 6.0
    assert got.observed_fraction == 0.8
    assert got.draught_change_m_1 == -1.1
    assert got.gap_when_1 == "during"


def test_a_dark_candidate_keeps_its_gaps_and_support() -> None:
    rows = build_features(ENCOUNTERS.empty(), dark_encounters=dark_encounter(support=1.5), context=CONTEXT)
    got = rows.iloc[0]
    assert (got.gap_id_1, got.p_off, got.support) == ("g0", 0.9, 1.5)
    assert pd.isna(got.gap_id_2)


def test_a_candidate_of_a_gap_that_cannot_be_judged_says_so() -> None:
    judged, not_judged = (
        features(ENCOUNTERS.empty(), dark_encounters=dark_encounter(),
                 gaps=gap(0, 6.0, can_judge=can).assign(gap_id="g0")).gap_judged
        for can in (True, False)
    )  # fmt: skip
    assert (judged, not_judged) == (True, False)


def test_swapped_ships_have_swapped_features() -> None:
    frames = {
        "gaps": gap(3600, 2.0),
        "identity": together(
            identity_spell(A, 0, 9000, shipname="X"), identity_spell(B, 0, 9000, shipname="Y")
        ),
    }
    one = build_features(encounter(), context=CONTEXT, **frames)
    two = build_features(encounter(mmsi_1=B, mmsi_2=A), context=CONTEXT, **frames)
    assert swapped(FEATURES.validate(one)).equals(FEATURES.validate(two))


def test_rows_of_every_table_may_come_in_any_order() -> None:
    frames = {
        "gaps": together(gap(-3600, 1.0, p_off=0.9), gap(-7200, 1.0, p_off=0.9), gap(3600, 1.0, mmsi=B)),
        "identity": together(
            identity_spell(A, -9000, 0, shipname="X"),
            identity_spell(A, 0, 9000, shipname="Y"),
            identity_spell(B, 0, 9000),
        ),
        "loitering": together(
            loitering(A, -9000, 1.0, 29.936, 121.851), loitering(B, 90_000, 1.0, 29.936, 121.851)
        ),
    }
    rows = together(encounter(), encounter(100, encounter_id="b", mmsi_1=B, mmsi_2=C))
    one = build_features(rows, context=CONTEXT, **frames)
    two = build_features(rows.iloc[::-1], context=CONTEXT, **{k: v.iloc[::-1] for k, v in frames.items()})
    pd.testing.assert_frame_equal(one, two)


def test_without_candidates_there_are_no_features() -> None:
    pd.testing.assert_frame_equal(build_features(ENCOUNTERS.empty(), context=CONTEXT), FEATURES.empty())


def test_a_vessel_known_by_a_text_id_has_neither_flag_nor_mid() -> None:
    got = features(encounter(mmsi_1=-7))
    assert bool(got.known_by_text_id_1)
    assert pd.isna(got.flag_1)
    assert pd.isna(got.mid_1)


@pytest.mark.parametrize(
    ("columns", "observed"),
    [
        ({"origin_basis": "seen"}, 1.0),
        ({"origin_basis": "hidden_call"}, ScoreParams().one_sided_quality),
        ({"origin_basis": "gap", "visit_id": None}, 0.0),  # the call lay in a gap
    ],
)
def test_of_a_delivery_the_call_was_observed_or_the_voyage_as_well(columns: dict, observed: float) -> None:
    got = features(ENCOUNTERS.empty(), deliveries=delivery(**columns))
    assert (got.event_type, got.observed_fraction) == ("delivery", observed)
