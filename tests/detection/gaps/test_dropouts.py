import math

import numpy as np
import pandas as pd
import pytest

from stsdetect.detection import adjust_for_dropouts, find_gaps
from stsdetect.detection.gaps.dropouts import dropout_share
from stsdetect.params import GapParams
from stsdetect.schema import GAPS, SEGMENTS
from tests.builders import at, fixes, points, together

H = 3600.0
OWN_SLOPE = GapParams(baseline_dropouts=0.0)
HALVING = (
    1.0 / math.log(2.0) - 7.0 / 127.0
)  # mean beyond 5 nat of silences that halve each nat, cut off at 12


def silences(log_lr: np.ndarray | list[float], **columns) -> pd.DataFrame:
    """Silences of ships at rest at sea, in a feed that can judge, with p_off 0.99 beyond 12 nat."""
    log_lr = np.asarray(log_lr, dtype=float)
    n = len(log_lr)
    fields = {
        "gap_id": [f"gap-{k}" for k in range(n)], "mmsi": 412_000_000 + np.arange(n), "vessel_id": "x",
        "start_time": at(0.0), "end_time": at(6 * H), "start_lat": 30.0, "start_lon": 122.0, "end_lat": 30.0,
        "end_lon": 122.0, "duration_h": 6.0, "distance_m": 100.0, "slack_h": 6.0, "start_sog_kn": 0.1,
        "expected_reports": 50.0, "n_neighbours": 8, "log_lr_off": log_lr, "p_off": np.where(log_lr >= 12, 0.99, 0.2),
        "feed_outage": False, "in_port": False, "can_judge": True,
    } | columns  # fmt: skip
    return GAPS.to_pandas(pd.DataFrame(fields, index=range(n)))


def sea(n_holes: int = 127, n_telling: int = 10) -> np.ndarray:
    """Evidence in a feed whose silences halve each nat, and of some that say much more."""
    return np.repeat([5.0 + HALVING, 20.0], [n_holes, n_telling])


def short(duration_h: float, n: int, **columns) -> pd.DataFrame:
    """Silences of some ships at rest that say much."""
    return silences([25.0] * n, duration_h=duration_h, **columns)


def judged(frame: pd.DataFrame, params: GapParams = OWN_SLOPE) -> pd.DataFrame:
    return adjust_for_dropouts(frame, params=params).sort_values("mmsi").reset_index(drop=True)


@pytest.mark.parametrize(("n_holes", "n_telling", "share"), [(127, 10, 0.1), (127, 2, 0.5), (635, 10, 0.5)])
def test_what_holes_leave_of_a_probability(n_holes: int, n_telling: int, share: float) -> None:
    # Of 127 that say little one is expected to say much. Odds against: 0.01 / 0.99 as before, and of holes
    # share / (1 - share).
    out = judged(silences(sea(n_holes, n_telling)))
    assert out["dropout_share"].to_numpy() == pytest.approx(share, rel=1e-3)
    assert out["p_off"].iloc[-1] == pytest.approx(1 / (1 / 0.99 + share / (1 - share)), rel=1e-3)


def test_a_feed_without_holes_leaves_all_as_it_was() -> None:
    frame = silences([20.0] * 30)
    assert judged(frame)["p_off"].tolist() == frame["p_off"].tolist()


def test_switch_offs_do_not_teach_that_there_are_holes() -> None:
    # The share is of those that say much, so more switch-offs make each of them the likelier.
    few, many = (judged(silences(sea(127, n)))["p_off"].iloc[-1] for n in (2, 40))
    assert few == pytest.approx(0.4975, abs=1e-3)
    assert many == pytest.approx(0.9657, abs=1e-3)


def test_silences_that_do_not_get_rarer_are_holes_all() -> None:
    # As many at 11 nat as at 6: beyond 12 nothing can be told from them.
    assert dropout_share(np.repeat([6.0, 11.0, 20.0], [40, 40, 40]), params=OWN_SLOPE) == 0.95


