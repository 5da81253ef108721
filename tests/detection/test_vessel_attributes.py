"""Vessel attributes: the last type and length broadcast, and draughts around an event from 10:00 to 12:00."""

from __future__ import annotations

import polars as pl
import pytest

from stsdetect.detection.vessel_attributes import draught_change, last_ship_type, with_vessel_attributes
from stsdetect.params import DraughtParams
from stsdetect.schema import IDENTITY, SEGMENTS, STATIC
from stsdetect.units import S_PER_H
from tests.builders import at, identity, static, together

H = S_PER_H
TIME = pl.Datetime("ms", "UTC")


def event(mmsi: int = 5, *, open_end: bool = False, **columns) -> pl.DataFrame:
    row = {"mmsi": mmsi, "start_time": at(10 * H), "end_time": None if open_end else at(12 * H), **columns}
    return pl.DataFrame([row], schema_overrides={"start_time": TIME, "end_time": TIME})


def change(*reports: tuple[float, float], window_h: float = 6.0, **options) -> float | None:
    """Change of draught from reports at an hour of a draught."""
    static_ = together(*(static(5, hour * H, draught=d) for hour, d in reports)) if reports else None
    return draught_change(event(**options), STATIC.optional(static_), window_h=window_h)[0]


@pytest.mark.parametrize(
    ("reports", "expected"),
    [
        ([(9.0, 5.0), (13.0, 5.3)], 0.3),
        ([(9.0, 5.3), (13.0, 5.0)], -0.3),
        ([(9.0, 5.0), (13.0, 6.0), (17.0, 7.0)], 2.0),  # the last one within six hours of the end
        ([(9.0, 5.0), (18.0, 6.0)], 1.0),
        ([(9.0, 5.0), (18.01, 6.0)], None),
        ([(9.0, 5.0), (10.0, 5.5)], None),  # the report at the start is the one before
        ([(9.0, 5.0), (10.01, 5.5)], 0.5),
        ([(10.01, 5.0), (13.0, 6.0)], None),
        ([(9.0, 5.0), (13.0, 0.0)], None),  # 0 stands for "not available"
        ([], None),
    ],
)
def test_a_change_needs_a_draught_before_and_one_soon_after(reports: list, expected: float | None) -> None:
    assert change(*reports) == expected


def test_an_event_without_an_end_has_no_change() -> None:
    assert change((9.0, 5.0), (13.0, 6.0), open_end=True) is None


def test_a_vessel_that_continues_under_another_mmsi_broadcasts_there() -> None:
    reports = STATIC.validate(together(static(5, 9 * H, draught=5.0), static(6, 13 * H, draught=6.0)))
    assert draught_change(event(mmsi_after=6), reports, window_h=6.0)[0] == 1.0
    assert draught_change(event(), reports, window_h=6.0)[0] is None


def test_the_last_type_broadcast_counts_even_if_a_later_report_has_none() -> None:
    known = identity(static(5, 0, ship_type=70), static(5, H, ship_type=80), static(5, 2 * H, ship_type=None))
    never = identity(static(6, 0, ship_type=None))
    assert last_ship_type(IDENTITY.validate(together(known, never))).rows() == [(5, 80)]


def test_both_sides_of_a_spell_get_their_attributes() -> None:
    spells = pl.DataFrame(
        {
            "mmsi_1": [5], "mmsi_2": [6], "segment_id_1": ["5-0"], "segment_id_2": ["6-0"],
            "start_time": [at(10 * H)], "end_time": [at(12 * H)],
        },
        schema_overrides={"start_time": TIME, "end_time": TIME},
    )  # fmt: skip
    segments = pl.DataFrame({"segment_id": ["5-0"], "vessel_id": ["hull"]})
    reports = together(static(5, 0, draught=5.0), static(5, 35 * H, draught=6.0), static(6, 0, draught=7.0))
    known = IDENTITY.validate(identity(static(5, 0, loa_m=120.0, ship_type=80)))
    (row,) = with_vessel_attributes(
        spells, segments=segments, identity=known, static=STATIC.validate(reports), params=DraughtParams()
    ).iter_rows(named=True)
    assert (row["vessel_id_1"], row["vessel_id_2"]) == ("hull", "6")
    assert (row["type_1"], row["type_2"]) == (80, 0)
    assert (row["length_1"], row["length_2"]) == (120.0, None)
    # After an encounter a change within 24 hours counts.
    assert (row["draught_change_m_1"], row["draught_change_m_2"]) == (1.0, None)


def test_no_spells_give_no_rows() -> None:
    columns = ("mmsi_1", "mmsi_2", "segment_id_1", "segment_id_2", "start_time", "end_time")
    kinds = (pl.Int64, pl.Int64, pl.String, pl.String, TIME, TIME)
    empty = {"segments": SEGMENTS.optional(None), "identity": IDENTITY.optional(None)}
    spells = pl.DataFrame(schema=dict(zip(columns, kinds, strict=True)))
    found = with_vessel_attributes(spells, **empty, static=STATIC.optional(None), params=DraughtParams())
    assert found.is_empty()
