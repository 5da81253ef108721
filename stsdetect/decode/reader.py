"""Read dumps of any kind: `read_ais` into memory, `decode_file` one file into the run folder.

Both write the rows of `stsdetect.decode.file_rows`. A file that cannot be read raises an error where it was
named, and is left out with the reason in its report where it was found.
"""

from __future__ import annotations

import hashlib
import tempfile
import warnings
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime
from itertools import chain
from pathlib import Path
from typing import BinaryIO, NamedTuple

import pandas as pd
import polars as pl
import shapely

from stsdetect.decode.accounting import NOT_AIS, DecodeReport
from stsdetect.decode.batch import Batch
from stsdetect.decode.file_rows import damage_warning, format_of, may_be_ais, rows_of_stream
from stsdetect.decode.inputs import InputFile, find_inputs
from stsdetect.decode.nmea.clock_offsets import warn_about_clocks
from stsdetect.decode.output import (
    STATIC_REPORTS,
    BucketWriter,
    DecodeTask,
    PositionFilter,
    StaticWriter,
    static_tables,
)
from stsdetect.decode.streams import PeekedStream, clear_errors, open_streams
from stsdetect.decode.tables.files import parquet_frames
from stsdetect.decode.tables.mapping import read_mapping
from stsdetect.decode.tables.memory_frames import is_frame, table_of_frame
from stsdetect.decode.tables.reader import NotAisError, TableReader
from stsdetect.decode.times.timestamps import latest_ms
from stsdetect.engine.local import LocalEngine
from stsdetect.errors import DecodeError, ParamError, StsWarning
from stsdetect.foreign_text import made_visible
from stsdetect.geo.area import area_on_earth
from stsdetect.params import DecodeParams
from stsdetect.progress import Progress, no_progress
from stsdetect.schema import POSITIONS, REJECTS, STATIC, Table

FRAME = "frame"
"""The source of rows that came as a frame."""

_N_SHOWN = 3
_MAPPING_HELP = " `stsdetect doctor` on this file prints a mapping to fill in."
_MOST, _NEARLY_ALL = 0.5, 0.9
_NO_ROWS = ("lines_without_ais", "blank_lines", "other_rows")
"""What is set aside because it is not a row or sentence of AIS."""


class AisData(NamedTuple):
    """What `read_ais` returns: POSITIONS, STATIC and REJECTS as pandas frames, and a report per file."""

    positions: pd.DataFrame
    static: pd.DataFrame
    rejects: pd.DataFrame
    reports: list[DecodeReport]


def decode_file(task: DecodeTask) -> list[DecodeReport]:
    """Decode one file into POSITIONS and STATIC, in hash buckets of vessels.

    Writes ``positions/<key>.bucket-XX.parquet`` and ``static_reports/<key>.bucket-XX.parquet`` below
    ``task.out_dir``, each completely or not at all. `static_tables` makes STATIC of the latter, once those of
    all files are there.

    Returns
    -------
    list of DecodeReport
        What became of every row: one report, or one per member of an archive. A file that was not named, or a
        member of an archive, that cannot be read is left out: `left_out` or `not_ais` says why.

    Raises
    ------
    DecodeError
        If the file was named and does not exist, is empty, of no known kind, or a log without any receive
        time; of an archive that was named, if no member of it can be read.
    """
    reports: list[DecodeReport] = []
    errors: list[DecodeError] = []
    try:
        with open_streams(task.path) as members:
            for name, stream, not_ais in members:
                one = task._replace(source=made_visible(f"{task.source}/{name}")) if name else task
                if not_ais:
                    reports.append(skipped(one.source, not_ais))
                    continue
                report, error = _decode_stream(one, name, stream)
                reports.append(report)
                errors += [error] if error else []
    except DecodeError as error:
        errors.append(error)
        reports.append(_left_out(task.source, error, b"", task.path))
    if task.named and not any(is_read(r) for r in reports):
        if not errors:
            inside = ", ".join(r.source for r in reports[:5])
            raise DecodeError(f"{task.path} holds no AIS dump; it has {inside}")
        raise next((e for e in errors if not isinstance(e, NotAisError)), errors[0])
    return reports


def is_read(report: DecodeReport) -> bool:
    """Whether a file was read, rather than left out or found not to be AIS."""
    return not (report.left_out or report.not_ais)


