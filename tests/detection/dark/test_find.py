import numpy as np
import pandas as pd
import pytest

from stsdetect.detection import dark_encounters, find_dark_encounters, gaps_of_too_many
from stsdetect.errors import SchemaError
from stsdetect.params import DarkParams
from stsdetect.schema import BERTHS, DARK_ENCOUNTERS, GAPS, IDENTITY, LOITERING, SEGMENTS, STATIC
from tests.builders import identity, static, together
from tests.builders.gaps import gap, loitering, segment


def found(gaps: pd.DataFrame, stops: pd.DataFrame | None = None, **options) -> pd.DataFrame:
    return find_dark_encounters(gaps, LOITERING.empty() if stops is None else stops, **options)


@pytest.mark.parametrize(
    ("ship_type", "nm", "n"),
    [
        (80, 52.4, 1),  # tanker, 15 kn: 7 h leave 52.5 nm there and back
        (80, 52.6, 0),
        (79, 48.9, 1),  # cargo, 14 kn: 49 nm
        (79, 49.1, 0),
        (60, 87.4, 1),  # passenger, 25 kn: 87.5 nm
        (49, 87.6, 0),  # high-speed craft
        (30, 41.9, 1),  # others, 12 kn: 42 nm
        (30, 42.1, 0),
    ],
)
def test_reach_depends_on_the_ship_type(ship_type: int, nm: float, n: int) -> None:
    types = identity(static(9, ship_type=ship_type))
    assert len(found(gap(9, 0, 10), loitering(5, 0, 10, (nm, 0.0)), identity=types)) == n


def test_a_ship_that_was_faster_has_a_wider_reach() -> None:
    # 20 kn at the last fix: 70 nm there and back.
    stop = loitering(5, 0, 10, (69.0, 0.0))
    assert found(gap(9, 0, 10, start_sog_kn=12.0), stop).empty
    assert len(found(gap(9, 0, 10, start_sog_kn=20.0), stop)) == 1


@pytest.mark.parametrize(
    ("columns", "n"),
    [({"p_off": 0.2}, 1), ({"p_off": 0.19}, 0)],
    ids=["likely off", "explained by reception"],
)
def test_only_gaps_that_may_be_switch_offs_are_searched(columns: dict, n: int) -> None:
    assert len(found(gap(9, 0, 10, **columns), loitering(5, 0, 10))) == n


@pytest.mark.parametrize(("hours", "n"), [(2.9, 0), (3.0, 1), (96, 1), (97, 0)])
def test_only_gaps_of_three_to_96_hours_are_searched(hours: float, n: int) -> None:
    assert len(found(gap(9, 0, hours), loitering(5, 0, hours))) == n


@pytest.mark.parametrize(
    ("signs", "n"),
    [
        ({}, 0),
        ({"draught_change_m": 0.2}, 0),
        ({"draught_change_m": -0.4}, 1),
        ({"name_changed": True}, 1),
        ({"mmsi_after": 99}, 1),
    ],
)
def test_a_gap_that_cannot_be_judged_needs_a_sign_of_its_own(signs: dict, n: int) -> None:
    one = gap(9, 0, 10, p_off=0.5, can_judge=False, **signs)
    assert len(found(one, loitering(5, 0, 10, (20.0, 0.0)))) == n


def test_alternatives_are_counted_and_capped() -> None:
    stops = together(*[loitering(100 + k, 0, 10, (k, 0.0)) for k in range(15)])
    dark = found(gap(9, 0, 10), stops)
    assert len(dark) == DarkParams().max_candidates
    assert (dark["n_alternatives"] == 14).all()
    assert sorted(dark["rank_for_gap"]) == list(range(1, 11))
    assert dark.sort_values("rank_for_gap")["mmsi_2"].tolist()[0] == 100  # nearest to the last fix
    assert dark["p_contact"].sum() <= 1.0
    assert dark["p_contact"].max() <= DarkParams().max_p_contact


def test_two_gaps_compete_for_one_loitering_vessel() -> None:
    # Alone p = 0.9 w / (1 + w); with a second gap of equal weight 0.9 w / (1 + 2 w).
    params = DarkParams(max_p_contact=1.0, pair_bias=-50.0)
    here = loitering(5, 0, 10)
    alone = found(gap(9, 0, 10), here, params=params)["p_contact"].iloc[0] / 0.9
    w = alone / (1.0 - alone)
    dark = found(together(gap(8, 0, 10), gap(9, 0, 10)), here, params=params)
    competing = dark[dark["kind"] == "gap-loitering"]["p_contact"]
    np.testing.assert_allclose(competing, [0.9 * w / (1.0 + 2.0 * w)] * 2, rtol=1e-6)


