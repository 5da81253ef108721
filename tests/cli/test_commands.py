"""Wrong input and arguments end with one clear line, the right exit code and no incomplete table."""

import json
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest
import typer.main

import stsdetect
from stsdetect.cli import commands, main
from stsdetect.cli.commands import app
from stsdetect.params import Params
from stsdetect.pipeline import Result
from tests.builders import decode as build
from tests.builders.cli import exit_code, exit_of
from tests.builders.decode import T
from tests.builders.lists import SDN_CSV

BINARY = bytes(range(256)) * 40
NMEA_WITHOUT_TIME = "!AIVDM,1,1,,A,13HOI:0P0000VOHLCnHQKwvL05Ip,0*23\n" * 3


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
def test_unusable_input_is_refused(
    name: str, content: bytes | None, message: str, tmp_path: Path, capsys
) -> None:
    dump = tmp_path / name
    if content is not None:
        dump.write_bytes(content)
    code, err = exit_of(["run", str(dump), "--out", str(tmp_path / "out"), "--quiet"], capsys)
    assert code == 3, err
    assert message in err.splitlines()[0]
    if name != "unknown.csv":  # a mapping to fill in follows
        assert len(err.strip().splitlines()) == 1
    assert nothing_but_the_unfinished_run(tmp_path / "out")


LOG = "\n".join(build.tagged(build.position(412000000 + k), T + k) for k in range(1, 9)) + "\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with a log, a list of ports and a read-me."""
    out = tmp_path / "in"
    out.mkdir()
    (out / "sea.nmea").write_text(LOG)
    (out / "ports.csv").write_text("port,lat,lon\nNingbo,29.934,121.853\n")
    (out / "README.md").write_text(LOG)
    return out


@pytest.mark.parametrize("command", ["run", "decode"])
@pytest.mark.parametrize("workers", ["1", "2"])
def test_a_bad_file_of_a_folder_is_left_out_with_code_5(
    command: str, workers: str, folder: Path, tmp_path: Path, capsys
) -> None:
    out = tmp_path / "out"
    arguments = [command, str(folder), "--out", str(out), "--workers", workers, "--quiet"]
    assert exit_of(arguments, capsys) == (0, "")
    (folder / "untimed.log.1").write_text(NMEA_WITHOUT_TIME)
    assert exit_of(arguments, capsys)[0] == 2
    arguments.append("--overwrite")
    code, err = exit_of(arguments, capsys)
    assert code == 5
    assert err.startswith("left out untimed.log.1: no sentence has a receive time")
    assert len(err.strip().splitlines()) == 1
    run = json.loads((out / "run.json").read_text())
    assert [f["source"] for f in run["left_out"]] == ["untimed.log.1"]
    assert [f["source"] for f in run["not_ais"]] == ["README.md", "ports.csv"]
    assert [i["source"] for i in run["inputs"] if i["left_out"]] == ["untimed.log.1"]
    if command == "run":
        assert "1 input file was left out" in (out / "report.html").read_text()
    # Named, it is an error, before anything is decoded.
    named = [command, *(str(folder / n) for n in ("sea.nmea", "untimed.log.1")), *arguments[2:]]
    assert exit_of(named, capsys)[0] == 3


def test_a_folder_of_which_nothing_can_be_read(tmp_path: Path, capsys) -> None:
    (tmp_path / "in").mkdir()
    for name in ("a.nmea", "b.nmea"):
        (tmp_path / "in" / name).write_text(NMEA_WITHOUT_TIME)
    code, err = exit_of(["run", str(tmp_path / "in"), "--out", str(tmp_path / "out"), "--quiet"], capsys)
    assert code == 3
    assert "a.nmea: no sentence has a receive time" in err
    assert len(err.strip().splitlines()) == 1


def test_a_mapping_file_is_an_option_of_run_decode_and_doctor(tmp_path: Path, capsys) -> None:
    (tmp_path / "x.csv").write_text("ship,when,y,x\n412000001,2023-11-14T22:13:20Z,30.1,122.5\n")
    mapping = tmp_path / "mapping.toml"
    mapping.write_text('[columns]\nmmsi = "ship"\ntime = "when"\nlat = "y"\nlon = "x"\n')
    x, out = str(tmp_path / "x.csv"), tmp_path / "out"
    into = ["--out", str(out), "--overwrite"]
    for command in (["run", x, *into], ["decode", x, *into], ["doctor", x]):
        quiet = [] if command[0] == "doctor" else ["--quiet"]
        assert exit_of([*command, *quiet], capsys)[0] == 3
        assert exit_of([*command, "--mapping", str(mapping), *quiet], capsys)[0] == 0
        code, err = exit_of([*command, "--mapping", "none.toml"], capsys)
        assert code == 3
        assert "none.toml" in err
    run = json.loads((out / "run.json").read_text())
    assert run["mapping"] == {"path": str(mapping), "text": mapping.read_text()}


