import numpy as np
import pandas as pd
import pytest

from stsdetect.detection import find_gaps
from stsdetect.params import GapParams
from stsdetect.schema import SEGMENTS
from tests.builders import fixes, points, together
from tests.builders.reception import DAY, FIRST_MMSI, H, fleet
from tests.radio_sea import label, radio_sea


def found(sea: pd.DataFrame, **options) -> pd.DataFrame:
    return find_gaps(sea, SEGMENTS.empty(), **options)


def far_fleet() -> pd.DataFrame:
    """Nine ships 230 km away: enough traffic for the feed to judge gaps, but no neighbours."""
    place = (32.0, 124.0)
    return together(
        *[points(fixes(413_000_000 + k, DAY, 1000.0 * k, place=place, sog=0.1)) for k in range(9)]
    )


def test_a_ship_in_a_gap_among_received_ships_was_switched_off() -> None:
    gap = found(fleet(gaps={3: (8.0, 14.0)})).iloc[0]
    assert gap["mmsi"] == FIRST_MMSI + 3
    assert gap["n_neighbours"] == 7
    assert gap["expected_reports"] == pytest.approx(70, abs=4)  # 35 time bins of two reports
    assert gap["p_off"] > 0.95
    assert not gap["feed_outage"]


def test_a_gap_of_all_ships_is_an_outage() -> None:
    gaps = found(fleet(gaps=dict.fromkeys(range(8), (8.0, 14.0))))
    assert len(gaps) == 8
    assert gaps["feed_outage"].all()
    assert (gaps["p_off"] < 0.05).all()


def test_a_route_may_bend() -> None:
    # Two fixes 111 km apart on a lane of received ships, with none beside it: a route 5 % longer than the straight
    # one leaves the lane by up to 18 km, so the gap proves less than if ships kept to the line.
    sea = [
        points(fixes(412_000_000 + k, DAY, 11_000.0 * (k // 2), 1000.0 * (k % 2), sog=0.1)) for k in range(22)
    ]
    t = np.array([0.0, 300.0, 300.0 + 6 * H, 600.0 + 6 * H])
    sea.append(points(fixes(413_000_000, t, [0.0, 0.0, 111_000.0, 111_000.0], sog=10.0)))
    bent, straight = (
        found(together(*sea), params=GapParams(min_detour_share=share)).query("mmsi == 413000000").iloc[0]
        for share in (0.05, 0.0)
    )
    assert 0.0 < bent["log_lr_off"] < straight["log_lr_off"]


def test_a_single_ship_is_not_judged() -> None:
    gap = found(points(fixes(1, np.concatenate([DAY[:60], DAY[200:]])))).iloc[0]
    assert not gap["can_judge"]
    assert gap["n_neighbours"] == 0
    assert gap["p_off"] <= 0.5


@pytest.mark.parametrize(("n", "highest"), [(1, 0.75), (2, 0.875), (3, 0.9375)])
def test_each_neighbour_halves_the_residual_doubt(n: int, highest: float) -> None:
    # The ship in the gap and n ships near it: 1 - 0.5 ** (n + 1).
    gap = found(together(fleet(n + 1, gaps={0: (8.0, 20.0)}), far_fleet())).iloc[0]
    assert gap["can_judge"]
    assert gap["n_neighbours"] == n
    assert gap["p_off"] <= highest + 1e-9
    assert gap["p_off"] == pytest.approx(highest, abs=0.02)


def test_without_a_neighbour_nothing_can_be_judged() -> None:
    gap = found(together(fleet(1, gaps={0: (8.0, 20.0)}), far_fleet())).iloc[0]
    assert gap["n_neighbours"] == 0
    assert not gap["can_judge"]
    assert gap["p_off"] <= 0.5


@pytest.mark.slow
def test_ranks_and_calibrates_on_a_sea_with_stations_and_satellites() -> None:
    sea = radio_sea(11)
    gaps = label(find_gaps(sea.points, SEGMENTS.empty()), sea)
    order = gaps.sort_values("log_lr_off", ascending=False)["off"].to_numpy()
    precision = order.cumsum() / np.arange(1, len(order) + 1)
    assert precision[order].mean() > 0.95  # ten seeds: 0.98
    likely = gaps["p_off"] >= 0.5
    assert gaps["off"][likely].mean() > 0.9
    assert likely[gaps["off"]].mean() > 0.85
