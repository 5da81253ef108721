"""Lines of a table are sorted into rows of its width, headers and rejects."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stsdetect.decode.accounting import DecodeReport
from stsdetect.decode.tables.files import csv_rows
from stsdetect.decode.tables.files.csv_rows import Header, RowSorter, split_row
from stsdetect.errors import DecodeError

HEADER = Header(("a", "b", "c"), ",")


def sort(*blocks: bytes, is_header: bool = False) -> tuple[bytes, DecodeReport]:
    report = DecodeReport("a.csv")
    sorter = RowSorter(HEADER, report, lambda names: is_header)
    parts = [part for block in blocks for part in sorter.sort(block)] + sorter.finish()
    return b"".join(part.lines for part in parts), report


@pytest.mark.parametrize(
    ("line", "fields", "is_open"),
    [
        ('1,"2,3",4', ["1", "2,3", "4"], False), ("1,,", ["1", "", ""], False), ("", [""], False),
        ('"a""b"', ['a"b'], False), ('1, "2" ,3', ["1", "2", "3"], False), ('a"b,c', ['a"b', "c"], False),
        ('"a"b,c"', ['a"b,c'], False), ('1,"2', ["1", "2"], True), ('"', [""], True),
    ],
)  # fmt: skip
def test_fields_of_a_line(line: str, fields: list[str], is_open: bool) -> None:
    assert split_row(line, ",") == (fields, is_open)


@given(st.lists(st.text(st.sampled_from('",; a\x00é'), max_size=5), min_size=2, max_size=5))
def test_fields_written_with_quotes_come_back(fields: list[str]) -> None:
    line = ",".join('"' + f.replace('"', '""') + '"' for f in fields)
    # A blank after a quote is passed over, so a field that ends a quote with one is not unambiguous.
    if all(f == f.strip() and '" ' not in f and '",' not in f and '"' not in f for f in fields):
        assert split_row(line, ",") == (fields, False)


def test_a_field_of_several_lines_may_end_in_the_next_block() -> None:
    lines, report = sort(b'1,2,3\n4,"5\n', b'6",7\n8,9,10\n')
    assert lines == b'1,2,3\n4,"5\n6",7\n8,9,10\n'
    assert report.rows_in == 0


@pytest.mark.parametrize("n", [19, 20])
def test_a_quote_that_is_not_closed_within_twenty_lines_is_literal_or_rejected(n: int) -> None:
    lines, report = sort(b'1,"2\n' + b"x\n" * (n - 1) + b'y",3\n4,5,6\n')
    assert lines.endswith(b"4,5,6\n")
    assert lines.startswith(b'1,"2\n') == (n == 19)
    assert sum(report.rejected.values()) == (0 if n == 19 else n + 1)


def test_a_long_open_field_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(csv_rows, "_MAX_FIELD_BYTES", 10)
    lines, report = sort(b'1,"2 and more text\nx",3\n4,5,6\n')
    assert lines == b"4,5,6\n"
    assert report.rejected == {"unbalanced_quote": 1, "wrong_number_of_fields": 1}


def test_headers_in_another_order_are_spelt_as_the_first() -> None:
    report = DecodeReport("a.csv")
    sorter = RowSorter(Header(("A", "b", "c"), ","), report, lambda names: False)
    (part,) = sorter.sort(b"1,2,3\n# C,B,a\n4,5,6\n")
    parts = sorter.recheck(part)
    assert parts is not None
    assert [(p.header.names, p.lines) for p in parts] == [
        (("A", "b", "c"), b"1,2,3\n"),
        (("c", "b", "A"), b"4,5,6\n"),
    ]
    assert sorter.header.names == ("c", "b", "A")
    assert report.set_aside == {"repeated_header": 1}


LINES = st.lists(
    st.sampled_from(["1,2,3", "1,2", "1,2,3,4", '1,"2,3",4', '1,"2', '2",3', "", "a,b,c", ",,", "# x"]),
    max_size=12,
)


@given(LINES, st.integers(1, 12))
def test_every_line_is_a_row_or_counted_wherever_blocks_end(lines: list[str], cut: int) -> None:
    text = "".join(line + "\n" for line in lines)
    at = text.find("\n", cut) + 1
    whole, report = sort(text.encode())
    in_two, same = sort(*(part.encode() for part in (text[:at], text[at:]) if part))
    n_rows = sum(line.strip(",") != "" for line in lines)
    assert n_rows >= report.rows_in
    for lines_out, one in ((whole, report), (in_two, same)):
        n_lines_out = lines_out.count(b"\n")
        # Further lines of a field are counted as lines without a row, though they are part of one.
        assert n_lines_out + one.rows_in + one.counts["lines_without_row"] >= len(lines)


def test_quotes_that_are_never_closed_are_read_once_a_line(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each of up to twenty lines is read once for a row; all of them anew for each further one took minutes."""
    read = []
    plain = csv_rows._quoted

    def counted(line: str, at: int, separator: str) -> tuple[str, int, bool]:
        read.append(len(line) - at)
        return plain(line, at, separator)

    monkeypatch.setattr(csv_rows, "_quoted", counted)
    block = b'1,2,"abc\n' * 500
    lines, _ = sort(block)
    assert lines.count(b"\n") == 500
    assert sum(read) <= 20 * len(block)


@given(st.lists(st.text(st.sampled_from('",a '), max_size=6), min_size=2, max_size=5))
def test_a_row_is_the_same_line_by_line_as_whole(lines: list[str]) -> None:
    fields, is_open = split_row(lines[0], ",")
    for n, line in enumerate(lines[1:], 2):
        if not is_open:
            break
        is_open = csv_rows._add_line(fields, line, ",")
        assert (fields, is_open) == split_row("\n".join(lines[:n]), ",")


def test_a_table_whose_header_changes_again_and_again_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(csv_rows, "_MAX_HEADER_CHANGES", 4)
    report = DecodeReport("a.csv")
    sorter = RowSorter(HEADER, report, lambda names: "x" in names)
    sorter.sort(b"x;y\nx;y\na,b,c\nx;y\na,b,c\n")
    with pytest.raises(DecodeError, match=r"a\.csv: the names of the columns change more than 4 times"):
        sorter.sort(b"x;y\n")


def test_a_header_that_is_repeated_parts_no_rows() -> None:
    report = DecodeReport("a.csv")
    sorter = RowSorter(Header(("", "a", "b"), ",", spare=0), report, lambda names: False)
    rows = b"1,2,3\na,b\n2,4,5\na,b\n3,6,7\n"
    assert [part.lines for part in sorter.sort(rows)] == [b"1,2,3\n2,4,5\n3,6,7\n"]
    assert report.set_aside == {"repeated_header": 2}
