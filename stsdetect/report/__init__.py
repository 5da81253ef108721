"""What an analyst reads: the report page, exports for a GIS or a spreadsheet, and plots for a notebook.

In: tables of a run, its context and manifest. Out: ``report.html`` (`page`), ``events.gpkg``,
``events.geojson`` and ``events.csv`` (`export`), and pictures (`draw`). Wording, layout and colours may be
changed freely: no result depends on them. Every text that comes from a dump must stay escaped.
"""

from stsdetect.report.draw.plot_prism import plot_prism
from stsdetect.report.draw.plot_timeline import plot_timeline
from stsdetect.report.draw.plot_track import plot_track
from stsdetect.report.export import write_exports
from stsdetect.report.page.report_page import NotebookPage, event_map, write_report

__all__ = [
    "NotebookPage",
    "event_map",
    "plot_prism",
    "plot_timeline",
    "plot_track",
    "write_exports",
    "write_report",
]
