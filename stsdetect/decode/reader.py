"""Read dumps: one file into the run folder, or any number into memory."""

from __future__ import annotations

import hashlib
import re
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, BinaryIO, NamedTuple, cast

import pandas as pd
import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq
import shapely

from stsdetect.decode.books import NOT_AIS, DecodeReport
from stsdetect.decode.clocks import note_clocks
from stsdetect.decode.frames import csv_frames, json_frames, parquet_frames
from stsdetect.decode.inputs import Rewound, find_inputs, opened, sniff
from stsdetect.decode.nmea import NmeaReader
from stsdetect.decode.reports import Batch
from stsdetect.decode.static import StaticLog
from stsdetect.decode.tabular import NotAisError, TableReader
from stsdetect.engine.local import LocalEngine
from stsdetect.engine.partition import bucket_of
from stsdetect.errors import DecodeError, ParamError
from stsdetect.params import DecodeParams
from stsdetect.progress import Progress, silent
from stsdetect.schema import POSITIONS, REJECTS, STATIC, Table

_FLUSH_ROWS = 500_000
_LOOK_ROWS = 1_000_000

NO_TIME_HELP = (
    "no sentence has a receive time, and AIS itself carries none. Read are: tag blocks "
    "(\\c:<unix time>*hh\\!AIVDM...), station and unix time after the checksum, $PGHP lines, unix or "
    "ISO 8601 time before the sentence, JSON envelopes, recent $..RMC or $..ZDA lines, and base stations "
    "that agree on the time. Record again with one of these, or add tag blocks."
)


class DecodeTask(NamedTuple):
    """One input file and what to keep of it."""

    path: Path
    source: str
    out_dir: Path
    n_buckets: int = 1
    params: DecodeParams = DecodeParams()
    start: datetime | None = None
    end: datetime | None = None
    area_wkt: str | None = None
    named: bool = True
    """Whether the user gave this very file: then it must be AIS, else it is left out with a warning."""


class AisData(NamedTuple):
    """What `read_ais` returns; all but `reports` are pandas frames."""

    positions: pd.DataFrame
    static: pd.DataFrame
    rejects: pd.DataFrame
    reports: list[DecodeReport]


def decode_file(task: DecodeTask) -> DecodeReport:
    """Decode one file into POSITIONS and STATIC, in hash buckets of vessels.

    Writes ``positions/<key>.bucket-XX.parquet`` and ``static/<key>.bucket-XX.parquet`` below
    ``task.out_dir``, each whole or
    not at all.

    Raises
    ------
    DecodeError
        If the file is missing, empty, of no known kind, or a log without any receive time.
    """
    report = DecodeReport(task.source, n_bytes=_size(task.path))
    select = _Selection(task, report)
    static = StaticLog(pair_window_ms=int(task.params.pair_window_s * 1000))
    with ThreadPoolExecutor(1) as pool, _Buckets(task) as out:
        digest = pool.submit(_sha256, task.path)
        for batch in batches(task.path, report, task.params, named=task.named):
            out.add(select(batch.positions))
            static.add(batch.static)
        static_rows = static.finish()
        report.sha256 = digest.result()
        _write_static(task, static_rows)
        report.positions_out = out.rows
    report.static_out = static_rows.height
    if static.unchanged:
        report.set_aside["static_unchanged"] += static.unchanged
    if static.joined:
        report.set_aside["static_parts_joined"] += static.joined
    report.rows_out = out.rows + static_rows.filter("counted").height
    note_clocks(report, task.params)
    return report


def read_ais(
    inputs: str | Path | Sequence[str | Path],
    *,
    params: DecodeParams | None = None,
    start: datetime | str | None = None,
    end: datetime | str | None = None,
    area: Any = None,
    workers: int = 1,
    progress: Progress = silent,
) -> AisData:
    r"""Read AIS dumps of any kind into tables.

    Parameters
    ----------
    inputs : path or sequence of paths
        Files, folders or patterns; packed files are read as they are.
    params : DecodeParams, optional
        Windows and limits.
    start, end : datetime or ISO 8601 text, optional
        Keep positions in [start, end); UTC where no zone is given.
    area : shapely geometry or WKT, optional
        Keep positions inside [deg]; static reports are always kept.
    workers : int
        Files are read in parallel by this many processes.
    progress : Progress
        Called as files are done.

    Returns
    -------
    AisData
        positions, static and rejects as pandas frames, and a `DecodeReport` for each file.

    Raises
    ------
    DecodeError
        If an input is missing, empty, unknown, or has no receive time; tables without positions are only
        left out where they were found in a folder or by a pattern.

    Examples
    --------
    >>> import tempfile, pathlib
    >>> log = pathlib.Path(tempfile.mkdtemp()) / "a.nmea"
    >>> _ = log.write_text("1700000000 !AIVDM,1,1,,A,13HOI:0P0000VOHLCnHQKwvL05Ip,0*23\n")
    >>> data = read_ais(log)
    >>> data.positions["mmsi"].tolist(), data.reports[0].time_kinds["prefix"]
    ([227006760], 1)
    """
    given = [inputs] if isinstance(inputs, str | Path) else list(inputs)
    files = find_inputs(given)
    wkt = area if isinstance(area, str) or area is None else shapely.to_wkt(area, rounding_precision=-1)
    with tempfile.TemporaryDirectory() as folder:
        tasks = [
            DecodeTask(
                f.path,
                f.source,
                Path(folder) / str(k),
                1,
                params or DecodeParams(),
                as_utc(start),
                as_utc(end),
                wkt,
                f.named,
            )
            for k, f in enumerate(files)
        ]
        with LocalEngine(workers=min(workers, len(tasks))) as engine:
            reports = engine.map(decode_file, tasks, label="decode", progress=progress)
        require_ais({r.source: r.format for r in reports})
        positions, static = (_read_back(t, tasks) for t in (POSITIONS, STATIC))
    rejects = pd.concat([r.rejects for r in reports], ignore_index=True)
    return AisData(
        POSITIONS.to_pandas(positions), STATIC.to_pandas(static), REJECTS.to_pandas(rejects), reports
    )


