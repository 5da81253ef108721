"""Pairs of a gap and a loitering vessel, by `find_dark_encounters` without land in the way."""

import numpy as np
import pandas as pd
import pytest

from stsdetect.context import load_context
from stsdetect.detection import find_dark_encounters
from stsdetect.geo.geodesy import distance_m
from stsdetect.params import DarkParams
from stsdetect.schema import LOITERING
from tests.builders import at, static, together
from tests.builders.gaps import NM, H, gap, loitering
from tests.naive import dwell_by_hand


def found(gaps: pd.DataFrame, stops: pd.DataFrame, **options) -> pd.DataFrame:
    return find_dark_encounters(gaps, stops, **options)


def test_a_loitering_vessel_in_reach() -> None:
    # 20 nm there and back at 12 kn in 10 h: from 1 h 40 min to 8 h 20 min.
    dark = found(gap(9, 0, 10), loitering(5, 0, 10, (20.0, 0.0))).iloc[0]
    assert (dark["kind"], dark["mmsi_1"], dark["mmsi_2"]) == ("gap-loitering", 9, 5)
    assert dark["feasible_dwell_h"] == pytest.approx(20 / 3, abs=1e-3)
    assert dark["start_time"] == pytest.approx(at(5 / 3 * H), abs=pd.Timedelta("2s"))
    assert dark["required_sog_kn"] == pytest.approx(40 / 7, abs=1e-3)
    assert dark["area_km2"] == pytest.approx(np.pi * 0.01)  # a circle of 100 m
    assert dark["rank_for_gap"] == 1
    assert dark["n_alternatives"] == 0


@pytest.mark.parametrize(("nm", "n"), [(41.9, 1), (42.1, 0)])
def test_just_in_reach_and_just_not(nm: float, n: int) -> None:
    # 10 h less a dwell of 3 h leave 84 nm: 42 there and 42 back.
    assert len(found(gap(9, 0, 10), loitering(5, 0, 10, (nm, 0.0)))) == n


def test_without_slack_there_is_no_dwell() -> None:
    # 120 nm in 10 h at 12 kn leave no time to dwell on the route.
    assert found(gap(9, 0, 10, (-60, 0), (60, 0)), loitering(5, 0, 10)).empty


@pytest.mark.parametrize(("leaves_h", "n"), [(4.7, 1), (4.6, 0)])
def test_the_other_must_be_there_long_enough(leaves_h: float, n: int) -> None:
    # Arrival at 1.667 h; three hours together end at 4.667 h.
    assert len(found(gap(9, 0, 10), loitering(5, 0, leaves_h, (20.0, 0.0)))) == n


def test_an_open_gap_needs_no_leg_back() -> None:
    # 60 nm at 12 kn take 5 h of 10; 5 h remain.
    dark = found(gap(9, 0, 10, end=None), loitering(5, 0, 10, (60.0, 0.0)))
    assert dark["feasible_dwell_h"].tolist() == pytest.approx([5.0], abs=1e-3)


def test_on_the_dateline() -> None:
    place = (30.0, 179.9)
    dark = found(gap(9, 0, 10, place=place), loitering(5, 0, 10, (20.0, 0.0), place=place))
    assert dark["feasible_dwell_h"].tolist() == pytest.approx([20 / 3], abs=1e-3)


@pytest.mark.parametrize("seed", range(2))
def test_the_search_misses_none_and_adds_none(seed: int) -> None:
    rng = np.random.default_rng(seed)
    gaps = [
        gap(k, float(a), float(a + d), tuple(rng.uniform(-60, 60, 2)), tuple(rng.uniform(-60, 60, 2)))
        for k, a, d in zip(range(8), rng.uniform(0, 40, 8), rng.uniform(8, 24, 8), strict=True)
    ]
    stops = [
        loitering(100 + k, float(a), float(a + d), tuple(rng.uniform(-90, 90, 2)))
        for k, a, d in zip(range(15), rng.uniform(0, 40, 15), rng.uniform(3, 30, 15), strict=True)
    ]
    dark = found(together(*gaps), together(*stops), params=DarkParams(max_candidates=100))
    dark = dark[dark["kind"] == "gap-loitering"]
    pairs = set(zip(dark["mmsi_1"], dark["mmsi_2"], strict=True))
    n_fit = 0
    for one in (g.iloc[0] for g in gaps):
        for other in (s.iloc[0] for s in stops):
            first, last = (
                [(row[c] - at(0)).total_seconds() / H for row in (one, other)]
                for c in ("start_time", "end_time")
            )
            legs = [
                float(distance_m(one[f"{e}_lat"], one[f"{e}_lon"], other["lat"], other["lon"])) / NM
                for e in ("start", "end")
            ]
            dwell = dwell_by_hand(first, last, [12.0, 1.0], [legs, [0.0, 0.0]], steps=1000)
            if abs(dwell - 3.0) > 0.1:  # nearer to three hours than the step of the oracle tells apart
                assert (dwell > 3.0) == ((one["mmsi"], other["mmsi"]) in pairs)
                n_fit += dwell > 3.0
    assert n_fit > 3


