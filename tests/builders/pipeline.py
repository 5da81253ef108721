"""What tests of the pipeline share: a task that counts its calls, small tables, and run folders compared."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pandas as pd

from stsdetect.pipeline.output_folder import OUTPUTS
from stsdetect.schema import LOITERING, SCHEMAS
from tests.builders import PLACE, at
from tests.builders.report import filled


def counted(folder: Path) -> dict[str, int]:
    """A task that says how often it was called with a folder."""
    folder.mkdir(exist_ok=True)
    n = len(list(folder.iterdir())) + 1
    (folder / str(n)).touch()
    return {"calls": n}


def loitering(**columns: Any) -> pd.DataFrame:
    """One row of LOITERING: six hours at rest off Hangzhou Bay."""
    row = {"loiter_id": "l", "mmsi": 1, "vessel_id": "1", "start_time": at(0.0), "end_time": at(6 * 3600.0)}
    row |= {"lat": PLACE[0], "lon": PLACE[1], "duration_h": 6.0}
    return filled(LOITERING, pd.DataFrame([row | columns]))


FILES = {n for names in OUTPUTS.values() for n in names} | {"rejects.parquet", "run.json"}
"""All that a finished run folder holds."""


def run_tables(folder: Path) -> dict[str, pd.DataFrame]:
    """Every table of a run folder."""
    names = sorted(n.removesuffix(".parquet") for n in FILES if n.endswith(".parquet"))
    found = {name: SCHEMAS[name].read_parquet(folder / f"{name}.parquet") for name in names}
    for name in ("positions", "static", "points"):
        found[name] = SCHEMAS[name].read_parquet(folder / name)
    return found


def run_bytes(folder: Path) -> dict[str, bytes]:
    """Every file of a run folder; of run.json all but how the run was executed."""
    files = {str(p.relative_to(folder)): p.read_bytes() for p in folder.rglob("*") if p.is_file()}
    of_run = json.loads(files.pop("run.json"))
    del of_run["execution"]
    return files | {"run.json": json.dumps(of_run).encode()}


def assert_same_tables(a: Path, b: Path) -> None:
    """Two run folders have equal tables."""
    one, other = run_tables(a), run_tables(b)
    for name in one:
        pd.testing.assert_frame_equal(one[name], other[name], obj=name)


def assert_equal_to_run(found: Mapping[str, object], folder: Path) -> None:
    """Tables that a notebook made are those of a run; its events carry no digest of parameters."""
    names = [name for name in found if (folder / f"{name}.parquet").exists()]
    assert names
    for name in names:
        of_run = SCHEMAS[name].read_parquet(folder / f"{name}.parquet")
        made = SCHEMAS[name].to_pandas(found[name])  # type: ignore[arg-type]
        free = ["params_digest"] if name == "events" else []
        pd.testing.assert_frame_equal(
            made.drop(columns=free), of_run.drop(columns=free), check_exact=True, obj=name
        )
