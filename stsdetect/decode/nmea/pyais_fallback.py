"""Positions that the pass over columns leaves out, read with pyais one message at a time.

These are search and rescue aircraft (type 9) and reports cut off behind their position. Both are rare, so
that their price, some 40 microseconds each, is not felt.
"""

from __future__ import annotations

import hashlib
import math
from collections import defaultdict
from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
import pyais

from stsdetect.arrays import Bools, Ints, Words
from stsdetect.decode.nmea import messages as msg
from stsdetect.decode.nmea.payload import Field

SAR_AIRCRAFT = 9
_LAYOUTS = {
    **dict.fromkeys((1, 2, 3), msg.CLASS_A), SAR_AIRCRAFT: msg.SAR, 18: msg.CLASS_B,
    19: msg.CLASS_B_EXTENDED, 27: msg.LONG_RANGE,
}  # fmt: skip


class OddReports(NamedTuple):
    """Positions read one by one; `row` numbers the messages of a block."""

    columns: msg.Columns
    """As of `messages.positions`, with mmsi, msg_type and whether the length is odd."""
    row: Ints
    key: Words

    def where(self, keep: Bools) -> OddReports:
        """The messages marked."""
        return OddReports({n: c[keep] for n, c in self.columns.items()}, self.row[keep], self.key[keep])

    def digest(self) -> Words:
        """Hash of each message but for what a repeater changes."""
        return self.key


def read_odd(payloads: Sequence[bytes], row: Ints) -> tuple[OddReports, dict[str, list[bytes]]]:
    """Read positions out of payloads of type 9 or of a type that the pass reads.

    Returns
    -------
    OddReports, dict
        What was read, and the payloads that were not, by reason.

    Examples
    --------
    >>> reports, lost = read_odd([b"91b77=h3h00nHt0Q3r@@07000<0b", b"91b77=h3h0"], np.array([4, 7]))
    >>> reports.columns["mmsi"].tolist(), reports.columns["sog"].tolist(), reports.row.tolist(), lost
    ([111265591], [0.0], [4], {'too_short': [b'91b77=h3h0']})
    """
    good, rows, lost = [], [], defaultdict(list)
    for k, payload in enumerate(payloads):
        values = _position(payload)
        if isinstance(values, str):
            lost[values].append(payload)
        else:
            good.append(k)
            rows.append(values)
    columns = {name: np.array([r[name] for r in rows], dtype) for name, dtype in _DTYPES.items()}
    keys = np.array([_key(payloads[k]) for k in good], np.uint64)
    return OddReports(columns, row[good], keys), dict(lost)


_DTYPES: dict[str, Any] = {
    **dict.fromkeys(("lat", "lon", "sog", "cog", "heading"), np.float64),
    "nav_status": np.int8, "second": np.int8, "mmsi": np.int64, "msg_type": np.int32, "odd": np.bool_,
}  # fmt: skip


def _position(payload: bytes) -> dict[str, Any] | str:
    """Values of one message, NaN or the number for it where it does not tell; or why there are none."""
    try:
        m: Any = pyais.decode(b"!AIVDM,1,1,,A,%s,0*00" % payload)
    except (pyais.exceptions.AISBaseException, ValueError):
        return "unreadable"
    n_bits = 6 * len(payload)
    layout = _LAYOUTS.get(m.msg_type)
    if layout is None or n_bits < layout.position_bits:
        return "too_short"
    odd = n_bits not in layout.n_bits
    if not (100_000_000 if odd else 1) <= m.mmsi <= msg.MAX_MMSI:
        return "bad_mmsi"

    def told(name: str, field: Field | None, none_from: float, none: float = math.nan) -> float:
        # pyais also gives what is left of a field that is cut.
        value = getattr(m, name) if field and field.end <= n_bits else none_from
        return none if value >= none_from else float(value)

    return {
        # pyais rounds to six digits; what was sent is a whole number of these parts of a degree.
        "lat": round(m.lat * layout.degree) / layout.degree,
        "lon": round(m.lon * layout.degree) / layout.degree,
        "sog": told("speed", layout.sog, ((1 << layout.sog.width) - 1) / layout.tenth),
        "cog": told("course", layout.cog, 360),
        "heading": told("heading", layout.heading, 360),
        "nav_status": told("status", layout.status, 15, -1),
        "second": told("second", layout.second, 60, 63),
        "mmsi": int(m.mmsi),
        "msg_type": m.msg_type,
        "odd": odd,
    }


def _key(payload: bytes) -> int:
    # The second character holds the repeat indicator, and of the ship's number what others tell too.
    return int.from_bytes(hashlib.blake2b(payload[:1] + payload[2:], digest_size=8).digest(), "little")
