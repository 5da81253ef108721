"""JSON of every shape: rows come out, are counted, or the file is refused; never anything else."""

from __future__ import annotations

import json
import warnings
from pathlib import Path
from typing import Any

import pytest

from stsdetect.decode import read_ais
from stsdetect.decode.doctor import diagnose
from stsdetect.errors import StsError

ROW = {"mmsi": 412000001, "time": "2024-05-01T00:00:00Z", "lat": 30.1, "lon": 122.1}


def nested(depth: int, kind: str = "[") -> str:
    return "[" * depth + "]" * depth if kind == "[" else '{"a":' * depth + "1" + "}" * depth


VALUES = {
    "null": "null", "true": "true", "number": "7", "huge number": "9" * 5000, "exponent": "1e999", "nan": "NaN",
    "empty": '""', "text": '"x"', "list": "[]", "lists": "[[], [[]], [1, [2]]]", "object": "{}",
    "objects": '{"a": {"b": {"c": [{"d": null}]}}}', "half": '"\\ud800"', "zero": '"\\u0000"',
    "long": '"' + "y" * 100_000 + '"', "list 990 deep": nested(990), "object 990 deep": nested(990, "{"),
    "list 100,000 deep": nested(100_000), "object 100,000 deep": nested(100_000, "{"),
}  # fmt: skip
KEYS = [
    "mmsi", "time", "lat", "lon", "sog", "shipname", "ship_type", "nav_status", "type", "class", "properties",
    "geometry", "features", "crs", "Message", "MessageType", "MetaData", "position", "data", "ERROR", "columns",
    "rows", "scaled", "rxtime",
]  # fmt: skip
NAMES = [
    "]",
    "[",
    "..",
    ".",
    "$",
    "$$",
    "^lat$",
    "*",
    "",
    "\\",
    "\ud800",
    "\0",
    "a.b",
    "lat.",
    ".lat",
    "mmsi.0",
]


def ends_well(path: Path) -> int | None:
    """Number of positions; None where the file is refused."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        assert str(diagnose(path))
        try:
            data = read_ais(path)
        except StsError:
            return None
    assert data.reports[0].closes
    return len(data.positions)


def with_value(key: str, value: str) -> str:
    return json.dumps({**ROW, key: "@"}).replace('"@"', value)


@pytest.mark.parametrize("value", VALUES)
def test_a_value_under_any_key_leaves_the_other_rows(value: str, tmp_path: Path) -> None:
    lines = [json.dumps(ROW), *(with_value(key, VALUES[value]) for key in KEYS)]
    (tmp_path / "a.jsonl").write_text("\n".join(lines) + "\n")
    assert ends_well(tmp_path / "a.jsonl") is not None
    for key in ("mmsi", "position", "crs", "type"):
        (tmp_path / "b.json").write_text(f"[{json.dumps(ROW)}, {with_value(key, VALUES[value])}]")
        ends_well(tmp_path / "b.json")


@pytest.mark.parametrize("value", VALUES)
def test_a_document_that_is_any_value(value: str, tmp_path: Path) -> None:
    for k, text in enumerate((VALUES[value], f"[{VALUES[value]}]", f'{{"data": {VALUES[value]}}}')):
        (tmp_path / f"{k}.json").write_text(text)
        ends_well(tmp_path / f"{k}.json")


@pytest.mark.parametrize("wrap", ["{}", "[{}]", '{{"data": [{}]}}', '{{"]": {{"..": {}}}}}'])
def test_names_that_mean_something_to_other_programs(wrap: str, tmp_path: Path) -> None:
    row: dict[str, Any] = {**ROW, **dict.fromkeys(NAMES, dict.fromkeys(NAMES, 1))}
    (tmp_path / "a.json").write_text(wrap.format(json.dumps(row)))
    ends_well(tmp_path / "a.json")
    lines = "".join(json.dumps({**ROW, "lat": 30 + k, name: k}) + "\n" for k, name in enumerate(NAMES))
    (tmp_path / "a.jsonl").write_text(lines)
    assert ends_well(tmp_path / "a.jsonl") == len(NAMES)


def test_rows_that_are_nested_990_deep_are_rejected_and_counted(tmp_path: Path) -> None:
    (tmp_path / "a.jsonl").write_text(
        f"{json.dumps(ROW)}\n{with_value('x', nested(990))}\n{json.dumps(ROW)}\n"
    )
    data = read_ais(tmp_path / "a.jsonl")
    assert data.reports[0].rejected == {"bad_json": 1}
    assert data.reports[0].set_aside["copies"] == 1


def test_geojson_in_a_system_that_is_anything(tmp_path: Path) -> None:
    for k, value in enumerate(VALUES.values()):
        feature = {"type": "Feature", "geometry": {"type": "Point", "coordinates": [1, 2]}, "properties": ROW}
        text = json.dumps({"type": "FeatureCollection", "crs": "@", "features": [feature]}).replace(
            '"@"', value
        )
        (tmp_path / f"{k}.geojson").write_text(text)
        ends_well(tmp_path / f"{k}.geojson")
        text = text.replace(value, f'{{"properties": {{"name": {value}}}}}', 1)
        (tmp_path / f"{k}.geojson").write_text(text)
        ends_well(tmp_path / f"{k}.geojson")


def test_sentences_in_documents_of_any_shape(tmp_path: Path) -> None:
    sentence = "!AIVDM,1,1,,A,13HOI:0P0000VOHLCnHQKwvL05Ip,0*23"
    for k, value in enumerate(VALUES.values()):
        row = f'{{"time": 1700000000, "x": {value}, "msg": "{sentence}"}}'
        (tmp_path / f"{k}.json").write_text(f'[{{"time": 1700000000, "msg": "{sentence}"}}, {row}]')
        ends_well(tmp_path / f"{k}.json")
        (tmp_path / f"{k}.jsonl").write_text(f'{{"time": {value}, "msg": "{sentence}"}}\n{row}\n')
        ends_well(tmp_path / f"{k}.jsonl")
