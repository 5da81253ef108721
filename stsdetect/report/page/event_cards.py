"""The data of a card: an event with its ships, measurements, coverage, gaps, evidence and surroundings."""

from __future__ import annotations

import math
from datetime import timedelta
from typing import NamedTuple

import numpy as np
import polars as pl

from stsdetect.geo.geodesy import distance_m
from stsdetect.params import EncounterParams
from stsdetect.report.draw.pair_tracks import NO_TRACK, Pair, Size, Track, expected_reports
from stsdetect.report.page.display_format import METHODS, event_title, number, origin, percent, signed, tonnes
from stsdetect.report.page.run_tables import Row, RunTables
from stsdetect.report.regions import region_radius_m
from stsdetect.schema import IDENTITY
from stsdetect.senses.passes import Window, imagery_windows, request_box_km
from stsdetect.units import NM_TO_M, S_PER_MIN

TRACK_MARGIN = timedelta(hours=24)
"""Tracks and gaps are shown from this long before an event until this long after it."""

_NO_IDENTITY: Row = dict.fromkeys(IDENTITY.names)
_DARK_KINDS = {
    "gap-loitering": "one ship in a gap, the other observed loitering",
    "gap-gap": "both ships in a gap",
}


class Coverage(NamedTuple):
    """How well a ship was received during an event."""

    n_fixes: int
    n_due: float  # at the nominal reporting rate; NaN without any fix
    longest_interval_min: float


class Broadcast(NamedTuple):
    """Voyage data as last broadcast before an event, or first broadcast after it."""

    draught: float | None
    destination: str | None


class Ship(NamedTuple):
    """One ship of an event."""

    number: int  # 1 or 2
    vessel_id: str | None
    mmsi: int
    name: str | None
    imo: int | None
    flag: str | None
    called: str  # a name, an id or the MMSI: never empty
    identity: Row  # the spell of IDENTITY at the time of the event
    identities: list[Row]
    size: Size | None
    before: Broadcast
    after: Broadcast
    track: Track
    coverage: Coverage
    n_quarantined: int
    gaps: list[Row]
    in_gap: bool  # during a dark encounter


class Swing(NamedTuple):
    """The swing of the ship of a solo event about a fixed point."""

    reading: Row  # of ANCHOR_READINGS
    fixes: pl.DataFrame


class EventCard(NamedTuple):
    """Everything that the card of one event shows, not yet drawn."""

    event: Row
    ships: tuple[Ship, ...]  # one, of a solo event and of a delivery
    measurements: list[tuple[str, str]]
    evidence: list[Row]
    group: list[Row]
    nearby: list[Row]
    passes: list[Window]
    box_km: float
    region_m: float | None  # radius of the circle in which two ships that were both in a gap could have met
    swing: Swing | None  # of a solo event

    @property
    def is_dark(self) -> bool:
        """Whether one or both ships were in a gap."""
        return bool(self.event["event_type"] == "dark_encounter")

    @property
    def is_solo(self) -> bool:
        """Whether the other ship was never received."""
        return bool(self.event["event_type"] == "solo")

    @property
    def is_delivery(self) -> bool:
        """Whether the event is a direct delivery to a quay."""
        return bool(self.event["event_type"] == "delivery")

    @property
    def is_of_one(self) -> bool:
        """Whether only one ship takes part, as far as the dump shows."""
        return len(self.ships) == 1

    @property
    def title(self) -> str:
        """The category in words."""
        return event_title(self.event["event_type"], self.event["category"])

    @property
    def pair(self) -> Pair:
        """Tracks and sizes of both ships."""
        if self.is_of_one:
            return Pair((self.ships[0].track, NO_TRACK), (self.ships[0].size, None))
        one, two = self.ships
        return Pair((one.track, two.track), (one.size, two.size))


def event_card(event: Row, tables: RunTables) -> EventCard:
    """Gather what the card of one event shows.

    Parameters
    ----------
    event : dict
        A row of EVENTS.
    tables : RunTables

    Returns
    -------
    EventCard
    """
    detection = tables.detections.get(event["source_id"], {})
    members = tables.groups.get(str(detection.get("group_id")), [])
    radius_m = math.sqrt(detection.get("area_km2", 0.0) / math.pi) * 1000.0
    return EventCard(
        event=event,
        ships=tuple(_ship(event, detection, tables, k) for k in (1, 2) if event[f"mmsi_{k}"] is not None),
        measurements=_measurements(event, detection),
        evidence=tables.evidence.get(event["event_id"], []),
        group=[row for row in members if row["encounter_id"] != event["source_id"]],
        nearby=_nearby(event, tables),
        passes=imagery_windows(event["start_time"], event["end_time"], event["lon"]),
        box_km=request_box_km(radius_m),
        region_m=region_radius_m(detection),
        swing=_swing(detection, tables),
    )


