"""JSON lines and documents become frames with a column for every key, wherever it first appears."""

import io
import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from stsdetect.decode import read_ais
from stsdetect.decode.accounting import DecodeReport
from stsdetect.decode.inputs import find_inputs
from stsdetect.decode.tables.files import json_files, json_frames
from stsdetect.errors import DecodeError
from stsdetect.params import DecodeParams
from tests.builders.decode import read_table, rejected, rows

ROWS: list[dict[str, Any]] = [
    {"mmsi": 412000001, "timestamp": f"2024-05-01T00:{k:02d}:00Z", "lat": 30 + k / 8, "lon": 122.5}
    for k in range(5)
]
LINES = [json.dumps(row) for row in ROWS]
EXPECTED = [(f"2024-05-01 00:{k:02d}:00.000", 30 + k / 8, 122.5) for k in range(5)]


def places(folder: Path, text: str, name: str = "a.json") -> list[tuple[Any, ...]]:
    return rows(read_table(folder, text, name).positions, "timestamp", "lat", "lon")


def test_json_lines_may_begin_with_a_byte_order_mark(tmp_path: Path) -> None:
    row = {"mmsi": 412000001, "time": "2024-05-01T00:00:00", "lat": 30.25, "lon": 122.5}
    data = read_table(tmp_path, "\ufeff" + json.dumps(row) + "\n", "dump.jsonl")
    assert rows(data.positions, "mmsi", "lat", "lon") == [(412000001, 30.25, 122.5)]


STATIC = {
    "msg_type": 5,
    "mmsi": 412000001,
    "timestamp": "2024-05-01T00:00:00Z",
    "shipname": "A",
    "imo": 9074729,
}
POSITION = {
    "msg_type": 1,
    "mmsi": 412000001,
    "timestamp": "2024-05-01T00:01:00Z",
    "lat": 30.1,
    "lon": 122.1,
    "speed": 7.5,
}


@pytest.mark.parametrize("order", [1, -1])
@pytest.mark.parametrize("wrap", ["lines", "list"])
def test_keys_of_any_row_are_columns(tmp_path: Path, order: int, wrap: str) -> None:
    objects = [STATIC, POSITION][::order]
    text = json.dumps(objects) if wrap == "list" else "\n".join(map(json.dumps, objects))
    data = read_table(tmp_path, text, "a.json")
    assert rows(data.positions, "timestamp", "lat", "lon", "sog") == [
        ("2024-05-01 00:01:00.000", 30.1, 122.1, 7.5)
    ]
    assert rows(data.static, "timestamp", "shipname", "imo") == [("2024-05-01 00:00:00.000", "A", 9074729)]


def test_a_key_that_appears_late_is_a_column_from_there_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(json_files, "_FRAME_BYTES", 1)
    late = {**ROWS[4], "mmsi": 412000002, "sog": 7.5, "shipname": "LATE"}
    text = "\n".join([*LINES, json.dumps(late), *LINES[:1]])
    report = DecodeReport("a.jsonl")
    stream = io.BytesIO(text.encode())
    found = list(json_frames(stream, text.encode(), report, DecodeParams(block_bytes=64)))
    assert len(found) > 3
    assert [f["sog"][0] for f in found if "sog" in f.columns] == ["7.5", None]
    data = read_table(tmp_path, text, "a.jsonl", block_bytes=64)
    assert ("LATE",) in rows(data.static, "shipname")
    assert 7.5 in data.positions["sog"].tolist()


def test_rare_keys_are_bounded_and_counted(tmp_path: Path) -> None:
    text = "\n".join(json.dumps({**ROWS[k % 5], f"key {k}": 1}) for k in range(1500))
    data = read_table(tmp_path, text, "a.jsonl")
    assert data.reports[0].lost_values == {"rare keys": 504}  # 1,000 columns, of which four are in all rows


@pytest.mark.parametrize(
    "text",
    [
        "\n".join(LINES),
        json.dumps(ROWS),
        json.dumps(ROWS, indent=2),
        "[\n" + ",\n".join(LINES) + "\n]\n",
        "[" + "\n,".join(LINES) + "]",
        "\n".join(json.dumps(row, indent=1) for row in ROWS),
        "".join(LINES),
        "\n".join(f"[{line}]" for line in LINES),
        "\x1e" + "\n\x1e".join(LINES) + "\n",
        "\n\n".join(LINES) + "\n\n",
        ",\n".join(LINES) + ",\n",
        "\r\n".join(LINES),
    ],
)
def test_lists_lines_and_documents_one_after_another(tmp_path: Path, text: str) -> None:
    assert places(tmp_path, text) == EXPECTED


@pytest.mark.parametrize(("form", "n"), [("lines", 5), ("list", 4)])
def test_what_is_not_json_is_rejected_and_the_rest_is_read(tmp_path: Path, form: str, n: int) -> None:
    lines = [*LINES[:2], LINES[2].replace("30", "oops,30"), *LINES[3:]]
    text = "\n".join(lines) if form == "lines" else "[" + ",".join(lines) + "]"
    data = read_table(tmp_path, text, "a.json")
    assert rows(data.positions, "timestamp", "lat", "lon") == [*EXPECTED[:2], *EXPECTED[3:]]
    assert rejected(data) == {"bad_json": 1}
    assert "oops" in data.rejects["sample"][0]


