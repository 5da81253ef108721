"""Read dumps of any kind: `read_ais` into memory, `decode_file` one file into the run folder.

Both use `batches`, which opens a file, recognises its format and calls the decoder for that format.
"""

from __future__ import annotations

import hashlib
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path
from typing import BinaryIO, NamedTuple, cast

import pandas as pd
import polars as pl
import shapely

from stsdetect.decode.accounting import NOT_AIS, DecodeReport
from stsdetect.decode.batch import Batch
from stsdetect.decode.inputs import PeekedStream, find_inputs, open_streams, sniff
from stsdetect.decode.nmea.clock_offsets import warn_about_clocks
from stsdetect.decode.nmea.reader import NmeaReader
from stsdetect.decode.output import BucketWriter, DecodeTask, PositionFilter, write_static
from stsdetect.decode.static_log import StaticLog
from stsdetect.decode.tables.files import csv_frames, json_frames, parquet_frames
from stsdetect.decode.tables.reader import NotAisError, TableReader
from stsdetect.decode.times.timestamps import latest_ms
from stsdetect.engine.local import LocalEngine
from stsdetect.errors import DecodeError, ParamError
from stsdetect.geo.area import area_on_earth
from stsdetect.params import DecodeParams
from stsdetect.progress import Progress, no_progress
from stsdetect.schema import POSITIONS, REJECTS, STATIC, Table

_PREVIEW_ROWS = 1_000_000

NO_TIME_HELP = (
    "no sentence has a receive time, and AIS messages do not carry one. It is read from: tag blocks "
    "(\\c:<unix time>*hh\\!AIVDM...), station and unix time after the checksum, $PGHP lines, unix or "
    "ISO 8601 time before the sentence, JSON envelopes, recent $..RMC or $..ZDA lines, and base stations "
    "that agree on the time. Record the log again with one of these, or add tag blocks."
)


class AisData(NamedTuple):
    """What `read_ais` returns: POSITIONS, STATIC and REJECTS as pandas frames, and a report per file."""

    positions: pd.DataFrame
    static: pd.DataFrame
    rejects: pd.DataFrame
    reports: list[DecodeReport]


def decode_file(task: DecodeTask) -> DecodeReport:
    """Decode one file into POSITIONS and STATIC, in hash buckets of vessels.

    Writes ``positions/<key>.bucket-XX.parquet`` and ``static/<key>.bucket-XX.parquet`` below
    ``task.out_dir``, each completely or not at all.

    Returns
    -------
    DecodeReport
        What became of every row.

    Raises
    ------
    DecodeError
        If the file does not exist, is empty, of no known kind, or a log without any receive time.
    """
    report = DecodeReport(task.source, n_bytes=_size(task.path))
    position_filter = PositionFilter(task, report)
    static = StaticLog(pair_window_ms=int(task.params.pair_window_s * 1000))
    with ThreadPoolExecutor(1) as pool, BucketWriter(task) as out:
        digest = pool.submit(_sha256, task.path)
        for batch in batches(task.path, report, task.params, named=task.named, began=task.began):
            out.add(position_filter(batch.positions))
            static.add(batch.static)
        static_rows = static.finish()
        report.sha256 = digest.result()
        write_static(task, static_rows)
        report.positions_out = out.rows
    report.static_out = static_rows.height
    if static.unchanged:
        report.set_aside["static_unchanged"] += static.unchanged
    if static.joined:
        report.set_aside["static_parts_joined"] += static.joined
    report.rows_out = out.rows + static_rows.filter("counted").height
    warn_about_clocks(report, task.params)
    return report


