"""Dirty tracks written by hand: each comes out right, and its near miss is left alone."""

import numpy as np
import pandas as pd
import pytest

from stsdetect.params import TrackParams
from stsdetect.tracks import QualityFlag, build_tracks, link_vessels, pairable
from tests.builders import at, fixes, static, together

MPS = 0.514444
A, B = 412000001, 412000002


def sail(t, sog=10.0, course=90.0, *, mmsi=A, start=(0.0, 0.0), **columns):
    """A straight course; `start` is east and north at second 0 [m]."""
    t = np.asarray(t, dtype=float)
    way, c = t * sog * MPS, np.deg2rad(course)
    columns = {"sog": sog, "cog": course, **columns}
    return fixes(mmsi, t, start[0] + way * np.sin(c), start[1] + way * np.cos(c), **columns)


def anchored(t, east=0.0, north=0.0, *, mmsi=A, **columns):
    """At anchor, with an error of some metres that no two fixes share."""
    t = np.asarray(t, dtype=float)
    return fixes(mmsi, t, east + 3 * np.sin(t), north + 3 * np.cos(1.7 * t), **{"sog": 0.1, **columns})


def weave(t, mmsi=A, east=0.0, north=0.0, sog=10.0):
    """Sailing on a winding course: 10 kn east, 1.5 km to either side every hour."""
    t = np.asarray(t, dtype=float)
    return fixes(mmsi, t, east + t * sog * MPS, north + 1500 * np.sin(2 * np.pi * t / 3600), sog=sog)


def reasons(tracks):
    return dict(zip(tracks.rejects["reason"], tracks.rejects["count"], strict=True))


def quarantined(tracks):
    return tracks.segments.loc[tracks.segments["quarantined"], "quarantine_reason"].tolist()


def sizes(tracks):
    return sorted(tracks.segments["n_points"])


def test_shared_mmsi_far_apart():
    tracks = build_tracks(
        together(sail(np.arange(0, 3600, 60)), sail(np.arange(5, 3600, 70), start=(0, 9e4)))
    )
    assert sizes(tracks) == [52, 60]
    assert not tracks.segments["quarantined"].any()
    assert tracks.segments["vessel_id"].nunique() == 2
    assert tracks.identity["shared_mmsi"].all()
    assert tracks.rejects.empty


def test_shared_mmsi_a_kilometre_apart():
    tracks = build_tracks(
        together(anchored(np.arange(0, 14400, 180)), anchored(np.arange(90, 14400, 180), 1000))
    )
    assert sizes(tracks) == [80, 80]
    assert not tracks.segments["quarantined"].any()
    assert tracks.identity["shared_mmsi"].all()


def test_near_miss_two_antennas_on_one_hull():
    tracks = build_tracks(
        together(anchored(np.arange(0, 14400, 180)), anchored(np.arange(90, 14400, 180), 100))
    )
    assert sizes(tracks) == [160]
    assert not tracks.identity["shared_mmsi"].any()


@pytest.mark.parametrize("bad", [[30], [30, 31], [30, 31, 32, 33, 34]], ids=["one", "pair", "five"])
def test_spikes_are_rejected_and_the_good_fix_after_them_stays(bad):
    track = sail(np.arange(0, 3600, 60))
    track.loc[bad, "lat"] += 0.05
    tracks = build_tracks(track)
    assert reasons(tracks) == {"spike": len(bad)}
    assert sizes(tracks) == [60 - len(bad)]
    assert at(60 * (bad[-1] + 1)) in set(tracks.points["timestamp"])


def test_two_spikes_to_different_places():
    track = sail(np.arange(0, 3600, 60))
    track.loc[20, "lat"] += 3
    track.loc[21, "lon"] -= 5
    assert reasons(build_tracks(track)) == {"spike": 2}


def test_near_miss_a_fix_within_a_turn():
    track = sail(np.arange(0, 3600, 60))
    track.loc[30, "lat"] += 200 / 111_000
    tracks = build_tracks(track)
    assert tracks.rejects.empty
    assert len(tracks.points) == 60


def test_teleport_and_stay_is_two_tracks_of_two_hulls():
    tracks = build_tracks(
        together(sail(np.arange(0, 3600, 60)), sail(np.arange(3600, 7200, 60), start=(2e5, 0)))
    )
    assert sizes(tracks) == [60, 60]
    assert tracks.segments["vessel_id"].nunique() == 2
    assert not tracks.segments["quarantined"].any()
    assert not tracks.identity["shared_mmsi"].any()


def test_near_miss_the_same_way_with_time_to_sail_it():
    tracks = build_tracks(together(sail(np.arange(0, 3600, 60)), sail(np.arange(40000, 43600, 60))))
    assert sizes(tracks) == [120]


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
    assert len(pairable(tracks.points, tracks.segments)) == 120


def test_near_miss_another_ship_heard_while_the_first_is_silent():
    first = sail(np.r_[np.arange(0, 3600, 60), np.arange(14400, 18000, 60)])
    tracks = build_tracks(together(first, sail(np.arange(7200, 10800, 60), start=(0, 9e4))))
    assert sizes(tracks) == [60, 120]
    assert quarantined(tracks) == []


