from datetime import UTC, datetime, timedelta

import pytest

from stsdetect.senses.passes import SENSORS, imagery_windows, request_box_km


def at(hour: float, day: int = 14) -> datetime:
    return datetime(2019, 8, day, tzinfo=UTC) + timedelta(hours=hour)


@pytest.mark.parametrize(("minute", "n"), [(39, 0), (40, 1), (80, 1), (81, 0)])
def test_a_window_overlaps_an_event_from_its_first_to_its_last_minute(minute: int, n: int) -> None:
    # On the meridian of Greenwich Sentinel-1 passes at 06:00, 20 minutes more or less: from 05:40 to 06:20.
    event = at(5.0) + timedelta(minutes=minute)
    assert len(imagery_windows(event, event, 0.0)) == n


@pytest.mark.parametrize(
    ("lon", "utc"), [(0.0, "06:00"), (90.0, "00:00"), (-90.0, "12:00"), (180.0, "18:00")]
)
def test_passes_follow_local_solar_time(lon: float, utc: str) -> None:
    windows = imagery_windows(at(0), at(24), lon)
    radar = [w.start + (w.end - w.start) / 2 for w in windows if w.sensor.startswith("Sentinel-1")]
    assert utc in {f"{centre:%H:%M}" for centre in radar}


def test_on_both_sides_of_the_dateline_the_passes_are_the_same() -> None:
    west, east = (imagery_windows(at(0), at(48), lon) for lon in (180.0, -180.0))
    assert west == east


def test_a_day_has_each_pass_once_in_order_of_time() -> None:
    windows = imagery_windows(at(1), at(23), 0.0)
    assert [w.sensor for w in windows] == [
        "Sentinel-1 (radar, 10 m)",
        "PlanetScope (optical, 3 m)",
        "Sentinel-2 (optical, 10 m)",
        "Sentinel-1 (radar, 10 m)",
    ]
    assert [w.start for w in windows] == sorted(w.start for w in windows)
    assert {w.remark for w in windows} == {s.remark for s in SENSORS}


def test_an_event_over_midnight_has_the_passes_of_both_days() -> None:
    windows = imagery_windows(at(17), at(31), 0.0)
    assert [f"{w.start:%d %H:%M}" for w in windows] == ["14 17:40", "15 05:40"]


def test_the_area_grows_by_twice_the_uncertainty_of_the_position() -> None:
    assert request_box_km(0.0) == 2.0
    assert request_box_km(10_000.0) == 22.0
