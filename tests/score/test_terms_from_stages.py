"""Terms whose threshold lies in an earlier stage: from that stage's numbers to the sentence, and just not."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pandas as pd
import polars as pl
import pytest

from stsdetect.context import load_context
from stsdetect.detection.encounters.geometry_category import category, same_hull
from stsdetect.params import EncounterParams, ScoreParams
from stsdetect.score import Scorer, build_features
from tests.builders import identity, static, together
from tests.builders.score import A, candidate, encounter, identity_spell

SHOW_ALL = ScoreParams(min_event_score=0.0)
DAY_S = 86_400.0
NOT_OBSERVED = dict.fromkeys(
    (
        "approach_from_m",
        "departure_to_m",
        *(f"{way}_m_{side}" for way in ("came_from", "went_to") for side in (1, 2)),
    )
)
"""Where the two came from and went."""


def terms(features: pd.DataFrame) -> set[str]:
    return set(Scorer(params=SHOW_ALL, model="rule").score(features).evidence["term"])


def reading(**columns: Any) -> pd.DataFrame:
    """A candidate read by the detector: two cargo ships close together for an hour, unless said otherwise."""
    params = EncounterParams()
    spell_of_pair = {
        "mmsi_1": 1, "mmsi_2": 2, "vessel_id_1": "1", "vessel_id_2": "2", "type_1": 70, "type_2": 70,
        "length_1": 90.0, "length_2": 90.0, "duration_h": 1.0, "under_way_h": 0.0, "sailing_h": 0.0,
        "wander_m": 100.0, "swing_deg": 60.0, "rigidity": 5.0, "median_hull_gap_m": 3.0, "hull_gap_error_m": 6.0,
        "overlap_m": 0.0, **NOT_OBSERVED,
    }  # fmt: skip
    seen = pl.DataFrame([spell_of_pair | columns]).with_columns(same_hull_suspected=same_hull(params))
    (got,) = seen.with_columns(category=category(params)).iter_rows(named=True)
    return candidate(
        geometry_category=got["category"],
        same_hull_suspected=got["same_hull_suspected"],
        **{name: got[name] for name in ("duration_h", "median_hull_gap_m")},
    )


@pytest.mark.parametrize(
    ("term", "hit", "miss"),
    [
        ("pilotage", {"type_1": 50, "length_1": 20.0, "duration_h": 0.99}, {"type_1": 50, "length_1": 20.0, "duration_h": 1.0}),
        ("fishing", {"type_1": 30, "type_2": 30}, {"type_1": 30}),
        ("dredging", {"type_1": 33}, {"type_1": 34}),
        # Half of the hour at sailing speed, with a gap between them: more than that is passing.
        ("passing", {"median_hull_gap_m": 25.0, "sailing_h": 0.51}, {"median_hull_gap_m": 25.0, "sailing_h": 0.5}),
        # Three quarters of an hour at sailing speed without a gap make one hull of two sets ...
        ("same_hull", {"sailing_h": 0.75}, {"sailing_h": 0.74}),
        # ... and so do outlines that overlap by more than 3 m and the error of 6 m.
        ("same_hull", {"overlap_m": 9.1}, {"overlap_m": 9.0}),
    ],
)  # fmt: skip
def test_readings_of_the_detector(term: str, hit: dict, miss: dict) -> None:
    assert term in terms(reading(**hit))
    assert term not in terms(reading(**miss))


@pytest.mark.parametrize(("before_h", "said"), [(48.0, True), (48.1, False)])
def test_an_identity_that_changed_two_days_before_and_no_longer(before_h: float, said: bool) -> None:
    until = -before_h * 3600.0
    spells = together(
        identity_spell(A, -5 * DAY_S, until, shipname="OLD"),
        identity_spell(A, until + 1.0, DAY_S, shipname="NEW"),
    )
    found = build_features(encounter(), identity=spells, context=load_context())
    assert ("identity_changed" in terms(found)) == said


@pytest.mark.parametrize(("lat", "said"), [(30.79, True), (30.7899, False)])
def test_the_edge_of_the_lightering_anchorage(lat: float, said: bool) -> None:
    found = build_features(encounter(lat=lat, lon=122.63), context=load_context())
    assert ("lightering_anchorage" in terms(found)) == said


@pytest.mark.parametrize(
    ("said", "term"),
    [
        ({"imo": 8405311}, "listed_imo"),
        ({"imo": 8905311}, "near_imo"),  # one digit off, and the check digit holds
        ({"imo": 8405312}, None),  # one digit off, and it does not
        ({"mmsi": A + 1}, "listed_mmsi"),
        ({"mmsi": A + 2}, None),
    ],
)
def test_numbers_on_a_watchlist_and_next_to_it(said: dict, term: str | None, tmp_path: Path) -> None:
    listed = tmp_path / "list.csv"
    listed.write_text(f"imo,mmsi,name\n8405311,,SAM JONG 1\n,{A + 1},\n")
    mmsi = said.get("mmsi", A)
    ship = identity(static(mmsi, imo=said.get("imo")))
    pair = encounter(mmsi_1=mmsi, mmsi_2=A + 9)
    found = terms(build_features(pair, identity=ship, context=load_context(watchlist=listed)))
    assert {t for t in found if t.startswith(("listed", "near"))} == ({term} if term else set())
