"""Partners planted beside real ships at rest become events; planted neighbours and real ships do not."""

from pathlib import Path

import pytest

from stsdetect.pipeline import run_pipeline
from stsdetect.schema import EVENTS
from tests.builders.planted import KINDS, found_beside, plant

pytestmark = pytest.mark.real


@pytest.mark.parametrize(
    "name", ["hangzhou_voyages_2024/positions_hangzhou_box.parquet", "baltic_2018_sample/positions.parquet"]
)
def test_partners_are_events_and_nothing_else_is_in_the_upper_tiers(
    shared_data: Path, tmp_path: Path, name: str
) -> None:
    planted = plant(shared_data, name, tmp_path / "dump")
    run = run_pipeline(tmp_path / "dump", tmp_path / "run").folder
    found = found_beside(planted, run).set_index("kind")
    assert found.loc["partner", "tier"].notna().sum() >= KINDS.count("partner") - 1
    assert found.loc["neighbour", "tier"].isna().all()
    events = EVENTS.read_parquet(run / "events.parquet")
    upper = events[events["tier"].isin(["high", "medium"])]
    assert upper[["mmsi_1", "mmsi_2"]].isin(planted["mmsi"].tolist()).any(axis=1).all()
