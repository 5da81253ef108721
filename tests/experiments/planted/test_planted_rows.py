"""What plants do to the tables of a dump, row by row."""

import numpy as np
import polars as pl
import pytest

from stsdetect.experiments.planted.planted_rows import (
    SOURCE,
    Plant,
    plan_of,
    static_with_plants,
    truth_of,
    with_plants,
)
from stsdetect.experiments.planted.real_feed import as_track
from stsdetect.schema import POSITIONS, STATIC
from tests.builders import EPOCH, fixes, static, together

T0 = EPOCH.timestamp()
REAL, OTHER, INVENTED = 412_000_001, 412_000_002, 412_990_000


def plant(**columns: object) -> Plant:
    defaults = {
        "kind": "seen", "real": REAL, "invented": INVENTED, "switched_off": None, "start_s": T0 + 600.0,
        "end_s": T0 + 1200.0, "lat": 30.0, "lon": 123.0, "drawn": {"opposite": True, "gap_m": 2.0}, "new": [],
        "dropped": [], "shifted": [], "donor": OTHER, "draught_change_m": 0.0,
    }  # fmt: skip
    return Plant(**(defaults | columns))


@pytest.fixture
def positions() -> pl.DataFrame:
    ships = together(fixes(REAL, np.arange(0.0, 3601.0, 600.0)), fixes(OTHER, [0.0, 3600.0], ais_class="B"))
    return POSITIONS.validate(ships)


def minutes(frame: pl.DataFrame, mmsi: int) -> list[float]:
    times = frame.filter(pl.col("mmsi") == mmsi)["timestamp"].sort()
    return ((times.dt.epoch("ms") / 1000.0 - T0) / 60.0).to_list()


def test_new_fixes_take_the_class_of_the_donor(positions: pl.DataFrame) -> None:
    at = T0 + np.array([60.0, 120.0])
    track = as_track(INVENTED, at, np.full(2, 30.0), np.full(2, 123.0), np.array([90.0, np.nan]), np.nan)
    new = with_plants(positions, [plant(new=[track])]).filter(pl.col("mmsi") == INVENTED)
    assert new["ais_class"].to_list() == ["B", "B"]
    assert new["heading"].to_list() == [90.0, None]
    assert new["nav_status"].to_list() == [None, None]
    assert set(new["source"]) == {SOURCE}


def test_a_ship_that_is_switched_off_loses_the_fixes_of_that_time(positions: pl.DataFrame) -> None:
    out = with_plants(positions, [plant(dropped=[(REAL, T0 + 600.0, T0 + 1800.0)])])
    assert minutes(out, REAL) == [0, 40, 50, 60]
    assert minutes(out, OTHER) == [0, 60]


def test_a_detour_makes_the_rest_of_a_track_late_and_nothing_comes_after_the_end(
    positions: pl.DataFrame,
) -> None:
    late = plant(shifted=[(REAL, T0 + 601.0, T0 + 3600.0, 1200.0)])
    assert minutes(with_plants(positions, [late]), REAL) == [0, 10, 40, 50, 60]


def test_an_invented_ship_has_the_attributes_of_its_donor_and_no_identity_of_it() -> None:
    known = STATIC.validate(static(OTHER, 0.0, loa_m=90.0, imo=9_074_729, draught=5.0))
    one = np.ones(1)
    track = as_track(INVENTED, T0 * one, 30.0 * one, 123.0 * one, 90.0 * one, 0.0)
    rng = np.random.default_rng(0)
    out = static_with_plants(known, [plant(draught_change_m=-1.5, new=[track])], rng)
    new = out.filter(pl.col("mmsi") == INVENTED)
    assert new["imo"].to_list() == [None, None]
    assert (new["to_bow"] + new["to_stern"]).to_list() == [90.0, 90.0]
    assert new["draught"].to_list() == [5.0, 3.5]
    assert static_with_plants(STATIC.optional(None), [plant(new=[track])], rng).is_empty()


def test_truth_names_the_ship_in_a_gap_first_and_only_the_seen_one_of_a_solo_stop() -> None:
    plants = [
        plant(),
        plant(kind="half_dark", switched_off=INVENTED),
        plant(kind="half_dark", switched_off=REAL),
        plant(kind="solo", invented=None),
    ]
    truth = truth_of(plants)
    assert truth.select("mmsi_1", "mmsi_2").rows() == [
        (REAL, INVENTED), (INVENTED, REAL), (REAL, INVENTED), (REAL, None),
    ]  # fmt: skip
    assert truth["dark"].to_list() == ["none", "one", "one", "host"]
    assert set(truth["orientation"]) == {"opposite"}
    assert truth_of([]).is_empty()


def test_the_plan_says_what_was_drawn() -> None:
    plan = plan_of([plant(), plant(kind="half_dark", switched_off=REAL)])
    assert plan["switched_off"].to_list() == [None, "real"]
    assert plan["hours"].to_list() == pytest.approx([1 / 6, 1 / 6])
    assert plan["gap_m"].to_list() == [2.0, 2.0]
