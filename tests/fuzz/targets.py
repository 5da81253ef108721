"""Targets of the fuzzer: each takes any bytes, raises nothing but DecodeError and accounts for every row."""

import io
import tempfile
from collections.abc import Callable, Iterable
from contextlib import suppress
from pathlib import Path

import polars as pl
import shapely

from stsdetect.decode.accounting import DecodeReport
from stsdetect.decode.batch import Batch
from stsdetect.decode.file_rows import batches
from stsdetect.decode.nmea.places.json_times import json_times
from stsdetect.decode.nmea.places.text_times import calendar_times, labelled_times, number_times
from stsdetect.decode.nmea.reader import NmeaReader
from stsdetect.decode.static_log import REPORT_SCHEMA, compacted
from stsdetect.decode.streams import PeekedStream
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
CLOCKS = [
    line.encode()
    for line in (
        s.dollar_line("GPRMC,221320,A,3000.0,N,12200.0,E,0.0,0.0,141123,,,A"),
        s.dollar_line("GPRMC,221321,A,3000.0,N,12200.0,E,0.0,0.0,300304,,,A"),
        s.dollar_line("GPZDA,221322.00,14,11,2023,00,00"),
        s.sentence("402=481uaUcf;OQ55JS9ITi025Jp"),
        s.tagged(s.class_b(), T + 5),
        s.dollar_line("PGHP,1,2023,11,14,22,13,20,0,219,,2190047,1,"),
    )
]
TEXTS = [
    "2023-11-14 22:13:20 CST host", "14/11/2023 10:13:20 PM +08:00", f"id=7,{T},{T}123",
    " ( MSG: 1, timestamp: 20231114221320)", '{"@timestamp":"2023-11-14T22:13:20Z","rxuxtime":1700000000.5}',
]  # fmt: skip
TABLE = ["mmsi,time,lat,lon,sog", "412000001,2024-05-01T00:00:00,30,122,1"]
TWO_TABLES = [*TABLE, "time;mmsi;lon;lat", '2024-05-01T00:01:00;412000001;122;"30"', '"a;b";"', "1;2;3;4;5"]
OBJECT = '{"mmsi":412000001,"time":"2024-05-01T00:00:00","lat":30,"lon":122}'
GPSD = [
    '{"class":"TPV","time":"2018-09-04T10:00:00.000Z"}',
    '{"class":"AIS","type":1,"mmsi":412000001,"scaled":false,"lat":18150000,"lon":73200000,"speed":75}',
]
WRAPPED = [
    f'{{"data":[{OBJECT}]}}',
    f'[{{"ERROR":false}},[{OBJECT}]]',
    f'{{"412000001":{OBJECT}}}',
    '{"type":"FeatureCollection","features":[{"type":"Feature","properties":{"mmsi":412000001,"t":"2024-05-01"},'
    '"geometry":{"type":"Point","coordinates":[122,30]}}]}',
    '{"columns":["mmsi","t","lat","lon"],"data":[[412000001,"2024-05-01",30,122]]}',
    '{"mmsi":[412000001],"t":["2024-05-01"],"lat":[30],"lon":[122]}',
    '{"MessageType":"PositionReport","MetaData":{"MMSI":412000001,"time_utc":"2024-05-01"},'
    '"Message":{"PositionReport":{"Latitude":30,"Longitude":122}}}',
]
TIMES = [
    "1700000000", "2023-11-14T22:13:20Z", "2023-11-14 22:13:20.5+01:00", "03/04/2021 00:00",
    "20210701_185151", "2023-10-22 22:47:36.94034384 +0000 UTC",
]  # fmt: skip
LIMITS = DecodeParams(max_line_bytes=300)
LATEST_MS = 4_000_000_000_000


