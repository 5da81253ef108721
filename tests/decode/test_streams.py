"""Files are unpacked and recognised by their content, not by their names."""

import bz2
import gzip
import io
import tarfile
import zipfile
from pathlib import Path

import pyarrow as pa
import pytest

from stsdetect.decode import read_ais
from stsdetect.decode.streams import PeekedStream, open_streams, sniff
from stsdetect.errors import DecodeError, StsWarning
from tests.builders import decode as build
from tests.builders.decode import T

LOG = "\n".join(build.tagged(build.position(412000000 + k), T + k) for k in range(1, 9)).encode() + b"\n"


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
        # A sentence in one cell makes no log of a table, and one in each row does.
        (b"mmsi,lat,lon,remark\n" + b"1,2,3,\n" * 3 + b"1,2,3,!AIVDM,1\n", "csv"),
        (b"mmsi;Latitude;lon\n" + b"1;2;3\n" * 3 + b"$GPRMC,;2;3\n", "csv"),
        (b'[{"lat":1},{"lat":2},{"lat":3,"name":"!AIVDM,1"}]', "json"),
        (b"time,lat,lon,nmea\n" + b"1,2,3,!AIVDM,1\n" * 3, "nmea"),
        (b'{"lat":1,"nmea":"!AIVDM,1"}\n' * 3, "nmea"),
        (b"# lat 30 lon 122\n$GPRMC,1\n$GPRMC,2\n$GPRMC,3\n!AIVDM,1\n", "nmea"),
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


def tarred(**members: bytes) -> bytes:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w") as archive:
        for name, content in members.items():
            info = tarfile.TarInfo(name)
            info.size = len(content)
            archive.addfile(info, io.BytesIO(content))
    return buffer.getvalue()


def test_every_member_of_an_archive_is_read_or_named(tmp_path: Path) -> None:
    members = {
        "a": LOG,
        "b.gz": gzip.compress(LOG),
        "README": LOG,
        "c.zip": zipped("x.nmea"),
        "cut.gz": b"\x1f\x8b",
    }
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, content in members.items():
            archive.writestr(f"in/{name}", content)
    for content in (buffer.getvalue(), tarred(**{f"in/{n}": c for n, c in members.items()})):
        path = tmp_path / "pack"
        path.write_bytes(content)
        with pytest.warns(StsWarning, match="left out pack/in/"):
            data = read_ais(path)
        assert len(data.positions) == 16
        assert {r.source for r in data.reports if r.format == "nmea"} == {"pack/in/a", "pack/in/b.gz"}
        assert [r.source for r in data.reports if r.not_ais] == ["pack/in/README"]
        left_out = {r.source: r.left_out for r in data.reports if r.left_out}
        assert "archive inside an archive" in left_out["pack/in/c.zip"]
        assert "cannot be unpacked" in left_out["pack/in/cut.gz"] or "damaged" in left_out["pack/in/cut.gz"]


@pytest.mark.parametrize("pack", [gzip.compress, bz2.compress, zstd, bytes])
def test_tar_archives_are_read_compressed_or_not(tmp_path: Path, pack) -> None:
    path = tmp_path / "x.tar"
    path.write_bytes(pack(tarred(one=LOG, two=LOG)))
    data = read_ais(path)
    assert len(data.positions) == 16
    assert data.reports[0].sha256 == data.reports[1].sha256 != ""


def test_a_cut_tar_gives_the_members_before_and_names_the_damage(tmp_path: Path) -> None:
    packed = tarred(one=LOG * 40, two=LOG * 40)
    path = tmp_path / "x.tar"
    path.write_bytes(packed[: len(packed) // 2 + 2000])
    with pytest.warns(StsWarning, match=r"left out x.tar: is damaged or cut short"):
        data = read_ais(path)
    assert set(data.positions["source"]) == {"x.tar/one", "x.tar/two"}


def test_a_large_header_of_a_tar_archive_is_refused(tmp_path: Path) -> None:
    header = tarfile.TarInfo("x")
    header.type, header.size = tarfile.XHDTYPE, 1 << 40
    path = tmp_path / "bomb.tar"
    path.write_bytes(header.tobuf(tarfile.GNU_FORMAT) + bytes(4096))
    with pytest.raises(DecodeError, match="damaged or cut short: a header of"):
        read_ais(path)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"7z\xbc\xaf\x27\x1c" + bytes(90), "7z archive"),
        (b"Rar!\x1a\x07\x01" + bytes(90), "RAR archive"),
        (b"\xfd7zXZ\x00" + bytes(90), "xz file"),
    ],
)
def test_archives_of_other_kinds_are_refused_by_name(tmp_path: Path, content: bytes, message: str) -> None:
    (tmp_path / "x.log").write_bytes(content)
    with pytest.raises(DecodeError, match=f"is a {message}, which is not unpacked here; unpack it first"):
        read_ais(tmp_path / "x.log")


