"""From positions to tracks that an analyst can trust: clean, segment, identify, resample.

In: POSITIONS and STATIC. Out: POINTS, SEGMENTS, IDENTITY, REJECTS and REJECTED, from `build_tracks`.
`link_vessels` follows a hull from one MMSI to another, and `resample` puts all vessels on common instants
(RESAMPLED).

`mmsi` holds the table of MIDs with their flags, `linking` gives stretches of fixes to the tracks that they
continue, `vessels` ties tracks to one hull.

Safe to change: any limit, in `TrackParams`; a reason to reject a fix, in `cleaning`; a reason to quarantine a
track, in `spoofing`. The order of the steps is in `build`, and each step relies on those before it.
"""

from stsdetect.tracks.build import Tracks, build_tracks, pairable, track_tables
from stsdetect.tracks.cleaning import QualityFlag
from stsdetect.tracks.mmsi import flag_of, kind_of, mid_of
from stsdetect.tracks.resampling import common_instants, resample
from stsdetect.tracks.vessels import joined_hulls, link_vessels, with_vessel_ids

__all__ = [
    "QualityFlag",
    "Tracks",
    "build_tracks",
    "common_instants",
    "flag_of",
    "joined_hulls",
    "kind_of",
    "link_vessels",
    "mid_of",
    "pairable",
    "resample",
    "track_tables",
    "with_vessel_ids",
]
