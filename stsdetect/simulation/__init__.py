"""Simulated seas off Hangzhou Bay with known transfers and look-alikes, for tests, training and demos.

In: a seed and `SeaParams`. Out: `Sea` with POSITIONS and STATIC as received, and TRUTH and SHIPS; `write_sea`
writes it as a user's dump with the truth beside it. To add a scene, see `scenes`; to add a family of
parameters that vary between seas, see `variation`. Random numbers are seeded by names: do not change the
names, the order of draws or the places of what exists, so that a published sea does not change.

Presets (`PRESETS`) and the time that they take on a busy two-core machine:
    ``demo``           30 h, about 90 ships, a report per minute; the bundled fixture (2 s).
    ``rich``           48 h, about 325 ships: every transfer, look-alike and named case, satellites, an outage
                       and dirt; at most a report every 30 s (10 s).
    ``three_minutes``  the same at a report every 3 minutes, a third of the ships without size or heading.
    ``quarter_hour``   the same at a report every 15 minutes.
    ``day``            the same kinds in 24 h with about 580 ships, all reports (1.2 million positions).
    ``minutes``        half an hour of it.
    ``month``          720 h, about 3,800 ships, a report every 3 minutes.
    ``hidden``         72 h, about 140 ships on chains of their own: three in ten transfers have a partner who
                       never transmits, among all that resembles one; at most a report per minute (10 s).
    ``voyages``        336 h, about 260 ships that trade between Hangzhou Bay, the Yangtze to Jiangyin,
                       North China and North Korea, with tonnes; a report every two minutes under way and
                       every ten at rest (30 s).
`vary` draws the parameters of a sea from wide ranges.
"""

from stsdetect.simulation.sea import PRESETS, Sea, simulate
from stsdetect.simulation.sea_files import write_sea
from stsdetect.simulation.sea_params import SeaParams
from stsdetect.simulation.variation import CHAIN_FAMILIES, FAMILIES, families_of, vary

__all__ = [
    "CHAIN_FAMILIES",
    "FAMILIES",
    "PRESETS",
    "Sea",
    "SeaParams",
    "families_of",
    "simulate",
    "vary",
    "write_sea",
]
