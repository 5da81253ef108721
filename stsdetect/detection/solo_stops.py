"""Solo stops: a vessel stopped without a partner in the data and afterwards broadcast another draught."""

from __future__ import annotations

import pandas as pd
import polars as pl

from stsdetect import itu
from stsdetect.context.attach import attach_places
from stsdetect.context.layers import Context
from stsdetect.detection.vessel_attributes import draught_change, last_ship_type
from stsdetect.params import DraughtParams, SoloStopParams
from stsdetect.schema import (
    DARK_ENCOUNTERS,
    ENCOUNTERS,
    IDENTITY,
    LOITERING,
    SEGMENTS,
    SOLO_STOPS,
    STATIC,
    Frame,
)
from stsdetect.units import S_PER_H


def find_solo_stops(
    segments: Frame,
    loitering: Frame,
    encounters: Frame,
    dark_encounters: Frame,
    *,
    identity: Frame | None = None,
    static: Frame | None = None,
    context: Context,
    params: SoloStopParams | None = None,
    draught_params: DraughtParams | None = None,
) -> pd.DataFrame:
    """Find stops that fit a transfer with a vessel that carries no AIS.

    A cargo ship or tanker arrived, stopped offshore for as long as a transfer takes, and left with another
    draught, while no other vessel, received or in a gap, is likely to have been alongside. Such stops are
    leads to check against imagery and are not scored as events: crews also enter draughts late, or after
    taking ballast.

    Parameters
    ----------
    segments : SEGMENTS frame
        When each track begins and ends.
    loitering : LOITERING frame
        The stops to choose from.
    encounters : ENCOUNTERS frame
        Stops with a likely partner among these are left out.
    dark_encounters : DARK_ENCOUNTERS frame
        Stops with a likely partner that was in a gap are left out.
    identity : IDENTITY frame, optional
        Ship types; without them nothing is found.
    static : STATIC frame, optional
        Draughts; without them nothing is found.
    context : Context
        Ports and anchorages, where vessels stop for other reasons; from `load_context`.
    params : SoloStopParams, optional
        Length of the stop, distance from the shore, and how likely a partner must be to explain the stop.
    draught_params : DraughtParams, optional
        When a draught counts as changed.

    Returns
    -------
    pandas.DataFrame
        SOLO_STOPS, sorted by start.

    Raises
    ------
    SchemaError
        If a frame is not a valid table of its kind.

    Examples
    --------
    >>> from stsdetect.context import load_context
    >>> empty = [t.empty() for t in (SEGMENTS, LOITERING, ENCOUNTERS, DARK_ENCOUNTERS)]
    >>> len(find_solo_stops(*empty, context=load_context()))
    0
    """
    return SOLO_STOPS.to_pandas(
        select_solo_stops(
            SEGMENTS.validate(segments),
            LOITERING.validate(loitering),
            ENCOUNTERS.validate(encounters),
            DARK_ENCOUNTERS.validate(dark_encounters),
            identity=IDENTITY.optional(identity),
            static=STATIC.optional(static),
            context=context,
            params=params,
            draught_params=draught_params,
        )
    )


def select_solo_stops(
    segments: pl.DataFrame,
    loitering: pl.DataFrame,
    encounters: pl.DataFrame,
    dark_encounters: pl.DataFrame,
    *,
    identity: pl.DataFrame,
    static: pl.DataFrame,
    context: Context,
    params: SoloStopParams | None = None,
    draught_params: DraughtParams | None = None,
) -> pl.DataFrame:
    """`find_solo_stops` on valid polars tables, for the pipeline; SOLO_STOPS, sorted by start."""
    params, draught_params = SoloStopParams.of(params), DraughtParams.of(draught_params)
    stops = loitering.filter(pl.col("duration_h").is_between(params.min_stop_h, params.max_stop_h))
    carriers = last_ship_type(identity).filter(itu.carries_cargo(pl.col("ship_type")))
    stops = stops.join(carriers, on="mmsi", maintain_order="left")
    stops = _with_arrival_and_departure(stops, segments, params)
    stops = stops.with_columns(draught_change(stops, static, window_h=draught_params.window_h))
    stops = stops.filter(pl.col("draught_change_m").abs() >= draught_params.min_change_m)
    stops = stops.join(_in_an_encounter(stops, encounters, params), on="loiter_id", how="anti")
    dark = dark_encounters.filter(pl.col("p_contact") >= params.max_p_contact)
    stops = stops.join(dark, left_on="loiter_id", right_on="loiter_id_2", how="anti")
    stops = SOLO_STOPS.validate(_offshore(stops, context, params))
    return stops.sort(SOLO_STOPS.sort_by, nulls_last=True, maintain_order=True)


def _with_arrival_and_departure(
    stops: pl.DataFrame, segments: pl.DataFrame, params: SoloStopParams
) -> pl.DataFrame:
    """Stops whose vessel was received for a while before and after, so that start and end are real."""
    span = segments.select("segment_id", first="start_time", last="end_time")
    margin = pl.duration(seconds=int(params.margin_h * S_PER_H))
    return stops.join(span, on="segment_id", maintain_order="left").filter(
        (pl.col("first") <= pl.col("start_time") - margin) & (pl.col("last") >= pl.col("end_time") + margin)
    )


def _in_an_encounter(stops: pl.DataFrame, encounters: pl.DataFrame, params: SoloStopParams) -> pl.DataFrame:
    """Stops during which another received vessel may have lain alongside."""
    likely = encounters.filter(pl.col("p_contact") >= params.max_p_contact)
    sides = pl.concat(
        [
            likely.select(vessel_id=f"vessel_id_{k}", from_time="start_time", to_time="end_time")
            for k in (1, 2)
        ]
    )
    return stops.join(sides, on="vessel_id", maintain_order="left").filter(
        (pl.col("from_time") < pl.col("end_time")) & (pl.col("to_time") > pl.col("start_time"))
    )


def _offshore(stops: pl.DataFrame, context: Context, params: SoloStopParams) -> pl.DataFrame:
    """Stops outside known ports and anchorages, and too far from the shore for unknown ones."""
    at = pl.DataFrame(attach_places(stops["lat"].to_numpy(), stops["lon"].to_numpy(), context=context))
    known = pl.col("in_port") | pl.col("in_anchorage") | pl.col("on_land")
    return stops.with_columns(at).filter(~known & (pl.col("shore_distance_m") >= params.min_shore_m))
