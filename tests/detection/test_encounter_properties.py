"""What must not matter: row order, slabs, the names of the ships, the dateline; and the plain oracle."""

from __future__ import annotations

import numpy as np
import pandas as pd
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from stsdetect.detection.encounters.contacts import find_contacts
from stsdetect.detection.encounters.find import build_encounters, pair_encounters
from stsdetect.detection.encounters.groups import link_encounters
from stsdetect.detection.encounters.spells import spells
from stsdetect.engine import LocalEngine
from stsdetect.params import EncounterParams
from stsdetect.schema import CONTACTS, ENCOUNTERS
from tests.builders import identity, static, together
from tests.detection.test_encounters import instants
from tests.naive import between_by_hand, contacts_by_hand, spells_by_hand

PARAMS = EncounterParams()
MINUTES = np.arange(0.0, 120.0, 2.0)


def small_sea(seed: int, *, place=(30.2, 122.6), n=7) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Ships that drift about within a few hundred metres, with any headings and sizes."""
    rng = np.random.default_rng(seed)
    ships, reports = [], []
    for k in range(n):
        walk = rng.normal(0.0, 150.0, 2)[:, None] + np.cumsum(rng.normal(0.0, 6.0, (2, len(MINUTES))), axis=1)
        heading = (rng.uniform(0, 360) + np.cumsum(rng.normal(0.0, 3.0, len(MINUTES)))) % 360
        ships.append(
            instants(
                412000010 + k, MINUTES, *walk, heading=heading, error_m=float(rng.uniform(2, 15)), place=place
            )
        )
        reports.append(
            static(412000010 + k, loa_m=float(rng.uniform(30, 200)), beam_m=float(rng.uniform(6, 30)))
        )
    return together(*ships), identity(*reports)


@pytest.mark.parametrize("seed", range(5))
def test_contacts_equal_the_plain_oracle(seed: int) -> None:
    sea, said = small_sea(seed)
    found = find_contacts(sea, identity=said, params=PARAMS)
    plain = contacts_by_hand(
        sea,
        said,
        candidate_hull_gap_m=PARAMS.candidate_hull_gap_m,
        heading_error_deg=PARAMS.heading_error_deg,
        max_gate_error_m=PARAMS.max_gate_error_m,
    )
    keys = list(found[["mmsi_1", "mmsi_2", "timestamp"]].itertuples(index=False, name=None))
    assert set(keys) == set(plain)
    assert found["hull_gap_m"].to_numpy() == pytest.approx([plain[k][0] for k in keys], abs=1e-6)
    assert found["hull_gap_error_m"].to_numpy() == pytest.approx([plain[k][1] for k in keys], abs=1e-6)


@settings(max_examples=80, deadline=None)
@given(
    st.lists(st.tuples(st.integers(1, 40), st.floats(0, 100)), min_size=1, max_size=40),
    st.integers(1, 20),
    st.integers(20, 60),
)
def test_spells_equal_the_plain_oracle(rows, apart: int, silence: int) -> None:
    times = np.cumsum([step for step, _ in rows]) * 60.0
    gap = np.array([g for _, g in rows])
    frame = pl.DataFrame(
        {
            "mmsi_1": 1,
            "mmsi_2": 2,
            "timestamp": pl.Series((times * 1000).astype("int64")).cast(pl.Datetime("ms", "UTC")),
            "gap": gap,
        }
    )
    found = spells(
        frame,
        holds=pl.col("gap") <= 20,
        releases=pl.col("gap") > 40,
        max_apart_s=apart * 60.0,
        max_pair_gap_s=silence * 60.0,
        presence=lambda _: pl.DataFrame(
            schema={"mmsi": pl.Int64, "start": frame.schema["timestamp"], "end": frame.schema["timestamp"]}
        ),
    )
    plain = spells_by_hand(
        times, gap <= 20, gap > 40, max_apart_s=apart * 60.0, max_pair_gap_s=silence * 60.0
    )
    groups = [g["timestamp"].dt.epoch("s").to_list() for _, g in found.group_by("spell", maintain_order=True)]
    assert groups == [[int(t) for t in run] for run in plain]


@pytest.mark.parametrize("known", [True, False])
def test_rows_slabs_and_halves_do_not_matter(known: bool) -> None:
    sea, said = small_sea(11)
    said = said if known else None
    whole = find_contacts(sea, identity=said)
    encounters = build_encounters(whole, identity=said)
    shuffled = find_contacts(sea.sample(frac=1.0, random_state=1), identity=said)
    pd.testing.assert_frame_equal(whole, shuffled)
    for cut in (7, 31, 77):
        instant = sea["timestamp"].min() + pd.Timedelta(minutes=cut)
        parts = [
            find_contacts(sea[keep], identity=said)
            for keep in (sea["timestamp"] < instant, sea["timestamp"] >= instant)
        ]
        pd.testing.assert_frame_equal(CONTACTS.to_pandas(pd.concat(parts)), whole)
    again = build_encounters(whole.sample(frac=1.0, random_state=2), identity=said)
    pd.testing.assert_frame_equal(encounters, again)
    assert len(encounters) > 0


@pytest.mark.parametrize("seed", range(6))
def test_hulls_between_equal_the_plain_oracle(seed: int) -> None:
    rng = np.random.default_rng(seed)
    heading = 60.0 * np.sin(MINUTES / 30.0)
    h, ships = np.deg2rad(heading), []
    for k, x in enumerate(np.cumsum(rng.uniform(14.0, 22.0, 6))):
        known, first = rng.random() < 0.6, int(rng.integers(0, 40))
        ahead = rng.uniform(-20.0, 20.0)
        east, north = x * np.cos(h) + ahead * np.sin(h), ahead * np.cos(h) - x * np.sin(h)
        track = instants(412000010 + k, MINUTES, east, north, heading=heading if known else np.nan)
        ships.append(track.iloc[first:])
    said = identity(*(static(412000010 + k, loa_m=80.0, beam_m=16.0) for k in range(0, 6, 2)))
    found = pair_encounters(find_contacts(together(*ships), identity=said), identity=said)
    plain = between_by_hand(found, likely=PARAMS.raft_p_contact, width_m=PARAMS.between_gap_m)
    assert (link_encounters(found)["ruled_out"] == "hull between").tolist() == plain
    assert any(plain)


def test_two_workers_find_what_one_finds() -> None:
    sea, _ = small_sea(11)
    slabs = [slab for _, slab in sea.groupby(sea["timestamp"].dt.floor("30min"))]
    found = []
    for workers in (1, 2):
        with LocalEngine(workers=workers) as engine:
            found.append(build_encounters(pd.concat(engine.map(find_contacts, slabs))))
    pd.testing.assert_frame_equal(*found)
    assert len(found[0]) > 0


@pytest.mark.parametrize("known", [True, False])
def test_swapping_the_ships_changes_nothing(known: bool) -> None:
    sea, said = small_sea(3)
    mirror = 824000036
    swapped = sea.assign(mmsi=mirror - sea["mmsi"])
    swapped_said = said.assign(mmsi=mirror - said["mmsi"])
    one = build_encounters(find_contacts(sea, identity=said if known else None))
    two = build_encounters(find_contacts(swapped, identity=swapped_said if known else None))
    two = two.assign(mmsi_1=mirror - two["mmsi_2"], mmsi_2=mirror - two["mmsi_1"])
    order = ["start_time", "mmsi_1", "mmsi_2"]
    measures = ["end_time", "median_hull_gap_m", "hull_gap_error_m", "rigidity", "swing_deg", "abreast"]
    two = two.assign(starboard_m_1=two["starboard_m_2"], starboard_m_2=two["starboard_m_1"])
    measures += ["starboard_m_1", "starboard_m_2"]
    columns = [*order, *measures, "category", "ruled_out", "p_contact", "n_in_group"]
    one, two = (t.sort_values(order, ignore_index=True)[columns] for t in (one, two))
    pd.testing.assert_frame_equal(one, two, rtol=1e-6, atol=1e-6)


def test_the_dateline_is_a_place_like_any_other() -> None:
    (here, said), (there, _) = small_sea(5, place=(0.0, 10.0)), small_sea(5, place=(0.0, 180.0))
    one, two = (build_encounters(find_contacts(s, identity=said)) for s in (here, there))
    assert len(one) > 0
    same = [c for c in ENCOUNTERS.names if c not in ("lat", "lon")]
    pd.testing.assert_frame_equal(one[same], two[same], rtol=1e-4, atol=1e-3)
    assert ((two["lon"] + 180.0) % 360.0 - (one["lon"] - 10.0) % 360.0).abs().max() < 1e-6
