"""Every table declared once: dtype, unit, null rule and meaning."""

from stsdetect.schema.table import Column, Table
from stsdetect.schema.tables import (
    CONTACTS,
    DARK_ENCOUNTERS,
    ENCOUNTERS,
    EVENTS,
    EVIDENCE,
    GAPS,
    IDENTITY,
    LOITERING,
    OUTAGES,
    POINTS,
    POSITIONS,
    RECEPTION,
    REJECTS,
    RESAMPLED,
    SCHEMAS,
    SEGMENTS,
    STATIC,
)

__all__ = [
    "CONTACTS",
    "DARK_ENCOUNTERS",
    "ENCOUNTERS",
    "EVENTS",
    "EVIDENCE",
    "GAPS",
    "IDENTITY",
    "LOITERING",
    "OUTAGES",
    "POINTS",
    "POSITIONS",
    "RECEPTION",
    "REJECTS",
    "RESAMPLED",
    "SCHEMAS",
    "SEGMENTS",
    "STATIC",
    "Column",
    "Table",
]
