"""Columns of every Arrow type, in files and in memory: values come out, are counted as lost, or the table is refused."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

import polars as pl
import pyarrow as pa
import pyarrow.feather as feather
import pyarrow.parquet as pq
import pytest

from stsdetect.decode import AisData, DecodeReport, read_ais
from stsdetect.decode.doctor import diagnose
from stsdetect.errors import StsError
from tests.attack.hostile_types import junk_arrays, rows

JUNK = junk_arrays()
OPTIONAL = {
    "sog": "sog", "cog": "cog", "heading": "heading", "nav_status": "nav_status", "imo": "imo",
    "ship_type": "ship_type", "callsign": "callsign", "shipname": "shipname", "destination": "destination",
    "to_bow": "to_bow", "length_m": "length", "draught": "draught",
}  # fmt: skip


def _file(write: Callable[[pa.Table, Path], None], name: str) -> Callable[[pa.Table, Path], Any]:
    def made(table: pa.Table, folder: Path) -> Path:
        path = folder / name
        write(table, path)
        return path

    return made


FORMS: dict[str, Callable[[pa.Table, Path], Any]] = {
    "parquet": _file(pq.write_table, "a.parquet"),
    "feather": _file(
        lambda table, path: feather.write_feather(table, str(path), compression="lz4"), "a.feather"
    ),
    "arrow table": lambda table, folder: table,
    "polars": lambda table, folder: pl.from_arrow(table),
    "pandas": lambda table, folder: table.to_pandas(),
}


def read(table: pa.Table, form: str, folder: Path) -> AisData | None:
    """What is read of a table in some form; None where it is refused, or cannot be made in that form."""
    try:
        given = FORMS[form](table, folder)
    except (
        pa.ArrowException,
        pl.exceptions.PolarsError,
        pl.exceptions.PanicException,
        ValueError,
        TypeError,
    ):
        return None
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        if isinstance(given, Path):
            assert str(diagnose(given))
        try:
            data = read_ais(given)
        except StsError:
            return None
    assert all(report.closes for report in data.reports)
    return data


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("kind", JUNK)
def test_junk_in_optional_columns_is_lost_with_a_count(kind: str, form: str, tmp_path: Path) -> None:
    junk = dict.fromkeys(OPTIONAL.values(), JUNK[kind])
    data = read(pa.table({**rows(), **junk}), form, tmp_path)
    if data is None:
        return
    report = data.reports[0]
    assert len(data.positions) == 4
    if kind == "null":
        return
    for field, column in OPTIONAL.items():
        if field in report.table["columns"]:  # the columns inside a struct have other names
            came_out = (data.positions if field in data.positions else data.static)[field].notna().any()
            assert came_out or _is_counted(report, field, column), field


def _is_counted(report: DecodeReport, field: str, column: str) -> bool:
    n = report.lost_values[field] + report.lost_values[column]
    return n > 0 and any(w.startswith((f"{field}: ", f"{column}: ")) for w in report.warnings)


@pytest.mark.parametrize("form", ["parquet", "arrow table", "pandas"])
@pytest.mark.parametrize("kind", JUNK)
def test_junk_in_a_column_that_must_be_there_is_rejected_or_refused(
    kind: str, form: str, tmp_path: Path
) -> None:
    for column in ("mmsi", "time", "lat", "lon"):
        read(pa.table({**rows(), column: JUNK[kind]}), form, tmp_path)
