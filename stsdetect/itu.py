"""Codes and intervals of Rec. ITU-R M.1371-5: ship types, navigational statuses, reporting intervals.

The check digit of the IMO number, which M.1371 messages carry, is here too.
"""

from __future__ import annotations

import numpy as np
import polars as pl
from numpy.typing import ArrayLike

from stsdetect.arrays import Floats

FIRST_AIS_YEAR = 1997
"""No AIS message is older: trials began in the late 1990s, and M.1371 was adopted in 1998."""

AT_ANCHOR = 1
MOORED = 5
AT_REST = (AT_ANCHOR, MOORED, 6)
"""Navigational statuses: at anchor, moored, aground (table 45)."""

FISHING = (30,)
TUG = (31, 32, 52)
DREDGER = (33,)
SERVICE_CRAFT = (50, 51, 53, 54, 55, 58)
"""Ship types (table 53): pilot, search and rescue, port tender, anti-pollution, law enforcement, medical."""

SERVICE_BOATS = (34, 50, 51, 53, 54, 56, 57, 58)
"""Ship types (table 53) of small craft: diving, as `SERVICE_CRAFT` but law enforcement, and local vessels."""

PLEASURE = (36, 37)
"""Ship types (table 53): sailing, pleasure craft."""

FIRST_SHIP_TYPE = 20
"""Ship types 0 to 19 are "not available" and reserved (table 53)."""

HIGH_SPEED = (40, 49)
SPECIAL_CRAFT = (50, 59)
PASSENGER = (60, 69)
CARGO = (70, 79)
TANKER = (80, 89)
OTHER = (90, 99)
"""First and last ship type of high-speed and special craft, passenger ships, cargo ships, tankers, others."""


def is_cargo(ship_type: pl.Expr) -> pl.Expr:
    """Whether a ship type is that of a cargo ship; false where unknown.

    Examples
    --------
    >>> pl.DataFrame({"t": [69, 70, 79, 80, None]}).select(is_cargo(pl.col("t")))["t"].to_list()
    [False, True, True, False, False]
    """
    return ship_type.is_between(*CARGO).fill_null(value=False)


def is_tanker(ship_type: pl.Expr) -> pl.Expr:
    """Whether a ship type is that of a tanker; false where unknown."""
    return ship_type.is_between(*TANKER).fill_null(value=False)


def carries_cargo(ship_type: pl.Expr) -> pl.Expr:
    """Whether a ship type is that of a cargo ship or a tanker; false where unknown."""
    return is_cargo(ship_type) | is_tanker(ship_type)


def carries_no_cargo(ship_type: pl.Expr) -> pl.Expr:
    """Whether a ship type was broadcast that is neither cargo ship nor tanker; false where unknown.

    Examples
    --------
    >>> pl.DataFrame({"t": [19, 20, 70, None]}).select(carries_no_cargo(pl.col("t")))["t"].to_list()
    [False, True, False, False]
    """
    return (ship_type >= FIRST_SHIP_TYPE).fill_null(value=False) & ~carries_cargo(ship_type)


def has_imo_digits(imo: pl.Expr) -> pl.Expr:
    """Whether a number has the seven digits of an IMO number.

    Message 5 also carries official numbers of flag states, from 10,000,000 up; those below 1,000,000 are
    not used (Rec. ITU-R M.1371-5, annex 8, 3.3 [L1]).

    Parameters
    ----------
    imo : polars.Expr
        Integers.

    Returns
    -------
    polars.Expr
        Bool; null where the number is.

    Examples
    --------
    >>> pl.DataFrame({"imo": [9074728, 7, 10_000_000]}).select(has_imo_digits(pl.col("imo")))["imo"].to_list()
    [True, False, False]
    """
    return imo.is_between(1_000_000, 9_999_999)


def valid_imo(imo: pl.Expr) -> pl.Expr:
    """Whether an IMO number has seven digits and a correct check digit; null where there is none.

    The last digit equals the last digit of the sum of the first six times 7, 6, 5, 4, 3, 2 (IMO resolution
    A.1117(30)).

    Examples
    --------
    >>> pl.DataFrame({"imo": [9074729, 8814881, None]}).select(valid_imo(pl.col("imo")))["imo"].to_list()
    [True, False, None]
    """
    checksum = pl.sum_horizontal((imo // 10**k % 10 * (k + 1) for k in range(1, 7)), ignore_nulls=False)
    return (checksum % 10 == imo % 10) & imo.is_between(1_000_000, 9_999_999)


def reporting_interval_s(sog_kn: ArrayLike, *, at_rest: ArrayLike, class_b: ArrayLike) -> Floats:
    """Nominal interval between the position reports of a ship that does not turn.

    Parameters
    ----------
    sog_kn : array_like
        Speed over ground, shape (n,) [kn].
    at_rest : array_like of bool
        Whether the navigational status is at anchor, moored or aground; class B broadcasts none.
    class_b : array_like of bool
        Whether the transponder is class B (CS).

    Returns
    -------
    numpy.ndarray
        Shape (n,) [s].

    References
    ----------
    Rec. ITU-R M.1371-5, annex 1, tables 1 and 2.

    Examples
    --------
    >>> reporting_interval_s([0.1, 3.1, 14.1, 23.1], at_rest=True, class_b=False).tolist()
    [180.0, 10.0, 6.0, 2.0]
    >>> reporting_interval_s([2.0, 2.1], at_rest=False, class_b=True).tolist()
    [180.0, 30.0]
    """
    sog = np.asarray(sog_kn, dtype=np.float64)
    still = np.asarray(at_rest, dtype=bool) & (sog <= 3.0)
    class_a = np.select([still, sog <= 14.0, sog <= 23.0], [180.0, 10.0, 6.0], 2.0)
    return np.where(class_b, np.where(sog <= 2.0, 180.0, 30.0), class_a)
