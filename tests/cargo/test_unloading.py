"""How likely a ship unloaded during a call."""

from __future__ import annotations

from typing import Any

import polars as pl
import pytest

from stsdetect.cargo.unloading import p_unloaded
from stsdetect.params import ChainParams, DeliveryParams

P, C = DeliveryParams(), ChainParams()


@pytest.mark.parametrize(
    ("columns", "p"),
    [
        ({}, C.p_quay),
        ({"fall_m": 0.3}, C.p_quay_lighter),
        ({"fall_m": 0.2}, C.p_quay_unchanged),
        ({"fall_m": -0.3}, C.p_quay_deeper),
        ({"laden": "no"}, C.short_call_share),
        ({"laden": "no", "fall_m": 2.0}, C.p_quay_lighter),
        ({"end_time": None}, C.p_quay_open),
        ({"kind": "anchorage"}, C.p_anchorage),
        ({"kind": "roads", "fall_m": 1.0}, C.p_anchorage_lighter),
        ({"rest_h": P.min_unload_h}, C.p_quay),
        ({"rest_h": P.min_unload_h - 0.1}, C.p_quay * C.short_call_share),
        ({"rest_h": P.max_unload_h}, C.p_quay),
        ({"rest_h": P.max_unload_h + 0.1}, C.p_quay * C.short_call_share),
        ({"embargoed_quay": True}, C.short_call_share),
        ({"embargoed_quay": True, "hull": "tanker"}, C.p_quay),
    ],
)
def test_by_draughts_hours_and_hull(columns: dict[str, Any], p: float) -> None:
    call = {
        "kind": "berth",
        "rest_h": 20.0,
        "end_time": 1,
        "hull": "dry",
        "laden": "unknown",
        "embargoed_quay": False,
        "fall_m": None,
    } | columns
    row = pl.DataFrame({k: [v] for k, v in call.items()}, schema_overrides={"fall_m": pl.Float64})
    assert row.select(p=p_unloaded(P, C, least_m=0.3)).item() == pytest.approx(p)