def p_of(gaps: pd.DataFrame, stops: pd.DataFrame, **options) -> float:
    return float(found(gaps, stops, **options)["p_contact"].iloc[0])


def test_a_stop_at_the_hours_of_the_gap_is_likelier() -> None:
    # 10 h of gap: a stop from 1 h to 9 h covers 8 of 10 h, one from -10 h to 10 h covers 10 of 20.
    assert p_of(gap(9, 0, 10), loitering(5, 1, 9)) > p_of(gap(9, 0, 10), loitering(5, -10, 10))


def test_a_vessel_that_must_hurry_is_less_likely() -> None:
    # 5 nm and 15 nm from either end of the track; the nearest end is 5 nm off in both.
    slow = gap(9, 0, 10, (-5, 0), (5, 0))
    fast = gap(9, 0, 10, (-5, 0), (15, 0))
    slower, faster = (found(g, loitering(5, 0, 10))["support"].iloc[0] for g in (slow, fast))
    assert slower > faster


@pytest.mark.parametrize(
    ("sog_kn", "back_m", "stop_m", "left"),
    [
        (0.5, 499.0, 501.0, True),
        (0.6, 499.0, 501.0, False),
        (0.5, 501.0, 501.0, False),
        (0.5, 499.0, 499.0, False),
    ],
)
def test_a_vessel_at_rest_in_one_place_before_and_after_has_hardly_left_it(
    sog_kn: float, back_m: float, stop_m: float, left: bool
) -> None:
    # Odds of w without `left_rest_weight` against w / e^3: a stop off the place of rest loses, one at it does not.
    one = gap(9, 0, 10, end=(back_m / NM, 0.0), start_sog_kn=sog_kn, distance_m=back_m)
    other = loitering(5, 0, 10, (0.0, stop_m / NM))
    p = [
        p_of(one, other, params=DarkParams(max_p_contact=1.0, left_rest_weight=weight))
        for weight in (0.0, 3.0)
    ]
    odds = [q / (0.9 - q) for q in p]
    assert odds[0] / odds[1] == pytest.approx(np.exp(3.0) if left else 1.0)


def test_two_that_could_have_spent_all_of_both_times_together_are_likelier() -> None:
    # Half of the stop and half of the gap shared: odds of e^(share_weight / 4) against no share counted.
    p = [
        p_of(gap(9, 0, 10), loitering(5, 5, 15), params=DarkParams(max_p_contact=1.0, share_weight=weight))
        for weight in (0.0, 4.0)
    ]
    odds = [q / (0.9 - q) for q in p]
    assert odds[1] / odds[0] == pytest.approx(np.exp(1.0))


def test_a_changed_draught_of_the_loitering_vessel_raises() -> None:
    gaps, stops = gap(9, 0, 10), loitering(5, 0, 10, (5.0, 0.0))
    reports = together(static(5, -H, draught=4.0), static(5, 11 * H, draught=6.0))
    plain, changed = found(gaps, stops).iloc[0], found(gaps, stops, static=reports).iloc[0]
    assert changed["draught_change_m_2"] == 2.0
    assert changed["support"] > plain["support"]
    assert changed["p_contact"] >= plain["p_contact"]


@pytest.mark.parametrize(("place", "unexplained"), [((29.65, 122.40), False), ((29.65, 123.60), True)])
def test_a_known_anchorage_explains_a_stop(place: tuple[float, float], unexplained: bool) -> None:
    gaps, stops = gap(9, 0, 10, place=place), loitering(5, 0, 10, place=place)
    assert found(gaps, stops, context=load_context())["stop_unexplained"].tolist() == [unexplained]
    assert found(gaps, stops)["stop_unexplained"].isna().all()


def test_a_vessel_does_not_meet_itself() -> None:
    assert found(gap(9, 0, 10, vessel_id="5"), loitering(5, 0, 10)).empty
    assert found(gap(9, 0, 10), LOITERING.empty()).empty
