"""What the card of one event shows, gathered from the tables: plain values and pictures, no layout."""

from __future__ import annotations

from collections import Counter
from typing import Any, NamedTuple, TypedDict, cast

import numpy as np
import pandas as pd

from stsdetect.geo.geodesy import distance_m
from stsdetect.report.draw.event_plots import hull_plan, plan_reach_m, time_plots
from stsdetect.report.draw.pair_tracks import (
    MAX_HOLE_S,
    NO_TRACK,
    Size,
    Track,
    expected_reports,
    holes,
    instants,
    track_of,
)
from stsdetect.report.page.display_format import CATEGORIES, instant, number, percent, size, unknown
from stsdetect.schema import EVENTS, SCHEMAS, Frame
from stsdetect.senses.passes import imagery_windows, request_box_km
from stsdetect.units import NM_TO_M, S_PER_H

TRACK_MARGIN = pd.Timedelta(hours=24)
_PLOT_MARGIN = (pd.Timedelta(hours=3), pd.Timedelta(hours=12))


Row = dict[str, Any]


class Tables(TypedDict, total=False):
    """The run's tables besides its events; what is absent counts as not known."""

    evidence: Frame
    encounters: Frame
    dark_encounters: Frame
    gaps: Frame
    loitering: Frame
    solo_stops: Frame
    points: Frame
    segments: Frame
    identity: Frame
    static: Frame


class Material(NamedTuple):
    """The tables of a run, cut up by event, detection or ship for look-up."""

    events: pd.DataFrame
    segments: pd.DataFrame
    evidence: dict[str, list[Row]]
    sources: dict[str, Row]
    gaps: dict[int, list[Row]]
    loitering: pd.DataFrame
    solo_stops: pd.DataFrame
    tracks: dict[int, dict[str, Track]]
    n_spoofed: dict[int, int]
    identity: dict[int, list[Row]]
    static: dict[int, list[Row]]
    groups: dict[str, list[Row]]


def gather(events: Frame, tables: Tables) -> Material:
    """Validate the tables and index them.

    Raises
    ------
    SchemaError
        When a table lacks a column.
    """
    known = Tables.__annotations__
    if strange := set(tables) - set(known):
        raise TypeError(f"the report takes no {', '.join(sorted(strange))}; it takes {', '.join(known)}")
    given = cast("dict[str, Frame]", dict(tables))
    t = {n: SCHEMAS[n].to_pandas(given[n]) if n in given else SCHEMAS[n].empty() for n in known}
    events = EVENTS.to_pandas(events)
    spoofed = t["points"]["segment_id"].isin(t["segments"].loc[t["segments"]["quarantined"], "segment_id"])
    found = [("encounter_id", t["encounters"]), ("dark_id", t["dark_encounters"])]
    return Material(
        events,
        t["segments"],
        _by(t["evidence"], "event_id"),
        {row[key]: row for key, frame in found for row in rows(frame)},
        _by(t["gaps"], "mmsi"),
        t["loitering"],
        t["solo_stops"],
        _tracks(t["points"][~spoofed]),
        Counter(t["points"].loc[spoofed, "mmsi"].tolist()),
        _by(t["identity"], "mmsi"),
        _by(t["static"], "mmsi"),
        _rafts(t["encounters"], events),
    )


def _by(frame: pd.DataFrame, column: str) -> dict[Any, list[Row]]:
    """Rows of a table by the value of one column."""
    out: dict[Any, list[Row]] = {}
    for row in rows(frame):
        out.setdefault(row[column], []).append(row)
    return out


def _tracks(points: pd.DataFrame) -> dict[int, dict[str, Track]]:
    """Each number's fixes, hull by hull and, under the empty name, all together."""
    out: dict[int, dict[str, Track]] = {}
    for mmsi, own in points.groupby("mmsi", sort=False):
        hulls = own.groupby("vessel_id", sort=False)
        out[int(str(mmsi))] = {"": track_of(own), **{str(v): track_of(fixes) for v, fixes in hulls}}
    return out


def _rafts(encounters: pd.DataFrame, events: pd.DataFrame) -> dict[str, list[Row]]:
    """Encounters of each group of more than one, with the event that each became, if any."""
    linked = encounters[encounters["group_id"].notna()].merge(
        events[["source_id", "event_id", "rank"]], left_on="encounter_id", right_on="source_id", how="left"
    )
    return {name: raft for name, raft in _by(linked, "group_id").items() if len(raft) > 1}


