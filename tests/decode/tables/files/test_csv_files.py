"""Tables with separators become frames; a row of another width is rejected, never cut, filled or shifted."""

import gzip
import io
from pathlib import Path

import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from stsdetect.decode import read_ais
from stsdetect.decode.accounting import DecodeReport
from stsdetect.decode.tables.files import csv_frames
from stsdetect.decode.tables.files.csv_files import Schema
from stsdetect.errors import DecodeError
from stsdetect.params import DecodeParams
from tests.builders.decode import read_table, rejected, rows

NAMES = "mmsi,time,lat,lon,sog,shipname\n"


def row(k: int, *, name: str = "EAGLE", lon: str = "122.5") -> str:
    return f"412000001,2024-05-01T00:{k:02d}:00,30.{k:02d},{lon},7.5,{name}\n"


TABLE = NAMES + "".join(row(k) for k in range(1, 6))
MINUTES = [f"2024-05-01 00:{k:02d}:00.000" for k in range(1, 6)]


def numbers(header: list[str]) -> list[Schema]:
    found: Schema = {n: pl.Float64 for n in header if n.lower() in ("lat", "lon")}
    if len(found) < 2:
        raise DecodeError("no position")
    return [found]


def frames(text: str, **params: int) -> tuple[list[pl.DataFrame], DecodeReport]:
    report = DecodeReport("a.csv")
    stream = io.BytesIO(text.encode())
    return list(csv_frames(stream, report, DecodeParams(**params), lambda header: [{}])), report


@pytest.mark.parametrize(("n_titles", "found"), [(19, True), (20, False)])
def test_column_names_are_found_among_the_first_twenty_lines_with_text(n_titles: int, found: bool) -> None:
    (frame,), _ = frames("title\n\n" + "title\n" * (n_titles - 1) + "a,b\n1,2\n")
    assert (frame.columns == ["a", "b"]) == found


def test_rows_may_be_quoted_and_blank_and_names_repeated() -> None:
    (frame,), report = frames('a;a;"b"\n1;2;3\n\n"6\n7";8;9\n;;\n')
    assert frame.to_dict(as_series=False) == {"a": ["1", "6\n7"], "a.1": ["2", "8"], "b": ["3", "9"]}
    assert report.counts["lines_without_row"] == 3


def test_lines_that_are_too_long_are_rejected() -> None:
    (frame,), report = frames("a,b\n1,2\n" + "3" * 300 + ",4\n", max_line_bytes=256)
    assert frame.rows() == [("1", "2")]
    assert report.rejected == {"line_too_long": 1}


@pytest.mark.parametrize(
    ("bad", "reason"),
    [
        (row(9, name="SEA, LTD"), "wrong_number_of_fields"),
        ("412000001,2024-05-01T00:09:00,30.09\n", "wrong_number_of_fields"),
        (row(9).replace("\n", ",\n"), "wrong_number_of_fields"),
        (row(9, name="SEA,LTD,X,Y"), "wrong_number_of_fields"),
        (row(9, name='"SEA, LTD'), "unbalanced_quote"),
        (row(9, lon="122,5"), "wrong_number_of_fields"),
    ],
)
@pytest.mark.parametrize("place", [0, 2, 5])
def test_a_row_of_another_width_is_rejected_with_a_sample(
    tmp_path: Path, bad: str, reason: str, place: int
) -> None:
    good = [row(k) for k in range(1, 6)]
    data = read_table(tmp_path, NAMES + "".join([*good[:place], bad, *good[place:]]))
    assert rows(data.positions, "timestamp", "lon", "sog") == [(t, 122.5, 7.5) for t in MINUTES]
    assert rejected(data) == {reason: 1}
    assert data.rejects["sample"].tolist() == [bad.strip()]


def test_a_long_row_does_not_hide_behind_a_short_one(tmp_path: Path) -> None:
    # Together they have as many separators as two right rows.
    data = read_table(tmp_path, TABLE + row(9, name="SEA, LTD") + row(10).rsplit(",", 1)[0] + "\n")
    assert len(data.positions) == 5
    assert rejected(data) == {"wrong_number_of_fields": 2}