def test_an_encrypted_member_is_left_out(tmp_path: Path) -> None:
    data = bytearray(zipped("a.nmea", "b.nmea"))
    for mark, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        data[data.find(mark) + offset] |= 1
    (tmp_path / "x.zip").write_bytes(data)
    with pytest.warns(StsWarning, match="encrypted"):
        assert len(read_ais(tmp_path / "x.zip").positions) == 8


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be"])
def test_text_in_utf_16_is_read(tmp_path: Path, encoding: str) -> None:
    """A shell that redirects to a file may write UTF-16."""
    (tmp_path / "x.log").write_bytes(LOG.decode().encode(encoding))
    assert len(read_ais(tmp_path / "x.log").positions) == 8
    rows = "mmsi,time,lat,lon\n" + "412000001,2023-11-14T22:13:20Z,30.1,122.5\n"
    (tmp_path / "x.csv").write_bytes(rows.encode(encoding))
    assert read_ais(tmp_path / "x.csv").positions["lat"].tolist() == [30.1]


def test_a_file_without_compression_is_one_stream_whatever_its_name(tmp_path: Path) -> None:
    (tmp_path / "x.pdf").write_bytes(LOG)
    with open_streams(tmp_path / "x.pdf") as streams:
        assert [name for name, _, _ in streams] == [""]


def test_a_zip_of_a_later_version_is_refused(tmp_path: Path) -> None:
    data = bytearray(zipped("a.log"))
    data[data.index(b"PK\x01\x02") + 6] = 200  # the version that it takes to unpack
    (tmp_path / "a.zip").write_bytes(data)
    with pytest.raises(DecodeError, match=r"cannot be unpacked: zip file version 20\.0"):
        read_ais(tmp_path / "a.zip")


def test_a_member_without_a_name_stops_nothing(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        nameless = zipfile.ZipInfo("a")
        nameless.filename = ""
        with archive.open(nameless, "w") as member:
            member.write(LOG)
        archive.writestr("b.log", LOG)
    assert len(read_ais(tmp_path / "a.zip").positions) > 0


def test_a_zip_whose_names_are_not_utf_8_is_damaged(tmp_path: Path) -> None:
    data = bytearray(zipped("\u00e9.log"))  # not ASCII: its name is marked as UTF-8
    name = "\u00e9".encode()
    for whose, message in (("its list", "damaged or cut short"), ("the member", "cannot be unpacked here")):
        broken = bytearray(data)
        at = data.rindex(name) if whose == "its list" else data.index(name)
        broken[at : at + 1] = b"\xff"
        (tmp_path / "a.zip").write_bytes(broken)
        with pytest.raises(DecodeError, match=message):
            read_ais(tmp_path / "a.zip")


def test_a_tar_header_with_a_number_of_5000_digits_is_damaged(tmp_path: Path) -> None:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w") as archive:
        header = tarfile.TarInfo("x")
        header.type = tarfile.XHDTYPE
        extension = b"9" * 5_000 + b" path=a\n"
        header.size = len(extension)
        archive.addfile(header, io.BytesIO(extension))
    (tmp_path / "a.tar").write_bytes(buffer.getvalue())
    with pytest.raises(DecodeError, match="damaged or cut short"):
        read_ais(tmp_path / "a.tar")


def test_a_sealed_spreadsheet_is_an_office_document(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "a.xlsx", "w") as archive:
        for name in ("[Content_Types].xml", "xl/worksheets/sheet1.xml"):
            archive.writestr(name, "<mmsi>")
    data = bytearray((tmp_path / "a.xlsx").read_bytes())
    for mark, flags in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        data[data.rindex(mark) + flags] |= 1  # the sheet is encrypted
    (tmp_path / "a.xlsx").write_bytes(data)
    with pytest.raises(DecodeError, match=r"office document|Excel file"):
        read_ais(tmp_path / "a.xlsx")
