"""Encounters end to end, on seas small enough to check by hand."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

import stsdetect as sts
from stsdetect.detection.encounters.contact_rule import p_contact
from stsdetect.detection.encounters.find import find_encounters
from stsdetect.errors import ParamError, SchemaError
from stsdetect.params import EncounterParams
from stsdetect.schema import CONTACTS, ENCOUNTERS, POINTS, SEGMENTS
from stsdetect.units import KN_TO_MPS
from tests.builders import fixes, identity, points, static, together
from tests.builders.encounters import (
    MINUTES,
    SIZES,
    A,
    B,
    contacts_of,
    encounters_from,
    encounters_of,
    instants,
    made_fast,
    small_sea,
    swinging,
)
from tests.builders.gaps import segment

PARAMS = EncounterParams()


def visit(gap_from_min: float = 300.0, gap_to_min: float = 300.0) -> pd.DataFrame:
    """Ship B comes to ship A from the north, lies alongside for six hours and leaves to the east."""
    minutes = np.arange(0.0, 720.0, 3.0)
    north = np.interp(minutes, [0, 120, 180], [20_000, 6_000, 0])
    east = 18.0 + np.interp(minutes, [540, 600, 720], [0, 6_000, 20_000])
    one = fixes(A, minutes * 60.0, sog=0.1, heading=0.0, nav_status=1)
    two = fixes(B, minutes * 60.0, east, north, sog=0.2, heading=0.0)
    passed = (two["timestamp"] - one["timestamp"].iloc[0]).dt.total_seconds() / 60.0
    return points(together(one, two[(passed <= gap_from_min) | (passed >= gap_to_min)]))


def test_two_hulls_made_fast() -> None:
    (found,) = encounters_of(made_fast(), SIZES).itertuples()
    assert (found.mmsi_1, found.mmsi_2) == (A, B)
    assert found.duration_h == pytest.approx(478 / 60)
    assert found.median_hull_gap_m == pytest.approx(2.0, abs=0.01)
    assert found.orientation == "same"
    assert found.swing_deg > 90
    assert found.rigidity > 5
    assert found.category == "transfer"
    assert found.p_contact > 0.9


def test_anchored_neighbours_swing_each_on_its_own_anchor() -> None:
    h = np.deg2rad(swinging())
    sea = together(
        instants(A, MINUTES, -150 * np.sin(h), -150 * np.cos(h), heading=swinging()),
        instants(B, MINUTES, 60 - 160 * np.sin(h), -160 * np.cos(h), heading=swinging()),
    )
    (found,) = encounters_of(sea, SIZES).itertuples()
    assert found.rigidity < -5
    assert found.category == "anchorage_neighbours"
    assert found.p_contact < 0.5


def test_ships_216_metres_apart_are_not_an_encounter() -> None:
    sea = together(instants(A, MINUTES), instants(B, MINUTES, 216.0 + 16.0))
    assert encounters_of(sea, SIZES).empty


def test_one_hull_with_two_transponders_sails_together() -> None:
    far = 8 * KN_TO_MPS * 60 * MINUTES
    sea = together(
        instants(A, MINUTES, 0.0, far, heading=0.0, sog=8.0),
        instants(B, MINUTES, 4.0, far - 6.0, heading=0.0, sog=8.0),
    )
    (found,) = encounters_of(sea).itertuples()
    assert found.same_hull_suspected
    assert found.category == "same_hull"
    assert found.ruled_out == "one hull"
    assert found.p_contact == PARAMS.contact_ruled_out


def test_a_tug_beside_its_tow_is_towing() -> None:
    far = 5 * KN_TO_MPS * 60 * MINUTES
    known = identity(static(A, loa_m=30.0, beam_m=9.0, ship_type=52), static(B))
    sea = together(
        instants(A, MINUTES, 0.0, far, heading=0.0, sog=5.0),
        instants(B, MINUTES, 16.0, far, heading=0.0, sog=5.0),
    )
    (found,) = encounters_of(sea, known).itertuples()
    assert not found.same_hull_suspected
    assert found.category == "towing"


@pytest.mark.parametrize(("sog", "ruled_out"), [(10.0, True), (2.0, False)])
def test_ships_that_sail_side_by_side_for_minutes_are_passing(sog: float, ruled_out: bool) -> None:
    minutes = np.arange(0.0, 24.0, 2.0)
    far = sog * KN_TO_MPS * 60 * minutes
    sea = together(
        instants(A, minutes, 0.0, far, heading=0.0, sog=sog, error_m=30.0),
        instants(B, minutes, 25.0, far, heading=0.0, sog=sog, error_m=30.0),
    )
    known = identity(static(A, ship_type=70), static(B, ship_type=70))
    (found,) = encounters_of(sea, known).itertuples()
    assert (found.ruled_out == "passing") == ruled_out


def test_a_visit_has_a_direction_before_and_after() -> None:
    (found,) = find_encounters(visit(), identity=SIZES).itertuples()
    assert found.visitor_mmsi == B
    assert found.approach_from_m > 10_000
    assert found.came_from_deg_2 == pytest.approx(0.0, abs=1.0)
    assert found.came_from_m_1 < 10.0
    assert found.departure_to_m > 5_000
    assert found.went_to_deg_2 == pytest.approx(90.0, abs=1.0)


def test_a_gap_of_one_ship_does_not_end_the_spell() -> None:
    (whole,) = find_encounters(visit(), identity=SIZES).itertuples()
    (found,) = find_encounters(visit(240.0, 420.0), identity=SIZES).itertuples()
    assert found.start_time == whole.start_time
    assert found.end_time == whole.end_time
    assert found.observed_fraction < 0.7 < whole.observed_fraction


def test_ships_received_apart_between_two_contacts_have_two_spells() -> None:
    minutes = np.arange(0.0, 480.0, 3.0)
    out = np.where((minutes > 150) & (minutes < 330), 5_000.0, 0.0)
    sea = points(
        together(
            fixes(A, minutes * 60.0, sog=0.1, heading=0.0),
            fixes(B, minutes * 60.0, 18.0 + out, sog=0.1, heading=0.0),
        )
    )
    found = find_encounters(sea, identity=SIZES)
    assert len(found) == 2
    assert len(set(found["group_id"])) == 1


def test_a_draught_change_needs_a_report_before_and_after() -> None:
    reports = together(
        static(A, 0.0, draught=6.0), static(A, 11 * 3600.0, draught=4.5), static(B, 0.0, draught=3.0)
    )
    (found,) = find_encounters(visit(), identity=SIZES, static=reports).itertuples()
    assert found.draught_change_m_1 == pytest.approx(-1.5)
    assert pd.isna(found.draught_change_m_2)


def test_quarantined_segments_take_no_part() -> None:
    sea = visit()
    segments = SEGMENTS.to_pandas(
        pd.DataFrame(
            {
                "segment_id": [f"{A}-0", f"{B}-0"], "vessel_id": ["one", "two"], "mmsi": [A, B],
                "start_time": sea["timestamp"].min(), "end_time": sea["timestamp"].max(), "n_points": 240,
                "start_lat": 30.0, "start_lon": 122.0, "end_lat": 30.0, "end_lon": 122.0, "distance_m": 0.0,
                "ais_class": "A", "kind": "ship", "quarantined": False, "close_reason": "end",
            }
        )
    )  # fmt: skip
    (found,) = find_encounters(sea, segments=segments, identity=SIZES).itertuples()
    assert (found.vessel_id_1, found.vessel_id_2) == ("one", "two")
    for column, value in (("quarantined", [False, True]), ("kind", ["ship", "base"])):
        assert find_encounters(sea, segments=segments.assign(**{column: value}), identity=SIZES).empty


@pytest.mark.parametrize(
    ("hours", "sog", "off_m", "n"),
    [
        (13 / 6, 1.9, 499.0, 1),
        (2.0, 1.9, 499.0, 0),  # more than two hours
        (11 / 6, 1.9, 499.0, 0),
        (13 / 6, 2.0, 499.0, 0),  # less than 2 kn
        (13 / 6, 2.1, 499.0, 0),
        (13 / 6, 1.9, 501.0, 0),
    ],
)
def test_the_published_rule_has_500_m_2_h_and_2_kn(hours: float, sog: float, off_m: float, n: int) -> None:
    rule = EncounterParams.gfw()
    minutes = np.arange(0.0, hours * 60.0 + 0.1, 10.0)
    sea = together(instants(A, minutes, sog=sog), instants(B, minutes, off_m, sog=sog))
    assert len(encounters_of(sea, params=rule)) == n


def test_order_of_contacts_does_not_matter() -> None:
    sea, known = small_sea(11)
    contacts = contacts_of(sea, known)
    found = encounters_from(contacts, known)
    assert len(found) > 0
    shuffled = contacts.sample(fraction=1.0, shuffle=True, seed=2)
    pd.testing.assert_frame_equal(found, encounters_from(shuffled, known))


@pytest.mark.parametrize("sizes_known", [True, False])
def test_swapped_ships_change_nothing(sizes_known: bool) -> None:
    sea, known = small_sea(3)
    mirror = 824000036
    swapped = sea.assign(mmsi=mirror - sea["mmsi"])
    swapped_known = known.assign(mmsi=mirror - known["mmsi"])
    one = encounters_of(sea, known if sizes_known else None)
    two = encounters_of(swapped, swapped_known if sizes_known else None)
    two = two.assign(mmsi_1=mirror - two["mmsi_2"], mmsi_2=mirror - two["mmsi_1"])
    order = ["start_time", "mmsi_1", "mmsi_2"]
    measures = ["end_time", "median_hull_gap_m", "hull_gap_error_m", "rigidity", "swing_deg", "abreast"]
    two = two.assign(starboard_m_1=two["starboard_m_2"], starboard_m_2=two["starboard_m_1"])
    measures += ["starboard_m_1", "starboard_m_2"]
    columns = [*order, *measures, "category", "ruled_out", "p_contact", "n_in_group"]
    one, two = (t.sort_values(order, ignore_index=True)[columns] for t in (one, two))
    pd.testing.assert_frame_equal(one, two, rtol=1e-6, atol=1e-6)


def test_swapped_mmsis_of_equal_ships_change_nothing() -> None:
    sea = made_fast()
    swapped = sea.assign(mmsi=sea["mmsi"].map({A: B, B: A}))
    one, two = (encounters_of(s, SIZES) for s in (sea, swapped))
    two = two.rename(columns={"starboard_m_1": "starboard_m_2", "starboard_m_2": "starboard_m_1"})
    same = [c for c in ENCOUNTERS.names if not c.startswith("vessel_id")]
    pd.testing.assert_frame_equal(one[same], two[same])


def test_the_dateline_does_not_matter() -> None:
    (here, known), (there, _) = small_sea(5, place=(0.0, 10.0)), small_sea(5, place=(0.0, 180.0))
    one, two = (encounters_of(s, known) for s in (here, there))
    assert len(one) > 0
    same = [c for c in ENCOUNTERS.names if c not in ("lat", "lon")]
    pd.testing.assert_frame_equal(one[same], two[same], rtol=1e-4, atol=1e-3)
    assert ((two["lon"] + 180.0) % 360.0 - (one["lon"] - 10.0) % 360.0).abs().max() < 1e-6


def test_empty_tables_stay_typed() -> None:
    pd.testing.assert_frame_equal(encounters_from(CONTACTS.empty()), ENCOUNTERS.empty())
    pd.testing.assert_frame_equal(sts.find_encounters(POINTS.empty()), ENCOUNTERS.empty())


@pytest.mark.parametrize("table", ["segments", "identity", "static"])
def test_a_frame_that_is_another_table_is_refused(table: str) -> None:
    with pytest.raises(SchemaError, match=f"table '{table}' lacks"):
        find_encounters(POINTS.empty(), **{table: pd.DataFrame({"wrong": [1]})})


def test_two_tracks_of_one_mmsi_side_by_side_have_no_encounter() -> None:
    """As where the afternoon of a ship is read as its morning: one MMSI alongside itself for hours."""
    sea = visit()
    itself = sea.assign(mmsi=A)
    assert len(find_encounters(sea, identity=SIZES)) == 1
    assert find_encounters(itself, identity=SIZES).empty
    # By way of the tracks: one MMSI, two hulls.
    tracks = sts.build_tracks(itself.drop(columns=["segment_id", "vessel_id", "quality_flags"]))
    tables = {"segments": tracks.segments, "identity": tracks.identity}
    assert find_encounters(tracks.points, **tables).empty


def test_segments_that_tie_both_mmsis_to_one_hull_leave_no_encounter() -> None:
    contacts = contacts_of(made_fast(), SIZES)
    spans = SEGMENTS.to_pandas(together(segment(A, 0, 8), segment(B, 0, 8, vessel_id=str(A))))
    assert encounters_from(contacts, SIZES).shape[0] == 1
    assert encounters_from(contacts, SIZES, segments=spans).empty


@pytest.mark.parametrize(("apart_min", "n"), [(230.0, 1), (240.0, 2), (250.0, 2)])
def test_the_published_rule_joins_spells_less_than_four_hours_apart(apart_min: float, n: int) -> None:
    first = np.arange(0.0, 181.0, 10.0)
    minutes = np.append(first, 180.0 + apart_min + first)
    sea = together(instants(A, minutes), instants(B, minutes, 400.0))
    assert len(encounters_of(sea, params=EncounterParams.gfw())) == n


@pytest.mark.parametrize(("minutes", "n"), [(8.0, 0), (9.0, 1), (10.0, 1)])
def test_by_hulls_a_spell_of_just_the_shortest_length_counts(minutes: float, n: int) -> None:
    sea = together(instants(A, [0.0, minutes]), instants(B, [0.0, minutes], 17.0))
    assert len(encounters_of(sea, SIZES, EncounterParams(min_duration_h=0.15))) == n


@pytest.mark.parametrize(
    ("mmsis", "n"), [((150000001, 123456789), 1), ((111111111, 979000001), 1), ((A, B), 1)]
)
@pytest.mark.parametrize("sized", [False, True], ids=["by its motion", "by its length"])
def test_ships_whose_mmsi_is_not_allotted_meet_like_others(
    mmsis: tuple[int, int], n: int, sized: bool
) -> None:
    """From a bare table, at 10 kn to the meeting and away again; or at rest, with a length only."""
    minutes = np.arange(0.0, 720.0, 3.0)
    out_min = np.maximum(120.0 - minutes, 0.0) + np.maximum(minutes - 600.0, 0.0)
    away = 0.0 if sized else 10.0 * KN_TO_MPS * 60.0 * out_min
    sog = 0.1 if sized else np.where(out_min > 0, 10.0, 0.1)
    bare = ["mmsi", "timestamp", "lat", "lon", "sog"]
    sea = together(*(fixes(m, minutes * 60.0, 18.0 * k, away, sog=sog)[bare] for k, m in enumerate(mmsis)))
    reports = together(*(static(m, loa_m=None, length_m=100.0, width_m=16.0) for m in mmsis))
    tracks = sts.build_tracks(sea, reports if sized else None)
    tables = {"segments": tracks.segments, "identity": tracks.identity}
    found = find_encounters(tracks.points, **tables)
    assert len(found) == n
    assert set(found[["mmsi_1", "mmsi_2"]].values[0]) == set(mmsis)


def test_near_miss_net_buoys_that_drift_together_do_not_meet() -> None:
    minutes = np.arange(0.0, 720.0, 3.0)
    drift = 2.0 * KN_TO_MPS * 60.0 * minutes
    sea = together(*(fixes(150000001 + k, minutes * 60.0, 18.0 * k, drift, sog=2.0) for k in range(2)))
    reports = together(*(static(150000001 + k, loa_m=2.0, beam_m=2.0, ship_type=30) for k in range(2)))
    for broadcast in (None, reports):
        tracks = sts.build_tracks(sea, broadcast)
        tables = {"segments": tracks.segments, "identity": tracks.identity}
        assert find_encounters(tracks.points, **tables).empty


def test_the_trained_model_gives_the_probability_unless_the_rule_is_asked_for() -> None:
    (by_model,) = find_encounters(visit(), identity=SIZES).itertuples()
    rule = find_encounters(visit(), identity=SIZES, model="rule")
    (by_rule,) = rule.itertuples()
    assert by_model.p_contact == sts.load_model().p_contact(ENCOUNTERS.validate(rule))[0]
    assert by_model.p_contact != by_rule.p_contact
    assert by_rule.p_contact == p_contact(ENCOUNTERS.validate(rule), PARAMS)[0]


def test_no_model_is_not_taken_for_the_rule() -> None:
    with pytest.raises(ParamError, match="'rule' for the contact rule"):
        find_encounters(POINTS.empty(), model=None)  # type: ignore[arg-type]


def heard(mmsi: int, first_min: float, every_min: float, east_m: float, **columns: object) -> pd.DataFrame:
    """A ship at rest for ten hours with a fix every so many minutes, heading north."""
    seconds = 60.0 * np.arange(first_min, 601.0, every_min)
    return fixes(mmsi, seconds, east_m, **({"sog": 0.1, "heading": 0.0} | columns))


def pairs_of(*ships: pd.DataFrame, **options: object) -> pd.DataFrame:
    return find_encounters(points(together(*ships)), identity=SIZES, **options)


@pytest.mark.parametrize("first", [0.0, 35.0])
@pytest.mark.parametrize("model", ["rule", "contact"])
def test_two_ships_alongside_each_heard_every_70_minutes(first: float, model: str) -> None:
    (found,) = pairs_of(heard(A, 0, 70, 0.0), heard(B, first, 70, 18.0), model=model).itertuples()
    assert found.duration_h == pytest.approx((560 - first) / 60, abs=0.05)
    assert found.median_hull_gap_m == pytest.approx(2.0, abs=0.1)
    # Ages up to 35 min: no instant is within five minutes of a fix of both, unless they send together:
    # then 5 of every 35 instants are.
    assert found.observed_fraction == pytest.approx(0.15 if first == 0 else 0.0, abs=0.01)
    assert 0.3 < found.p_contact < 0.99


def test_one_ship_heard_all_the_time_and_one_every_75_minutes() -> None:
    (found,) = pairs_of(heard(A, 0, 3, 0.0), heard(B, 10, 75, 18.0)).itertuples()
    assert found.duration_h == pytest.approx(525 / 60, abs=0.05)
    assert 0.05 < found.observed_fraction < 0.15
    assert found.p_contact > 0.3


@pytest.mark.parametrize(
    ("columns", "n"),
    [
        ({}, 1),
        ({"sog": 1.2}, 0),  # drifting: not bridged
        ({"east_m": 18.0 + 140.0}, 0),  # at anchor nearby: a gap of 142 m
        ({"every_min": 250.0}, 0),  # silent for more than four hours
    ],
)
def test_near_misses_of_ships_heard_seldom(columns: dict, n: int) -> None:
    other = heard(**({"mmsi": B, "first_min": 35, "every_min": 70, "east_m": 18.0} | columns))
    assert len(pairs_of(heard(A, 0, 70, 0.0), other)) == n


def test_ships_heard_seldom_across_the_dateline() -> None:
    here = heard(A, 0, 70, 0.0, place=(0.0, 180.0))
    (found,) = pairs_of(here, heard(B, 35, 70, 18.0, place=(0.0, 180.0))).itertuples()
    assert found.median_hull_gap_m == pytest.approx(2.0, abs=0.1)
    assert abs(found.lon) > 179.99


def test_the_published_rule_interpolates_over_an_hour_and_no_longer() -> None:
    gfw = EncounterParams.gfw()
    assert len(pairs_of(heard(A, 0, 60, 0.0), heard(B, 30, 60, 18.0), params=gfw, model="rule")) == 1
    assert pairs_of(heard(A, 0, 61, 0.0), heard(B, 30, 61, 18.0), params=gfw, model="rule").empty
