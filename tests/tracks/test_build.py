"""From positions to tracks: whole tables, their tally, and random seas with planted errors."""

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest

from stsdetect.engine.local import LocalEngine
from stsdetect.engine.partition import bucket_of
from stsdetect.errors import ParamError, SchemaError
from stsdetect.params import GapParams, Params, TrackParams
from stsdetect.schema import POINTS, POSITIONS, SEGMENTS, STATIC
from stsdetect.tracks import build_tracks, pairable
from stsdetect.tracks.build import track_tables
from tests.builders import fixes, together
from tests.builders.tracks import dirty_sea, measure, reasons, sail


def steady(mmsi=412000001, n=20, step_s=60.0, sog=10.0, **columns):
    t = np.arange(n) * step_s
    return fixes(mmsi, t, t * sog * 0.5144444, sog=sog, **columns)


def test_one_ship_is_one_segment_and_the_tally_closes():
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


def test_two_distant_ships_on_one_mmsi_are_two_segments():
    sea = together(steady(), steady().assign(lat=lambda f: f["lat"] + 1))
    assert build_tracks(sea).segments["n_points"].tolist() == [20, 20]


def test_only_ships_are_pairable():
    tracks = build_tracks(together(steady(), steady(2570010), steady(993671234)))
    assert pairable(POINTS.validate(tracks.points), SEGMENTS.validate(tracks.segments))[
        "mmsi"
    ].unique().to_list() == [412000001]


def test_rows_in_equal_points_rejects_and_copies():
    track = sail(np.arange(0, 3600, 60))
    track.loc[30, "lat"] += 1
    sea = together(track, track.iloc[:5], sail(np.arange(0, 3600, 70), start=(0, 9e4)))
    tracks = build_tracks(sea)
    assert len(tracks.copies) == 5
    assert len(tracks.points) + tracks.rejects["count"].sum() + len(tracks.copies) == len(sea)
    assert len(tracks.rejected) == tracks.rejects["count"].sum()


def test_a_stricter_parameter_changes_the_answer():
    track = sail(np.arange(0, 3600, 60))
    track.loc[30:36, "lat"] += 1
    assert reasons(build_tracks(track)) == {}
    assert reasons(build_tracks(track, params=TrackParams(max_spike_fixes=8))) == {"spike": 7}


def test_the_polars_tables_are_the_pandas_ones():
    sea = together(steady(), steady(412000002).assign(lat=lambda f: f["lat"] + 1))
    tables = track_tables(POSITIONS.validate(sea), STATIC.optional(None))
    for table, frame in zip(build_tracks(sea), tables[:-1], strict=True):
        assert frame.to_pandas().shape == table.shape
        assert frame.columns == list(table.columns)
    assert tables.points["mmsi"].to_list() == build_tracks(sea).points["mmsi"].tolist()


@pytest.mark.parametrize("seed", [100, 101])
def test_planted_errors_are_found_and_good_fixes_stay(seed):
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
    # Inside the bundled coast: that of the world takes seconds to load in each process.
    sea = sea[sea["lat"].between(29.2, 32.0) & sea["lon"].between(120.0, 125.3)]
    assert sea["mmsi"].nunique() >= 7
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


def test_a_bare_frame_of_a_notebook_in_pandas_polars_or_arrow():
    bare = steady()[["mmsi", "timestamp", "lat", "lon", "sog", "cog"]]
    whole = build_tracks(bare)
    assert len(whole.points) == 20
    assert whole.points[["ais_class", "msg_type", "source"]].drop_duplicates().values.tolist() == [
        ["U", 0, ""]
    ]
    for frame in (pl.DataFrame(bare), pl.LazyFrame(bare), pa.Table.from_pandas(bare)):
        pd.testing.assert_frame_equal(build_tracks(frame).points, whole.points)


@pytest.mark.parametrize(("n_far", "refused"), [(4, False), (5, True), (20, True)])
def test_swapped_latitudes_and_longitudes_are_said(n_far, refused):
    """A fifth of 20 rows is four; more are refused."""
    swapped = steady().assign(lat=[122.0] * n_far + [60.0] * (20 - n_far), lon=30.0)
    if refused:
        with pytest.raises(
            SchemaError, match=f"lat and lon look swapped: {n_far} of 20 .* lat 122.0, lon 30.0"
        ):
            build_tracks(swapped)
    else:
        assert reasons(build_tracks(swapped))["no_position"] == n_far


def test_near_miss_positions_that_are_not_available():
    """91 N 181 E of a receiver without a fix, and longitudes beyond 90 degrees."""
    nowhere = steady().assign(lat=91.0, lon=181.0)
    assert reasons(build_tracks(nowhere)) == {"no_position": 20}
    assert reasons(build_tracks(together(nowhere, steady()))) == {"no_position": 20}
    with pytest.raises(SchemaError, match="look swapped"):  # sentinels swapped as well
        build_tracks(together(steady().assign(lat=181.0, lon=91.0), steady().assign(lat=122.0, lon=30.0)))


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        (Params(), r"expected TrackParams, not Params; pass `params.tracks`"),
        ({"max_sog_kn": 50.0}, r"expected TrackParams, not dict; pass `TrackParams\(\*\*params\)`"),
        ({}, "expected TrackParams, not dict"),
        ("fast", r"expected TrackParams, not str; pass `TrackParams\(...\)`, or leave it out"),
        (TrackParams, "not the class TrackParams"),
        (GapParams(), "expected TrackParams, not GapParams"),
    ],
    ids=["all", "dict", "empty dict", "text", "class", "of gaps"],
)
def test_other_parameters_are_refused_with_what_to_pass(wrong, message):
    with pytest.raises(ParamError, match=message):
        build_tracks(steady(), params=wrong)
