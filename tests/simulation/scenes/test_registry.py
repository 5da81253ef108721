"""A scene is a function with the name of its count; nothing else has to be edited to add one."""

import re
from dataclasses import fields

import numpy as np
import pytest

from stsdetect.simulation import SeaParams, scenes
from stsdetect.simulation.scenes import MODULES, SCENES
from stsdetect.simulation.scenes.registry import scene
from stsdetect.simulation.sea import set_scenes
from stsdetect.simulation.world.stage import World
from tests.builders.simulation import sea_with

NOT_SCENES = {"station_outages", "feed_outages", "river_stations"}


def test_every_count_has_a_scene_and_scenes_are_set_in_the_order_of_their_counts() -> None:
    counts = [f.name for f in fields(SeaParams) if f.type == "int" and f.name not in NOT_SCENES]
    assert list(SCENES) == counts


def test_a_scene_without_a_count_is_refused() -> None:
    def storm(world: World, rng: np.random.Generator, ordinal: int) -> None:
        """Never set."""

    with pytest.raises(TypeError, match="scene 'storm' has no count in SeaParams; add `storm: int = param"):
        scene(storm)


def test_a_share_is_not_a_count() -> None:
    def copy_share(world: World, rng: np.random.Generator, ordinal: int) -> None:
        """Never set."""

    with pytest.raises(TypeError, match="has no count"):
        scene(copy_share)


def test_scenes_live_in_the_modules_that_are_named() -> None:
    assert {f.__module__ for f in SCENES.values()} == {m.__name__ for m in MODULES}


def test_the_example_of_the_docs_is_a_scene_that_can_be_set(monkeypatch: pytest.MonkeyPatch) -> None:
    code = re.search(r"::\n\n(       @scene.*?)\n\n", scenes.__doc__, re.DOTALL).group(1)
    names: dict = {}
    for module in MODULES:
        names |= vars(module)
    names["scene"] = lambda function: function
    exec(re.sub(r"^ {7}", "", code, flags=re.MULTILINE), names)
    monkeypatch.setitem(SCENES, "circles", names["queues"])
    world = set_scenes(sea_with(circles=2), 1)
    assert [s.role for s in world.ships] == ["queuing"] * 4
    assert [row["kind"] for row in world.truth] == ["anchorage_neighbours"] * 2
