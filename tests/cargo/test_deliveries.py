"""Direct deliveries: from where, how likely, and what never is one."""

from __future__ import annotations

import math
from typing import Any

import polars as pl
import pytest

from stsdetect.cargo.deliveries import find_deliveries
from stsdetect.lists.list_matches import WATCHLIST_MATCHES
from stsdetect.params import ChainParams, DeliveryParams, ScoreParams
from stsdetect.schema import DELIVERIES, PORT_VISITS, VOYAGES
from tests.builders import at
from tests.builders.cargo import (
    H,
    draughts,
    gap,
    gaps,
    hidden_call,
    hidden_calls,
    nampo,
    no_voyages,
    ship,
    ships,
    visit,
    visits,
)

P, C = DeliveryParams(), ChainParams()
SHIP, FLAGGED = 613_000_001, 445_000_001
FLEET = ships(
    ship(SHIP, 70, 120.0, imo=9_074_729, imo_valid=True),
    ship(FLAGGED, 70, 120.0, imo=8_814_886, imo_valid=True),
)
LIGHTER = {"draught_in_m": 6.0, "draught_out_m": 3.0}


def odds(*nats: float) -> float:
    return 1.0 / (1.0 + math.exp(-(P.bias_nat + sum(nats))))


def found(calls: pl.DataFrame, **tables: Any) -> pl.DataFrame:
    return find_deliveries(calls, tables.pop("voyages", no_voyages()), **{"identity": FLEET} | tables)


def test_a_ship_seen_at_a_port_under_embargo_delivers_at_the_next_quay() -> None:
    row = found(visits(nampo(SHIP, 0, 40), visit(SHIP, 150, 180, **LIGHTER))).row(0, named=True)
    assert (row["port_name"], row["origin_basis"], row["origin_port"]) == ("Zhapu", "seen", "Nampo")
    assert row["p"] == pytest.approx(C.p_quay_lighter * odds(P.embargoed_origin_nat))
    assert row["embargo_grounds"] == "embargoed_origin"
    # 0.79 * 120 m * 20 m * 3 m * 1.025 t/m3, and 1.3 of that as she kept half of her draught in ballast.
    assert row["tonnes"] == pytest.approx(0.79 * 120 * 20 * 3 * 1.025 * 1.3)
    assert (row["method"], row["commodity"], row["dark_h"]) == ("draught", "dry", 0.0)
    assert row["innocent_explanation"]


def test_an_anchorage_on_the_way_does_not_hide_the_origin() -> None:
    calls = visits(
        nampo(SHIP, 0, 40),
        visit(SHIP, 120, 140, kind="anchorage", port_name="Changjiangkou"),
        visit(SHIP, 150, 180, **LIGHTER),
    )
    rows = found(calls)
    assert rows["port_name"].to_list() == ["Zhapu"]
    assert rows["origin_port"].to_list() == ["Nampo"]


def test_after_another_quay_the_cargo_is_from_there() -> None:
    calls = visits(nampo(SHIP, 0, 40), visit(SHIP, 100, 130, **LIGHTER), visit(SHIP, 150, 180, **LIGHTER))
    assert found(calls)["arrival_time"].to_list() == [at(100 * H)]


@pytest.mark.parametrize("days", [P.max_voyage_days - 0.1, P.max_voyage_days + 0.1])
def test_an_origin_long_ago_is_none(days: float) -> None:
    start_h = 5 + days * 24
    rows = found(visits(nampo(SHIP, 0, 5), visit(SHIP, start_h, start_h + 20, **LIGHTER)))
    origins = rows.filter(pl.col("origin_basis") == "seen")
    assert origins.height == (1 if days < P.max_voyage_days else 0)


def test_honest_trade_between_quays_that_were_seen_is_none() -> None:
    calls = visits(*(visit(SHIP, 60 * k, 60 * k + 20, **LIGHTER) for k in range(1, 6)))
    rows = found(calls)
    # The first call has no quay before it in the data: it came over the edge, and nothing points anywhere.
    assert rows.filter(pl.col("embargo_grounds").is_not_null()).is_empty()
    assert rows.filter(pl.col("origin_basis") != "edge").is_empty()


@pytest.mark.parametrize("kind", [60, 69, 30, 52, 36])
def test_a_ship_that_carries_no_cargo_delivers_none(kind: int) -> None:
    calls = visits(nampo(SHIP, 0, 40), visit(SHIP, 150, 180, **LIGHTER))
    assert found(calls, identity=ships(ship(SHIP, kind, 120.0))).is_empty()


