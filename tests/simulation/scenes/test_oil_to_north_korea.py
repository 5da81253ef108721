"""Oil goes north, from a mother at sea or from a quay, and none of it comes back."""

import pytest

from stsdetect.simulation.trade.quays import EMBARGOED_PORTS
from stsdetect.simulation.world.stage import World
from tests.builders.simulation import world_with


@pytest.fixture(scope="module")
def world() -> World:
    return world_with(2, hours=288.0, oil_imports=4)


def test_four_tankers_discharge_in_north_korea(world: World) -> None:
    oil = world.voyage_log.discharges
    assert len(oil) == 4
    assert {d["cargo"] for d in oil} == {"oil"}
    assert {d["port_name"] for d in oil} <= EMBARGOED_PORTS
    assert all(d["embargoed"] for d in oil)


def test_three_take_it_from_another_tanker_and_one_from_a_quay(world: World) -> None:
    assert sorted(len(d["transfers"]) for d in world.voyage_log.discharges) == [0, 1, 1, 1]
    assert sum(row["kind"] in ("transfer", "dark_transfer") for row in world.truth) >= 2
