"""Spells of two hulls alongside, or nearly: from instants in contact to encounters."""

from __future__ import annotations

from typing import Any

import pandas as pd
import polars as pl

from stsdetect.detect.alongside import find_contacts
from stsdetect.detect.category import category, same_hull
from stsdetect.detect.contact import p_contact
from stsdetect.detect.rigid import rigidity
from stsdetect.detect.runs import PAIR, seen, spells
from stsdetect.params import EncounterParams, TrackParams
from stsdetect.schema import CONTACTS, ENCOUNTERS, IDENTITY, POINTS, SEGMENTS, STATIC
from stsdetect.tracks import pairable, resample


def find_encounters(
    points: Any,
    identity: Any = None,
    static: Any = None,
    *,
    segments: Any = None,
    params: EncounterParams | None = None,
    track_params: TrackParams | None = None,
) -> pd.DataFrame:
    """Find spells of two hulls alongside or nearly so.

    Parameters
    ----------
    points : POINTS frame
        Cleaned positions.
    identity : IDENTITY frame, optional
        Sizes and types.
    static : STATIC frame, optional
        Draughts.
    segments : SEGMENTS frame, optional
        Keeps quarantined tracks and stations that are no ships out of it.
    params : EncounterParams, optional
        Limits; `EncounterParams.gfw()` is the published rule.
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
    contacts = find_contacts(resample(points, params=track_params), identity, params=params)
    return build_encounters(
        contacts, segments=segments, identity=identity, static=static, points=points, params=params
    )


def build_encounters(
    contacts: Any,
    *,
    segments: Any = None,
    identity: Any = None,
    static: Any = None,
    points: Any = None,
    params: EncounterParams | None = None,
) -> pd.DataFrame:
    """Join instants in contact into encounters.

    Parameters
    ----------
    contacts : CONTACTS frame
        Of any number of slabs, all rows of each pair.
    segments, identity, static, points : frames, optional
        Of the ships in `contacts`: hulls, types, draughts, and when each was seen.
    params : EncounterParams, optional
        Limits and the rule for `p_contact`.

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
    params = params or EncounterParams()
    rows = CONTACTS.validate(contacts).sort(CONTACTS.sort_by)
    rows = rows.sort(*PAIR, "timestamp", "hull_gap_m").unique(
        (*PAIR, "timestamp"), keep="first", maintain_order=True
    )
    presence = None
    if points is not None:
        presence = seen(POINTS.validate(points), max_unseen_s=params.max_unseen_s)
    rows = _spells(rows, presence, params)
    table = _measures(rows)
    table = table.filter(
        (pl.col("n_instants") >= params.min_instants)
        & (pl.col("duration_h") >= params.min_duration_h)
        & (pl.col("median_sog_kn") < params.max_median_sog_kn)
    )
    rows = rows.filter(pl.col("spell").is_in(table["spell"].implode()))
    table = table.join(rigidity(rows, by="spell", params=params), on="spell", how="left")
    table = _with_hulls(table, segments)
    table = _with_types(table, identity)
    table = _with_draughts(table, static, params)
    table = table.with_columns(same_hull_suspected=same_hull(params)).with_columns(
        category=category(params), n_in_group=pl.lit(2, pl.Int32)
    )
    table = table.with_columns(p_contact=p_contact(table, params))
    return ENCOUNTERS.to_pandas(table)


def _spells(rows: pl.DataFrame, presence: pl.DataFrame | None, params: EncounterParams) -> pl.DataFrame:
    if params.measure == "distance":
        near = pl.lit(value=True)
        far = ~near
    else:
        least = pl.col("hull_gap_m") - pl.col("hull_gap_error_m")
        near, far = least <= params.max_hull_gap_m, least > params.release_hull_gap_m
    return spells(
        rows,
        holds=near,
        releases=far,
        max_apart_s=params.max_apart_s,
        max_silence_s=params.max_silence_h * 3600.0,
        presence=presence,
    )


