"""NMEA sentences from tables, a column at a time.

Layouts follow ITU-R M.1371-5, types 1, 5, 18 and 24; sentences follow NMEA 0183, with a tag block of source
and time. All sentences of a type are equally long, so bits, six-bit characters and checksums are computed on
whole matrices.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import polars as pl
from numpy.typing import NDArray

from stsdetect.arrays import Bytes, Ints

Field = tuple[Ints | int, int]
"""Values and width [bits]; negative values are written as two's complement."""

_DEG = 600_000.0
_FIRST_PART_CHARS = 60  # a sentence must not exceed 82 characters


def position_sentences(positions: pl.DataFrame) -> tuple[Ints, list[bytes]]:
    """Sentences of types 1 and 18 from POSITIONS: receive times [s since 1970] and lines, row by row."""
    seconds = _unix(positions["timestamp"])
    is_a = (positions["ais_class"] == "A").to_numpy()
    lines = np.empty(len(positions), dtype=object)
    for rows, layout in ((is_a, _type_1), (~is_a, _type_18)):
        part = positions.filter(rows)
        if len(part):
            bits = _bits(len(part), layout(part, seconds[rows]))
            lines[rows] = _sentences(
                _payload(bits), part["station"], seconds[rows], b"!AIVDM,1,1,,A,", b",0*"
            )
    return seconds, lines.tolist()


def static_sentences(static: pl.DataFrame, station: Sequence[str]) -> tuple[Ints, list[bytes]]:
    """Sentences of types 5 (two lines) and 24 (parts A and B) from STATIC: times [s since 1970] and lines."""
    seconds = _unix(static["timestamp"])
    received_by = pl.Series(station, dtype=pl.String)
    is_a = (static["ais_class"] == "A").to_numpy()
    lines = np.empty(len(static), dtype=object)
    if is_a.any():
        lines[is_a] = _type_5_lines(static.filter(is_a), received_by.filter(is_a), seconds[is_a])
    if (~is_a).any():
        part, name = static.filter(~is_a), received_by.filter(~is_a)
        a = _sentences(
            _payload(_bits(len(part), _type_24a(part))), name, seconds[~is_a], b"!AIVDM,1,1,,B,", b",2*"
        )
        b = _sentences(
            _payload(_bits(len(part), _type_24b(part))), name, seconds[~is_a], b"!AIVDM,1,1,,B,", b",0*"
        )
        lines[~is_a] = np.array([x + b"\n" + y for x, y in zip(a, b, strict=True)], dtype=object)
    return seconds, lines.tolist()


def _type_1(p: pl.DataFrame, second: Ints) -> list[Field]:
    return [
        (1, 6), (0, 2), (_int(p["mmsi"]), 30), (_int(p["nav_status"], 15), 4), (-128, 8),
        (_int(p["sog"], 102.3, 10), 10), (0, 1),
        (_int(p["lon"], 181.0, _DEG), 28), (_int(p["lat"], 91.0, _DEG), 27), (_int(p["cog"], 360.0, 10), 12),
        (_int(p["heading"], 511), 9), (second % 60, 6), (0, 2), (0, 3), (0, 1), (0, 19),
    ]  # fmt: skip


def _type_18(p: pl.DataFrame, second: Ints) -> list[Field]:
    return [
        (18, 6), (0, 2), (_int(p["mmsi"]), 30), (0, 8), (_int(p["sog"], 102.3, 10), 10), (0, 1),
        (_int(p["lon"], 181.0, _DEG), 28), (_int(p["lat"], 91.0, _DEG), 27), (_int(p["cog"], 360.0, 10), 12),
        (_int(p["heading"], 511), 9), (second % 60, 6), (0, 2),
        (1, 1), (0, 1), (1, 1), (1, 1), (1, 1), (0, 1), (0, 1), (0, 20),
    ]  # fmt: skip


def _type_5(s: pl.DataFrame) -> list[Field]:
    return [
        (5, 6), (0, 2), (_int(s["mmsi"]), 30), (0, 2), (_int(s["imo"], 0), 30), *_text(s["callsign"], 7),
        *_text(s["shipname"], 20), (_int(s["ship_type"], 0), 8), *_sizes(s),
        (1, 4), (0, 4), (0, 5), (24, 5), (60, 6), (_int(s["draught"], 0, 10), 8),
        *_text(s["destination"], 20), (0, 1), (0, 1),
    ]  # fmt: skip


def _type_24a(s: pl.DataFrame) -> list[Field]:
    return [(24, 6), (0, 2), (_int(s["mmsi"]), 30), (0, 2), *_text(s["shipname"], 20), (0, 2)]


