import numpy as np
import pandas as pd
import polars as pl
import pytest

from stsdetect.context import load_context
from stsdetect.detection import adjust_for_dropouts, find_gaps, gaps_of_shard
from stsdetect.detection.gaps import find as find_module
from stsdetect.errors import SchemaError
from stsdetect.params import BerthParams, GapParams
from stsdetect.reception.reception_model import fit_reception
from stsdetect.schema import GAPS, POINTS, SEGMENTS, STATIC
from stsdetect.tracks import build_tracks, link_vessels
from tests.builders import at, fixes, points, static, together
from tests.builders.gaps import segment
from tests.builders.reception import DAY, FIRST_MMSI, H, fleet


def found(sea: pd.DataFrame, **options) -> pd.DataFrame:
    return find_gaps(sea, SEGMENTS.empty(), **options)


def test_a_gap_is_between_two_fixes_of_a_ship() -> None:
    gaps = found(fleet(gaps={3: (8.0, 14.0)}))
    assert gaps["mmsi"].tolist() == [FIRST_MMSI + 3]
    gap = gaps.iloc[0]
    assert (gap["start_time"], gap["end_time"]) == (at(8 * H), at(14 * H))
    assert gap["duration_h"] == 6.0
    assert gap["distance_m"] == pytest.approx(0.0, abs=0.01)
    assert gap["slack_h"] == 6.0


@pytest.mark.parametrize(("hours", "n"), [(2.0 - 1 / 3600, 0), (2.0, 0), (2.0 + 1 / 3600, 1)])
def test_a_gap_is_longer_than_its_threshold_as_published(hours: float, n: int) -> None:
    t = np.array([0.0, 300.0, 300.0 + hours * H, 600.0 + hours * H])
    assert len(found(points(fixes(1, t)))) == n


def test_no_gap_is_shorter_than_asked_for() -> None:
    sea = fleet(gaps={3: (8.0, 14.0)})
    assert len(found(sea, params=GapParams(min_gap_h=5.9))) == 1
    assert found(sea, params=GapParams(min_gap_h=6.0)).empty


def test_an_open_gap_is_measured_to_the_end_of_the_dump() -> None:
    sea = fleet(gaps={2: (10.0, 30.0)})
    gap = found(sea).iloc[0]
    assert pd.isna(gap["end_time"])
    assert gap["duration_h"] == pytest.approx(13.92, abs=0.01)
    assert gap["p_off"] > 0.9
    gaps = found(sea, end_of_data=at(30 * H))
    assert gaps[gaps["mmsi"] == FIRST_MMSI + 2].iloc[0]["duration_h"] == 20.0


@pytest.mark.parametrize(("sign", "judged"), [(1.0, False), (-1.0, True)], ids=["out of it", "into it"])
def test_where_the_feed_gives_no_speed_it_follows_from_the_last_two_fixes(sign: float, judged: bool) -> None:
    # Ships lie along 120 km, the last fix is at their eastern end. Five minutes before it the ship was 1543 m
    # (10 kn) west or east of it, so it leaves the coverage within the hour, or stays in it.
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


def test_two_fixes_of_one_instant_give_no_speed() -> None:
    # Feeds that give whole minutes hold two positions of one minute; nothing was sailed in no time.
    sea = points(fixes(1, [0.0, 300.0, 300.0, 10 * H], [0.0, 0.0, 900.0, 900.0])).assign(
        sog=np.nan, cog=np.nan
    )
    assert pd.isna(found(sea).iloc[0]["start_sog_kn"])


def test_a_ship_received_in_a_quarantined_segment_is_not_in_a_gap() -> None:
    sea = fleet(gaps={3: (8.0, 14.0)})
    odd = points(fixes(412_000_003, [10 * H, 11 * H, 12.5 * H], 9e5)).assign(segment_id="odd")
    segments = segment(412_000_003, 10.0, 12.5, segment_id="odd", quarantined=True)
    assert find_gaps(together(sea, odd), segments).empty
    assert len(find_gaps(sea, segments)) == 1


