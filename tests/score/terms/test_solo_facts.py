"""Facts of solo events: their sentences are tested with all others in `test_contact_quality`."""

from stsdetect.params import ScoreParams
from stsdetect.score.terms.contact_quality import fact_terms
from stsdetect.score.terms.solo_facts import solo_facts


def test_they_are_among_all_facts_and_say_nothing_of_a_pair() -> None:
    names = {fact.name for fact in solo_facts(ScoreParams())}
    assert names == {"unseen_partner", "anchor", "in_turn", "own_draught", "status"}
    assert names <= {fact.name for fact in fact_terms(ScoreParams())}
    assert {fact.family for fact in solo_facts(ScoreParams())} == {"contact"}
