"""The sixteen folders of ../shared/cases: each input gives the answer that its README calls right."""

import os
from pathlib import Path

import pandas as pd
import pytest

from stsdetect.context import load_context
from stsdetect.decode import AisData, read_ais
from stsdetect.lists import read_watchlist
from stsdetect.tracks import build_tracks

pytestmark = pytest.mark.real


@pytest.fixture(scope="session")
def cases() -> Path:
    default = Path(__file__).parents[3] / "shared" / "cases"
    folder = Path(os.environ.get("STSDETECT_SHARED_CASES", default))
    if not folder.is_dir():
        pytest.skip("no folder of shared cases beside this checkout")
    return folder


def times(data: AisData) -> list[str]:
    """Day and time of each position in order of MMSI and time, UTC, fractions only where there are any."""
    rows = data.positions.sort_values(["mmsi", "timestamp"], kind="stable")
    return [t.replace(tzinfo=None).isoformat(" ") for t in rows["timestamp"].dt.to_pydatetime()]


def values(frame: pd.DataFrame, column: str) -> list[float | str | None]:
    """One column in order of MMSI and time; what is missing is None."""
    ordered = frame.sort_values(["mmsi", "timestamp"], kind="stable")[column]
    return [None if pd.isna(v) else v for v in ordered.tolist()]


def rejected(data: AisData) -> dict[str, int]:
    (report,) = data.reports
    assert report.closes
    return dict(report.rejected)


def assert_four_from_22_13_21(data: AisData, fraction: str = "") -> None:
    """Ships 412000001 to 412000004, a second and a hundredth of a degree apart."""
    assert rejected(data) == {}
    assert times(data) == [f"2023-11-14 22:13:{s}{fraction}" for s in (21, 22, 23, 24)]
    assert values(data.positions, "mmsi") == [412000001, 412000002, 412000003, 412000004]
    assert values(data.positions, "lat") == pytest.approx([30.01, 30.02, 30.03, 30.04], abs=1e-6)
    assert values(data.positions, "lon") == pytest.approx([122.01, 122.02, 122.03, 122.04], abs=1e-6)


@pytest.mark.parametrize(
    ("name", "fraction", "sog"), [("screen.txt", "", 10.0), ("decoded.json", ".250000", 7.5)]
)
def test_aiscatcher_screen(cases: Path, name: str, fraction: str, sog: float) -> None:
    data = read_ais(cases / "aiscatcher-screen" / name)
    assert_four_from_22_13_21(data, fraction)
    assert values(data.positions, "sog") == [sog] * 4


def test_aishub_json(cases: Path) -> None:
    human = read_ais(cases / "aishub-json" / "human.json")
    assert rejected(human) == {}
    assert times(human) == ["2023-11-14 13:01:00", "2023-11-14 13:01:05"]
    first = human.positions.iloc[0]
    assert (first["lat"], first["lon"], first["sog"]) == (30.1, 122.1, 7.5)
    assert values(human.static, "draught") == [7.1, None]
    raw = read_ais(cases / "aishub-json" / "raw.csv")
    assert rejected(raw) == {}
    assert values(raw.static, "draught") == [7.5]
    assert values(raw.positions, "lat") == pytest.approx([23324900 / 600_000])


def test_clock_1024_weeks_behind(cases: Path) -> None:
    rmc = read_ais(cases / "clock-1024-weeks-behind" / "rmc.nmea")
    assert rejected(rmc) == {}
    start = pd.Timestamp("2023-11-14 22:13:25")
    assert times(rmc) == [str(start + pd.Timedelta(seconds=5 * k)) for k in range(12)]
    (warning,) = rmc.reports[0].warnings
    assert "7,168 days (1 x 1,024 weeks) behind the base stations; corrected" in warning
    ships = read_ais(cases / "clock-1024-weeks-behind" / "type11.nmea")
    assert rejected(ships) == {}
    assert [t[:16] for t in times(ships)] == ["2023-11-14 22:13"] * 4


@pytest.mark.parametrize("name", ["iso_style.csv", "us_style.csv"])
def test_clock_of_twelve_hours(cases: Path, name: str) -> None:
    data = read_ais(cases / "clock-of-twelve-hours" / name)
    assert rejected(data) == {}
    assert times(data) == [f"2023-11-14 {t}" for t in ("13:05:00", "23:59:59", "00:30:00", "12:30:00")]


