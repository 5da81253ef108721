"""The clock offset of a station is the median over its reports, if they agree."""

from pathlib import Path

import numpy as np
import pytest

from stsdetect.decode.accounting import DecodeReport
from stsdetect.decode.nmea.clock_offsets import ClockOffsets, warn_about_clocks
from stsdetect.params import DecodeParams
from tests.builders import decode as build
from tests.builders.decode import T, read_log


def test_a_station_with_a_wrong_clock_is_reported(tmp_path: Path) -> None:
    lines = [
        build.tagged(build.position(second=(k - 15) % 60, lat=30 + k / 100), T + 40 + k, station="late")
        for k in range(20)
    ]
    report = read_log(tmp_path, *lines).reports[0]
    assert report.stations["late"]["median_offset_s"] == 15
    assert any("late" in w and "15 s" in w for w in report.warnings)


def offset(late_s: list[int], **settings: float) -> float | None:
    """Median offset of a station that stamps reports of second 0 so many seconds late."""
    clocks = ClockOffsets(**{"spread_s": 5, "min_share": 0.5} | settings)  # type: ignore[arg-type]
    n = len(late_s)
    clocks.add(np.zeros(n, np.int32), np.array(late_s) * 1000, np.zeros(n, np.int8))
    summary = clocks.summary(["", "shore"])["unknown"]
    assert summary["positions"] == n
    return summary["median_offset_s"]


def test_offsets_wrap_around_the_minute() -> None:
    assert offset([0, 1, 2]) == 1
    assert offset([59, 59, 0]) == -1
    assert offset([29] * 3) == 29
    assert offset([30] * 3) == -30


def test_reports_all_over_the_minute_have_no_offset() -> None:
    # Of ten reports five lie within 5 s of the median at second 10; then, with one more elsewhere, five of eleven.
    near, far = [10] * 5, [16, 17, 18, 19, 20]
    assert offset(near + [4] * 2 + [16] * 3) == 10
    assert offset(near + [4] * 3 + [16] * 3) is None
    assert offset(near + far, min_share=0.51) is None


def test_seconds_that_are_not_available_do_not_count() -> None:
    clocks = ClockOffsets(spread_s=5, min_share=0.5)
    clocks.add(np.array([1, 1], np.int32), np.array([7_000, 9_000]), np.array([60, 63], np.int8))
    assert clocks.summary(["", "shore"]) == {"shore": {"positions": 2, "median_offset_s": None}}


@pytest.mark.parametrize(("offset_s", "n", "warned"), [(11, 10, True), (10, 10, False), (11, 9, False)])
def test_a_warning_needs_a_large_offset_and_enough_reports(offset_s: float, n: int, warned: bool) -> None:
    report = DecodeReport("a.nmea", stations={"shore": {"positions": n, "median_offset_s": offset_s}})
    warn_about_clocks(report, DecodeParams())
    assert bool(report.warnings) == warned


def test_times_from_several_places_are_reported() -> None:
    report = DecodeReport("a.nmea")
    report.time_kinds.update({"tag_block": 3, "prefix": 1})
    warn_about_clocks(report, DecodeParams())
    assert report.warnings == ["a.nmea: receive times of several kinds: tag_block 3, prefix 1"]
