"""Real logs are decoded as pyais and gpsd decode them, field by field; each difference has a reason.

The differences from pyais 3.3, and why ours is right (ITU-R M.1371-5, annex 8):

- Latitude 91, longitude 181, speed 102.3, course 360, heading 360 to 511, draught 0 and sizes of 0 on both sides
  mean "not available": null, not that number.
- Text ends at the first ``@``; pyais only takes those at its end away (``HAN KANG NO3@@@@@@B-``).
- Ship types that pyais has no name for become 0 or 75 there; ours are the bits that the ship sent.
- An MMSI of ten digits, of 0, or of less than nine digits in a message of odd length is noise: rejected.
- A report cut off before the end of its position is rejected; cut off after it, it keeps what is left.
- A sentence without ``!``, ``$`` or a backslash in front is skipped by pyais; ours reads it wherever it stands.
- A sentence whose checksum is wrong or missing is rejected; pyais decodes it.
"""

import json
from collections import Counter
from collections.abc import Iterator
from functools import reduce
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from pyais.stream import FileReaderStream

from stsdetect.decode import AisData, read_ais
from stsdetect.decode.nmea.messages import STATIC_5, positions, static_reports
from stsdetect.decode.nmea.payload import pack
from stsdetect.decode.nmea.reports import PAYLOAD_FORMATS

pytestmark = pytest.mark.real

LOGS = (
    "aishub_nmea_sample.nmea",
    "bcl_unknown.log",
    "dma_212123000_drift_pghp_si.ais",
    "dma_gatehouse_pghp_stream.txt",
    "gfw_multi_part.nmea",
    "gpsd_type18_27.log",
    "gpsd_type6_fid55.log",
    "kystverket_1000_tagblock_c.nm4",
    "libais_uscg_one_of_each.aivdm",
    "opencpn_guernsey_mixed_gps_ais.log",
    "signalk_nais300.log",
    "uscg_trailing_station_unixtime.ais",
)
POSITION_TYPES = (1, 2, 3, 18, 19, 27)


def their_messages(path: Path) -> Iterator[Any]:
    with FileReaderStream(str(path)) as stream:
        for message in stream:
            try:
                yield message.decode(), message
            except Exception:
                continue


def ours(payload: bytes, type_: int) -> dict[str, Any] | None:
    family = next(f for f in PAYLOAD_FORMATS if type_ in f.types)
    text = np.frombuffer(payload + b"0" * 80, np.uint8)
    bits, good = pack(text, np.array([0]), np.array([len(payload)]), n_words=family.n_words)
    if not good[0]:
        return None
    layout = family.position
    if layout is None or bits.n_bits[0] < layout.needed_bits:
        return None
    return {name: column[0] for name, column in positions(bits, layout).items()}


@pytest.mark.parametrize("name", LOGS)
def test_positions_equal_those_of_pyais(shared_data: Path, name: str) -> None:
    n = 0
    for theirs, message in their_messages(shared_data / "nmea" / name):
        if theirs.msg_type not in POSITION_TYPES:
            continue
        mine = ours(message.payload, theirs.msg_type)
        if mine is None:
            # Too short for what is read; pyais gives None for the fields that are missing.
            assert len(message.bv) < 143 or theirs.msg_type in (18, 19, 27)
            continue
        n += 1
        assert (mine["lat"], mine["lon"]) == pytest.approx((theirs.lat, theirs.lon), abs=1e-6)
        assert_measure(mine["sog"], theirs.speed, 63 if theirs.msg_type == 27 else 102.3)
        assert_measure(mine["cog"], theirs.course, 360)
        if theirs.msg_type != 27:
            assert_measure(mine["heading"], theirs.heading, 360)
    assert n > 0 or name == "gfw_multi_part.nmea"


def assert_measure(mine: float, theirs: float, none_from: float) -> None:
    """Equal, or null where pyais hands out the number that means not available."""
    if theirs >= none_from:
        assert np.isnan(mine)
    else:
        assert mine == pytest.approx(theirs, abs=1e-9)


