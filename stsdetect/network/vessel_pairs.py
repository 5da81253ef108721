"""VESSEL_PAIRS: two vessels that share one event or several, an edge of the network."""

from __future__ import annotations

import pandas as pd
import polars as pl

from stsdetect.arrays import row_sum
from stsdetect.network.event_hulls import TIERS, VESSEL_IDS, with_hulls
from stsdetect.schema import EVENTS, SEGMENTS, VESSEL_PAIRS, Frame

_PAIR = ["vessel_id_1", "vessel_id_2"]
_OF_A_SIDE = ("vessel_id", "mmsi", "shipname")


def build_vessel_pairs(
    events: Frame, *, segments: Frame | None = None, vessel_ids: Frame | None = None
) -> pd.DataFrame:
    """Gather the events of each two vessels.

    Parameters
    ----------
    events : EVENTS frame
    segments : SEGMENTS frame, optional
        Which vessel used an MMSI; without it, each MMSI is a vessel of its own.
    vessel_ids : frame, optional
        `source_id vessel_id_1 vessel_id_2` of the detections, such as FEATURES; before `segments`.

    Returns
    -------
    pandas.DataFrame
        VESSEL_PAIRS. Events with one ship have no pair.

    Raises
    ------
    SchemaError
        When a table lacks a column or holds a value that it may not.

    Examples
    --------
    >>> len(build_vessel_pairs(EVENTS.empty()))
    0
    """
    ids = VESSEL_IDS.optional(vessel_ids)
    return VESSEL_PAIRS.to_pandas(pairs_of_run(EVENTS.validate(events), SEGMENTS.optional(segments), ids))


def pairs_of_run(
    events: pl.DataFrame, segments: pl.DataFrame, vessel_ids: pl.DataFrame | None = None
) -> pl.DataFrame:
    """As `build_vessel_pairs`, with validated polars frames in and VESSEL_PAIRS in polars out, sorted."""
    sides = with_hulls(events, segments, vessel_ids)
    two = _in_one_order(sides.filter(pl.col("vessel_id_1") != pl.col("vessel_id_2")))
    likeliest_first = two.sort(
        "p_contact", "score", "event_id", descending=[True, True, False], maintain_order=True
    )
    pairs = likeliest_first.group_by(_PAIR, maintain_order=True).agg(
        pl.col("mmsi_1", "mmsi_2", "shipname_1", "shipname_2", "lat", "lon", "category").first(),
        best_event_id=pl.col("event_id").first(),
        best_p=pl.col("p_contact").first(),
        n_events=pl.len().cast(pl.Int64),
        n_days=pl.col("start_time").dt.date().n_unique().cast(pl.Int64),
        kinds=pl.col("event_type").unique().sort().str.join("; "),
        first_time=pl.col("start_time").min(),
        last_time=pl.col("end_time").max(),
        duration_h=row_sum(pl.col("duration_h") * pl.col("p_contact")),
        best_score=pl.col("score").max(),
        best_tier=best_tier(),
    )
    return VESSEL_PAIRS.ordered(_smaller_mmsi_first(pairs))


def best_tier() -> pl.Expr:
    """The best of the tiers of a group; null where there is none.

    Examples
    --------
    >>> pl.DataFrame({"tier": ["low", "high", "info"]}).select(best_tier()).item()
    'high'
    """
    order = {tier: k for k, tier in enumerate(TIERS)}
    best = pl.col("tier").replace_strict(order, return_dtype=pl.Int32).min()
    return best.replace_strict(dict(enumerate(TIERS)), return_dtype=pl.String)


def _in_one_order(sides: pl.DataFrame) -> pl.DataFrame:
    """The sides of each event in the order of their vessel_id, so that a pair has one key."""
    swap = pl.col("vessel_id_1") > pl.col("vessel_id_2")
    return _swapped(sides, swap)


def _smaller_mmsi_first(pairs: pl.DataFrame) -> pl.DataFrame:
    return _swapped(pairs, pl.col("mmsi_1") > pl.col("mmsi_2"))


def _swapped(rows: pl.DataFrame, swap: pl.Expr) -> pl.DataFrame:
    """The rows with both sides exchanged where `swap` holds."""
    exchanged = {
        f"{name}_{one}": pl.when(swap).then(f"{name}_{other}").otherwise(f"{name}_{one}")
        for name in _OF_A_SIDE
        for one, other in ((1, 2), (2, 1))
    }
    return rows.with_columns(**exchanged)
