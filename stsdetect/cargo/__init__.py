"""Where cargo went: tonnes, chains from an event to a quay, direct deliveries, and their ledger.

In: events and their features, PORT_VISITS, VOYAGES, HIDDEN_CALLS, GAPS, identities and static reports. Out:
CHAINS, DELIVERIES, PLATFORMS and LEDGER. To follow the code: `trace` makes all of them for a run; `sides`
holds what is known of the two ships of an event.
"""

from stsdetect.cargo.chains import find_chains
from stsdetect.cargo.deliveries import find_deliveries
from stsdetect.cargo.ledger import cargo_ledger
from stsdetect.cargo.sides.platforms import find_platforms
from stsdetect.cargo.trace import CargoTables, cargo_sentence, deliveries_of, trace_cargo

__all__ = [
    "CargoTables",
    "cargo_ledger",
    "cargo_sentence",
    "deliveries_of",
    "find_chains",
    "find_deliveries",
    "find_platforms",
    "trace_cargo",
]