@pytest.mark.parametrize("name", LOGS)
def test_static_reports_equal_those_of_pyais_but_for_its_known_faults(shared_data: Path, name: str) -> None:
    differences: Counter[str] = Counter()
    expected: Counter[str] = Counter()  # from pyais's message and the bits alone
    for theirs, message in their_messages(shared_data / "nmea" / name):
        if theirs.msg_type != 5 or len(message.bv) < STATIC_5.needed_bits:
            continue
        payload = message.payload
        text = np.frombuffer(payload + b"0" * 80, np.uint8)
        bits, _ = pack(text, np.array([0]), np.array([len(payload)]), n_words=9)
        c = {k: v[0] for k, v in static_reports(bits, STATIC_5, np.array([theirs.mmsi])).items()}
        assert c["imo"] == theirs.imo
        for side in ("to_bow", "to_stern", "to_port", "to_starboard"):
            assert np.isnan(c[side]) or c[side] == getattr(theirs, side)
        assert (0 if np.isnan(c["draught"]) else c["draught"]) == theirs.draught
        for field, their_text in (
            ("shipname", theirs.shipname),
            ("callsign", theirs.callsign),
            ("destination", theirs.destination),
        ):
            mine = c[field].decode()
            head, _, tail = (their_text or "").partition("@")
            expected["after @"] += head.rstrip() != (head + "@" + tail if tail else head).rstrip()
            if mine != (their_text or "").rstrip():
                # pyais keeps what follows the first @, which the standard ends the text at.
                assert (their_text or "").split("@")[0].rstrip() == mine
                differences["after @"] += 1
        expected["unknown ship type"] += message.bv.get_num(232, 8) != theirs.ship_type
        if c["ship_type"] != theirs.ship_type:
            # pyais turns codes that it has no name for into others; the bits are what the ship sent.
            assert c["ship_type"] == message.bv.get_num(232, 8)
            differences["unknown ship type"] += 1
    assert differences == expected
    assert differences.total() > 0 or name != "aishub_nmea_sample.nmea"


@pytest.mark.parametrize("name", LOGS)
def test_static_reports_of_class_b_equal_those_of_pyais_but_for_its_known_faults(
    shared_data: Path, name: str
) -> None:
    """Types 19 and 24, parts A and B, from the bits that pyais has too."""
    n = 0
    for theirs, message in their_messages(shared_data / "nmea" / name):
        if theirs.msg_type not in (19, 24):
            continue
        family = next(f for f in PAYLOAD_FORMATS if theirs.msg_type in f.types)
        layout = family.static[theirs.partno if theirs.msg_type == 24 else 0]
        if 6 * len(message.payload) < layout.needed_bits:
            continue
        text = np.frombuffer(message.payload + b"0" * 80, np.uint8)
        bits, _ = pack(text, np.array([0]), np.array([len(message.payload)]), n_words=family.n_words)
        c = {k: v[0] for k, v in static_reports(bits, layout, np.array([theirs.mmsi])).items()}
        for field in ("shipname", "callsign"):
            if getattr(layout, field):
                their_text = getattr(theirs, field)
                # The text ends at the first @; pyais takes only those at its end away.
                assert c[field].decode() == their_text.split("@")[0].strip()
        if layout.dimensions is not None and theirs.mmsi // 10_000_000 == 98:
            assert c["mothership_mmsi"] == theirs.mothership_mmsi
        elif layout.dimensions is not None:
            for side in ("to_bow", "to_stern", "to_port", "to_starboard"):
                assert np.isnan(c[side]) or c[side] == getattr(theirs, side)
        if layout.ship_type:
            sent = message.bv.get_num(layout.ship_type.offset, 8)
            assert c["ship_type"] == sent
            # In type 19 pyais turns codes that it has no name for into 0 or 75; in type 24 it keeps them.
            assert sent == theirs.ship_type or (theirs.msg_type == 19 and theirs.ship_type in (0, 75))
        n += 1
    assert n > 0 or name not in ("aishub_nmea_sample.nmea", "gpsd_type18_27.log")


def test_the_oracle_file_of_gpsd_agrees_field_by_field(shared_data: Path, tmp_path: Path) -> None:
    path = tmp_path / "timed.nmea"
    lines = (shared_data / "nmea" / "gpsd_type6_fid55.log.chk.json").read_text().splitlines()
    expected = [json.loads(line) for line in lines if line.startswith("{")]
    # A second apart, so that equal payloads are not copies, and rows keep the order of the file.
    sentences = [line for line in lines if line.startswith("!")]
    path.write_text("\n".join(f"{1_500_000_000 + 40 * k} {line}" for k, line in enumerate(sentences)))
    data = read_ais(path)
    wanted = [m for m in expected if m["type"] in POSITION_TYPES and abs(m["lat"]) <= 90 * 600_000]
    got = data.positions.sort_values("timestamp").to_dict("records")
    assert len(got) == len(wanted) == 797
    for row, theirs in zip(got, wanted, strict=True):
        assert (row["mmsi"], row["msg_type"]) == (theirs["mmsi"], theirs["type"])
        far = theirs["type"] == 27  # in minutes over ten, whole knots and degrees
        degree, tenth = (600, 1) if far else (600_000, 10)
        assert (round(row["lat"] * degree), round(row["lon"] * degree)) == (theirs["lat"], theirs["lon"])
        assert raw(row["sog"], tenth, 63 if far else 1023) == theirs["speed"]
        assert raw(row["cog"], tenth, 511 if far else 3600) == theirs["course"]
        if far:
            continue
        # A heading of 360 and more is none, whichever number stands for it.
        assert raw(row["heading"], 1, 511) == (theirs["heading"] if theirs["heading"] < 360 else 511)
        if theirs["type"] < 4:
            assert raw(row["nav_status"], 1, 15) == theirs["status"]
    by_ship = {m["mmsi"]: m for m in expected if m["type"] == 5}
    for row in data.static[
        data.static["mmsi"].isin(list(by_ship)) & (data.static["ais_class"] == "A")
    ].to_dict("records"):
        theirs = by_ship[row["mmsi"]]
        assert raw(row["imo"], 1, 0) == theirs["imo"]
        assert (row["shipname"] if isinstance(row["shipname"], str) else "") == theirs["shipname"]
        assert raw(row["ship_type"], 1, 0) == theirs["shiptype"]


