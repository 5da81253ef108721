"""A sea is what it says: seeded, physical, and its truth holds in its positions."""

import numpy as np
import pandas as pd
import pytest

from stsdetect.errors import ParamError
from stsdetect.geo.geodesy import local_offset_m
from stsdetect.geo.hull import hull_corners_m, hull_gap_m
from stsdetect.schema import POSITIONS, SHIPS, STATIC, TRUTH
from stsdetect.simulation import PRESETS, Sea, SeaParams, simulate
from stsdetect.simulation.sea import SCENES, set_scenes

SMALL = SeaParams(hours=16, anchored=4, passing=3, fishing=2, no_size_share=0.0)


@pytest.fixture(scope="module")
def demo() -> Sea:
    return simulate(seed=0, sea="demo")


def gaps_m(params: SeaParams, seed: int, kind: str) -> np.ndarray:
    """Hull gaps of the true hulls at the middle of each contact of a kind [m]."""
    world = set_scenes(params, seed)
    by_mmsi = {s.mmsi: s for s in world.ships}
    out = []
    for row in (r for r in world.truth if r["kind"] == kind):
        one, two = by_mmsi[row["mmsi_1"]], by_mmsi[row["mmsi_2"]]
        t = np.linspace(row["start_s"] + 60.0, row["end_s"] - 60.0, 9)
        a, b = one.voyage.pose(t), two.voyage.pose(t)
        east, north = local_offset_m(a.lat, a.lon, b.lat, b.lon)
        size = [(s.length_m / 2, s.length_m / 2, s.beam_m / 2, s.beam_m / 2) for s in (one, two)]
        out.append(
            hull_gap_m(hull_corners_m(*size[0], a.heading), hull_corners_m(*size[1], b.heading, east, north))
        )
    return np.concatenate(out)


def test_the_demo_holds_what_the_issue_asks_for(demo: Sea) -> None:
    assert 60 <= len(demo.ships) <= 120
    truth = demo.truth
    assert truth["kind"].value_counts()["transfer"] == 2
    assert set(truth["kind"]) == {
        "transfer", "dark_transfer", "bunkering", "towing", "pilotage", "fishing", "dredging", "same_hull",
        "anchorage_neighbours",
    }  # fmt: skip
    assert set(truth.loc[truth["illicit"], "kind"]) == {"transfer", "dark_transfer"}


def test_tables_are_the_declared_ones(demo: Sea) -> None:
    for table, frame in (
        (POSITIONS, demo.positions),
        (STATIC, demo.static),
        (TRUTH, demo.truth),
        (SHIPS, demo.ships),
    ):
        pd.testing.assert_frame_equal(table.to_pandas(frame), frame)


def test_one_seed_is_one_sea() -> None:
    one, two, other = (simulate(seed=s, sea=SMALL) for s in (3, 3, 4))
    pd.testing.assert_frame_equal(one.positions, two.positions)
    pd.testing.assert_frame_equal(one.truth, two.truth)
    assert not one.positions["lat"].equals(other.positions["lat"])


def test_one_more_scene_leaves_the_others_as_they_were() -> None:
    few, more = (set_scenes(SeaParams(anchored=2, passing=n), 5) for n in (1, 2))
    assert [s.mmsi for s in few.ships if s.role == "giver"] == [
        s.mmsi for s in more.ships if s.role == "giver"
    ]


@pytest.mark.parametrize("kind", ["transfer", "dark_transfer", "bunkering", "dredging", "pilotage"])
def test_hulls_in_contact_lie_a_fender_apart(kind: str) -> None:
    gaps = gaps_m(SMALL, 1, kind)
    assert (gaps > 0).all()
    assert (gaps < 8.0).all()


@pytest.mark.parametrize("kind", ["anchorage_neighbours", "towing", "fishing"])
def test_hulls_of_look_alikes_keep_apart(kind: str) -> None:
    assert gaps_m(SMALL, 1, kind).min() > 30.0


def test_the_dark_ship_is_not_heard_during_its_contact(demo: Sea) -> None:
    row = demo.truth[demo.truth["kind"] == "dark_transfer"].iloc[0]
    during = demo.positions["timestamp"].between(row["start_time"], row["end_time"])
    heard = set(demo.positions.loc[during, "mmsi"])
    assert row["mmsi_1"] not in heard
    assert row["mmsi_2"] in heard


def test_fields_are_quantised_and_null_where_not_sent(demo: Sea) -> None:
    p = demo.positions
    np.testing.assert_allclose((p["lat"] * 600_000).round(), p["lat"] * 600_000, atol=1e-4)
    np.testing.assert_allclose((p["sog"] * 10).round(), p["sog"] * 10, atol=1e-9)
    assert p.loc[p["ais_class"] == "B", "nav_status"].isna().all()
    assert p.loc[p["ais_class"] == "B", "heading"].isna().all()
    assert p["sog"].max() < 25


def test_anchored_ships_report_every_three_minutes_and_moving_ones_every_ten_seconds() -> None:
    sea = simulate(seed=2, sea=SeaParams(hours=8, anchored=3, passing=4, received_share=1.0))
    p = sea.positions[sea.positions["ais_class"] == "A"]
    steps = p.groupby("mmsi")["timestamp"].diff().dt.total_seconds()
    assert steps[p["nav_status"] == 1].median() == pytest.approx(180, abs=3)
    assert steps[(p["nav_status"] == 0) & p["sog"].between(4, 14)].median() == pytest.approx(10, abs=1)


def test_draught_falls_for_the_giver_and_rises_for_the_receiver(demo: Sea) -> None:
    roles = demo.ships.set_index("mmsi")["role"]
    drawn = demo.static.groupby("mmsi")["draught"].agg(["first", "last"])
    change = (drawn["last"] - drawn["first"]).round(1)
    assert (change[roles.index[roles == "giver"]] <= 0).all()
    assert (change[roles.index[roles == "receiver"]] >= 0).all()
    assert change.abs().max() > 0.3


def test_a_sea_without_scenes_is_typed_and_empty() -> None:
    sea = simulate(sea=SeaParams(**dict.fromkeys(SCENES, 0)))
    for frame, table in ((sea.positions, POSITIONS), (sea.truth, TRUTH), (sea.ships, SHIPS)):
        pd.testing.assert_frame_equal(frame, table.empty())


@pytest.mark.parametrize(
    ("call", "match"),
    [
        (lambda: simulate(sea="atlantis"), "no sea 'atlantis'; presets: demo"),
        (lambda: simulate(seed=-1), "at least 0"),
        (lambda: simulate(sea=SeaParams(start="yesterday noon")), "is not a time"),
        (lambda: simulate(sea=SeaParams(start="2019-08-14T00:00:00")), "no zone"),
        (lambda: SeaParams.from_toml("ankered = 3"), "unknown sea parameter: ankered"),
        (lambda: SeaParams.from_toml("anchored = "), "not valid TOML"),
    ],
)
def test_what_cannot_be_made_is_refused(call, match: str) -> None:
    with pytest.raises(ParamError, match=match):
        call()


@pytest.mark.parametrize("name", sorted(PRESETS))
def test_presets_round_trip_through_toml(name: str) -> None:
    assert SeaParams.from_toml(PRESETS[name].to_toml()) == PRESETS[name]
