"""The network of vessels: one row for each vessel, and one for each two that share an event.

In: IDENTITY, SEGMENTS, GAPS, EVENTS, EVIDENCE and PORT_VISITS. Out: VESSELS and VESSEL_PAIRS. `build_vessels`
and `build_vessel_pairs` take frames of any kind and return pandas; `vessels_of_run` and `pairs_of_run` take
valid polars tables and return polars. All of it is linear in the rows that it reads.

`event_hulls` is where both begin: it says which hull each side of an event was.
"""

from stsdetect.network.vessel_pairs import build_vessel_pairs, pairs_of_run
from stsdetect.network.vessel_profiles import build_vessels, vessels_of_run

__all__ = ["build_vessel_pairs", "build_vessels", "pairs_of_run", "vessels_of_run"]
