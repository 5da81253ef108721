"""Layouts of the AIS messages that matter for transfers, and their fields as columns in physical units.

Types 1, 2, 3, 9, 18, 19 and 27 carry positions; types 5, 19 and 24 are static reports. Layouts and the values
that mean "not available" follow Rec. ITU-R M.1371-5, annex 8.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from stsdetect.arrays import Floats, Ints
from stsdetect.decode.nmea.payload import Bits, Field

Columns = dict[str, NDArray[Any]]

MMSI = Field(8, 30)


class PositionLayout(NamedTuple):
    """Fields of a position report.

    `n_bits` has the lengths that M.1371 defines; `degree` and `tenth` are units per degree and per knot or
    degree of course. None marks a field that a type does not carry.
    """

    n_bits: tuple[int, ...]
    status: Field | None
    sog: Field
    lon: Field
    lat: Field
    cog: Field
    heading: Field | None
    second: Field | None
    degree: float = 600_000.0
    tenth: float = 10.0

    @property
    def needed_bits(self) -> int:
        """Bits up to the end of the last field that is read."""
        return max(f.end for f in self if isinstance(f, Field))

    @property
    def position_bits(self) -> int:
        """Bits up to the end of the position."""
        return max(self.lat.end, self.lon.end)


CLASS_A = PositionLayout(
    (168,), Field(38, 4), Field(50, 10), Field(61, 28), Field(89, 27), Field(116, 12), Field(128, 9),
        Field(137, 6)
)  # fmt: skip
CLASS_B = PositionLayout(
    (168,), None, Field(46, 10), Field(57, 28), Field(85, 27), Field(112, 12), Field(124, 9),
        Field(133, 6)
)  # fmt: skip
CLASS_B_EXTENDED = CLASS_B._replace(n_bits=(312,))
SAR = CLASS_A._replace(status=None, heading=None, second=Field(128, 6), tenth=1.0)
LONG_RANGE = PositionLayout(
    (96,), Field(40, 4), Field(79, 6), Field(44, 18), Field(62, 17), Field(85, 9), None, None, 600.0, 1.0
)  # fmt: skip


class StaticLayout(NamedTuple):
    """Fields of a static report; None for fields that a type does not carry.

    `n_bits` has the lengths that M.1371 defines, `needed_bits` how many a message must have to be read;
    `dimensions` is the first bit of the four distances of the antenna from bow, stern, port and starboard
    side.
    """

    ais_class: str
    n_bits: tuple[int, ...]
    needed_bits: int
    imo: Field | None = None
    callsign: Field | None = None
    shipname: Field | None = None
    ship_type: Field | None = None
    dimensions: int | None = None
    draught: Field | None = None
    destination: Field | None = None


# Relays often lose the number of fill bits and with it the last bits: 420 to 426 bits are all of type 5.
STATIC_5 = StaticLayout(
    "A", (420, 426), 302,
    imo=Field(40, 30), callsign=Field(70, 42), shipname=Field(112, 120), ship_type=Field(232, 8),
    dimensions=240, draught=Field(294, 8), destination=Field(302, 120),
)  # fmt: skip
STATIC_19 = StaticLayout("B", (312,), 301, shipname=Field(143, 120), ship_type=Field(263, 8), dimensions=271)
PART_NUMBER = Field(38, 2)
STATIC_24 = (
    StaticLayout("B", (162, 168), 160, shipname=Field(40, 120)),
    StaticLayout("B", (162, 168), 162, callsign=Field(90, 42), ship_type=Field(40, 8), dimensions=132),
)
_MOTHERSHIP = Field(132, 30)


def positions(bits: Bits, layout: PositionLayout) -> Columns:
    """Columns of position reports of one layout in physical units, NaN where not available.

    Returns
    -------
    dict
        ``lat``, ``lon`` [deg], ``sog`` [kn], ``cog``, ``heading`` [deg], float64; ``nav_status``, int8, -1
        where not available; ``second``, int8, 60 and above where not available; each of shape (n,).
    """
    n = bits.words.shape[1]
    out: Columns = {
        "lat": bits.signed(layout.lat) / layout.degree,
        "lon": bits.signed(layout.lon) / layout.degree,
        "sog": _measured(bits.unsigned(layout.sog), layout.tenth, (1 << layout.sog.width) - 1),
        "cog": _measured(bits.unsigned(layout.cog), layout.tenth, int(360 * layout.tenth)),
        "heading": np.full(n, np.nan),
        "nav_status": np.full(n, -1, np.int8),
        "second": np.full(n, 63, np.int8),
    }
    if layout.heading:
        out["heading"] = _measured(bits.unsigned(layout.heading), 1.0, 360)
    if layout.status:
        status = bits.unsigned(layout.status)
        out["nav_status"] = np.where(status == 15, -1, status).astype(np.int8)
    if layout.second:
        out["second"] = bits.unsigned(layout.second).astype(np.int8)
    return out


def static_reports(bits: Bits, layout: StaticLayout, mmsi: Ints) -> Columns:
    """Columns of static reports of one layout.

    Returns
    -------
    dict
        ``imo``, ``ship_type``, ``mothership_mmsi``, int64, 0 where not available; ``to_bow``, ``to_stern``,
        ``to_port``, ``to_starboard``, ``draught`` [m], float64, NaN where not available; ``callsign``,
        ``shipname``, ``destination``, bytes; each of shape (n,).
    """
    n = bits.words.shape[1]
    out: Columns = {
        name: bits.unsigned(field) if field else np.zeros(n, np.int64)
        for name, field in (("imo", layout.imo), ("ship_type", layout.ship_type))
    }
    out["draught"] = np.full(n, np.nan)
    if layout.draught:
        tenths = bits.unsigned(layout.draught)
        out["draught"] = np.where(tenths == 0, np.nan, tenths / 10.0)
    # Auxiliary craft (MMSI 98...) send the MMSI of their mother ship in place of their dimensions.
    auxiliary = np.zeros(n, bool)
    out["mothership_mmsi"] = np.zeros(n, np.int64)
    if layout is STATIC_24[1]:
        auxiliary = mmsi // 10_000_000 == 98
        out["mothership_mmsi"] = np.where(auxiliary, bits.unsigned(_MOTHERSHIP), 0)
    if layout.dimensions is None:
        sizes = [np.zeros(n, np.int64)] * 4
    else:
        d = layout.dimensions
        sizes = [bits.unsigned(f) for f in (Field(d, 9), Field(d + 9, 9), Field(d + 18, 6), Field(d + 24, 6))]
    for name, metres, across in zip(
        ("to_bow", "to_stern", "to_port", "to_starboard"), sizes, (1, 0, 3, 2), strict=True
    ):
        # Zero on both sides means that the dimension is not available; zero on one side is an antenna at the
        # edge, or an unknown reference point.
        unknown = ((metres == 0) & (sizes[across] == 0)) | auxiliary
        out[name] = np.where(unknown, np.nan, metres.astype(np.float64))
    for name, field in (
        ("callsign", layout.callsign),
        ("shipname", layout.shipname),
        ("destination", layout.destination),
    ):
        out[name] = bits.text(field) if field else np.zeros(n, "S1")
    return out


def _measured(raw: Ints, scale: float, not_available: int) -> Floats:
    """Scaled values; NaN from the value on that means "not available"."""
    return np.where(raw >= not_available, np.nan, raw / scale)