@pytest.mark.parametrize(
    "text", ["\n".join(LINES)[:-20], json.dumps(ROWS)[:-20], json.dumps(ROWS, indent=2)[:-20]]
)
def test_a_document_that_was_cut_gives_the_rows_before_its_end(tmp_path: Path, text: str) -> None:
    data = read_table(tmp_path, text, "a.json")
    assert rows(data.positions, "timestamp", "lat", "lon") == EXPECTED[:4]
    assert rejected(data) == {"bad_json": 1}


@pytest.mark.parametrize(
    "text", ['{"data": [' + LINES[0][:-9], "{" * 3000, '{"a":' * 3000, "[1, 2", "[true]"]
)
def test_what_gives_no_row_is_refused(tmp_path: Path, text: str) -> None:
    path = tmp_path / "a.json"
    path.write_text(text)
    with pytest.raises(DecodeError, match="JSON"):
        read_ais(path)


def test_a_list_larger_than_an_object_may_be_is_read_piece_by_piece(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(json_files, "_MAX_OBJECT_BYTES", 2_000)
    monkeypatch.setattr(json_files, "_READ_BYTES", 64)
    assert len(json.dumps(ROWS * 10)) > 2_000
    assert places(tmp_path, json.dumps(ROWS * 10, indent=1)) == EXPECTED
    with pytest.raises(DecodeError, match="one object per line"):
        read_table(tmp_path, json.dumps({"data": ROWS * 10}, indent=1), "a.json")


def test_numbers_keep_their_digits(tmp_path: Path) -> None:
    text = (
        '{"mmsi":412000001,"timestamp":1700000000000,"lat":30.1,"lon":122.1,"cog":NaN,"draught":Infinity}\n'
        '{"mmsi":4.12E+08,"timestamp":1700000000000,"lat":30.1,"lon":122.1}\n'
        '{"mmsi":"412000003","timestamp":1700000000000,"lat":"30.1","lon":"122.1","cog":' + "9" * 5000 + "}\n"
    )
    data = read_table(tmp_path, text, "a.jsonl")
    assert data.positions["mmsi"].tolist() == [412000001, 412000003]
    assert rejected(data) == {"bad_mmsi": 1}
    assert data.reports[0].lost_values == {"draught": 1, "cog": 1}


def test_a_line_too_long_is_rejected(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(json_files, "_MAX_LINE_BYTES", 300)
    text = "\n".join([LINES[0], json.dumps({**ROWS[1], "x": "y" * 400}), *LINES[2:]])
    data = read_table(tmp_path, text, "a.jsonl", max_line_bytes=256)
    assert len(data.positions) == 4
    assert rejected(data) == {"line_too_long": 1}


JUNK = st.text(st.sampled_from([*'"{}[],:\\ x1e-.', "\n", "\0", "é"]), max_size=8)


@settings(max_examples=80, deadline=None)
@given(st.integers(0, 4), st.sampled_from(["mmsi", "lat", "lon", "timestamp"]), JUNK, st.booleans())
def test_junk_for_a_value_changes_no_other_row(place: int, key: str, junk: str, in_list: bool) -> None:
    value = json.dumps(ROWS[place][key])
    lines = [
        line.replace(f'"{key}": {value}', f'"{key}": {junk}') if k == place else line
        for k, line in enumerate(LINES)
    ]
    text = ("[" + ",\n".join(lines) + "]" if in_list else "\n".join(lines)).encode()
    report = DecodeReport("a.json")
    found = []
    for frame in json_frames(io.BytesIO(text), text, report, DecodeParams()):
        found += frame.select(c for c in ("mmsi", "timestamp", "lat", "lon") if c in frame.columns).rows()
    for k, row in enumerate(ROWS):
        if k != place:
            assert any(set(map(str, row.values())) == set(map(str, r)) for r in found), (
                text,
                found,
                report.rejected,
            )


@pytest.mark.parametrize("indent", [None, 1])
@pytest.mark.parametrize(("name", "encoding"), [("ÅRØ", "latin-1"), ("中国远洋", "gbk")])
def test_names_that_are_not_utf_8(tmp_path: Path, indent: int | None, name: str, encoding: str) -> None:
    objects = [{**row, "shipname": name} for row in ROWS]
    text = (
        json.dumps(objects, indent=1, ensure_ascii=False)
        if indent
        else "\n".join(json.dumps(o, ensure_ascii=False) for o in objects)
    )
    path = tmp_path / "a.json"
    path.write_bytes(text.encode(encoding))
    data = read_ais(path)
    assert data.static["shipname"].unique().tolist() == [name]
    assert data.reports[0].counts["lines_not_utf8"] == 5


def test_a_folder_of_json_is_found(tmp_path: Path) -> None:
    (tmp_path / "a.ndjson").write_text("\n".join(LINES))
    assert [f.source for f in find_inputs(tmp_path)] == ["a.ndjson"]
