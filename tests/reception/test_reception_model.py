from pathlib import Path

import numpy as np
import pandas as pd
import polars as pl
import pytest

from stsdetect.engine.partition import bucket_of
from stsdetect.reception.presence import count_reception
from stsdetect.reception.reception_model import Reception, fit_reception, reception_from_counts
from stsdetect.schema import OUTAGES, POINTS, RECEPTION
from tests.builders import at, fixes, points, together
from tests.builders.gaps import segment
from tests.builders.reception import DAY, fleet


def test_counts_of_buckets_add_up_in_any_order() -> None:
    sea = fleet(8).sample(frac=1.0, random_state=1)
    whole = fit_reception(sea)
    buckets = sea.groupby(bucket_of(sea["mmsi"].to_numpy(), 3))
    parts = [count_reception(POINTS.validate(part)) for _, part in buckets]
    for reception in (reception_from_counts(parts), reception_from_counts(parts[::-1])):
        assert reception.counts.collect().equals(whole.counts.collect())
        assert reception.windows.equals(whole.windows)
        assert reception.why == whole.why
    assert list(whole.reception.columns) == RECEPTION.names


def test_what_is_written_is_read_back(tmp_path: Path) -> None:
    sea = fleet(8)
    fitted = fit_reception(sea[(sea["timestamp"] < at(36_000)) | (sea["timestamp"] >= at(43_200))])
    fitted.write(tmp_path / "reception")
    found = Reception.read(tmp_path / "reception", params=fitted.params)
    for name in ("baselines", "regions", "windows"):
        assert getattr(found, name).equals(getattr(fitted, name)), name
    pd.testing.assert_frame_equal(found.outages, fitted.outages)
    assert len(found.outages) == 1
    pd.testing.assert_frame_equal(found.reception, fitted.reception)
    np.testing.assert_array_equal(found.region_shares, fitted.region_shares)
    np.testing.assert_array_equal(found.window_shares, fitted.window_shares)
    assert (found.can_judge, found.why) == (fitted.can_judge, fitted.why)


def test_where_all_are_received_there_is_no_outage() -> None:
    reception = fit_reception(fleet(8))
    assert reception.can_judge
    assert reception.why == "8 concurrent ships per region show when reception worked"
    assert reception.outages.empty
    assert reception.reception["received_ship_bins"].sum() == reception.reception["n_ships"].sum()


@pytest.mark.parametrize(("n", "judges"), [(4, False), (5, True)])
def test_reception_needs_five_concurrent_ships(n: int, judges: bool) -> None:
    assert fit_reception(fleet(n)).can_judge is judges


def test_ships_far_from_each_other_are_not_concurrent() -> None:
    # Eight at a time in the dump, ten degrees (965 km) apart: each is alone in its region and those beside it.
    apart = [points(fixes(412_000_000 + k, DAY, 1000.0, place=(30.0, 100.0 + 10.0 * k))) for k in range(8)]
    reception = fit_reception(together(*apart))
    assert not reception.can_judge
    assert reception.why == "too few concurrent ships (1.0) to estimate reception"


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


@pytest.mark.parametrize(("minutes_received_at_rest", "judges"), [(0, False), (40, False), (60, True)])
def test_a_feed_without_stops_cannot_judge(minutes_received_at_rest: int, judges: bool) -> None:
    # Six ships sail an hour, rest for four (24 time bins) and sail back; they are received in all time bins under
    # way. At rest one bin has the last fix; with 40 minutes more it is five of 24 (0.21), with an hour seven (0.29).
    t = np.arange(0.0, 6 * 3600.0, 120.0)
    hour = t / 3600.0
    east_m = 18_000.0 * (np.minimum(hour, 1.0) - np.clip(hour - 5.0, 0.0, 1.0))
    received = (hour <= 1.0 + minutes_received_at_rest / 60.0) | (hour >= 5.0)
    sea = [points(fixes(412_000_000 + k, t[received], east_m[received], 1000.0 * k)) for k in range(6)]
    reception = fit_reception(together(*sea))
    assert reception.can_judge is judges
    assert ("stops seem to have been removed" in reception.why) is not judges


def test_few_gaps_at_rest_do_not_make_a_feed_without_stops() -> None:
    # One of twelve ships has a gap of four hours at one place: 24 of 864 time bins present, 3 %.
    t = np.arange(0.0, 12 * 3600.0, 300.0)
    east_m = 5.0 * t
    sea = [points(fixes(412_000_000 + k, t, east_m, 1000.0 * k)) for k in range(11)]
    rests = np.where(t < 4 * 3600.0, east_m, np.maximum(72_000.0, east_m - 72_000.0))
    received = (t <= 4 * 3600.0) | (t >= 8 * 3600.0)
    sea.append(points(fixes(412_000_099, t[received], rests[received])))
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


def test_without_points_there_is_no_reception() -> None:
    reception = fit_reception(POINTS.empty())
    assert not reception.can_judge
    assert reception.why == "there is no ship in the dump"
    assert list(reception.outages.columns) == OUTAGES.names
    assert reception.reception.empty


def test_quarantined_segments_and_other_kinds_are_left_out() -> None:
    sea = fleet(6)
    names = sea["segment_id"].unique()
    segments = together(
        segment(412_000_000, 0.0, 24.0, quarantined=True),
        segment(412_000_001, 0.0, 24.0, kind="aton"),
        *[segment(412_000_000 + k, 0.0, 24.0) for k in range(2, 6)],
    )
    assert set(segments["segment_id"]) == set(names)
    assert fit_reception(sea, segments=segments).baselines["n"].sum() == 4 * 144
