"""Reception: reporting intervals, quantised fields, outages, satellites, copies and spikes."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from stsdetect.geo.geodesy import distance_m
from stsdetect.simulation import SeaParams, simulate
from stsdetect.simulation.world.fleet import Ship
from stsdetect.simulation.world.hull_motion import Fixed, Phase, Voyage
from stsdetect.simulation.world.radio import RIVER_STATIONS, STATIONS, Air, Outage
from stsdetect.simulation.world.stage import MOORED, Place, offset
from tests.builders.simulation import sea_with, world_with

BASE = sea_with(anchored=6, passing=6, hours=12.0)
INDEX = {name: k for k, name in enumerate(STATIONS)}


def ship_at(place: Place, *, ais_class: str = "A") -> Ship:
    """A moored ship that is in the sea for a day."""
    ship = world_with(1).ship(np.random.default_rng(1), "coaster", "test", ais_class=ais_class)
    ship.voyage = Voyage((Phase(0.0, Fixed(*place, 0.0), MOORED),), 86_400.0)
    return ship


@pytest.fixture(scope="module")
def plain() -> pd.DataFrame:
    return simulate(seed=1, sea=BASE).positions


def test_fields_are_quantised_and_null_where_not_sent() -> None:
    p = simulate(seed=0, sea=SeaParams(hours=12.0, keep_every_s=60.0)).positions
    np.testing.assert_allclose((p["lat"] * 600_000).round(), p["lat"] * 600_000, atol=1e-4)
    np.testing.assert_allclose((p["sog"] * 10).round(), p["sog"] * 10, atol=1e-9)
    assert p.loc[p["ais_class"] == "B", "nav_status"].isna().all()
    assert p.loc[p["ais_class"] == "B", "heading"].isna().all()
    assert p["sog"].max() < 25


def test_anchored_ships_report_every_three_minutes_and_moving_ones_every_ten_seconds() -> None:
    sea = simulate(seed=2, sea=sea_with(hours=8.0, anchored=3, passing=4, received_share=1.0))
    p = sea.positions[sea.positions["ais_class"] == "A"]
    steps = p.groupby("mmsi")["timestamp"].diff().dt.total_seconds()
    assert steps[p["nav_status"] == 1].median() == pytest.approx(180, abs=3)
    assert steps[(p["nav_status"] == 0) & p["sog"].between(4, 14)].median() == pytest.approx(10, abs=1)


def test_receivers_keep_a_position_at_most_as_often_as_asked() -> None:
    sea = simulate(seed=2, sea=sea_with(hours=8.0, passing=4, received_share=1.0, keep_every_s=60.0))
    steps = sea.positions.groupby("mmsi")["timestamp"].diff().dt.total_seconds()
    assert steps.median() == pytest.approx(60, abs=1)


def test_satellites_are_received_only_where_there_are_passes(plain: pd.DataFrame) -> None:
    satellite = simulate(seed=1, sea=replace(BASE, satellite_share=0.5, received_share=0.05)).positions
    assert (satellite["station"] == "SAT").any()
    assert not (plain["station"] == "SAT").any()


def test_a_message_is_received_by_the_nearest_station_and_copied_within_two_seconds() -> None:
    air = Air(sea_with(received_share=1.0, station_range_km=300.0, copy_share=1.0), (), 0.0)
    t = np.arange(0.0, 6000.0, 10.0)
    when, station = air.receive(ship_at(STATIONS["TAO"]), t, np.random.default_rng(0))
    assert set(station[: len(t)]) == {INDEX["TAO"]}
    np.testing.assert_array_equal(when[: len(t)], t)
    assert len(when) > 1.9 * len(t)
    assert INDEX["TAO"] not in set(station[len(t) :])
    assert np.isin(when[len(t) :] % 10.0, [0.0, 1.0, 2.0]).all()


def test_half_as_many_messages_of_class_a_are_received_at_the_range_of_a_station() -> None:
    lat, lon = STATIONS["SHS"]
    far = offset((lat, lon), 0.0, 200_000.0)  # north of all other stations
    air = Air(sea_with(received_share=0.8, station_range_km=200.0), (), 0.0)
    alone = replace(air, outages=tuple(Outage(k, 0.0, 1e9) for name, k in INDEX.items() if name != "SHS"))
    t = np.arange(0.0, 100_000.0, 10.0)
    for ais_class, share in (("A", 0.4), ("B", 0.8 / (1.0 + np.exp(0.25 / (0.08 * 0.75))))):
        received = alone.receive(ship_at(far, ais_class=ais_class), t, np.random.default_rng(0))
        assert len(received.t) / len(t) == pytest.approx(share, abs=0.02)


def test_in_a_station_outage_the_other_stations_still_receive() -> None:
    outage = Outage(INDEX["TAO"], 1000.0, 2000.0)
    air = Air(sea_with(received_share=1.0, station_range_km=300.0), (outage,), 0.0)
    t = np.arange(0.0, 3000.0, 10.0)
    when, station = air.receive(ship_at(STATIONS["TAO"]), t, np.random.default_rng(0))
    np.testing.assert_array_equal(when, t)
    np.testing.assert_array_equal(station != INDEX["TAO"], (t >= 1000.0) & (t < 2000.0))


def test_a_ship_that_is_switched_off_is_not_received() -> None:
    ship = ship_at(STATIONS["TAO"])
    ship.switched_off.append((1000.0, 2000.0))
    air = Air(sea_with(received_share=1.0, station_range_km=300.0), (), 0.0)
    t = np.arange(0.0, 3000.0, 10.0)
    when = air.receive(ship, t, np.random.default_rng(0)).t
    np.testing.assert_array_equal(when, t[(t < 1000.0) | (t > 2000.0)])


def test_in_a_feed_outage_no_position_is_received() -> None:
    down = simulate(seed=1, sea=replace(BASE, feed_outages=1)).positions
    longest = down["timestamp"].drop_duplicates().sort_values().diff().max()
    assert 1800.0 < longest.total_seconds() < 3.1 * 3600.0


def test_spikes_are_few_and_far() -> None:
    base = sea_with(anchored=5, hours=12.0)
    clean, dirty = (simulate(seed=1, sea=replace(base, spike_share=s)).positions for s in (0.0, 0.02))
    off = distance_m(dirty["lat"], dirty["lon"], clean["lat"].mean(), clean["lon"].mean())
    expected = distance_m(clean["lat"], clean["lon"], clean["lat"].mean(), clean["lon"].mean())
    assert 0.0 < (off > expected.max() + 1000.0).mean() < 0.03


def test_headings_are_noisy_and_some_are_not_available() -> None:
    def headings(**values: float) -> pd.Series:
        sea = sea_with(berths=2, hours=12.0, keep_every_s=180.0, no_heading_share=0.0,
                       heading_error_deg=0.0, **values)  # fmt: skip
        p = simulate(seed=1, sea=sea).positions
        return p.loc[p["ais_class"] == "A", "heading"]

    # Moored on headings of 110 and 120 degrees: whole degrees beside them are noise.
    exact, noisy = headings(heading_noise_deg=0.0), headings(heading_noise_deg=2.0)
    assert set(exact.dropna()) <= {110, 120}
    error = np.minimum(abs(noisy.dropna() - 110), abs(noisy.dropna() - 120))
    assert 1.3 < float(np.sqrt((error.astype(float) ** 2).mean())) < 2.3
    assert exact.isna().mean() == 0.0
    assert headings(heading_dropout_share=0.3).isna().mean() == pytest.approx(0.3, abs=0.05)


def test_some_ships_of_class_b_broadcast_a_heading_where_asked_for() -> None:
    for share in (0.0, 1.0):
        sea = sea_with(fishing=5, hours=6.0, keep_every_s=180.0, class_b_heading_share=share)
        p = simulate(seed=1, sea=sea).positions
        b = p[p["ais_class"] == "B"]
        assert len(b)
        assert b["heading"].notna().all() == (share == 1.0)


def test_stations_up_the_river_are_added_in_order_and_receive_less() -> None:
    none, two = (Air.draw(sea_with(river_stations=n), np.random.default_rng(0)) for n in (0, 2))
    assert list(none.stations) == list(STATIONS)
    assert list(two.stations) == [*STATIONS, *list(RIVER_STATIONS)[:2]]
    assert two.station_names[-1] == "SAT"
    t = np.arange(0.0, 20_000.0, 10.0)
    shares = []
    for share in (1.0, 0.4):
        air = Air.draw(
            sea_with(river_stations=6, river_received_share=share, received_share=1.0),
            np.random.default_rng(0),
        )
        when, station = air.receive(ship_at(RIVER_STATIONS["JYN"]), t, np.random.default_rng(0))
        assert set(air.station_names[station]) <= {"JYN", "NTG", "TCG"}
        shares.append(len(when) / len(t))
    assert shares[0] > 0.99
    assert 0.4 < shares[1] < 0.7  # Jiangyin alone receives 0.4 of all, with Nantong at 54 km 0.64


def test_a_ship_at_rest_is_kept_less_often_than_one_under_way() -> None:
    kept = []
    for every in (0.0, 900.0):
        params = sea_with(anchored=1, hours=24.0, keep_every_s=180.0, keep_at_rest_every_s=every)
        kept.append(len(simulate(seed=1, sea=params).positions))
    assert kept[1] == pytest.approx(kept[0] / 5.0, rel=0.2)
