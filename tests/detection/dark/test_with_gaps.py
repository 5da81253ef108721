"""Pairs of two vessels in a gap, by `find_dark_encounters`."""

import numpy as np
import pandas as pd
import pytest

from stsdetect.detection import find_dark_encounters
from stsdetect.geo.geodesy import distance_m
from stsdetect.params import DarkParams
from stsdetect.schema import LOITERING
from tests.builders import PLACE, at, together
from tests.builders.gaps import NM, H, gap, loitering
from tests.naive import dwell_by_hand


def found(*gaps: pd.DataFrame, params: DarkParams | None = None) -> pd.DataFrame:
    return find_dark_encounters(together(*gaps), LOITERING.empty(), params=params)


def test_two_vessels_in_a_gap_meet_in_between() -> None:
    # Both start and end 48 nm apart: 24 nm each at 12 kn is 2 h there and 2 h back of 12 h.
    dark = found(gap(9, 0, 12, (-24, 0), (-24, 0)), gap(5, 0, 12, (24, 0), (24, 0))).iloc[0]
    assert (dark["kind"], dark["mmsi_1"], dark["mmsi_2"]) == ("gap-gap", 5, 9)
    assert dark["feasible_dwell_h"] == pytest.approx(8.0, abs=0.01)
    assert distance_m(dark["lat"], dark["lon"], *PLACE) < 1000.0
    assert dark["p_off"] == 0.9


@pytest.mark.parametrize(("nm", "n"), [(53.9, 1), (54.1, 0)])
def test_just_in_reach_of_each_other_and_just_not(nm: float, n: int) -> None:
    # 12 h less 3 h leave 54 nm there and 54 nm back for each.
    assert len(found(gap(9, 0, 12, (-nm, 0), (-nm, 0)), gap(5, 0, 12, (nm, 0), (nm, 0)))) == n


def test_a_pair_is_found_once_in_whatever_order() -> None:
    one, two = gap(5, 0, 12), gap(9, 0, 12, (5.0, 0.0), (5.0, 0.0))
    pd.testing.assert_frame_equal(found(one, two), found(two, one))
    assert len(found(one, two)) == 1


def test_on_the_dateline() -> None:
    place = (30.0, 179.9)
    dark = found(gap(9, 0, 12, (-10, 0), (-10, 0), place=place), gap(5, 0, 12, (24, 0), (24, 0), place=place))
    assert abs(dark["lon"][0]) > 179.9


def test_a_pair_is_as_likely_off_as_the_less_likely_of_both() -> None:
    assert found(gap(5, 0, 12, p_off=0.8), gap(9, 0, 12, p_off=0.3))["p_off"].tolist() == [0.3]


def test_two_gaps_of_one_hull_are_not_a_pair() -> None:
    assert found(gap(5, 0, 12), gap(9, 0, 12, vessel_id="5")).empty


@pytest.mark.parametrize("seed", range(12))
def test_dwell_equals_that_of_a_plain_clock(seed: int) -> None:
    rng = np.random.default_rng(seed)
    gaps = [
        gap(k, float(a), float(a + d), tuple(rng.uniform(-15, 15, 2)), tuple(rng.uniform(-15, 15, 2)))
        for k, a, d in zip((1, 2), rng.uniform(0, 3, 2), rng.uniform(9, 15, 2), strict=True)
    ]
    stop = loitering(3, *(rng.uniform(0, 3), rng.uniform(9, 15)), tuple(rng.uniform(-15, 15, 2)))
    dark = find_dark_encounters(together(*gaps), stop, params=DarkParams(min_dwell_h=0.5))
    for row in dark.itertuples():
        ships = [g.iloc[0] for g in gaps if g["gap_id"][0] in (row.gap_id_1, row.gap_id_2)]
        hours = [[(g[c] - at(0)).total_seconds() / H for g in ships] for c in ("start_time", "end_time")]
        legs = [
            [float(distance_m(g[f"{e}_lat"], g[f"{e}_lon"], row.lat, row.lon)) / NM for e in ("start", "end")]
            for g in ships
        ]
        speeds = [12.0] * len(ships)
        if row.kind == "gap-loitering":
            for c, name in zip(hours, ("start_time", "end_time"), strict=True):
                c.append((stop[name][0] - at(0)).total_seconds() / H)
            legs.append([0.0, 0.0])
            speeds.append(1.0)
        assert row.feasible_dwell_h == pytest.approx(dwell_by_hand(*hours, speeds, legs), abs=0.01)


def test_of_two_that_lay_still_one_must_have_left() -> None:
    # Ten miles apart: odds of w without `left_rest_weight` against w / e^3; in one place as likely as ever.
    one, far, near = (
        gap(k, 0, 20, (nm, 0.0), (nm, 0.0), start_sog_kn=0.1, distance_m=0.0)
        for k, nm in ((8, 0.0), (9, 10.0), (9, 0.2))
    )

    def odds(other: pd.DataFrame, weight: float) -> float:
        params = DarkParams(max_p_contact=1.0, left_rest_weight=weight)
        p = float(found(one, other, params=params)["p_contact"].iloc[0])
        return p / (0.9 - p)

    assert odds(far, 0.0) / odds(far, 3.0) == pytest.approx(np.exp(3.0))
    assert odds(near, 0.0) == pytest.approx(odds(near, 3.0))


def test_a_pair_carries_the_change_of_draught_of_the_second() -> None:
    dark = found(gap(5, 0, 12, draught_change_m=1.2), gap(9, 0, 12, draught_change_m=-1.0))
    assert dark["draught_change_m_2"].tolist() == [-1.0]


def test_open_gaps_have_no_hours_in_common() -> None:
    both = found(gap(5, 0, 12), gap(9, 0, 12))["p_contact"][0]
    never_ending = found(gap(5, 0, 12, end=None), gap(9, 0, 12, end=None))["p_contact"][0]
    assert never_ending < 0.1 * both