def _swing(detection: Row, tables: RunTables) -> Swing | None:
    """The reading that a solo stop rests on, with the fixes of its ship."""
    readings = tables.readings.get(detection.get("loiter_id"), [])
    for reading in readings:
        if reading["pivot_forward_m"] == detection.get("pivot_forward_m"):
            return Swing(reading, tables.fixes_of(reading["mmsi"]))
    return None


def _ship(event: Row, detection: Row, tables: RunTables, k: int) -> Ship:
    mmsi, start, end = event[f"mmsi_{k}"], event["start_time"], event["end_time"]
    first, last = start - TRACK_MARGIN, end + TRACK_MARGIN
    spells = tables.identity.get(mmsi, [])
    begun = [spell for spell in spells if spell["start_time"] <= end]
    identity = (begun[-1:] or spells[:1] or [_NO_IDENTITY])[0]
    reports = tables.static.get(mmsi, [])
    track = tables.track(mmsi, tables.vessel_of(event, k)).between(first.timestamp(), last.timestamp())
    return Ship(
        number=k,
        vessel_id=tables.vessel_of(event, k),
        mmsi=mmsi,
        name=event[f"shipname_{k}"],
        imo=event[f"imo_{k}"],
        flag=event[f"flag_{k}"],
        called=tables.name_of(mmsi, event[f"shipname_{k}"]),
        identity=identity,
        identities=spells,
        size=_size(identity),
        before=_nearest_broadcast([r for r in reversed(reports) if r["timestamp"] <= start]),
        after=_nearest_broadcast([r for r in reports if r["timestamp"] >= end]),
        track=track,
        coverage=_coverage(track, start.timestamp(), end.timestamp()),
        n_quarantined=tables.n_quarantined.get(mmsi, 0),
        gaps=[
            gap
            for gap in tables.gaps.get(mmsi, [])
            if gap["start_time"] <= last and (gap["end_time"] is None or gap["end_time"] >= first)
        ],
        in_gap=(detection.get(f"gap_id_{k}") or detection.get("gap_id")) is not None,
    )


def _size(identity: Row) -> Size | None:
    sides = [identity[c] for c in ("to_bow", "to_stern", "to_port", "to_starboard")]
    if any(side is None for side in sides):
        return None
    to_bow, to_stern, to_port, to_starboard = (float(side) for side in sides)
    if to_bow + to_stern <= 0 or to_port + to_starboard <= 0:
        return None
    if to_bow == 0 and to_port == 0:  # M.1371: length and beam are known, the position of the antenna is not
        return Size(to_stern / 2, to_stern / 2, to_starboard / 2, to_starboard / 2, placed=False)
    return Size(to_bow, to_stern, to_port, to_starboard)


def _nearest_broadcast(reports: list[Row]) -> Broadcast:
    """The first known draught and destination of static reports, the nearest to the event first."""
    return Broadcast(
        *(next((r[c] for r in reports if r[c] is not None), None) for c in ("draught", "destination"))
    )


def _coverage(track: Track, start_s: float, end_s: float) -> Coverage:
    fixes_s = track.between(start_s, end_s).time_s
    intervals_s = np.diff(np.concatenate([[start_s], fixes_s, [end_s]]))
    return Coverage(
        len(fixes_s), expected_reports(track, start_s, end_s), float(intervals_s.max() / S_PER_MIN)
    )


def _measurements(event: Row, detection: Row) -> list[tuple[str, str]]:
    if not detection:
        return []
    measurements = {
        "dark_encounter": _dark_measurements,
        "solo": _solo_measurements,
        "delivery": _delivery_measurements,
    }
    return measurements.get(event["event_type"], _encounter_measurements)(detection)


def _dark_measurements(dark: Row) -> list[tuple[str, str]]:
    return [
        ("Kind", _DARK_KINDS.get(dark["kind"], str(dark["kind"]))),
        ("Longest possible dwell together", number(dark["feasible_dwell_h"], 1, "h")),
        ("Speed needed by the ship in the gap", number(dark["required_sog_kn"], 1, "kn")),
        ("Area of possible rendezvous", number(dark["area_km2"], 1, "km²")),
        ("Other ships with the time to meet it", number(dark["n_alternatives"])),
        ("Probability that the gap was a switch-off", percent(dark["p_off"])),
    ]


