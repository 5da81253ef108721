"""What ships do: silences, stays, hulls alongside, and meetings that a silence made possible."""

from stsdetect.detection.dark.find import find_dark_encounters
from stsdetect.detection.encounters.contacts import find_contacts
from stsdetect.detection.encounters.find import build_encounters, find_encounters, pair_encounters
from stsdetect.detection.encounters.groups import link_encounters
from stsdetect.detection.gaps.dropouts import adjust_for_dropouts
from stsdetect.detection.gaps.find import find_gaps, gaps_of_shard
from stsdetect.detection.loitering import find_loitering
from stsdetect.detection.solo_stops import find_solo_stops

__all__ = [
    "adjust_for_dropouts",
    "build_encounters",
    "find_contacts",
    "find_dark_encounters",
    "find_encounters",
    "find_gaps",
    "find_loitering",
    "find_solo_stops",
    "gaps_of_shard",
    "link_encounters",
    "pair_encounters",
]
