"""What the card of one event shows, gathered from the tables: plain values and pictures, no layout."""

from __future__ import annotations

from typing import Any, NamedTuple, TypedDict

import numpy as np
import pandas as pd

from stsdetect.geo.geodesy import distance_m
from stsdetect.report.imagery import imagery_windows, request_box_km
from stsdetect.report.pair import MAX_HOLE_S, Size, Track, expected_reports, holes, instants, track_of
from stsdetect.report.plots import hull_plan, plan_reach_m, time_plots
from stsdetect.report.words import CATEGORIES, instant, number, percent, size, unknown
from stsdetect.schema import EVENTS, SCHEMAS
from stsdetect.units import NM_TO_M, S_PER_H

TRACK_MARGIN = pd.Timedelta(hours=24)
_PLOT_MARGIN = (pd.Timedelta(hours=3), pd.Timedelta(hours=12))


class Tables(TypedDict, total=False):
    """The run's tables besides its events; what is absent counts as not known."""

    evidence: Any
    encounters: Any
    dark_encounters: Any
    gaps: Any
    loitering: Any
    points: Any
    segments: Any
    identity: Any
    static: Any


class Parts(NamedTuple):
    """A table cut up by one column."""

    parts: dict[Any, pd.DataFrame]
    empty: pd.DataFrame

    @classmethod
    def of(cls, frame: pd.DataFrame, column: str) -> Parts:
        """Cut `frame` up."""
        return cls(dict(iter(frame.groupby(column, sort=False))), frame.iloc[:0])

    def get(self, value: Any) -> pd.DataFrame:
        """The rows with that value; none where there is none."""
        return self.parts.get(value, self.empty)


class Material(NamedTuple):
    """The tables of a run, cut up by event, detection or ship for look-up."""

    events: pd.DataFrame
    segments: pd.DataFrame
    evidence: Parts
    sources: dict[str, dict[str, Any]]
    gaps: Parts
    loitering: pd.DataFrame
    points: Parts
    spoofed: Parts
    identity: Parts
    static: Parts
    groups: dict[str, list[dict[str, Any]]]


def gather(events: Any, tables: Tables) -> Material:
    """Validate the tables and index them.

    Raises
    ------
    SchemaError
        When a table lacks a column.
    """
    known = Tables.__annotations__
    if strange := set(tables) - set(known):
        raise TypeError(f"the report takes no {', '.join(sorted(strange))}; it takes {', '.join(known)}")
    given = dict(tables)
    t = {n: SCHEMAS[n].to_pandas(given[n]) if n in given else SCHEMAS[n].empty() for n in known}
    events = EVENTS.to_pandas(events)
    spoofed = t["points"]["segment_id"].isin(t["segments"].loc[t["segments"]["quarantined"], "segment_id"])
    found = [("encounter_id", t["encounters"]), ("dark_id", t["dark_encounters"])]
    return Material(
        events,
        t["segments"],
        Parts.of(t["evidence"], "event_id"),
        {row[key]: row for key, frame in found for row in rows(frame)},
        Parts.of(t["gaps"], "mmsi"),
        t["loitering"],
        Parts.of(t["points"][~spoofed], "mmsi"),
        Parts.of(t["points"][spoofed], "mmsi"),
        Parts.of(t["identity"], "mmsi"),
        Parts.of(t["static"], "mmsi"),
        _rafts(t["encounters"], events),
    )


def _rafts(encounters: pd.DataFrame, events: pd.DataFrame) -> dict[str, list[dict[str, Any]]]:
    """Encounters of each group of more than one, with the event that each became, if any."""
    linked = encounters[encounters["group_id"].notna()].merge(
        events[["source_id", "event_id", "rank"]], left_on="encounter_id", right_on="source_id", how="left"
    )
    return {name: rows(raft) for name, raft in Parts.of(linked, "group_id").parts.items() if len(raft) > 1}


def tracks_of(event: dict[str, Any], material: Material, margin: pd.Timedelta) -> tuple[Track, Track]:
    """Fixes of both ships from `margin` before to `margin` after the event."""
    source = material.sources.get(event["source_id"], {})
    out = []
    for k in (1, 2):
        points = material.points.get(event[f"mmsi_{k}"])
        hull = points["vessel_id"] == source.get(f"vessel_id_{k}")
        near = points["timestamp"].between(event["start_time"] - margin, event["end_time"] + margin)
        out.append(track_of(points[near & (hull if hull.any() else True)]))
    return out[0], out[1]


def card(event: dict[str, Any], material: Material, tracks: tuple[Track, Track] | None) -> dict[str, Any]:
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
    evidence = material.evidence.get(event["event_id"])
    start, end = event["start_time"], event["end_time"]
    raft = material.groups.get(str(source.get("group_id")), [])
    return {
        "event": event,
        "source": source,
        "title": CATEGORIES.get(event["category"], event["category"]),
        "dark": event["event_type"] == "dark_encounter",
        "ships": ships,
        "facts": _facts(event, source),
        "evidence": rows(evidence),
        "raft": [r for r in raft if r["encounter_id"] != event["source_id"]],
        "gaps": _gaps_near(event, material),
        "nearby": _nearby(event, material),
        "windows": imagery_windows(start, end, event["lon"]),
        "box_km": request_box_km(_spread_m(source)),
        "pictures": None if tracks is None else _pictures(event, ships, tracks, material),
    }


