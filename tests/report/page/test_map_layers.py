from dataclasses import replace

import numpy as np
import pytest
import shapely

from stsdetect.context import load_context
from stsdetect.geo.area import area_on_earth
from stsdetect.report.page.map_layers import (
    box_around,
    encode,
    land_rings,
    middle_longitude,
    places,
    simplify,
    track_lines,
    unwrap,
)
from tests.builders import fixes
from tests.builders.report import track


def decode(text: str) -> list[tuple[float, float]]:
    """The inverse of `encode`, written as in report.js."""
    values, value, shift = [], 0, 0
    for c in text:
        part = ord(c) - 63
        value |= (part & 31) << shift
        shift += 5
        if part < 32:
            values.append(~(value >> 1) if value & 1 else value >> 1)
            value = shift = 0
    e5 = np.cumsum(np.array(values).reshape(-1, 2), axis=0)
    return [(lat / 1e5, lon / 1e5) for lat, lon in e5.tolist()]


def test_polyline_round_trip_beyond_180() -> None:
    rng = np.random.default_rng(1)
    lat, lon = rng.uniform(-89, 89, 200).round(5), rng.uniform(-360, 360, 200).round(5)
    assert np.array(decode(encode(lat, lon))) == pytest.approx(np.stack([lat, lon], axis=1))


def test_longitudes_run_on_across_the_dateline() -> None:
    lon = np.array([179.5, -179.5, -178.0])
    middle = middle_longitude(lon)
    assert np.ptp(unwrap(lon, middle)) == pytest.approx(2.5)
    west, _, east, _ = box_around([0, 0, 0], lon, middle, 0.1) or (0, 0, 0, 0)
    assert east - west == pytest.approx(2.7)


def test_a_track_is_broken_where_the_ship_was_not_received() -> None:
    sailed = track(fixes(1, [0, 600, 9000, 9600], [0.0, 500.0, 900.0, 1500.0]))
    lines = track_lines(sailed, 122.0)
    assert [len(decode(line)) for line in lines["received"]] == [2, 2]
    assert [len(decode(line)) for line in lines["gaps"]] == [2]
    assert decode(lines["gaps"][0])[0] == decode(lines["received"][0])[1]


def test_a_ship_without_fixes_has_no_lines() -> None:
    assert track_lines(track(fixes(1, [])), 0.0) == {"received": [], "gaps": []}
    assert box_around([], [], 0.0, 1.0) is None


@pytest.mark.parametrize(("off_m", "vertices"), [(29.0, 2), (31.0, 3)])
def test_simplified_to_thirty_metres(off_m: float, vertices: int) -> None:
    sailed = track(fixes(1, [0, 60, 120], [0.0, 500.0, 1000.0], [0.0, off_m, 0.0]))
    assert len(simplify(sailed.lat, sailed.lon, 30.0)[0]) == vertices


def test_land_of_the_bundled_coast() -> None:
    rings = land_rings((121.9, 29.9, 122.3, 30.2))  # Zhoushan
    assert rings
    assert all(decode(ring)[0] == decode(ring)[-1] for polygon in rings for ring in polygon)
    assert land_rings((124.0, 30.0, 124.1, 30.2)) == []


def test_a_place_across_180_degrees_is_drawn_in_one_piece() -> None:
    context = load_context()
    shape = area_on_earth(shapely.box(179.9, -0.1, 180.2, 0.1))
    ports = context.ports.iloc[:1].set_geometry([shape], crs=4326)
    (port,) = places(replace(context, ports=ports), 180.0, (179.0, -1.0, 181.0, 1.0))
    lon = [lon for ring in port["rings"] for _, lon in decode(ring)]
    assert (min(lon), max(lon)) == (179.9, 180.2)


def test_no_context_no_places() -> None:
    assert places(None, 0.0, (0, 0, 1, 1)) == []
