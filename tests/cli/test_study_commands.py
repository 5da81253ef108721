from pathlib import Path

import pandas as pd
import pytest

from stsdetect.schema import EVENTS
from tests.builders.cli import exit_of


def test_a_verdict_is_recorded_and_counted(
    demo_run: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    event = EVENTS.read_parquet(demo_run / "events.parquet").iloc[0]
    labels, out = tmp_path / "labels.csv", tmp_path / "figures.md"
    label = ["label", str(demo_run), event.event_id, "confirmed", "--to", str(labels)]
    assert exit_of(label, capsys) == (0, "")
    assert pd.read_csv(labels)["verdict"].tolist() == ["confirmed"]
    evaluate = ["evaluate", "--labels", str(labels), "--run", str(demo_run), "--out", str(out), "--quiet"]
    assert exit_of(evaluate, capsys) == (0, "")
    rows = {line.split("|")[1].strip(): line for line in out.read_text().splitlines()}
    assert rows[event.tier].split("|")[3].strip() == "1"


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["evaluate", "--labels", "labels.csv"], "--labels needs --run"),
        (["evaluate", "--left-out", "--family", "weather", "--seeds", "1"], "unknown family: weather"),
        (["evaluate", "--sea", "atlantis", "--seeds", "1"], "no sea 'atlantis'"),
    ],
)
def test_arguments_without_a_measurement_are_refused(
    arguments: list[str], message: str, capsys: pytest.CaptureFixture[str]
) -> None:
    code, err = exit_of(arguments, capsys)
    assert code == 3
    assert message in err


def test_an_unknown_verdict_or_event_is_refused(
    demo_run: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    event_id = EVENTS.read_parquet(demo_run / "events.parquet")["event_id"][0]
    labels = tmp_path / "labels.csv"
    for words in ([event_id, "maybe"], ["no such event", "confirmed"]):
        code, err = exit_of(["label", str(demo_run), *words, "--to", str(labels)], capsys)
        assert code == 3
        assert len(err.strip().splitlines()) == 1
    assert not labels.exists()


def test_a_simulated_sea_is_written_with_its_truth(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert exit_of(["simulate", "--out", str(tmp_path / "sea"), "--seed", "1"], capsys) == (0, "")
    names = {p.name for p in (tmp_path / "sea").iterdir()}
    assert {"sea.nmea", "truth.csv"} <= names
