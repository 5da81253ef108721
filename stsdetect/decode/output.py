"""Select the positions asked for, and write a decoded file to Parquet files by bucket of vessels."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from datetime import datetime
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple, Self

import numpy as np
import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq
import shapely

from stsdetect.arrays import Ints
from stsdetect.decode.accounting import DecodeReport
from stsdetect.decode.duplicates import stable_order
from stsdetect.decode.static_log import REPORT_SCHEMA, compacted, out_of_runs, thinned_runs
from stsdetect.engine.partition import bucket_of
from stsdetect.geo.area import inside_area
from stsdetect.params import DecodeParams
from stsdetect.schema import POSITIONS, STATIC
from stsdetect.stored_files import put_in_place

STATIC_REPORTS = "static_reports"
"""Folder of the static reports of each file, until those of all files are compacted."""
_FLUSH_ROWS = 500_000


class DecodeTask(NamedTuple):
    """One input file, where its rows go and which are kept.

    Attributes
    ----------
    path : Path
        The file.
    source : str
        Its name in tables.
    out_dir : Path
        Folder for ``positions/`` and ``static/``.
    n_buckets : int
        Number of files over which vessels are spread, by a hash of their MMSI.
    params : DecodeParams
        Windows and limits.
    start, end : datetime or None
        Positions in [start, end) are kept; with a zone.
    area_wkt : str or None
        Positions inside are kept, WKT [deg]; from `area_on_earth`.
    named : bool
        Whether the user named this very file: then it must be AIS, else it is left out with a warning.
    began : datetime or None
        When the run began, with a zone: later receive times are not believed. None means now.
    sha256 : str
        SHA-256 of the file where it is known; empty to have it computed.
    """

    path: Path
    source: str
    out_dir: Path
    n_buckets: int = 1
    params: DecodeParams = DecodeParams()
    start: datetime | None = None
    end: datetime | None = None
    area_wkt: str | None = None
    named: bool = True
    began: datetime | None = None
    sha256: str = ""


class PositionFilter:
    """Keeps the positions in the period and area asked for, and counts the others as set aside."""

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
        """The rows of POSITION_SCHEMA that were asked for."""
        ms = pl.col("ms")
        self._report.extend_period(positions)
        if self._start is not None:
            positions = self._keep(positions, ms >= self._start, "outside_time")
        if self._end is not None:
            positions = self._keep(positions, ms < self._end, "outside_time")
        if self._area is not None and positions.height:
            inside = inside_area(self._area, positions["lat"].to_numpy(), positions["lon"].to_numpy())
            positions = self._keep(positions, pl.lit(pl.Series(inside)), "outside_area")
        return positions

    def _keep(self, positions: pl.DataFrame, condition: pl.Expr, reason: str) -> pl.DataFrame:
        kept = positions.filter(condition)
        self._report.set_aside[reason] += positions.height - kept.height
        return kept


class BucketWriter:
    """Writes positions to one Parquet file per bucket, below ``positions/``.

    The files get their final names when all rows are written; after an error none is left behind.
    """

    folder = "positions"
    statistics = True
    """Whether the files say what is in each of their columns, which takes a third of the time."""

    def __init__(self, task: DecodeTask) -> None:
        self._task = task
        self._pending: list[pl.DataFrame] = []
        self._n_pending = 0
        self._writers: dict[int, tuple[pq.ParquetWriter, Path]] = {}
        self.rows = 0

    def __enter__(self) -> Self:
        (self._task.out_dir / self.folder).mkdir(parents=True, exist_ok=True)
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        try:
            if kind is None:
                self._flush()
        finally:
            for writer, path in self._writers.values():
                writer.close()
                if kind is None:
                    put_in_place(path, path.with_suffix(""))
                else:
                    path.unlink(missing_ok=True)

    def add(self, rows: pl.DataFrame) -> None:
        """Add rows as decoded."""
        self.rows += rows.height
        self._n_pending += rows.height
        self._pending.append(rows)
        if self._n_pending >= _FLUSH_ROWS:
            self._flush()

    def _flush(self) -> None:
        if not self._n_pending:
            return
        rows = self._prepared(pl.concat(self._pending))
        self._pending, self._n_pending = [], 0
        bucket = bucket_of(rows["mmsi"].to_numpy(), self._task.n_buckets)
        # All buckets are put in order and converted at once, which takes a third of the time of one by one.
        order = self._order(rows, bucket)
        rows = rows[order].with_columns(source=pl.lit(self._task.source, pl.String))
        table = self._table(rows)
        begin = np.searchsorted(bucket[order], np.arange(self._task.n_buckets + 1)).tolist()
        for k, (start, end) in enumerate(pairwise(begin)):
            if end > start:
                self._writer(k, table.schema).write_table(table.slice(start, end - start))

    def _prepared(self, rows: pl.DataFrame) -> pl.DataFrame:
        return rows.with_columns(
            pl.when(pl.col("nav_status") >= 0).then(pl.col("nav_status")),
            pl.col("sog", "cog", "heading").fill_nan(None),
            timestamp=_timestamp(),
        )

    def _order(self, rows: pl.DataFrame, bucket: Ints) -> Ints:
        """Bucket by bucket, in each the order of `POSITIONS`."""
        mmsi, ms, lat, lon = (rows[name].to_numpy() for name in ("mmsi", "ms", "lat", "lon"))
        order = stable_order(ms)
        vessel = mmsi - mmsi.min()
        order = order[stable_order((bucket * (vessel.max() + 1) + vessel)[order])]
        same = np.zeros(len(order) + 1, bool)
        same[1:-1] = (mmsi[order[1:]] == mmsi[order[:-1]]) & (ms[order[1:]] == ms[order[:-1]])
        # Few rows have the time of another one, so only these are compared further.
        tied = np.flatnonzero(same[1:] | same[:-1])
        rows_tied, moment = order[tied], np.cumsum(~same[:-1])[tied]
        order[tied] = rows_tied[np.lexsort((lon[rows_tied], lat[rows_tied], moment))]
        return order

    def _table(self, rows: pl.DataFrame) -> pa.Table:
        return POSITIONS.to_arrow(rows, in_order=True)

    def _writer(self, bucket: int, schema: pa.Schema) -> pq.ParquetWriter:
        if bucket not in self._writers:
            path = _path(self._task, self.folder, bucket)
            part = path.with_name(path.name + ".part")
            self._writers[bucket] = (
                pq.ParquetWriter(
                    part, schema, compression="zstd", compression_level=1, write_statistics=self.statistics
                ),
                part,
            )
        return self._writers[bucket][0]


class StaticWriter(BucketWriter):
    """Writes static reports in the same way, below ``static_reports/``, thinned a part at a time, in runs."""

    folder = STATIC_REPORTS
    statistics = False

    def __init__(self, task: DecodeTask) -> None:
        super().__init__(task)
        self.written = 0
        self.counted = 0
        """Rows written that are accounted for here; see `STATIC_SCHEMA`."""
        self.unchanged = 0
        """Such rows that were left out, because an equal one of the same moment was written."""

    def _prepared(self, rows: pl.DataFrame) -> pl.DataFrame:
        runs = thinned_runs(rows, self._task.params)
        n_kept = int(runs.filter("counted")["ms"].list.len().sum())
        self.written += int(runs["ms"].list.len().sum())
        self.counted += n_kept
        self.unchanged += int(rows["counted"].sum()) - n_kept
        return runs

    def _order(self, rows: pl.DataFrame, bucket: Ints) -> Ints:
        """Bucket by bucket, in each as they are."""
        return stable_order(bucket)

    def _table(self, rows: pl.DataFrame) -> pa.Table:
        return rows.to_arrow(compat_level=pl.CompatLevel.oldest())


class StaticTables(NamedTuple):
    """STATIC of some vessels from all files, and what became of the other reports.

    Attributes
    ----------
    static : polars.DataFrame
        STATIC.
    by_source : dict
        Name of a file to its rows in `static`, and to the counted rows of it that were left out:
        ``static_out``, ``static_unchanged``, ``static_parts_joined``.
    """

    static: pl.DataFrame
    by_source: dict[str, dict[str, int]]


def static_tables(files: Sequence[Path], params: DecodeParams) -> StaticTables:
    """STATIC from the static reports of some vessels that `StaticWriter` wrote for each file."""
    reports = [out_of_runs(pl.read_parquet(file)) for file in files]
    found = compacted(pl.concat(reports) if reports else pl.DataFrame(schema=REPORT_SCHEMA), params)
    rows = dict(found.rows["source"].value_counts().iter_rows())
    sources = sorted({source for part in reports for source in part["source"].unique()})
    return StaticTables(
        STATIC.validate(found.rows.with_columns(timestamp=_timestamp())),
        {
            source: {
                "static_out": rows.get(source, 0),
                "static_unchanged": found.unchanged[source],
                "static_parts_joined": found.joined[source],
            }
            for source in sources
        },
    )


def _timestamp() -> pl.Expr:
    return pl.col("ms").cast(pl.Datetime("ms", "UTC"))


def _path(task: DecodeTask, folder: str, bucket: int) -> Path:
    """A file name that shows the source, with a hash, since different sources may look alike in it."""
    name = re.sub(r"[^A-Za-z0-9]+", "_", task.source)[:60].strip("_")
    key = hashlib.blake2b(task.source.encode("utf-8", "surrogatepass"), digest_size=4).hexdigest()
    return task.out_dir / folder / f"{name}-{key}.bucket-{bucket:02d}.parquet"
