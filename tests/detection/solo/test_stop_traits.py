"""How ships lay, came and went."""

import numpy as np
import pandas as pd
import pytest

from stsdetect.detection import stop_traits
from stsdetect.detection.loitering import loitering_spells
from stsdetect.schema import POINTS, STOP_TRAITS
from tests.builders import fixes, points, together

H = 3600.0
SHIP = 412_000_001


def call(drift_kn: float = 0.0, nav_status: int = 5, heading: float | None = 90.0) -> pd.DataFrame:
    """Two hours at 10 kn from the west, six at rest or adrift to the north, two at 10 kn to the east."""
    t = np.arange(0.0, 10 * H + 1.0, 300.0)
    sailed = np.where(t < 2 * H, t - 2 * H, np.where(t > 8 * H, t - 8 * H, 0.0)) * 5.14444
    rest = np.clip(t - 2 * H, 0.0, 6 * H)
    sog = np.where((t < 2 * H) | (t > 8 * H), 10.0, drift_kn)
    return points(
        fixes(SHIP, t, sailed, rest * drift_kn * 0.514444, sog=sog, nav_status=nav_status, heading=heading)
    )


def traits(sea: pd.DataFrame) -> pd.Series:
    fix = POINTS.validate(sea)
    found = stop_traits(fix, loitering_spells(fix)).to_pandas()
    assert len(found) == 1
    return found.iloc[0]


def test_a_call_of_six_hours() -> None:
    row = traits(call())
    assert row["n_headings"] == 73
    assert row["heading_spread_deg"] == pytest.approx(0.0, abs=0.1)
    assert (row["moored_share"], row["anchored_share"]) == (1.0, 0.0)
    assert row["drift_kn"] == pytest.approx(0.0, abs=0.01)
    # Three hours before and after, within half of that: the first and the last fix, 2 h at 10 kn away.
    assert row["came_from_m"] == pytest.approx(37_040.0, rel=0.01)
    assert row["went_to_m"] == pytest.approx(37_040.0, rel=0.01)


def test_coming_and_leaving_do_not_widen_where_most_fixes_lie() -> None:
    sea = call()
    # Of 73 fixes at rest 18 at either end or anywhere else may lie off: three in four are where she lay.
    at_rest = np.flatnonzero(sea["sog"] == 0.0)
    sea.loc[sea.index[at_rest[-10:]], "lat"] += 0.0003
    row = traits(sea)
    assert row["most_within_m"] < 1.0
    swings = call()
    turn = np.linspace(0.0, 4 * np.pi, len(at_rest))
    swings.loc[swings.index[at_rest], "lat"] += 0.0006 * np.sin(turn)
    assert 30.0 < traits(swings)["most_within_m"] < 70.0


def test_adrift_at_anchor_and_without_headings() -> None:
    row = traits(call(drift_kn=0.8, nav_status=1, heading=None))
    assert row["drift_kn"] == pytest.approx(0.8, rel=0.02)
    assert (row["moored_share"], row["anchored_share"]) == (0.0, 1.0)
    assert row["n_headings"] == 0
    assert np.isnan(row["heading_spread_deg"])


def test_a_ship_received_only_during_the_stop_came_from_nowhere_known() -> None:
    sea = call()
    t0 = sea["timestamp"].min()
    sea = sea[sea["timestamp"].between(t0 + pd.Timedelta("2h"), t0 + pd.Timedelta("8h"))]
    row = traits(sea)
    assert np.isnan(row["came_from_m"])
    assert np.isnan(row["went_to_m"])


def test_short_stops_and_nothing() -> None:
    sea = call()
    short = sea[sea["timestamp"] < sea["timestamp"].min() + pd.Timedelta("4h30min")]
    fix = POINTS.validate(together(short))
    assert stop_traits(fix, loitering_spells(fix)).is_empty()
    empty = POINTS.optional(None)
    assert stop_traits(empty, loitering_spells(empty)).equals(STOP_TRAITS.optional(None))
