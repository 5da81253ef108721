"""Neighbour search against every pair of positions tried in turn."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from stsdetect.geo import neighbours
from stsdetect.geo.geodesy import ecef_m, move
from stsdetect.geo.neighbours import pairs_within, pairs_within_reach
from tests.naive import nearest_by_hand, pairs_by_hand


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize(
    "place", [(30.0, 122.0), (0.0, 180.0), (89.99, 0.0)], ids=["bay", "dateline", "pole"]
)
def test_pairs_within_reach_as_by_hand(seed: int, place: tuple[float, float]) -> None:
    rng = np.random.default_rng(seed)
    n = 60
    lat = np.clip(place[0] + rng.uniform(-0.02, 0.02, n), -90.0, 90.0)
    lon = (place[1] + rng.uniform(-0.02, 0.02, n) + 180.0) % 360.0 - 180.0
    reach, instant = rng.choice([20.0, 60.0, 500.0, 2000.0], n), np.sort(rng.integers(0, 3, n))
    first, second = pairs_within_reach(lat, lon, reach, instant)
    assert list(zip(first.tolist(), second.tolist(), strict=True)) == pairs_by_hand(
        ecef_m(lat, lon), reach, instant
    )


def test_a_pair_exactly_at_the_sum_of_its_reaches_counts() -> None:
    # 0.001 degrees of longitude at the equator: 111.3195 m
    at = {"lat": [0.0, 0.0], "lon": [10.0, 10.001], "instant": [4, 4]}
    assert len(pairs_within_reach(reach_m=[100.0, 11.32], **at)[0]) == 1
    assert len(pairs_within_reach(reach_m=[100.0, 11.31], **at)[0]) == 0
    assert len(pairs_within_reach(reach_m=[100.0, 11.32], **(at | {"instant": [4, 5]}))[0]) == 0


def test_without_positions_there_are_no_pairs() -> None:
    assert [len(side) for side in pairs_within_reach([], [], [], [])] == [0, 0]


def test_pairs_within_a_radius() -> None:
    places = np.array([[0.0, 0.0, 0.0], [3.0, 4.0, 0.0], [0.0, 0.0, 6.0]])
    centres = np.array([[100.0, 0.0, 0.0], [0.0, 0.0, 0.0]])
    centre, place = pairs_within(places, centres, 5.0)
    assert centre.tolist() == [1, 1]
    assert sorted(place.tolist()) == [0, 1]
    for few in ((places[:0], centres), (places, centres[:0])):
        assert [len(side) for side in pairs_within(*few, 5.0)] == [0, 0]


SHIPS = st.lists(
    st.tuples(
        st.integers(0, 300), st.integers(0, 300), st.sampled_from([5.3, 20.1, 90.7, 400.9]), st.integers(0, 1)
    ),
    max_size=24,
)


@pytest.mark.parametrize("listed", [1, 7, 2_000_000], ids=["one at a time", "some", "all"])
def test_the_nearest_neighbours_as_by_hand(listed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(neighbours, "_PAIRS_LISTED", listed)

    @given(SHIPS, st.integers(1, 6))
    def check(ships: list[tuple[int, int, float, int]], max_neighbours: int) -> None:
        ships = sorted(ships, key=lambda ship: ship[3])
        east, north, reach, instant = (
            (np.array(v, dtype=float) for v in zip(*ships, strict=True)) if ships else [[]] * 4
        )
        lat, lon = move(30.0, np.full(len(ships), 122.0), np.asarray(east), np.asarray(north))
        xyz = ecef_m(lat, lon)
        found = pairs_within_reach(lat, lon, reach, instant, max_neighbours=max_neighbours)
        assert list(zip(*(v.tolist() for v in found), strict=True)) == nearest_by_hand(
            xyz.tolist(), reach, instant, max_neighbours
        )

    check()


def test_a_crowd_keeps_a_bounded_number_of_neighbours() -> None:
    """Three hundred ships in one circle: 44,850 pairs, of which each ship keeps its nearest ten."""
    rng = np.random.default_rng(0)
    lat, lon = move(30.0, np.full(300, 122.0), rng.uniform(0, 50, 300), rng.uniform(0, 50, 300))
    first, _ = pairs_within_reach(lat, lon, np.full(300, 100.0), np.zeros(300), max_neighbours=10)
    assert 1500 <= len(first) <= 3000
