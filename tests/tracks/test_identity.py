"""Identity spells: what an MMSI broadcast as its identity, and when it changed."""

import numpy as np
import pandas as pd
import pytest

from stsdetect.tracks import build_tracks
from tests.builders import fixes, static, together

A = 412000001
HOUR = 3600.0
DAY = 24 * HOUR


def identity_of(*reports, mmsi=A):
    """IDENTITY of an MMSI at one place for two days that broadcasts these static reports."""
    t = np.arange(0, 2 * DAY, 600)
    here = fixes(mmsi, t, 3 * np.sin(t), 3 * np.cos(t), sog=0.1)
    return build_tracks(here, together(*reports)).identity


@pytest.mark.parametrize(
    ("then", "near"), [(9074728, 9074728), (9074829, 9074829), (9074798, None), (9074729, None)]
)
def test_an_imo_number_one_digit_off_is_a_near_miss(then, near):
    spells = identity_of(static(A, 0, imo=9074729), static(A, DAY, imo=then))
    first = spells["near_imo"].iloc[0]
    assert (None if pd.isna(first) else first) == near


@pytest.mark.parametrize(
    ("before", "after", "changed"),
    [
        ({"shipname": "HAI YU 1"}, {"shipname": "HAI YU 2"}, "shipname"),
        ({"callsign": "BABC"}, {"callsign": "BXYZ"}, "callsign"),
        ({"loa_m": 100.0}, {"loa_m": 140.0}, "size"),
        ({"ship_type": 70}, {"ship_type": 80}, "ship_type"),
        ({"shipname": "A", "imo": 9074729}, {"shipname": "B", "imo": 8814275}, "imo,shipname"),
    ],
)
def test_a_change_begins_a_spell_and_is_named(before, after, changed):
    spells = identity_of(static(A, 0, **before), static(A, DAY, **after))
    assert spells["changed"].fillna("").tolist() == ["", changed]
    assert spells["n_reports"].tolist() == [1, 1]


def test_a_field_missing_from_a_report_is_not_a_change():
    spells = identity_of(
        static(A, 0, shipname="HAI YU 1"), static(A, HOUR, loa_m=None), static(A, 2 * HOUR, imo=9074729)
    )
    assert len(spells) == 1
    assert spells["imo"].item() == 9074729


def test_names_that_alternate_within_a_day_are_two_ships():
    names = ["HAI YU 1", "HAI YU 2"] * 4
    spells = identity_of(*[static(A, k * HOUR, shipname=name) for k, name in enumerate(names)])
    assert spells["n_reports"].tolist() == [4, 4]
    assert spells["shared_mmsi"].all()


def test_near_miss_a_name_corrected_once_and_back_again():
    spells = identity_of(*[static(A, k * HOUR, shipname=name) for k, name in enumerate(["X", "Y", "X"])])
    assert not spells["shared_mmsi"].any()


BUOY, UNASSIGNED = 150201655, 123456789


@pytest.mark.parametrize(
    ("broadcast", "kind"),
    [
        ({}, "buoy"),
        ({"shipname": "MIN LONG YU 6", "loa_m": 40.0}, "ship"),
        ({"shipname": "MIN LONG YU 6", "loa_m": 20.0}, "ship"),
        ({"shipname": "MIN LONG YU 6", "loa_m": 19.0}, "buoy"),
        ({"loa_m": None, "length_m": 180.0}, "ship"),  # a table that has a length and no more
        ({"loa_m": None, "length_m": 19.0}, "buoy"),
        ({"to_bow": 0.0, "to_stern": 0.0, "length_m": 180.0}, "ship"),
        ({"loa_m": None, "imo": 9074729}, "ship"),
        ({"loa_m": None, "imo": 9074728}, "buoy"),  # the check digit is wrong
        ({"loa_m": None, "ship_type": 80}, "ship"),
        ({"loa_m": None, "ship_type": 30}, "buoy"),  # fishing gear says so too
        ({"loa_m": None, "draught": 5.0}, "ship"),
        ({"loa_m": 2.0, "ship_type": 70}, "buoy"),
        ({"shipname": "BIAO 00451-82%", "loa_m": 40.0}, "buoy"),
        ({"shipname": "XYY21689-15_8.0V", "loa_m": 2.0}, "buoy"),
        ({"shipname": "BIN15086-59_7.9", "loa_m": 2.0}, "buoy"),
    ],
)
@pytest.mark.parametrize("mmsi", [BUOY, UNASSIGNED, 100_000_001, 111_111_111, 979_000_001])
def test_at_rest_a_station_without_an_mmsi_of_a_ship_is_one_by_its_hull(broadcast, kind, mmsi):
    tables = build_tracks(fixes(mmsi, [0, 600, 1200]), static(mmsi, **({"loa_m": None} | broadcast)))
    assert tables.segments["kind"].tolist() == [kind]
    assert tables.identity["kind"].tolist() == [kind]


def kind_of_sailing(mmsi, kn, hours=2.0, *, ais_class="U", report=None, **columns):
    """Kind of a station that drifts for three hours at 1 kn and then sails."""
    drift, sailing = np.arange(0, 3 * HOUR, 180), np.arange(0, hours * HOUR + 1, 180)
    east = np.append(drift * 0.514444, 3 * HOUR * 0.514444 + sailing * kn * 0.514444)
    columns = {"ais_class": ais_class, "msg_type": 0} | columns
    track = fixes(mmsi, np.append(drift, 3 * HOUR + sailing), east, **columns)
    reports = None if report is None else static(mmsi, loa_m=None, **report).assign(ais_class=None)
    tables = build_tracks(track, reports)
    (kind,) = set(tables.segments["kind"]) | set(tables.identity["kind"])
    return kind


