"""Tracks of one and of several transmitters on a number."""

import numpy as np
import pandas as pd
import pytest

from stsdetect.schema import POINTS, SEGMENTS
from stsdetect.tracks import build_tracks, pairable
from tests.builders import fixes, together


def steady(mmsi=412000001, n=20, step_s=60.0, sog=10.0, **columns):
    t = np.arange(n) * step_s
    return fixes(mmsi, t, t * sog * 0.5144444, sog=sog, **columns)


def test_one_ship_is_one_segment_and_the_books_close():
    tracks = build_tracks(steady())
    assert len(tracks.segments) == 1
    assert len(tracks.points) == 20
    assert tracks.rejects.empty


def test_empty_input_gives_empty_typed_tables():
    tracks = build_tracks(fixes(1, []))
    pd.testing.assert_frame_equal(tracks.points, POINTS.empty())
    pd.testing.assert_frame_equal(tracks.segments, SEGMENTS.empty())


@pytest.mark.parametrize("seed", range(3))
def test_row_order_does_not_matter(seed):
    sea = together(steady(), steady(412000002), steady(412000002).assign(lat=lambda f: f["lat"] + 1))
    one = build_tracks(sea)
    two = build_tracks(sea.sample(frac=1.0, random_state=seed))
    for a, b in zip(one, two, strict=True):
        pd.testing.assert_frame_equal(a, b)


def test_two_far_ships_on_one_number_are_two_segments():
    sea = together(steady(), steady().assign(lat=lambda f: f["lat"] + 1))
    assert build_tracks(sea).segments["n_points"].tolist() == [20, 20]


def test_only_ships_are_pairable():
    tracks = build_tracks(together(steady(), steady(2570010), steady(993671234)))
    assert pairable(tracks.points, tracks.segments)["mmsi"].unique().tolist() == [412000001]
