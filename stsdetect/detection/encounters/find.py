"""Spells of two hulls alongside, or nearly: from instants in contact to encounters."""

from __future__ import annotations

import pandas as pd
import polars as pl

from stsdetect.detection.encounters.approach import with_phases
from stsdetect.detection.encounters.contact_rule import at_most_ruled_out, p_contact
from stsdetect.detection.encounters.contacts import find_contacts
from stsdetect.detection.encounters.geometry_category import category, same_hull
from stsdetect.detection.encounters.groups import link_encounters
from stsdetect.detection.encounters.spell_statistics import spell_measures
from stsdetect.detection.encounters.spells import PAIR, seen, spells
from stsdetect.detection.vessel_attributes import with_particulars
from stsdetect.params import DraughtParams, EncounterParams, TrackParams
from stsdetect.schema import CONTACTS, ENCOUNTERS, POINTS, Frame
from stsdetect.tracks import pairable, resample


def find_encounters(
    points: Frame,
    *,
    segments: Frame | None = None,
    identity: Frame | None = None,
    static: Frame | None = None,
    params: EncounterParams | None = None,
    draught_params: DraughtParams | None = None,
    track_params: TrackParams | None = None,
) -> pd.DataFrame:
    """Find spells of two hulls alongside or nearly so.

    Parameters
    ----------
    points : POINTS frame
        Cleaned positions.
    segments : SEGMENTS frame, optional
        Leaves out quarantined tracks and stations that are not ships.
    identity : IDENTITY frame, optional
        Sizes and types.
    static : STATIC frame, optional
        Draughts.
    params : EncounterParams, optional
        Limits; `EncounterParams.gfw()` is the published rule.
    draught_params : DraughtParams, optional
        When a draught counts as changed.
    track_params : TrackParams, optional
        Step of the common instants and longest hole that is interpolated.

    Returns
    -------
    pandas.DataFrame
        ENCOUNTERS, look-alikes included, each with its `p_contact`.

    Raises
    ------
    SchemaError
        If a table lacks a column or holds forbidden values.

    Examples
    --------
    >>> find_encounters(POINTS.empty()).empty
    True
    """
    points, params = POINTS.validate(points), params or EncounterParams()
    if segments is not None:
        points = POINTS.validate(pairable(points, segments))
    contacts = find_contacts(resample(points, params=track_params), identity=identity, params=params)
    return build_encounters(
        contacts,
        segments=segments,
        identity=identity,
        static=static,
        points=points,
        params=params,
        draught_params=draught_params,
    )


def build_encounters(
    contacts: Frame,
    *,
    segments: Frame | None = None,
    identity: Frame | None = None,
    static: Frame | None = None,
    points: Frame | None = None,
    params: EncounterParams | None = None,
    draught_params: DraughtParams | None = None,
) -> pd.DataFrame:
    """Join instants in contact into encounters: `pair_encounters`, then `link_encounters`.

    Parameters
    ----------
    contacts : CONTACTS frame
        Of any number of slabs, all rows.
    segments, identity, static, points : frames, optional
        Of the ships in `contacts`: hulls, types, draughts, and when and where each was seen. Of a polars
        LazyFrame of points only the ships and columns that matter are read.
    params : EncounterParams, optional
        Limits and the rule for `p_contact`.
    draught_params : DraughtParams, optional
        When a draught counts as changed.

    Returns
    -------
    pandas.DataFrame
        ENCOUNTERS.

    Raises
    ------
    SchemaError
        If a table lacks a column or holds forbidden values.

    Examples
    --------
    >>> build_encounters(CONTACTS.empty()).empty
    True
    """
    found = pair_encounters(
        contacts,
        segments=segments,
        identity=identity,
        static=static,
        points=points,
        params=params,
        draught_params=draught_params,
    )
    return link_encounters(found, params=params)


