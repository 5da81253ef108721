"""Every circumstance that the score weighs.

A term is a handful of polars expressions over FEATURES with the columns of `with_category` and `with_words`.
Signs of one fact share a family, and no family exceeds its cap.
"""

from __future__ import annotations

from stsdetect.params import ScoreParams
from stsdetect.score.event_terms import event_terms
from stsdetect.score.ship_terms import ship_terms
from stsdetect.score.term import Term
from stsdetect.score.trade_terms import trade_terms


def context_terms(params: ScoreParams) -> list[Term]:
    """All terms of all families.

    Examples
    --------
    >>> from stsdetect.score.term import FAMILIES
    >>> {t.family for t in context_terms(ScoreParams())} == set(FAMILIES)
    True
    """
    return [*event_terms(params), *trade_terms(params), *ship_terms(params, 1), *ship_terms(params, 2)]
