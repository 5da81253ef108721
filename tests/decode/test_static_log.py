"""Parts of type 24 are joined, and reports without a change are left out."""

from pathlib import Path

import polars as pl
import pytest

from stsdetect.decode import static_log
from stsdetect.decode.batch import STATIC_SCHEMA
from stsdetect.decode.static_log import StaticLog
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


def row(
    ms: int, kind: str = "5", *, mmsi: int = 412000001, counted: bool = True, **values: object
) -> dict[str, object]:
    return {"mmsi": mmsi, "ms": ms, "kind": kind, "counted": counted, **values}


def collected(*batches: list[dict[str, object]], window_ms: int = 60_000) -> tuple[pl.DataFrame, StaticLog]:
    log = StaticLog(pair_window_ms=window_ms)
    for batch in batches:
        log.add(pl.DataFrame(batch, schema=STATIC_SCHEMA))
    return log.finish(), log


def test_rows_are_compared_in_order_of_time_and_counted_only_once() -> None:
    found, log = collected(
        [row(3, shipname="A"), row(1, shipname="A")],
        [row(2, shipname="B"), row(4, shipname="A", counted=False)],
    )
    assert found["ms"].to_list() == [1, 2, 3]
    assert log.unchanged == 0
    found, log = collected([row(1, shipname="A"), row(2, shipname="A"), row(2, mmsi=412000002, shipname="A")])
    assert found["ms"].to_list() == [1, 2]
    assert log.unchanged == 1


@pytest.mark.parametrize(("apart_ms", "joined"), [(60_000, 1), (60_001, 0)])
def test_parts_are_joined_up_to_the_window_apart(apart_ms: int, joined: int) -> None:
    parts = [row(0, "24A", shipname="A"), row(apart_ms, "24B", callsign="C")]
    found, log = collected(parts)
    assert log.joined == joined
    assert found.height == 2 - joined
    assert found["callsign"].to_list() == (["C"] if joined else [None, "C"])


def test_nothing_in_gives_an_empty_table() -> None:
    found, log = collected()
    assert (found.height, dict(found.schema)) == (0, STATIC_SCHEMA)
    assert (log.unchanged, log.joined) == (0, 0)


def test_bounded_memory_changes_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    rows = [
        row(k * 10_000 + later_ms, kind, mmsi=412000000 + (kind == "5"), **{name: f"N{k // 9}"})
        for k in range(45)
        for later_ms, kind, name in (
            (0, "24A", "shipname"),
            (100, "24B", "callsign"),
            (200, "5", "destination"),
        )
    ]
    whole, one = collected(rows, window_ms=1_000)
    assert whole.height == 10  # five changes of type 24, five of type 5
    monkeypatch.setattr(static_log, "_COMPACT_ROWS", 7)
    cut, other = collected(*[rows[k : k + 5] for k in range(0, len(rows), 5)], window_ms=1_000)
    assert cut.equals(whole)
    assert one.unchanged + one.joined == other.unchanged + other.joined == len(rows) - 10