def test_geoparquet_of_geopandas(cases: Path) -> None:
    data = read_ais(cases / "geoparquet-of-geopandas" / "points.parquet")
    assert rejected(data) == {}
    assert times(data) == ["2023-11-14 13:01:00"]
    (row,) = data.positions[["mmsi", "lat", "lon"]].itertuples(index=False, name=None)
    assert row == (412000001, 30.1, 122.1)


@pytest.mark.parametrize("name", ["position_first.jsonl", "static_first.jsonl"])
def test_json_lines_with_other_keys(cases: Path, name: str) -> None:
    data = read_ais(cases / "json-lines-with-other-keys" / name)
    assert rejected(data) == {}
    (position,) = data.positions[["lat", "lon", "sog"]].itertuples(index=False, name=None)
    assert position == (30.1, 122.1, 7.5)
    said = ["shipname", "imo", "ship_type", "to_bow", "to_stern", "to_port", "to_starboard", "draught"]
    (ship,) = data.static[said].itertuples(index=False, name=None)
    assert ship == ("A", 9074729, 80, 150, 30, 10, 22, 9.5)


def test_json_lines_with_a_poor_first_row(cases: Path) -> None:
    data = read_ais(cases / "json-lines-with-other-keys" / "poor_first_row.jsonl")
    assert rejected(data) == {}
    assert values(data.positions, "lat") == [30.1, 30.2]
    assert values(data.positions, "sog") == [None, 7.5]
    (ship,) = data.static[["mmsi", "shipname", "ship_type"]].itertuples(index=False, name=None)
    assert ship == (412000002, "B", 80)


def test_marinecadastre_four_digit_types(cases: Path) -> None:
    codes = read_ais(cases / "marinecadastre-four-digit-types" / "june_2017.csv")
    assert rejected(codes) == {}
    assert values(codes.static, "ship_type") == [80, 70, 52, 80, 60]
    assert values(codes.positions, "cog") == [None] * 5
    assert codes.reports[0].lost_values["cog"] == 5
    words = read_ais(cases / "marinecadastre-four-digit-types" / "words.csv")
    assert rejected(words) == {}
    assert values(words.static, "ship_type") == [80, 80, 70, 80, 80, 80]


@pytest.mark.parametrize(
    ("name", "mmsis", "rejects"),
    [
        ("scientific.csv", [], {"bad_mmsi": 4}),
        ("apostrophe.csv", [412000001, 412000002, 412000003, 412000004], {}),
        ("minus_one.csv", [412000001], {"bad_mmsi": 2}),
    ],
)
def test_mmsi_that_a_spreadsheet_changed(
    cases: Path, name: str, mmsis: list[int], rejects: dict[str, int]
) -> None:
    data = read_ais(cases / "mmsi-that-a-spreadsheet-changed" / name)
    assert values(data.positions, "mmsi") == mmsis
    assert rejected(data) == rejects


def test_overlapping_downloads(cases: Path) -> None:
    folder = cases / "overlapping-downloads" / "in"
    together = read_ais(folder)
    assert [r.positions_out for r in together.reports] == [120, 120, 120]
    tracks = build_tracks(together.positions, together.static)
    one = read_ais(folder / "2023-11.csv")
    alone = build_tracks(one.positions, one.static)
    assert len(tracks.points) == len(alone.points) == 120
    assert (len(tracks.rejects), len(tracks.copies)) == (0, 240)
    assert tracks.segments["n_points"].tolist() == [40, 40, 40]
    pd.testing.assert_frame_equal(tracks.segments, alone.segments)


@pytest.mark.parametrize(
    ("name", "clocks"),
    [
        ("date_and_time.csv", ["13:01:00", "13:02:00", "13:03:00", "13:04:00"]),
        ("date_and_time.parquet", ["13:01:00", "13:02:00"]),
        ("sdrangel.csv", ["13:02:00.123000"]),
        ("second_column.csv", ["13:02:00", "13:03:00"]),
    ],
)
def test_parquet_time_of_day(cases: Path, name: str, clocks: list[str]) -> None:
    data = read_ais(cases / "parquet-time-of-day" / name)
    assert rejected(data) == {}
    assert times(data) == [f"2023-11-14 {clock}" for clock in clocks]


