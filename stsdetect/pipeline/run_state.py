"""A run while it is made: where, with what, by whom, and the files that its tasks leave for each other."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import polars as pl

from stsdetect.context import Context
from stsdetect.engine import Engine
from stsdetect.params import Params
from stsdetect.pipeline import tasks
from stsdetect.pipeline.manifest import Manifest
from stsdetect.pipeline.run_folder import WORK
from stsdetect.progress import Progress, no_progress
from stsdetect.schema import Table


@dataclass
class Run:
    """What every stage needs: where, with what, and by whom."""

    folder: Path
    params: Params
    context: Context
    engine: Engine
    manifest: Manifest
    progress: Progress = no_progress

    @property
    def work(self) -> Path:
        """Files that only matter until the run is complete."""
        return self.folder / WORK

    def map_once(
        self, function: Callable[[Any], tasks.Books], todo: Iterable[tuple[str, Any]], label: str
    ) -> list[tasks.Books]:
        """Run tasks by name, leaving out those that an interrupted run has finished."""
        jobs = [
            tasks.Once(function, task, self.work / "done" / f"{label}-{name}.json") for name, task in todo
        ]
        return self.engine.map(tasks.run_once, jobs, label=label, progress=self.progress)

    def bucket_tasks(self, *folders: str) -> list[tuple[str, tasks.BucketTask]]:
        """A task for each hash bucket that has files in some folders of the run, by name."""
        files = (f for folder in folders for f in (self.folder / folder).rglob("*bucket-*.parquet"))
        names = sorted({f.name.rsplit("bucket-", 1)[1].removesuffix(".parquet") for f in files}, key=int)
        return [(n, tasks.BucketTask(self.folder, self.work, int(n), self.params)) for n in names]

    def gathered(self, table: Table) -> pl.DataFrame:
        """What the tasks of all buckets found."""
        parts = self.work / table.name
        frame = table.scan(parts) if parts.exists() else table.validate(table.empty())
        return frame.sort(table.sort_by, maintain_order=True)
