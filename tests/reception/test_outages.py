"""Outages of a feed and of a station, in a sea of ships at anchor with a fix each five minutes."""

import pandas as pd
import pytest

from stsdetect.params import ReceptionParams
from stsdetect.reception.reception_model import fit_reception
from tests.builders import at, together
from tests.builders.reception import fleet

H = 3600.0


def outages(sea: pd.DataFrame, params: ReceptionParams | None = None) -> pd.DataFrame:
    return fit_reception(sea, params=params).outages


def without(sea: pd.DataFrame, start_h: float, end_h: float) -> pd.DataFrame:
    return sea[(sea["timestamp"] < at(start_h * H)) | (sea["timestamp"] >= at(end_h * H))]


def elsewhere(n: int, east_deg: float = 2.0) -> pd.DataFrame:
    """A second fleet, some degrees east of the first."""
    there = fleet(n)
    mmsi = there["mmsi"] + 100
    return there.assign(
        mmsi=mmsi, segment_id=mmsi.astype(str), vessel_id=mmsi.astype(str), lon=there["lon"] + east_deg
    )


def test_a_feed_that_fails_is_found() -> None:
    found = outages(without(fleet(8), 10.0, 12.0))
    assert found["scope"].tolist() == ["feed"]
    assert found["start_time"][0] == at(10 * H)
    assert found["end_time"][0] == at(12 * H)
    assert found["n_ships"][0] == 8


def test_a_station_that_fails_is_found_where_it_fails() -> None:
    found = outages(together(fleet(6), without(elsewhere(6), 10.0, 12.0)))
    assert found["scope"].tolist() == ["station"]
    assert found["lon_min"][0] > 124.0
    assert found["start_time"][0] == at(10 * H)


@pytest.mark.parametrize(("minutes", "n"), [(20, 0), (30, 1)])
def test_an_outage_lasts_half_an_hour(minutes: int, n: int) -> None:
    assert len(outages(without(fleet(8), 10.0, 10.0 + minutes / 60.0))) == n


@pytest.mark.parametrize(("n_ships", "n"), [(2, 0), (3, 1)])
def test_an_outage_needs_three_ships(n_ships: int, n: int) -> None:
    # The second fleet keeps the feed up.
    params = ReceptionParams(known_ship_bins=1.0)
    found = outages(together(without(fleet(n_ships), 10.0, 12.0), elsewhere(8)), params)
    assert len(found) == n


@pytest.mark.parametrize(("break_bins", "n"), [(3, 1), (4, 2)])
def test_a_short_return_does_not_divide_an_outage(break_bins: int, n: int) -> None:
    # Down for two hours and again for two hours, with time bins of ten minutes between them.
    up_h = 12.0 + break_bins / 6.0
    assert len(outages(without(without(fleet(8), 10.0, 12.0), up_h, up_h + 2.0))) == n


def test_two_ships_in_a_gap_are_not_an_outage() -> None:
    assert outages(fleet(8, gaps={0: (10.0, 12.0), 1: (10.0, 12.0)})).empty
