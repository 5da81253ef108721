"""Columns under the names of fields, and what they may hold."""

import polars as pl
import pytest

from stsdetect.decode.tables.column_values import fields_of, require_plain, share_of
from stsdetect.errors import DecodeError


def test_a_column_that_polars_takes_as_a_pattern_is_taken_by_its_name() -> None:
    frame = pl.DataFrame({"*": [1], "^lat$": [2], "lat": [3]})
    assert fields_of(frame, {"mmsi": "*", "lat": "^lat$"}).to_dicts() == [{"mmsi": 1, "lat": 2}]


def test_a_column_of_lists_is_refused() -> None:
    frame = pl.DataFrame({"lat": [[30.1, 30.2]], "lon": [122.1]})
    require_plain(frame, {"lon": "lon"}, "a.json")
    with pytest.raises(DecodeError, match=r"a\.json: column 'lat' holds List.*cannot be lat"):
        require_plain(frame, {"lat": "lat"}, "a.json")


def test_a_null_does_not_match() -> None:
    assert share_of(pl.Series([True, None, False, True])) == 0.5
    assert share_of(pl.Series([], dtype=pl.Boolean)) == 0.0