def _type_24b(s: pl.DataFrame) -> list[Field]:
    return [
        (24, 6), (0, 2), (_int(s["mmsi"]), 30), (1, 2), (_int(s["ship_type"], 0), 8), (0, 42),
        *_text(s["callsign"], 7), *_sizes(s), (0, 6),
    ]  # fmt: skip


def _sizes(s: pl.DataFrame) -> list[Field]:
    return [
        (_int(s["to_bow"], 0), 9),
        (_int(s["to_stern"], 0), 9),
        (_int(s["to_port"], 0), 6),
        (_int(s["to_starboard"], 0), 6),
    ]


def _type_5_lines(static: pl.DataFrame, station: pl.Series, seconds: Ints) -> NDArray[np.object_]:
    payload = _payload(_bits(len(static), _type_5(static)))
    message_id = (np.arange(len(static)) % 10).astype(np.uint8) + ord("0")
    lines = []
    for part, cut, pad in (
        (b"1", slice(0, _FIRST_PART_CHARS), b",0*"),
        (b"2", slice(_FIRST_PART_CHARS, None), b",2*"),
    ):
        head = _rows(b"!AIVDM,2," + part + b",x,A,", len(static))
        head[:, -4] = message_id
        lines.append(_sentences(payload[:, cut], station, seconds, head, pad))
    return np.array([x + b"\n" + y for x, y in zip(*lines, strict=True)], dtype=object)


def _int(column: pl.Series, unknown: float | None = None, scale: float = 1.0) -> Ints:
    values = column.cast(pl.Float64).fill_null(float("nan")).to_numpy()
    if unknown is not None:
        values = np.where(np.isnan(values), unknown, values)
    return np.round(values * scale).astype(np.int64)


def _text(column: pl.Series, length: int) -> list[Field]:
    """Six-bit characters; a character that the alphabet lacks becomes a question mark."""
    padded = [(text or "").upper()[:length].ljust(length, "@") for text in column]
    codes = np.array([list(text.encode("ascii", "replace")) for text in padded], dtype=np.int64)
    codes = codes.reshape(-1, length)
    codes = np.where((codes < 32) | (codes > 95), ord("?"), codes)
    return [(codes[:, k] % 64, 6) for k in range(length)]


def _bits(n: int, fields: list[Field]) -> Bytes:
    out = np.empty((n, sum(width for _, width in fields)), dtype=np.uint8)
    at = 0
    for values, width in fields:
        shifts = np.arange(width - 1, -1, -1)
        out[:, at : at + width] = (np.broadcast_to(np.asarray(values), (n,))[:, None] >> shifts) & 1
        at += width
    return out


def _payload(bits: Bytes) -> Bytes:
    """Payload characters of six bits each, the last one padded with zero bits."""
    n, width = bits.shape
    padded = np.zeros((n, -(-width // 6) * 6), dtype=np.uint8)
    padded[:, :width] = bits
    value = padded.reshape(n, -1, 6) @ np.array([32, 16, 8, 4, 2, 1], dtype=np.uint8)
    return np.where(value < 40, value + 48, value + 56).astype(np.uint8)


def _sentences(
    payload: Bytes, station: pl.Series, seconds: Ints, head: bytes | Bytes, tail: bytes
) -> NDArray[np.object_]:
    n = len(payload)
    source = np.array(station.to_numpy(), dtype="S")
    tag = np.concatenate(
        [_rows(b"s:", n), _chars(source), _rows(b",c:", n), _chars(seconds.astype("S10")), _rows(b"*", n)],
        axis=1,
    )
    first = _rows(head, n) if isinstance(head, bytes) else head
    body = np.concatenate([first, payload, _rows(tail, n)], axis=1)
    line = np.concatenate(
        [_rows(b"\\", n), tag, _checksum(tag[:, :-1]), _rows(b"\\", n), body, _checksum(body[:, 1:-1])],
        axis=1,
    )
    joined = np.ascontiguousarray(line).view(f"S{line.shape[1]}").ravel()
    return joined.astype(object)


def _checksum(text: Bytes) -> Bytes:
    value = np.bitwise_xor.reduce(text, axis=1)
    digits = np.frombuffer(b"0123456789ABCDEF", dtype=np.uint8)
    return np.stack([digits[value >> 4], digits[value & 15]], axis=1)


def _rows(text: bytes, n: int) -> Bytes:
    return np.tile(np.frombuffer(text, dtype=np.uint8), (n, 1))


def _chars(text: NDArray[np.bytes_]) -> Bytes:
    return np.ascontiguousarray(text).view(np.uint8).reshape(len(text), -1)


def _unix(column: pl.Series) -> Ints:
    return column.dt.epoch("s").to_numpy().astype(np.int64)