@pytest.mark.parametrize(("off_m", "n"), [(100.0, 0), (5000.0, 1)])
def test_a_second_transponder_on_the_hull_is_not_a_partner(off_m: float, n: int) -> None:
    track = segment(5, 1 / 60, 10 - 1 / 60, east_m=off_m)
    assert len(found(gap(9, 0, 10), loitering(5, 1, 9), segments=track)) == n


def test_ids_name_the_gap_and_the_other() -> None:
    dark = found(together(gap(9, 0, 10), gap(8, 0, 10)), loitering(5, 0, 10))
    assert dark.sort_values("dark_id")["dark_id"].tolist() == [
        "dark/gap-8-0/gap-9-0",
        "dark/gap-8-0/loiter-5-0",
        "dark/gap-9-0/loiter-5-0",
    ]


def test_order_does_not_matter() -> None:
    gaps = together(*[gap(k, 0.5 * k, 12 + k, (k, 0), (0, k)) for k in range(1, 8)])
    stops = together(*[loitering(100 + k, 0, 10, (k, 2.0)) for k in range(9)])
    shuffled = found(gaps.sample(frac=1.0, random_state=1), stops.sample(frac=1.0, random_state=2))
    pd.testing.assert_frame_equal(found(gaps, stops), shuffled)


def test_polars_in_and_out_gives_the_same() -> None:
    gaps, stops = together(gap(9, 0, 10), gap(8, 0, 10)), loitering(5, 0, 10)
    dark = dark_encounters(
        GAPS.validate(gaps),
        LOITERING.validate(stops),
        identity=IDENTITY.optional(None),
        static=STATIC.optional(None),
        segments=SEGMENTS.optional(None),
        berths=BERTHS.optional(None),
    )
    pd.testing.assert_frame_equal(DARK_ENCOUNTERS.to_pandas(dark), found(gaps, stops))


def test_without_gaps_there_are_no_dark_encounters() -> None:
    pd.testing.assert_frame_equal(found(GAPS.empty(), loitering(5, 0, 10)), DARK_ENCOUNTERS.empty())


def test_a_frame_that_is_not_the_table_is_refused() -> None:
    with pytest.raises(SchemaError, match="loitering"):
        found(GAPS.empty(), GAPS.empty())


@pytest.mark.parametrize("mmsi", [412000001, -7], ids=["MMSI", "text id"])
def test_two_tracks_of_one_mmsi_never_meet_in_the_dark(mmsi: int) -> None:
    second = {"vessel_id": f"{mmsi}/2"}
    beside = loitering(mmsi, 0, 10, (5.0, 0.0), segment_id=f"{mmsi}-1", **second)
    gaps = together(gap(mmsi, 0, 12), gap(mmsi, 0, 12, (5.0, 0.0), (5.0, 0.0), gap_id="other", **second))
    assert found(gaps, beside).empty
    assert len(found(gap(9, 0, 12), beside)) == 1  # near miss: another MMSI


def test_two_mmsis_of_one_hull_never_meet_in_the_dark() -> None:
    assert found(gap(9, 0, 10), loitering(5, 0, 10, (5.0, 0.0), vessel_id="9")).empty


def test_ships_that_fall_silent_together_in_hundreds_are_not_searched() -> None:
    """Six ships silent at once and one silent a day later, where no more than four others may be."""
    silent = [gap(k, 0, 10) for k in range(1, 7)] + [gap(7, 40, 50)]
    stops = together(loitering(20, 0, 10), loitering(21, 40, 50))
    few = DarkParams(max_gaps_at_once=4)
    assert set(found(together(*silent), stops, params=few)["mmsi_1"]) == {7}
    enough = DarkParams(max_gaps_at_once=5)
    assert set(found(together(*silent), stops, params=enough)["mmsi_1"]) == set(range(1, 8))
    named = gaps_of_too_many(GAPS.validate(together(*silent)), identity=IDENTITY.optional(None), params=few)
    assert len(named) == 6
