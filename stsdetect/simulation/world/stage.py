"""The sea in the making: its places, its water, the ships so far and what truly happens between them."""

from __future__ import annotations

import zlib
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import numpy as np

from stsdetect.geo.geodesy import distance_m, move
from stsdetect.simulation.sea_params import SeaParams
from stsdetect.simulation.world.fleet import KINDS, Ship, draw_vessel_attributes
from stsdetect.simulation.world.hull_motion import NOWHERE, where
from stsdetect.simulation.world.voyage_log import VoyageLog
from stsdetect.simulation.world.water import Water
from stsdetect.units import S_PER_H

UNDERWAY, AT_ANCHOR, RESTRICTED, MOORED, FISHING = 0, 1, 3, 5, 7  # navigational status, M.1371-5

Place = tuple[float, float]
"""Latitude and longitude [deg]."""


class Box(NamedTuple):
    """A box without land [deg]."""

    lat_min: float
    lat_max: float
    lon_min: float
    lon_max: float


# Boxes around clusters of anchorage points of Global Fishing Watch, cut to what is free of land.
ANCHORAGES = {
    "Xiazhimen": Box(29.69, 29.82, 122.42, 122.64),
    "Changjiangkou": Box(30.95, 31.22, 122.58, 122.84),
}
BUNKERING = {"Tiaozhoumen": Box(29.59, 29.71, 122.29, 122.47), "Qushan": Box(30.45, 30.50, 122.50, 122.66)}
LIGHTERING = Box(30.798, 30.806, 122.610, 122.635)
BARGE_HOMES = {
    "Tiaozhoumen": (29.64, 122.56),
    "Qushan": (30.54, 122.60),
    "Xiazhimen": (29.64, 122.56),
    "Changjiangkou": (31.05, 122.48),
}
OPEN_SEA = Box(29.55, 31.15, 123.06, 123.42)
"""Outside every anchorage, within range of the stations on the islands."""
FISHING_GROUND = Box(30.35, 30.95, 123.25, 123.55)
SAND_SHORE = (31.10, 122.20)
# First corner and direction of a quay [deg], 100 to 300 m off the shore at Beilun and Yangshan.
QUAYS = ((29.931, 121.880, 110.0), (30.616, 122.068, 120.0))
SAND = Box(31.05, 31.15, 122.25, 122.45)

PILOT_STATION = (29.66, 122.66)

# Ends of the lanes, where ships come into the sea and leave it.
NORTH, SOUTH, EAST = (31.60, 123.05), (29.00, 122.98), (30.10, 124.10)


# A scene that was renamed keeps the random numbers of its first name, so that no published sea changes.
_SEEDED_AS = {"dual_transponders": "dual_sets", "shared_mmsis": "shared_numbers"}


