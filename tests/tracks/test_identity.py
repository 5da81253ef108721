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


@pytest.mark.parametrize(
    ("broadcast", "kind"),
    [
        ({"shipname": "BIAO 00451-82%", "loa_m": 2.0}, "buoy"),
        ({"shipname": "MIN LONG YU 6", "loa_m": 40.0}, "ship"),
        ({"shipname": "MIN LONG YU 6", "loa_m": 19.0}, "buoy"),
    ],
)
def test_an_mmsi_that_begins_with_1_is_a_ship_only_with_a_hull(broadcast, kind):
    assert identity_of(static(150201655, 0, **broadcast), mmsi=150201655)["kind"].tolist() == [kind]


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
