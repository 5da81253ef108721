"""The page of a vessel, and the section of the network."""

import pandas as pd

from stsdetect.report.page.event_cards import event_card
from stsdetect.report.page.run_tables import RunTables, index_tables
from stsdetect.report.page.vessel_pages import VesselPage, network_section, vessel_pages, vessels_of_cards
from stsdetect.schema import VESSEL_PAIRS, VESSELS
from tests.builders import together
from tests.builders.cargo_report import BARGE, MOTHER, TANKER, cargo_tables
from tests.builders.network import visit


def indexed(**given: pd.DataFrame) -> RunTables:
    t = cargo_tables("MIN NING 9") | given
    return index_tables(t.pop("events"), t)


def page(mmsi: int, **given: pd.DataFrame) -> VesselPage:
    (found,) = vessel_pages([str(mmsi)], indexed(**given))
    return found


def test_what_a_ship_did_in_order_of_time() -> None:
    found = page(TANKER)
    assert found.called == "MIN NING 7"
    assert [m.kind for m in found.moments] == ["gap", "event 2", "event 4", "event 3", "port visit"]
    texts = [m.text for m in found.moments]
    assert texts[0] == "9.2 h without a fix; switch-off 83 %"
    assert texts[1] == "Unclear encounter during an AIS gap with HUA SHENG 87; medium, 31 %"
    assert texts[2] == "Consistent with a direct delivery; medium, 94 %"
    assert texts[4] == "Zhapu, berth"
    assert found.event_ids == ["E-b", "E-c", "E-d"]


def test_a_visit_has_its_draughts() -> None:
    assert page(BARGE).moments[-1].text == "Zhapu MIN NING 9, berth; draught 5.1 → 3.2 m"
    open_visit = visit("v", BARGE, start_h=21.0, end_time=None, port_name=None, draught_out_m=4.0)
    (last,) = page(BARGE, port_visits=open_visit).moments[-1:]
    assert last.text == "a place that has no name, berth; draught – → 4.0 m"
    assert last.when == "2019-08-14 21:00 to the end of the data"


def test_partners_the_likeliest_first() -> None:
    found = page(MOTHER)
    assert [(p.called, p.pair["n_events"]) for p in found.partners] == [("MIN NING 9", 1), ("MIN NING 7", 2)]
    assert [p.vessel_id for p in found.partners] == [str(BARGE), str(TANKER)]


def test_long_lives_are_cut_and_counted() -> None:
    visits = together(*(visit(f"v{k:03}", BARGE, start_h=30.0 + 20.0 * k) for k in range(60)))
    found = page(BARGE, port_visits=visits)
    assert len(found.moments) == 50
    assert found.n_moments_more == 60 + 1 - 50


def test_the_vessels_of_events_in_their_order() -> None:
    tables = indexed()
    cards = [event_card(event, tables) for event in tables.events.iter_rows(named=True)]
    assert vessels_of_cards(cards) == [str(m) for m in (MOTHER, BARGE, TANKER)]


def test_a_vessel_that_the_table_lacks_has_no_page() -> None:
    assert vessel_pages([str(MOTHER)], indexed(vessels=VESSELS.empty())) == []


def test_the_network_counts_vessels_and_names_those_of_several_events() -> None:
    found = network_section({str(MOTHER): 0}, indexed())
    assert found is not None
    assert (found.n_vessels, found.n_pairs, found.n_drawn, found.n_repeated) == (3, 2, 2, 2)
    assert [(v["called"], v["n_events"]) for v in found.repeated] == [("HUA SHENG 87", 3), ("MIN NING 7", 3)]
    assert found.picture.count('<a href="#vessel-0">') == 1


def test_no_pairs_no_network() -> None:
    assert network_section({}, indexed(vessel_pairs=VESSEL_PAIRS.empty())) is None
