import numpy as np
import pandas as pd
import pytest

from stsdetect.context import load_context
from stsdetect.detection import find_dark_encounters
from stsdetect.geo.geodesy import distance_m, move
from stsdetect.params import DarkParams
from stsdetect.schema import DARK_ENCOUNTERS, GAPS, LOITERING, SEGMENTS
from tests.builders import PLACE, at, identity, static, together
from tests.naive import dwell_by_hand

NM = 1852.0
H = 3600.0


def silence(
    mmsi, start_h, end_h, frm=(0.0, 0.0), to=(0.0, 0.0), *, p_off=0.9, place=PLACE, **columns
) -> pd.DataFrame:
    """One GAPS row from and to so many nautical miles east and north of a place; `to` None: open."""
    lat, lon = move(*place, frm[0] * NM, frm[1] * NM)
    end = (np.nan, np.nan) if to is None else move(*place, to[0] * NM, to[1] * NM)
    return GAPS.to_pandas(
        pd.DataFrame(
            {
                "gap_id": [f"gap-{mmsi}-{start_h}"], "mmsi": [mmsi], "vessel_id": [str(mmsi)],
                "start_time": [at(start_h * H)],
                "end_time": pd.to_datetime([None if to is None else at(end_h * H)], utc=True),
                "start_lat": [float(lat)], "start_lon": [float(lon)],
                "end_lat": [float(end[0])], "end_lon": [float(end[1])],
                "duration_h": [end_h - start_h], "expected_reports": [100.0], "n_neighbours": [5],
                "log_lr_off": [20.0], "p_off": [p_off], "feed_outage": [False], "in_port": [False],
                "can_judge": [True], **columns,
            }
        )
    )  # fmt: skip


def stay(mmsi, start_h, end_h, where=(0.0, 0.0), *, place=PLACE) -> pd.DataFrame:
    lat, lon = move(*place, where[0] * NM, where[1] * NM)
    return LOITERING.to_pandas(
        pd.DataFrame(
            {
                "loiter_id": [f"stay-{mmsi}-{start_h}"], "mmsi": [mmsi], "vessel_id": [str(mmsi)],
                "segment_id": [f"{mmsi}-0"], "start_time": [at(start_h * H)], "end_time": [at(end_h * H)],
                "duration_h": [end_h - start_h], "lat": [float(lat)], "lon": [float(lon)],
                "radius_m": [100.0],
                "mean_sog_kn": [0.1], "n_points": [100], "observed_fraction": [1.0],
            }
        )
    )  # fmt: skip


def met(gaps, stays=None, **options) -> pd.DataFrame:
    return find_dark_encounters(gaps, LOITERING.empty() if stays is None else stays, **options)


def test_a_stay_in_reach() -> None:
    # 20 nm there and back at 12 kn in 10 h: from 1 h 40 min to 8 h 20 min.
    dark = met(silence(9, 0, 10), stay(5, 0, 10, (20.0, 0.0))).iloc[0]
    assert (dark["kind"], dark["mmsi_1"], dark["mmsi_2"]) == ("gap-loitering", 9, 5)
    assert dark["feasible_dwell_h"] == pytest.approx(20 / 3, abs=1e-3)
    assert dark["start_time"] == pytest.approx(at(5 / 3 * H), abs=pd.Timedelta("2s"))
    assert dark["required_sog_kn"] == pytest.approx(40 / 7, abs=1e-3)
    assert dark["rank_for_gap"] == 1
    assert dark["n_alternatives"] == 0


@pytest.mark.parametrize(("nm", "n"), [(41.9, 1), (42.1, 0)])
def test_just_in_reach_and_just_not(nm: float, n: int) -> None:
    # 10 h less a stay of 3 h leave 84 nm: 42 there and 42 back.
    assert len(met(silence(9, 0, 10), stay(5, 0, 10, (nm, 0.0)))) == n


def test_zero_slack() -> None:
    # 120 nm in 10 h at 12 kn leave no time to stay on the way.
    assert met(silence(9, 0, 10, (-60, 0), (60, 0)), stay(5, 0, 10)).empty


@pytest.mark.parametrize(("leaves_h", "n"), [(4.7, 1), (4.6, 0)])
def test_the_other_must_stay_long_enough(leaves_h: float, n: int) -> None:
    # Arrival at 1.667 h; three hours together end at 4.667 h.
    assert len(met(silence(9, 0, 10), stay(5, 0, leaves_h, (20.0, 0.0)))) == n


