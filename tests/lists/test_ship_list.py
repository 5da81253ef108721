"""Entries of a list, and the count of what is not a ship."""

from stsdetect.lists.ship_list import Entry, ShipList


def test_what_is_not_a_ship_is_counted_by_its_line() -> None:
    found = ShipList("watchlist a", "CSV", "a")
    for line, kind in ((2, "ship"), (3, "other"), (4, "unclear")):
        found.add(Entry(line, kind))  # type: ignore[arg-type]
    assert ([e.line for e in found.entries], found.others, found.n_entries) == ([2, 4], [3], 3)