def skipped(source: str, not_ais: str) -> DecodeReport:
    """The report of a file that is not AIS."""
    return DecodeReport(source, format=NOT_AIS, not_ais=not_ais)


def _decode_stream(task: DecodeTask, name: str, stream: BinaryIO) -> tuple[DecodeReport, DecodeError | None]:
    """Decode a file, or the member of an archive with that name; without a name nothing is left out."""
    report = DecodeReport(task.source, n_bytes=0 if name else _size(task.path))
    peeked = None
    try:
        with clear_errors(task.path):
            peeked = PeekedStream(stream, hashed=bool(name))
        with ThreadPoolExecutor(1) as pool:
            # A file that is not AIS is not read to its end, so its digest has to wait for the first rows.
            rows = rows_of_stream(task.path, name, peeked, report, task.params, _latest(task), None)
            first = next(rows, Batch.empty())
            digest = None if name or task.sha256 else pool.submit(sha256_of, task.path)
            _write(task, chain([first], rows), report)
            report.sha256 = peeked.sha256 if name else task.sha256 if digest is None else digest.result()
    except DecodeError as error:
        return _left_out(task.source, error, peeked.head if peeked else b"", task.path, report), error
    if name:
        report.n_bytes = peeked.n_read
    if peeked.damage:
        report.warnings.append(damage_warning(task.source, peeked))
    _judge_rejects(report, named=task.named and not name)
    return report, None


def _write(task: DecodeTask, rows: Iterator[Batch], report: DecodeReport) -> None:
    """Write all rows of a file that were asked for; after an error nothing of it is left."""
    position_filter = PositionFilter(task, report)
    with BucketWriter(task) as out, StaticWriter(task) as static:
        for batch in rows:
            out.add(position_filter(batch.positions))
            static.add(batch.static)
    report.positions_out, report.static_out = out.rows, static.written
    if static.unchanged:
        report.set_aside["static_unchanged"] += static.unchanged
    report.rows_out = out.rows + static.counted
    warn_about_clocks(report, task.params)


def _latest(task: DecodeTask) -> int:
    return latest_ms(task.began or datetime.now(UTC), task.params)


def _left_out(
    source: str, error: DecodeError, head: bytes, path: Path, begun: DecodeReport | None = None
) -> DecodeReport:
    """The report of a file that cannot be read; nothing of it was written."""
    # The reason is shown beside the name of the file.
    text = str(error).removeprefix(str(path)).removeprefix(f"{source}: ").removeprefix(": ").strip()
    text = made_visible(text) + (_MAPPING_HELP if getattr(error, "__notes__", None) else "")
    if not may_be_ais(source, error, head, path, begun):
        return skipped(source, text)
    report = DecodeReport(source, n_bytes=_size(path), left_out=text)
    report.format = begun.format if begun else ""
    return report


def _judge_rejects(report: DecodeReport, *, named: bool) -> None:
    """Warn where nearly all rows of a file were rejected; one that gave nothing at all is left out."""
    n_rejected = sum(report.rejected.values())
    n_rows = report.rows_in - sum(report.set_aside[reason] for reason in _NO_ROWS)
    if not n_rejected or n_rejected < _MOST * n_rows:
        return
    reasons = ", ".join(f"{reason} {n:,}" for reason, n in Counter(report.rejected).most_common(3))
    if report.rows_out:
        if n_rejected >= _NEARLY_ALL * n_rows:
            report.warnings.append(
                f"{report.source}: {n_rejected:,} of its {n_rows:,} rows were rejected ({reasons})"
            )
    elif not named:
        report.left_out = f"none of its {n_rows:,} rows can be used ({reasons})"


