"""From candidates to scored events with evidence.

`build_features` takes the tables of the earlier stages (ENCOUNTERS, DARK_ENCOUNTERS, GAPS, IDENTITY, STATIC,
SEGMENTS, LOITERING) and the context, and gives FEATURES; `Scorer.score` gives EVENTS and EVIDENCE.
`terms` declares what is weighed, `evidence` adds the terms up under the cap of each family, `category` and
`explanation` choose the most likely reading, `model` predicts `p_contact`, `metrics` has average precision
and calibration.

Safe to change: terms and facts (see `stsdetect.score.terms`), the wording of statements and explanations, and
the weights in `ScoreParams`. `stsdetect.score.model` is tied to the trained model.
"""

from stsdetect.score.features import build_features
from stsdetect.score.labels import read_labels, write_label
from stsdetect.score.model.contact_model import ContactModel, load_model
from stsdetect.score.scorer import Scored, Scorer

__all__ = ["ContactModel", "Scored", "Scorer", "build_features", "load_model", "read_labels", "write_label"]
