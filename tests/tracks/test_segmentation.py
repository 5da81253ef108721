"""Tracks of one MMSI: by examples, and against a plain method that looks at one fix at a time."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from stsdetect.geo.geodesy import distance_m
from stsdetect.params import TrackParams
from stsdetect.tracks import QualityFlag, build_tracks
from tests.builders import at, fixes, together
from tests.builders.tracks import MPS, anchored, reasons, sail, sizes
from tests.naive import tracks_by_hand


def test_two_ships_far_apart_on_one_mmsi():
    tracks = build_tracks(
        together(sail(np.arange(0, 3600, 60)), sail(np.arange(5, 3600, 70), start=(0, 9e4)))
    )
    assert sizes(tracks) == [52, 60]
    assert not tracks.segments["quarantined"].any()
    assert tracks.segments["vessel_id"].nunique() == 2
    assert tracks.identity["shared_mmsi"].all()
    assert tracks.rejects.empty


def test_two_ships_a_kilometre_apart_on_one_mmsi():
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


def test_a_jump_without_return_gives_two_tracks_of_two_hulls():
    tracks = build_tracks(
        together(sail(np.arange(0, 3600, 60)), sail(np.arange(3600, 7200, 60), start=(2e5, 0)))
    )
    assert sizes(tracks) == [60, 60]
    assert tracks.segments["vessel_id"].nunique() == 2
    assert not tracks.segments["quarantined"].any()
    assert not tracks.identity["shared_mmsi"].any()


def test_near_miss_the_same_distance_with_time_to_sail_it():
    tracks = build_tracks(together(sail(np.arange(0, 3600, 60)), sail(np.arange(40000, 43600, 60))))
    assert sizes(tracks) == [120]


def test_coarse_fixes_stay_in_the_track_and_are_flagged():
    t = np.arange(0, 36000, 60)
    coarse = sail(t[7::30] + 20, msg_type=27).round({"lat": 3, "lon": 3})
    tracks = build_tracks(together(sail(t), coarse))
    assert len(tracks.segments) == 1
    assert (tracks.points["quality_flags"] & QualityFlag.COARSE != 0).sum() == len(coarse)


def test_the_dateline_is_not_a_jump():
    tracks = build_tracks(sail(np.arange(0, 3600, 60), place=(30.0, 179.95)))
    assert sizes(tracks) == [60]


def test_a_track_continues_over_midnight():
    days = [sail(np.arange(k * 86400, (k + 1) * 86400, 600)) for k in range(2)]
    assert sizes(build_tracks(together(*days))) == [288]


def ship(rng, place, n=60):
    """Ten knots on a straight course from a place east and north [m], a fix each 20 to 90 s."""
    t = np.cumsum(rng.uniform(20, 90, n)).round()
    course = rng.uniform(0, 2 * np.pi)
    return t, place[0] + t * 10 * MPS * np.sin(course), place[1] + t * 10 * MPS * np.cos(course), course


@pytest.mark.parametrize("n_ships", [1, 2, 3])
@pytest.mark.parametrize("seed", range(8))
def test_tracks_are_those_found_fix_by_fix(n_ships, seed):
    """Ships 60 km apart on steady courses, each with two fixes thrown 20 km aside: the plain method gives the same tracks."""
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


def few(*rows, sog=np.nan):
    """TRACKS of one MMSI with fixes at these seconds, latitudes and longitudes."""
    return build_tracks(
        together(*(fixes(1, [t], place=(lat, lon), sog=sog, source=f"{t}") for t, lat, lon in rows))
    )


@pytest.mark.parametrize(
    "rows",
    [
        [(0, 30.0, 122.0), (0, 40.0, 122.0)],  # ten degrees apart in one second
        [(0, 40.0, 122.0), (0, 30.0, 122.0)],
        [(0, 30.0, 122.0), (60, 40.0, 122.0)],  # in one minute
        [(0, 30.0, 122.0), (60, 30.9, 122.0)],  # 100 km in one minute
        [(0, 0.0, 179.0), (60, 0.0, -179.0)],  # 222 km in one minute across 180 degrees
        [(0, 30.0, 122.0), (3600, 31.2, 122.0)],  # 72 nm in an hour
    ],
)
@pytest.mark.parametrize("sog", [np.nan, 8.0])
def test_two_lone_fixes_out_of_reach_of_each_other_are_two_tracks(rows, sog):
    tracks = few(*rows, sog=sog)
    assert sizes(tracks) == [1, 1]
    assert tracks.segments["distance_m"].tolist() == [0.0, 0.0]
    assert tracks.segments["vessel_id"].nunique() == 2


def test_near_miss_two_lone_fixes_within_reach_are_one_track():
    assert sizes(few((0, 0.0, 179.99), (3600, 0.0, -179.9))) == [2]
    assert sizes(few((0, 30.0, 122.0), (0, 30.001, 122.0))) == [2]  # 111 m: two antennas


def test_jumps_of_one_length_in_one_direction_do_not_confirm_each_other():
    assert sizes(few(*((60 * k, 30.0 + k, 122.0) for k in range(4)))) == [1, 1, 1, 1]


def test_near_miss_a_fast_craft_that_broadcasts_no_speed():
    t = np.arange(0, 600, 60)
    assert sizes(build_tracks(sail(t, sog=45.0).assign(sog=np.nan))) == [10]


@given(
    st.lists(
        st.tuples(
            st.sampled_from([0, 1, 60, 600, 3600, 80_000]),
            st.sampled_from([30.0, 30.001, 30.05, 31.0, 40.0]),
            st.sampled_from([179.95, 179.999, -179.999, -178.0]),
            st.sampled_from([None, 0.0, 12.0, 59.0]),
        ),
        min_size=2,
        max_size=6,
    )
)
def test_no_step_in_a_segment_of_few_fixes_is_faster_than_any_ship(rows):
    p = TrackParams()
    track = build_tracks(
        together(
            *(fixes(1, [t], place=(lat, lon), sog=np.nan if kn is None else kn) for t, lat, lon, kn in rows)
        )
    ).points
    for _, segment in track.groupby("segment_id"):
        lat, lon = segment["lat"].to_numpy(), segment["lon"].to_numpy()
        dt_s = segment["timestamp"].diff().dt.total_seconds().to_numpy()[1:]
        fastest_mps = (p.max_sog_kn + p.step_margin_kn) * MPS
        step_m = distance_m(lat[:-1], lon[:-1], lat[1:], lon[1:])
        assert (step_m <= p.step_slack_m + fastest_mps * (dt_s + p.time_error_s)).all()
