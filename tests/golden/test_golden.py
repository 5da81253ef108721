"""Six runs on one worker and on two give the recorded tables, cell by cell.

A change that is meant to move a detection records the digests anew (``python -m tests.golden.tables record``)
and says so in CHANGELOG under "changes in what is detected".
"""

import json
from pathlib import Path

import pytest

from stsdetect.schema import SCHEMAS
from tests.golden.inputs import INPUTS
from tests.golden.tables import RECORDED, digests, run_tables

GOLDEN = json.loads(RECORDED.read_text("utf-8"))


@pytest.mark.parametrize("workers", [1, 2])
@pytest.mark.parametrize("name", INPUTS)
def test_a_run_gives_the_recorded_tables(name: str, workers: int, tmp_path: Path) -> None:
    found = digests(run_tables(INPUTS[name](tmp_path), tmp_path / "out", workers=workers))
    assert set(found) == set(GOLDEN[name])
    unequal = [
        f"{table}.{column}"
        for table, columns in GOLDEN[name].items()
        for column in columns | found[table]
        if columns.get(column) != found[table].get(column)
    ]
    assert unequal == []


def test_the_inputs_reach_every_table() -> None:
    filled = {t for tables in GOLDEN.values() for t, c in tables.items() if int(c["rows"]) > 0}
    assert filled == {t for tables in GOLDEN.values() for t in tables}
    assert filled >= set(SCHEMAS)