def read_ais(
    inputs: str | Path | Sequence[str | Path] | object,
    *,
    params: DecodeParams | None = None,
    mapping: str | Path | None = None,
    start: datetime | str | None = None,
    end: datetime | str | None = None,
    area: shapely.Geometry | str | None = None,
    workers: int = 1,
    progress: Progress = no_progress,
) -> AisData:
    r"""Read AIS dumps of any kind, or a table in memory, into tables.

    Parameters
    ----------
    inputs : path, sequence of paths, or frame
        Files, folders or patterns; compressed files need not be decompressed. Or a pandas, polars or Arrow
        table with columns as in a file, which is converted in the same way; its ``source`` is "frame".
    params : DecodeParams, optional
        Windows and limits.
    mapping : path, optional
        TOML file that names the columns and units of an unknown table; instead of ``params.mapping``.
    start, end : datetime or ISO 8601 text, optional
        Keep positions received in [start, end); UTC where no zone is given.
    area : shapely geometry or WKT, optional
        Keep positions inside it [deg]; static reports are always kept. It may go across 180 degrees, see
        `stsdetect.geo.area.area_on_earth`.
    workers : int
        Number of processes, each of which reads one file at a time.
    progress : Progress
        Called after each file.

    Returns
    -------
    AisData
        ``positions``, ``static`` and ``rejects`` as pandas frames, and a `DecodeReport` per file in
        ``reports``.

    Raises
    ------
    DecodeError
        If an input that was named does not exist, is empty, of no known kind, or a log without any receive
        time, or if nothing can be read. Files that were found in a folder or by a pattern and cannot be read
        are left out with an `StsWarning`; `DecodeReport.left_out` says why.
    ParamError
        If `start` or `end` is not ISO 8601, `end` not after `start`, `area` not a geometry, or `mapping` does
        not exist.
    ContextError
        If `area` is not made of polygons in degrees, or may mean two areas.

    Examples
    --------
    >>> import tempfile, pathlib
    >>> log = pathlib.Path(tempfile.mkdtemp()) / "a.nmea"
    >>> _ = log.write_text("1700000000 !AIVDM,1,1,,A,13HOI:0P0000VOHLCnHQKwvL05Ip,0*23\n")
    >>> data = read_ais(log)
    >>> data.positions["mmsi"].tolist(), data.reports[0].time_kinds["prefix"]
    ([227006760], 1)
    >>> row = {"mmsi": 412000001, "time": "2024-05-01T00:00:00Z", "lat": 30.1, "lon": 122.5}
    >>> read_ais(pd.DataFrame([row])).positions["source"].tolist()
    ['frame']
    """
    params = with_mapping(DecodeParams.of(params), mapping)
    start, end = period(start, end)
    wkt = _area_wkt(area)
    with tempfile.TemporaryDirectory() as folder:
        blank = DecodeTask(Path(), FRAME, Path(folder), 1, params, start, end, wkt, began=datetime.now(UTC))
        if is_frame(inputs):
            reports, tasks = [_decode_frame(inputs, blank)], [blank]
        else:
            files = find_inputs(input_paths(inputs))
            check_named(files, params)
            tasks = [
                blank._replace(path=f.path, source=f.source, out_dir=Path(folder) / str(k), named=f.named)
                for k, f in enumerate(files)
                if not f.not_ais
            ]
            with LocalEngine(workers=min(workers, len(tasks))) as engine:
                done = engine.map(decode_file, tasks, label="decode", progress=progress)
            reports = [skipped(f.source, f.not_ais) for f in files if f.not_ais]
            reports = sorted([*reports, *chain.from_iterable(done)], key=lambda r: r.source)
        require_ais([(r.source, r.left_out, r.not_ais, r.rows_in) for r in reports])
        positions = _read_back(POSITIONS, tasks)
        of_files = [path for t in tasks for path in sorted((t.out_dir / STATIC_REPORTS).glob("*.parquet"))]
        static, by_source = static_tables(of_files, params)
    for report in reports:
        report.enter_static(**by_source.pop(report.source, {}))
        if report.left_out:
            warnings.warn(f"left out {report.source}: {report.left_out}", StsWarning, stacklevel=2)
    rejects = pl.concat([r.rejects for r in reports])
    return AisData(
        POSITIONS.to_pandas(positions), STATIC.to_pandas(static), REJECTS.to_pandas(rejects), reports
    )


def input_paths(inputs: object) -> list[str | Path]:
    """The paths given: one, or several.

    Raises
    ------
    DecodeError
        If something else was given.
    """
    if isinstance(inputs, str | Path):
        return [inputs]
    if isinstance(inputs, Iterable) and not isinstance(inputs, Mapping):
        paths = list(inputs)
        if all(isinstance(p, str | Path) for p in paths):
            return paths
    raise DecodeError(
        f"cannot read a {type(inputs).__name__}; give paths of files or folders, or a pandas, polars or "
        "Arrow table"
    )


