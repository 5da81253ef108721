"""Rests and legs of ships whose tracks are known by construction."""

import numpy as np
import polars as pl
import pytest

from stsdetect.experiments.planted import read_feed
from stsdetect.experiments.planted.real_feed import as_track, circle_of, in_open_water, shows_circle, spread_m
from stsdetect.schema import POSITIONS
from tests.builders import together
from tests.builders.planted_feeds import ANCHORED, SAILING, anchored, sailing, small_feed, small_positions


def feed_of(*ships):
    return read_feed(POSITIONS.validate(together(*ships)))


def test_ships_at_anchor_rest_and_ships_under_way_have_legs() -> None:
    feed = small_feed()
    assert {rest.mmsi for rest in feed.rests} == set(ANCHORED)
    assert {leg.mmsi for leg in feed.legs} == set(SAILING)
    assert all(rest.hours == pytest.approx(20.0) for rest in feed.rests)
    assert feed.undecided() == {}


def test_a_swing_tells_how_far_ahead_of_the_antenna_the_pivot_is() -> None:
    assert small_feed().reach_m == pytest.approx(dict.fromkeys(ANCHORED, 120.0), abs=1.0)
    without = [anchored(ANCHORED[0], 0.0, hours=24.0, swing_deg=200.0).assign(heading=np.nan)]
    assert feed_of(*without).reach_m[ANCHORED[0]] == pytest.approx(120.0, abs=1.0)


def test_ship_days_leave_out_intervals_of_more_than_a_day() -> None:
    early, late = anchored(1 + ANCHORED[0], 0.0, hours=12.0), anchored(1 + ANCHORED[0], 0.0, hours=12.0)
    late["timestamp"] += np.timedelta64(72, "h")
    assert feed_of(early, late).ship_days == pytest.approx(1.0)
    assert small_feed().ship_days == pytest.approx((6 * 20.0 + 10 * 23.95) / 24.0, rel=1e-3)


def test_a_rest_beside_another_ship_a_short_one_and_one_at_a_berth_are_left_out() -> None:
    assert feed_of(anchored(ANCHORED[0], 0.0), anchored(ANCHORED[1], 100.0)).rests == []
    assert feed_of(anchored(ANCHORED[0], 0.0, hours=2.0)).rests == []
    still = anchored(ANCHORED[0], 0.0, swing_deg=1.0)
    assert feed_of(still).rests == []
    assert len(feed_of(still).all_rests) == 1
    ashore = anchored(ANCHORED[0], 0.0, place=(30.0, 120.5))
    assert feed_of(ashore).rests == []


def test_what_a_feed_lacks_is_said() -> None:
    few = [anchored(mmsi, 3000.0 * k) for k, mmsi in enumerate(ANCHORED[:4])]
    assert feed_of(*few).undecided()["seen"] == "4 rests off the shore, 5 needed"
    blind = small_positions().with_columns(heading=pl.lit(None, pl.Float64))
    assert read_feed(blind).undecided() == {"solo": "0 rests off the shore with headings, 5 needed"}
    gaps = small_positions().filter(pl.col("timestamp").dt.hour() % 4 == 0)
    assert read_feed(gaps).gaps_per_ship_day > 1.0


def test_fixes_of_other_stations_and_of_one_second_are_not_ships() -> None:
    ship = anchored(ANCHORED[0], 0.0)
    base = ship.assign(mmsi=4_123_456, ais_class="base")
    twice = ship.assign(lat=ship["lat"] + 0.1)
    feed = feed_of(ship, base, twice)
    assert list(feed.tracks) == [ANCHORED[0]]
    assert len(feed.tracks[ANCHORED[0]].time_s) == len(ship)


def test_a_step_faster_than_any_ship_is_no_leg() -> None:
    jumps = sailing(SAILING[0], 0.0, hours=2.0)
    jumps.loc[10, "lat"] += 0.2
    assert feed_of(jumps).legs == []


def test_circle_and_spread_by_hand() -> None:
    angle = np.linspace(0.0, 4.0, 50)
    centre, radius, scatter = circle_of(10.0 + 80.0 * np.cos(angle), -5.0 + 80.0 * np.sin(angle))
    assert (*centre, radius, scatter) == pytest.approx((10.0, -5.0, 80.0, 0.0), abs=1e-6)
    line = as_track(1, angle * 3600.0, 30.2 + angle / 1e3, np.full(50, 122.6), np.full(50, np.nan), 1.0)
    assert not shows_circle(line)
    assert spread_m(line) == pytest.approx(0.95 * 2.0 / 1e3 * 110_900.0, rel=0.01)


def test_open_water_is_off_the_shore() -> None:
    assert in_open_water(np.array([30.2, 30.0]), np.array([122.6, 120.5])).tolist() == [True, False]