def read_ais(
    inputs: str | Path | Sequence[str | Path],
    *,
    params: DecodeParams | None = None,
    start: datetime | str | None = None,
    end: datetime | str | None = None,
    area: shapely.Geometry | str | None = None,
    workers: int = 1,
    progress: Progress = no_progress,
) -> AisData:
    r"""Read AIS dumps of any kind into tables.

    Parameters
    ----------
    inputs : path or sequence of paths
        Files, folders or patterns; compressed files need not be decompressed.
    params : DecodeParams, optional
        Windows and limits.
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
        If an input does not exist, is empty, of no known kind, or a log without any receive time. Tables
        without positions raise it only where they were named; those found in a folder or by a pattern are
        left out.
    ParamError
        If `start` or `end` is not ISO 8601, or `area` not a geometry.
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
    """
    files = find_inputs([inputs] if isinstance(inputs, str | Path) else list(inputs))
    wkt = _area_wkt(area)
    with tempfile.TemporaryDirectory() as folder:
        tasks = [
            DecodeTask(
                f.path,
                f.source,
                Path(folder) / str(k),
                1,
                DecodeParams.of(params),
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
    rejects = pl.concat([r.rejects for r in reports])
    return AisData(
        POSITIONS.to_pandas(positions), STATIC.to_pandas(static), REJECTS.to_pandas(rejects), reports
    )


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


def batches(
    path: Path,
    report: DecodeReport,
    params: DecodeParams,
    *,
    max_bytes: int | None = None,
    named: bool = True,
    began: datetime | None = None,
) -> Iterator[Batch]:
    """Decoded rows of one file.

    Parameters
    ----------
    path : Path
        The file, compressed or not.
    report : DecodeReport
        Filled in on the way.
    params : DecodeParams
        Windows and limits.
    max_bytes : int, optional
        Read only this many unpacked bytes of each stream in the file.
    named : bool
        Whether the user named this very file, so that it must be AIS.
    began : datetime, optional
        When the run began; later receive times are not believed. By default now.

    Yields
    ------
    Batch
        Rows in file order, times in ms since 1970 UTC.

    Raises
    ------
    DecodeError
        As `decode_file`.
    """
    not_ais: list[NotAisError] = []
    n_ais = 0
    latest = latest_ms(began or datetime.now(UTC), params)
    with open_streams(path) as streams:
        for name, stream in streams:
            peeked = PeekedStream(stream, max_bytes=max_bytes)
            try:
                yield from _of_stream(path, name, peeked, report, params, latest, max_bytes)
                n_ais += 1
            except NotAisError as error:
                not_ais.append(error)
                report.warnings.append(f"left out, not AIS: {error}")
            report.cut |= max_bytes is not None and peeked.n_read >= max_bytes
            if peeked.damage:
                report.warnings.append(
                    f"{report.source} is damaged or cut short ({peeked.damage}); rows before that are read"
                )
    if not_ais and not n_ais:
        if named:
            raise not_ais[0]
        report.format = NOT_AIS


def _of_stream(
    path: Path,
    name: str,
    stream: PeekedStream,
    report: DecodeReport,
    params: DecodeParams,
    latest: int,
    max_bytes: int | None,
) -> Iterator[Batch]:
    shown = str(path) if name == path.name else f"{path}: {name}"
    kind = sniff(stream.head, shown, min_text_share=params.min_text_share)
    source = cast(BinaryIO, stream)
    if kind == "nmea":
        report.format = "nmea"
        n_sentences, n_timed = report.counts["sentences"], report.time_kinds.total()
        yield from NmeaReader(report, params, latest_ms=latest).batches(source)
        if report.counts["sentences"] == n_sentences:
            raise DecodeError(f"{path}: no AIS sentence (!..VDM or !..VDO) found")
        if report.time_kinds.total() == n_timed and report.rejected.get("no_time"):
            raise DecodeError(f"{path}: {NO_TIME_HELP}")
        return
    table = TableReader(report, params, latest_ms=latest)
    if kind == "parquet":
        frames = parquet_frames(path, report, max_rows=None if max_bytes is None else _PREVIEW_ROWS)
    elif kind == "json":
        frames = json_frames(source, stream.head, report, params)
    else:
        frames = csv_frames(source, report, params, table.number_schemas)
    yield from table.batches(_read_ahead(frames))


def _read_ahead(frames: Iterator[pl.DataFrame]) -> Iterator[pl.DataFrame]:
    """The same frames; the next one is read in a thread while the caller works on the current one."""
    with ThreadPoolExecutor(1) as pool:
        following = pool.submit(next, frames, None)
        while (frame := following.result()) is not None:
            following = pool.submit(next, frames, None)
            yield frame


def require_ais(formats: Mapping[str, str]) -> None:
    """Check that at least one input is AIS.

    Parameters
    ----------
    formats : mapping
        Format of each input, by its name.

    Raises
    ------
    DecodeError
        If all are `NOT_AIS`.
    """
    if formats and set(formats.values()) == {NOT_AIS}:
        raise DecodeError(
            f"nothing among the inputs is AIS: {', '.join(list(formats)[:5])} have no columns for id, time "
            "and position. Name these columns in a mapping file, or give another folder."
        )


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
