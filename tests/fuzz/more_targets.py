"""Targets beside the decoders of `targets`: lists, layers, areas, mapping files, zones, and tables built from any bytes."""

from __future__ import annotations

import io
import json
import re
import tempfile
import warnings
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import numpy as np
import polars as pl
import shapely

from stsdetect.context import load_context
from stsdetect.decode.accounting import DecodeReport
from stsdetect.decode.tables.files import csv_frames
from stsdetect.decode.tables.mapping import read_mapping
from stsdetect.decode.tables.memory_frames import table_of_frame
from stsdetect.decode.tables.reader import TableReader
from stsdetect.decode.times.time_text import read_texts
from stsdetect.decode.times.time_zones import means, offset_min, zone_name
from stsdetect.decode.times.timestamps import TimeFormat, epoch_ms
from stsdetect.errors import ContextError, DecodeError, StsWarning
from stsdetect.geo.area import area_on_earth, boxes_of, inside_area
from stsdetect.itu import valid_imo
from stsdetect.lists import read_watchlist
from stsdetect.params import DecodeParams
from tests.builders.lists import FORMS, XML_FORMS
from tests.fuzz.engine import MAX_BYTES
from tests.fuzz.targets import LATEST_MS, LIMITS, close, files

NAMES = ("mmsi", "time", "lat", "lon", "sog", "imo", "shipname", "ship_type", "draught", "nav_status")
CELLS = ("412000001", "2024-05-01T00:00:00Z", "30.5", "122.5", "7.5", "9074729", "EAGLE", "80", "5.5", "0")
KINDS = (
    pl.String,
    pl.Float64,
    pl.Int64,
    pl.Float32,
    pl.Boolean,
    pl.Binary,
    pl.Date,
    pl.Datetime("us"),
    pl.Time,
)
LIST = "IMO No.;Vessel Name;MMSI;LOA\n9074729;EAGLE;412000001;330\n;SEA STAR;'412000002;\n"
PLACES = 'name,lat,lon,use,night_work\nROAD,30.5,122.5,anchorage,yes\nBAY,30 30.5 N,"122,5",sts,no\n'
MAPPING = (
    '[columns]\nmmsi = "nr"\ntime = ["t", "when"]\nlat = "pos.y"\nsog = "*"\n[units]\nspeed = "dkn"\ndraught = "dm"\n'
    '[time]\norder = "day_first"\nzone = "Asia/Shanghai"\n[ship_types]\n"Tanker" = 80\n'
)
FIELDS_OF_MAPPING = "nr,t,pos.y,x,*,draught,type\n412000001,13/04/2021 01:00,30.5,122.5,75,55,Tanker\n"
POLYGON = '{"type":"Polygon","coordinates":[[[170,10],[190,10],[190,20],[170,20],[170,10]]]}'


def columns(data: bytes) -> None:
    """Tables with any names of columns: the first byte chooses the form, the first line has the names."""
    names, *cells = (part.split("\t") for part in data[1:].decode("utf-8", "replace").split("\n")[:20])
    # Polars gives Arrow no name with a NUL: it panics.
    names = [name.replace("\0", "") for name in names]
    named = dict(zip([*names, *NAMES], [*([""] * len(names)), *CELLS], strict=True))
    rows = [{**named, **dict(zip(named, row, strict=False))} for row in ([], *cells)]
    written(pl.DataFrame(rows, schema=dict.fromkeys(named, pl.String)), data[0] if data else 0)


def written(table: pl.DataFrame, form: int) -> None:
    """Read a table in one of its forms."""
    out = io.BytesIO()
    if form % 6 == 0:
        in_memory(table)
    elif form % 6 == 1:
        in_memory(table.to_pandas())
    elif form % 6 == 2:
        in_memory(table.to_arrow())
    elif form % 6 == 3:
        table.write_parquet(out)
    elif form % 6 == 4:
        nothing = [name for name, kind in table.schema.items() if kind == pl.Binary]
        table.with_columns(table[name].cast(pl.String, strict=False) for name in nothing).write_csv(out)
    else:
        out.write("".join(json.dumps(row, default=str) + "\n" for row in table.to_dicts()).encode())
    if form % 6 > 2:
        files(out.getvalue())


