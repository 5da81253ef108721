"""Encounters: spells in which the hulls of two ships were in contact, or nearly.

Common instants -> contacts (`contacts`) -> spells (`spells`) -> one row per spell (`spell_statistics`) with
attributes, approach, category and probability -> rafts and repeats (`groups`).
"""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import polars as pl

from stsdetect.detection.encounters.approach import with_approach
from stsdetect.detection.encounters.contact_rule import capped_where_ruled_out, p_contact
from stsdetect.detection.encounters.contacts import find_contacts
from stsdetect.detection.encounters.geometry_category import category, same_hull
from stsdetect.detection.encounters.groups import link_encounters
from stsdetect.detection.encounters.spell_statistics import spell_statistics
from stsdetect.detection.encounters.spells import PAIR, received_periods, spells
from stsdetect.detection.vessel_attributes import with_vessel_attributes
from stsdetect.model import DEFAULT_MODEL, ContactModel, model_or_rule
from stsdetect.params import DraughtParams, EncounterParams, TrackParams
from stsdetect.schema import ENCOUNTERS, IDENTITY, POINTS, SEGMENTS, STATIC, Frame
from stsdetect.tracks import common_instants, pairable
from stsdetect.units import MS_PER_S, S_PER_H


def find_encounters(
    points: Frame,
    *,
    segments: Frame | None = None,
    identity: Frame | None = None,
    static: Frame | None = None,
    params: EncounterParams | None = None,
    draught_params: DraughtParams | None = None,
    track_params: TrackParams | None = None,
    model: ContactModel | str | Path = DEFAULT_MODEL,
) -> pd.DataFrame:
    """Find spells in which two hulls lay alongside each other, or nearly.

    Parameters
    ----------
    points : POINTS frame
        Cleaned positions.
    segments : SEGMENTS frame, optional
        Leaves out quarantined segments and stations that are not ships, and ties segments to hulls.
    identity : IDENTITY frame, optional
        Sizes and types. Without them every outline is drawn from plausible ones, and gaps have wide errors.
    static : STATIC frame, optional
        Draughts.
    params : EncounterParams, optional
        Limits; `EncounterParams.gfw()` is the published rule of Global Fishing Watch.
    draught_params : DraughtParams, optional
        How long after a spell a change of draught counts for it.
    track_params : TrackParams, optional
        Step of the common instants and longest interval that is interpolated.
    model : ContactModel, str or Path
        Gives `p_contact`: a model, or the name or folder of one; by default the bundled one, as in a run.
        ``"rule"`` asks for the contact rule, which needs no training.

    Returns
    -------
    pandas.DataFrame
        ENCOUNTERS, sorted by start, look-alikes included, each with its `p_contact`.

    Raises
    ------
    SchemaError
        If a table lacks a column or holds forbidden values.
    ModelError
        If there is no such model, or it is damaged.
    ParamError
        If `model` is none of these, for instance None.

    References
    ----------
    N. A. Miller et al., "Identifying global patterns of transshipment behavior", Front. Mar. Sci. 5 (2018)
    240: the rule by distance. Equations: the hull gap and its error in `contacts.hull_gaps`, the rigid-body
    test in `rigid_body.rigidity`, the probability by the rule in `contact_rule.p_contact`.

    Examples
    --------
    >>> find_encounters(POINTS.empty()).empty
    True
    """
    params, contact_model = EncounterParams.of(params), model_or_rule(model)
    tables = {"segments": SEGMENTS.optional(segments), "identity": IDENTITY.optional(identity)}
    fixes = POINTS.validate(points)
    if segments is not None:
        fixes = pairable(fixes, tables["segments"])
    instants = common_instants(fixes, params=track_params)
    contacts = find_contacts(instants, identity=tables["identity"], params=params)
    encounters = build_encounters(
        contacts,
        points=fixes.lazy(),
        static=STATIC.optional(static),
        **tables,
        params=params,
        draught_params=draught_params,
    )
    if contact_model is not None:
        encounters = encounters.with_columns(contact_model.p_contact(encounters))
    return ENCOUNTERS.to_pandas(encounters)


def build_encounters(
    contacts: pl.DataFrame,
    *,
    points: pl.LazyFrame,
    segments: pl.DataFrame,
    identity: pl.DataFrame,
    static: pl.DataFrame,
    params: EncounterParams | None = None,
    draught_params: DraughtParams | None = None,
) -> pl.DataFrame:
    """`pair_encounters`, which takes each pair by itself, then `link_encounters`, which takes all of them."""
    encounters = pair_encounters(
        contacts,
        points=points,
        segments=segments,
        identity=identity,
        static=static,
        params=params,
        draught_params=draught_params,
    )
    return link_encounters(encounters, params=params)


