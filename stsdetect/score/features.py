"""FEATURES: all inputs of the score, one row per encounter, dark encounter, solo stop and delivery."""

from __future__ import annotations

import numpy as np
import pandas as pd
import polars as pl

from stsdetect.context.attach import attach_places
from stsdetect.context.layers import Context
from stsdetect.geo.sun import solar_hour, sun_altitude_deg
from stsdetect.lists.list_matches import match_watchlist
from stsdetect.params import ContextParams, ScoreParams
from stsdetect.schema import (
    DARK_ENCOUNTERS,
    DELIVERIES,
    ENCOUNTERS,
    FEATURES,
    GAPS,
    IDENTITY,
    LOITERING,
    SEGMENTS,
    SOLO_STOPS,
    STATIC,
    Frame,
)
from stsdetect.score.associations import elsewhere, partners, repeats, ships_at_rest, visits
from stsdetect.score.ship_features import (
    destination,
    flag_and_mid,
    hours_of,
    identity_at_event,
    identity_changes,
    port_calls,
    ports_before_and_after,
    strongest_gap,
)
from stsdetect.score.terms.listed_ship import watchlist_match
from stsdetect.units import MS_PER_S


def build_features(
    encounters: Frame,
    *,
    dark_encounters: Frame | None = None,
    solo_stops: Frame | None = None,
    gaps: Frame | None = None,
    identity: Frame | None = None,
    static: Frame | None = None,
    segments: Frame | None = None,
    loitering: Frame | None = None,
    deliveries: Frame | None = None,
    context: Context,
    params: ScoreParams | None = None,
    context_params: ContextParams | None = None,
) -> pd.DataFrame:
    """Gather what is known about each candidate.

    Geometry, identity, AIS gaps, associations, ports, destination, draughts and watchlist matches of the two
    ships, and place and time of day of the event.

    Parameters
    ----------
    encounters : ENCOUNTERS frame
    dark_encounters, solo_stops, gaps, identity, static, segments, loitering, deliveries : frame, optional
        Features from an absent table are null. Of the deliveries, those with grounds that point to the
        embargo are candidates.
    context : Context
        Places and watchlist, from `load_context`.
    params : ScoreParams, optional
        Time windows and radii around an event.
    context_params : ContextParams, optional
        How similar a name or length must be to one on the watchlist.

    Returns
    -------
    pandas.DataFrame
        FEATURES, one row per encounter, dark encounter, solo stop and delivery.

    Raises
    ------
    SchemaError
        When a table lacks a column or holds a value that it may not.

    Examples
    --------
    >>> from stsdetect.context import load_context
    >>> len(build_features(ENCOUNTERS.empty(), context=load_context()))
    0
    """
    features = features_of_candidates(
        ENCOUNTERS.validate(encounters),
        dark_encounters=DARK_ENCOUNTERS.optional(dark_encounters),
        solo_stops=SOLO_STOPS.optional(solo_stops),
        gaps=GAPS.optional(gaps),
        identity=IDENTITY.optional(identity),
        static=STATIC.optional(static),
        segments=SEGMENTS.optional(segments),
        loitering=LOITERING.optional(loitering),
        deliveries=DELIVERIES.optional(deliveries),
        context=context,
        params=params,
        context_params=context_params,
    )
    return FEATURES.to_pandas(features)


def features_of_candidates(
    encounters: pl.DataFrame,
    *,
    dark_encounters: pl.DataFrame,
    solo_stops: pl.DataFrame,
    gaps: pl.DataFrame,
    identity: pl.DataFrame,
    static: pl.DataFrame,
    segments: pl.DataFrame,
    loitering: pl.DataFrame,
    deliveries: pl.DataFrame,
    context: Context,
    params: ScoreParams | None = None,
    context_params: ContextParams | None = None,
) -> pl.DataFrame:
    """As `build_features`, with validated polars frames in and FEATURES in polars out, sorted."""
    params = ScoreParams.of(params)
    rows = pl.concat(
        [
            _from_encounters(encounters),
            _from_dark(dark_encounters, gaps, loitering),
            _from_solo(solo_stops),
            _from_deliveries(deliveries, params),
        ],
        how="diagonal",
    )
    if rows.is_empty():
        return FEATURES.optional(None)
    matches = match_watchlist(identity, context.watchlist, params=context_params)
    calls = port_calls(loitering, segments, context=context)
    for side, other in (("_1", "_2"), ("_2", "_1")):
        ship = rows.select(
            "source_id",
            "start_time",
            "end_time",
            mmsi=f"mmsi{side}",
            vessel_id=f"vessel_id{side}",
            partner_id=f"vessel_id{other}",
        )
        found = [
            identity_at_event(ship, identity),
            identity_changes(ship, identity, params),
            strongest_gap(ship, gaps, params),
            partners(ship, encounters, params),
            elsewhere(ship, encounters, params),
            visits(ship, encounters, params),
            ports_before_and_after(ship, calls),
            destination(ship, static),
            watchlist_match(ship, matches, params),
            flag_and_mid(ship),
        ]
        for columns in found:
            rows = rows.join(
                columns.rename({c: c + side for c in columns.columns if c != "source_id"}),
                on="source_id",
                how="left",
                maintain_order="left",
            )
    rows = rows.join(repeats(rows, encounters, params), on="source_id", how="left", maintain_order="left")
    places = attach_places(rows["lat"].to_numpy(), rows["lon"].to_numpy(), context=context)
    rows = rows.with_columns(ships_at_rest(rows, loitering, params))
    return FEATURES.ordered(pl.concat([rows, places, _time_of_day(rows, params)], how="horizontal"))


