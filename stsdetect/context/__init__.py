"""Known places and ships: area of interest, coast, ports, anchorages and the watchlist of a run.

`load_context` reads the bundled layers of ``data/`` and the user's files into a `Context`; `attach_places`
looks up positions in it. To add an area, port or anchorage, add a feature to its GeoJSON file and its source
to ``data/README.md``; nothing else.
"""

from stsdetect.context.attach import attach_places
from stsdetect.context.layers import Context, areas, load_context

__all__ = ["Context", "areas", "attach_places", "load_context"]
