"""What ships do: silences, stays, hulls alongside, and meetings that a silence made possible."""

from stsdetect.detect.alongside import find_contacts
from stsdetect.detect.encounters import build_encounters, find_encounters

__all__ = ["build_encounters", "find_contacts", "find_encounters"]
