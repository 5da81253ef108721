"""Parts of type 24 are joined, and reports without a change are left out, however the rows lie in files."""

from pathlib import Path
from typing import Any

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from stsdetect.decode.static_log import REPORT_SCHEMA, Compacted, compacted, thinned
from stsdetect.params import DecodeParams
from tests.builders import decode as build
from tests.builders.decode import T, read_log


def test_parts_a_and_b_of_a_small_craft_become_one_report(tmp_path: Path) -> None:
    data = read_log(
        tmp_path,
        build.tagged(build.part_a(), T),
        build.tagged(build.part_b(), T + 30),
        build.tagged(build.part_a(), T + 360),
    )
    (row,) = data.static.to_dict("records")
    assert (row["shipname"], row["callsign"], row["to_bow"]) == ("SMALL CRAFT", "BX1", 8)
    assert data.reports[0].set_aside["static_parts_joined"] == 1
    assert data.reports[0].set_aside["static_unchanged"] == 1


def test_parts_of_two_ships_or_far_apart_stay_two_reports(tmp_path: Path) -> None:
    apart = read_log(tmp_path, build.tagged(build.part_a(), T), build.tagged(build.part_b(), T + 61))
    assert apart.static["shipname"].notna().tolist() == [True, False]
    ships = read_log(
        tmp_path, build.tagged(build.part_a(1 + 412000000), T), build.tagged(build.part_b(2 + 412000000), T)
    )
    assert len(ships.static) == 2


def test_a_static_report_is_kept_again_only_when_it_changes(tmp_path: Path) -> None:
    lines = []
    for k, draught in enumerate([9.5, 9.5, 8.0, 9.5]):
        lines += [build.tagged(part, T + 360 * k) for part in build.static(draught=draught)]
    data = read_log(tmp_path, *lines)
    assert data.static["draught"].tolist() == [9.5, 8.0, 9.5]
    assert data.reports[0].set_aside["static_unchanged"] == 1


PARAMS = DecodeParams()
STEP = 360_000  # six minutes: rows of tables; an equal message within half a minute is a copy


def row(
    ms: int, kind: str = "5", *, mmsi: int = 412000001, counted: bool = True, source: str = "a", **values: Any
) -> dict[str, Any]:
    return {"mmsi": mmsi, "ms": ms, "kind": kind, "counted": counted, "source": source, **values}


def frame(*rows: dict[str, Any]) -> pl.DataFrame:
    return pl.DataFrame(list(rows), schema=REPORT_SCHEMA)


def of(*rows: dict[str, Any], **params: float) -> Compacted:
    return compacted(frame(*rows), DecodeParams(**params))


def test_rows_are_compared_in_order_of_time_and_counted_only_once() -> None:
    found = of(
        row(3 * STEP, shipname="A"),
        row(1 * STEP, shipname="A"),
        row(2 * STEP, shipname="B"),
        row(4 * STEP, shipname="A", counted=False),
    )
    assert found.rows["ms"].to_list() == [1 * STEP, 2 * STEP, 3 * STEP]
    assert found.unchanged == {}
    found = of(
        row(STEP, shipname="A"), row(2 * STEP, shipname="A"), row(2 * STEP, mmsi=412000002, shipname="A")
    )
    assert found.rows["ms"].to_list() == [STEP, 2 * STEP]
    assert found.unchanged == {"a": 1}


@pytest.mark.parametrize(("apart_ms", "joined"), [(60_000, 1), (60_001, 0)])
def test_parts_are_joined_up_to_the_window_apart(apart_ms: int, joined: int) -> None:
    found = of(row(0, "24A", shipname="A"), row(apart_ms, "24B", callsign="C", source="b"))
    assert found.joined == ({"b": 1} if joined else {})
    assert found.rows.height == 2 - joined
    assert found.rows["callsign"].to_list() == (["C"] if joined else [None, "C"])


def test_nothing_in_gives_an_empty_table() -> None:
    found = of()
    assert (found.rows.height, dict(found.rows.schema)) == (0, REPORT_SCHEMA)
    assert (found.unchanged, found.joined) == ({}, {})


@pytest.mark.parametrize(("later_ms", "kept"), [(29_999, 1), (30_000, 1), (30_001, 2)])
def test_a_message_that_comes_again_within_half_a_minute_is_a_copy(later_ms: int, kept: int) -> None:
    # Another ship with the same MMSI broadcasts in between, so that the copy would look like a return.
    a, b = {"shipname": "A"}, {"shipname": "B"}
    found = of(row(29_990, **a), row(29_995, **b), row(29_990 + later_ms, source="b", **a))
    assert found.rows["shipname"].to_list() == ["A", "B", "A"][: kept + 1]
    assert found.unchanged == ({} if kept == 2 else {"b": 1})


def test_rows_of_tables_count_once_in_six_minutes() -> None:
    table = [row(k * 60_000, "table", shipname="A") for k in range(13)]
    assert thinned(frame(*table), PARAMS)["ms"].to_list() == [0, STEP, 2 * STEP]
    assert of(*table).unchanged == {"a": 12}


REPORTS = st.lists(
    st.builds(
        row,
        st.integers(0, 40).map(lambda k: k * 60_000),
        st.sampled_from(["5", "24A", "24B", "table"]),
        mmsi=st.sampled_from([412000001, 412000002]),
        counted=st.booleans(),
        shipname=st.sampled_from(["A", "B", None]),
        callsign=st.sampled_from(["C", None]),
        draught=st.sampled_from([5.0, 8.0, None]),
    ),
    max_size=40,
)


@given(REPORTS, st.lists(st.integers(0, 6), min_size=40, max_size=40), st.randoms(use_true_random=False))
def test_the_result_does_not_depend_on_files(rows: list[dict[str, Any]], cut: list[int], random: Any) -> None:
    whole = of(*rows)
    files = [[r | {"source": str(k)} for r, c in zip(rows, cut, strict=False) if c == k] for k in range(7)]
    files += [[r | {"source": "copy"} for r in files[0]]]
    for file in files:
        random.shuffle(file)
    random.shuffle(files)
    parts = compacted(pl.concat(thinned(frame(*file), PARAMS) for file in files), PARAMS)
    free = ["source", "counted"]  # which of two equal reports is kept does not matter
    assert parts.rows.drop(free).equals(whole.rows.drop(free))


@given(REPORTS)
def test_every_counted_row_is_kept_left_out_or_joined(rows: list[dict[str, Any]]) -> None:
    found = of(*rows)
    n = sum(r["counted"] for r in rows)
    assert found.rows.filter("counted").height + found.unchanged.total() + found.joined.total() == n
    assert min([0, *found.unchanged.values(), *found.joined.values()]) == 0
