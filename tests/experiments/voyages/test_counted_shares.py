"""Counts become shares with n and interval, by hand."""

import pytest

from stsdetect.experiments.voyages.counted_shares import (
    counted,
    counts_table,
    is_near,
    shares,
    tonnes_counts,
    tonnes_row,
    tonnes_table,
)
from tests.builders.voyages import at, share


def test_three_of_four_with_wilsons_interval() -> None:
    table = shares(
        counts_table([counted("a", "recall", k < 3) for k in range(4)] + [counted("b", "recall", False)])
    )
    assert share(table, "a", "recall") == (3, 4)
    row = table.row(0, named=True)
    assert (row["share"], round(row["low"], 3), round(row["high"], 3)) == (0.75, 0.301, 0.954)
    assert share(table, "b", "recall") == (0, 1)


def test_nothing_counted_is_an_empty_table() -> None:
    assert shares(counts_table([])).is_empty()
    assert tonnes_table(tonnes_counts([])).is_empty()


@pytest.mark.parametrize(("hours", "near"), [(12.0, True), (12.1, False)])
def test_twelve_hours_are_near(hours: float, near: bool) -> None:
    assert is_near(at(0), at(hours)) is near
    assert is_near(at(hours), at(0)) is near
    assert not is_near(None, at(0))


def test_tonnes_at_the_ends_of_the_interval_are_inside_and_unknown_ones_do_not_count() -> None:
    def row(low: float | None, tonnes: float | None, high: float | None) -> dict:
        return {"method": "draught", "tonnes_low": low, "tonnes": tonnes, "tonnes_high": high}

    rows = [row(100.0, 110.0, 120.0), row(80.0, 90.0, 100.0), row(101.0, 110.0, 120.0), row(None, None, None)]
    table = tonnes_table(tonnes_counts([tonnes_row("chains", r, 100.0) for r in rows]))
    both = table.filter(table["table"] == "both").row(0, named=True)
    assert (both["n"], both["true_below"], both["true_above"]) == (3, pytest.approx(1 / 3), 0.0)
    assert (both["inside"], both["median_ratio"]) == (pytest.approx(2 / 3), pytest.approx(1.1))
