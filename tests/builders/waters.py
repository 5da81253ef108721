"""Whether simulated ships keep to the water, of which the bundled coast knows the tidal part only."""

from __future__ import annotations

from itertools import pairwise

import numpy as np

from stsdetect.geo.geodesy import distance_m
from stsdetect.geo.land import BUNDLED_DATA_BOX, is_land
from stsdetect.simulation.trade.fairways import LEGS, NODES, RIVER_REACHES
from stsdetect.simulation.world.fleet import Ship
from stsdetect.units import KN_TO_MPS

WEST, SOUTH, EAST, NORTH = BUNDLED_DATA_BOX
FASTEST_KN = 20.0


def land_share(places: list[tuple[float, float]]) -> float:
    """Share of points on straight lines between places that lie on land, of those in the bundled coast."""
    lats = np.concatenate([np.linspace(a[0], b[0], 300) for a, b in pairwise(places)])
    lons = np.concatenate([np.linspace(a[1], b[1], 300) for a, b in pairwise(places)])
    known = (lats > SOUTH) & (lats < NORTH) & (lons > WEST) & (lons < EAST)
    return float(is_land(lats[known], lons[known]).mean()) if known.any() else 0.0


def river_places() -> np.ndarray:
    """Points every 300 m or so along the legs that are land in the bundled coast."""
    out = []
    for one, two, between in LEGS:
        if frozenset((one, two)) in RIVER_REACHES and NODES[one][1] < 122.0:
            places = [NODES[one], *between, NODES[two]]
            for a, b in pairwise(places):
                out.append(np.linspace(a, b, 40))
    return np.concatenate(out)


def misplaced(ships: list[Ship]) -> list[tuple[str, float]]:
    """Ships that are on land off the river, with the share of their time; or faster than any may be."""
    river, wrong = river_places(), []
    for ship in ships:
        t = np.arange(max(ship.voyage.t_start, 0.0), ship.voyage.t_end, 300.0)
        if len(t) < 2:
            continue
        lat, lon, _ = ship.voyage.pose(t)
        fast = distance_m(lat[:-1], lon[:-1], lat[1:], lon[1:]).max() / 300.0 / KN_TO_MPS
        home = (lat < 32.5) & (lon < 124.0)
        lat, lon = lat[home], lon[home]
        land = is_land(lat, lon)
        lat, lon = lat[land], lon[land]
        off = [
            distance_m(a, b, river[:, 0], river[:, 1]).min() > 2_500.0 for a, b in zip(lat, lon, strict=True)
        ]
        if np.sum(off) > 1 or fast > FASTEST_KN:
            wrong.append((f"{ship.role} {ship.mmsi}: {fast:.1f} kn", float(np.sum(off))))
    return wrong
