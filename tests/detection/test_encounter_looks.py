"""Same hull, rafts, phases, silences, and what is unknown."""

from __future__ import annotations

import numpy as np
import pandas as pd
import polars as pl
import pytest

from stsdetect.detection.encounters.contact_rule import contact_measures
from stsdetect.detection.encounters.contacts import find_contacts
from stsdetect.detection.encounters.find import build_encounters, find_encounters, pair_encounters
from stsdetect.detection.encounters.groups import link_encounters
from stsdetect.params import EncounterParams
from tests.builders import fixes, identity, points, static, together
from tests.detection.test_encounters import MINUTES, A, B, instants, swinging

C = 412000003


def test_one_hull_with_two_sets_sails_together() -> None:
    far = 8 * 0.514444 * 60 * MINUTES
    sea = together(
        instants(A, MINUTES, 0.0, far, heading=0.0, sog=8.0),
        instants(B, MINUTES, 4.0, far - 6.0, heading=0.0, sog=8.0),
    )
    (found,) = build_encounters(find_contacts(sea)).itertuples()
    assert found.same_hull_suspected
    assert found.category == "same_hull"
    assert found.p_contact == EncounterParams().contact_ruled_out


def test_a_tug_beside_its_tow_is_towing() -> None:
    far = 5 * 0.514444 * 60 * MINUTES
    said = identity(static(A, loa_m=30.0, beam_m=9.0, ship_type=52), static(B))
    sea = together(
        instants(A, MINUTES, 0.0, far, heading=0.0, sog=5.0),
        instants(B, MINUTES, 16.0, far, heading=0.0, sog=5.0),
    )
    (found,) = build_encounters(find_contacts(sea, identity=said), identity=said).itertuples()
    assert not found.same_hull_suspected
    assert found.category == "towing"


def test_three_hulls_side_by_side_are_one_raft() -> None:
    h = np.deg2rad(swinging())
    sea = together(
        *(
            instants(m, MINUTES, k * 18.0 * np.cos(h), -k * 18.0 * np.sin(h), heading=swinging(), error_m=2.0)
            for k, m in enumerate((A, B, C))
        )
    )
    said = identity(static(A), static(B), static(C))
    found = build_encounters(find_contacts(sea, identity=said), identity=said)
    assert len(found) == 3
    touching = found[found["p_contact"] >= 0.5]
    assert set(touching[["mmsi_1", "mmsi_2"]].itertuples(index=False, name=None)) == {(A, B), (B, C)}
    assert len(set(touching["group_id"])) == 1
    assert touching["n_in_group"].eq(3).all()


def met(silent_from: float = 300.0, silent_to: float = 300.0) -> pd.DataFrame:
    """Ship B comes to ship A from the north, lies alongside for six hours and leaves to the east [min]."""
    minutes = np.arange(0.0, 720.0, 3.0)
    north = np.interp(minutes, [0, 120, 180], [20_000, 6_000, 0])
    east = 18.0 + np.interp(minutes, [540, 600, 720], [0, 6_000, 20_000])
    one = fixes(A, minutes * 60.0, sog=0.1, heading=0.0, nav_status=1)
    two = fixes(B, minutes * 60.0, east, north, sog=0.2, heading=0.0)
    seconds = (two["timestamp"] - one["timestamp"].iloc[0]).dt.total_seconds() / 60.0
    return points(together(one, two[(seconds <= silent_from) | (seconds >= silent_to)]))


def test_who_came_from_where_and_went_where() -> None:
    said = identity(static(A), static(B))
    (found,) = find_encounters(met(), identity=said).itertuples()
    assert found.visitor_mmsi == B
    assert found.approach_from_m > 10_000
    assert found.came_from_deg_2 == pytest.approx(0.0, abs=1.0)
    assert found.came_from_m_1 < 10.0
    assert found.departure_to_m > 5_000
    assert found.went_to_deg_2 == pytest.approx(90.0, abs=1.0)


def test_a_silence_of_one_side_does_not_end_the_spell() -> None:
    said = identity(static(A), static(B))
    (whole,) = find_encounters(met(), identity=said).itertuples()
    (found,) = find_encounters(met(240.0, 420.0), identity=said).itertuples()
    assert found.start_time == whole.start_time
    assert found.end_time == whole.end_time
    assert found.observed_fraction < 0.7 < whole.observed_fraction


def test_apart_in_the_hole_ends_the_spell() -> None:
    minutes = np.arange(0.0, 480.0, 3.0)
    out = np.where((minutes > 150) & (minutes < 330), 5_000.0, 0.0)
    sea = points(
        together(
            fixes(A, minutes * 60.0, sog=0.1, heading=0.0),
            fixes(B, minutes * 60.0, 18.0 + out, sog=0.1, heading=0.0),
        )
    )
    found = find_encounters(sea, identity=identity(static(A), static(B)))
    assert len(found) == 2
    assert len(set(found["group_id"])) == 1


