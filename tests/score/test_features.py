"""What build_features gathers around a candidate."""

from typing import Any

import pandas as pd
import pytest

from stsdetect.context import load_context
from stsdetect.schema import DARK_ENCOUNTERS, ENCOUNTERS, FEATURES, GAPS, IDENTITY, LOITERING, SEGMENTS
from stsdetect.score import build_features
from tests.builders import at, identity, static, together
from tests.score.builders import encounter

A, B, C = 412_000_001, 412_000_002, 412_000_003
CONTEXT = load_context()


def features(encounters: pd.DataFrame | None = None, **frames: Any) -> pd.Series:
    rows = build_features(encounter() if encounters is None else encounters, context=CONTEXT, **frames)
    return rows.iloc[0]


def gap(start_s: float, hours: float, mmsi: int = A, **columns: Any) -> pd.DataFrame:
    row = {
        "gap_id": f"g{start_s}",
        "mmsi": mmsi,
        "vessel_id": str(mmsi),
        "start_time": at(start_s),
        "end_time": at(start_s + hours * 3600),
        "start_lat": 30.2,
        "start_lon": 123.5,
        "duration_h": hours,
        "expected_reports": 50.0,
        "n_neighbours": 12,
        "log_lr_off": 5.0,
        "p_off": 0.9,
        "feed_outage": False,
        "in_port": False,
        "can_judge": True,
    } | columns
    return GAPS.to_pandas(pd.DataFrame([row]))


def spell(mmsi: int, start_s: float, end_s: float, **columns: Any) -> pd.DataFrame:
    frame = identity(static(mmsi, start_s, **columns))
    return IDENTITY.to_pandas(frame.assign(end_time=at(end_s), vessel_id=columns.get("vessel_id", str(mmsi))))


def stay(mmsi: int, start_s: float, hours: float, lat: float, lon: float) -> pd.DataFrame:
    row = {
        "loiter_id": f"l{start_s}",
        "mmsi": mmsi,
        "vessel_id": str(mmsi),
        "segment_id": "s",
        "start_time": at(start_s),
        "end_time": at(start_s + hours * 3600),
        "duration_h": hours,
        "lat": lat,
        "lon": lon,
        "radius_m": 50.0,
        "mean_sog_kn": 0.1,
        "n_points": 99,
        "observed_fraction": 0.8,
    }
    return LOITERING.to_pandas(pd.DataFrame([row]))


def dark(**columns: Any) -> pd.DataFrame:
    row = {
        "dark_id": "d",
        "kind": "gap-loitering",
        "mmsi_1": A,
        "mmsi_2": B,
        "vessel_id_1": str(A),
        "vessel_id_2": str(B),
        "gap_id_1": "g0",
        "loiter_id_2": "l0",
        "start_time": at(0),
        "end_time": at(21_600),
        "lat": 30.2,
        "lon": 123.5,
        "feasible_dwell_h": 6.0,
        "required_sog_kn": 3.0,
        "area_km2": 5.0,
        "n_alternatives": 2,
        "rank_for_gap": 1,
        "p_off": 0.9,
        "p_contact": 0.3,
    } | columns
    return DARK_ENCOUNTERS.to_pandas(pd.DataFrame([row]))


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


def test_the_identity_of_the_hour_is_used() -> None:
    spells = together(
        spell(A, -90_000, -50_000, shipname="EARLIER", imo=9074729),
        spell(A, -3600, 3600, shipname="NOW", imo=9074729, ship_type=80),
        spell(A, 3600, 90_000, shipname="LATER", imo=9074729),
    )
    assert features(encounter(hours=1.0), identity=spells).shipname_1 == "NOW"


def test_changes_count_within_the_window_and_not_beyond() -> None:
    day = 86_400
    two_days_before = -48 * 3600
    near = together(
        spell(A, -5 * day, two_days_before, shipname="OLD"), spell(A, two_days_before, 90_000, shipname="NEW")
    )
    far = together(
        spell(A, -5 * day, two_days_before - 60, shipname="OLD"),
        spell(A, two_days_before - 30, 90_000, shipname="NEW"),
    )
    assert features(identity=near).identity_changed_1 == "name"
    assert "OLD" in features(identity=near).identity_before_1
    assert pd.isna(features(identity=far).identity_changed_1)


