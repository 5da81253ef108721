"""Hulls that do not leave their place and serve many."""

from __future__ import annotations

import pytest

from stsdetect.cargo.sides.platforms import find_platforms
from stsdetect.schema import PLATFORMS
from tests.builders import PLACE
from tests.builders.cargo import event, event_tables, segment, segments

HULL = 412_000_099


def platforms(n: int, *, every_h: float = 20.0, p: float = 1.0, tracks=None):
    barges = [412_000_100 + k for k in range(n)]
    events = [
        event(f"e{k}", HULL, b, every_h * k, every_h * k + 8, p_contact=p) for k, b in enumerate(barges)
    ]
    shown, features = event_tables(*events)
    return find_platforms(shown, features, segments(segment(HULL, 0, 500)) if tracks is None else tracks)


def test_a_hull_that_served_four_in_days_is_a_platform() -> None:
    row = platforms(4).row(0, named=True)
    assert (row["mmsi"], row["n_served"], row["n_events"]) == (HULL, 4, 4)
    assert row["radius_m"] == pytest.approx(0.0, abs=1.0)
    assert (row["lat"], row["lon"]) == PLACE


def test_too_few_too_soon_or_too_doubtful_is_none() -> None:
    assert platforms(3).is_empty()
    assert platforms(4, every_h=10.0).is_empty()  # 38 h
    assert platforms(4, p=0.49).is_empty()


def test_a_hull_that_sailed_between_its_events_is_none() -> None:
    away = segments(segment(HULL, 0, 30, end_lat=PLACE[0] + 0.1), segment(HULL, 31, 500))
    assert platforms(4, tracks=away).is_empty()
    afterwards = segments(segment(HULL, 0, 500, end_lat=PLACE[0] + 0.1))
    assert platforms(4, tracks=afterwards).height == 1


def test_nothing_in_nothing_out() -> None:
    found = platforms(0)
    assert found.columns == PLATFORMS.names
    assert found.is_empty()
