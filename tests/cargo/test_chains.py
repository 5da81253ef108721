"""Where the cargo of an event went: candidates, their probabilities and ranks."""

from __future__ import annotations

import math
import random

import polars as pl
import pytest

from stsdetect.cargo import find_chains
from stsdetect.params import ChainParams
from stsdetect.schema import CHAINS, EVENTS, FEATURES, PORT_VISITS
from tests.builders.cargo import (
    BARGE,
    BARGE_2,
    MOTHER,
    draughts,
    event,
    event_tables,
    gap,
    gaps,
    hidden_call,
    hidden_calls,
    ship,
    ships,
    visit,
    visits,
)
from tests.naive_cargo import LONG_H, chains_by_hand

FLEET = ships(ship(MOTHER, 70, 140.0, imo=9_074_729, imo_valid=True), ship(BARGE), ship(BARGE_2))
P = ChainParams()


def of_event(chains: pl.DataFrame, event_id: str = "e") -> pl.DataFrame:
    return chains.filter(pl.col("event_id") == event_id)


def p_barge_took(*, rise: bool = False, fall: bool = False, quay: bool = True) -> float:
    """Probability that the barge took the cargo of a ship under embargo, from its weights."""
    log_odds = P.barge_nat + P.embargoed_flag_nat
    log_odds += P.next_quay_nat * quay + P.own_change_nat * rise + P.quay_change_nat * fall
    return 1.0 / (1.0 + math.exp(-log_odds))


def test_a_barge_is_followed_to_the_quay_where_it_got_lighter() -> None:
    events, features = event_tables(event("e", BARGE, MOTHER, 0, 10))
    calls = visits(visit(BARGE, 30, 50, draught_in_m=4.0, draught_out_m=2.0))
    reports = draughts((BARGE, -1, 2.0), (BARGE, 12, 4.0))
    chains = find_chains(events, features, calls, identity=FLEET, static=reports)
    assert chains.height == 1
    row = chains.row(0, named=True)
    assert (row["port_name"], row["mmsi"], row["rank"], row["step"]) == ("Zhapu", BARGE, 1, 1)
    assert row["hours_after"] == 20.0
    assert row["p"] == pytest.approx(p_barge_took(rise=True, fall=True) * P.p_quay_lighter)
    # 0.88 * 100 m * 20 m * 2 m * 1.025 t/m3
    assert row["tonnes"] == pytest.approx(0.88 * 100 * 20 * 2 * 1.025)
    assert row["tonnes_low"] < 3_608 < row["tonnes_high"]
    assert (row["method"], row["end_basis"], row["commodity"]) == ("draught", "seen", "dry")


def test_sides_may_be_exchanged() -> None:
    calls = visits(visit(BARGE, 30, 50, draught_in_m=4.0, draught_out_m=2.0))
    reports = draughts((BARGE, -1, 2.0), (BARGE, 12, 4.0))
    found = [
        find_chains(*event_tables(event("e", *pair, 0, 10)), calls, identity=FLEET, static=reports)
        for pair in ((BARGE, MOTHER), (MOTHER, BARGE))
    ]
    assert found[0].drop("evidence").equals(found[1].drop("evidence"))


def test_the_second_quay_counts_if_the_cargo_was_still_on_board() -> None:
    events, features = event_tables(event("e", BARGE, MOTHER, 0, 10))
    calls = visits(visit(BARGE, 30, 50), visit(BARGE, 80, 90, port_id="CNJIX", port_name="Jiaxing"))
    chains = find_chains(events, features, calls, identity=FLEET)
    assert chains["port_name"].to_list() == ["Zhapu", "Jiaxing"]
    took = p_barge_took()
    assert chains["p"].to_list() == pytest.approx([took * P.p_quay, took * (1 - P.p_quay) * P.p_quay])
    assert chains["p"].sum() <= 1.0
    assert chains["against"].to_list() == ["draughts unknown"] * 2


@pytest.mark.parametrize(
    ("columns", "p_left"),
    [
        ({"draught_in_m": 4.0, "draught_out_m": 3.7}, P.p_quay_lighter),
        ({"draught_in_m": 4.0, "draught_out_m": 3.8}, P.p_quay_unchanged),
        ({"draught_in_m": 4.0, "draught_out_m": 4.3}, P.p_quay_deeper),
        ({"rest_h": 1.4}, P.p_quay * P.short_call_share),
        ({"rest_h": 1.5}, P.p_quay),
        ({"kind": "anchorage"}, P.p_anchorage),
        ({"kind": "roads", "draught_in_m": 4.0, "draught_out_m": 3.0}, P.p_anchorage_lighter),
    ],
)
def test_what_happened_at_the_quay_decides(columns: dict, p_left: float) -> None:
    events, features = event_tables(event("e", BARGE, MOTHER, 0, 10))
    calls = visits(visit(BARGE, 30, 50, **columns))
    row = find_chains(events, features, calls, identity=FLEET, params=ChainParams(min_p=0.0))
    fell = columns.get("draught_in_m", 0.0) - columns.get("draught_out_m", 0.0)
    log_odds = P.barge_nat + P.embargoed_flag_nat
    log_odds += P.next_quay_nat * ("kind" not in columns)
    log_odds += P.quay_change_nat * (0 if abs(fell) < 0.29 else math.copysign(1, fell))
    took = 1.0 / (1.0 + math.exp(-log_odds))
    assert row["p"].item() == pytest.approx(took * p_left)


