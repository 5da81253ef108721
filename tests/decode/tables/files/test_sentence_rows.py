"""Sentences in a JSON document have the receive time of their own row."""

import io
import json
from pathlib import Path

import pytest

from stsdetect.decode import read_ais
from stsdetect.decode.accounting import DecodeReport
from stsdetect.decode.tables.files.sentence_rows import holds_rows_in_a_document, rows_as_lines
from stsdetect.params import DecodeParams
from tests.builders import decode as s

T = 1_700_000_000
ROWS = [{"received": T + k, "nmea": [s.position(412000001 + k)]} for k in range(3)]
SECONDS = [20, 21, 22]


@pytest.mark.parametrize(
    "text",
    [
        json.dumps(ROWS),
        json.dumps(ROWS, indent=1),
        json.dumps({"protocol": "x", "msgs": ROWS}),
        json.dumps({"station": "x", "data": ROWS}, indent=2),
        "\n".join(json.dumps(row) for row in ROWS),
        "".join(json.dumps(row, indent=4) for row in ROWS),
        json.dumps(
            [{"@timestamp": f"2023-11-14T22:13:{20 + k}Z", "m": r["nmea"][0]} for k, r in enumerate(ROWS)]
        ),
    ],
)
def test_each_row_has_its_own_time(tmp_path: Path, text: str) -> None:
    (tmp_path / "a.json").write_text(text)
    data = read_ais(tmp_path / "a.json")
    assert data.positions["timestamp"].dt.second.tolist() == SECONDS
    assert data.positions["mmsi"].tolist() == [412000001, 412000002, 412000003]
    assert data.reports[0].closes


def test_rows_without_a_sentence_are_rejected(tmp_path: Path) -> None:
    rows = [*ROWS, {"received": T, "mmsi": 412000009, "lat": 30.0, "lon": 122.0}]
    (tmp_path / "a.json").write_text(json.dumps(rows))
    report = read_ais(tmp_path / "a.json").reports[0]
    assert (report.positions_out, report.rejected, report.closes) == (3, {"no_sentence": 1}, True)


def test_lines_of_one_row_stay_as_they_are() -> None:
    text = "\n".join(json.dumps(row) for row in ROWS).encode()
    assert not holds_rows_in_a_document(text)
    assert not holds_rows_in_a_document(b"1700000000 !AIVDM,1,1,,A,13HOI:0P0000VOHLCnHQKwvL05Ip,0*23\n")
    assert not holds_rows_in_a_document(b"[2023-11-14T22:13:20+00:00] !AIVDM,1,1,,A,13HOI:0P00,0*23\n")
    assert holds_rows_in_a_document(json.dumps(ROWS).encode())


def test_a_document_is_read_a_piece_at_a_time() -> None:
    text = json.dumps(ROWS * 1000).encode()
    lines = rows_as_lines(io.BytesIO(text), text[:1000], DecodeReport("a"), DecodeParams(block_bytes=64))
    assert [json.loads(line)["received"] for line in lines] == [str(T + k % 3) for k in range(3000)]
