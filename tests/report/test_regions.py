"""The circle of a meeting that nobody saw, by hand."""

import pytest

from stsdetect.report.regions import region_radius_m


@pytest.mark.parametrize(
    ("detection", "radius_m"),
    [
        ({"kind": "gap-gap", "area_km2": 1256.637}, 20_000.0),  # pi times 20 km squared
        ({"kind": "gap-gap", "area_km2": 0.0}, 1_000.0),
        ({"kind": "gap-loitering", "area_km2": 1256.637}, None),
        ({"encounter_id": "e"}, None),
        ({}, None),
    ],
)
def test_only_two_ships_in_gaps_have_a_region(detection: dict, radius_m: float | None) -> None:
    assert region_radius_m(detection) == (None if radius_m is None else pytest.approx(radius_m, rel=1e-6))
