"""A gap of ten hours at 12 kn, and a track beside it."""

import numpy as np
import pandas as pd
import polars as pl
import pytest

from stsdetect.detection.dark.second_transponder import second_transponders
from stsdetect.params import DarkParams
from stsdetect.schema import SEGMENTS
from tests.builders import EPOCH, PLACE, together
from tests.builders.gaps import segment

START_H = EPOCH.timestamp() / 3600.0


def gap(place: tuple[float, float] = PLACE, *, is_open: bool = False) -> pl.DataFrame:
    lat, lon = place
    return pl.DataFrame(
        {
            "gap_id": [7],
            "max_sog_kn": [12.0],
            "start_h": [START_H],
            "end_h": [START_H + 10.0],
            "start_lat": [lat],
            "start_lon": [lon],
            "end_lat": [np.nan if is_open else lat],
            "end_lon": [np.nan if is_open else lon],
        }
    ).with_columns(pl.col("end_lat", "end_lon").fill_nan(None))


def found(gaps: pl.DataFrame, *tracks: pd.DataFrame) -> list[str]:
    pairs = second_transponders(gaps, SEGMENTS.validate(together(*tracks)), DarkParams())
    return pairs["segment_id"].to_list()


@pytest.mark.parametrize(
    ("begins_min", "ends_min", "off_m", "same_hull"),
    [
        (1.0, -1.0, 100.0, True),
        (30.0, -30.0, 499.0, True),
        (31.0, -1.0, 100.0, False),
        (1.0, -31.0, 100.0, False),
        (-30.0, 30.0, 499.0, True),  # it may also overlap
        (1.0, -1.0, 860.0, True),  # 500 m and a minute at 12 kn, 370 m
        (1.0, -1.0, 880.0, False),
        (0.0, 0.0, 510.0, False),
    ],
)
def test_a_track_beside_both_ends_is_of_the_same_hull(
    begins_min: float, ends_min: float, off_m: float, same_hull: bool
) -> None:
    track = segment(5, begins_min / 60.0, 10.0 + ends_min / 60.0, east_m=off_m)
    assert found(gap(), track) == ["5-0"] * same_hull


def test_across_the_dateline() -> None:
    place = (30.0, 179.999)
    assert found(gap(place), segment(5, 0.0, 10.0, east_m=400.0, place=place)) == ["5-0"]


@pytest.mark.parametrize(
    ("begins_min", "off_m", "same_hull"), [(3.0, 100.0, True), (31.0, 100.0, False), (0.0, 510.0, False)]
)
def test_a_track_that_begins_beside_a_gap_without_an_end_has_taken_over(
    begins_min: float, off_m: float, same_hull: bool
) -> None:
    # When it ends does not matter: the first transponder did not come back.
    track = segment(5, begins_min / 60.0, 6.0, east_m=off_m)
    assert found(gap(is_open=True), track) == ["5-0"] * same_hull


def test_only_the_track_beside_it_is_found() -> None:
    tracks = [segment(5, 0.0, 10.0), segment(6, 0.0, 10.0, east_m=5000.0), segment(8, 2.0, 8.0)]
    assert found(gap(), *tracks) == ["5-0"]


def test_without_gaps_or_tracks_nothing_is_found() -> None:
    assert found(gap()[:0], segment(5, 0.0, 10.0)) == []
    assert found(gap(), SEGMENTS.empty()) == []