def _from_encounters(encounters: pl.DataFrame) -> pl.DataFrame:
    """Encounters as candidates; in a raft with a dredger, the category transfer becomes dredging."""
    dredged = (pl.col("category") == "dredging").any().over("group_id") & pl.col("group_id").is_not_null()
    category = pl.when((pl.col("category") == "transfer") & dredged).then(pl.lit("dredging"))
    return encounters.with_columns(
        geometry_category=category.otherwise("category"), event_type=pl.lit("encounter")
    ).rename({"encounter_id": "source_id"})


def _from_dark(dark: pl.DataFrame, gaps: pl.DataFrame, loitering: pl.DataFrame) -> pl.DataFrame:
    """Dark encounters as candidates; only the loitering of the ship that was received is observed."""
    received = loitering.select(loiter_id_2="loiter_id", observed_fraction="observed_fraction")
    gap_1 = gaps.select(gap_id_1="gap_id", draught_change_m_1="draught_change_m", can_judge_1="can_judge")
    gap_2 = gaps.select(gap_id_2="gap_id", can_judge_2="can_judge")
    return (
        dark.join(received, on="loiter_id_2", how="left", maintain_order="left")
        .join(gap_1, on="gap_id_1", how="left", maintain_order="left")
        .join(gap_2, on="gap_id_2", how="left", maintain_order="left")
        .rename({"dark_id": "source_id", "kind": "dark_kind"})
        .with_columns(
            event_type=pl.lit("dark_encounter"),
            gap_judged=pl.all_horizontal(pl.col("can_judge_1", "can_judge_2").fill_null(value=True)),
            duration_h=hours_of(pl.col("end_time") - pl.col("start_time")),
            same_hull_suspected=pl.lit(value=False),
        )
    )


def _from_solo(solo_stops: pl.DataFrame) -> pl.DataFrame:
    """Solo stops as candidates; vessel 2 was never received."""
    return (
        solo_stops.select(pl.exclude("loiter_id", "gap_id", "ship_type", "length_m", "shore_distance_m"))
        .rename(
            {
                "solo_id": "source_id",
                "kind": "solo_kind",
                "mmsi": "mmsi_1",
                "vessel_id": "vessel_id_1",
                "draught_change_m": "draught_change_m_1",
            }
        )
        .with_columns(event_type=pl.lit("solo"), same_hull_suspected=pl.lit(value=False))
    )


def _from_deliveries(deliveries: pl.DataFrame, params: ScoreParams) -> pl.DataFrame:
    """Deliveries with grounds that point to the embargo; there is only one ship.

    Of a call in a gap nothing was observed, so that such an event is not shown, as one of two ships in gaps.
    """
    grounded = pl.col("embargo_grounds").is_not_null() & (pl.col("p") >= params.min_delivery_p)
    called, came_in_view = pl.col("visit_id").is_not_null(), pl.col("origin_basis").is_in(["seen", "edge"])
    end = pl.coalesce("departure_time", "arrival_time")
    return deliveries.filter(grounded).select(
        source_id="delivery_id",
        event_type=pl.lit("delivery"),
        mmsi_1="mmsi",
        vessel_id_1="vessel_id",
        start_time="arrival_time",
        end_time=end,
        duration_h=hours_of(end - pl.col("arrival_time")),
        lat="lat",
        lon="lon",
        p_contact="p",
        observed_fraction=pl.when(~called)
        .then(0.0)
        .when(came_in_view)
        .then(1.0)
        .otherwise(params.one_sided_quality),
        same_hull_suspected=pl.lit(value=False),
        draught_change_m_1="draught_change_m",
        origin_basis="origin_basis",
        origin_port="origin_port",
        origin_p="origin_p",
        call_port="port_name",
        embargo_grounds="embargo_grounds",
        delivery_tonnes="tonnes",
        delivery_innocent="innocent_explanation",
    )


def _time_of_day(rows: pl.DataFrame, params: ScoreParams) -> pl.DataFrame:
    """Share of each candidate that was dark, and the local solar time at which it began [h]."""
    start = rows["start_time"].dt.epoch("ms").to_numpy() / MS_PER_S
    end = rows["end_time"].dt.epoch("ms").to_numpy() / MS_PER_S
    lat, lon = rows["lat"].to_numpy(), rows["lon"].to_numpy()
    shares = np.linspace(0.0, 1.0, params.n_sun_instants)
    instants = start[:, None] + (end - start)[:, None] * shares[None, :]
    down = sun_altitude_deg(instants, lat[:, None], lon[:, None]) < params.night_sun_altitude_deg
    return pl.DataFrame({"night_share": down.mean(axis=1), "local_start_h": solar_hour(start, lon)})
