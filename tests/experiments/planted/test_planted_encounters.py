"""Encounters planted into a small feed: who, where and when, checked on the fixes that come out."""

import numpy as np
import polars as pl
import pytest

from stsdetect.experiments.planted import KINDS, Planting, plant, read_feed
from stsdetect.experiments.planted.planted_encounters import _absorbed_at, _free_mmsi
from stsdetect.experiments.planted.planted_rows import SOURCE
from stsdetect.experiments.planted.real_feed import Track, as_track
from stsdetect.geo.geodesy import distance_m
from stsdetect.schema import STATIC
from tests.builders.planted_feeds import ANCHORED, SAILING, small_feed, small_positions

NO_STATIC = STATIC.optional(None)


@pytest.fixture(scope="module")
def planting() -> Planting:
    return plant(small_feed(), small_positions(), NO_STATIC, seed=3, per_kind=2)


def test_the_same_seed_plants_the_same_and_another_one_does_not(planting: Planting) -> None:
    again = plant(small_feed(), small_positions(), NO_STATIC, seed=3, per_kind=2)
    assert again.positions.equals(planting.positions)
    assert again.plan.equals(planting.plan)
    other = plant(small_feed(), small_positions(), NO_STATIC, seed=4, per_kind=2)
    assert not other.positions.equals(planting.positions)


def test_there_are_as_many_of_each_kind_as_asked_for(planting: Planting) -> None:
    assert planting.plan["kind"].to_list() == [kind for kind in KINDS for _ in range(2)]
    assert planting.plan["switched_off"].to_list() == [None, None, "real", "invented", None, None]


def test_real_fixes_that_no_encounter_touches_stay_as_they_were(planting: Planting) -> None:
    touched = [*planting.plan["real"]]
    real, after = (
        frame.filter(~pl.col("mmsi").is_in(touched) & (pl.col("source") != SOURCE))
        for frame in (small_positions(), planting.positions)
    )
    assert real.equals(after)


def test_no_fix_lies_outside_the_time_of_the_feed(planting: Planting) -> None:
    real, after = small_positions()["timestamp"], planting.positions["timestamp"]
    assert (after.min(), after.max()) == (real.min(), real.max())


def test_a_guest_lies_beside_its_host_for_the_hours_of_the_truth(planting: Planting) -> None:
    plan = planting.plan.row(0, named=True)
    truth = planting.truth.row(0, named=True)
    host, guest = (read_feed(planting.positions).tracks[plan[who]] for who in ("real", "invented"))
    span = truth["start_time"].timestamp(), truth["end_time"].timestamp()
    # The first and the last fix at rest come some minutes after the start and before the end.
    during = guest.between(span[0] + 600.0, span[1] - 600.0)
    assert plan["fixes_of_guest"] - 8 < len(during.time_s) <= plan["fixes_of_guest"]
    at = [np.interp(during.time_s, host.time_s, values) for values in (host.lat, host.lon)]
    # No farther than half of either hull and beam; the errors of two receivers come on top.
    most = (plan["length_m"] + plan["host_length_m"]) * (0.5 + 0.35 + 0.1) + 60.0
    assert distance_m(*at, during.lat, during.lon).max() < most
    # In the frame of the host it stays where it is, though the host turns through 120 degrees.
    away = distance_m(*at, during.lat, during.lon)
    assert np.std(away) < 25.0
    before = guest.between(0.0, span[0] - 3000.0)
    assert np.median(before.sog) == pytest.approx(10.0, abs=0.5)


def test_one_ship_of_a_half_dark_encounter_is_in_a_gap_around_it(planting: Planting) -> None:
    tracks = read_feed(planting.positions).tracks
    for row, truth in zip(
        planting.plan.iter_rows(named=True), planting.truth.iter_rows(named=True), strict=True
    ):
        if row["kind"] != "half_dark":
            continue
        off = tracks[truth["mmsi_1"]]
        start, end = truth["start_time"].timestamp(), truth["end_time"].timestamp()
        assert len(off.between(start - 1000.0, end + 1000.0).time_s) == 0
        assert off.time_s[0] < start
        assert off.time_s[-1] > end
        assert len(tracks[truth["mmsi_2"]].between(start, end).time_s) > 5


def test_a_solo_guest_rests_at_a_host_that_no_fix_shows_and_goes_on_later(planting: Planting) -> None:
    row, truth = planting.plan.row(4, named=True), planting.truth.row(4, named=True)
    assert row["real"] in SAILING
    assert truth["mmsi_2"] is None
    tracks = read_feed(planting.positions).tracks
    assert tracks.keys() <= small_feed().tracks.keys() | set(planting.plan["invented"].drop_nulls())
    ship = tracks[row["real"]]
    start, end = truth["start_time"].timestamp(), truth["end_time"].timestamp()
    during = ship.between(start + 600.0, end - 600.0)
    most = row["chain_m"] * 3.0 + row["host_length_m"] + row["length_m"] + 100.0
    assert distance_m(truth["lat"], truth["lon"], during.lat, during.lon).max() < most
    for mmsi, other in tracks.items():
        near = other.between(start, end)
        if mmsi != row["real"] and len(near.time_s):
            assert distance_m(truth["lat"], truth["lon"], near.lat, near.lon).min() > 450.0
    assert ship.between(end + 3600.0, end + 30 * 3600.0).sog.max() > 5.0


def test_nothing_is_planted_where_no_ship_rests() -> None:
    positions = small_positions().filter(pl.col("mmsi").is_in(SAILING))
    none = plant(read_feed(positions), positions, NO_STATIC, seed=1)
    assert none.plan.is_empty()
    assert none.truth.is_empty()
    assert none.positions.equals(positions)


def test_fishing_boats_neither_host_nor_visit() -> None:
    types = [{"mmsi": m, "timestamp": small_positions()["timestamp"][0], "ship_type": 30} for m in ANCHORED]
    known = STATIC.validate(pl.DataFrame(types, schema_overrides={"ship_type": pl.Int32}))
    only = plant(small_feed(), small_positions(), known, seed=1, per_kind=1)
    assert only.plan["kind"].to_list() == ["solo"]


def test_free_numbers_are_not_in_the_feed() -> None:
    feed = small_feed()
    assert _free_mmsi(feed, 3) == 412_990_003
    assert _free_mmsi(feed._replace(tracks={-5: feed.tracks[ANCHORED[0]]}), 3) == -(10**12) - 3


def test_a_late_ship_catches_up_in_an_interval_that_is_long_enough() -> None:
    hours = np.array([0.0, 1.0, 2.0, 7.0, 8.0, 20.0]) * 3600.0
    nan = np.full(6, np.nan)
    track: Track = as_track(1, hours, nan, nan, nan, 0.0)
    assert _absorbed_at(track, 0.0, 3 * 3600.0) == 2 * 3600.0
    assert _absorbed_at(track, 0.0, 5 * 3600.0) == 8 * 3600.0
    assert _absorbed_at(track, 0.0, 30 * 3600.0) == 20 * 3600.0
