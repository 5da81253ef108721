"""The dark part of the contact model: the probability of each candidate as a marginal of a matching.

A gap hides at most one dark encounter, and a stop at most one, so candidates that share a gap or a stop
exclude each other. Each candidate gets a weight, the exponential of a linear function of its inputs; a set of
candidates that share nothing (a matching) has a probability proportional to the product of its weights, the
empty set included. The probability of a candidate is `p_there` times the share of all matchings that contain
it, so that a competing candidate whose other side has a better match hardly counts.

The marginals come from belief propagation, which is exact where the candidates form no cycle and close to it
elsewhere (`tests/model/test_dark_matching.py` compares it with writing out every matching).

References
----------
Monomer-dimer model: O. J. Heilmann and E. H. Lieb, "Theory of monomer-dimer systems", Commun. Math. Phys. 25
(1972). Belief propagation for it: L. Zdeborova and M. Mezard, "The number of matchings in random graphs",
J. Stat. Mech. (2006) P05003.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import polars as pl

from stsdetect.arrays import Bools, Floats, Ints
from stsdetect.model.model_inputs import DARK_INPUTS, dark_inputs, p_there
from stsdetect.model.trees import rounded
from stsdetect.params import ModelParams

WEIGHTS = ("bias", *(i.name for i in DARK_INPUTS))
"""Names of the weights, in the order of the columns of inputs."""

AS_DETECTED = {name: float(name == "support") for name in WEIGHTS}
"""Weights that leave the support of the detector as it is."""

MAX_LOG_WEIGHT_NAT = 30.0
"""Log-weights are clipped to it: beyond, a candidate is certain or excluded. Part of the model format."""

_ROUNDS = 50  # of messages; the marginals have then settled to many digits
_MIN_LOSS_P = 1e-9  # a probability of 0 that turns out true would give an infinite loss
_START_WEIGHT = 0.5  # of each input, in the direction of its sign, when the search begins


def p_dark_encounter(dark: pl.DataFrame, weights: dict[str, float], *, min_draught_change_m: float) -> Floats:
    """Probability that each dark candidate is a true encounter.

    Parameters
    ----------
    dark : polars.DataFrame
        Dark rows of FEATURES, all candidates of a gap together; n rows.
    weights : dict
        One value for each of `WEIGHTS` [nat per unit of the input].
    min_draught_change_m : float
        From which change on a draught counts as changed [m]; that with which the weights were fitted.

    Returns
    -------
    numpy.ndarray
        Shape (n,).
    """
    return _marginals(np.array([weights[name] for name in WEIGHTS]), _graph(dark, min_draught_change_m))


def fit_dark_weights(
    dark: pl.DataFrame, met: Bools, group: Ints, *, min_draught_change_m: float, params: ModelParams
) -> dict[str, float]:
    """Weights of least logarithmic loss, with the signs that physics demands.

    Parameters
    ----------
    dark : polars.DataFrame
        As for `p_dark_encounter`, of one or more seas; n rows.
    met : numpy.ndarray
        Whether the two truly met, shape (n,).
    group : numpy.ndarray
        Which sea each row comes from, shape (n,).
    min_draught_change_m : float
        From which change on a draught counts as changed [m].
    params : ModelParams
        `dark_l2`, the penalty on large weights.

    Returns
    -------
    dict
        As `p_dark_encounter` takes it; `AS_DETECTED` where all candidates met, or none did.
    """
    from scipy.optimize import minimize

    if len(np.unique(met)) < 2:
        return AS_DETECTED
    graph = _graph(with_ids_per_sea(dark, group), min_draught_change_m)
    # The last bits depend on the number of threads, and must not reach the weights.
    graph = graph._replace(inputs=rounded(graph.inputs), p_there=rounded(graph.p_there))

    def loss(weights: Floats) -> float:
        p = np.clip(_marginals(weights, graph), _MIN_LOSS_P, 1.0 - _MIN_LOSS_P)
        return float(-np.log(np.where(met, p, 1.0 - p)).sum() + params.dark_l2 * (weights[1:] ** 2).sum())

    signs = [i.sign for i in DARK_INPUTS]
    bounds = [(None, None), *((0.0 if s > 0 else None, 0.0 if s < 0 else None) for s in signs)]
    start = np.array([0.0, *(_START_WEIGHT * s for s in signs)])
    best = minimize(loss, start, method="L-BFGS-B", bounds=bounds)
    return {name: float(f"{v:.5g}") for name, v in zip(WEIGHTS, best.x, strict=True)}


def with_ids_per_sea(dark: pl.DataFrame, group: Ints) -> pl.DataFrame:
    """Candidates whose gaps and stops carry their sea in the id, as two seas may use the same ids.

    Parameters
    ----------
    dark : polars.DataFrame
        n rows with `gap_id_1 gap_id_2 loiter_id_2`.
    group : numpy.ndarray
        Sea of each row, shape (n,).

    Returns
    -------
    polars.DataFrame

    Examples
    --------
    >>> dark = pl.DataFrame({"gap_id_1": ["g", "g"], "gap_id_2": [None, "h"], "loiter_id_2": ["l", None]})
    >>> with_ids_per_sea(dark, np.array([7, 8]))["gap_id_1"].to_list()
    ['7/g', '8/g']
    """
    sea = pl.Series("sea", group)
    ids = ("gap_id_1", "gap_id_2", "loiter_id_2")
    return dark.with_columns(pl.format("{}/{}", sea, name).alias(name) for name in ids)


class _Graph(NamedTuple):
    """Candidates as edges between gaps or stops: their inputs, the two nodes of each, and `p_there`."""

    inputs: Floats
    node_1: Ints
    node_2: Ints
    p_there: Floats


def _graph(dark: pl.DataFrame, min_draught_change_m: float) -> _Graph:
    inputs = dark_inputs(dark, min_draught_change_m=min_draught_change_m)
    # A side without gap or stop excludes nothing: it gets a node of its own.
    own_node = pl.format("candidate {}", pl.int_range(pl.len()))
    nodes = dark.select(
        pl.coalesce("gap_id_1", own_node).alias("node_1"),
        pl.coalesce("gap_id_2", "loiter_id_2", own_node).alias("node_2"),
    )
    index = pl.concat([nodes["node_1"], nodes["node_2"]]).rank("dense").cast(pl.Int64).to_numpy() - 1
    return _Graph(
        np.column_stack([np.ones(len(inputs)), inputs]),
        index[: dark.height],
        index[dark.height :],
        dark.select(p_there()).to_series().to_numpy(),
    )


def _marginals(weights: Floats, graph: _Graph) -> Floats:
    """Probability of each edge by belief propagation over matchings."""
    weight = np.exp(np.clip(graph.inputs @ weights, -MAX_LOG_WEIGHT_NAT, MAX_LOG_WEIGHT_NAT))
    nodes = np.concatenate([graph.node_1, graph.node_2])
    to_1, to_2 = weight, weight
    for _ in range(_ROUNDS):
        total = np.bincount(nodes, np.concatenate([to_1, to_2]))
        # Probability that each node is free of all other candidates at it.
        free_1, free_2 = (
            1.0 / (1.0 + np.maximum(total[node] - own, 0.0))
            for node, own in ((graph.node_1, to_1), (graph.node_2, to_2))
        )
        to_1, to_2 = weight * free_2, weight * free_1
    both_free = weight * free_1 * free_2
    return np.asarray(graph.p_there * both_free / (1.0 + both_free))
