"""The ceiling of `p_contact`: how certain a contact can be at all, given how well the pair was seen."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

import numpy as np

from stsdetect.arrays import Floats
from stsdetect.params import EncounterParams


@dataclass(frozen=True)
class ContactCeiling:
    r"""Limit of the log-odds of contact, from the hull gap, its error and the share observed.

    Attributes
    ----------
    even_error_m : float
        Gap and its error together beyond which contact is at most as likely as not if no instant was
        observed [m].
    hull_radius_m : float
        Radius of the disc with the outline of a ship of ordinary length [m].
    observed_nat : float
        What a well observed encounter adds [nat].
    observed_share : float
        Share observed from which on an encounter counts as well observed.

    Notes
    -----
    A ship that lies near another one without touching looks like one alongside if she lies within the
    measured gap and its error of the hull, :math:`x = g + \sigma` [m]. With ships spread evenly
    over the water there are as many such ships as there is room for in the ring
    :math:`A(x) = \pi x (x + 2 r)` around a disc of radius :math:`r`, so the odds of contact are inversely
    proportional to :math:`A`. The ceiling of the log-odds is

    .. math::

        L_\max = \ln \frac{A(x_0)}{A(x)} +
        b \, \min\left(1, \frac{f}{f_0}\right) \min\left(1, \frac{x_0}{x}\right)

    with :math:`x_0` ``even_error_m``, :math:`f` the share of the encounter observed, :math:`f_0`
    ``observed_share`` and :math:`b` ``observed_nat``: to have seen how two ships lay is worth the less, the
    less well their places are known.

    Examples
    --------
    Gaps of 0, 81 and 0 m with errors of 100, 294 and 20 m, not observed; the last one observed:

    >>> limit = ContactCeiling.of(EncounterParams())
    >>> gap, error = np.array([0.0, 81.0, 0.0, 0.0]), np.array([100.0, 294.0, 20.0, 20.0])
    >>> limit.log_odds(gap, error, np.array([0.0, 0.0, 0.0, 1.0])).round(2).tolist()
    [0.0, -2.25, 2.2, 6.2]
    """

    even_error_m: float
    hull_radius_m: float
    observed_nat: float
    observed_share: float

    @classmethod
    def of(cls, params: EncounterParams) -> Self:
        """The ceiling that parameters ask for."""
        return cls(
            params.contact_even_error_m,
            params.contact_hull_radius_m,
            params.contact_observed_nat,
            params.contact_observed_share,
        )

    def log_odds(self, gap_m: Floats, gap_error_m: Floats, observed_fraction: Floats) -> Floats:
        """Greatest log-odds of contact; NaN where gap or error are not known.

        Parameters
        ----------
        gap_m, gap_error_m : numpy.ndarray
            Median hull gaps and their one-sigma errors, shape (n,) [m].
        observed_fraction : numpy.ndarray
            Shares of the encounters close to a fix of both ships, shape (n,).

        Returns
        -------
        numpy.ndarray
            Shape (n,) [nat].
        """
        within = np.maximum(gap_m + gap_error_m, self.even_error_m * _LEAST_SHARE)
        room = np.log(self._ring(self.even_error_m) / self._ring(within))
        seen = np.minimum(1.0, observed_fraction / self.observed_share)
        return np.asarray(room + self.observed_nat * seen * np.minimum(1.0, self.even_error_m / within))

    def _ring(self, within_m: Floats | float) -> Floats | float:
        return within_m * (within_m + 2.0 * self.hull_radius_m)


_LEAST_SHARE = 1e-6  # only keeps the logarithm finite
