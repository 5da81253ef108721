"""Stretches of one MMSI and the tracks that they continue."""

import numpy as np

from stsdetect.params import TrackParams
from stsdetect.tracks import build_tracks
from stsdetect.tracks.fixes import SPIKE
from stsdetect.tracks.linking import Stretch, link_stretches, stretches_of
from tests.builders import fixes, together
from tests.builders.tracks import MPS, fixes_at


def test_a_late_spike_does_not_prolong_a_track_that_ended():
    """Two hours after the MMSI jumped away for an hour and came back, one fix where it had been."""
    t = np.arange(0, 5 * 3600, 60)
    north = np.where((t >= 3600) & (t < 7200), 50_000.0, 0.0)
    north[t == 14400] = 45_000.0
    tracks = build_tracks(fixes(1, t, t * 0.0, north + 3 * np.sin(t), sog=0.1))
    assert tracks.rejects[["reason", "count"]].to_numpy().tolist() == [["spike", 1]]
    assert tracks.segments[["n_points", "quarantine_reason"]].fillna("").to_numpy().tolist() == [
        [239, ""],
        [60, "displaced"],
    ]


def test_one_odd_fix_does_not_replace_the_good_ones_before_it():
    """After a gap of an hour, a fix that only the track before the gap can explain."""
    t = np.r_[np.arange(0, 3600, 60), np.arange(7800, 11400, 60)]
    east = t * 10 * MPS
    east[63] -= 12_000.0
    tracks = build_tracks(fixes(1, t, east, 0.0, sog=10.0, cog=90.0))
    assert tracks.segments["n_points"].tolist() == [119]
    assert tracks.rejects[["reason", "count"]].to_numpy().tolist() == [["spike", 1]]


def test_two_ships_near_each_other_are_ambiguous_after_a_long_gap():
    t = np.r_[np.arange(0, 3600, 60), np.arange(4 * 3600, 5 * 3600, 60)]
    near, far = (fixes(1, t + k, east, 3 * np.sin(t), sog=0.1) for k, east in ((0, 0.0), (7, 4000.0)))
    segments = build_tracks(together(near, far)).segments
    assert sorted(segments["n_points"]) == [60, 60, 60, 60]
    assert segments["close_reason"].value_counts().to_dict() == {"ambiguous": 2, "end": 2}


def test_near_miss_a_track_that_continues_in_another_feed_is_not_ambiguous():
    """The second feed begins a few seconds before, and 400 m ahead of, the last fix of the first."""
    first, second = np.arange(0, 7200, 60), np.arange(7136, 10000, 60)
    later = np.arange(18000, 21600, 60)
    t = np.r_[first, second, later]
    true_s = np.r_[first - 40.0, second + 0.0, later]
    spike = fixes(1, [600], 0.0, 90_000.0, sog=10.0, cog=90.0)
    tracks = build_tracks(together(fixes(1, t, true_s * 12 * MPS, 0.0, sog=12.0, cog=90.0), spike))
    assert "ambiguous" not in set(tracks.segments["close_reason"])


def stretch(start_s: float, end_s: float, north_m: float, n: int = 20, ais_class: int = 1) -> Stretch:
    """Twenty fixes at anchor so far north of 0 N 0 E; without speed or course."""
    ends = fixes_at([start_s, end_s], 0.0, north_m, ais_class=ais_class)
    (found,) = stretches_of(ends, np.array([0]), np.array([0]), np.array([1]))
    return found._replace(n=n)


def test_stretches_go_to_the_track_in_reach():
    """Two ships 50 km apart: in ten minutes, at 15 kn and a margin, neither gets to the other."""
    south, north = 0.0, 50_000.0
    places = [south, north, south, north]
    stretches = [stretch(600.0 * k, 600.0 * k + 300.0, place) for k, place in enumerate(places)]
    assert link_stretches(stretches, TrackParams()).track.tolist() == [0, 1, 0, 1]


def test_a_few_fixes_between_those_of_a_longer_track_are_spikes():
    for n, track in ((5, [0, SPIKE, 0]), (6, [0, 1, 0])):
        stretches = [stretch(0, 300, 0.0), stretch(360, 420, 90_000.0, n=n), stretch(480, 900, 0.0)]
        assert link_stretches(stretches, TrackParams()).track.tolist() == track