def tracks_of(event: Row, material: Material, margin: pd.Timedelta) -> tuple[Track, Track]:
    """Fixes of both ships from `margin` before to `margin` after the event."""
    source = material.sources.get(event["source_id"], {})
    start_s, end_s = (event["start_time"] - margin).timestamp(), (event["end_time"] + margin).timestamp()
    out = []
    for k in (1, 2):
        own = material.tracks.get(event[f"mmsi_{k}"], {"": NO_TRACK})
        out.append(own.get(source.get(f"vessel_id_{k}", ""), own[""]).between(start_s, end_s))
    return out[0], out[1]


def called(mmsi: int, shipname: Any, material: Material) -> str:
    """What to call a ship: its name, else its id in the dump, else its number."""
    spells = material.identity.get(mmsi, [])
    names = [s[c] for c in ("source_id", "shipname") for s in spells] + [shipname]
    return str(next((n for n in reversed(names) if not unknown(n)), mmsi))


def card(event: Row, material: Material, tracks: tuple[Track, Track] | None) -> Row:
    """Everything on the card of one event.

    Parameters
    ----------
    event : dict
        A row of EVENTS.
    material : Material
        The run's tables.
    tracks : tuple of Track, optional
        Fixes of both ships around the event; None leaves the pictures out.

    Returns
    -------
    dict
        For the template ``card.html``.
    """
    source = material.sources.get(event["source_id"], {})
    ships = [_ship(event, material, k) for k in (1, 2)]
    start, end = event["start_time"], event["end_time"]
    raft = material.groups.get(str(source.get("group_id")), [])
    return {
        "event": event,
        "source": source,
        "title": CATEGORIES.get(event["category"], event["category"]),
        "dark": event["event_type"] == "dark_encounter",
        "ships": ships,
        "facts": _facts(event, source),
        "evidence": material.evidence.get(event["event_id"], []),
        "raft": [r for r in raft if r["encounter_id"] != event["source_id"]],
        "gaps": _gaps_near(event, material),
        "nearby": _nearby(event, material),
        "windows": imagery_windows(start, end, event["lon"]),
        "box_km": request_box_km(_spread_m(source)),
        "pictures": None if tracks is None else _pictures(event, ships, tracks, material),
    }


def _ship(event: Row, material: Material, k: int) -> Row:
    mmsi = event[f"mmsi_{k}"]
    spells = material.identity.get(mmsi, [])
    began = [s for s in spells if s["start_time"] <= event["end_time"]]
    spell = (began[-1:] or spells[:1] or [{}])[0]
    reports = material.static.get(mmsi, [])
    return {
        "number": k,
        "mmsi": mmsi,
        "source_id": spell.get("source_id"),
        "name": event[f"shipname_{k}"],
        "imo": event[f"imo_{k}"],
        "flag": event[f"flag_{k}"],
        "spell": spell,
        "size": _size(spell),
        "size_text": size(spell.get("length_m"), spell.get("width_m")),
        "before": _latest([r for r in reports if r["timestamp"] <= event["start_time"]]),
        "after": _latest([r for r in reversed(reports) if r["timestamp"] >= event["end_time"]]),
        "spells": spells,
        "quarantined": material.n_spoofed.get(mmsi, 0),
    }


def _size(spell: Row) -> Size | None:
    parts = [spell.get(c) for c in ("to_bow", "to_stern", "to_port", "to_starboard")]
    if any(unknown(p) for p in parts):
        return None
    a, b, c, d = (float(p) for p in parts if p is not None)
    if a + b <= 0 or c + d <= 0:
        return None
    if a == 0 and c == 0:  # M.1371: size known, place of the antenna not
        return Size(b / 2, b / 2, d / 2, d / 2, placed=False)
    return Size(a, b, c, d)


def _latest(reports: list[Row]) -> Row:
    """The last known draught and destination of reports in this order."""
    out: Row = {"draught": None, "destination": None}
    for report in reports:
        out.update({c: report[c] for c in out if not unknown(report[c])})
    return out


def _facts(event: Row, source: Row) -> list[tuple[str, str]]:
    if not source:
        return []
    if event["event_type"] == "dark_encounter":
        return [
            (
                "Kind",
                {"gap-loitering": "one ship dark, the other seen waiting"}.get(
                    source["kind"], "both ships dark"
                ),
            ),
            ("Longest feasible stay together", number(source["feasible_dwell_h"], 1, "h")),
            ("Speed the dark ship needed", number(source["required_sog_kn"], 1, "kn")),
            ("Area in which they could have met", number(source["area_km2"], 1, "km²")),
            ("Other ships that fit as well", number(source["n_alternatives"])),
            ("Probability that the silence was a switch-off", percent(source["p_off"])),
        ]
    gap = f"{number(source['median_hull_gap_m'], 0)} ± {number(source['hull_gap_error_m'], 0, 'm')}"
    return [
        ("Hull gap, median", gap),
        ("Hull gap, smallest", number(source["min_hull_gap_m"], 0, "m")),
        ("Headings", source["orientation"]),
        (
            "Rigid-body test",
            f"{number(source['rigidity'], 1)} over {number(source['swing_deg'])}° of swing",
        ),
        (
            "Pair's speed, median and 95 %",
            f"{number(source['median_sog_kn'], 1)} / {number(source['max_sog_kn'], 1, 'kn')}",
        ),
        (
            "Came from / left to a distance of",
            f"{_far(source['approach_from_m'])} / {_far(source['departure_to_m'])}",
        ),
        ("Instants near a real fix of both", number(100 * source["observed_fraction"], 0, "%")),
    ]