def test_motion_across_a_gap() -> None:
    # 37.04 km (20 nm) in 4 h: 5 kn on average, at 10 kn two hours of sailing and two of slack.
    ship = points(fixes(1, [0.0, 300.0, 300.0 + 4 * H], [0.0, 0.0, 37_040.0], sog=10.0))
    gap = found(ship).iloc[0]
    assert gap["implied_sog_kn"] == pytest.approx(5.0, rel=1e-3)
    assert gap["slack_h"] == pytest.approx(2.0, abs=0.01)


@pytest.mark.parametrize(
    ("nav_status", "east_m", "in_port"), [(5, 1990.0, True), (5, 2010.0, False), (1, 0.0, False)]
)
def test_without_ports_a_moored_ship_is_in_port(nav_status: int, east_m: float, in_port: bool) -> None:
    ship = points(fixes(1, [0.0, 300.0, 4 * H], [0.0, 0.0, east_m], nav_status=nav_status))
    assert found(ship).iloc[0]["in_port"] == in_port


@pytest.mark.parametrize(
    ("sog", "max_shore_m", "in_port"), [(0.5, 248.0, True), (0.5, 247.0, False), (1.5, 248.0, False)]
)
def test_a_ship_that_falls_silent_at_rest_near_the_shore_is_in_port(
    sog: float, max_shore_m: float, in_port: bool
) -> None:
    # 247.7 m off an island.
    ship = points(fixes(1, [0.0, 300.0, 4 * H], place=(30.10, 121.85), sog=sog))
    near = BerthParams(max_shore_m=max_shore_m)
    assert found(ship, context=load_context(), berth_params=near).iloc[0]["in_port"] == in_port


def test_in_port_at_both_ends() -> None:
    context = load_context()
    inside = context.ports.geometry.iloc[0].representative_point()
    place = (inside.y, inside.x)
    ships = [points(fixes(1, [0.0, 300.0, 4 * H], place=place)), points(fixes(2, [0.0, 300.0, 4 * H]))]
    gaps = found(together(*ships), context=context)
    assert gaps.set_index("mmsi")["in_port"].to_dict() == {1: True, 2: False}


def test_broadcasts_before_and_after_are_compared() -> None:
    sea = fleet(gaps={0: (8.0, 14.0)})
    reports = together(
        static(FIRST_MMSI, 0.0, draught=4.0, destination="NAMPO", shipname="A"),
        static(FIRST_MMSI, 13.0 * H + 4000.0, draught=6.5, destination="NINGBO", shipname="A"),
    )
    gap = found(sea, static=reports).iloc[0]
    assert gap["draught_change_m"] == 2.5
    assert gap["destination_changed"]
    assert not gap["name_changed"]


@pytest.mark.parametrize(("entered_h", "change"), [(19.9, -2.0), (20.1, 0.0)])
def test_a_draught_entered_within_six_hours_after_belongs_to_the_gap(entered_h: float, change: float) -> None:
    # The gap ends at 14 h; six hours later is 20 h.
    hours_and_draughts = ((1.0, 6.0), (14.1, 6.0), (entered_h, 4.0))
    reports = together(*[static(FIRST_MMSI, h * H, draught=d) for h, d in hours_and_draughts])
    gap = found(fleet(gaps={0: (8.0, 14.0)}), static=reports).iloc[0]
    assert gap["draught_change_m"] == change


