"""Truth of the voyages of a simulated sea."""

import pytest

from stsdetect.schema import (
    SCHEMAS,
    TRUE_DISCHARGES,
    TRUE_HIDDEN_CALLS,
    TRUE_TRANSFERS,
    TRUE_VISITS,
    TRUE_VOYAGES,
)
from tests.builders.schema import columns_as_promised


@pytest.mark.parametrize(
    ("table", "columns"),
    [
        (TRUE_VISITS, "visit_id mmsi hull_id port_name kind start_time end_time? lat lon tonnes_discharged"),
        (TRUE_VOYAGES, "voyage_id mmsi hull_id from_visit_id to_visit_id start_time end_time tonnes dark_h"),
        (TRUE_HIDDEN_CALLS, "visit_id mmsi hull_id port_name start_time end_time last_time next_time"),
        (TRUE_TRANSFERS, "transfer_id giver_mmsi receiver_mmsi start_time end_time tonnes cargo"),
        (TRUE_DISCHARGES, "visit_id mmsi hull_id port_name arrival_time transfer_id? tonnes origin_port"),
    ],
    ids=lambda v: getattr(v, "name", ""),
)
def test_the_columns_of_the_contract_are_there(table, columns: str) -> None:
    assert columns_as_promised(table, columns)
    assert SCHEMAS[table.name] is table
