"""Sentences made bit by bit come out as the rows they mean; every line has one fate."""

import gzip
import io
from collections import Counter
from pathlib import Path

import pandas as pd
import pytest
from pyais import decode as pyais_decode

from stsdetect.decode import AisData, DecodeTask, decode_file, read_ais
from stsdetect.errors import DecodeError
from stsdetect.params import DecodeParams
from stsdetect.schema import POSITIONS
from tests.builders import decode as s

T = 1_700_000_000  # 2023-11-14 22:13:20 UTC


def read(tmp_path: Path, *lines: str, end: str = "\n", params: DecodeParams | None = None) -> AisData:
    path = tmp_path / "log.nmea"
    path.write_bytes("".join(line + end for line in lines).encode("latin-1"))
    data = read_ais(path, params=params)
    assert data.reports[0].closes
    return data


def rejected(data: AisData) -> dict[str, int]:
    return data.reports[0].rejected


def test_a_class_a_report_comes_out_field_by_field(tmp_path: Path) -> None:
    line = s.position(lat=-30.5, lon=-122.25, sog=10.2, cog=359.9, heading=359, status=1)
    (row,) = read(tmp_path, s.tagged(line, T)).positions.to_dict("records")
    assert (row["mmsi"], row["ais_class"], row["msg_type"], row["nav_status"]) == (412000001, "A", 1, 1)
    assert (row["lat"], row["lon"]) == pytest.approx((-30.5, -122.25), abs=1e-6)
    assert (row["sog"], row["cog"], row["heading"]) == (10.2, 359.9, 359)
    assert row["timestamp"] == pd.Timestamp("2023-11-14 22:13:20", tz="UTC")
    theirs = pyais_decode(line).asdict()
    assert (row["lat"], row["lon"]) == pytest.approx((theirs["lat"], theirs["lon"]), abs=1e-6)


def test_values_that_mean_nothing_are_null(tmp_path: Path) -> None:
    line = s.position(sog=102.3, cog=360, heading=511, status=15)
    (row,) = read(tmp_path, s.tagged(line, T)).positions.to_dict("records")
    assert all(pd.isna(row[name]) for name in ("sog", "cog", "heading", "nav_status"))


def test_a_report_without_position_is_set_aside_and_an_impossible_one_rejected(tmp_path: Path) -> None:
    data = read(
        tmp_path,
        s.tagged(s.position(lat=91, lon=181), T),
        s.tagged(s.position(lat=95, lon=122), T),
        s.tagged(s.position(), T),
    )
    assert data.reports[0].set_aside["no_position"] == 1
    assert rejected(data) == {"bad_position": 1}
    assert len(data.positions) == 1


def test_class_b_and_long_range_reports(tmp_path: Path) -> None:
    data = read(tmp_path, s.tagged(s.class_b(), T), s.tagged(s.long_range(lat=-10, sog=63, cog=511), T))
    b, far = data.positions.to_dict("records")
    assert (b["ais_class"], b["sog"], b["cog"]) == ("B", 5.0, 180.0)
    assert pd.isna(b["heading"])
    assert pd.isna(b["nav_status"])
    assert (far["lat"], far["lon"], far["msg_type"], far["nav_status"]) == (-10, 122, 27, 1)
    assert pd.isna(far["sog"])
    assert pd.isna(far["cog"])


def test_static_report_of_two_sentences(tmp_path: Path) -> None:
    head, tail = s.static(name="HAN KANG NO3@@@@@@B-", ship_type=104, destination="")
    (row,) = read(tmp_path, s.tagged(head, T), s.tagged(tail, T)).static.to_dict("records")
    assert row["shipname"] == "HAN KANG NO3"  # nothing after the first @
    assert (row["imo"], row["callsign"], row["ship_type"], row["draught"]) == (9074729, "BABC", 104, 9.5)
    assert [row[f"to_{side}"] for side in ("bow", "stern", "port", "starboard")] == [150, 30, 10, 22]
    assert pd.isna(row["destination"])


def test_parts_a_and_b_of_a_small_craft_become_one_report(tmp_path: Path) -> None:
    data = read(
        tmp_path, s.tagged(s.part_a(), T), s.tagged(s.part_b(), T + 30), s.tagged(s.part_a(), T + 360)
    )
    (row,) = data.static.to_dict("records")
    assert (row["shipname"], row["callsign"], row["to_bow"]) == ("SMALL CRAFT", "BX1", 8)
    assert data.reports[0].set_aside["static_parts_joined"] == 1
    assert data.reports[0].set_aside["static_unchanged"] == 1


def test_parts_of_two_ships_or_far_apart_stay_two_reports(tmp_path: Path) -> None:
    apart = read(tmp_path, s.tagged(s.part_a(), T), s.tagged(s.part_b(), T + 61))
    assert apart.static["shipname"].notna().tolist() == [True, False]
    ships = read(tmp_path, s.tagged(s.part_a(1 + 412000000), T), s.tagged(s.part_b(2 + 412000000), T))
    assert len(ships.static) == 2