def test_a_gap_ends_where_the_hull_comes_back_under_another_mmsi() -> None:
    sea = fleet(gaps={1: (8.0, 30.0)})
    after = points(fixes(667_000_001, DAY[DAY >= 15 * H], 1000.0)).assign(vessel_id="412000001")
    segments = segment(667_000_001, 15.0, 24.0, east_m=1000.0, vessel_id="412000001")
    gaps = find_gaps(together(sea, after), segments)
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
def test_a_ship_that_changes_its_mmsi_in_a_gap(imo_after: int, east_m: float, one: bool) -> None:
    # From raw positions on: in a gap from 8 h under one MMSI, received from 14 h under another.
    old, new = 412_000_099, 667_000_001
    reports = together(
        static(old, H, imo=9074729, shipname="A"), static(new, 15 * H, imo=imo_after, shipname="B")
    )
    sea = [fixes(412_000_000 + k, DAY, 1000.0 * k, sog=0.1) for k in range(8)]
    sea += [
        fixes(old, DAY[DAY <= 8 * H], 500.0, sog=0.1),
        fixes(new, DAY[DAY >= 14 * H], 500.0 + east_m, sog=0.1),
    ]
    tracks = build_tracks(together(*sea), reports)
    links = link_vessels(tracks.segments, tracks.identity).to_pandas()[["segment_id", "vessel_id"]]
    segments, track = (
        f.drop(columns="vessel_id").merge(links, on="segment_id") for f in (tracks.segments, tracks.points)
    )
    gap = find_gaps(track, segments, static=reports).set_index("mmsi").loc[old]
    assert gap["mmsi_after"] == new if one else pd.isna(gap["mmsi_after"])
    assert gap["duration_h"] == pytest.approx(6.0 if one else 15.92, abs=0.01)
    assert pd.isna(gap["end_time"]) != one
    assert gap["name_changed"] if one else pd.isna(gap["name_changed"])


def test_rows_in_any_order_and_ships_in_any_shard_give_the_same() -> None:
    sea = fleet(gaps={3: (8.0, 14.0), 5: (2.0, 6.0)})
    reception = fit_reception(sea)
    whole = find_gaps(sea, SEGMENTS.empty(), reception=reception)
    shuffled = find_gaps(sea.sample(frac=1.0, random_state=2), SEGMENTS.empty(), reception=reception)
    pd.testing.assert_frame_equal(whole, shuffled)
    shards = [
        gaps_of_shard(
            shard,
            SEGMENTS.optional(None),
            reception,
            static=STATIC.optional(None),
            end_of_data=sea["timestamp"].max(),
        )
        for _, shard in POINTS.validate(sea).group_by(pl.col("mmsi") % 3)
    ]
    merged = GAPS.to_pandas(adjust_for_dropouts(pl.concat(shards)))
    pd.testing.assert_frame_equal(whole, merged, rtol=1e-9)


def test_without_points_there_are_no_gaps() -> None:
    pd.testing.assert_frame_equal(found(POINTS.empty()), GAPS.empty())


def test_a_frame_that_is_not_the_table_is_refused() -> None:
    with pytest.raises(SchemaError, match="segments"):
        find_gaps(POINTS.empty(), POINTS.empty())


def test_a_gap_on_the_dateline() -> None:
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


def test_the_gaps_do_not_depend_on_how_many_are_judged_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    sea = fleet(gaps={3: (8.0, 14.0), 5: (2.0, 9.0), 7: (11.0, 30.0)})
    at_once = found(sea)
    monkeypatch.setattr(find_module, "_GAP_HOURS_AT_ONCE", 5.0)
    assert len(at_once) == 3
    pd.testing.assert_frame_equal(found(sea), at_once)


def test_what_is_not_a_ship_has_no_gap_but_shows_when_the_dump_ends() -> None:
    t = np.array([0.0, 300.0, 300.0 + 3 * H, 600.0 + 3 * H])
    sea = points(together(fixes(1, t), fixes(2, t), fixes(3, np.array([9 * H]))))
    segments = pd.concat(
        [segment(k, 0.0, 4.0, kind=kind) for k, kind in ((1, "ship"), (2, "base"), (3, "aton"))]
    )
    gaps = find_gaps(sea, segments)
    assert gaps["mmsi"].unique().tolist() == [1]
    assert gaps["duration_h"].tolist() == pytest.approx([3.0, 9.0 - 3.0 - 1 / 6])
