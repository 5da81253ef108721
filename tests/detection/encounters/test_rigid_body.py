"""The rigid-body test: numbers by hand, and a plain version on random spells."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import polars as pl
import pytest

from stsdetect.detection.encounters.rigid_body import rigidity
from stsdetect.params import EncounterParams
from tests.builders import EPOCH
from tests.naive import rigidity_by_hand

PARAMS = EncounterParams()
QUARTERS = (0.0, 90.0, 180.0, 270.0, 360.0)


def spell(
    east, north, heading_1, heading_2, *, step_s=3600.0, error_m=1.0, number=1, interval_s=180.0
) -> pl.DataFrame:
    seconds = np.arange(len(east)) * step_s
    return pl.DataFrame(
        {
            "spell": number,
            "timestamp": pl.Series((EPOCH + pd.to_timedelta(seconds, unit="s")).as_unit("ms")),
            "east_m": np.asarray(east, dtype=float),
            "north_m": np.asarray(north, dtype=float),
            "heading_1": pl.Series(heading_1, dtype=pl.Float64, strict=False),
            "heading_2": pl.Series(heading_2, dtype=pl.Float64, strict=False),
            "position_error_m": error_m,
            "interval_s": interval_s,
        }
    )


def ratio_and_swing(rows: pl.DataFrame, params: EncounterParams = PARAMS) -> tuple[float, float]:
    return rigidity(rows, by="spell", params=params).select("rigidity", "swing_deg").row(0)


def abeam(headings, off_m: float = 30.0) -> tuple[list[float], list[float]]:
    h = np.deg2rad(headings)
    return list(off_m * np.cos(h)), list(-off_m * np.sin(h))


UNCAPPED = replace(PARAMS, max_rigidity_nat=1e6)


def test_one_body_keeps_its_offset_in_the_frame_of_the_hull() -> None:
    headings = (0.0, 90.0, 180.0)
    found = ratio_and_swing(spell(*abeam(headings), headings, headings), UNCAPPED)
    # East 30, 0, -30 and north 0, -30, 0: variances 600 and 200 m², error 1 m², three looks.
    assert found == pytest.approx((3 * np.log(801.0 / 1.0), 180.0))


def test_fixes_two_hours_apart_are_a_look_every_two_hours() -> None:
    headings = (0.0, 90.0, 180.0)
    found = ratio_and_swing(spell(*abeam(headings), headings, headings, interval_s=7200.0), UNCAPPED)
    # As above, but 1 + 2 h / 2 h = 2 looks.
    assert found == pytest.approx((2 * np.log(801.0 / 1.0), 180.0))


def test_own_anchors_keep_the_offset_over_ground() -> None:
    headings = (0.0, 90.0, 180.0)
    found = ratio_and_swing(spell([30.0] * 3, [0.0] * 3, headings, headings), UNCAPPED)
    assert found == pytest.approx((-3 * np.log(801.0 / 1.0), 180.0))


def test_without_a_swing_neither_is_favoured() -> None:
    assert ratio_and_swing(spell([30.0] * 5, [0.0] * 5, [45.0] * 5, [45.0] * 5)) == pytest.approx((0.0, 0.0))


def test_the_ratio_is_capped_either_way() -> None:
    fixed_to_hull = spell(*abeam(QUARTERS), QUARTERS, QUARTERS)
    fixed_to_ground = spell([30.0] * 5, [0.0] * 5, QUARTERS, QUARTERS)
    assert ratio_and_swing(fixed_to_hull)[0] == PARAMS.max_rigidity_nat
    assert ratio_and_swing(fixed_to_ground)[0] == -PARAMS.max_rigidity_nat


def test_looks_within_half_an_hour_count_as_less_than_one() -> None:
    headings = (0.0, 90.0, 180.0)
    rows = spell(*abeam(headings), headings, headings, step_s=450.0)
    # A quarter of an hour is half of independent_look_s: 1.5 looks, not 3.
    assert ratio_and_swing(rows, UNCAPPED)[0] == pytest.approx(1.5 * np.log(801.0))


def test_position_errors_weaken_the_ratio() -> None:
    headings = (0.0, 90.0, 180.0)
    rows = spell(*abeam(headings), headings, headings, error_m=20.0)
    assert ratio_and_swing(rows)[0] == pytest.approx(3 * np.log(1200.0 / 400.0))


@pytest.mark.parametrize(("swing_deg", "judged"), [(60.0, True), (59.0, False)])
def test_without_headings_the_line_between_the_antennas_must_turn_far(swing_deg: float, judged: bool) -> None:
    bearings = np.linspace(0.0, swing_deg, 3) + 1e-6 * np.arange(3)
    rows = spell(*abeam(bearings), [None] * 3, [None] * 3)
    found, swing = ratio_and_swing(rows)
    assert (found > 5.0) == judged
    assert swing == pytest.approx(swing_deg if judged else 0.0, abs=1e-5)


def test_the_swing_is_the_lesser_of_both_and_continues_past_north() -> None:
    rows = spell([30.0] * 3, [0.0] * 3, [350.0, 10.0, 30.0], [350.0, 355.0, 0.0])
    assert ratio_and_swing(rows)[1] == pytest.approx(10.0)


def random_looks(rng: np.random.Generator) -> list[tuple]:
    """A spell between one body and two, with known, missing and unknown headings."""
    n = int(rng.integers(1, 40))
    times = np.cumsum(rng.integers(60, 900, n))
    heading = rng.uniform(0.0, 360.0) + np.cumsum(rng.normal(0.0, rng.uniform(1.0, 20.0), n))
    h = np.deg2rad(heading) * rng.integers(0, 2)
    offset = rng.normal(0.0, 40.0, 2)
    east = offset[0] * np.cos(h) + offset[1] * np.sin(h) + rng.normal(0.0, 3.0, n)
    north = offset[1] * np.cos(h) - offset[0] * np.sin(h) + rng.normal(0.0, 3.0, n)
    missing = rng.choice([0.0, 0.3, 1.0], 2)
    sides = [
        [None if rng.random() < share else float((x + 180.0 * k) % 360.0) for x in heading]
        for k, share in enumerate(missing)
    ]
    errors = rng.uniform(1.0, 15.0, n)
    return list(
        zip(times.tolist(), east.tolist(), north.tolist(), sides[0], sides[1], errors.tolist(), strict=True)
    )


def test_random_spells_equal_the_plain_version() -> None:
    rng = np.random.default_rng(7)
    every = [random_looks(rng) for _ in range(200)]
    frames = []
    for k, looks in enumerate(every):
        seconds, east, north, one, two, errors = zip(*looks, strict=True)
        times = pl.Series(seconds) * 1000
        frames.append(
            spell(east, north, one, two, number=k, error_m=pl.Series(errors)).with_columns(
                timestamp=times.cast(pl.Datetime("ms", "UTC"))
            )
        )
    found = rigidity(pl.concat(frames), by="spell", params=PARAMS)
    plain = [
        rigidity_by_hand(
            looks,
            look_s=PARAMS.independent_look_s,
            min_line_swing_deg=PARAMS.min_line_swing_deg,
            max_nat=PARAMS.max_rigidity_nat,
        )
        for looks in every
    ]
    assert found["rigidity"].to_numpy() == pytest.approx([p[0] for p in plain], abs=1e-6)
    assert found["swing_deg"].to_numpy() == pytest.approx([p[1] for p in plain], abs=1e-6)
    assert (found["rigidity"] > 5).sum() > 20
    assert (found["rigidity"] < -5).sum() > 20
    assert (found["rigidity"] == 0).sum() > 5


def test_swapped_ships_give_the_same() -> None:
    rng = np.random.default_rng(8)
    east, north = rng.normal(0.0, 20.0, (2, 30))
    one, two = np.cumsum(rng.normal(0.0, 20.0, (2, 30)), axis=1) % 360.0
    here = ratio_and_swing(spell(east, north, one, two))
    assert ratio_and_swing(spell(-east, -north, two, one)) == pytest.approx(here)
