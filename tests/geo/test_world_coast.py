"""Polygons out of well-known binary, box by box, with a world of three islands."""

import numpy as np
import pytest
import shapely

from stsdetect.geo import world_coast
from stsdetect.geo.world_coast import cut, world_polygons

ATOLL = shapely.box(20, 20, 24, 24).difference(shapely.box(21, 21, 23, 23))
ISLANDS = [shapely.box(0, 0, 2, 2), ATOLL, shapely.box(-10, -10, -9, -9)]


@pytest.fixture
def three_islands(monkeypatch: pytest.MonkeyPatch) -> None:
    wkb = shapely.to_wkb(shapely.multipolygons(ISLANDS), byte_order=1)
    starts = world_coast._polygon_starts(wkb)
    world = world_coast._World(wkb, starts, shapely.bounds(np.array(ISLANDS)))
    monkeypatch.setattr(world_coast, "_world", lambda: world)


def test_every_polygon_is_found_in_the_binary(three_islands: None) -> None:
    world = world_coast._world()
    found = world_coast._polygons(world.wkb, world.starts, range(3))
    assert [a.equals(b) for a, b in zip(found, ISLANDS, strict=True)] == [True] * 3
    assert world.starts[-1] == len(world.wkb)


def test_only_what_lies_in_the_box_is_returned(three_islands: None) -> None:
    assert [p.bounds for p in world_polygons((1.0, 1.0, 10.0, 10.0))] == [(1.0, 1.0, 2.0, 2.0)]
    # through the lagoon of the atoll: its western and its eastern rim
    west, east = sorted(world_polygons((19.0, 21.5, 25.0, 22.5)), key=lambda p: p.bounds)
    assert (west.bounds, east.bounds) == ((20.0, 21.5, 21.0, 22.5), (23.0, 21.5, 24.0, 22.5))
    assert len(world_polygons((5.0, 5.0, 6.0, 6.0))) == 0


def test_land_that_only_touches_the_box_is_not_land_in_it() -> None:
    assert len(cut(np.array([shapely.box(0, 0, 1, 1)]), (1.0, 0.0, 2.0, 1.0))) == 0
