from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
import shapely

from stsdetect.context import load_context
from stsdetect.detection import find_gaps
from stsdetect.geo.geodesy import move
from stsdetect.params import GapParams
from stsdetect.reception.reception_model import fit_reception
from stsdetect.schema import GAPS, POINTS, SEGMENTS
from stsdetect.tracks import build_tracks, link_vessels
from tests.builders import PLACE, at, fixes, points, static, together
from tests.radio_sea import label, radio_sea

H = 3600.0
DAY = np.arange(0.0, 24 * H, 300.0)


def fleet(*quiet: tuple[int, float, float], n: int = 8) -> pd.DataFrame:
    """Ships at anchor 1 km apart; `quiet` names ships that say nothing from one hour to another."""
    parts = []
    for k in range(n):
        t = DAY
        for ship, start, end in quiet:
            if ship == k:
                t = t[(t <= start * H) | (t >= end * H)]
        parts.append(points(fixes(412_000_000 + k, t, 1000.0 * k, sog=0.1)))
    return together(*parts)


def found(sea: pd.DataFrame, **options) -> pd.DataFrame:
    return find_gaps(sea, SEGMENTS.empty(), **options)


def test_a_ship_silent_among_others_was_switched_off() -> None:
    gaps = found(fleet((3, 8.0, 14.0)))
    assert gaps["mmsi"].tolist() == [412_000_003]
    gap = gaps.iloc[0]
    assert (gap["start_time"], gap["end_time"]) == (at(8 * H), at(14 * H))
    assert gap["duration_h"] == 6.0
    assert gap["distance_m"] == pytest.approx(0.0, abs=0.01)
    assert gap["slack_h"] == 6.0
    assert gap["n_neighbours"] == 7
    assert gap["expected_reports"] == pytest.approx(70, abs=4)  # 35 time bins of two reports
    assert gap["p_off"] > 0.95
    assert not gap["feed_outage"]


def test_a_silence_of_all_is_an_outage() -> None:
    gaps = found(fleet(*((k, 8.0, 14.0) for k in range(8))))
    assert len(gaps) == 8
    assert gaps["feed_outage"].all()
    assert (gaps["p_off"] < 0.05).all()


@pytest.mark.parametrize(("hours", "n"), [(1.95, 0), (2.0, 1)])
def test_the_shortest_silence(hours: float, n: int) -> None:
    t = np.array([0.0, 300.0, 300.0 + hours * H, 600.0 + hours * H])
    sea = points(fixes(1, t))
    assert len(found(sea)) == n


def test_an_open_silence_is_measured_to_the_end_of_the_dump() -> None:
    sea = fleet((2, 10.0, 30.0))
    gap = found(sea).iloc[0]
    assert pd.isna(gap["end_time"])
    assert gap["duration_h"] == pytest.approx(13.92, abs=0.01)
    assert gap["p_off"] > 0.9
    later = found(sea, end_of_data=at(30 * H))
    assert later[later["mmsi"] == 412_000_002].iloc[0]["duration_h"] == 20.0


@pytest.mark.parametrize(("cog", "judged"), [(90.0, False), (270.0, True)], ids=["out of it", "into it"])
def test_an_open_silence_ends_at_the_edge_of_the_dump(cog: float, judged: bool) -> None:
    # Ships lie in cells of 15 km along 120 km; the last fix is at the eastern end, at 10 kn. East of it nobody
    # ever was, and the next cell is less than an hour off; to the west the others vouch all the way.
    far = [points(fixes(412_000_000 + k, DAY, 5_000.0 * k - 120_000.0, sog=0.1)) for k in range(25)]
    ship = points(fixes(413_000_000, DAY[DAY <= 12 * H], 0.0, sog=10.0)).assign(cog=cog)
    gap = found(together(*far, ship)).iloc[0]
    assert gap["mmsi"] == 413_000_000
    assert gap["can_judge"] == judged
    assert (gap["p_off"] > 0.5) == judged


@pytest.mark.parametrize(("sign", "judged"), [(1.0, False), (-1.0, True)], ids=["out of it", "into it"])
def test_where_the_feed_gives_no_speed_the_last_two_fixes_do(sign: float, judged: bool) -> None:
    # As above, by positions alone: five minutes before the last fix the ship was 1543 m (10 kn) west or east of it.
    far = [points(fixes(412_000_000 + k, DAY, 5_000.0 * k - 120_000.0)) for k in range(25)]
    t = DAY[DAY <= 12 * H]
    x = np.where(t < t[-1], -sign * 10.0 * 1852.0 / 12.0, 0.0)
    ship = points(fixes(413_000_000, t, x))
    sea = together(*far, ship).assign(sog=np.nan, cog=np.nan)
    gap = found(sea).iloc[0]
    assert gap["mmsi"] == 413_000_000
    assert gap["start_sog_kn"] == pytest.approx(10.0, rel=0.01)
    assert gap["can_judge"] == judged
    assert (gap["p_off"] > 0.5) == judged


