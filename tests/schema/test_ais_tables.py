"""What was received: positions, static reports, rejects."""

import pytest

from stsdetect.schema import POSITIONS, REJECTED, REJECTS, STATIC
from tests.builders.schema import columns_as_promised


@pytest.mark.parametrize(
    ("table", "columns"),
    [
        (
            POSITIONS,
            "mmsi timestamp lat lon sog? cog? heading? nav_status? ais_class msg_type station? source",
        ),
        (
            STATIC,
            "mmsi timestamp imo? callsign? shipname? ship_type? to_bow? to_stern? to_port? "
            "to_starboard? draught? destination?",
        ),
        (REJECTS, "reason count sample?"),
        (REJECTED, "mmsi timestamp lat lon reason"),
    ],
    ids=lambda v: getattr(v, "name", ""),
)
def test_the_columns_of_the_contract_are_there(table, columns: str) -> None:
    assert columns_as_promised(table, columns)
