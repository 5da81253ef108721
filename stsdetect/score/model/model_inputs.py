"""Inputs of the contact model, each with its unit and what physics says of its sign."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import polars as pl

from stsdetect.arrays import Floats
from stsdetect.score.category import is_cargo, is_tanker, no_cargo

_BOTH_CHANGED = pl.col("draught_unexplained_1") * pl.col("draught_unexplained_2")
_ONE_CHANGED = (pl.col("draught_unexplained_1") - pl.col("draught_unexplained_2")).abs()
_SAME_WAY = pl.col("draught_change_m_1").sign() == pl.col("draught_change_m_2").sign()
_ELSEWHERE = [
    (pl.col(f"elsewhere_h_{k}").fill_null(0.0) / pl.col("duration_h").clip(0.1)).clip(0.0, 1.0)
    for k in (1, 2)
]
_TWO_TRADES = (is_tanker(1) & is_cargo(2)) | (is_cargo(1) & is_tanker(2))
_P = pl.col("p_contact").clip(1e-6, 1.0 - 1e-6)

HULL_BETWEEN = "hull between"
"""Why the detector ruled a pair out; a measure for the model, as the third hull may be misplaced itself."""


class Measure(NamedTuple):
    """One input of the model."""

    name: str
    unit: str
    sign: int
    """1: more never makes contact less likely, -1: more never makes it likelier, 0: free."""
    of: pl.Expr


MEASURES = (
    Measure("gap_m", "m", -1, pl.col("median_hull_gap_m")),
    Measure("least_gap_m", "m", -1, pl.col("min_hull_gap_m")),
    Measure("gap_over_error", "1", -1, pl.col("median_hull_gap_m") / pl.col("hull_gap_error_m").clip(1e-3)),
    Measure("gap_error_m", "m", 0, pl.col("hull_gap_error_m")),
    Measure("rigidity_nat", "nat", 1, pl.col("rigidity").clip(-20.0, 20.0)),
    Measure("swing_deg", "deg", 0, pl.col("swing_deg").clip(0.0, 360.0)),
    Measure("log_duration_h", "ln h", 1, pl.col("duration_h").clip(0.1, 48.0).log()),
    Measure("abreast", "1", 1, pl.col("abreast")),
    Measure("overlap_m", "m", 0, pl.col("overlap_m")),
    Measure("observed_fraction", "1", 0, pl.col("observed_fraction")),
    Measure("median_sog_kn", "kn", 0, pl.col("median_sog_kn")),
    Measure("max_sog_kn", "kn", 0, pl.col("max_sog_kn")),
    Measure("sizes_known", "ships", 0, pl.col("sizes_known")),
    Measure("headings_known", "ships", 0, pl.col("headings_known")),
    Measure("approach_from_m", "m", 1, pl.col("approach_from_m").clip(0.0, 20_000.0)),
    Measure("departure_to_m", "m", 1, pl.col("departure_to_m").clip(0.0, 20_000.0)),
    Measure("same_hull", "0 or 1", -1, pl.col("same_hull_suspected")),
    Measure("hull_between", "0 or 1", -1, (pl.col("ruled_out") == HULL_BETWEEN).fill_null(False)),
)
"""Of encounters, over ENCOUNTERS or FEATURES; null where an encounter does not tell."""

MEETING_MEASURES = (
    Measure("support", "nat", 1, pl.coalesce("support", (_P / (1.0 - _P)).log()).clip(-20.0, 20.0)),
    Measure("elsewhere", "1", -1, pl.max_horizontal(_ELSEWHERE)),
    Measure("opposite_draughts", "0 to 1", 1, pl.when(~_SAME_WAY).then(_BOTH_CHANGED)),
    Measure("equal_draughts", "0 to 1", -1, pl.when(_SAME_WAY).then(_BOTH_CHANGED)),
    Measure("one_draught", "0 to 1", 1, _ONE_CHANGED),
    Measure("one_trade", "0 or 1", 1, (is_tanker(1) & is_tanker(2)) | (is_cargo(1) & is_cargo(2))),
    Measure("two_trades", "0 or 1", -1, _TWO_TRADES),
    Measure("no_cargo", "0 or 1", -1, no_cargo(1) | no_cargo(2)),
)
"""Of dark candidates, over FEATURES with what `measured_meetings` adds; 0 where not known."""


def measured(rows: pl.DataFrame, measures: Sequence[Measure] = MEASURES) -> Floats:
    """Inputs of each row, shape (n, len(measures)); NaN where not known.

    Examples
    --------
    >>> from stsdetect.schema import ENCOUNTERS
    >>> measured(ENCOUNTERS.validate(ENCOUNTERS.empty())).shape == (0, len(MEASURES))
    True
    """
    values = rows.select(m.of.cast(pl.Float64).alias(m.name) for m in measures)
    return values.to_numpy().astype(np.float64)


def measured_meetings(dark: pl.DataFrame, *, min_draught_change_m: float) -> Floats:
    """`MEETING_MEASURES` of each dark row of FEATURES, shape (n, len(MEETING_MEASURES)); 0 where not known.

    A draught counts as changed by `min_draught_change_m` [m] or more, and the less the longer the ship was
    seen beside another one meanwhile, which explains the change.
    """
    changed = [
        (pl.col(f"draught_change_m_{k}").abs() >= min_draught_change_m).fill_null(False) for k in (1, 2)
    ]
    unexplained = {f"draught_unexplained_{k}": changed[k - 1] * (1.0 - _ELSEWHERE[k - 1]) for k in (1, 2)}
    return np.nan_to_num(measured(dark.with_columns(**unexplained), MEETING_MEASURES))
