"""Statistics of a spell, on a few instants whose medians can be read off."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import polars as pl
import pytest

from stsdetect.detection.encounters.spell_statistics import spell_statistics
from stsdetect.params import EncounterParams
from stsdetect.schema import CONTACTS
from tests.builders import EPOCH

PARAMS = EncounterParams()


def spell(**columns: Any) -> dict[str, Any]:
    """Statistics of one spell of five instants, ten minutes apart."""
    plain = {
        "mmsi_1": 1, "mmsi_2": 2, "segment_id_1": "1-0", "segment_id_2": "2-0", "hull_gap_m": 3.0,
        "hull_gap_error_m": 5.0, "overlap_m": 0.0, "abreast": 1.0, "position_error_m": 4.0, "east_m": 20.0,
        "north_m": 0.0, "heading_1": 0.0, "heading_2": 0.0, "sog_1": 0.2, "sog_2": 0.4, "lat": 30.0, "lon": 122.0,
        "observed": True, "sizes_known": 2, "interval_s": 180.0,
    }  # fmt: skip
    minutes = columns.pop("minutes", np.arange(5) * 10.0)
    times = (EPOCH + pd.to_timedelta(minutes, unit="min")).astype("datetime64[ms, UTC]")
    rows = CONTACTS.validate(pd.DataFrame({"timestamp": times, **plain, **columns}))
    (row,) = spell_statistics(rows.with_columns(spell=pl.lit(1)), PARAMS).iter_rows(named=True)
    return row


def test_times_and_duration() -> None:
    row = spell()
    assert row["start_time"] == EPOCH
    assert row["duration_h"] == pytest.approx(40 / 60)
    assert row["n_instants"] == 5
    assert row["observed_fraction"] == 1.0


def test_instants_that_are_missing_or_not_observed_lower_the_observed_share() -> None:
    # Five instants over eight steps of ten minutes, one of them far from a fix: 4 of 9.
    row = spell(minutes=[0, 10, 20, 30, 80], observed=[True, True, True, False, True])
    assert row["observed_fraction"] == pytest.approx(4 / 9)


def test_the_better_half_of_the_instants_gives_the_median_gap() -> None:
    row = spell(hull_gap_m=[90.0, 2.0, 3.0, 5.0, 80.0], position_error_m=[9.0, 1.0, 2.0, 4.0, 8.0])
    assert row["median_hull_gap_m"] == 3.0
    assert row["min_hull_gap_m"] == 2.0


def test_outline_errors_stay_and_position_errors_average_out() -> None:
    # sqrt(5² - 4²) = 3 m of outlines; 4 m of position over 1 + 40 min / 30 min looks; 3 m of slow errors.
    by_hand = np.sqrt(3.0**2 + 4.0**2 / (1 + 40 / 30) + 3.0**2)
    assert spell()["hull_gap_error_m"] == pytest.approx(by_hand)


@pytest.mark.parametrize(("interval_s", "looks"), [(1800.0, 1 + 40 / 30), (2400.0, 2.0), (4800.0, 1.5)])
def test_there_is_one_look_between_two_fixes(interval_s: float, looks: float) -> None:
    error = spell(interval_s=interval_s)["hull_gap_error_m"]
    assert error == pytest.approx(np.sqrt(3.0**2 + 4.0**2 / looks + 3.0**2))


@pytest.mark.parametrize(
    ("turn_deg", "orientation"),
    [
        (0.0, "same"),
        (36.0, "same"),
        (38.0, "other"),
        (142.0, "other"),
        (144.0, "opposite"),
        (None, "unknown"),
    ],
)
def test_orientation(turn_deg: float | None, orientation: str) -> None:
    assert spell(heading_2=np.nan if turn_deg is None else turn_deg)["orientation"] == orientation


@pytest.mark.parametrize(("n_known", "headings_known"), [(3, 2), (2, 1)])
def test_a_heading_is_known_where_most_instants_have_one(n_known: int, headings_known: int) -> None:
    headings = [0.0] * n_known + [np.nan] * (5 - n_known)
    assert spell(heading_2=headings)["headings_known"] == headings_known


def test_sides_are_seen_from_each_ship() -> None:
    # Ship 2 lies 20 m east of ship 1: to starboard of a ship heading north, to port of one heading south.
    row = spell(heading_1=0.0, heading_2=0.0)
    assert (row["starboard_m_1"], row["starboard_m_2"]) == pytest.approx((20.0, -20.0))
    row = spell(heading_1=180.0, heading_2=np.nan)
    assert row["starboard_m_1"] == pytest.approx(-20.0)
    assert row["starboard_m_2"] is None


@pytest.mark.parametrize(
    ("sog", "under_way_h", "sailing_h"), [(4.5, 0, 0), (4.6, 1, 0), (6.0, 1, 0), (6.1, 1, 1)]
)
def test_time_under_way_and_at_sailing_speed(sog: float, under_way_h: float, sailing_h: float) -> None:
    row = spell(sog_1=sog, sog_2=sog, minutes=np.arange(5) * 15.0)
    assert (row["under_way_h"], row["sailing_h"]) == (under_way_h, sailing_h)


def test_speed_is_the_mean_of_the_pair_or_that_of_one() -> None:
    assert spell()["median_sog_kn"] == pytest.approx(0.3)
    assert spell(sog_2=np.nan)["median_sog_kn"] == pytest.approx(0.2)
    assert spell(sog_1=np.nan, sog_2=np.nan)["median_sog_kn"] == 0.0


def test_a_place_across_the_dateline() -> None:
    row = spell(lat=0.0, lon=[179.998, 179.999, -179.999, -179.998, -179.997])
    assert row["lon"] == pytest.approx(-179.999)
    # The first place lies 0.003 degrees of 111.32 km from the median.
    assert row["wander_m"] == pytest.approx(334.0, abs=1.0)
