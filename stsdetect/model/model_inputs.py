"""Inputs of the contact model: how each is computed, its unit, and the direction in which it may act.

The constants below limit inputs to the range in which the model was trained. They are part of the model
format, not parameters: trees and weights were fitted to inputs computed with them, so other values would
change probabilities without an error. To change one, raise `contact_model.FORMAT` and train again; then every
model made with the old values is refused.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import polars as pl

from stsdetect.arrays import Floats
from stsdetect.itu import carries_no_cargo, is_cargo, is_tanker

MAX_RIGIDITY_NAT = 20.0
"""Log-likelihood ratios of the rigid-body test are clipped to it: beyond, the result is certain."""
MAX_SWING_DEG = 360.0
"""Swings are clipped to one full turn, which tests a pair as well as several do."""
MIN_LOG_DURATION_H = 0.1
MAX_LOG_DURATION_H = 48.0
"""Range of the durations whose logarithm is taken."""
MAX_APART_M = 20_000.0
"""Distances before and after are clipped to it: beyond, the ships were plainly apart."""
MIN_GAP_ERROR_M = 1e-3
"""Smallest error by which a hull gap is divided."""
MAX_SUPPORT_NAT = 20.0
"""Log-odds of a dark candidate are clipped to it."""
MIN_ODDS_P = 1e-6
"""Probabilities of which log-odds are taken lie between it and 1 minus it."""
MAX_COURSE_NAT = 6.0
"""Log-likelihood ratios of the courses of a dark ship are clipped to it: both cannot say more."""
MIN_ELSEWHERE_H = 0.1
"""Shortest duration that time alongside a third hull is divided by."""

HULL_BETWEEN = "hull between"
"""Why the detector ruled out a pair; an input of the model, as the third hull may be misplaced itself."""


class ModelInput(NamedTuple):
    """One input of the model.

    Attributes
    ----------
    name, unit : str
    sign : int
        1: a higher value never makes contact less likely; -1: never more likely; 0: free.
    value : polars.Expr
        How it is computed.
    """

    name: str
    unit: str
    sign: int
    value: pl.Expr


def p_there() -> pl.Expr:
    """Probability that a dark candidate was possible at all: switched off, or at rest in a known place."""
    stopped = pl.col("stopped_meanwhile").fill_null(value=False).cast(pl.Float64)
    return pl.max_horizontal(pl.col("p_off").fill_null(1.0), pl.col("beside").fill_null(0.0), stopped)


def encounter_inputs(rows: pl.DataFrame) -> Floats:
    """`ENCOUNTER_INPUTS` of each row.

    Parameters
    ----------
    rows : polars.DataFrame
        ENCOUNTERS or FEATURES, n rows.

    Returns
    -------
    numpy.ndarray
        Shape (n, len(ENCOUNTER_INPUTS)); NaN where not known.

    Examples
    --------
    >>> from stsdetect.schema import ENCOUNTERS
    >>> encounter_inputs(ENCOUNTERS.optional(None)).shape == (0, len(ENCOUNTER_INPUTS))
    True
    """
    return _values(rows, ENCOUNTER_INPUTS)


def dark_inputs(dark: pl.DataFrame, *, min_draught_change_m: float) -> Floats:
    """`DARK_INPUTS` of each row.

    Parameters
    ----------
    dark : polars.DataFrame
        Dark rows of FEATURES, n rows.
    min_draught_change_m : float
        From which change on a draught counts as changed [m]. A change counts the less the longer the ship was
        alongside a third hull meanwhile, which may explain it.

    Returns
    -------
    numpy.ndarray
        Shape (n, len(DARK_INPUTS)); 0 where not known.
    """
    unexplained = {
        f"draught_unexplained_{ship}": (
            pl.col(f"draught_change_m_{ship}").abs() >= min_draught_change_m
        ).fill_null(value=False)
        * (1.0 - _elsewhere_share(ship))
        for ship in (1, 2)
    }
    return np.nan_to_num(_values(dark.with_columns(**unexplained), DARK_INPUTS))


def _values(rows: pl.DataFrame, inputs: Sequence[ModelInput]) -> Floats:
    return rows.select(i.value.cast(pl.Float64).alias(i.name) for i in inputs).to_numpy().astype(np.float64)


def _elsewhere_share(ship: int) -> pl.Expr:
    """Share of a candidate's time that a ship was observed alongside a third hull."""
    hours = pl.col(f"elsewhere_h_{ship}").fill_null(0.0) / pl.col("duration_h").clip(MIN_ELSEWHERE_H)
    return hours.clip(0.0, 1.0)