def _measures(rows: pl.DataFrame) -> pl.DataFrame:
    """One row a spell: times, place, gap, speeds."""
    sog = pl.mean_horizontal("sog_1", "sog_2")
    step_ms = pl.col("timestamp").dt.epoch("ms").diff().median()
    turn = (pl.col("heading_1") - pl.col("heading_2")).radians()
    known = pl.col("heading_1").is_not_null() & pl.col("heading_2").is_not_null()
    table = rows.group_by("spell", maintain_order=True).agg(
        pl.col(PAIR).first(),
        pl.col("segment_id_1", "segment_id_2").first(),
        start_time=pl.col("timestamp").min(),
        end_time=pl.col("timestamp").max(),
        n_instants=pl.len(),
        step_ms=step_ms,
        n_observed=pl.col("observed").sum(),
        lat=pl.col("lat").median(),
        lon_0=pl.col("lon").first(),
        lon_shift=((pl.col("lon") - pl.col("lon").first() + 180.0) % 360.0 - 180.0).median(),
        min_hull_gap_m=pl.col("hull_gap_m").min(),
        median_hull_gap_m=pl.col("hull_gap_m").median(),
        hull_gap_error_m=pl.col("hull_gap_error_m").median(),
        overlap_m=pl.col("overlap_m").median(),
        abreast=pl.col("abreast").median(),
        median_sog_kn=sog.median(),
        max_sog_kn=sog.quantile(0.95),
        sizes_known=pl.col("sizes_known").median().cast(pl.Int32),
        headings_known=sum(
            (pl.col(f"heading_{s}").is_not_null().mean() > 0.5).cast(pl.Int32) for s in ("1", "2")
        ),
        cos_turn=pl.when(known).then(turn.cos()).mean(),
    )
    length_ms = (pl.col("end_time") - pl.col("start_time")).dt.total_milliseconds()
    return table.with_columns(
        duration_h=length_ms / 3_600_000,
        lon=(pl.col("lon_0") + pl.col("lon_shift") + 180.0) % 360.0 - 180.0,
        observed_fraction=(pl.col("n_observed") / (1 + length_ms / pl.col("step_ms")))
        .fill_null(0.0)
        .clip(0.0, 1.0),
        median_sog_kn=pl.col("median_sog_kn").fill_null(0.0),
        max_sog_kn=pl.col("max_sog_kn").fill_null(0.0),
        orientation=pl.when(pl.col("cos_turn").is_null())
        .then(pl.lit("unknown"))
        .when(pl.col("cos_turn") > 0.8)
        .then(pl.lit("same"))
        .when(pl.col("cos_turn") < -0.8)
        .then(pl.lit("opposite"))
        .otherwise(pl.lit("other")),
        encounter_id=pl.format("{}-{}-{}", *PAIR, pl.col("start_time").dt.strftime("%Y%m%dT%H%M%SZ")),
    )


def _with_hulls(table: pl.DataFrame, segments: Any) -> pl.DataFrame:
    """Join the hull that each segment belongs to; its number where no table of segments is given."""
    hulls = (
        SEGMENTS.validate(segments) if segments is not None else SEGMENTS.validate(SEGMENTS.empty())
    ).select("segment_id", "vessel_id")
    for side in ("1", "2"):
        table = table.join(
            hulls.rename({"segment_id": f"segment_id_{side}", "vessel_id": f"vessel_id_{side}"}),
            on=f"segment_id_{side}",
            how="left",
        ).with_columns(pl.col(f"vessel_id_{side}").fill_null(pl.col(f"mmsi_{side}").cast(pl.String)))
    return table


def _with_types(table: pl.DataFrame, identity: Any) -> pl.DataFrame:
    spells = (
        IDENTITY.validate(identity) if identity is not None else IDENTITY.validate(IDENTITY.empty())
    ).filter(pl.col("ship_type").is_not_null())
    types = spells.sort("mmsi", "start_time", "ship_type").group_by("mmsi").agg(pl.col("ship_type").last())
    for side in ("1", "2"):
        table = table.join(
            types.rename({"mmsi": f"mmsi_{side}", "ship_type": f"type_{side}"}), on=f"mmsi_{side}", how="left"
        ).with_columns(pl.col(f"type_{side}").fill_null(0))
    return table


def _with_draughts(table: pl.DataFrame, static: Any, params: EncounterParams) -> pl.DataFrame:
    """Draught after the spell less draught before it; null unless both were reported."""
    reports = STATIC.validate(static) if static is not None else STATIC.validate(STATIC.empty())
    reports = (
        reports.filter(pl.col("draught") > 0)
        .select("mmsi", "timestamp", "draught")
        .sort("timestamp", "mmsi", "draught")
    )
    window = pl.duration(seconds=int(params.draught_window_h * 3600))
    for side in ("1", "2"):
        mine = reports.rename({"mmsi": f"mmsi_{side}"})
        found = table.select("spell", f"mmsi_{side}", "start_time", latest=pl.col("end_time") + window)
        for name, when in (("before", "start_time"), ("after", "latest")):
            found = found.sort(when).join_asof(
                mine.rename({"timestamp": f"{name}_time", "draught": name}),
                left_on=when,
                right_on=f"{name}_time",
                by=f"mmsi_{side}",
                check_sortedness=False,
            )
        change = pl.when(pl.col("after_time") > pl.col("start_time")).then(pl.col("after") - pl.col("before"))
        table = table.join(
            found.select("spell", change.alias(f"draught_change_m_{side}")), on="spell", how="left"
        )
    return table
