"""Flags, lists and calls that point to an embargo."""

from __future__ import annotations

import polars as pl
import pytest

from stsdetect.cargo.embargo_grounds import embargo_grounds, embargoed_events
from stsdetect.params import DeliveryParams
from stsdetect.schema import HIDDEN_CALLS, IDENTITY
from tests.builders.cargo import (
    BARGE,
    event,
    event_tables,
    hidden_call,
    hidden_calls,
    nampo,
    ship,
    ships,
    visits,
)

P = DeliveryParams()
NONE = pl.DataFrame(schema={"mmsi": pl.Int64, "kind": pl.String, "length_agrees": pl.Boolean})


def match(kind: str, agrees: bool | None) -> pl.DataFrame:
    return pl.DataFrame({"mmsi": [BARGE], "kind": [kind], "length_agrees": [agrees]}, schema=NONE.schema)


def test_a_flag_under_embargo_is_a_ground() -> None:
    fleet = ships(ship(445_000_001), ship(BARGE))
    found = embargo_grounds(fleet, NONE, embargoed=("PRK",))
    assert found.to_dicts() == [{"vessel_id": "445000001", "embargoed_flag": True, "listed": False}]


@pytest.mark.parametrize(
    ("kind", "agrees", "firm"),
    [
        ("imo", None, True),
        ("mmsi", None, True),
        ("near_imo", True, True),
        ("near_imo", None, False),
        ("name", True, True),
        ("name", None, False),
        ("near_name", False, False),
    ],
)
def test_a_match_counts_if_it_is_firm(kind: str, agrees: bool | None, firm: bool) -> None:
    assert embargo_grounds(ships(ship(BARGE)), match(kind, agrees), embargoed=()).height == firm


def test_a_hull_that_once_had_the_flag_keeps_the_ground() -> None:
    fleet = ships(ship(445_000_001), ship(613_000_001, vessel_id="445000001"))
    assert embargo_grounds(fleet, NONE, embargoed=("PRK",))["vessel_id"].to_list() == ["445000001"]


def events_with(calls=(), hidden=None, grounds=None) -> list[str]:
    events, features = event_tables(event("e", BARGE, 412_000_002, 1_000, 1_010))
    none = embargo_grounds(IDENTITY.optional(None), NONE, embargoed=())
    found = embargoed_events(
        events,
        features,
        grounds=none if grounds is None else grounds,
        visits=visits(*calls),
        hidden_calls=HIDDEN_CALLS.optional(None) if hidden is None else hidden,
        params=P,
    )
    return found.to_list()


def test_an_event_of_a_ship_that_called_at_a_port_under_embargo() -> None:
    days = P.max_voyage_days * 24
    assert events_with([nampo(BARGE, 1_000 - days, 1_000)]) == ["e"]
    assert events_with([nampo(BARGE, 1_000 - days - 1, 1_000)]) == []
    assert events_with([nampo(BARGE, 1_010 + days, None)]) == ["e"]
    assert events_with([nampo(413_000_000, 900, 1_000)]) == []


def test_a_hidden_call_must_be_probable() -> None:
    assert events_with(hidden=hidden_calls(hidden_call(BARGE, 900, P.min_origin_p))) == ["e"]
    assert events_with(hidden=hidden_calls(hidden_call(BARGE, 900, P.min_origin_p - 0.01))) == []


def test_an_event_of_a_ship_with_grounds_of_its_own() -> None:
    own = embargo_grounds(ships(ship(BARGE)), match("imo", None), embargoed=())
    assert events_with(grounds=own) == ["e"]
    assert events_with() == []