def test_a_few_fixes_far_away_among_many_are_not_two_ships():
    t, few = np.arange(0, 14400, 30), np.arange(10, 14400, 600)
    assert quarantined(build_tracks(together(anchored(t), anchored(few, 0, 6e4)))) == ["two_places"]
    assert quarantined(build_tracks(together(anchored(t), anchored(few, 0, 1e4)))) == []
    assert quarantined(build_tracks(together(anchored(t), anchored(t[::4] + 10, 0, 6e4)))) == []


def test_a_feed_ten_minutes_late():
    t = np.arange(0, 10800, 20)
    late = weave(t[::5] + 3.0).assign(timestamp=lambda f: f["timestamp"] + pd.Timedelta(seconds=600))
    tracks = build_tracks(together(weave(t), late))
    assert reasons(tracks) == {"wrong_time": (late["timestamp"] < at(10780)).sum()}
    assert sizes(tracks) == [6, len(t)]  # nothing to hold the last six against


def test_a_clock_in_local_time():
    t = np.arange(0, 36000, 60)
    wrong = weave(t[::4] + 3.0).assign(timestamp=lambda f: f["timestamp"] + pd.Timedelta(hours=8))
    tracks = build_tracks(together(weave(t), wrong))
    assert reasons(tracks) == {"wrong_time": len(wrong)}
    assert sizes(tracks) == [len(t)]


def test_near_miss_time_stamps_that_wander_by_twenty_seconds():
    t = np.arange(0, 10800, 60)
    jitter = 20 * np.abs(np.sin(np.arange(len(t))))
    track = weave(t).assign(timestamp=lambda f: f["timestamp"] + pd.to_timedelta(jitter.round(), unit="s"))
    tracks = build_tracks(track)
    assert tracks.rejects.empty
    assert sizes(tracks) == [len(t)]


def test_delayed_copies_word_for_word():
    track = sail(np.arange(0, 3600, 60))
    copy = track.iloc[[10, 20]].assign(timestamp=lambda f: f["timestamp"] + pd.Timedelta(seconds=150))
    assert reasons(build_tracks(together(track, copy))) == {"stale": 2}
    soon = track.iloc[[10, 20]].assign(timestamp=lambda f: f["timestamp"] + pd.Timedelta(seconds=20))
    assert reasons(build_tracks(together(track, soon))) == {}


def test_two_ships_swap_their_numbers_at_sea():
    before, after = np.arange(0, 7200, 60), np.arange(7200, 14400, 60)
    sea = together(
        sail(before, mmsi=A), sail(before, 12, mmsi=B, start=(0, 6e4)),
        sail(after, mmsi=B), sail(after, 12, mmsi=A, start=(0, 6e4)),
    )  # fmt: skip
    tracks = build_tracks(sea)
    assert len(tracks.segments) == 4
    links = link_vessels(tracks.segments, tracks.identity)
    table = tracks.segments.drop(columns="vessel_id").merge(links, on="segment_id")
    north = table["start_lat"] > 30.5
    assert table.loc[north, "vessel_id"].nunique() == table.loc[~north, "vessel_id"].nunique() == 1
    assert table["vessel_id"].nunique() == 2
    assert table["vessel_evidence"].str.contains("changed places").sum() == 2


def test_near_miss_one_number_ends_where_another_begins():
    sea = together(sail(np.arange(0, 7200, 60)), sail(np.arange(7200, 14400, 60), mmsi=B))
    tracks = build_tracks(sea)
    links = link_vessels(tracks.segments, tracks.identity)
    assert links["vessel_id"].nunique() == 2
    assert links["vessel_evidence"].isna().all()


@pytest.mark.parametrize(
    ("said_a", "said_b", "joined"),
    [
        ({"imo": 9074729, "loa_m": None}, {"imo": 9074729, "loa_m": None}, True),
        ({"imo": 9074729, "loa_m": None}, {"imo": 9074717, "loa_m": None}, False),
        ({"imo": 8814881, "loa_m": None}, {"imo": 8814881, "loa_m": None}, False),  # fails its check digit
        ({"loa_m": 100.0}, {"loa_m": 100.0}, True),
        ({"loa_m": 100.0}, {"loa_m": 105.0}, False),
        ({"loa_m": 18.0}, {"loa_m": 18.0}, False),  # a small craft's size is no evidence
    ],
)
def test_a_hull_that_changes_its_number(said_a, said_b, joined):
    sea = together(sail(np.arange(0, 7200, 60)), sail(np.arange(7260, 14400, 60), mmsi=B))
    tracks = build_tracks(sea, together(static(A, 60, **said_a), static(B, 7300, **said_b)))
    links = link_vessels(tracks.segments, tracks.identity)
    assert len(links["vessel_id"].unique()) == (1 if joined else 2)
    assert links["vessel_evidence"].notna().any() == joined


