"""Columns of any type become plain ones, or what they lose is counted."""

from datetime import timedelta

import polars as pl

from stsdetect.decode.tables.plain_types import flat_columns, plain_columns


def test_categories_and_enumerations_become_text() -> None:
    frame = pl.DataFrame(
        {
            "ship_type": pl.Series(["80", "70"], dtype=pl.Categorical),
            "nav_status": pl.Series(["1", None], dtype=pl.Enum(["1"])),
        }
    )
    lost: list[tuple[str, int, list[str]]] = []
    plain = plain_columns(frame, frame.columns, lambda *loss: lost.append(loss))
    assert plain.to_dict(as_series=False) == {"ship_type": ["80", "70"], "nav_status": ["1", None]}
    assert lost == []


def test_a_truth_value_is_lost_and_counted() -> None:
    lost: list[tuple[str, int, list[str]]] = []
    plain = plain_columns(pl.DataFrame({"sog": [True, None]}), ["sog"], lambda *loss: lost.append(loss))
    assert plain["sog"].to_list() == [None, None]
    assert lost == [("sog", 1, ["true"])]


def test_what_is_not_a_candidate_loses_nothing() -> None:
    lost: list[object] = []
    plain_columns(pl.DataFrame({"note": [True]}), [], lambda *loss: lost.append(loss))
    assert lost == []


def test_a_column_named_as_a_pattern_stays_itself() -> None:
    frame = pl.DataFrame({"*": [{"lat": 1.0}], "^lat$": [2.0]})
    assert flat_columns(frame).to_dict(as_series=False) == {"*.lat": [1.0], "^lat$": [2.0]}


def test_a_duration_is_not_lost() -> None:
    plain = plain_columns(pl.DataFrame({"time": [timedelta(hours=1)]}), ["time"], print)
    assert plain["time"].null_count() == 0
