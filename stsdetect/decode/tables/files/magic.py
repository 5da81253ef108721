"""Files that are not AIS tables or logs, recognised by their first bytes: `refuse_by_magic`."""

from __future__ import annotations

_AS_CSV = "save it as CSV and give that"
# First bytes -> what the file is, and what to do. The first match counts.
_KINDS: tuple[tuple[bytes, str, str], ...] = (
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "an Excel workbook (.xls) or another Office document", _AS_CSV),
    (b"SQLite format 3\0", "an SQLite database", "export the table with the positions as CSV"),
    (b"\x93NUMPY", "a NumPy array (.npy)", _AS_CSV),
    (b"MATLAB 5.0 MAT-file", "a MATLAB file (.mat)", _AS_CSV),
    (b"\x89HDF\r\n\x1a\n", "an HDF5, NetCDF 4 or MATLAB 7.3 file", _AS_CSV),
    (b"CDF\x01", "a NetCDF file", _AS_CSV),
    (b"CDF\x02", "a NetCDF file", _AS_CSV),
    (b"ORC", "an ORC table", "save it as Parquet or CSV and give that"),
    (b"Obj\x01", "an Avro file", "save it as Parquet or CSV and give that"),
    (b"FEA1", "a Feather file of version 1", "save it as Parquet or CSV and give that"),
    (b"RDX", "an R workspace", "write the table with write.csv and give that"),
    (b"X\n\0", "an R object (.rds)", "write the table with write.csv and give that"),
    (b"%PDF", "a PDF document", "it holds no table that can be read; ask its source for CSV"),
    (b"{\\rtf", "a document in rich text", "save it as plain text"),
    (b"\x89PNG", "a picture (PNG)", "it holds no table"),
    (b"\xff\xd8\xff", "a picture (JPEG)", "it holds no table"),
    (b"GIF8", "a picture (GIF)", "it holds no table"),
    (b"\xd4\xc3\xb2\xa1", "a network capture (pcap)", "write the payloads of its packets to a text file"),
    (b"\xa1\xb2\xc3\xd4", "a network capture (pcap)", "write the payloads of its packets to a text file"),
    (b"\x4d\x3c\xb2\xa1", "a network capture (pcap)", "write the payloads of its packets to a text file"),
    (b"\x0a\x0d\x0d\x0a", "a network capture (pcapng)", "write the payloads of its packets to a text file"),
    (b"PGDMP", "a PostgreSQL dump", "export the table with the positions as CSV"),
    (b"\x7fELF", "a program", "it holds no table"),
    (b"MZ\x90\0", "a program", "it holds no table"),
)  # fmt: skip
# Names inside a zip archive, near its start.
_ZIPPED: tuple[tuple[bytes, str, str], ...] = (
    (b"xl/", "an Excel workbook (.xlsx)", _AS_CSV),
    (b"application/vnd.oasis.opendocument.spreadsheet", "an OpenDocument spreadsheet (.ods)", _AS_CSV),
    (b"word/", "a Word document", "save its table as CSV and give that"),
    (b"application/vnd.oasis.opendocument", "an OpenDocument file", "save its table as CSV and give that"),
    (b"doc.kml", "a KMZ file", _AS_CSV),
    (b".npy", "NumPy arrays (.npz)", _AS_CSV),
    (b"[Content_Types].xml", "an Office document", _AS_CSV),
)
_MARKUP: tuple[tuple[bytes, str, str], ...] = (
    (b"<!doctype html", "a web page", "the download may have failed; download the data again"),
    (b"<html", "a web page", "the download may have failed; download the data again"),
    (b"<kml", "a KML file", _AS_CSV),
    (b"<gpx", "a GPX file", _AS_CSV),
    (b"<?xml", "an XML file", _AS_CSV),
)


def refuse_by_magic(head: bytes) -> str | None:
    """What a file is that cannot be read, and what to do with it; None for any other file.

    Parameters
    ----------
    head : bytes
        The first bytes of the file, of a zip archive itself and not of its members; some thousand suffice.

    Returns
    -------
    str or None
        A clause that follows the name of the file, such as "is a PDF document: ...".

    Examples
    --------
    >>> refuse_by_magic(b"SQLite format 3" + bytes(85))
    'is an SQLite database: export the table with the positions as CSV'
    >>> refuse_by_magic(b"mmsi,time,lat,lon") is None
    True
    """
    if head.startswith(b"PK\x03\x04"):
        found = next((kind for kind in _ZIPPED if kind[0] in head[:4096]), None)
    else:
        found = next((kind for kind in _KINDS if head.startswith(kind[0])), None)
        if found is None:
            start = head[:2048].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
            found = next((kind for kind in _MARKUP if start.startswith(kind[0])), None)
            if found and found[0] == b"<?xml":
                found = next((kind for kind in _MARKUP[:4] if kind[0] in start), found)
    if found is None and _is_pickle(head):
        found = b"", "a Python pickle, which may run any program when it is read", _AS_CSV
    return None if found is None else f"is {found[1]}: {found[2]}"


def _is_pickle(head: bytes) -> bool:
    # Protocol 2 to 5; from 4 on a frame follows.
    return head[:1] == b"\x80" and head[1:2] in (b"\x02", b"\x03", b"\x04", b"\x05") and len(head) > 2