def as_utc(when: datetime | str | None) -> datetime | None:
    """A time in UTC; one without zone is taken as UTC.

    Raises
    ------
    ParamError
        If the text is not ISO 8601.
    """
    if isinstance(when, str):
        try:
            when = datetime.fromisoformat(when)
        except ValueError as error:
            raise ParamError(f"{when!r} is not an ISO 8601 time such as 2024-05-01T00:00:00Z") from error
    if when is None:
        return None
    return when.replace(tzinfo=UTC) if when.tzinfo is None else when.astimezone(UTC)


def batches(
    path: Path,
    report: DecodeReport,
    params: DecodeParams,
    *,
    limit: int | None = None,
    named: bool = True,
) -> Iterator[Batch]:
    """Decoded rows of one file, at most `limit` unpacked bytes of each stream in it.

    Raises
    ------
    DecodeError
        As `decode_file`.
    """
    with opened(path) as members:
        for name, stream in members:
            whole = Rewound(stream, limit=limit)
            try:
                yield from _of_stream(path, name, whole, report, params, limit)
            except NotAisError as error:
                if named:
                    raise
                report.format = report.format or NOT_AIS
                report.warnings.append(f"left out, not AIS: {error}")
            report.cut |= limit is not None and whole.n_read >= limit
            if whole.damage:
                report.warnings.append(
                    f"{report.source} is damaged or cut short ({whole.damage}); what came before was read"
                )


def _of_stream(
    path: Path, name: str, stream: Rewound, report: DecodeReport, params: DecodeParams, limit: int | None
) -> Iterator[Batch]:
    kind = sniff(stream.head, str(path) if name == path.name else f"{path}: {name}")
    source = cast(BinaryIO, stream)
    if kind == "nmea":
        report.format = "nmea"
        before = report.counts["sentences"], report.time_kinds.total()
        yield from NmeaReader(report, params).batches(source)
        if report.counts["sentences"] == before[0]:
            raise DecodeError(f"{path}: no AIS sentence (!..VDM or !..VDO) found")
        if report.time_kinds.total() == before[1] and report.rejected.get("no_time"):
            raise DecodeError(f"{path}: {NO_TIME_HELP}")
        return
    table = TableReader(report, params)
    if kind == "parquet":
        frames = parquet_frames(path, report, max_rows=None if limit is None else _LOOK_ROWS)
    elif kind == "json":
        frames = json_frames(source, stream.head, report, params)
    else:
        frames = csv_frames(source, report, params, table.numbers)
    yield from table.batches(_ahead(frames))


def _ahead(frames: Iterator[pl.DataFrame]) -> Iterator[pl.DataFrame]:
    """The same frames, the next one read while the caller works on the one before."""
    with ThreadPoolExecutor(1) as pool:
        coming = pool.submit(next, frames, None)
        while (frame := coming.result()) is not None:
            coming = pool.submit(next, frames, None)
            yield frame


def require_ais(formats: Mapping[str, str]) -> None:
    """Refuse inputs of which none is AIS, given the format of each by name.

    Raises
    ------
    DecodeError
        If all are `NOT_AIS`.
    """
    if formats and set(formats.values()) == {NOT_AIS}:
        raise DecodeError(
            f"nothing among the inputs is AIS: {', '.join(list(formats)[:5])} have no columns for id, time "
            "and position. Name them in a mapping file, or give another folder."
        )


