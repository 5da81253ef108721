"""What surrounds the ships: coast, ports, anchorages, watchlists, and how well they were heard."""

from stsdetect.context.attach import attach_places
from stsdetect.context.layers import Context, areas, load_context
from stsdetect.context.watchlist import match_watchlist, read_watchlist

__all__ = ["Context", "areas", "attach_places", "load_context", "match_watchlist", "read_watchlist"]