def test_a_hidden_call_is_an_origin() -> None:
    calls = visits(visit(SHIP, 0, 20), visit(SHIP, 250, 280, **LIGHTER))
    dark = gaps(gap(SHIP, 30, 230, draught_change_m=3.0))
    hidden = hidden_calls(hidden_call(SHIP, 30, 0.8))
    rows = found(calls, gaps=dark, hidden_calls=hidden).filter(pl.col("arrival_time") == at(250 * H))
    row = rows.row(0, named=True)
    assert (row["origin_basis"], row["origin_port"], row["origin_p"]) == ("hidden_call", "Nampo", 0.8)
    assert row["dark_h"] == 200.0
    expected = odds(0.8 * 0.98 * P.hidden_origin_nat, P.gap_nat * 0.98, P.gained_in_gap_nat)
    assert row["p"] == pytest.approx(C.p_quay_lighter * expected)
    assert row["embargo_grounds"] == "embargoed_origin"


def test_a_hidden_call_that_is_not_probable_is_no_ground() -> None:
    calls = visits(visit(SHIP, 0, 20), visit(SHIP, 250, 280, **LIGHTER))
    dark = gaps(gap(SHIP, 30, 230, draught_change_m=3.0))
    for p, ground in ((P.min_origin_p, "embargoed_origin"), (P.min_origin_p - 0.01, None)):
        hidden = hidden_calls(hidden_call(SHIP, 30, p / 0.98))
        rows = found(calls, gaps=dark, hidden_calls=hidden, params=DeliveryParams(min_p=0.0))
        assert rows.filter(pl.col("arrival_time") == at(250 * H))["embargo_grounds"].item() == ground


@pytest.mark.parametrize(
    "columns", [{"duration_h": P.min_dark_h - 0.1}, {"in_port": True}, {"feed_outage": True}]
)
def test_a_short_gap_a_gap_in_port_and_an_outage_hide_nothing(columns: dict[str, Any]) -> None:
    calls = visits(visit(SHIP, 0, 20), visit(SHIP, 250, 280, **LIGHTER))
    dark = gaps(gap(SHIP, 30, 230, **columns))
    rows = found(calls, gaps=dark, hidden_calls=hidden_calls(hidden_call(SHIP, 30, 0.9)))
    assert rows.filter(pl.col("arrival_time") == at(250 * H)).is_empty()


def test_a_ship_of_the_flag_that_came_over_the_edge() -> None:
    row = found(visits(visit(FLAGGED, 100, 130, **LIGHTER))).row(0, named=True)
    assert (row["origin_basis"], row["origin_port"]) == ("edge", None)
    assert row["embargo_grounds"] == "embargoed_flag"
    assert row["p"] == pytest.approx(C.p_quay_lighter * odds(P.edge_nat, P.embargoed_flag_nat))
    assert row["p"] > ScoreParams().min_delivery_p


def test_a_listed_ship_that_came_over_the_edge() -> None:
    row = {
        "mmsi": [SHIP],
        "kind": ["imo"],
        "observed": ["1"],
        "listed": ["1"],
        "list": ["a list"],
        "similarity": [1.0],
    }
    matches = WATCHLIST_MATCHES.validate(pl.DataFrame(row))
    listed = found(visits(visit(SHIP, 100, 130, **LIGHTER)), matches=matches).row(0, named=True)
    assert listed["embargo_grounds"] == "listed_ship"
    weak = matches.with_columns(kind=pl.lit("near_name"))
    assert (
        found(visits(visit(SHIP, 100, 130, **LIGHTER)), matches=weak)
        .filter(pl.col("embargo_grounds").is_not_null())
        .is_empty()
    )


def test_a_ship_that_left_deeper_loaded_there() -> None:
    calls = visits(nampo(SHIP, 0, 40), visit(SHIP, 150, 180, draught_in_m=3.0, draught_out_m=6.0))
    assert found(calls).is_empty()


def test_a_call_too_short_to_unload_is_unlikely() -> None:
    for hours, share in ((P.min_unload_h - 0.1, C.short_call_share), (P.min_unload_h, 1.0)):
        rows = found(
            visits(nampo(SHIP, 0, 40), visit(SHIP, 150, 150 + hours)), params=DeliveryParams(min_p=0.0)
        )
        p = rows.filter(pl.col("arrival_time") == at(150 * H))["p"].item()
        assert p == pytest.approx(C.p_quay * share * odds(P.embargoed_origin_nat))


