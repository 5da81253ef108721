"""What ships do: silences, stays, hulls alongside, and meetings that a silence made possible."""

from stsdetect.detect.alongside import find_contacts
from stsdetect.detect.dark import find_dark_encounters
from stsdetect.detect.encounters import build_encounters, find_encounters, pair_encounters
from stsdetect.detect.gaps import find_gaps
from stsdetect.detect.holes import allow_for_holes
from stsdetect.detect.loitering import find_loitering
from stsdetect.detect.lone import find_lone_stops
from stsdetect.detect.rafts import link_encounters

__all__ = [
    "allow_for_holes",
    "build_encounters",
    "find_contacts",
    "find_dark_encounters",
    "find_encounters",
    "find_gaps",
    "find_loitering",
    "find_lone_stops",
    "link_encounters",
    "pair_encounters",
]
