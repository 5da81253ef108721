"""Operations on arrays that numpy lacks."""

import numpy as np
import polars as pl
import pytest

from stsdetect.arrays import MIX, expit, expit_expr, ragged_index, sum_in_order


@pytest.mark.parametrize("lengths", [[], [0], [1], [0, 3, 0, 2, 0], [4, 4]])
def test_ragged_index_counts_from_zero_in_each_row(lengths: list[int]) -> None:
    row, nth = ragged_index(np.array(lengths, dtype=np.int64))
    assert list(zip(row.tolist(), nth.tolist(), strict=True)) == [
        (r, k) for r, n in enumerate(lengths) for k in range(n)
    ]


def test_expit_is_the_inverse_of_log_odds_and_does_not_overflow() -> None:
    log_odds = np.log(np.array([0.1, 0.5, 0.9]) / np.array([0.9, 0.5, 0.1]))
    np.testing.assert_allclose(expit(log_odds), [0.1, 0.5, 0.9])
    by_polars = pl.DataFrame({"x": log_odds}).select(p=expit_expr(pl.col("x")))["p"]
    np.testing.assert_allclose(by_polars, [0.1, 0.5, 0.9])
    with np.errstate(all="raise"):
        low, high = expit(np.array([-1e6, 1e6]))
    assert low < 1e-200
    assert high == 1.0


def test_the_mixing_constant_is_odd_and_so_loses_no_bits() -> None:
    assert int(MIX) % 2 == 1
    assert abs(int(MIX) / 2**64 - (5**0.5 - 1) / 2) < 1e-15


def test_a_sum_in_order_adds_from_the_first_to_the_last() -> None:
    row = {"a": 1e16, "b": 1.0, "c": 1.0, "d": None, "e": -1e16}
    frame = pl.DataFrame([row], schema=dict.fromkeys(row, pl.Float64))
    # (1e16 + 1) + 1 is 1e16 each time, as the spacing there is 2; 1 + 1 first would give 2.
    assert frame.select(s=sum_in_order(pl.col(c) for c in row)).item() == 0.0
    assert frame.select(s=sum_in_order(pl.col(c) for c in "bcaed")).item() == 2.0
