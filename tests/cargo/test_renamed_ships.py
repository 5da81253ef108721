"""Hulls that came out of a gap under another MMSI."""

from __future__ import annotations

import polars as pl

from stsdetect.cargo.renamed_ships import renamed_gaps
from stsdetect.params import DeliveryParams
from tests.builders import at
from tests.builders.cargo import H, gap, gaps, ship, ships

SIZE = {"to_bow": 80.0, "to_stern": 20.0, "to_port": 10.0, "to_starboard": 10.0}
OPEN = {"end_time": None, "end_lat": None, "end_lon": None}


def found(*fleet: dict, **columns) -> pl.DataFrame:
    return renamed_gaps(
        gaps(gap(1, 30, 400, **OPEN | columns)), ships(ship(1, **SIZE), *fleet), DeliveryParams()
    )


def later(mmsi: int = 2, hour: float = 200.0, **columns) -> dict:
    return ship(mmsi, start_time=at(hour * H), **SIZE | columns)


def test_the_gap_ends_where_the_same_hull_begins() -> None:
    row = found(later()).row(0, named=True)
    assert (row["vessel_id"], row["mmsi"], row["mmsi_after"]) == ("2", 2, 2)
    assert (row["end_time"], row["duration_h"]) == (at(200 * H), 170.0)


def test_another_size_an_earlier_ship_and_two_that_fit_are_none() -> None:
    assert found(later(to_port=9.0)).is_empty()
    assert found(later(to_port=None)).is_empty()
    assert found(later(hour=29.0)).is_empty()
    assert found(later(), later(3)).is_empty()
    assert found(ship(1, start_time=at(200 * H), **SIZE)).is_empty()


def test_a_closed_gap_and_a_small_boat_are_none() -> None:
    assert found(later(), end_time=at(400 * H), end_lat=30.0, end_lon=122.0).is_empty()
    small = {"to_bow": 19.0, "to_stern": 20.0}
    assert renamed_gaps(
        gaps(gap(1, 30, 400, **OPEN)), ships(ship(1, **SIZE | small), later(**small)), DeliveryParams()
    ).is_empty()
