"""Shares of planted dirt found, and of good fixes kept, in a random sea."""

import pandas as pd
import pytest

from stsdetect.engine.local import LocalEngine
from stsdetect.engine.partition import bucket_of
from stsdetect.tracks import build_tracks
from tests.tracks.dirty_sea import dirty_sea, measure


@pytest.mark.parametrize("seed", [100, 101])
def test_shares(seed):
    found = measure(dirty_sea(seed, n_ships=20))
    assert found["good alone"] >= 0.995
    assert found["spike caught"] >= 0.98
    assert found["delayed caught"] >= 0.98
    assert found["good dropped"] <= 0.001


def tracks_of(positions):
    return build_tracks(positions)


@pytest.mark.parametrize("n_buckets", [1, 2, 7])
def test_one_or_two_workers_on_any_number_of_buckets(n_buckets):
    sea = dirty_sea(103, n_ships=10).positions
    bucket = bucket_of(sea["mmsi"], n_buckets)
    parts = [part for _, part in sea.groupby(bucket)]
    segments = []
    for workers in (1, 2):
        with LocalEngine(workers=workers) as engine:
            done = engine.map(tracks_of, parts)
        segments.append(pd.concat([t.segments for t in done]).sort_values("segment_id", ignore_index=True))
    pd.testing.assert_frame_equal(*segments)
    whole = build_tracks(sea).segments.sort_values("segment_id", ignore_index=True)
    pd.testing.assert_frame_equal(segments[0], whole)


def test_buckets_and_row_order_do_not_matter():
    sea = dirty_sea(102, n_ships=20).positions
    whole = build_tracks(sea.sample(frac=1.0, random_state=1))
    bucket = bucket_of(sea["mmsi"], 3)
    parts = [build_tracks(sea[bucket == k]) for k in range(3)]
    for name in ("points", "segments", "identity", "rejected"):
        key = ["mmsi", "source"] if name in ("points", "rejected") else ["mmsi", "start_time"]
        joined = pd.concat([getattr(p, name) for p in parts]).sort_values(key).reset_index(drop=True)
        expected = getattr(whole, name).sort_values(key).reset_index(drop=True)
        pd.testing.assert_frame_equal(joined, expected)
