from typing import Any

import pandas as pd

from stsdetect.report.page.run_summary import summary_html, summary_text
from stsdetect.schema import EVENTS, IDENTITY
from tests.builders import at
from tests.builders.report import HOSTILE, filled, tables

FILE: dict[str, Any] = {"source": "a", "left_out": "", "not_ais": "", "start_ms": None, "end_ms": None}
NOBODY = IDENTITY.empty()
RUN: dict[str, Any] = {
    "inputs": [
        {**FILE, "start_ms": 1_565_740_800_000, "end_ms": 1_565_744_400_000},
        {**FILE, "start_ms": 1_565_737_200_000, "end_ms": 1_565_740_800_000},
        {**FILE, "source": "b", "left_out": "no time"},
    ],
    "stages": {
        "decode": {
            "unit": "rows",
            "rows_in": 1200,
            "rejected": {"bad_mmsi": 7, "bad_time": 5, "bad_position": 0},
        }
    },
    "left_out": [{"source": "b", "reason": "no time"}],
    "warnings": ["left out b: no time", "w1", "w2", "w3", "w4", "w5"],
}


def test_what_was_read_rejected_and_left_out_is_said() -> None:
    # 1,565,737,200 s is 2019-08-13 23:00 UTC.
    assert summary_text(EVENTS.empty(), NOBODY, RUN).splitlines() == [
        "no events",
        "read 2 inputs: 1,200 rows, 2019-08-13 23:00 – 2019-08-14 01:00 UTC",
        "decode: 12 of 1,200 rows rejected (bad mmsi 7, bad time 5)",
        "left out b: no time",
        "warning: w1",
        "warning: w2",
        "warning: w3",
        "2 more in .left_out and .warnings",
    ]
    page = summary_html(EVENTS.empty(), NOBODY, RUN)
    assert "decode: 12 of 1,200 rows rejected" in page
    assert "<table>" not in page


def test_further_events_are_counted() -> None:
    one = {
        "event_id": "e",
        "event_type": "encounter",
        "tier": "low",
        "start_time": at(0.0),
        "mmsi_1": 1,
        "mmsi_2": 2,
    }
    events = filled(EVENTS, pd.DataFrame([one | {"rank": k + 1} for k in range(12)]))
    lines = summary_text(events, NOBODY, RUN).splitlines()
    assert lines[0] == "12 events (12 low)"
    assert lines[6] == "     7 more"
    page = summary_html(events, NOBODY, RUN)
    assert page.count("<tr>") == 11  # with the header
    assert "2 more in <code>.events</code>" in page


def test_one_ship_is_alone_and_a_name_is_only_text() -> None:
    events = tables()["events"].head(1).assign(event_type="solo", mmsi_2=None, shipname_1="A\nB\x1b[31m")
    assert "  A B [31m, partner never received; Possible, unseen partner" in summary_text(
        EVENTS.to_pandas(events), NOBODY, RUN
    )
    page = summary_html(EVENTS.to_pandas(events.assign(shipname_1=HOSTILE)), NOBODY, RUN)
    assert "<i>with a ship that was never received</i>" in page
    assert "<img" not in page
    assert "<script" not in page


def test_a_ship_without_a_name_has_its_id_in_the_dump_or_its_mmsi() -> None:
    event = {"event_id": "e", "event_type": "encounter", "tier": "low", "start_time": at(0.0), "rank": 1}
    events = filled(EVENTS, pd.DataFrame([event | {"mmsi_1": -5, "mmsi_2": 412000002}]))
    spell = {"mmsi": -5, "source_id": "ship-17", "start_time": at(0.0), "end_time": at(9.0)}
    identity = filled(IDENTITY, pd.DataFrame([spell]))
    assert "  ship-17 with 412000002; " in summary_text(events, identity, RUN)
    assert "<bdi>ship-17</bdi> <i>with</i> <bdi>412000002</bdi>" in summary_html(events, identity, RUN)
