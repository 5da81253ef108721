"""A run in progress: its folder, parameters and engine, and how its steps map tasks over buckets."""

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
from stsdetect.pipeline.datasets import bucket_numbers
from stsdetect.pipeline.manifest import Manifest
from stsdetect.pipeline.output_folder import WORK
from stsdetect.progress import Progress, no_progress
from stsdetect.schema import Table


@dataclass
class RunState:
    """The folder, parameters, context, engine and manifest of a run that is in progress."""

    folder: Path
    params: Params
    context: Context
    engine: Engine
    manifest: Manifest
    progress: Progress = no_progress

    @property
    def work(self) -> Path:
        """Folder for files that only matter until the run is complete."""
        return self.folder / WORK

    def map_once(
        self, function: Callable[[Any], tasks.Tally], todo: Iterable[tuple[str, Any]], label: str
    ) -> list[tasks.Tally]:
        """Run named tasks and return their tallies in order, without repeating those already done.

        Parameters
        ----------
        function : callable
            A module-level function of one task.
        todo : iterable of (str, task)
            Tasks with names that are unique under `label`.
        label : str
            Name of the step, for the progress display and the markers of finished tasks.
        """
        jobs = [
            tasks.Once(function, task, self.work / "done" / f"{label}-{name}.json") for name, task in todo
        ]
        return self.engine.map(tasks.run_once, jobs, label=label, progress=self.progress)

    def bucket_tasks(self, *folders: str) -> list[tuple[str, tasks.BucketTask]]:
        """A named task for each hash bucket that has files in any of these folders of the run."""
        numbers = bucket_numbers(*(self.folder / folder for folder in folders))
        return [(n, tasks.BucketTask(self.folder, self.work, int(n), self.params)) for n in numbers]

    def gathered(self, table: Table) -> pl.DataFrame:
        """A table from the files that the tasks of all buckets wrote, sorted by its key."""
        parts = self.work / table.name
        frame = table.scan(parts) if parts.exists() else table.optional(None)
        return frame.sort(table.sort_by, maintain_order=True)
