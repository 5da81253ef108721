"""How likely a ship unloaded during a call at a quay, by draughts, hours and kind of hull."""

from __future__ import annotations

import polars as pl

from stsdetect.params import ChainParams, DeliveryParams


def p_unloaded(params: DeliveryParams, chain_params: ChainParams, *, least_m: float) -> pl.Expr:
    """Probability that a ship which came laden, as far as is known, unloaded during a port visit.

    Parameters
    ----------
    params : DeliveryParams
        The hours that unloading takes.
    chain_params : ChainParams
        The probabilities by change of draught, as for chains.
    least_m : float
        From which change on a draught counts as changed [m].

    Returns
    -------
    polars.Expr
        Over ``kind rest_h end_time hull laden embargoed_quay`` and ``fall_m``, by how much the draught fell
        [m].

    Examples
    --------
    >>> call = pl.DataFrame({"kind": ["berth"], "rest_h": [20.0], "end_time": [1], "hull": ["dry"],
    ...                      "laden": ["unknown"], "embargoed_quay": [False], "fall_m": [1.5]})
    >>> call.select(p=p_unloaded(DeliveryParams(), ChainParams(), least_m=0.3)).item()
    0.97
    """
    c, fall = chain_params, pl.col("fall_m")
    berth, is_open = pl.col("kind") == "berth", pl.col("end_time").is_null()
    lighter = (fall >= least_m).fill_null(value=False)
    deeper = (fall <= -least_m).fill_null(value=False)
    unknown = fall.is_null()
    light = pl.col("laden") == "no"
    # Dry cargo is loaded at the quays of the country under embargo, and oil is unloaded there.
    loads_there = pl.col("embargoed_quay") & (pl.col("hull") != "tanker") & unknown
    p = (
        pl.when(lighter)
        .then(pl.when(berth).then(c.p_quay_lighter).otherwise(c.p_anchorage_lighter))
        .when(deeper)
        .then(c.p_quay_deeper)
        .when(~berth)
        .then(c.p_anchorage)
        .when(loads_there | light)
        .then(c.short_call_share)
        .when(is_open)
        .then(c.p_quay_open)
        .when(unknown)
        .then(c.p_quay)
        .otherwise(c.p_quay_unchanged)
    )
    too_short = (pl.col("rest_h") < params.min_unload_h) & ~is_open & ~lighter
    too_long = pl.col("rest_h") > params.max_unload_h
    return p * pl.when(too_short | too_long).then(c.short_call_share).otherwise(1.0)
