"""Laden or in ballast, by draught."""

import polars as pl
import pytest

from stsdetect.params import PortParams
from stsdetect.ports.laden import with_laden
from stsdetect.schema import IDENTITY, STATIC
from tests.builders import at, identity, static, together

SHIP = identity(static(1, loa_m=180.0, ship_type=70))


def laden(draught_m: float | None, *reports_m: float, ship=SHIP) -> tuple:
    """`laden` and its basis for a voyage that ends with a draught, in a dump with such reports."""
    voyages = pl.DataFrame(
        {
            "mmsi": [1],
            "vessel_id": ["1"],
            "draught_out_m": [None],
            "draught_in_m": [draught_m],
        },
        schema_overrides={"draught_out_m": pl.Float64, "draught_in_m": pl.Float64},
    )
    reports = together(*(static(1, k, draught=d) for k, d in enumerate(reports_m))) if reports_m else None
    found = with_laden(
        voyages,
        identity=IDENTITY.validate(ship),
        static=STATIC.optional(reports),
        params=PortParams(),
    )
    return found["laden"][0], found["laden_basis"][0]


@pytest.mark.parametrize(
    ("draught", "answer"),
    [(7.5, ("yes", "own_range")), (7.4, ("no", "own_range")), (None, ("unknown", None))],
)
def test_by_her_own_range(draught, answer) -> None:
    assert laden(draught, 5.0, 10.0) == answer


@pytest.mark.parametrize(
    ("draught", "answer"),
    # 0.06 x 180 m = 10.8 m when loaded, 85 % of it 9.18 m; 2 m + 0.02 x 180 m = 5.6 m in ballast, 15 % over it 6.44 m.
    [(9.2, "yes"), (9.1, "unknown"), (6.5, "unknown"), (6.4, "no")],
)
def test_by_size(draught: float, answer: str) -> None:
    assert laden(draught, draught) == (answer, None if answer == "unknown" else "size")


def test_a_range_of_a_few_decimetres_shows_nothing() -> None:
    assert laden(6.4, 6.4, 7.3) == ("no", "size")
    assert laden(7.4, 6.4, 7.4)[0] == "unknown"  # a metre, but less than a fifth of the deepest


def test_who_carries_no_cargo_or_has_no_length_is_unknown() -> None:
    tug = identity(static(1, loa_m=180.0, ship_type=52))
    assert laden(9.2, 9.2, ship=tug) == ("unknown", None)
    assert laden(9.2, 9.2, ship=identity(static(1, loa_m=180.0, ship_type=70)).assign(length_m=None)) == (
        "unknown",
        None,
    )


def test_small_craft_are_not_judged_by_size() -> None:
    # Of 60 m the two limits cross: 3.06 m against 3.68 m.
    small = identity(static(1, loa_m=60.0, ship_type=70))
    assert laden(3.6, 3.6, ship=small) == ("unknown", None)
    assert at(0) is not None
