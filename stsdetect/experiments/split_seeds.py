"""Which simulated seas are looked at, tuned on, and opened once.

A number that is reported comes from seas on which nothing was decided. So the seeds of seas with hidden
partners are split once and for all:

========  =========  ==========================================================================
seeds     name       use
========  =========  ==========================================================================
100-199   look       to see what goes wrong: tracks, cards and false events may be read
200-299   tune       to train the models and to choose parameters; measured, not read
300-399   final      opened once, for the numbers in README and card; never for a decision
1000-     train      to fit models to; the contact model has 1000 to 1027
========  =========  ==========================================================================

Seas of voyages (`voyage_sea`) are split in the same manner: figures on visits, chains, deliveries and tonnes
come from `FINAL_SEEDS`.

The contact model is tested on seeds 10 to 19 without hidden partners, see `stsdetect.experiments.training`.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np

from stsdetect.errors import ParamError
from stsdetect.simulation import SeaParams, vary

LOOK_SEEDS = range(100, 200)
TUNE_SEEDS = range(200, 300)
FINAL_SEEDS = range(300, 400)
_SPLITS = {"look": LOOK_SEEDS, "tune": TUNE_SEEDS, "final": FINAL_SEEDS, "train": range(1000, 2000)}

_MIN_EVERY_S = 60.0  # three days at all reports are some millions of positions
_HEADING_PART = 0.4  # of class A ships up to a third broadcast no heading, not nine in ten
_MAX_EVERY_S = 600.0  # with a report per quarter of an hour no swing can be seen


def hidden_sea(seed: int, *, share: float = 0.3) -> SeaParams:
    """Parameters of a sea with hidden partners, drawn from wide ranges around the preset ``hidden``.

    Parameters
    ----------
    seed : int
        One of `LOOK_SEEDS`, `TUNE_SEEDS` or `FINAL_SEEDS`, or 1000 to 1999 to train on.
    share : float
        Share of transfers whose partner never transmits.

    Returns
    -------
    SeaParams
        For `stsdetect.simulation.simulate`, with the same seed; `evaluate(seeds, sea=hidden_sea)` takes the
        function itself.

    Raises
    ------
    ParamError
        If the seed belongs to none of these.

    Examples
    --------
    >>> hidden_sea(101).hidden_partner_share
    0.3
    >>> split_of(101), split_of(201), split_of(301)
    ('look', 'tune', 'final')
    """
    split_of(seed)
    sea = vary(seed, base="hidden")
    every_s = min(max(sea.keep_every_s, _MIN_EVERY_S), _MAX_EVERY_S)
    return replace(
        sea,
        keep_every_s=every_s,
        hidden_partner_share=share,
        no_heading_share=_HEADING_PART * sea.no_heading_share,
    )


_TRADERS: dict[str, tuple[float, float]] = {
    "hours": (240.0, 480.0),
    "keep_every_s": (60.0, 180.0),
    "keep_at_rest_every_s": (360.0, 900.0),
    "river_received_share": (0.3, 1.0),
    "satellite_share": (0.1, 0.5),
    "off_at_quay_share": (0.0, 0.25),
    "no_draught_share": (0.0, 0.3),
    "draught_late_h": (0.3, 6.0),
    "draught_skipped_share": (0.0, 0.2),
    "draught_wrong_share": (0.0, 0.12),
    "draught_forgotten_share": (0.0, 0.25),
    "no_size_share": (0.0, 0.2),
}
_VOYAGE_SEED = 0x5EA5


def voyage_sea(seed: int) -> SeaParams:
    """Parameters of a sea of voyages of 10 to 20 days, drawn from wide ranges around the preset ``voyages``.

    Parameters
    ----------
    seed : int
        One of `LOOK_SEEDS`, `TUNE_SEEDS` or `FINAL_SEEDS`.

    Returns
    -------
    SeaParams
        For `stsdetect.simulation.simulate`, with the same seed.

    Raises
    ------
    ParamError
        If the seed belongs to none of these.

    Examples
    --------
    >>> 240.0 <= voyage_sea(101).hours <= 480.0
    True
    """
    split_of(seed)
    sea = vary(seed, base="voyages")
    rng = np.random.default_rng([seed, _VOYAGE_SEED])
    drawn: dict[str, Any] = {name: float(rng.uniform(*ends)) for name, ends in _TRADERS.items()}
    return replace(sea, **drawn, no_heading_share=_HEADING_PART * sea.no_heading_share)


def split_of(seed: int) -> str:
    """Name of the split that a seed belongs to: look, tune, final or train.

    Raises
    ------
    ParamError
        If it belongs to none.
    """
    for name, seeds in _SPLITS.items():
        if seed in seeds:
            return name
    known = ", ".join(f"{name} {seeds[0]}-{seeds[-1]}" for name, seeds in _SPLITS.items())
    raise ParamError(f"seed {seed} is in no split; {known}")
