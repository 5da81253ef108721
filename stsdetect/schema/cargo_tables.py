"""Where cargo went: chains from an event to a quay, direct deliveries, and the ledger of both."""

from __future__ import annotations

from stsdetect.schema.common_columns import MMSI, VESSEL
from stsdetect.schema.table import Column as C
from stsdetect.schema.table import Table

_TONNES = (
    C("tonnes_low", "float64", "lower end of the 80 % interval of the cargo", "t", null=True),
    C("tonnes", "float64", "median of the cargo; null where nothing shows how much", "t", null=True),
    C("tonnes_high", "float64", "upper end of the 80 % interval of the cargo", "t", null=True),
)
_METHOD = C(
    "method",
    "string",
    "what the tonnes rest on: draught (change of draught), capacity (what such a ship carries) or none",
)
_COMMODITY = C(
    "commodity",
    "string",
    "kind of cargo by the ship types: dry (coal, ore, general), liquid (tankers), sand (dredgers) or unknown",
)
_AGAINST = C("against", "string", "what speaks against it, in words", null=True)
_EVIDENCE = C("evidence", "string", "what it rests on, in words")

DELIVERIES = Table(
    "deliveries",
    "A ship that came laden from elsewhere, berthed, lay as long as unloading takes, and left lighter.",
    (
        C("delivery_id", "string", "identifier"),
        MMSI,
        VESSEL,
        C("visit_id", "string", "the call at the quay: its row of PORT_VISITS", null=True),
        C("port_id", "string", "port of the quay", null=True),
        C("port_name", "string", "name of the port of the quay", null=True),
        C("arrival_time", "timestamp", "arrival at the quay", "UTC"),
        C("departure_time", "timestamp", "departure from the quay; null where it is open", "UTC", null=True),
        C("lat", "float64", "latitude of the quay", "deg"),
        C("lon", "float64", "longitude of the quay", "deg"),
        C(
            "origin_basis",
            "string",
            "what the origin rests on: seen (a call in the dump), hidden_call (a port it could have called "
            "at in a gap), gap (a gap without such a port) or edge (it came in over the edge of the dump)",
        ),
        C("origin_port", "string", "name of the port of origin, the most likely of a gap", null=True),
        C("origin_p", "float64", "probability of that origin"),
        C("dark_h", "float64", "hours in gaps on the voyage to the quay", "h"),
        *_TONNES,
        _METHOD,
        _COMMODITY,
        C("draught_change_m", "float64", "draught broadcast after the call minus before", "m", null=True),
        C("p", "float64", "probability that cargo from that origin was unloaded there"),
        C(
            "embargo_grounds",
            "string",
            "what points to the embargo: embargoed_origin, embargoed_destination, listed_ship, "
            "embargoed_flag, identity_change, several with a comma; null where nothing does",
            null=True,
        ),
        C("innocent_explanation", "string", "the strongest innocent explanation, in words"),
        _AGAINST,
        _EVIDENCE,
    ),
    ("arrival_time", "mmsi", "delivery_id"),
)

CHAINS = Table(
    "chains",
    "One step of one candidate for where the cargo of an event went; the last step ends at a quay.",
    (
        C("chain_id", "string", "identifier of the candidate; its steps share it"),
        C("event_id", "string", "the event from which it starts: its row of EVENTS"),
        C("step", "int32", "1 from the event; 2 and later from another event, onto which cargo passed on"),
        C("mmsi", "int64", "MMSI of the vessel that carried the cargo in this step"),
        VESSEL,
        C("next_event_id", "string", "event in which the step ends; null at a quay", null=True),
        C("visit_id", "string", "the call at the quay: its row of PORT_VISITS", null=True),
        C("port_id", "string", "port of the quay", null=True),
        C("port_name", "string", "name of the port of the quay", null=True),
        C("arrival_time", "timestamp", "arrival at the quay or start of the next event", "UTC", null=True),
        C("hours_after", "float64", "from the end of the event to the arrival", "h", null=True),
        C("rank", "int32", "rank of the candidate among those of the event, 1 is the most likely"),
        C(
            "p",
            "float64",
            "probability of the candidate, given that cargo changed hands; over the candidates of an event "
            "the sum is at most 1, the rest is that of a quay that the dump does not show",
        ),
        C("end_basis", "string", "what the end of the step rests on: seen, hidden_call or event"),
        *_TONNES,
        _METHOD,
        _COMMODITY,
        C("draught_change_m", "float64", "draught broadcast after the call minus before", "m", null=True),
        _AGAINST,
        _EVIDENCE,
    ),
    ("event_id", "rank", "chain_id", "step"),
)

PLATFORMS = Table(
    "platforms",
    "A vessel that lay in one place for days while many ships came alongside it in turn.",
    (
        VESSEL,
        C("mmsi", "int64", "MMSI that it used last"),
        C("lat", "float64", "median latitude of its events", "deg"),
        C("lon", "float64", "median longitude of its events", "deg"),
        C("radius_m", "float64", "how far from there it was seen between its first and its last event", "m"),
        C("first_time", "timestamp", "start of its first event", "UTC"),
        C("last_time", "timestamp", "end of its last event", "UTC"),
        C("n_events", "int64", "events with other vessels"),
        C("n_served", "int64", "different vessels in these events"),
    ),
    ("first_time", "vessel_id"),
)

LEDGER = Table(
    "ledger",
    "Cargo of one kind that came to one port in one month, by chains and by direct deliveries.",
    (
        C("port_id", "string", "port", null=True),
        C("port_name", "string", "name of the port; null where the quay has none", null=True),
        C("month", "timestamp", "first instant of the month of arrival", "UTC"),
        _COMMODITY,
        C("n_events", "int64", "events with a chain to this port"),
        C("n_deliveries", "int64", "direct deliveries to this port"),
        C("expected_count", "float64", "sum of the probabilities of both"),
        C("tonnes_low", "float64", "lower end of the 80 % interval of the sum", "t", null=True),
        C("tonnes", "float64", "sum of the expected tonnes; null where none has a value", "t", null=True),
        C("tonnes_high", "float64", "upper end of the 80 % interval of the sum", "t", null=True),
        C("share_draught", "float64", "share of expected_count whose tonnes rest on draughts"),
        C(
            "share_capacity",
            "float64",
            "share of expected_count whose tonnes rest on capacity",
        ),
        C("share_none", "float64", "share of expected_count without tonnes, which the sum leaves out"),
        C(
            "embargo",
            "bool",
            "whether what the row counts has grounds that point to the embargo",
        ),
    ),
    ("month", "port_name", "port_id", "commodity", "embargo"),
)
