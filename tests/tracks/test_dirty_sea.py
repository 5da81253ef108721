"""Shares of planted dirt found, and of good fixes kept, in a random sea."""

import pandas as pd
import pytest

from stsdetect.engine.partition import bucket_of
from stsdetect.tracks import build_tracks
from tests.tracks.dirty_sea import dirty_sea, measure


@pytest.mark.parametrize("seed", [100, 101])
def test_shares(seed):
    found = measure(dirty_sea(seed, n_ships=20))
    assert found["good alone"] >= 0.995
    assert found["spike caught"] >= 0.95
    assert found["delayed caught"] >= 0.98
    assert found["good dropped"] <= 0.001


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
