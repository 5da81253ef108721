"""Sentences decode to the values that went in; pyais is the oracle."""

from datetime import UTC, datetime

import polars as pl
import pyais
import pytest

from stsdetect.simulation.nmea_encoder import position_sentences, static_sentences

POSITION = {
    "mmsi": 412000001, "timestamp": datetime(2019, 8, 14, 0, 0, 7, tzinfo=UTC), "lat": -30.5, "lon": -122.25,
    "sog": 10.1, "cog": 123.4, "heading": 120.0, "nav_status": 5, "ais_class": "A", "station": "SHS",
}  # fmt: skip
STATIC = {
    "mmsi": 412000001, "timestamp": datetime(2019, 8, 14, 0, 0, 7, tzinfo=UTC), "imo": 9950008, "callsign": "BXYZ1",
    "shipname": "SIM ONE", "ship_type": 70, "to_bow": 90, "to_stern": 20, "to_port": 8, "to_starboard": 9,
    "draught": 6.5, "destination": "NINGBO", "ais_class": "A",
}  # fmt: skip


def encoded_position(**changes) -> tuple[list[int], list[bytes]]:
    frame = pl.DataFrame([{**POSITION, **changes}])
    seconds, lines = position_sentences(frame)
    return seconds.tolist(), lines


def decoded(line: bytes) -> dict:
    """Fields of a message, in one or two sentences with tag blocks."""
    sentences = [part.rsplit(b"\\", 1)[1] for part in line.splitlines()]
    return pyais.decode(*sentences, error_if_checksum_invalid=True).asdict()


def test_a_class_a_position_decodes_to_its_values() -> None:
    seconds, (line,) = encoded_position()
    got = decoded(line)
    assert seconds == [1565740807]
    assert line.startswith(b"\\s:SHS,c:1565740807*")
    assert {k: got[k] for k in ("msg_type", "mmsi", "status", "second")} == {
        "msg_type": 1, "mmsi": 412000001, "status": 5, "second": 7
    }  # fmt: skip
    assert (got["lat"], got["lon"]) == pytest.approx((-30.5, -122.25), abs=1e-6)
    assert (got["speed"], got["course"], got["heading"]) == (10.1, 123.4, 120)


def test_unknown_values_are_sent_as_the_defaults_of_m1371() -> None:
    _, (line,) = encoded_position(lat=None, lon=None, sog=None, cog=None, heading=None, nav_status=None)
    got = decoded(line)
    assert (got["lat"], got["lon"], got["speed"], got["course"], got["heading"]) == (91, 181, 102.3, 360, 511)
    assert got["status"] == 15


def test_class_b_is_sent_as_type_18() -> None:
    _, (line,) = encoded_position(ais_class="B", nav_status=None)
    assert decoded(line)["msg_type"] == 18


def test_a_static_report_of_class_a_has_two_sentences() -> None:
    _, (line,) = static_sentences(pl.DataFrame([STATIC]), ["SHS"])
    assert len(line.splitlines()) == 2
    got = decoded(line)
    assert {k: got[k] for k in ("imo", "callsign", "shipname", "ship_type", "to_bow", "draught")} == {
        "imo": 9950008, "callsign": "BXYZ1", "shipname": "SIM ONE", "ship_type": 70, "to_bow": 90, "draught": 6.5
    }  # fmt: skip


def test_a_character_outside_the_six_bit_alphabet_becomes_a_question_mark() -> None:
    frame = pl.DataFrame([{**STATIC, "shipname": "SIM Ü"}])
    _, (line,) = static_sentences(frame, ["SHS"])
    assert decoded(line)["shipname"] == "SIM ?"


def test_no_rows_give_no_lines() -> None:
    frame = pl.DataFrame([POSITION]).clear()
    assert position_sentences(frame)[1] == []
