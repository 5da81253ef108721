"""Dark candidates of one gap: their probabilities add up to that of the switch-off, and each has its share."""

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from stsdetect.params import ScoreParams
from stsdetect.score import Scorer
from stsdetect.score.shared_gaps import with_shares, within_each_gap
from stsdetect.score.terms.phrases import with_phrases
from tests.builders.score import DARK, feature_rows

P = ScoreParams()


def dark(name: str, p: float, gap: str = "g", **columns: object) -> dict:
    """An encounter of ship 1, in a gap, with a ship of this name."""
    return DARK | {
        "source_id": name, "shipname_2": name, "mmsi_2": 412_000_100 + ord(name), "p_contact": p, "p_off": 0.8, "gap_id_1": gap,
    } | columns  # fmt: skip


def shares(*rows: dict) -> dict[str, dict]:
    found = with_shares(with_phrases(feature_rows(*rows)), P)
    return {row["source_id"]: row for row in found.to_dicts()}


def test_candidates_of_one_gap_add_up_to_its_switch_off_at_most() -> None:
    rows = feature_rows(dark("a", 0.6), dark("b", 0.6), dark("c", 0.6, gap="h"), {"source_id": "seen"})
    assert within_each_gap(rows)["p_contact"].to_list() == pytest.approx([0.4, 0.4, 0.6, 0.9])


def test_a_candidate_of_two_gaps_is_lowered_once_as_the_fuller_demands() -> None:
    pair = dark("p", 0.4, dark_kind="gap-gap", gap_id_2="h", p_off=0.5)
    rows = feature_rows(pair, dark("a", 0.4), dark("b", 1.2, gap="h"))  # h holds 1.6, g 0.8
    assert within_each_gap(rows)["p_contact"].to_list() == pytest.approx([0.2, 0.4, 0.6])


@given(
    st.lists(
        st.tuples(
            st.sampled_from("ghi"), st.sampled_from([None, "j", "k"]), st.floats(0, 1), st.floats(0, 1)
        ),
        min_size=1,
    )
)
def test_no_gap_is_ever_counted_twice(candidates: list) -> None:
    columns = ["gap_id_1", "gap_id_2", "p_off", "p_contact"]
    rows = pl.DataFrame(
        candidates,
        schema=dict(zip(columns, [pl.String, pl.String, pl.Float64, pl.Float64], strict=True)),
        orient="row",
    ).with_columns(beside=pl.lit(None, pl.Float64), stopped_meanwhile=pl.lit(None, pl.Boolean))
    got = within_each_gap(rows)
    assert (got["p_contact"] <= rows["p_contact"] + 1e-12).all()
    for gap in "ghijk":
        of_gap = got.filter((pl.col("gap_id_1") == gap) | (pl.col("gap_id_2") == gap))
        assert of_gap["p_contact"].sum() <= (of_gap["p_off"].max() or 0.0) + 1e-9


def test_a_partner_where_the_ship_lay_at_rest_needs_no_switch_off() -> None:
    # Switched off at 0.1; the place is known all the same, nearly for sure.
    rows = feature_rows(dark("a", 0.6, p_off=0.1, beside=0.9), dark("b", 0.5, p_off=0.1))
    together = within_each_gap(rows)["p_contact"].sum()
    assert together == pytest.approx(0.9)


def test_a_ship_that_stopped_meanwhile_needs_no_switch_off() -> None:
    rows = feature_rows(dark("a", 0.6, p_off=0.1, stopped_meanwhile=True), dark("b", 0.5, p_off=0.1))
    assert within_each_gap(rows)["p_contact"].sum() == pytest.approx(1.0)


def test_the_shares_of_a_gap_are_named_the_likeliest_first() -> None:
    found = shares(
        dark("a", 0.42),
        dark("b", 0.02),
        dark("c", 0.21),
        dark("d", 0.001),
        dark("e", 0.05),
        dark("x", 0.7, gap="h"),
    )
    assert found["a"]["others_p"] == pytest.approx(0.281)
    assert found["a"]["others_named"] == "“c” 21 %, “e” 5 %, “b” 2 %"
    assert found["x"]["others_named"] is None


def test_one_ship_twice_and_ships_without_a_name() -> None:
    again = dark("b", 0.2, mmsi_2=412_000_100 + ord("a"), shipname_2="a")
    nameless = dark("c", 0.1, mmsi_2=-5, shipname_2=None)
    assert (
        shares(dark("a", 0.4), again, nameless)["a"]["others_named"]
        == "“a” at another time or place 20 %, a ship without a name 10 %"
    )


def test_the_card_never_says_80_percent_beside_158_others_without_saying_how() -> None:
    rows = feature_rows(
        dark("a", 0.8, p_off=0.9, n_alternatives=158), dark("b", 0.05, p_off=0.9, n_alternatives=158)
    )
    evidence = Scorer(params=ScoreParams(min_event_score=0.0), model="rule").score(rows).evidence
    of_a = evidence[evidence["event_id"] == "event-a"].set_index("term")["statement"]
    assert of_a["others_fit"] == (
        "Time and distance alone would also allow 158 other ships to have met “SHIP 1”; weighed by stops, "
        "draughts, ship types and other encounters, all others together are 5 % likely, this encounter 80 %, and "
        "15 % remains for none in the data."
    )
    assert of_a["shares"] == "Candidates for the same gap: “a” 80 % (this event), “b” 5 %."
