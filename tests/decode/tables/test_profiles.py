"""Each kind of table: a few rows with its peculiarities, and what they mean."""

from pathlib import Path
from typing import Any

import pytest

from stsdetect.decode import text_id_to_mmsi
from stsdetect.decode.tables.profiles import GENERIC, PROFILES
from tests.builders.decode import read_table, rows

MARINECADASTRE = """\
MMSI,BaseDateTime,LAT,LON,SOG,COG,Heading,VesselName,IMO,CallSign,VesselType,Status,Length,Width,Draft,Cargo,TransceiverClass
367000001,2022-01-03T00:00:00,30.5,-88.25,0.0,360.0,511,EAGLE,IMO8207721,WTD4583,31.0,15.0,28.0,11.0,3.3,52,A
367000001,2022-01-03T00:01:00,30.5,-88.26,102.3,336.2,90.0,EAGLE,IMO8207721,WTD4583,31.0,0.0,28.0,11.0,3.3,52,A
367000002,2022-01-03T00:00:05,91.0,181.0,0.1,10.0,511,,,,,,,,,,B
,2022-01-03T00:00:05,30,-88,0.1,10.0,511,,,,,,,,,,B
"""  # fmt: skip


def test_marinecadastre(tmp_path: Path) -> None:
    data = read_table(tmp_path, MARINECADASTRE)
    assert data.reports[0].format == "marinecadastre"
    assert rows(
        data.positions, "mmsi", "timestamp", "lat", "lon", "sog", "cog", "heading", "nav_status", "ais_class"
    ) == [
        (367000001, "2022-01-03 00:00:00.000", 30.5, -88.25, 0.0, None, None, None, "A"),
        (367000001, "2022-01-03 00:01:00.000", 30.5, -88.26, None, 336.2, 90.0, 0, "A"),
    ]
    assert rows(
        data.static, "imo", "callsign", "shipname", "ship_type", "length_m", "width_m", "draught", "to_bow"
    ) == [(8207721, "WTD4583", "EAGLE", 31, 28.0, 11.0, 3.3, None)]
    assert data.reports[0].set_aside["no_position"] == 1
    assert data.reports[0].rejected == {"bad_mmsi": 1}


def test_marinecadastre_2025_has_longitude_first_and_a_blank_in_the_time(tmp_path: Path) -> None:
    text = (
        "mmsi,base_date_time,longitude,latitude,sog,cog,heading,vessel_name,imo,call_sign,vessel_type,status,length,width,"
        "draft,cargo,transceiver\n367000001,2025-12-31 "
        "00:00:00,-88.25,30.5,1.5,10.0,,EAGLE,IMO8207721,WTD4583,31,0,28,11,,52,A\n"
    )
    data = read_table(tmp_path, text)
    assert data.reports[0].format == "marinecadastre-2025"
    assert rows(data.positions, "timestamp", "lat", "lon", "heading") == [
        ("2025-12-31 00:00:00.000", 30.5, -88.25, None)
    ]


DANISH = (
    "# Timestamp,Type of mobile,MMSI,Latitude,Longitude,Navigational "
    "status,ROT,SOG,COG,Heading,IMO,Callsign,Name,"
    "Ship type,Cargo type,Width,Length,Type of position fixing device,Draught,Destination,ETA,Data source "
    "type,A,B,C,D\n"
    "03/07/2026 05:13:00,Class "
    "A,219000001,55.5,11.25,Moored,,0.0,10.0,,Unknown,OX1,FERRY,Passenger,,16,90,GPS,4.5,"
    "UNKNOWN,,AIS,60,30,8,8\n"
    "03/07/2026 05:13:00,Class "
    "A,219000001,55.5,11.25,Moored,,0.0,10.0,,Unknown,OX1,FERRY,Passenger,,16,90,GPS,4.5,"
    "UNKNOWN,,AIS,60,30,8,8\n"
    "03/07/2026 05:13:10,Base Station,2190047,55.0,11.0,Unknown "
    "value,,,,,Unknown,Unknown,,Undefined,,,,Undefined,,"
    "Unknown,,AIS,,,,\n"
    "03/07/2026 05:13:11,Class B,219000002,91.0,0.0,Unknown "
    "value,,,,,Unknown,Unknown,,Undefined,,,,Undefined,,"
    "Unknown,,AIS,,,,\n"
)


def test_danish_days_come_first_words_are_codes_and_copies_go(tmp_path: Path) -> None:
    data = read_table(tmp_path, DANISH)
    assert data.reports[0].format == "danish"
    assert rows(data.positions, "mmsi", "timestamp", "nav_status", "ais_class", "sog") == [
        (2190047, "2026-07-03 05:13:10.000", None, "base", None),
        (219000001, "2026-07-03 05:13:00.000", 5, "A", 0.0),
    ]
    assert rows(data.static, "shipname", "ship_type", "to_bow", "to_port", "imo", "destination") == [
        ("FERRY", 60, 60.0, 8.0, None, None)
    ]
    assert data.reports[0].set_aside == {"copies": 1, "no_position": 1}


