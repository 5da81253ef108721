"""Rows are found in a JSON value however it wraps them."""

import json
from typing import Any

import pytest

from stsdetect.decode.accounting import DecodeReport
from stsdetect.decode.tables.files.json_rows import RowFinder
from stsdetect.errors import DecodeError

ONE = {"mmsi": "412000001", "time": "1", "lat": "30.1"}
TWO = {"mmsi": "412000002", "time": "2", "lat": "30.2"}
BARE = [{k: v for k, v in row.items() if k != "mmsi"} for row in (ONE, TWO)]


def found(value: object) -> tuple[list[dict[str, Any]], DecodeReport]:
    report = DecodeReport("a.json")
    return list(RowFinder(report).rows(value)), report


@pytest.mark.parametrize(
    "value",
    [
        [ONE, TWO],
        [[ONE], [TWO]],
        {"success": True, "data": [ONE, TWO]},
        {"vessels": [ONE, TWO], "ports": [{"name": "X", "lat": "1"}] * 5},
        {"data": {"vessels": {"nodes": [ONE, TWO], "pageInfo": {"more": False}}}},
        {"lat": "50", "lon": "4", "ships": [ONE, TWO]},  # the place of the station
        {"columns": list(ONE), "index": ["0", "1"], "data": [list(ONE.values()), list(TWO.values())]},
        {"schema": {"fields": [{"name": "mmsi"}]}, "data": [ONE, TWO]},
        {
            "table": {
                "columnNames": list(ONE),
                "columnTypes": ["x"] * 3,
                "rows": [list(r.values()) for r in (ONE, TWO)],
            }
        },
        {key: [ONE[key], TWO[key]] for key in ONE},
        {key: {"0": ONE[key], "1": TWO[key]} for key in ONE},
        {"0": ONE, "1": TWO},
        dict(zip(("412000001", "412000002"), BARE, strict=True)),
        dict(zip(("412000001", "412000002"), [[BARE[0]], [BARE[1]]], strict=True)),
        [list(ONE), list(ONE.values()), list(TWO.values())],
        {"rows": [list(ONE), list(ONE.values()), list(TWO.values())]},
    ],
)
def test_wrappers(value: object) -> None:
    assert found(value)[0] == [ONE, TWO]


def test_a_status_before_the_rows_is_set_aside_and_an_error_is_raised() -> None:
    rows, report = found([{"ERROR": False, "RECORDS": "2"}, [ONE, TWO]])
    assert rows == [ONE, TWO]
    assert report.set_aside["status_objects"] == 1
    with pytest.raises(DecodeError, match="Too frequent"):
        found([{"ERROR": True, "ERROR_MESSAGE": "Too frequent requests!"}])


def test_a_vessel_and_the_list_of_its_positions() -> None:
    track = {"mmsi": "412000001", "name": "A", "updated": "9", "positions": BARE}
    assert found([track])[0] == [{"mmsi": "412000001", "name": "A", **row} for row in BARE]


@pytest.mark.parametrize(("own", "time"), [({}, "9"), ({"seen_at": "1"}, None)])
def test_the_time_of_a_list_is_that_of_its_rows_unless_they_have_one(
    own: dict[str, str], time: str | None
) -> None:
    rows, _ = found({"timestamp": "9", "vessels": [{"mmsi": "412000001", **own}]})
    assert rows[0].get("timestamp") == time


def test_features() -> None:
    def feature(geometry: object, **properties: str) -> dict[str, Any]:
        return {"type": "Feature", "properties": {"mmsi": "1", **properties}, "geometry": geometry}

    point = {"type": "Point", "coordinates": ["122.1", "30.1", "0"]}
    line = {"type": "LineString", "coordinates": [["1", "2"], ["3", "4"]]}
    collection = {
        "type": "FeatureCollection",
        "features": [feature(point), feature(None), feature(line), feature(line, lat="1", lon="2")],
    }
    rows, report = found(collection)
    assert [(r.get("longitude"), r.get("latitude")) for r in rows] == [("122.1", "30.1")] + [(None, None)] * 3
    assert report.lost_values == {"geometry": 1}  # the last one has its position among the properties


def test_columns_of_different_lengths_are_refused() -> None:
    with pytest.raises(DecodeError, match="mmsi 2, lat 1"):
        found({"mmsi": ["1", "2"], "lat": ["3"], "lon": ["1", "2"]})


@pytest.mark.parametrize("value", ["x", 1, None, ["1", "2"]])
def test_what_is_not_a_row_is_rejected(value: object) -> None:
    rows, report = found([value, ONE])
    assert rows == [ONE]
    assert report.rejected == {"bad_json": 1}


def test_rows_that_do_not_fit_the_list_of_names_are_rejected() -> None:
    rows, report = found([list(ONE), list(ONE.values()), ["1"]])
    assert rows == [ONE]
    assert report.rejected == {"wrong_number_of_fields": 1}


def test_deep_lists_end() -> None:
    deep: Any = ONE
    for _ in range(50):
        deep = [deep]
    rows, report = found(deep)
    assert rows == []
    assert report.rejected == {"bad_json": 1}
    assert json.dumps(ONE)[:20] in report.rejects["sample"][0]
