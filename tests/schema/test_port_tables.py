"""Port visits, voyages and hidden calls."""

import pytest

from stsdetect.schema import BERTHS, HIDDEN_CALLS, PORT_VISITS, VOYAGES
from tests.builders.schema import columns_as_promised


@pytest.mark.parametrize(
    ("table", "columns"),
    [
        (BERTHS, "berth_id lat lon radius_m heading_deg? n_visits n_ships port_id? port_name? kind"),
        (
            PORT_VISITS,
            "visit_id mmsi vessel_id port_id? port_name? berth_id? kind start_time end_time? lat lon "
            "draught_in_m? draught_out_m? dark_h confidence",
        ),
        (
            VOYAGES,
            "voyage_id mmsi vessel_id from_visit_id? to_visit_id? from_port? to_port? start_time end_time "
            "distance_m dark_h longest_gap_h draught_out_m? draught_in_m? laden n_events?",
        ),
        (
            HIDDEN_CALLS,
            "gap_id mmsi port_id port_name earliest_arrival latest_departure longest_stay_h "
            "required_sog_kn rank p",
        ),
    ],
    ids=lambda v: getattr(v, "name", ""),
)
def test_the_columns_of_the_contract_are_there(table, columns: str) -> None:
    assert columns_as_promised(table, columns)