def test_tankers_sail_faster() -> None:
    other = together(static(9, ship_type=80))
    gaps, stays = silence(9, 0, 10), stay(5, 0, 10, (50.0, 0.0))
    assert met(gaps, stays).empty
    assert len(met(gaps, stays, identity=identity(other))) == 1  # 15 kn: 52.5 nm


def test_an_open_silence_need_not_come_back() -> None:
    # 60 nm at 12 kn take 5 h of 10; 5 h remain.
    dark = met(silence(9, 0, 10, to=None), stay(5, 0, 10, (60.0, 0.0)))
    assert dark["feasible_dwell_h"].tolist() == pytest.approx([5.0], abs=1e-3)


def test_two_silences_meet_between() -> None:
    # Both start and end 48 nm apart: 24 nm each at 12 kn is 2 h there and 2 h back of 12 h.
    dark = met(together(silence(9, 0, 12, (-24, 0), (-24, 0)), silence(5, 0, 12, (24, 0), (24, 0)))).iloc[0]
    assert (dark["kind"], dark["mmsi_1"], dark["mmsi_2"]) == ("gap-gap", 5, 9)
    assert dark["feasible_dwell_h"] == pytest.approx(8.0, abs=0.01)
    assert distance_m(dark["lat"], dark["lon"], *PLACE) < 1000.0


@pytest.mark.parametrize(("nm", "n"), [(53.9, 1), (54.1, 0)])
def test_two_silences_just_meet(nm: float, n: int) -> None:
    # 12 h less 3 h leave 54 nm there and 54 nm back for each.
    gaps = together(silence(9, 0, 12, (-nm, 0), (-nm, 0)), silence(5, 0, 12, (nm, 0), (nm, 0)))
    assert len(met(gaps)) == n


@pytest.mark.parametrize("seed", range(12))
def test_dwell_equals_the_plain_clock(seed: int) -> None:
    rng = np.random.default_rng(seed)
    gaps = [
        silence(k, float(a), float(a + d), tuple(rng.uniform(-15, 15, 2)), tuple(rng.uniform(-15, 15, 2)))
        for k, a, d in zip((1, 2), rng.uniform(0, 3, 2), rng.uniform(9, 15, 2), strict=True)
    ]
    stays = stay(3, *(rng.uniform(0, 3), rng.uniform(9, 15)), tuple(rng.uniform(-15, 15, 2)))
    dark = met(together(*gaps), stays, params=DarkParams(min_dwell_h=0.5))
    for row in dark.itertuples():
        ships = [g.iloc[0] for g in gaps if g["gap_id"][0] in (row.gap_id_1, row.gap_id_2)]
        hours = [[(g[c] - at(0)).total_seconds() / H for g in ships] for c in ("start_time", "end_time")]
        ways = [
            [float(distance_m(g[f"{e}_lat"], g[f"{e}_lon"], row.lat, row.lon)) / NM for e in ("start", "end")]
            for g in ships
        ]
        speeds = [12.0] * len(ships)
        if row.kind == "gap-loitering":
            for c, name in zip(hours, ("start_time", "end_time"), strict=True):
                c.append((stays[name][0] - at(0)).total_seconds() / H)
            ways.append([0.0, 0.0])
            speeds.append(1.0)
        assert row.feasible_dwell_h == pytest.approx(dwell_by_hand(*hours, speeds, ways), abs=0.01)


@pytest.mark.parametrize("seed", range(2))
def test_the_search_misses_nobody_and_adds_nobody(seed: int) -> None:
    rng = np.random.default_rng(seed)
    gaps = [
        silence(k, float(a), float(a + d), tuple(rng.uniform(-60, 60, 2)), tuple(rng.uniform(-60, 60, 2)))
        for k, a, d in zip(range(8), rng.uniform(0, 40, 8), rng.uniform(8, 24, 8), strict=True)
    ]
    stays = [
        stay(100 + k, float(a), float(a + d), tuple(rng.uniform(-90, 90, 2)))
        for k, a, d in zip(range(15), rng.uniform(0, 40, 15), rng.uniform(3, 30, 15), strict=True)
    ]
    dark = met(together(*gaps), together(*stays), params=DarkParams(max_candidates=100))
    dark = dark[dark["kind"] == "gap-loitering"]
    found = set(zip(dark["mmsi_1"], dark["mmsi_2"], strict=True))
    n_fit = 0
    for gap in (g.iloc[0] for g in gaps):
        for other in (s.iloc[0] for s in stays):
            first, last = (
                [(row[c] - at(0)).total_seconds() / H for row in (gap, other)]
                for c in ("start_time", "end_time")
            )
            way = [
                float(distance_m(gap[f"{e}_lat"], gap[f"{e}_lon"], other["lat"], other["lon"])) / NM
                for e in ("start", "end")
            ]
            dwell = dwell_by_hand(first, last, [12.0, 1.0], [way, [0.0, 0.0]], steps=1000)
            if abs(dwell - 3.0) > 0.1:  # nearer to three hours than the clock's step tells
                assert (dwell > 3.0) == ((gap["mmsi"], other["mmsi"]) in found)
                n_fit += dwell > 3.0
    assert n_fit > 3


