"""Tracks that no ship sailed, and near misses that are left alone."""

import numpy as np

from stsdetect.schema import POINTS, SEGMENTS
from stsdetect.tracks import Tracks, build_tracks, pairable
from tests.builders import at, fixes, together
from tests.builders.tracks import MPS, SHIP, anchored, circle, quarantined, sail, sizes, weave


def n_pairable(tracks: Tracks) -> int:
    return pairable(POINTS.validate(tracks.points), SEGMENTS.validate(tracks.segments)).height


def test_jump_away_for_an_hour_and_return():
    t = np.arange(0, 10800, 60)
    track = sail(t)
    away = (t >= 3600) & (t < 7200)
    track.loc[away, "lat"] += 0.3
    tracks = build_tracks(track)
    assert sizes(tracks) == [60, 120]
    assert quarantined(tracks) == ["displaced"]
    jumped = tracks.segments[tracks.segments["quarantined"]].iloc[0]
    assert (jumped["start_time"], jumped["end_time"]) == (at(3600), at(7140))
    assert n_pairable(tracks) == 120


def test_near_miss_another_ship_received_while_the_first_is_in_a_gap():
    first = sail(np.r_[np.arange(0, 3600, 60), np.arange(14400, 18000, 60)])
    tracks = build_tracks(together(first, sail(np.arange(7200, 10800, 60), start=(0, 9e4))))
    assert sizes(tracks) == [60, 120]
    assert quarantined(tracks) == []


def test_a_few_fixes_far_away_among_many_are_not_two_ships():
    t, few = np.arange(0, 14400, 30), np.arange(10, 14400, 600)
    assert quarantined(build_tracks(together(anchored(t), anchored(few, 0, 6e4)))) == ["two_places"]
    assert quarantined(build_tracks(together(anchored(t), anchored(few, 0, 1e4)))) == []
    assert quarantined(build_tracks(together(anchored(t), anchored(t[::4] + 10, 0, 6e4)))) == []


def test_a_circle_at_twenty_knots():
    track = together(circle(np.arange(0, 7200, 20), 1000, 611, 20.0), sail(np.arange(14400, 18000, 60)))
    tracks = build_tracks(track)
    assert quarantined(tracks) == ["circle"]
    assert tracks.segments.loc[tracks.segments["quarantined"], "n_points"].item() == 360


def test_fixes_that_jump_about_on_a_ring():
    rng = np.random.default_rng(1)
    t, angle = np.arange(0, 3600, 30), rng.uniform(0, 2 * np.pi, 120)
    tracks = build_tracks(
        fixes(SHIP, t, 250 * np.sin(angle), 250 * np.cos(angle), sog=rng.uniform(20, 31, 120))
    )
    assert n_pairable(tracks) == 0
    assert set(quarantined(tracks)) == {"circle"}


def test_near_misses_of_a_circle():
    round_turn = circle(np.arange(0, 3600, 20), 500, 611, 10.0, turns=1)
    swinging = circle(np.arange(0, 86400, 180), 150, 44700, 0.2)
    for track in (round_turn, swinging):
        assert quarantined(build_tracks(track)) == []


def test_a_copy_of_the_track_with_an_offset():
    t = np.arange(0, 14400, 30)
    tracks = build_tracks(together(weave(t), weave(t[::2] + 10, east=3000, north=-2000)))
    assert quarantined(tracks) == ["offset_copy"]
    assert sizes(tracks) == [240, 480]


def test_near_miss_a_second_ship_that_follows_the_first():
    t = np.arange(0, 14400, 30)
    follower = weave(t[::2] + 10, east=3000, sog=9.5)
    assert quarantined(build_tracks(together(weave(t), follower))) == []


def test_frozen_position():
    t = np.arange(0, 7200, 60)
    frozen = fixes(SHIP, t, sog=11.0)
    tracks = build_tracks(together(frozen, sail(np.arange(7200, 10800, 60))))
    assert quarantined(tracks) == ["frozen"]
    assert quarantined(build_tracks(fixes(SHIP, t, sog=0.0))) == []
    assert quarantined(build_tracks(fixes(SHIP, t[:50], sog=11.0))) == []


def test_sailing_over_land():
    inland = (30.85, 119.9)  # west of Huzhou
    t = np.arange(0, 3600, 60)
    fast = fixes(SHIP, t, t * 20 * MPS, place=inland, sog=20.0)
    barge = fixes(SHIP, t, t * 8 * MPS, place=inland, sog=8.0)
    assert quarantined(build_tracks(fast)) == ["on_land"]
    assert quarantined(build_tracks(barge)) == []


