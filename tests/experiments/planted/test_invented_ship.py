"""Where an invented ship lies and what it broadcasts, by hand."""

import numpy as np
import pytest

from stsdetect.experiments.planted.invented_ship import (
    Alongside,
    Hull,
    Instruments,
    broadcast,
    draw_alongside,
    draw_hull,
    draw_hull_of_reach,
    draw_instruments,
    guest_antenna_m,
    heading_of,
    host_bow_m,
    reporting_times,
    turned,
    wandering,
)
from stsdetect.experiments.planted.real_feed import as_track
from stsdetect.geo.angles import wrap180
from stsdetect.geo.geodesy import distance_m
from tests.builders.planted_feeds import small_feed

RNG = np.random.default_rng
HOURS = np.arange(0.0, 12 * 3600.0, 300.0)


def test_draws_stay_in_their_ranges() -> None:
    for seed in range(50):
        rng = RNG(seed)
        hull = draw_hull(rng)
        assert 50.0 <= hull.length_m <= 250.0
        assert abs(hull.antenna_forward_m) < hull.length_m / 2.0
        assert abs(hull.antenna_starboard_m) < hull.beam_m / 2.0
        lies = draw_alongside(rng, hull, hull)
        assert 0.3 <= lies.gap_m <= 8.0
        assert abs(lies.ahead_m) <= 0.35 * hull.length_m
        reach = draw_hull_of_reach(rng, 150.0)
        assert 52.5 <= reach.length_m / 2.0 - reach.antenna_forward_m <= 150.0
        assert draw_hull_of_reach(rng, 600.0).length_m <= 340.0
        assert 1.0 <= draw_instruments(rng).position_m <= 8.0


@pytest.mark.parametrize(("opposite", "bow"), [(False, 30.0), (True, -30.0)])
def test_a_guest_lies_beside_its_host_and_turns_with_it(opposite: bool, bow: float) -> None:
    host, guest = Hull(200.0, 30.0, 0.0, 0.0), Hull(100.0, 16.0, 30.0, 0.0)
    lies = Alongside(gap_m=2.0, side=-1.0, ahead_m=0.0, opposite=opposite, yaw_deg=0.0)
    heading = np.linspace(0.0, 300.0, len(HOURS))
    east, north, own = guest_antenna_m(host, guest, lies, heading, RNG(0), HOURS)
    sin, cos = np.sin(np.radians(heading)), np.cos(np.radians(heading))
    forward, starboard = east * sin + north * cos, east * cos - north * sin
    assert np.median(starboard) == pytest.approx(-25.0, abs=1.5)  # two half beams and the fenders, to port
    assert np.median(forward) == pytest.approx(bow, abs=1.5)
    turned_by = wrap180(own - heading - (180.0 if opposite else 0.0))
    assert np.abs(turned_by).max() < 5.0


def test_turned_is_forward_and_starboard_of_a_heading() -> None:
    assert np.allclose(turned(10.0, 2.0, np.array([0.0, 90.0, 180.0])), [[2, 10, -2], [10, -2, -10]])


def test_a_wandering_value_forgets_and_keeps_its_spread() -> None:
    value = wandering(RNG(1), np.arange(0.0, 4e6, 600.0), 3.0, 1200.0)
    assert value.std() == pytest.approx(3.0, rel=0.1)
    assert np.corrcoef(value[:-1], value[1:])[0, 1] == pytest.approx(np.exp(-0.5), abs=0.05)


def test_the_bow_is_a_chain_away_from_the_anchor_and_points_to_it() -> None:
    heading = 40.0 + 60.0 * np.sin(HOURS / 7000.0)
    east, north, drawn = host_bow_m(HOURS, heading, RNG(3))
    away = np.hypot(east, north)
    assert np.median(away) == pytest.approx(drawn["chain_m"], rel=0.5)
    towards = np.degrees(np.arctan2(-east, -north))
    assert np.abs(np.median(wrap180(towards - heading))) < 15.0


def test_a_real_heading_is_followed_and_a_circle_of_positions_shows_it_too() -> None:
    rest = small_feed().rests[0]
    times = rest.time_s[10:-10]
    true = rest.heading[10:-10]
    followed, source = heading_of(rest, times, RNG(0))
    assert source == "headings"
    assert np.abs(wrap180(followed - true)).max() < 1e-6
    blind = rest._replace(heading=np.full(len(rest.time_s), np.nan))
    seen, source = heading_of(blind, times, RNG(0))
    assert source == "circle"
    assert np.median(np.abs(wrap180(seen - true))) < 3.0
    still = blind._replace(lat=np.full(len(rest.time_s), 30.2), lon=np.full(len(rest.time_s), 122.6))
    drawn, source = heading_of(still, times, RNG(0))
    assert source == "drawn"
    assert np.std(np.unwrap(np.radians(drawn))) < np.radians(20.0)


def test_reporting_times_are_those_of_a_real_ship_moved_by_minutes() -> None:
    rests = small_feed().rests
    start, end = rests[0].time_s[0] + 7200.0, rests[0].time_s[0] + 5 * 3600.0
    times = reporting_times(rests, start, end, RNG(0))
    assert np.allclose(np.diff(times), 180.0)
    assert start < times[0] < start + 800.0
    assert times[-1] < end
    # Of other days: the intervals of a real rest, again and again.
    later = reporting_times(rests, start + 1e6, start + 1e6 + 30 * 3600.0, RNG(0))
    assert np.allclose(np.diff(later), 180.0)
    assert len(later) == pytest.approx(600, abs=2)


def test_a_broadcast_has_errors_is_rounded_and_lacks_what_is_not_sent() -> None:
    true = as_track(1, HOURS, np.full(144, 30.2), np.full(144, 122.6), np.full(144, 359.7), 1.0)
    exact = Instruments(1e-9, 1e-9, 0.0, 0.0)
    sent = broadcast(true, exact, RNG(0), at_rest=True, with_sog=True, with_cog=False, with_heading=True)
    assert distance_m(sent.lat, sent.lon, 30.2, 122.6).max() < 0.2
    assert (sent.heading == 0.0).all()
    assert np.isnan(sent.cog).all()
    assert sent.sog.max() < 0.6
    poor = Instruments(5.0, 1.0, 2.0, 0.0)
    sent = broadcast(true, poor, RNG(0), at_rest=True, with_sog=False, with_cog=True, with_heading=True)
    assert 2.0 < np.median(distance_m(sent.lat, sent.lon, 30.2, 122.6)) < 12.0
    assert (sent.heading == 2.0).all()
    assert np.isnan(sent.sog).all()