def test_craft_of_a_mother_ship_carry_her_number_not_a_size(tmp_path: Path) -> None:
    (row,) = read(tmp_path, s.tagged(s.part_b(984120001, mother=412345678), T)).static.to_dict("records")
    assert row["mothership_mmsi"] == 412345678
    assert pd.isna(row["to_bow"])


def test_a_static_report_is_kept_again_only_when_it_changes(tmp_path: Path) -> None:
    lines = []
    for k, draught in enumerate([9.5, 9.5, 8.0, 9.5]):
        lines += [s.tagged(part, T + 360 * k) for part in s.static(draught=draught)]
    data = read(tmp_path, *lines)
    assert data.static["draught"].tolist() == [9.5, 8.0, 9.5]
    assert data.reports[0].set_aside["static_unchanged"] == 1


def test_copies_of_repeaters_and_other_stations_are_dropped_and_counted(tmp_path: Path) -> None:
    data = read(
        tmp_path,
        s.tagged(s.position(), T, station="a"),
        s.tagged(s.position(), T + 30, station="b"),
        s.tagged(s.position(repeat=1), T + 30, station="c"),
        s.tagged(s.position(), T + 61, station="a"),  # a minute later the same second: another transmission
    )
    assert data.positions["station"].tolist() == ["a", "a"]
    assert data.reports[0].set_aside["copies"] == 2


def test_bad_checksums_are_dropped_or_kept_as_asked(tmp_path: Path) -> None:
    good = s.position()
    bad = good[:-2] + ("00" if good[-2:] != "00" else "01")
    lines = [f"{T} {good}", f"{T + 60} {bad}", f"{T + 120} {good[:-3]}"]
    data = read(tmp_path, *lines)
    assert rejected(data) == {"bad_checksum": 1, "no_checksum": 1}
    kept = read(tmp_path, *lines, params=DecodeParams(keep_bad_checksums=True))
    assert kept.positions["decode_flags"].tolist() == [0, 2, 2]


def test_odd_lengths_are_read_and_flagged_short_ones_rejected(tmp_path: Path) -> None:
    body = s.position()[14:-5]
    long_, short = s.sentence(body + "000000"), s.sentence(body[:19])
    data = read(tmp_path, s.tagged(long_, T), s.tagged(short, T))
    assert data.positions["decode_flags"].tolist() == [1]
    assert rejected(data) == {"too_short": 1}


def test_a_report_cut_off_behind_its_position_is_read_as_far_as_it_goes(tmp_path: Path) -> None:
    body = s.position(lat=-30.5, lon=122.25, sog=7.5, cog=45.5, heading=44, status=1)[14:-5]
    # 28 characters of six bits: the position ends with bit 116, course with 128, heading with 137.
    data = read(tmp_path, *[s.tagged(s.sentence(body[:n]), T + 60 * n) for n in (20, 22, 23)])
    assert data.positions[["lat", "lon", "sog"]].to_numpy().tolist() == [[-30.5, 122.25, 7.5]] * 3
    assert data.positions["cog"].fillna(-1).tolist() == [-1, 45.5, 45.5]
    assert data.positions["heading"].fillna(-1).tolist() == [-1, -1, 44]
    assert data.positions["nav_status"].tolist() == [1, 1, 1]
    assert data.positions["decode_flags"].tolist() == [1, 1, 1]
    assert data.reports[0].counts["read_by_pyais"] == 3


def test_search_and_rescue_aircraft_are_read_and_their_copies_dropped(tmp_path: Path) -> None:
    def aircraft(lat: float, repeat: int = 0) -> str:
        fields = [
            (9, 6), (repeat, 2), (111412001, 30), (300, 12), (120, 10), (0, 1), (122 * 600_000, 28),
            (round(lat * 600_000), 27), (905, 12), (20, 6), (0, 34),
        ]  # fmt: skip
        return s.sentence(*s.payload(fields))

    lines = [aircraft(30.0), aircraft(30.0, repeat=1), aircraft(30.1), aircraft(91)]
    data = read(tmp_path, *[s.tagged(line, T) for line in lines])
    assert data.positions["lat"].tolist() == [30.0, 30.1]
    (row, _) = data.positions.to_dict("records")
    assert (row["mmsi"], row["ais_class"], row["msg_type"]) == (111412001, "sar", 9)
    assert (row["sog"], row["cog"], row["decode_flags"]) == (120, 90.5, 0)
    assert pd.isna(row["heading"])
    assert data.reports[0].set_aside == Counter({"copies": 1, "no_position": 1})


