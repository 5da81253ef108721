"""From candidates to scored events with evidence.

`build_features` takes the tables of the earlier stages (ENCOUNTERS, DARK_ENCOUNTERS, GAPS, IDENTITY, STATIC,
SEGMENTS, LOITERING) and the context, and gives FEATURES; `Scorer.score` gives EVENTS and EVIDENCE.
`terms` declares what is weighed, `evidence` adds the terms up under the cap of each family, `category` and
`explanation` choose the most likely reading, `metrics` has average precision and calibration.

Safe to change: terms and facts (see `stsdetect.score.terms`), the wording of statements and explanations, and
the weights in `ScoreParams`. The contact model, which predicts `p_contact`, is in `stsdetect.model`.
"""

from stsdetect.score.features import build_features
from stsdetect.score.labels import read_labels, write_label
from stsdetect.score.scorer import Scored, Scorer

__all__ = ["Scored", "Scorer", "build_features", "read_labels", "write_label"]
