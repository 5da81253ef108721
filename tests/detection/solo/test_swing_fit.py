"""Pivots fitted to ships whose pivot is known."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import polars as pl
import pytest

from stsdetect.detection.loitering import loitering_spells
from stsdetect.detection.solo.swing_fit import fit_swing, heading_bias, swing_fits
from stsdetect.params import SwingParams
from stsdetect.schema import POINTS
from tests.builders import together
from tests.builders.swing import H, as_points, swinging, under_way

P = SwingParams()


def fits_of(*ships: pd.DataFrame) -> pl.DataFrame:
    points = POINTS.validate(as_points(*ships))
    return swing_fits(points, loitering_spells(points))


def only_row(*ships: pd.DataFrame) -> dict[str, Any]:
    fits = fits_of(*ships)
    assert fits.height == 1
    return fits.row(0, named=True)


@pytest.mark.parametrize(
    ("forward_m", "starboard_m"),
    [(110.0, 0.0), (230.0, 0.0), (170.0, 45.0), (170.0, -45.0), (-60.0, 30.0), (20.0, 0.0)],
    ids=["short chain", "taut chain", "beside", "other side", "head to tail", "buoy"],
)
def test_the_pivot_is_found(forward_m: float, starboard_m: float) -> None:
    row = only_row(swinging(1, forward_m=forward_m, starboard_m=starboard_m, east_m=700.0))
    assert row["pivot_forward_m"] == pytest.approx(forward_m, abs=0.5)
    assert row["pivot_starboard_m"] == pytest.approx(starboard_m, abs=0.5)
    assert row["swing_deg"] == pytest.approx(120.0, abs=8.0)  # one look in ten is cut on either side
    assert row["method"] == "heading"


def test_the_pivot_on_the_ground_does_not_depend_on_the_ship() -> None:
    one = only_row(swinging(1, forward_m=110.0))
    two = only_row(swinging(2, forward_m=-60.0, starboard_m=40.0))
    assert one["lat"] == pytest.approx(two["lat"], abs=1e-5)
    assert one["lon"] == pytest.approx(two["lon"], abs=1e-5)


def test_across_the_dateline() -> None:
    row = only_row(swinging(1, forward_m=200.0, place=(10.0, 179.9999)))
    assert row["pivot_forward_m"] == pytest.approx(200.0, abs=0.5)
    assert abs(row["lon"]) > 179.99


def test_heading_noise_over_a_small_swing_does_not_shrink_the_pivot() -> None:
    # An ordinary regression gives 190 / (1 + (1.5 / 5.0) ** 2 ...) and less, here about 150 m.
    rng = np.random.default_rng(3)
    n = 150
    hull = np.radians(rng.uniform(0.0, 10.0, n))
    place = -190.0 * np.exp(1j * hull) + rng.normal(0, 5, n) + 1j * rng.normal(0, 5, n)
    ahead = np.exp(1j * (hull + np.radians(rng.normal(0, 1.5, n))))
    ordinary = ((place - place.mean()) * (ahead - ahead.mean()).conj()).mean() / (
        np.abs(ahead - ahead.mean()) ** 2
    ).mean()
    assert -ordinary.real < 155.0
    fit = fit_swing(place, ahead, np.linspace(0.0, 150.0, n), P)
    assert fit.forward_m == pytest.approx(190.0, abs=2 * fit.error_m)
    assert fit.forward_m > 170.0


def test_a_biased_heading_turns_the_pivot_aside() -> None:
    # Three degrees at 190 m: 10 m to port.
    row = only_row(swinging(1, forward_m=190.0, heading_bias_deg=3.0))
    assert row["pivot_starboard_m"] == pytest.approx(-190.0 * np.sin(np.radians(3.0)), abs=0.5)
    assert row["heading_bias_deg"] is None


def test_the_bias_of_headings_shows_under_way() -> None:
    ship = together(under_way(1, heading_bias_deg=3.0), swinging(1, forward_m=190.0, heading_bias_deg=3.0))
    assert only_row(ship)["heading_bias_deg"] == pytest.approx(3.0)


def test_few_headings_under_way_show_no_bias() -> None:
    way = under_way(1, heading_bias_deg=3.0)
    assert heading_bias(POINTS.validate(as_points(way.head(29))), P).height == 0
    assert heading_bias(POINTS.validate(as_points(way.head(30))), P).height == 1


@pytest.mark.parametrize("swing_deg", [0.0, 10.0])
def test_without_a_swing_there_is_no_fit(swing_deg: float) -> None:
    assert fits_of(swinging(1, forward_m=110.0, swing_deg=swing_deg)).is_empty()


def test_arrival_at_a_berth_is_no_swing() -> None:
    # Eleven hours on one heading; in the first half hour she turns by 120 degrees.
    ship = swinging(1, forward_m=0.0, swing_deg=0.0, hours=11.0)
    turning = np.maximum(0.0, 1.0 - np.arange(len(ship)) / 10.0)
    assert fits_of(ship.assign(heading=40.0 + 120.0 * turning)).is_empty()


def test_the_error_grows_as_the_swing_shrinks() -> None:
    rng = np.random.default_rng(5)
    noise = rng.normal(0, 8, 241), rng.normal(0, 8, 241)
    wide, narrow = (
        only_row(swinging(1, forward_m=110.0, swing_deg=s, east_m=noise[0], north_m=noise[1]))
        for s in (120.0, 30.0)
    )
    assert 0 < 3 * wide["pivot_error_m"] < narrow["pivot_error_m"]


def test_a_dragging_anchor_drifts() -> None:
    hour = np.arange(0.0, 12 * H + 1, 180.0) / H
    fits = fits_of(swinging(1, forward_m=110.0, east_m=30.0 * hour))
    assert (fits["drift_m"] > 80.0).any()
    assert only_row(swinging(1, forward_m=110.0))["drift_m"] == pytest.approx(0.0, abs=1.0)


def test_she_let_go_and_lay_alongside() -> None:
    # Six hours at her own anchor; then, slowly, to a host 600 m off, whose anchor lies 200 m ahead of her.
    own = swinging(1, forward_m=110.0, hours=6.0)
    guest = swinging(1, forward_m=200.0, starboard_m=40.0, hours=6.0, start_h=6.5, east_m=600.0)
    fits = fits_of(together(own, guest))
    assert fits["part"].to_list() == [1, 2]
    assert fits["n_parts"].to_list() == [2, 2]
    assert fits["pivot_forward_m"].round(0).to_list() == [110.0, 200.0]
    assert fits["loiter_id"].n_unique() == 1


def test_without_headings_the_circle_is_measured() -> None:
    row = only_row(swinging(1, forward_m=150.0, swing_deg=170.0).assign(heading=np.nan))
    assert row["method"] == "circle"
    assert row["pivot_forward_m"] == pytest.approx(150.0, abs=1.0)
    assert row["pivot_starboard_m"] is None


def test_status_shares() -> None:
    ship = swinging(1, forward_m=110.0)
    ship["nav_status"] = np.where(np.arange(len(ship)) < len(ship) / 4, 5, 1)
    row = only_row(ship)
    assert row["moored_share"] == pytest.approx(0.25, abs=0.01)
    assert row["anchored_share"] == pytest.approx(0.75, abs=0.01)


def test_ships_do_not_depend_on_each_other() -> None:
    ships = [swinging(k, forward_m=100.0 + k, east_m=3000.0 * k) for k in (1, 2, 3)]
    apart = pl.concat([fits_of(ship) for ship in ships])
    assert fits_of(*ships).equals(apart.sort("start_time", "mmsi", maintain_order=True))


def test_an_empty_dump() -> None:
    assert swing_fits(POINTS.optional(None), loitering_spells(POINTS.optional(None))).is_empty()