CASES: dict[str, tuple[str, str, list[tuple[Any, ...]]]] = {
    "kystverket": (
        "mmsi;lon;lat;date_time_utc;sog;cog;true_heading;nav_status;rot;message_nr;source\n"
        "257000001;5.25;60.5;2018-01-01 16:58:42;10.5;180.5;511;-99;;18;g\n",
        "kystverket",
        [(257000001, "2018-01-01 16:58:42.000", 60.5, 5.25, 10.5, 180.5, None, None)],
    ),
    "aishub degrees": (
        "MMSI,TIME,LONGITUDE,LATITUDE,COG,SOG,HEADING,NAVSTAT,PAC,ROT,IMO,NAME,CALLSIGN,TYPE,DEVICE,A,B,C,D,DRAUGHT,DEST,ETA\n"
        "412000001,2011-04-12 10:40:27 "
        "GMT,122.5,30.25,90.5,7.5,511,0,1,0,0,X,Y,70,1,100,20,8,8,7.1,ZHOUSHAN,0\n",
        "aishub",
        [(412000001, "2011-04-12 10:40:27.000", 30.25, 122.5, 7.5, 90.5, None, 0)],
    ),
    "aishub raw": (
        "MMSI,TIME,LONGITUDE,LATITUDE,COG,SOG,HEADING,NAVSTAT,PAC,ROT,IMO,NAME,CALLSIGN,TYPE,DEVICE,A,B,C,D,DRAUGHT,DEST,ETA\n"
        "412000001,1302604827,73500000,18150000,3600,75,511,0,1,0,0,X,Y,70,1,100,20,8,8,71,ZHOUSHAN,0\n",
        "aishub-raw",
        [(412000001, "2011-04-12 10:40:27.000", 30.25, 122.5, 7.5, None, None, 0)],
    ),
    "vesselfinder": (
        "MMSI,TIMESTAMP,LATITUDE,LONGITUDE,COURSE,SPEED,HEADING,NAVSTAT,IMO,NAME,CALLSIGN,TYPE,A,B,C,D,DRAUGHT,DESTINATION,"
        "ETA_AIS,ETA,SRC,ZONE,ECA\n"
        "412000001,2017-08-11 11:02:30 UTC,30.25,122.5,90.5,7.5,511,1,9074729,X,Y,70,100,20,8,8,7.1,CN "
        "ZOS,,,TER,,\n",
        "vesselfinder",
        [(412000001, "2017-08-11 11:02:30.000", 30.25, 122.5, 7.5, 90.5, None, 1)],
    ),
    "marinetraffic, tenths of knots": (
        "MMSI,LAT,LON,SPEED,HEADING,COURSE,STATUS,TIMESTAMP,DSRC\n"
        "412000001,30.25,122.5,58,91,90,99,2013-11-20T16:09:00,TER\n",
        "marinetraffic",
        [(412000001, "2013-11-20 16:09:00.000", 30.25, 122.5, 5.8, 90.0, 91.0, None)],
    ),
    "exactearth": (
        '"MMSI","Message_ID","Repeat_indicator","Time","Millisecond","Region","Country","Base_station","Vessel_Name",'
        '"Call_sign","IMO","Draught","Destination","Navigational_status","SOG","Longitude","Latitude","COG","Heading"\n'
        '"412000001","27","0","20210701_185151","120","None","None","None","None","None","None","None","None","5","7.0",'
        '"122.5","30.25","90.0","None"\n',
        "exactearth",
        [(412000001, "2021-07-01 18:51:51.120", 30.25, 122.5, 7.0, 90.0, None, 5)],
    ),
    "digitraffic archive": (
        "timestamp,timestampExternal,mmsi,lon,lat,sog,cog,navStat,rot,posAcc,raim,heading\n"
        "59,1659212938646,230000001,24.5,60.25,8.4,90.5,0,128,true,false,511\n",
        "digitraffic",
        [(230000001, "2022-07-30 20:28:58.646", 60.25, 24.5, 8.4, 90.5, None, 0)],
    ),
    "brest": (
        "sourcemmsi,navigationalstatus,rateofturn,speedoverground,courseoverground,trueheading,lon,lat,t\n"
        "228000001,7,0,5.5,90.5,,-4.5,48.25,1443650402\n",
        "brest",
        [(228000001, "2015-09-30 22:00:02.000", 48.25, -4.5, 5.5, 90.5, None, 7)],
    ),
    "ieee baltic, metres per second": (
        "timestamp,mmsi,lat,lon,speed,course,heading,turnrate,breadth,vessel_type\n"
        "2017-11-02 11:19:07,230000001,60.25,24.5,5.144444444444445,90.5,91,0,20,cargo\n",
        "ieee-baltic",
        [(230000001, "2017-11-02 11:19:07.000", 60.25, 24.5, 10.0, 90.5, 91.0, None)],
    ),
    "gfw": (
        "ssvid,timestamp,lat,lon,speed,course\n412000001,2024-05-01 00:00:01.5 UTC,30.25,122.5,7.5,90.5\n",
        "gfw",
        [(412000001, "2024-05-01 00:00:01.500", 30.25, 122.5, 7.5, 90.5, None, None)],
    ),
    "gfw segments": (
        "Lon,Lat,Timestamp,Speed,Course,Seg_id\n122.5,30.25,2018-01-01T00:12:19Z,7.5,90.5,412000001-2017-12-18T20:34:03.000000Z\n",
        "gfw-segments",
        [(412000001, "2018-01-01 00:12:19.000", 30.25, 122.5, 7.5, 90.5, None, None)],
    ),
    "generic, tabs and a byte order mark": (
        "\ufeffmmsi\ttime\tlatitude\tlongitude\n412000001\t2024-05-01T08:00:00+08:00\t30.25\t122.5\n",
        "generic",
        [(412000001, "2024-05-01 00:00:00.000", 30.25, 122.5, None, None, None, None)],
    ),
    "Excel, decimal commas": (
        "sep=;\nmmsi;time;lat;lon;sog\n412000001;2024-05-01 00:00:00;30,25;-122,5;1,5\n",
        "generic",
        [(412000001, "2024-05-01 00:00:00.000", 30.25, -122.5, 1.5, None, None, None)],
    ),
    "quoted decimal commas under a title": (
        'Positions of May\n\nmmsi,time,lat,lon\n"412000001","2024-05-01 00:00:00","30,25","122,5"\n',
        "generic",
        [(412000001, "2024-05-01 00:00:00.000", 30.25, 122.5, None, None, None, None)],
    ),
}  # fmt: skip


