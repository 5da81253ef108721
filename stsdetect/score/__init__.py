"""From candidates to scored events with evidence."""

from stsdetect.score.features import build_features
from stsdetect.score.scorer import Scored, Scorer

__all__ = ["Scored", "Scorer", "build_features"]
