"""VESSEL_PAIRS by hand."""

import pandas as pd
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from stsdetect.network import build_vessel_pairs
from stsdetect.network.vessel_pairs import best_tier
from stsdetect.schema import EVENTS, VESSEL_PAIRS
from tests.builders import at, together
from tests.builders.network import H, event, segment
from tests.builders.score import A, B, C


def pairs(*events: pd.DataFrame, **tables: pd.DataFrame) -> list[dict]:
    return build_vessel_pairs(together(*events), **tables).to_dict("records")


def test_events_of_two_vessels_are_one_edge() -> None:
    (pair,) = pairs(
        event("e", p_contact=0.5, score=0.3, tier="low", lat=30.0, lon=122.0, category="unknown"),
        event(
            "d", start_h=20, duration_h=4.0, p_contact=0.75, score=0.2, tier="medium", lat=31.0, lon=123.0,
            event_type="dark_encounter",
        ),
    )  # fmt: skip
    assert (pair["mmsi_1"], pair["mmsi_2"], pair["n_events"], pair["n_days"]) == (A, B, 2, 1)
    assert pair["kinds"] == "dark_encounter; encounter"
    assert (pair["first_time"], pair["last_time"]) == (at(0), at(24 * H))
    assert pair["duration_h"] == 6.0 * 0.5 + 4.0 * 0.75
    assert (pair["best_event_id"], pair["best_p"], pair["lat"], pair["lon"]) == ("d", 0.75, 31.0, 123.0)
    assert (pair["best_score"], pair["best_tier"], pair["category"]) == (0.3, "medium", "transfer")


def test_days_are_counted_once() -> None:
    (pair,) = pairs(event("a"), event("b", start_h=23.9), event("c", start_h=24.0))
    assert (pair["n_events"], pair["n_days"]) == (3, 2)


def test_swapped_ships_are_the_same_edge_and_the_smaller_mmsi_comes_first() -> None:
    dark = event("d", B, A, event_type="dark_encounter", shipname_1="BEE", shipname_2="ANT", p_contact=0.95)
    (pair,) = pairs(event("e"), dark)
    assert pair["n_events"] == 2
    assert (pair["mmsi_1"], pair["mmsi_2"]) == (A, B)
    assert (pair["shipname_1"], pair["shipname_2"]) == ("ANT", "BEE")
    assert (pair["vessel_id_1"], pair["vessel_id_2"]) == (str(A), str(B))


def test_a_hull_that_changed_its_mmsi_keeps_its_edge() -> None:
    tracks = together(segment(A, 0, 9, vessel_id="hull"), segment(C, 10, 40, vessel_id="hull"), segment(B))
    (pair,) = pairs(event("e", A, B), event("f", C, B, start_h=20, p_contact=0.95), segments=tracks)
    assert pair["n_events"] == 2
    assert {pair["vessel_id_1"], pair["vessel_id_2"]} == {"hull", str(B)}
    assert (pair["mmsi_1"], pair["mmsi_2"], pair["vessel_id_2"]) == (B, C, "hull")


def test_two_mmsis_of_one_hull_and_events_of_one_ship_are_no_edge() -> None:
    one_hull = together(segment(A, vessel_id="x"), segment(B, vessel_id="x"))
    assert pairs(event("e"), segments=one_hull) == []
    assert pairs(event("s", mmsi_2=None, event_type="solo")) == []
    assert pairs(event("s", mmsi_2=None, event_type="delivery")) == []


def test_no_events() -> None:
    assert build_vessel_pairs(EVENTS.empty()).columns.tolist() == VESSEL_PAIRS.names


def test_the_best_tier_of_none_is_null() -> None:
    tiers = pl.DataFrame({"tier": ["info", "medium"]})
    assert tiers.select(best_tier()).item() == "medium"
    assert tiers.filter(pl.col("tier") == "x").select(best_tier()).item() is None


@given(st.permutations(range(6)))
def test_the_order_of_the_events_does_not_matter(order: list[int]) -> None:
    events = together(
        *(event(f"e{k}", A, (B, C)[k % 2], start_h=k, p_contact=0.1 * (k // 2)) for k in range(6))
    )
    found = build_vessel_pairs(events.iloc[order])
    pd.testing.assert_frame_equal(found, build_vessel_pairs(events))


@pytest.mark.parametrize("name", ["</script>", "=1+1", "‮", "A; B | C"])
def test_names_stay_as_broadcast(name: str) -> None:
    (pair,) = pairs(event("e", shipname_1=name))
    assert pair["shipname_1"] == name
