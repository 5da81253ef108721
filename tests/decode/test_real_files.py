"""Every real file is read and accounted for; logs without a receive time are refused."""

from pathlib import Path

import pandas as pd
import pytest

from stsdetect.decode import diagnose, read_ais
from stsdetect.errors import DecodeError
from stsdetect.params import DecodeParams

pytestmark = pytest.mark.real

TIMED_LOGS = {
    "aishub_nmea_sample.nmea": "base_clock",
    "bcl_unknown.log": "base_clock",
    "dma_212123000_drift_pghp_si.ais": "pghp",
    "dma_gatehouse_pghp_stream.txt": "pghp",
    "gpsd_type6_fid55.log": "base_clock",
    "kystverket_1000_tagblock_c.nm4": "tag_block",
    "libais_uscg_one_of_each.aivdm": "trailing",
    "opencpn_guernsey_mixed_gps_ais.log": "gps_clock",
    "signalk_nais300.log": "gps_clock",
    "unixnano_prefixed.nmea": "prefix",
    "uscg_trailing_station_unixtime.ais": "trailing",
}
UNTIMED_LOGS = (
    "gfw_multi_part.nmea",
    "gpsd_type18_27.log",
)
TABLES = {
    "baltic_2018_sample/positions.parquet": 19_999,
    "east_china_sea_150mmsi_20230205/positions.parquet": 2_911,
    "gfw_three_tracks_201801/positions.parquet": 19_754,
    "hangzhou_voyages_2024/positions_hangzhou_box.parquet": 144_696,
    "kattegat_moving_202511/positions.parquet": 51_569,
    "marinecadastre_20220103_head/AIS_2022_01_03_first_100k.csv.gz": 99_991,
    "piraeus_201705/ais_sample.csv": 14_720,
    "singapore_tankers_2013_2014/positions.parquet": 82_388,
    "solent_201601/solent.csv": 18_620,
    "suez_evergiven_2021/positions.parquet": 22_074,
}


@pytest.mark.parametrize(("name", "kind"), TIMED_LOGS.items())
def test_timed_logs_are_read_and_the_sums_close(shared_data: Path, name: str, kind: str) -> None:
    data = read_ais(shared_data / "nmea" / name)
    (report,) = data.reports
    assert report.closes
    assert report.time_kinds[kind] > 0.9 * report.time_kinds.total() > 0
    assert len(data.positions) == report.positions_out > 0
    assert len(report.sha256) == 64


@pytest.mark.parametrize("name", UNTIMED_LOGS)
def test_logs_without_time_are_refused_with_advice(shared_data: Path, name: str) -> None:
    with pytest.raises(DecodeError, match=r"no sentence has a receive time.*tag blocks"):
        read_ais(shared_data / "nmea" / name)


@pytest.mark.parametrize(("name", "n"), TABLES.items())
def test_tables_are_read_and_the_sums_close(shared_data: Path, name: str, n: int) -> None:
    data = read_ais(shared_data / name)
    assert len(data.positions) == n
    assert data.reports[0].closes


@pytest.mark.parametrize("name", TABLES)
def test_doctor_says_how_each_table_is_read(shared_data: Path, name: str) -> None:
    found = diagnose(shared_data / name)
    text = str(found)
    assert not found.refused
    for field in ("time", "lat", "lon"):
        assert f"column {field} <- '" in text
    assert "receive time: from the column '" in text
    assert "\nzone: UTC" in text


def test_names_with_units_and_times_in_two_columns_are_read_as_they_came(shared_data: Path) -> None:
    solent = read_ais(shared_data / "solent_201601/solent.csv")
    assert solent.positions["mmsi"].nunique() == 91
    assert solent.positions["sog"].max() < 60
    piraeus = read_ais(shared_data / "piraeus_201705/ais_sample.csv")
    assert piraeus.positions["mmsi"].nunique() == 166
    assert (piraeus.positions["timestamp"].dt.strftime("%Y-%m-%d") == "2017-05-09").sum() == 14_713


def test_a_wrapper_in_the_next_column_gives_the_time_of_each_row(shared_data: Path) -> None:
    (path,) = (shared_data / "oresund_pghp_column_201811").glob("*.csv")
    data = read_ais(path)
    (report,) = data.reports
    assert report.closes
    assert report.rejected == {}
    assert report.rows_in == 8_423
    assert len(data.positions) == 7_170
    assert data.positions["timestamp"].dt.strftime("%Y-%m-%d").unique().tolist() == ["2018-11-19"]
    assert {"2190047", "2190048"} <= set(data.positions["station"])


def test_ships_without_mmsi_get_negative_numbers_and_keep_their_text(shared_data: Path) -> None:
    data = read_ais(shared_data / "suez_evergiven_2021" / "positions.parquet")
    assert (data.positions["mmsi"] < 0).all()
    assert data.positions["mmsi"].nunique() == 256
    assert data.positions["sog"].isna().all()
    assert set(data.static["source_id"]) == {str(k) for k in range(1, 257)}


def test_base_stations_with_a_wrong_clock_are_ignored(shared_data: Path) -> None:
    """Two of 428 reports in one log say 1997; in the other some are five hours slow, on 14 March 2012."""
    bcl = read_ais(shared_data / "nmea" / "bcl_unknown.log").positions["timestamp"]
    assert bcl.dt.strftime("%Y-%m-%d %H").unique().tolist() == ["2006-09-30 15"]
    path = shared_data / "nmea" / "aishub_nmea_sample.nmea"
    aishub = read_ais(path).positions
    assert aishub["timestamp"].max() - aishub["timestamp"].min() < pd.Timedelta(minutes=10)
    pd.testing.assert_frame_equal(aishub, read_ais(path, params=DecodeParams(block_bytes=262_144)).positions)