def _ship(event: dict[str, Any], material: Material, k: int) -> dict[str, Any]:
    mmsi = event[f"mmsi_{k}"]
    spells = material.identity.get(mmsi)
    began = spells[spells["start_time"] <= event["end_time"]]
    known = rows((began if len(began) else spells.head(1)).tail(1))
    spell = known[0] if known else {}
    reports = material.static.get(mmsi)
    return {
        "number": k,
        "mmsi": mmsi,
        "name": event[f"shipname_{k}"],
        "imo": event[f"imo_{k}"],
        "flag": event[f"flag_{k}"],
        "spell": spell,
        "size": _size(spell),
        "size_text": size(spell.get("length_m"), spell.get("width_m")),
        "before": _last(reports[reports["timestamp"] <= event["start_time"]]),
        "after": _first(reports[reports["timestamp"] >= event["end_time"]]),
        "spells": rows(spells),
        "quarantined": len(material.spoofed.get(mmsi)),
    }


def _size(spell: dict[str, Any]) -> Size | None:
    parts = [spell.get(c) for c in ("to_bow", "to_stern", "to_port", "to_starboard")]
    if any(unknown(p) for p in parts):
        return None
    a, b, c, d = (float(p) for p in parts if p is not None)
    if a + b <= 0 or c + d <= 0:
        return None
    if a == 0 and c == 0:  # M.1371: size known, place of the antenna not
        return Size(b / 2, b / 2, d / 2, d / 2, placed=False)
    return Size(a, b, c, d)


def _last(reports: pd.DataFrame) -> dict[str, Any]:
    return {c: _pick(reports[c].dropna(), -1) for c in ("draught", "destination")}


def _first(reports: pd.DataFrame) -> dict[str, Any]:
    return {c: _pick(reports[c].dropna(), 0) for c in ("draught", "destination")}


def _pick(values: pd.Series[Any], which: int) -> Any:
    return values.iloc[which] if len(values) else None


def _facts(event: dict[str, Any], source: dict[str, Any]) -> list[tuple[str, str]]:
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


def _gaps_near(event: dict[str, Any], material: Material) -> list[dict[str, Any]]:
    out = []
    for k in (1, 2):
        gaps = material.gaps.get(event[f"mmsi_{k}"])
        ended = gaps["end_time"].isna() | (gaps["end_time"] >= event["start_time"] - TRACK_MARGIN)
        near = gaps[ended & (gaps["start_time"] <= event["end_time"] + TRACK_MARGIN)]
        out += [{"ship": k, **row} for row in rows(near)]
    return out


def _nearby(event: dict[str, Any], material: Material) -> list[dict[str, Any]]:
    """Other ships that lay within a nautical mile during the event, nearest first."""
    stays = material.loitering
    during = (stays["start_time"] <= event["end_time"]) & (stays["end_time"] >= event["start_time"])
    stays = stays[during & ~stays["mmsi"].isin([event["mmsi_1"], event["mmsi_2"]])]
    apart = distance_m(event["lat"], event["lon"], stays["lat"], stays["lon"])
    near = stays.assign(distance_m=apart)[apart <= NM_TO_M].sort_values(["distance_m", "mmsi"])
    return [{**stay, "name": _name(stay["mmsi"], material)} for stay in rows(near.drop_duplicates("mmsi"))]


def _name(mmsi: int, material: Material) -> str:
    names = material.identity.get(mmsi)["shipname"].dropna()
    return str(names.iloc[-1]) if len(names) else "no name"


def _spread_m(source: dict[str, Any]) -> float:
    area_km2 = source.get("area_km2", 0.0)
    return float(np.sqrt(area_km2 / np.pi) * 1000.0)


def _pictures(
    event: dict[str, Any], ships: list[dict[str, Any]], tracks: tuple[Track, Track], material: Material
) -> dict[str, Any]:
    start_s, end_s = event["start_time"].timestamp(), event["end_time"].timestamp()
    low, high = _PLOT_MARGIN
    margin = min(max(event["end_time"] - event["start_time"], low), high)
    left, right = event["start_time"] - margin, event["end_time"] + margin
    if len(material.segments):  # before and after the data nobody is silent
        left = max(left, material.segments["start_time"].min())
        right = min(right, material.segments["end_time"].max())
    sizes = [s["size"] for s in ships]
    out: dict[str, Any] = {
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


def _coverage(track: Track, start_s: float, end_s: float) -> dict[str, Any]:
    inside = (track.time_s >= start_s) & (track.time_s <= end_s)
    edges = np.concatenate([[start_s], track.time_s[inside], [end_s]])
    silent = sum(b - a for a, b in holes(track, start_s, end_s, max_hole_s=MAX_HOLE_S))
    return {
        "fixes": int(inside.sum()),
        "due": expected_reports(track, start_s, end_s),
        "longest_hole_min": float(np.diff(edges).max() / 60.0),
        "silent_h": silent / S_PER_H,
    }


def rows(frame: pd.DataFrame) -> list[dict[str, Any]]:
    """The rows of a table."""
    return [{str(k): v for k, v in row.items()} for row in frame.to_dict("records")]
