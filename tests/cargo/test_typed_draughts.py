"""Draughts that never change."""

from __future__ import annotations

from stsdetect.cargo.typed_draughts import changing_draughts, without_constant_draughts
from tests.builders.cargo import draughts, visit, visits

STATIC = draughts((1, 0, 3.9), (1, 9, 3.9), (2, 0, 2.0), (2, 9, 4.0), (3, 0, 0.0), (3, 9, 5.0))


def test_only_ships_that_typed_two_draughts_keep_them() -> None:
    assert changing_draughts(STATIC)["draught"].to_list() == [None, None, 2.0, 4.0, None, None]


def test_visits_of_the_others_keep_theirs_if_nothing_is_known() -> None:
    both = {"draught_in_m": 3.9, "draught_out_m": 3.9}
    calls = visits(*(visit(mmsi, 1, 5, **both) for mmsi in (1, 2, 3, 4)))
    assert without_constant_draughts(calls, STATIC)["draught_in_m"].to_list() == [None, 3.9, None, 3.9]