def test_a_last_line_without_its_end_is_rejected_where_fields_are_missing(tmp_path: Path) -> None:
    data = read_table(tmp_path, TABLE + "412000001,2024-05-01T00:09:00,30.09,12")
    assert len(data.positions) == 5
    assert rejected(data) == {"wrong_number_of_fields": 1}


def test_the_last_line_of_a_damaged_archive_is_rejected_even_with_all_fields(tmp_path: Path) -> None:
    lines = "".join(f"412000001,2024-05-01T00:00:{k % 60:02d},30,122,7.5,{k * k}\n" for k in range(20_000))
    path = tmp_path / "a.csv.gz"
    path.write_bytes(gzip.compress((NAMES + lines).encode())[:-3000])
    report = read_ais(path).reports[0]
    assert report.rejected == {"cut_last_line": 1}
    assert report.closes
    assert "damaged" in report.warnings[0]


SECOND = "412000009,2024-05-01T00:09:00,30.9,122.9"


@pytest.mark.parametrize(
    "more",
    [
        "time,mmsi,lon,lat,shipname,sog\n2024-05-01T00:09:00,412000009,122.9,30.9,Z,1.5\n",
        "time,mmsi,lon,lat,shipname,sog,cog\n2024-05-01T00:09:00,412000009,122.9,30.9,Z,1.5,90\n",
        f"MMSI,BaseDateTime,LAT,LON,SOG\n{SECOND},1.5\n",
        f"MMSI;BaseDateTime;LAT;LON;SOG\n{SECOND.replace(',', ';')};1.5\n",
        f"\ufeff# mmsi,time,lat,lon,sog,shipname\n{SECOND},1.5,Z\n",
    ],
)
def test_rows_below_a_further_header_are_read_by_it(tmp_path: Path, more: str) -> None:
    data = read_table(tmp_path, TABLE + more)
    assert rows(data.positions, "mmsi", "timestamp", "lat", "lon", "sog")[-1] == (
        412000009, "2024-05-01 00:09:00.000", 30.9, 122.9, 1.5,
    )  # fmt: skip
    assert len(data.positions) == 6
    assert data.reports[0].set_aside["repeated_header"] == 1
    assert data.reports[0].rejected == {}


def test_many_days_joined_with_their_headers(tmp_path: Path) -> None:
    other = "time,mmsi,lon,lat,shipname,sog\n"
    days = [NAMES + row(1), other + "2024-05-01T00:02:00,412000001,122.5,30.02,EAGLE,7.5\n", NAMES + row(3)]
    data = read_table(tmp_path, "".join(days) + NAMES + row(4))
    assert rows(data.positions, "timestamp", "lon") == [(t, 122.5) for t in MINUTES[:4]]
    assert data.reports[0].set_aside["repeated_header"] == 3


@pytest.mark.parametrize(
    "text",
    [
        TABLE.replace("\n", ",\n").replace("shipname,", "shipname"),  # an empty field at the end of each row
        TABLE.replace("shipname", "shipname,"),  # of the header only
        TABLE.replace("\n", ",\n"),
        NAMES + "".join(f'"{k}",{row(k)}' for k in range(1, 6)),  # row numbers of R
        "," + NAMES + "".join(f"{k},{row(k)}" for k in range(1, 6)),  # of pandas
        "sep=;\n" + TABLE.replace(",", ";"),
        "sep=^\n" + TABLE.replace(",", "^"),
        "Positions, exported by hand, in UTC\n\n" + TABLE,
        "# station, 7, north\n" + TABLE.replace("2024", "2024", 1) + "# end, of, file\n",
        TABLE.replace("\n", "\r"),
        TABLE + "\x1a",
        "\n".join(",".join(f'"{cell}"' for cell in line.split(",")) for line in TABLE.splitlines()),
        TABLE.replace(",", ", ").replace("EAGLE", '"EAGLE"'),
    ],
)
def test_layouts_that_hold_the_same_rows(tmp_path: Path, text: str) -> None:
    data = read_table(tmp_path, text)
    assert rows(data.positions, "timestamp", "lon", "sog") == [(t, 122.5, 7.5) for t in MINUTES]
    assert data.static["shipname"].unique().tolist() == ["EAGLE"]
    assert rejected(data) == {}


