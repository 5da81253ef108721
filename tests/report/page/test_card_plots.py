import xml.etree.ElementTree as ET

import pytest

from stsdetect.report.page.card_plots import card_plots
from stsdetect.report.page.event_cards import EventCard, event_card
from stsdetect.report.page.run_tables import index_tables
from tests.builders import at
from tests.builders.report import H, tables

SVG = "{http://www.w3.org/2000/svg}"


@pytest.fixture(scope="module")
def cards() -> list[EventCard]:
    given = tables()
    run = index_tables(given.pop("events"), given)
    return [event_card(event, run) for event in run.events.iter_rows(named=True)]


def test_an_encounter_has_plans_at_start_middle_and_end(cards: list[EventCard]) -> None:
    plots = card_plots(cards[0], None)
    assert [(p.name, p.time[-5:]) for p in plots.plans] == [
        ("Start", "08:00"),
        ("Middle", "12:00"),
        ("End", "16:00"),
    ]
    # Antennas 27 m apart; hulls of 20 and 16 m beam.
    assert {p.distance for p in plots.plans} == {"27 m"}
    assert plots.plans[0].gap == "9 m"


def test_a_dark_encounter_has_no_plans(cards: list[EventCard]) -> None:
    assert card_plots(cards[1], None).plans == []


def hours(svg: str) -> list[str]:
    labels = [t.text or "" for t in ET.fromstring(svg).findall(f"{SVG}text")]
    return [text for text in labels if ":" in text]


def test_the_time_axis_has_a_margin_but_ends_with_the_data(cards: list[EventCard]) -> None:
    # Eight hours from 08:00: as much again on both sides, from 00:00 to 24:00.
    assert hours(card_plots(cards[0], None).time)[:2] == ["00:00", "03:00"]
    span = at(7 * H).to_pydatetime(), at(17 * H).to_pydatetime()
    assert hours(card_plots(cards[0], span).time)[0] == "08:00"
    assert hours(card_plots(cards[0], span).time)[-1] == "16:00"
