"""What counts as right: a hit, a near miss and swapped ships for each table, on rows written by hand."""

import polars as pl
import pytest

from stsdetect.experiments.voyages import VoyageSea, compare_voyages
from tests.builders.voyages import at, rows, share, ships, voyage_sea

FLEET = ships((1, 10), (2, 20), (3, 30), (11, 10), m3="platform")
QUAY = {"lat": 31.0, "lon": 122.0}


def true_visit(name: str, hull: int, start: float, end: float, **other: object) -> dict:
    return {
        "visit_id": name, "mmsi": hull // 10, "hull_id": hull, "start_time": at(start), "end_time": at(end),
        "kind": "berth", "port_name": "Zhapu", "n_fixes": 20, "seen_h": end - start, "seen_before": True,
        "seen_after": True, **QUAY, **other,
    }  # fmt: skip


def port_visit(name: str, mmsi: int, start: float, end: float, **other: object) -> dict:
    return {
        "visit_id": name, "mmsi": mmsi, "start_time": at(start), "end_time": at(end), "last_time": at(end),
        "kind": "berth", "port_name": "Zhapu", **QUAY, **other,
    }  # fmt: skip


def discharge(visit: str, hull: int, arrival: float, tonnes: float, **other: object) -> dict:
    return {
        "visit_id": visit, "mmsi": hull // 10, "hull_id": hull, "arrival_time": at(arrival), "tonnes": tonnes,
        "port_name": "Zhapu", "cargo": "coal", "origin_port": "Nampo", "embargoed": True, "approach": "on",
    } | other  # fmt: skip


# Port visits


def test_visits_of_two_hours_count_and_shorter_ones_do_not() -> None:
    sea = voyage_sea(
        FLEET,
        true_visits=rows("true_visits", true_visit("T1", 10, 10, 20), true_visit("T2", 20, 10, 11.9),
                         true_visit("T3", 30, 10, 12.0)),
        port_visits=rows("port_visits", port_visit("A", 1, 10, 20), port_visit("B", 2, 40, 41.9),
                         port_visit("C", 2, 50, 52.0)),
    )  # fmt: skip
    visits = compare_voyages([sea]).visits
    assert share(visits, "berth", "recall") == (1, 2)  # T1 of T1 and T3
    assert share(visits, "berth", "precision") == (1, 2)  # A of A and C


def test_roads_and_calls_that_were_not_received_are_rows_of_their_own() -> None:
    sea = voyage_sea(
        FLEET,
        true_visits=rows("true_visits", true_visit("T1", 10, 10, 20, kind="roads"),
                         true_visit("T2", 20, 10, 20, n_fixes=0, seen_h=0.0),
                         true_visit("T3", 20, 60, 70, n_fixes=0, seen_h=0.0, seen_after=False)),
        port_visits=rows("port_visits", port_visit("A", 1, 10, 20, kind="anchorage")),
    )  # fmt: skip
    visits = compare_voyages([sea]).visits
    assert share(visits, "roads or anchorage", "recall") == (1, 1)
    assert share(visits, "roads or anchorage", "precision") == (1, 1)
    assert share(visits, "berth, not received there", "recall") == (0, 1)
    assert share(visits, "berth", "recall") == (0, 0)


def test_a_visit_that_is_cut_in_two_is_right_once() -> None:
    sea = voyage_sea(
        FLEET,
        true_visits=rows("true_visits", true_visit("T1", 10, 10, 20)),
        port_visits=rows("port_visits", port_visit("A", 1, 10, 14), port_visit("B", 1, 15, 20)),
    )
    assert share(compare_voyages([sea]).visits, "berth", "precision") == (1, 2)


# Chains


