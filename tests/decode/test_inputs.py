"""Every file of a folder or pattern is considered, each once; those that are not AIS are named."""

import json
import os
from pathlib import Path

import pytest

from stsdetect.decode import find_inputs
from stsdetect.errors import DecodeError

RUN_MARK = json.dumps({"params_digest": "ab", "stages": {}, "inputs": []})


def fill(folder: Path, *names: str) -> None:
    for name in names:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text("any text")


def to_read(*given: object) -> list[str]:
    return [f.source for f in find_inputs([str(g) for g in given]) if not f.not_ais]


def test_folders_files_and_patterns_give_each_file_once(tmp_path: Path) -> None:
    fill(tmp_path, "x.nmea", "a/y.csv.gz", "a/x.nmea", "README.md", ".hidden.csv")
    found = find_inputs([tmp_path, tmp_path / "x.nmea", f"{tmp_path}/*.nmea"])
    assert [f.source for f in found] == [".hidden.csv", "README.md", "a/x.nmea", "a/y.csv.gz", "x.nmea"]
    assert [f.source for f in found if f.not_ais] == [".hidden.csv", "README.md"]
    assert [f.source for f in found if f.named] == ["x.nmea"]


def test_rotated_names_and_names_without_suffix_are_read(tmp_path: Path) -> None:
    names = [
        "ais-2024-01-01",
        "ais.log",
        "ais.log.1",
        "ais.log.2.gz",
        "AIS.CSV",
        "feed.dat",
        "nmea.2023-11-14",
    ]
    fill(tmp_path, *names, "log")
    assert to_read(tmp_path) == sorted([*names, "log"])


def test_files_that_are_certainly_not_ais_are_named_with_the_reason(tmp_path: Path) -> None:
    names = ["__MACOSX/._x.nmea", "a.csv.part", "b.csv.crdownload", "Thumbs.db", ".git/config", "page.HTML"]
    fill(tmp_path, "x.nmea", *names)
    assert to_read(tmp_path) == ["x.nmea"]
    reasons = {f.source: f.not_ais for f in find_inputs([tmp_path]) if f.not_ais}
    assert set(reasons) == {*names[:4], ".git", "page.HTML"}
    assert "incomplete download" in reasons["a.csv.part"]
    # Named by the user, such a file must be AIS.
    assert to_read(tmp_path / "a.csv.part") == ["a.csv.part"]


def test_results_of_a_run_are_not_read_but_other_files_beside_them_are(tmp_path: Path) -> None:
    outputs = ["events.csv", "report.html", "positions/a.parquet", "gaps.parquet"]
    fill(
        tmp_path,
        "x.nmea",
        *(f"result/{n}" for n in outputs),
        "result/mine.csv",
        "own/events.csv",
        "own/run.json",
    )
    (tmp_path / "result" / "run.json").write_text(RUN_MARK)
    assert to_read(tmp_path) == ["own/events.csv", "own/run.json", "result/mine.csv", "x.nmea"]
    named = {f.source: f.not_ais for f in find_inputs([tmp_path]) if f.not_ais}
    assert named == {"result/run.json": "results of a run"}


def test_what_lies_in_a_run_is_not_read_by_its_own_folder_or_pattern(tmp_path: Path) -> None:
    fill(
        tmp_path,
        "in/x.nmea",
        "run/points/date=1/a.parquet",
        "run/events.csv",
        "run/mine.csv",
        "own/points/b.csv",
    )
    (tmp_path / "run" / "run.json").write_text(RUN_MARK)
    for inner in ("points", "points/date=1", "points/*", "points/**/*.parquet", "*.csv"):
        if inner == "*.csv":
            assert to_read(tmp_path / "run" / inner) == ["mine.csv"]
            continue
        with pytest.raises(DecodeError, match="results of a run"):
            find_inputs([tmp_path / "run" / inner])
    assert to_read(tmp_path / "own" / "points") == ["b.csv"]
    # A file that is named is the user's choice.
    assert to_read(tmp_path / "run" / "events.csv") == ["events.csv"]


def test_results_that_a_killed_run_had_begun_to_move_are_not_read(tmp_path: Path) -> None:
    fill(tmp_path, "x.nmea", "run/events.csv", "run/.unfinished-run/moving.json")
    assert to_read(tmp_path) == ["x.nmea"]


def test_links_are_followed_once_and_broken_ones_are_kept(tmp_path: Path) -> None:
    fill(tmp_path, "in/x.nmea", "elsewhere/y.nmea")
    (tmp_path / "in" / "loop").symlink_to(tmp_path / "in")
    (tmp_path / "in" / "other").symlink_to(tmp_path / "elsewhere")
    (tmp_path / "in" / "gone.nmea").symlink_to(tmp_path / "nowhere")
    os.mkfifo(tmp_path / "in" / "pipe.nmea")
    assert to_read(tmp_path / "in") == ["gone.nmea", "other/y.nmea", "x.nmea"]
    with pytest.raises(DecodeError, match="not a regular file"):
        find_inputs([tmp_path / "in" / "pipe.nmea"])


def test_a_pattern_may_match_folders(tmp_path: Path) -> None:
    fill(tmp_path, "2023-11/x.nmea", "2023-12/x.nmea", "2024/x.nmea")
    assert to_read(f"{tmp_path}/2023-*") == ["2023-11/x.nmea", "2023-12/x.nmea"]
    assert to_read(f"{tmp_path}/**") == ["2023-11/x.nmea", "2023-12/x.nmea", "2024/x.nmea"]


def test_names_are_unique_and_can_be_printed(tmp_path: Path) -> None:
    fill(tmp_path, "a/x.nmea", "b/x.nmea", "c/a/x.nmea", "c/\x1b[2Jx.nmea")
    os.close(os.open(os.fsencode(tmp_path) + b"/c/\xff.nmea", os.O_CREAT))
    os.close(os.open(os.fsencode(tmp_path) + b"/c/\xfe.nmea", os.O_CREAT))
    assert to_read(*(tmp_path / p / "x.nmea" for p in ("a", "b", "c/a"))) == [
        "b/x.nmea",
        "c/a/x.nmea",
        f"{tmp_path.name}/a/x.nmea",
    ]
    sources = to_read(tmp_path / "c")
    assert len(set(sources)) == len(sources) == 4
    assert all(s.isprintable() for s in sources)


def test_a_folder_without_dumps_and_a_pattern_without_match(tmp_path: Path) -> None:
    with pytest.raises(DecodeError, match="no file there"):
        find_inputs([tmp_path])
    fill(tmp_path, "README.md")
    with pytest.raises(DecodeError, match=r"holds no AIS dump \(README.md: documentation"):
        find_inputs([tmp_path])
    with pytest.raises(DecodeError, match="no file matches"):
        find_inputs([f"{tmp_path}/*.csv"])
    with pytest.raises(DecodeError, match="no input given"):
        find_inputs([])


def test_a_name_that_no_system_takes_is_refused(tmp_path: Path) -> None:
    with pytest.raises(DecodeError, match=r"cannot read .*too long"):
        find_inputs(str(tmp_path / ("a" * 5_000)))


def test_an_empty_name_is_not_the_working_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As of a variable of a shell that is not set."""
    fill(tmp_path, "a.nmea")
    monkeypatch.chdir(tmp_path)
    assert [file.source for file in find_inputs(["."])] == ["a.nmea"]
    for given in ("", [""], [".", ""]):
        with pytest.raises(DecodeError, match=r"an empty name; for the working folder write \."):
            find_inputs(given)
