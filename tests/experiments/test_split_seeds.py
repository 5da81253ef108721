"""Seeds are split once and for all, and a sea with hidden partners is what its seed says."""

import pytest

from stsdetect.errors import ParamError
from stsdetect.experiments.split_seeds import (
    FINAL_SEEDS,
    LOOK_SEEDS,
    TUNE_SEEDS,
    hidden_sea,
    split_of,
    voyage_sea,
)
from stsdetect.experiments.training import TEST_SEEDS, TRAIN_SEEDS


def test_no_seed_is_in_two_splits() -> None:
    splits = [set(s) for s in (LOOK_SEEDS, TUNE_SEEDS, FINAL_SEEDS, TRAIN_SEEDS, TEST_SEEDS)]
    assert sum(map(len, splits)) == len(set.union(*splits))
    assert [split_of(s) for s in (100, 199, 200, 300, 399)] == ["look", "look", "tune", "final", "final"]
    assert {split_of(s) for s in TRAIN_SEEDS} == {"train"}


@pytest.mark.parametrize("seed", [0, 99, 400, 2000])
def test_a_seed_of_no_split_is_refused(seed: int) -> None:
    with pytest.raises(ParamError, match=f"seed {seed} is in no split"):
        hidden_sea(seed)


def test_a_hidden_sea_is_drawn_from_its_seed() -> None:
    assert hidden_sea(101) == hidden_sea(101) != hidden_sea(102)
    for seed in range(200, 220):
        sea = hidden_sea(seed, share=0.5)
        assert sea.hidden_partner_share == 0.5
        assert 60.0 <= sea.keep_every_s <= 600.0
        assert 2.0 <= sea.chain_over_depth <= 10.0
        assert sea.no_heading_share <= 0.36


def test_a_sea_of_voyages_lasts_10_to_20_days_and_is_drawn_from_its_seed() -> None:
    assert voyage_sea(101) == voyage_sea(101) != voyage_sea(102)
    seas = [voyage_sea(seed) for seed in range(200, 220)]
    assert all(240.0 <= sea.hours <= 480.0 for sea in seas)
    assert all(60.0 <= sea.keep_every_s <= 180.0 < sea.keep_at_rest_every_s for sea in seas)
    assert max(sea.no_draught_share for sea in seas) > 0.2 > min(sea.no_draught_share for sea in seas)
    with pytest.raises(ParamError, match="in no split"):
        voyage_sea(99)
