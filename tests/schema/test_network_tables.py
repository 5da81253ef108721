"""The tables of vessels and of the pairs among them."""

import pytest

from stsdetect.errors import SchemaError
from stsdetect.schema import VESSEL_PAIRS, VESSELS
from tests.builders.schema import columns_as_promised


@pytest.mark.parametrize(
    ("table", "columns"),
    [
        (
            VESSELS,
            "vessel_id mmsi imo? shipname? callsign? flag? ship_type? length_m? width_m? first_seen last_seen "
            "dark_h n_visits? n_events n_partners list_term?",
        ),
        (
            VESSEL_PAIRS,
            "vessel_id_1 vessel_id_2 mmsi_1 mmsi_2 n_events kinds first_time last_time lat lon best_p "
            "best_tier",
        ),
    ],
    ids=lambda v: getattr(v, "name", ""),
)
def test_the_columns_of_the_contract_are_there(table, columns: str) -> None:
    assert columns_as_promised(table, columns)


def test_no_vessel_is_its_own_partner() -> None:
    row = VESSEL_PAIRS.empty()
    row.loc[0] = {
        **dict.fromkeys(VESSEL_PAIRS.names, "x"),
        **dict.fromkeys(("mmsi_1", "mmsi_2", "n_events", "n_days"), 1),
        **dict.fromkeys(("first_time", "last_time"), "2024-01-01T00:00:00Z"),
        **dict.fromkeys(("lat", "lon", "duration_h", "best_p", "best_score"), 0.5),
    }
    for name in ("first_time", "last_time"):
        row[name] = row[name].astype("datetime64[ms, UTC]")
    with pytest.raises(SchemaError, match="pair a vessel with itself"):
        VESSEL_PAIRS.validate(row)
