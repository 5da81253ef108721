"""An analyst's verdicts: written, read, joined to encounters, and compared with tiers."""

from datetime import UTC, datetime
from pathlib import Path

import pandas as pd
import pytest

from stsdetect.errors import ContextError, StsWarning
from stsdetect.score import Scorer
from stsdetect.score.labels import labelled_encounters, read_labels, verdict_figures, write_label
from tests.builders import together
from tests.builders.score import encounter, feature_rows

NOW = datetime(2026, 1, 1, tzinfo=UTC)


def test_verdicts_are_appended_and_the_last_one_counts(tmp_path: Path) -> None:
    file = tmp_path / "labels.csv"
    for verdict in ("unsure", "confirmed"):
        write_label(file, "event-a", verdict, at=NOW, note='seen, "alongside"\non 14 August')
    write_label(file, "event-b", "refused", at=NOW, note="=1+1")
    got = read_labels(file)
    assert got["verdict"].tolist() == ["confirmed", "refused"]
    assert got["note"].tolist() == ['seen, "alongside"\non 14 August', "'=1+1"]


def test_only_sure_verdicts_on_encounters_train() -> None:
    rows = feature_rows(*({"source_id": s, "night_share": 1.0} for s in "abc"))
    events = Scorer(model="rule").score(rows).events
    encounters = together(*(encounter(encounter_id=s) for s in "abcd"))
    labels = pd.DataFrame(
        {
            "event_id": ["event-a", "event-b", "event-c"],
            "verdict": ["confirmed", "unsure", "refused"],
            "labelled_at": NOW,
        }
    )
    got = labelled_encounters(labels.assign(labelled_at=pd.Timestamp(NOW)), events, encounters)
    assert got.select("encounter_id", "contact").rows() == [("a", True), ("c", False)]


def test_an_unknown_verdict_or_event_is_refused_and_nothing_is_written(tmp_path: Path) -> None:
    file = tmp_path / "labels.csv"
    with pytest.raises(ContextError, match="unknown verdict 'maybe'; known: confirmed, refused, unsure"):
        write_label(file, "event-a", "maybe", at=NOW)
    events = Scorer(model="rule").score(feature_rows({"night_share": 1.0})).events
    with pytest.raises(ContextError, match="no event 'event-x'"):
        write_label(file, "event-x", "refused", at=NOW, events=events)
    assert not file.exists()


@pytest.mark.parametrize(
    ("text", "match"),
    [
        (None, "cannot read the labels"),
        ("a,b\n1,2\n", "none of the columns event_id and verdict; present: a, b"),
        ("event_id,note\ne,x\n", r"lack the column\(s\) verdict; present: event_id, note"),
        ("event_id,verdict\ne,yes\n", r"1 verdict\(s\) are none of .* for example \['yes'\] \(line 2"),
        ("event_id,verdict\ne,\n", r"1 verdict\(s\) are none of .*\(line 2"),
        (",".join(["event_id", "verdict"]) + "\n,refused\n", r"name no event.*\(line 2"),
        ("event_id,verdict,labelled_at\ne,refused,yesterday\n", "not ISO 8601"),
    ],
)
def test_a_file_that_is_not_one_of_verdicts_is_refused(tmp_path: Path, text: str | None, match: str) -> None:
    file = tmp_path / "labels.csv"
    if text is not None:
        file.write_text(text)
    with pytest.raises(ContextError, match=match):
        read_labels(file)


def test_verdicts_are_counted_by_tier() -> None:
    rows = feature_rows(*({"source_id": s, "night_share": 1.0, "p_contact": 1.0} for s in "abcd"))
    events = Scorer(model="rule").score(rows).events.assign(tier=["high", "high", "low", "low"])
    labels = pd.DataFrame(
        {
            "event_id": ["event-a", "event-b", "event-c"],
            "verdict": ["confirmed", "refused", "unsure"],
            "labelled_at": pd.Timestamp(NOW),
        }
    )
    got = verdict_figures(labels, events).set_index("tier")
    assert got.loc["high", ["events", "confirmed", "refused", "unsure"]].tolist() == [2, 1, 1, 0]
    assert got.loc["low", ["events", "confirmed", "refused", "unsure"]].tolist() == [2, 0, 0, 1]
    assert got.loc["high", "confirmed_share"] == 0.5
    assert got.loc["high", "brier"] == pytest.approx(0.5, abs=0.01)  # one right, one wholly wrong
    assert pd.isna(got.loc["low", "confirmed_share"])
    assert got.loc["all", "events"] == 4


def test_a_spreadsheet_may_save_them_and_nothing_is_appended_then(tmp_path: Path) -> None:
    file = tmp_path / "labels.csv"
    file.write_bytes("\ufeffevent_id;verdict;labelled_at;note\r\ne;Refused;2026-01-01;a, b\r\n".encode())
    assert read_labels(file)[["event_id", "verdict", "note"]].to_numpy().tolist() == [
        ["e", "refused", "a, b"]
    ]
    before = file.read_bytes()
    with pytest.raises(ContextError, match=r"other columns or separators.*new file"):
        write_label(file, "f", "unsure", at=NOW)
    assert file.read_bytes() == before


def test_a_file_without_a_last_line_end_is_continued_on_a_line_of_its_own(tmp_path: Path) -> None:
    file = tmp_path / "labels.csv"
    write_label(file, "e", "refused", at=NOW)
    file.write_bytes(file.read_bytes().rstrip())
    write_label(file, "f", "unsure", at=NOW)
    assert read_labels(file)["event_id"].tolist() == ["e", "f"]


def test_a_row_that_does_not_fit_is_named(tmp_path: Path) -> None:
    file = tmp_path / "labels.csv"
    file.write_text("event_id,verdict,note\ne,refused,a, b\nf,unsure,c\n")
    with pytest.warns(StsWarning, match=r"1 row\(s\) have more cells than the header.*\(line 2\)"):
        assert read_labels(file)["event_id"].tolist() == ["f"]
