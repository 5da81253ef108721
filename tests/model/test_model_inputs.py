"""Inputs of the contact model by hand, and the constants that belong to its format."""

from typing import Any

import numpy as np
import pytest

from stsdetect.model import model_inputs
from stsdetect.model.contact_model import FORMAT
from stsdetect.model.model_inputs import DARK_INPUTS, ENCOUNTER_INPUTS, dark_inputs, encounter_inputs
from stsdetect.schema import ENCOUNTERS
from tests.builders.score import dark_candidates, encounter


def test_the_constants_are_those_of_the_format() -> None:
    # A new value needs a new format and a newly trained model: see the module's docstring.
    constants = {n: v for n, v in vars(model_inputs).items() if n.startswith(("MAX_", "MIN_"))}
    assert (FORMAT, constants) == (
        "stsdetect-contact-5",
        {
            "MAX_RIGIDITY_NAT": 20.0,
            "MAX_SWING_DEG": 360.0,
            "MIN_LOG_DURATION_H": 0.1,
            "MAX_LOG_DURATION_H": 48.0,
            "MAX_APART_M": 20_000.0,
            "MIN_GAP_ERROR_M": 1e-3,
            "MAX_SUPPORT_NAT": 20.0,
            "MIN_ODDS_P": 1e-6,
            "MAX_COURSE_NAT": 6.0,
            "MIN_ELSEWHERE_H": 0.1,
        },
    )


@pytest.mark.parametrize(
    ("name", "columns", "value"),
    [
        ("gap_m", {"median_hull_gap_m": 3.0}, 3.0),
        ("gap_over_error", {"median_hull_gap_m": 3.0, "hull_gap_error_m": 6.0}, 0.5),
        ("gap_over_error", {"median_hull_gap_m": 3.0, "hull_gap_error_m": 0.0}, 3_000.0),
        ("rigidity_nat", {"rigidity": -21.0}, -20.0),
        ("swing_deg", {"swing_deg": 400.0}, 360.0),
        ("log_duration_h", {"hours": 1.0}, 0.0),
        ("log_duration_h", {"hours": 0.05}, np.log(0.1)),
        ("log_duration_h", {"hours": 50.0}, np.log(48.0)),
        ("approach_from_m", {"approach_from_m": 20_001.0}, 20_000.0),
        ("departure_to_m", {"departure_to_m": None}, np.nan),
        ("same_hull", {"same_hull_suspected": True}, 1.0),
        ("hull_between", {"ruled_out": "hull between"}, 1.0),
        ("hull_between", {"ruled_out": "same hull"}, 0.0),
        ("hull_between", {}, 0.0),
    ],
)
def test_inputs_of_encounters(name: str, columns: dict[str, Any], value: float) -> None:
    k = [i.name for i in ENCOUNTER_INPUTS].index(name)
    got = encounter_inputs(ENCOUNTERS.validate(encounter(**columns)))
    assert got.shape == (1, len(ENCOUNTER_INPUTS))
    np.testing.assert_allclose(got[0, k], value)


@pytest.mark.parametrize(
    ("columns", "value"),
    [
        ({"support": 3.0}, 3.0),
        ({"support": -21.0}, -20.0),
        ({"support": None, "p_contact": 0.8}, np.log(4.0)),
        ({"support": None, "p_contact": 1.0}, np.log((1 - 1e-6) / 1e-6)),
    ],
)
def test_support_or_else_the_log_odds_as_detected(columns: dict[str, Any], value: float) -> None:
    assert dark_inputs(dark_candidates(columns), min_draught_change_m=0.3)[0, 0] == pytest.approx(value)


@pytest.mark.parametrize(
    ("name", "hit", "value", "miss"),
    [
        ("elsewhere", {"elsewhere_h_2": 3.0}, 0.5, {"elsewhere_h_2": None}),
        ("opposite_draughts", {"draught_change_m_1": -0.3, "draught_change_m_2": 0.3}, 1.0,
         {"draught_change_m_1": -0.3, "draught_change_m_2": 0.2}),
        ("equal_draughts", {"draught_change_m_1": 0.3, "draught_change_m_2": 0.3}, 1.0,
         {"draught_change_m_1": -0.3, "draught_change_m_2": 0.3}),
        ("one_draught", {"draught_change_m_1": -0.3}, 1.0, {"draught_change_m_1": -0.2}),
        # Half of the time beside another ship: half of the change is explained.
        ("one_draught", {"draught_change_m_2": 0.3, "elsewhere_h_2": 3.0}, 0.5,
         {"draught_change_m_2": 0.3, "elsewhere_h_2": 6.0}),
        ("one_trade", {"ship_type_1": 80, "ship_type_2": 89}, 1.0, {"ship_type_1": 80}),
        ("two_trades", {"ship_type_1": 80}, 1.0, {"ship_type_1": 70}),
        ("no_cargo", {"ship_type_1": 30}, 1.0, {"ship_type_1": 0}),
    ],
)  # fmt: skip
def test_inputs_of_dark_candidates(name: str, hit: dict, value: float, miss: dict) -> None:
    k = [i.name for i in DARK_INPUTS].index(name)
    got = dark_inputs(dark_candidates(hit, miss), min_draught_change_m=0.3)[:, k]
    assert got.tolist() == [value, 0.0]
