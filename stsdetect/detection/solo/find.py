"""Solo stops: a vessel stopped, or was in a gap, and one never received may have lain alongside."""

from __future__ import annotations

import numpy as np
import pandas as pd
import polars as pl

from stsdetect.context.attach import attach_places
from stsdetect.context.layers import Context
from stsdetect.detection.berths import at_berth, lies_still, near_shore
from stsdetect.detection.solo.anchor_reading import readings_of_stops
from stsdetect.detection.solo.in_turn import with_ships_in_turn
from stsdetect.detection.solo.stop_traits import stop_traits
from stsdetect.detection.solo.support import support_of_stop
from stsdetect.detection.vessel_attributes import draught_change, latest_type_and_length
from stsdetect.geo.land import shore_distance_m
from stsdetect.params import BerthParams, DraughtParams, SoloStopParams
from stsdetect.schema import (
    ANCHOR_READINGS,
    BERTHS,
    DARK_ENCOUNTERS,
    ENCOUNTERS,
    GAPS,
    IDENTITY,
    LOITERING,
    POINTS,
    SEGMENTS,
    SOLO_STOPS,
    STATIC,
    Frame,
)
from stsdetect.tracks import pairable
from stsdetect.units import MS_PER_H

_MOST = 0.5  # share of the fixes with a status: the more part
_OF_READING = (
    *("swing_deg", "pivot_forward_m", "pivot_starboard_m", "pivot_error_m", "bow_to_pivot_m"),
    *("expected_forward_m", "anchor_reading", "log_lr_borrowed", "n_neighbours", "n_sharing_pivot"),
)


def find_solo_stops(
    points: Frame,
    loitering: Frame,
    gaps: Frame,
    encounters: Frame,
    dark_encounters: Frame,
    *,
    segments: Frame | None = None,
    anchor_readings: Frame | None = None,
    identity: Frame | None = None,
    static: Frame | None = None,
    berths: Frame | None = None,
    context: Context,
    params: SoloStopParams | None = None,
    draught_params: DraughtParams | None = None,
    berth_params: BerthParams | None = None,
) -> pd.DataFrame:
    """Find stops and gaps that fit a transfer with a vessel that carries no AIS.

    Half of such an encounter is in the data. A stop counts the more, the better the ship's swing fits another
    ship's anchor, the draught changed, and the ship says that it is moored where there is no berth; a ship
    that drifts, that carries no cargo or that waits for days counts less. The place is one circumstance and
    excludes nothing but berths. Stops with a partner that was received, or that was in a gap and is likely,
    are left out, as these are encounters. A gap counts if it was a switch-off away from any berth, and
    another draught was broadcast after it.

    Parameters
    ----------
    points : POINTS frame
        Cleaned positions: status and drift at each stop.
    loitering : LOITERING frame
        The stops to choose from.
    gaps : GAPS frame
        The gaps to choose from.
    encounters : ENCOUNTERS frame
        Stops with a likely partner among these are left out.
    dark_encounters : DARK_ENCOUNTERS frame
        Stops and gaps with a likely partner among these are left out.
    segments : SEGMENTS frame, optional
        Leaves out quarantined segments and stations that are not ships, as a run does.
    anchor_readings : ANCHOR_READINGS frame, optional
        From `find_anchor_readings`.
    identity : IDENTITY frame, optional
        Ship types.
    static : STATIC frame, optional
        Draughts.
    berths : BERTHS frame, optional
        From `find_berths`: where ships lie moored.
    context : Context
        Ports and anchorages, where vessels stop for other reasons; from `load_context`.
    params : SoloStopParams, optional
        Weights, length of the stop, and how likely a partner must be to explain it.
    draught_params : DraughtParams, optional
        When a draught counts as changed.
    berth_params : BerthParams, optional
        When a ship lies moored.

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
    >>> empty = [t.empty() for t in (POINTS, LOITERING, GAPS, ENCOUNTERS, DARK_ENCOUNTERS)]
    >>> len(find_solo_stops(*empty, context=load_context()))
    0
    """
    fixes, stops = POINTS.validate(points), LOITERING.validate(loitering)
    if segments is not None:
        fixes = pairable(fixes, SEGMENTS.validate(segments))
    return SOLO_STOPS.to_pandas(
        select_solo_stops(
            stops,
            GAPS.validate(gaps),
            ENCOUNTERS.validate(encounters),
            DARK_ENCOUNTERS.validate(dark_encounters),
            anchor_readings=ANCHOR_READINGS.optional(anchor_readings),
            traits=stop_traits(fixes, stops, params=params),
            identity=IDENTITY.optional(identity),
            static=STATIC.optional(static),
            berths=BERTHS.optional(berths),
            context=context,
            params=params,
            draught_params=draught_params,
            berth_params=berth_params,
        )
    )


