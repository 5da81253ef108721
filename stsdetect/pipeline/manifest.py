"""``run.json``: inputs, parameters, versions, and the tally of every stage."""

from __future__ import annotations

import json
import platform
import sys
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from importlib import metadata
from pathlib import Path
from typing import Any, Self

from stsdetect.decode import is_run_mark
from stsdetect.errors import OutputError
from stsdetect.lists.watchlist import ListFile
from stsdetect.stored_files import write_whole

FILE_NAME = "run.json"
_EXECUTION = ("created", "began", "workers", "fingerprint")
_STAGE_EXECUTION = ("seconds", "peak_memory_mb")
_LIBRARIES = (
    "numpy",
    "pandas",
    "polars",
    "pyarrow",
    "scipy",
    "scikit-learn",
    "shapely",
    "geopandas",
    "pyais",
)


@dataclass
class Stage:
    """The tally of one stage: ``rows_in = rows_out + set aside + rejected``, reason by reason.

    ``set_aside`` counts valid rows that are not passed on: other message types, other areas, not a ship.
    """

    unit: str
    rows_in: int = 0
    rows_out: int = 0
    set_aside: dict[str, int] = field(default_factory=dict)
    rejected: dict[str, int] = field(default_factory=dict)
    seconds: float = 0.0
    peak_memory_mb: float = 0.0
    outputs: dict[str, int] = field(default_factory=dict)

    @property
    def closes(self) -> bool:
        """Whether every row that went in is accounted for."""
        return self.rows_in == self.rows_out + sum(self.set_aside.values()) + sum(self.rejected.values())


@dataclass
class Manifest:
    """The content of ``run.json``.

    When and how the run was executed stands under ``execution``, apart from all that two runs with the same
    inputs and parameters have in common.

    Examples
    --------
    >>> m = Manifest()
    >>> with m.stage("decode", unit="sentences") as stage:
    ...     stage.rows_in, stage.rows_out, stage.rejected = 3, 2, {"bad_checksum": 1}
    >>> m.stages["decode"].closes
    True
    """

    created: str = field(default_factory=lambda: datetime.now(UTC).isoformat(timespec="seconds"))
    began: str = ""
    """When the run began, however often it was resumed: later receive times are not believed."""
    versions: dict[str, str] = field(default_factory=lambda: versions())
    inputs: list[dict[str, Any]] = field(default_factory=list)
    left_out: list[dict[str, str]] = field(default_factory=list)
    """Inputs that are or may be AIS and could not be read: ``source`` and ``reason``."""
    not_ais: list[dict[str, str]] = field(default_factory=list)
    """Files in the folders given that are not AIS: ``source`` and ``reason``."""
    mapping: dict[str, str] = field(default_factory=dict)
    """The mapping file of the tables: its ``path`` and ``text``."""
    selection: dict[str, Any] = field(default_factory=dict)
    lists: list[dict[str, Any]] = field(default_factory=list)
    """The watchlists: form, date, SHA-256 and number of ships of each."""
    params: dict[str, Any] = field(default_factory=dict)
    params_digest: str = ""
    workers: int = 1
    fingerprint: str = ""
    """Digest of what must be equal to resume the run."""
    unfinished_stage: str = ""
    """Stage that a command has begun in this folder and not ended."""
    stages: dict[str, Stage] = field(default_factory=dict)
    feed: dict[str, Any] = field(default_factory=dict)
    outages: list[dict[str, Any]] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)

    @contextmanager
    def stage(self, name: str, *, unit: str) -> Iterator[Stage]:
        """Hand out an empty tally; when the stage ends, enter it under `name` in place of an earlier one."""
        tally = Stage(unit=unit)
        start = time.perf_counter()
        yield tally
        tally.seconds = round(time.perf_counter() - start, 3)
        tally.peak_memory_mb = peak_memory_mb()
        self.stages[name] = tally

    @property
    def reasons_left_out(self) -> dict[str, str]:
        """`left_out` as source to reason."""
        return {file["source"]: file["reason"] for file in self.left_out}

    def note_lists(self, lists: Iterable[ListFile]) -> list[str]:
        """Enter the watchlists, and name those whose content is no longer that of an earlier stage."""
        before = {one["source"]: one["sha256"] for one in self.lists}
        self.lists = [one.to_dict() for one in lists]
        return [
            one["source"] for one in self.lists if before.get(one["source"], one["sha256"]) != one["sha256"]
        ]

    def warn(self, text: str) -> None:
        """Add a warning for the reader of the report, unless it is there already."""
        if text not in self.warnings:
            self.warnings.append(text)

    def to_dict(self) -> dict[str, Any]:
        """The content of the file; all that may differ between two equal runs is in ``execution``."""
        data = asdict(self)
        execution: dict[str, Any] = {name: data.pop(name) for name in _EXECUTION}
        execution["stages"] = {}
        for name, stage in self.stages.items():
            tally = data["stages"][name]
            execution["stages"][name] = {k: tally.pop(k) for k in _STAGE_EXECUTION}
            tally["closes"] = stage.closes
        return data | {"execution": execution}

    def write(self, folder: Path) -> None:
        """Write ``run.json`` into `folder`, whole or not at all."""
        text = json.dumps(self.to_dict(), indent=1, ensure_ascii=False, default=str) + "\n"
        # A byte of a path that is not UTF-8 becomes an escape of JSON, which reads back as it was.
        write_whole(folder / FILE_NAME, text.encode("utf-8", "backslashreplace"))

    @classmethod
    def read(cls, folder: Path) -> Self:
        """Read the manifest of a run folder.

        Raises
        ------
        OutputError
            If `folder` holds no readable ``run.json``.
        """
        path = folder / FILE_NAME
        try:
            data = json.loads(path.read_text("utf-8"))
            if not is_run_mark(path):
                raise ValueError("it is not that of a run")
            # Version 0.1 has no `execution`: its times and workers are among the rest.
            execution = data.pop("execution", {})
            of_stages = execution.pop("stages", {})
            stages = {
                name: Stage(**{k: v for k, v in tally.items() if k != "closes"}, **of_stages.get(name, {}))
                for name, tally in data.pop("stages").items()
            }
            return cls(**data, **execution, stages=stages)
        except FileNotFoundError as error:
            raise OutputError(
                f"{folder} is not a run folder: it has no {FILE_NAME}. Make one with `stsdetect run` or "
                "`stsdetect decode`."
            ) from error
        except (ValueError, TypeError, KeyError, AttributeError) as error:
            raise OutputError(
                f"cannot read {path} ({error}). Make the run folder again with `stsdetect run`"
            ) from error


def peak_memory_mb() -> float:
    """Largest resident size so far of this process or, if larger, of any worker that has ended [MB].

    0 on Windows, which does not report it.
    """
    try:
        import resource
    except ImportError:
        return 0.0
    unit = 1.0 if sys.platform == "darwin" else 1024.0
    own = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    workers = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
    return round(max(own, workers) * unit / 1e6, 1)


def versions() -> dict[str, str]:
    """Versions of stsdetect, Python and the libraries that tables depend on."""
    return {
        "stsdetect": metadata.version("stsdetect"),
        "python": platform.python_version(),
        **{name: metadata.version(name) for name in _LIBRARIES},
    }
