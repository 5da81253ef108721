"""A stop of a ship that met a named one in the dark just then is not a solo event."""

import datetime as dt

import polars as pl
import pytest

from stsdetect.params import ScoreParams
from stsdetect.score.named_partners import without_named_partners

NOON = dt.datetime(2019, 8, 14, 12, tzinfo=dt.UTC)


def row(name: str, kind: str, ships: tuple, hours: tuple[float, float], p: float) -> dict:
    start, end = (NOON + dt.timedelta(hours=h) for h in hours)
    return {
        "source_id": name,
        "event_type": kind,
        "vessel_id_1": ships[0],
        "vessel_id_2": ships[1],
        "start_time": start,
        "end_time": end,
        "p_contact": p,
    }


def solo_p(*dark: dict) -> float:
    rows = pl.DataFrame([row("s", "solo", ("a", None), (0.0, 6.0), 0.8), *dark])
    found = without_named_partners(rows, ScoreParams())
    assert found["p_contact"].to_list()[1:] == [d["p_contact"] for d in dark]
    return found["p_contact"][0]


@pytest.mark.parametrize("ships", [("a", "b"), ("b", "a")], ids=["in the gap", "received"])
def test_it_is_less_likely_by_the_dark_encounter(ships: tuple) -> None:
    assert solo_p(row("d", "dark_encounter", ships, (1.0, 5.0), 0.75)) == pytest.approx(0.2)


@pytest.mark.parametrize(
    ("hours", "p"),
    [((7.9, 9.0), 0.2), ((8.1, 9.0), 0.8), ((-5.0, -1.9), 0.2), ((-5.0, -2.1), 0.8)],
)
def test_within_two_hours_it_is_the_same_meeting(hours: tuple[float, float], p: float) -> None:
    assert solo_p(row("d", "dark_encounter", ("a", "b"), hours, 0.75)) == pytest.approx(p)


def test_several_dark_encounters_add_up_to_one_at_most() -> None:
    dark = [row(f"d{k}", "dark_encounter", ("a", f"b{k}"), (1.0, 5.0), 0.4) for k in range(3)]
    assert solo_p(*dark[:2]) == pytest.approx(0.8 * 0.2)
    assert solo_p(*dark) == 0.0


def test_other_ships_and_encounters_change_nothing() -> None:
    others = (
        row("d", "dark_encounter", ("c", "b"), (1.0, 5.0), 0.9),
        row("e", "encounter", ("a", "b"), (1.0, 5.0), 0.9),
    )
    assert solo_p(*others) == 0.8


def test_without_rows() -> None:
    rows = pl.DataFrame([row("s", "solo", ("a", "b"), (0.0, 6.0), 0.8)])
    assert without_named_partners(rows.clear(), ScoreParams()).is_empty()