def test_a_value_where_the_other_rows_end_in_a_separator_is_rejected(tmp_path: Path) -> None:
    text = TABLE.replace("\n", ",\n").replace("shipname,", "shipname") + row(9, name="SEA, LTD")
    data = read_table(tmp_path, text)
    assert len(data.positions) == 5
    assert rejected(data) == {"wrong_number_of_fields": 1}


def test_a_table_narrower_than_its_header_says_so(tmp_path: Path) -> None:
    data = read_table(tmp_path, NAMES + "".join(row(k).rsplit(",", 1)[0] + "\n" for k in range(1, 6)))
    assert rejected(data) == {"wrong_number_of_fields": 5}
    assert "most rows have 5 fields, but the header has 6" in data.reports[0].warnings[0]


@pytest.mark.parametrize(
    ("name", "read_as"),
    [('"SEA, LTD"', "SEA, LTD"), ('B "X" C', 'B "X" C'), ('"A ""B"""', 'A "B"'), ('"SEA', '"SEA'),
     ('5" PIPE', '5" PIPE'), ('"SEA\nLTD"', "SEA\nLTD"), ('"A" B', 'A" B')],
)  # fmt: skip
def test_quotes(tmp_path: Path, name: str, read_as: str) -> None:
    data = read_table(tmp_path, NAMES + row(1) + row(2, name=name) + row(3) + row(4))
    assert rows(data.positions, "timestamp", "lon") == [(t, 122.5) for t in MINUTES[:4]]
    if name != '"A" B':  # which is never closed, so that it is a field as it stands
        assert read_as in data.static["shipname"].tolist()


@pytest.mark.parametrize(
    ("encoding", "name", "shown"),
    [("utf-8", "ÅRØ", ""), ("latin-1", "ÅRØ", "Windows-1252"), ("gb18030", "中国远洋", "GB 18030"),
     ("utf-16", "中国远洋", ""), ("utf-16-le", "ÅRØ", "")],
)  # fmt: skip
def test_encodings_of_names(tmp_path: Path, encoding: str, name: str, shown: str) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes((TABLE + row(9, name=name)).encode(encoding))
    data = read_ais(path)
    assert name in data.static["shipname"].tolist()
    assert len(data.positions) == 6
    assert shown in " ".join(data.reports[0].warnings)
    assert bool(shown) == bool(data.reports[0].counts["lines_not_utf8"])


JUNK = st.text(st.sampled_from(['"', ",", ";", "\n", "{", "}", "x", "1", ".", " ", "\0", "é"]), max_size=8)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.integers(0, 4), st.integers(0, 5), JUNK, st.booleans())
def test_junk_in_a_cell_changes_no_other_row(place: int, column: int, junk: str, quoted: bool) -> None:
    cells = [line.split(",") for line in TABLE.splitlines()]
    if quoted:
        cells = [[f'"{cell}"' for cell in line] for line in cells]
    expected = [line for k, line in enumerate(cells[1:]) if k != place]
    cells[place + 1][column] = junk
    report = DecodeReport("a.csv")
    text = "\n".join(",".join(line) for line in cells) + "\n"
    found = [
        tuple(str(v) for v in r)
        for frame in csv_frames(io.BytesIO(text.encode()), report, DecodeParams(), numbers)
        for r in frame.rows()
    ]
    for line in expected:
        plain = [cell.strip('"') for cell in line]
        assert [*plain[:2], str(float(plain[2])), *plain[3:]] in [
            [*f[:2], str(float(f[2])), *f[3:]] for f in found if f[2] == f[2] and _is_number(f[2])
        ]
    # The junk row, or what a line end in it makes of it, is a row or a reject.
    assert len(found) + sum(report.rejected.values()) + report.counts["lines_without_row"] >= 4


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True
