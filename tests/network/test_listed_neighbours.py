"""Listed ships one and two hops away: L is listed, the others are not."""

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from stsdetect.network.listed_neighbours import listed_neighbours, n_hulls, once_per_event
from tests.builders import at
from tests.naive_network import Contact, listed_within_two_hops

EDGE = {"from": pl.String, "to": pl.String, "p": pl.Float64, "label": pl.String,
        "time": pl.Datetime("ms", "UTC"), "listed": pl.Boolean, "source": pl.String}  # fmt: skip


def edges(contacts: list[Contact], listed: str = "L") -> pl.DataFrame:
    rows = [
        (a, b, p, f"“{b}”", at(60.0 * k), b in listed, "a list" if b in listed else None)
        for k, (one, other, p) in enumerate(contacts)
        for a, b in ((one, other), (other, one))
    ]
    return pl.DataFrame(rows, EDGE, orient="row")


def reached(contacts: list[Contact], vessel: str, *, listed: str = "L", max_hulls: int = 12) -> dict:
    table = edges(contacts, listed)
    found = listed_neighbours(table, n_hulls(table), max_hulls=max_hulls)
    rows = found.filter(pl.col("vessel_id") == vessel).unique("listed_id", keep="first", maintain_order=True)
    return {row["listed_id"]: (row["hops"], row["strength"]) for row in rows.iter_rows(named=True)}


def test_one_hop_and_two_by_hand() -> None:
    chain = [("A", "B", 0.8), ("B", "L", 0.5), ("C", "A", 1.0)]
    assert reached(chain, "B") == {"L": (1, 0.5)}
    assert reached(chain, "A") == {"L": (2, pytest.approx(0.8 * 0.5))}
    assert reached(chain, "C") == {}  # three hops
    assert reached(chain, "L") == {}


def test_the_likeliest_of_several_contacts_counts() -> None:
    assert reached([("A", "L", 0.6), ("L", "A", 0.9), ("A", "L", 0.7)], "A") == {"L": (1, 0.9)}


def test_who_lay_beside_many_passes_on_two_shares_in_so_many_and_at_the_limit_nothing() -> None:
    barge = [("A", f"S{k}", 1.0) for k in range(3)] + [("A", "L", 1.0)]
    assert reached(barge, "A") == {"L": (1, 0.5)}
    assert reached(barge, "S0") == {"L": (2, 0.5)}
    assert reached(barge, "A", max_hulls=4) == {"L": (1, 0.5)}
    assert reached(barge, "A", max_hulls=3) == {}
    assert reached(barge, "S0", max_hulls=3) == {}


def test_a_hub_connects_nobody() -> None:
    """A bunker barge that serves twenty ships, one of them listed."""
    served = [("K", f"S{k}", 0.95) for k in range(20)] + [("K", "L", 0.95)]
    assert all(reached(served, f"S{k}") == {} for k in range(20))
    assert reached(served, "K") == {}


def test_listed_ships_pass_nothing_on() -> None:
    assert reached([("A", "L", 1.0), ("L", "M", 1.0)], "A", listed="LM") == {"L": (1, 1.0)}


def sides(own_1: str, own_2: str | None) -> pl.DataFrame:
    rows = [("e", 1, own_1, own_2)] + ([("e", 2, own_2, own_1)] if own_2 else [])
    schema = {"source_id": pl.String, "side": pl.Int32, "vessel_id": pl.String, "partner_id": pl.String}
    return pl.DataFrame(rows, schema, orient="row")


def of_event(contacts: list[Contact], own_1: str, own_2: str | None, listed: str = "L") -> list[tuple]:
    table = edges(contacts, listed)
    found = listed_neighbours(table, n_hulls(table), max_hulls=12)
    return once_per_event(sides(own_1, own_2), found).select("side", "listed_id", "hops", "via_id").rows()


def test_a_listed_partner_does_not_count_again() -> None:
    assert of_event([("A", "L", 1.0), ("A", "B", 1.0)], "A", "L") == []
    assert of_event([("A", "L", 1.0), ("A", "B", 1.0)], "A", "B") == [(1, "L", 1, None)]
    assert of_event([("A", "L", 1.0), ("A", "B", 1.0)], "B", "A") == [(2, "L", 1, None)]


def test_a_hop_over_the_partner_does_not_count_again() -> None:
    """Of A with B, who met L: one term, that of B; none for A over B."""
    assert of_event([("A", "B", 1.0), ("B", "L", 1.0)], "A", "B") == [(2, "L", 1, None)]


def test_a_listed_ship_that_both_reach_counts_once_and_over_the_fewest_hops() -> None:
    raft = [("A", "B", 1.0), ("A", "L", 1.0), ("B", "L", 0.9)]
    assert of_event(raft, "A", "B") == [(1, "L", 1, None)]
    assert of_event(raft, "B", "A") == [(2, "L", 1, None)]
    assert of_event([("A", "X", 1.0), ("X", "L", 1.0), ("B", "L", 0.6), ("A", "B", 1.0)], "A", "B") == [
        (2, "L", 1, None)
    ]


def test_two_routes_to_one_listed_ship_count_once() -> None:
    routes = [("A", "X", 1.0), ("A", "Y", 0.9), ("X", "L", 1.0), ("Y", "L", 1.0)]
    assert of_event(routes, "A", "B") == [(1, "L", 2, "X")]


def test_two_listed_ships_at_one_distance_make_one_term() -> None:
    assert of_event([("A", "L", 0.8), ("A", "M", 0.9)], "A", "B", listed="LM") == [(1, "M", 1, None)]
    both = [("A", "L", 0.8), ("A", "X", 1.0), ("X", "M", 1.0)]
    assert of_event(both, "A", "B", listed="LM") == [(1, "L", 1, None), (1, "M", 2, "X")]


def test_a_solo_event_has_one_side() -> None:
    assert of_event([("A", "L", 1.0)], "A", None) == [(1, "L", 1, None)]
    assert of_event([("A", "X", 1.0), ("X", "L", 1.0)], "A", None) == [(1, "L", 2, "X")]


def test_no_contacts() -> None:
    assert of_event([], "A", "B") == []


names = st.sampled_from("ABCDEL")
contact = st.tuples(names, names, st.sampled_from([0.5, 0.7, 1.0])).filter(lambda c: c[0] != c[1])


@given(st.lists(contact, max_size=14), st.integers(1, 4))
def test_the_joins_find_what_a_plain_search_finds(contacts: list[Contact], max_hulls: int) -> None:
    for vessel in "ABCD":
        expected = listed_within_two_hops(contacts, {"E", "L"}, vessel, max_hulls=max_hulls)
        found = reached(contacts, vessel, listed="EL", max_hulls=max_hulls)
        assert found == {k: (hops, pytest.approx(s)) for k, (hops, s) in expected.items()}
