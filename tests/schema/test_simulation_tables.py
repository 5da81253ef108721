"""Truth and transponders of a simulated sea."""

import pytest

from stsdetect.schema import SHIPS, TRUTH
from tests.builders.schema import columns_as_promised


@pytest.mark.parametrize(
    ("table", "columns"),
    [
        (TRUTH, "truth_id kind mmsi_1 mmsi_2? start_time end_time lat lon illicit contact"),
        (SHIPS, "mmsi hull_id kind ais_class length_m beam_m imo?"),
    ],
    ids=lambda v: getattr(v, "name", ""),
)
def test_the_columns_of_the_contract_are_there(table, columns: str) -> None:
    assert columns_as_promised(table, columns)
