"""What the score looks at."""

from stsdetect.schema import FEATURES


def test_every_column_of_a_vessel_comes_once_per_vessel() -> None:
    by_name = {c.name: c for c in FEATURES}
    sides = [c for c in FEATURES if c.meaning.endswith(", vessel 1")]
    assert {"mmsi_1", "imo_1", "flag_1", "draught_change_m_1"} <= {c.name for c in sides}
    for one in sides:
        two = by_name[one.name.removesuffix("_1") + "_2"]
        assert two.meaning == one.meaning.removesuffix("1") + "2"
        assert (two.kind, two.unit) == (one.kind, one.unit)
        assert two.null  # of a solo event, vessel 2 was never received


def test_what_only_one_kind_of_event_has_may_be_null() -> None:
    declared = {c.name: c.null for c in FEATURES}
    assert declared["min_hull_gap_m"]
    assert declared["feasible_dwell_h"]
    assert not declared["p_contact"]
