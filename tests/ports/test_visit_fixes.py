"""Fixes before, after and between visits."""

import numpy as np
import polars as pl

from stsdetect.ports.visit_fixes import first_after, joined_paths, last_before, path_parts
from stsdetect.schema import POINTS
from stsdetect.units import S_PER_H
from tests.builders import at, fixes, points, together

H = S_PER_H
SEEN = POINTS.validate(
    together(points(fixes(1, np.arange(0, 10) * H, np.arange(0, 10) * 1000.0)), points(fixes(2, 0.0)))
)
SPAN = pl.DataFrame({"vessel_id": ["1"], "start_time": [at(3 * H)], "last_time": [at(5 * H)]}).with_columns(
    pl.col(pl.Datetime).dt.cast_time_unit("ms"),
    visit_id=pl.lit("v"),
    voyage_id=pl.lit("v"),
    end_time="last_time",
)


def test_fixes_at_the_ends_of_a_visit_are_neither_before_nor_after() -> None:
    assert last_before(SEEN, SPAN)["before_time"].to_list() == [at(2 * H)]
    assert first_after(SEEN, SPAN)["after_time"].to_list() == [at(6 * H)]


def test_at_the_edge_of_the_dump_there_is_none() -> None:
    whole = SPAN.with_columns(
        start_time=pl.lit(at(0)).dt.cast_time_unit("ms"), last_time=pl.lit(at(9 * H)).dt.cast_time_unit("ms")
    )
    assert last_before(SEEN, whole).is_empty()
    assert first_after(SEEN, whole).is_empty()


def test_the_path_of_a_voyage_ends_with_it() -> None:
    parts = path_parts(SEEN, SPAN)
    assert parts["path_m"].round(0).to_list() == [2000.0]
    assert joined_paths(parts)["distance_m"].round(0).to_list() == [2000.0]


def test_parts_in_turn_are_joined_and_parts_at_once_are_not() -> None:
    part = path_parts(SEEN, SPAN)
    later = part.with_columns(
        pl.col("first_time", "final_time") + pl.duration(hours=10),
        first_lat="final_lat",
        first_lon="final_lon",
    )
    assert joined_paths(pl.concat([part, later]))["distance_m"].round(0).to_list() == [4000.0]
    at_once = part.with_columns(path_m=pl.lit(1500.0))
    assert joined_paths(pl.concat([at_once, part]))["distance_m"].round(0).to_list() == [2000.0]


def test_nothing_in_nothing_out() -> None:
    assert path_parts(SEEN.clear(), SPAN).is_empty()
    assert joined_paths(path_parts(SEEN, SPAN.clear())).is_empty()
