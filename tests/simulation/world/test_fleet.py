"""Ships: invented attributes that fit the hull, and changes of what is broadcast."""

import numpy as np
import pytest

from stsdetect.simulation.world.fleet import KINDS, Ship, draw_vessel_attributes, imo_number
from stsdetect.simulation.world.stage import World
from tests.builders.simulation import world_with


def ship(**values) -> Ship:
    world: World = world_with(1)
    return world.ship(np.random.default_rng(1), "coaster", "test", **values)


def test_check_digits_are_those_of_known_imo_numbers() -> None:
    assert imo_number(907472) == 9074729  # 9*7 + 0*6 + 7*5 + 4*4 + 7*3 + 2*2 = 139
    assert imo_number(840531) == 8405311


@pytest.mark.parametrize("kind", KINDS)
def test_broadcast_dimensions_add_up_to_the_hull_and_names_are_invented(kind: str) -> None:
    drawn = draw_vessel_attributes(np.random.default_rng(2), kind, 7, length_m=100.0, beam_m=16.0)
    assert drawn.to_bow + drawn.to_stern == 100
    assert drawn.to_port + drawn.to_starboard == 16
    assert 72 <= drawn.to_bow <= 95
    assert drawn.shipname.startswith("SIM ")
    assert drawn.shipname.endswith(" 7")
    assert drawn.imo > 9_950_000


def test_a_small_craft_has_no_imo_number() -> None:
    rng = np.random.default_rng(2)
    assert draw_vessel_attributes(rng, "tug", 7, length_m=54.9, beam_m=9.0).imo == 0
    assert draw_vessel_attributes(rng, "tug", 7, length_m=55.0, beam_m=9.0).imo > 0


def test_a_changed_draught_holds_from_its_instant_and_never_falls_below_80_cm() -> None:
    one = ship()
    first = one.broadcasts[0][1].draught_m
    one.change_draught(600.0, 1.5, "TAICANG")
    one.change_draught(1200.0, -99.0)
    assert [t for t, _ in one.broadcasts] == [0.0, 600.0, 1200.0]
    assert [b.draught_m for _, b in one.broadcasts] == [first, round(first + 1.5, 1), 0.8]
    assert [b.destination for _, b in one.broadcasts][1:] == ["TAICANG", "TAICANG"]


def test_another_name_is_broadcast_from_the_beginning() -> None:
    one = ship()
    one.change_draught(600.0, 1.0)
    one.set_name("SIM OTHER", imo=0)
    assert {(b.shipname, b.imo) for _, b in one.broadcasts} == {("SIM OTHER", 0)}
