"""The two ships of each event."""

from __future__ import annotations

from typing import Any

import polars as pl
import pytest

from stsdetect.cargo.hull_sizes import hull_sizes
from stsdetect.cargo.sides.event_sides import event_sides
from stsdetect.params import ChainParams, DraughtParams, TonnesParams
from stsdetect.schema import STATIC
from tests.builders.cargo import BARGE, MOTHER, draughts, event, event_tables, ship, ships, visit, visits

P = ChainParams()
FLEET = ships(ship(BARGE), ship(MOTHER, 70, 140.0))


def sides(*events: dict[str, Any], static: pl.DataFrame | None = None, calls: tuple = ()) -> pl.DataFrame:
    static = STATIC.optional(None) if static is None else static
    shown, features = event_tables(*events)
    return event_sides(
        shown,
        features,
        hulls=hull_sizes(FLEET, static, TonnesParams()),
        visits=visits(*calls),
        static=static,
        draught_params=DraughtParams(),
        params=P,
    )


def test_each_event_has_two_sides_and_a_solo_event_one() -> None:
    found = sides(event("e", BARGE, MOTHER, 0, 10), event("f", BARGE, None, 50, 60))
    assert found.select("event_id", "side", "mmsi", "partner_mmsi").rows() == [
        ("e", 1, BARGE, MOTHER),
        ("e", 2, MOTHER, BARGE),
        ("f", 1, BARGE, None),
    ]
    assert found["hull"].to_list() == ["barge", "dry", "barge"]


def test_a_ship_without_identity_is_of_unknown_kind() -> None:
    found = sides(event("e", 413_000_000, MOTHER, 0, 10))
    assert found["hull"].to_list() == ["unknown", "dry"]
    assert found["size_spread"].to_list() == [0.0, 0.0]


@pytest.mark.parametrize(
    ("reports", "rise"),
    [
        ([(BARGE, -1, 2.0), (BARGE, 12, 4.0)], 2.0),
        ([(BARGE, -1, 2.0), (BARGE, 34, 4.0)], 2.0),  # the end and 24 h
        ([(BARGE, -1, 2.0), (BARGE, 34.1, 4.0)], None),
        ([(BARGE, 12, 4.0)], None),
        ([(BARGE, -1, 2.0)], None),
        ([(BARGE, -1, 2.0), (BARGE, 5, 2.0)], 0.0),
    ],
)
def test_the_change_of_draught_over_an_event(reports: list, rise: float | None) -> None:
    assert sides(event("e", BARGE, MOTHER, 0, 10), static=draughts(*reports))["rise_m"][0] == rise


def test_a_draught_after_the_next_event_counts_for_that() -> None:
    reports = draughts((BARGE, -1, 2.0), (BARGE, 21, 5.0))
    found = sides(event("e", BARGE, MOTHER, 0, 10), event("f", BARGE, MOTHER, 15, 20), static=reports)
    assert found.filter(mmsi=BARGE)["rise_m"].to_list() == [None, 3.0]


def test_quays_before_and_after() -> None:
    days = 24 * P.max_days
    for call, before, after in (
        (visit(BARGE, -50, -10), True, False),
        (visit(BARGE, 10, 20), False, True),
        (visit(BARGE, 10 + days, 20 + days), False, True),
        (visit(BARGE, 10.1 + days, 20 + days), False, False),
        (visit(BARGE, -50 - days, -0.1 - days), False, False),
        (visit(BARGE, 20, 30, kind="anchorage"), False, False),
    ):
        row = sides(event("e", BARGE, MOTHER, 0, 10), calls=(call,)).row(0, named=True)
        assert (row["quay_before"], row["quay_after"]) == (before, after)


def test_events_without_cargo_are_left_out() -> None:
    assert sides(event("e", BARGE, MOTHER, 0, 10, category="pilotage")).is_empty()
    assert sides().is_empty()
