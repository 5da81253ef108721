"""Position reports that the column decoder leaves out, decoded with pyais one message at a time.

These are search and rescue aircraft (type 9) and reports cut off after their position. Both are so rare that
some 40 microseconds each do not matter.
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
from stsdetect.decode.batch import MAX_MMSI, MIN_SHIP_MMSI
from stsdetect.decode.nmea import messages as msg
from stsdetect.decode.nmea.payload import Field

SAR_AIRCRAFT = 9
_LAYOUTS = {
    **dict.fromkeys((1, 2, 3), msg.CLASS_A), SAR_AIRCRAFT: msg.SAR, 18: msg.CLASS_B,
    19: msg.CLASS_B_EXTENDED, 27: msg.LONG_RANGE,
}  # fmt: skip


class PyaisReports(NamedTuple):
    """Position reports decoded by pyais; `row` is the index of the message in its block."""

    columns: msg.Columns
    """As from `messages.positions`, and ``mmsi``, ``msg_type``, ``odd`` (a length not in M.1371)."""
    row: Ints
    key: Words

    def filter(self, keep: Bools) -> PyaisReports:
        """The messages to keep."""
        return PyaisReports({n: c[keep] for n, c in self.columns.items()}, self.row[keep], self.key[keep])

    def digest(self) -> Words:
        """Hash of each message without the bits that a repeater changes."""
        return self.key


def read_with_pyais(payloads: Sequence[bytes], row: Ints) -> tuple[PyaisReports, dict[str, list[bytes]]]:
    """Decode position reports.

    Parameters
    ----------
    payloads : sequence of bytes
        Armoured payloads of n messages.
    row : numpy.ndarray
        Index of each message in its block, shape (n,).

    Returns
    -------
    reports : PyaisReports
        Those that could be decoded.
    rejected : dict
        The other payloads, by reason.

    Examples
    --------
    >>> payloads = [b"91b77=h3h00nHt0Q3r@@07000<0b", b"91b77=h3h0"]
    >>> reports, rejected = read_with_pyais(payloads, np.array([4, 7]))
    >>> reports.columns["mmsi"].tolist(), reports.columns["sog"].tolist(), reports.row.tolist(), rejected
    ([111265591], [0.0], [4], {'too_short': [b'91b77=h3h0']})
    """
    good, rows, rejected = [], [], defaultdict(list)
    for k, payload in enumerate(payloads):
        values = _position(payload)
        if isinstance(values, str):
            rejected[values].append(payload)
        else:
            good.append(k)
            rows.append(values)
    columns = {name: np.array([r[name] for r in rows], dtype) for name, dtype in _DTYPES.items()}
    keys = np.array([_key(payloads[k]) for k in good], np.uint64)
    return PyaisReports(columns, row[good], keys), dict(rejected)


_DTYPES: dict[str, Any] = {
    **dict.fromkeys(("lat", "lon", "sog", "cog", "heading"), np.float64),
    "nav_status": np.int8, "second": np.int8, "mmsi": np.int64, "msg_type": np.int32, "odd": np.bool_,
}  # fmt: skip


def _position(payload: bytes) -> dict[str, Any] | str:
    """Values of one message, not available ones as `messages.positions` has them; or why it is rejected."""
    try:
        m: Any = pyais.decode(b"!AIVDM,1,1,,A,%s,0*00" % payload)
    except (pyais.exceptions.AISBaseException, ValueError):
        return "unreadable"
    n_bits = 6 * len(payload)
    layout = _LAYOUTS.get(m.msg_type)
    if layout is None or n_bits < layout.position_bits:
        return "too_short"
    odd = n_bits not in layout.n_bits
    if not (MIN_SHIP_MMSI if odd else 1) <= m.mmsi <= MAX_MMSI:
        return "bad_mmsi"

    def value_of(name: str, field: Field | None, not_available: float, null: float = math.nan) -> float:
        # pyais also returns what is left of a field that is cut off.
        value = getattr(m, name) if field and field.end <= n_bits else not_available
        return null if value >= not_available else float(value)

    return {
        # pyais rounds to six digits; messages carry a whole number of units per degree.
        "lat": round(m.lat * layout.degree) / layout.degree,
        "lon": round(m.lon * layout.degree) / layout.degree,
        "sog": value_of("speed", layout.sog, ((1 << layout.sog.width) - 1) / layout.tenth),
        "cog": value_of("course", layout.cog, 360),
        "heading": value_of("heading", layout.heading, 360),
        "nav_status": value_of("status", layout.status, 15, -1),
        "second": value_of("second", layout.second, 60, 63),
        "mmsi": int(m.mmsi),
        "msg_type": m.msg_type,
        "odd": odd,
    }


def _key(payload: bytes) -> int:
    # The second character has the repeat indicator, which repeaters change, and the first four bits of the
    # MMSI.
    return int.from_bytes(hashlib.blake2b(payload[:1] + payload[2:], digest_size=8).digest(), "little")
