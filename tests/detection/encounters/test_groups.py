"""Groups: rafts, repeated spells, and pairs with a hull between them."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import polars as pl
import pytest
from polars.testing import assert_frame_equal

from stsdetect.detection.encounters.groups import link_encounters
from stsdetect.params import EncounterParams
from stsdetect.schema import ENCOUNTERS
from tests.builders import at, identity, static, together
from tests.builders.encounters import (
    SIZES,
    A,
    B,
    C,
    contacts_of,
    encounters_from,
    encounters_of,
    instants,
    pairs_from,
    side_by_side,
    swinging,
)
from tests.naive import between_by_hand

PARAMS = EncounterParams()
D = 412000004
H = 3600.0


def encounters(*rows: tuple[int, int, float, float], **columns: Any) -> pl.DataFrame:
    """Likely contacts of pairs between two hours, whose hulls are 3 m apart; `columns` gives a value per row."""
    plain = {"string": "x", "timestamp": at(0), "bool": False}
    frame = pd.DataFrame([{c.name: plain.get(c.kind, 0) for c in ENCOUNTERS if not c.null} for _ in rows])
    one, two, start_h, end_h = zip(*rows, strict=True)
    return ENCOUNTERS.validate(
        frame.assign(
            encounter_id=[f"{a}-{b}-{s}" for a, b, s, _ in rows],
            mmsi_1=one,
            mmsi_2=two,
            start_time=[at(h * H) for h in start_h],
            end_time=[at(h * H) for h in end_h],
            **({"median_hull_gap_m": 3.0, "p_contact": 0.9} | columns),
        )
    )


def groups(table: pl.DataFrame) -> list[tuple[str | None, int]]:
    return link_encounters(table).select("group_id", "n_in_group").rows()


@pytest.mark.parametrize(("start_h", "linked"), [(6.0, True), (6.1, False)])
def test_a_shared_hull_at_the_same_time_makes_a_raft(start_h: float, linked: bool) -> None:
    found = groups(encounters((A, B, 0, 6), (B, C, start_h, 9)))
    name = f"{A}-{B}-0" if linked else None
    assert found == [(name, 3 if linked else 2)] * 2


def test_a_chain_of_hulls_is_one_raft() -> None:
    found = groups(encounters((A, B, 0, 6), (B, C, 1, 6), (C, D, 2, 6)))
    assert found == [(f"{A}-{B}-0", 4)] * 3


@pytest.mark.parametrize(("start_h", "linked"), [(30.0, True), (30.1, False)])
def test_spells_of_one_pair_within_a_day_belong_together(start_h: float, linked: bool) -> None:
    found = groups(encounters((A, B, 0, 6), (A, B, start_h, 40)))
    assert found == [(f"{A}-{B}-0" if linked else None, 2)] * 2


@pytest.mark.parametrize(("p", "linked"), [(0.5, True), (0.49, False)])
def test_only_likely_contacts_are_linked(p: float, linked: bool) -> None:
    found = groups(encounters((A, B, 0, 6), (B, C, 0, 6), p_contact=[0.9, p]))
    assert (found[0][0] is not None) == linked


def between(a_m: float | None, c_m: float | None, *, hours: float = 6.0, gap_m: float = 3.0) -> str | None:
    """What rules out A and C, whose antennas lie so far to starboard of B's."""
    table = encounters(
        (A, B, 0, 6), (A, C, 0, 6), (B, C, 0, hours),
        starboard_m_1=[None, None, c_m], starboard_m_2=[a_m, None, None], median_hull_gap_m=[3.0, gap_m, 3.0],
    )  # fmt: skip
    return link_encounters(table).filter(mmsi_1=A, mmsi_2=C)["ruled_out"][0]


@pytest.mark.parametrize(("a_m", "c_m", "found"), [(-5.0, 5.1, True), (-5.0, 5.0, False), (5.0, 9.0, False)])
def test_antennas_to_either_side_of_a_third_hull_cannot_touch(a_m: float, c_m: float, found: bool) -> None:
    assert between(a_m, c_m) == ("hull between" if found else None)


@pytest.mark.parametrize(("hours", "found"), [(3.0, True), (2.9, False)])
def test_the_hull_must_lie_between_for_half_of_the_spell(hours: float, found: bool) -> None:
    assert between(-9.0, 9.0, hours=hours) == ("hull between" if found else None)


