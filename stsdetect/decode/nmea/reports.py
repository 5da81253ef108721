"""Decode payloads to position and static rows, all messages of one layout at a time.

`read_reports` packs payloads and rejects what cannot be read, `position_columns` and `static_frame` decode
what is left, `position_frame` makes rows. In between the reader drops copies, which need no decoding.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
import polars as pl
from numpy.typing import NDArray

from stsdetect.arrays import Bools, Bytes, Ints, Words
from stsdetect.decode.accounting import DecodeReport
from stsdetect.decode.batch import (
    CLASS_OF_TYPE,
    MAX_MMSI,
    MIN_SHIP_MMSI,
    POSITION_SCHEMA,
    STATIC_SCHEMA,
    STATIC_TEXTS,
)
from stsdetect.decode.nmea import messages as msg
from stsdetect.decode.nmea.payload import Bits, Field, pack
from stsdetect.decode.nmea.pyais_fallback import SAR_AIRCRAFT
from stsdetect.itu import has_imo_digits

ODD_LENGTH, BAD_CHECKSUM, CLOCK_TIME, ROUGH_TIME = 1, 2, 4, 8
"""Bits of ``positions.decode_flags``: the length of the payload is not in M.1371; the checksum is wrong or
missing; the time is that of a clock near the sentence, not of the sentence itself; that clock is of a base
station or behind the sentence, so the time is refined by the UTC second of the report, where it has one.
"""


class PayloadFormat(NamedTuple):
    """Message types with one layout, and how many words of their payload are read.

    `static` and `kinds` (of `STATIC_SCHEMA`) have one entry per part of the message: two for type 24.
    """

    types: tuple[int, ...]
    n_words: int
    position: msg.PositionLayout | None = None
    static: tuple[msg.StaticLayout, ...] = ()
    kinds: tuple[str, ...] = ()


PAYLOAD_FORMATS = (
    PayloadFormat((1, 2, 3), 4, msg.CLASS_A),
    PayloadFormat((18,), 4, msg.CLASS_B),
    PayloadFormat((19,), 7, msg.CLASS_B_EXTENDED, (msg.STATIC_19,), ("19",)),
    PayloadFormat((27,), 4, msg.LONG_RANGE),
    PayloadFormat((5,), 9, None, (msg.STATIC_5,), ("5",)),
    PayloadFormat((24,), 4, None, msg.STATIC_24, ("24A", "24B")),
)
DECODED_TYPES = (*(t for format_ in PAYLOAD_FORMATS for t in format_.types), SAR_AIRCRAFT)
"""Message types that give rows."""

_TYPE = Field(0, 6)
_REPEAT_BITS = np.uint64(0b11 << (48 - 8))


class PackedReports(NamedTuple):
    """Readable messages of one format (and part, for type 24), not decoded yet.

    `row` is the index of the message in its block, `odd` whether its length is not in M.1371.
    """

    format: PayloadFormat
    part: int
    bits: Bits
    row: Ints
    mmsi: Ints
    odd: Bools

    def filter(self, keep: Bools) -> PackedReports:
        """The messages to keep."""
        if keep.all():
            return self
        at = np.flatnonzero(keep)
        return PackedReports(
            self.format, self.part, self.bits.take(at), self.row[at], self.mmsi[at], self.odd[at]
        )

    def digest(self) -> Words:
        """Hash of each message without the bits that a repeater changes."""
        return self.bits.digest(_REPEAT_BITS)


def read_reports(
    format_: PayloadFormat, text: Bytes, start: Ints, n_chars: Ints, row: Ints, report: DecodeReport
) -> tuple[list[PackedReports], Ints]:
    """Read messages of one format; those that cannot be read are rejected.

    Parameters
    ----------
    format_ : PayloadFormat
        What the messages are.
    text : numpy.ndarray
        Characters that hold the payloads.
    start, n_chars, row : numpy.ndarray
        First character and length of each payload, and index of the message in its block, shape (n,).
    report : DecodeReport
        Counts the rejected messages.

    Returns
    -------
    reports : list of PackedReports
        One entry per part of the format.
    cut_off : numpy.ndarray
        The `row` of messages that are cut off after their position, shape (m,).
    """
    bits, good = pack(text, start, n_chars, n_words=format_.n_words)
    _reject(report, "bad_armour", ~good, text, start, n_chars)
    if format_.types != (24,):
        rows_of_part = [(0, good)]
    else:
        part = np.where(bits.n_bits >= msg.PART_NUMBER.end, bits.unsigned(msg.PART_NUMBER), 0)
        _reject(report, "unknown_part_of_type_24", good & (part > 1), text, start, n_chars)
        rows_of_part = [(k, good & (part == k)) for k in (0, 1)]
    out, cut_off = [], np.zeros(len(row), bool)
    for k, of_part in rows_of_part:
        layout: msg.PositionLayout | msg.StaticLayout = format_.position or format_.static[k]
        mmsi = bits.unsigned(msg.MMSI)
        odd = (bits.n_bits != layout.n_bits[0]) & (bits.n_bits != layout.n_bits[-1])
        short = of_part & (bits.n_bits < layout.needed_bits)
        # A small MMSI in a message of odd length is more likely noise than a coast station.
        implausible = (mmsi < 1) | (mmsi > MAX_MMSI) | (odd & (mmsi < MIN_SHIP_MMSI))
        implausible &= of_part & ~short
        if format_.position:
            cut_off = short & (bits.n_bits >= format_.position.position_bits)
        _reject(report, "too_short", short & ~cut_off, text, start, n_chars)
        _reject(report, "bad_mmsi", implausible, text, start, n_chars)
        packed = PackedReports(format_, k, bits, row, mmsi, odd).filter(of_part & ~short & ~implausible)
        if len(packed.row):
            out.append(packed)
    return out, row[cut_off]


def _reject(report: DecodeReport, reason: str, bad: Bools, text: Bytes, start: Ints, n_chars: Ints) -> None:
    at = np.flatnonzero(bad)
    if len(at):
        samples = (
            text[start[k] : start[k] + n_chars[k]].tobytes().decode("latin-1") for k in at[:3].tolist()
        )
        report.reject(reason, len(at), samples)


def position_columns(r: PackedReports, layout: msg.PositionLayout, report: DecodeReport) -> msg.Columns:
    """Decode position reports of one layout; those without a valid position are left out and counted.

    Returns
    -------
    dict
        As from `messages.positions`, and ``mmsi``, ``msg_type``, ``row``, ``decode_flags``, shape (n,) each.
    """
    types = r.bits.unsigned(_TYPE) if len(r.format.types) > 1 else np.full(len(r.row), r.format.types[0])
    columns = msg.positions(r.bits, layout) | {
        "mmsi": r.mmsi,
        "msg_type": types.astype(np.int32),
        "odd": r.odd,
    }
    return with_valid_position(columns, r.row, report)


def with_valid_position(c: msg.Columns, row: Ints, report: DecodeReport) -> msg.Columns:
    """Messages with a position on earth, with columns ``row`` and ``decode_flags``; others are counted."""
    lat, lon = c["lat"], c["lon"]
    far = (np.abs(lat) > 90) | (np.abs(lon) > 180)
    wrong = np.flatnonzero(far)
    # 91 and 181 degrees mean that the position is not available.
    none = (np.abs(lat[wrong] - 91) < 1e-9) | (np.abs(lon[wrong] - 181) < 1e-9)
    wrong = wrong[~none]
    report.set_aside["no_position"] += int(none.sum())
    report.reject(
        "bad_position",
        len(wrong),
        (f"mmsi {c['mmsi'][k]} lat {lat[k]} lon {lon[k]}" for k in wrong[:3].tolist()),
    )
    c["row"] = row
    c["decode_flags"] = np.where(c.pop("odd"), ODD_LENGTH, 0).astype(np.int32)
    if far.any():
        c = {name: values[~far] for name, values in c.items()}
    return c


_CLASSES = pl.Series([CLASS_OF_TYPE.get(t, "") for t in range(64)], dtype=pl.String)


def position_frame(columns: list[msg.Columns], stations: list[str]) -> pl.DataFrame:
    """Rows of POSITION_SCHEMA from columns in which ``station`` is an index into `stations`."""
    if not columns:
        return pl.DataFrame(schema=POSITION_SCHEMA)
    c: dict[str, Any] = _stacked(columns)
    names = pl.Series([None, *stations[1:]], dtype=pl.String)
    c["station"] = names.gather(c["station"])
    c["ais_class"] = _CLASSES.gather(c["msg_type"])
    status = pl.col("nav_status")
    return (
        pl.DataFrame(c, nan_to_null=True)
        .with_columns(pl.when(status >= 0).then(status.cast(pl.Int32)).alias("nav_status"))
        .select(*POSITION_SCHEMA)
    )


def static_frame(reports: list[tuple[PackedReports, Ints]], report: DecodeReport) -> pl.DataFrame:
    """Rows of STATIC_SCHEMA from reports of one format and part, each with its receive times [ms]."""
    format_, part = reports[0][0].format, reports[0][0].part
    layout = format_.static[part]
    bits = Bits(
        np.concatenate([r.bits.words for r, _ in reports], axis=1),
        np.concatenate([r.bits.n_bits for r, _ in reports]),
    )
    mmsi = np.concatenate([r.mmsi for r, _ in reports])
    ms = np.concatenate([times for _, times in reports])
    # Type 19 may be long enough for the position and too short for the static fields behind it.
    at = np.flatnonzero(bits.n_bits >= layout.needed_bits)
    columns = {"mmsi": mmsi[at], "ms": ms[at], **msg.static_reports(bits.take(at), layout, mmsi[at])}
    frame = (
        pl.DataFrame(
            {
                n: _strings(c) if n in STATIC_TEXTS else pl.Series(c, nan_to_null=True)
                for n, c in columns.items()
            }
        )
        .with_columns(
            *[
                pl.when(pl.col(n) != 0).then(pl.col(n)).alias(n)
                for n in ("imo", "ship_type", "mothership_mmsi")
            ],
            *[pl.lit(None, STATIC_SCHEMA[n]).alias(n) for n in ("length_m", "width_m", "source_id")],
            ais_class=pl.lit(layout.ais_class),
            kind=pl.lit(format_.kinds[part]),
            counted=pl.lit(format_.position is None),
        )
        .select(*STATIC_SCHEMA)
    )
    other = frame.select(~has_imo_digits(pl.col("imo")).fill_null(value=True)).to_series()
    if other.any():
        report.counts["not_imo_numbers"] += int(other.sum())
        frame = frame.with_columns(imo=pl.when(~pl.lit(other)).then("imo"))
    return frame


def _stacked(columns: list[msg.Columns]) -> msg.Columns:
    return {name: np.concatenate([c[name] for c in columns]) for name in columns[0]}


def _strings(texts: NDArray[np.bytes_]) -> pl.Series:
    """Six-bit texts as strings; null where empty."""
    if texts.dtype.itemsize == 1:
        return pl.Series([None], dtype=pl.String).new_from_index(0, len(texts))
    series = pl.Series(texts.tolist(), dtype=pl.Binary).cast(pl.String)
    return series.set(series == "", None)
