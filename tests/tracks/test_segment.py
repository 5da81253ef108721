"""Tracks of one number, held against a plain version that looks at one fix at a time."""

import numpy as np
import pytest

from stsdetect.params import TrackParams
from stsdetect.tracks import build_tracks
from tests.builders import fixes, together
from tests.naive import tracks_by_hand

MPS = 0.514444


def ship(rng, place, n=60):
    """Ten knots on a straight course from a place east and north [m], a fix each 20 to 90 s."""
    t = np.cumsum(rng.uniform(20, 90, n)).round()
    course = rng.uniform(0, 2 * np.pi)
    return t, place[0] + t * 10 * MPS * np.sin(course), place[1] + t * 10 * MPS * np.cos(course), course


@pytest.mark.parametrize("n_ships", [1, 2, 3])
@pytest.mark.parametrize("seed", range(8))
def test_as_by_hand(n_ships, seed):
    """Ships 60 km apart on steady courses, each with two fixes thrown 20 km aside: the same tracks fix by fix."""
    rng = np.random.default_rng(seed)
    frames, places = [], []
    for k in range(n_ships):
        t, east, north, course = ship(rng, (0.0, 60_000.0 * k))
        east[rng.choice(np.arange(5, 55, 7), 2, replace=False)] += rng.choice([-1, 1], 2) * 20_000.0
        source = [f"{k}-{i}" for i in range(len(t))]
        frames.append(fixes(1, t, east, north, sog=10.0, cog=np.rad2deg(course), source=source))
        places += zip(t, east, north, source, strict=True)
    tracks = build_tracks(together(*frames))

    t, east, north, source = zip(*sorted(places), strict=True)
    p = TrackParams()
    by_hand = tracks_by_hand(t, east, north, sog_kn=10.0, slack_m=p.step_slack_m, margin_kn=p.step_margin_kn)
    expected = {}
    for name, k in zip(source, by_hand, strict=True):
        expected.setdefault(k, set()).add(name)
    spikes = set().union(*(names for names in expected.values() if len(names) <= p.max_spike_fixes))
    found = tracks.points.groupby("segment_id")["source"].agg(set).tolist()
    assert sorted(found, key=min) == sorted((v for v in expected.values() if not v <= spikes), key=min)
    assert set(tracks.rejected["source"]) == spikes
    assert len(spikes) == 2 * n_ships


def test_a_late_spike_does_not_prolong_a_track_that_ended():
    """Two hours after the number jumped away for an hour and came back, one fix where it had been."""
    t = np.arange(0, 5 * 3600, 60)
    north = np.where((t >= 3600) & (t < 7200), 50_000.0, 0.0)
    north[t == 14400] = 45_000.0
    tracks = build_tracks(fixes(1, t, t * 0.0, north + 3 * np.sin(t), sog=0.1))
    assert tracks.rejects[["reason", "count"]].to_numpy().tolist() == [["spike", 1]]
    assert tracks.segments[["n_points", "quarantine_reason"]].fillna("").to_numpy().tolist() == [
        [239, ""],
        [60, "displaced"],
    ]


def test_one_odd_fix_does_not_push_out_the_good_ones_before_it():
    """After an hour's silence a fix that only the track before the silence can explain."""
    t = np.r_[np.arange(0, 3600, 60), np.arange(7800, 11400, 60)]
    east = t * 10 * MPS
    east[63] -= 12_000.0
    tracks = build_tracks(fixes(1, t, east, 0.0, sog=10.0, cog=90.0))
    assert tracks.segments["n_points"].tolist() == [119]
    assert tracks.rejects[["reason", "count"]].to_numpy().tolist() == [["spike", 1]]


def test_after_a_silence_of_two_ships_near_each_other_it_is_said_that_nobody_knows_which_is_which():
    t = np.r_[np.arange(0, 3600, 60), np.arange(4 * 3600, 5 * 3600, 60)]
    near, far = (fixes(1, t + k, east, 3 * np.sin(t), sog=0.1) for k, east in ((0, 0.0), (7, 4000.0)))
    segments = build_tracks(together(near, far)).segments
    assert sorted(segments["n_points"]) == [60, 60, 60, 60]
    assert segments["close_reason"].value_counts().to_dict() == {"ambiguous": 2, "end": 2}


def test_a_handover_between_two_late_feeds_is_no_ambiguity():
    """The second feed begins a few seconds before, and 400 m ahead of, the last fix of the first."""
    first, second = np.arange(0, 7200, 60), np.arange(7136, 10000, 60)
    later = np.arange(18000, 21600, 60)
    t = np.r_[first, second, later]
    true_s = np.r_[first - 40.0, second + 0.0, later]
    spike = fixes(1, [600], 0.0, 90_000.0, sog=10.0, cog=90.0)
    tracks = build_tracks(together(fixes(1, t, true_s * 12 * MPS, 0.0, sog=12.0, cog=90.0), spike))
    assert "ambiguous" not in set(tracks.segments["close_reason"])