def pair_encounters(
    contacts: Frame,
    *,
    segments: Frame | None = None,
    identity: Frame | None = None,
    static: Frame | None = None,
    points: Frame | None = None,
    params: EncounterParams | None = None,
    draught_params: DraughtParams | None = None,
) -> pd.DataFrame:
    """Join the instants in contact of some pairs into encounters, each pair for itself.

    Parameters
    ----------
    contacts : CONTACTS frame
        Of any number of slabs, all rows of each pair.
    segments, identity, static, points : frames, optional
        As for `build_encounters`.
    params : EncounterParams, optional
        Limits and the rule for `p_contact`.
    draught_params : DraughtParams, optional
        When a draught counts as changed.

    Returns
    -------
    pandas.DataFrame
        ENCOUNTERS, without groups; see `link_encounters`.

    Raises
    ------
    SchemaError
        If a table lacks a column or holds forbidden values.
    """
    params = params or EncounterParams()
    rows = CONTACTS.validate(contacts).sort(*PAIR, "timestamp", "hull_gap_m", "segment_id_1", "segment_id_2")
    rows = rows.unique((*PAIR, "timestamp"), keep="first", maintain_order=True)
    rows = _spells(rows, points, params)
    table = spell_measures(rows, params).filter(
        (pl.col("n_instants") >= params.min_instants)
        & (pl.col("duration_h") >= params.min_duration_h)
        & (pl.col("median_sog_kn") < params.max_median_sog_kn)
    )
    table = table.with_columns(
        encounter_id=pl.format("{}-{}-{}", *PAIR, pl.col("start_time").dt.strftime("%Y%m%dT%H%M%SZ"))
    )
    table = with_particulars(
        table, segments=segments, identity=identity, static=static, params=draught_params or DraughtParams()
    )
    table = with_phases(table, _fixes(points, table), params)
    table = table.with_columns(same_hull_suspected=same_hull(params))
    table = table.with_columns(category=category(params), p_contact=p_contact(table, params))
    table = table.with_columns(ruled_out=_ruled_out())
    return ENCOUNTERS.to_pandas(
        table.with_columns(
            at_most_ruled_out(params),
            group_id=pl.lit(None, pl.String),
            n_in_group=pl.lit(2, pl.Int32),
        )
    )


def _ruled_out() -> pl.Expr:
    """Why the two cannot lie alongside, however near they seem."""
    return (
        pl.when("same_hull_suspected")
        .then(pl.lit("one hull"))
        .when(pl.col("category") == "passing")
        .then(pl.lit("passing"))
    )


def _spells(rows: pl.DataFrame, points: Frame | None, params: EncounterParams) -> pl.DataFrame:
    """Rows of the spells, numbered: what counts as near depends on the measure."""
    if params.measure == "distance":
        near = pl.col("east_m") ** 2 + pl.col("north_m") ** 2 <= params.max_distance_m**2
        far = ~near
    else:
        least = pl.col("hull_gap_m") - pl.col("hull_gap_error_m").clip(upper_bound=params.max_gate_error_m)
        near, far = least <= params.max_hull_gap_m, least > params.release_hull_gap_m

    def presence(holes: pl.DataFrame) -> pl.DataFrame:
        return seen(_fixes(points, holes), max_unseen_s=params.max_unseen_s)

    return spells(
        rows,
        holds=near,
        releases=far,
        max_apart_s=params.max_apart_s,
        max_pair_gap_s=params.max_pair_gap_h * 3600.0,
        presence=presence,
    )


def _fixes(points: Frame | None, pairs: pl.DataFrame) -> pl.DataFrame:
    """Where and when the ships of `pairs` were seen; read no more than that from a lazy frame."""
    ships = pl.concat([pairs[side] for side in PAIR]).unique()
    columns = ("mmsi", "timestamp", "lat", "lon")
    if isinstance(points, pl.LazyFrame):
        return points.select(columns).filter(pl.col("mmsi").is_in(ships.implode())).collect()
    table = POINTS.optional(points)
    return table.select(columns).filter(pl.col("mmsi").is_in(ships.implode()))
