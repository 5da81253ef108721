"""Tonnes that changed hands, balanced over both ships."""

from __future__ import annotations

import math
from typing import Any

import polars as pl
import pytest

from stsdetect.cargo.sides.event_tonnes import with_event_tonnes
from stsdetect.params import DraughtParams, TonnesParams

P = TonnesParams()
BARGE = {"hull": "barge", "hull_length_m": 100.0, "hull_beam_m": 20.0, "laden_draught_m": 5.0}
MOTHER = {"hull": "dry", "hull_length_m": 140.0, "hull_beam_m": 20.0, "laden_draught_m": 8.0}
PER_M = {"barge": 0.88 * 100 * 20 * 1.025, "mother": 0.79 * 140 * 20 * 1.025}
"""Tonnes per metre of draught: 1,804 and 2,267."""
_FLOATS = ("rise_m", "quay_fall_m", "hull_length_m", "hull_beam_m", "laden_draught_m")


def of_barge(barge: dict[str, Any], mother: dict[str, Any] | None = None) -> dict[str, Any]:
    """What the barge took."""
    rows = []
    for k, (hull, given) in enumerate([(BARGE, barge), (MOTHER, mother or {})]):
        rows.append(
            {
                "event_id": "e",
                "side": k + 1,
                "rise_m": None,
                "quay_fall_m": None,
                "on_land": False,
                "size_spread": 0.0,
                "laden_spread": 0.1,
                "n_loads": 1.0,
                "n_near_events": 0,
            }
            | hull
            | given
        )
    frame = pl.DataFrame(rows, schema_overrides=dict.fromkeys(_FLOATS, pl.Float64) | {"side": pl.Int32})
    return with_event_tonnes(frame, P, DraughtParams()).row(0, named=True)


def test_what_the_barge_gained() -> None:
    row = of_barge({"rise_m": 2.0})
    assert math.exp(row["cargo_log"]) == pytest.approx(2 * PER_M["barge"])
    assert (row["method"], row["balance"]) == ("draught", None)


def test_in_fresh_water_a_metre_is_less() -> None:
    row = of_barge({"rise_m": 2.0, "on_land": True})
    assert math.exp(row["cargo_log"]) == pytest.approx(2 * PER_M["barge"] / 1.025)


def test_gain_and_loss_that_agree_are_combined() -> None:
    row = of_barge({"rise_m": 2.0}, {"rise_m": -1.6})
    gain, loss = 2 * PER_M["barge"], 1.6 * PER_M["mother"]
    alone = of_barge({"rise_m": 2.0})
    assert min(gain, loss) <= math.exp(row["cargo_log"]) <= max(gain, loss)
    assert row["cargo_sigma"] < alone["cargo_sigma"]
    assert row["balance"] == "the draughts balance: 3600 t gained, 3600 t lost"


def test_gain_and_loss_that_do_not_agree_widen_the_interval() -> None:
    row = of_barge({"rise_m": 2.0}, {"rise_m": -4.0})
    assert row["balance"] == "the draughts do not balance: 3600 t gained, 9100 t lost"
    middle = (math.log(2 * PER_M["barge"]) + math.log(4 * PER_M["mother"])) / 2
    assert row["cargo_log"] == pytest.approx(middle)
    assert row["cargo_sigma"] > of_barge({"rise_m": 2.0})["cargo_sigma"]


def test_a_mother_with_other_barges_says_nothing_of_one() -> None:
    row = of_barge({"rise_m": 2.0}, {"rise_m": -4.0, "n_near_events": 1})
    assert (row["balance"], math.exp(row["cargo_log"])) == (None, pytest.approx(2 * PER_M["barge"]))
    none = of_barge({}, {"rise_m": -4.0, "n_near_events": 1})
    assert none["method"] == "capacity"


def test_the_loss_alone_counts() -> None:
    row = of_barge({}, {"rise_m": -2.0})
    assert math.exp(row["cargo_log"]) == pytest.approx(2 * PER_M["mother"])


def test_the_fall_at_the_quay_is_shared_among_what_was_loaded() -> None:
    row = of_barge({"quay_fall_m": 2.0, "n_loads": 2.0})
    assert math.exp(row["cargo_log"]) == pytest.approx(PER_M["barge"])
    assert row["cargo_sigma"] > of_barge({"quay_fall_m": 2.0})["cargo_sigma"]


@pytest.mark.parametrize("columns", [{"rise_m": 0.2}, {"rise_m": -2.0}, {"quay_fall_m": -2.0}])
def test_a_change_that_is_too_small_or_the_wrong_one_gives_what_she_carries(columns: dict[str, Any]) -> None:
    row = of_barge(columns)
    assert row["method"] == "capacity"
    assert math.exp(row["cargo_log"]) == pytest.approx(5 * PER_M["barge"] * 0.72 * 0.90 * 0.75)


def test_the_smaller_of_two_ships_limits() -> None:
    small = {"hull_length_m": 40.0, "hull_beam_m": 8.0, "laden_draught_m": 3.0}
    row = of_barge({}, small)
    assert math.exp(row["cargo_log"]) == pytest.approx(0.79 * 40 * 8 * 3 * 1.025 * 0.72 * 0.90 * 0.75)
    assert row["most_log"] < math.log(2_000)


def test_what_a_mother_carries_is_shared_among_her_barges() -> None:
    row = of_barge({}, {"n_near_events": 9})
    assert math.exp(row["cargo_log"]) == pytest.approx(8 * PER_M["mother"] * 0.72 * 0.90 * 0.75 / 10)


def test_no_size_and_no_cargo_give_nothing() -> None:
    unknown = dict.fromkeys(("hull_length_m", "hull_beam_m", "laden_draught_m"))
    assert of_barge({"rise_m": 2.0} | unknown, unknown)["method"] == "none"
    assert of_barge({"rise_m": 2.0, "hull": "none"})["method"] == "none"
    assert of_barge({"rise_m": 2.0, "hull": "none"})["cargo_log"] is None
