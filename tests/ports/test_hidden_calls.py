"""Ports that a ship could have called at in a gap, around a port of the list."""

from __future__ import annotations

import pandas as pd
import pytest
from pandas.testing import assert_frame_equal

from stsdetect.params import HiddenCallParams
from stsdetect.ports import find_hidden_calls, world_ports
from stsdetect.schema import GAPS, HIDDEN_CALLS
from stsdetect.units import S_PER_H
from tests.builders import at, identity, static, together
from tests.builders.gaps import gap

H = S_PER_H
OFF_NAMPO = (38.5, 124.6)
"""In the approach to Nampo, about 75 km from it."""
CARGO = identity(static(1, ship_type=70))


def calls(*gaps: pd.DataFrame, **params: float) -> pd.DataFrame:
    return find_hidden_calls(together(*gaps), identity=CARGO, params=HiddenCallParams(**params))


def nearby(hours: float, **columns) -> pd.DataFrame:
    """A gap that begins and ends off Nampo."""
    return gap(1, 0, hours, place=OFF_NAMPO, distance_m=0.0, implied_sog_kn=0.0, **columns)


def test_the_port_that_fits_comes_first() -> None:
    found = calls(nearby(48))
    first = found.iloc[0]
    assert (first["port_name"], first["rank"], first["country"]) == ("Nampo", 1, "PRK")
    assert first["longest_stay_h"] == pytest.approx(
        48 - (first["distance_in_m"] + first["distance_out_m"]) / 1852 / (14 * 0.9), rel=1e-6
    )
    assert first["earliest_arrival"] - at(0) == at(48 * H) - first["latest_departure"]
    assert first["required_sog_kn"] < 5.0
    assert found["rank"].tolist() == list(range(1, len(found) + 1))
    assert found["p"].is_monotonic_decreasing
    assert 0.0 < found["p"].sum() < 1.0


def test_no_time_no_call() -> None:
    hours = 48 - calls(nearby(48)).iloc[0]["longest_stay_h"] + 6.0
    assert "Nampo" in calls(nearby(hours + 0.1))["port_name"].tolist()
    assert "Nampo" not in calls(nearby(hours - 0.1))["port_name"].tolist()


def test_gaps_in_port_or_of_the_feed_hide_no_call() -> None:
    assert calls(nearby(48, in_port=True)).empty
    assert calls(nearby(48, feed_outage=True)).empty


@pytest.mark.parametrize(("hours", "empty"), [(2160.0, False), (2161.0, True)])
def test_after_three_months_all_is_possible(hours: float, empty: bool) -> None:
    assert calls(nearby(hours)).empty == empty


def test_what_reception_explains_is_less_likely_a_call() -> None:
    off, on = (calls(nearby(48, p_off=p)).iloc[0]["p"] for p in (0.99, 0.01))
    assert off > 1.5 * on


def test_the_course_points_to_the_port() -> None:
    ahead, astern = (
        calls(nearby(48, start_sog_kn=10.0, start_cog=c)).set_index("port_name")["p"]["Nampo"]
        for c in (70.0, 250.0)
    )
    assert ahead > astern


def test_an_open_gap_has_no_way_back() -> None:
    found = calls(nearby(48).assign(end_time=pd.NaT, end_lat=None, end_lon=None))
    assert found["distance_out_m"].isna().all()
    assert (found["latest_departure"] == at(48 * H)).all()


def test_ports_behind_land_are_farther_than_they_look() -> None:
    # From the Yellow Sea to Wonsan, across the peninsula.
    straight = 300.0 / 1.852 / 12.6
    found = calls(gap(1, 0, 2 * straight + 20, place=(38.0, 124.5), distance_m=0.0, implied_sog_kn=0.0))
    assert "Wonsan" not in found["port_name"].tolist()
    assert "Nampo" in found["port_name"].tolist()


def test_no_more_ports_than_asked_for_are_kept() -> None:
    found = calls(nearby(400), max_ports=3)
    assert len(found) == 3
    assert found["n_ports"].iloc[0] > 3


def test_river_ports_count_where_the_dump_has_berths() -> None:
    assert not world_ports().filter(port_name="Nanjing")["at_sea"].item()
    upstream = gap(1, 0, 48, place=(32.1, 119.4), distance_m=0.0, implied_sog_kn=0.0)
    assert "Nanjing" not in calls(upstream)["port_name"].tolist()


def test_the_order_of_rows_does_not_count() -> None:
    both = together(nearby(48), nearby(30).assign(mmsi=2, gap_id="b"))
    assert_frame_equal(calls(both), calls(both[::-1]))


def test_nothing_in_nothing_out() -> None:
    assert_frame_equal(find_hidden_calls(GAPS.empty()), HIDDEN_CALLS.empty())
