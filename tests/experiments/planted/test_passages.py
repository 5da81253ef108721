"""How an invented ship comes and goes."""

import numpy as np
import pytest

from stsdetect.experiments.planted.passages import _between, _eased, coming_and_going, detour_of
from stsdetect.experiments.planted.real_feed import Track, as_track
from stsdetect.geo.angles import wrap180
from stsdetect.geo.geodesy import distance_m
from tests.builders.planted_feeds import FAR_OUT, small_feed

RNG = np.random.default_rng
STEPS = np.full(10, 60.0)


def fix(time_s: float, lat: float, heading: float) -> Track:
    place = np.array([lat]), np.array([FAR_OUT[1]])
    return as_track(7, np.array([time_s]), *place, np.array([heading]), 0.0)


def beside(hours: float = 4.0) -> Track:
    """A guest at rest in the middle of the small feed, once per ten minutes."""
    start = small_feed().rests[0].time_s[0] + 8 * 3600.0
    times = start + np.arange(0.0, hours * 3600.0, 600.0)
    n = len(times)
    return as_track(7, times, np.full(n, FAR_OUT[0]), np.full(n, FAR_OUT[1]), np.full(n, 45.0), 1.0)


def test_a_passage_is_steady_and_then_slows_down() -> None:
    part = np.linspace(0.0, 1.0, 101)
    share = _eased(part, 0.4)
    assert share[0] == 0.0
    assert share[-1] == pytest.approx(1.0)
    steps = np.diff(share)
    assert np.allclose(steps[:60], 0.0125)  # 1 / (1 - 0.4 / 2) of an even speed
    assert (np.diff(steps[60:]) < 0).all()
    assert 0.0 < steps[-1] < 0.0005


@pytest.mark.parametrize("comes", [True, False])
def test_a_passage_ends_alongside_on_the_heading_there(comes: bool) -> None:
    far, near = fix(0.0, 30.0, np.nan), fix(3600.0, 30.1, 90.0)
    if not comes:
        far, near = fix(3600.0, 30.0, np.nan), fix(0.0, 30.1, 90.0)
    ends = (far, near) if comes else (near, far)
    path = _between(*ends, STEPS, RNG(0), comes=comes)
    assert np.allclose(np.diff(path.time_s), 60.0)
    assert path.time_s[0] > 0.0
    assert path.time_s[-1] < 3600.0
    close, away = (-1, 0) if comes else (0, -1)
    assert distance_m(path.lat[close], path.lon[close], 30.1, FAR_OUT[1]) < 60.0
    assert abs(wrap180(path.heading[close] - 90.0)) < 8.0
    course = 0.0 if comes else 180.0
    assert abs(wrap180(path.heading[away] - course)) < 1e-6


def test_a_guest_comes_on_a_real_leg_and_leaves_on_another() -> None:
    feed = small_feed()
    guest = beside()
    track = coming_and_going(feed, guest, feed.legs[0], feed.legs[1], RNG(2))
    assert track is not None
    assert track.mmsi == 7
    assert (np.diff(track.time_s) > 0).all()
    during = track.between(guest.time_s[0], guest.time_s[-1])
    assert len(during.time_s) == len(guest.time_s)
    assert distance_m(during.lat, during.lon, *FAR_OUT).max() < 60.0
    before = track.between(0.0, guest.time_s[0] - 46 * 60.0)
    # A real leg keeps its steps of 180 s at 10 kn, whatever way it is turned.
    moved = distance_m(before.lat[:-1], before.lon[:-1], before.lat[1:], before.lon[1:])
    assert np.allclose(np.diff(before.time_s), 180.0)
    assert np.median(moved) == pytest.approx(180.0 * 5.144, rel=0.01)
    off_course = wrap180(before.cog - before.heading)
    assert np.abs(off_course).max() < 1e-6


def test_a_detour_leaves_and_returns_to_the_place_it_left() -> None:
    feed = small_feed()
    leg, guest = feed.legs[0], beside()
    place = float(leg.lat[5]), float(leg.lon[5])
    leave, back = guest.time_s[0] - 3600.0, guest.time_s[-1] + 3600.0
    detour = detour_of(feed, leg, place, leave, back, guest, RNG(0))
    assert detour is not None
    assert leave < detour.time_s[0]
    assert detour.time_s[-1] < back
    for k in (0, -1):
        assert distance_m(detour.lat[k], detour.lon[k], *place) < 1_500.0
    ashore = detour_of(feed, leg, (30.0, 120.5), leave, back, guest, RNG(0))
    assert ashore is None
