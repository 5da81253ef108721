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
from stsdetect.decode.inputs import PeekedStream, open_streams, sniff
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


def head(data: bytes, name: str = "a") -> str:
    return sniff(data, name, min_text_share=0.95)


@pytest.mark.parametrize(
    ("data", "format_"),
    [
        (b"PAR1\x00\x00", "parquet"),
        (b"\x00\x01 !AIVDM,1,1,,A,13,0*00", "nmea"),
        (b"$GPRMC,1,2*00\n", "nmea"),
        (b"\\c:1*00\\$GPRMC,1\n", "nmea"),
        (b"\xef\xbb\xbf\n {", "json"),
        (b"[1]", "json"),
        (b"a,b\n", "csv"),
    ],
)
def test_the_format_is_recognised_by_the_first_bytes(data: bytes, format_: str) -> None:
    assert head(data) == format_


def test_streams_with_too_many_control_characters_are_binary() -> None:
    assert head(b"a" * 95 + b"\0" * 5) == "csv"
    with pytest.raises(DecodeError, match="binary file"):
        head(b"a" * 94 + b"\0" * 6)
    assert head(b"a" * 4096 + b"\0" * 4096) == "csv"


def test_the_first_bytes_of_a_stream_are_read_again() -> None:
    stream = PeekedStream(io.BytesIO(b"0123456789"), head_bytes=4)
    assert stream.head == b"0123"
    assert [stream.read(3), stream.read(3), stream.read(9), stream.read(1)] == [b"012", b"345", b"6789", b""]
    assert stream.n_read == 10


def test_a_stream_ends_after_the_bytes_asked_for() -> None:
    stream = PeekedStream(io.BytesIO(b"0123456789"), head_bytes=4, max_bytes=6)
    assert [stream.read(4), stream.read(4)] == [b"0123", b"45"]


def test_a_damaged_stream_ends_early_unless_nothing_can_be_read() -> None:
    data = gzip.compress(bytes(range(256)) * 400)
    cut = PeekedStream(gzip.GzipFile(fileobj=io.BytesIO(data[: len(data) // 2])), head_bytes=10)
    assert 10 <= len(cut.read(200_000)) < 102_400
    assert cut.damage
    with pytest.raises(EOFError):
        PeekedStream(gzip.GzipFile(fileobj=io.BytesIO(data[:5])))


def test_names_in_archives_count_for_zip_files_only(tmp_path: Path) -> None:
    for content, name, n in ((zipped("a.csv", "b.nmea.gz", "c.pdf"), "x.zip", 2), (LOG, "x.pdf", 1)):
        path = tmp_path / name
        path.write_bytes(content)
        with open_streams(path) as streams:
            assert len([stream_name for stream_name, _ in streams]) == n
    path = tmp_path / "none.zip"
    path.write_bytes(zipped("c.pdf"))
    with pytest.raises(DecodeError, match=r"holds no AIS dump; it has c\.pdf"), open_streams(path) as streams:
        next(streams)
