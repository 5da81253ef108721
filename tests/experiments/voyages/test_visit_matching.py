"""A port visit is about the true visit of the same hull at the same place and time."""

import polars as pl
import pytest

from stsdetect.experiments.voyages import match_visits
from tests.builders.voyages import at, rows, ships

FLEET = ships((1, 10), (2, 20), (11, 10))
PLACE = {"lat": 31.0, "lon": 122.0}
TRUE = rows(
    "true_visits",
    {
        "visit_id": "T1",
        "mmsi": 1,
        "hull_id": 10,
        "start_time": at(10),
        "end_time": at(20),
        "kind": "berth",
        **PLACE,
    },
)


def visit(start: float, end: float | None, *, mmsi: int = 1, lat: float = 31.0, name: str = "V") -> dict:
    return {
        "visit_id": name, "mmsi": mmsi, "start_time": at(start), "end_time": None if end is None else at(end),
        "last_time": at(end if end is not None else 30.0), "lat": lat, "lon": 122.0, "kind": "berth",
    }  # fmt: skip


def matched(*visits: dict, true: pl.DataFrame = TRUE) -> list[tuple[str, str, bool]]:
    found = match_visits(rows("port_visits", *visits), true, FLEET)
    return list(found.select("visit_id", "true_visit_id", "is_split").iter_rows())


def test_a_hit() -> None:
    assert matched(visit(10.5, 19.0)) == [("V", "T1", False)]


def test_another_mmsi_of_the_same_hull_is_a_hit_and_another_ship_is_not() -> None:
    assert matched(visit(10.5, 19.0, mmsi=11)) == [("V", "T1", False)]
    assert matched(visit(10.5, 19.0, mmsi=2)) == []


@pytest.mark.parametrize(("lat", "n"), [(31.0440, 1), (31.0460, 0)])
def test_five_kilometres_are_the_same_port(lat: float, n: int) -> None:
    """0.044 degrees of latitude are 4.88 km, 0.046 are 5.10 km."""
    assert len(matched(visit(10.5, 19.0, lat=lat))) == n


@pytest.mark.parametrize(
    ("true_kind", "kind", "lat", "n"),
    [
        ("roads", "berth", 31.26, 1),
        ("roads", "berth", 31.28, 0),
        ("roads", "roads", 31.26, 0),
        ("berth", "roads", 31.26, 0),
    ],
)
def test_roads_may_lie_30_km_from_the_berth_that_follows(
    true_kind: str, kind: str, lat: float, n: int
) -> None:
    """0.26 degrees of latitude are 28.8 km, 0.28 are 31.0 km."""
    true = TRUE.with_columns(kind=pl.lit(true_kind))
    assert len(matched(visit(10.0, 30.0, lat=lat) | {"kind": kind}, true=true)) == n


@pytest.mark.parametrize(("end", "n"), [(12.1, 1), (11.9, 0)])
def test_half_of_the_shorter_is_enough(end: float, n: int) -> None:
    """A visit of 8 h to `end` overlaps the true one from 10 h on; half of 4 h before `end` is 2 h."""
    assert len(matched(visit(end - 4.0, end))) == n


def test_the_longer_overlap_counts_and_the_other_is_a_split() -> None:
    assert matched(visit(10, 12, name="A"), visit(13, 20, name="B")) == [
        ("B", "T1", False),
        ("A", "T1", True),
    ]


def test_one_visit_may_be_about_two_berths() -> None:
    other = rows(
        "true_visits",
        {
            "visit_id": "T2",
            "mmsi": 1,
            "hull_id": 10,
            "start_time": at(22),
            "end_time": at(30),
            "kind": "berth",
            **PLACE,
        },
    )
    assert matched(visit(10, 30), true=pl.concat([TRUE, other])) == [("V", "T1", False), ("V", "T2", False)]


def test_visits_that_are_open_end_with_the_sea_and_with_the_last_fix() -> None:
    still_there = TRUE.with_columns(end_time=pl.lit(None, TRUE.schema["end_time"]))
    after = TRUE.with_columns(visit_id=pl.lit("T9"), hull_id=pl.lit(99), end_time=pl.lit(at(40.0)))
    true = pl.concat([still_there, after.cast(dict(TRUE.schema))])
    assert matched(visit(10, None), true=true) == [("V", "T1", False)]


def test_nothing_found_and_nothing_true() -> None:
    assert matched() == []
    assert matched(visit(10.5, 19.0), true=TRUE.clear()) == []
