"""Solo events of a ship whose partner has a name: a dark encounter in the same hours explains the stop.

A ship that waits at anchor, is in a gap while another lies beside it, and broadcasts another draught
afterwards was not alone with a ship that never transmits.
"""

from __future__ import annotations

import polars as pl

from stsdetect.arrays import row_sum
from stsdetect.params import ScoreParams


def without_named_partners(rows: pl.DataFrame, params: ScoreParams) -> pl.DataFrame:
    """Lower `p_contact` of solo events by the probability that the ship met one that is in the data.

    Parameters
    ----------
    rows : polars.DataFrame
        FEATURES, with `p_contact` of dark encounters as it is shown.
    params : ScoreParams
        `one_encounter_h`: as long before or after the stop a dark encounter is about the same encounter.

    Returns
    -------
    polars.DataFrame
        The same rows; `p_contact` of a solo event times the probability that no dark encounter of the same
        vessel in those hours took place.

    Examples
    --------
    >>> import datetime as dt
    >>> noon = dt.datetime(2019, 8, 14, 12, tzinfo=dt.UTC)
    >>> rows = pl.DataFrame({"source_id": ["d", "s"], "event_type": ["dark_encounter", "solo"],
    ...     "vessel_id_1": ["a", "a"], "vessel_id_2": ["b", None], "p_contact": [0.75, 0.8],
    ...     "start_time": [noon] * 2, "end_time": [noon + dt.timedelta(hours=6)] * 2})
    >>> without_named_partners(rows, ScoreParams())["p_contact"].round(3).to_list()
    [0.75, 0.2]
    """
    dark = rows.filter(pl.col("event_type") == "dark_encounter")
    named = pl.concat(
        [
            dark.select("start_time", "end_time", "p_contact", vessel_id_1=f"vessel_id_{ship}").drop_nulls()
            for ship in (1, 2)
        ]
    )
    margin = pl.duration(minutes=round(60.0 * params.one_encounter_h))
    met = (
        rows.filter(pl.col("event_type") == "solo")
        .select("source_id", "vessel_id_1", "start_time", "end_time")
        .join(named, on="vessel_id_1", suffix="_dark", maintain_order="left_right")
        .filter(
            (pl.col("start_time_dark") <= pl.col("end_time") + margin)
            & (pl.col("end_time_dark") >= pl.col("start_time") - margin)
        )
        .group_by("source_id", maintain_order=True)
        .agg(named_p=row_sum(pl.col("p_contact")).clip(0.0, 1.0))
    )
    alone = 1.0 - pl.col("named_p").fill_null(0.0)
    rows = rows.join(met, on="source_id", how="left", maintain_order="left")
    return rows.with_columns(pl.col("p_contact") * alone).drop("named_p")
