"""Stops after which a ship seen alone is deeper or lighter, as if a ship without AIS had lain alongside."""

from __future__ import annotations

import pandas as pd
import polars as pl

from stsdetect.context.attach import attach_places
from stsdetect.context.layers import Context
from stsdetect.detection.vessel_attributes import draught_change, last_ship_type
from stsdetect.params import DraughtParams, SoloStopParams
from stsdetect.schema import DARK_ENCOUNTERS, ENCOUNTERS, LOITERING, SEGMENTS, SOLO_STOPS, Frame
from stsdetect.units import S_PER_H


def find_solo_stops(
    segments: Frame,
    loitering: Frame,
    encounters: Frame,
    dark_encounters: Frame,
    *,
    identity: Frame,
    static: Frame | None,
    context: Context,
    params: SoloStopParams | None = None,
    draught_params: DraughtParams | None = None,
) -> pd.DataFrame:
    """Find stops that fit a transfer with a ship that never sends.

    A cargo ship or tanker came, stopped offshore for as long as a transfer takes, and left with another
    draught, while no ship seen or known to be silent can have been alongside. These are questions for imagery
    and no events: crews also type draughts late, or after taking ballast.

    Parameters
    ----------
    loitering, segments, encounters, dark_encounters, identity, static : frames of these tables
    context : Context
        Ports and anchorages, where ships stop for other reasons; from `load_context`.
    params : SoloStopParams
    draught_params : DraughtParams, optional
        When a draught counts as changed.

    Returns
    -------
    pandas.DataFrame
        SOLO_STOPS, sorted by start.

    Raises
    ------
    SchemaError
        When a frame is not the table it should be.

    Examples
    --------
    >>> from stsdetect.context import load_context
    >>> from stsdetect.schema import IDENTITY
    >>> empty = [t.empty() for t in (LOITERING, SEGMENTS, ENCOUNTERS, DARK_ENCOUNTERS)]
    >>> len(find_solo_stops(*empty, identity=IDENTITY.empty(), static=None, context=load_context()))
    0
    """
    params, draught_params = params or SoloStopParams(), draught_params or DraughtParams()
    stops = LOITERING.validate(loitering).filter(
        pl.col("duration_h").is_between(params.min_stop_h, params.max_stop_h)
    )
    # Cargo ships and tankers: types 70 to 89 (ITU-R M.1371 table 53).
    carry = last_ship_type(identity).filter(pl.col("ship_type").is_between(70, 89))
    stops = stops.join(carry, on="mmsi")
    stops = _come_and_gone(stops, SEGMENTS.validate(segments), params)
    stops = stops.with_columns(draught_change(stops, static, window_h=draught_params.window_h))
    stops = stops.filter(pl.col("draught_change_m").abs() >= draught_params.min_change_m)
    stops = stops.join(
        _in_company(stops, ENCOUNTERS.validate(encounters), params), on="loiter_id", how="anti"
    )
    silent = DARK_ENCOUNTERS.validate(dark_encounters).filter(pl.col("p_contact") >= params.max_p_contact)
    stops = stops.join(silent, left_on="loiter_id", right_on="loiter_id_2", how="anti")
    return SOLO_STOPS.to_pandas(_offshore(stops, context, params))


def _come_and_gone(stops: pl.DataFrame, segments: pl.DataFrame, params: SoloStopParams) -> pl.DataFrame:
    """Heard before the stop and after it, so that it has a beginning and an end."""
    span = segments.select("segment_id", first="start_time", last="end_time")
    margin = pl.duration(seconds=int(params.margin_h * S_PER_H))
    return stops.join(span, on="segment_id").filter(
        (pl.col("first") <= pl.col("start_time") - margin) & (pl.col("last") >= pl.col("end_time") + margin)
    )


def _in_company(stops: pl.DataFrame, encounters: pl.DataFrame, params: SoloStopParams) -> pl.DataFrame:
    """Stops in which another ship was seen that may have lain alongside."""
    beside = encounters.filter(pl.col("p_contact") >= params.max_p_contact)
    sides = pl.concat(
        [beside.select(vessel_id=f"vessel_id_{k}", at="start_time", until="end_time") for k in (1, 2)]
    )
    return stops.join(sides, on="vessel_id").filter(
        (pl.col("at") < pl.col("end_time")) & (pl.col("until") > pl.col("start_time"))
    )


def _offshore(stops: pl.DataFrame, context: Context, params: SoloStopParams) -> pl.DataFrame:
    """Outside the known ports and anchorages, and too far out for those that are not known."""
    at = pl.DataFrame(attach_places(stops["lat"].to_numpy(), stops["lon"].to_numpy(), context=context))
    known = pl.col("in_port") | pl.col("in_anchorage") | pl.col("on_land")
    return stops.with_columns(at).filter(~known & (pl.col("shore_distance_m") >= params.min_shore_m))
