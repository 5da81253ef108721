"""Associations of `A` around an event with `B` from 0 to 6 h: partners, third hulls, visits, ships at rest."""

from typing import Any

import pandas as pd
import polars as pl
import pytest

from stsdetect.geo.geodesy import distance_m, move
from stsdetect.params import ScoreParams
from stsdetect.schema import ENCOUNTERS, LOITERING
from stsdetect.score.associations import elsewhere, partners, repeats, ships_at_rest, visits
from tests.builders import at, together
from tests.builders.score import A, B, C, encounter, loitering, one_side

P = ScoreParams()
H = 3600
D = 412_000_004


def beside_c(start_h: float, hours: float = 6.0, **columns: Any) -> pd.DataFrame:
    """`A` alongside `C`."""
    return encounter(start_h * H, hours, **{"encounter_id": f"c{start_h}", "mmsi_2": C} | columns)


def n_partners(*rows: pd.DataFrame, side: int = 1) -> int:
    found = partners(one_side(side), ENCOUNTERS.validate(together(encounter(), *rows)), P)
    return found["n_partners"].sum()


def elsewhere_h(*rows: pd.DataFrame) -> float:
    return elsewhere(one_side(), ENCOUNTERS.validate(together(encounter(), *rows)), P)["elsewhere_h"].sum()


def visit(*rows: pd.DataFrame, side: int = 1) -> dict[str, Any]:
    return visits(one_side(side), ENCOUNTERS.validate(together(*rows)), P).to_dicts()[0]


def test_partners_within_two_days_count_once_and_the_present_one_not_at_all() -> None:
    assert n_partners() == 0
    assert n_partners(beside_c(40), beside_c(44)) == 1
    assert n_partners(beside_c(40), beside_c(44, mmsi_2=D)) == 2
    assert n_partners(beside_c(40), side=2) == 0


@pytest.mark.parametrize(
    ("start_h", "n"), [(6 + 48, 1), (6 + 48 + 0.01, 0), (-6 - 48, 1), (-6 - 48 - 0.01, 0)]
)
def test_partners_beyond_two_days_do_not_count(start_h: float, n: int) -> None:
    assert n_partners(beside_c(start_h)) == n


def test_unlikely_contacts_and_two_transponders_on_one_hull_are_not_partners() -> None:
    assert n_partners(beside_c(10, p_contact=0.5)) == 1
    assert n_partners(beside_c(10, p_contact=0.49)) == 0
    assert n_partners(beside_c(10, same_hull_suspected=True)) == 0


def test_a_partner_counts_whichever_ship_of_its_encounter_comes_first() -> None:
    assert n_partners(beside_c(10, mmsi_1=C, mmsi_2=A)) == 1


def test_time_alongside_a_third_hull_within_the_event() -> None:
    assert elsewhere_h(beside_c(2, 3.0)) == pytest.approx(3.0)
    assert elsewhere_h(beside_c(4, 3.0)) == pytest.approx(2.0)
    assert elsewhere_h(beside_c(6, 3.0)) == 0.0
    assert elsewhere_h() == 0.0  # with the present partner only


def test_the_longest_of_several_times_alongside_third_hulls_counts() -> None:
    assert elsewhere_h(beside_c(0, 1.0), beside_c(2, 3.0, mmsi_2=D)) == pytest.approx(3.0)


def test_unlikely_contacts_and_two_transponders_on_one_hull_are_not_elsewhere() -> None:
    assert elsewhere_h(beside_c(2, 3.0, p_contact=0.49)) == 0.0
    assert elsewhere_h(beside_c(2, 3.0, same_hull_suspected=True)) == 0.0


def test_visits_include_the_present_one_and_have_a_median_and_a_spread() -> None:
    lat, lon = move(30.2, 123.5, 3_000.0, 4_000.0)
    found = visit(encounter(hours=2.0), beside_c(10, 4.0, lat=float(lat), lon=float(lon)))
    assert (found["n_visited"], found["visit_median_h"]) == (2, 3.0)
    assert found["visit_spread_m"] == pytest.approx(5_000.0, abs=1.0)


@pytest.mark.parametrize(("start_h", "n"), [(6 + 12, 2), (6 + 12 + 0.01, 1)])
def test_visits_of_a_day_lie_within_half_a_day_of_the_present_one(start_h: float, n: int) -> None:
    found = visit(encounter(), beside_c(start_h))
    assert (found["n_visited"], found["n_visited_day"]) == (2, n)


def test_visits_on_both_sides_of_the_dateline_are_close() -> None:
    found = visit(encounter(lat=0.0, lon=179.99), beside_c(10, lat=0.0, lon=-179.99))
    assert found["visit_spread_m"] == pytest.approx(distance_m(0.0, 0.0, 0.0, 0.02), rel=1e-6)


