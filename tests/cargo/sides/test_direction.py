"""Which ship took the cargo."""

from __future__ import annotations

import math
from typing import Any

import polars as pl
import pytest

from stsdetect.cargo.sides.direction import with_direction
from stsdetect.params import ChainParams, DraughtParams
from tests.builders import at
from tests.builders.cargo import H

P = ChainParams()
_TYPES = {"rise_m": pl.Float64, "hull_length_m": pl.Float64, "partner_id": pl.String, "flag": pl.String}


def sides(one: dict[str, Any], two: dict[str, Any] | None) -> pl.DataFrame:
    rows = []
    for k, given in enumerate([one] if two is None else [one, two]):
        rows.append(
            {
                "event_id": "e",
                "side": k + 1,
                "vessel_id": str(k + 1),
                "category": "transfer",
                "hull": "dry",
                "flag": "CHN",
                "rise_m": None,
                "hull_length_m": None,
                "quay_before": False,
                "quay_after": False,
            }
            | given
        )
    return pl.DataFrame(rows, schema_overrides=_TYPES | {"side": pl.Int32})


def stops(*rows: dict[str, Any]) -> pl.DataFrame:
    schema = {
        "event_id": pl.String,
        "side": pl.Int32,
        "stop_kind": pl.String,
        "stop_id": pl.String,
        "stop_time": pl.Datetime("ms", "UTC"),
        "fall_m": pl.Float64,
        "p_left": pl.Float64,
    }
    return pl.DataFrame(list(rows), schema=schema)


def stop(side: int, hour: float, fall_m: float | None, p_left: float = 0.9) -> dict[str, Any]:
    return {
        "event_id": "e",
        "side": side,
        "stop_kind": "visit",
        "stop_id": f"v{hour}",
        "stop_time": at(hour * H),
        "fall_m": fall_m,
        "p_left": p_left,
    }


def p_took(one: dict[str, Any], two: dict[str, Any] | None = None, *at_quays: dict[str, Any]) -> list[float]:
    found = with_direction(
        sides(one, {} if two is None else two),
        stops(*at_quays),
        embargoed=("PRK",),
        params=P,
        draught_params=DraughtParams(),
    )
    assert found["p_took"].sum() == pytest.approx(1.0)
    return found["p_took"].to_list()


def p(log_odds: float) -> float:
    return 1.0 / (1.0 + math.exp(-log_odds))


@pytest.mark.parametrize(
    ("one", "two", "log_odds"),
    [
        ({}, {}, 0.0),
        ({"rise_m": 0.3}, {}, P.own_change_nat),
        ({"rise_m": 0.2}, {}, 0.0),
        ({"rise_m": 0.3}, {"rise_m": -0.3}, 2 * P.own_change_nat),
        ({"hull": "barge"}, {}, P.barge_nat),
        ({"hull": "dredger"}, {"hull": "barge"}, -P.dredger_nat - P.barge_nat),
        ({"flag": "PRK"}, {}, -P.embargoed_flag_nat),
        ({"flag": "PRK", "hull": "tanker"}, {"hull": "tanker"}, P.embargoed_flag_nat),
        ({"flag": None}, {"flag": None}, 0.0),
        (
            {"hull": "tanker", "hull_length_m": 75.0},
            {"hull": "tanker", "hull_length_m": 100.0},
            P.smaller_tanker_nat,
        ),
        ({"hull": "tanker", "hull_length_m": 76.0}, {"hull": "tanker", "hull_length_m": 100.0}, 0.0),
        ({"hull_length_m": 50.0}, {"hull_length_m": 100.0}, 0.0),
        ({"quay_after": True}, {}, P.next_quay_nat),
        ({"quay_before": True}, {}, -P.came_from_quay_nat),
    ],
)
def test_each_sign_has_its_weight_and_sides_may_be_exchanged(one: dict, two: dict, log_odds: float) -> None:
    assert p_took(one, two) == pytest.approx([p(log_odds), p(-log_odds)])
    assert p_took(two, one) == pytest.approx([p(-log_odds), p(log_odds)])


def test_the_first_change_of_draught_at_a_quay_counts() -> None:
    at_quays = [stop(1, 30, 0.2), stop(1, 40, 0.5), stop(1, 50, -2.0)]
    assert p_took({}, {}, *at_quays)[0] == pytest.approx(p(P.quay_change_nat))
    found = with_direction(
        sides({}, {}), stops(*at_quays), embargoed=(), params=P, draught_params=DraughtParams()
    )
    assert found["quay_fall_m"].to_list() == [0.5, None]
    assert found["quay_stop_id"].to_list() == ["v30", None]


def test_a_ship_alone_is_judged_by_herself() -> None:
    found = with_direction(
        sides({"hull": "barge"}, None), stops(), embargoed=(), params=P, draught_params=DraughtParams()
    )
    assert found["p_took"].to_list() == pytest.approx([p(P.barge_nat)])


@pytest.mark.parametrize(
    ("one", "two", "commodity"),
    [
        ("dry", "barge", "dry"),
        ("tanker", "tanker", "liquid"),
        ("tanker", "unknown", "liquid"),
        ("dredger", "barge", "sand"),
        ("tanker", "dry", "unknown"),
        ("unknown", "unknown", "unknown"),
    ],
)
def test_the_kind_of_cargo(one: str, two: str, commodity: str) -> None:
    found = with_direction(
        sides({"hull": one}, {"hull": two}), stops(), embargoed=(), params=P, draught_params=DraughtParams()
    )
    assert found["commodity"].unique().to_list() == [commodity]
