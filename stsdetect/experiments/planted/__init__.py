"""Encounters planted into real AIS: what the detector finds where nothing but the encounter is invented.

`real_feed` cuts a dump into rests and legs, `invented_ship` says where a ship lies at another and what it
broadcasts, `passages` how it comes and goes, `planted_encounters` plants encounters of three kinds and
`planted_rows` writes them into the tables of a dump; `planted_feed` runs the detector and counts. The command
is ``python -m stsdetect.experiments.planted DUMP --seed N``.
"""

from stsdetect.experiments.planted.planted_encounters import KINDS, Planting, plant
from stsdetect.experiments.planted.planted_feed import PlantedResult, find_planted
from stsdetect.experiments.planted.real_feed import RealFeed, read_feed

__all__ = ["KINDS", "PlantedResult", "Planting", "RealFeed", "find_planted", "plant", "read_feed"]