@pytest.mark.filterwarnings("ignore::stsdetect.errors.StsWarning")
def test_the_doctor_knows_lists_and_a_run_takes_several(tmp_path: Path, capsys) -> None:
    dump, sdn, own = tmp_path / "a.csv", tmp_path / "b", tmp_path / "c.csv"
    dump.write_text("mmsi,timestamp,lat,lon\n412000001,2024-05-01T00:00:00Z,30,122\n")
    sdn.write_text(SDN_CSV)
    own.write_text("imo,mmsi,name\n1234567,,A\n")
    assert exit_code("doctor", sdn, own) == 0
    out = capsys.readouterr().out
    assert "b: list of ships, OFAC SDN.CSV or CONS_PRIM.CSV" in out
    assert "ships: 2, of which 2 with an IMO number" in out
    assert "c.csv: list of ships, CSV of ships" in out
    lists = ["--watchlist", sdn, "--watchlist", own, "--watchlist", "us-advisory-2018-02-23"]
    assert exit_code("run", dump, "--out", tmp_path / "out", "--quiet", *lists) == 0
    manifest = json.loads((tmp_path / "out" / "run.json").read_text())
    assert [f["n_ships"] for f in manifest["lists"]] == [2, 1, 22]


def test_the_doctor_has_a_block_per_file_and_says_if_one_cannot_be_read(folder: Path, capsys) -> None:
    with pytest.raises(SystemExit) as stop:
        main(["doctor", str(folder / "sea.nmea")])
    assert not stop.value.code
    capsys.readouterr()
    (folder / "untimed.nmea").write_text(NMEA_WITHOUT_TIME)
    with pytest.raises(SystemExit) as stop:
        main(["doctor", str(folder)])
    assert stop.value.code == 5
    blocks = capsys.readouterr().out.split("\n\n")
    assert blocks[1].startswith("ports.csv: not AIS (")
    assert [block.split(":")[0] for block in blocks] == ["README.md", "ports.csv", "sea.nmea", "untimed.nmea"]
    with pytest.raises(SystemExit) as stop:
        main(["doctor", str(folder / "untimed.nmea")])
    assert stop.value.code == 3


def test_a_folder_without_dumps(tmp_path: Path, capsys) -> None:
    (tmp_path / "in").mkdir()
    code, err = exit_of(["run", str(tmp_path / "in"), "--out", str(tmp_path / "out"), "--quiet"], capsys)
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
        (["run", "x", "--out", "y", "--start", "2024-05-02", "--end", "2024-05-02"], 3),
        (["decode", "x", "--out", "y", "--start", "2024-05-02", "--end", "2024-05-01"], 3),
        (["run", "", "--out", "y"], 3),
        (["run", "x", "--out", "y", "--engine", "steam"], 3),
        (["run", "x", "--out", ""], 2),
        (["decode", "x", "--out", " "], 2),
        (["run", "x", "--out", __file__], 2),
        (["run", "x", "--out", str(Path(__file__).parent), "--overwrite", "--resume"], 2),
        (["score", "/nowhere"], 3),
        (["schema", "boats"], 3),
    ],
)
def test_wrong_arguments_are_refused(arguments: list[str], code: int, capsys) -> None:
    found, err = exit_of(arguments, capsys)
    assert found == code
    assert err.strip()
    assert "Traceback" not in err


@pytest.mark.parametrize(
    "arguments", [["params"], ["schema"], ["schema", "--markdown"], ["run", "--aoi", "list"], ["--help"]]
)
def test_commands_that_only_print(arguments: list[str], capsys) -> None:
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


def test_every_command_and_option_has_a_help_text() -> None:
    for name, command in typer.main.get_command(app).commands.items():
        assert command.help, name
        assert all(getattr(p, "help", None) for p in command.params), name


@pytest.mark.parametrize("text", ["2019-08-14T06:00", "2019-08-14T06:00Z", "2019-08-14T14:00+08:00"])
def test_a_time_without_an_offset_is_utc(text: str) -> None:
    assert commands._time(text, "--start") == datetime(2019, 8, 14, 6, tzinfo=UTC)


def test_the_last_lines_say_what_was_found_and_what_to_open(demo_run: Path) -> None:
    found, hint = commands._summary(Result(demo_run), Path("out")).splitlines()
    assert found.startswith(
        "Found 4 events (2 high, 1 medium, 1 info), the first of SIM BARGE 4 with SIM SHIP 3, "
    )
    assert found.endswith(", 2019-08-14 09:38 UTC for 7.9 h, near 31°11.48' N 122°48.17' E.")
    assert hint == f"Open {Path('out') / 'report.html'}"


@pytest.mark.parametrize("flag", ["-h", "--help"])
def test_help_has_two_names(flag: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert exit_code("run", flag) == 0
    assert "--aoi" in capsys.readouterr().out


def test_the_version_is_that_of_the_package(capsys: pytest.CaptureFixture[str]) -> None:
    assert exit_code("--version") == 0
    assert capsys.readouterr().out == f"stsdetect {stsdetect.__version__}\n"


def test_parameters_are_printed_with_changes(capsys: pytest.CaptureFixture[str]) -> None:
    assert exit_code("params", "--set", "gaps.min_gap_h=3", "--set", "tracks.max_ships_per_mmsi = 5") == 0
    params = Params.from_toml(capsys.readouterr().out)
    assert (params.gaps.min_gap_h, params.tracks.max_ships_per_mmsi) == (3.0, 5)
    for wrong, message in (
        ("gaps.min_gap=3", "unknown key in [gaps]: min_gap"),
        ("gaps.min_gap_h", "not valid TOML"),
    ):
        code, err = exit_of(["params", "--set", wrong], capsys)
        assert code == 3
        assert message in err
