"""Fields of each message type, in physical units, and null where M.1371 says not available."""

from pathlib import Path

import pandas as pd
import pytest
from pyais import decode as pyais_decode

from tests.builders import decode as build
from tests.builders.decode import T, read_log


def test_a_class_a_report_comes_out_field_by_field(tmp_path: Path) -> None:
    line = build.position(lat=-30.5, lon=-122.25, sog=10.2, cog=359.9, heading=359, status=1)
    (row,) = read_log(tmp_path, build.tagged(line, T)).positions.to_dict("records")
    assert (row["mmsi"], row["ais_class"], row["msg_type"], row["nav_status"]) == (412000001, "A", 1, 1)
    assert (row["lat"], row["lon"]) == pytest.approx((-30.5, -122.25), abs=1e-6)
    assert (row["sog"], row["cog"], row["heading"]) == (10.2, 359.9, 359)
    assert row["timestamp"] == pd.Timestamp("2023-11-14 22:13:20", tz="UTC")
    theirs = pyais_decode(line).asdict()
    assert (row["lat"], row["lon"]) == pytest.approx((theirs["lat"], theirs["lon"]), abs=1e-6)


def test_values_that_mean_not_available_are_null(tmp_path: Path) -> None:
    line = build.position(sog=102.3, cog=360, heading=511, status=15)
    (row,) = read_log(tmp_path, build.tagged(line, T)).positions.to_dict("records")
    assert all(pd.isna(row[name]) for name in ("sog", "cog", "heading", "nav_status"))


def test_class_b_and_long_range_reports(tmp_path: Path) -> None:
    data = read_log(
        tmp_path,
        build.tagged(build.class_b(), T),
        build.tagged(build.long_range(lat=-10, sog=63, cog=511), T),
    )
    b, far = data.positions.to_dict("records")
    assert (b["ais_class"], b["sog"], b["cog"]) == ("B", 5.0, 180.0)
    assert pd.isna(b["heading"])
    assert pd.isna(b["nav_status"])
    assert (far["lat"], far["lon"], far["msg_type"], far["nav_status"]) == (-10, 122, 27, 1)
    assert pd.isna(far["sog"])
    assert pd.isna(far["cog"])


def test_static_report_of_two_sentences(tmp_path: Path) -> None:
    head, tail = build.static(name="HAN KANG NO3@@@@@@B-", ship_type=104, destination="")
    (row,) = read_log(tmp_path, build.tagged(head, T), build.tagged(tail, T)).static.to_dict("records")
    assert row["shipname"] == "HAN KANG NO3"  # nothing after the first @
    assert (row["imo"], row["callsign"], row["ship_type"], row["draught"]) == (9074729, "BABC", 104, 9.5)
    assert [row[f"to_{side}"] for side in ("bow", "stern", "port", "starboard")] == [150, 30, 10, 22]
    assert pd.isna(row["destination"])


def test_auxiliary_craft_have_the_mmsi_of_their_mother_ship_and_no_size(tmp_path: Path) -> None:
    (row,) = read_log(
        tmp_path, build.tagged(build.part_b(984120001, mothership=412345678), T)
    ).static.to_dict("records")
    assert row["mothership_mmsi"] == 412345678
    assert pd.isna(row["to_bow"])
