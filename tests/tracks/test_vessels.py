"""Tracks of one hull, within an MMSI and across MMSIs."""

from typing import NamedTuple

import numpy as np
import pandas as pd
import pytest

from stsdetect.schema import POSITIONS, STATIC
from stsdetect.tracks import build_tracks, link_vessels, track_tables
from tests.builders import static, together
from tests.builders.tracks import OTHER_SHIP, SHIP, anchored, sail


class Unlinked(NamedTuple):
    """Tracks before hulls are followed from one MMSI to another."""

    segments: pd.DataFrame
    identity: pd.DataFrame


def unlinked(positions: pd.DataFrame, reports: pd.DataFrame | None = None) -> Unlinked:
    tables = track_tables(POSITIONS.validate(positions), STATIC.optional(reports))
    return Unlinked(tables.segments.to_pandas(), tables.identity.to_pandas())


def test_two_ships_that_swap_their_mmsis_keep_their_vessels():
    before, after = np.arange(0, 7200, 60), np.arange(7200, 14400, 60)
    sea = together(
        sail(before, mmsi=SHIP), sail(before, 12, mmsi=OTHER_SHIP, start=(0, 6e4)),
        sail(after, mmsi=OTHER_SHIP), sail(after, 12, mmsi=SHIP, start=(0, 6e4)),
    )  # fmt: skip
    tracks = unlinked(sea)
    assert len(tracks.segments) == 4
    links = link_vessels(tracks.segments, tracks.identity).to_pandas()
    table = tracks.segments.drop(columns="vessel_id").merge(links, on="segment_id")
    north = table["start_lat"] > 30.5
    assert table.loc[north, "vessel_id"].nunique() == table.loc[~north, "vessel_id"].nunique() == 1
    assert table["vessel_id"].nunique() == 2
    assert table["vessel_evidence"].str.contains("changed places").sum() == 2


def test_near_miss_one_mmsi_ends_where_another_begins():
    sea = together(sail(np.arange(0, 7200, 60)), sail(np.arange(7200, 14400, 60), mmsi=OTHER_SHIP))
    tracks = unlinked(sea)
    links = link_vessels(tracks.segments, tracks.identity).to_pandas()
    assert links["vessel_id"].nunique() == 2
    assert links["vessel_evidence"].isna().all()


@pytest.mark.parametrize(
    ("identity_a", "identity_b", "joined"),
    [
        ({"imo": 9074729, "loa_m": None}, {"imo": 9074729, "loa_m": None}, True),
        ({"imo": 9074729, "loa_m": None}, {"imo": 9074717, "loa_m": None}, False),
        ({"imo": 8814881, "loa_m": None}, {"imo": 8814881, "loa_m": None}, False),  # fails its check digit
        ({"loa_m": 100.0}, {"loa_m": 100.0}, True),
        ({"loa_m": 100.0}, {"loa_m": 105.0}, False),
        ({"loa_m": 18.0}, {"loa_m": 18.0}, False),  # sizes of small craft are not evidence
    ],
)
def test_a_hull_that_changes_its_mmsi(identity_a, identity_b, joined):
    sea = together(sail(np.arange(0, 7200, 60)), sail(np.arange(7260, 14400, 60), mmsi=OTHER_SHIP))
    tracks = unlinked(sea, together(static(SHIP, 60, **identity_a), static(OTHER_SHIP, 7300, **identity_b)))
    links = link_vessels(tracks.segments, tracks.identity).to_pandas()
    assert len(links["vessel_id"].unique()) == (1 if joined else 2)
    assert links["vessel_evidence"].notna().any() == joined


def test_one_imo_number_on_two_mmsis_at_once_is_reported_and_not_joined():
    t = np.arange(0, 7200, 60)
    sea = together(sail(t), sail(t, mmsi=OTHER_SHIP, start=(0, 3e4)))
    tracks = unlinked(sea, together(static(SHIP, 60, imo=9074729), static(OTHER_SHIP, 60, imo=9074729)))
    links = link_vessels(tracks.segments, tracks.identity).to_pandas()
    assert links["vessel_id"].nunique() == 2
    assert links["vessel_evidence"].str.contains("not joined").all()


def test_a_second_hull_of_an_mmsi_has_a_name_of_its_own():
    """Ten hours on one MMSI, then 300 km away: within an hour no ship gets there, in twelve hours one does."""
    first, names = sail(np.arange(0, 36000, 60), sog=0.5), []
    for hours in (1, 12):
        later = anchored(36000 + hours * 3600 + np.arange(0, 3600, 60), 3e5)
        names.append(sorted(build_tracks(together(first, later)).segments["vessel_id"].unique()))
    assert names == [[str(SHIP), f"{SHIP}/2"], [str(SHIP)]]


def test_built_tracks_have_one_vessel_id_for_a_hull_under_two_mmsis():
    sea = together(sail(np.arange(0, 7200, 60)), sail(np.arange(7260, 14400, 60), mmsi=OTHER_SHIP))
    known = {"imo": 9074729, "loa_m": None}
    reports = together(static(SHIP, 60, **known), static(OTHER_SHIP, 7300, **known))
    assert unlinked(sea, reports).segments["vessel_id"].nunique() == 2
    tracks = build_tracks(sea, reports)
    for table in (tracks.points, tracks.segments, tracks.identity):
        assert table["vessel_id"].unique().tolist() == [str(SHIP)]
    assert tracks.points["mmsi"].nunique() == 2
    assert tracks.identity["vessel_evidence"].notna().any()
