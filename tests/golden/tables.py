"""Every table that a run of a golden input gives, and the digest of each column.

``python -m tests.golden.tables tables OUT`` writes the tables, ``... record`` the digests, and
``... compare BEFORE AFTER`` compares two folders of tables cell by cell.
"""

from __future__ import annotations

import hashlib
import json
import sys
import tempfile
from pathlib import Path
from typing import Any

import polars as pl

import stsdetect as sts
from stsdetect.detection import find_contacts
from stsdetect.pipeline import run_pipeline
from stsdetect.schema import FEATURES, OUTAGES, RESAMPLED, SCHEMAS
from stsdetect.tracks import pairable
from tests.golden.inputs import INPUTS, GoldenInput

RECORDED = Path(__file__).with_name("digests.json")

# Text that a person reads, and what is named after the parameters or the model, may change without a detection.
_FREE = {
    "events": ("innocent_explanation", "model_id", "params_digest"),
    "evidence": ("statement",),
    "rejects": ("sample",),
}
_DATASETS = ("positions", "static", "points")
_SIGNIFICANT = 7  # the last bits of sums depend on their order


def run_tables(given: GoldenInput, out: Path, *, workers: int) -> dict[str, pl.DataFrame]:
    """All tables of a run on `given`, those that the pipeline does not keep included."""
    run = run_pipeline(given.path, out, workers=workers, **given.options)
    found = {path.stem: SCHEMAS[path.stem].scan(path) for path in sorted(run.folder.glob("*.parquet"))}
    found |= {name: SCHEMAS[name].scan(run.folder / name) for name in _DATASETS}
    found["outages"] = OUTAGES.validate(
        pl.DataFrame(run.manifest.outages).with_columns(
            pl.col("start_time", "end_time").str.to_datetime(time_unit="ms", time_zone="UTC")
        )
        if run.manifest.outages
        else OUTAGES.empty()
    )
    found["features"] = _features(found, given.options)
    resampled = sts.resample(pairable(found["points"], found["segments"]))
    found["resampled"] = pl.DataFrame(resampled)
    found["contacts"] = find_contacts(RESAMPLED.validate(resampled), identity=found["identity"])
    found["reception"] = pl.DataFrame(
        sts.fit_reception(found["points"], segments=found["segments"]).reception
    )
    found |= {name: SCHEMAS[name].validate(frame) for name, frame in given.simulated.items()}
    return {name: frame.sort(SCHEMAS[name].sort_by, maintain_order=True) for name, frame in found.items()}


def _features(found: dict[str, pl.DataFrame], options: dict[str, Any]) -> pl.DataFrame:
    features = sts.build_features(
        found["encounters"],
        dark_encounters=found["dark_encounters"],
        gaps=found["gaps"],
        identity=found["identity"],
        static=found["static"],
        segments=found["segments"],
        loitering=found["loitering"],
        deliveries=found["deliveries"],
        context=sts.load_context(aoi=options.get("aoi")),
    )
    return FEATURES.validate(features)


def digests(tables: dict[str, pl.DataFrame]) -> dict[str, dict[str, str]]:
    """Table to column to digest, and ``rows``."""
    out: dict[str, dict[str, str]] = {}
    for name, frame in sorted(tables.items()):
        rows = _in_order(name, frame)
        out[name] = {"rows": str(rows.height)}
        for column in rows.columns:
            if column not in _FREE.get(name, ()):
                out[name][column] = _digest(rows[column])
    return out


def _in_order(name: str, frame: pl.DataFrame) -> pl.DataFrame:
    """Rows that the table's key leaves in any order are put in one."""
    rest = [c for c in frame.columns if c not in SCHEMAS[name].sort_by and c not in _FREE.get(name, ())]
    return frame.select(_rounded(c, d) for c, d in frame.schema.items()).sort(
        [*SCHEMAS[name].sort_by, *rest], nulls_last=True
    )


def _rounded(column: str, dtype: pl.DataType) -> pl.Expr:
    if not dtype.is_float():
        return pl.col(column)
    return pl.col(column).round_sig_figs(_SIGNIFICANT).round(9) + 0.0


def _digest(column: pl.Series) -> str:
    values = column.dt.epoch("ms") if column.dtype == pl.Datetime else column
    texts = values.to_list()
    return hashlib.sha256(json.dumps(texts).encode()).hexdigest()[:12]


def compare(before: Path, after: Path) -> list[str]:
    """Say for each table of two folders of tables whether all cells are equal."""
    out = []
    for a in sorted(before.rglob("*.parquet")):
        b = after / a.relative_to(before)
        name = a.stem
        if not b.exists():
            out.append(f"{a.relative_to(before)}: absent")
            continue
        old, new = (_in_order(name, pl.read_parquet(p)) for p in (a, b))
        free = _FREE.get(name, ())
        columns = [c for c in old.columns if c not in free]
        if old.shape != new.shape or old.columns != new.columns:
            out.append(f"{a.relative_to(before)}: {old.shape} against {new.shape}")
            continue
        unequal = {c: int((~old[c].eq_missing(new[c])).sum()) for c in columns}
        unequal = {c: n for c, n in unequal.items() if n}
        said = ", ".join(f"{c} {n}" for c, n in unequal.items()) if unequal else "equal"
        out.append(f"{a.relative_to(before)}: {old.height} x {len(columns)}: {said}")
    return out


def main(args: list[str]) -> None:
    if args[:1] == ["compare"]:
        print("\n".join(compare(Path(args[1]), Path(args[2]))))
        return
    recorded = {}
    for name, make in INPUTS.items():
        for workers in (1, 2):
            with tempfile.TemporaryDirectory() as folder:
                tables = run_tables(make(Path(folder)), Path(folder) / "out", workers=workers)
            recorded[name] = digests(tables)
            if args[0] == "tables":
                out = Path(args[1]) / f"{name}-{workers}"
                out.mkdir(parents=True, exist_ok=True)
                for table, frame in tables.items():
                    frame.write_parquet(out / f"{table}.parquet")
    if args[0] == "record":
        before = json.loads(RECORDED.read_text("utf-8"))
        moved = [
            f"{name}: {table}.{column}"
            for name, tables in recorded.items()
            for table, columns in tables.items()
            for column, digest in columns.items()
            if before.get(name, {}).get(table, {}).get(column) != digest
        ]
        print("\n".join(moved) or "no digest changed")
        RECORDED.write_text(json.dumps(recorded, indent=1) + "\n", "utf-8")


if __name__ == "__main__":
    main(sys.argv[1:])
