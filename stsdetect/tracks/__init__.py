"""From positions to tracks an analyst can trust: clean, segment, identify, resample."""

from stsdetect.tracks.build import Tracks, build_tracks, pairable
from stsdetect.tracks.cleaning import QualityFlag
from stsdetect.tracks.mmsi import flag_of, kind_of, mid_of
from stsdetect.tracks.resampling import resample
from stsdetect.tracks.vessels import link_vessels

__all__ = [
    "QualityFlag",
    "Tracks",
    "build_tracks",
    "flag_of",
    "kind_of",
    "link_vessels",
    "mid_of",
    "pairable",
    "resample",
]