def _far(distance_m: Any) -> str:
    return "not seen" if unknown(distance_m) else number(distance_m / 1000.0, 1, "km")


def _gaps_near(event: Row, material: Material) -> list[Row]:
    first, last = event["start_time"] - TRACK_MARGIN, event["end_time"] + TRACK_MARGIN
    return [
        {"ship": k, **gap}
        for k in (1, 2)
        for gap in material.gaps.get(event[f"mmsi_{k}"], [])
        if gap["start_time"] <= last and (unknown(gap["end_time"]) or gap["end_time"] >= first)
    ]


def _nearby(event: Row, material: Material) -> list[Row]:
    """Other ships that lay within a nautical mile during the event, nearest first."""
    stays = material.loitering
    during = (stays["start_time"] <= event["end_time"]) & (stays["end_time"] >= event["start_time"])
    stays = stays[during & ~stays["mmsi"].isin([event["mmsi_1"], event["mmsi_2"]])]
    apart = distance_m(event["lat"], event["lon"], stays["lat"], stays["lon"])
    near = stays.assign(distance_m=apart)[apart <= NM_TO_M].sort_values(["distance_m", "mmsi"])
    return [
        {**stay, "name": called(stay["mmsi"], None, material)} for stay in rows(near.drop_duplicates("mmsi"))
    ]


def _spread_m(source: Row) -> float:
    area_km2 = source.get("area_km2", 0.0)
    return float(np.sqrt(area_km2 / np.pi) * 1000.0)


def _pictures(event: Row, ships: list[Row], tracks: tuple[Track, Track], material: Material) -> Row:
    start_s, end_s = event["start_time"].timestamp(), event["end_time"].timestamp()
    low, high = _PLOT_MARGIN
    margin = min(max(event["end_time"] - event["start_time"], low), high)
    left, right = event["start_time"] - margin, event["end_time"] + margin
    if len(material.segments):  # before and after the data nobody is silent
        left = max(left, material.segments["start_time"].min())
        right = min(right, material.segments["end_time"].max())
    sizes = [s["size"] for s in ships]
    out: Row = {
        "time": time_plots(
            *tracks,
            sizes[0],
            sizes[1],
            start_s=left.timestamp(),
            end_s=right.timestamp(),
            event_start_s=start_s,
            event_end_s=end_s,
            label="Distance, speed and heading of both ships over time",
        ),
        "plans": [],
        "coverage": [_coverage(t, start_s, end_s) for t in tracks],
    }
    if event["event_type"] == "encounter":
        at = instants(*tracks, sizes[0], sizes[1], [start_s, (start_s + end_s) / 2, end_s])
        reach = plan_reach_m(at)
        for name, i in zip(("Start", "Middle", "End"), at, strict=True):
            label = f"Hulls at the {name.lower()}, {instant(i.time_s)} UTC"
            out["plans"].append(
                {
                    "name": name,
                    "time": instant(i.time_s),
                    "svg": hull_plan(i, reach_m=reach, label=label),
                    "distance": number(i.distance_m, 0, "m"),
                    "gap": number(i.hull_gap_m, 0, "m"),
                }
            )
    return out


def _coverage(track: Track, start_s: float, end_s: float) -> Row:
    inside = (track.time_s >= start_s) & (track.time_s <= end_s)
    edges = np.concatenate([[start_s], track.time_s[inside], [end_s]])
    silent = sum(b - a for a, b in holes(track, start_s, end_s, max_interval_s=MAX_HOLE_S))
    return {
        "fixes": int(inside.sum()),
        "due": expected_reports(track, start_s, end_s),
        "longest_hole_min": float(np.diff(edges).max() / 60.0),
        "silent_h": silent / S_PER_H,
    }


def rows(frame: pd.DataFrame) -> list[Row]:
    """The rows of a table."""
    return [{str(k): v for k, v in row.items()} for row in frame.to_dict("records")]
