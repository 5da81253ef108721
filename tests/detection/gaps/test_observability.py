from dataclasses import replace

import numpy as np
import pandas as pd
import polars as pl
import pytest
import shapely

from stsdetect.context import Context, load_context
from stsdetect.detection import find_gaps
from stsdetect.detection.gaps.observability import with_reports_due
from stsdetect.geo.geodesy import move
from stsdetect.params import ReceptionParams
from stsdetect.schema import SEGMENTS
from tests.builders import PLACE, at, fixes, points, together
from tests.builders.reception import DAY, H, fleet

SPAN = (0.0, 7 * H)
GAP = (2 * H, 5 * H)  # three hours
SHIP = 413_000_000


def found(sea: pd.DataFrame, **options) -> pd.DataFrame:
    return find_gaps(sea, SEGMENTS.empty(), **options)


# Inside the area


def area(east_m: float) -> Context:
    """The bundled places, with an area whose eastern edge is so far east of the ships."""
    _, lon = move(*PLACE, east_m, 0.0)
    return replace(load_context(), area=shapely.box(121.0, 29.0, float(lon), 32.0))


def sailing(sog: float) -> pd.DataFrame:
    """Seven ships at anchor, and one that broadcasts a speed but stays in place, with a gap of six hours."""
    t = DAY[(DAY <= 8 * H) | (DAY >= 14 * H)]
    return together(fleet(7), points(fixes(SHIP, t, sog=sog)))


@pytest.mark.parametrize(
    ("edge_km", "sog", "judged"),
    [
        (21.0, 10.0, False),  # less 3 km of margin 18 km, at 18.52 km/h 0.97 h out and as long back: 1.94 h
        (22.0, 10.0, True),  # 19 km: 2.05 h inside, which is a gap of its own
        (21.0, 9.0, True),  # 16.7 km/h: 2.16 h
        (21.0, 0.0, True),  # moored inside
        (2.9, 0.0, False),  # moored within the margin
    ],
)
def test_a_ship_that_may_have_left_the_area_is_not_judged(edge_km: float, sog: float, judged: bool) -> None:
    gap = found(sailing(sog), context=area(1000.0 * edge_km)).iloc[0]
    assert gap["mmsi"] == SHIP
    assert gap["can_judge"] == judged
    assert (gap["p_off"] > 0.5) <= judged
    assert found(sailing(sog)).iloc[0]["can_judge"]


def test_only_hours_inside_the_area_are_evidence() -> None:
    # 58.7 km less 3 km are 3 h at 18.52 km/h, so all 35 time bins of the gap lie inside. 40.1 km are 2 h 0.2 min out
    # and as long back: in the 11 time bins from the one in which it can leave, and 11 from the one it is back by.
    sea = sailing(10.0)
    whole, part = (found(sea, context=area(edge_m)).iloc[0] for edge_m in (58_700.0, 40_100.0))
    assert part["can_judge"]
    assert part["expected_reports"] == pytest.approx(whole["expected_reports"] * 22 / 35, abs=2)
    assert part["log_lr_off"] < whole["log_lr_off"]


def test_an_open_gap_needs_only_the_time_out() -> None:
    # 40 km less 3 km at 18.52 km/h: 1.998 h; 0.1 km more: 2.003 h.
    sea = sailing(10.0)
    sea = sea[(sea["mmsi"] != SHIP) | (sea["timestamp"] <= at(8 * H))]
    assert not found(sea, context=area(40_000.0)).iloc[0]["can_judge"]
    assert found(sea, context=area(40_100.0)).iloc[0]["can_judge"]


# Inside the coverage


@pytest.mark.parametrize(("cog", "judged"), [(90.0, False), (270.0, True)], ids=["out of it", "into it"])
def test_an_open_gap_is_evidence_only_inside_the_coverage(cog: float, judged: bool) -> None:
    # Ships lie in cells of 15 km along 120 km; the last fix is at the eastern end, at 10 kn. No ship was ever east of
    # it, and the next cell is less than an hour off; to the west there are neighbours all along.
    far = [points(fixes(412_000_000 + k, DAY, 5_000.0 * k - 120_000.0, sog=0.1)) for k in range(25)]
    ship = points(fixes(SHIP, DAY[DAY <= 12 * H], 0.0, sog=10.0)).assign(cog=cog)
    gap = found(together(*far, ship)).iloc[0]
    assert gap["mmsi"] == SHIP
    assert gap["can_judge"] == judged
    assert (gap["p_off"] > 0.5) == judged


# Reports due


def due(**columns: object) -> dict[str, object]:
    """Of a class A ship at 12 kn, with a gap of one hour."""
    row = {"implied_sog_kn": 12.0, "start_sog_kn": 12.0, "nav_status": 0, "kind": 0, "first": 1, "last": 6}
    types = {"implied_sog_kn": pl.Float64, "start_sog_kn": pl.Float64, "nav_status": pl.Int32}
    gaps = pl.DataFrame([row | columns], schema_overrides=types)
    return with_reports_due(gaps, params=ReceptionParams()).row(0, named=True)


