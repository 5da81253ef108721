"""What the report shows of cargo, by hand."""

import pandas as pd
import pytest

from stsdetect.cargo import cargo_sentence
from stsdetect.report.page.cargo_section import CargoSection, cargo_section, map_of_chain
from stsdetect.report.page.run_tables import RunTables, index_tables
from stsdetect.schema import CHAINS, DELIVERIES, EVENTS, LEDGER
from tests.builders import at, together
from tests.builders.cargo_report import H, cargo_tables, chain, delivery, ledger_row


def indexed(**given: pd.DataFrame) -> RunTables:
    t = cargo_tables("MIN NING 9") | given
    return index_tables(t.pop("events"), t)


def section(**given: pd.DataFrame) -> CargoSection:
    found = cargo_section(indexed(**given))
    assert found is not None
    return found


def test_the_sentence_of_the_run_stands_first() -> None:
    t = cargo_tables("MIN NING 9")
    assert section().sentence == cargo_sentence(t["events"], t["chains"], t["deliveries"])
    assert section().sentence.startswith("1 encounter; about ")


def test_nothing_of_cargo() -> None:
    assert (
        cargo_section(indexed(chains=CHAINS.empty(), deliveries=DELIVERIES.empty(), ledger=LEDGER.empty()))
        is None
    )


def direct(n: int) -> pd.DataFrame:
    """Events of the deliveries d0, d1, ..."""
    (row,) = cargo_tables("MIN NING 9")["events"].query("event_type == 'delivery'").to_dict("records")
    return EVENTS.to_pandas(
        pd.DataFrame([row | {"source_id": f"d{k}", "event_id": f"D{k}", "rank": k + 1} for k in range(n)])
    )


def test_a_chain_has_its_event_its_leg_and_what_speaks_against_it() -> None:
    found = section(chains=chain(against="the barge called at Nantong before"))
    (of_event,) = found.chains
    assert (of_event.rank, of_event.tier, of_event.ships) == (1, "high", ["HUA SHENG 87", "MIN NING 9"])
    (candidate,) = of_event.candidates
    assert (candidate.tonnes, candidate.method) == ("2,300 t (1,500 to 3,600 t)", "a change of draught")
    (step,) = candidate.steps
    assert (step.called, step.goal, step.when, step.hours) == (
        "MIN NING 9",
        "Zhapu",
        "2019-08-14 21:00",
        "5 h",
    )
    assert (step.draught, step.against) == ("−1.9 m", "the barge called at Nantong before")
    assert of_event.map is not None
    assert "draught 5.1 → 3.2 m" in of_event.map


def test_two_steps_go_through_the_second_event() -> None:
    steps = together(
        chain(next_event_id="E-c", visit_id=None, port_name=None, arrival_time=at(15 * H)),
        chain(step=2, mmsi=412000003, vessel_id="412000003"),
    )
    found = section(chains=steps)
    (candidate,) = found.chains[0].candidates
    assert [s.goal for s in candidate.steps] == ["encounter 3", "Zhapu"]
    assert [s.next_event_id for s in candidate.steps] == ["E-c", None]
    assert found.chains[0].map is not None
    assert found.chains[0].map.count("<circle") == 2


def test_at_most_three_candidates_by_rank_and_the_map_is_of_the_first() -> None:
    many = together(
        *(chain(chain_id=f"c{k}", rank=k, p=0.5 / k, port_name=f"Port {k}") for k in (4, 2, 1, 3))
    )
    (of_event,) = section(chains=many).chains
    assert [c.rank for c in of_event.candidates] == [1, 2, 3]
    assert of_event.n_more == 1
    assert of_event.map is not None
    assert "Port 1" in of_event.map
    assert "Port 2" not in of_event.map


def test_unlikely_candidates_and_rows_are_counted_only() -> None:
    several = together(
        chain(p=0.1), chain(chain_id="c2", rank=2, p=0.09), chain(event_id="E-b", chain_id="c3", p=0.09)
    )
    rows = together(ledger_row(expected_count=0.05), ledger_row(port_id="x", expected_count=0.049))
    found = section(chains=several, ledger=rows)
    assert [(c.event_id, len(c.candidates)) for c in found.chains] == [("E-a", 1)]
    assert found.n_chains_more == 1
    assert (len(found.ledger), found.n_ledger_more) == (1, 1)


def test_a_quay_whose_visit_is_missing_has_no_map() -> None:
    assert section(chains=chain(visit_id="gone")).chains[0].map is None
    assert map_of_chain("E-a", indexed(chains=chain(visit_id="gone"))) is None
    assert map_of_chain("E-b", indexed()) is None
    assert map_of_chain("E-a", indexed()) is not None


def test_a_possible_call_is_named_as_one() -> None:
    (step,) = section(chains=chain(end_basis="hidden_call")).chains[0].candidates[0].steps
    assert step.goal == "Zhapu, where it could have called during a gap"


def test_a_delivery_has_its_origin_and_its_grounds() -> None:
    (found,) = section().deliveries
    assert (found.called, found.event_id) == ("MIN NING 7", "E-d")
    assert found.origin == "Nampo, where it could have called during a gap (62 %)"
    assert found.grounds == ["embargoed origin", "listed ship"]
    assert (found.when, found.draught) == ("2019-08-14 15:00 – 2019-08-14 22:00", "−2.4 m")
    (lying,) = section(
        deliveries=delivery(departure_time=None, draught_change_m=None, embargo_grounds=None)
    ).deliveries
    assert (lying.when, lying.draught) == ("2019-08-14 15:00 to the end of the data", "not broadcast")
    assert lying.grounds == []


def test_a_call_that_is_no_event_is_counted_only() -> None:
    found = section(deliveries=together(delivery(), delivery(delivery_id="honest", embargo_grounds=None)))
    assert [d.row["delivery_id"] for d in found.deliveries] == ["del-1"]
    assert found.n_deliveries_more == 1


def test_the_likeliest_deliveries_first_and_rows_with_grounds_of_embargo_first() -> None:
    several = together(*(delivery(delivery_id=f"d{k}", p=p) for k, p in enumerate((0.2, 0.9, 0.5))))
    assert [d.row["p"] for d in section(deliveries=several, events=direct(3)).deliveries] == [0.9, 0.5, 0.2]
    assert [row["embargo"] for row in section().ledger] == [True, False]


def test_what_is_left_out_is_counted() -> None:
    many = together(*(delivery(delivery_id=f"d{k}") for k in range(61)))
    rows = together(*(ledger_row(port_id=f"p{k}") for k in range(121)))
    found = section(deliveries=many, ledger=rows, events=direct(61))
    assert (len(found.deliveries), found.n_deliveries_more) == (60, 1)
    assert (len(found.ledger), found.n_ledger_more) == (120, 1)


@pytest.mark.parametrize("method", ["capacity", "none"])
def test_what_tonnes_rest_on(method: str) -> None:
    words = {"capacity": "what such a ship carries", "none": "nothing: neither draughts nor a size are known"}
    assert section(chains=chain(method=method)).chains[0].candidates[0].method == words[method]
