"""Rows that cannot be a fix of a ship."""

import numpy as np
import pandas as pd

from stsdetect.params import TrackParams
from stsdetect.tracks import QualityFlag, build_tracks
from tests.builders import together
from tests.builders.tracks import anchored, reasons, sail


def test_exact_copies_received_later_are_stale():
    track = sail(np.arange(0, 3600, 60))
    copy = track.iloc[[10, 20]].assign(timestamp=lambda f: f["timestamp"] + pd.Timedelta(seconds=150))
    assert reasons(build_tracks(together(track, copy))) == {"stale": 2}
    soon = track.iloc[[10, 20]].assign(timestamp=lambda f: f["timestamp"] + pd.Timedelta(seconds=20))
    assert reasons(build_tracks(together(track, soon))) == {}


def test_no_position_and_no_valid_time():
    track = sail(np.arange(0, 3600, 60))
    track.loc[3, ["lat", "lon"]] = [91.0, 181.0]
    track.loc[4, ["lat", "lon"]] = 0.0
    track.loc[5, "timestamp"] = pd.Timestamp("1980-01-06T00:00:03Z")
    assert reasons(build_tracks(track)) == {"no_position": 2, "bad_time": 1}


def test_sentinels_become_null():
    tracks = build_tracks(sail(np.arange(0, 600, 60), sog=10.0, heading=511.0).assign(cog=360.0))
    assert tracks.points["heading"].isna().all()
    assert (tracks.points["quality_flags"] & QualityFlag.SENTINEL != 0).all()


def test_the_first_year_of_fixes_is_a_parameter():
    old = sail(np.arange(0, 600, 60)).assign(
        timestamp=lambda f: f["timestamp"] - pd.Timedelta(days=22 * 365.25)
    )
    assert old["timestamp"].dt.year.unique().tolist() == [1997]
    assert reasons(build_tracks(old)) == {"bad_time": 10}
    assert reasons(build_tracks(old, params=TrackParams(first_fix_year=1997))) == {}


def test_the_same_report_twice_is_a_copy_and_one_a_second_later_is_not():
    track = anchored(np.arange(0, 600, 60))
    twice = build_tracks(together(track, track.iloc[[3]]))
    assert (reasons(twice), len(twice.copies)) == ({}, 1)
    later = track.iloc[[3]].assign(timestamp=lambda f: f["timestamp"] + pd.Timedelta(seconds=1))
    other = build_tracks(together(track, later))
    assert (reasons(other), len(other.copies)) == ({}, 0)


def test_overlapping_files_give_the_tracks_of_one_whichever_comes_first():
    track = anchored(np.arange(0, 600, 60)).assign(source="b.csv")
    one = build_tracks(track)
    for name in ("a.csv", "c.csv"):
        both = build_tracks(together(track.iloc[4:].assign(source=name), track))
        assert len(both.copies) == 6
        assert both.rejects.empty
        pd.testing.assert_frame_equal(both.segments, one.segments)
        pd.testing.assert_frame_equal(both.points.drop(columns="source"), one.points.drop(columns="source"))