def test_draught_change_needs_a_report_before_and_after() -> None:
    said = identity(static(A), static(B))
    reports = together(
        static(A, 0.0, draught=6.0), static(A, 11 * 3600.0, draught=4.5), static(B, 0.0, draught=3.0)
    )
    (found,) = find_encounters(met(), identity=said, static=reports).itertuples()
    assert found.draught_change_m_1 == pytest.approx(-1.5)
    assert pd.isna(found.draught_change_m_2)


def test_unknown_heading_is_not_a_gap_of_nothing() -> None:
    near = together(
        instants(A, MINUTES, heading=np.nan, error_m=2.0),
        instants(B, MINUTES, 60.0, heading=np.nan, error_m=2.0),
    )
    said = identity(static(A), static(B))
    contacts = find_contacts(near, identity=said)
    # End to end the hulls overlap, side by side 44 m lie between them: the truth is somewhere there.
    assert contacts["hull_gap_m"].between(1.0, 44.0).all()
    assert (contacts["hull_gap_error_m"] > 10.0).all()
    assert contacts["heading_1"].isna().all()


def test_the_published_rule_stops_at_two_hours_and_two_knots() -> None:
    rule = EncounterParams.gfw()

    def found(hours: float, sog: float) -> int:
        minutes = np.arange(0.0, hours * 60.0 + 0.1, 10.0)
        sea = together(instants(A, minutes, sog=sog), instants(B, minutes, 300.0, sog=sog))
        return len(build_encounters(find_contacts(sea, params=rule), params=rule))

    assert found(2.0, 1.9) == 1
    assert found(1.9, 1.9) == 0
    assert found(2.0, 2.0) == 0


def test_two_barges_on_either_side_of_a_dredger_do_not_touch() -> None:
    # Barges of unknown size and heading: their outlines may well overlap across a hull 8 m wide.
    h = np.deg2rad(swinging())
    sea = together(
        *(
            instants(m, MINUTES, x * np.cos(h), -x * np.sin(h), heading=heading, error_m=2.0)
            for m, x, heading in ((A, -9.0, np.nan), (B, 0.0, swinging()), (C, 9.0, np.nan))
        )
    )
    said = identity(static(A, loa_m=None), static(B, beam_m=8.0), static(C, loa_m=None))
    found = build_encounters(find_contacts(sea, identity=said), identity=said).set_index(["mmsi_1", "mmsi_2"])
    assert (found.loc[[(A, B), (B, C)], "p_contact"] >= 0.5).all()
    assert found.loc[(A, C), "ruled_out"] == "hull between"
    assert found.loc[(A, C), "p_contact"] <= EncounterParams().contact_ruled_out


def test_the_bucket_of_a_pair_does_not_matter_for_its_raft() -> None:
    h = np.deg2rad(swinging())
    sea = together(
        *(
            instants(m, MINUTES, x * np.cos(h), -x * np.sin(h), heading=swinging())
            for m, x in ((A, -18.0), (B, 0.0), (C, 18.0))
        )
    )
    said = identity(static(A), static(B), static(C))
    contacts = find_contacts(sea, identity=said)
    apart = [
        pair_encounters(part, identity=said) for _, part in contacts.groupby(["mmsi_1", "mmsi_2"], sort=False)
    ]
    pd.testing.assert_frame_equal(
        link_encounters(pd.concat(apart)), build_encounters(contacts, identity=said)
    )


@pytest.mark.parametrize(("sog", "ruled_out"), [(10.0, True), (2.0, False)])
def test_ships_that_sail_side_by_side_for_minutes_pass(sog: float, ruled_out: bool) -> None:
    minutes = np.arange(0.0, 24.0, 2.0)
    far = sog * 0.514444 * 60 * minutes
    sea = together(
        instants(A, minutes, 0.0, far, heading=0.0, sog=sog, error_m=30.0),
        instants(B, minutes, 25.0, far, heading=0.0, sog=sog, error_m=30.0),
    )
    said = identity(static(A, ship_type=70), static(B, ship_type=70))
    (found,) = build_encounters(find_contacts(sea, identity=said), identity=said).itertuples()
    assert (found.ruled_out == "passing") == ruled_out


def test_a_gap_known_to_no_kilometre_speaks_neither_way() -> None:
    said = {
        "rigidity": 0.0, "duration_h": 1.0, "abreast": 0.5, "observed_fraction": 0.5,
        "approach_from_m": None, "departure_to_m": None,
    }  # fmt: skip

    def gap_nat(gap_m: float, error_m: float) -> float:
        frame = pl.DataFrame({"median_hull_gap_m": [gap_m], "hull_gap_error_m": [error_m], **said})
        return contact_measures(frame, EncounterParams())["gap"][0]

    assert gap_nat(0.0, 2000.0) == pytest.approx(0.0, abs=0.01)
    # Hulls that touch, 10 m error: density 2 * 0.0399 a metre against 1 / 100 m, of which half lies beyond 0.
    assert gap_nat(0.0, 10.0) == pytest.approx(np.log(2 * 0.0398942 / 0.01), abs=0.01)
