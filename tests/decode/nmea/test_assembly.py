"""Parts are joined within a station and a window, never across."""

import io
from pathlib import Path

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from stsdetect.decode import read_ais
from stsdetect.decode.accounting import DecodeReport
from stsdetect.decode.nmea import reader
from stsdetect.decode.nmea.reader import NmeaReader
from stsdetect.params import DecodeParams
from tests.builders import decode as build
from tests.builders.decode import T

A = build.static(412000001, name="SHIP A", seq=3)


B = build.static(412000002, name="SHIP B", seq=3)


def names(tmp_path: Path, *lines: str) -> tuple[list[str], dict[str, int]]:
    path = tmp_path / "log.nmea"
    path.write_text("\n".join([*lines, build.tagged(build.position(), T)]) + "\n")
    data = read_ais(path)
    assert data.reports[0].closes
    return sorted(data.static["shipname"]), data.reports[0].rejected


def tag(line: str, station: str = "", seconds: int = T, group: str = "") -> str:
    return build.tagged(line, seconds, station=station, group=group)


def test_interleaved_parts_of_two_stations_make_two_whole_messages(tmp_path: Path) -> None:
    lines = [tag(A[0], "n"), tag(B[0], "s"), tag(A[1], "n"), tag(B[1], "s")]
    assert names(tmp_path, *lines) == (["SHIP A", "SHIP B"], {})


def test_interleaved_parts_without_station_are_refused_not_mixed(tmp_path: Path) -> None:
    found, rejected = names(tmp_path, tag(A[0]), tag(B[0]), tag(A[1]), tag(B[1]))
    assert found == []
    assert rejected == {"ambiguous_parts": 4}


def test_groups_tell_interleaved_messages_apart(tmp_path: Path) -> None:
    lines = [
        tag(A[0], group="1-2-11"),
        tag(B[0], group="1-2-12"),
        tag(A[1], group="2-2-11"),
        tag(B[1], group="2-2-12"),
    ]
    assert names(tmp_path, *lines) == (["SHIP A", "SHIP B"], {})


SAME_END = [
    build.static(412000001 + k, name=f"SHIP {'AB'[k]}", seq=3, destination="SAME PORT") for k in range(2)
]


@pytest.mark.parametrize("noise", [[], ["$", "$"]])
@pytest.mark.parametrize("copies", [1, 2])
def test_an_equal_second_half_belongs_to_the_first_half_before_it(
    tmp_path: Path, noise: list[str], copies: int
) -> None:
    """Destinations that are cut or filled up in the same manner make equal second halves."""
    (a, a_end), (b, b_end) = SAME_END
    assert a_end == b_end
    lines = [tag(part) for part in (a, a_end, b, b_end) for _ in range(copies)]
    lines = [text for line in lines for text in (line, *noise)]
    assert names(tmp_path, *lines) == (["SHIP A", "SHIP B"], {})


def test_a_copy_of_a_whole_message_does_not_complete_another_one(tmp_path: Path) -> None:
    (a, a_end), (b, _) = SAME_END
    found, rejected = names(tmp_path, *(tag(part, "n") for part in (a, a_end, b, a, a_end)))
    assert found == ["SHIP A"]
    assert rejected == {"incomplete_message": 1}


@pytest.mark.parametrize("between", [0, 1, 3])
def test_an_orphaned_second_half_does_not_join_the_next_first_half(tmp_path: Path, between: int) -> None:
    lines = [tag(B[1]), *["$"] * between, tag(A[0]), "$", tag(A[1])]
    assert names(tmp_path, *lines) == (["SHIP A"], {"incomplete_message": 1})


def test_a_second_half_is_not_joined_backwards_over_other_lines(tmp_path: Path) -> None:
    assert names(tmp_path, tag(B[1]), "$", tag(A[0])) == ([], {"incomplete_message": 2})


def test_swapped_parts_are_joined(tmp_path: Path) -> None:
    assert names(tmp_path, tag(A[1]), tag(A[0])) == (["SHIP A"], {})


def test_a_first_half_is_not_joined_to_the_second_half_of_the_next_message(tmp_path: Path) -> None:
    found, rejected = names(tmp_path, tag(A[0], "n"), tag(B[0], "n"), tag(B[1], "n"))
    assert found == ["SHIP B"]
    assert rejected == {"incomplete_message": 1}


@pytest.mark.parametrize(("later_s", "expected"), [(10, ["SHIP A"]), (11, [])])
def test_parts_far_apart_in_time_are_given_up(tmp_path: Path, later_s: int, expected: list[str]) -> None:
    found, rejected = names(tmp_path, tag(A[0]), tag(A[1], seconds=T + later_s))
    assert found == expected
    assert rejected.get("incomplete_message", 0) == (0 if expected else 2)


@pytest.mark.parametrize(("between", "expected"), [(99, ["SHIP A"]), (100, [])])
def test_parts_far_apart_in_lines_are_given_up(tmp_path: Path, between: int, expected: list[str]) -> None:
    found, _ = names(tmp_path, tag(A[0]), *["$noise"] * between, tag(A[1]))
    assert found == expected


def test_impossible_part_numbers_are_rejected(tmp_path: Path) -> None:
    body = build.static_payload()[:59]
    lines = [tag(build.sentence(body, parts=p)) for p in ("2,3,1", "2,0,1", "0,0,1", "0,1,1")]
    found, rejected = names(tmp_path, *lines)
    assert found == []
    assert rejected == {"bad_part_number": 4}


def test_a_message_of_three_parts(tmp_path: Path) -> None:
    body = build.static_payload(name="LONG")
    cut = [body[:30], body[30:60], body[60:]]
    lines = [tag(build.sentence(b, 2 if k == 2 else 0, parts=f"3,{k + 1},7")) for k, b in enumerate(cut)]
    assert names(tmp_path, *lines) == (["LONG"], {})


def test_a_message_has_the_time_of_its_first_part_that_has_one(tmp_path: Path) -> None:
    assert names(tmp_path, A[0], f"{A[1]},r003669708,{T}") == (["SHIP A"], {})


def joined(lines: list[str]) -> tuple[list[tuple[object, ...]], dict[str, int]]:
    """Static reports of a log by MMSI, and rejected sentences by reason."""
    report = DecodeReport("log")
    stream = io.BytesIO("\n".join(lines).encode())
    static = pl.concat(
        [
            batch.static
            for batch in NmeaReader(report, DecodeParams(), latest_ms=4_000_000_000_000).batches(stream)
        ]
    )
    return sorted(static.select("mmsi", "ms", "shipname", "destination").rows()), report.rejected


@settings(max_examples=40)
@given(
    st.lists(
        st.tuples(
            st.booleans(),
            st.sampled_from(["n", "s"]),
            st.integers(0, 3),
        ),
        max_size=9,
    )
)
def test_adjacent_pairs_change_nothing(parts: list[tuple[bool, str, int]]) -> None:
    """Of whole messages and first halves, those joined as pairs are those that the assembler alone would join."""
    lines, seconds = [], T
    for k, (is_whole, station, later_s) in enumerate(parts):
        seconds += 4 * later_s
        head, tail = build.static(412000001 + k, name=f"SHIP {k}", destination=f"PORT {k:015d}", seq=1)
        halves = [head, tail] if is_whole else [head]
        lines += [build.tagged(half, seconds, station=station) for half in halves]
    both = joined(lines)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(reader, "adjacent_pairs", lambda s, stamps, rows, **windows: np.zeros(len(rows), bool))
        assert joined(lines) == both
