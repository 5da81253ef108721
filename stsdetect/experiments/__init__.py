"""Experiments: how well the detector does on simulated seas with known truth, and training on such seas.

`split_seeds` says which seas are looked at, tuned on and opened once; `evaluation` simulates seas,
`detected_seas` takes each through every stage up to the score, `truth_matching` finds the row of TRUTH that
an event is about, `accuracy_tables` counts hits and false events. `training` makes the contact model
(`stsdetect train`), `holdout` measures it on kinds of seas on which it was not trained (`stsdetect evaluate
--left-out`). The room `planted` plants encounters into real AIS instead, where only they are invented.

In: seeds and `SeaParams`, or a sea. Out: `Evaluation`, polars tables that print as Markdown, and a
`ContactModel` with its card. Safe to add: a table of `Evaluation` (a field, a function beside `compare`, a
title in `_TITLES`). The card of the bundled model (``models/contact/card.json``) holds what `training`
writes: a renamed family, parameter or table has to be renamed there as well; a test checks this.
"""

from stsdetect.experiments.accuracy_tables import Evaluation, compare
from stsdetect.experiments.detected_seas import Found, SeaResult, find_in, score_found
from stsdetect.experiments.evaluation import evaluate
from stsdetect.experiments.truth_matching import match_events

__all__ = [
    "Evaluation",
    "Found",
    "SeaResult",
    "compare",
    "evaluate",
    "find_in",
    "match_events",
    "score_found",
]
