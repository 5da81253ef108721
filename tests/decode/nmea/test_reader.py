"""Every line of a log is accounted for, and blocks do not change the result."""

from pathlib import Path

import pandas as pd

from tests.builders import decode as build
from tests.builders.decode import T, read_log, rejected


def test_every_kind_of_line_is_accounted_for(tmp_path: Path) -> None:
    one, two = build.position(412000001), build.position(412000002)
    other = build.sentence(*build.payload([(4, 6), (0, 2), (4120001, 30), (0, 130)]))
    unknown = build.sentence(*build.payload([(63, 6), (0, 162)]))
    data = read_log(
        tmp_path, f"{T} {one}{two}", f"{T} noise ! {one.replace('1,1,', '1,1,')} tail", "$GPGGA,1,2*00",
            f"{T} {other}", f"{T} {unknown}", ""
    )  # fmt: skip
    assert sorted(data.positions["mmsi"]) == [412000001, 412000002]
    report = data.reports[0]
    assert report.counts["glued_sentences"] == 1
    assert report.set_aside["other_types"] == 1
    assert report.set_aside["lines_without_ais"] == 2
    assert report.set_aside["copies"] == 1
    assert rejected(data) == {"unknown_type": 1}


def test_bad_checksums_are_dropped_or_kept_as_asked(tmp_path: Path) -> None:
    good = build.position()
    bad = good[:-2] + ("00" if good[-2:] != "00" else "01")
    lines = [f"{T} {good}", f"{T + 60} {bad}", f"{T + 120} {good[:-3]}"]
    data = read_log(tmp_path, *lines)
    assert rejected(data) == {"bad_checksum": 1, "no_checksum": 1}
    kept = read_log(tmp_path, *lines, keep_bad_checksums=True)
    assert kept.positions["decode_flags"].tolist() == [0, 2, 2]


def test_the_result_does_not_depend_on_the_block_size(tmp_path: Path) -> None:
    lines = []
    for k in range(300):
        lines.append(
            build.tagged(build.position(412000000 + k % 7, lat=30 + k / 1000), T + k, station=f"r{k % 3}")
        )
        if k % 5 == 0:
            lines += [
                build.tagged(p, T + k, station=f"r{k % 3}")
                for p in build.static(412000000 + k % 7, seq=k % 10, draught=k % 20)
            ]
        if k % 11 == 0:
            lines.append(lines[-1])
    whole = read_log(tmp_path, *lines)
    for block_bytes in (64, 1000, 5000):
        cut = read_log(tmp_path, *lines, block_bytes=block_bytes)
        pd.testing.assert_frame_equal(whole.positions, cut.positions)
        pd.testing.assert_frame_equal(whole.static, cut.static)
        assert whole.reports[0].set_aside == cut.reports[0].set_aside
