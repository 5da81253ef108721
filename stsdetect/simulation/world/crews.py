"""What crews enter into their transponders: some forget a changed draught, some enter one without a transfer.

How often either happens is not known, so training varies it widely.
"""

from __future__ import annotations

from stsdetect.simulation.world.stage import World

_EDIT_M = (0.2, 1.0)  # fuel burnt, ballast taken, a form for the next port [J]


def enter_draughts(world: World) -> None:
    """Let some crews forget a changed draught, and others enter a new one, in a sea whose scenes are set.

    Each ship has its own random numbers, so the shares do not affect anything else in the sea.

    Parameters
    ----------
    world : World
        Its ships are changed.
    """
    p = world.params
    for ordinal, ship in enumerate(world.ships):
        rng = world.rng("crew", ordinal)
        forgets, edits = rng.random(2) < (p.draught_forgotten_share, p.draught_edited_share)
        if forgets:
            del ship.broadcasts[1:]
        if edits and len(ship.broadcasts) == 1:
            change_m = float(rng.choice([-1.0, 1.0]) * rng.uniform(*_EDIT_M))
            ship.change_draught(float(rng.uniform(0.0, world.seconds)), change_m)
