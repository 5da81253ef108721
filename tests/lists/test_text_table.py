"""Tables of text: the header, rows that do not fit it, and quotation marks without their pair."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stsdetect.errors import ContextError
from stsdetect.lists.text_table import TextTable, read_text_table, some_lines

KNOWN = {"lat": "lat(itude)?", "lon": "lon(gitude)?", "name": "name"}


def read(text: str | bytes) -> TextTable:
    data = text if isinstance(text, bytes) else text.encode()
    return read_text_table(Path("a.csv"), "table", KNOWN, needed=["lat", "lon"], data=data)


def rows(text: str | bytes) -> list[list[str]]:
    table = read(text)
    assert table.remarks == []
    return [cells for _, _, cells in table.rows]


def test_the_header_is_the_line_with_the_most_known_names() -> None:
    assert rows("Lat and lon, by name\nname;lat;lon\nA;1,5;2,5\n") == [["A", "1,5", "2,5"]]
    assert rows("name,status\nlat,lon\n1,2\n") == [["1", "2"]]


def test_a_cell_over_several_lines_is_one_cell() -> None:
    table = read('lat,lon,name\n1,2,"A\nB"\n3,4,C\n')
    assert table.rows == [(3, 0, ["1", "2", "A\nB"]), (4, 0, ["3", "4", "C"])]


@pytest.mark.parametrize(
    ("text", "remark", "kept"),
    [
        ("lat,lon,name\n1,2,A, B\n3,4,C\n", "1 row(s) have more cells than the header", ["3", "4", "C"]),
        ('lat,lon,name\n1,2,"A\n3,4,C\n', "1 row(s) have a quotation mark without its pair", ["3", "4", "C"]),
        (
            'lat,lon,name\n1,2,"A" B\n3,4,C\n',
            "1 row(s) have a quotation mark without its pair",
            ["3", "4", "C"],
        ),
        ("lat,lon,name\n3,4,C\n1,2", "so the file was cut", ["3", "4", "C"]),
        ("lat,lon,name\n3,4\n", "1 row(s) have fewer cells", ["3", "4", ""]),
    ],
)
def test_a_row_that_does_not_fit_is_counted_and_never_shifted(
    text: str, remark: str, kept: list[str]
) -> None:
    table = read(text)
    assert [remark in r for r in table.remarks] == [True]
    assert [cells for _, _, cells in table.rows] == [kept]


def test_two_stray_quotation_marks_do_not_swallow_the_rows_between_them() -> None:
    table = read('lat,lon,name\n1,2,"A\n3,4,C\n5,6,D"\n7,8,E\n')
    assert [cells[2] for _, _, cells in table.rows] == ["C", 'D"', "E"]
    assert len(table.remarks) == 1


def test_a_header_in_another_order_applies_from_there_on() -> None:
    table = read("lat,lon,name\n1,2,A\nname,lon,lat\nB,4,3\nlat,lon,name\n5,6,C\n")
    assert [table.first(c) for c in KNOWN] == [["1", "3", "5"], ["2", "4", "6"], ["A", "B", "C"]]


@pytest.mark.parametrize(
    ("data", "match"),
    [
        (b"", "is empty"),
        (b"\n \n", "is empty"),
        (b"a,b\n1,2\n", "none of the columns lat and lon; present: a, b"),
        (b"\x1f\x8b\x08", "compressed; unpack it first"),
        (b"\xd0\xcf\x11\xe0", "Excel workbook; save it as CSV"),
        (b"lat,lon\n" + b"1" * (1 << 20) + b"\n", "more than 1048576 characters"),
        (b"lat," + b"x," * 3000 + b"lon\n", "more than 2000 columns"),
    ],
)
def test_what_is_not_such_a_table_is_refused(data: bytes, match: str) -> None:
    with pytest.raises(ContextError, match=match):
        read(data)


def test_the_first_lines_are_named() -> None:
    assert some_lines([7]) == "line 7"
    assert some_lines([1, 2, 3, 4]) == "lines 1, 2, 3, ..."


@given(st.binary(max_size=200))
def test_any_bytes_are_read_or_refused(data: bytes) -> None:
    for start in (b"", b"lat,lon,name\n", b"lat;lon\r\n1;2\r\n"):
        try:
            table = read(start + data)
        except ContextError:
            continue
        assert all(len(cells) == len(table.headers[header]) for _, header, cells in table.rows)