def test_a_tanker_unloads_at_a_port_under_embargo_and_a_coal_ship_loads() -> None:
    tanker = ships(ship(SHIP, 80, 100.0, imo=9_074_729, imo_valid=True))
    calls = visits(visit(SHIP, 0, 20), nampo(SHIP, 100, 130))
    row = found(calls, identity=tanker).filter(pl.col("port_name") == "Nampo").row(0, named=True)
    assert row["embargo_grounds"] == "embargoed_destination"
    assert row["commodity"] == "liquid"
    assert row["p"] > 0.5
    coal = found(calls).filter(pl.col("port_name") == "Nampo")
    assert coal.filter(pl.col("p") >= ScoreParams().min_delivery_p).is_empty()


def test_oil_that_no_position_shows() -> None:
    tanker = ships(ship(SHIP, 80, 100.0, imo=9_074_729, imo_valid=True))
    rows = found(
        visits(),
        identity=tanker,
        gaps=gaps(gap(SHIP, 30, 230, draught_change_m=-2.0)),
        hidden_calls=hidden_calls(hidden_call(SHIP, 30, 0.8)),
    )
    row = rows.row(0, named=True)
    assert (row["visit_id"], row["port_name"], row["commodity"]) == (None, "Nampo", "liquid")
    assert row["arrival_time"] == at(54 * H)
    assert row["p"] == pytest.approx(0.8 * C.p_quay_lighter)
    assert row["tonnes"] == pytest.approx(0.82 * 100 * 20 * 2 * 1.025)
    assert row["embargo_grounds"] == "embargoed_destination"


def test_without_sizes_types_and_draughts_the_table_is_empty_or_open() -> None:
    calls = visits(nampo(SHIP, 0, 40), visit(SHIP, 150, None))
    assert find_deliveries(calls, no_voyages()).is_empty()
    bare = ships(ship(SHIP, None, None, width_m=None))
    row = found(calls, identity=bare).row(0, named=True)
    assert (row["method"], row["tonnes"], row["departure_time"]) == ("none", None, None)
    assert "draughts unknown" in row["against"]


def test_a_ship_that_came_back_under_another_name() -> None:
    before = 613_000_009
    size = {"to_bow": 100.0, "to_stern": 20.0, "to_port": 10.0, "to_starboard": 10.0}
    later = ship(SHIP, 70, 120.0, start_time=at(200 * H), **size)
    fleet = ships(ship(before, 70, 120.0, **size), later)
    calls = visits(visit(SHIP, 250, 280, **LIGHTER))
    dark = gaps(gap(before, 30, 400, end_time=None, end_lat=None, end_lon=None))
    hidden = hidden_calls(hidden_call(before, 30, 0.8))
    row = found(calls, identity=fleet, gaps=dark, hidden_calls=hidden).row(0, named=True)
    assert row["embargo_grounds"] == "embargoed_origin, identity_change"
    assert row["dark_h"] == 170.0
    assert row["p"] > 0.5
    other = ships(ship(before, 70, 120.0, **size | {"to_port": 9.0}), later)
    assert found(calls, identity=other, gaps=dark, hidden_calls=hidden).is_empty()


def test_a_laden_voyage_and_a_destination() -> None:
    calls = visits(nampo(SHIP, 0, 40), visit(SHIP, 150, 180))
    arriving = pl.DataFrame(
        {
            "voyage_id": ["v"],
            "mmsi": [SHIP],
            "vessel_id": [str(SHIP)],
            "to_visit_id": [calls["visit_id"][1]],
            "start_time": [at(40 * H)],
            "end_time": [at(150 * H)],
            "distance_m": [1.0],
            "dark_h": [0.0],
            "longest_gap_h": [0.0],
            "laden": ["no"],
            "n_gaps": [0],
        }
    )
    light = found(calls, voyages=VOYAGES.validate(arriving))
    assert light.filter(pl.col("port_name") == "Zhapu")["p"].item() < 0.2
    bound = draughts((FLAGGED, 90, 6.0)).with_columns(destination=pl.lit("NAMPO"))
    row = found(visits(visit(FLAGGED, 100, 130, **LIGHTER)), static=bound).row(0, named=True)
    assert row["embargo_grounds"] == "embargoed_destination, embargoed_flag"


def test_nothing_in_nothing_out() -> None:
    rows = find_deliveries(PORT_VISITS.empty(), VOYAGES.empty())
    assert rows.columns == DELIVERIES.names
    assert rows.is_empty()


def test_the_order_of_rows_changes_nothing() -> None:
    calls = visits(nampo(SHIP, 0, 40), visit(SHIP, 150, 180, **LIGHTER), visit(FLAGGED, 100, 130, **LIGHTER))
    assert found(calls).equals(found(calls.reverse(), identity=FLEET.reverse()))