def typed(data: bytes) -> None:
    """Frames and Parquet with columns of any types and values; the bytes choose them."""
    take = iter(data)
    table: dict[str, pl.Series] = {}
    n = 1 + next(take, 0) % 8
    for name, cell in zip(NAMES, CELLS, strict=True):
        kind = KINDS[next(take, 0) % len(KINDS)]
        values = [cell if byte % 3 else _value(byte, take) for byte in (next(take, 0) for _ in range(n))]
        column = pl.Series(name, [str(v) for v in values], dtype=pl.String)
        if kind == pl.Binary:
            column = pl.Series(name, [str(v).encode() for v in values], dtype=pl.Binary)
        elif kind in (pl.Date, pl.Time) or isinstance(kind, pl.Datetime):
            column = column.str.slice(0, 8).cast(pl.Int64, strict=False).cast(pl.Int32, strict=False)
            seconds = (column.abs() % 80_000).cast(pl.Int64)
            column = (seconds * 10**9 if kind == pl.Time else seconds).cast(kind, strict=False)
        elif kind != pl.String:
            column = column.cast(pl.Float64, strict=False).cast(kind, strict=False)
        table[name] = column.alias(name)
    written(pl.DataFrame(table), data[0] if data else 0)


def _value(byte: int, take: object) -> str:
    extremes = (
        "",
        "nan",
        "inf",
        "-inf",
        "1e300",
        "-1",
        "181",
        "91",
        "9223372036854775807",
        "0.5",
        "\0",
        "*",
        "∞",
    )
    return extremes[byte % len(extremes)]


def in_memory(frame: object) -> None:
    """A frame: its rows are accounted for, or it is refused."""
    report = DecodeReport("fuzz")
    with suppress(DecodeError):
        table = table_of_frame(frame)
        close(report, TableReader(report, LIMITS, latest_ms=LATEST_MS).batches(iter([table])))


def mapping(data: bytes) -> None:
    """A mapping file, and a table that is read by it."""
    toml, _, table = data.partition(b"\0")
    with tempfile.TemporaryDirectory() as folder, suppress(DecodeError):
        path = Path(folder) / "mapping.toml"
        path.write_bytes(toml)
        read_mapping(path)
        report, params = DecodeReport("fuzz"), DecodeParams(mapping=str(path), max_line_bytes=300)
        reader = TableReader(report, params, latest_ms=LATEST_MS)
        given = io.BytesIO(table or FIELDS_OF_MAPPING.encode())
        close(report, reader.batches(csv_frames(given, report, params, reader.number_schemas)))


def zones(data: bytes) -> None:
    """Words of zones, alone and behind a time."""
    words = data.decode("utf-8", "replace").split("\n")
    for word in words:
        offset = offset_min(word)
        assert offset is None or abs(offset) <= 24 * 60
        name = zone_name(word)
        if name is not None:
            assert means(word, name) in (True, False)
            assert epoch_ms(pl.Series(["2024-05-01 00:00:00"]), TimeFormat("iso", name)).len() == 1
    texts = pl.Series([f"2024-05-01 00:00:00 {word}" for word in words], dtype=pl.String)
    read = read_texts(texts)
    assert read.ms.len() == texts.len()
    far = (read.ms - 1_714_521_600_000).abs() > 24 * 3_600_000
    assert not far.fill_null(value=False).any(), texts.filter(far)


def watchlists(data: bytes) -> None:
    """Lists of ships; numbers that come out are ones of the right form."""
    _of_file(data, "list.csv", _checked_list)


def _checked_list(path: Path) -> None:
    ships = pl.DataFrame(read_watchlist(path))
    assert ships.height > 0
    assert ships.select(valid_imo(pl.col("imo").drop_nulls()).all()).item()
    assert ships.select(pl.col("mmsi").drop_nulls().is_between(100_000_000, 999_999_999).all()).item()
    assert ships["ship_id"].null_count() == 0


def anchorages(data: bytes) -> None:
    """Lists of places."""
    _of_file(data, "places.csv", lambda path: load_context(anchorages=path))


