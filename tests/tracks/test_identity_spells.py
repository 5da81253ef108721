"""Who a number said it was, and when it changed its mind."""

import numpy as np
import pandas as pd
import polars as pl
import pytest

from stsdetect.tracks import build_tracks
from stsdetect.tracks.identity import valid_imo
from tests.builders import fixes, static, together
from tests.tracks.real import read

A = 412000001
HOUR = 3600.0
DAY = 24 * HOUR


def who(*reports, mmsi=A):
    """IDENTITY of a number that lies at one place for two days and says this of itself."""
    t = np.arange(0, 2 * DAY, 600)
    here = fixes(mmsi, t, 3 * np.sin(t), 3 * np.cos(t), sog=0.1)
    return build_tracks(here, together(*reports)).identity


def test_the_imo_check_digit_is_the_weighted_sum_of_the_others():
    # 9x7 + 0x6 + 7x5 + 4x4 + 7x3 + 2x2 = 139, so the last digit is 9
    assert valid_imo(pl.Series([9074729, 9074728, 0, 123, None])).to_list() == [
        True,
        False,
        False,
        False,
        None,
    ]


@pytest.mark.parametrize(
    ("then", "near"), [(9074728, 9074728), (9074829, 9074829), (9074798, None), (9074729, None)]
)
def test_an_imo_number_one_digit_off_is_a_near_miss(then, near):
    spells = who(static(A, 0, imo=9074729), static(A, DAY, imo=then))
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
    spells = who(static(A, 0, **before), static(A, DAY, **after))
    assert spells["changed"].fillna("").tolist() == ["", changed]
    assert spells["n_reports"].tolist() == [1, 1]


def test_what_a_report_leaves_out_changes_nothing():
    spells = who(
        static(A, 0, shipname="HAI YU 1"), static(A, HOUR, loa_m=None), static(A, 2 * HOUR, imo=9074729)
    )
    assert len(spells) == 1
    assert spells["imo"].item() == 9074729


def test_names_that_alternate_within_a_day_are_two_ships():
    names = ["HAI YU 1", "HAI YU 2"] * 4
    spells = who(*[static(A, k * HOUR, shipname=name) for k, name in enumerate(names)])
    assert spells["n_reports"].tolist() == [4, 4]
    assert spells["shared_mmsi"].all()


def test_near_miss_a_name_corrected_once_and_back_again():
    spells = who(*[static(A, k * HOUR, shipname=name) for k, name in enumerate(["X", "Y", "X"])])
    assert not spells["shared_mmsi"].any()


@pytest.mark.parametrize(
    ("mmsi", "mid", "flag", "kind"),
    [
        (412000001, 412, "CHN", "ship"),
        (499000001, 499, None, "ship"),
        (150201655, 150, None, "buoy"),
        (2570010, 257, "NOR", "base"),
        (993671234, 367, "USA", "aton"),
    ],
)
def test_a_number_speaks_by_its_shape(mmsi, mid, flag, kind):
    row = build_tracks(fixes(mmsi, [0, 60])).identity.iloc[0]
    assert (row["mid"], row["kind"]) == (mid, kind)
    assert (row["flag"] if isinstance(row["flag"], str) else None) == flag


@pytest.mark.parametrize(
    ("said", "kind"),
    [
        ({"shipname": "BIAO 00451-82%", "loa_m": 2.0}, "buoy"),
        ({"shipname": "MIN LONG YU 6", "loa_m": 40.0}, "ship"),
        ({"shipname": "MIN LONG YU 6", "loa_m": 19.0}, "buoy"),
    ],
)
def test_a_number_nobody_is_given_is_a_ship_only_with_a_hull(said, kind):
    assert who(static(150201655, 0, **said), mmsi=150201655)["kind"].tolist() == [kind]


def test_the_class_is_that_of_the_reports():
    assert who(static(A, 0).assign(ais_class="B"))["ais_class"].tolist() == ["B"]


def test_a_number_that_was_another_ships_before_has_two_hulls():
    first, second = np.arange(0, 6 * HOUR, 300), np.arange(7 * HOUR, 13 * HOUR, 300)
    sea = together(
        fixes(A, first, 3 * np.sin(first), sog=0.1), fixes(A, second, 3e5 + 3 * np.sin(second), sog=0.1)
    )
    said = together(static(A, HOUR, imo=9074729), static(A, 8 * HOUR, imo=8814275))
    spells = build_tracks(sea, said).identity
    assert spells["vessel_id"].tolist() == [str(A), f"{A}/2"]
    assert not spells["shared_mmsi"].any()


@pytest.mark.real
def test_the_150_numbers_of_the_east_china_sea_are_out_of_pairing(shared_data):
    segments = build_tracks(read(shared_data, "east_china_sea_150mmsi_20230205/positions.parquet")).segments
    made_up = segments["mmsi"].between(150_000_000, 159_999_999)
    assert made_up.sum() > 50
    assert set(segments.loc[made_up, "kind"]) == {"buoy"}
