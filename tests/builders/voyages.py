"""Tables of a run and of the truth about voyages, one row at a time, with what a test does not care about."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import polars as pl

from stsdetect.experiments.voyages import VoyageSea
from stsdetect.experiments.voyages.voyage_accuracy import FOUND_TABLES, TRUTH_TABLES
from stsdetect.schema import SCHEMAS

T0 = datetime(2020, 1, 1, tzinfo=UTC)
_ABSENT = {"int64": 0, "int32": 0, "float64": 0.0, "bool": False, "string": "", "timestamp": T0}


def at(hours: float) -> datetime:
    """So many hours after the beginning."""
    return T0 + timedelta(hours=hours)


def rows(table: str, *given: dict[str, Any]) -> pl.DataFrame:
    """Rows of a table: what is not given is null where it may be, else nothing, zero or the beginning."""
    schema = SCHEMAS[table]
    full = [
        {c.name: row.get(c.name, None if c.null else _ABSENT[c.kind]) for c in schema.columns}
        for row in given
    ]
    return schema.validate(pl.DataFrame(full, schema=schema.polars_schema))


def ships(*pairs: tuple[int, int], **roles: str) -> pl.DataFrame:
    """SHIPS of (MMSI, hull) pairs; roles by ``m`` and the MMSI."""
    return rows("ships", *({"mmsi": m, "hull_id": h, "role": roles.get(f"m{m}", "")} for m, h in pairs))


def voyage_sea(fleet: pl.DataFrame, **tables: pl.DataFrame) -> VoyageSea:
    """A sea with these tables, the others without rows."""
    truth = {t.name: tables.get(t.name, t.optional(None)) for t in TRUTH_TABLES} | {"ships": fleet}
    return VoyageSea(0, truth, {t.name: tables.get(t.name, t.optional(None)) for t in FOUND_TABLES})


def share(table: pl.DataFrame, group: str, measure: str) -> tuple[int, int]:
    """Right ones and all of a group and measure; (0, 0) where there are none."""
    row = table.filter(pl.col("group") == group, pl.col("measure") == measure)
    return (row["right"][0], row["n"][0]) if row.height else (0, 0)
