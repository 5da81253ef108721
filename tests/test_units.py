"""Units."""

from stsdetect import units


def test_a_knot_is_a_nautical_mile_per_hour() -> None:
    assert units.KN_TO_MPS == 1852.0 / 3600.0
    assert units.S_PER_DAY == 24 * units.S_PER_H == 24 * 60 * units.S_PER_MIN
    assert units.MS_PER_H == units.S_PER_H * units.MS_PER_S


def test_wgs84_has_its_polar_radius() -> None:
    assert abs(units.WGS84_A_M * (1.0 - units.WGS84_F) - 6_356_752.3142) < 1e-3