def select_solo_stops(
    loitering: pl.DataFrame,
    gaps: pl.DataFrame,
    encounters: pl.DataFrame,
    dark_encounters: pl.DataFrame,
    *,
    anchor_readings: pl.DataFrame,
    traits: pl.DataFrame,
    identity: pl.DataFrame,
    static: pl.DataFrame,
    berths: pl.DataFrame,
    context: Context,
    params: SoloStopParams | None = None,
    draught_params: DraughtParams | None = None,
    berth_params: BerthParams | None = None,
) -> pl.DataFrame:
    """`find_solo_stops` on valid polars tables, for the pipeline; SOLO_STOPS, sorted by start."""
    params, draught_params = SoloStopParams.of(params), DraughtParams.of(draught_params)
    berth_params = BerthParams.of(berth_params)
    likely_dark = dark_encounters.filter(pl.col("p_contact") >= params.max_p_contact)
    loitering = loitering.with_columns(_own_stops(loitering, params))
    stops = with_ships_in_turn(_stops(loitering, berths, params, berth_params), params)
    stops = stops.join(_in_an_encounter(stops, encounters, params), on="loiter_id", how="anti")
    stops = stops.join(likely_dark, left_on="loiter_id", right_on="loiter_id_2", how="anti")
    stops = _with_swing(stops, anchor_readings, traits)
    off = _switched_off(gaps, berths, params, draught_params, berth_params)
    for side in ("gap_id_1", "gap_id_2"):
        off = off.join(likely_dark, left_on="gap_id", right_on=side, how="anti")
    found = pl.concat(
        [
            _weighed_stops(stops, identity, static, context, params, draught_params, berth_params),
            _weighed_gaps(off, identity, params),
        ],
        how="diagonal",
    )
    found = SOLO_STOPS.validate(found.filter(pl.col("p_contact") >= params.min_p))
    return found.sort(SOLO_STOPS.sort_by, nulls_last=True, maintain_order=True)


def _stops(
    loitering: pl.DataFrame, berths: pl.DataFrame, params: SoloStopParams, berth_params: BerthParams
) -> pl.DataFrame:
    """Stops of the length of a transfer, away from berths."""
    stops = loitering.filter(pl.col("duration_h").is_between(params.min_stop_h, params.max_stop_h))
    moored = at_berth(stops["lat"], stops["lon"], berths, berth_params) | lies_still(stops, berth_params)
    return stops.filter(~pl.Series(moored))


def _own_stops(loitering: pl.DataFrame, params: SoloStopParams) -> pl.Series:
    """``n_own_stops``: how many other stops the vessel of each stop made within `routine_window_h`."""
    vessel = loitering["vessel_id"].rank("dense").fill_null(0).to_numpy().astype(np.int64)
    start = loitering["start_time"].dt.epoch("ms").to_numpy()
    if not len(start):
        return pl.Series("n_own_stops", [], dtype=pl.Int64)
    window = int(params.routine_window_h * MS_PER_H)
    key = vessel * (int(start.max() - start.min()) + 2 * window + 2) + (start - start.min())
    known = np.sort(key)
    n = np.searchsorted(known, key + window, side="right") - np.searchsorted(known, key - window, side="left")
    return pl.Series("n_own_stops", n - 1)


def _in_an_encounter(stops: pl.DataFrame, encounters: pl.DataFrame, params: SoloStopParams) -> pl.DataFrame:
    """Stops during which another received vessel may have lain alongside for long enough."""
    # Two transponders on one hull also show where her own swing was misread.
    likely = encounters.filter(
        (pl.col("p_contact") >= params.max_p_contact) & (pl.col("duration_h") >= params.min_partner_h)
        | pl.col("same_hull_suspected")
    )
    sides = pl.concat(
        [
            likely.select(vessel_id=f"vessel_id_{k}", from_time="start_time", to_time="end_time")
            for k in (1, 2)
        ]
    )
    return stops.join(sides, on="vessel_id", maintain_order="left").filter(
        (pl.col("from_time") < pl.col("end_time")) & (pl.col("to_time") > pl.col("start_time"))
    )