def test_two_sentences_on_a_line_text_around_and_unknown_types(tmp_path: Path) -> None:
    one, two = s.position(412000001), s.position(412000002)
    other = s.sentence(*s.payload([(4, 6), (0, 2), (4120001, 30), (0, 130)]))
    unknown = s.sentence(*s.payload([(63, 6), (0, 162)]))
    data = read(
        tmp_path, f"{T} {one}{two}", f"{T} noise ! {one.replace('1,1,', '1,1,')} tail", "$GPGGA,1,2*00",
            f"{T} {other}", f"{T} {unknown}", ""
    )  # fmt: skip
    assert sorted(data.positions["mmsi"]) == [412000001, 412000002]
    report = data.reports[0]
    assert report.counts["glued_sentences"] == 1
    assert report.set_aside["other_types"] == 1
    assert report.set_aside["lines_without_ais"] == 2
    assert report.set_aside["copies"] == 1
    assert rejected(data) == {"unknown_type": 1}


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_line_ends_of_all_kinds(tmp_path: Path, end: str) -> None:
    data = read(tmp_path, *[s.tagged(s.position(412000000 + k), T + k) for k in range(1, 50)], end=end)
    assert len(data.positions) == 49
    assert data.reports[0].rows_in == 49


def test_lines_of_megabytes_and_nul_bytes(tmp_path: Path) -> None:
    path = tmp_path / "log.nmea"
    good = s.tagged(s.position(), T).encode()
    path.write_bytes(
        good + b"\n" + b"A" * 3_000_000 + b"\n\0\0\0" + good[:20] + b"\n" + s.tagged(s.class_b(), T).encode()
    )
    data = read_ais(path)
    assert len(data.positions) == 2
    assert data.reports[0].closes
    assert data.reports[0].rejected == {"line_too_long": 1}
    assert data.reports[0].rows_in == 4


def test_the_answer_does_not_depend_on_the_block(tmp_path: Path) -> None:
    lines = []
    for k in range(300):
        lines.append(s.tagged(s.position(412000000 + k % 7, lat=30 + k / 1000), T + k, station=f"r{k % 3}"))
        if k % 5 == 0:
            lines += [
                s.tagged(p, T + k, station=f"r{k % 3}")
                for p in s.static(412000000 + k % 7, seq=k % 10, draught=k % 20)
            ]
        if k % 11 == 0:
            lines.append(lines[-1])
    whole = read(tmp_path, *lines)
    for block_bytes in (64, 1000, 5000):
        cut = read(tmp_path, *lines, params=DecodeParams(block_bytes=block_bytes))
        pd.testing.assert_frame_equal(whole.positions, cut.positions)
        pd.testing.assert_frame_equal(whole.static, cut.static)
        assert whole.reports[0].set_aside == cut.reports[0].set_aside


def test_time_and_area_are_chosen_at_decode_and_counted_apart(tmp_path: Path) -> None:
    path = tmp_path / "log.nmea"
    lines = [s.tagged(s.position(412000000 + k, lat=30 + k), T + 60 * k) for k in range(1, 5)]
    lines += [s.tagged(p, T + 9999) for p in s.static()]
    path.write_text("\n".join(lines))
    data = read_ais(
        path,
        start="2023-11-14T22:14:20",
        end="2023-11-14T22:17:20Z",
        area="POLYGON((121 30,123 30,123 32.5,121 32.5,121 30))",
    )
    assert data.positions["mmsi"].tolist() == [412000001, 412000002]
    assert data.reports[0].set_aside["outside_time"] == 1
    assert data.reports[0].set_aside["outside_area"] == 1
    assert len(data.static) == 1
    assert data.reports[0].closes


def test_buckets_hold_each_ship_once_and_no_half_file_is_left(tmp_path: Path) -> None:
    path = tmp_path / "log.nmea"
    path.write_text("\n".join(s.tagged(s.position(412000000 + k), T + k) for k in range(1, 40)))
    report = decode_file(DecodeTask(path, "log.nmea", tmp_path / "out", 4))
    files = sorted((tmp_path / "out" / "positions").iterdir())
    ships = [set(POSITIONS.read_parquet(f)["mmsi"]) for f in files]
    assert sum(map(len, ships)) == len(set.union(*ships)) == 39
    assert report.to_dict()["positions_out"] == 39
    (tmp_path / "bad.nmea").write_text(s.position() + "\n")
    with pytest.raises(DecodeError):
        decode_file(DecodeTask(tmp_path / "bad.nmea", "bad.nmea", tmp_path / "none", 4))
    assert not any(p.is_file() for p in (tmp_path / "none").rglob("*"))


def test_a_cut_archive_gives_what_came_before_and_a_warning(tmp_path: Path) -> None:
    raw = "\n".join(s.tagged(s.position(412000000 + k, lat=k % 80), T + k) for k in range(1, 20_000)).encode()
    buffer = io.BytesIO()
    with gzip.GzipFile(fileobj=buffer, mode="wb") as packed:
        packed.write(raw)
    path = tmp_path / "log.nmea.gz"
    path.write_bytes(buffer.getvalue()[: len(buffer.getvalue()) // 2])
    data = read_ais(path)
    assert 5_000 < len(data.positions) < 15_000
    assert any("cut short" in w for w in data.reports[0].warnings)
    assert data.reports[0].closes