def test_a_last_fix_far_away_is_unconfirmed():
    track = sail(np.arange(0, 3600, 60))
    track.loc[59, "lat"] += 2
    tracks = build_tracks(track)
    assert quarantined(tracks) == ["unconfirmed"]


def crowd(n, t, *, first=412000100, spread_m=0.0) -> list:
    return [anchored(t, spread_m * k, mmsi=first + k) for k in range(n)]


def test_more_ships_at_one_point_than_have_room_are_a_crowd():
    tracks = build_tracks(together(*crowd(31, np.arange(0, 7200, 600))))
    assert set(quarantined(tracks)) == {"crowd"}
    assert len(quarantined(tracks)) == 31
    assert n_pairable(tracks) == 0


def test_near_misses_thirty_ships_at_one_point_and_a_raft_of_twelve_boats():
    t = np.arange(0, 7200, 600)
    assert quarantined(build_tracks(together(*crowd(30, t)))) == []
    assert quarantined(build_tracks(together(*crowd(12, t, spread_m=6.0)))) == []


def test_a_ship_keeps_the_track_before_and_after_a_crowd():
    """Ships swing on 200 m of chain; for two hours their receivers show one point."""
    t = np.arange(0, 6 * 3600, 600)
    held = (t >= 7200) & (t < 14400)
    ship = anchored(t, np.where(held, 0.0, 200.0 * np.cos(t / 600.0 * np.pi / 2.0)), mmsi=SHIP)
    others = [anchored(t[held], mmsi=412000100 + k) for k in range(40)]
    tracks = build_tracks(together(ship, *others))
    own = tracks.segments[tracks.segments["mmsi"] == SHIP]
    assert own["quarantine_reason"].fillna("").tolist() == ["", "crowd", ""]
    assert own["n_points"].tolist() == [12, 12, 12]


def test_a_number_that_many_ships_use_at_once_is_quarantined_and_said():
    rng = np.random.default_rng(0)
    t = np.arange(0, 2 * 3600, 300)
    ships = [anchored(t + k, *rng.uniform(-1e5, 1e5, 2), mmsi=SHIP) for k in range(40)]
    tracks = build_tracks(together(*ships, anchored(t, 0.0, 3e5, mmsi=412000009)))
    assert quarantined(tracks) == ["many_ships"]
    assert len(tracks.points) == 41 * len(t)
    assert n_pairable(tracks) == len(t)
    assert tracks.identity.set_index("mmsi")["shared_mmsi"].to_dict() == {SHIP: True, 412000009: False}


def test_near_miss_a_dozen_ships_on_one_number_are_told_apart():
    rng = np.random.default_rng(0)
    t = np.arange(0, 2 * 3600, 300)
    ships = [anchored(t + k, *rng.uniform(-1e5, 1e5, 2), mmsi=SHIP) for k in range(12)]
    tracks = build_tracks(together(*ships))
    assert quarantined(tracks) == []
    assert sizes(tracks) == [len(t)] * 12


def test_a_number_is_quarantined_only_on_the_days_on_which_many_ships_use_it():
    rng = np.random.default_rng(0)
    t, later = np.arange(0, 3600, 300), np.arange(5 * 86400, 5 * 86400 + 7200, 60)
    ships = [anchored(t + k, *rng.uniform(-1e5, 1e5, 2), mmsi=SHIP) for k in range(40)]
    tracks = build_tracks(together(*ships, anchored(later, mmsi=SHIP)))
    assert sizes(tracks) == [len(later), 40 * len(t)]
    assert tracks.segments.sort_values("start_time")["quarantine_reason"].fillna("").tolist() == [
        "many_ships",
        "",
    ]


def test_near_miss_a_jammed_receiver_jumps_about_beside_its_own_track():
    """Every second fix of an hour is anywhere: they are spikes, and the ship keeps its track."""
    rng = np.random.default_rng(0)
    t = np.arange(0, 4 * 3600, 10)
    track = anchored(t, mmsi=SHIP)
    jumps = (t >= 7200) & (t < 10800) & (np.arange(len(t)) % 2 == 1)
    track.loc[jumps, "lat"] += rng.uniform(0.2, 2.0, jumps.sum())
    assert "many_ships" not in quarantined(build_tracks(track))
