"""A receive time that the lines around it contradict is refused; a step of the whole log is kept."""

from pathlib import Path

import numpy as np
import pytest

from stsdetect.decode.nmea.clocks.stray_times import StrayTimes
from stsdetect.params import DecodeParams
from tests.builders import decode as build
from tests.builders.decode import T, read_log, rejected

DAY = 86_400_000


def strays(ms: list[int], size: int = 1_000) -> list[int]:
    """Rows refused where so many new rows are given at a time."""
    finder, out = StrayTimes(DecodeParams()), []
    waiting = np.zeros(0, np.int64)
    for at in range(0, len(ms), size):
        rows = np.concatenate([waiting, np.arange(at, min(at + size, len(ms)))])
        found = finder.find(rows, np.array(ms)[rows], at_end=at + size >= len(ms))
        out += rows[found.stray].tolist()
        waiting = rows[found.waits]
    return out


@pytest.mark.parametrize("size", [1, 2, 3, 7, 1_000])
@pytest.mark.parametrize(
    ("ms", "expected"),
    [
        ([0, 1, 2, 900 * DAY, 3, 4, 5], [3]),
        ([0, 1, 2, -900 * DAY, 3, 4, 5], [3]),
        ([900 * DAY, 1, 2, 3, 4, 5], [0]),
        ([1, 2, 3, 4, 5, 900 * DAY], [5]),
        # Two logs, one behind the other.
        ([0, 1, 2, 3, 4, 5, *(900 * DAY + k for k in range(6))], []),
        # A station whose clock is off, one fix a day, too few lines to know.
        ([0, 900 * DAY] * 6, []),
        ([k * 2 * DAY for k in range(12)], []),
        ([0, 900 * DAY, 1], []),
        ([7], []),
    ],
)
def test_a_time_far_from_all_neighbours_that_agree_is_refused(
    ms: list[int], expected: list[int], size: int
) -> None:
    assert strays(ms, size) == expected


@pytest.mark.parametrize("block_bytes", [64, 300, 2_097_152])
def test_a_stray_time_in_a_log_is_a_counted_reject(tmp_path: Path, block_bytes: int) -> None:
    lines = [build.tagged(build.position(412000001 + k), T + k) for k in range(12)]
    lines[4] = build.tagged(build.position(412000005), T - 100_000_000)
    data = read_log(tmp_path, *lines, block_bytes=block_bytes)
    assert len(data.positions) == 11
    assert rejected(data) == {"bad_time": 1}
    assert data.reports[0].lost_samples == {"receive_time": ["line 5"]}