def test_one_imo_number_on_two_numbers_at_once_is_named_and_not_joined():
    t = np.arange(0, 7200, 60)
    sea = together(sail(t), sail(t, mmsi=B, start=(0, 3e4)))
    tracks = build_tracks(sea, together(static(A, 60, imo=9074729), static(B, 60, imo=9074729)))
    links = link_vessels(tracks.segments, tracks.identity)
    assert links["vessel_id"].nunique() == 2
    assert links["vessel_evidence"].str.contains("not joined").all()


def circle(t, radius_m, round_s, sog, turns=None):
    t = np.asarray(t, dtype=float)
    angle = 2 * np.pi * t / round_s
    if turns is not None:
        angle = np.minimum(angle, 2 * np.pi * turns)
    return fixes(A, t, radius_m * np.sin(angle), radius_m * np.cos(angle), sog=sog)


def test_a_circle_at_twenty_knots():
    track = together(circle(np.arange(0, 7200, 20), 1000, 611, 20.0), sail(np.arange(14400, 18000, 60)))
    tracks = build_tracks(track)
    assert quarantined(tracks) == ["circle"]
    assert tracks.segments.loc[tracks.segments["quarantined"], "n_points"].item() == 360


def test_fixes_that_jump_about_on_a_ring():
    rng = np.random.default_rng(1)
    t, angle = np.arange(0, 3600, 30), rng.uniform(0, 2 * np.pi, 120)
    tracks = build_tracks(fixes(A, t, 250 * np.sin(angle), 250 * np.cos(angle), sog=rng.uniform(20, 31, 120)))
    assert pairable(tracks.points, tracks.segments).empty
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


def test_near_miss_a_second_ship_in_company():
    t = np.arange(0, 14400, 30)
    follower = weave(t[::2] + 10, east=3000, sog=9.5)
    assert quarantined(build_tracks(together(weave(t), follower))) == []


def test_frozen_position():
    t = np.arange(0, 7200, 60)
    frozen = fixes(A, t, sog=11.0)
    tracks = build_tracks(together(frozen, sail(np.arange(7200, 10800, 60))))
    assert quarantined(tracks) == ["frozen"]
    assert quarantined(build_tracks(fixes(A, t, sog=0.0))) == []
    assert quarantined(build_tracks(fixes(A, t[:50], sog=11.0))) == []


def test_sailing_over_land():
    inland = (30.85, 119.9)  # west of Huzhou
    t = np.arange(0, 3600, 60)
    fast = fixes(A, t, t * 20 * MPS, place=inland, sog=20.0)
    barge = fixes(A, t, t * 8 * MPS, place=inland, sog=8.0)
    assert quarantined(build_tracks(fast)) == ["on_land"]
    assert quarantined(build_tracks(barge)) == []


def test_a_last_fix_far_away_is_unconfirmed():
    track = sail(np.arange(0, 3600, 60))
    track.loc[59, "lat"] += 2
    tracks = build_tracks(track)
    assert quarantined(tracks) == ["unconfirmed"]


def test_no_position_and_no_clock():
    track = sail(np.arange(0, 3600, 60))
    track.loc[3, ["lat", "lon"]] = [91.0, 181.0]
    track.loc[4, ["lat", "lon"]] = 0.0
    track.loc[5, "timestamp"] = pd.Timestamp("1980-01-06T00:00:03Z")
    assert reasons(build_tracks(track)) == {"no_position": 2, "bad_time": 1}


def test_sentinels_become_null():
    tracks = build_tracks(sail(np.arange(0, 600, 60), sog=10.0, heading=511.0).assign(cog=360.0))
    assert tracks.points["heading"].isna().all()
    assert (tracks.points["quality_flags"] & QualityFlag.SENTINEL != 0).all()


def test_coarse_fixes_stay_in_the_track_and_are_flagged():
    t = np.arange(0, 36000, 60)
    coarse = sail(t[7::30] + 20, msg_type=27).round({"lat": 3, "lon": 3})
    tracks = build_tracks(together(sail(t), coarse))
    assert len(tracks.segments) == 1
    assert (tracks.points["quality_flags"] & QualityFlag.COARSE != 0).sum() == len(coarse)


def test_the_dateline_is_no_jump():
    tracks = build_tracks(sail(np.arange(0, 3600, 60), place=(30.0, 179.95)))
    assert sizes(tracks) == [60]


def test_streams_of_days_join():
    days = [sail(np.arange(k * 86400, (k + 1) * 86400, 600)) for k in range(2)]
    assert sizes(build_tracks(together(*days))) == [288]


def test_rows_in_equal_points_and_rejects():
    track = sail(np.arange(0, 3600, 60))
    track.loc[30, "lat"] += 1
    sea = together(track, track.iloc[:5], sail(np.arange(0, 3600, 70), start=(0, 9e4)))
    tracks = build_tracks(sea)
    assert len(tracks.points) + tracks.rejects["count"].sum() == len(sea)
    assert len(tracks.rejected) == tracks.rejects["count"].sum()


def test_a_stricter_parameter_changes_the_answer():
    track = sail(np.arange(0, 3600, 60))
    track.loc[30:36, "lat"] += 1
    assert reasons(build_tracks(track)) == {}
    assert reasons(build_tracks(track, params=TrackParams(max_spike_fixes=8))) == {"spike": 7}
