"""Readings of ships at their own anchors and on other ships'."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import polars as pl
import pytest

from stsdetect.detection import find_anchor_readings, read_anchors, readings_of_stops, swing_fits
from stsdetect.detection.loitering import loitering_spells
from stsdetect.schema import ANCHOR_READINGS, IDENTITY, LOITERING, POINTS, SWING_FITS
from tests.builders import together
from tests.builders.swing import H, anchorage, as_points, sizes, swinging, under_way

SHIP = 412_000_001


def readings(*ships: pd.DataFrame, loa_m: float | None = 100.0, **sized: Any) -> pd.DataFrame:
    """Readings of a dump, one row a part, by MMSI and time."""
    found = find_anchor_readings(
        as_points(*ships), identity=sized.get("identity", sizes(*ships, loa_m=loa_m))
    )
    return found.sort_values(["mmsi", "start_time"], ignore_index=True)


def of_ship(found: pd.DataFrame, mmsi: int = SHIP) -> pd.Series:
    rows = found[found["mmsi"] == mmsi]
    assert len(rows) == 1
    return rows.iloc[0]


def test_alone_among_ships_at_anchor_she_lies_at_her_own() -> None:
    row = of_ship(readings(swinging(SHIP, forward_m=112.0), *anchorage()))
    assert row["anchor_reading"] == "own"
    assert row["bow_to_pivot_m"] == pytest.approx(32.0, abs=1.0)
    assert row["n_neighbours"] == 4
    assert np.isnan(row["doubt"]) if isinstance(row["doubt"], float) else row["doubt"] is None


@pytest.mark.parametrize(
    ("forward_m", "starboard_m"),
    [(180.0, 40.0), (150.0, -45.0), (-60.0, 30.0), (-150.0, -40.0)],
    ids=["same heading", "on her other side", "opposite heading", "far astern"],
)
def test_alongside_a_ship_that_does_not_transmit(forward_m: float, starboard_m: float) -> None:
    row = of_ship(readings(swinging(SHIP, forward_m=forward_m, starboard_m=starboard_m), *anchorage()))
    assert row["anchor_reading"] == "borrowed"
    assert row["log_lr_borrowed"] > 1.1


def test_barges_on_a_taut_chain_are_judged_by_each_other() -> None:
    # 70 m long on 120 m of chain: 2.5 lengths ahead of the antenna, as all neighbours.
    barges = [swinging(SHIP, forward_m=176.0), *anchorage(forward_m=170.0)]
    row = of_ship(readings(*barges, loa_m=70.0))
    assert row["pivot_forward_m"] / row["length_m"] == pytest.approx(2.5, abs=0.05)
    assert row["anchor_reading"] == "own"


def test_the_same_pivot_is_borrowed_where_chains_are_short() -> None:
    row = of_ship(readings(swinging(SHIP, forward_m=230.0), *anchorage(forward_m=60.0), loa_m=70.0))
    assert row["anchor_reading"] == "borrowed"


def test_a_guest_at_the_hosts_bow_is_not_refuted() -> None:
    row = of_ship(readings(swinging(SHIP, forward_m=112.0), *anchorage()))
    assert -0.7 <= row["log_lr_borrowed"] <= 0.0


def test_with_nothing_to_compare_with_it_cannot_be_told() -> None:
    row = of_ship(readings(swinging(SHIP, forward_m=230.0, starboard_m=60.0)))
    assert (row["anchor_reading"], row["doubt"]) == ("cannot_tell", "nothing to compare with")
    assert abs(row["log_lr_borrowed"]) <= 0.6


def test_her_own_stays_are_enough_to_compare_with() -> None:
    stops = [swinging(SHIP, forward_m=120.0, start_h=40.0 * k, east_m=3000.0 * k) for k in range(3)]
    guest = swinging(SHIP, forward_m=190.0, starboard_m=-50.0, start_h=120.0, east_m=9000.0)
    found = readings(together(*stops, guest), loa_m=None)
    assert found["anchor_reading"].tolist() == ["own", "own", "own", "borrowed"]
    assert found["n_own_stops"].tolist() == [3, 3, 3, 3]


def test_without_a_swing_there_is_no_reading() -> None:
    assert SHIP not in readings(swinging(SHIP, forward_m=230.0, swing_deg=8.0), *anchorage())["mmsi"].tolist()


def test_a_dragging_ship_cannot_be_told() -> None:
    hour = np.arange(0.0, 12 * H + 1, 180.0) / H
    found = readings(swinging(SHIP, forward_m=230.0, starboard_m=50.0, north_m=30.0 * hour), *anchorage())
    assert of_ship(found)["doubt"] == "drifted or dragged"
    assert of_ship(found)["log_lr_borrowed"] == 0.0


def test_a_bias_of_the_heading_is_taken_out() -> None:
    # Three degrees at 190 m: 10 m aside.
    ship = together(
        under_way(SHIP, heading_bias_deg=3.0), swinging(SHIP, forward_m=190.0, heading_bias_deg=3.0)
    )
    row = of_ship(readings(ship, *anchorage(forward_m=185.0)))
    assert row["pivot_starboard_m"] == pytest.approx(-10.0, abs=0.5)
    assert row["pivot_angle_deg"] == pytest.approx(0.0, abs=0.5)
    assert row["anchor_reading"] == "own"


def test_noisy_headings_and_a_small_swing_are_not_read_as_borrowed() -> None:
    row = of_ship(
        readings(
            swinging(SHIP, forward_m=190.0, swing_deg=24.0, heading_noise_deg=1.5),
            *anchorage(forward_m=185.0),
        )
    )
    assert row["anchor_reading"] == "own"
    assert row["pivot_forward_m"] == pytest.approx(190.0, abs=2.5 * row["pivot_error_m"])


def test_ships_in_turn_at_a_buoy() -> None:
    # Three tankers on one buoy, 20 m ahead of their bows, among ships with 100 m of chain out.
    turns = [swinging(SHIP + k, forward_m=100.0, start_h=20.0 * k) for k in range(3)]
    found = readings(*turns, *anchorage(forward_m=180.0))
    at_buoy = found[found["mmsi"] < SHIP + 3]
    assert set(at_buoy["doubt"]) == {"single point mooring"}
    assert set(at_buoy["log_lr_borrowed"]) == {0.0}


def test_two_guests_in_turn_share_a_pivot() -> None:
    guests = [swinging(SHIP + k, forward_m=180.0, starboard_m=45.0, start_h=14.0 * k) for k in range(2)]
    found = readings(*guests, *anchorage(), *anchorage(start_h=14.0))
    assert found[found["mmsi"] <= SHIP + 1]["n_sharing_pivot"].tolist() == [1, 1]
    assert found[found["mmsi"] <= SHIP + 1]["anchor_reading"].tolist() == ["borrowed"] * 2


def test_where_the_antenna_is_not_known_less_can_be_told() -> None:
    ships = [swinging(SHIP, forward_m=180.0, starboard_m=40.0), *anchorage()]
    ids = sizes(*ships)
    unknown = ids["mmsi"] == SHIP
    ids.loc[unknown, ["to_bow", "to_port"]] = 0
    known, unsized = of_ship(readings(*ships)), of_ship(readings(*ships, identity=ids))
    assert pd.isna(unsized["bow_to_pivot_m"])
    assert unsized["length_m"] == 100.0
    assert unsized["log_lr_borrowed"] < known["log_lr_borrowed"]


def test_the_status_is_a_number_of_its_own() -> None:
    plain = of_ship(readings(swinging(SHIP, forward_m=180.0, starboard_m=40.0), *anchorage()))
    moored = of_ship(readings(swinging(SHIP, forward_m=180.0, starboard_m=40.0, nav_status=5), *anchorage()))
    anchored = of_ship(
        readings(swinging(SHIP, forward_m=180.0, starboard_m=40.0, nav_status=1), *anchorage())
    )
    assert plain["log_lr_borrowed"] == moored["log_lr_borrowed"] == anchored["log_lr_borrowed"]
    assert [r["log_lr_status"] for r in (plain, moored, anchored)] == [0.0, 1.0, -0.5]


def test_a_circle_says_less_than_headings() -> None:
    def log_lr(heading: bool) -> pd.Series:
        ship = swinging(SHIP, forward_m=240.0, swing_deg=170.0)
        return of_ship(readings(ship if heading else ship.assign(heading=np.nan), *anchorage()))

    assert log_lr(heading=True)["anchor_reading"] == "borrowed"
    assert 0 < log_lr(heading=False)["log_lr_borrowed"] < log_lr(heading=True)["log_lr_borrowed"]
    assert pd.isna(log_lr(heading=False)["pivot_angle_deg"])


def test_across_the_dateline() -> None:
    places = [{"place": (10.0, 179.999)}, {"place": (10.0, -179.999)}]
    ships = [swinging(SHIP, forward_m=112.0, **places[0]), *anchorage(**places[1])]
    row = of_ship(readings(*ships))
    assert (row["anchor_reading"], row["n_neighbours"]) == ("own", 4)


def test_one_reading_a_stay_is_that_of_the_borrowed_part() -> None:
    own = swinging(SHIP, forward_m=110.0, hours=6.0)
    guest = swinging(SHIP, forward_m=200.0, starboard_m=40.0, hours=6.0, start_h=6.5, east_m=600.0)
    found = readings(together(own, guest), *anchorage())
    assert found[found["mmsi"] == SHIP]["anchor_reading"].tolist() == ["own", "borrowed"]
    stops = readings_of_stops(ANCHOR_READINGS.validate(found)).filter(pl.col("mmsi") == SHIP)
    assert stops["anchor_reading"].to_list() == ["borrowed"]
    assert stops["part"].to_list() == [2]


def test_order_and_shards_do_not_matter() -> None:
    ships = [swinging(SHIP, forward_m=180.0, starboard_m=40.0), *anchorage()]
    whole = readings(*ships)
    pd.testing.assert_frame_equal(whole, readings(*ships[::-1]))
    parts = []
    for ship in ships:
        points = POINTS.validate(as_points(ship))
        parts.append(swing_fits(points, loitering_spells(points)))
    fits = pl.concat(parts).sort(SWING_FITS.sort_by, maintain_order=True)
    apart = ANCHOR_READINGS.to_pandas(read_anchors(fits, identity=IDENTITY.validate(sizes(*ships))))
    pd.testing.assert_frame_equal(whole, apart.sort_values(["mmsi", "start_time"], ignore_index=True))


def test_nothing_in_nothing_out() -> None:
    pd.testing.assert_frame_equal(
        find_anchor_readings(POINTS.empty(), loitering=LOITERING.empty()), ANCHOR_READINGS.empty()
    )


@pytest.mark.real
def test_real_stays_in_singapore(shared_data: Path) -> None:
    """Of stops that the crew calls at anchor at most 5 % are read as borrowed, of those moored at least half."""
    from stsdetect import build_tracks, read_ais

    data = read_ais(shared_data / "singapore_tankers_2013_2014")
    tracks = build_tracks(data.positions, data.static)
    found = find_anchor_readings(tracks.points, segments=tracks.segments, identity=tracks.identity)
    anchored = Counter(found[found["anchored_share"] > 0.5]["anchor_reading"])
    moored = Counter(found[found["moored_share"] > 0.5]["anchor_reading"])
    assert anchored["borrowed"] <= 0.05 * anchored.total()
    assert moored["borrowed"] >= 0.5 * moored.total() > 0
    assert anchored["own"] >= 0.8 * anchored.total() >= 40