def test_a_hull_that_changed_its_number_and_silence_of_a_name_is_no_change() -> None:
    spells = together(
        spell(520_000_001, -7200, -3600, shipname="A LI", vessel_id=str(A)),
        spell(A, -3600, 90_000, shipname="A LI", vessel_id=str(A)),
        spell(A, 90_000, 99_000, vessel_id=str(A)),
    )
    assert features(identity=spells).identity_changed_1 == "MMSI"


def test_silences_before_during_after_and_too_far() -> None:
    assert features(gaps=gap(-3 * 3600, 2.0)).gap_when_1 == "before"
    assert features(gaps=gap(3600, 2.0)).gap_when_1 == "during"
    assert features(gaps=gap(6 * 3600, 2.0)).gap_when_1 == "after"
    assert features(gaps=gap((6 + 24) * 3600, 2.0)).gap_when_1 == "after"
    assert pd.isna(features(gaps=gap((6 + 24) * 3600 + 2, 2.0)).gap_when_1)
    assert pd.isna(features(gaps=gap(3600, 2.0)).gap_when_2)


@pytest.mark.parametrize("flaw", [{"feed_outage": True}, {"in_port": True}, {"can_judge": False}])
def test_silences_that_say_nothing(flaw: dict) -> None:
    assert pd.isna(features(gaps=gap(3600, 2.0, **flaw)).gap_p_off_1)


def test_the_likeliest_silence_is_taken_and_an_open_one_counts() -> None:
    silences = together(gap(-3600, 1.0, p_off=0.6), gap(7 * 3600, 40.0, p_off=0.95, end_time=None))
    got = features(gaps=silences)
    assert (got.gap_p_off_1, got.gap_when_1) == (0.95, "after")


def test_partners_within_two_days() -> None:
    def with_c(start_s: float, **columns: Any) -> pd.DataFrame:
        return encounter(start_s, encounter_id=f"b{start_s}", mmsi_2=C, **columns)

    rows = together(encounter(), with_c(40 * 3600), with_c(44 * 3600))
    got = build_features(rows, context=CONTEXT).set_index("source_id")
    assert got.loc["a", "n_partners_1"] == 1
    assert pd.isna(got.loc["a", "n_partners_2"])
    far = build_features(together(encounter(), with_c(54 * 3600 + 1)), context=CONTEXT).set_index("source_id")
    assert pd.isna(far.loc["a", "n_partners_1"])
    faint = build_features(together(encounter(), with_c(3600, p_contact=0.4)), context=CONTEXT)
    assert faint["n_partners_1"].isna().all() or (
        faint.set_index("source_id").loc["a", "n_partners_1"] is pd.NA
    )


def test_ports_before_and_after() -> None:
    stays = together(stay(A, -20 * 3600, 2.0, 29.936, 121.851), stay(A, 30 * 3600, 2.0, 30.2, 123.6))
    track = {
        "segment_id": "t",
        "vessel_id": str(A),
        "mmsi": A,
        "start_time": at(-90_000),
        "end_time": at(200_000),
        "n_points": 9,
        "start_lat": 30.6,
        "start_lon": 122.0,
        "end_lat": 29.95,
        "end_lon": 121.72,
        "distance_m": 1.0,
        "ais_class": "A",
        "kind": "ship",
        "quarantined": False,
        "close_reason": "end",
    }
    got = features(loitering=stays, segments=SEGMENTS.to_pandas(pd.DataFrame([track])))
    assert got.previous_port_1 == "Ningbo-Beilun"
    assert got.next_port_1 == "Zhenhai"