def test_the_best_place_beats_random_places() -> None:
    rng = np.random.default_rng(7)
    gaps = together(silence(1, 0, 14, (-20, 5), (10, 25)), silence(2, 1, 13, (15, -10), (20, 15)))
    best = met(gaps)["feasible_dwell_h"][0]
    for _ in range(300):
        lat, lon = move(*PLACE, *(rng.uniform(-40, 40, 2) * NM))
        arrive, leave = [], []
        for g in gaps.itertuples():
            first, last = (g.start_time - at(0)).total_seconds() / H, (g.end_time - at(0)).total_seconds() / H
            arrive.append(first + distance_m(g.start_lat, g.start_lon, lat, lon) / NM / 12.0)
            leave.append(last - distance_m(g.end_lat, g.end_lon, lat, lon) / NM / 12.0)
        assert min(leave) - max(arrive) <= best + 0.01


def test_land_in_the_way() -> None:
    # From west of Zhoushan island to its east: 20 nm straight over land, some 30 nm by water.
    west = (30.10, 121.85)
    gaps = silence(9, 0, 7, place=west)
    stays = stay(5, 0, 7, (22.0, -2.0), place=west)
    straight = met(gaps, stays)
    assert straight["feasible_dwell_h"].tolist() == pytest.approx([7 - 2 * np.hypot(22, 2) / 12], abs=0.01)
    round_land = met(gaps, stays, context=load_context())
    assert round_land.empty or round_land["feasible_dwell_h"][0] < straight["feasible_dwell_h"][0]


def test_dateline() -> None:
    place = (30.0, 179.9)
    dark = met(silence(9, 0, 10, place=place), stay(5, 0, 10, (20.0, 0.0), place=place))
    assert dark["feasible_dwell_h"].tolist() == pytest.approx([20 / 3], abs=1e-3)
    gaps = together(
        silence(9, 0, 12, (-10, 0), (-10, 0), place=place), silence(5, 0, 12, (24, 0), (24, 0), place=place)
    )
    assert abs(met(gaps)["lon"][0]) > 179.9


@pytest.mark.parametrize(
    "columns", [{"p_off": 0.1}, {"vessel_id": ["5"]}], ids=["explained by reception", "the same hull"]
)
def test_refused(columns) -> None:
    assert met(silence(9, 0, 10, **columns), stay(5, 0, 10)).empty


def test_too_long_a_silence_names_nobody() -> None:
    assert met(silence(9, 0, 97), stay(5, 0, 97)).empty


def test_alternatives_are_counted_and_capped() -> None:
    stays = together(*[stay(100 + k, 0, 10, (k, 0.0)) for k in range(15)])
    dark = met(silence(9, 0, 10), stays)
    assert len(dark) == DarkParams().max_candidates
    assert (dark["n_alternatives"] == 14).all()
    assert sorted(dark["rank_for_gap"]) == list(range(1, 11))
    assert dark.sort_values("rank_for_gap")["mmsi_2"].tolist()[0] == 100  # nearest to the last fix
    assert dark["p_contact"].sum() <= 1.0
    assert dark["p_contact"].max() <= DarkParams().max_p_contact


def p_of(gaps: pd.DataFrame, stays: pd.DataFrame | None = None) -> float:
    return float(met(gaps, stays)["p_contact"].iloc[0])


def test_a_stop_at_the_hours_of_the_silence_raises() -> None:
    # 10 h of silence: a stop from 1 h to 9 h covers 8 of 10 h, one from -10 h to 10 h covers 10 of 20.
    assert p_of(silence(9, 0, 10), stay(5, 1, 9)) > p_of(silence(9, 0, 10), stay(5, -10, 10))