def test_two_fixes_of_one_instant_tell_no_speed() -> None:
    # Feeds that give whole minutes hold two places of one minute; over no time at all they are no way made.
    sea = points(fixes(1, [0.0, 300.0, 300.0, 10 * H], [0.0, 0.0, 900.0, 900.0])).assign(
        sog=np.nan, cog=np.nan
    )
    assert pd.isna(found(sea).iloc[0]["start_sog_kn"])


def test_a_way_may_bend() -> None:
    # Two fixes 111 km apart with a deaf lane beside the heard one: a way 5 % longer than straight leaves the
    # lane by up to 18 km at its middle, so the silence proves less than if ships kept to the line.
    sea = [
        points(fixes(412_000_000 + k, DAY, 11_000.0 * (k // 2), 1000.0 * (k % 2), sog=0.1)) for k in range(22)
    ]
    t = np.array([0.0, 300.0, 300.0 + 6 * H, 600.0 + 6 * H])
    sea.append(points(fixes(413_000_000, t, [0.0, 0.0, 111_000.0, 111_000.0], sog=10.0)))
    bent, straight = (
        found(together(*sea), params=GapParams(min_detour_share=share)).query("mmsi == 413000000").iloc[0]
        for share in (0.05, 0.0)
    )
    assert 0.0 < bent["log_lr_off"] < straight["log_lr_off"]


def test_a_lone_ship_is_not_judged() -> None:
    sea = points(fixes(1, np.concatenate([DAY[:60], DAY[200:]])))
    gap = found(sea).iloc[0]
    assert not gap["can_judge"]
    assert gap["n_neighbours"] == 0
    assert gap["p_off"] <= 0.5


@pytest.mark.parametrize(("n", "most"), [(1, 0.75), (2, 0.875), (3, 0.9375)])
def test_few_neighbours_do_not_convict(n: int, most: float) -> None:
    # The silent ship and n ships near it; nine far ones make a feed that can judge. 1 - 0.5 ** (n + 1).
    far = [points(fixes(413_000_000 + k, DAY, 1000.0 * k, place=(32.0, 124.0), sog=0.1)) for k in range(9)]
    gap = found(together(fleet((0, 8.0, 20.0), n=n + 1), *far)).iloc[0]
    assert gap["can_judge"]
    assert gap["n_neighbours"] == n
    assert gap["p_off"] <= most + 1e-9
    assert gap["p_off"] == pytest.approx(most, abs=0.02)


def test_where_no_ship_is_near_nothing_can_be_judged() -> None:
    far = [points(fixes(413_000_000 + k, DAY, 1000.0 * k, place=(32.0, 124.0), sog=0.1)) for k in range(9)]
    gap = found(together(fleet((0, 8.0, 20.0), n=1), *far)).iloc[0]
    assert gap["n_neighbours"] == 0
    assert not gap["can_judge"]
    assert gap["p_off"] <= 0.5


def box(east_m: float):
    """The bundled places, with an area whose eastern edge is so far east of the ships."""
    _, lon = move(*PLACE, east_m, 0.0)
    return replace(load_context(), area=shapely.box(121.0, 29.0, float(lon), 32.0))


def sailing(sog: float) -> pd.DataFrame:
    """Seven ships at anchor, and one heard at one place with a speed, but not for six hours."""
    t = DAY[(DAY <= 8 * H) | (DAY >= 14 * H)]
    return together(fleet(n=7).assign(sog=0.1), points(fixes(413_000_000, t, sog=sog)))


@pytest.mark.parametrize(
    ("edge_km", "sog", "judged"),
    [
        (21.0, 10.0, False),  # less 3 km of margin 18 km, at 18.52 km/h 0.97 h out and as long back: 1.94 h
        (22.0, 10.0, True),  # 19 km: 2.05 h inside, which is a silence of its own
        (21.0, 9.0, True),  # 16.7 km/h: 2.16 h
        (21.0, 0.0, True),  # moored inside
        (2.9, 0.0, False),  # moored within the margin
    ],
)
def test_a_ship_that_may_have_left_the_area_is_not_judged(edge_km: float, sog: float, judged: bool) -> None:
    gap = found(sailing(sog), places=box(1000.0 * edge_km)).iloc[0]
    assert gap["mmsi"] == 413_000_000
    assert gap["can_judge"] == judged
    assert (gap["p_off"] > 0.5) <= judged
    assert found(sailing(sog)).iloc[0]["can_judge"]


def test_only_hours_inside_the_area_speak() -> None:
    # 58.7 km less 3 km are 3 h at 18.52 km/h, so all 35 silent time bins lie inside. 40.1 km are 2 h 0.2 min out
    # and as long back: in the 11 time bins from the one in which it can leave, and 11 from the one it is back by.
    sea = sailing(10.0)
    whole, part = (found(sea, places=box(edge_m)).iloc[0] for edge_m in (58_700.0, 40_100.0))
    assert part["can_judge"]
    assert part["expected_reports"] == pytest.approx(whole["expected_reports"] * 22 / 35, abs=2)
    assert part["log_lr_off"] < whole["log_lr_off"]


def test_an_open_silence_needs_only_the_way_out() -> None:
    # 40 km less 3 km at 18.52 km/h: 1.998 h; 0.1 km more: 2.003 h.
    sea = sailing(10.0)
    sea = sea[(sea["mmsi"] != 413_000_000) | (sea["timestamp"] <= at(8 * H))]
    assert not found(sea, places=box(40_000.0)).iloc[0]["can_judge"]
    assert found(sea, places=box(40_100.0)).iloc[0]["can_judge"]


def test_a_ship_heard_in_a_quarantined_segment_is_not_silent() -> None:
    sea = fleet((3, 8.0, 14.0))
    odd = points(fixes(412_000_003, [10 * H, 11 * H, 12.5 * H], 9e5)).assign(segment_id="odd")
    segments = SEGMENTS.to_pandas(
        pd.DataFrame(
            {
                "segment_id": ["odd"], "vessel_id": ["412000003"], "mmsi": [412_000_003],
                "start_time": [at(10 * H)], "end_time": [at(12.5 * H)], "n_points": [3],
                "start_lat": [30.0], "start_lon": [125.0], "end_lat": [30.0], "end_lon": [125.0],
                "distance_m": [0.0], "ais_class": ["A"], "kind": ["ship"], "quarantined": [True],
                "close_reason": ["end"],
            }
        )
    )  # fmt: skip
    assert find_gaps(together(sea, odd), segments).empty
    assert len(find_gaps(sea, segments)) == 1


def test_motion_across_a_silence() -> None:
    # 37.04 km (20 nm) in 4 h: 5 kn on the mean, at 10 kn two hours of sailing and two of slack.
    ship = points(fixes(1, [0.0, 300.0, 300.0 + 4 * H], [0.0, 0.0, 37_040.0], sog=10.0))
    gap = found(ship).iloc[0]
    assert gap["implied_sog_kn"] == pytest.approx(5.0, rel=1e-3)
    assert gap["slack_h"] == pytest.approx(2.0, abs=0.01)


def test_what_was_said_before_and_after() -> None:
    sea = fleet((0, 8.0, 14.0))
    mmsi = 412_000_000
    said = together(
        static(mmsi, 0.0, draught=4.0, destination="NAMPO", shipname="A"),
        static(mmsi, 13.0 * H + 4000.0, draught=6.5, destination="NINGBO", shipname="A"),
    )
    gap = found(sea, static=said).iloc[0]
    assert gap["draught_change_m"] == 2.5
    assert gap["destination_changed"]
    assert not gap["name_changed"]


@pytest.mark.parametrize(("typed_h", "change"), [(19.9, -2.0), (20.1, 0.0)])
def test_a_draught_typed_hours_after_belongs_to_the_silence(typed_h: float, change: float) -> None:
    # The silence ends at 14 h; six hours later is 20 h.
    hours_and_draughts = ((1.0, 6.0), (14.1, 6.0), (typed_h, 4.0))
    said = together(*[static(412_000_000, h * H, draught=d) for h, d in hours_and_draughts])
    assert found(fleet((0, 8.0, 14.0)), static=said).iloc[0]["draught_change_m"] == change


def test_a_hull_that_comes_back_under_another_number_is_one_silence() -> None:
    sea = fleet((1, 8.0, 30.0))
    after = points(fixes(667_000_001, DAY[DAY >= 15 * H], 1000.0)).assign(vessel_id="412000001")
    sea = together(sea, after)
    segments = SEGMENTS.to_pandas(
        pd.DataFrame(
            {
                "segment_id": ["667000001-0"], "vessel_id": ["412000001"], "mmsi": [667_000_001],
                "start_time": [at(15 * H)], "end_time": [at(24 * H)], "n_points": [108],
                "start_lat": [30.2], "start_lon": [122.61], "end_lat": [30.2], "end_lon": [122.61],
                "distance_m": [0.0], "ais_class": ["A"], "kind": ["ship"], "quarantined": [False],
                "close_reason": ["end"],
            }
        )
    )  # fmt: skip
    gaps = find_gaps(sea, segments)
    gap = gaps[gaps["mmsi"] == 412_000_001].iloc[0]
    assert gap["mmsi_after"] == 667_000_001
    assert gap["end_time"] == at(15 * H)
    assert gap["duration_h"] == 7.0


@pytest.mark.parametrize(
    ("imo_after", "east_m", "one"),
    [
        (9074729, 0.0, True),
        (9074729, 100_000.0, True),  # 54 nm in six hours: 9 kn
        (9074717, 0.0, False),  # another hull
        (9074729, 1_000_000.0, False),  # out of reach
    ],
)
def test_a_ship_that_changes_its_number_in_silence(imo_after: int, east_m: float, one: bool) -> None:
    # From raw positions on: silent from 8 h as one number, heard from 14 h as another.
    old, new = 412_000_099, 667_000_001
    said = together(
        static(old, H, imo=9074729, shipname="A"), static(new, 15 * H, imo=imo_after, shipname="B")
    )
    sea = [fixes(412_000_000 + k, DAY, 1000.0 * k, sog=0.1) for k in range(8)]
    sea += [
        fixes(old, DAY[DAY <= 8 * H], 500.0, sog=0.1),
        fixes(new, DAY[DAY >= 14 * H], 500.0 + east_m, sog=0.1),
    ]
    tracks = build_tracks(together(*sea), said)
    links = link_vessels(tracks.segments, tracks.identity).to_pandas()[["segment_id", "vessel_id"]]
    segments, track = (
        f.drop(columns="vessel_id").merge(links, on="segment_id") for f in (tracks.segments, tracks.points)
    )
    gap = find_gaps(track, segments, static=said).set_index("mmsi").loc[old]
    assert gap["mmsi_after"] == new if one else pd.isna(gap["mmsi_after"])
    assert gap["duration_h"] == pytest.approx(6.0 if one else 15.92, abs=0.01)
    assert pd.isna(gap["end_time"]) != one
    assert gap["name_changed"] if one else pd.isna(gap["name_changed"])


def test_rows_in_any_order_and_ships_in_any_bucket_give_the_same() -> None:
    sea = fleet((3, 8.0, 14.0), (5, 2.0, 6.0))
    reception = fit_reception(sea)
    whole = find_gaps(sea, SEGMENTS.empty(), reception=reception)
    pd.testing.assert_frame_equal(
        whole, find_gaps(sea.sample(frac=1.0, random_state=2), SEGMENTS.empty(), reception=reception)
    )
    end = sea["timestamp"].max()
    parts = [
        find_gaps(part, SEGMENTS.empty(), reception=reception, end_of_data=end)
        for _, part in sea.groupby(sea["mmsi"] % 3)
    ]
    merged = GAPS.to_pandas(pd.concat(parts))
    pd.testing.assert_frame_equal(whole, merged, rtol=1e-9)


def test_nothing_in_nothing_out() -> None:
    pd.testing.assert_frame_equal(find_gaps(POINTS.empty(), SEGMENTS.empty()), GAPS.empty())


def test_dateline() -> None:
    parts = [
        points(
            fixes(
                k,
                DAY if k != 3 else DAY[(DAY <= 8 * H) | (DAY >= 14 * H)],
                2000.0 * k - 6000.0,
                place=(30.0, 180.0),
            )
        )
        for k in range(1, 8)
    ]
    gap = found(together(*parts)).iloc[0]
    assert gap["mmsi"] == 3
    assert gap["p_off"] > 0.95


@pytest.mark.slow
def test_ranks_and_calibrates_on_a_sea_with_stations_and_satellites() -> None:
    sea = radio_sea(11)
    gaps = label(find_gaps(sea.points, SEGMENTS.empty()), sea)
    order = gaps.sort_values("log_lr_off", ascending=False)["off"].to_numpy()
    precision = order.cumsum() / np.arange(1, len(order) + 1)
    assert precision[order].mean() > 0.95  # ten seeds: 0.98
    said = gaps["p_off"] >= 0.5
    assert gaps["off"][said].mean() > 0.9
    assert said[gaps["off"]].mean() > 0.85


def test_no_gap_shorter_than_asked() -> None:
    assert found(fleet((3, 8.0, 14.0)), params=GapParams(min_gap_h=7.0)).empty