def test_destination_before_the_end() -> None:
    said = together(static(A, 100, destination="NAMPO"), static(A, 21_700, destination="SHANGHAI"))
    assert features(static=said).destination_1 == "NAMPO"


def test_the_strongest_likeness_to_a_listed_ship() -> None:
    ship = identity(static(A, shipname="YU SON", imo=8405311))
    got = build_features(
        encounter(), identity=ship, context=load_context(watchlist="us-advisory-2018-02-23")
    ).iloc[0]
    assert (got.list_kind_1, got.list_name_1) == ("imo", "SAM JONG 1")


def test_a_dark_candidate_takes_quality_and_draught_from_what_was_seen() -> None:
    got = features(
        ENCOUNTERS.empty(),
        dark_encounters=dark(),
        loitering=stay(B, 0, 6.0, 30.2, 123.5).assign(loiter_id="l0"),
        gaps=gap(0, 6.0, draught_change_m=-1.1).assign(gap_id="g0"),
    )
    assert got.event_type == "dark_encounter"
    assert got.duration_h == 6.0
    assert got.observed_fraction == 0.8
    assert got.draught_change_m_1 == -1.1
    assert got.gap_when_1 == "during"


def test_text_ids_have_no_flag() -> None:
    got = features(encounter(mmsi_1=-7))
    assert bool(got.known_by_text_id_1)
    assert pd.isna(got.flag_1)
    assert pd.isna(got.mid_1)


def test_rows_of_every_table_may_come_in_any_order() -> None:
    frames = {
        "gaps": together(gap(-3600, 1.0, p_off=0.9), gap(-7200, 1.0, p_off=0.9), gap(3600, 1.0, mmsi=B)),
        "identity": together(
            spell(A, -9000, 0, shipname="X"), spell(A, 0, 9000, shipname="Y"), spell(B, 0, 9000)
        ),
        "loitering": together(stay(A, -9000, 1.0, 29.936, 121.851), stay(B, 90_000, 1.0, 29.936, 121.851)),
    }
    rows = together(encounter(), encounter(100, encounter_id="b", mmsi_1=B, mmsi_2=C))
    one = build_features(rows, context=CONTEXT, **frames)
    two = build_features(rows.iloc[::-1], context=CONTEXT, **{k: v.iloc[::-1] for k, v in frames.items()})
    pd.testing.assert_frame_equal(one, two)


def test_nothing_in_nothing_out() -> None:
    pd.testing.assert_frame_equal(build_features(ENCOUNTERS.empty(), context=CONTEXT), FEATURES.empty())


def test_time_beside_another_hull_that_was_seen() -> None:
    with_third = {"mmsi_2": C, "vessel_id_2": str(C), "encounter_id": "b"}
    # The stay of B runs from 0 to 6 h; B lies beside C from 2 h on for 3 h.
    beside = encounter(start_s=2 * 3600, hours=3.0, mmsi_1=B, vessel_id_1=str(B), **with_third)

    def elsewhere_h(other: pd.DataFrame) -> float:
        found = build_features(other, dark_encounters=dark(), context=CONTEXT).set_index("source_id")
        return found.loc["d", "elsewhere_h_2"]

    assert elsewhere_h(beside) == pytest.approx(3.0)
    assert pd.isna(elsewhere_h(beside.assign(p_contact=0.49)))
    assert pd.isna(elsewhere_h(beside.assign(same_hull_suspected=True)))
    later = encounter(start_s=6 * 3600, hours=3.0, mmsi_1=B, vessel_id_1=str(B), **with_third)
    assert pd.isna(elsewhere_h(later))
    assert pd.isna(elsewhere_h(encounter(start_s=2 * 3600, hours=3.0)))  # with the dark ship itself


def test_a_dark_candidate_keeps_its_silences_and_support() -> None:
    got = build_features(ENCOUNTERS.empty(), dark_encounters=dark(support=1.5), context=CONTEXT).iloc[0]
    assert (got.gap_id_1, got.p_off, got.support) == ("g0", 0.9, 1.5)
    assert pd.isna(got.gap_id_2)
