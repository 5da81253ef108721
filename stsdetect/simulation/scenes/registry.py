"""Register of the scenes: functions that have the name of their count in `SeaParams`."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import fields

import numpy as np

from stsdetect.simulation.sea_params import SeaParams
from stsdetect.simulation.world.stage import World

Scene = Callable[[World, np.random.Generator, int], None]
"""Sets one scene: the sea so far, the scene's own random numbers, and how many of its kind came before."""

_REGISTERED: dict[str, Scene] = {}


def scene(function: Scene) -> Scene:
    """Register a function as the scene that the count of its name in `SeaParams` asks for; a decorator.

    Raises
    ------
    TypeError
        If `SeaParams` has no integer field of the function's name.

    Examples
    --------
    >>> @scene
    ... def mermaids(world, rng, ordinal):
    ...     pass
    Traceback (most recent call last):
        ...
    TypeError: scene 'mermaids' has no count in SeaParams; add `mermaids: int = param(0, ..., ge=0)`
    """
    name = function.__name__
    if name not in {f.name for f in fields(SeaParams) if f.type == "int"}:
        raise TypeError(f"scene '{name}' has no count in SeaParams; add `{name}: int = param(0, ..., ge=0)`")
    _REGISTERED[name] = function
    return function


def registered_scenes() -> dict[str, Scene]:
    """Scenes by name, in the order of their counts in `SeaParams`, which is that in which they are set."""
    return {f.name: _REGISTERED[f.name] for f in fields(SeaParams) if f.name in _REGISTERED}
