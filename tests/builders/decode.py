"""AIS sentences made bit by bit, and the rows that are read from logs and tables."""

from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pandas as pd

from stsdetect.decode import AisData, read_ais
from stsdetect.params import DecodeParams

_ARMOUR = "0123456789:;<=>?@ABCDEFGHIJKLMNOPQRSTUVW`abcdefghijklmnopqrstuvw"

T = 1_700_000_000
"""The time of most lines in tests: 2023-11-14 22:13:20 UTC."""


def checksum(text: str) -> str:
    """Checksum of NMEA 0183: exclusive or of all characters between the first one and the star."""
    total = 0
    for char in text.encode("latin-1"):
        total ^= char
    return f"{total:02X}"


def payload(fields: Iterable[tuple[int, int]]) -> tuple[str, int]:
    """Armoured characters and pad count of (value, width) fields."""
    bits = "".join(format(value % (1 << width), f"0{width}b") for value, width in fields)
    pad = -len(bits) % 6
    bits += "0" * pad
    return "".join(_ARMOUR[int(bits[i : i + 6], 2)] for i in range(0, len(bits), 6)), pad


def text_bits(text: str, n_chars: int) -> list[tuple[int, int]]:
    return [(ord(c) % 64, 6) for c in text.ljust(n_chars, "@")[:n_chars]]


def sentence(
    body: str, pad: int = 0, *, channel: str = "A", parts: str = "1,1,", talker: str = "AIVDM"
) -> str:
    text = f"{talker},{parts},{channel},{body},{pad}"
    return f"!{text}*{checksum(text)}"


def position(
    mmsi: int = 412000001,
    *,
    lat: float = 30.0,
    lon: float = 122.0,
    sog: float = 10.0,
    cog: float = 90.0,
    heading: int = 91,
    status: int = 0,
    second: int = 0,
    type_: int = 1,
    repeat: int = 0,
    radio: int = 0,
) -> str:
    """A class A position report as one sentence without a time."""
    fields = [
        (type_, 6), (repeat, 2), (mmsi, 30), (status, 4), (0, 8), (round(sog * 10), 10), (0, 1),
        (round(lon * 600_000), 28), (round(lat * 600_000), 27), (round(cog * 10), 12), (heading, 9),
        (second, 6),
        (0, 6), (radio, 19),
    ]  # fmt: skip
    return sentence(*payload(fields))


def class_b(mmsi: int = 412000002, *, lat: float = 30.0, lon: float = 122.0, second: int = 0) -> str:
    fields = [
        (18, 6), (0, 2), (mmsi, 30), (0, 8), (50, 10), (0, 1), (round(lon * 600_000), 28), (round(lat
        * 600_000), 27),
        (1800, 12), (511, 9), (second, 6), (0, 29),
    ]  # fmt: skip
    return sentence(*payload(fields))


def long_range(
    mmsi: int = 412000003, *, lat: float = 30.0, lon: float = 122.0, sog: int = 12, cog: int = 90
) -> str:
    fields = [
        (27, 6), (0, 2), (mmsi, 30), (0, 2), (1, 4), (round(lon * 600), 18), (round(lat * 600), 17),
        (sog, 6), (cog, 9),
        (0, 2),
    ]  # fmt: skip
    return sentence(*payload(fields))


def static_payload(
    mmsi: int = 412000001,
    *,
    imo: int = 9074729,
    name: str = "TEST SHIP",
    callsign: str = "BABC",
    ship_type: int = 80,
    size: tuple[int, int, int, int] = (150, 30, 10, 22),
    draught: float = 9.5,
    destination: str = "CN ZOS",
) -> str:
    """Payload of a type 5 of 424 bits (71 characters)."""
    fields = [
        (5, 6), (0, 2), (mmsi, 30), (0, 2), (imo, 30), *text_bits(callsign, 7), *text_bits(name, 20),
        (ship_type, 8),
        (size[0], 9), (size[1], 9), (size[2], 6), (size[3], 6), (1, 4), (0, 20), (round(draught * 10), 8),
        *text_bits(destination, 20), (0, 2),
    ]  # fmt: skip
    return payload(fields)[0]


