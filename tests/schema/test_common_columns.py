"""Columns that several tables share."""

from stsdetect.schema import SCHEMAS
from stsdetect.schema.common_columns import FIX, MMSI, TIME


def test_the_columns_of_a_fix_are_the_same_wherever_fixes_are_stored() -> None:
    for name in ("positions", "points"):
        assert SCHEMAS[name].columns[: len(FIX)] == FIX
    assert FIX[:2] == (MMSI, TIME)


def test_latitudes_and_longitudes_are_in_degrees_in_every_table() -> None:
    for table in SCHEMAS.values():
        for column in table:
            if column.name.split("_")[-1] in ("lat", "lon"):
                assert (column.kind, column.unit) == ("float64", "deg"), f"{table.name}.{column.name}"
