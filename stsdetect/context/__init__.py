"""What surrounds the ships: areas of interest, coast, ports, anchorages and the watchlist of a run."""

from stsdetect.context.attach import attach_places
from stsdetect.context.layers import Context, areas, load_context

__all__ = ["Context", "areas", "attach_places", "load_context"]
