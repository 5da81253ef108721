"""Tonnes from a change of draught and from the size of a ship."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import polars as pl
import pytest

from stsdetect.cargo.tonnes import Z_80, interval, most_of, with_capacity_tonnes, with_draught_tonnes
from stsdetect.params import TonnesParams

P = TonnesParams()


def hull(**columns: Any) -> pl.DataFrame:
    row = {
        "hull": "barge",
        "hull_length_m": 100.0,
        "hull_beam_m": 20.0,
        "size_spread": 0.0,
        "laden_draught_m": 5.0,
        "laden_spread": 0.08,
        "fresh_water": False,
        "change_m": 2.0,
    }
    return pl.DataFrame({name: [value] for name, value in (row | columns).items()}, schema_overrides=_TYPES)


_TYPES = {
    "hull_length_m": pl.Float64,
    "hull_beam_m": pl.Float64,
    "change_m": pl.Float64,
    "laden_draught_m": pl.Float64,
}


def draught_tonnes(**columns: Any) -> float | None:
    found = with_draught_tonnes(hull(**columns), P, change="change_m", out="d")["d_log"].item()
    return None if found is None else math.exp(found)


@pytest.mark.parametrize(
    ("columns", "tonnes"),
    [
        ({}, 0.88 * 100 * 20 * 2.0 * 1.025),
        ({"change_m": -2.0}, 0.88 * 100 * 20 * 2.0 * 1.025),
        ({"fresh_water": True}, 0.88 * 100 * 20 * 2.0),
        ({"hull": "dry"}, 0.79 * 100 * 20 * 2.0 * 1.025),
        ({"hull": "tanker"}, 0.82 * 100 * 20 * 2.0 * 1.025),
        ({"hull": "dredger"}, 0.84 * 100 * 20 * 2.0 * 1.025),
        ({"hull": "unknown"}, 0.80 * 100 * 20 * 2.0 * 1.025),
        ({"hull": "none"}, None),
        ({"change_m": None}, None),
        ({"change_m": 0.0}, None),
        ({"hull_length_m": None}, None),
    ],
)
def test_tonnes_of_a_change_of_draught(columns: dict[str, Any], tonnes: float | None) -> None:
    found = draught_tonnes(**columns)
    assert found is None if tonnes is None else found == pytest.approx(tonnes)


def test_the_error_grows_as_the_change_gets_small() -> None:
    # Two draughts rounded to 0.1 m, and 0.15 m as typed: 0.155 m of 2 m and of 0.3 m.
    error = math.sqrt(2 * 0.1**2 / 12 + 0.15**2)
    for change in (2.0, 0.3):
        sigma = with_draught_tonnes(hull(change_m=change), P, change="change_m", out="d")["d_sigma"].item()
        assert sigma == pytest.approx(math.hypot(0.10, error / change))


def test_a_beam_from_the_length_adds_its_error() -> None:
    row = hull(size_spread=0.16)
    sigma = with_draught_tonnes(row, P, change="change_m", out="d")["d_sigma"].item()
    known = with_draught_tonnes(hull(), P, change="change_m", out="d")["d_sigma"].item()
    assert sigma == pytest.approx(math.hypot(known, 0.16))


def test_what_a_laden_ship_carries() -> None:
    row = with_capacity_tonnes(hull(), P, out="c")
    box_t = 100 * 20 * 5 * 1.025 * 0.88
    assert math.exp(row["c_log"].item()) == pytest.approx(box_t * 0.72 * 0.90)
    assert row["c_sigma"].item() == pytest.approx(math.sqrt(0.10**2 + 0.08**2 + 0.22**2))
    assert with_capacity_tonnes(hull(hull="none"), P, out="c")["c_log"].item() is None
    assert with_capacity_tonnes(hull(laden_draught_m=None), P, out="c")["c_log"].item() is None


def test_an_interval_is_capped_by_what_the_ship_can_carry() -> None:
    row = with_capacity_tonnes(
        with_draught_tonnes(hull(change_m=6.0), P, change="change_m", out="d"), P, out="c"
    )
    ends = row.select(interval(pl.col("d_log"), pl.col("d_sigma"), most_of("c"))).row(0)
    most = math.exp(row["c_log"].item() + Z_80 * row["c_sigma"].item())
    assert ends[2] == pytest.approx(most)
    assert ends[0] <= ends[1] <= ends[2]
    uncapped = row.select(interval(pl.col("d_log"), pl.col("d_sigma"))).row(0)
    assert uncapped[2] > most


def test_the_interval_of_nothing_is_nothing() -> None:
    row = pl.DataFrame({"log": [None], "sigma": [0.1], "most": [9.0]}, schema_overrides={"log": pl.Float64})
    assert row.select(interval(pl.col("log"), pl.col("sigma"), pl.col("most"))).row(0) == (None, None, None)


@pytest.mark.parametrize(
    ("kind", "low", "high"), [("barge", 0.72, 1.0), ("dry", 0.62, 0.93), ("tanker", 0.68, 0.94)]
)
def test_four_of_five_intervals_hold_the_truth_though_hulls_vary_more_than_assumed(
    kind: str, low: float, high: float
) -> None:
    rng = np.random.default_rng(16)
    n = 4_000
    coefficient = rng.uniform(low, high, n)
    length, beam = rng.uniform(60, 180, n), rng.uniform(10, 30, n)
    before, change = rng.uniform(2, 3, n), rng.uniform(1.0, 4.0, n)
    typed = np.round(before + change + rng.normal(0, 0.1, n), 1) - np.round(before + rng.normal(0, 0.1, n), 1)
    truth = coefficient * length * beam * change * 1.025
    rows = pl.DataFrame(
        {
            "hull": [kind] * n,
            "hull_length_m": length,
            "hull_beam_m": beam,
            "size_spread": [0.0] * n,
            "fresh_water": [False] * n,
            "change_m": typed,
        }
    )
    rows = with_draught_tonnes(rows, P, change="change_m", out="d")
    ends = rows.select(interval(pl.col("d_log"), pl.col("d_sigma")))
    inside = (ends["tonnes_low"].to_numpy() <= truth) & (truth <= ends["tonnes_high"].to_numpy())
    assert 0.75 <= inside.mean() <= 0.85
