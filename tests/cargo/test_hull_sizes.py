"""Kind and size of a hull, and what is assumed of it."""

from __future__ import annotations

from typing import Any

import pytest

from stsdetect.cargo.hull_sizes import hull_sizes
from stsdetect.params import TonnesParams
from stsdetect.schema import IDENTITY, STATIC
from tests.builders.cargo import draughts, ship, ships

P = TonnesParams()
IMO = {"imo": 9_074_729, "imo_valid": True}


def size(*reports: tuple[int, float, float], **columns: Any) -> dict[str, Any]:
    static = draughts(*reports) if reports else STATIC.optional(None)
    return hull_sizes(ships(ship(1, **columns)), static, P).row(0, named=True)


@pytest.mark.parametrize(
    ("columns", "hull"),
    [
        ({"ship_type": 70}, "barge"),
        ({"ship_type": 79, "length_m": P.max_barge_m}, "barge"),
        ({"ship_type": 79, "length_m": P.max_barge_m + 1}, "dry"),
        ({"ship_type": 70} | IMO, "dry"),
        ({"ship_type": 70, "imo": 9_074_728, "imo_valid": False}, "barge"),
        ({"ship_type": 80}, "tanker"),
        ({"ship_type": 89} | IMO, "tanker"),
        ({"ship_type": 33}, "dredger"),
        ({"ship_type": 60}, "none"),
        ({"ship_type": 30}, "none"),
        ({"ship_type": 90}, "unknown"),
        ({"ship_type": 0}, "unknown"),
        ({"ship_type": None}, "unknown"),
    ],
)
def test_the_kind_of_a_hull(columns: dict[str, Any], hull: str) -> None:
    assert size(**columns)["hull"] == hull


def test_a_size_that_was_broadcast_is_taken() -> None:
    row = size(length_m=100.0, width_m=20.0)
    assert (row["hull_length_m"], row["hull_beam_m"], row["size_spread"]) == (100.0, 20.0, 0.0)
    # A barge of that beam draws 20 / 3.6 m when laden.
    assert row["laden_draught_m"] == pytest.approx(20 / 3.6)
    assert row["laden_spread"] == P.draught_spread


def test_a_missing_beam_or_length_is_assumed() -> None:
    barge = size(width_m=None)
    assert barge["hull_beam_m"] == pytest.approx(100 / P.barge_length_per_beam)
    assert barge["size_spread"] == P.barge_beam_spread
    tanker = size(ship_type=80, width_m=None)
    assert tanker["hull_beam_m"] == pytest.approx(100 / P.ship_length_per_beam)
    assert tanker["size_spread"] == P.ship_beam_spread
    short = size(length_m=None, width_m=20.0)
    assert short["hull_length_m"] == pytest.approx(20 * P.barge_length_per_beam)


@pytest.mark.parametrize(
    ("length_m", "width_m", "known"),
    [(461.0, 60.0, False), (460.0, 60.0, True), (14.0, None, False), (15.0, None, True)],
)
def test_an_impossible_length_is_not_believed(length_m: float, width_m: float | None, known: bool) -> None:
    row = size(length_m=length_m, width_m=width_m)
    assert (row["hull_length_m"] == length_m) == known


def test_a_beam_that_does_not_fit_the_length_is_not_believed() -> None:
    for width, believed in ((100 / 12.0, True), (100 / 12.1, False), (50.0, True), (50.1, False)):
        assert (size(length_m=100.0, width_m=width)["size_spread"] == 0.0) == believed


def test_nothing_known_gives_nothing() -> None:
    row = size(length_m=None, width_m=None)
    assert (row["hull_length_m"], row["hull_beam_m"], row["laden_draught_m"]) == (None, None, None)


def test_the_deepest_draught_of_her_own_counts_if_there_are_several_and_it_fits_the_beam() -> None:
    several = [(1, 1.0, 2.0), (1, 2.0, 5.0), (1, 3.0, 2.5)]
    row = size(*several)
    assert (row["laden_draught_m"], row["laden_spread"]) == (5.0, P.own_draught_spread)
    assert size(*several[:2])["laden_spread"] == P.draught_spread
    mistyped = [(1, 1.0, 2.0), (1, 2.0, 25.0), (1, 3.0, 2.5)]
    assert size(*mistyped)["laden_draught_m"] == pytest.approx(20 / 3.6)


def test_what_was_broadcast_last_counts() -> None:
    first = ship(1, 80, 90.0)
    later = ship(1, 70, 100.0, start_time=first["end_time"])
    row = hull_sizes(ships(later, first), STATIC.optional(None), P).row(0, named=True)
    assert (row["hull"], row["hull_length_m"]) == ("barge", 100.0)


def test_nothing_in_nothing_out() -> None:
    assert hull_sizes(IDENTITY.optional(None), STATIC.optional(None), P).is_empty()
