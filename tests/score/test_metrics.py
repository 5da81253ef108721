"""Metrics checked by hand."""

import numpy as np
import pandas as pd
import pytest

from stsdetect.score.metrics import average_precision, calibration_table, wilson, worst_tenth


def test_wilson_gives_the_textbook_interval() -> None:
    low, high = wilson(8, 10)
    assert (low, high) == pytest.approx((0.4902, 0.9433), abs=1e-4)
    assert wilson(0, 10)[0] == pytest.approx(0.0)
    assert wilson(10, 10)[1] == pytest.approx(1.0)
    assert np.isnan(wilson(0, 0)).all()


def test_average_precision_counts_what_was_never_found() -> None:
    found = pd.DataFrame({"seed": 0, "score": [0.9, 0.8], "illicit": [True, True], "truth_id": ["a", "a"]})
    assert average_precision(found, pd.DataFrame({"illicit": [True, True]})) == pytest.approx(0.5)
    assert np.isnan(average_precision(found, pd.DataFrame({"illicit": [False]})))


def test_the_same_name_in_two_seas_is_two_transfers() -> None:
    found = pd.DataFrame({"seed": [0, 1], "score": 0.9, "illicit": True, "truth_id": "a"})
    assert average_precision(found, pd.DataFrame({"illicit": [True, True]})) == pytest.approx(1.0)


def test_calibration_puts_a_certain_pair_into_the_last_tenth() -> None:
    table = calibration_table(np.array([1.0, 0.99, 0.0]), np.array([True, False, False]))
    assert table["n"].tolist() == [1, 0, 0, 0, 0, 0, 0, 0, 0, 2]
    assert table["share"].iloc[-1] == pytest.approx(0.5)


def test_the_worst_tenth_is_that_of_those_with_enough_cases() -> None:
    p = np.concatenate([np.full(50, 0.05), np.full(49, 0.95)])
    table = calibration_table(p, np.concatenate([np.arange(50) < 10, np.zeros(49, bool)]))
    assert worst_tenth(table) == pytest.approx(0.15)  # 10 of 50 against 0.05
    assert worst_tenth(table, min_n=49) == pytest.approx(0.95)
    assert np.isnan(worst_tenth(table, min_n=51))
