"""The ceiling of `p_contact`: how certain a contact can be at all, given how well the pair was seen."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

import numpy as np

from stsdetect.arrays import Floats
from stsdetect.params import EncounterParams


@dataclass(frozen=True)
class ContactCeiling:
    r"""Limit of the log-odds of contact, from the error of the hull gap and the share observed.

    Attributes
    ----------
    even_error_m : float
        Error of the gap beyond which contact is at most as likely as not if no instant was observed [m].
    hull_radius_m : float
        Radius of the disc with the outline of a ship of ordinary length [m].
    observed_nat : float
        What a well observed meeting adds [nat].
    observed_share : float
        Share observed from which on a meeting counts as well observed.

    Notes
    -----
    A ship that lies near another one without touching looks like one alongside if it is within the error
    :math:`\sigma` [m] of its hull. With ships spread evenly over the water there are as many such ships as
    there is room for them in the ring :math:`A(\sigma) = \pi \sigma (\sigma + 2 r)` around a disc of radius
    :math:`r`, so the odds of contact are inversely proportional to :math:`A`. The ceiling of the log-odds is

    .. math::

        L_\max = \ln \frac{A(\sigma_0)}{A(\sigma)} +
        b \, \min\left(1, \frac{f}{f_0}\right) \min\left(1, \frac{\sigma_0}{\sigma}\right)

    with :math:`\sigma_0` ``even_error_m``, :math:`f` the share of the meeting observed, :math:`f_0`
    ``observed_share`` and :math:`b` ``observed_nat``: to have seen how two ships lay is worth the less, the
    less well their places are known.

    Examples
    --------
    Not observed, with an error of 100 m, 294 m and 20 m; observed all the time with 20 m:

    >>> limit = ContactCeiling.of(EncounterParams())
    >>> limit.log_odds(np.array([100.0, 294.0, 20.0, 20.0]), np.array([0.0, 0.0, 0.0, 1.0])).round(2).tolist()
    [0.0, -1.81, 2.2, 6.2]
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

    def log_odds(self, gap_error_m: Floats, observed_fraction: Floats) -> Floats:
        """Greatest log-odds of contact; NaN, which is no limit, where the error is not known.

        Parameters
        ----------
        gap_error_m : numpy.ndarray
            One-sigma errors of the hull gap, shape (n,) [m].
        observed_fraction : numpy.ndarray
            Shares of the meetings close to a fix of both ships, shape (n,).

        Returns
        -------
        numpy.ndarray
            Shape (n,) [nat].
        """
        error = np.maximum(gap_error_m, self.even_error_m * _LEAST_SHARE)
        room = np.log(self._ring(self.even_error_m) / self._ring(error))
        seen = np.minimum(1.0, observed_fraction / self.observed_share)
        return np.asarray(room + self.observed_nat * seen * np.minimum(1.0, self.even_error_m / error))

    def _ring(self, error_m: Floats | float) -> Floats | float:
        return error_m * (error_m + 2.0 * self.hull_radius_m)


_LEAST_SHARE = 1e-6  # only keeps the logarithm finite
