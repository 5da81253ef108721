"""A ship on a watchlist: which match counts, how much by the day of listing, and what the card says."""

import polars as pl

from stsdetect.context import load_context
from stsdetect.lists import match_watchlist
from stsdetect.params import ScoreParams
from stsdetect.score.terms.listed_ship import watchlist_match
from tests.builders import identity, static
from tests.builders.score import A, one_side

P = ScoreParams()


def test_the_match_of_an_imo_number_comes_before_that_of_a_name() -> None:
    ship = identity(static(A, shipname="YU SON", imo=8405311))
    listed = load_context(watchlist="us-advisory-2018-02-23").watchlist
    found = watchlist_match(one_side(), pl.DataFrame(match_watchlist(ship, listed)), P)
    assert found.select("list_kind", "list_name").rows() == [("imo", "SAM JONG 1")]


def test_a_near_imo_number_comes_before_a_name_only_on_a_hull_of_the_same_length() -> None:
    def kind(length_agrees: bool | None) -> str:
        matches = pl.DataFrame(
            {
                "mmsi": [A, A],
                "kind": ["name", "near_imo"],
                "observed": "x",
                "listed": "y",
                "listed_name": "Y",
                "list": "a list",
                "similarity": 1.0,
                "length_agrees": pl.Series([None, length_agrees], dtype=pl.Boolean),
            }
        )
        return watchlist_match(one_side(), matches, P)["list_kind"][0]

    assert kind(length_agrees=True) == "near_imo"
    assert kind(length_agrees=False) == "name"
    assert kind(length_agrees=None) == "name"
