"""Expected dropouts, by hand: of gaps whose number halves per nat, 1 in 128 beyond 5 nats lies beyond 12."""

import math

import numpy as np
import pandas as pd
import pytest

from stsdetect.detection import adjust_for_dropouts, find_gaps
from stsdetect.detection.gaps.dropouts import dropout_share
from stsdetect.params import GapParams
from stsdetect.schema import GAPS, SEGMENTS
from tests.builders import fixes, points, together
from tests.builders.gaps import gaps_at_rest
from tests.builders.reception import H

OWN_SLOPE = GapParams(baseline_dropouts=0.0)
HALVING = 1.0 / math.log(2.0) - 7.0 / 127.0  # mean beyond 5 nats of gaps that halve per nat, truncated at 12


def halving(n_weak: int = 127, n_strong: int = 10) -> np.ndarray:
    """Log-likelihood ratios in a feed whose gaps halve per nat, and of some that are far beyond 12 nats."""
    return np.repeat([5.0 + HALVING, 20.0], [n_weak, n_strong])


def short(duration_h: float, n: int, **columns) -> pd.DataFrame:
    """Gaps of ships at rest, with strong evidence."""
    return gaps_at_rest([25.0] * n, duration_h=duration_h, **columns)


def together_gaps(null: pd.DataFrame, asked: pd.DataFrame) -> pd.DataFrame:
    """Gaps for the null sample, and those asked about; the latter have the highest MMSIs."""
    asked = asked.assign(mmsi=asked["mmsi"] + 1000, gap_id=asked["gap_id"] + "-asked")
    return GAPS.to_pandas(pd.concat([null, asked], ignore_index=True))


def adjusted(frame: pd.DataFrame, params: GapParams = OWN_SLOPE) -> pd.DataFrame:
    found = GAPS.to_pandas(adjust_for_dropouts(GAPS.validate(frame), params=params))
    return found.sort_values("mmsi").reset_index(drop=True)


@pytest.mark.parametrize(("n_weak", "n_strong", "share"), [(127, 10, 0.1), (127, 2, 0.5), (635, 10, 0.5)])
def test_what_dropouts_leave_of_a_probability(n_weak: int, n_strong: int, share: float) -> None:
    # Of 127 weak ones, one strong one is expected. Odds against: 0.01 / 0.99 as before, and of dropouts
    # share / (1 - share).
    out = adjusted(gaps_at_rest(halving(n_weak, n_strong)))
    assert out["dropout_share"].to_numpy() == pytest.approx(share, rel=1e-3)
    assert out["p_off"].iloc[-1] == pytest.approx(1 / (1 / 0.99 + share / (1 - share)), rel=1e-3)


def test_a_feed_without_dropouts_leaves_all_as_it_was() -> None:
    frame = gaps_at_rest([20.0] * 30)
    assert adjusted(frame)["p_off"].tolist() == frame["p_off"].tolist()


def test_switch_offs_do_not_raise_the_share_of_dropouts() -> None:
    # The share is of the strong gaps, so more switch-offs make each of them the likelier.
    few, many = (adjusted(gaps_at_rest(halving(127, n)))["p_off"].iloc[-1] for n in (2, 40))
    assert few == pytest.approx(0.4975, abs=1e-3)
    assert many == pytest.approx(0.9657, abs=1e-3)


def test_gaps_that_do_not_get_rarer_are_all_dropouts() -> None:
    # As many at 11 nats as at 6: there is no end to be seen of them beyond 12.
    assert dropout_share(np.repeat([6.0, 11.0, 20.0], [40, 40, 40]), params=OWN_SLOPE) == 0.95


@pytest.mark.parametrize(
    ("log_lr", "share"),
    [
        ([4.99] * 50 + [20.0], 0.0),  # too weak for the null sample
        ([5.0 + HALVING] * 127 + [11.99], 0.0),  # no strong one
        ([5.0 + HALVING] * 127 + [12.0], 0.95),
    ],
)
def test_the_null_sample_is_between_5_and_12_nats(log_lr: list[float], share: float) -> None:
    assert dropout_share(np.array(log_lr), params=OWN_SLOPE) == share


def test_the_slope_of_few_gaps_is_shrunk_to_the_baseline() -> None:
    # Two at 8.5 nats have no slope at all; ten pseudo-observations (0.45 per nat, mean 1.909 beyond 5) weigh more:
    # (2 * 3.5 + 19.09) / 12 = 2.174, which is a slope of 0.35 and leaves 2 / (exp(2.43) - 1) = 0.19 of a dropout.
    share = dropout_share(np.array([8.5, 8.5, 20.0]), params=GapParams())
    assert share == pytest.approx(0.19, abs=0.02)


@pytest.mark.parametrize(("duration_h", "share", "n"), [(1.99, 0.5, 4), (2.0, 0.5, 4), (2.01, 0.0, 6)])
def test_gaps_too_short_to_hide_a_transfer_are_in_the_null_sample(
    duration_h: float, share: float, n: int
) -> None:
    # As many dropouts of more than 2 h as of 1 to 2 h: two of four, where the two are short; these are left out.
    out = adjusted(together_gaps(short(duration_h, 2), gaps_at_rest([20.0] * 4)))
    assert len(out) == n
    assert out["dropout_share"].tolist() == [share] * n


