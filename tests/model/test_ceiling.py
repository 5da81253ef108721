"""The ceiling of p_contact: odds by hand, as areas of rings around a disc of 40 m radius."""

import numpy as np
import pytest

from stsdetect.model.ceiling import ContactCeiling
from stsdetect.params import EncounterParams

CEILING = ContactCeiling.of(EncounterParams())


def most_p(gap_m: float, error_m: float, observed: float) -> float:
    (nat,) = CEILING.log_odds(np.array([gap_m]), np.array([error_m]), np.array([observed]))
    return float(1.0 / (1.0 + np.exp(-nat)))


@pytest.mark.parametrize(
    ("gap_m", "error_m", "observed", "odds"),
    [
        (0.0, 100.0, 0.0, 1.0),
        (0.0, 99.0, 0.0, 18_000 / (99 * 179)),
        (0.0, 101.0, 0.0, 18_000 / (101 * 181)),
        (30.0, 70.0, 0.0, 1.0),  # the gap and its error count together
        (81.0, 294.0, 0.0, 18_000 / (375 * 455)),
        (0.0, 20.0, 0.0, 9.0),
        (0.0, 100.0, 0.05, np.exp(2.0)),  # half of what observing adds
        (0.0, 100.0, 0.1, np.exp(4.0)),
        (0.0, 100.0, 0.9, np.exp(4.0)),  # and no more
        (0.0, 200.0, 0.1, 18_000 / (200 * 280) * np.exp(2.0)),  # at half the resolution half of it
    ],
)
def test_the_odds_are_those_of_the_room_for_other_ships(gap_m, error_m, observed, odds) -> None:
    assert most_p(gap_m, error_m, observed) == pytest.approx(odds / (1.0 + odds))


def test_it_falls_with_the_gap_and_its_error_and_rises_with_what_was_observed() -> None:
    metres, shares = np.linspace(0.0, 2000.0, 41), np.linspace(0.0, 1.0, 41)
    for observed in (0.0, 0.05, 1.0):
        assert (np.diff([most_p(5.0, m, observed) for m in metres]) < 0).all()
        assert (np.diff([most_p(m, 5.0, observed) for m in metres]) < 0).all()
    assert (np.diff([most_p(5.0, 50.0, share) for share in shares]) >= 0).all()


def test_a_pair_without_any_error_has_a_finite_ceiling() -> None:
    assert 0.999 < most_p(0.0, 0.0, 0.0) <= 1.0


def test_without_a_gap_there_is_no_ceiling() -> None:
    unknown = np.array([np.nan])
    assert np.isnan(CEILING.log_odds(unknown, unknown, np.array([0.0]))).all()
