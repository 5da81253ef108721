import pandas as pd
import pytest

from stsdetect.errors import SchemaError
from stsdetect.report.page.run_tables import RunTables, index_tables
from stsdetect.schema import EVENTS
from tests.builders import identity, static, together
from tests.builders.report import tables


def indexed(**changed: pd.DataFrame) -> RunTables:
    given = {**tables(name="CHANG HE 9"), **changed}
    return index_tables(given.pop("events"), given)


def test_rows_are_found_by_event_detection_ship_and_group() -> None:
    run = indexed()
    assert len(run.evidence["E-a"]) == 5
    assert set(run.detections) == {"c-1", "c-2", "d-1"}
    assert [gap["gap_id"] for gap in run.gaps[412000003]] == ["g-1"]
    assert [(row["encounter_id"], row["event_id"]) for row in run.groups["raft-1"]] == [
        ("c-1", "E-a"),
        ("c-2", "E-c"),
    ]


def test_a_group_of_one_is_none() -> None:
    encounters = tables()["encounters"].head(1)
    assert indexed(encounters=encounters).groups == {}


def test_quarantined_fixes_are_counted_and_not_part_of_the_track() -> None:
    segments = tables()["segments"]
    quarantined = segments.assign(quarantined=segments["mmsi"] == 412000003)
    before, after = indexed(), indexed(segments=quarantined)
    n_fixes = len(before.track(412000003, None).time_s)
    assert n_fixes > 0
    assert after.n_quarantined == {412000003: n_fixes}
    assert len(after.track(412000003, None).time_s) == 0


def test_a_hull_that_is_not_known_has_the_track_of_its_mmsi() -> None:
    run = indexed()
    whole = run.track(412000001, None)
    assert len(run.track(412000001, "other").time_s) == len(whole.time_s) > 0
    assert len(run.track(999, None).time_s) == 0


@pytest.mark.parametrize(
    ("shipname", "spells", "called"),
    [
        ("GIVEN", [{"shipname": "BROADCAST"}], "GIVEN"),
        (None, [{"shipname": "FIRST"}, {"shipname": "LAST"}], "LAST"),
        (None, [{}], "7"),
    ],
)
def test_a_ship_is_called_by_its_latest_name_or_its_mmsi(
    shipname: str | None, spells: list[dict[str, str]], called: str
) -> None:
    reports = together(*(static(7, 3600.0 * k, **spell) for k, spell in enumerate(spells)))
    assert indexed(identity=identity(reports)).name_of(7, shipname) == called


def test_an_unknown_or_a_wrong_table_is_refused() -> None:
    with pytest.raises(TypeError, match="no use for gap; the tables are evidence"):
        indexed(gap=EVENTS.empty())
    with pytest.raises(SchemaError, match="table 'gaps' lacks"):
        indexed(gaps=EVENTS.empty())


def test_no_tables_are_empty_tables() -> None:
    run = index_tables(EVENTS.empty(), {})
    assert run.events.is_empty()
    assert run.tracks == run.gaps == run.groups == {}
