"""What truly happened on the voyages of a simulated sea: visits, hidden calls, transfers, discharges."""

from __future__ import annotations

from stsdetect.schema.common_columns import END, LAT, LON, MMSI, START
from stsdetect.schema.table import Column as C
from stsdetect.schema.table import Table

_HULL = C("hull_id", "int64", "number of the hull; two transponders on one hull share it")
_TONNES = C("tonnes", "float64", "cargo", "t")
_CARGO = C("cargo", "string", "coal, ore, general, sand, oil, boxes; empty for none")
_EMBARGOED = C("embargoed", "bool", "from or to a port of North Korea")

TRUE_VISITS = Table(
    "true_visits",
    "A ship of a simulated sea at one berth or anchor place, whether received there or not.",
    (
        C("visit_id", "string", "identifier"),
        MMSI,
        _HULL,
        C("port_name", "string", "port of the quay, or name of the roads; empty at sea"),
        C("kind", "string", "berth, roads or anchorage"),
        START,
        C(
            "end_time",
            "timestamp",
            "when it cast off or weighed; null where the sea ends first",
            "UTC",
            null=True,
        ),
        LAT,
        LON,
        C("began_before", "bool", "it lay there when the sea began"),
        C("draught_in_m", "float64", "true draught on arrival", "m"),
        C("draught_out_m", "float64", "true draught on departure", "m"),
        C("tonnes_loaded", "float64", "cargo loaded", "t"),
        C("tonnes_discharged", "float64", "cargo discharged", "t"),
        C("n_fixes", "int64", "positions of the hull received meanwhile"),
        C("seen_h", "float64", "from the first of these to the last", "h"),
        C("seen_before", "bool", "the hull was received before the visit"),
        C("seen_after", "bool", "the hull was received after the visit"),
        C("embargoed_port", "bool", "a port of North Korea"),
    ),
    ("start_time", "mmsi", "visit_id"),
)

TRUE_VOYAGES = Table(
    "true_voyages",
    "A ship of a simulated sea from one berth to the next.",
    (
        C("voyage_id", "string", "identifier"),
        MMSI,
        _HULL,
        C("from_visit_id", "string", "visit before; row of TRUE_VISITS"),
        C("to_visit_id", "string", "visit after; row of TRUE_VISITS"),
        C("from_port", "string", "port of the visit before"),
        C("to_port", "string", "port of the visit after"),
        START,
        END,
        C("tonnes", "float64", "cargo aboard on departure", "t"),
        C("dark_h", "float64", "time switched off under way", "h"),
    ),
    ("start_time", "mmsi", "voyage_id"),
)

TRUE_HIDDEN_CALLS = Table(
    "true_hidden_calls",
    "A visit to a port between two fixes of a ship of a simulated sea, without any there.",
    (
        C("visit_id", "string", "row of TRUE_VISITS"),
        MMSI,
        _HULL,
        C("port_name", "string", "port"),
        LAT,
        LON,
        START,
        END,
        C("last_time", "timestamp", "last fix before it", "UTC"),
        C("next_time", "timestamp", "first fix after it", "UTC"),
        C("switched_off", "bool", "the transponder was off; else it lay beyond reception"),
    ),
    ("start_time", "mmsi", "visit_id"),
)

TRUE_TRANSFERS = Table(
    "true_transfers",
    "Cargo that passed from one ship of a simulated sea to another alongside.",
    (
        C("transfer_id", "string", "identifier"),
        C("giver_mmsi", "int64", "MMSI of the ship that gave"),
        C("giver_hull_id", "int64", "its hull"),
        C("receiver_mmsi", "int64", "MMSI of the ship that took"),
        C("receiver_hull_id", "int64", "its hull"),
        START,
        END,
        LAT,
        LON,
        _TONNES,
        _CARGO,
        _EMBARGOED,
        C("giver_draught_before_m", "float64", "true draught of the giver before", "m"),
        C("giver_draught_after_m", "float64", "and after", "m"),
        C("receiver_draught_before_m", "float64", "true draught of the other before", "m"),
        C("receiver_draught_after_m", "float64", "and after", "m"),
    ),
    ("start_time", "giver_mmsi", "receiver_mmsi", "transfer_id"),
)

TRUE_DISCHARGES = Table(
    "true_discharges",
    "A parcel of cargo that ended at a quay of a simulated sea: one row per transfer it went through, or one "
    "row where it came directly.",
    (
        C("visit_id", "string", "the call: row of TRUE_VISITS"),
        MMSI,
        _HULL,
        C("port_name", "string", "port"),
        C("arrival_time", "timestamp", "arrival at the quay", "UTC"),
        C("transfer_id", "string", "a transfer that it went through: row of TRUE_TRANSFERS", null=True),
        C("n_later_transfers", "int64", "transfers that it went through after that one"),
        _TONNES,
        _CARGO,
        C(
            "origin_port",
            "string",
            "port of loading; empty for sand, and for what came from beyond",
        ),
        _EMBARGOED,
        C(
            "approach",
            "string",
            "what was received of the voyage: on; dark (off for 6 h and more of it); renamed (the same, "
            "under another MMSI afterwards); edge (never received before the voyage)",
        ),
        C("dark_h", "float64", "time switched off on the voyage to the quay", "h"),
    ),
    ("arrival_time", "mmsi", "visit_id", "transfer_id", "origin_port"),
)
