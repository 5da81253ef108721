"""Known JSON feeds give rows in the units of the package, whatever their objects look like."""

import json
from pathlib import Path
from typing import Any

import pytest

from stsdetect.decode.tables.files.json_kinds import KINDS, kind_of
from tests.builders.decode import read_table, rejected, rows


def aisstream(kind: str, body: dict[str, Any]) -> str:
    meta = {"MMSI": 412000001, "ShipName": "NAME     ", "latitude": 1, "longitude": 1}
    meta["time_utc"] = "2023-10-22 22:47:36.94034384 +0000 UTC"
    return json.dumps({"MessageType": kind, "MetaData": meta, "Message": {kind: body}})


def test_aisstream_lines(tmp_path: Path) -> None:
    position = {
        "MessageID": 1,
        "Latitude": 30.25,
        "Longitude": 122.5,
        "Sog": 7.5,
        "Cog": 360,
        "TrueHeading": 511,
    }
    position["NavigationalStatus"] = 1
    size = {"A": 100, "B": 20, "C": 8, "D": 9}
    static = {
        "MessageID": 5,
        "ImoNumber": 9074729,
        "CallSign": "BABC",
        "Name": "NAME",
        "Type": 80,
        "Dimension": size,
    }
    text = "\n".join(
        [aisstream("PositionReport", position), aisstream("ShipStaticData", static), "{broken", ""]
    )
    data = read_table(tmp_path, text + "\n", "dump.jsonl")
    assert rows(
        data.positions, "mmsi", "timestamp", "lat", "lon", "cog", "heading", "nav_status", "ais_class"
    ) == [(412000001, "2023-10-22 22:47:36.940", 30.25, 122.5, None, None, 1, "A")]
    assert data.static["to_bow"].dropna().tolist() == [100]
    assert data.reports[0].rejected == {"bad_json": 1}


def test_gpsd_lines_take_the_time_of_the_fix_and_may_hold_raw_integers(tmp_path: Path) -> None:
    lines = [
        '{"class":"TPV","time":"2018-09-04T10:00:00.000Z"}',
        '{"class":"AIS","type":1,"mmsi":412000001,"scaled":true,"lat":30.25,"lon":122.5,"speed":7.5,"course":90.5,"turn":"nan"}',
        '{"class":"AIS","type":1,"mmsi":412000002,"scaled":false,"lat":18150000,"lon":73500000,"speed":75,"course":3600}',
    ]
    data = read_table(tmp_path, "\n".join(lines), "dump.json")
    assert rows(data.positions, "mmsi", "timestamp", "lat", "lon", "sog", "cog") == [
        (412000001, "2018-09-04 10:00:00.000", 30.25, 122.5, 7.5, 90.5),
        (412000002, "2018-09-04 10:00:00.000", 30.25, 122.5, 7.5, None),
    ]
    assert data.reports[0].set_aside["other_rows"] == 1


def test_digitraffic_geojson(tmp_path: Path) -> None:
    feature = {
        "mmsi": 230000001,
        "geometry": {"type": "Point", "coordinates": [24.5, 60.25]},
        "properties": {
            "sog": 8.4,
            "cog": 90.5,
            "navStat": 0,
            "heading": 511,
            "timestamp": 59,
            "timestampExternal": 1659212938646,
        },
    }
    text = json.dumps({"type": "FeatureCollection", "features": [feature]}, indent=1)
    data = read_table(tmp_path, text, "dump.geojson")
    assert rows(data.positions, "mmsi", "timestamp", "lat", "lon", "sog") == [
        (230000001, "2022-07-30 20:28:58.646", 60.25, 24.5, 8.4)
    ]


def test_aisstream_messages_other_than_class_a(tmp_path: Path) -> None:
    size = {"A": 10, "B": 2, "C": 1, "D": 3}
    bodies = {
        # 63 kn and 511 degrees mean "not available" in long range reports.
        "LongRangeAisBroadcastMessage": {
            "MessageID": 27, "Latitude": 30.1, "Longitude": 122.1, "Sog": 63, "Cog": 511, "NavigationalStatus": 5,
        },
        "StaticDataReport": {
            "MessageID": 24, "ReportA": {"Valid": False, "Name": "no"},
            "ReportB": {"Valid": True, "ShipType": 36, "CallSign": "BABC", "Dimension": size},
        },
        "ExtendedClassBPositionReport": {
            "MessageID": 19, "Latitude": 30.3, "Longitude": 122.3, "Sog": 3.5, "Cog": 10, "TrueHeading": 511,
            "Name": "BOAT", "Type": 37, "Dimension": size,
        },
        "SafetyBroadcastMessage": {"MessageID": 14, "Text": "x"},
    }  # fmt: skip
    data = read_table(tmp_path, "\n".join(aisstream(k, b) for k, b in bodies.items()) + "\n", "dump.jsonl")
    assert rows(data.positions, "lat", "sog", "cog", "nav_status", "ais_class", "msg_type") == [
        (30.1, None, None, 5, "A", 27), (30.3, 3.5, 10, None, "B", 19),
    ]  # fmt: skip
    static = rows(data.static, "ship_type", "to_bow", "to_starboard")
    assert (36, 10, 3) in static
    assert (37, 10, 3) in static
    assert "BOAT" in data.static["shipname"].tolist()
    assert data.reports[0].set_aside["other_rows"] == 1
    assert rejected(data) == {}


