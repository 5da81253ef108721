"""Contacts: gaps by hand and by a plain version; what must not matter."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

import numpy as np
import pandas as pd
import polars as pl
import pytest
from polars.testing import assert_frame_equal

from stsdetect.detection.encounters.contacts import find_contacts, in_crowd
from stsdetect.engine import LocalEngine
from stsdetect.params import EncounterParams
from stsdetect.schema import CONTACTS, IDENTITY, RESAMPLED
from tests.builders import identity, static, together
from tests.builders.encounters import MINUTES, SIZES, A, B, contacts_of, instants, made_fast, small_sea
from tests.naive import contacts_by_hand

PARAMS = EncounterParams()


def test_hulls_two_metres_apart_have_that_gap_at_each_instant() -> None:
    found = contacts_of(made_fast(gap_m=2.0), SIZES)
    assert found.height == len(MINUTES)
    assert found["hull_gap_m"].to_numpy() == pytest.approx(2.0, abs=0.001)
    assert found["overlap_m"].max() == 0.0
    assert found["abreast"].to_numpy() == pytest.approx(1.0, abs=0.001)


def test_the_error_of_known_outlines_joins_positions_and_headings() -> None:
    found = contacts_of(made_fast(), SIZES)
    # 3 m of position and 2 degrees over a half length of 50 m, once per ship.
    by_hand = np.sqrt(2 * 3.0**2 + 2 * (np.deg2rad(2.0) * 50.0) ** 2)
    assert found["hull_gap_error_m"].to_numpy() == pytest.approx(by_hand, abs=1e-6)
    assert found["position_error_m"].to_numpy() == pytest.approx(np.sqrt(2) * 3.0)


@pytest.mark.parametrize(("gap_m", "n"), [(105.0, 1), (106.0, 0)])
def test_candidates_reach_to_the_limit_and_two_errors(gap_m: float, n: int) -> None:
    # Positions out by 1 m each and ends of hulls by 1.745 m: 100 m + 2 * sqrt(2 + 2 * 1.745²) m = 105.7 m.
    sea = together(instants(A, [0.0], error_m=1.0), instants(B, [0.0], 16.0 + gap_m, error_m=1.0))
    assert contacts_of(sea, SIZES).height == n


def test_the_error_allowed_for_is_bounded() -> None:
    far = together(instants(A, [0.0], error_m=900.0), instants(B, [0.0], 16.0 + 201.0, error_m=900.0))
    assert contacts_of(far, SIZES).height == 0  # 100 m and twice the 50 m of max_gate_error_m


def test_unknown_sizes_widen_the_error() -> None:
    known, guessed = contacts_of(made_fast(), SIZES), contacts_of(made_fast())
    assert (guessed["hull_gap_error_m"] > known["hull_gap_error_m"] + 1.0).all()
    assert guessed["sizes_known"].unique().to_list() == [0]
    assert known["sizes_known"].unique().to_list() == [2]


def test_an_unknown_heading_gives_a_wide_gap_and_not_zero() -> None:
    near = together(
        instants(A, MINUTES, heading=np.nan, error_m=2.0),
        instants(B, MINUTES, 60.0, heading=np.nan, error_m=2.0),
    )
    contacts = contacts_of(near, SIZES)
    # End to end the hulls would overlap, side by side they would be 44 m apart: the truth is in between.
    assert contacts["hull_gap_m"].is_between(1.0, 44.0).all()
    assert (contacts["hull_gap_error_m"] > 10.0).all()
    assert contacts["heading_1"].is_null().all()


@pytest.mark.parametrize(("off_m", "n"), [(499.0, 1), (501.0, 0)])
def test_by_distance_antennas_count_and_outlines_do_not(off_m: float, n: int) -> None:
    sea = together(instants(A, [0.0]), instants(B, [0.0], off_m))
    assert contacts_of(sea, params=EncounterParams.gfw()).height == n


def test_a_coarser_step_leaves_out_the_instants_between() -> None:
    found = contacts_of(made_fast(), SIZES, replace(PARAMS, min_step_s=600.0))
    assert found.height == len(MINUTES[MINUTES % 10 == 0])


@pytest.mark.parametrize(("age_s", "observed"), [(300.0, True), (301.0, False)])
def test_an_instant_far_from_a_fix_is_not_observed(age_s: float, observed: bool) -> None:
    sea = together(instants(A, [0.0]), instants(B, [0.0], 20.0, age_s=age_s))
    assert contacts_of(sea, SIZES)["observed"].to_list() == [observed]


def test_two_segments_of_one_mmsi_are_not_a_pair() -> None:
    twice = together(instants(A, [0.0]), instants(A, [0.0], 20.0).assign(segment_id="other"))
    assert contacts_of(twice, SIZES).is_empty()


def test_empty_input_gives_an_empty_table() -> None:
    assert_frame_equal(contacts_of(RESAMPLED.empty()), CONTACTS.optional(None))


@pytest.mark.parametrize("seed", range(5))
def test_contacts_equal_the_plain_version(seed: int) -> None:
    sea, known = small_sea(seed)
    found = contacts_of(sea, known)
    plain = contacts_by_hand(
        sea,
        known,
        candidate_hull_gap_m=PARAMS.candidate_hull_gap_m,
        heading_error_deg=PARAMS.heading_error_deg,
        max_gate_error_m=PARAMS.max_gate_error_m,
    )
    keys = list(found.to_pandas()[["mmsi_1", "mmsi_2", "timestamp"]].itertuples(index=False, name=None))
    assert set(keys) == set(plain)
    assert found["hull_gap_m"].to_numpy() == pytest.approx([plain[k][0] for k in keys], abs=1e-6)
    assert found["hull_gap_error_m"].to_numpy() == pytest.approx([plain[k][1] for k in keys], abs=1e-6)


@pytest.mark.parametrize("sizes_known", [True, False])
def test_order_of_rows_and_cuts_by_time_do_not_matter(sizes_known: bool) -> None:
    sea, known = small_sea(11)
    known = known if sizes_known else None
    whole = contacts_of(sea, known)
    assert whole.height > 0
    assert_frame_equal(whole, contacts_of(sea.sample(frac=1.0, random_state=1), known))
    for cut in (7, 31, 77):
        instant = sea["timestamp"].min() + pd.Timedelta(minutes=cut)
        parts = [
            contacts_of(sea[part], known)
            for part in (sea["timestamp"] < instant, sea["timestamp"] >= instant)
        ]
        assert_frame_equal(pl.concat(parts).sort(CONTACTS.sort_by), whole)


def test_two_workers_find_what_one_finds() -> None:
    sea, _ = small_sea(11)
    slabs = [RESAMPLED.validate(slab) for _, slab in sea.groupby(sea["timestamp"].dt.floor("30min"))]
    found = []
    for workers in (1, 2):
        with LocalEngine(workers=workers) as engine:
            work = partial(find_contacts, identity=IDENTITY.optional(None))
            found.append(pl.concat(engine.map(work, slabs)))
    assert_frame_equal(*found)
    assert found[0].height > 0


@pytest.mark.parametrize("sizes_known", [True, False])
def test_swapped_ships_have_the_same_gap(sizes_known: bool) -> None:
    sea, known = small_sea(3)
    mirror = 824000036
    one = contacts_of(sea, known if sizes_known else None)
    two = contacts_of(
        sea.assign(mmsi=mirror - sea["mmsi"]),
        known.assign(mmsi=mirror - known["mmsi"]) if sizes_known else None,
    )
    two = two.with_columns(mmsi_1=mirror - pl.col("mmsi_2"), mmsi_2=mirror - pl.col("mmsi_1"))
    columns = ["mmsi_1", "mmsi_2", "timestamp", "hull_gap_m", "hull_gap_error_m", "overlap_m", "abreast"]
    one, two = (t.select(columns).sort(columns[:3]) for t in (one, two))
    assert one.height > 0
    assert_frame_equal(one, two, rel_tol=1e-6, abs_tol=1e-6)


def test_the_dateline_does_not_matter() -> None:
    (here, known), (there, _) = small_sea(5, place=(0.0, 10.0)), small_sea(5, place=(0.0, 180.0))
    one, two = (contacts_of(sea, known) for sea in (here, there))
    assert one.height > 0
    assert_frame_equal(one.drop("lon"), two.drop("lon"), rel_tol=1e-4, abs_tol=1e-3)
    turned = (two["lon"] + 180.0) % 360.0 - (one["lon"] - 10.0) % 360.0
    assert turned.abs().max() < 1e-6


def test_one_ship_of_a_pair_may_lack_an_identity() -> None:
    known = identity(static(A))
    assert contacts_of(made_fast(), known)["sizes_known"].unique().to_list() == [1]


@pytest.mark.parametrize("params", [EncounterParams(), EncounterParams.gfw()], ids=["hull", "distance"])
@pytest.mark.parametrize("mmsi", [A, -7], ids=["MMSI", "text id"])
def test_two_tracks_of_one_mmsi_side_by_side_are_not_a_pair(mmsi: int, params: EncounterParams) -> None:
    one, two = instants(mmsi, MINUTES), instants(mmsi, MINUTES, 18.0)
    second = two.assign(segment_id="second", vessel_id=f"{mmsi}/2")
    assert contacts_of(together(one, second), SIZES, params).is_empty()
    assert contacts_of(together(one, second.assign(mmsi=B)), SIZES, params).height > 0  # near miss


def test_two_mmsis_of_one_hull_are_not_a_pair() -> None:
    sea = together(instants(A, MINUTES), instants(B, MINUTES, 18.0).assign(vessel_id=str(A)))
    assert contacts_of(sea, SIZES).is_empty()


def test_copies_of_one_track_are_not_paired() -> None:
    """Thirty-one ships sail at one place; an honest pair beside the road is found as before."""
    copies = [instants(100 + k, MINUTES, 5000.0) for k in range(31)]
    pair = made_fast()
    sea = together(*copies, pair)
    assert contacts_of(sea).height == contacts_of(pair).height > 0
    crowded = in_crowd(RESAMPLED.validate(sea), PARAMS)
    assert crowded.sum() == 31 * len(MINUTES)
    assert contacts_of(together(*copies[:30])).height == 30 * 29 / 2 * len(MINUTES)


def test_a_raft_of_twelve_boats_loses_no_pair() -> None:
    raft = together(*(instants(100 + k, MINUTES, 6.0 * k) for k in range(12)))
    assert contacts_of(raft).height == 12 * 11 / 2 * len(MINUTES)
