"""Scored events and their evidence."""

import pytest

from stsdetect.schema import EVENTS, EVIDENCE
from tests.builders.schema import columns_as_promised


@pytest.mark.parametrize(
    ("table", "columns"),
    [
        (
            EVENTS,
            "event_id event_type source_id mmsi_1 mmsi_2? imo_1? imo_2? shipname_1? shipname_2? "
            "flag_1? flag_2? start_time end_time duration_h lat lon p_contact context_score "
            "data_quality score tier rank category innocent_explanation model_id params_digest",
        ),
        (EVIDENCE, "event_id family term vessel observed? unit? threshold? contribution supports statement"),
    ],
    ids=lambda v: getattr(v, "name", ""),
)
def test_the_columns_of_the_contract_are_there(table, columns: str) -> None:
    assert columns_as_promised(table, columns)
