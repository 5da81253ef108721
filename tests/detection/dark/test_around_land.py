"""Routes around Zhoushan island, and over open water."""

import numpy as np
import pandas as pd
import pytest

from stsdetect.context import load_context
from stsdetect.detection import find_dark_encounters
from tests.builders import together
from tests.builders.gaps import gap, loitering

WEST = (30.10, 121.85)
"""West of Zhoushan island; 22 nm east and 2 nm south of it is the sea beyond the island."""


def both(gaps: pd.DataFrame, stops: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Dark encounters by straight legs, and around land."""
    return find_dark_encounters(gaps, stops), find_dark_encounters(gaps, stops, context=load_context())


def test_land_in_between_shortens_the_dwell() -> None:
    # 22 nm straight over land, some 30 nm by water.
    straight, around = both(gap(9, 0, 9, place=WEST), loitering(5, 0, 9, (22.0, -2.0), place=WEST))
    direct_h = 9 - 2 * np.hypot(22, 2) / 12
    assert straight["feasible_dwell_h"].tolist() == pytest.approx([direct_h], abs=0.01)
    assert 3.0 <= around["feasible_dwell_h"][0] < direct_h - 0.2
    assert around["required_sog_kn"][0] > straight["required_sog_kn"][0]


def test_what_is_no_longer_feasible_is_left_out() -> None:
    straight, around = both(gap(9, 0, 7, place=WEST), loitering(5, 0, 7, (22.0, -2.0), place=WEST))
    assert len(straight) == 1
    assert around.empty


def test_over_open_water_nothing_changes() -> None:
    gaps = together(gap(9, 0, 10), gap(8, 0, 10, (5.0, 0.0), (5.0, 0.0)))
    straight, around = both(gaps, loitering(5, 0, 10, (10.0, 5.0)))
    columns = ["dark_id", "n_alternatives", "rank_for_gap"]
    pd.testing.assert_frame_equal(straight[columns], around[columns])
    for column in ("feasible_dwell_h", "required_sog_kn"):
        np.testing.assert_allclose(straight[column], around[column], rtol=1e-3)
