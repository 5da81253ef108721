"""Quays lie at the shore with water before them, and roads hold no land."""

import numpy as np
import pytest

from stsdetect.geo.geodesy import distance_m
from stsdetect.geo.land import is_land, shore_distance_m
from stsdetect.simulation.trade.fairways import NODES
from stsdetect.simulation.trade.quays import EMBARGOED_PORTS, QUAYS, ROADS, ROADS_OF, Quay, quays_for
from tests.builders.waters import land_share

UP_RIVER = {"Changshu", "Nantong", "Zhangjiagang", "Jiangyin"}
HOME = {name: q for name, q in QUAYS.items() if q.lat < 32.5 and q.port not in UP_RIVER}


@pytest.mark.parametrize("name", HOME)
def test_berths_lie_at_the_shore_and_are_reached_by_water(name: str) -> None:
    quay = QUAYS[name]
    for number in range(quay.berths):
        berth = quay.berth(number)
        assert 10.0 < shore_distance_m([berth[0]], [berth[1]])[0] < 400.0
        via = NODES[quay.via]
        assert (
            land_share([via, quay.lead_in(number, via), quay.off(number), berth, quay.off(number), via])
            == 0.0
        )


@pytest.mark.parametrize("name", [n for n, q in QUAYS.items() if q.port in UP_RIVER])
def test_berths_up_the_river_lie_within_1_5_km_of_the_fairway(name: str) -> None:
    quay = QUAYS[name]
    assert is_land([quay.lat], [quay.lon]).all()  # the bundled coast ends at Xuliujing
    assert distance_m(quay.lat, quay.lon, *NODES[quay.via]) < 8_000.0


def test_berths_are_so_far_apart_as_the_quay_says() -> None:
    quay = Quay("X", 30.0, 122.0, 90.0, 180.0, "bay", berths=3, spacing_m=200.0)
    lats, lons = zip(*(quay.berth(k) for k in range(3)), strict=True)
    assert distance_m(lats[0], lons[0], lats[1], lons[1]) == pytest.approx(200.0, abs=1.0)
    assert (lats[1], lons[1]) == pytest.approx((30.0, 122.0))
    assert quay.off(1)[0] < 30.0


@pytest.mark.parametrize("name", [n for n in ROADS if n not in ("nantong", "jiangyin")])
def test_roads_hold_no_land(name: str) -> None:
    box = ROADS[name].box
    lat, lon = np.meshgrid(
        np.linspace(box.lat_min, box.lat_max, 20), np.linspace(box.lon_min, box.lon_max, 20)
    )
    assert not is_land(lat.ravel(), lon.ravel()).any()


def test_names_fit_together() -> None:
    assert {q.via for q in QUAYS.values()} <= set(NODES)
    assert {r.via for r in ROADS.values()} <= set(NODES)
    assert set(ROADS_OF.values()) <= set(ROADS)
    assert set(ROADS_OF) <= set(NODES)
    assert {"Nampo", "Taean", "Songnim", "Haeju", "Wonsan", "Hungnam", "Chongjin", "Rajin"} == EMBARGOED_PORTS
    assert not set(quays_for("coal")) & set(quays_for("embargoed"))


def test_a_ship_comes_along_the_quay_from_the_side_she_comes_from() -> None:
    quay = Quay("X", 30.0, 122.0, 90.0, 180.0, "bay", berths=1, spacing_m=200.0)
    west, east = quay.lead_in(0, (30.0, 121.0)), quay.lead_in(0, (30.0, 123.0))
    assert west[1] < 122.0 < east[1]
    assert distance_m(*west, *east) == pytest.approx(1000.0, rel=0.01)
    assert west[0] < 30.0  # on the water
