"""Tracks: points, segments, identities and common instants."""

import pytest

from stsdetect.schema import IDENTITY, POINTS, RESAMPLED, SEGMENTS
from tests.builders.schema import columns_as_promised


@pytest.mark.parametrize(
    ("table", "columns"),
    [
        (SEGMENTS, "segment_id vessel_id mmsi start_time end_time n_points quarantined"),
        (
            POINTS,
            "mmsi timestamp lat lon sog? cog? heading? nav_status? ais_class msg_type station? source "
            "segment_id vessel_id quality_flags",
        ),
        (IDENTITY, "mmsi vessel_id start_time end_time source_id?"),
        (
            RESAMPLED,
            "segment_id mmsi timestamp lat lon sog? heading? interp_age_s interval_s position_error_m",
        ),
    ],
    ids=lambda v: getattr(v, "name", ""),
)
def test_the_columns_of_the_contract_are_there(table, columns: str) -> None:
    assert columns_as_promised(table, columns)