def test_a_quay_after_the_horizon_is_none_and_neither_is_one_before_the_event() -> None:
    events, features = event_tables(event("e", BARGE, MOTHER, 100, 110))
    end_h = 110 + P.max_days * 24
    late, early = visit(BARGE, end_h + 0.1, end_h + 20), visit(BARGE, 50, 60)
    assert find_chains(events, features, visits(late, early), identity=FLEET).is_empty()
    on_time = visit(BARGE, end_h, end_h + 20)
    assert find_chains(events, features, visits(on_time, early), identity=FLEET).height == 1


def test_a_call_into_which_the_event_fell_counts_if_enough_of_it_is_left() -> None:
    events, features = event_tables(event("e", BARGE, MOTHER, 0, 10))
    for end_h, n in ((11.4, 0), (11.5, 1)):
        chains = find_chains(events, features, visits(visit(BARGE, -5, end_h)), identity=FLEET)
        assert chains.height == n


def test_cargo_goes_over_a_second_barge() -> None:
    events, features = event_tables(event("e", BARGE, MOTHER, 0, 10), event("f", BARGE, BARGE_2, 20, 24))
    calls = visits(visit(BARGE_2, 40, 60, draught_in_m=4.0, draught_out_m=2.0))
    reports = draughts(
        (BARGE, -1, 2.0), (BARGE, 12, 4.0), (BARGE, 25, 2.0), (BARGE_2, 0, 2.0), (BARGE_2, 25, 4.0)
    )
    chains = of_event(find_chains(events, features, calls, identity=FLEET, static=reports))
    best = chains.filter(pl.col("rank") == 1)
    assert best["step"].to_list() == [1, 2]
    assert best["mmsi"].to_list() == [BARGE, BARGE_2]
    assert best["next_event_id"].to_list() == ["f", None]
    assert best["port_name"].to_list() == [None, "Zhapu"]
    assert best["end_basis"].to_list() == ["event", "seen"]
    assert best["p"].n_unique() == 1
    assert best["p"][0] > 0.8


def test_several_barges_of_one_mother_each_have_their_own_chain() -> None:
    events, features = event_tables(event("e", BARGE, MOTHER, 0, 10), event("f", BARGE_2, MOTHER, 12, 20))
    calls = visits(visit(BARGE, 30, 50), visit(BARGE_2, 40, 60, port_id="CNJIX", port_name="Jiaxing"))
    chains = find_chains(events, features, calls, identity=FLEET)
    first = chains.filter(pl.col("rank") == 1)
    assert dict(zip(first["event_id"], first["port_name"], strict=True)) == {"e": "Zhapu", "f": "Jiaxing"}


def test_a_barge_that_loaded_twice_shares_what_it_left_at_the_quay() -> None:
    events, features = event_tables(event("e", BARGE, MOTHER, 0, 10), event("f", BARGE, 445_000_002, 15, 20))
    fleet = pl.concat([FLEET, ships(ship(445_000_002, 70, 140.0, imo=9_074_729, imo_valid=True))])
    calls = visits(visit(BARGE, 30, 50, draught_in_m=4.0, draught_out_m=2.0))
    first = find_chains(events, features, calls, identity=fleet).filter(
        (pl.col("rank") == 1) & (pl.col("mmsi") == BARGE)
    )
    whole = 0.88 * 100 * 20 * 2 * 1.025
    # Each other load counts with the probability that the barge took it.
    for t in first["tonnes"]:
        assert whole / 2 <= t <= 0.6 * whole


def test_a_tanker_in_a_gap_may_have_called_at_a_hidden_port() -> None:
    tanker, partner = 445_000_009, 412_000_009
    events, features = event_tables(event("e", partner, tanker, 0, 10))
    fleet = ships(ship(tanker, 80, 100.0, imo=9_074_729, imo_valid=True), ship(partner, 80, 100.0))
    chains = find_chains(
        events,
        features,
        visits(),
        hidden_calls=hidden_calls(hidden_call(tanker, 20, 0.7)),
        gaps=gaps(gap(tanker, 20, 120, draught_change_m=-2.0)),
        identity=fleet,
    )
    row = chains.row(0, named=True)
    assert (row["port_name"], row["visit_id"], row["end_basis"]) == ("Nampo", None, "hidden_call")
    took = 1.0 / (1.0 + math.exp(-P.embargoed_flag_nat))
    assert row["p"] == pytest.approx(took * 0.7 * P.p_quay_lighter)
    assert row["commodity"] == "liquid"


