"""The two ships of each event: hull, change of draught over the event, and what they did before and after.

An event has two sides, 1 and 2; a solo event only side 1. Which of them took the cargo is not known at first,
so each side is described in the same terms.
"""

from __future__ import annotations

import polars as pl

from stsdetect.detection.vessel_attributes import draught_change
from stsdetect.params import ChainParams, DraughtParams
from stsdetect.schema import EVENTS
from stsdetect.units import MS_PER_H

CARGO_CATEGORIES = ("transfer", "dredging", "unknown", "bunkering")
"""Categories of events in which cargo may have changed hands; fuel counts as cargo only in its chain."""


def dredging_events(events: pl.DataFrame, features: pl.DataFrame, params: ChainParams) -> pl.DataFrame:
    """Encounters with a dredger that are not worth showing as events, as EVENTS: sand has chains too.

    Parameters
    ----------
    events, features : polars.DataFrame
        Validated EVENTS and FEATURES.
    params : ChainParams
        From which probability on.

    Returns
    -------
    polars.DataFrame
        EVENTS of tier info without a score, none of which is in `events`.
    """
    sand = features.filter(
        (pl.col("geometry_category") == "dredging")
        & (pl.col("p_contact") >= params.min_platform_p)
        & ~pl.col("source_id").is_in(events["source_id"].implode())
    )
    return EVENTS.validate(
        sand.with_columns(
            event_id=pl.format("event-{}", "source_id"),
            context_score=0.0,
            data_quality=0.0,
            score=0.0,
            tier=pl.lit("info"),
            rank=pl.lit(0, pl.Int32),
            category=pl.lit("dredging"),
            innocent_explanation=pl.lit("A dredger is loading sand into a barge alongside."),
            model_id=pl.lit(""),
            params_digest=pl.lit(""),
        )
    )


def event_sides(
    events: pl.DataFrame,
    features: pl.DataFrame,
    *,
    hulls: pl.DataFrame,
    visits: pl.DataFrame,
    static: pl.DataFrame,
    draught_params: DraughtParams,
    params: ChainParams,
) -> pl.DataFrame:
    """Describe both sides of each event in which cargo may have changed hands.

    Parameters
    ----------
    events, features, visits, static : polars.DataFrame
        Validated EVENTS, FEATURES (of all candidates), PORT_VISITS and STATIC.
    hulls : polars.DataFrame
        From `hull_sizes`.
    draught_params : DraughtParams
        How long after an event a change of draught counts for it [h].
    params : ChainParams
        How many days around an event calls count.

    Returns
    -------
    polars.DataFrame
        One row per event and side, sorted: ``event_id side mmsi vessel_id partner_mmsi partner_id category
        p_contact start_time end_time lat lon on_land``, ``rise_m`` [m] over the event, ``flag``, the columns
        of `hull_sizes`, ``quay_before`` and ``quay_after`` (bool): it lay at a berth in those days.
    """
    wanted = [
        *(f"{name}_{side}" for name in ("mmsi", "vessel_id", "flag") for side in (1, 2)),
        "source_id",
        "on_land",
    ]
    joined = events.select(
        "event_id", "source_id", "category", "p_contact", "start_time", "end_time", "lat", "lon"
    ).join(features.select(wanted), on="source_id", maintain_order="left")
    joined = joined.filter(pl.col("category").is_in(CARGO_CATEGORIES))
    sides = pl.concat([_side(joined, 1), _side(joined, 2)]).filter(pl.col("mmsi").is_not_null())
    sides = sides.sort("vessel_id", "start_time", "event_id", maintain_order=True)
    until = _until(sides, draught_params)
    change = draught_change(sides.select("mmsi", "start_time", end_time=until), static, window_h=0.0)
    sides = sides.with_columns(rise_m=change).join(hulls, on="vessel_id", how="left", maintain_order="left")
    sides = sides.with_columns(
        pl.col("hull").fill_null("unknown"), pl.col("size_spread", "laden_spread").fill_null(0.0)
    )
    sides = sides.with_columns(_near_quay(sides, visits, params))
    return sides.sort("event_id", "side", maintain_order=True)


def _side(joined: pl.DataFrame, side: int) -> pl.DataFrame:
    other = 3 - side
    return joined.select(
        "event_id",
        side=pl.lit(side, pl.Int32),
        mmsi=f"mmsi_{side}",
        vessel_id=f"vessel_id_{side}",
        flag=f"flag_{side}",
        partner_mmsi=f"mmsi_{other}",
        partner_id=f"vessel_id_{other}",
        category="category",
        p_contact="p_contact",
        start_time="start_time",
        end_time="end_time",
        lat="lat",
        lon="lon",
        on_land="on_land",
    )


def _until(sides: pl.DataFrame, params: DraughtParams) -> pl.Series:
    """Up to when a draught counts for an event: some hours, or to the next event that begins after it."""
    later = pl.col("start_time").shift(-1).over("vessel_id")
    window = pl.duration(milliseconds=int(params.encounter_window_h * MS_PER_H))
    latest = pl.col("end_time") + window
    until = pl.when(later > pl.col("end_time")).then(pl.min_horizontal(later, latest)).otherwise(latest)
    return sides.select(until.alias("until"))["until"]


def _near_quay(sides: pl.DataFrame, visits: pl.DataFrame, params: ChainParams) -> list[pl.Series]:
    """Whether each vessel lay at a berth in the days before, and in those after its event."""
    window = pl.duration(milliseconds=int(params.max_days * 24 * MS_PER_H))
    berths = visits.filter(pl.col("kind") == "berth").select(
        "vessel_id", visit_start="start_time", visit_end="last_time"
    )
    keys = sides.with_row_index("row").select("row", "vessel_id", "start_time", "end_time")
    near = keys.join(berths, on="vessel_id", maintain_order="left")
    before = pl.col("visit_end").is_between(pl.col("start_time") - window, pl.col("start_time"))
    after = pl.col("visit_start").is_between(pl.col("end_time"), pl.col("end_time") + window)
    found = near.group_by("row", maintain_order=True).agg(quay_before=before.any(), quay_after=after.any())
    flags = keys.select("row").join(found, on="row", how="left", maintain_order="left")
    return [flags[name].fill_null(value=False) for name in ("quay_before", "quay_after")]