def _with_swing(stops: pl.DataFrame, readings: pl.DataFrame, traits: pl.DataFrame) -> pl.DataFrame:
    """Whose anchor each ship lay at, its status, and how it drifted.

    Where the swing had several parts, the stop is the part that speaks most for another ship's anchor.
    """
    part = readings_of_stops(readings).with_columns(
        part_start=pl.when(pl.col("n_parts") > 1).then("start_time"),
        part_end=pl.when(pl.col("n_parts") > 1).then("end_time"),
    )
    stops = stops.join(
        part.select("loiter_id", "part_start", "part_end", *_OF_READING),
        on="loiter_id",
        how="left",
        maintain_order="left",
    ).join(traits, on="loiter_id", how="left", maintain_order="left")
    borrowed = pl.col("anchor_reading") == "borrowed"
    stops = stops.with_columns(
        start_time=pl.when(borrowed).then(pl.coalesce("part_start", "start_time")).otherwise("start_time"),
        end_time=pl.when(borrowed).then(pl.coalesce("part_end", "end_time")).otherwise("end_time"),
        anchor_reading=pl.col("anchor_reading").fill_null("cannot_tell"),
        status=pl.when(pl.col("moored_share") >= _MOST)
        .then(pl.lit("moored"))
        .when(pl.col("anchored_share") >= _MOST)
        .then(pl.lit("at_anchor"))
        .when(pl.col("moored_share").is_not_null())
        .then(pl.lit("other")),
    )
    length = (pl.col("end_time") - pl.col("start_time")).dt.total_milliseconds() / MS_PER_H
    return stops.with_columns(duration_h=length)


def _weighed_stops(
    stops: pl.DataFrame,
    identity: pl.DataFrame,
    static: pl.DataFrame,
    context: Context,
    params: SoloStopParams,
    draught_params: DraughtParams,
    berth_params: BerthParams,
) -> pl.DataFrame:
    """Stops with type, draught, place and `p_contact`, without those at quays that the map lacks."""
    stops = _with_type(stops, identity)
    change = draught_change(stops, static, window_h=draught_params.encounter_window_h)
    places = attach_places(stops["lat"].to_numpy(), stops["lon"].to_numpy(), context=context)
    stops = stops.with_columns(
        change,
        places["shore_distance_m"],
        places["on_land"],
        outside=~(places["in_port"] | places["in_anchorage"] | places["on_land"]),
        solo_id=pl.format("solo-{}", "loiter_id"),
        kind=pl.lit("stop"),
    )
    # `radius_m` holds the fixes of coming and leaving as well, and tells no quay from an anchor in a river.
    at_quay = pl.col("on_land") & (pl.col("most_within_m") <= berth_params.max_quay_radius_m)
    stops = stops.filter(~at_quay.fill_null(value=False))
    stops = stops.with_columns(support=support_of_stop(params, draught_params))
    return stops.with_columns(p_contact=_probability("support").clip(0.0, params.max_p))


def _switched_off(
    gaps: pl.DataFrame,
    berths: pl.DataFrame,
    params: SoloStopParams,
    draught_params: DraughtParams,
    berth_params: BerthParams,
) -> pl.DataFrame:
    """Switch-offs away from berths with time for a transfer, after which another draught was broadcast."""
    found = gaps.filter(
        (pl.col("p_off") >= params.min_p_off)
        & pl.col("can_judge")
        & ~pl.col("feed_outage")
        & ~pl.col("in_port")
        & pl.col("duration_h").is_between(params.min_stop_h, params.max_stop_h)
        & (pl.col("slack_h") >= params.min_stop_h)
        & (pl.col("draught_change_m").abs() >= draught_params.min_change_m)
    )
    moored = np.zeros(len(found), dtype=bool)
    for end in ("start", "end"):
        place = found[f"{end}_lat"].to_numpy(), found[f"{end}_lon"].to_numpy()
        moored |= at_berth(*place, berths, berth_params) | near_shore(*place, berth_params)
    return found.filter(~pl.Series(moored))


def _weighed_gaps(gaps: pl.DataFrame, identity: pl.DataFrame, params: SoloStopParams) -> pl.DataFrame:
    """Gaps with type and `p_contact`."""
    gaps = _with_type(gaps, identity)
    places = shore_distance_m(gaps["start_lat"], gaps["start_lon"])
    return gaps.with_columns(
        solo_id=pl.format("solo-{}", "gap_id"),
        kind=pl.lit("gap"),
        lat="start_lat",
        lon="start_lon",
        observed_fraction=pl.lit(0.0),
        shore_distance_m=pl.Series(places, dtype=pl.Float64),
        anchor_reading=pl.lit("cannot_tell"),
        support=pl.lit(params.gap_bias_nat),
    ).with_columns(p_contact=(pl.col("p_off") * _probability("support")).clip(0.0, params.max_p))


def _with_type(rows: pl.DataFrame, identity: pl.DataFrame) -> pl.DataFrame:
    latest = latest_type_and_length(identity).rename({"type": "ship_type", "length": "length_m"})
    return rows.join(latest, on="mmsi", how="left", maintain_order="left")


def _probability(log_odds: str) -> pl.Expr:
    return 1.0 / (1.0 + (-pl.col(log_odds)).exp())
