"""Fixes with a wrong time."""

import numpy as np
import pandas as pd

from stsdetect.tracks import build_tracks
from tests.builders import at, together
from tests.builders.tracks import reasons, sizes, weave


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
