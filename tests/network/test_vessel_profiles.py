"""VESSELS by hand."""

from typing import Any

import pandas as pd
import pytest

from stsdetect.network import build_vessels
from stsdetect.schema import EVIDENCE, SEGMENTS, VESSELS
from tests.builders import at, together
from tests.builders.network import H, event, segment, visit
from tests.builders.report import filled
from tests.builders.score import A, B, C, gap, identity_spell


def vessel(vessel_id: str = str(A), *segments: pd.DataFrame, **tables: pd.DataFrame) -> dict[str, Any]:
    tracks = together(*(segments or (segment(A), segment(B), segment(C))))
    found = build_vessels(tracks, **tables).set_index("vessel_id", drop=False)
    return found.loc[vessel_id].to_dict()


def listed(event_id: str, term: str, ship: str = "1", **columns: Any) -> pd.DataFrame:
    row = {"event_id": event_id, "family": "list", "term": term, "vessel": ship, "statement": f"{term}.",
           "contribution": 1.0, "supports": "transfer"}  # fmt: skip
    return filled(EVIDENCE, pd.DataFrame([row | columns]))


def test_times_fixes_and_mmsis_come_from_the_segments() -> None:
    found = vessel(
        "hull",
        segment(A, 0, 10, vessel_id="hull"),
        segment(C, 20, 30, vessel_id="hull", n_points=50, distance_m=500.0),
        segment(A, 12, 13, vessel_id="hull", n_points=7, quarantined=True),
    )
    assert (found["mmsi"], found["mmsis"]) == (C, f"{A}; {C}")
    assert (found["first_seen"], found["last_seen"]) == (at(0), at(30 * H))
    assert (found["n_points"], found["n_quarantined"], found["distance_m"]) == (150, 7, 10_500.0)
    assert pd.isna(found["shipname"])
    assert pd.isna(found["n_visits"])
    assert (found["n_events"], found["n_gaps"], found["dark_h"], found["shared_mmsi"]) == (0, 0, 0.0, False)


def test_what_is_no_ship_is_no_vessel() -> None:
    assert build_vessels(segment(A, kind="buoy")).empty


def test_the_last_identity_and_all_before_it() -> None:
    spells = together(
        identity_spell(A, 0, 10, shipname="ANT", imo=9074729, loa_m=90.0),
        identity_spell(A, 10, 20, shipname="BEE", imo=8405311, loa_m=None),
        identity_spell(A, 20, 30, shipname="ANT", imo=None, loa_m=None),
        identity_spell(A, 30, 40, shipname="CAT", imo=None, loa_m=None),
    ).assign(flag="CHN", shared_mmsi=[False, True, False, False])
    found = vessel(identity=spells)
    assert (found["shipname"], found["former_names"], found["n_names"]) == ("CAT", "ANT | BEE", 3)
    assert (found["imo"], found["imos"]) == (8405311, "9074729; 8405311")
    assert (found["length_m"], found["flags"], found["n_identities"]) == (90.0, "CHN", 4)
    assert found["shared_mmsi"]


def test_at_most_ten_former_names() -> None:
    spells = together(*(identity_spell(A, k, k + 1, shipname=f"N{k:02}") for k in range(30)))
    found = vessel(identity=spells)
    assert (found["shipname"], found["n_names"]) == ("N29", 30)
    assert found["former_names"] == " | ".join(f"N{k}" for k in range(28, 18, -1))


def test_hours_dark_weigh_each_gap_by_its_probability() -> None:
    gaps = together(
        gap(0, 10.0, p_off=0.5),
        gap(50_000, 2.0, p_off=1.0),
        gap(100_000, 4.0, p_off=0.9, can_judge=False),
        gap(150_000, 8.0, in_port=True),
        gap(200_000, 16.0, feed_outage=True),
        gap(250_000, 32.0, end_time=None),
        gap(300_000, 64.0, mmsi=B),
    )
    found = vessel(gaps=gaps)
    assert (found["n_gaps"], found["gap_h"], found["longest_gap_h"]) == (3, 16.0, 10.0)
    assert found["dark_h"] == 10.0 * 0.5 + 2.0


def test_events_partners_and_the_best_of_them() -> None:
    events = together(
        event("a", A, B, p_contact=0.9, rank=7),
        event("b", A, B, p_contact=0.4, tier="high", rank=3),
        event("c", C, A, p_contact=0.5, event_type="dark_encounter"),
        event("d", A, None, p_contact=0.3, event_type="solo"),
        event("e", A, None, p_contact=0.6, event_type="delivery"),
    )
    found = vessel(events=events)
    counts = ("n_events", "n_encounters", "n_dark_encounters", "n_solo", "n_deliveries")
    assert [found[c] for c in counts] == [5, 2, 1, 1, 1]
    assert found["expected_events"] == pytest.approx(2.7)
    assert (found["best_tier"], found["best_rank"]) == ("high", 1)
    assert (found["n_partners"], found["n_likely_partners"]) == (2, 1)
    other = vessel(str(C), events=events)
    assert (other["n_events"], other["n_partners"], other["n_likely_partners"]) == (1, 1, 0)


def test_an_event_of_two_transponders_on_one_hull_counts_once() -> None:
    found = vessel("x", segment(A, vessel_id="x"), segment(B, vessel_id="x"), events=event("e"))
    assert (found["n_events"], found["n_partners"]) == (1, 0)


def test_the_strongest_match_with_a_list() -> None:
    events = together(event("a", A, B), event("b", B, A))
    evidence = together(
        listed("a", "listed_name", contribution=1.5),
        listed("a", "listed_imo", "2", contribution=0.5),
        listed("b", "near_imo", "2", contribution=1.0),
        listed("b", "listed_partner", "1", contribution=3.0),
        listed("b", "likeness_refuted", "1", contribution=0.0),
    )
    found = vessel(events=events, evidence=evidence)
    assert (found["list_term"], found["list_statement"]) == ("listed_name", "listed_name.")
    assert vessel(str(B), events=events, evidence=evidence)["list_term"] == "listed_imo"
    assert pd.isna(vessel(str(C), events=events, evidence=evidence)["list_term"])


def test_visits_where_they_were_looked_for() -> None:
    visits = together(visit("v"), visit("w", start_h=60, port_name="Nantong"), visit("x", port_name=None))
    found = vessel(port_visits=visits)
    assert (found["n_visits"], found["n_ports"], found["last_port"]) == (3, 2, "Nantong")
    found = vessel(str(B), port_visits=visits)
    assert (found["n_visits"], found["n_ports"]) == (0, 0)
    assert pd.isna(found["last_port"])


def test_no_vessels() -> None:
    found = build_vessels(SEGMENTS.empty(), events=event("e"), gaps=gap(0, 3.0))
    assert found.columns.tolist() == VESSELS.names
    assert found.empty
