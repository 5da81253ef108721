"""Files of other kinds are named, with what to do."""

import pickle
import sqlite3
from pathlib import Path

import numpy as np
import pytest

from stsdetect.decode import read_ais
from stsdetect.decode.tables.files import refuse_by_magic
from stsdetect.errors import DecodeError


@pytest.mark.parametrize(
    ("head", "what"),
    [
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "Excel"),
        (b"PK\x03\x04" + bytes(26) + b"[Content_Types].xml" + b"xl/workbook.xml", "xlsx"),
        (b"PK\x03\x04" + bytes(26) + b"mimetypeapplication/vnd.oasis.opendocument.spreadsheet", "ods"),
        (b"PK\x03\x04" + bytes(26) + b"doc.kml", "KMZ"),
        (b"\x89HDF\r\n\x1a\n", "NetCDF"), (b"MATLAB 5.0 MAT-file, Platform", "MATLAB"), (b"%PDF-1.7", "PDF"),
        (b"ORC", "Parquet or CSV"), (b"Obj\x01", "Avro"), (b"\xd4\xc3\xb2\xa1", "capture"),
        (b"\n<!DOCTYPE HTML><html>", "web page"), (b"\xef\xbb\xbf<?xml version='1.0'?><gpx>", "GPX"),
        (b"<?xml version='1.0'?><vessels/>", "XML"),
    ],
)  # fmt: skip
def test_kinds(head: bytes, what: str) -> None:
    assert what in (refuse_by_magic(head) or "")


@pytest.mark.parametrize(
    "head", [b"mmsi,time", b"{", b"!AIVDM", b"PAR1", b"", b"PK\x03\x04" + bytes(26) + b"a.csv"]
)
def test_what_may_be_ais_is_not_refused(head: bytes) -> None:
    assert refuse_by_magic(head) is None


@pytest.mark.parametrize("protocol", [2, 3, 4, 5])
def test_a_pickle_is_never_opened(tmp_path: Path, protocol: int) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(pickle.dumps(["x"] * 50, protocol))
    with pytest.raises(DecodeError, match=r"pickle.*save it as CSV"):
        read_ais(path)


def test_files_as_their_programs_write_them(tmp_path: Path) -> None:
    base = sqlite3.connect(tmp_path / "a.db")
    base.execute("CREATE TABLE fixes (mmsi INTEGER)")
    base.commit()
    base.close()
    np.save(tmp_path / "a.npy", np.zeros(3))
    for name, what in (("a.db", "SQLite"), ("a.npy", "NumPy")):
        with pytest.raises(DecodeError, match=what):
            read_ais(tmp_path / name)
