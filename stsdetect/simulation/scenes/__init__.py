"""Scenes: what ships do in a simulated sea, one function per kind of transfer, look-alike or traffic.

A scene gets the sea so far (`stsdetect.simulation.world.stage.World`) and adds to it: ships with voyages and
what they broadcast, and rows of TRUTH. `transfers` holds transfers and lawful cargo work, `hidden_partners`
transfers of which the dump holds one ship, `look_alikes` pairs that only resemble a transfer,
`solo_look_alikes` ships that only resemble one beside an unseen partner, `traffic` ships that come alongside
no other, and `named_cases` deceptions known from reports.

To add a scene, edit two places:

1. In the module of its kind write a function with `@scene`::

       @scene
       def queues(world: World, rng: np.random.Generator, ordinal: int) -> None:
           \"\"\"Two ships anchored half a mile apart for the whole sea.\"\"\"
           one, two = (world.ship(rng, "bulk", "queuing") for _ in range(2))
           lat, lon = world.anchor_place(rng, ANCHORAGES["Changjiangkou"])
           for ship, place in ((one, (lat, lon)), (two, offset((lat, lon), 900.0, 0.0))):
               lying = at_anchor(world, rng, place, ship.length_m)
               ship.voyage = make_voyage(world, [Phase(0.0, lying, AT_ANCHOR)], world.seconds)
           world.add_truth(
               "anchorage_neighbours", one, two, 0.0, world.seconds,
               contact=False, holding="at anchor", place="anchorage",
           )

   All random numbers come from `rng`, which belongs to this scene alone; `ordinal` counts the scenes of this
   kind from 0, to go through variants in turn. Times are seconds from the start of the sea. Motions are in
   `world.hull_motion`, whole voyages in `world.voyages`, kinds of ship in `world.fleet`, places in
   `world.stage`. `add_truth` states what truly happens between two ships; a scene without it is traffic.
2. In `SeaParams` add the count, beside those of its kind: ``queues: int = param(0, "...", ge=0)``.
   With a default of 0 every published sea stays as it is.

Its test goes into ``tests/simulation/scenes/test_<module>.py``: ``sea_with(queues=2)`` of
``tests/builders/simulation.py`` are the parameters of a sea with two such scenes and nothing else.

Examples
--------
>>> list(SCENES)[:3]
['open_transfers', 'crowd_transfers', 'dark_transfers']
"""

from stsdetect.simulation.scenes import (
    embargo_trade,
    hidden_partners,
    honest_trade,
    look_alikes,
    named_cases,
    oil_to_north_korea,
    solo_look_alikes,
    traffic,
    transfers,
)
from stsdetect.simulation.scenes.registry import Scene, registered_scenes, scene

MODULES = (
    transfers,
    hidden_partners,
    look_alikes,
    solo_look_alikes,
    traffic,
    embargo_trade,
    oil_to_north_korea,
    honest_trade,
    named_cases,
)  # fmt: skip
"""Modules that hold scenes; a new one is imported and named here."""

SCENES = registered_scenes()
"""Scenes by name, in the order in which they are set."""

__all__ = ["MODULES", "SCENES", "Scene", "scene"]
