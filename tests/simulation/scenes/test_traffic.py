"""Traffic: ships that come alongside no other, moving as their kind does."""

import numpy as np

from stsdetect.geo.geodesy import distance_m
from stsdetect.simulation.world.stage import AT_ANCHOR, FISHING, UNDERWAY
from stsdetect.units import KN_TO_MPS
from tests.builders.simulation import world_with


def test_traffic_leaves_no_truth() -> None:
    world = world_with(1, anchored=2, passing=2, fishing=2, innocent_gaps=2, loiterers=2, shared_mmsis=1)
    assert len(world.ships) == 12
    assert world.truth == []


def test_ships_of_an_anchorage_keep_the_spacing() -> None:
    world = world_with(1, anchored=12)
    lat, lon = np.array(world.anchors).T
    apart = distance_m(lat[:, None], lon[:, None], lat, lon) + np.diag(np.full(12, np.inf))
    assert apart.min() >= world.params.anchor_spacing_m


def test_a_transponder_fails_on_passage_for_one_to_five_hours() -> None:
    for ship in world_with(1, innocent_gaps=4).ships:
        ((off, on),) = ship.switched_off
        assert 1.0 <= (on - off) / 3600.0 <= 5.0
        assert ship.voyage.t_start <= off < ship.voyage.t_end


def test_loiterers_stop_at_anchor_and_adrift_in_turn() -> None:
    anchored, adrift = world_with(1, loiterers=2).ships
    assert {p.nav_status for p in anchored.voyage.phases} == {UNDERWAY, AT_ANCHOR}
    assert {p.nav_status for p in adrift.voyage.phases} == {UNDERWAY}


def test_a_trawler_hauls_at_its_speed() -> None:
    (ship,) = world_with(1, fishing=1).ships
    t = np.arange(0.0, 9000.0, 60.0)
    lat, lon, _ = ship.voyage.pose(t)
    speed_kn = distance_m(lat[:-1], lon[:-1], lat[1:], lon[1:]) / 60.0 / KN_TO_MPS
    assert 2.4 < np.median(speed_kn) < 4.1
    assert set(ship.voyage.nav_status(t)) == {FISHING}


def test_two_boats_share_an_mmsi() -> None:
    one, two = world_with(1, shared_mmsis=1).ships
    assert one.mmsi == two.mmsi
    assert one.hull_id != two.hull_id