@pytest.mark.parametrize(("text", "format_", "expected"), CASES.values(), ids=CASES.keys())
def test_profiles(tmp_path: Path, text: str, format_: str, expected: list[tuple[Any, ...]]) -> None:
    data = read_table(tmp_path, text)
    assert data.reports[0].format == format_
    found = rows(data.positions, "mmsi", "timestamp", "lat", "lon", "sog", "cog", "heading", "nav_status")
    assert found == [pytest.approx(row) for row in expected]


@pytest.mark.parametrize("name", ["aishub degrees", "aishub raw"])
def test_draughts_of_aishub_are_metres_or_decimetres(tmp_path: Path, name: str) -> None:
    assert read_table(tmp_path, CASES[name][0]).static["draught"].tolist() == [pytest.approx(7.1)]


def test_spire_mixes_static_and_position_rows(tmp_path: Path) -> None:
    text = (
        "created_at,timestamp,mmsi,msg_type,latitude,longitude,speed,course,heading,rot,imo,name,call_sign,flag,draught,"
        "ship_type,length,width,eta,destination,status,maneuver,accuracy,collection_type\n"
        "2024-05-01T00:05:00Z,2024-05-01T00:00:00Z,412000001,1,30.25,122.5,102.3,360,511,-128,,,,,,,,,,,15,0,0,terrestrial\n"
        "2024-05-01T00:05:00Z,2024-05-01T00:00:30Z,412000001,5,,,,,,,9074729,X,BABC,CN,9.5,Tanker,,,,CN "
        "ZOS,,,,satellite\n"
    )
    data = read_table(tmp_path, text)
    assert rows(data.positions, "timestamp", "sog", "cog", "station") == [
        ("2024-05-01 00:00:00.000", None, None, "terrestrial")
    ]
    assert rows(data.static, "imo", "shipname", "ship_type", "draught") == [(9074729, "X", 80, 9.5)]
    assert data.reports[0].rows_out == 2


def test_piraeus_knows_ships_by_a_hash(tmp_path: Path) -> None:
    text = "t,vessel_id,lon,lat,heading,speed,course\n1493596800000,a1b2c3,23.5,37.75,511,7.5,90.5\n"
    data = read_table(tmp_path, text)
    number = text_id_to_mmsi("a1b2c3")
    assert rows(data.positions, "mmsi", "timestamp", "heading") == [(number, "2017-05-01 00:00:00.000", None)]
    assert rows(data.static, "mmsi", "source_id") == [(number, "a1b2c3")]


def test_only_the_generic_profile_has_no_signature() -> None:
    assert GENERIC.signature == ()
    assert [p.name for p in PROFILES if not p.signature] == [PROFILES[-1].name] == [GENERIC.name]
