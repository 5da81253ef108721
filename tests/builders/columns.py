"""Small tables of a stranger, whose columns are to be found."""

from typing import Any

import polars as pl

from stsdetect.decode.tables.columns import Choice, choose_columns
from stsdetect.decode.tables.mapping import TableMapping
from stsdetect.params import DecodeParams

ISO = ["2023-11-14 13:01:00", "2023-11-14 13:02:00"]
DAY = ["2023-11-14", "2023-11-14"]
CLOCK = ["13:01:00", "13:02:00"]
_LATEST_MS = 1_735_689_600_000  # 2025-01-01


def choose(frame: pl.DataFrame | dict[str, list[Any]], mapping: TableMapping | None = None) -> Choice:
    """How a table is read."""
    table = pl.DataFrame(frame)
    return choose_columns(table, source="a.csv", params=DecodeParams(), latest_ms=_LATEST_MS, mapping=mapping)


def table(**columns: list[Any]) -> dict[str, list[Any]]:
    """Two rows with id and place, and other columns."""
    return {"mmsi": ["412000001", "412000002"], "lat": ["30.1", "30.2"], "lon": ["122.1", "122.2"], **columns}
