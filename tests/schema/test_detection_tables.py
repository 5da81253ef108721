"""Gaps, loitering, encounters and dark encounters."""

import pytest

from stsdetect.schema import DARK_ENCOUNTERS, ENCOUNTERS, GAPS, LOITERING
from tests.builders.schema import columns_as_promised


@pytest.mark.parametrize(
    ("table", "columns"),
    [
        (
            GAPS,
            "gap_id mmsi start_time end_time? start_lat start_lon end_lat? end_lon? duration_h "
            "expected_reports n_neighbours log_lr_off p_off feed_outage",
        ),
        (LOITERING, "loiter_id mmsi start_time end_time lat lon radius_m mean_sog_kn"),
        (
            ENCOUNTERS,
            "encounter_id mmsi_1 mmsi_2 start_time end_time duration_h lat lon min_hull_gap_m "
            "median_hull_gap_m hull_gap_error_m rigidity orientation observed_fraction "
            "draught_change_m_1? draught_change_m_2? same_hull_suspected p_contact",
        ),
        (
            DARK_ENCOUNTERS,
            "dark_id kind mmsi_1 mmsi_2 start_time end_time lat lon feasible_dwell_h required_sog_kn "
            "n_alternatives p_contact",
        ),
    ],
    ids=lambda v: getattr(v, "name", ""),
)
def test_the_columns_of_the_contract_are_there(table, columns: str) -> None:
    assert columns_as_promised(table, columns)
