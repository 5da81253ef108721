"""Rows of a table are converted or rejected with a reason; doubtful units stop the run."""

from pathlib import Path

import pytest

from stsdetect.decode import text_id_to_mmsi
from stsdetect.errors import DecodeError
from tests.builders.decode import read_table, rejected, rows


def of_speeds(speeds: list[float]) -> str:
    """A table with a position for each speed."""
    rows = [
        f"412000001,2024-05-01T00:{k // 60:02d}:{k % 60:02d},30.{k:02d},122.5,{v}"
        for k, v in enumerate(speeds)
    ]
    return "\n".join(["mmsi,time,lat,lon,sog", *rows])


@pytest.mark.parametrize(
    ("speeds", "refused"),
    [
        ([41] * 50, True),  # whole numbers, median above 40
        ([40] * 50, False),
        ([41.5] * 50, False),  # not whole, and the 0.99 quantile not above 60
        ([60.5] * 50, True),
        ([41] * 49, False),  # too few rows
        ([41] * 49 + [0] * 5, False),  # too few moving vessels
        ([41] * 50 + [1023] * 9, True),  # 1023 is "not available"
        ([1] * 41 + [1023] * 9, False),
        ([1] * 49 + [999], False),  # one may be junk
        ([41] * 50 + [0.5], True),  # and so may one that is not whole
    ],
)  # fmt: skip
def test_speeds_in_tenths_of_knots_are_refused(tmp_path: Path, speeds: list[float], refused: bool) -> None:
    if refused:
        with pytest.raises(DecodeError, match="tenths of knots"):
            read_table(tmp_path, of_speeds(speeds))
    else:
        assert len(read_table(tmp_path, of_speeds(speeds)).positions) == len(speeds)


def test_a_mapping_file_settles_the_unit_of_speeds(tmp_path: Path) -> None:
    mapping = tmp_path / "mapping.toml"
    mapping.write_text(
        "[columns]\n"
        + "".join(f"{n} = '{n}'\n" for n in ("mmsi", "time", "lat", "lon", "sog"))
        + "[units]\nspeed = 'dkn'\n"
    )
    data = read_table(tmp_path, of_speeds([41] * 50), mapping=str(mapping))
    assert data.positions["sog"].tolist() == pytest.approx([4.1] * 50)


def of_places(places: list[tuple[float, float]]) -> str:
    """A table with a position for each latitude and longitude."""
    rows = [f"412000001,2024-05-01T00:{k:02d}:00,{lat},{lon}" for k, (lat, lon) in enumerate(places)]
    return "\n".join(["mmsi,time,lat,lon", *rows])


SWAPPED, RIGHT = (122.5, 30.0), (30.0, 89.0)


@pytest.mark.parametrize(
    ("places", "refused"),
    [
        ([SWAPPED] * 11 + [RIGHT] * 39, True),  # 22 %
        ([SWAPPED] * 10 + [RIGHT] * 40, False),  # 20 %
        ([SWAPPED] * 49, False),  # too few rows
        ([SWAPPED] * 49 + [(30.0, 122.5)], True),  # one longitude beyond 90 degrees may be junk
        ([SWAPPED] * 47 + [(30.0, 122.5)] * 3, False),  # three are not
    ],
)
def test_swapped_latitude_and_longitude_are_refused(
    tmp_path: Path, places: list[tuple[float, float]], refused: bool
) -> None:
    if refused:
        with pytest.raises(DecodeError, match="look swapped"):
            read_table(tmp_path, of_places(places))
    else:
        data = read_table(tmp_path, of_places(places))
        assert rejected(data) == {"bad_position": places.count(SWAPPED)}


@pytest.mark.parametrize(
    ("ids", "text"),
    [
        (["412000001", "412000002", "north", "south"], False),
        (["412000001", "north", "south"], True),
        (["north", "south"], True),
    ],
)
def test_ids_are_text_where_less_than_half_are_numbers(tmp_path: Path, ids: list[str], text: bool) -> None:
    lines = [f"{id_},2024-05-01T00:{k:02d}:00,30.{k},122.5" for k, id_ in enumerate(ids)]
    data = read_table(tmp_path, "\n".join(["mmsi,time,lat,lon", *lines]))
    if text:
        assert data.positions["mmsi"].tolist() == sorted(text_id_to_mmsi(id_) for id_ in ids)
    else:
        assert data.positions["mmsi"].tolist() == [412000001, 412000002]
        assert rejected(data) == {"bad_mmsi": 2}


def test_sizes_and_draughts_out_of_range_are_null(tmp_path: Path) -> None:
    text = (
        "mmsi,time,lat,lon,length,width,draught\n"
        "412000001,2024-05-01T00:00:00,30,122,1099,0,29.9\n"
        "412000002,2024-05-01T00:00:00,30,122,1100,30,0\n"
        "412000003,2024-05-01T00:00:00,30,122,200,30,30\n"
    )
    assert rows(read_table(tmp_path, text).static, "mmsi", "length_m", "width_m", "draught") == [
        (412000001, 1099, None, 29.9),
        (412000002, None, 30, None),
        (412000003, 200, 30, None),
    ]


def test_bad_rows_are_counted_with_a_sample(tmp_path: Path) -> None:
    text = (
        "mmsi,time,lat,lon\n"
        "412000001,2024-05-01T00:00:00,30,122\n"
        "1412000001,2024-05-01T00:00:00,30,122\n"
        "412000001,1970-01-01T00:00:00,30,122\n"
        "412000001,2024-02-30T00:00:00,30,122\n"
        "412000001,2024-05-01T00:00:01,95,122\n"
        "412000001,2024-05-01T00:00:01\n"
        "412000001,2024-05-01T00:00:02,31,122,9,9,9\n"
    )
    data = read_table(tmp_path, text)
    assert len(data.positions) == 2
    assert data.reports[0].rejected == {"bad_mmsi": 1, "bad_time": 2, "bad_position": 1}
    assert data.reports[0].set_aside["no_position"] == 1
    assert "mmsi=1412000001" in data.rejects.set_index("reason").loc["bad_mmsi", "sample"]


def test_positions_that_are_not_numbers_are_rejected_not_set_aside(tmp_path: Path) -> None:
    text = (
        "mmsi,time,lat,lon,shipname\n412000001,2024-05-01T00:00:00,30 15.0,122 30.0,EAGLE\n"
        "412000001,2024-05-01T00:01:00,unknown,,EAGLE\n412000001,2024-05-01T00:02:00,30.25,122.5,EAGLE\n"
    )
    data = read_table(tmp_path, text)
    assert data.reports[0].rejected == {"bad_position": 1}
    assert (len(data.positions), len(data.static)) == (1, 1)


def test_static_columns_repeated_on_every_row_become_a_report_when_they_change(tmp_path: Path) -> None:
    text = "mmsi,time,lat,lon,draught\n" + "".join(
        f"412000001,2024-05-01T00:{k:02d}:00,30,122,{d}\n" for k, d in enumerate([9.5, 9.5, 9.5, 4.0, 4.0])
    )
    data = read_table(tmp_path, text)
    assert rows(data.static, "timestamp", "draught") == [
        ("2024-05-01 00:00:00.000", 9.5),
        ("2024-05-01 00:03:00.000", 4.0),
    ]
