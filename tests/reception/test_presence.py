"""Time bins of ten minutes, cells of 15 km."""

import numpy as np
import pandas as pd
import polars as pl
import pytest

from stsdetect.params import ReceptionParams
from stsdetect.reception.presence import COUNTS, count_reception, presence_bins, slabs_of_counts
from stsdetect.schema import POINTS
from tests.builders import fixes, points, together
from tests.builders.reception import counts, fleet

H = 3600.0
PARAMS = ReceptionParams()


def bins(*ships: pd.DataFrame) -> pl.DataFrame:
    return presence_bins(POINTS.validate(together(*ships)), params=PARAMS)


def test_positions_between_two_fixes_are_interpolated() -> None:
    # Two fixes 60 min and 6 km apart: received in time bins 0 and 6, in between a kilometre per bin.
    found = bins(points(fixes(1, [0.0, H], [0.0, 6000.0])))
    assert found["n_fixes"].to_list() == [1, 0, 0, 0, 0, 0, 1]
    assert found["bins_since_received"].to_list() == [0, 1, 2, 3, 4, 5, 0]
    lon = found["lon"].to_numpy()
    east_m = (lon - lon[0]) / (lon[6] - lon[0]) * 6000.0
    np.testing.assert_allclose(east_m, [0, 1000, 2000, 3000, 4000, 5000, 6000], atol=1.0)
    assert found["kind"].unique().to_list() == [0]  # class A under way: 3.2 kn


def test_a_ship_at_rest_counts_as_present_for_six_hours_of_a_gap() -> None:
    assert len(bins(points(fixes(1, [0.0, 10 * H])))) == 1 + 36 + 1


@pytest.mark.parametrize(("hours", "n"), [(48, 48 * 6 + 1), (49, 2)])
def test_a_ship_under_way_counts_as_present_for_48_hours(hours: float, n: int) -> None:
    assert len(bins(points(fixes(1, [0.0, hours * H], [0.0, 500_000.0])))) == n


@pytest.mark.parametrize(
    ("ais_class", "east_m", "kind"),
    [
        ("A", 308.0, 1),  # 308 m in ten minutes are 0.998 kn
        ("A", 310.0, 0),  # 1.004 kn
        ("B", 0.0, 3),
        ("?", 0.0, 5),
    ],
)
def test_kind_is_class_and_state_of_motion(ais_class: str, east_m: float, kind: int) -> None:
    ship = points(fixes(1, [0.0, 600.0], [0.0, east_m])).assign(ais_class=ais_class)
    assert bins(ship)["kind"].to_list() == [kind, kind]


def test_interpolation_crosses_the_dateline() -> None:
    lon = bins(points(fixes(1, [0.0, H], [-3000.0, 3000.0], place=(30.0, 180.0))))["lon"].to_numpy()
    assert (np.abs(lon) > 179.9).all()


def test_without_points_there_are_no_bins_and_no_counts() -> None:
    assert bins(POINTS.empty()).is_empty()
    assert dict(count_reception(POINTS.optional(None)).schema) == COUNTS


def test_counts_of_present_and_received_ships() -> None:
    # Ship 1 is received in bins 0 and 2, ship 2 in all three; they lie in one cell.
    sea = together(points(fixes(1, [0.0, 1200.0])), points(fixes(2, [0.0, 600.0, 1200.0])))
    found = count_reception(POINTS.validate(sea), params=PARAMS)
    assert found.sort("time_bin").select("n", "received").rows() == [(2, 2), (2, 1), (2, 2)]


def test_counts_of_parts_add_up_to_the_counts_of_the_whole() -> None:
    sea = POINTS.validate(fleet(6))
    whole = count_reception(sea)
    parts = [count_reception(part) for _, part in sea.group_by(pl.col("mmsi") % 3)]
    added = pl.concat(slabs_of_counts(parts, params=PARAMS))
    assert added.equals(pl.concat(slabs_of_counts([whole], params=PARAMS)))


def test_a_slab_holds_whole_windows() -> None:
    # 48 windows of six bins: bins 287 and 288 lie in two slabs.
    rows = [(7, 287, 0, 1, 1), (7, 288, 0, 1, 0), (7, 287, 0, 2, 0)]
    slabs = slabs_of_counts([counts(rows[:2]), counts(rows[2:]).lazy()], params=PARAMS)
    assert [slab.rows() for slab in slabs] == [[(7, 287, 0, 3, 1)], [(7, 288, 0, 1, 0)]]