def test_aisstream_size_of_auxiliary_craft_is_the_mother_ship() -> None:
    body = {"ReportB": {"Valid": True, "Dimension": {"A": 10, "B": 2, "C": 1, "D": 3}}}
    row = {
        "MessageType": "StaticDataReport",
        "Message": {"StaticDataReport": body},
        "MetaData": {"MMSI": "982000001"},
    }
    converted = KINDS["aisstream"]()(row)
    assert converted is not None
    assert converted["to_bow"] is None


def ais_catcher(second: int, **more: Any) -> str:
    row = {
        "class": "AIS", "device": "AIS-catcher", "rxtime": f"202311142213{second:02d}",
        "rxuxtime": 1700000000 + second - 20 + 0.25, "scaled": True, "type": 1, "mmsi": 412000001, "status": 0,
        "speed": 7.5, "lon": 122.01, "lat": 30.01, "course": 90.5, "heading": 91,
    }  # fmt: skip
    return json.dumps(row | more)


def test_decoded_json_of_ais_catcher(tmp_path: Path) -> None:
    static = {
        "type": 5,
        "shipname": "A",
        "shiptype": 80,
        "to_bow": 100,
        "draught": 9.5,
        "lat": None,
        "lon": None,
    }
    data = read_table(
        tmp_path,
        f"{ais_catcher(21)}\n{ais_catcher(22, rxuxtime=None)}\n{ais_catcher(23, **static)}\n",
        "a.json",
    )
    assert rows(data.positions, "timestamp", "lat", "lon", "sog", "cog", "nav_status", "ais_class") == [
        ("2023-11-14 22:13:21.250", 30.01, 122.01, 7.5, 90.5, 0, "A"),
        ("2023-11-14 22:13:22.000", 30.01, 122.01, 7.5, 90.5, 0, "A"),
    ]
    assert rows(data.static, "shipname", "ship_type", "to_bow", "draught") == [("A", 80, 100, 9.5)]


@pytest.mark.parametrize(
    ("more", "lat", "sog"),
    [
        ({"type": 27, "lat": 18060, "lon": 73260, "speed": 12}, 30.1, 12.0),  # tenths of minutes, whole knots
        ({"type": 9, "lat": 18060000, "lon": 73260000, "speed": 90}, 30.1, 90.0),
        ({"type": 18, "lat": 18060000, "lon": 73260000, "speed": 90}, 30.1, 9.0),
    ],
)
def test_raw_integers_of_gpsd_by_message_type(more: dict[str, Any], lat: float, sog: float) -> None:
    converter = KINDS["gpsd"]()
    converter({"class": "TPV", "time": "2018-09-04T10:00:00Z"})
    row = converter({"class": "AIS", "scaled": False, "mmsi": "412000001", **more})
    assert row is not None
    assert (float(str(row["lat"])), float(str(row["lon"])), float(str(row["speed"]))) == (lat, 122.1, sog)
    assert row["timestamp"] == "2018-09-04T10:00:00Z"


def test_static_data_of_digitraffic_and_barentswatch_have_draughts_in_tenths(tmp_path: Path) -> None:
    vessel = {
        "timestamp": 1700000000000, "mmsi": 230000001, "name": "X", "draught": 68, "shipType": 80, "posType": 15,
        "referencePointA": 160, "referencePointB": 33,
    }  # fmt: skip
    data = read_table(tmp_path, json.dumps([vessel]), "vessels.json")
    assert rows(data.static, "mmsi", "timestamp", "draught", "to_bow") == [
        (230000001, "2023-11-14 22:13:20.000", 6.8, 160)
    ]
    row = {
        "courseOverGround": 90.5, "latitude": 60.1, "longitude": 5.1, "name": "A", "shipType": 80, "draught": 71,
        "speedOverGround": 7.5, "trueHeading": 91, "navigationalStatus": 0, "mmsi": 257000001,
        "msgtime": "2023-11-14T13:01:00+00:00", "type": "Position",
    }  # fmt: skip
    data = read_table(tmp_path, json.dumps([row]), "barentswatch.json")
    assert rows(data.positions, "mmsi", "timestamp", "lat", "lon", "sog", "nav_status") == [
        (257000001, "2023-11-14 13:01:00.000", 60.1, 5.1, 7.5, 0)
    ]
    assert rows(data.static, "ship_type", "draught") == [(80, 7.1)]


@pytest.mark.parametrize(
    "row",
    [{"mmsi": "1", "class": "A"}, {"class": "SKY", "mmsi": "1"}, {"MessageType": "x", "Message": "y"}, {}],
)
def test_objects_of_no_known_feed(row: dict[str, Any]) -> None:
    assert kind_of(row) == ""
