"""Where cargo went."""

import pytest

from stsdetect.schema import CHAINS, DELIVERIES, LEDGER
from tests.builders.schema import columns_as_promised


@pytest.mark.parametrize(
    ("table", "columns"),
    [
        (
            DELIVERIES,
            "delivery_id mmsi visit_id? port_name? arrival_time origin_basis origin_port? dark_h "
            "tonnes_low? tonnes? tonnes_high? p innocent_explanation",
        ),
        (
            CHAINS,
            "chain_id event_id step mmsi visit_id? port_name? arrival_time? hours_after? rank p "
            "tonnes_low? tonnes? tonnes_high? method",
        ),
        (
            LEDGER,
            "port_id? port_name? month n_events n_deliveries tonnes_low? tonnes? tonnes_high? "
            "share_draught share_capacity share_none",
        ),
    ],
    ids=lambda v: getattr(v, "name", ""),
)
def test_the_columns_of_the_contract_are_there(table, columns: str) -> None:
    assert columns_as_promised(table, columns)