def test_a_hurried_ship_is_less_likely() -> None:
    # 5 nm and 15 nm from either end of the track; the nearest end is 5 nm off in both.
    slow = silence(9, 0, 10, (-5, 0), (5, 0))
    fast = silence(9, 0, 10, (-5, 0), (15, 0))
    slower, faster = (met(gap, stay(5, 0, 10))["support"].iloc[0] for gap in (slow, fast))
    assert slower > faster


@pytest.mark.parametrize(
    ("sog_kn", "back_m", "stop_m", "left"),
    [
        (0.5, 499.0, 501.0, True),
        (0.6, 499.0, 501.0, False),
        (0.5, 501.0, 501.0, False),
        (0.5, 499.0, 499.0, False),
    ],
)
def test_who_lies_in_one_place_before_and_after_has_hardly_left_it(
    sog_kn: float, back_m: float, stop_m: float, left: bool
) -> None:
    """Odds of w / (1 + 0) without `left_rest_weight` against w / e^3: a stop off the place of rest loses, one at it not."""
    gap = silence(9, 0, 10, to=(back_m / NM, 0.0), start_sog_kn=sog_kn, distance_m=back_m)
    other = stay(5, 0, 10, (0.0, stop_m / NM))
    p = [
        met(gap, other, params=DarkParams(max_p_contact=1.0, left_rest_weight=weight))["p_contact"].iloc[0]
        for weight in (0.0, 3.0)
    ]
    odds = [q / (0.9 - q) for q in p]
    assert odds[0] / odds[1] == pytest.approx(np.exp(3.0) if left else 1.0)


def test_two_silences_meet_where_one_ship_lay_still() -> None:
    """20 nm off at 12 kn: it comes after 1 h 40 min and stays until as long before the end, 16 h 40 min of 20."""
    lay = silence(8, 0, 20, start_sog_kn=0.1, distance_m=0.0)
    comer = silence(9, 0, 20, (20.0, 0.0), (20.0, 0.0), distance_m=0.0, start_sog_kn=8.0)
    for first, second in ((lay, comer), (comer.assign(mmsi=7), lay)):
        dark = met(together(first, second)).iloc[0]
        assert distance_m(dark["lat"], dark["lon"], *PLACE) < 1.0
        assert dark["feasible_dwell_h"] == pytest.approx(20.0 - 2 * 20 / 12, abs=0.01)


@pytest.mark.parametrize(("nm", "away"), [(101.9, False), (102.1, True)])
def test_a_ship_that_lay_still_but_out_of_reach_must_have_left(nm: float, away: bool) -> None:
    """20 h less 3 h leave 102 nm there and back at 12 kn; from farther off they can only meet between."""
    lay = silence(8, 0, 20, start_sog_kn=0.1, distance_m=0.0)
    dark = met(together(lay, silence(9, 0, 20, (nm, 0.0), (nm, 0.0)))).iloc[0]
    assert (distance_m(dark["lat"], dark["lon"], *PLACE) > 10_000.0) == away


def test_of_two_that_lay_still_one_must_have_left() -> None:
    """Ten miles apart: odds of w without `left_rest_weight` against w / e^3; at one place as likely as ever."""
    one, far, near = (
        silence(k, 0, 20, (nm, 0.0), (nm, 0.0), start_sog_kn=0.1, distance_m=0.0)
        for k, nm in ((8, 0.0), (9, 10.0), (9, 0.2))
    )

    def odds(other: pd.DataFrame, weight: float) -> float:
        params = DarkParams(max_p_contact=1.0, left_rest_weight=weight)
        p = float(met(together(one, other), params=params)["p_contact"].iloc[0])
        return p / (0.9 - p)

    assert odds(far, 0.0) / odds(far, 3.0) == pytest.approx(np.exp(3.0))
    assert odds(near, 0.0) == pytest.approx(odds(near, 3.0))


def test_two_silences_carry_both_changes_of_draught() -> None:
    gaps = together(silence(5, 0, 12, draught_change_m=1.2), silence(9, 0, 12, draught_change_m=-1.0))
    assert met(gaps)["draught_change_m_2"].tolist() == [-1.0]


def test_silences_that_never_end_have_no_hours_in_common() -> None:
    both = together(silence(5, 0, 12), silence(9, 0, 12))
    never = together(silence(5, 0, 12, to=None), silence(9, 0, 12, to=None))
    assert p_of(never) < 0.1 * p_of(both)


