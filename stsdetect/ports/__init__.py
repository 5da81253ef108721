"""Ports: which a vessel visited, its voyages between them, and where it could have called in a gap.

In: the tables of `stsdetect.detection`, tracks and static reports. Out: BERTHS with the names of ports,
PORT_VISITS, VOYAGES and HIDDEN_CALLS. `places` holds the list of ports; the other modules each make the
table of their name.
"""

from stsdetect.ports.hidden_calls import calls_in_gaps, find_hidden_calls
from stsdetect.ports.places import berths_of_ports, named_berths, nearest_port, world_ports
from stsdetect.ports.port_visits import find_port_visits, finished_visits, joined_visits
from stsdetect.ports.port_voyages import (
    counted_events,
    find_voyages,
    finished_voyages,
    voyages_between,
    with_event_counts,
)
from stsdetect.ports.rests import rest_spells
from stsdetect.ports.visit_fixes import first_after, last_before, path_parts

__all__ = [
    "berths_of_ports",
    "calls_in_gaps",
    "counted_events",
    "find_hidden_calls",
    "find_port_visits",
    "find_voyages",
    "finished_visits",
    "finished_voyages",
    "first_after",
    "joined_visits",
    "last_before",
    "named_berths",
    "nearest_port",
    "path_parts",
    "rest_spells",
    "voyages_between",
    "with_event_counts",
    "world_ports",
]