def static(mmsi: int = 412000001, *, seq: int = 1, channel: str = "A", **fields: object) -> tuple[str, str]:
    """A type 5 as its two sentences."""
    body = static_payload(mmsi, **fields)  # type: ignore[arg-type]
    head, tail = body[:59], body[59:]
    return (
        sentence(head, parts=f"2,1,{seq}", channel=channel),
        sentence(tail, 2, parts=f"2,2,{seq}", channel=channel),
    )


def part_a(mmsi: int = 412000002, name: str = "SMALL CRAFT") -> str:
    return sentence(*payload([(24, 6), (0, 2), (mmsi, 30), (0, 2), *text_bits(name, 20)]))


def part_b(
    mmsi: int = 412000002,
    *,
    ship_type: int = 37,
    callsign: str = "BX1",
    size: tuple[int, int, int, int] = (8, 4, 2, 2),
    mothership: int | None = None,
) -> str:
    last = [(mothership, 30)] if mothership else [(size[0], 9), (size[1], 9), (size[2], 6), (size[3], 6)]
    fields = [
        (24, 6),
        (0, 2),
        (mmsi, 30),
        (1, 2),
        (ship_type, 8),
        (0, 42),
        *text_bits(callsign, 7),
        *last,
        (0, 6),
    ]
    return sentence(*payload(fields))


def dollar_line(text: str) -> str:
    """A ``$`` sentence with its checksum."""
    return f"${text}*{checksum(text)}"


def tag_block(text: str) -> str:
    """A tag block with its checksum."""
    return f"\\{text}*{checksum(text)}\\"


def tagged(line: str, seconds: int, *, station: str = "", group: str = "") -> str:
    """A sentence behind a tag block."""
    parts = [f"g:{group}"] if group else []
    parts += [f"s:{station}"] if station else []
    text = ",".join([*parts, f"c:{seconds}"])
    return f"\\{text}*{checksum(text)}\\{line}"


def read_log(folder: Path, *lines: str, end: str = "\n", **params: Any) -> AisData:
    """What is read from a log with these lines; every line is accounted for."""
    path = folder / "log.nmea"
    path.write_bytes("".join(line + end for line in lines).encode("latin-1"))
    data = read_ais(path, params=DecodeParams(**params))
    assert data.reports[0].closes
    return data


def read_table(folder: Path, text: str, name: str = "dump.csv", **params: Any) -> AisData:
    """What is read from a table with this text; every row is accounted for."""
    path = folder / name
    path.write_text(text, "utf-8")
    data = read_ais(path, params=DecodeParams(**params))
    assert data.reports[0].closes
    return data


def table_text(n: int, **columns: str) -> str:
    """A CSV of n positions of one vessel, a minute apart; ``{k}`` in a column is the row."""
    base = {
        "mmsi": "412000001",
        "time": "2024-05-01T00:{k:02d}:00",
        "lat": "30.{k:02d}",
        "lon": "122.5",
        **columns,
    }
    lines = [",".join(v.format(k=k) for v in base.values()) for k in range(n)]
    return "\n".join([",".join(base), *lines]) + "\n"


def rejected(data: AisData) -> dict[str, int]:
    """Rejected rows of the only file, by reason."""
    (report,) = data.reports
    return report.rejected


def rows(frame: pd.DataFrame, *names: str) -> list[tuple[Any, ...]]:
    """Some columns as tuples, null as None, timestamps as text to the millisecond."""
    out = frame[list(names)].astype(object).where(frame[list(names)].notna(), None)
    if "timestamp" in names:
        out["timestamp"] = frame["timestamp"].dt.strftime("%Y-%m-%d %H:%M:%S.%f").str.slice(0, 23)
    return list(out.itertuples(index=False, name=None))