def raw(value: Any, scale: int, none: int) -> int:
    return none if pd.isna(value) else round(value * scale)


def test_logs_that_pyais_cannot_read_are_read(shared_data: Path) -> None:
    prefixed = shared_data / "nmea" / "unixnano_prefixed.nmea"
    assert list(their_messages(prefixed)) == []
    assert len(read_ais(prefixed).positions) == 575
    wrapped = read_ais(shared_data / "nmea" / "dma_gatehouse_pghp_stream.txt")
    # Of 24 more the wrapper has the checksum of another sentence; base stations tell their time.
    assert wrapped.reports[0].time_kinds["base_clock"] == 24
    assert len(wrapped.positions) == 2965
    assert wrapped.positions["timestamp"].dt.year.eq(2010).mean() > 0.99


@pytest.mark.parametrize("name", LOGS)
def test_positions_in_the_table_are_those_of_pyais_but_for_impossible_ones(
    shared_data: Path, tmp_path: Path, name: str
) -> None:
    """From file to table, each place of each ship once, so that copies do not matter."""
    theirs: dict[tuple[int, int, int, int], int] = {}
    for m, message in their_messages(shared_data / "nmea" / name):
        if m.msg_type not in POSITION_TYPES or m.lat is None or m.lon is None:
            continue
        if abs(m.lat) <= 90 and abs(m.lon) <= 180:
            theirs[place(m.mmsi, m.msg_type, m.lat, m.lon)] = len(message.bv)
    data = read_ais(timed(shared_data / "nmea" / name, tmp_path))
    columns = ("mmsi", "msg_type", "lat", "lon")
    ours_ = {place(*row) for row in data.positions[list(columns)].itertuples(index=False)}
    ours_ = {key for key in ours_ if key[1] in POSITION_TYPES}
    assert ours_ <= theirs.keys()
    for (mmsi, *_), n_bits in ((key, n) for key, n in theirs.items() if key not in ours_):
        odd = n_bits not in (96, 168, 312)
        assert mmsi > 999_999_999 or mmsi == 0 or (odd and (mmsi < 100_000_000 or n_bits < 116))


def place(mmsi: int, type_: int, lat: float, lon: float) -> tuple[int, int, int, int]:
    degree = 600 if type_ == 27 else 600_000
    return mmsi, type_, round(lat * degree), round(lon * degree)


def identity(data: AisData) -> None:
    report = data.reports[0]
    assert report.rows_in == report.rows_out + report.set_aside.total() + sum(report.rejected.values())


@pytest.mark.parametrize("name", LOGS)
def test_every_line_of_every_log_has_one_fate(shared_data: Path, tmp_path: Path, name: str) -> None:
    lines = (shared_data / "nmea" / name).read_bytes().decode("latin-1").splitlines()
    data = read_ais(timed(shared_data / "nmea" / name, tmp_path))
    identity(data)
    report = data.reports[0]
    n_sentences = sum("VDM," in line or "VDO," in line for line in lines)
    assert report.set_aside["lines_without_ais"] == len(lines) - n_sentences
    assert len(data.positions) + len(data.static) > 0 or name == "gfw_multi_part.nmea"


def timed(log: Path, folder: Path) -> Path:
    """The log with a time before each sentence that begins a line."""
    lines = log.read_bytes().decode("latin-1").splitlines()
    path = folder / "timed.nmea"
    path.write_bytes(
        "\n".join(
            f"{1_500_000_000 + k // 50} {line}" if line.startswith("!") else line
            for k, line in enumerate(lines)
        ).encode("latin-1")
    )
    return path


def xor(text: bytes) -> int:
    return reduce(lambda a, b: a ^ b, text, 0)


def test_checksums_are_those_of_a_plain_loop(shared_data: Path) -> None:
    from stsdetect.decode.nmea.sentences import Block, find_sentences

    data = (shared_data / "nmea" / "bcl_unknown.log").read_bytes().replace(b"\r\n", b"\n")
    s = find_sentences(Block(data))
    for start, after, ok in zip(s.start.tolist(), s.after.tolist(), s.checksum_ok.tolist(), strict=True):
        text = data[start:after]
        assert ok == (xor(text[1:-3]) == int(text[-2:], 16))
