"""Blocks of whole lines, whatever ends a line and however long it is."""

import io
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stsdetect.decode import read_ais
from stsdetect.decode.lines import whole_lines
from tests.builders import decode as build
from tests.builders.decode import T, read_log


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_line_ends_of_all_kinds(tmp_path: Path, end: str) -> None:
    data = read_log(
        tmp_path, *[build.tagged(build.position(412000000 + k), T + k) for k in range(1, 50)], end=end
    )
    assert len(data.positions) == 49
    assert data.reports[0].rows_in == 49


def test_lines_of_megabytes_and_nul_bytes(tmp_path: Path) -> None:
    path = tmp_path / "log.nmea"
    good = build.tagged(build.position(), T).encode()
    path.write_bytes(
        good
        + b"\n"
        + b"A" * 3_000_000
        + b"\n\0\0\0"
        + good[:20]
        + b"\n"
        + build.tagged(build.class_b(), T).encode()
    )
    data = read_ais(path)
    assert len(data.positions) == 2
    assert data.reports[0].closes
    assert data.reports[0].rejected == {"line_too_long": 1}
    assert data.reports[0].rows_in == 4


def blocks(data: bytes, *, block_bytes: int = 64, max_line_bytes: int = 1000) -> list[tuple[bytes, int]]:
    return list(whole_lines(io.BytesIO(data), block_bytes=block_bytes, max_line_bytes=max_line_bytes))


@given(
    st.lists(st.sampled_from([b"", b"a", b"bc", b"d" * 4, b"e" * 7, b"f" * 40]), max_size=8),
    st.sampled_from([b"\n", b"\r\n", b"\r"]),
    st.integers(1, 20),
    st.booleans(),
)
def test_lines_up_to_the_limit_come_out_in_order_whatever_the_block_size(
    lines: list[bytes], end: bytes, block_bytes: int, ends_with_line: bool
) -> None:
    data = end.join(lines) + (end if ends_with_line else b"")
    expected = data.replace(b"\r\n", b"\n").replace(b"\r", b"\n").split(b"\n")
    if not expected[-1]:
        expected.pop()
    found = blocks(data, block_bytes=block_bytes, max_line_bytes=5)
    text = b"".join(block for block, _ in found)
    # An over-long line may leave an empty one behind where a block ends inside of its "\r\n".
    assert [line for line in text.split(b"\n") if line] == [line for line in expected if 0 < len(line) <= 5]
    assert sum(n for _, n in found) == sum(len(line) > 5 for line in expected)


def test_every_block_ends_with_a_line() -> None:
    assert blocks(b"one\ntwo\nthree", block_bytes=6) == [(b"one\n", 0), (b"two\n", 0), (b"three\n", 0)]
    assert blocks(b"") == []


@pytest.mark.parametrize("end", [b"\n", b"\r\n", b"\r"])
@pytest.mark.parametrize("block_bytes", range(1, 40))
def test_a_line_too_long_at_the_edge_of_a_block_counts_once(end: bytes, block_bytes: int) -> None:
    data = end.join([b"a", b"x" * 20, b"b", b"y" * 7, b"c", b""])
    pieces = list(whole_lines(io.BytesIO(data), block_bytes=block_bytes, max_line_bytes=5))
    assert b"".join(lines for lines, _ in pieces) == b"a\nb\nc\n"
    assert sum(n for _, n in pieces) == 2