@pytest.mark.parametrize(
    ("log_lr", "share"),
    [
        ([4.99] * 50 + [20.0], 0.0),  # say too little
        ([5.0 + HALVING] * 127 + [11.99], 0.0),  # nothing says much
        ([5.0 + HALVING] * 127 + [12.0], 0.95),
    ],
)
def test_which_silences_teach_and_which_are_judged(log_lr: list[float], share: float) -> None:
    assert dropout_share(np.array(log_lr), params=OWN_SLOPE) == share


def test_few_silences_are_taken_as_usual() -> None:
    # Two at 8.5 nat are the mean of no slope at all; ten usual ones (0.45 a nat, mean 1.909 beyond 5) weigh more:
    # (2 * 3.5 + 19.09) / 12 = 2.174, which is a slope of 0.35 and leaves 2 / (exp(2.43) - 1) = 0.19 of a hole.
    share = dropout_share(np.array([8.5, 8.5, 20.0]), params=GapParams())
    assert share == pytest.approx(0.19, abs=0.02)


@pytest.mark.parametrize(("duration_h", "share", "n"), [(1.99, 0.5, 4), (2.0, 0.0, 6)])
def test_silences_too_short_to_hide_a_transfer_teach(duration_h: float, share: float, n: int) -> None:
    # As many holes of 2 h and more as of 1 to 2 h: two of four, where the two are short; and these are left out.
    out = judged(together_gaps(short(duration_h, 2), silences([20.0] * 4)))
    assert len(out) == n
    assert out["dropout_share"].tolist() == [share] * n


@pytest.mark.parametrize(
    ("columns", "share"), [({}, 0.5), ({"start_sog_kn": 1.0}, 0.0), ({"log_lr_off": 11.99}, 0.0)]
)
def test_only_short_silences_at_rest_that_say_much_teach(columns: dict, share: float) -> None:
    out = judged(together_gaps(short(1.5, 2, **columns), silences([20.0] * 4)))
    assert out["dropout_share"].tolist() == [share] * 4


def test_of_two_lessons_the_worse_counts() -> None:
    # One hole by evidence, two by length, of ten.
    out = judged(together_gaps(pd.concat([silences(sea(127, 0)), short(1.5, 2)]), silences([20.0] * 10)))
    assert out["dropout_share"].max() == pytest.approx(0.2)


@pytest.mark.parametrize(
    "columns",
    [
        {"start_sog_kn": 1.0},
        {"can_judge": False},
        {"feed_outage": True},
        {"in_port": True},
    ],
)
def test_only_ships_at_rest_at_sea_that_others_vouch_for_teach(columns: dict) -> None:
    lesson, asked = sea(127, 0), silences([20.0, 20.0])
    assert judged(together_gaps(silences(lesson), asked))["dropout_share"].max() == pytest.approx(
        0.5, rel=1e-3
    )
    untaught = judged(together_gaps(silences(lesson, **columns), asked))
    assert untaught.loc[untaught["log_lr_off"] == 20.0, "dropout_share"].tolist() == [0.0, 0.0]


def together_gaps(lesson: pd.DataFrame, asked: pd.DataFrame) -> pd.DataFrame:
    asked = asked.assign(mmsi=asked["mmsi"] + 1000, gap_id=asked["gap_id"] + "-asked")
    return GAPS.to_pandas(pd.concat([lesson, asked], ignore_index=True))


@pytest.mark.parametrize(
    ("columns", "chance"),
    [
        ({"start_sog_kn": 1.0, "distance_m": 2000.0, "slack_h": 5.0}, 1.0),  # a ship swings and drags so far
        ({"start_sog_kn": 1.0, "distance_m": 2001.0, "slack_h": 5.0}, 0.35),
        ({"start_sog_kn": 1.0, "distance_m": 2001.0, "slack_h": 2.0}, 0.35),
        ({"start_sog_kn": 1.0, "distance_m": 2001.0, "slack_h": 1.99}, 1.0),
        ({"start_sog_kn": 0.9, "distance_m": 2001.0, "slack_h": 5.0}, 1.0),  # it weighed anchor
        ({"draught_change_m": 0.3}, 0.1),
        ({"draught_change_m": -0.3}, 0.1),
        ({"draught_change_m": 0.29}, 1.0),
        ({"name_changed": True}, 0.1),
        ({"name_changed": False}, 1.0),
        ({"mmsi_after": 667_000_001}, 0.1),
        ({"start_sog_kn": 9.0, "distance_m": 9000.0, "slack_h": 5.0, "name_changed": True}, 0.035),
    ],
)
def test_how_a_ship_comes_back_tells(columns: dict, chance: float) -> None:
    # One hole of two at rest, or of three with this one: odds 1 or 1 / 2, times how often a hole ends like this.
    out = judged(together_gaps(silences(sea(127, 2)), silences([20.0], **columns)))
    odds = 1.0 if columns.get("start_sog_kn", 0.0) >= 1.0 else 0.5
    assert out["p_off"].iloc[-1] == pytest.approx(1 / (1 / 0.99 + odds * chance), rel=1e-3)


