"""Whom a silent ship met: the dark part of the contact model.

A silence hides one meeting at most, and a stay sees one at most, so their candidates compete: each gets a
weight, the exponential of a sum over its measures, and a set of meetings in which nothing is taken twice is
as likely as the product of its weights. `p` is `p_off` times the share of all sets that hold the candidate:
a rival that has a better partner of its own hardly counts.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import polars as pl

from stsdetect.arrays import Bools, Floats, Ints
from stsdetect.params import ModelParams
from stsdetect.score.model.model_inputs import MEETING_MEASURES, measured_meetings
from stsdetect.score.model.trees import rounded

WEIGHTS = ("bias", *(m.name for m in MEETING_MEASURES))
"""Names of the weights, in the order of the columns of inputs."""

_ROUNDS = 50  # of messages; the sums then stand still to many digits

AS_DETECTED = {name: float(name == "support") for name in WEIGHTS}
"""Weights that leave the detector's own support as it is."""


def p_meeting(dark: pl.DataFrame, weights: dict[str, float], *, min_draught_change_m: float) -> Floats:
    """Probability that each dark candidate is the one that was met.

    Parameters
    ----------
    dark : polars.DataFrame
        Dark rows of FEATURES, all candidates of a silence together.
    weights : dict
        One number for each of `WEIGHTS` [nat per unit of the measure].
    min_draught_change_m : float
        From where on a draught counts as changed [m]; that with which the weights were fitted.

    Returns
    -------
    numpy.ndarray
        Shape (n,).
    """
    return _competing(np.array([weights[name] for name in WEIGHTS]), _rivals(dark, min_draught_change_m))


def fit_meeting(
    dark: pl.DataFrame, met: Bools, group: Ints, *, min_draught_change_m: float, params: ModelParams
) -> dict[str, float]:
    """Weights of least logarithmic loss, with the signs that physics demands.

    Parameters
    ----------
    dark : polars.DataFrame
        As for `p_meeting`, of one or more seas.
    met : numpy.ndarray
        Whether the two truly met, shape (n,).
    group : numpy.ndarray
        Which sea each row comes from, shape (n,).
    min_draught_change_m : float
        Change from which on a draught counts as changed [m].
    params : ModelParams
        How strongly weights are held back.

    Returns
    -------
    dict
        As `p_meeting` takes it; `AS_DETECTED` where there is nothing to learn from.
    """
    from scipy.optimize import minimize

    if len(np.unique(met)) < 2:
        return AS_DETECTED
    of = _rivals(apart(dark, group), min_draught_change_m)
    # The last bits depend on how many threads summed up, and must not reach the weights.
    rivals = of._replace(x=rounded(of.x), p_off=rounded(of.p_off))

    def loss(b: Floats) -> float:
        p = np.clip(_competing(b, rivals), 1e-9, 1.0 - 1e-9)
        return float(-np.log(np.where(met, p, 1.0 - p)).sum() + params.meeting_l2 * (b[1:] ** 2).sum())

    signs = [m.sign for m in MEETING_MEASURES]
    bounds = [(None, None), *((0.0 if s > 0 else None, 0.0 if s < 0 else None) for s in signs)]
    best = minimize(loss, np.array([0.0, *(0.5 * s for s in signs)]), method="L-BFGS-B", bounds=bounds)
    return {name: float(f"{v:.5g}") for name, v in zip(WEIGHTS, best.x, strict=True)}


def apart(dark: pl.DataFrame, group: Ints) -> pl.DataFrame:
    """Candidates of several seas in one frame: silences and stays of two seas are two, whatever their ids."""
    sea = pl.Series("sea", group)
    ids = ("gap_id_1", "gap_id_2", "loiter_id_2")
    return dark.with_columns(pl.format("{}/{}", sea, name).alias(name) for name in ids)


class _Rivals(NamedTuple):
    """Inputs, and the silence or stay of each ship in which a candidate competes, by number."""

    x: Floats
    of_1: Ints
    of_2: Ints
    p_off: Floats


def _rivals(dark: pl.DataFrame, min_draught_change_m: float) -> _Rivals:
    x = measured_meetings(dark, min_draught_change_m=min_draught_change_m)
    alone = pl.format("candidate {}", pl.int_range(pl.len()))
    where = dark.select(
        pl.coalesce("gap_id_1", alone).alias("of_1"),
        pl.coalesce("gap_id_2", "loiter_id_2", alone).alias("of_2"),
    )
    number = pl.concat([where["of_1"], where["of_2"]]).rank("dense").cast(pl.Int64).to_numpy() - 1
    return _Rivals(
        np.column_stack([np.ones(len(x)), x]),
        number[: dark.height],
        number[dark.height :],
        dark["p_off"].fill_null(1.0).to_numpy(),
    )


def _competing(b: Floats, of: _Rivals) -> Floats:
    """Belief propagation over sets of meetings: exact where candidates form no ring."""
    weight = np.exp(np.clip(of.x @ b, -30.0, 30.0))
    both = np.concatenate([of.of_1, of.of_2])
    to_1, to_2 = weight, weight
    for _ in range(_ROUNDS):
        total = np.bincount(both, np.concatenate([to_1, to_2]))
        # How likely each of the two is free of all its other candidates.
        free_1, free_2 = (
            1.0 / (1.0 + np.maximum(total[at] - own, 0.0)) for at, own in ((of.of_1, to_1), (of.of_2, to_2))
        )
        to_1, to_2 = weight * free_2, weight * free_1
    together = weight * free_1 * free_2
    p: Floats = of.p_off * together / (1.0 + together)
    return p