def pair_encounters(
    contacts: pl.DataFrame,
    *,
    points: pl.LazyFrame,
    segments: pl.DataFrame,
    identity: pl.DataFrame,
    static: pl.DataFrame,
    params: EncounterParams | None = None,
    draught_params: DraughtParams | None = None,
) -> pl.DataFrame:
    """Join the contacts of some pairs into encounters, each pair by itself.

    Parameters
    ----------
    contacts : polars.DataFrame
        CONTACTS: all rows of each pair.
    points : polars.LazyFrame
        POINTS; only the ships and columns that are needed are read.
    segments, identity, static : polars.DataFrame
        SEGMENTS, IDENTITY and STATIC of the ships in `contacts`.
    params : EncounterParams, optional
        Limits and the rule for `p_contact`.
    draught_params : DraughtParams, optional
        How long after a spell a change of draught counts for it.

    Returns
    -------
    polars.DataFrame
        ENCOUNTERS, sorted by start, not yet grouped; see `link_encounters`.
    """
    params = EncounterParams.of(params)
    rows = contacts.sort(
        *PAIR, "timestamp", "hull_gap_m", "segment_id_1", "segment_id_2", maintain_order=True
    )
    rows = rows.unique((*PAIR, "timestamp"), keep="first", maintain_order=True)
    # The published rule takes spells longer than its limit, and none of just that length.
    long_enough = pl.col("duration_h").gt if params.measure == "distance" else pl.col("duration_h").ge
    table = spell_statistics(_spells(rows, points, params), params).filter(
        (pl.col("n_instants") >= params.min_instants)
        & long_enough(params.min_duration_h)
        & (pl.col("median_sog_kn") < params.max_median_sog_kn)
    )
    table = table.with_columns(
        encounter_id=pl.format("{}-{}-{}", *PAIR, pl.col("start_time").dt.strftime("%Y%m%dT%H%M%SZ"))
    )
    table = with_vessel_attributes(
        table, segments=segments, identity=identity, static=static, params=DraughtParams.of(draught_params)
    ).filter(pl.col("vessel_id_1") != pl.col("vessel_id_2"))
    table = with_approach(table, _fixes(points, table), params)
    table = table.with_columns(same_hull_suspected=same_hull(params))
    table = table.with_columns(category=category(params), p_contact=p_contact(table, params))
    table = table.with_columns(ruled_out=_ruled_out())
    table = ENCOUNTERS.validate(
        table.with_columns(
            capped_where_ruled_out(params),
            group_id=pl.lit(None, pl.String),
            n_in_group=pl.lit(2, pl.Int32),
        )
    )
    return table.sort(ENCOUNTERS.sort_by, nulls_last=True, maintain_order=True)


def _ruled_out() -> pl.Expr:
    """Why two ships cannot lie alongside, however close together they seem to be."""
    return (
        pl.when("same_hull_suspected")
        .then(pl.lit("one hull"))
        .when(pl.col("category") == "passing")
        .then(pl.lit("passing"))
    )


def _spells(rows: pl.DataFrame, points: pl.LazyFrame, params: EncounterParams) -> pl.DataFrame:
    """Contacts that belong to a spell, numbered; `params.measure` selects what begins and ends one."""
    below_s = 0.0
    if params.measure == "distance":
        holds = pl.col("east_m") ** 2 + pl.col("north_m") ** 2 <= params.max_distance_m**2
        releases = ~holds
        # The published rule joins spells less than its limit apart; times are in whole milliseconds.
        below_s = 1.0 / MS_PER_S
    else:
        least = pl.col("hull_gap_m") - pl.col("hull_gap_error_m").clip(upper_bound=params.max_gate_error_m)
        holds, releases = least <= params.max_hull_gap_m, least > params.release_hull_gap_m

    def received(breaks: pl.DataFrame) -> pl.DataFrame:
        return received_periods(_fixes(points, breaks), max_unseen_s=params.max_unseen_s)

    return spells(
        rows,
        holds=holds,
        releases=releases,
        max_apart_s=params.max_apart_s - below_s,
        max_pair_gap_s=params.max_pair_gap_h * S_PER_H - below_s,
        received=received,
    )


def _fixes(points: pl.LazyFrame, pairs: pl.DataFrame) -> pl.DataFrame:
    """Fixes of the ships in `pairs`."""
    ships = pl.concat([pairs[side] for side in PAIR]).unique(maintain_order=True)
    fixes = points.select("mmsi", "timestamp", "lat", "lon")
    return fixes.filter(pl.col("mmsi").is_in(ships.implode())).collect()
