"""The commands that measure the detector and take an analyst's verdicts."""

from pathlib import Path

import pandas as pd
import pytest

from stsdetect.cli import main
from stsdetect.schema import EVENTS


def told(*arguments: str | Path) -> int:
    with pytest.raises(SystemExit) as stop:
        main([str(a) for a in arguments])
    return int(stop.value.code or 0)


def test_a_verdict_is_noted_and_counted(demo_run: Path, tmp_path: Path) -> None:
    event = EVENTS.read_parquet(demo_run / "events.parquet").iloc[0]
    labels, out = tmp_path / "labels.csv", tmp_path / "figures.md"
    assert told("label", demo_run, event.event_id, "confirmed", "--to", labels) == 0
    assert pd.read_csv(labels)["verdict"].tolist() == ["confirmed"]
    assert told("evaluate", "--labels", labels, "--run", demo_run, "--out", out, "--quiet") == 0
    rows = {line.split("|")[1].strip(): line for line in out.read_text().splitlines()}
    assert rows[event.tier].split("|")[3].strip() == "1"


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["evaluate", "--labels", "labels.csv"], "--labels needs --run"),
        (["evaluate", "--left-out", "--family", "weather", "--seeds", "1"], "unknown family: weather"),
        (["evaluate", "--sea", "atlantis", "--seeds", "1"], "no sea 'atlantis'"),
    ],
)
def test_what_cannot_be_measured_is_refused(
    arguments: list[str], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert told(*arguments) == 3
    assert said in capsys.readouterr().err
