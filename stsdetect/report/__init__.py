"""What an analyst reads: one page with map and cards, and tables for a GIS or a spreadsheet."""

from stsdetect.report.draw.plot_gaps import plot_prism, plot_timeline
from stsdetect.report.draw.plot_track import plot_track
from stsdetect.report.export import write_exports
from stsdetect.report.page.report_page import EventMap, event_map, write_report

__all__ = [
    "EventMap",
    "event_map",
    "plot_prism",
    "plot_timeline",
    "plot_track",
    "write_exports",
    "write_report",
]
