"""Copies of a transmission are found; rows where a state changes are kept."""

from pathlib import Path

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from stsdetect.decode.duplicates import CopyDetector, in_groups, stable_order
from tests.builders import decode as build
from tests.builders.decode import T, read_log


def test_copies_of_repeaters_and_other_stations_are_dropped_and_counted(tmp_path: Path) -> None:
    data = read_log(
        tmp_path,
        build.tagged(build.position(), T, station="a"),
        build.tagged(build.position(), T + 30, station="b"),
        build.tagged(build.position(repeat=1), T + 30, station="c"),
        build.tagged(
            build.position(), T + 61, station="a"
        ),  # a minute later the same second: another transmission
    )
    assert data.positions["station"].tolist() == ["a", "a"]
    assert data.reports[0].set_aside["copies"] == 2


def marked(digest: list[int], ms: list[int], window_ms: int = 10) -> list[bool]:
    return CopyDetector(window_ms=window_ms).mark(np.array(digest, np.uint64), np.array(ms)).tolist()


def test_equal_messages_up_to_the_window_apart_are_copies() -> None:
    assert marked([7, 7], [0, 10]) == [False, True]
    assert marked([7, 7], [0, 11]) == [False, False]
    assert marked([7, 7, 7], [10, 0, 5]) == [True, False, True]
    assert marked([7, 8], [0, 0]) == [False, False]
    assert marked([], []) == []


@given(
    st.lists(st.tuples(st.sampled_from([3, 4, 2**63 + 3]), st.integers(0, 40)), max_size=30),
    st.integers(1, 5),
)
def test_cutting_sorted_messages_into_calls_changes_nothing(
    rows: list[tuple[int, int]], n_calls: int
) -> None:
    rows = sorted(rows, key=lambda r: r[1])
    digest, ms = (np.array([r[k] for r in rows], dtype) for k, dtype in ((0, np.uint64), (1, np.int64)))
    detector = CopyDetector(window_ms=10)
    parts = zip(np.array_split(digest, n_calls), np.array_split(ms, n_calls), strict=True)
    in_calls = [copy for d, m in parts for copy in detector.mark(d, m).tolist()]
    # One message at a time: a copy if an equal one came at most 10 ms before.
    naive = [any(d == e and m - n <= 10 for e, n in rows[:k]) for k, (d, m) in enumerate(rows)]
    assert in_calls == naive


@given(st.lists(st.integers(0, 2**41), max_size=30))
def test_the_order_of_numbers_is_that_of_a_stable_sort(times: list[int]) -> None:
    assert stable_order(np.array(times, np.int64)).tolist() == sorted(
        range(len(times)), key=times.__getitem__
    )


@given(st.lists(st.sampled_from([0, 1, 2, 1 << 60, (1 << 60) + 1, 2**64 - 1]), max_size=30))
def test_groups_hold_rows_of_one_key_in_their_order(keys: list[int]) -> None:
    order, begins = in_groups(np.array(keys, np.uint64))
    assert sorted(order.tolist()) == list(range(len(keys)))
    groups = [rows.tolist() for rows in np.split(order, np.flatnonzero(begins)) if len(rows)]
    for rows in groups:
        assert len({keys[row] for row in rows}) == 1
        assert rows == sorted(rows)
    # Keys that differ in their low bits alone may stand among each other, others never.
    assert len({keys[rows[0]] >> 8 for rows in groups}) <= len(groups)
