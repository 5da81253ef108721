"""Targets of the fuzzer: each takes any bytes, raises nothing but DecodeError and accounts for every row."""

import io
import tempfile
from collections.abc import Callable, Iterable
from contextlib import suppress
from pathlib import Path

import polars as pl

from stsdetect.decode.accounting import DecodeReport
from stsdetect.decode.batch import Batch
from stsdetect.decode.inputs import PeekedStream
from stsdetect.decode.nmea.reader import NmeaReader
from stsdetect.decode.reader import batches
from stsdetect.decode.static_log import REPORT_SCHEMA, compacted
from stsdetect.decode.tables.files import csv_frames, json_frames
from stsdetect.decode.tables.reader import TableReader
from stsdetect.decode.times.timestamps import TIME_FORMATS, TimeFormat, epoch_ms, time_format
from stsdetect.errors import DecodeError
from stsdetect.params import DecodeParams
from tests.builders import decode as s

T = 1_700_000_000
LOG = [
    s.tagged(s.position(), T),
    s.tagged(s.part_a(), T, station="x", group="1-2-3"),
    *[f"{line},r003669708,{T}" for line in s.static()],
    f"{T} {s.class_b()}",
    "$PGHP,1,2023,11,14,22,13,20,0,219,,2190047,1,00*00",
    "$GPRMC,221320,A,3000.0,N,12200.0,E,0.0,0.0,141123,,,A*00",
    '{"class":"AIS","rxuxtime":1700000000,"nmea":["!AIVDM,1,1,,A,13HOI:0P0000VOHLCnHQKwvL05Ip,0*23"]}',
]
TABLE = ["mmsi,time,lat,lon,sog", "412000001,2024-05-01T00:00:00,30,122,1"]
OBJECT = '{"mmsi":412000001,"time":"2024-05-01T00:00:00","lat":30,"lon":122}'
GPSD = [
    '{"class":"TPV","time":"2018-09-04T10:00:00.000Z"}',
    '{"class":"AIS","type":1,"mmsi":412000001,"scaled":false,"lat":18150000,"lon":73200000,"speed":75}',
]
TIMES = [
    "1700000000", "2023-11-14T22:13:20Z", "2023-11-14 22:13:20.5+01:00", "03/04/2021 00:00",
    "20210701_185151", "2023-10-22 22:47:36.94034384 +0000 UTC",
]  # fmt: skip
_LIMITS = DecodeParams(max_line_bytes=300)
_LATEST_MS = 4_000_000_000_000


def nmea(data: bytes) -> None:
    """Logs; the first byte chooses the size of a block and what becomes of bad checksums."""
    choice = data[0] if data else 0
    params = DecodeParams(
        block_bytes=64 + 16 * (choice // 2), max_line_bytes=300, keep_bad_checksums=bool(choice % 2)
    )
    report = DecodeReport("fuzz")
    close(report, NmeaReader(report, params, latest_ms=_LATEST_MS).batches(io.BytesIO(data[1:])))


def around(data: bytes) -> None:
    """Bytes before and after a valid sentence, where receive times are looked for."""
    line = s.position().encode()
    before, _, after = data.partition(b"\0")
    nmea(b"\x80" + before + line + after + b"\n" + line + b"\n")


def csv(data: bytes) -> None:
    """Tables with a separator."""
    report = DecodeReport("fuzz")
    table = TableReader(report, _LIMITS, latest_ms=_LATEST_MS)
    with suppress(DecodeError):
        close(report, table.batches(csv_frames(io.BytesIO(data), report, _LIMITS, table.number_schemas)))


def json(data: bytes) -> None:
    """JSON lines and documents."""
    report, stream = DecodeReport("fuzz"), PeekedStream(io.BytesIO(data))
    with suppress(DecodeError):
        frames = json_frames(stream, stream.head, report, _LIMITS)
        close(report, TableReader(report, _LIMITS, latest_ms=_LATEST_MS).batches(frames))


def times(data: bytes) -> None:
    """Texts of a column of times: each order gives a time or null for every row."""
    texts = pl.Series("t", data.decode("utf-8", "replace").split("\n"), dtype=pl.String)
    with suppress(DecodeError):
        time_format(texts, source="fuzz", params=_LIMITS)
    for order in TIME_FORMATS:
        assert epoch_ms(texts, TimeFormat(order)).len() == texts.len()


def files(data: bytes) -> None:
    """Whole files of any kind, packed or not."""
    with tempfile.NamedTemporaryFile() as file:
        file.write(data)
        file.flush()
        report = DecodeReport("fuzz")
        with suppress(DecodeError):
            close(report, batches(Path(file.name), report, _LIMITS))


def close(report: DecodeReport, rows: Iterable[Batch]) -> None:
    """Read everything and check that the tally closes."""
    static = [pl.DataFrame(schema=REPORT_SCHEMA)]
    for batch in rows:
        report.rows_out += batch.positions.height
        static.append(batch.static.with_columns(source=pl.lit(report.source)))
    found = compacted(pl.concat(static), _LIMITS)
    kept = found.rows.filter("counted").height
    report.rows_out += kept + found.unchanged.total() + found.joined.total()
    assert report.closes, report.to_dict()


def _seeds(*groups: list[str]) -> list[bytes]:
    return ["\n".join(group).encode() for group in groups]


TARGETS: dict[str, tuple[Callable[[bytes], None], list[bytes]]] = {
    "nmea": (nmea, _seeds(["\x01" + LOG[0], *LOG[1:]], *(["@" + line] for line in LOG))),
    "around": (
        around,
        _seeds(["\\c:1700000000*5E\\"], ["\0,r003669708,1700000000"], ["2023-11-14 22:13:20 "]),
    ),
    "csv": (csv, _seeds(TABLE)),
    "json": (json, _seeds([OBJECT], [f"[{OBJECT}]"], GPSD)),
    "times": (times, _seeds(TIMES, *([text] for text in TIMES))),
    "files": (files, _seeds(LOG, TABLE, GPSD)),
}
"""Each target by name, with inputs to start from."""