def _decode_frame(frame: object, task: DecodeTask) -> DecodeReport:
    report = DecodeReport(task.source)
    table = TableReader(report, task.params, latest_ms=_latest(task))
    _write(task, table.batches(iter([table_of_frame(frame)])), report)
    _judge_rejects(report, named=True)
    return report


def with_mapping(params: DecodeParams, mapping: str | Path | None) -> DecodeParams:
    """Parameters with a mapping file, if one is given; the file of either is checked.

    Raises
    ------
    ParamError
        If the file does not exist.
    DecodeError
        If it is not a mapping.
    """
    if mapping is not None:
        params = replace(params, mapping=str(mapping))
    if params.mapping:
        if not Path(params.mapping).is_file():
            raise ParamError(f"the mapping file {params.mapping} does not exist")
        read_mapping(Path(params.mapping))
    return params


def check_named(files: Sequence[InputFile], params: DecodeParams) -> None:
    """Look at the beginning of files that were named, so that a bad one is found before hours of work.

    Raises
    ------
    DecodeError
        If a file does not exist, is empty, of no known kind, or a table without the columns of positions.
    """
    named = [f for f in files if f.named]
    for file in named if len(named) > 1 else ():
        report = DecodeReport(file.source)
        with open_streams(file.path) as members:
            for name, stream, _ in members:
                if name:
                    break  # members of an archive are judged when they are read
                with clear_errors(file.path):
                    peeked = PeekedStream(stream)
                if format_of(file.path, peeked, str(file.path), report, params) == "parquet":
                    table = TableReader(report, params, latest_ms=0)
                    frames = parquet_frames(file.path, report, needed=table.needed_columns, max_rows=1)
                    table.require_names(next(frames, pl.DataFrame()).columns)


def _area_wkt(area: shapely.Geometry | str | None) -> str | None:
    if area is None:
        return None
    if isinstance(area, str):
        try:
            area = shapely.from_wkt(area)
        except shapely.errors.GEOSException as error:
            raise ParamError(
                f"area is not WKT: {error}; for a file pass load_context(aoi=...).area"
            ) from error
    if not isinstance(area, shapely.Geometry):
        raise ParamError(f"area needs a shapely geometry or WKT, not {type(area).__name__}")
    return str(shapely.to_wkt(area_on_earth(area), rounding_precision=-1))


def as_utc(when: datetime | str | None) -> datetime | None:
    """A time in UTC; one without a zone is taken as UTC.

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


def period(
    start: datetime | str | None, end: datetime | str | None
) -> tuple[datetime | None, datetime | None]:
    """The start and the end of what is used, in UTC.

    Raises
    ------
    ParamError
        If a text is not ISO 8601, or the end does not come after the start.
    """
    first, last = as_utc(start), as_utc(end)
    if first is not None and last is not None and first >= last:
        raise ParamError(f"the end {last.isoformat()} does not come after the start {first.isoformat()}")
    return first, last


def require_ais(judged: Sequence[tuple[str, str, str, int]]) -> None:
    """Check that at least one input was read, if only to reject all its rows.

    Parameters
    ----------
    judged : sequence of (source, left_out, not_ais, rows_in)
        For each input, as in its `DecodeReport`.

    Raises
    ------
    DecodeError
        If nothing was read.
    """
    if any(rows_in or not (left_out or not_ais) for _, left_out, not_ais, rows_in in judged):
        return
    reasons = [f"{source}: {left_out}" for source, left_out, _, _ in judged if left_out]
    if reasons:
        more = f" (and {len(reasons) - _N_SHOWN} more)" if len(reasons) > _N_SHOWN else ""
        raise DecodeError(f"nothing among the inputs can be read: {'; '.join(reasons[:_N_SHOWN])}{more}")
    shown = "; ".join(f"{source} ({reason})" for source, _, reason, _ in judged[:_N_SHOWN])
    raise DecodeError(
        f"nothing among the inputs is AIS: {shown}. Name the columns of a table in a mapping file "
        "(--mapping), or give another folder."
    )


def _read_back(table: Table, tasks: list[DecodeTask]) -> pl.DataFrame:
    frames = [table.scan(t.out_dir / table.name) for t in tasks if (t.out_dir / table.name).is_dir()]
    return pl.concat(frames) if frames else pl.DataFrame(schema=table.polars_schema)


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except OSError:
        return 0


def sha256_of(path: Path) -> str:
    """SHA-256 of a file as hexadecimal digits; empty if it cannot be read."""
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError:
        return ""
