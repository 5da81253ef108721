"""Berths, learnt from stops near the shore, and what they say about silences."""

import dataclasses

import numpy as np
import pandas as pd
import polars as pl
import pytest

from stsdetect.detection import find_berths, find_dark_encounters
from stsdetect.detection.berths import at_berth, near_shore, rests_moored
from stsdetect.geo.geodesy import move
from stsdetect.params import BerthParams
from stsdetect.schema import BERTHS, LOITERING
from tests.builders import PLACE, together
from tests.builders.gaps import NM, gap, loitering

SHORE = (30.10, 121.85)
"""248 m from the shore of Zhoushan island."""


def stay(mmsi: int = 5, start_h: float = 0, hours: float = 6, east_m: float = 0, **columns) -> pd.DataFrame:
    return loitering(
        mmsi, start_h, start_h + hours, (east_m / NM, 0.0), place=SHORE, **({"radius_m": 20.0} | columns)
    )


def test_two_ships_in_turn_make_a_berth() -> None:
    berths = find_berths(together(stay(5, 0), stay(6, 10, east_m=99.0)))
    assert berths[["n_visits", "n_ships", "kind"]].to_numpy().tolist() == [[2, 2, "berth"]]


def test_one_ship_again_makes_a_berth() -> None:
    berths = find_berths(together(stay(5, 0), stay(5, 10)))
    assert berths[["n_visits", "n_ships"]].to_numpy().tolist() == [[2, 1]]


@pytest.mark.parametrize(("east_m", "n"), [(99.0, 1), (101.0, 0)])
def test_stops_must_be_in_one_place(east_m: float, n: int) -> None:
    assert len(find_berths(together(stay(5, 0), stay(6, 10, east_m=east_m)))) == n


@pytest.mark.parametrize(("hours", "n"), [(12.4, 1), (12.3, 0)])
def test_one_stop_through_a_whole_tide_suffices(hours: float, n: int) -> None:
    assert len(find_berths(stay(hours=hours))) == n


@pytest.mark.parametrize(("radius_m", "n"), [(60.0, 1), (60.1, 0)])
def test_a_ship_that_swings_is_at_anchor(radius_m: float, n: int) -> None:
    assert len(find_berths(stay(hours=20, radius_m=radius_m))) == n


@pytest.mark.parametrize(("max_shore_m", "n"), [(248.0, 1), (247.0, 0)])
def test_a_ship_away_from_the_shore_is_at_anchor(max_shore_m: float, n: int) -> None:
    assert (
        len(
            find_berths(
                stay(hours=20), params=BerthParams(max_shore_m=max_shore_m, max_quay_shore_m=max_shore_m)
            )
        )
        == n
    )


@pytest.mark.parametrize(
    ("radius_m", "max_quay_shore_m", "n"), [(15.0, 248.0, 1), (15.1, 248.0, 0), (15.0, 247.0, 0)]
)
def test_a_quay_that_the_map_lacks(radius_m: float, max_quay_shore_m: float, n: int) -> None:
    far = BerthParams(max_shore_m=200.0, max_quay_shore_m=max_quay_shore_m)
    again = together(stay(5, 0, radius_m=radius_m), stay(6, 10, radius_m=radius_m))
    assert len(find_berths(again, params=far)) == n
    # One stop alone, however long, makes a berth only near the shore of the map.
    assert find_berths(stay(5, hours=20, radius_m=radius_m), params=far).empty


@pytest.mark.parametrize(("ships", "kinds"), [(3, ["anchorage"]), (2, [])])
def test_where_several_ships_lay_at_anchor_there_is_an_anchorage(ships: int, kinds: list[str]) -> None:
    at_sea = [loitering(k, 0, 6, (0.1 * k, 0.0), radius_m=300.0, mean_sog_kn=0.3) for k in range(ships)]
    found = find_berths(together(*at_sea))
    assert found["kind"].tolist() == kinds
    assert found["n_ships"].tolist() == [ships] * len(kinds)


@pytest.mark.parametrize(
    "columns", [{"radius_m": 1000.1}, {"mean_sog_kn": 0.71}, {"anchored_share": 0.49, "moored_share": 0.0}]
)
def test_ships_adrift_or_at_work_teach_no_anchorage(columns: dict) -> None:
    same = {"radius_m": 300.0, "mean_sog_kn": 0.3} | columns
    assert find_berths(together(*(loitering(k, 0, 6, **same) for k in range(5)))).empty


def test_ships_lie_along_a_berth_either_way() -> None:
    steady = {"heading_scatter_deg": 1.0}
    found = find_berths(
        together(stay(5, 0, heading_deg=10.0, **steady), stay(6, 10, heading_deg=194.0, **steady))
    )
    assert found["heading_deg"].tolist() == pytest.approx([12.0])
    swung = find_berths(together(stay(5, 0, heading_deg=10.0, heading_scatter_deg=16.0), stay(6, 10)))
    assert swung["heading_deg"].isna().all()


@pytest.mark.parametrize(("moored_share", "n"), [(0.5, 1), (0.4, 0), (None, 0)])
def test_a_quay_on_a_river_is_known_by_status(moored_share: float | None, n: int) -> None:
    nanjing = {"place": (32.09, 118.73), "radius_m": 20.0, "moored_share": moored_share}
    stops = [loitering(k, 10.0 * k, 10.0 * k + 6, **nanjing) for k in range(2)]
    assert (find_berths(together(*stops))["kind"] == "berth").sum() == n


