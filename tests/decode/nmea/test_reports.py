"""Messages that cannot be read are rejected, odd ones flagged, those without a position set aside."""

from pathlib import Path

from tests.builders import decode as build
from tests.builders.decode import T, read_log, rejected


def test_a_report_without_position_is_set_aside_and_an_impossible_one_rejected(tmp_path: Path) -> None:
    data = read_log(
        tmp_path,
        build.tagged(build.position(lat=91, lon=181), T),
        build.tagged(build.position(lat=95, lon=122), T),
        build.tagged(build.position(), T),
    )
    assert data.reports[0].set_aside["no_position"] == 1
    assert rejected(data) == {"bad_position": 1}
    assert len(data.positions) == 1


def test_odd_lengths_are_read_and_flagged_short_ones_rejected(tmp_path: Path) -> None:
    body = build.position()[14:-5]
    long_, short = build.sentence(body + "000000"), build.sentence(body[:19])
    data = read_log(tmp_path, build.tagged(long_, T), build.tagged(short, T))
    assert data.positions["decode_flags"].tolist() == [1]
    assert rejected(data) == {"too_short": 1}
