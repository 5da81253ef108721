"""Seas with a few scenes and nothing else, and what is true of their hulls."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from stsdetect.geo.geodesy import local_offset_m
from stsdetect.geo.hull import hull_corners_m, hull_gap_m
from stsdetect.simulation import SeaParams
from stsdetect.simulation.scenes import SCENES
from stsdetect.simulation.sea import set_scenes
from stsdetect.simulation.world.fleet import Ship
from stsdetect.simulation.world.stage import World

EMPTY_SEA = SeaParams(**dict.fromkeys(SCENES, 0), no_size_share=0.0, hours=48.0)
"""Two days without a ship."""


def sea_with(**values: float | str) -> SeaParams:
    """Parameters of a sea that holds these scenes and nothing else."""
    return replace(EMPTY_SEA, **values)


def world_with(seed: int, **values: float | str) -> World:
    """Ships and truth of `sea_with`, before anything is sent."""
    return set_scenes(sea_with(**values), seed)


def ships_by_mmsi(world: World) -> dict[int, Ship]:
    return {s.mmsi: s for s in world.ships}


def is_switched_off(ship: Ship, t: float) -> bool:
    return any(a <= t <= b for a, b in ship.switched_off)


def true_gaps_m(world: World, kind: str) -> np.ndarray:
    """Gaps between the true hulls at nine instants of each row of truth of a kind [m]."""
    ships, gaps = ships_by_mmsi(world), []
    for row in (r for r in world.truth if r["kind"] == kind):
        one, two = ships[row["mmsi_1"]], ships[row["mmsi_2"]]
        t = np.linspace(row["start_s"] + 60.0, row["end_s"] - 60.0, 9)
        a, b = one.voyage.pose(t), two.voyage.pose(t)
        east, north = local_offset_m(a.lat, a.lon, b.lat, b.lon)
        size = [(s.length_m / 2, s.length_m / 2, s.beam_m / 2, s.beam_m / 2) for s in (one, two)]
        gaps.append(
            hull_gap_m(hull_corners_m(*size[0], a.heading), hull_corners_m(*size[1], b.heading, east, north))
        )
    return np.concatenate(gaps)