ENCOUNTER_INPUTS = (
    ModelInput("gap_m", "m", -1, pl.col("median_hull_gap_m")),
    ModelInput("least_gap_m", "m", -1, pl.col("min_hull_gap_m")),
    ModelInput(
        "gap_over_error",
        "1",
        -1,
        pl.col("median_hull_gap_m") / pl.col("hull_gap_error_m").clip(MIN_GAP_ERROR_M),
    ),
    ModelInput("gap_error_m", "m", 0, pl.col("hull_gap_error_m")),
    ModelInput("rigidity_nat", "nat", 1, pl.col("rigidity").clip(-MAX_RIGIDITY_NAT, MAX_RIGIDITY_NAT)),
    ModelInput("swing_deg", "deg", 0, pl.col("swing_deg").clip(0.0, MAX_SWING_DEG)),
    ModelInput(
        "log_duration_h", "ln h", 1, pl.col("duration_h").clip(MIN_LOG_DURATION_H, MAX_LOG_DURATION_H).log()
    ),
    ModelInput("abreast", "1", 1, pl.col("abreast")),
    ModelInput("overlap_m", "m", 0, pl.col("overlap_m")),
    ModelInput("observed_fraction", "1", 0, pl.col("observed_fraction")),
    ModelInput("median_sog_kn", "kn", 0, pl.col("median_sog_kn")),
    ModelInput("max_sog_kn", "kn", 0, pl.col("max_sog_kn")),
    ModelInput("sizes_known", "ships", 0, pl.col("sizes_known")),
    ModelInput("headings_known", "ships", 0, pl.col("headings_known")),
    ModelInput("approach_from_m", "m", 1, pl.col("approach_from_m").clip(0.0, MAX_APART_M)),
    ModelInput("departure_to_m", "m", 1, pl.col("departure_to_m").clip(0.0, MAX_APART_M)),
    ModelInput("same_hull", "0 or 1", -1, pl.col("same_hull_suspected")),
    ModelInput("hull_between", "0 or 1", -1, (pl.col("ruled_out") == HULL_BETWEEN).fill_null(value=False)),
)
"""Inputs for encounters, over ENCOUNTERS or FEATURES; null where not known. Models store their names."""

_P = pl.col("p_contact").clip(MIN_ODDS_P, 1.0 - MIN_ODDS_P)
_SAME_DIRECTION = pl.col("draught_change_m_1").sign() == pl.col("draught_change_m_2").sign()
_BOTH_DRAUGHTS = pl.col("draught_unexplained_1") * pl.col("draught_unexplained_2")
_ONE_DRAUGHT = (pl.col("draught_unexplained_1") - pl.col("draught_unexplained_2")).abs()
_TANKERS = [is_tanker(pl.col(f"ship_type_{ship}")) for ship in (1, 2)]
_CARGO_SHIPS = [is_cargo(pl.col(f"ship_type_{ship}")) for ship in (1, 2)]
_NO_CARGO = [carries_no_cargo(pl.col(f"ship_type_{ship}")) for ship in (1, 2)]

DARK_INPUTS = (
    ModelInput(
        "support",
        "nat",
        1,
        pl.coalesce("support", (_P / (1.0 - _P)).log()).clip(-MAX_SUPPORT_NAT, MAX_SUPPORT_NAT),
    ),
    ModelInput("beside", "0 to 1", 1, pl.col("beside")),
    ModelInput("course", "nat", 1, pl.col("course_log_lr").clip(-MAX_COURSE_NAT, MAX_COURSE_NAT)),
    ModelInput("elsewhere", "1", -1, pl.max_horizontal(_elsewhere_share(1), _elsewhere_share(2))),
    ModelInput("opposite_draughts", "0 to 1", 1, pl.when(~_SAME_DIRECTION).then(_BOTH_DRAUGHTS)),
    ModelInput("equal_draughts", "0 to 1", -1, pl.when(_SAME_DIRECTION).then(_BOTH_DRAUGHTS)),
    ModelInput("one_draught", "0 to 1", 1, _ONE_DRAUGHT),
    ModelInput("one_trade", "0 or 1", 1, (_TANKERS[0] & _TANKERS[1]) | (_CARGO_SHIPS[0] & _CARGO_SHIPS[1])),
    ModelInput("two_trades", "0 or 1", -1, (_TANKERS[0] & _CARGO_SHIPS[1]) | (_CARGO_SHIPS[0] & _TANKERS[1])),
    ModelInput(
        "no_cargo",
        "0 or 1",
        -1,
        _NO_CARGO[0] | _NO_CARGO[1],
    ),
)
"""Inputs for dark candidates, over FEATURES with what `dark_inputs` adds; 0 where not known."""
