"""Ships of a simulated sea: sizes, types, MMSIs and names, all invented.

Names begin with SIM, and IMO numbers lie above 9950000, beyond those given out when this was written, so that
no real ship is in a truth table.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np

from stsdetect.simulation.world.hull_motion import Voyage


class Kind(NamedTuple):
    """A kind of ship; lengths are rough bounds [J]."""

    ship_type: int
    """As in table 53 of M.1371-5."""
    length_m: tuple[float, float]
    class_b_share: float
    """Share with a class B transponder."""
    flags: tuple[int, ...]
    """MIDs, one of which each ship gets."""


_CHINA = (412, 413, 414)
_WORLD = (351, 353, 355, 371, 372, 477, 538, 565, 636, 240, 440, 431)
_CONVENIENCE = (613, 616, 620, 667, 671, 677, 511, 572, 457, 341)

KINDS: dict[str, Kind] = {
    "bulk": Kind(70, (150, 230), 0.0, _WORLD),
    "container": Kind(71, (140, 366), 0.0, _WORLD),
    "coaster": Kind(70, (80, 130), 0.1, _CHINA),
    "coal ship": Kind(70, (90, 150), 0.0, _CONVENIENCE),
    "barge": Kind(79, (70, 110), 0.4, _CHINA),
    "product tanker": Kind(80, (60, 115), 0.0, _CONVENIENCE + _CHINA),
    "bunker barge": Kind(80, (45, 90), 0.0, _CHINA),
    "lighter": Kind(79, (40, 62), 0.5, _CHINA),
    "crude tanker": Kind(80, (240, 333), 0.0, _WORLD),
    "tug": Kind(52, (25, 40), 0.0, _CHINA),
    "tow": Kind(79, (60, 110), 0.7, _CHINA),
    "pilot boat": Kind(50, (18, 32), 0.0, _CHINA),
    "trawler": Kind(30, (28, 48), 0.8, _CHINA),
    "dredger": Kind(33, (60, 120), 0.0, _CHINA),
    "crew boat": Kind(53, (20, 40), 0.3, _CHINA),
    "beacon": Kind(0, (3, 5), 1.0, _CHINA),
    "crane": Kind(90, (50, 110), 0.3, _CHINA),
    "squid boat": Kind(30, (35, 60), 0.5, _CHINA),
    "hopper": Kind(33, (80, 150), 0.0, _CHINA),
    "survey ship": Kind(90, (40, 85), 0.0, _CHINA),
    "cable ship": Kind(33, (80, 140), 0.0, _WORLD),
    "buoy tender": Kind(90, (40, 75), 0.0, _CHINA),
    "sand barge": Kind(79, (60, 105), 0.4, _CHINA),
    "shuttle": Kind(71, (80, 140), 0.0, _CHINA),
    "ferry": Kind(60, (50, 95), 0.1, _CHINA),
    "platform": Kind(99, (110, 190), 0.0, _CHINA),
}


class VesselAttributes(NamedTuple):
    """What a transponder broadcasts about its ship in static reports."""

    imo: int
    callsign: str
    shipname: str
    ship_type: int
    to_bow: int
    to_stern: int
    to_port: int
    to_starboard: int
    draught_m: float
    destination: str


@dataclass(slots=True)
class Ship:
    """A transponder on a hull.

    Attributes
    ----------
    hull_id : int
        The hull; two transponders on one hull share it.
    role : str
        What the ship does in this sea.
    length_m, beam_m, antenna_ahead_m, antenna_right_m : float
        True size of the hull and the antenna from its middle [m].
    voyage : Voyage
        What the hull does.
    broadcasts : list of (float, VesselAttributes)
        What is broadcast, from an instant on [s].
    switched_off : list of (float, float)
        From when to when the transponder is switched off [s].
    """

    mmsi: int
    hull_id: int
    kind: str
    role: str
    ais_class: str
    length_m: float
    beam_m: float
    antenna_ahead_m: float
    antenna_right_m: float
    gives_heading: bool
    heading_bias_deg: float
    voyage: Voyage
    broadcasts: list[tuple[float, VesselAttributes]]
    switched_off: list[tuple[float, float]] = field(default_factory=list)

    def change_draught(self, t: float, change_m: float, destination: str | None = None) -> None:
        """Broadcast a draught changed by `change_m`, and another destination, from `t` on [s]."""
        last = self.broadcasts[-1][1]
        draught = round(max(last.draught_m + change_m, 0.8), 1)
        self.broadcasts.append(
            (t, last._replace(draught_m=draught, destination=destination or last.destination))
        )
        self.broadcasts.sort(key=lambda broadcast: broadcast[0])

    def set_mmsi(self, mmsi: int) -> None:
        """Send under another MMSI."""
        self.mmsi = mmsi

    def set_name(self, shipname: str, *, imo: int) -> None:
        """Broadcast another name and IMO number, 0 for none, from the beginning."""
        self.broadcasts = [(t, b._replace(shipname=shipname, imo=imo)) for t, b in self.broadcasts]


def draw_vessel_attributes(
    rng: np.random.Generator, kind: str, ordinal: int, *, length_m: float, beam_m: float
) -> VesselAttributes:
    """Invent what a ship broadcasts about itself; the antenna lies 72 to 95 % of the length abaft the bow.

    `ordinal` makes the name and the IMO number unique in a sea. The antenna's place is our judgement [J].
    """
    to_bow = round(length_m * rng.uniform(0.72, 0.95))
    to_port = round(beam_m * rng.uniform(0.25, 0.75))
    return VesselAttributes(
        imo=imo_number(995_000 + ordinal % 5_000) if length_m >= 55 else 0,
        callsign="B" + "".join(rng.choice(list("ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"), 4)),
        shipname=f"SIM {kind.split()[-1].upper()} {ordinal}",
        ship_type=KINDS[kind].ship_type,
        to_bow=to_bow,
        to_stern=max(round(length_m) - to_bow, 1),
        to_port=to_port,
        to_starboard=max(round(beam_m) - to_port, 1),
        draught_m=round(float(np.clip(length_m * rng.uniform(0.035, 0.06), 1.5, 21.0)), 1),
        destination=str(
            rng.choice(["NINGBO", "ZHOUSHAN", "SHANGHAI", "CN ZHA", "TAICANG", "FOR ORDERS", "BUSAN"])
        ),
    )


def imo_number(first_six: int) -> int:
    """IMO number with its check digit.

    Examples
    --------
    >>> imo_number(907472)
    9074729
    """
    digits = f"{first_six:06d}"
    return first_six * 10 + sum(int(d) * w for d, w in zip(digits, range(7, 1, -1), strict=True)) % 10
