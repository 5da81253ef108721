"""What goes wrong ends with one clear line, the right exit code and no half-written table."""

import subprocess
import sys
from pathlib import Path

import pytest

from stsdetect.cli import main

BINARY = bytes(range(256)) * 40
NMEA_WITHOUT_TIME = "!AIVDM,1,1,,A,13HOI:0P0000VOHLCnHQKwvL05Ip,0*23\n" * 3


def ends_with(arguments: list[str], capsys) -> tuple[int, str]:
    with pytest.raises(SystemExit) as stop:
        main(arguments)
    return int(stop.value.code or 0), capsys.readouterr().err


def nothing_but_the_unfinished_run(out: Path) -> bool:
    return not out.exists() or [p.name for p in out.iterdir()] in ([], [".unfinished-run"])


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("missing.nmea", None, "missing.nmea"),
        ("empty.nmea", b"", "empty"),
        ("binary.nmea", BINARY, "binary.nmea"),
        ("no_time.nmea", NMEA_WITHOUT_TIME.encode(), "receive time"),
        ("unknown.csv", b"a,b,c\n1,2,3\n", "a, b, c"),
        (
            "two_ways.csv",
            b"mmsi,timestamp,lat,lon,sog\n412000001,03/04/2021 10:00:00,30,122,1\n412000001,05/06/2021 10:00:00,30,122,1\n",
            "03/04/2021",
        ),
    ],
)
def test_bad_input(name: str, content: bytes | None, message: str, tmp_path: Path, capsys) -> None:
    dump = tmp_path / name
    if content is not None:
        dump.write_bytes(content)
    code, err = ends_with(["run", str(dump), "--out", str(tmp_path / "out"), "--quiet"], capsys)
    assert code == 3, err
    assert message in err
    assert len(err.strip().splitlines()) == 1
    assert nothing_but_the_unfinished_run(tmp_path / "out")


def test_a_folder_without_dumps(tmp_path: Path, capsys) -> None:
    (tmp_path / "in").mkdir()
    code, err = ends_with(["run", str(tmp_path / "in"), "--out", str(tmp_path / "out"), "--quiet"], capsys)
    assert code == 3
    assert "in" in err
    assert len(err.strip().splitlines()) == 1


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (["run"], 2),
        (["sail"], 2),
        (["run", "x", "--out", "y", "--workers", "0"], 2),
        (["run", "x", "--out", "y", "--params", "/nowhere.toml"], 3),
        (["run", "x", "--out", "y", "--start", "yesterday"], 3),
        (["run", "x", "--out", "y", "--engine", "steam"], 3),
        (["score", "/nowhere"], 3),
        (["schema", "boats"], 3),
    ],
)
def test_bad_arguments(arguments: list[str], code: int, capsys) -> None:
    found, err = ends_with(arguments, capsys)
    assert found == code
    assert err.strip()
    assert "Traceback" not in err


@pytest.mark.parametrize(
    "arguments", [["params"], ["schema"], ["schema", "--markdown"], ["run", "--aoi", "list"], ["--help"]]
)
def test_what_only_prints(arguments: list[str], capsys) -> None:
    with pytest.raises(SystemExit) as stop:
        main(arguments)
    assert not stop.value.code
    assert len(capsys.readouterr().out) > 100


def test_help_is_quick_to_import() -> None:
    code = "import sys; import stsdetect.cli; print({'pandas', 'polars', 'shapely', 'sklearn'} & set(sys.modules))"
    assert (
        subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
        == "set()\n"
    )
