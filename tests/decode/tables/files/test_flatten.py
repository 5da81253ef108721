"""Objects become columns with dotted names; the ones about the vessel also have their own."""

from typing import Any

import pytest

from stsdetect.decode.tables.files.flatten import columns_of, flat_text


def columns(*rows: dict[str, Any]) -> dict[str, list[str | None]]:
    return {name: column.to_list() for name, column in columns_of(rows, lambda *_: None).items()}


def test_values_of_several_types_under_one_key() -> None:
    found = columns(
        {"a": "1"},
        {"a": True},
        {"a": {"b": "2"}},
        {"a": ["3"]},
        {"a": None},
        {"a": [str(k) for k in range(9)]},
    )
    assert found["a"] == ["1", "true", None, None, None, '["0", "1", "2", "3", "4", "5", "6", "7", "8"]']
    assert found["a.b"] == [None, None, "2", None, None, None]
    assert found["a.0"] == [None, None, None, "3", None, None]


def test_objects_deeper_than_the_limit_are_json() -> None:
    deep: Any = "x"
    for _ in range(9):
        deep = {"k": deep}
    found = columns(deep)
    assert found["k.k.k.k.k.k.k"] == ['{"k": {"k": "x"}}']


@pytest.mark.parametrize(
    ("row", "lat"),
    [
        ({"position": {"lat": "1"}}, "1"),
        ({"position": {"lat": "1"}, "lat": "2"}, "2"),
        ({"position": {"lat": "1"}, "station": {"lat": "2"}}, "1"),
        ({"next_port": {"lat": "1"}}, None),
        ({"here": {"lat": "1"}, "there": {"lat": "2"}}, None),
        ({"a": {"b": {"lat": "1"}}}, "1"),
    ],
)
def test_inner_names_stand_alone_where_one_is_meant(row: dict[str, Any], lat: str | None) -> None:
    assert columns(row).get("lat", [None]) == [lat]


def test_the_time_beside_the_position_is_meant() -> None:
    row = {"static": {"timestamp": "1", "name": "A"}, "last": {"timestamp": "2", "lat": "3", "lon": "4"}}
    assert columns({k if k != "last" else "update": v for k, v in row.items()})["timestamp"] == ["2"]


def test_points_and_extended_json() -> None:
    row = {
        "_id": {"$oid": "x"}, "mmsi": {"$numberLong": "412000001"}, "ts": {"$date": {"$numberLong": "17"}},
        "loc": {"type": "Point", "coordinates": ["122.1", "30.1"]},
    }  # fmt: skip
    found = columns(row)
    assert (found["mmsi"], found["ts"], found["longitude"], found["latitude"]) == (
        ["412000001"], ["17"], ["122.1"], ["30.1"],
    )  # fmt: skip
    assert "loc.type" not in found


def test_rare_keys_are_lost_in_an_order_that_does_not_depend_on_the_rows() -> None:
    lost: list[tuple[str, int]] = []
    rows = [{"a": "1", f"k{k:04d}": "x"} for k in range(1200)]
    for order in (1, -1):
        found = columns_of(rows[::order], lambda name, n, _: lost.append((name, n)))
        assert len(found) == 1000
        assert "k0000" in found
        assert "k1199" not in found
    assert lost == [("rare keys", 201)] * 2


def test_text_of_values() -> None:
    assert [flat_text(v) for v in (None, "a", False, ["1", None], {"a": True})] == [
        None, "a", "false", '["1", null]', '{"a": true}',
    ]  # fmt: skip
