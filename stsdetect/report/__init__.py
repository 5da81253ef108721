"""What an analyst reads: one page with map and cards, and tables for a GIS or a spreadsheet."""

from stsdetect.report.export import write_exports
from stsdetect.report.html import EventMap, event_map, write_report

__all__ = ["EventMap", "event_map", "write_exports", "write_report"]
