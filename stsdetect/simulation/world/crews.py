"""What crews enter into their transponders: draughts and the status, often late, wrong or never.

How often either happens is not known, so training varies it widely.
"""

from __future__ import annotations

from dataclasses import replace

from stsdetect.simulation.world.stage import AT_ANCHOR, MOORED, UNDERWAY, World

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


def set_statuses(world: World) -> None:
    """Let some crews set moored or under way as long as they lie at anchor.

    Parameters
    ----------
    world : World
        Its ships are changed.
    """
    share = world.params.status_wrong_share
    for ordinal, ship in enumerate(world.ships if share > 0.0 else []):
        rng = world.rng("status", ordinal)
        wrong = MOORED if rng.random() < 0.5 else UNDERWAY
        if rng.random() < share:
            phases = (p._replace(nav_status=wrong) if p.nav_status == AT_ANCHOR else p
                      for p in ship.voyage.phases)  # fmt: skip
            ship.voyage = replace(ship.voyage, phases=tuple(phases))
