"""Outlines: what is known counts, what is unknown is drawn within plausible limits."""

from __future__ import annotations

import numpy as np
import pandas as pd
import polars as pl
import pytest

from stsdetect.detection.encounters.outlines import draw_pairs, outlines_of
from stsdetect.params import EncounterParams
from stsdetect.schema import IDENTITY, RESAMPLED
from tests.builders import identity, static
from tests.builders.encounters import A, B, instants

PARAMS = EncounterParams()
HOUR_S = 3600.0


def outlines(*reports, minutes=(0.0,), **columns):
    known = identity(*reports) if reports else None
    ship = RESAMPLED.validate(instants(A, minutes, **columns))
    return outlines_of(ship, IDENTITY.optional(known), PARAMS)


def test_a_known_outline_is_taken_as_it_is() -> None:
    found = outlines(static(A, loa_m=100.0, beam_m=16.0), heading=45.0)
    assert found.certain().tolist() == [True]
    # The antenna is 80 m from the bow and amidships: the middle of the hull is 30 m ahead of it.
    assert [float(v[0]) for v in found.hull()] == [50.0, 8.0, 30.0, 0.0, 45.0]
    assert found.reach_m(PARAMS)[0] == pytest.approx(np.hypot(80.0, 8.0))


def test_of_several_spells_the_last_begun_counts_and_before_all_the_first() -> None:
    sizes = (static(A, HOUR_S, loa_m=100.0), static(A, 2 * HOUR_S, loa_m=120.0))
    found = outlines(*sizes, minutes=(0.0, 60.0, 119.0, 120.0))
    assert found.length_m.tolist() == [100.0, 100.0, 100.0, 120.0]


def test_a_size_without_a_place_of_the_antenna_is_not_certain() -> None:
    found = outlines(static(A, to_bow=0.0, to_stern=100.0, to_port=0.0, to_starboard=16.0, loa_m=None))
    assert (found.length_m[0], found.width_m[0]) == (100.0, 16.0)
    assert np.isnan([found.to_bow[0], found.to_port[0]]).all()
    assert not found.certain()[0]
    assert found.reach_m(PARAMS)[0] == pytest.approx(np.hypot(100.0, 16.0))


def test_plausible_length_by_type() -> None:
    cases = [
        (30, "A", 35.0), (31, "A", 32.0), (52, "A", 32.0), (33, "A", 90.0), (36, "A", 15.0), (37, "A", 15.0),
        (50, "A", 30.0), (59, "A", 30.0), (60, "A", 80.0), (69, "A", 80.0), (70, "A", 110.0), (79, "B", 110.0),
        (80, "A", 110.0), (89, "A", 110.0), (90, "A", 80.0), (0, "A", 80.0), (0, "B", 45.0), (None, "B", 45.0),
        (35, "A", 80.0),
    ]  # fmt: skip
    ship = RESAMPLED.validate(instants(A, np.zeros(len(cases))))
    ships = ship.with_columns(mmsi=pl.Series(range(len(cases))))
    known = identity(static(A)).iloc[[0] * len(cases)]
    types, classes, lengths = zip(*cases, strict=True)
    known = known.assign(mmsi=range(len(cases)), ship_type=pd.array(types, dtype="Int32"), ais_class=classes)
    found = outlines_of(ships, IDENTITY.validate(known), PARAMS)
    assert found.plausible_length_m.tolist() == list(lengths)


def test_a_ship_without_identity_may_be_long() -> None:
    # 80 m in the median, sigma of the logarithm 0.45, 95th percentile at 1.645 sigma: 167.7 m; beam a fifth.
    length = 80.0 * np.exp(1.6448536 * 0.45)
    assert outlines().reach_m(PARAMS)[0] == pytest.approx(np.hypot(length, length / 5.0), rel=1e-6)


def test_a_course_has_the_wider_error() -> None:
    ship = RESAMPLED.validate(instants(A, [0.0, 1.0]))
    ship = ship.with_columns(heading_from_cog=pl.Series([False, True]))
    found = outlines_of(ship, IDENTITY.optional(None), PARAMS)
    assert found.heading_error_deg.tolist() == [PARAMS.heading_error_deg, PARAMS.cog_error_deg]


def test_drawn_outlines_stay_within_their_limits() -> None:
    unknown = outlines(heading=np.nan)
    one, two = draw_pairs(unknown, unknown, PARAMS)
    assert one.heading_deg.shape == (1, 2 * PARAMS.n_outline_draws)
    ratio = one.half_length_m / one.half_width_m
    assert ((ratio > 5.0) & (ratio < 7.5)).all()
    # The antenna is 72 to 95 % of the length abaft the bow: the middle is 22 to 45 % of it ahead.
    ahead = one.ahead_m / (2 * one.half_length_m)
    assert ((ahead > 0.22) & (ahead < 0.45)).all()
    # The two axes are parallel but for 10 degrees of error at most at its 98th percentile, 2.05 sigma, each.
    between = np.abs((one.heading_deg - two.heading_deg + 90.0) % 180.0 - 90.0)
    assert between.max() <= 2 * 2.06 * PARAMS.parallel_error_deg


def test_an_unknown_heading_follows_the_known_one() -> None:
    known, unknown = outlines(heading=30.0), outlines(heading=np.nan)
    one, two = draw_pairs(known, unknown, PARAMS)
    assert (one.heading_deg == 30.0).all()
    turn = (two.heading_deg - 30.0 + 90.0) % 180.0 - 90.0
    assert np.abs(turn).max() <= 2.06 * PARAMS.parallel_error_deg
    opposite = np.abs((two.heading_deg - 30.0 + 180.0) % 360.0 - 180.0) > 90.0
    assert 0.3 < opposite.mean() < 0.7


def test_swapped_ships_draw_the_same_outlines() -> None:
    one = outlines(static(A, loa_m=60.0), heading=np.nan)
    two = outlines(heading=np.nan)
    a, b = draw_pairs(one, two, PARAMS)
    c, d = draw_pairs(two, one, PARAMS)
    # The draws of a swapped pair come in another order.
    half = PARAMS.n_outline_draws
    for here, there in ((a, d), (b, c)):
        for x, y in zip(here, there, strict=True):
            np.testing.assert_array_equal(x, np.roll(np.broadcast_to(y, x.shape), half, axis=1))


def test_outlines_come_in_the_order_of_the_ships() -> None:
    ships = pl.concat([RESAMPLED.validate(instants(m, [0.0, 5.0])) for m in (B, A)])
    known = identity(static(A, loa_m=50.0), static(B, loa_m=150.0))
    found = outlines_of(ships, IDENTITY.optional(known), PARAMS)
    assert found.length_m.tolist() == [150.0, 150.0, 50.0, 50.0]
