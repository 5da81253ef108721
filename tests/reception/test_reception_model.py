from pathlib import Path

import numpy as np
import pandas as pd
import polars as pl
import pytest

from stsdetect.engine.partition import bucket_of
from stsdetect.errors import ParamError
from stsdetect.geo.grid import cell_centre, cell_of, cells_within
from stsdetect.params import ReceptionParams
from stsdetect.reception.presence import count_reception, presence_bins
from stsdetect.reception.reception_model import Reception, fit_reception, reception_from_counts
from stsdetect.schema import OUTAGES, POINTS, RECEPTION
from tests.builders import at, fixes, points, together

DAY = np.arange(0.0, 86_400.0, 300.0)


def fleet(n: int, seconds: np.ndarray = DAY) -> pd.DataFrame:
    """Ships at anchor 1 km apart, a fix each five minutes."""
    return together(*[points(fixes(412_000_000 + k, seconds + k, 1000.0 * k, sog=0.0)) for k in range(n)])


def test_slices_of_a_silence_lie_on_the_way_between() -> None:
    # Two fixes 60 min and 6 km apart: time bins 0 and 6 heard, 1 to 5 silent, one kilometre each.
    ship = points(fixes(1, [0.0, 3600.0], [0.0, 6000.0]))
    time_bins = presence_bins(ship, params=ReceptionParams())
    assert time_bins["n_fixes"].to_list() == [1, 0, 0, 0, 0, 0, 1]
    assert time_bins["bins_since_received"].to_list() == [0, 1, 2, 3, 4, 5, 0]
    east_m = (
        (time_bins["lon"] - time_bins["lon"][0]).to_numpy()
        / (time_bins["lon"][6] - time_bins["lon"][0])
        * 6000.0
    )
    np.testing.assert_allclose(east_m, [0, 1000, 2000, 3000, 4000, 5000, 6000], atol=1.0)
    assert time_bins["kind"].unique().to_list() == [0]  # class A under way: 3.2 kn


def test_a_ship_at_rest_is_no_witness_after_six_hours() -> None:
    ship = points(fixes(1, [0.0, 10 * 3600.0]))
    time_bins = presence_bins(ship, params=ReceptionParams())
    assert len(time_bins) == 1 + 36 + 1
    long = points(fixes(1, [0.0, 49 * 3600.0], [0.0, 500_000.0]))
    assert len(presence_bins(long, params=ReceptionParams())) == 2


def test_slices_cross_the_dateline() -> None:
    ship = points(fixes(1, [0.0, 3600.0], [-3000.0, 3000.0], place=(30.0, 180.0)))
    lon = presence_bins(ship, params=ReceptionParams())["lon"].to_numpy()
    assert (np.abs(lon) > 179.9).all()


def test_counts_of_buckets_add_up_in_any_order() -> None:
    sea = fleet(8).sample(frac=1.0, random_state=1)
    whole = fit_reception(sea)
    parts = [count_reception(part) for _, part in sea.groupby(bucket_of(sea["mmsi"].to_numpy(), 3))]
    for reception in (reception_from_counts(parts), reception_from_counts(parts[::-1])):
        assert reception.counts.collect().equals(whole.counts.collect())
        assert reception.windows.equals(whole.windows)
        assert reception.why == whole.why
    assert list(whole.reception.columns) == RECEPTION.names


def test_what_is_written_is_read_back(tmp_path: Path) -> None:
    sea = fleet(8)
    learnt = fit_reception(sea[(sea["timestamp"] < at(36_000)) | (sea["timestamp"] >= at(43_200))])
    learnt.write(tmp_path / "reception")
    found = Reception.read(tmp_path / "reception", params=learnt.params)
    for name in ("places", "regions", "windows"):
        assert getattr(found, name).equals(getattr(learnt, name)), name
    pd.testing.assert_frame_equal(found.outages, learnt.outages)
    assert len(found.outages) == 1
    pd.testing.assert_frame_equal(found.reception, learnt.reception)
    np.testing.assert_array_equal(found.region_shares, learnt.region_shares)
    np.testing.assert_array_equal(found.window_shares, learnt.window_shares)
    assert (found.can_judge, found.why) == (learnt.can_judge, learnt.why)


def test_all_heard_is_all_heard() -> None:
    reception = fit_reception(fleet(8))
    assert reception.can_judge
    assert reception.why == "8 ships at a time vouch for each other"
    assert reception.outages.empty
    assert reception.reception["received_ship_bins"].sum() == reception.reception["n_ships"].sum()