def test_without_sizes_there_are_no_tonnes() -> None:
    events, features = event_tables(event("e", BARGE, MOTHER, 0, 10))
    row = find_chains(events, features, visits(visit(BARGE, 30, 50))).row(0, named=True)
    assert (row["method"], row["tonnes"], row["tonnes_low"], row["tonnes_high"]) == ("none", None, None, None)


def test_a_category_without_cargo_has_no_chain() -> None:
    for category, n in (("transfer", 1), ("dredging", 1), ("towing", 0), ("berth", 0), ("same_hull", 0)):
        events, features = event_tables(event("e", BARGE, MOTHER, 0, 10, category=category))
        found = find_chains(events, features, visits(visit(BARGE, 30, 50)), identity=FLEET)
        assert found["event_id"].n_unique() == n


def test_a_solo_event_follows_the_ship_that_was_received() -> None:
    events, features = event_tables(event("e", BARGE, None, 0, 10))
    chains = find_chains(events, features, visits(visit(BARGE, 30, 50)), identity=FLEET)
    assert chains["port_name"].to_list() == ["Zhapu"]


def test_nothing_in_nothing_out() -> None:
    for events in (EVENTS.empty(), EVENTS.optional(None)):
        found = find_chains(events, FEATURES.empty(), PORT_VISITS.empty())
        assert found.columns == CHAINS.names
        assert found.is_empty()
    events, features = event_tables(event("e", BARGE, MOTHER, 0, 10))
    assert find_chains(events, features, PORT_VISITS.empty()).is_empty()


@pytest.mark.parametrize("seed", range(12))
def test_as_one_ship_and_one_call_at_a_time(seed: int) -> None:
    """Ships without draughts: the tables give what a plain search over all paths gives."""
    rng = random.Random(seed)
    fleet = {412_000_000 + k: "barge" for k in range(1, 5)} | {445_000_000 + k: "dry" for k in range(1, 3)}
    drawn = {}
    for k in range(6):
        one, two = sorted(rng.sample(sorted(fleet), 2))
        start = rng.randrange(0, 400)
        drawn[f"e{k}"] = (one, two, start, start + rng.randrange(1, 20), rng.choice([0.3, 0.8, 1.0]))
    calls = {f"v{k}": (rng.choice(sorted(fleet)), rng.randrange(0, 800), f"P{k}") for k in range(8)}
    tables = event_tables(
        *(event(name, one, two, start, end, p_contact=p) for name, (one, two, start, end, p) in drawn.items())
    )
    # Events within a call are for another test.
    calls = {
        name: call
        for name, call in calls.items()
        if not any(
            call[0] in (one, two) and call[1] < end and call[1] + LONG_H > start
            for one, two, start, end, _ in drawn.values()
        )
    }
    rows = [
        visit(mmsi, start, start + LONG_H, visit_id=name, port_name=port)
        for name, (mmsi, start, port) in calls.items()
    ]
    identity = ships(
        *(
            ship(m, 70, 100.0, **({"imo": 9_074_729, "imo_valid": True} if hull == "dry" else {}))
            for m, hull in fleet.items()
        )
    )
    params = ChainParams(max_candidates=1_000)
    chains = find_chains(*tables, visits(*rows), identity=identity, params=params)
    found = {
        event_id: {
            (*part["next_event_id"].drop_nulls(), part["visit_id"][-1]): part["p"][0]
            for _, part in of_event(chains, event_id).group_by("rank", maintain_order=True)
        }
        for event_id in drawn
    }
    flags = {m: "PRK" if m > 444_999_999 else "CHN" for m in fleet}
    plain = chains_by_hand(drawn, calls, hulls=fleet, flags=flags, params=params, max_steps=params.max_steps)
    assert {e: set(c) for e, c in found.items()} == {e: set(c) for e, c in plain.items()}
    for event_id, candidates in plain.items():
        assert found[event_id] == pytest.approx(candidates)
        assert sum(candidates.values()) <= 1.0 + 1e-9


def test_the_order_of_rows_changes_nothing() -> None:
    events, features = event_tables(
        event("e", BARGE, MOTHER, 0, 10),
        event("f", BARGE, BARGE_2, 20, 24),
        event("g", BARGE_2, MOTHER, 26, 30),
    )
    calls = visits(visit(BARGE, 30, 50), visit(BARGE_2, 40, 60), visit(MOTHER, 70, 90))
    forth = find_chains(events, features, calls, identity=FLEET)
    back = find_chains(events.reverse(), features.reverse(), calls.reverse(), identity=FLEET.reverse())
    assert forth.equals(back)
