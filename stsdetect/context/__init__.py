"""What surrounds the ships: coast, ports, anchorages, watchlists, and how well they were heard."""

from stsdetect.context.attach import attach_places
from stsdetect.context.counts import count_reception
from stsdetect.context.layers import Context, areas, load_context
from stsdetect.context.reception import Reception, fit_reception, reception_from_counts
from stsdetect.context.watchlist import match_watchlist, read_watchlist

__all__ = [
    "Context",
    "Reception",
    "areas",
    "attach_places",
    "count_reception",
    "fit_reception",
    "load_context",
    "match_watchlist",
    "read_watchlist",
    "reception_from_counts",
]
