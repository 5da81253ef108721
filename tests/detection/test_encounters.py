"""Encounters on seas small enough to check by hand."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from stsdetect.detection.encounters.contacts import find_contacts
from stsdetect.detection.encounters.find import build_encounters
from stsdetect.geo.geodesy import move
from stsdetect.params import EncounterParams
from stsdetect.schema import CONTACTS, ENCOUNTERS, RESAMPLED
from tests.builders import EPOCH, PLACE, identity, static, together

A, B = 412000001, 412000002


def instants(
    mmsi, minutes, east_m=0.0, north_m=0.0, *, heading=0.0, sog=0.1, error_m=3.0, age_s=60.0, place=PLACE
) -> pd.DataFrame:
    """RESAMPLED of one ship by hand."""
    minutes = np.asarray(minutes, dtype=float)
    lat, lon = move(
        place[0], place[1], np.broadcast_to(east_m, minutes.shape), np.broadcast_to(north_m, minutes.shape)
    )
    return RESAMPLED.to_pandas(
        pd.DataFrame(
            {
                "segment_id": f"{mmsi}-0",
                "vessel_id": str(mmsi),
                "mmsi": mmsi,
                "timestamp": (EPOCH + pd.to_timedelta(minutes, unit="min")).astype("datetime64[ms, UTC]"),
                "lat": lat,
                "lon": lon,
                "sog": sog,
                "cog": np.nan,
                "heading": heading,
                "heading_from_cog": False,
                "nav_status": 1,
                "interp_age_s": age_s,
                "position_error_m": error_m,
            }
        )
    )


MINUTES = np.arange(0, 480, 2.0)
SIZES = identity(static(A), static(B))


def swinging(minutes=MINUTES):
    """Heading of a ship that the tide turns by half a circle in six hours."""
    return 180.0 / (1 + np.exp(-(np.asarray(minutes) - 240.0) / 30.0))


def made_fast(gap_m=2.0):
    """Two 100 x 16 m hulls alongside, the same way round, swinging together."""
    h = np.deg2rad(swinging())
    off = 16.0 + gap_m
    return together(
        instants(A, MINUTES, heading=swinging()),
        instants(B, MINUTES, off * np.cos(h), -off * np.sin(h), heading=swinging()),
    )


def test_two_hulls_made_fast() -> None:
    contacts = find_contacts(made_fast(), identity=SIZES)
    assert len(contacts) == len(MINUTES)
    assert contacts["hull_gap_m"].round(3).eq(2.0).all()
    (found,) = build_encounters(contacts, identity=SIZES).itertuples()
    assert (found.mmsi_1, found.mmsi_2) == (A, B)
    assert found.duration_h == pytest.approx(478 / 60)
    assert found.median_hull_gap_m == pytest.approx(2.0, abs=0.01)
    assert found.orientation == "same"
    assert found.swing_deg > 90
    assert found.rigidity > 5
    assert found.category == "transfer"
    assert found.p_contact > 0.9


def test_anchored_neighbours_swing_each_on_its_own_anchor() -> None:
    h = np.deg2rad(swinging())
    sea = together(
        instants(A, MINUTES, -150 * np.sin(h), -150 * np.cos(h), heading=swinging()),
        instants(B, MINUTES, 60 - 160 * np.sin(h), -160 * np.cos(h), heading=swinging()),
    )
    (found,) = build_encounters(find_contacts(sea, identity=SIZES), identity=SIZES).itertuples()
    assert found.rigidity < -5
    assert found.category == "anchorage_neighbours"
    assert found.p_contact < 0.5


def test_far_neighbours_are_no_encounter() -> None:
    sea = together(instants(A, MINUTES), instants(B, MINUTES, 216.0 + 16.0))
    assert find_contacts(sea, identity=SIZES).empty


def test_swapped_numbers_change_nothing() -> None:
    sea = made_fast()
    swapped = sea.assign(mmsi=sea["mmsi"].map({A: B, B: A}))
    one, two = (build_encounters(find_contacts(s, identity=SIZES), identity=SIZES) for s in (sea, swapped))
    two = two.rename(columns={"starboard_m_1": "starboard_m_2", "starboard_m_2": "starboard_m_1"})
    same = [c for c in ENCOUNTERS.names if not c.startswith("vessel_id")]
    pd.testing.assert_frame_equal(one[same], two[same])


def test_empty_tables_stay_typed() -> None:
    pd.testing.assert_frame_equal(find_contacts(RESAMPLED.empty()), CONTACTS.empty())
    pd.testing.assert_frame_equal(build_encounters(CONTACTS.empty()), ENCOUNTERS.empty())


def test_unknown_sizes_widen_the_error() -> None:
    known = find_contacts(made_fast(), identity=SIZES)
    guessed = find_contacts(made_fast())
    assert (guessed["hull_gap_error_m"] > known["hull_gap_error_m"] + 1.0).all()
    assert guessed["sizes_known"].eq(0).all()


def test_the_published_rule() -> None:
    near = together(instants(A, MINUTES), instants(B, MINUTES, 499.0))
    far = together(instants(A, MINUTES), instants(B, MINUTES, 501.0))
    rule = EncounterParams.gfw()
    assert len(build_encounters(find_contacts(near, params=rule), params=rule)) == 1
    assert build_encounters(find_contacts(far, params=rule), params=rule).empty
