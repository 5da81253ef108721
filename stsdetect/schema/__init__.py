"""Every table of stsdetect, declared once: dtype, unit, null rule and meaning of each column.

`Table.validate` turns any frame that a user passes into a polars frame with the declared columns;
`Table.to_pandas` turns a result into pandas. `SCHEMAS` holds all tables by name; the data dictionary of the
documentation is made from it.

Safe to change: any meaning. To add a column, declare it at the end of its table, with ``null=True``.
Renaming or removing one breaks existing run folders.
"""

from stsdetect.schema.ais_tables import POSITIONS, REJECTED, REJECTS, STATIC
from stsdetect.schema.cargo_tables import CHAINS, DELIVERIES, LEDGER, PLATFORMS
from stsdetect.schema.detection_tables import (
    ANCHOR_READINGS,
    BERTHS,
    CONTACTS,
    DARK_ENCOUNTERS,
    ENCOUNTERS,
    GAPS,
    LOITERING,
    OUTAGES,
    RECEPTION,
    SOLO_STOPS,
    STOP_TRAITS,
    SWING_FITS,
)
from stsdetect.schema.event_tables import EVENTS, EVIDENCE
from stsdetect.schema.feature_table import FEATURES
from stsdetect.schema.network_tables import VESSEL_PAIRS, VESSELS
from stsdetect.schema.port_tables import HIDDEN_CALLS, PORT_VISITS, VOYAGES
from stsdetect.schema.simulation_tables import SHIPS, TRUTH
from stsdetect.schema.table import Column, Frame, Table
from stsdetect.schema.track_tables import IDENTITY, POINTS, RESAMPLED, SEGMENTS
from stsdetect.schema.voyage_truth_tables import (
    TRUE_DISCHARGES,
    TRUE_HIDDEN_CALLS,
    TRUE_TRANSFERS,
    TRUE_VISITS,
    TRUE_VOYAGES,
)

SCHEMAS: dict[str, Table] = {
    t.name: t
    for t in (
        POSITIONS,
        STATIC,
        REJECTS,
        POINTS,
        SEGMENTS,
        IDENTITY,
        RESAMPLED,
        RECEPTION,
        OUTAGES,
        GAPS,
        LOITERING,
        BERTHS,
        SOLO_STOPS,
        ANCHOR_READINGS,
        CONTACTS,
        ENCOUNTERS,
        DARK_ENCOUNTERS,
        PORT_VISITS,
        VOYAGES,
        HIDDEN_CALLS,
        FEATURES,
        EVENTS,
        EVIDENCE,
        DELIVERIES,
        CHAINS,
        LEDGER,
        PLATFORMS,
        VESSELS,
        VESSEL_PAIRS,
        TRUTH,
        SHIPS,
        TRUE_VISITS,
        TRUE_VOYAGES,
        TRUE_HIDDEN_CALLS,
        TRUE_TRANSFERS,
        TRUE_DISCHARGES,
    )
}

__all__ = [
    "ANCHOR_READINGS",
    "BERTHS",
    "CHAINS",
    "CONTACTS",
    "DARK_ENCOUNTERS",
    "DELIVERIES",
    "ENCOUNTERS",
    "EVENTS",
    "EVIDENCE",
    "FEATURES",
    "GAPS",
    "HIDDEN_CALLS",
    "IDENTITY",
    "LEDGER",
    "LOITERING",
    "OUTAGES",
    "PLATFORMS",
    "POINTS",
    "PORT_VISITS",
    "POSITIONS",
    "RECEPTION",
    "REJECTED",
    "REJECTS",
    "RESAMPLED",
    "SCHEMAS",
    "SEGMENTS",
    "SHIPS",
    "SOLO_STOPS",
    "STATIC",
    "STOP_TRAITS",
    "SWING_FITS",
    "TRUE_DISCHARGES",
    "TRUE_HIDDEN_CALLS",
    "TRUE_TRANSFERS",
    "TRUE_VISITS",
    "TRUE_VOYAGES",
    "TRUTH",
    "VESSELS",
    "VESSEL_PAIRS",
    "VOYAGES",
    "Column",
    "Frame",
    "Table",
]