def nmea(data: bytes) -> None:
    """Logs; the first byte chooses the size of a block and what becomes of bad checksums."""
    choice = data[0] if data else 0
    params = DecodeParams(
        block_bytes=64 + 16 * (choice // 2), max_line_bytes=300, keep_bad_checksums=bool(choice % 2)
    )
    report = DecodeReport("fuzz")
    close(report, NmeaReader(report, params, latest_ms=LATEST_MS).batches(io.BytesIO(data[1:])))


def around(data: bytes) -> None:
    """Bytes before and after a valid sentence, where receive times are looked for."""
    line = s.position().encode()
    before, _, after = data.partition(b"\0")
    nmea(b"\x80" + before + line + after + b"\n" + line + b"\n")


def clocks(data: bytes) -> None:
    """Lines of clocks and other bytes between sentences without a time."""
    lines = [s.position(412000001 + k).encode() for k in range(3)]
    for k, byte in enumerate(data):
        lines.insert(byte % (len(lines) + 1), CLOCKS[(byte + k) % len(CLOCKS)])
    nmea(bytes([len(data) % 256]) + b"\n".join(lines) + b"\n" + data + b"\n")


def texts(data: bytes) -> None:
    """Text before or behind a sentence, and JSON: a time, none, or one that is not understood."""
    lines = pl.Series("t", data.decode("latin-1").split("\n"), dtype=pl.String)
    for order in (None, "day_first", "month_first"):
        for found in (
            calendar_times(lines, order),
            labelled_times(lines, order),
            json_times(lines, order=order, latest_ms=LATEST_MS),
        ):
            assert len(found.ms) == len(found.bad) == lines.len()
    assert all(len(ms) == lines.len() for ms in number_times(lines))


def csv(data: bytes) -> None:
    """Tables with a separator."""
    report = DecodeReport("fuzz")
    table = TableReader(report, LIMITS, latest_ms=LATEST_MS)
    with suppress(DecodeError):
        close(report, table.batches(csv_frames(io.BytesIO(data), report, LIMITS, table.number_schemas)))


def json(data: bytes) -> None:
    """JSON lines and documents."""
    report, stream = DecodeReport("fuzz"), PeekedStream(io.BytesIO(data))
    with suppress(DecodeError):
        frames = json_frames(stream, stream.head, report, LIMITS)
        close(report, TableReader(report, LIMITS, latest_ms=LATEST_MS).batches(frames))


def times(data: bytes) -> None:
    """Texts of a column of times: each order gives a time or null for every row."""
    texts = pl.Series("t", data.decode("utf-8", "replace").split("\n"), dtype=pl.String)
    with suppress(DecodeError):
        time_format(texts, source="fuzz", params=LIMITS)
    for order in TIME_FORMATS:
        assert epoch_ms(texts, TimeFormat(order)).len() == texts.len()


def files(data: bytes) -> None:
    """Whole files of any kind, packed or not."""
    with tempfile.NamedTemporaryFile() as file:
        file.write(data)
        file.flush()
        report = DecodeReport("fuzz")
        with suppress(DecodeError):
            close(report, batches(Path(file.name), report, LIMITS))


def parquet(data: bytes) -> None:
    """Parquet and Arrow files."""
    files(b"PAR1" + data if data[:1] != b"A" else data)


def close(report: DecodeReport, rows: Iterable[Batch]) -> None:
    """Read everything and check that the tally closes."""
    static = [pl.DataFrame(schema=REPORT_SCHEMA)]
    for batch in rows:
        report.rows_out += batch.positions.height
        static.append(batch.static.with_columns(source=pl.lit(report.source)))
    found = compacted(pl.concat(static), LIMITS)
    kept = found.rows.filter("counted").height
    report.rows_out += kept + found.unchanged.total() + found.joined.total()
    assert report.closes, report.to_dict()


def _seeds(*groups: list[str]) -> list[bytes]:
    return ["\n".join(group).encode() for group in groups]


def _parquet() -> bytes:
    out = io.BytesIO()
    _frame().write_parquet(out)
    return out.getvalue()


def _arrow() -> bytes:
    out = io.BytesIO()
    _frame().write_ipc(out)
    return out.getvalue()


def _frame() -> pl.DataFrame:
    row = {
        "mmsi": 412000001,
        "time": "2024-05-01T00:00:00",
        "geometry": shapely.to_wkb(shapely.Point(122, 30)),
    }
    return pl.DataFrame([row])


TARGETS: dict[str, tuple[Callable[[bytes], None], list[bytes]]] = {
    "nmea": (nmea, _seeds(["\x01" + LOG[0], *LOG[1:]], *(["@" + line] for line in LOG))),
    "around": (
        around,
        _seeds(["\\c:1700000000*5E\\"], ["\0,r003669708,1700000000"], ["2023-11-14 22:13:20 "]),
    ),
    "clocks": (clocks, _seeds(["abcdef"], ["\0\1\2\3\4\5"], ["aaabbb"])),
    "texts": (texts, _seeds(TEXTS, *([text] for text in TEXTS))),
    "csv": (csv, _seeds(TABLE, TWO_TABLES)),
    "json": (json, _seeds([OBJECT], [f"[{OBJECT}]"], GPSD, *([text] for text in WRAPPED))),
    "times": (times, _seeds(TIMES, *([text] for text in TIMES))),
    "files": (files, _seeds(LOG, TABLE, GPSD)),
    "parquet": (parquet, [_parquet()[4:], _arrow()]),
}
"""Each target by name, with inputs to start from."""
