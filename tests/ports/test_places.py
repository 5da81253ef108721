"""The world list of ports, and which of them a place belongs to."""

import numpy as np
import pandas as pd
import polars as pl
import pytest

from stsdetect.context import load_context
from stsdetect.geo.geodesy import distance_m, move
from stsdetect.params import PortParams
from stsdetect.ports import named_berths, nearest_port, world_ports
from stsdetect.schema import BERTHS
from tests.builders import together
from tests.builders.ports import berth


def test_the_list_is_sound() -> None:
    ports = world_ports()
    assert ports.height > 1000
    assert ports["port_id"].is_unique().all()
    assert ports["lat"].abs().max() <= 90.0
    assert ports["lon"].abs().max() <= 180.0
    assert ports["country"].str.contains(r"^[A-Z]{3}$").all()
    assert ports.null_count().transpose()["column_0"].sum() == 0


def test_the_ports_of_the_report_are_named() -> None:
    names = set(world_ports()["port_name"])
    assert {"Nampo", "Songnim", "Taean", "Haeju", "Wonsan", "Hungnam", "Chongjin", "Rajin"} <= names
    assert {"Nanjing", "Zhenjiang", "Yangzhou", "Jiangyin", "Nantong", "Zhangjiagang", "Changshu"} <= names
    assert set(load_context().ports["name"]) <= names


@pytest.mark.parametrize(
    ("name", "lat", "lon"),
    [
        ("Rotterdam", 51.95, 4.14),
        ("Singapore", 1.26, 103.83),
        ("Auckland", -36.84, 174.78),
        ("Nampo", 38.73, 125.41),
    ],
)
def test_well_known_places(name: str, lat: float, lon: float) -> None:
    found = world_ports().filter(port_name=name)
    assert distance_m(found["lat"], found["lon"], lat, lon).min() < 30_000.0


@pytest.mark.parametrize(("north_m", "name"), [(14_990.0, "Rajin"), (15_010.0, None)])
def test_a_berth_is_named_within_reach(north_m: float, name: str | None) -> None:
    rajin = world_ports().filter(port_name="Rajin").row(0, named=True)
    place = tuple(float(v) for v in move(rajin["lat"], rajin["lon"], 0.0, north_m))
    found = named_berths(berth(place), params=PortParams(name_reach_m=15_000.0))
    assert (None if found["port_name"].isna().all() else found["port_name"][0]) == name
    assert found["kind"].tolist() == ["berth"]


def test_an_anchorage_off_a_port_is_its_roads() -> None:
    found = named_berths(together(berth((30.55, 121.2), "anchorage"), berth((30.0, 124.0), "anchorage")))
    assert sorted(found["kind"]) == ["anchorage", "roads"]
    assert found["port_name"].dropna().tolist() == ["Zhapu"]


def test_unknown_positions_and_180_degrees() -> None:
    fiji = world_ports().filter(pl.col("lon").abs() > 178.0).row(0, named=True)
    row = nearest_port([np.nan, fiji["lat"]], [0.0, fiji["lon"] + 360.0], reach_m=1000.0)
    assert row[0] == -1
    assert world_ports()["port_id"][int(row[1])] == fiji["port_id"]


def test_nothing_in_nothing_out() -> None:
    pd.testing.assert_frame_equal(named_berths(BERTHS.empty()), BERTHS.empty())
