"""Files that are broken, packed oddly or made to break readers: read, or refused in one line; never anything else."""

from __future__ import annotations

import subprocess
import sys
import warnings
import zipfile
from pathlib import Path

import polars as pl
import pytest

from stsdetect.decode import read_ais
from stsdetect.decode.doctor import diagnose
from stsdetect.errors import DecodeError, StsError
from tests.attack.hostile_files import CSV, FILES, GOOD, write_all

SOME_LEFT_OUT = 5
"""Exit code where files of a folder cannot be read and the others were."""


@pytest.mark.parametrize("name", FILES, ids=ascii)
def test_a_file_is_read_or_refused(name: str, tmp_path: Path) -> None:
    path = tmp_path / name
    try:
        path.write_bytes(FILES[name]())
    except (OSError, UnicodeEncodeError):
        pytest.skip("no such names here")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        assert str(diagnose(path))
        for given in (path, tmp_path):
            try:
                data = read_ais(given)
            except StsError:
                continue
            assert all(report.closes for report in data.reports)


def test_columns_of_one_name_are_those_of_the_first(tmp_path: Path) -> None:
    (tmp_path / "a.parquet").write_bytes(FILES["same names.parquet"]())
    assert read_ais(tmp_path / "a.parquet").positions["mmsi"].tolist() == [412000001]
    (tmp_path / "a.csv").write_bytes(FILES["same names.csv"]())
    assert read_ais(tmp_path / "a.csv").positions["mmsi"].tolist() == [412000001]


def test_a_very_wide_table_gives_the_rows_of_a_narrow_one(tmp_path: Path) -> None:
    rows = [
        "412000001,2024-05-01T00:00:00,30,122",
        "bad,2024-05-01T00:00:00,30,122",
        ",,,",
        "412000002,2024-05-01,x,1",
    ]
    for name, n in (("narrow.csv", 1), ("wide.csv", 600)):
        head = "mmsi,time,lat,lon," + ",".join(f"c{k}" for k in range(n))
        (tmp_path / name).write_text("\n".join([head, *(row + "," * n for row in rows)]) + "\n")
    narrow, wide = (read_ais(tmp_path / name) for name in ("narrow.csv", "wide.csv"))
    assert len(wide.positions) == 1
    for one in ("rejected", "rows_in", "lost_values"):
        assert getattr(narrow.reports[0], one) == getattr(wide.reports[0], one)
    assert len(wide.reports[0].table["unused"]) == 600


def test_an_archive_of_very_many_files_is_refused_at_once(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        for k in range(5_001):
            archive.writestr(f"{k}.csv", CSV)
    with pytest.raises(DecodeError, match=r"holds 5,001 files.*unpack it and give the folder"):
        read_ais(tmp_path / "a.zip")


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_two_members_of_one_name_are_both_read(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        archive.writestr("a.csv", CSV)
        archive.writestr("a.csv", CSV.replace(b"412000001", b"412000002"))
    data = read_ais(tmp_path / "a.zip")
    assert sorted(data.positions["mmsi"].unique()) == [412000001, 412000002]
    assert [report.source for report in data.reports] == ["a.zip/a.csv", "a.zip/a.csv (2)"]


@pytest.mark.parametrize("command", ["decode", "run"])
def test_one_bad_file_never_stops_a_batch(command: str, tmp_path: Path) -> None:
    write_all(tmp_path / "in")
    out = tmp_path / "out"
    done = subprocess.run(
        [sys.executable, "-m", "stsdetect", command, str(tmp_path / "in"), "--out", str(out), "--quiet",
         *(["--max-reject-share", "1"] if command == "run" else [])],
        capture_output=True, timeout=300, check=False,
    )  # fmt: skip
    assert b"Traceback" not in done.stderr
    assert done.returncode == SOME_LEFT_OUT, done.stderr[-2000:]
    assert b"left out encrypted.zip/a.csv" in done.stderr
    found = pl.read_parquet(out / "positions" if (out / "positions").exists() else out)
    assert found.filter(pl.col("mmsi") == 412_000_009).height == 1
    assert GOOD in found["source"].unique().to_list()
