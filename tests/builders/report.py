"""Tables of a small run for the report: three events on one day, one of them dark, with a hostile name."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from stsdetect.report.draw.pair_tracks import Track, track_of
from stsdetect.schema import DARK_ENCOUNTERS, ENCOUNTERS, EVENTS, EVIDENCE, GAPS, POINTS, SEGMENTS, Table
from stsdetect.units import S_PER_H
from tests.builders import PLACE, at, fixes, identity, points, static, together

HOSTILE = "</script><script>document.title='owned'</script><img src=x onerror=alert(1)>\" onload=\"x"
H = S_PER_H
_DEFAULT = {"int64": 0, "int32": 0, "float64": 0.0, "bool": False, "string": "-", "timestamp": at(0.0)}


def filled(table: Table, frame: pd.DataFrame) -> pd.DataFrame:
    """The frame as that table; columns that may not be null and are not given hold 0, false or "-"."""
    given = {c.name: _DEFAULT[c.kind] for c in table if not c.null and c.name not in frame}
    return table.to_pandas(frame.assign(**given))


def tables(place: tuple[float, float] = (30.2, 122.6), name: str = HOSTILE) -> dict[str, pd.DataFrame]:
    """All tables that the report uses: ship 1 at anchor, ship 2 alongside from 8 to 16 h, ship 3 in a gap."""
    second = np.arange(0.0, 24 * H, 180.0)
    beside = (second >= 8 * H) & (second <= 16 * H)
    swing = np.where(beside, 40.0 + 220.0 / (1 + np.exp(-(second - 12 * H) / 1500.0)), 40.0)
    away = np.maximum(np.abs(second - 12 * H) - 4 * H, 0.0)
    off = 27.0 + away * 3.5
    angle = np.deg2rad(swing + 90.0)
    anchored = fixes(
        412000001,
        second,
        sog=0.2,
        heading=swing,
        nav_status=1,
        place=place,
    )
    visitor = fixes(
        445000002,
        second,
        off * np.sin(angle),
        off * np.cos(angle),
        sog=np.where(beside, 0.2, 6.8),
        heading=np.where(beside, swing, (swing + 90) % 360),
        place=place,
    )
    third = fixes(412000003, second[::4], 9000.0 + second[::4] * 0.05, 4000.0, sog=0.1, place=place)
    third = third[(third["timestamp"] < at(5 * H)) | (third["timestamp"] > at(14 * H))]
    reports = together(
        static(
            412000001,
            shipname="HUA SHENG 87",
            imo=9074729,
            ship_type=70,
            loa_m=140.0,
            beam_m=20.0,
            draught=5.1,
        ),
        static(445000002, shipname=name, callsign=name[:9], ship_type=70, loa_m=98.0, destination=name),
        static(445000002, 20 * H, shipname=name, ship_type=70, loa_m=98.0, draught=3.2, destination="=1+1"),
        static(412000003, shipname="MIN NING 7", ship_type=80, loa_m=None),
    )
    fix = points(together(anchored, visitor, third))
    return {
        "events": events(place, name),
        "evidence": evidence(name),
        "encounters": encounters(place),
        "dark_encounters": dark(place),
        "gaps": gaps(place),
        "points": fix,
        "segments": segments(fix),
        "identity": identity(reports.drop_duplicates("mmsi")),
        "static": reports,
    }


def segments(fix: pd.DataFrame) -> pd.DataFrame:
    """SEGMENTS of POINTS."""
    by = fix.groupby("segment_id", as_index=False)
    rows = by.agg(
        vessel_id=("vessel_id", "first"),
        mmsi=("mmsi", "first"),
        start_time=("timestamp", "first"),
        end_time=("timestamp", "last"),
        n_points=("mmsi", "size"),
        start_lat=("lat", "first"),
        start_lon=("lon", "first"),
        end_lat=("lat", "last"),
        end_lon=("lon", "last"),
    )
    return filled(
        SEGMENTS,
        rows.assign(distance_m=0.0, ais_class="A", kind="ship", quarantined=False, close_reason="end"),
    )


def events(place: tuple[float, float], name: str) -> pd.DataFrame:
    """Three EVENTS."""
    common: dict[str, Any] = {
        "lat": place[0],
        "lon": place[1],
        "model_id": "rules-1",
        "params_digest": "0123456789abcdef",
    }
    return filled(
        EVENTS,
        pd.DataFrame(
            [
                {
                    "event_id": "E-a",
                    "event_type": "encounter",
                    "source_id": "c-1",
                    "mmsi_1": 412000001,
                    "mmsi_2": 445000002,
                    "imo_1": 9074729,
                    "shipname_1": "HUA SHENG 87",
                    "shipname_2": name,
                    "flag_1": "CHN",
                    "flag_2": "PRK",
                    "start_time": at(8 * H),
                    "end_time": at(16 * H),
                    "duration_h": 8.0,
                    "p_contact": 0.94,
                    "context_score": 2.3,
                    "data_quality": 0.88,
                    "score": 0.91,
                    "tier": "high",
                    "rank": 1,
                    "category": "transfer",
                    "innocent_explanation": f"Two coasters sharing one berth. {name}",
                    **common,
                },
                {
                    "event_id": "E-b",
                    "event_type": "dark_encounter",
                    "source_id": "d-1",
                    "mmsi_1": 412000003,
                    "mmsi_2": 412000001,
                    "shipname_1": "MIN NING 7",
                    "shipname_2": "HUA SHENG 87",
                    "start_time": at(6 * H),
                    "end_time": at(12 * H),
                    "duration_h": 6.0,
                    "p_contact": 0.31,
                    "context_score": 0.7,
                    "data_quality": 0.4,
                    "score": 0.38,
                    "tier": "medium",
                    "rank": 2,
                    "category": "unknown",
                    "innocent_explanation": "The transponder failed, or no station received it.",
                    **common,
                },
                {
                    "event_id": "E-c",
                    "event_type": "encounter",
                    "source_id": "c-2",
                    "mmsi_1": 412000001,
                    "mmsi_2": 412000003,
                    "shipname_1": "HUA SHENG 87",
                    "shipname_2": "MIN NING 7",
                    "start_time": at(15 * H),
                    "end_time": at(17 * H),
                    "duration_h": 2.0,
                    "p_contact": 0.12,
                    "context_score": -0.6,
                    "data_quality": 0.5,
                    "score": 0.08,
                    "tier": "low",
                    "rank": 3,
                    "category": "bunkering",
                    "innocent_explanation": "A bunker barge on its round.",
                    **common,
                },
            ]
        ),
    )


def evidence(name: str) -> pd.DataFrame:
    """EVIDENCE of the first event."""
    rows = [
        ("contact", "hull_gap", "both", "6", "m", "20", 2.9, "transfer", "The hulls lay 6 m apart for 8 h."),
        ("contact", "rigidity", "both", "41", "nat", "3", 1.2, "transfer", "They turned together by 220°."),
        ("identity", "flag", "2", "PRK", None, None, 1.6, "transfer", "The flag is on the list."),
        (
            "place",
            "anchorage",
            "both",
            "Mazhi",
            None,
            None,
            -0.8,
            "innocent",
            "It lies in a bunkering anchorage.",
        ),
        ("identity", "name", "2", name, None, name, 0.0, "neutral", name),
    ]
    names = (
        "family",
        "term",
        "vessel",
        "observed",
        "unit",
        "threshold",
        "contribution",
        "supports",
        "statement",
    )
    return filled(
        EVIDENCE, pd.DataFrame([dict(zip(names, r, strict=True)) for r in rows]).assign(event_id="E-a")
    )


def encounters(place: tuple[float, float]) -> pd.DataFrame:
    """The two ENCOUNTERS behind the events, in one raft."""
    one = {
        "encounter_id": "c-1",
        "mmsi_1": 412000001,
        "mmsi_2": 445000002,
        "start_time": at(8 * H),
        "end_time": at(16 * H),
        "duration_h": 8.0,
        "category": "transfer",
    }
    two = {
        **one,
        "encounter_id": "c-2",
        "mmsi_2": 412000003,
        "start_time": at(15 * H),
        "end_time": at(17 * H),
    }
    frame = pd.DataFrame([one, two]).assign(
        lat=place[0],
        lon=place[1],
        min_hull_gap_m=3.0,
        median_hull_gap_m=6.0,
        hull_gap_error_m=4.0,
        rigidity=41.0,
        swing_deg=220.0,
        orientation="same",
        observed_fraction=0.95,
        median_sog_kn=0.2,
        max_sog_kn=0.5,
        sizes_known=2,
        approach_from_m=9100.0,
        same_hull_suspected=False,
        group_id="raft-1",
        n_in_group=3,
        p_contact=0.94,
    )
    frame["vessel_id_1"], frame["vessel_id_2"] = frame["mmsi_1"].astype(str), frame["mmsi_2"].astype(str)
    return filled(ENCOUNTERS, frame)


def dark(place: tuple[float, float]) -> pd.DataFrame:
    """One DARK_ENCOUNTERS row."""
    return filled(
        DARK_ENCOUNTERS,
        pd.DataFrame(
            {
                "dark_id": ["d-1"],
                "kind": "gap-loitering",
                "mmsi_1": 412000003,
                "mmsi_2": 412000001,
                "vessel_id_1": "412000003",
                "vessel_id_2": "412000001",
                "gap_id_1": "g-1",
                "start_time": at(6 * H),
                "end_time": at(12 * H),
                "lat": place[0],
                "lon": place[1],
                "feasible_dwell_h": 5.5,
                "required_sog_kn": 4.0,
                "area_km2": 310.0,
                "n_alternatives": 14,
                "rank_for_gap": 2,
                "p_off": 0.83,
                "p_contact": 0.31,
            }
        ),
    )


def both_dark(place: tuple[float, float]) -> pd.DataFrame:
    """The row of `dark` with both ships in a gap, and a circle of 10 km in which they could have met."""
    return dark(place).assign(kind="gap-gap", gap_id_2="g-2", area_km2=np.pi * 10.0**2)


def gaps(place: tuple[float, float]) -> pd.DataFrame:
    """One closed and one open gap."""
    return filled(
        GAPS,
        pd.DataFrame(
            {
                "gap_id": ["g-1", "g-2"],
                "mmsi": [412000003, 412000001],
                "vessel_id": ["412000003", "412000001"],
                "start_time": [at(4.8 * H), at(23.95 * H)],
                "end_time": [at(14 * H), None],
                "start_lat": place[0],
                "start_lon": place[1],
                "end_lat": [place[0] + 0.1, None],
                "end_lon": [place[1] + 0.1, None],
                "duration_h": [9.2, 0.5],
                "expected_reports": [46.0, 2.0],
                "n_neighbours": [12, 1],
                "log_lr_off": [3.2, 0.1],
                "p_off": [0.83, 0.1],
                "feed_outage": False,
                "in_port": False,
                "can_judge": True,
            }
        ),
    )


def track(positions: pd.DataFrame) -> Track:
    """The track of one ship."""
    return track_of(POINTS.validate(points(positions)))


def gap(**columns: Any) -> pd.DataFrame:
    """GAPS with one gap of two hours that begins and ends in one place."""
    row = {
        "gap_id": "g", "mmsi": 1, "vessel_id": "1", "start_time": at(0), "end_time": at(7200), "start_lat": PLACE[0],
        "start_lon": PLACE[1], "end_lat": PLACE[0], "end_lon": PLACE[1], "duration_h": 2.0, "expected_reports": 9.0,
        "n_neighbours": 5, "log_lr_off": 3.0, "p_off": 0.8, "feed_outage": False, "in_port": False, "can_judge": True,
    }  # fmt: skip
    return GAPS.to_pandas(pd.DataFrame([row | columns]))


def candidates(p: np.ndarray, *, n_alternatives: int) -> pd.DataFrame:
    """DARK_ENCOUNTERS: candidates of the gap `g` within a mile of each other, with probabilities `p`."""
    n = np.arange(len(p))
    return DARK_ENCOUNTERS.to_pandas(
        pd.DataFrame(
            {
                "dark_id": [f"d{k}" for k in n], "kind": "gap-loitering", "mmsi_1": 1, "mmsi_2": 100 + n,
                "vessel_id_1": "1", "vessel_id_2": (100 + n).astype(str), "gap_id_1": "g",
                "start_time": at(0), "end_time": at(7200), "lat": 30.2 + n / 1000.0, "lon": 122.6,
                "feasible_dwell_h": 2.0, "required_sog_kn": 1.0, "area_km2": 1.0,
                "n_alternatives": n_alternatives, "rank_for_gap": len(p) - n, "p_off": 0.8, "p_contact": p,
            }
        )
    )  # fmt: skip
