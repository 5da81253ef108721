"""Small files that a reader must survive: ``python -m tests.attack.hostile_files FOLDER`` writes all of them."""

from __future__ import annotations

import bz2
import gzip
import io
import json
import os
import struct
import sys
import tarfile
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

HEAD = "mmsi,time,lat,lon,sog,cog,heading,shipname\n"
ROW = "412000001,2024-05-01T00:00:00,30.1,122.1,1,10,10,X\n"
NMEA = "1700000000 !AIVDM,1,1,,A,13HOI:0P0000VOHLCnHQKwvL05Ip,0*23\n"
GOOD = "zz_good.csv"
"""A file among the others that must be read whatever they hold."""


def parquet(columns: dict[str, Any], **options: Any) -> bytes:
    out = io.BytesIO()
    pq.write_table(pa.table(columns), out, **options)
    return out.getvalue()


def positions(n: int) -> dict[str, Any]:
    return {
        "mmsi": np.full(n, 412_000_001), "time": np.arange(1_700_000_000, 1_700_000_000 + n),
        "lat": np.full(n, 30.0), "lon": np.full(n, 122.0),
    }  # fmt: skip


def zipped(members: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return out.getvalue()


def with_byte(data: bytes, in_file: int, in_list: int, value: int) -> bytes:
    """An archive of one member with a byte of both its headers replaced."""
    out = bytearray(data)
    out[in_file] = value
    out[out.find(b"PK\x01\x02") + in_list] = value
    return bytes(out)


def tarred(**members: bytes) -> bytes:
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w") as archive:
        for name, data in members.items():
            info = tarfile.TarInfo(name)
            info.size = len(data)
            archive.addfile(info, io.BytesIO(data))
    return out.getvalue()


def table(*names: str) -> bytes:
    head = ",".join(["mmsi", "time", "lat", "lon", *names])
    return f"{head}\n412000001,2024-05-01T00:00:00,30,122{',1' * len(names)}\n".encode()


def dictionary_bomb(n: int, text_bytes: int, column: str) -> bytes:
    """One long text that all rows of a column share: kilobytes that unpack to `n * text_bytes`."""
    text = pa.DictionaryArray.from_arrays(pa.array(np.zeros(n, np.int32)), pa.array(["A" * text_bytes]))
    return parquet({**positions(n), column: text}, store_schema=False, dictionary_pagesize_limit=1 << 28)


def large_page(n: int) -> bytes:
    """Columns of one page each."""
    return parquet(
        positions(n), use_dictionary=False, compression="zstd", data_page_size=(1 << 31) - 1, row_group_size=n,
        write_batch_size=n, max_rows_per_page=n,
    )  # fmt: skip


def cut(data: bytes, n: int) -> bytes:
    return data[:-n]


def flipped(data: bytes) -> bytes:
    out = bytearray(data)
    for k in range(60, len(out) - 600, 97):
        out[k] ^= 0x5A
    return bytes(out)


CSV = (HEAD + ROW * 3).encode()
FILES: dict[str, Callable[[], bytes]] = {
    GOOD: lambda: CSV.replace(b"412000001", b"412000009"),
    "empty.csv": lambda: b"",
    "nul.csv": lambda: (HEAD + ROW.replace("X", "\0\0") + "\0" * 5000 + "\n" + ROW).encode(),
    "nul.nmea": lambda: b"\0" * 10_000,
    "same names.csv": lambda: table("a", "a", "a.5", "a.4", "a", "a.1"),
    "no names.csv": lambda: table("", "", "", ""),
    "patterns.csv": lambda: table("*", "^lat$", "^.*$", "a]", "[", "$", "..", "\\"),
    "quoted names.csv": lambda: b'mmsi,time,lat,lon,"a,b","c""d","e\n412000001,2024-05-01T00:00:00,30,122,1,2,3\n',
    "wide.csv": lambda: table(*(f"c{k}" for k in range(3_000))),
    "too wide.csv": lambda: table(*(f"c{k}" for k in range(100_000))),
    "commas.csv": lambda: (b"," * 3_000 + b"\n") * 2,
    "quotes.csv": lambda: (HEAD + ROW.replace("X", '"abc') * 500).encode(),
    "latin.csv": lambda: CSV + ROW.replace("X", "\xff").encode("latin-1"),
    "utf-16.csv": lambda: CSV.decode().encode("utf-16"),
    "half utf-16.csv": lambda: CSV.decode().encode("utf-16")[:-1],
    "mmsis.csv": lambda: (HEAD + "".join(
        ROW.replace("412000001", m)
        for m in ("0", "-5", "9" * 12, "1e300", "nan", "inf", "0x10", "", "9" * 5000, str(-(2**63)), str(2**64))
    )).encode(),
    "times.csv": lambda: (HEAD + "".join(
        ROW.replace("2024-05-01T00:00:00", t)
        for t in ("1970-01-01T00:00:00", "9999-12-31T23:59:59", "0000-00-00T00:00:00", "-1", "2024-02-30T00:00:00",
                  "2024-05-01T24:00:00", "2024-05-01T00:00:60", "99999-01-01T00:00:00", "2024-05-01T00:00:00")
    )).encode(),
    "epochs.csv": lambda: (HEAD + "".join(
        ROW.replace("2024-05-01T00:00:00", t)
        for t in ("0", "1700000000", "4294967296", "1e308", "-1e308", "nan", "inf", str(2**63 - 1), str(2**64))
    )).encode(),
    "encrypted.zip": lambda: with_byte(zipped({"a.csv": CSV}), 6, 8, 1),
    "method.zip": lambda: with_byte(zipped({"a.csv": CSV}), 8, 10, 99),
    "nested.zip": lambda: zipped({"a.zip": zipped({"b.zip": zipped({"c.csv": CSV})})}),
    "cut.zip": lambda: cut(zipped({"a.csv": CSV}), 30),
    "crc.zip": lambda: with_byte(zipped({"a.csv": CSV}), 14, 16, 0),
    "above.zip": lambda: zipped({"../../a.csv": CSV, "/b.csv": CSV, "C:\\x\\..\\c.csv": CSV}),
    "names.zip": lambda: zipped({"\u202ea.csv": CSV, "\n.csv": CSV, "x" * 5_000 + ".csv": CSV, "..": CSV, "/": CSV}),
    "cut.tar": lambda: cut(tarred(a=CSV), 9_000),
    "flipped.tar": lambda: flipped(tarred(a=CSV, b=CSV, c=CSV)),
    "trailing.csv.gz": lambda: gzip.compress(CSV) + b"garbage" * 100,
    "cut.csv.gz": lambda: cut(gzip.compress(CSV * 100), 10),
    "twice.csv.gz": lambda: gzip.compress(gzip.compress(CSV)),
    "cut.csv.bz2": lambda: cut(bz2.compress(CSV), 10),
    "in a.parquet.gz": lambda: gzip.compress(parquet({"mmsi": [1]})),
    "footer.parquet": lambda: cut(parquet(positions(100)), 8) + struct.pack("<I", 0xFFFFFFF0) + b"PAR1",
    "flipped.parquet": lambda: flipped(parquet(positions(5_000))),
    "cut.parquet": lambda: cut(parquet(positions(5_000)), 50),
    "mark.parquet": lambda: b"PAR1",
    "mark.feather": lambda: b"ARROW1\0\0",
    "same names.parquet": lambda: _same_names(),
    "invalid utf-8.parquet": lambda: parquet(
        {**positions(3), "shipname": pa.array([b"\xff\xfe"] * 3).view(pa.string())}
    ),
    "no columns.parquet": lambda: parquet({}),
    "bomb.parquet": lambda: dictionary_bomb(2_000, 200_000, "junk"),
    "bomb of names.parquet": lambda: dictionary_bomb(2_000, 200_000, "shipname"),
    "geo.parquet": lambda: parquet({**positions(2), "geometry": pa.array([b"\x01", None])}),
    "deep geo.parquet": lambda: _with_geo(b"[" * 100_000),
    "odd geo.parquet": lambda: _with_geo(b'{"columns": {"lat": {"crs": [[]]}}, "primary_column": []}'),
    "geo of lists.parquet": lambda: parquet(
        {"mmsi": [412000001], "time": [1700000000], "geometry": [[["a"], ["b"]]]}
    ),
    "a\u202e;$(touch x) \n.csv": lambda: CSV,
    "-rf.csv": lambda: CSV,
    "=cmd()<script>.csv": lambda: CSV,
    os.fsdecode(b"latin\xe9.csv"): lambda: CSV,
    os.fsdecode(b"latin\xe9.parquet"): lambda: parquet(positions(2)),
    os.fsdecode(b"latin\xe9.zip"): lambda: zipped({"a.csv": CSV}),
    "deep.json": lambda: b"[" * 100_000 + b"]" * 100_000,
    "deep.jsonl": lambda: b'{"mmsi":' * 990 + b"1" + b"}" * 990,
    "numbers.json": lambda: b"[1,2,3]",
    "half.jsonl": lambda: b'{"mmsi":412000001,"time":"2024-05-01T00:00:00","lat":30,"lon":122,"shipname":"\\ud800"}\n',
    "surrogates.json": lambda: json.dumps([{"\ud800": "\udfff"}]).encode(),
    "bang.nmea": lambda: b"!" * 10_000 + NMEA.encode() + b"!AIVDM,9,9,9,9,9,9*99\n" * 100,
}  # fmt: skip


def _same_names() -> bytes:
    out = io.BytesIO()
    arrays = [
        pa.array([412000001]),
        pa.array([412000002]),
        pa.array([1700000000]),
        pa.array([30.0]),
        pa.array([122.0]),
    ]
    pq.write_table(
        pa.Table.from_arrays([*arrays, *arrays], names=["mmsi", "mmsi", "time", "lat", "lon"] * 2), out
    )
    return out.getvalue()


def _with_geo(geo: bytes) -> bytes:
    out = io.BytesIO()
    pq.write_table(pa.table(positions(2)).replace_schema_metadata({b"geo": geo}), out)
    return out.getvalue()


def write_all(folder: Path) -> list[Path]:
    """Write all files into a folder."""
    folder.mkdir(parents=True, exist_ok=True)
    paths = []
    for name, content in FILES.items():
        path = folder / name
        try:
            path.write_bytes(content())
        except (OSError, UnicodeEncodeError):
            continue  # a file system that has no such names
        paths.append(path)
    return paths


if __name__ == "__main__":
    write_all(Path(sys.argv[1]))