@pytest.mark.parametrize(
    ("columns", "share"), [({}, 0.5), ({"start_sog_kn": 1.0}, 0.0), ({"log_lr_off": 11.99}, 0.0)]
)
def test_only_strong_short_gaps_at_rest_are_in_the_null_sample(columns: dict, share: float) -> None:
    out = adjusted(together_gaps(short(1.5, 2, **columns), gaps_at_rest([20.0] * 4)))
    assert out["dropout_share"].tolist() == [share] * 4


def test_the_larger_of_both_estimates_counts() -> None:
    # One dropout by the ratios, two by the lengths, of ten.
    null = pd.concat([gaps_at_rest(halving(127, 0)), short(1.5, 2)])
    out = adjusted(together_gaps(null, gaps_at_rest([20.0] * 10)))
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
def test_the_null_sample_is_at_rest_at_sea_can_be_judged_and_in_no_outage(columns: dict) -> None:
    weak, asked = halving(127, 0), gaps_at_rest([20.0, 20.0])
    with_null = adjusted(together_gaps(gaps_at_rest(weak), asked))
    assert with_null["dropout_share"].max() == pytest.approx(0.5, rel=1e-3)
    without = adjusted(together_gaps(gaps_at_rest(weak, **columns), asked))
    assert without.loc[without["log_lr_off"] == 20.0, "dropout_share"].tolist() == [0.0, 0.0]


@pytest.mark.parametrize(
    ("columns", "likelihood"),
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
def test_an_unusual_return_speaks_against_a_dropout(columns: dict, likelihood: float) -> None:
    # One dropout of two at rest, or of three with this one: odds 1 or 1 / 2, times how often it ends like this.
    out = adjusted(together_gaps(gaps_at_rest(halving(127, 2)), gaps_at_rest([20.0], **columns)))
    odds = 1.0 if columns.get("start_sog_kn", 0.0) >= 1.0 else 0.5
    assert out["p_off"].iloc[-1] == pytest.approx(1 / (1 / 0.99 + odds * likelihood), rel=1e-3)


def test_gaps_that_cannot_be_judged_stay_as_they_are() -> None:
    frame = gaps_at_rest(halving(127, 10), can_judge=False)
    out = adjusted(frame)
    assert out["dropout_share"].isna().all()
    assert out["p_off"].tolist() == frame["p_off"].tolist()


def test_adjusting_twice_is_adjusting_once() -> None:
    once = adjusted(gaps_at_rest(halving()))
    pd.testing.assert_frame_equal(once, adjusted(once))


def test_without_gaps_there_is_nothing_to_adjust() -> None:
    pd.testing.assert_frame_equal(adjusted(GAPS.empty()), GAPS.empty())


def anchorage(rng: np.random.Generator, *, dropouts: bool) -> pd.DataFrame:
    """Forty ships at anchor for three days, each received in 55 % of all ten minutes; ship 0 has a gap of ten hours.

    With dropouts, each of the others is lost twice, for a time as likely to exceed twice as many hours as half.
    """
    parts = []
    for k in range(40):
        t = np.arange(0.0, 72 * H, 600.0)
        t = t[rng.random(len(t)) < 0.55]
        gaps = [(30.0, 40.0)] if k == 0 else []
        if dropouts and k:
            gaps = [(start, start + 1.0 / rng.random()) for start in rng.uniform(5.0, 55.0, 2)]
        for start, end in gaps:
            t = t[(t <= start * H) | (t >= end * H)]
        parts.append(points(fixes(412_000_000 + k, t, 400.0 * k, sog=0.1)))
    return together(*parts)


@pytest.mark.parametrize(
    ("step_s", "minutes", "share"),
    [
        (300.0, 55, 0.0),
        (300.0, 60, 0.95),
        (300.0, 115, 0.95),
        (300.0, 120, 0.95),
        (300.0, 125, 0.0),  # a gap of its own, and as likely a switch-off as any
        (360.0, 66, 0.0),  # eleven typical intervals do not make twelve nats
        (360.0, 72, 0.95),
    ],
)
def test_short_dropouts_where_all_is_received(step_s: float, minutes: float, share: float) -> None:
    # Twelve ships received each five or six minutes; one has a gap of ten hours, four others a short one.
    t = np.arange(0.0, 48 * H, step_s)
    gap_minutes = {0: 600.0} | dict.fromkeys(range(1, 5), minutes)
    parts = []
    for k in range(12):
        start = (10.0 + 5.0 * k) * H
        received = t[(t <= start) | (t >= start + 60.0 * gap_minutes.get(k, 0.0))]
        parts.append(points(fixes(412_000_000 + k, received, 500.0 * k, sog=0.1)))
    gaps = find_gaps(together(*parts), SEGMENTS.empty())
    gap = gaps[gaps["mmsi"] == 412_000_000].iloc[0]
    assert gap["dropout_share"] == share
    assert (gap["p_off"] > 0.9) == (share == 0.0)


@pytest.mark.parametrize(("dropouts", "off"), [(False, True), (True, False)])
def test_one_gap_in_a_feed_with_and_without_dropouts(dropouts: bool, off: bool) -> None:
    gaps = find_gaps(anchorage(np.random.default_rng(3), dropouts=dropouts), SEGMENTS.empty())
    gap = gaps[(gaps["mmsi"] == 412_000_000) & (gaps["duration_h"] >= 9.5)].iloc[0]
    assert gap["log_lr_off"] > 12.0
    assert (gap["p_off"] > 0.9) == off
    assert (gap["p_off"] < 0.5) != off
