"""Seas with parameters drawn from wide ranges, so that nothing is fitted to one setting of the simulator.

Parameters that belong together form a family. A model can be trained without one family and tested on it: a
holdout, see `stsdetect.experiments.holdout`. To add a family, add a row to `FAMILIES`; the others stay as
they are, since each has its own random numbers.
"""

from __future__ import annotations

import zlib
from collections.abc import Collection
from dataclasses import replace
from typing import Any

import numpy as np

from stsdetect.errors import ParamError
from stsdetect.simulation.sea import as_sea_params
from stsdetect.simulation.sea_params import SeaParams

FAMILIES: dict[str, dict[str, tuple[float, ...]]] = {
    "water": {
        "tide_kn": (0.4, 3.5), "tide_ellipse": (0.03, 0.4), "wind_mps": (1.0, 13.0), "yaw_deg": (1.0, 8.0)
    },
    "mooring": {"fender_gap_m": (0.8, 5.0)},
    "crowding": {"anchor_spacing_m": (350.0, 1000.0)},
    "reception": {
        "received_share": (0.4, 1.0), "station_range_km": (55.0, 95.0), "satellite_share": (0.0, 0.5)
    },
    "cadence": {"keep_every_s": (0.0, 30.0, 60.0, 180.0, 300.0, 600.0, 720.0, 900.0)},
    "instruments": {"gnss_error_m": (1.0, 8.0), "heading_error_deg": (0.2, 3.0)},
    "vessel_attributes": {
        "no_size_share": (0.0, 0.7), "no_heading_share": (0.0, 0.9), "class_b_barges": (0.0, 0.8)
    },
    "crews": {"draught_forgotten_share": (0.0, 0.6), "draught_edited_share": (0.0, 0.15)},
    "gaps": {"dark_margin": (0.5, 1.6)},
    "dirt": {"spike_share": (0.0, 0.002), "copy_share": (0.0, 0.5), "late_share": (0.0, 0.3)},
}  # fmt: skip
"""Family to field of `SeaParams` to its lowest and highest value; `cadence` lists the values themselves."""

CHAIN_FAMILIES: dict[str, dict[str, tuple[float, ...]]] = {
    "chain": {"depth_m": (8.0, 60.0), "chain_over_depth": (2.0, 10.0), "chain_taut_share": (0.0, 1.0)},
    "swing": {"swing_lag_min": (3.0, 35.0), "wind_shift_deg": (0.0, 70.0)},
    "tide": {"tide_ellipse": (0.03, 0.06, 0.12, 0.25, 0.5, 0.9)},
    "gyro": {
        "heading_error_deg": (0.0, 2.5), "heading_noise_deg": (0.3, 2.0), "heading_dropout_share": (0.0, 0.3),
        "class_b_heading_share": (0.0, 0.7),
    },
    "status": {"status_wrong_share": (0.0, 0.4)},
}  # fmt: skip
"""More families, which vary where the base has ships on a chain (`depth_m` above 0); `tide` lists the values
themselves, from a tide that reverses to one that turns round, and takes the place of that of `water`."""

_LISTED = ("cadence", "tide")  # one of the values rather than any between two

# Families that were renamed keep the seed of their first name, so that no published sea changes.
_SEEDS = {"vessel_attributes": 0x1053314B, "gaps": 0x0E6C9DBE}


def vary(seed: int, *, base: str | SeaParams = "rich", only: Collection[str] | None = None) -> SeaParams:
    """Draw the parameters of a sea.

    Parameters
    ----------
    seed : int
        Equal seeds give equal parameters.
    base : str or SeaParams
        Preset or parameters from which everything else is taken.
    only : collection of str, optional
        Families to vary; by default all, but those of `CHAIN_FAMILIES` only where ships lie on a chain. The
        others keep the values of `base`.

    Returns
    -------
    SeaParams

    Raises
    ------
    ParamError
        If a family or preset is not known.

    Examples
    --------
    >>> vary(1, base="demo", only=["mooring"]).tide_kn == vary(2, base="demo", only=["mooring"]).tide_kn
    True
    >>> vary(1, only=["weather"])
    Traceback (most recent call last):
        ...
    stsdetect.errors.ParamError: unknown family: weather; known: water, mooring, crowding, ...
    """
    start = as_sea_params(base)
    check_families(only or ())
    drawn: dict[str, Any] = {}
    for family, ranges in families_of(start).items():
        if only is not None and family not in only:
            continue
        rng = np.random.default_rng([seed, _SEEDS.get(family, zlib.crc32(family.encode()))])
        for name, values in ranges.items():
            drawn[name] = float(
                rng.choice(values) if family in _LISTED else rng.uniform(values[0], values[1])
            )
    return replace(start, **drawn)


def families_of(base: str | SeaParams) -> dict[str, dict[str, tuple[float, ...]]]:
    """Families that vary around a base: those of `FAMILIES`, and with ships on a chain `CHAIN_FAMILIES`.

    Examples
    --------
    >>> [len(families_of(base)) for base in ("rich", "hidden")]
    [10, 15]
    """
    return FAMILIES | (CHAIN_FAMILIES if as_sea_params(base).depth_m > 0.0 else {})


def check_families(names: Collection[str]) -> None:
    """Refuse names of families that there are not.

    Raises
    ------
    ParamError
        If one is unknown.
    """
    known = FAMILIES | CHAIN_FAMILIES
    if unknown := sorted(set(names) - set(known)):
        raise ParamError(f"unknown family: {', '.join(unknown)}; known: {', '.join(known)}")
