"""The score terms: every circumstance that is weighed, declared as data, and the facts that are only shown.

FEATURES come in, one declaration gives at most one row of EVIDENCE per event. To add a score term:

1. add its weight as ``<name>_nat`` at the end of `ScoreParams` (``params/score_params.py``);
2. copy a `Term(...)` in the function of its circumstance (about the pair: ``event_terms.py``,
   ``trade_terms.py``; about one ship: ``ship_terms.py``) and give it a new ``name``;
3. write ``when``, ``observed`` and ``statement`` over columns of FEATURES (``stsdetect schema`` lists them);
4. add one row to ``tests/builders/score_terms.py``: columns that make it hold, its weight, a near miss;
5. run ``pytest tests/score``: a term without a row, without a near miss or above its cap fails there.

A fact is a `Fact(...)` in ``contact_quality.py``, with a row in its test. Nothing else needs a change:
`context_terms` and `fact_terms` collect what the functions return.
"""
