"""Oil to North Korea: taken from another tanker at sea or loaded at a quay."""

from __future__ import annotations

import numpy as np

from stsdetect.simulation.scenes.embargo_trade import (
    S_PER_DAY,
    WEST_SHARE,
    Deferred,
    hours,
    nearest_node,
    transfer,
)
from stsdetect.simulation.scenes.registry import scene
from stsdetect.simulation.trade.fairways import NODES
from stsdetect.simulation.trade.port_calls import call
from stsdetect.simulation.trade.quays import quays_for
from stsdetect.simulation.trade.trader import Trader
from stsdetect.simulation.world.stage import Box, World, inside
from stsdetect.simulation.world.voyage_log import Parcel

_OIL_BOX = Box(29.9, 31.0, 123.55, 124.35)


@scene
def oil_imports(world: World, rng: np.random.Generator, ordinal: int) -> None:
    """A tanker takes oil from another at sea, or loads at a quay, and carries it to North Korea.

    In turn she is received all the way; goes dark northwards; loads at a quay and goes dark; and meets a
    mother that is switched off.
    """
    style = ("open", "dark north", "from a quay", "dark mother")[ordinal % 4]
    days = world.params.hours / 24.0
    begin = float(rng.uniform(-1.0, max(days - 7.0, 1.0))) * S_PER_DAY
    tanker = Trader.build(world, rng, "product tanker", f"oil, {style}", begin, "east offing",
                          length_m=float(rng.uniform(65.0, 105.0)))  # fmt: skip
    deferred: list[Deferred] = []
    traders = [tanker]
    if style == "from a quay":
        oil = Parcel(tanker.hull.capacity_t * float(rng.uniform(0.7, 0.98)), "oil", "")
        call(tanker, str(rng.choice(quays_for("oil"))), load=oil, rate_tph=500.0)
    else:
        mother = Trader.build(world, rng, "product tanker", "oil mother", begin, "oil grounds",
                              length_m=float(rng.uniform(110.0, 115.0)))  # fmt: skip
        mother.laden(0.95 * mother.hull.capacity_t, "oil", "")
        place = inside(rng, _OIL_BOX)
        if rng.random() < 0.5:
            mother.lie_adrift(place, nearest_node(place), 0.0)
        else:
            mother.anchor_at(place, nearest_node(place), 0.0)
        mother.wait(mother.t + hours(rng, 6.0, 40.0))
        tonnes = min(tanker.hull.capacity_t * float(rng.uniform(0.7, 0.98)), mother.holds.tonnes)
        transfer(world, rng, mother, tanker, tonnes, deferred, style=style)
        if style == "dark mother":
            mother.dark(mother.t - hours(rng, 30.0, 60.0), mother.t + hours(rng, 1.0, 4.0))
        mother.sail(NODES["east edge"], "east edge")
        traders.append(mother)
    left = tanker.t
    call(tanker,
        "nampo" if rng.random() < WEST_SHARE else "chongjin", rate_tph=float(rng.uniform(80.0, 300.0)),
        idle_h=float(rng.uniform(10.0, 40.0)),
    )  # fmt: skip
    tanker.anchor(str(rng.choice(["mouth", "nanhui"])), tanker.t)
    if style != "open":
        tanker.dark(left + hours(rng, 1.0, 6.0), tanker.t - hours(rng, 1.0, 8.0))
    for trader in traders:
        trader.finish(None if trader is tanker else trader.t)
    for add in deferred:
        add()
