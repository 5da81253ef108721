"""Rests and the places where they lay."""

import polars as pl
import pytest

from stsdetect.params import BerthParams, LoiteringParams, PortParams
from stsdetect.ports.rests import rest_spells, rests_at_places
from stsdetect.schema import BERTHS, GAPS, LOITERING, POINTS
from tests.builders import together
from tests.builders.gaps import gap, loitering
from tests.builders.ports import OFF_ZHAPU, SHORE, berth, call


def placed(*stops, gaps=None, berths=None) -> pl.DataFrame:
    return rests_at_places(
        LOITERING.validate(together(*stops)) if stops else LOITERING.optional(None),
        GAPS.optional(gaps),
        BERTHS.optional(berths),
        params=PortParams(),
        berth_params=BerthParams(),
    )


@pytest.mark.parametrize(("sog_kn", "n"), [(0.4, 1), (0.6, 0)])
def test_a_rest_begins_where_the_ship_hardly_moves(sog_kn: float, n: int) -> None:
    seen = call(rest_h=1.0, sog=sog_kn)
    found = rest_spells(POINTS.validate(seen), params=PortParams(), loitering_params=LoiteringParams())
    assert found.height == n


@pytest.mark.parametrize(
    ("moored", "anchored", "kind"), [(1.0, 0.0, "berth"), (0.0, 1.0, "anchorage"), (None, None, "berth")]
)
def test_status_tells_a_quay_from_an_anchor(moored, anchored, kind) -> None:
    stop = loitering(1, 0, 5, place=SHORE, radius_m=20.0, moored_share=moored, anchored_share=anchored)
    assert placed(stop)["kind"].to_list() == [kind]


def test_moored_far_from_any_shore_is_no_berth() -> None:
    stop = loitering(1, 0, 5, place=OFF_ZHAPU, radius_m=20.0, moored_share=1.0, anchored_share=0.0)
    assert placed(stop).is_empty()


def test_moored_on_a_river_that_the_map_lacks() -> None:
    nanjing = (32.09, 118.73)
    stop = loitering(1, 0, 5, place=nanjing, radius_m=20.0, moored_share=1.0, anchored_share=0.0)
    found = placed(stop)
    assert found["port_name"].to_list() == ["Nanjing"]
    assert placed(stop.assign(moored_share=None)).is_empty()


@pytest.mark.parametrize(("radius_m", "n"), [(200.0, 1), (201.0, 0)])
def test_a_stop_at_a_learnt_berth_is_short_of_a_swing(radius_m: float, n: int) -> None:
    assert placed(loitering(1, 0, 5, place=SHORE, radius_m=radius_m), berths=berth()).height == n


@pytest.mark.parametrize(("distance_m", "n"), [(500.0, 1), (501.0, 0)])
def test_a_gap_in_place_is_a_rest(distance_m: float, n: int) -> None:
    gaps = gap(1, 0, 5, place=SHORE, distance_m=distance_m, start_sog_kn=0.0)
    assert placed(gaps=gaps, berths=berth()).height == n


@pytest.mark.parametrize(("sog_kn", "n"), [(3.0, 1), (3.1, 0)])
def test_a_ship_under_way_at_the_start_of_a_gap_was_not_at_rest(sog_kn: float, n: int) -> None:
    gaps = gap(1, 0, 5, place=SHORE, distance_m=0.0, start_sog_kn=sog_kn)
    assert placed(gaps=gaps, berths=berth()).height == n


def test_a_gap_is_where_the_stop_beside_it_was() -> None:
    stop = loitering(1, 0, 5, place=SHORE, radius_m=20.0, moored_share=1.0)
    gaps = gap(1, 5, 9, place=SHORE, distance_m=100.0, start_sog_kn=0.0)
    found = placed(stop, gaps=gaps)
    assert found["is_gap"].to_list() == [False, True]
    assert found["kind"].to_list() == ["berth", "berth"]
    at_anchor = placed(stop.assign(moored_share=0.0, anchored_share=1.0), gaps=gaps)
    assert at_anchor["kind"].to_list() == ["anchorage", "anchorage"]
