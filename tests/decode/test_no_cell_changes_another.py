"""One cell of junk, in any form of file: every other row stays as it is, and the loss is counted.

The row itself becomes one of three: one reject (or row set aside) with its reason; the same row with null in the
column of that cell and one lost value of it, or none where the cell says that there is no value; or the same row with
another valid value in that column. ``CELL_EXAMPLES=2000`` tries as many cells in each form.
"""

import csv
import io
import json
import math
import os
import re
import tempfile
from collections.abc import Callable
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import pandas as pd
import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from stsdetect.decode import DecodeReport
from stsdetect.decode.file_rows import batches
from stsdetect.decode.tables.memory_frames import table_of_frame
from stsdetect.decode.tables.reader import TableReader
from stsdetect.params import DecodeParams
from tests.builders import decode as build
from tests.builders.decode import T

EXAMPLES = settings(
    max_examples=int(os.environ.get("CELL_EXAMPLES", "30")),
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
POSITION = ("lat", "lon", "sog", "cog", "heading", "nav_status")
STATIC = ("imo", "callsign", "shipname", "ship_type", "to_bow", "to_stern", "to_port", "to_starboard", "draught",
          "destination")  # fmt: skip
TEXTS = ("callsign", "shipname", "destination")
FIELDS = ("mmsi", "time", *POSITION, *STATIC)
N_ROWS, N_SHIPS = 12, 4
IMO = (9074729, 9074731, 9074743, 9074755)
Row = dict[str, Any]
Key = tuple[int, int]
LATEST_MS = 1_735_689_600_000  # 2025-01-01


def clean_row(k: int) -> Row:
    """Row k; ships 0 and 1 change their draught from row to row, the others repeat all that is static."""
    ship = k % N_SHIPS
    return {
        "mmsi": 412000001 + ship, "time": f"2024-05-01T00:{k:02d}:00Z",
        "lat": 30.125 + k / 64, "lon": 122.125 + k / 64, "sog": 1.5 + k, "cog": 10.5 + k, "heading": 20.0 + k,
        "nav_status": k % 9, "imo": IMO[ship], "callsign": f"BABC{ship}", "shipname": f"SEA STAR {ship}",
        "ship_type": 80 + ship, "to_bow": 100.0 + ship, "to_stern": 20.0 + ship, "to_port": 10.0 + ship,
        "to_starboard": 12.0 + ship, "draught": 5.0 + (k / 8 if ship < 2 else ship), "destination": f"CN ZOS{ship}",
    }  # fmt: skip


ROWS = [clean_row(k) for k in range(N_ROWS)]
KEYS: list[Key] = [(row["mmsi"], int(pd.Timestamp(row["time"]).timestamp() * 1000)) for row in ROWS]


def with_cell(row: int, field: str, junk: object) -> list[Row]:
    return [{**r, field: junk} if k == row else r for k, r in enumerate(ROWS)]


# Forms. Each writes rows, or gives them as a frame.


def as_csv(rows: list[Row], separator: str) -> str:
    out = io.StringIO()
    writer = csv.DictWriter(out, FIELDS, delimiter=separator, lineterminator="\r\n")
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue()


def as_raw_csv(rows: list[Row], separator: str) -> str:
    """Written without a thought of quotes."""
    lines = [separator.join(str(row[name]) for name in FIELDS) for row in rows]
    return "\n".join([separator.join(FIELDS), *lines]) + "\n"


def as_json_lines(rows: list[Row]) -> str:
    return "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)


def as_raw_json_lines(rows: list[Row]) -> str:
    """Every value between quotes, none of them escaped."""
    return "".join("{" + ", ".join(f'"{k}": "{v}"' for k, v in row.items()) + "}\n" for row in rows)


def as_geojson(rows: list[Row]) -> str:
    features = [
        {
            "type": "Feature",
            "geometry": {"type": "Point", "coordinates": [row["lon"], row["lat"]]},
            "properties": {k: v for k, v in row.items() if k not in ("lat", "lon")},
        }
        for row in rows
    ]
    return json.dumps({"type": "FeatureCollection", "features": features}, ensure_ascii=False)


TEXT_FORMS: dict[str, tuple[str, Callable[[list[Row]], str]]] = {
    "comma": ("csv", lambda rows: as_csv(rows, ",")),
    "semicolon": ("csv", lambda rows: as_csv(rows, ";")),
    "tab": ("tsv", lambda rows: as_csv(rows, "\t")),
    "JSON lines": ("jsonl", as_json_lines),
    "JSON document": ("json", lambda rows: json.dumps({"data": rows})),
    "JSON document of many lines": ("json", lambda rows: json.dumps(rows, indent=1, ensure_ascii=False)),
    "GeoJSON": ("geojson", as_geojson),
}
RAW_FORMS: dict[str, tuple[str, Callable[[list[Row]], str]]] = {
    "raw comma": ("csv", lambda rows: as_raw_csv(rows, ",")),
    "raw semicolon": ("csv", lambda rows: as_raw_csv(rows, ";")),
    "raw JSON lines": ("jsonl", as_raw_json_lines),
    "raw JSON document": ("json", lambda rows: "[" + as_raw_json_lines(rows).replace("}\n{", "}, {") + "]"),
}


def text_frame(rows: list[Row]) -> pd.DataFrame:
    return pd.DataFrame(rows).astype(str)


def typed_frame(rows: list[Row]) -> pd.DataFrame:
    """Numbers as such, times as timestamps; a null does not make floats of the whole numbers beside it."""
    frame = pd.DataFrame(rows, dtype=object)
    times = [None if t is None else pd.Timestamp(t) for t in frame.pop("time")]
    frame = frame.convert_dtypes().assign(time=pd.to_datetime(pd.Series(times), utc=True))
    return frame[list(FIELDS)]


def write_form(form: str, rows: list[Row], folder: Path) -> Path | pd.DataFrame:
    """A file, or a frame in memory."""
    if "frame" in form or "Parquet" in form:
        frame = typed_frame(rows) if "typed" in form else text_frame(rows)
        if "frame" in form:
            return frame
        path = folder / "dump.parquet"
        frame.to_parquet(path)
        return path
    ending, write = (TEXT_FORMS | RAW_FORMS)[form]
    path = folder / f"dump.{ending}"
    path.write_bytes(write(rows).encode())
    return path


FORMS = (*TEXT_FORMS, *RAW_FORMS, "text Parquet", "text frame", "typed Parquet", "typed frame")


# What was read.


class Found(NamedTuple):
    """Position of each vessel and time, and the static values in force then."""

    positions: dict[Key, Row]
    static: dict[Key, Row]
    report: DecodeReport

    def at(self, key: Key) -> Row:
        """All values of a vessel at a time; without a position if there is none."""
        times = [ms for mmsi, ms in self.static if mmsi == key[0] and ms <= key[1]]
        static = self.static[key[0], max(times)] if times else dict.fromkeys(STATIC)
        return self.positions.get(key, {}) | static


def read(given: Path | pd.DataFrame) -> Found:
    """What is decoded of a file or frame, without the files of a run, which would take most of the time."""
    report = DecodeReport("dump")
    if isinstance(given, pd.DataFrame):
        reader = TableReader(report, DecodeParams(), latest_ms=LATEST_MS)
        parts = list(reader.batches(iter([table_of_frame(given)])))
    else:
        parts = list(batches(given, report, DecodeParams()))
    positions, static = (pl.concat(getattr(part, name) for part in parts) for name in ("positions", "static"))
    report.rows_out = positions.height + static.filter("counted").height
    assert report.closes
    found = Found(by_key(positions, (*POSITION, "ais_class", "msg_type")), by_key(static, STATIC), report)
    assert len(found.positions) == positions.height
    return found


def by_key(frame: pl.DataFrame, names: tuple[str, ...]) -> dict[Key, Row]:
    return {(row["mmsi"], row["ms"]): {n: row[n] for n in names} for row in frame.to_dicts()}


@pytest.mark.parametrize("form", FORMS)
def test_each_form_of_the_same_table_is_read_the_same(tmp_path: Path, form: str) -> None:
    seen = read(write_form(form, ROWS, tmp_path))
    assert (seen.report.rejected, dict(seen.report.lost_values)) == ({}, {})
    assert sorted(seen.positions) == sorted(KEYS)
    for row, key in zip(ROWS, KEYS, strict=True):
        at = seen.at(key)
        assert {n: at[n] for n in FIELDS[2:]} == {n: row[n] for n in FIELDS[2:]}


WORDS_FOR_NOTHING = ("", "-", "none", "null", "nan", "n/a", "na", "unknown", "undefined", "\\n", "<na>")
NOT_AVAILABLE = {"sog": (102.3, 1023.0), "cog": (360.0, 3600.0), "heading": (511.0,), "draught": (0.0,),
                 "nav_status": (15.0, 99.0, -1.0, -99.0), "ship_type": (0.0, -1.0), "imo": (0.0,), "to_bow": (0.0,)}  # fmt: skip


def number_of(junk: object) -> float:
    text = str(junk).strip().strip("'\"=").strip()
    text = re.sub(r"^([+-]?\d+),(\d+)$", r"\1.\2", text)
    text = re.sub(r"(?<=\d),(?=\d{3}\b)|\s*[NSEW]$", "", text)
    try:
        return float(text)
    except ValueError:
        return math.nan


_MAX_M, _MAX_DRAUGHT_M = DecodeParams().max_table_dimension_m, DecodeParams().max_table_draught_m
VALID: dict[str, tuple[float, float]] = {
    "lat": (-90, 90), "lon": (-180, 180), "sog": (0, 102.2), "cog": (0, 359.999), "heading": (0, 359.999),
    "nav_status": (0, 14), "imo": (1_000_000, 9_999_999), "ship_type": (1, 255), "draught": (0.05, _MAX_DRAUGHT_M),
    **dict.fromkeys(("to_bow", "to_stern", "to_port", "to_starboard"), (0, _MAX_M)),
}  # fmt: skip


def check(before: Found, after: Found, row: int, field: str, junk: object, *, form: str) -> None:
    """The rows of `after` are those of `before`, but for one cell."""
    report = after.report
    others = [key for k, key in enumerate(KEYS) if k != row]
    for key in others:
        assert after.at(key) == before.at(key)
    new = (after.positions.keys() | after.static.keys()) - set(others)
    assert set(report.lost_values) <= {field}
    assert report.lost_values.total() <= 1
    if "raw" in form:
        if not check_pieces(report, new, str(junk), form):
            return
    else:
        # One row remains one row, whatever it becomes.
        assert report.rows_in == N_ROWS
        # The further lines of a cell between quotes hold no row of their own.
        assert report.counts["lines_without_row"] <= len(re.findall("\r\n|\r|\n", str(junk)))
        assert sum(report.rejected.values()) + report.set_aside.total() + len(new) == 1
    if not new:
        assert not report.lost_values
        return
    (key,) = new
    given, kept = before.at(KEYS[row]), after.at(key)
    if field == "mmsi" and key != KEYS[row]:
        assert (number_of(junk), KEYS[row][1]) == key
    elif field == "time" and key != KEYS[row]:
        assert key[0] == KEYS[row][0]
        assert str(junk) in KNOWN_TIMES
    else:
        assert key == KEYS[row]
    if key not in after.positions:
        # Without latitude and longitude it is a static report; a cell of one of them alone cannot make it so.
        assert field not in ("lat", "lon")
    unequal = {n for n, v in given.items() if kept[n] != v}
    assert unequal <= {field}
    if field not in unequal:
        assert not report.lost_values
        return
    check_value(kept[field], field, junk, report, raw="raw" in form)


def check_value(value: Any, field: str, junk: object, report: DecodeReport, *, raw: bool) -> None:
    """A value in place of the given one: null and counted, null since the cell says so, or what the cell says."""
    if value is None:
        text = str(junk).strip()
        says_nothing = text.lower() in WORDS_FOR_NOTHING
        says_nothing |= number_of(junk) in NOT_AVAILABLE.get(field, (0.0,))
        says_nothing |= field in TEXTS and not shown(junk)
        if not (raw and '"' in text):  # the row's own quotes decide what such a cell says
            assert report.lost_values[field] == (not says_nothing)
        return
    assert not report.lost_values
    if field in TEXTS:
        assert shown(value) in {shown(junk), shown(unescaped(junk)) if raw else shown(junk)}
        return
    low, high = VALID[field]
    assert low <= value <= high
    if field in ("ship_type", "nav_status") and not math.isfinite(number_of(junk)):
        assert (str(junk), value) in {("80 - Tanker", 80), ("油船", 80)}
    elif field == "ship_type" and number_of(junk) > 1000:
        assert value <= 99  # a code of the Coast Guard
    else:
        assert value == pytest.approx(number_of(junk), rel=1e-6)


def unescaped(junk: object) -> object:
    """What a cell that is written as it is into JSON says."""
    try:
        return json.loads(f'"{junk}"')
    except ValueError:
        return junk


def shown(text: object) -> str:
    return re.sub(r"[\s\x00-\x1f\x7f-\x9f\ufeff\"\\\\\ufffd]", "", str(text))


def check_pieces(report: DecodeReport, new: set[Key], junk: str, form: str) -> bool:
    """What a cell may do that is written as it is; whether its row is one row with as many fields as before.

    A line end, or a brace or quote in JSON, cuts the row into pieces, each a row of its own; a separator is one more
    field. In either case no piece is a row of the table unless the cell has both, and so writes a row itself.
    """
    n_gone = sum(report.rejected.values()) + report.set_aside.total()
    n_blank = report.counts["lines_without_row"]
    ends = "\r\n|\r|\n" + ('|[{}"]' if "JSON" in form else "")
    pieces = 1 + len(re.findall(ends, junk))
    assert report.rows_in + n_blank >= N_ROWS
    assert report.rows_in + n_blank <= N_ROWS + pieces - 1
    assert n_gone <= pieces
    separator = {"raw comma": ",", "raw semicolon": ";"}.get(form, '"')
    if pieces > 1 and separator in junk:
        assert len(new) <= pieces
        return False
    assert len(new) <= 1
    assert n_gone or new or n_blank
    if pieces == 1 and not n_blank:
        assert n_gone + len(new) == 1
        assert report.rows_in == N_ROWS
    if separator in junk and form.startswith("raw") and "JSON" not in form and '"' not in junk:
        assert not new
    return True


KNOWN_TIMES = ("13/04/2021 1:00", "2021-04-13 08:00+08:00", "1618275600")
JUNK = st.sampled_from(
    ["", " ", "junk", "-1", "0", "91", "181", "999", "511", "102.3", "1e9", "1E999", "4.12E+08", "nan", "null", "#N/A",
     "9" * 30, "-" + "9" * 400, "1,5", "12,345,678", "12:30", "30 N", "N", "2024-05-01 00:00:00 CST", "01:05:00 PM",
     "2099-01-01T00:00:00Z", "1970-01-01", "45244.5", "59", "99/99/2024 00:00", *KNOWN_TIMES,
     ",", ";", "\t", "|", ",,,", "a,b;c|d\te", '"', '""', '"a', 'a"', 'a"b', '"a,b"', '"a\nb"', "'", "'412000009",
     "\n", "a\nb", "\r\n", "a\rb", "\n\n\n", "a\n", "{", "}", "{}", "}{", "[", "]", "]}", '{"a": 1}', '"}', '", "', "\\",
     "\\n", "\\u0000", "\0", "\0a", "\x01", "\x1a", "\x1b[31m", "\x85", "\u2028", "\ufeff", "é", "油船", "\U0001f6a2", "ß" * 300,
     "x" * 9000, "#", "//", "sep=;", "mmsi", "=1+1", "True", "!AIVDM,1,1,,A,13HOI:0P0000VOHLCnHQKwvL05Ip,0*23", "$GPRMC",
     "\\c:1700000000*5F\\", "80 - Tanker", "EAGLE", "9074729"]
) | st.text(st.characters(exclude_categories=["Cs"]), max_size=12)  # fmt: skip
EXTREMES = st.sampled_from(
    [None, -1, 0, 91, 181, 360, 511, 1023, 10**9, 2**31, 2**53 + 1, -(2**63), 2**63 - 1]
)
EXTREME_FLOATS = EXTREMES | st.sampled_from([math.nan, math.inf, -math.inf, 1e300, -0.0, 5e-324])
EXTREME_TIMES = st.sampled_from(
    [None, "1700-01-01", "1970-01-01T00:00:00Z", "2099-01-01T00:00:00Z", "2262-01-01"]
)


@cache
def clean(form: str) -> Found:
    with tempfile.TemporaryDirectory() as folder:
        return read(write_form(form, ROWS, Path(folder)))


@pytest.mark.parametrize("form", [f for f in FORMS if "typed" not in f])
@EXAMPLES
@given(row=st.integers(0, N_ROWS - 1), field=st.sampled_from(FIELDS), junk=JUNK)
def test_junk_in_a_table(tmp_path: Path, form: str, row: int, field: str, junk: str) -> None:
    after = read(write_form(form, with_cell(row, field, junk), tmp_path))
    check(clean(form), after, row, field, junk, form=form)


@st.composite
def extreme_cells(draw: st.DrawFn) -> tuple[str, object]:
    field = draw(st.sampled_from(FIELDS))
    if field == "time":
        return field, draw(EXTREME_TIMES)
    if field in TEXTS:
        return field, draw(st.none() | JUNK)
    whole = isinstance(ROWS[0][field], int)
    return field, draw(EXTREMES if whole else EXTREME_FLOATS)


@pytest.mark.parametrize("form", ["typed Parquet", "typed frame"])
@EXAMPLES
@given(row=st.integers(0, N_ROWS - 1), cell=extreme_cells())
def test_extremes_in_a_table_with_types(
    tmp_path: Path, form: str, row: int, cell: tuple[str, object]
) -> None:
    field, junk = cell
    after = read(write_form(form, with_cell(row, field, junk), tmp_path))
    check(clean(form), after, row, field, "" if junk is None else junk, form=form)


# Logs: a line is a stamp, the sentence up to its payload, the payload, and pad count with checksum.

STAMPS: dict[str, Callable[[int], str]] = {
    "unix": lambda s: f"{s} ",
    "date": lambda s: f"{datetime.fromtimestamp(s, UTC):%Y-%m-%d %H:%M:%S}Z,",
    "tag block": lambda s: build.tag_block(f"s:ZOS{s % 2},c:{s}"),
}


def log_lines(stamp: str) -> list[list[str]]:
    """Lines of four cells: a position of each row, and the two parts of the static report of each ship."""
    out = []
    for k in range(N_ROWS):
        ship, seconds = k % N_SHIPS, T + 60 * k
        mmsi = 412000001 + ship
        said = [build.position(mmsi, lat=30 + k / 64, lon=122 + k / 64, sog=1.5 + k, second=seconds % 60)]
        if k < N_SHIPS:
            said += build.static(mmsi, seq=ship, imo=IMO[ship], name=f"SEA STAR {ship}")
        for text in said:
            *head, payload, tail = text.split(",")
            out.append([STAMPS[stamp](seconds), ",".join(head) + ",", payload, f",{tail}"])
    return out


def read_lines(lines: list[list[str]], folder: Path) -> Found:
    path = folder / "log.nmea"
    path.write_bytes("".join("".join(cells) + "\n" for cells in lines).encode())
    return read(path)


@cache
def clean_log(stamp: str) -> Found:
    with tempfile.TemporaryDirectory() as folder:
        return read_lines(log_lines(stamp), Path(folder))


@pytest.mark.parametrize("stamp", STAMPS)
def test_each_log_is_read_whole(stamp: str) -> None:
    seen = clean_log(stamp)
    assert sorted(seen.positions) == sorted(
        (412000001 + k % N_SHIPS, (T + 60 * k) * 1000) for k in range(N_ROWS)
    )
    assert seen.report.rejected == {}
    assert sorted(at["imo"] for at in seen.static.values()) == sorted(IMO)


def check_log(before: Found, after: Found, lines: list[list[str]], row: int, junk: str) -> None:
    """The messages of `after` are those of `before`, but for that of one line."""
    report = after.report
    seconds = T + 60 * (row // 3 if row < 3 * N_SHIPS else row - 2 * N_SHIPS)
    own: Key = (412000001 + (seconds - T) // 60 % N_SHIPS, seconds * 1000)
    is_static = row < 3 * N_SHIPS and row % 3 > 0
    for key, values in before.positions.items():
        if is_static or key != own:
            assert after.positions.get(key) == values
    for key, values in before.static.items():
        if not is_static or key != own:
            assert after.static.get(key) == values
    gone = (
        before.static.keys() - after.static.keys()
        if is_static
        else before.positions.keys() - after.positions.keys()
    )
    n_rejected, n_untimed = sum(report.rejected.values()), sum(report.lost_values.values())
    n_without = report.counts["lines_without_ais"] + report.set_aside["lines_without_ais"]
    new = (after.positions.keys() - before.positions.keys()) | (after.static.keys() - before.static.keys())
    assert gone <= {own}
    assert len(new) <= 1
    # The other part of a message of two is lost with the one.
    n_ends = len(re.findall("[\r\n!]", junk))
    assert n_rejected <= 1 + is_static + n_ends
    if gone and not new:
        assert n_rejected + n_untimed + n_without >= 1
    if not n_ends and not re.search("[$\\\\]", junk):
        # The line is one line: its message is kept, has another time, or is counted, with its other part.
        assert n_rejected + n_without + n_untimed <= 1 + is_static
        assert gone or new or n_rejected + n_without == 0 or is_static


@pytest.mark.parametrize("stamp", STAMPS)
@EXAMPLES
@given(row=st.integers(0, N_ROWS + 2 * N_SHIPS - 1), cell=st.integers(0, 3), junk=JUNK)
def test_junk_in_a_log(tmp_path: Path, stamp: str, row: int, cell: int, junk: str) -> None:
    lines = log_lines(stamp)
    lines[row][cell] = junk
    check_log(clean_log(stamp), read_lines(lines, tmp_path), lines, row, junk)
