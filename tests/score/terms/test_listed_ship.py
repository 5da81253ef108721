"""A ship on a watchlist: which match counts, how much by the day of listing, and what the card says."""

import hashlib
import warnings
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pandas as pd
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from stsdetect.context import load_context
from stsdetect.lists import match_watchlist
from stsdetect.lists.list_matches import WATCHLIST_MATCHES
from stsdetect.params import ScoreParams
from stsdetect.score import Scorer, build_features
from stsdetect.score.terms.listed_ship import list_weight, listed_share, watchlist_match
from tests.builders import at, identity, static
from tests.builders.score import A, encounter, one_side

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


DAY_OF_EVENT = at(0).date()


def listed(
    day: datetime | None, *, kind: str = "imo", alike: bool | None = None, name: str = "a list"
) -> dict[str, Any]:
    return {
        "mmsi": A, "kind": kind, "observed": "x", "listed": "y", "listed_name": "Y", "list": name, "similarity": 1.0,
        "length_agrees": alike, "listed_on": day, "list_date": None, "list_sha256": "ab" * 32, "n_lists": 1,
    }  # fmt: skip


def weight(*matches: dict[str, Any]) -> float:
    """Weight [nat] of the match that counts, as the terms have it."""
    found = one_side().join(
        watchlist_match(one_side(), WATCHLIST_MATCHES.validate(pd.DataFrame(list(matches))), P),
        on="source_id",
    )
    share = listed_share(pl.col("list_listed_on"), pl.col("start_time"), P)
    return float(
        found.select(list_weight(pl.col("list_kind"), pl.col("list_length_agrees"), P) * share).item()
    )


def midnight(days_from_event: int) -> datetime:
    return datetime.combine(DAY_OF_EVENT, datetime.min.time(), UTC) + timedelta(days=days_from_event)


@pytest.mark.parametrize(("days", "expected"), [(-400, 3.5), (-1, 3.5), (0, 3.5), (1, 1.75), (400, 1.75)])
def test_a_later_listing_weighs_half_from_the_day_after_the_event_on(days: int, expected: float) -> None:
    assert weight(listed(midnight(days))) == expected
    assert weight(listed(None)) == 3.5


def test_of_two_lists_the_one_that_had_it_before_counts_and_they_count_once() -> None:
    before, after, unknown = (
        listed(midnight(-9), name="b"),
        listed(midnight(9), name="a"),
        listed(None, name="c"),
    )
    assert weight(before, after) == weight(after, unknown) == weight(before, before) == 3.5
    found = watchlist_match(one_side(), WATCHLIST_MATCHES.validate(pd.DataFrame([after, unknown, before])), P)
    assert found.select("list_source", "list_listed_on").rows() == [("b", midnight(-9))]


def test_the_kind_of_match_does_not_depend_on_the_day_of_listing() -> None:
    def kind(day: datetime | None) -> str:
        rows = [listed(day, kind="near_imo", alike=True), listed(None, kind="name")]
        found = watchlist_match(one_side(), WATCHLIST_MATCHES.validate(pd.DataFrame(rows)), P)
        return str(found["list_kind"][0])

    assert {kind(None), kind(midnight(-9)), kind(midnight(9))} == {"near_imo"}, (
        "1.25 and 1.5 nat after the event"
    )


KINDS = [("imo", None), ("mmsi", None), ("near_imo", True), ("near_imo", False), ("near_imo", None), ("name", None),
         ("name", False), ("near_name", None), ("near_name", True)]  # fmt: skip
MATCHES = st.lists(st.tuples(st.sampled_from(KINDS), st.integers(-2000, 2000)), min_size=1, max_size=4)


@settings(max_examples=60, deadline=None)
@given(MATCHES, st.data())
def test_no_day_of_listing_can_raise_a_weight(
    matches: list[tuple[tuple[str, bool | None], int]], data: st.DataObject
) -> None:
    """Whatever days the lists give, and to which of the matches: the weight is at most that without these days."""
    dated = [listed(midnight(days), kind=k, alike=a, name=str(i)) for i, ((k, a), days) in enumerate(matches)]
    without = [m | {"listed_on": None} if data.draw(st.booleans()) else m for m in dated]
    assert weight(*dated) <= weight(*without) <= weight(*[m | {"listed_on": None} for m in dated])


def scored(
    tmp_path: Path, listed_on: str, *, list_date: str = "2031-01-01", name: str = "ALFA"
) -> tuple[float, str]:
    """Score and sentence of an event of a listed ship."""
    path = tmp_path / "list.csv"
    path.write_text(
        f"imo,name,listed on,list,list date\n8405311,{name},{listed_on},A list,{list_date}\n", "utf-8"
    )
    context = load_context(watchlist=path)
    features = build_features(
        encounter(mmsi_2=A + 9), identity=identity(static(A, imo=8405311)), context=context
    )
    events, evidence = Scorer(params=ScoreParams(min_event_score=0.0), model="rule").score(features)
    (text,) = evidence.loc[evidence["term"] == "listed_imo", "statement"]
    return float(events["score"].iloc[0]), text


def test_the_card_says_which_list_of_which_day_and_when_the_ship_was_listed(tmp_path: Path) -> None:
    unknown, text = scored(tmp_path, "", list_date="")
    sha256 = hashlib.sha256((tmp_path / "list.csv").read_bytes()).hexdigest()
    assert f"the IMO number of “ALFA” (A list, SHA-256 {sha256[:12]})." in text
    before, text = scored(tmp_path, (DAY_OF_EVENT - timedelta(days=90)).isoformat())
    assert "(A list, of 2031-01-01, SHA-256 " in text
    assert text.endswith(", listed 3 months before the event).")
    after, text = scored(tmp_path, (DAY_OF_EVENT + timedelta(days=426)).isoformat())
    assert text.endswith(", listed 14 months after the event).")
    assert after < before == unknown


def test_a_wrong_day_of_listing_raises_no_score(tmp_path: Path) -> None:
    unknown, _ = scored(tmp_path, "", list_date="")
    days = [DAY_OF_EVENT + timedelta(days=n) for n in (-7000, -1, 0, 1, 3000)]
    wrong = [
        "0001-01-01",
        "9999-12-31",
        "2024",
        "yesterday",
        "03/04/2021",
        "31/02/2021",
        *(d.isoformat() for d in days),
    ]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        assert all(scored(tmp_path, text)[0] <= unknown for text in wrong)


def test_names_of_a_list_are_shown_without_what_would_be_markup(tmp_path: Path) -> None:
    _, text = scored(tmp_path, "", name="<script>alert(1)</script>\u202eX")
    assert "<" not in text
    assert "\u202e" not in text
    assert "script alert(1)" in text
