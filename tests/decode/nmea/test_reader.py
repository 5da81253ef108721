"""Every line of a log is accounted for, no line changes another, and blocks do not change the result."""

from pathlib import Path

import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from stsdetect.errors import DecodeError
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


def sea(kind: str, n: int = 12) -> list[str]:
    """A log in which each line is a position of another ship, with its time in one of many places."""
    lines = [build.position(412000001 + k, second=(20 + k) % 60) for k in range(n)]
    clock = [pd.Timestamp(T + k, unit="s") for k in range(n)]
    forms = {
        "tag": lambda k: build.tagged(lines[k], T + k),
        "trailing": lambda k: f"{lines[k]},r003669708,{T + k}",
        "milliseconds": lambda k: f"{lines[k]},{T + k}000",
        "prefix": lambda k: f"{T + k} {lines[k]}",
        "date": lambda k: f"{clock[k]:%d.%m.%Y %H:%M:%S} MSK host: {lines[k]}",
        "row": lambda k: f'{1612345001 + k},{clock[k]:%Y-%m-%d %H:%M:%S},"{lines[k]}"',
        "json": lambda k: f'{{"ts":{T + k},"nmea":"{lines[k]}"}}',
        "behind": lambda k: f"{lines[k]}\t{clock[k]:%Y-%m-%dT%H:%M:%SZ}",
    }
    return [forms[kind](k) for k in range(n)]


KINDS = ["tag", "trailing", "milliseconds", "prefix", "date", "row", "json", "behind"]
JUNK = st.text(st.characters(min_codepoint=32, max_codepoint=255, exclude_characters="!"), max_size=60)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.sampled_from(KINDS), st.integers(0, 11), JUNK, st.sampled_from([64, 200, 2_097_152]))
def test_a_line_replaced_by_junk_leaves_all_other_rows(
    tmp_path: Path, kind: str, at: int, junk: str, block_bytes: int
) -> None:
    lines = sea(kind)
    whole = read_log(tmp_path, *lines)
    assert len(whole.positions) == len(lines)
    lines[at] = junk
    rest = read_log(tmp_path, *lines, block_bytes=block_bytes)
    kept = whole.positions[whole.positions["mmsi"] != 412000001 + at].reset_index(drop=True)
    pd.testing.assert_frame_equal(rest.positions.reset_index(drop=True), kept)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.sampled_from(KINDS), st.integers(0, 11), JUNK, st.booleans())
def test_junk_beside_a_sentence_leaves_all_other_rows(
    tmp_path: Path, kind: str, at: int, junk: str, before: bool
) -> None:
    """The sentence itself gives the same row, or none with a counted reason."""
    lines = sea(kind)
    whole = read_log(tmp_path, *lines)
    bare = build.position(412000001 + at, second=(20 + at) % 60)
    lines[at] = f"{junk} {bare}" if before else f"{bare} {junk}"
    rest = read_log(tmp_path, *lines)
    others = rest.positions[rest.positions["mmsi"] != 412000001 + at].reset_index(drop=True)
    kept = whole.positions[whole.positions["mmsi"] != 412000001 + at].reset_index(drop=True)
    pd.testing.assert_frame_equal(others, kept)
    assert len(rest.positions) + sum(rejected(rest).values()) == len(lines)


@pytest.mark.parametrize("kind", KINDS)
def test_blocks_do_not_change_where_times_are_found(tmp_path: Path, kind: str) -> None:
    lines = [*sea(kind), build.position(412000099)]
    whole = read_log(tmp_path, *lines)
    for block_bytes in (64, 333):
        cut = read_log(tmp_path, *lines, block_bytes=block_bytes)
        pd.testing.assert_frame_equal(whole.positions, cut.positions)
        assert whole.reports[0].rejected == cut.reports[0].rejected


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.integers(0, 5), min_size=1, max_size=25), st.sampled_from([64, 150, 400]))
def test_blocks_do_not_change_what_clocks_stamp(tmp_path: Path, kinds: list[int], block_bytes: int) -> None:
    """Positions, RMC and reports of base stations in any order."""
    lines = []
    for k, kind in enumerate(kinds):
        when = pd.Timestamp(T + k, unit="s")
        date = "141123" if kind != 5 else "010104"
        clock = [(2023, 14), (11, 4), (14, 5), (22, 5), (when.minute, 6), (when.second, 6)]
        lines += {
            0: [build.position(412000001 + k)],
            1: [build.dollar_line(f"GPRMC,{when:%H%M%S},A,3000.0,N,12200.0,E,0.0,0.0,141123,,,A")],
            2: [build.sentence(*build.payload([(4, 6), (0, 2), (4120001, 30), *clock, (0, 90)]))],
            3: [build.position(412000001 + k), "$GPGGA"],
            4: ["# noise"],
            5: [build.dollar_line(f"GPRMC,{when:%H%M%S},A,3000.0,N,12200.0,E,0.0,0.0,{date},,,A")],
        }[kind]
    lines = [f"{T} {build.class_b()}", *lines] if kinds[0] == 4 else [build.class_b(), *lines]
    results = []
    for size in (block_bytes, 2_097_152):
        try:
            data = read_log(tmp_path, *lines, block_bytes=size, max_clock_age_lines=6)
        except DecodeError:
            results.append(None)
            continue
        rows = data.positions.sort_values("mmsi")
        results.append((rows["mmsi"].tolist(), rows["timestamp"].tolist(), rejected(data)))
    assert results[0] == results[1]