def chained(*candidates: dict, events: pl.DataFrame | None = None, later: int = 0) -> VoyageSea:
    """Hull 10 gives 3,000 t to hull 20 from hour 5 to 9, which discharges them from hour 20 to 30."""
    event = {
        "event_id": "E",
        "event_type": "encounter",
        "mmsi_1": 1,
        "mmsi_2": 2,
        "start_time": at(5),
        "end_time": at(9),
    }
    return voyage_sea(
        FLEET,
        true_transfers=rows("true_transfers", {
            "transfer_id": "X", "giver_mmsi": 1, "giver_hull_id": 10, "receiver_mmsi": 2, "receiver_hull_id": 20,
            "start_time": at(5), "end_time": at(9), "tonnes": 3000.0, "cargo": "coal",
        }),
        true_discharges=rows("true_discharges",
                             discharge("T1", 20, 20, 3000.0, transfer_id="X", n_later_transfers=later)),
        true_visits=rows("true_visits", true_visit("T1", 20, 20, 30)),
        port_visits=rows("port_visits", port_visit("A", 2, 20, 30), port_visit("B", 1, 20, 30)),
        events=rows("events", event) if events is None else events,
        chains=rows("chains", *candidates),
    )  # fmt: skip


def candidate(visit: str, rank: int, **other: object) -> dict:
    return {
        "chain_id": f"C{rank}", "event_id": "E", "step": 1, "mmsi": 2, "visit_id": visit, "rank": rank, "p": 0.6,
        "tonnes_low": 2000.0, "tonnes": 2900.0, "tonnes_high": 4000.0, "method": "draught",
    } | other  # fmt: skip


def ranks(sea: VoyageSea, group: str = "next quay") -> tuple[tuple[int, int], ...]:
    chains = compare_voyages([sea]).chains
    return tuple(share(chains, group, m) for m in ("transfer is an event", "first", "in the first three"))


def test_the_true_quay_ranked_first_third_and_fourth() -> None:
    assert ranks(chained(candidate("A", 1))) == ((1, 1), (1, 1), (1, 1))
    assert ranks(chained(candidate("B", 1, mmsi=1), candidate("A", 3))) == ((1, 1), (0, 1), (1, 1))
    assert ranks(chained(candidate("A", 4))) == ((1, 1), (0, 1), (0, 1))
    assert ranks(chained()) == ((1, 1), (0, 1), (0, 1))


def test_the_wrong_ship_at_the_right_port_is_wrong() -> None:
    """The mother calls at the same port at the same time; the cargo was in the barge."""
    assert ranks(chained(candidate("B", 1, mmsi=1)))[1] == (0, 1)


def test_swapped_ships_of_the_event_are_the_same_event() -> None:
    event = rows("events", {"event_id": "E", "event_type": "encounter", "mmsi_1": 2, "mmsi_2": 1,
                            "start_time": at(5), "end_time": at(9)})  # fmt: skip
    assert ranks(chained(candidate("A", 1), events=event)) == ((1, 1), (1, 1), (1, 1))


@pytest.mark.parametrize(("start", "n"), [(9.9, 1), (10.1, 0)])
def test_an_event_within_an_hour_is_about_the_transfer(start: float, n: int) -> None:
    event = rows("events", {"event_id": "E", "event_type": "solo", "mmsi_1": 2, "start_time": at(start),
                            "end_time": at(12)})  # fmt: skip
    assert ranks(chained(candidate("A", 1), events=event))[0] == (n, 1)


def test_a_transfer_that_is_not_an_event_is_not_the_fault_of_the_chain() -> None:
    assert ranks(chained(candidate("A", 1), events=rows("events"))) == ((0, 1), (0, 0), (0, 0))


def test_the_last_step_is_what_counts() -> None:
    steps = [candidate("A", 1, step=2), candidate("B", 1, step=1, mmsi=1)]
    assert ranks(chained(*steps, later=1), "through a second transfer") == ((1, 1), (1, 1), (1, 1))


def test_tonnes_inside_and_outside_the_interval() -> None:
    tonnes = compare_voyages(
        [chained(candidate("A", 1)), chained(candidate("A", 1, tonnes_high=2999.0))]
    ).tonnes
    row = tonnes.filter(pl.col("table") == "chains", pl.col("method") == "draught").row(0, named=True)
    assert (row["n"], row["inside"], row["true_above"], row["true_below"]) == (2, 0.5, 0.5, 0.0)
    assert row["median_ratio"] == pytest.approx(2900.0 / 3000.0)