def test_where_nobody_can_judge_nothing_is_learnt_or_changed() -> None:
    frame = silences(sea(127, 10), can_judge=False)
    out = judged(frame)
    assert out["dropout_share"].isna().all()
    assert out["p_off"].tolist() == frame["p_off"].tolist()


def test_once_is_enough() -> None:
    once = judged(silences(sea()))
    pd.testing.assert_frame_equal(once, judged(once))


def test_nothing_in_nothing_out() -> None:
    pd.testing.assert_frame_equal(adjust_for_dropouts(GAPS.empty()), GAPS.empty())


def queue(rng: np.random.Generator, *, holes: bool) -> pd.DataFrame:
    """Forty ships at anchor for three days, each heard in 55 % of all ten minutes; ship 0 is silent for ten hours.

    With holes, each of the others is lost twice, for a time as likely to exceed twice as many hours as half.
    """
    parts = []
    for k in range(40):
        t = np.arange(0.0, 72 * H, 600.0)
        t = t[rng.random(len(t)) < 0.55]
        spells = [(30.0, 40.0)] if k == 0 else []
        if holes and k:
            spells = [(start, start + 1.0 / rng.random()) for start in rng.uniform(5.0, 55.0, 2)]
        for start, end in spells:
            t = t[(t <= start * H) | (t >= end * H)]
        parts.append(points(fixes(412_000_000 + k, t, 400.0 * k, sog=0.1)))
    return together(*parts)


@pytest.mark.parametrize(
    ("step_s", "minutes", "share"),
    [
        (300.0, 55, 0.0),
        (300.0, 60, 0.95),
        (300.0, 115, 0.95),
        (300.0, 120, 0.0),  # a silence of its own, and as likely switched off as any
        (360.0, 66, 0.0),  # eleven usual intervals do not say twelve nats
        (360.0, 72, 0.95),
    ],
)
def test_short_holes_where_all_is_heard(step_s: float, minutes: float, share: float) -> None:
    # Twelve ships heard each five or six minutes; one is silent for ten hours, four others for a while.
    t = np.arange(0.0, 48 * H, step_s)
    spells = {0: 600.0} | dict.fromkeys(range(1, 5), minutes)
    parts = []
    for k in range(12):
        start = (10.0 + 5.0 * k) * H
        heard = t[(t <= start) | (t >= start + 60.0 * spells.get(k, 0.0))]
        parts.append(points(fixes(412_000_000 + k, heard, 500.0 * k, sog=0.1)))
    gaps = find_gaps(together(*parts), SEGMENTS.empty())
    gap = gaps[gaps["mmsi"] == 412_000_000].iloc[0]
    assert gap["dropout_share"] == share
    assert (gap["p_off"] > 0.9) == (share == 0.0)


@pytest.mark.parametrize(("holes", "off"), [(False, True), (True, False)])
def test_one_silence_in_a_feed_with_and_without_holes(holes: bool, off: bool) -> None:
    gaps = find_gaps(queue(np.random.default_rng(3), holes=holes), SEGMENTS.empty())
    gap = gaps[(gaps["mmsi"] == 412_000_000) & (gaps["duration_h"] >= 9.5)].iloc[0]
    assert gap["log_lr_off"] > 12.0
    assert (gap["p_off"] > 0.9) == off
    assert (gap["p_off"] < 0.5) != off
