"""Files that unpack to a multiple of their size, or are one piece, are read or refused in bounded memory."""

import gzip
import json
import subprocess
import sys
from pathlib import Path

import pytest

MIB = 1 << 20
HEAD = b"mmsi,time,lat,lon,sog\n412000001,2024-05-01T00:00:00,30,122,1\n"
LOG = b"1700000000 !AIVDM,1,1,,A,13HOI:0P0000VOHLCnHQKwvL05Ip,0*23\n"
ROW = json.dumps({"mmsi": 412000001, "time": "2024-05-01T00:00:00", "lat": 30.0, "lon": 122.0}).encode()

READ = """
import resource, sys
from stsdetect.decode import read_ais
from stsdetect.errors import DecodeError
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
try:
    data = read_ais(sys.argv[1])
    message = f"{len(data.positions)} {data.reports[0].closes}"
except DecodeError as error:
    message = str(error)
print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before, message)
"""


@pytest.mark.parametrize(
    ("name", "pieces", "n", "message", "max_mib"),
    [
        ("line.csv", [HEAD, b"0" * MIB], 128, "1 True", 300),
        ("blank.csv", [HEAD, b"\n" * MIB], 24, "1 True", 600),
        ("short.csv", [HEAD, b",\n" * (MIB // 2)], 12, "1 True", 800),
        ("blank.nmea", [LOG, b"\n" * MIB], 32, "1 True", 300),
        ("bang.nmea", [LOG, b"!AIVDM,\n" * (MIB // 8)], 6, "1 True", 300),
        ("document.json", [b"[" + ROW, (b"," + ROW) * (MIB // len(ROW))], 16, "1 True", 600),
        ("large.json", [b"[" + ROW, (b"," + ROW) * (MIB // len(ROW))], 80, "1 True", 600),
        ("numbers.json", [b"[1", b",1" * (MIB // 2)], 24, "no list of objects", 600),
    ],
)
def test_memory_stays_bounded(
    tmp_path: Path, name: str, pieces: list[bytes], n: int, message: str, max_mib: int
) -> None:
    path = tmp_path / f"{name}.gz"
    with gzip.open(path, "wb", compresslevel=1) as file:
        file.write(pieces[0])
        for _ in range(n):
            file.write(pieces[1])
        if name.endswith(".json"):
            file.write(b"]")
    done = subprocess.run(
        [sys.executable, "-c", READ, str(path)], capture_output=True, text=True, check=True, timeout=120
    )
    grown_kib, text = done.stdout.split(maxsplit=1)
    assert message in text
    assert int(grown_kib) < max_mib * 1024