# Direct deliveries


def delivered(approach: str = "on", **claim: object) -> VoyageSea:
    """Hull 10 discharges 5,000 t from Nampo at hour 20; a delivery claims what is given."""
    row = {
        "delivery_id": "D", "mmsi": 1, "visit_id": "A", "arrival_time": at(20), "origin_basis": "seen", "p": 0.9,
        "embargo_grounds": "embargoed_origin", "tonnes_low": 4000.0, "tonnes": 5000.0, "tonnes_high": 6000.0,
    } | claim  # fmt: skip
    return voyage_sea(
        FLEET,
        true_discharges=rows("true_discharges", discharge("T1", 10, 20, 5000.0, approach=approach)),
        true_visits=rows("true_visits", true_visit("T1", 10, 20, 30), true_visit("T2", 20, 20, 30)),
        port_visits=rows("port_visits", port_visit("A", 1, 20, 30), port_visit("B", 2, 20, 30)),
        deliveries=rows("deliveries", row),
    )


def test_a_delivery_that_is_found() -> None:
    deliveries = compare_voyages([delivered()]).deliveries
    assert share(deliveries, "AIS on", "recall") == (1, 1)
    assert share(deliveries, "AIS on", "precision") == (1, 1)


@pytest.mark.parametrize(
    "claim", [{"p": 0.49}, {"embargo_grounds": None}, {"embargo_grounds": "embargoed_destination"}]
)
def test_below_one_half_or_without_grounds_nothing_is_claimed(claim: dict) -> None:
    deliveries = compare_voyages([delivered(**claim)]).deliveries
    assert share(deliveries, "AIS on", "recall") == (0, 1)
    assert share(deliveries, "AIS on", "precision") == (0, 0)


def test_the_delivery_of_another_ship_is_false() -> None:
    deliveries = compare_voyages([delivered(mmsi=2, visit_id="B")]).deliveries
    assert share(deliveries, "AIS on", "recall") == (0, 1)
    assert share(deliveries, "AIS on", "precision") == (0, 1)


def test_dark_deliveries_are_counted_apart_and_by_their_approach() -> None:
    deliveries = compare_voyages([delivered("renamed", origin_basis="hidden_call")]).deliveries
    assert share(deliveries, "dark", "recall") == share(deliveries, "dark", "precision") == (1, 1)
    assert share(deliveries, "of dark: renamed", "recall") == (1, 1)


def test_cargo_that_came_by_a_transfer_is_not_a_direct_delivery() -> None:
    sea = delivered()
    parts = sea.truth["true_discharges"].with_columns(transfer_id=pl.lit("X"))
    sea = sea._replace(truth=sea.truth | {"true_discharges": parts})
    deliveries = compare_voyages([sea]).deliveries
    assert share(deliveries, "AIS on", "precision") == (0, 1)
    assert share(deliveries, "AIS on", "recall") == (0, 0)


def test_tonnes_of_a_delivery_are_those_of_the_whole_visit() -> None:
    sea = delivered()
    parts = pl.concat([sea.truth["true_discharges"]] * 2).with_columns(
        origin_port=pl.Series(["Nampo", "Taean"])
    )
    tonnes = compare_voyages([sea._replace(truth=sea.truth | {"true_discharges": parts})]).tonnes
    row = tonnes.filter(pl.col("table") == "deliveries").row(0, named=True)
    assert (row["n"], row["inside"], row["true_above"]) == (1, 0.0, 1.0)


# Oil inbound, sand, platforms


