"""What a silent ship was due to send, by the rule for its class, speed and status."""

from __future__ import annotations

import polars as pl

from stsdetect.m1371 import AT_REST, reporting_interval_s
from stsdetect.params import ReceptionParams
from stsdetect.units import S_PER_H

_CLASS_B = 1  # place in `CLASSES`


def with_reports_due(gaps: pl.DataFrame, *, params: ReceptionParams) -> pl.DataFrame:
    """Add what each silent ship was due to send.

    Parameters
    ----------
    gaps : polars.DataFrame
        ``implied_sog_kn, start_sog_kn, nav_status, kind, first, last``.
    params : ReceptionParams

    Returns
    -------
    polars.DataFrame
        With ``lies_still``, ``due_a_slot`` (reports in a slice) and ``slots_h`` (length of the silent slices,
        somewhat less than the silence; at least one).

    References
    ----------
    Rec. ITU-R M.1371-5, annex 1, tables 1 and 2.
    """
    # A ship whose status nobody knows is taken to say that it is at rest when it is: less is due then.
    at_rest = pl.col("nav_status").is_in(AT_REST).fill_null(value=True)
    gaps = gaps.with_columns(sog=pl.coalesce("implied_sog_kn", "start_sog_kn").fill_null(0.0))
    interval_s = reporting_interval_s(
        gaps["sog"], at_rest=gaps.select(at_rest).to_series(), class_b=gaps["kind"] // 2 == _CLASS_B
    )
    n_slots = (pl.col("last") - pl.col("first") + 1).clip(1)
    return gaps.with_columns(
        lies_still=pl.col("sog") < params.max_still_kn,
        due_a_slot=pl.Series(params.slot_s / interval_s),
        slots_h=n_slots * params.slot_s / S_PER_H,
    ).drop("sog")
