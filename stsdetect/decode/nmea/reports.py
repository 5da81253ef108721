"""Payloads to position and static rows, one family of message types at a time."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
import polars as pl
from numpy.typing import NDArray

from stsdetect.arrays import Bools, Bytes, Ints, Words
from stsdetect.decode import static_log as static
from stsdetect.decode.accounting import DecodeReport
from stsdetect.decode.nmea import messages as msg
from stsdetect.decode.nmea.payload import Bits, Field, pack
from stsdetect.decode.nmea.pyais_fallback import SAR_AIRCRAFT

ODD_LENGTH, BAD_CHECKSUM, CLOCK_TIME = 1, 2, 4
"""Bits of ``positions.decode_flags``: payload of a length that the standard does not have, checksum wrong or
missing, time of a clock near the sentence instead of its own.
"""

POSITION_SCHEMA: dict[str, type[pl.DataType]] = {
    "mmsi": pl.Int64,
    "ms": pl.Int64,
    "lat": pl.Float64,
    "lon": pl.Float64,
    "sog": pl.Float64,
    "cog": pl.Float64,
    "heading": pl.Float64,
    "nav_status": pl.Int32,
    "ais_class": pl.String,
    "msg_type": pl.Int32,
    "station": pl.String,
    "decode_flags": pl.Int32,
}
"""Columns of the position rows that a decoder hands on; times in ms since 1970 UTC."""


class Batch(NamedTuple):
    """Decoded rows, without source; either table may be empty."""

    positions: pl.DataFrame
    static: pl.DataFrame


class Family(NamedTuple):
    """Message types that share a layout, and how many words of their payload are read."""

    types: tuple[int, ...]
    n_words: int
    position: msg.PositionLayout | None = None
    static: tuple[msg.StaticLayout, ...] = ()
    kinds: tuple[str, ...] = ()


FAMILIES = (
    Family((1, 2, 3), 4, msg.CLASS_A),
    Family((18,), 4, msg.CLASS_B),
    Family((19,), 7, msg.CLASS_B_EXTENDED, (msg.STATIC_19,), ("19",)),
    Family((27,), 4, msg.LONG_RANGE),
    Family((5,), 9, None, (msg.STATIC_5,), ("5",)),
    Family((24,), 4, None, msg.STATIC_24, ("24A", "24B")),
)
WANTED = (*(t for family in FAMILIES for t in family.types), SAR_AIRCRAFT)

_TYPE = Field(0, 6)
_REPEAT_BITS = np.uint64(0b11 << (48 - 8))
_MIN_NINE_DIGITS = 100_000_000


class Reports(NamedTuple):
    """Sound messages of one family (and part, for type 24); `row` numbers the messages of a block."""

    family: Family
    part: int
    bits: Bits
    row: Ints
    mmsi: Ints
    odd: Bools

    def where(self, keep: Bools) -> Reports:
        """The messages marked."""
        if keep.all():
            return self
        at = np.flatnonzero(keep)
        return Reports(self.family, self.part, self.bits.take(at), self.row[at], self.mmsi[at], self.odd[at])

    def digest(self) -> Words:
        """Hash of all bits but those that a repeater changes."""
        return self.bits.digest(_REPEAT_BITS)


def read_reports(
    family: Family, text: Bytes, start: Ints, n_chars: Ints, row: Ints, books: DecodeReport
) -> tuple[list[Reports], Ints]:
    """Messages of a family out of the payloads at `start`; what cannot be read is rejected.

    The second result are the rows of messages that are cut off behind their position.
    """
    bits, good = pack(text, start, n_chars, n_words=family.n_words)
    _reject(books, "bad_armour", ~good, text, start, n_chars)
    if family.types != (24,):
        groups = [(0, good)]
    else:
        part = np.where(bits.n_bits >= msg.PART_NUMBER.end, bits.unsigned(msg.PART_NUMBER), 0)
        _reject(books, "unknown_part_of_type_24", good & (part > 1), text, start, n_chars)
        groups = [(k, good & (part == k)) for k in (0, 1)]
    out, cut_off = [], np.zeros(len(row), bool)
    for part_, mine in groups:
        layout: msg.PositionLayout | msg.StaticLayout | None = family.position or family.static[part_]
        needed, usual = layout.needed_bits, layout.n_bits  # type: ignore[union-attr]
        mmsi = bits.unsigned(msg.MMSI)
        odd = (bits.n_bits != usual[0]) & (bits.n_bits != usual[-1])
        short = mine & (bits.n_bits < needed)
        implausible = (mmsi < 1) | (mmsi > msg.MAX_MMSI) | (odd & (mmsi < _MIN_NINE_DIGITS))
        implausible &= mine & ~short
        if family.position:
            cut_off = short & (bits.n_bits >= family.position.position_bits)
        _reject(books, "too_short", short & ~cut_off, text, start, n_chars)
        _reject(books, "bad_mmsi", implausible, text, start, n_chars)
        sound = Reports(family, part_, bits, row, mmsi, odd).where(mine & ~short & ~implausible)
        if len(sound.row):
            out.append(sound)
    return out, row[cut_off]


def _reject(books: DecodeReport, reason: str, bad: Bools, text: Bytes, start: Ints, n_chars: Ints) -> None:
    at = np.flatnonzero(bad)
    if len(at):
        samples = (
            text[start[k] : start[k] + n_chars[k]].tobytes().decode("latin-1") for k in at[:3].tolist()
        )
        books.reject(reason, len(at), samples)


def position_columns(r: Reports, books: DecodeReport) -> msg.Columns:
    """Columns of the messages that hold a position, and the seconds that the ships sent."""
    layout = r.family.position
    if layout is None:
        raise TypeError("static reports have no position")
    types = r.bits.unsigned(_TYPE) if len(r.family.types) > 1 else np.full(len(r.row), r.family.types[0])
    columns = msg.positions(r.bits, layout) | {
        "mmsi": r.mmsi,
        "msg_type": types.astype(np.int32),
        "odd": r.odd,
    }
    return placed(columns, r.row, books)


def placed(c: msg.Columns, row: Ints, books: DecodeReport) -> msg.Columns:
    """The columns, with their rows, where they tell a place on earth."""
    lat, lon = c["lat"], c["lon"]
    far = (np.abs(lat) > 90) | (np.abs(lon) > 180)
    wrong = np.flatnonzero(far)
    # 91 and 181 degrees mean that there is none.
    none = (np.abs(lat[wrong] - 91) < 1e-9) | (np.abs(lon[wrong] - 181) < 1e-9)
    wrong = wrong[~none]
    books.set_aside["no_position"] += int(none.sum())
    books.reject(
        "bad_position",
        len(wrong),
        (f"mmsi {c['mmsi'][k]} lat {lat[k]} lon {lon[k]}" for k in wrong[:3].tolist()),
    )
    c["row"] = row
    c["decode_flags"] = np.where(c.pop("odd"), ODD_LENGTH, 0).astype(np.int32)
    if far.any():
        c = {name: values[~far] for name, values in c.items()}
    return c


CLASS_OF_TYPE = {t: family.position.ais_class for family in FAMILIES if family.position for t in family.types}
CLASS_OF_TYPE[SAR_AIRCRAFT] = msg.SAR.ais_class
_CLASSES = pl.Series([CLASS_OF_TYPE.get(t, "") for t in range(64)], dtype=pl.String)


def position_frame(columns: list[msg.Columns], stations: list[str]) -> pl.DataFrame:
    """Rows of POSITION_SCHEMA out of columns with ``station`` as a number of `stations`."""
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


def static_frame(reports: list[tuple[Reports, Ints]]) -> pl.DataFrame:
    """Rows of ``static.SCHEMA`` out of reports of one family and part, each with its times [ms]."""
    family, part = reports[0][0].family, reports[0][0].part
    layout = family.static[part]
    bits = Bits(
        np.concatenate([r.bits.words for r, _ in reports], axis=1),
        np.concatenate([r.bits.n_bits for r, _ in reports]),
    )
    mmsi = np.concatenate([r.mmsi for r, _ in reports])
    ms = np.concatenate([times for _, times in reports])
    # A position report may be too short for the static part behind it.
    at = np.flatnonzero(bits.n_bits >= layout.needed_bits)
    columns = {"mmsi": mmsi[at], "ms": ms[at], **msg.static_reports(bits.take(at), layout, mmsi[at])}
    return (
        pl.DataFrame(
            {
                n: _strings(c) if n in static.TEXTS else pl.Series(c, nan_to_null=True)
                for n, c in columns.items()
            }
        )
        .with_columns(
            *[
                pl.when(pl.col(n) != 0).then(pl.col(n)).alias(n)
                for n in ("imo", "ship_type", "mothership_mmsi")
            ],
            *[pl.lit(None, static.SCHEMA[n]).alias(n) for n in ("length_m", "width_m", "source_id")],
            ais_class=pl.lit(family.static[part].ais_class),
            kind=pl.lit(family.kinds[part]),
            counted=pl.lit(family.position is None),
        )
        .select(*static.SCHEMA)
    )


def _stacked(columns: list[msg.Columns]) -> msg.Columns:
    return {name: np.concatenate([c[name] for c in columns]) for name in columns[0]}


def _strings(texts: NDArray[np.bytes_]) -> pl.Series:
    """Six-bit texts as strings; null where empty."""
    if texts.dtype.itemsize == 1:
        return pl.Series([None], dtype=pl.String).new_from_index(0, len(texts))
    series = pl.Series(texts.tolist(), dtype=pl.Binary).cast(pl.String)
    return series.set(series == "", None)
