from dataclasses import replace

import pandas as pd
import pytest

from stsdetect.report.page.event_cards import EventCard, event_card
from stsdetect.report.page.run_tables import index_tables
from stsdetect.schema import EVENTS, LOITERING
from stsdetect.units import NM_TO_M
from tests.builders import PLACE, at, fixes, identity, static, together
from tests.builders.report import H, both_dark, filled, tables


def card_of(event_id: str, **changed: pd.DataFrame) -> EventCard:
    given = {**tables(name="CHANG HE 9"), **changed}
    run = index_tables(given.pop("events"), given)
    event = next(e for e in run.events.iter_rows(named=True) if e["event_id"] == event_id)
    return event_card(event, run)


def test_the_card_of_an_encounter() -> None:
    card = card_of("E-a")
    assert (card.is_dark, card.title) == (False, "Possible cargo transfer")
    assert dict(card.measurements)["Hull gap, median"] == "6 ± 4 m"
    assert [s.called for s in card.ships] == ["HUA SHENG 87", "CHANG HE 9"]
    assert [len(s.gaps) for s in card.ships] == [1, 0]
    assert not any(s.in_gap for s in card.ships)
    assert [row["encounter_id"] for row in card.group] == ["c-2"]
    assert card.box_km == 2.0


def test_the_card_of_a_dark_encounter() -> None:
    card = card_of("E-b")
    assert (card.is_dark, card.title) == (True, "Unclear encounter during an AIS gap")
    assert dict(card.measurements)["Probability that the gap was a switch-off"] == "83 %"
    assert [s.in_gap for s in card.ships] == [True, False]
    # An area of 310 km2 is a circle of 9.93 km radius.
    assert card.box_km == pytest.approx(2.0 + 2 * 9.93, abs=0.05)


def test_of_two_dark_ships_both_are_in_a_gap() -> None:
    card = card_of("E-b", dark_encounters=both_dark(PLACE))
    assert [s.in_gap for s in card.ships] == [True, True]
    assert dict(card.measurements)["Kind"] == "both ships in a gap"
    assert card.region_m == pytest.approx(10_000.0)
    assert card_of("E-b").region_m is None


@pytest.mark.parametrize(
    ("rigidity", "text"),
    [(19.9, "19.9 nat over"), (20.0, "at least 20.0 nat over"), (-20.0, "-20.0 nat or less over")],
)
def test_a_likelihood_ratio_at_its_bound_is_said_to_be_one(rigidity: float, text: str) -> None:
    encounters = tables()["encounters"].assign(rigidity=rigidity)
    assert text in dict(card_of("E-a", encounters=encounters).measurements)["Rigid-body test"]


def test_swapped_ships_have_swapped_columns() -> None:
    t = tables(name="CHANG HE 9")

    def swapped(frame: pd.DataFrame) -> pd.DataFrame:
        other = {"1": "2", "2": "1"}
        return frame.rename(columns=lambda c: f"{c[:-1]}{other[c[-1]]}" if c[-2:] in ("_1", "_2") else c)

    one, two = card_of("E-a", **t).ships
    three, four = card_of("E-a", events=swapped(t["events"]), encounters=swapped(t["encounters"])).ships
    assert (three.mmsi, four.mmsi) == (two.mmsi, one.mmsi)
    assert (three.coverage, four.coverage) == (two.coverage, one.coverage)
    assert (three.size, four.size) == (two.size, one.size)


def test_draught_and_destination_are_those_broadcast_nearest_to_the_event() -> None:
    reports = together(
        static(445000002, 1 * H, draught=3.0, destination="BUSAN"),
        static(445000002, 7 * H, draught=4.0),
        static(445000002, 9 * H, draught=9.9, destination="DURING"),
        static(445000002, 17 * H, draught=5.0),
        static(445000002, 20 * H, draught=6.0, destination="NINGBO"),
    )
    ship = card_of("E-a", static=reports).ships[1]
    assert ship.before == (4.0, "BUSAN")
    assert ship.after == (5.0, "NINGBO")


def test_the_identity_is_that_begun_last_before_the_end_of_the_event() -> None:
    spells = identity(
        static(445000002, 1 * H, shipname="BEFORE"),
        static(445000002, 15 * H, shipname="DURING"),
        static(445000002, 17 * H, shipname="AFTER"),
    )
    ship = card_of("E-a", identity=spells).ships[1]
    assert ship.identity["shipname"] == "DURING"
    assert len(ship.identities) == 3
    assert card_of("E-a", identity=spells).ships[0].identity["shipname"] is None


@pytest.mark.parametrize(
    ("sides", "size"),
    [
        ({"to_bow": 80, "to_stern": 20, "to_port": 8, "to_starboard": 8}, (80, 20, 8, 8, True)),
        ({"to_bow": 0, "to_stern": 100, "to_port": 0, "to_starboard": 16}, (50, 50, 8, 8, False)),
        ({"to_bow": 0, "to_stern": 0, "to_port": 8, "to_starboard": 8}, None),
        ({"to_bow": None, "to_stern": None, "to_port": None, "to_starboard": None}, None),
    ],
)
def test_a_size_without_antenna_position_is_centred(sides: dict[str, float | None], size: object) -> None:
    spells = identity(static(445000002)).assign(**sides)
    assert card_of("E-a", identity=spells).ships[1].size == size


def test_coverage_counts_fixes_and_the_longest_interval() -> None:
    # The event lasts from 8 to 16 h: fixes at 8, 9, 9.5 and 15 h are in it.
    points = tables()["points"]
    positions = fixes(412000001, [7 * H, 8 * H, 9 * H, 9.5 * H, 15 * H, 16.1 * H], sog=0.0, nav_status=1)
    own = positions.assign(segment_id="s", vessel_id="412000001", quality_flags=0)
    one, _ = card_of("E-a", points=together(own, points[points["mmsi"] != 412000001])).ships
    assert one.coverage.n_fixes == 4
    assert one.coverage.longest_interval_min == pytest.approx(330.0)
    assert one.coverage.n_due == pytest.approx(8 * 3600 / 180)


@pytest.mark.parametrize(
    ("away_m", "start_h", "mmsi", "n"),
    [
        (NM_TO_M - 5.0, 10, 5, 1),
        (NM_TO_M + 5.0, 10, 5, 0),
        (100.0, 16.5, 5, 0),
        (100.0, 10, 412000001, 0),
    ],
)
def test_ships_nearby_loitered_within_a_mile_during_the_event(
    away_m: float, start_h: float, mmsi: int, n: int
) -> None:
    lat = PLACE[0] + away_m / 110_862.0  # a degree of latitude at 30.2 N [m]
    stop = pd.DataFrame(
        {
            "mmsi": [mmsi, mmsi],
            "start_time": at(start_h * H),
            "end_time": at((start_h + 1) * H),
            "lat": [lat, lat],
            "lon": PLACE[1],
        }
    )
    nearby = card_of("E-a", loitering=filled(LOITERING, stop)).nearby
    assert [row["mmsi"] for row in nearby] == [mmsi] * n


def test_an_event_without_other_tables_has_a_card() -> None:
    run = replace(index_tables(tables()["events"], {}))
    for event in run.events.iter_rows(named=True):
        card = event_card(event, run)
        assert card.measurements == card.evidence == card.group == card.nearby == []
        assert [s.coverage.n_fixes for s in card.ships] == [0, 0]
    assert EVENTS.name == "events"