def layers(data: bytes) -> None:
    """Vector files of areas and of places."""
    _of_file(data, "area.geojson", lambda path: load_context(aoi=path))
    _of_file(data, "area.geojson", lambda path: load_context(anchorages=path))


def areas(data: bytes) -> None:
    """Polygons: what is accepted has longitudes from -180 to 180 and keeps the inside of a small one."""
    numbers = np.frombuffer(data[: len(data) // 4 * 4], "<i2").reshape(-1, 2).astype(float) / [91, 364]
    if len(numbers) < 3:
        return
    with suppress(ContextError), warnings.catch_warnings():
        warnings.simplefilter("ignore", StsWarning)  # of polygons that were repaired
        area = area_on_earth(shapely.Polygon(numbers))
        west, south, east, north = area.bounds
        assert -180 <= west <= east <= 180
        assert -90 <= south <= north <= 90
        inside_area(area, np.array([0.0, 91.0]), np.array([180.0, np.nan]))
        boxes_of(area)


def refused(data: bytes) -> None:
    """Files that begin like spreadsheets, archives and pictures."""
    begins = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", b"\x89PNG\r\n", b"%PDF-1.4", b"SQLite format 3\0",
              b"\x1f\x8b\x08\0", b"BZh9", b"\xfd7zXZ\0", b"\x28\xb5\x2f\xfd", b"\xff\xfe", b"\x89HDF\r\n", b"ARROW1\0\0")  # fmt: skip
    files(begins[data[0] % len(begins)] + data[1:] if data else b"")


def _of_file(data: bytes, name: str, read: Callable[[Path], object]) -> None:
    with tempfile.TemporaryDirectory() as folder, suppress(ContextError), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        path = Path(folder) / name
        path.write_bytes(data)
        read(path)


def _zip(name: str) -> bytes:
    import zipfile

    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr(name, "mmsi,time,lat,lon\n412000001,2024-05-01T00:00:00,30,122\n")
    return out.getvalue()


def _on_few_lines(text: str) -> bytes:
    """A list without blanks between its elements, so that it fits into one input."""
    return re.sub(r">\s+<", "><", text).encode()


TARGETS: dict[str, tuple[Callable[[bytes], None], list[bytes]]] = {
    "columns": (
        columns,
        [
            bytes([48 + k]) + "*\t^lat$\tLatitude_degrees\tSOG [m/s]\t\t油船\n1\t2\t3\n4".encode()
            for k in range(6)
        ],
    ),
    "typed": (typed, [bytes([k]) + bytes(range(120)) for k in range(6)]),
    "mapping": (mapping, [MAPPING.encode(), MAPPING.encode() + b"\0" + FIELDS_OF_MAPPING.encode()]),
    "zones": (zones, [b"UTC+8\nMSK\nCST\n+08:00\n[Asia/Shanghai]\nEST5EDT", b"Z", b"GMT-3:30", b"AM\nPM"]),
    "watchlists": (watchlists, [LIST.encode(), LIST.encode("utf-16"), b"imo,mmsi\n9.07E+06,4.12E+08\n"]),
    "csv_lists": (
        watchlists,
        [text.encode()[:MAX_BYTES] for name, text in FORMS.items() if name not in XML_FORMS],
    ),
    "xml_lists": (watchlists, [_on_few_lines(text) for text in XML_FORMS.values()]),
    "anchorages": (anchorages, [PLACES.encode(), PLACES.replace(",", "\t").encode()]),
    "layers": (
        layers,
        [
            POLYGON.encode(),
            f'{{"type":"FeatureCollection","features":[{{"type":"Feature","properties":{{"name":"A"}},"geometry":{POLYGON}}}]}}'.encode(),
        ],
    ),
    "areas": (
        areas,
        [np.array([[170, 40], [190, 40], [190, 60], [170, 60]], "<i2").tobytes() * 2, bytes(range(48))],
    ),
    "refused": (
        refused,
        [b"\0" + _zip("a.csv")[4:], b"\0" + _zip("xl/workbook.xml")[4:], b"\1abc", b"\5" + bytes(40)],
    ),
}
"""Each target by name, with inputs to start from."""
