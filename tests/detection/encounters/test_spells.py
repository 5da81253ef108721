"""Spells: hysteresis, breaks in the data, and a plain version."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from stsdetect.detection.encounters.spells import received_periods, spells
from tests.naive import spells_by_hand

TIME = pl.Datetime("ms", "UTC")
NOT_RECEIVED = pl.DataFrame(schema={"mmsi": pl.Int64, "start": TIME, "end": TIME})


def seconds(values) -> pl.Series:
    return pl.Series((np.asarray(values, dtype=float) * 1000).astype("int64")).cast(TIME)


def rows(minutes, gaps_m, pair=(1, 2)) -> pl.DataFrame:
    return pl.DataFrame(
        {
            "mmsi_1": pair[0],
            "mmsi_2": pair[1],
            "timestamp": seconds(np.asarray(minutes) * 60.0),
            "gap": gaps_m,
        }
    ).cast({"mmsi_1": pl.Int64, "mmsi_2": pl.Int64})


def found(
    table: pl.DataFrame, *, apart_min=15.0, pair_gap_min=360.0, received=NOT_RECEIVED
) -> list[list[int]]:
    """Minutes of each spell, contact to 20 m and release above 40 m."""
    held = spells(
        table,
        holds=pl.col("gap") <= 20,
        releases=pl.col("gap") > 40,
        max_apart_s=apart_min * 60.0,
        max_pair_gap_s=pair_gap_min * 60.0,
        received=lambda _: received,
    )
    return [
        [t // 60 for t in part["timestamp"].dt.epoch("s").to_list()]
        for _, part in held.group_by("spell", maintain_order=True)
    ]


def periods(mmsi: int, start_min: float, end_min: float) -> pl.DataFrame:
    start, end = seconds([start_min * 60.0]), seconds([end_min * 60.0])
    return pl.DataFrame({"mmsi": [mmsi], "start": start, "end": end})


def test_a_spell_starts_within_the_limit_and_lasts_to_the_release() -> None:
    table = rows([0, 2, 4, 6, 8, 10], [30.0, 20.0, 30.0, 40.0, 40.1, 30.0])
    assert found(table) == [[2, 4, 6]]


@pytest.mark.parametrize(("apart_min", "n"), [(14, 1), (16, 2)])
def test_a_short_time_apart_does_not_end_a_spell(apart_min: int, n: int) -> None:
    minutes = [0, 2, *range(4, 2 + apart_min, 2), 2 + apart_min, 4 + apart_min]
    gaps = [5.0, 5.0, *[90.0] * (len(minutes) - 4), 5.0, 5.0]
    assert len(found(rows(minutes, gaps))) == n


@pytest.mark.parametrize(("pair_gap_min", "n"), [(360, 1), (362, 2)])
def test_a_break_in_which_neither_was_received_is_bridged_up_to_the_limit(pair_gap_min: int, n: int) -> None:
    table = rows([0, 2, 2 + pair_gap_min, 4 + pair_gap_min], [5.0] * 4)
    assert len(found(table)) == n


@pytest.mark.parametrize(("both_min", "n"), [(15.0, 1), (15.1, 2)])
def test_both_received_during_a_break_were_apart(both_min: float, n: int) -> None:
    table = rows([0, 2, 122, 124], [5.0] * 4)
    received = pl.concat([periods(1, 0.0, 30.0 + both_min), periods(2, 30.0, 124.0)])
    assert len(found(table, received=received)) == n


def test_one_received_during_a_break_says_nothing() -> None:
    table = rows([0, 2, 122, 124], [5.0] * 4)
    assert len(found(table, received=periods(1, 0.0, 124.0))) == 1


def test_pairs_do_not_share_spells() -> None:
    table = pl.concat([rows([0, 2], [5.0, 5.0]), rows([3, 4], [5.0, 5.0], pair=(1, 3))])
    assert found(table) == [[0, 2], [3, 4]]


def test_empty_input_has_no_spells() -> None:
    assert found(rows([], []).cast({"gap": pl.Float64})) == []


@pytest.mark.parametrize(("step_s", "n"), [(3600.0, 1), (3600.001, 2)])
def test_fixes_within_the_limit_are_one_period(step_s: float, n: int) -> None:
    fixes = pl.DataFrame({"mmsi": 1, "timestamp": seconds([0.0, step_s])})
    assert received_periods(fixes, max_unseen_s=3600.0).height == n


@settings(max_examples=80, deadline=None)
@given(
    st.lists(st.tuples(st.integers(1, 40), st.floats(0, 100)), min_size=1, max_size=40),
    st.integers(1, 20),
    st.integers(20, 60),
)
def test_spells_equal_the_plain_version(steps, apart: int, pair_gap: int) -> None:
    minutes = np.cumsum([step for step, _ in steps])
    gap = np.array([g for _, g in steps])
    plain = spells_by_hand(
        minutes * 60, gap <= 20, gap > 40, max_apart_s=apart * 60, max_pair_gap_s=pair_gap * 60
    )
    assert found(rows(minutes, gap), apart_min=apart, pair_gap_min=pair_gap) == [
        [t // 60 for t in spell] for spell in plain
    ]