@pytest.mark.parametrize("mmsi", [150000001, UNASSIGNED, 111_111_111, 979_000_001])
@pytest.mark.parametrize(
    ("kn", "hours", "kind"),
    [(3.0, 10.0, "buoy"), (5.8, 2.0, "buoy"), (6.2, 2.0, "ship"), (10.0, 0.8, "buoy"), (10.0, 1.2, "ship")],
)
def test_what_drifts_is_a_buoy_and_what_sails_for_an_hour_is_a_ship(mmsi, kn, hours, kind):
    assert kind_of_sailing(mmsi, kn, hours) == kind


@pytest.mark.parametrize(
    ("columns", "report", "kind"),
    [
        ({"ais_class": "A"}, None, "ship"),
        ({"ais_class": "B"}, None, "buoy"),  # a beacon that a boat carries out
        ({"msg_type": 18}, None, "buoy"),
        ({"msg_type": 3}, None, "ship"),
        ({"ais_class": "B"}, {"shipname": "HAI FA 668"}, "ship"),
        ({"ais_class": "B"}, {"shipname": "000000"}, "buoy"),
        ({"ais_class": "A"}, {"shipname": "8030-7-73%"}, "buoy"),
    ],
)
def test_a_beacon_that_is_carried_out_is_not_a_ship(columns, report, kind):
    assert kind_of_sailing(BUOY, 10.0, report=report, **columns) == kind


@pytest.mark.parametrize(
    ("mmsi", "kind"),
    [
        (111_257_001, "sar"),
        (970_123_456, "sar"),
        (972_123_456, "sar"),
        (974_123_456, "sar"),
        (993_671_234, "aton"),
        (2_570_010, "base"),
        (20_257_001, "other"),
    ],
)
def test_an_mmsi_of_another_station_is_a_ship_only_with_motion_and_a_word_of_its_own(mmsi, kind):
    assert kind_of_sailing(mmsi, 10.0) == kind
    assert kind_of_sailing(mmsi, 2.0, report={"shipname": "OCEAN STAR", "length_m": 90.0}) == kind
    assert kind_of_sailing(mmsi, 10.0, report={"shipname": "OCEAN STAR"}) == "ship"
    assert kind_of_sailing(mmsi, 10.0, ais_class="A") == "ship"


@pytest.mark.parametrize("mmsi", [982_111_234, 812_345_678, 412_000_001, -7])
def test_craft_of_a_ship_handhelds_ships_and_text_ids_are_ships_at_rest_and_under_way(mmsi):
    assert kind_of_sailing(mmsi, 0.0) == kind_of_sailing(mmsi, 10.0) == "ship"


@pytest.mark.parametrize(("kn", "kind"), [(49.0, "ship"), (55.0, "sar"), (120.0, "sar")])
def test_what_flies_is_an_aircraft_whatever_it_broadcasts(kn, kind):
    assert kind_of_sailing(111_257_001, kn, report={"shipname": "RESCUE", "length_m": 30.0}, sog=kn) == kind


@pytest.mark.parametrize("ais_class", ["base", "aton", "sar"])
def test_the_class_of_the_messages_outweighs_all_else(ais_class):
    report = {"shipname": "OCEAN STAR", "length_m": 90.0}
    assert kind_of_sailing(A, 10.0, ais_class=ais_class, report=report) == ais_class


def test_the_parts_of_type_24_are_judged_together():
    """The name comes in one report, the size in others."""
    name, *sizes = static(BUOY, 0, loa_m=None, shipname="8030-7-73%"), *(static(BUOY, t) for t in (60, 120))
    assert build_tracks(fixes(BUOY, [0, 600]), together(name, *sizes)).segments["kind"].tolist() == ["buoy"]


def test_the_class_is_that_of_the_static_reports():
    assert identity_of(static(A, 0).assign(ais_class="B"))["ais_class"].tolist() == ["B"]


def test_an_mmsi_that_another_ship_used_before_has_two_vessels():
    first, second = np.arange(0, 6 * HOUR, 300), np.arange(7 * HOUR, 13 * HOUR, 300)
    sea = together(
        fixes(A, first, 3 * np.sin(first), sog=0.1), fixes(A, second, 3e5 + 3 * np.sin(second), sog=0.1)
    )
    reports = together(static(A, HOUR, imo=9074729), static(A, 8 * HOUR, imo=8814275))
    spells = build_tracks(sea, reports).identity
    assert spells["vessel_id"].tolist() == [str(A), f"{A}/2"]
    assert not spells["shared_mmsi"].any()


def shared(other: dict) -> bool:
    """Whether the MMSI counts as shared when two static reports take turns every hour for ten hours."""
    one = {"shipname": "EAST", "imo": 9_365_661, "to_bow": 118, "to_stern": 25}
    reports = together(*(static(A, 3600.0 * k, **(one if k % 2 else one | other)) for k in range(10)))
    track = fixes(A, np.arange(0.0, 36_000.0, 180.0))
    return bool(build_tracks(track, reports).identity["shared_mmsi"].any())


@pytest.mark.parametrize(
    ("other", "expected"),
    [
        ({"to_bow": 121, "to_stern": 22, "to_port": 11, "to_starboard": 11}, False),
        ({"shipname": "WEST", "imo": 9_074_729}, True),
    ],
    ids=["two antennas", "two ships"],
)
def test_identities_that_take_turns_are_two_ships_unless_only_the_antenna_moves(
    other: dict, expected: bool
) -> None:
    assert shared(other) == expected
