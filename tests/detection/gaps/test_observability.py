import numpy as np
import pandas as pd
import pytest

from stsdetect.detection import find_gaps
from stsdetect.schema import SEGMENTS
from tests.builders import fixes, points, together

H = 3600.0
SPAN = (0.0, 7 * H)
SILENT = (2 * H, 5 * H)  # three hours
SHIP = 413_000_000


def expected(sog: float, step_s: float, *, ais_class: str = "A", nav_status: int | None = None) -> float:
    """Reports expected in three hours of a ship that steams east, among ships at anchor all along its way."""
    t = np.arange(*SPAN, step_s)
    t = t[(t <= SILENT[0]) | (t >= SILENT[1])]
    ship = points(fixes(SHIP, t, sog * 1852.0 * t / H, sog=sog)).assign(ais_class=ais_class)
    if nav_status is not None:
        ship = ship.assign(nav_status=nav_status)
    return judged(ship)["expected_reports"]


def judged(ship: pd.DataFrame) -> pd.Series:
    t = np.arange(*SPAN, 300.0)
    anchored = [(412_000_000 + k, 8000.0 * k, 0.0) for k in range(22)]
    sailing = [(414_000_000 + k, 500.0 * k, 12.0) for k in range(3)]
    others = [points(fixes(n, t, x + sog * 1852.0 * t / H, sog=sog)) for n, x, sog in anchored + sailing]
    gaps = find_gaps(together(ship, *others), SEGMENTS.empty())
    return gaps[gaps["mmsi"] == SHIP].iloc[0]


@pytest.mark.parametrize(
    ("sog", "step_s", "options", "reports"),
    [
        (12.0, 60.0, {}, 180),  # 10 s are due; the feed keeps one a minute
        (12.0, 10.0, {}, 1080),  # the feed keeps all
        (12.0, 5.0, {}, 1080),  # two receivers: more than due is kept, but not sent
        (0.0, 60.0, {"nav_status": 5}, 60),  # moored, 3 min are due
        (0.0, 180.0, {"nav_status": 5}, 60),
        (0.0, 60.0, {"nav_status": 0}, 180),  # stopped without saying so: 10 s are due
        (0.0, 360.0, {"nav_status": 5}, 30),
        (12.0, 30.0, {"ais_class": "B"}, 360),
        (0.0, 30.0, {"ais_class": "B"}, 60),
    ],
)
def test_reports_due_and_kept(sog: float, step_s: float, options: dict, reports: float) -> None:
    # Where all others are always heard, a ship is taken to be heard in 0.88 to 0.995 of the time bins, by how many there are.
    assert 0.88 * reports <= expected(sog, step_s, **options) <= reports


def test_a_ship_that_sailed_in_silence_was_due_to_report_as_when_it_sails() -> None:
    # At anchor until the silence, a report each three minutes; then 36 nm on, under way, one a minute: 180 in
    # three hours, not 60.
    before, after = np.arange(0.0, SILENT[0] + 1, 180.0), np.arange(SILENT[1], SPAN[1], 60.0)
    t = np.concatenate([before, after])
    x = np.where(t <= SILENT[0], 0.0, 12.0 * 1852.0 * (t - SILENT[0]) / H)
    sog = np.where(t <= SILENT[0], 0.0, 12.0)
    gap = judged(points(fixes(SHIP, t, x, sog=sog)))
    assert gap["implied_sog_kn"] == pytest.approx(12.0, rel=0.01)
    assert 0.88 * 180 <= gap["expected_reports"] <= 180
