"""The log-odds of a stop: each circumstance with its weight, and just not."""

import polars as pl
import pytest

from stsdetect.detection.solo.support import support_of_stop
from stsdetect.params import DraughtParams, SoloStopParams
from stsdetect.schema import SOLO_STOPS

P = SoloStopParams()
NOTHING = {
    "solo_id": "s", "kind": "stop", "mmsi": 1, "vessel_id": "1", "duration_h": 10.0, "shore_distance_m": 100.0,
    "outside": True, "n_own_stops": 0,
}  # fmt: skip


def support(**columns: object) -> float:
    names = ("log_lr_borrowed", "n_sharing_pivot", "log_lr_in_turn", "status", "draught_change_m", "ship_type",
             "shore_distance_m", "drift_kn", "came_from_m", "went_to_m", "duration_h", "n_own_stops", "length_m")  # fmt: skip
    types = {n: SOLO_STOPS.polars_schema[n] for n in names} | {"outside": pl.Boolean, "on_land": pl.Boolean}
    row = {n: (NOTHING | columns).get(n) for n in types}
    return float(pl.DataFrame([row], schema=types).select(s=support_of_stop(P, DraughtParams())).item())


def test_a_stop_of_which_nothing_is_known() -> None:
    assert support() == pytest.approx(P.bias_nat)


@pytest.mark.parametrize(
    ("hit", "nat", "miss"),
    [
        ({"log_lr_borrowed": 4.0}, 2.0, {"log_lr_borrowed": 0.0}),
        ({"log_lr_borrowed": -0.6}, -0.3, {"log_lr_borrowed": 0.0}),
        ({"log_lr_borrowed": 1.0, "n_sharing_pivot": 1}, 1.1, {"log_lr_borrowed": 0.0, "n_sharing_pivot": 1}),
        ({"log_lr_in_turn": 2.5}, 0.64, {"log_lr_in_turn": 0.0}),
        ({"log_lr_in_turn": 2.5, "log_lr_borrowed": 0.2}, 2.1, {}),
        ({"log_lr_in_turn": 2.5, "status": "moored"}, 2.5, {}),
        ({"log_lr_in_turn": 2.5, "draught_change_m": 0.3}, 3.3, {}),
        ({"on_land": True}, -1.5, {"on_land": False}),
        ({"log_lr_in_turn": 2.5, "log_lr_borrowed": -0.6}, -0.3, {}),
        ({"status": "moored"}, 0.5, {"status": "at_anchor"}),
        ({"draught_change_m": -0.3}, 1.3, {"draught_change_m": 0.2}),
        ({"ship_type": 70}, 1.0, {"ship_type": 90}),
        ({"ship_type": 52}, -0.7, {"ship_type": 0}),
        ({"shore_distance_m": 5000.0}, 0.5, {"shore_distance_m": 4999.0}),
        ({"shore_distance_m": 5000.0}, 0.5, {"shore_distance_m": 5000.0, "outside": False}),
        ({"drift_kn": 0.3}, -1.0, {"drift_kn": 0.29}),
        ({"came_from_m": 2000.0, "went_to_m": 9000.0}, 1.0, {"came_from_m": 1999.0, "went_to_m": 9000.0}),
        ({"came_from_m": 2000.0, "went_to_m": 9000.0}, 1.0, {"came_from_m": 9000.0}),
        ({"duration_h": 8.0}, 0.8, {"duration_h": 8.1}),
        ({"duration_h": 12.0 * 2.718281828}, -1.2, {"duration_h": 12.0}),
        ({"n_own_stops": 3}, -2.0, {"n_own_stops": 2}),
        ({"length_m": 120.0}, 0.4, {"length_m": 121.0}),
    ],
)  # fmt: skip
def test_a_circumstance_has_its_weight(hit: dict, nat: float, miss: dict) -> None:
    assert support(**hit) - P.bias_nat == pytest.approx(nat)
    assert support(**miss) == pytest.approx(P.bias_nat)