@pytest.mark.parametrize(
    ("columns", "per_bin"),
    [
        ({}, 60.0),  # 10 s
        ({"implied_sog_kn": 14.1}, 100.0),  # 6 s
        ({"implied_sog_kn": None, "start_sog_kn": 14.1}, 100.0),  # an open gap: the last speed
        ({"implied_sog_kn": 3.0, "nav_status": 1}, 600 / 180),
        ({"implied_sog_kn": 3.1, "nav_status": 1}, 60.0),
        ({"implied_sog_kn": 0.0, "nav_status": 0}, 60.0),  # stopped without a status of rest
        ({"implied_sog_kn": 0.0, "nav_status": None}, 600 / 180),  # unknown counts as at rest
        ({"kind": 2}, 20.0),  # class B, 30 s
        ({"kind": 2, "implied_sog_kn": 2.0}, 600 / 180),
        ({"kind": 4}, 60.0),  # unknown class: as class A
    ],
)
def test_reports_due_per_time_bin(columns: dict[str, object], per_bin: float) -> None:
    assert due(**columns)["due_per_bin"] == pytest.approx(per_bin)


@pytest.mark.parametrize(("last", "hours"), [(6, 1.0), (1, 1 / 6), (0, 1 / 6), (-1, 1 / 6)])
def test_a_gap_has_one_time_bin_at_least(last: int, hours: float) -> None:
    assert due(last=last)["bins_h"] == pytest.approx(hours)


@pytest.mark.parametrize(("sog", "still"), [(0.99, True), (1.0, False)])
def test_a_ship_lies_still_below_one_knot(sog: float, still: bool) -> None:
    assert due(implied_sog_kn=sog)["lies_still"] == still


def expected(sog: float, step_s: float, *, ais_class: str = "A", nav_status: int | None = None) -> float:
    """Reports expected in three hours of a ship that steams east, past ships at anchor all along its route."""
    t = np.arange(*SPAN, step_s)
    t = t[(t <= GAP[0]) | (t >= GAP[1])]
    ship = points(fixes(SHIP, t, sog * 1852.0 * t / H, sog=sog)).assign(ais_class=ais_class)
    if nav_status is not None:
        ship = ship.assign(nav_status=nav_status)
    return gap_among_others(ship)["expected_reports"]


def gap_among_others(ship: pd.DataFrame) -> pd.Series:
    t = np.arange(*SPAN, 300.0)
    anchored = [(412_000_000 + k, 8000.0 * k, 0.0) for k in range(22)]
    under_way = [(414_000_000 + k, 500.0 * k, 12.0) for k in range(3)]
    others = [points(fixes(n, t, x + sog * 1852.0 * t / H, sog=sog)) for n, x, sog in anchored + under_way]
    gaps = found(together(ship, *others))
    return gaps[gaps["mmsi"] == SHIP].iloc[0]


@pytest.mark.parametrize(
    ("sog", "step_s", "options", "reports"),
    [
        (12.0, 60.0, {}, 180),  # 10 s are due; the feed keeps one a minute
        (12.0, 10.0, {}, 1080),  # the feed keeps all
        (12.0, 5.0, {}, 1080),  # two receivers: more than due is kept, but not sent
        (0.0, 60.0, {"nav_status": 5}, 60),  # moored, 3 min are due
        (0.0, 180.0, {"nav_status": 5}, 60),
        (0.0, 60.0, {"nav_status": 0}, 180),  # stopped without a status of rest: 10 s are due
        (0.0, 360.0, {"nav_status": 5}, 30),
        (12.0, 30.0, {"ais_class": "B"}, 360),
        (0.0, 30.0, {"ais_class": "B"}, 60),
    ],
)
def test_expected_are_reports_that_are_due_and_kept(
    sog: float, step_s: float, options: dict, reports: float
) -> None:
    # Where all others are always received, p is 0.88 to 0.995, depending on how many there are.
    assert 0.88 * reports <= expected(sog, step_s, **options) <= reports


def test_a_ship_that_sailed_in_its_gap_was_due_to_report_as_under_way() -> None:
    # At anchor until the gap, a report each three minutes; then 36 nm on, under way, one a minute: 180 in
    # three hours, not 60.
    before, after = np.arange(0.0, GAP[0] + 1, 180.0), np.arange(GAP[1], SPAN[1], 60.0)
    t = np.concatenate([before, after])
    x = np.where(t <= GAP[0], 0.0, 12.0 * 1852.0 * (t - GAP[0]) / H)
    sog = np.where(t <= GAP[0], 0.0, 12.0)
    gap = gap_among_others(points(fixes(SHIP, t, x, sog=sog)))
    assert gap["implied_sog_kn"] == pytest.approx(12.0, rel=0.01)
    assert 0.88 * 180 <= gap["expected_reports"] <= 180