class _Selection:
    """Keeps the positions in the time and area asked for and counts the others."""

    def __init__(self, task: DecodeTask, report: DecodeReport) -> None:
        self._report = report
        self._start, self._end = (
            None if t is None else int(t.timestamp() * 1000) for t in (task.start, task.end)
        )
        self._area = None
        if task.area_wkt is not None:
            self._area = shapely.from_wkt(task.area_wkt)
            shapely.prepare(self._area)

    def __call__(self, positions: pl.DataFrame) -> pl.DataFrame:
        ms = pl.col("ms")
        self._report.note_span(positions)
        if self._start is not None:
            positions = self._keep(positions, ms >= self._start, "outside_time")
        if self._end is not None:
            positions = self._keep(positions, ms < self._end, "outside_time")
        if self._area is not None and positions.height:
            inside = shapely.intersects_xy(
                self._area, positions["lon"].to_numpy(), positions["lat"].to_numpy()
            )
            positions = self._keep(positions, pl.lit(pl.Series(inside)), "outside_area")
        return positions

    def _keep(self, positions: pl.DataFrame, rule: pl.Expr, name: str) -> pl.DataFrame:
        kept = positions.filter(rule)
        self._report.set_aside[name] += positions.height - kept.height
        return kept


class _Buckets:
    """Writes positions to one Parquet file a bucket; the files appear when all is written."""

    def __init__(self, task: DecodeTask) -> None:
        self._task = task
        self._pending: list[pl.DataFrame] = []
        self._n_pending = 0
        self._writers: dict[int, tuple[pq.ParquetWriter, Path]] = {}
        self.rows = 0

    def __enter__(self) -> _Buckets:
        (self._task.out_dir / "positions").mkdir(parents=True, exist_ok=True)
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        try:
            if kind is None:
                self._flush()
        finally:
            for writer, path in self._writers.values():
                writer.close()
                if kind is None:
                    path.replace(path.with_suffix(""))
                else:
                    path.unlink(missing_ok=True)

    def add(self, rows: pl.DataFrame) -> None:
        """Take rows of POSITION_SCHEMA."""
        self.rows += rows.height
        self._n_pending += rows.height
        self._pending.append(rows)
        if self._n_pending >= _FLUSH_ROWS:
            self._flush()

    def _flush(self) -> None:
        if not self._n_pending:
            return
        rows = pl.concat(self._pending)
        self._pending, self._n_pending = [], 0
        rows = _finished(rows, self._task.source).with_columns(
            pl.when(pl.col("nav_status") >= 0).then(pl.col("nav_status")),
            pl.col("sog", "cog", "heading").fill_nan(None),
        )
        for bucket, part in _by_bucket(rows, self._task.n_buckets):
            table = POSITIONS.to_arrow(part)
            self._writer(bucket, table.schema).write_table(table)

    def _writer(self, bucket: int, schema: pa.Schema) -> pq.ParquetWriter:
        if bucket not in self._writers:
            path = _path(self._task, POSITIONS, bucket)
            part = path.with_name(path.name + ".part")
            self._writers[bucket] = (
                pq.ParquetWriter(part, schema, compression="zstd", compression_level=1),
                part,
            )
        return self._writers[bucket][0]


def _write_static(task: DecodeTask, rows: pl.DataFrame) -> None:
    (task.out_dir / "static").mkdir(parents=True, exist_ok=True)
    for bucket, part in _by_bucket(_finished(rows, task.source), task.n_buckets):
        STATIC.write_parquet(part, _path(task, STATIC, bucket))


def _finished(rows: pl.DataFrame, source: str) -> pl.DataFrame:
    return rows.with_columns(
        pl.col("ms").cast(pl.Datetime("ms", "UTC")).alias("timestamp"), source=pl.lit(source, pl.String)
    )


def _by_bucket(rows: pl.DataFrame, n_buckets: int) -> Iterator[tuple[int, pl.DataFrame]]:
    if n_buckets == 1 or not rows.height:
        yield 0, rows
        return
    bucket = pl.Series("bucket_", bucket_of(rows["mmsi"].to_numpy(), n_buckets))
    for (k,), part in rows.group_by(bucket):
        yield int(str(k)), part.drop("bucket_", strict=False)


def _path(task: DecodeTask, table: Table, bucket: int) -> Path:
    name = re.sub(r"[^A-Za-z0-9]+", "_", task.source)[:60].strip("_")
    key = hashlib.blake2b(task.source.encode("utf-8", "surrogatepass"), digest_size=4).hexdigest()
    return task.out_dir / table.name / f"{name}-{key}.bucket-{bucket:02d}.parquet"


def _read_back(table: Table, tasks: list[DecodeTask]) -> pl.DataFrame:
    frames = [table.scan(t.out_dir / table.name) for t in tasks if (t.out_dir / table.name).is_dir()]
    return pl.concat(frames) if frames else pl.DataFrame(schema=table.polars_schema)


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except OSError:
        return 0


def _sha256(path: Path) -> str:
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError:
        return ""
