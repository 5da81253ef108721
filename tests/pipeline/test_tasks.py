import json
from pathlib import Path

import polars as pl
import pytest

from stsdetect.detection import find_contacts
from stsdetect.params import Params
from stsdetect.pipeline.datasets import read_bucket, read_files, write_points
from stsdetect.pipeline.tasks import (
    BucketTask,
    Once,
    SlabTask,
    contacts_task,
    encounters_task,
    loitering_task,
    run_once,
    tracks_task,
)
from stsdetect.schema import CONTACTS, ENCOUNTERS, IDENTITY, LOITERING, POINTS, POSITIONS, SEGMENTS, STATIC
from stsdetect.tracks import common_instants
from tests.builders import EPOCH, fixes, identity, points, static, together
from tests.builders.gaps import segment
from tests.builders.pipeline import counted

DAY_MS = 86_400_000
START_MS = int(EPOCH.timestamp() * 1000)


def test_a_task_is_run_once_and_its_tally_kept(tmp_path: Path) -> None:
    job = Once(counted, tmp_path / "calls", tmp_path / "done" / "counted.json")
    assert run_once(job) == run_once(job) == {"calls": 1}
    assert json.loads(job.marker.read_text()) == {"tally": {"calls": 1}, "files": []}


def writing(folder: Path) -> dict[str, int]:
    """A task that counts its calls and writes a table."""
    IDENTITY.write_parquet(IDENTITY.empty(), folder / "identity.parquet")
    return counted(folder / "calls")


@pytest.mark.parametrize("how", ["empty", "cut", "zeros", "gone", "no keys", "no object"])
@pytest.mark.parametrize("name", ["done/writing.json", "identity.parquet"])
def test_a_task_is_done_again_if_its_marker_or_its_files_do_not_read(
    name: str, how: str, tmp_path: Path
) -> None:
    job = Once(writing, tmp_path, tmp_path / "done" / "writing.json")
    assert run_once(job) == run_once(job) == {"calls": 1}
    path = tmp_path / name
    content = path.read_bytes()
    if how == "gone":
        path.unlink()
    else:
        spoilt = {
            "empty": b"",
            "cut": content[:-9],
            "zeros": bytes(len(content)),
            "no keys": b"{}",
            "no object": b"[1]",
        }
        path.write_bytes(spoilt[how])
    assert run_once(job) == run_once(job) == {"calls": 2}
    assert path.read_bytes() != content if name.startswith("done") else path.read_bytes() == content


def failing(_: Path) -> dict[str, int]:
    raise ValueError("no")


def test_a_task_that_failed_is_not_marked_as_done(tmp_path: Path) -> None:
    job = Once(failing, tmp_path, tmp_path / "done" / "failing.json")
    with pytest.raises(ValueError, match="no"):
        run_once(job)
    assert not job.marker.exists()


@pytest.fixture
def task(tmp_path: Path) -> BucketTask:
    """Two ships that lie 25 m apart for six hours, decoded into bucket 0."""
    seconds = [300.0 * k for k in range(73)]
    one = fixes(412000001, seconds, sog=0.1, heading=10.0, nav_status=1)
    two = fixes(412000002, seconds, 25.0, sog=0.1, heading=10.0, nav_status=1)
    for table, frame in (
        (POSITIONS, together(one, two)),
        (STATIC, together(static(412000001, ship_type=70), static(412000002, ship_type=70))),
    ):
        (tmp_path / table.name).mkdir()
        table.write_parquet(frame, tmp_path / table.name / "bucket-00.parquet")
    return BucketTask(tmp_path, tmp_path / "work", 0, Params())


def build_tracks_of(task: BucketTask) -> None:
    """Run the tracks task, and gather its tables as the tracks stage does."""
    tally = tracks_task(task)
    assert tally["rows_in"] == tally["rows_out"] == 2 * 73
    assert tally["rows_per_day"] == {"2019-08-14": 2 * 73}
    assert tally["start"] == EPOCH
    for table in (SEGMENTS, IDENTITY):
        table.write_parquet(table.scan(task.work / table.name), task.folder / f"{table.name}.parquet")


def test_loitering_and_reception_counts_of_a_bucket(task: BucketTask) -> None:
    build_tracks_of(task)
    assert loitering_task(task) == {"rows": 2 * 73}
    assert LOITERING.scan(task.work / "loitering")["mmsi"].to_list() == [412000001, 412000002]
    assert pl.read_parquet(task.work / "reception_counts" / "bucket-00.parquet").height > 0


def test_contacts_of_two_slabs_make_one_encounter(task: BucketTask) -> None:
    build_tracks_of(task)
    noon_ms = START_MS + 3 * 3_600_000
    for start_ms, end_ms in ((START_MS, noon_ms), (noon_ms, START_MS + DAY_MS)):
        contacts_task(SlabTask(task.folder, task.work, start_ms, end_ms, 1, task.params))
    contacts = read_bucket(CONTACTS, task.work / "contacts", 0)
    assert contacts.height == contacts["timestamp"].n_unique() > 0
    assert encounters_task(task) == {"rows_in": contacts.height, "rows": 1}
    (encounter,) = ENCOUNTERS.scan(task.work / "encounters").to_dicts()
    assert (encounter["mmsi_1"], encounter["mmsi_2"]) == (412000001, 412000002)
    assert encounter["duration_h"] == pytest.approx(6.0, abs=0.1)


@pytest.mark.parametrize("parts", [1, 8])
def test_ships_at_rest_are_bridged_from_one_slab_to_the_next(parts: int, tmp_path: Path) -> None:
    """Fixes 3 h 50 min apart, on either side of midnight and of every slab of three hours."""
    seconds = [1000.0 + 13_800.0 * k for k in range(12)]
    ships = points(
        together(
            fixes(1, seconds, sog=0.1, heading=10.0), fixes(2, [s + 6900 for s in seconds], 25.0, sog=0.1)
        )
    )
    known, fixed = IDENTITY.validate(identity(static(1), static(2))), POINTS.validate(ships)
    write_points(fixed, tmp_path, 0)
    IDENTITY.write_parquet(known, tmp_path / "identity.parquet")
    SEGMENTS.write_parquet(together(segment(1, 0, 48), segment(2, 0, 48)), tmp_path / "segments.parquet")
    for k in range(2 * parts):
        slab = (START_MS + k * DAY_MS // parts, START_MS + (k + 1) * DAY_MS // parts)
        contacts_task(SlabTask(tmp_path, tmp_path / "work", *slab, 1, Params()))
    whole = find_contacts(common_instants(fixed), identity=known)
    by_slab = read_files(CONTACTS, sorted((tmp_path / "work" / "contacts").iterdir()), pl.lit(value=True))
    assert by_slab.sort(CONTACTS.sort_by).equals(whole)
    # From the first fix of ship 2 to the last of ship 1: 7,900 to 152,800 s, an instant every two minutes.
    assert whole.height == 152_800 // 120 - 7_900 // 120
