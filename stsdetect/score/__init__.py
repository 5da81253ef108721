"""From candidates to scored events with evidence."""

from stsdetect.score.features import build_features
from stsdetect.score.labels import read_labels, write_label
from stsdetect.score.model.contact_model import ContactModel, load_model
from stsdetect.score.scorer import Scored, Scorer

__all__ = ["ContactModel", "Scored", "Scorer", "build_features", "load_model", "read_labels", "write_label"]
