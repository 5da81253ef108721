"""Every real file is read and accounted for; logs without a receive time are refused."""

from pathlib import Path

import pandas as pd
import pytest

from stsdetect.cli import main
from stsdetect.decode import read_ais
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
    "gfw_three_tracks_201801/positions.parquet": 19_758,
    "hangzhou_voyages_2024/positions_hangzhou_box.parquet": 144_696,
    "kattegat_moving_202511/positions.parquet": 51_569,
    "marinecadastre_20220103_head/AIS_2022_01_03_first_100k.csv.gz": 99_993,
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


# What doctor says of each file: its format, and the day of its first position.
DOCTOR = {
    "auckland_port_201709_first_half/positions.parquet": ("generic", "2017-09-07"),
    "baltic_2018_sample/positions.parquet": ("generic", "2018-04-01"),
    "east_china_sea_150mmsi_20230205/positions.parquet": ("generic", "2023-02-05"),
    "gfw_three_tracks_201801/positions.parquet": ("gfw-segments", "2018-01-01"),
    "hangzhou_voyages_2024/positions_east_asia_60s.parquet": ("generic", "2023-11-25"),
    "hangzhou_voyages_2024/positions_hangzhou_box.parquet": ("generic", "2023-11-26"),
    "kattegat_moving_202511/positions.parquet": ("generic", "2025-11-01"),
    "marinecadastre_20220103_head/AIS_2022_01_03_first_100k.csv.gz": ("marinecadastre", "2022-01-03"),
    "nova_scotia_202508/positions.parquet": ("generic", "2025-08-01"),
    "oresund_pghp_column_201811/oresund_20181119.csv": ("nmea", "2018-11-19"),
    "piraeus_201705/ais_sample.csv": ("generic", "2017-05-09"),
    "sabine_pass_202104/positions.csv": ("generic", "2021-04-07"),
    "singapore_tankers_2013_2014/positions.parquet": ("generic", "2013-07-11"),
    "solent_201601/solent.csv": ("generic", "2016-01-12"),
    "suez_evergiven_2021/positions.parquet": ("generic", "2021-03-20"),
    "nmea/aishub_nmea_sample.nmea": ("nmea", "2012-03-14"),
    "nmea/bcl_unknown.log": ("nmea", "2006-09-30"),
    "nmea/dma_212123000_drift_pghp_si.ais": ("nmea", "2014-10-02"),
    "nmea/dma_gatehouse_pghp_stream.txt": ("nmea", "2010-06-11"),
    "nmea/gpsd_type6_fid55.log": ("nmea", "2018-08-10"),
    "nmea/gpsd_type6_fid55.log.chk.json": ("nmea", "2018-08-10"),
    "nmea/kystverket_1000_tagblock_c.nm4": ("nmea", "2019-08-07"),
    "nmea/libais_uscg_one_of_each.aivdm": ("nmea", "2010-04-28"),
    "nmea/opencpn_guernsey_mixed_gps_ais.log": ("nmea", "2011-07-26"),
    "nmea/signalk_nais300.log": ("nmea", "2012-06-18"),
    "nmea/unixnano_prefixed.nmea": ("nmea", "2019-02-16"),
    "nmea/uscg_trailing_station_unixtime.ais": ("nmea", "2006-07-15"),
}
REFUSED = {
    "nmea/gfw_multi_part.nmea": "no sentence has a receive time",
    "nmea/gpsd_type18_27.log": "no sentence has a receive time",
    "gfw_anchorages/anchorages_28.5-32.5N_119.5-124E.csv": "no column for mmsi, time among",
    "gfw_event_samples/ais_disabling_500.csv": "no column for time, lat, lon among",
    "gfw_event_samples/carrier_encounters_500.csv": "no column for mmsi, time, lat, lon among",
    "gfw_event_samples/encounters_500.csv": "no column for time among",
    "gfw_event_samples/loitering_500.csv": "no column for time among",
    "hangzhou_reference/containership_co2_grid_0p01deg.csv.gz": "no column for mmsi, time among",
    "hangzhou_reference/moored_containership_cells.csv": "no column for mmsi, time among",
}


def doctor(path: Path, capsys: pytest.CaptureFixture[str]) -> tuple[int, str]:
    """Exit code of the command, and what it says."""
    with pytest.raises(SystemExit) as stop:
        main(["doctor", str(path)])
    return int(stop.value.code or 0), capsys.readouterr().out


@pytest.mark.parametrize("name", DOCTOR)
def test_doctor_says_how_each_file_is_read(
    shared_data: Path, name: str, capsys: pytest.CaptureFixture[str]
) -> None:
    kind, day = DOCTOR[name]
    code, text = doctor(shared_data / name, capsys)
    assert code == 0
    assert f": {kind}, " in text.splitlines()[0]
    assert f"\ntime span: {day}" in text
    assert "\npositions: " in text
    assert "\nreceive time: " in text
    assert "\nzone: UTC" in text
    assert "cannot be used" not in text
    if kind != "nmea":
        for field in ("time", "lat", "lon"):
            assert f"column {field} <- '" in text
        assert "receive time: from the column '" in text
    if name.endswith((".csv", ".csv.gz")) and kind != "nmea":
        assert "\nfile: CSV with commas, UTF-8\n" in text


LIST = "watchlist_dprk_tankers_2018/ofac_advisory_20180223_tankers.csv"


@pytest.mark.parametrize("name", REFUSED)
def test_doctor_refuses_what_has_no_positions(
    shared_data: Path, name: str, capsys: pytest.CaptureFixture[str]
) -> None:
    code, text = doctor(shared_data / name, capsys)
    assert code == 3
    assert REFUSED[name] in text


def test_doctor_says_that_a_list_of_ships_is_one(
    shared_data: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    code, text = doctor(shared_data / LIST, capsys)
    assert code == 0
    assert "list of ships" in text
    assert "\nships: 22, of which 22 with an IMO number, 0 with an MMSI" in text
    assert "use it with --watchlist" in text


def test_doctor_is_run_on_every_real_file(shared_data: Path) -> None:
    files = {str(p.relative_to(shared_data)) for p in shared_data.rglob("*") if p.is_file()}
    assert {f for f in files if not f.endswith(".md")} == DOCTOR.keys() | REFUSED.keys() | {LIST}


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
