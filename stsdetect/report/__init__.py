"""What an analyst reads: one page with map and cards, and tables for a GIS or a spreadsheet."""

from stsdetect.report.export import write_exports
from stsdetect.report.html import EventMap, event_map, write_report
from stsdetect.report.plot_dark import plot_prism, plot_timeline
from stsdetect.report.plot_track import plot_track

__all__ = [
    "EventMap",
    "event_map",
    "plot_prism",
    "plot_timeline",
    "plot_track",
    "write_exports",
    "write_report",
]