@pytest.mark.parametrize(
    ("columns", "n"),
    [
        ({"p_contact": 0.2}, 2),
        ({"p_contact": 0.19}, 1),
        ({"category": "berth"}, 1),
        ({"category": "unknown"}, 2),
    ],
)
def test_faint_contacts_are_visits_but_berths_are_not(columns: dict, n: int) -> None:
    assert visit(encounter(), beside_c(10, **columns))["n_visited"] == n


def at_rest(stops: pd.DataFrame, lat: float = 0.0, lon: float = 179.999) -> int:
    place = pl.DataFrame(
        {"lat": [lat], "lon": [lon], "vessel_id_1": str(A), "vessel_id_2": str(B)}
    ).with_columns(
        pl.lit(at(0)).cast(pl.Datetime("ms", "UTC")).alias("start_time"),
        pl.lit(at(6 * H)).cast(pl.Datetime("ms", "UTC")).alias("end_time"),
    )
    return ships_at_rest(place, LOITERING.validate(stops), P).to_list()[0]


def test_ships_at_rest_count_within_the_radius_and_across_the_dateline() -> None:
    degree_m = float(distance_m(0.0, 0.0, 0.0, 1.0))
    near, far = (179.999 + (3_000.0 + d) / degree_m - 360.0 for d in (-1.0, 1.0))
    assert at_rest(loitering(C, 0, 2.0, 0.0, near)) == 1
    assert at_rest(loitering(C, 0, 2.0, 0.0, far)) == 0


def test_a_ship_at_rest_twice_counts_once_and_the_two_of_the_event_not_at_all() -> None:
    here = (0.0, 179.999)
    stops = [loitering(C, 0, 1.0, *here), loitering(C, 2 * H, 1.0, *here), loitering(D, 0, 1.0, *here)]
    assert at_rest(together(*stops, loitering(A, 0, 6.0, *here), loitering(B, 0, 6.0, *here))) == 2


def test_ships_at_rest_before_or_after_the_event_do_not_count() -> None:
    here = (0.0, 179.999)
    assert at_rest(loitering(C, -2 * H, 2.0, *here)) == 0
    assert at_rest(loitering(C, -2 * H, 2.01, *here)) == 1
    assert at_rest(loitering(C, 6 * H, 2.0, *here)) == 0


def test_no_ships_and_no_candidates() -> None:
    assert at_rest(LOITERING.empty()) == 0
    none = LOITERING.validate(LOITERING.empty())
    empty = none.select(
        "lat", "lon", "start_time", "end_time", vessel_id_1="vessel_id", vessel_id_2="vessel_id"
    )
    assert ships_at_rest(empty, none, P).is_empty()
    assert partners(one_side(), ENCOUNTERS.optional(None), P).is_empty()
    assert visits(one_side(), ENCOUNTERS.optional(None), P).is_empty()


def n_repeats(*rows: pd.DataFrame, vessels: tuple[int, int] = (A, B)) -> int:
    """Other repeats of the two of an event from 0 to 6 h."""
    event = one_side().select(
        "source_id",
        "start_time",
        "end_time",
        vessel_id_1=pl.lit(str(vessels[0])),
        vessel_id_2=pl.lit(str(vessels[1])),
    )
    return repeats(event, ENCOUNTERS.validate(together(encounter(), *rows)), P)["n_repeats"].sum()


def again(start_h: float, **columns: Any) -> pd.DataFrame:
    apart = {"approach_from_m": 5000.0, "departure_to_m": 5000.0}
    return encounter(start_h * H, 1.0, **{"encounter_id": f"b{start_h}"} | apart | columns)


def test_repeats_of_the_same_two_count_without_the_present_one() -> None:
    assert n_repeats() == 0
    assert n_repeats(again(8), again(12), again(-9)) == 3
    assert n_repeats(again(8), again(12), vessels=(B, A)) == 2
    assert n_repeats(again(8), beside_c(12)) == 1


@pytest.mark.parametrize(("start_h", "n"), [(54, 1), (54.1, 0), (-49, 1), (-49.1, 0)])
def test_repeats_count_within_two_days(start_h: float, n: int) -> None:
    assert n_repeats(again(start_h)) == n


@pytest.mark.parametrize(
    ("columns", "n"),
    [
        ({"departure_to_m": 1000.0}, 1),
        ({"departure_to_m": 999.0}, 0),
        ({"approach_from_m": None}, 0),  # perhaps one long contact that was not received throughout
        ({"p_contact": 0.49}, 0),
        ({"same_hull_suspected": True}, 0),
    ],
)
def test_only_contacts_that_began_and_ended_apart_are_repeats(columns: dict, n: int) -> None:
    assert n_repeats(again(8, **columns)) == n