@pytest.mark.parametrize(("gap_m", "found"), [(8.1, True), (8.0, False)])
def test_without_a_heading_a_hull_is_between_where_both_gaps_are_smaller(gap_m: float, found: bool) -> None:
    assert between(None, None, gap_m=gap_m) == ("hull between" if found else None)


def test_what_has_a_hull_between_loses_its_probability() -> None:
    table = encounters(
        (A, B, 0, 6),
        (A, C, 0, 6),
        (B, C, 0, 6),
        starboard_m_1=[None, None, 9.0],
        starboard_m_2=[-9.0, None, None],
    )
    found = link_encounters(table)
    assert found["p_contact"].to_list() == [0.9, PARAMS.contact_ruled_out, 0.9]
    assert found["n_in_group"].to_list() == [3, 2, 3]


def test_empty_input_gives_an_empty_table() -> None:
    assert_frame_equal(link_encounters(ENCOUNTERS.optional(None)), ENCOUNTERS.optional(None))


def test_three_hulls_side_by_side_are_one_raft() -> None:
    found = encounters_of(side_by_side((A, 0.0), (B, 18.0), (C, 36.0), error_m=2.0), SIZES)
    assert len(found) == 3
    touching = found[found["p_contact"] >= 0.5]
    assert set(touching[["mmsi_1", "mmsi_2"]].itertuples(index=False, name=None)) == {(A, B), (B, C)}
    assert len(set(touching["group_id"])) == 1
    assert touching["n_in_group"].eq(3).all()


def test_two_barges_on_either_side_of_a_dredger_do_not_touch() -> None:
    # Barges of unknown size and heading: their outlines may well overlap across a hull 8 m wide.
    h, minutes = np.deg2rad(swinging()), np.arange(0, 480, 2.0)
    sea = together(
        *(
            instants(m, minutes, x * np.cos(h), -x * np.sin(h), heading=heading, error_m=2.0)
            for m, x, heading in ((A, -9.0, np.nan), (B, 0.0, swinging()), (C, 9.0, np.nan))
        )
    )
    known = identity(static(A, loa_m=None), static(B, beam_m=8.0), static(C, loa_m=None))
    found = encounters_of(sea, known).set_index(["mmsi_1", "mmsi_2"])
    assert (found.loc[[(A, B), (B, C)], "p_contact"] >= 0.5).all()
    assert found.loc[(A, C), "ruled_out"] == "hull between"
    assert found.loc[(A, C), "p_contact"] <= PARAMS.contact_ruled_out


def test_the_bucket_of_a_pair_does_not_matter_for_its_raft() -> None:
    contacts = contacts_of(side_by_side((A, -18.0), (B, 0.0), (C, 18.0)), SIZES)
    apart = [pairs_from(part, SIZES) for _, part in contacts.group_by("mmsi_1", "mmsi_2")]
    linked = link_encounters(pl.concat(apart))
    pd.testing.assert_frame_equal(ENCOUNTERS.to_pandas(linked), encounters_from(contacts, SIZES))


@pytest.mark.parametrize("seed", range(6))
def test_hulls_between_equal_the_plain_version(seed: int) -> None:
    rng, minutes = np.random.default_rng(seed), np.arange(0.0, 120.0, 2.0)
    heading = 60.0 * np.sin(minutes / 30.0)
    h, ships = np.deg2rad(heading), []
    for k, x in enumerate(np.cumsum(rng.uniform(14.0, 22.0, 6))):
        known, first = rng.random() < 0.6, int(rng.integers(0, 40))
        ahead = rng.uniform(-20.0, 20.0)
        east, north = x * np.cos(h) + ahead * np.sin(h), ahead * np.cos(h) - x * np.sin(h)
        track = instants(412000010 + k, minutes, east, north, heading=heading if known else np.nan)
        ships.append(track.iloc[first:])
    known = identity(*(static(412000010 + k, loa_m=80.0, beam_m=16.0) for k in range(0, 6, 2)))
    found = pairs_from(contacts_of(together(*ships), known), known)
    plain = between_by_hand(found.to_pandas(), likely=PARAMS.raft_p_contact, width_m=PARAMS.between_gap_m)
    assert (link_encounters(found)["ruled_out"] == "hull between").fill_null(value=False).to_list() == plain
    assert any(plain)
