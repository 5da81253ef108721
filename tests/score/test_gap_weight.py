"""The weight of a gap: certainty, distance in time, and gaps without end."""

import polars as pl
import pytest

from stsdetect.params import ScoreParams
from stsdetect.score.gap_weight import gap_weight

P = ScoreParams(min_p_off=0.5, gap_window_h=24.0, open_gap_share=0.4)


def weight(p_off: float | None, apart_h: float | None = 0.0, *, open_: bool | None = False) -> float | None:
    rows = pl.DataFrame(
        {"gap_p_off_1": [p_off], "gap_apart_h_1": [apart_h], "gap_open_1": [open_]},
        schema={"gap_p_off_1": pl.Float64, "gap_apart_h_1": pl.Float64, "gap_open_1": pl.Boolean},
    )
    return rows.select(gap_weight("_1", P)).item()


@pytest.mark.parametrize(("p_off", "share"), [(1.0, 1.0), (0.75, 0.5), (0.5, 0.0), (0.2, 0.0)])
def test_it_rises_from_the_least_probability_to_certainty(p_off: float, share: float) -> None:
    assert weight(p_off) == pytest.approx(share)


@pytest.mark.parametrize(
    ("apart_h", "share"), [(0.0, 1.0), (6.0, 0.75), (24.0, 0.0), (30.0, 0.0), (None, 1.0)]
)
def test_it_falls_with_the_hours_between_gap_and_event(apart_h: float | None, share: float) -> None:
    assert weight(1.0, apart_h) == pytest.approx(share)


def test_a_gap_without_end_counts_less_and_an_unknown_one_in_full() -> None:
    assert weight(1.0, 12.0, open_=True) == pytest.approx(0.5 * 0.4)
    assert weight(1.0, open_=None) == pytest.approx(1.0)


def test_without_a_gap_there_is_no_weight() -> None:
    assert weight(None) is None