@pytest.mark.parametrize(
    ("name", "mmsi", "lat", "lons"),
    [
        ("points.geojson", 412000001, 30.1, [122.1]),
        ("data.json", 412000001, 30.1, [122.1]),
        ("barentswatch.json", 257000001, 60.1, [5.1]),
        ("nested.jsonl", 412000001, 30.1, [122.2, 122.3, 122.4]),
    ],
)
def test_points_in_json(cases: Path, name: str, mmsi: int, lat: float, lons: list[float]) -> None:
    data = read_ais(cases / "points-in-json" / name)
    n = len(lons)
    assert rejected(data) == {}
    assert times(data) == [f"2023-11-14 13:0{k + 1}:00" for k in range(n)]
    assert values(data.positions, "mmsi") == [mmsi] * n
    assert values(data.positions, "lat") == [lat] * n
    assert values(data.positions, "lon") == pytest.approx(lons)
    assert values(data.positions, "sog") == [7.5] * n


def test_rotated_logs(cases: Path) -> None:
    data = read_ais(cases / "rotated-logs" / "logs")
    assert len(data.reports) == 6
    assert all(r.closes and r.positions_out == 1 for r in data.reports)
    assert values(data.positions, "mmsi") == [412000001 + k for k in range(6)]
    assert times(data) == [f"2023-11-14 22:13:{21 + k}" for k in range(6)]


@pytest.mark.parametrize(
    ("name", "positions"),
    [("comma_in_name.csv", []), ("cut_short.csv", [(412000001, 30.1, 122.15)])],
)
def test_rows_that_do_not_fit_the_header(
    cases: Path, name: str, positions: list[tuple[int, float, float]]
) -> None:
    data = read_ais(cases / "rows-that-do-not-fit-the-header" / name)
    assert list(data.positions[["mmsi", "lat", "lon"]].itertuples(index=False, name=None)) == positions
    assert rejected(data) == {"wrong_number_of_fields": 1}
    assert len(data.static) == 0


def test_time_after_checksum_in_ms(cases: Path) -> None:
    folder = cases / "time-after-checksum-in-ms"
    spring = read_ais(folder / "ms.nmea")
    assert rejected(spring) == {}
    assert times(spring) == [f"2024-04-05 19:34:{s}.901000" for s in (39, 40, 41, 42)]
    assert_four_from_22_13_21(read_ais(folder / "ms_2023.nmea"))
    assert_four_from_22_13_21(read_ais(folder / "us.nmea"), ".123000")


@pytest.mark.parametrize(
    ("name", "fraction"),
    [
        ("after_iso.nmea", ""),
        ("after_tab.nmea", ""),
        ("canboat.log", ".560000"),
        ("day_first.log", ""),
        ("digits14.log", ""),
        ("envelope.json", ""),
        ("fraction.nmea", ".253000"),
        ("id_of_ten_digits.csv", ""),
        ("id_then_epoch.csv", ""),
        ("orbcomm.nmea", ""),
    ],
)
def test_time_in_other_places(cases: Path, name: str, fraction: str) -> None:
    assert_four_from_22_13_21(read_ais(cases / "time-in-other-places" / name), fraction)


@pytest.mark.parametrize("name", ["imo_number.csv", "opensanctions.csv", "semicolon.csv", "na.csv"])
def test_watchlist_headers(cases: Path, name: str) -> None:
    ships = read_watchlist(cases / "watchlist-headers" / name)
    assert (ships["imo"][0], ships["mmsi"][0], ships["name"][0]) == (9074729, 412000001, "A")
    rest = [("B", True, True), ("C", True, True)] if name == "na.csv" else []
    others = ships.iloc[1:]
    assert list(zip(others["name"], others["imo"].isna(), others["mmsi"].isna(), strict=True)) == rest


def test_anchorages_with_semicolons(cases: Path) -> None:
    path = cases / "watchlist-headers" / "anchorages_semicolon.csv"
    own = load_context(anchorages=path).anchorages.iloc[-1]
    assert own["name"] == "A"
    assert (own.geometry.centroid.y, own.geometry.centroid.x) == pytest.approx((20.0, 150.0), abs=1e-3)


def test_every_folder_of_cases_is_read_here(cases: Path) -> None:
    text = Path(__file__).read_text("utf-8")
    folders = [p.name for p in cases.iterdir() if p.is_dir()]
    assert len(folders) == 16
    assert [f for f in folders if f'"{f}"' not in text] == []
