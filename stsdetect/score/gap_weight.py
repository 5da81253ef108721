"""How much an AIS gap near an event counts as a switch-off."""

from __future__ import annotations

import polars as pl

from stsdetect.params import ScoreParams


def gap_weight(side: str, params: ScoreParams) -> pl.Expr:
    """Share of the full weight of a switch-off [0 to 1].

    It rises linearly from 0 at `min_p_off` to 1 at certainty, falls linearly to 0 at `gap_window_h` between
    the gap and the event, and is multiplied by `open_gap_share` where the vessel was not received again, as
    it may simply have left.

    Parameters
    ----------
    side : str
        Suffix of the columns `gap_p_off`, `gap_apart_h` and `gap_open`: ``"_1"``, ``"_2"`` or none.
    params : ScoreParams

    Returns
    -------
    polars.Expr

    Examples
    --------
    >>> gaps = pl.DataFrame({"gap_p_off": [1.0, 0.5], "gap_apart_h": [12.0, 0.0], "gap_open": [False, False]})
    >>> gaps.select(weight=gap_weight("", ScoreParams()))["weight"].to_list()
    [0.5, 0.0]
    """
    # Without the lower bound a `min_p_off` of 1 would divide by zero.
    certain = (pl.col(f"gap_p_off{side}") - params.min_p_off) / max(1.0 - params.min_p_off, 1e-9)
    near = 1.0 - pl.col(f"gap_apart_h{side}").fill_null(0.0) / params.gap_window_h
    ended = (
        pl.when(pl.col(f"gap_open{side}").fill_null(value=False)).then(params.open_gap_share).otherwise(1.0)
    )
    return certain.clip(0.0, 1.0) * near.clip(0.0, 1.0) * ended