def test_several_ships_in_turn_at_a_spot_at_sea_are_no_berth() -> None:
    # They may have served one ship that was never heard.
    at_sea = [loitering(k, 10.0 * k, 10.0 * k + 6, radius_m=20.0) for k in range(5)]
    assert find_berths(together(*at_sea))["kind"].tolist() == ["anchorage"]


def test_nothing_gives_nothing() -> None:
    pd.testing.assert_frame_equal(find_berths(LOITERING.empty()), BERTHS.empty())


def test_the_order_of_stops_does_not_matter() -> None:
    rng = np.random.default_rng(1)
    stays = together(*[stay(k, 10.0 * k, east_m=float(x)) for k, x in enumerate(rng.uniform(0, 900, 40))])
    shuffled = stays.sample(frac=1.0, random_state=3)
    pd.testing.assert_frame_equal(find_berths(stays), find_berths(shuffled))


@pytest.mark.parametrize(("east_m", "there"), [(199.0, True), (201.0, False)])
def test_at_a_berth_and_just_not(east_m: float, there: bool) -> None:
    berths = BERTHS.validate(find_berths(stay(hours=20)))
    lat, lon = move(*SHORE, east_m, 0.0)
    assert at_berth([float(lat), np.nan], [float(lon), np.nan], berths, BerthParams()).tolist() == [
        there,
        False,
    ]


@pytest.mark.parametrize(("sog_kn", "moored"), [(1.0, True), (1.1, False), (np.nan, False)])
def test_only_a_ship_at_rest_is_moored(sog_kn: float, moored: bool) -> None:
    no_berths = BERTHS.optional(None)
    assert rests_moored([SHORE[0]], [SHORE[1]], [sog_kn], no_berths, BerthParams()).tolist() == [moored]
    assert not rests_moored([PLACE[0]], [PLACE[1]], [0.0], no_berths, BerthParams()).any()


def test_positions_that_are_not_known_are_not_near_a_shore() -> None:
    assert near_shore([np.nan, SHORE[0]], [np.nan, SHORE[1]], BerthParams()).tolist() == [False, True]


def dark_of(silence: pd.DataFrame, berths: pd.DataFrame | None = None) -> int:
    """How many ships the ship of a silence of ten hours could have met: at most the one thirty miles off."""
    stop = loitering(5, 0, 10, (0.0, 30.0), place=SHORE)
    return len(find_dark_encounters(silence, stop, berths=berths))


def test_a_ship_that_falls_silent_moored_meets_nobody() -> None:
    away = (20.0, 20.0)
    assert dark_of(gap(9, 0, 10, end=away, place=SHORE, start_sog_kn=3.0)) == 1
    assert dark_of(gap(9, 0, 10, end=away, place=SHORE, start_sog_kn=0.2)) == 0
    assert dark_of(gap(9, 0, 10, end=away, place=SHORE, start_sog_kn=0.2, name_changed=True)) == 1


def test_a_ship_in_port_or_in_an_outage_meets_nobody() -> None:
    silence = gap(9, 0, 10, place=SHORE, start_sog_kn=3.0)
    assert dark_of(silence) == 1
    assert dark_of(silence.assign(in_port=True)) == 0
    assert dark_of(silence.assign(feed_outage=True)) == 0


def test_a_ship_at_a_berth_is_met_by_nobody() -> None:
    silence = gap(9, 0, 10, (20.0, 0.0), (20.0, 0.0), place=SHORE)
    moored = stay(5, 0, 10)
    assert len(find_dark_encounters(silence, moored)) == 0
    swings = stay(5, 0, 10, radius_m=100.0)
    assert len(find_dark_encounters(silence, swings)) == 1
    assert len(find_dark_encounters(silence, swings, berths=find_berths(stay(6, hours=20)))) == 0


def test_swapped_gaps_give_the_same() -> None:
    one, two = (
        gap(9, 0, 10, place=SHORE, start_sog_kn=0.1),
        gap(8, 0, 10, (3.0, 3.0), (3.0, 3.0), place=SHORE),
    )
    forward, back = (
        find_dark_encounters(g, LOITERING.empty()) for g in (together(one, two), together(two, one))
    )
    pd.testing.assert_frame_equal(forward, back)


def test_across_the_dateline() -> None:
    row = {"berth_id": "b", "lat": 0.0, "lon": 179.9995, "radius_m": 100.0, "n_visits": 2, "n_ships": 2}
    berths = BERTHS.validate(pl.DataFrame([row | {"kind": "berth"}]))
    # 0.001 degrees of longitude are 111 m.
    assert at_berth([0.0, 0.0], [-179.9995, -179.998], berths, BerthParams()).tolist() == [True, False]


def test_of_another_reach() -> None:
    row = {"berth_id": "b", "lat": 0.0, "lon": 0.0, "radius_m": 100.0, "n_visits": 2, "n_ships": 2}
    berths = BERTHS.validate(pl.DataFrame([row | {"kind": "berth"}]))
    near = dataclasses.replace(BerthParams(), reach_m=50.0)
    assert not at_berth([0.0], [0.001], berths, near).any()
