"""Solo stops: a cargo ship that stopped offshore for eight hours and was deeper afterwards."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pytest

from stsdetect.context import load_context
from stsdetect.detection.solo_stops import find_solo_stops
from stsdetect.errors import SchemaError
from stsdetect.schema import DARK_ENCOUNTERS, ENCOUNTERS, LOITERING, SEGMENTS, SOLO_STOPS, Table
from stsdetect.units import S_PER_H
from tests.builders import at, identity, static, together

H = S_PER_H
OFFSHORE, IN_ANCHORAGE, INSHORE = (30.1, 123.3), (29.65, 122.40), (30.25, 122.60)
CONTEXT = load_context()


def stop(
    mmsi: int = 5, *, start_h: float = 2.0, hours: float = 8.0, place: tuple[float, float] = OFFSHORE
) -> pd.DataFrame:
    row = {
        "loiter_id": "stop", "mmsi": mmsi, "vessel_id": str(mmsi), "segment_id": "track",
        "start_time": at(start_h * H), "end_time": at((start_h + hours) * H), "duration_h": hours, "lat": place[0],
        "lon": place[1], "radius_m": 100.0, "mean_sog_kn": 0.1, "n_points": 99, "observed_fraction": 1.0,
    }  # fmt: skip
    return LOITERING.to_pandas(pd.DataFrame([row]))


def track(mmsi: int = 5, hours: float = 20.0) -> pd.DataFrame:
    row = {
        "segment_id": "track", "vessel_id": str(mmsi), "mmsi": mmsi, "start_time": at(0), "end_time": at(hours * H),
        "n_points": 99, "start_lat": 30.1, "start_lon": 123.3, "end_lat": 30.1, "end_lon": 123.3, "distance_m": 0.0,
        "ais_class": "A", "kind": "ship", "quarantined": False, "close_reason": "end",
    }  # fmt: skip
    return SEGMENTS.to_pandas(pd.DataFrame([row]))


def encounter(mmsi_2: int, p: float, start_h: float = 3.0, end_h: float = 9.0) -> pd.DataFrame:
    row = {
        "encounter_id": "e", "mmsi_1": 5, "mmsi_2": mmsi_2, "vessel_id_1": "5", "vessel_id_2": str(mmsi_2),
        "start_time": at(start_h * H), "end_time": at(end_h * H), "p_contact": p,
    }  # fmt: skip
    return ENCOUNTERS.to_pandas(filled(ENCOUNTERS, row))


def dark(p: float) -> pd.DataFrame:
    row = {"loiter_id_2": "stop", "mmsi_1": 9, "mmsi_2": 5, "p_contact": p}
    return DARK_ENCOUNTERS.to_pandas(filled(DARK_ENCOUNTERS, row))


def filled(table: Table, row: dict[str, Any]) -> pd.DataFrame:
    """A row whose other columns hold something of their type."""
    plain = {"string": "x", "timestamp": at(0), "bool": False}
    rest = {c.name: plain.get(c.kind, 0) for c in table.columns if not c.null}
    return pd.DataFrame([rest | row])


def solo(
    loitering: pd.DataFrame | None = None,
    *,
    draughts: tuple[float, float] = (5.0, 6.2),
    ship_type: int = 70,
    hours: float = 20.0,
    encounters: pd.DataFrame | None = None,
    dark_encounters: pd.DataFrame | None = None,
) -> pd.DataFrame:
    return find_solo_stops(
        track(hours=hours),
        stop() if loitering is None else loitering,
        ENCOUNTERS.empty() if encounters is None else encounters,
        DARK_ENCOUNTERS.empty() if dark_encounters is None else dark_encounters,
        identity=identity(static(5, 0, ship_type=ship_type)),
        static=together(static(5, 0, draught=draughts[0]), static(5, 10.5 * H, draught=draughts[1])),
        context=CONTEXT,
    )


def test_a_stop_offshore_after_which_the_ship_is_deeper() -> None:
    found = solo().iloc[0]
    assert (found["loiter_id"], found["mmsi"], found["ship_type"]) == ("stop", 5, 70)
    assert found["draught_change_m"] == pytest.approx(1.2)
    assert found["shore_distance_m"] > 10_000.0


@pytest.mark.parametrize(
    ("options", "n"),
    [
        ({"draughts": (5.0, 5.3)}, 1),
        ({"draughts": (5.0, 5.2)}, 0),
        ({"draughts": (6.2, 5.0)}, 1),
        ({"ship_type": 80}, 1),
        ({"ship_type": 89}, 1),
        ({"ship_type": 90}, 0),
        ({"ship_type": 69}, 0),
        ({"ship_type": 30}, 0),
        ({"ship_type": 52}, 0),
        ({"loitering": stop(hours=3.0)}, 1),
        ({"loitering": stop(hours=2.9)}, 0),
        ({"loitering": stop(start_h=0.5)}, 1),
        ({"loitering": stop(start_h=0.4)}, 0),  # it may have been there long before
        ({"hours": 10.5}, 1),
        ({"hours": 10.4}, 0),  # and it may be there still
        ({"loitering": stop(place=IN_ANCHORAGE)}, 0),
        ({"loitering": stop(place=INSHORE)}, 0),
        ({"encounters": encounter(6, 0.19)}, 1),
        ({"encounters": encounter(6, 0.2)}, 0),
        ({"encounters": encounter(6, 0.9, 10.5, 12.0)}, 1),  # after it had left
        ({"dark_encounters": dark(0.19)}, 1),
        ({"dark_encounters": dark(0.2)}, 0),
    ],
)
def test_hits_and_near_misses(options: dict, n: int) -> None:
    assert len(solo(**options)) == n


def test_a_stop_may_last_a_day_and_a_half() -> None:
    for hours, n in ((36.0, 1), (36.1, 0)):
        found = find_solo_stops(
            track(hours=60.0),
            stop(hours=hours),
            ENCOUNTERS.empty(),
            DARK_ENCOUNTERS.empty(),
            identity=identity(static(5, 0, ship_type=70)),
            static=together(static(5, 0, draught=5.0), static(5, 37.0 * H, draught=6.0)),
            context=CONTEXT,
        )
        assert len(found) == n


def test_without_static_reports_no_stop_is_found() -> None:
    found = find_solo_stops(
        track(),
        stop(),
        ENCOUNTERS.empty(),
        DARK_ENCOUNTERS.empty(),
        identity=identity(static(5, 0, ship_type=70)),
        static=None,
        context=CONTEXT,
    )
    pd.testing.assert_frame_equal(found, SOLO_STOPS.empty())


def test_empty_input_gives_an_empty_table() -> None:
    pd.testing.assert_frame_equal(solo(LOITERING.empty()), SOLO_STOPS.empty())


def test_a_frame_that_is_another_table_is_refused() -> None:
    with pytest.raises(SchemaError, match="table 'loitering' lacks"):
        solo(track())


def test_a_pair_of_a_ship_with_itself_is_refused_and_explains_no_stop() -> None:
    row = {"loiter_id_2": "stop", "mmsi_1": 5, "mmsi_2": 5, "p_contact": 0.9}
    with pytest.raises(SchemaError, match="pair a vessel with itself"):
        find_solo_stops(track(), stop(), ENCOUNTERS.empty(), filled(DARK_ENCOUNTERS, row), context=CONTEXT)
    with pytest.raises(SchemaError, match="pair a vessel with itself"):
        find_solo_stops(track(), stop(), filled(ENCOUNTERS, row), DARK_ENCOUNTERS.empty(), context=CONTEXT)
