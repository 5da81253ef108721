import numpy as np
import pandas as pd
import polars as pl
import pytest

from stsdetect.context.cells import cell_centre, cell_of, cells_within
from stsdetect.context.reception import count_reception, fit_reception, reception_from_counts
from stsdetect.context.slices import ship_slots
from stsdetect.engine.partition import bucket_of
from stsdetect.params import ParamError, ReceptionParams
from stsdetect.schema import OUTAGES, POINTS, RECEPTION
from tests.builders import at, fixes, points, together

DAY = np.arange(0.0, 86_400.0, 300.0)


def fleet(n: int, seconds: np.ndarray = DAY) -> pd.DataFrame:
    """Ships at anchor 1 km apart, a fix each five minutes."""
    return together(*[points(fixes(412_000_000 + k, seconds + k, 1000.0 * k, sog=0.0)) for k in range(n)])


def test_slices_of_a_silence_lie_on_the_way_between() -> None:
    # Two fixes 60 min and 6 km apart: slices 0 and 6 heard, 1 to 5 silent, one kilometre each.
    ship = points(fixes(1, [0.0, 3600.0], [0.0, 6000.0]))
    slots = ship_slots(ship, params=ReceptionParams())
    assert slots["n_fixes"].to_list() == [1, 0, 0, 0, 0, 0, 1]
    assert slots["nth_silent"].to_list() == [0, 1, 2, 3, 4, 5, 0]
    east_m = (slots["lon"] - slots["lon"][0]).to_numpy() / (slots["lon"][6] - slots["lon"][0]) * 6000.0
    np.testing.assert_allclose(east_m, [0, 1000, 2000, 3000, 4000, 5000, 6000], atol=1.0)
    assert slots["kind"].unique().to_list() == [0]  # class A under way: 3.2 kn


def test_a_ship_at_rest_is_no_witness_after_six_hours() -> None:
    ship = points(fixes(1, [0.0, 10 * 3600.0]))
    slots = ship_slots(ship, params=ReceptionParams())
    assert len(slots) == 1 + 36 + 1
    long = points(fixes(1, [0.0, 49 * 3600.0], [0.0, 500_000.0]))
    assert len(ship_slots(long, params=ReceptionParams())) == 2


def test_slices_cross_the_dateline() -> None:
    ship = points(fixes(1, [0.0, 3600.0], [-3000.0, 3000.0], place=(30.0, 180.0)))
    lon = ship_slots(ship, params=ReceptionParams())["lon"].to_numpy()
    assert (np.abs(lon) > 179.9).all()


def test_counts_of_buckets_add_up_in_any_order() -> None:
    sea = fleet(8).sample(frac=1.0, random_state=1)
    whole = fit_reception(sea)
    parts = [count_reception(part) for _, part in sea.groupby(bucket_of(sea["mmsi"].to_numpy(), 3))]
    for reception in (reception_from_counts(parts), reception_from_counts(parts[::-1])):
        assert reception.counts.equals(whole.counts)
        assert reception.windows.equals(whole.windows)
        assert reception.why == whole.why
    assert list(whole.reception.columns) == RECEPTION.names


def test_all_heard_is_all_heard() -> None:
    reception = fit_reception(fleet(8))
    assert reception.can_judge
    assert reception.why == "8 ships at a time vouch for each other"
    assert reception.outages.empty
    assert reception.reception["heard_ship_slots"].sum() == reception.reception["n_ships"].sum()


@pytest.mark.parametrize(("n", "judges"), [(4, False), (5, True)])
def test_few_ships_cannot_vouch(n: int, judges: bool) -> None:
    assert fit_reception(fleet(n)).can_judge is judges


def test_a_feed_that_fails_is_found() -> None:
    sea = fleet(8)
    sea = sea[(sea["timestamp"] < at(36_000)) | (sea["timestamp"] >= at(43_200))]
    outages = fit_reception(sea).outages
    assert outages["scope"].tolist() == ["feed"]
    assert outages["start_time"][0] == at(36_000)
    assert outages["end_time"][0] == at(43_200)
    assert outages["n_ships"][0] == 8


def test_a_station_that_fails_is_found_where_it_fails() -> None:
    there = fleet(6).assign(mmsi=lambda f: f["mmsi"] + 100, lon=lambda f: f["lon"] + 2.0)
    there = there.assign(segment_id=there["mmsi"].astype(str), vessel_id=there["mmsi"].astype(str))
    quiet = (there["timestamp"] >= at(36_000)) & (there["timestamp"] < at(43_200))
    outages = fit_reception(together(fleet(6), there[~quiet])).outages
    assert outages["scope"].tolist() == ["station"]
    assert outages["lon_min"][0] > 124.0
    assert outages["start_time"][0] == at(36_000)


def test_two_silent_ships_are_no_outage() -> None:
    sea = fleet(8)
    dark = sea["mmsi"].isin([412_000_000, 412_000_001]) & sea["timestamp"].between(at(36_000), at(43_200))
    assert fit_reception(sea[~dark]).outages.empty


def test_nothing_in_nothing_out() -> None:
    reception = fit_reception(POINTS.empty())
    assert not reception.can_judge
    assert reception.why == "the dump holds no ship"
    assert list(reception.outages.columns) == OUTAGES.names
    assert reception.reception.empty


def test_quarantined_segments_teach_nothing() -> None:
    sea = fleet(6)
    segments = pl.DataFrame(
        {
            "segment_id": sea["segment_id"].unique().tolist(),
            "quarantined": [True] + [False] * 5,
            "kind": "ship",
        }
    )
    assert fit_reception(sea, segments).counts["n"].sum() == 5 * 144


def test_cells_have_no_seam_at_the_dateline() -> None:
    west, east = cell_of([30.0], [179.99], 15.0), cell_of([30.0], [-179.99], 15.0)
    assert len(cells_within(west, east, 15.0, 20.0)) == 1
    lat, lon = cell_centre(cell_of([30.0], [122.0], 15.0), 15.0)
    assert cell_of(lat, lon, 15.0) == cell_of([30.0], [122.0], 15.0)


def test_shifts_hold_the_usual_state() -> None:
    with pytest.raises(ParamError, match="must hold 0"):
        ReceptionParams(shifts=(-2.0, 2.0))