@dataclass(slots=True)
class World:
    """What scenes share, and what they change.

    Each scene has its own random numbers, so that one more scene leaves the others as they were.

    Attributes
    ----------
    params : SeaParams
        What the sea is to hold.
    seed : int
        Seed of the sea.
    water : Water
        Tide and wind.
    ships : list of Ship
        All transponders so far; see `ship`.
    truth : list of dict
        Rows of TRUTH so far, with times in seconds of the sea; see `add_truth`.
    anchors : list of (float, float)
        Places at which a ship anchors; see `anchor_place`.
    voyage_log : VoyageLog
        Port visits, moved cargo and berths taken so far.
    """

    params: SeaParams
    seed: int
    water: Water
    ships: list[Ship] = field(default_factory=list)
    truth: list[dict[str, Any]] = field(default_factory=list)
    anchors: list[Place] = field(default_factory=list)
    voyage_log: VoyageLog = field(default_factory=VoyageLog)
    _mmsis: set[int] = field(default_factory=set)

    @property
    def seconds(self) -> float:
        """Length of the sea [s]."""
        return self.params.hours * S_PER_H

    @property
    def start_hour_utc(self) -> float:
        """Time of day at which the sea begins [h, UTC]."""
        at = self.params.start_time
        return float(at.hour + at.minute / 60.0)

    def rng(self, scene: str, ordinal: int = 0) -> np.random.Generator:
        """Random numbers of one scene: a generator seeded by the sea, the scene's name and its ordinal."""
        name = _SEEDED_AS.get(scene, scene)
        return np.random.default_rng([self.seed, zlib.crc32(name.encode()), ordinal])

    def ship(
        self,
        rng: np.random.Generator,
        kind: str,
        role: str,
        *,
        length_m: float | None = None,
        ais_class: str | None = None,
        no_size: bool | None = None,
    ) -> Ship:
        """Add a ship whose voyage is still to be set.

        Parameters
        ----------
        rng : numpy.random.Generator
            The scene's random numbers.
        kind : str
            Key of `stsdetect.simulation.world.fleet.KINDS`.
        role : str
            What it does in this sea; free text for the SHIPS table.
        length_m, ais_class, no_size
            Drawn by default: length [m], "A" or "B", and whether it broadcasts no dimensions.

        Returns
        -------
        Ship
            Give it a `voyage`; without one it is never received.
        """
        p, of = self.params, KINDS[kind]
        length = length_m or float(rng.uniform(*of.length_m))
        beam = max(length / rng.uniform(5.5, 7.0), 5.0)
        attributes = draw_vessel_attributes(rng, kind, len(self.ships) + 1, length_m=length, beam_m=beam)
        share_b = p.class_b_barges if kind in ("barge", "lighter") else of.class_b_share
        is_b = bool(rng.random() < share_b) if ais_class is None else ais_class == "B"
        sizeless = bool(rng.random() < p.no_size_share) if no_size is None else no_size
        ahead_m = (attributes.to_stern - attributes.to_bow) / 2.0
        right_m = (attributes.to_port - attributes.to_starboard) / 2.0
        if sizeless:
            attributes = attributes._replace(to_bow=0, to_stern=0, to_port=0, to_starboard=0)
        new = Ship(
            mmsi=self.new_mmsi(rng, of.flags),
            hull_id=len(self.ships) + 1,
            kind=kind,
            role=role,
            ais_class="B" if is_b else "A",
            length_m=length,
            beam_m=beam,
            antenna_ahead_m=ahead_m,
            antenna_right_m=right_m,
            gives_heading=_gives_heading(p, rng, is_b=is_b),
            heading_bias_deg=float(rng.normal(0.0, p.heading_error_deg)),
            voyage=NOWHERE,
            broadcasts=[(0.0, attributes)],
        )
        self.ships.append(new)
        return new

    def second_transponder(self, rng: np.random.Generator, ship: Ship, role: str = "dual set") -> Ship:
        """Add another transponder on a ship's hull, some metres from the first, with an invented name."""
        other = self.ship(rng, ship.kind, role, length_m=ship.length_m, ais_class="B", no_size=False)
        other.hull_id, other.voyage, other.beam_m = ship.hull_id, ship.voyage, ship.beam_m
        other.antenna_ahead_m = ship.antenna_ahead_m + float(rng.uniform(-8.0, 8.0))
        other.antenna_right_m = ship.antenna_right_m + float(rng.uniform(-3.0, 3.0))
        return other

    def add_truth(
        self,
        kind: str,
        one: Ship,
        two: Ship,
        start: float,
        end: float,
        *,
        contact: bool,
        illicit: bool = False,
        place: str = "open",
        holding: str = "under way",
        dark: tuple[Ship, ...] = (),
        scenario: str = "",
    ) -> None:
        """Add a row of TRUTH: what truly happens between two ships from `start` to `end` [s].

        The times are cut to the sea. The first MMSI of the row is that of the dark ship, if just one is dark,
        else the smaller one.

        Parameters
        ----------
        kind : str
            `transfer`, `dark_transfer`, or the look-alike: `bunkering`, `towing`, `pilotage`, ...
        one, two : Ship
            The two ships; give them their voyages first.
        start, end : float
            Seconds of the sea.
        contact : bool
            Whether the hulls lie alongside.
        illicit : bool
            Whether the detector is meant to find it.
        place : str
            `open`, `anchorage`, `bunkering anchorage`, `lightering anchorage` or `port`.
        holding : str
            How they are held: `at anchor`, `adrift`, `moored`, `under way`.
        dark : tuple of Ship
            Which of the two are switched off meanwhile.
        scenario : str
            Free text; `kind` by default.
        """
        start, end = max(start, 0.0), min(end, self.seconds)
        if end <= start:
            return
        dark_first = len(dark) == 1 and dark[0] is two
        ordered = len(dark) != 1 and one.mmsi > two.mmsi
        if dark_first or ordered:
            one, two = two, one
        lat, lon, heading = where(one.voyage, (start + end) / 2.0)
        turn = (where(two.voyage, (start + end) / 2.0)[2] - heading) % 360.0
        self.truth.append(
            {
                "kind": kind,
                "mmsi_1": one.mmsi,
                "mmsi_2": two.mmsi,
                "start_s": start,
                "end_s": end,
                "lat": lat,
                "lon": lon,
                "illicit": illicit,
                "contact": contact,
                "place": place,
                "holding": holding,
                "orientation": "same" if min(turn, 360.0 - turn) < 90.0 else "opposite",
                "dark": ("none", "one", "both")[len(dark)],
                "scenario": scenario or kind,
            }
        )

    def add_solo_truth(
        self,
        seen: Ship,
        partner: Ship,
        start: float,
        end: float,
        *,
        partner_is: str,
        scenario: str,
        received: str = "never",
        place: str = "open",
        holding: str = "at anchor",
        seen_switched_off: bool = False,
    ) -> None:
        """Add a transfer whose partner is not received meanwhile; it is named only where received at all.

        Parameters
        ----------
        seen, partner : Ship
            The ship in the dump, and the other one.
        start, end : float
            Contact, seconds of the sea.
        partner_is : str
            `host` or `guest`: the partner lies at her own anchor or comes alongside.
        scenario : str
            Family of hidden partners.
        received : str
            When the partner is received: `never`, `before only` or `after only`.
        place, holding : str
            As in `add_truth`.
        seen_switched_off : bool
            Whether the seen ship is in a gap during the contact.
        """
        start, end = max(start, 0.0), min(end, self.seconds)
        if end <= start:
            return
        self.add_truth(
            "solo_transfer", seen, partner, start, end, contact=True, illicit=True, place=place,
            holding=holding, dark=(partner,), scenario=scenario,
        )  # fmt: skip
        # `add_truth` puts the dark ship first; here the first one is the one that an analyst sees.
        self.truth[-1] |= {
            "mmsi_1": seen.mmsi,
            "mmsi_2": None if received == "never" else partner.mmsi,
            "dark": f"{partner_is}, received {received}" + (", other in a gap" if seen_switched_off else ""),
        }

    def anchor_place(self, rng: np.random.Generator, box: Box, spacing_m: float | None = None) -> Place:
        """Take a free place to anchor in a box; the spacing shrinks when the box is full."""
        spacing = spacing_m or self.params.anchor_spacing_m
        taken = np.array(self.anchors).reshape(-1, 2)
        while True:
            for _ in range(60):
                lat, lon = rng.uniform(box.lat_min, box.lat_max), rng.uniform(box.lon_min, box.lon_max)
                if not len(taken) or distance_m(lat, lon, taken[:, 0], taken[:, 1]).min() >= spacing:
                    self.anchors.append((lat, lon))
                    return lat, lon
            spacing *= 0.8

    def new_mmsi(self, rng: np.random.Generator, flags: tuple[int, ...]) -> int:
        """An MMSI under one of the flags that no ship of this sea has."""
        while True:
            mmsi = int(rng.choice(flags)) * 1_000_000 + int(rng.integers(100_000, 1_000_000))
            if mmsi not in self._mmsis:
                self._mmsis.add(mmsi)
                return mmsi


def _gives_heading(params: SeaParams, rng: np.random.Generator, *, is_b: bool) -> bool:
    if not is_b:
        return bool(rng.random() >= params.no_heading_share)
    # No random number is drawn where no such ship is asked for, so that published seas stay as they are.
    return params.class_b_heading_share > 0.0 and bool(rng.random() < params.class_b_heading_share)


def inside(rng: np.random.Generator, box: Box) -> Place:
    """Any place in a box."""
    return float(rng.uniform(box.lat_min, box.lat_max)), float(rng.uniform(box.lon_min, box.lon_max))


def offset(place: Place, east_m: float, north_m: float) -> Place:
    """A place some metres away."""
    lat, lon = move(place[0], place[1], east_m, north_m)
    return float(lat), float(lon)


def home_of(place: Place) -> Place | None:
    """Anchorage near the shore from which a barge reaches a place without passing islands."""
    if place[0] > 30.93:
        return BARGE_HOMES["Changjiangkou"]
    return BARGE_HOMES["Xiazhimen"] if place[0] < 29.95 else None
