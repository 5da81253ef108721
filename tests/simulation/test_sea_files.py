"""The dump on disk decodes to the tables it came from; pyais is the oracle."""

from pathlib import Path

import pandas as pd
import pyais
import pytest

from stsdetect.errors import OutputError
from stsdetect.simulation import Sea, SeaParams, simulate, write_sea
from stsdetect.simulation.sea_files import nmea


@pytest.fixture(scope="module")
def sea() -> Sea:
    return simulate(seed=7, sea=SeaParams(hours=9, anchored=3, passing=2, fishing=2, keep_every_s=120.0))


@pytest.fixture(scope="module")
def folder(sea: Sea, tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("sea")
    write_sea(sea, out)
    return out


def test_positions_decode_to_the_same_values(sea: Sea, folder: Path) -> None:
    rows = []
    with pyais.FileReaderStream(folder / "sea.nmea") as stream:
        for message in stream:
            message.tag_block.init()
            assert message.is_valid
            fields = message.decode()
            if fields.msg_type in (1, 18):
                rows.append(
                    {
                        **fields.asdict(),
                        "timestamp": message.tag_block.receiver_timestamp,
                        "station": message.tag_block.source_station,
                    }
                )
    got = pd.DataFrame(rows)
    got["timestamp"] = pd.to_datetime(got["timestamp"].astype("int64"), unit="s", utc=True)
    got = got.sort_values(["mmsi", "timestamp", "lat", "lon"], kind="stable", ignore_index=True)
    want = sea.positions.sort_values(["mmsi", "timestamp", "lat", "lon"], kind="stable", ignore_index=True)
    assert got["mmsi"].tolist() == want["mmsi"].tolist()
    assert got["station"].tolist() == want["station"].tolist()
    assert (got["timestamp"] == want["timestamp"]).all()
    for mine, theirs, unknown, tolerance in (
        ("lat", "lat", 91, 1e-6),
        ("lon", "lon", 181, 1e-6),
        ("sog", "speed", 102.3, 0.01),
        ("cog", "course", 360, 0.01),
        ("heading", "heading", 511, 0),
    ):
        assert (got[theirs] - want[mine].fillna(unknown)).abs().max() <= tolerance, mine
    assert (got["second"] == want["timestamp"].dt.second).all()
    assert (got["status"].fillna(-1).astype(int) == want["nav_status"].fillna(-1).astype(int)).all()


def test_static_reports_decode_to_the_same_values(sea: Sea, folder: Path) -> None:
    with pyais.FileReaderStream(folder / "sea.nmea") as stream:
        messages = [m.decode().asdict() for m in stream]
    five = pd.DataFrame([m for m in messages if m["msg_type"] == 5])
    want = sea.static[sea.static["ais_class"] == "A"]
    assert len(five) == len(want)
    columns = [
        "mmsi",
        "shipname",
        "callsign",
        "destination",
        "draught",
        "to_bow",
        "to_stern",
        "to_port",
        "to_starboard",
    ]
    got = five[columns].sort_values(columns).to_numpy().tolist()
    assert got == want[columns].fillna(dict.fromkeys(columns[4:], 0)).sort_values(columns).to_numpy().tolist()
    b = sea.static[sea.static["ais_class"] == "B"]
    names = [m["shipname"] for m in messages if m["msg_type"] == 24 and m["partno"] == 0]
    bows = [m["to_bow"] for m in messages if m["msg_type"] == 24 and m["partno"] == 1]
    assert sorted(names) == sorted(b["shipname"])
    assert sorted(bows) == sorted(b["to_bow"].fillna(0))


def test_lines_are_in_order_of_time_and_short_enough(sea: Sea) -> None:
    lines = nmea(sea).decode().splitlines()
    times = [int(line.split("c:")[1][:10]) for line in lines]
    assert times == sorted(times)
    assert max(len(line.rsplit("\\", 1)[1]) for line in lines) <= 80


def test_the_csv_has_the_marine_cadastre_header(sea: Sea, folder: Path) -> None:
    csv = pd.read_csv(folder / "sea.csv")
    header = (folder / "sea.csv").read_text().splitlines()[0]
    assert header == (
        "mmsi,base_date_time,longitude,latitude,sog,cog,heading,vessel_name,imo,call_sign,vessel_type,status,length,"
        "width,draft,cargo,transceiver"
    )
    assert len(csv) == len(sea.positions)


def test_the_same_sea_is_written_to_the_same_bytes(sea: Sea, folder: Path, tmp_path: Path) -> None:
    write_sea(simulate(seed=7, sea=sea.params), tmp_path)
    for name in ("sea.nmea", "sea.csv", "truth.csv", "ships.csv", "sea.toml"):
        assert (tmp_path / name).read_bytes() == (folder / name).read_bytes()


def test_the_written_parameters_make_the_same_sea(sea: Sea, folder: Path) -> None:
    assert SeaParams.from_toml((folder / "sea.toml").read_text()) == sea.params


def test_a_file_in_the_way_is_a_clear_error(sea: Sea, tmp_path: Path) -> None:
    (tmp_path / "taken").write_text("")
    with pytest.raises(OutputError, match="cannot write the simulated sea"):
        write_sea(sea, tmp_path / "taken")
