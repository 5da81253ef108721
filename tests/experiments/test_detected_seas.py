"""A sea through every stage: its tables, its scores, and the rule of Global Fishing Watch beside them."""

import polars as pl
import pytest

from stsdetect.experiments import Found, find_in, score_found
from stsdetect.experiments.detected_seas import _with_anchorages, features_of
from stsdetect.geo.geodesy import metres_per_degree
from stsdetect.model import load_model
from stsdetect.params import Params
from stsdetect.schema import EVENTS, FEATURES, SCHEMAS
from stsdetect.simulation import simulate
from tests.builders.experiments import SMALL


@pytest.fixture(scope="module")
def found() -> Found:
    return find_in(simulate(seed=3, sea=SMALL), params=Params())


def test_all_tables_that_the_score_takes_are_kept_as_declared(found: Found) -> None:
    assert set(found.tables) == {
        "encounters", "dark_encounters", "solo_stops", "gaps", "identity", "static", "segments", "loitering",
    }  # fmt: skip
    for name, table in found.tables.items():
        assert table.schema == SCHEMAS[name].polars_schema, name
    assert found.truth["illicit"].sum() == 5


def test_both_open_transfers_are_found_by_the_rule_of_global_fishing_watch(found: Found) -> None:
    pairs = set(found.gfw_encounters.select("mmsi_1", "mmsi_2").rows())
    in_the_open = found.truth.filter((pl.col("kind") == "transfer") & (pl.col("place") == "open"))
    assert set(in_the_open.select("mmsi_1", "mmsi_2").rows()) <= pairs


def test_every_candidate_gets_the_probability_of_the_model_given(found: Found) -> None:
    model, params = load_model(), Params()
    features = features_of(found, model=model, params=params)
    assert features.schema == FEATURES.polars_schema
    scored = score_found(found, model=model, params=params)
    assert scored.candidates.height == features.height
    assert scored.candidates["p_contact"].equals(model.p_contact(features))
    assert scored.events.schema == EVENTS.polars_schema


@pytest.mark.parametrize(("east_m", "far"), [(-500.0, False), (9_900.0, False), (10_100.0, True)])
def test_encounters_within_10_km_of_an_anchorage_are_not_far_from_it(east_m: float, far: bool) -> None:
    # The east side of the Changjiangkou anchorages lies at 122.84 E; no other anchorage is nearer.
    _, metres_per_lon = metres_per_degree(31.1)
    encounters = pl.DataFrame({"lat": [31.1], "lon": [122.84 + east_m / float(metres_per_lon)]})
    assert _with_anchorages(encounters)["far_from_anchorages"].to_list() == [far]


def test_no_encounters_stay_none() -> None:
    none = pl.DataFrame(schema={"lat": pl.Float64, "lon": pl.Float64})
    assert _with_anchorages(none).schema["far_from_anchorages"] == pl.Boolean
