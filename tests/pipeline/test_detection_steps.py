import polars as pl
import pytest

from stsdetect.context import load_context
from stsdetect.engine import LocalEngine
from stsdetect.params import Params
from stsdetect.pipeline import detection_steps
from stsdetect.pipeline.manifest import Manifest
from stsdetect.pipeline.run_state import RunState
from stsdetect.schema import BERTHS, POINTS
from tests.builders import EPOCH, fixes, points

START_MS = int(EPOCH.timestamp() * 1000)
MINUTE_MS = 60_000


@pytest.fixture
def run(tmp_path) -> RunState:
    return RunState(tmp_path, Params(), load_context(), LocalEngine(), Manifest())


def slabs_of(run: RunState, seconds: list[float]) -> list[tuple[int, int]]:
    """Start and end of each slab in minutes since the begin of the first day."""
    lazy = POINTS.validate(points(fixes(1, seconds))).lazy()
    tasks = detection_steps._slab_tasks(run, lazy, 4)
    return [((t.start_ms - START_MS) // MINUTE_MS, (t.end_ms - START_MS) // MINUTE_MS) for _, t in tasks]


def test_each_day_with_points_is_a_slab(run: RunState) -> None:
    assert slabs_of(run, [0.0, 60.0, 2 * 86_400.0]) == [(0, 1440), (2880, 4320)]
    assert slabs_of(run, []) == []


@pytest.mark.parametrize(("n", "minutes"), [(100, 1440), (101, 720), (201, 360), (100_000, 45)])
def test_a_crowded_day_is_cut_into_shorter_slabs(
    run: RunState, monkeypatch: pytest.MonkeyPatch, n: int, minutes: int
) -> None:
    monkeypatch.setattr(detection_steps, "_ROWS_PER_SLAB", 100)
    found = slabs_of(run, [0.8 * k for k in range(n)])
    assert found == [(start, start + minutes) for start in range(0, 1440, minutes)]


def test_a_dump_without_points_has_no_detection(run: RunState) -> None:
    assert detection_steps.loitering_step(run) == 0
    detection_steps.reception_step(run)
    assert run.manifest.feed["can_judge"] is False
    assert run.manifest.outages == []
    assert detection_steps.gaps_step(run, None, BERTHS.optional(None)).is_empty()
    no_points = pl.LazyFrame(schema=POINTS.polars_schema)
    assert detection_steps.encounters_step(run, no_points).is_empty()
