"""Voyages: how well visits, chains, deliveries, tonnes and hidden calls are found on seas with known truth.

`voyage_run` simulates a sea of voyages, runs every stage on its dump and reads the tables; `visit_matching`
finds the true visit that a port visit is about; `voyage_accuracy` counts. The command is
``python -m stsdetect.experiments.voyages --first-seed 400 --seeds 10``.
"""

from stsdetect.experiments.voyages.visit_matching import match_visits
from stsdetect.experiments.voyages.voyage_accuracy import VoyageEvaluation, VoyageSea, compare_voyages
from stsdetect.experiments.voyages.voyage_run import evaluate_voyages, run_and_read, voyage_sea_of

__all__ = [
    "VoyageEvaluation",
    "VoyageSea",
    "compare_voyages",
    "evaluate_voyages",
    "match_visits",
    "run_and_read",
    "voyage_sea_of",
]