@pytest.mark.parametrize(
    ("begins_min", "ends_min", "off_m", "n"),
    [
        (1.0, -1.0, 100.0, 0),
        (30.0, -30.0, 499.0, 0),
        (31.0, -1.0, 100.0, 1),
        (1.0, -31.0, 100.0, 1),
        (1.0, -1.0, 880.0, 1),
    ],
)
def test_a_set_heard_just_while_the_other_is_silent_is_on_the_same_hull(
    begins_min: float, ends_min: float, off_m: float, n: int
) -> None:
    """Farther off than 500 m and a minute at 12 kn (370 m) it is another ship; so it is half an hour later."""
    lat, lon = (float(v) for v in move(*PLACE, off_m, 0.0))
    track = pd.DataFrame(
        {
            "segment_id": ["5-0"], "vessel_id": ["5"], "mmsi": [5], "n_points": [99], "kind": ["ship"],
            "quarantined": [False], "distance_m": [0.0], "ais_class": ["A"], "close_reason": ["end"], "start_time": [at(begins_min * 60)], "end_time": [at(10 * H + ends_min * 60)],
            "start_lat": [lat], "start_lon": [lon], "end_lat": [lat], "end_lon": [lon],
        }
    )  # fmt: skip
    assert len(met(silence(9, 0, 10), stay(5, 1, 9), segments=SEGMENTS.to_pandas(track))) == n


def test_who_can_have_spent_all_of_both_times_together_is_likelier() -> None:
    """Half of the stop and half of the silence shared: odds of e^(share_weight / 4) to no share counted."""
    gap, other = silence(9, 0, 10), stay(5, 5, 15)
    p = [
        met(gap, other, params=DarkParams(max_p_contact=1.0, share_weight=weight))["p_contact"].iloc[0]
        for weight in (0.0, 4.0)
    ]
    odds = [q / (0.9 - q) for q in p]
    assert odds[1] / odds[0] == pytest.approx(np.exp(1.0))


def test_two_silences_compete_for_one_stay() -> None:
    # Alone p = 0.9 w / (1 + w); with a second silence of equal weight 0.9 w / (1 + 2 w).
    params = DarkParams(max_p_contact=1.0, pair_bias=-50.0)
    here = stay(5, 0, 10)
    alone = met(silence(9, 0, 10), here, params=params)["p_contact"].iloc[0] / 0.9
    w = alone / (1.0 - alone)
    dark = met(together(silence(8, 0, 10), silence(9, 0, 10)), here, params=params)
    rivals = dark[dark["kind"] == "gap-loitering"]["p_contact"]
    np.testing.assert_allclose(rivals, [0.9 * w / (1.0 + 2.0 * w)] * 2, rtol=1e-6)


def test_a_changed_draught_raises() -> None:
    gaps, stays = silence(9, 0, 10), stay(5, 0, 10, (5.0, 0.0))
    said = together(static(5, -H, draught=4.0), static(5, 11 * H, draught=6.0))
    plain, changed = met(gaps, stays).iloc[0], met(gaps, stays, static=said).iloc[0]
    assert changed["draught_change_m_2"] == 2.0
    assert changed["support"] > plain["support"]
    assert changed["p_contact"] >= plain["p_contact"]


def test_order_does_not_matter() -> None:
    gaps = together(*[silence(k, 0.5 * k, 12 + k, (k, 0), (0, k)) for k in range(1, 8)])
    stays = together(*[stay(100 + k, 0, 10, (k, 2.0)) for k in range(9)])
    shuffled = met(gaps.sample(frac=1.0, random_state=1), stays.sample(frac=1.0, random_state=2))
    pd.testing.assert_frame_equal(met(gaps, stays), shuffled)


def test_nothing_in_nothing_out() -> None:
    pd.testing.assert_frame_equal(met(GAPS.empty()), DARK_ENCOUNTERS.empty())


@pytest.mark.parametrize(
    ("signs", "n"),
    [
        ({}, 0),
        ({"draught_change_m": [0.2]}, 0),
        ({"draught_change_m": [-0.4]}, 1),
        ({"name_changed": [True]}, 1),
        ({"mmsi_after": [99]}, 1),
    ],
)
def test_a_silence_nobody_can_judge_needs_a_sign_of_its_own(signs: dict, n: int) -> None:
    gap = silence(9, 0, 10, p_off=0.5, **signs).assign(can_judge=False)
    assert len(met(gap, stay(5, 0, 10, (20.0, 0.0)))) == n