def test_oil_to_a_north_korean_port_is_found_by_a_delivery_of_the_ship() -> None:
    def sea(**claim: object) -> VoyageSea:
        row = {"delivery_id": "D", "mmsi": 1, "arrival_time": at(60), "p": 0.8, "commodity": "liquid",
               "embargo_grounds": "embargoed_destination"} | claim  # fmt: skip
        return voyage_sea(
            FLEET,
            true_visits=rows("true_visits", true_visit("T1", 10, 100, 120, port_name="Nampo", embargoed_port=True)),
            true_discharges=rows("true_discharges", discharge("T1", 10, 100, 900.0, cargo="oil", port_name="Nampo",
                                                              origin_port="")),
            deliveries=rows("deliveries", row),
        )  # fmt: skip

    assert share(compare_voyages([sea()]).other, "oil inbound", "recall") == (1, 1)
    assert share(compare_voyages([sea(mmsi=2)]).other, "oil inbound", "recall") == (0, 1)
    assert share(compare_voyages([sea(mmsi=2)]).other, "oil inbound", "precision") == (0, 1)
    assert share(compare_voyages([sea(commodity="dry")]).other, "oil inbound", "precision") == (0, 0)


def test_sand_is_found_by_the_first_chain_of_its_transfer() -> None:
    sea = chained(candidate("A", 1, commodity="sand"), candidate("B", 2, mmsi=1, commodity="sand"))
    parts = sea.truth["true_discharges"].with_columns(cargo=pl.lit("sand"))
    other = compare_voyages([sea._replace(truth=sea.truth | {"true_discharges": parts})]).other
    assert share(other, "sand", "recall") == (1, 1)
    assert share(other, "sand", "precision") == (1, 1)


def test_a_platform_is_a_hull_and_a_dredger_is_neither_right_nor_wrong() -> None:
    fleet = ships((1, 10), (2, 20), (3, 30), m2="sand dredger", m3="platform")
    found = rows("platforms", {"mmsi": 1}, {"mmsi": 2}, {"mmsi": 3})
    other = compare_voyages([voyage_sea(fleet, platforms=found)]).other
    assert share(other, "platforms", "recall") == (1, 1)
    assert share(other, "platforms", "precision") == (1, 2)


# Hidden calls


@pytest.mark.parametrize(
    ("rank", "port", "earliest", "mmsi", "expected"),
    [
        (1, "Nampo", 40, 1, ((1, 1), (1, 1), (1, 1))),
        (3, "Nampo", 40, 11, ((1, 1), (0, 1), (1, 1))),
        (4, "Nampo", 40, 1, ((1, 1), (0, 1), (0, 1))),
        (1, "Dalian", 40, 1, ((1, 1), (0, 1), (0, 1))),
        (1, "Nampo", 61, 1, ((0, 1), (0, 1), (0, 1))),
        (1, "Nampo", 40, 2, ((0, 1), (0, 1), (0, 1))),
    ],
    ids=["first", "third, another MMSI of the hull", "fourth", "another port", "a later gap", "another ship"],
)
def test_hidden_calls(rank: int, port: str, earliest: float, mmsi: int, expected: tuple) -> None:
    sea = voyage_sea(
        FLEET,
        true_hidden_calls=rows("true_hidden_calls", {
            "visit_id": "T1", "mmsi": 1, "hull_id": 10, "port_name": "Nampo", "start_time": at(50),
            "end_time": at(60), "switched_off": True,
        }),
        hidden_calls=rows("hidden_calls", {
            "gap_id": "G", "mmsi": mmsi, "port_name": port, "earliest_arrival": at(earliest),
            "latest_departure": at(earliest + 30), "rank": rank,
        }),
    )  # fmt: skip
    hidden = compare_voyages([sea]).hidden_calls
    assert (
        tuple(share(hidden, "switched off", m) for m in ("gap has a list", "first", "in the first three"))
        == expected
    )


def test_tables_print_and_seas_add_up() -> None:
    result = compare_voyages([delivered(), delivered("dark"), voyage_sea(FLEET)])
    assert share(result.visits, "berth", "recall") == (4, 4)
    text = result.to_markdown()
    assert text.count("**") == 12
    assert "| AIS on | recall | 1 | 1 | 1.000 |" in text