@pytest.mark.parametrize(("n", "judges"), [(4, False), (5, True)])
def test_few_ships_cannot_vouch(n: int, judges: bool) -> None:
    assert fit_reception(fleet(n)).can_judge is judges


def test_ships_far_from_each_other_cannot_vouch() -> None:
    # Eight at a time in the dump, ten degrees (965 km) apart: each is alone in its region and those beside it.
    apart = [points(fixes(412_000_000 + k, DAY, 1000.0, place=(30.0, 100.0 + 10.0 * k))) for k in range(8)]
    reception = fit_reception(together(*apart))
    assert not reception.can_judge
    assert reception.why == "only 1.0 ships at a time: nobody can vouch for another"


@pytest.mark.real
def test_real_single_voyages_cannot_judge(shared_data: Path) -> None:
    real = pl.read_parquet(shared_data / "hangzhou_voyages_2024" / "positions_east_asia_60s.parquet")
    name = pl.col("mmsi").cast(pl.String)
    sea = real.select(
        pl.col("mmsi").cast(pl.Int64), pl.col("timestamp").cast(pl.Datetime("ms", "UTC")), "lat", "lon",
        sog=pl.col("sog"), ais_class=pl.lit("A"), msg_type=1, source=pl.lit("hangzhou"),
        segment_id=name + "-0", vessel_id=name, quality_flags=0,
    )  # fmt: skip
    assert not fit_reception(sea).can_judge


@pytest.mark.parametrize(("minutes_heard_at_rest", "judges"), [(0, False), (40, False), (60, True)])
def test_a_feed_without_stops_cannot_judge(minutes_heard_at_rest: int, judges: bool) -> None:
    # Six ships sail an hour, rest for four (24 time bins) and sail back; all time bins under way are heard. At rest
    # one time bin is heard by the last fix, five of 24 (0.21) with 40 minutes more, seven (0.29) with an hour.
    t = np.arange(0.0, 6 * 3600.0, 120.0)
    hour = t / 3600.0
    east_m = 18_000.0 * (np.minimum(hour, 1.0) - np.clip(hour - 5.0, 0.0, 1.0))
    kept = (hour <= 1.0 + minutes_heard_at_rest / 60.0) | (hour >= 5.0)
    sea = [points(fixes(412_000_000 + k, t[kept], east_m[kept], 1000.0 * k)) for k in range(6)]
    reception = fit_reception(together(*sea))
    assert reception.can_judge is judges
    assert ("stops were taken out" in reception.why) is not judges


def test_few_silences_at_rest_do_not_make_a_feed_without_stops() -> None:
    # One of twelve ships is silent at one place for four hours of twelve: 24 of 864 present time bins, 3 %.
    t = np.arange(0.0, 12 * 3600.0, 300.0)
    east_m = 5.0 * t
    sea = [points(fixes(412_000_000 + k, t, east_m, 1000.0 * k)) for k in range(11)]
    rests = np.where(t < 4 * 3600.0, east_m, np.maximum(72_000.0, east_m - 72_000.0))
    heard = (t <= 4 * 3600.0) | (t >= 8 * 3600.0)
    sea.append(points(fixes(412_000_099, t[heard], rests[heard])))
    assert fit_reception(together(*sea)).can_judge


@pytest.mark.real
def test_real_feed_without_stops_cannot_judge(shared_data: Path) -> None:
    real = pl.read_parquet(shared_data / "kattegat_moving_202511" / "positions.parquet")
    name = pl.col("mmsi").cast(pl.String)
    sea = real.select(
        pl.col("mmsi").cast(pl.Int64), pl.col("timestamp").cast(pl.Datetime("ms", "UTC")), "lat", "lon",
        sog="sog_kn", ais_class=pl.lit("A"), msg_type=1, source=pl.lit("kattegat"),
        segment_id=name + "-0", vessel_id=name, quality_flags=0,
    )  # fmt: skip
    assert not fit_reception(sea).can_judge


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
    assert fit_reception(sea, segments=segments).places["n"].sum() == 5 * 144


def test_cells_have_no_seam_at_the_dateline() -> None:
    west, east = cell_of([30.0], [179.99], 15.0), cell_of([30.0], [-179.99], 15.0)
    assert len(cells_within(west, east, 15.0, 20.0)) == 1
    lat, lon = cell_centre(cell_of([30.0], [122.0], 15.0), 15.0)
    assert cell_of(lat, lon, 15.0) == cell_of([30.0], [122.0], 15.0)


def test_shifts_hold_the_usual_state() -> None:
    with pytest.raises(ParamError, match="must hold 0"):
        ReceptionParams(regime_log_odds=(-2.0, 2.0))
