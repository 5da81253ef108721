"""Payloads of one length to position and static rows, message type by message type."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import polars as pl
from numpy.typing import NDArray

from stsdetect.decode import messages as msg
from stsdetect.decode import static
from stsdetect.decode.books import DecodeReport
from stsdetect.decode.payload import Bits, Bools, Field, valid_armour
from stsdetect.decode.sentences import Ints

ODD_LENGTH, BAD_CHECKSUM, CLOCK_TIME = 1, 2, 4
"""Bits of ``positions.decode_flags``: payload of a length that the standard does not have, checksum wrong or missing, time
of a clock near the sentence instead of its own.
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

_TYPE = Field(0, 6)
_REPEAT_BITS = np.uint64(0b11 << (48 - 8))
_MIN_NINE_DIGITS = 100_000_000
_STATIC_KIND = {5: ("5",), 19: ("19",), 24: ("24A", "24B")}


class Payloads(NamedTuple):
    """Payloads of one length; `row` is the number of the message in its block."""

    text: NDArray[np.uint8]
    row: Ints
    pad: Ints


class Reports(NamedTuple):
    """Sound messages of one type (and part, for type 24) and length."""

    type: int
    part: int
    bits: Bits
    row: Ints
    mmsi: Ints
    odd: Bools
    digest: NDArray[np.uint64]

    def where(self, keep: Bools) -> Reports:
        """The messages marked."""
        if keep.all():
            return self
        at = np.flatnonzero(keep)
        return Reports(
            self.type,
            self.part,
            self.bits.take(at),
            self.row[at],
            self.mmsi[at],
            self.odd[at],
            self.digest[at],
        )


def read_reports(payloads: Payloads, books: DecodeReport) -> list[Reports]:
    """Split by type what can be read; the rest is rejected."""
    good = valid_armour(payloads.text)
    if not good.all():
        books.reject("bad_armour", int((~good).sum()), map(_text, payloads.text[~good][:3]))
        payloads = Payloads(payloads.text[good], payloads.row[good], payloads.pad[good])
    bits = Bits(payloads.text)
    types = bits.unsigned(_TYPE)
    out = []
    for type_ in np.unique(types).tolist():
        at = np.flatnonzero(types == type_)
        if type_ != 24:
            out += _of_type(type_, 0, bits.take(at), payloads, at, books)
            continue
        part = (
            bits.take(at).unsigned(msg.PART_NUMBER)
            if bits.n_bits >= msg.PART_NUMBER.end
            else np.zeros(len(at))
        )
        for k in (0, 1):
            out += _of_type(type_, k, bits.take(at[part == k]), payloads, at[part == k], books)
        wrong = at[part > 1]
        books.reject("unknown_part_of_type_24", len(wrong), map(_text, payloads.text[wrong[:3]]))
    return out


def _of_type(
    type_: int, part: int, bits: Bits, payloads: Payloads, at: Ints, books: DecodeReport
) -> list[Reports]:
    if not len(at):
        return []
    if type_ in msg.POSITIONS_OF:
        needed, usual = msg.POSITIONS_OF[type_].needed_bits, msg.POSITIONS_OF[type_].n_bits
    else:
        layout = msg.STATIC_24[part] if type_ == 24 else msg.STATIC_OF[type_]
        needed, usual = layout.needed_bits, layout.n_bits
    length = bits.n_bits - payloads.pad[at]
    mmsi = bits.unsigned(msg.MMSI) if bits.n_bits >= msg.MMSI.end else np.zeros(len(at), np.int64)
    # A pad count that was garbled must not cost the message, so what counts is what the characters hold.
    short = np.full(len(at), bits.n_bits < needed)
    odd = ~np.isin(length, usual)
    implausible = (mmsi < 1) | (mmsi > msg.MAX_MMSI) | (odd & (mmsi < _MIN_NINE_DIGITS))
    for reason, bad in (("too_short", short), ("bad_mmsi", implausible & ~short)):
        if bad.any():
            books.reject(reason, int(bad.sum()), map(_text, payloads.text[at[bad][:3]]))
    reports = Reports(type_, part, bits, payloads.row[at], mmsi, odd, bits.digest(_REPEAT_BITS))
    return [reports.where(~short & ~implausible)]


def position_rows(r: Reports, books: DecodeReport) -> tuple[pl.DataFrame, Ints, NDArray[np.int8]]:
    """Rows with a position, their message numbers and the seconds that the ships sent."""
    layout = msg.POSITIONS_OF[r.type]
    c = msg.positions(r.bits, layout)
    lat, lon = c["lat"], c["lon"]
    none = (np.abs(lat - 91) < 1e-9) | (np.abs(lon - 181) < 1e-9)
    wrong = ~none & ((np.abs(lat) > 90) | (np.abs(lon) > 180))
    keep = ~(none | wrong)
    books.set_aside["no_position"] += int(none.sum())
    books.reject(
        "bad_position",
        int(wrong.sum()),
        (f"lat {a}, lon {b}" for a, b in zip(lat[wrong][:3], lon[wrong][:3])),
    )
    frame = pl.DataFrame(
        {
            "mmsi": r.mmsi,
            "lat": lat,
            "lon": lon,
            "sog": c["sog"],
            "cog": c["cog"],
            "heading": c["heading"],
            "nav_status": c["nav_status"].astype(np.int32),
            "decode_flags": np.where(r.odd, ODD_LENGTH, 0).astype(np.int32),
        }
    ).with_columns(ais_class=pl.lit(layout.ais_class), msg_type=pl.lit(r.type, pl.Int32))
    if keep.all():
        return frame, r.row, c["second"]
    return frame.filter(pl.Series(keep)), r.row[keep], c["second"][keep]


def static_rows(r: Reports) -> pl.DataFrame | None:
    """Static rows of the messages, or None where the type or a cut length carries none."""
    layout = msg.STATIC_24[r.part] if r.type == 24 else msg.STATIC_OF.get(r.type)
    if layout is None or r.bits.n_bits < layout.needed_bits:
        return None
    c = msg.static_reports(r.bits, layout, r.mmsi)
    number = {n: pl.Series(c[n]) for n in ("imo", "ship_type", "mothership_mmsi")}
    size = {
        n: pl.Series(c[n], nan_to_null=True)
        for n in ("to_bow", "to_stern", "to_port", "to_starboard", "draught")
    }
    frame = pl.DataFrame({"mmsi": r.mmsi, **number, **size}).with_columns(
        *[pl.when(pl.col(n) != 0).then(pl.col(n)) for n in number],
        *[_strings(c[n]).alias(n) for n in static.TEXTS],
        ais_class=pl.lit(layout.ais_class),
        length_m=pl.lit(None, pl.Float64),
        width_m=pl.lit(None, pl.Float64),
        source_id=pl.lit(None, pl.String),
        kind=pl.lit(_STATIC_KIND[r.type][r.part]),
        counted=pl.lit(r.type != 19),
    )
    return frame


def _strings(texts: NDArray[np.bytes_]) -> pl.Series:
    """Six-bit texts as strings; null where empty."""
    series = pl.Series(texts.astype(str).tolist(), dtype=pl.String)
    return series.set(series == "", None)


def _text(row: NDArray[np.uint8]) -> str:
    return row.tobytes().decode("latin-1")