def _solo_measurements(solo: Row) -> list[tuple[str, str]]:
    rows = [("Kind", "a stop" if solo["kind"] == "stop" else "an AIS gap")]
    if solo["pivot_forward_m"] is not None:
        pivot = f"{number(solo['pivot_forward_m'], 0)} / {number(solo['pivot_starboard_m'], 0, 'm')}"
        rows += [
            ("Fixed point of the swing, ahead / to starboard", pivot),
            (
                "Error of it, and swing",
                f"{number(solo['pivot_error_m'], 0, 'm')}, {number(solo['swing_deg'])}°",
            ),
            ("Ahead, at her own anchor", number(solo["expected_forward_m"], 0, "m")),
            ("Log-likelihood ratio of another ship's anchor", number(solo["log_lr_borrowed"], 1, "nat")),
        ]
    if solo["drift_kn"] is not None:
        rows.append(("Drift during the stop", number(solo["drift_kn"], 2, "kn")))
    if solo["p_off"] is not None:
        rows.append(("Probability that the gap was a switch-off", percent(solo["p_off"])))
    return [*rows, ("Distance before / after", f"{_far(solo['came_from_m'])} / {_far(solo['went_to_m'])}")]


def _delivery_measurements(delivery: Row) -> list[tuple[str, str]]:
    change = delivery["draught_change_m"]
    return [
        ("Port", delivery["port_name"] or "a quay that has no name"),
        ("Came from", origin(delivery)),
        ("Hours in gaps on the voyage", number(delivery["dark_h"], 1, "h")),
        ("Change of draught at the quay", "not broadcast" if change is None else f"{signed(change, 1)} m"),
        ("Cargo", tonnes(delivery["tonnes_low"], delivery["tonnes"], delivery["tonnes_high"])),
        ("It rests on", METHODS.get(delivery["method"], str(delivery["method"]))),
    ]


def _encounter_measurements(encounter: Row) -> list[tuple[str, str]]:
    median, error = encounter["median_hull_gap_m"], encounter["hull_gap_error_m"]
    rigidity, swing = _bounded_nat(encounter["rigidity"]), number(encounter["swing_deg"])
    median_sog, max_sog = number(encounter["median_sog_kn"], 1), number(encounter["max_sog_kn"], 1, "kn")
    return [
        ("Hull gap, median", f"{number(median, 0)} ± {number(error, 0, 'm')}"),
        ("Hull gap, smallest", number(encounter["min_hull_gap_m"], 0, "m")),
        ("Headings", encounter["orientation"]),
        ("Rigid-body test", f"{rigidity} over a swing of {swing}°"),
        ("Speed of the pair, median / 95th percentile", f"{median_sog} / {max_sog}"),
        (
            "Distance before / after",
            f"{_far(encounter['approach_from_m'])} / {_far(encounter['departure_to_m'])}",
        ),
        ("Instants close to a fix of both ships", number(100 * encounter["observed_fraction"], 0, "%")),
    ]


def _bounded_nat(value: float | None) -> str:
    """A likelihood ratio of the rigid-body test, which is not computed beyond its bound."""
    shown, bound = number(value, 1, "nat"), EncounterParams().max_rigidity_nat
    if value is None or abs(value) < bound:
        return shown
    return f"at least {shown}" if value > 0 else f"{shown} or less"


def _far(distance: float | None) -> str:
    return "not observed" if distance is None else number(distance / 1000.0, 1, "km")


def _nearby(event: Row, tables: RunTables) -> list[Row]:
    """Other ships loitering within a nautical mile during the event, nearest first, each once."""
    during = tables.loitering.filter(
        (pl.col("start_time") <= event["end_time"])
        & (pl.col("end_time") >= event["start_time"])
        & ~pl.col("mmsi").is_in([m for m in (event["mmsi_1"], event["mmsi_2"]) if m is not None])
    )
    away_m = distance_m(event["lat"], event["lon"], during["lat"].to_numpy(), during["lon"].to_numpy())
    nearest = (
        during.with_columns(pl.Series("distance_m", np.atleast_1d(away_m), pl.Float64))
        .filter(pl.col("distance_m") <= NM_TO_M)
        .sort("distance_m", "mmsi", maintain_order=True)
        .unique("mmsi", keep="first", maintain_order=True)
    )
    return [{**row, "name": tables.name_of(row["mmsi"])} for row in nearest.iter_rows(named=True)]
