"""Dumps are found in folders and patterns, and recognised packed or not."""

import bz2
import gzip
import io
import zipfile
from pathlib import Path

import pyarrow as pa
import pytest

from stsdetect.decode import (
    find_inputs,
    read_ais,
)
from stsdetect.errors import DecodeError
from tests.builders import decode as build
from tests.builders.decode import T

LOG = "\n".join(build.tagged(build.position(412000000 + k), T + k) for k in range(1, 9)).encode() + b"\n"


def test_folders_files_and_patterns_give_each_dump_once(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    for name in ("x.nmea", "a/y.csv.gz", "a/x.nmea", "README.md", ".hidden.csv"):
        (tmp_path / name).write_bytes(LOG)
    found = find_inputs([tmp_path, tmp_path / "x.nmea", f"{tmp_path}/*.nmea"])
    assert [f.source for f in found] == ["a/x.nmea", "a/y.csv.gz", "x.nmea"]
    twice = find_inputs([tmp_path / "x.nmea", tmp_path / "a" / "x.nmea"])
    assert len({f.source for f in twice}) == 2


def test_a_folder_without_dumps_and_a_pattern_without_match(tmp_path: Path) -> None:
    with pytest.raises(DecodeError, match="holds no AIS dump"):
        find_inputs([tmp_path])
    with pytest.raises(DecodeError, match="no file matches"):
        find_inputs([f"{tmp_path}/*.csv"])
    with pytest.raises(DecodeError, match="no input given"):
        find_inputs([])


def zipped(*names: str) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in names:
            archive.writestr(name, LOG)
    return buffer.getvalue()


def zstd(data: bytes) -> bytes:
    sink = pa.BufferOutputStream()
    with pa.CompressedOutputStream(sink, "zstd") as packed:
        packed.write(data)
    return sink.getvalue().to_pybytes()


@pytest.mark.parametrize(
    ("content", "name"),
    [
        (gzip.compress(LOG), "x.nmea.gz"),
        (gzip.compress(LOG[:200]) + gzip.compress(LOG[200:]), "two.nmea.gz"),
        (bz2.compress(LOG), "x.nmea.bz2"),
        (zstd(LOG), "x.nmea.zst"),
        (zipped("x.nmea", "notes.pdf"), "x.zip"),
        (gzip.compress(LOG), "wrong-name.csv"),
    ],
)
def test_packed_files_are_read_by_content_not_by_name(tmp_path: Path, content: bytes, name: str) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    assert len(read_ais(path).positions) == 8
