"""The tables of a run, indexed so that a card can look up its rows by event, detection or ship."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import Any, TypedDict, cast

import polars as pl

from stsdetect.report.draw.pair_tracks import NO_TRACK, Track, track_of
from stsdetect.schema import EVENTS, SCHEMAS, Frame, Table

Row = dict[str, Any]
"""One row of a table: column to value, None for null."""


class Tables(TypedDict, total=False):
    """The tables that a report can use besides the events; an absent one is treated as empty."""

    evidence: Frame
    encounters: Frame
    dark_encounters: Frame
    gaps: Frame
    loitering: Frame
    solo_stops: Frame
    anchor_readings: Frame
    points: Frame
    segments: Frame
    identity: Frame
    static: Frame
    port_visits: Frame
    deliveries: Frame
    chains: Frame
    ledger: Frame
    vessels: Frame
    vessel_pairs: Frame


@dataclass(frozen=True)
class RunTables:
    """Tables of a run, indexed.

    Attributes
    ----------
    events, segments, loitering : polars.DataFrame
        As validated, sorted by the key of the table.
    evidence : dict
        Rows by event_id.
    detections : dict
        Encounters, dark encounters, solo stops and deliveries by their id, the source_id of an event.
    readings : dict
        Anchor readings by loiter_id.
    points : polars.DataFrame
        Fixes without quarantined segments.
    groups : dict
        Encounters by group_id, with the event_id and rank of the event that each became, if any.
    gaps, identity, static : dict
        Rows by MMSI.
    tracks : dict
        Tracks without quarantined segments by (MMSI, vessel_id), and by (MMSI, None) for all of an MMSI.
    n_quarantined : dict
        Quarantined fixes by MMSI.
    visits : dict
        Port visits by visit_id.
    deliveries, chains, ledger, vessel_pairs : polars.DataFrame
        As validated, sorted by the key of the table.
    vessels : dict
        Rows of VESSELS by vessel_id.
    """

    events: pl.DataFrame
    segments: pl.DataFrame
    loitering: pl.DataFrame
    evidence: dict[str, list[Row]]
    detections: dict[str, Row]
    groups: dict[str, list[Row]]
    readings: dict[str | None, list[Row]]
    points: pl.DataFrame
    gaps: dict[int, list[Row]]
    identity: dict[int, list[Row]]
    static: dict[int, list[Row]]
    tracks: dict[tuple[int, str | None], Track]
    n_quarantined: dict[int, int]
    visits: dict[str | None, Row]
    deliveries: pl.DataFrame
    chains: pl.DataFrame
    ledger: pl.DataFrame
    vessels: dict[str | None, Row]
    vessel_pairs: pl.DataFrame

    def name_of(self, mmsi: int, shipname: str | None = None) -> str:
        """What to call a ship: `shipname`, else its last broadcast name, else its id in the dump or MMSI."""
        spells = self.identity.get(mmsi, [])
        names = [spell[column] for column in ("source_id", "shipname") for spell in spells] + [shipname]
        return str(next((name for name in reversed(names) if name is not None), mmsi))

    def name_of_vessel(self, vessel_id: str | None, mmsi: int) -> str:
        """What to call a vessel: its last name in VESSELS, else as `name_of` its MMSI."""
        return self.name_of(mmsi, self.vessels.get(vessel_id, {}).get("shipname"))

    def vessel_of(self, event: Row, side: int) -> str | None:
        """The hull of a side of an event; None where the tables do not have the detection behind it."""
        detection = self.detections.get(event["source_id"], {})
        vessel_id = detection.get(f"vessel_id_{side}", detection.get("vessel_id"))
        return None if vessel_id is None else str(vessel_id)

    def fixes_of(self, mmsi: int) -> pl.DataFrame:
        """POINTS of an MMSI."""
        return self.points.filter(pl.col("mmsi") == mmsi)

    def track(self, mmsi: int, vessel_id: str | None) -> Track:
        """Fixes of a hull under an MMSI; all fixes of the MMSI where that hull is not known."""
        return self.tracks.get((mmsi, vessel_id), self.tracks.get((mmsi, None), NO_TRACK))


def index_tables(events: Frame, tables: Tables) -> RunTables:
    """Validate the tables and index them.

    Parameters
    ----------
    events : EVENTS frame
    tables : Tables

    Raises
    ------
    SchemaError
        When a table lacks a column.
    TypeError
        When there is no table of that name.
    """
    known = Tables.__annotations__
    if unknown := set(tables) - set(known):
        raise TypeError(
            f"the report has no use for {', '.join(sorted(unknown))}; the tables are {', '.join(known)}"
        )
    given = cast("dict[str, Frame]", tables)
    t = {name: _sorted(SCHEMAS[name], given.get(name)) for name in known}
    events = _sorted(EVENTS, events)
    quarantined_ids = t["segments"].filter("quarantined")["segment_id"]
    quarantined = pl.col("segment_id").is_in(quarantined_ids.implode())
    return RunTables(
        events=events,
        segments=t["segments"],
        loitering=t["loitering"],
        evidence=_rows_by(t["evidence"], "event_id"),
        detections={
            row[key]: row
            for name, key in (
                ("encounters", "encounter_id"),
                ("dark_encounters", "dark_id"),
                ("solo_stops", "solo_id"),
                ("deliveries", "delivery_id"),
            )
            for row in t[name].iter_rows(named=True)
        },
        groups=_groups(t["encounters"], events),
        readings=_rows_by(t["anchor_readings"], "loiter_id"),
        points=t["points"].filter(~quarantined),
        gaps=_rows_by(t["gaps"], "mmsi"),
        identity=_rows_by(t["identity"], "mmsi"),
        static=_rows_by(t["static"], "mmsi"),
        tracks=_tracks(t["points"].filter(~quarantined)),
        n_quarantined=Counter(t["points"].filter(quarantined)["mmsi"].to_list()),
        visits={row["visit_id"]: row for row in t["port_visits"].iter_rows(named=True)},
        deliveries=t["deliveries"],
        chains=t["chains"],
        ledger=t["ledger"],
        vessels={row["vessel_id"]: row for row in t["vessels"].iter_rows(named=True)},
        vessel_pairs=t["vessel_pairs"],
    )


def _sorted(table: Table, frame: Frame | None) -> pl.DataFrame:
    return table.optional(frame).sort(table.sort_by, nulls_last=True, maintain_order=True)


def _rows_by(frame: pl.DataFrame, column: str) -> dict[Any, list[Row]]:
    out: dict[Any, list[Row]] = {}
    for row in frame.iter_rows(named=True):
        out.setdefault(row[column], []).append(row)
    return out


def _tracks(points: pl.DataFrame) -> dict[tuple[int, str | None], Track]:
    tracks: dict[tuple[int, str | None], Track] = {}
    for (mmsi,), own in points.group_by("mmsi", maintain_order=True):
        tracks[cast("int", mmsi), None] = track_of(own)
        for (vessel_id,), fixes in own.group_by("vessel_id", maintain_order=True):
            tracks[cast("int", mmsi), cast("str", vessel_id)] = track_of(fixes)
    return tracks


def _groups(encounters: pl.DataFrame, events: pl.DataFrame) -> dict[str, list[Row]]:
    became = events.select(
        pl.col("source_id").alias("encounter_id"), "event_id", "rank", event_category="category"
    )
    grouped = encounters.filter(pl.col("group_id").is_not_null()).join(
        became, on="encounter_id", how="left", maintain_order="left"
    )
    # Geometry knows no places: whether ships that lay still were at a berth is known of events only.
    alone = pl.when(pl.col("category") == "berth").then(pl.lit("Lay still")).otherwise("category")
    grouped = grouped.with_columns(category=pl.coalesce("event_category", alone))
    return {group: members for group, members in _rows_by(grouped, "group_id").items() if len(members) > 1}
