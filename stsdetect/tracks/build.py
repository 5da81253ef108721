"""From positions and static reports to tracks: the order of the steps, and the tally of what was rejected."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pandas as pd
import polars as pl

from stsdetect.arrays import row_sum
from stsdetect.errors import SchemaError
from stsdetect.geo.geodesy import distance_m
from stsdetect.params import TrackParams
from stsdetect.schema import IDENTITY, POINTS, POSITIONS, REJECTED, REJECTS, SEGMENTS, STATIC, Frame
from stsdetect.tracks.cleaning import QualityFlag, Reason, clean
from stsdetect.tracks.delayed import mistimed_fixes
from stsdetect.tracks.fixes import SPIKE, fixes_of
from stsdetect.tracks.identity import identity_spells, station_kinds
from stsdetect.tracks.mmsi import kind_of
from stsdetect.tracks.segmentation import split_tracks
from stsdetect.tracks.spoofing import quarantine, quarantine_crowds
from stsdetect.tracks.vessels import hulls_of_mmsis, joined_hulls, with_vessel_ids
from stsdetect.units import MS_PER_H, MS_PER_S

_NOT_AVAILABLE_DEG = (91.0, 181.0)  # latitude and longitude without a fix, ITU-R M.1371


class Tracks(NamedTuple):
    """Result of `build_tracks`."""

    points: pd.DataFrame
    """POINTS: cleaned positions in their segments."""
    segments: pd.DataFrame
    """SEGMENTS: consistent tracks of one transponder each."""
    identity: pd.DataFrame
    """IDENTITY: what each MMSI broadcast as its identity, and when."""
    rejects: pd.DataFrame
    """REJECTS: counts of rejected rows; with the points and copies they add up to the rows that came in."""
    rejected: pd.DataFrame
    """REJECTED: the rows behind those counts."""
    copies: pd.DataFrame
    """POSITIONS set aside because another row has the same MMSI, time and position."""


class TrackTables(NamedTuple):
    """Result of `track_tables`: as `Tracks`, in polars and sorted."""

    points: pl.DataFrame
    segments: pl.DataFrame
    identity: pl.DataFrame
    rejects: pl.DataFrame
    rejected: pl.DataFrame
    copies: pl.DataFrame
    halts: pl.DataFrame
    """Where each ship lay, from which crowds of all ships are found; see `quarantine_crowds`."""


def build_tracks(
    positions: Frame, static: Frame | None = None, *, params: TrackParams | None = None
) -> Tracks:
    """Clean positions, split them into tracks of one transponder each, and collect the identities broadcast.

    A hull that went on under another MMSI keeps its `vessel_id`.

    Parameters
    ----------
    positions : frame
        POSITIONS, rows in any order; all fixes of an MMSI must be in one call. Only ``mmsi, timestamp, lat,
        lon`` must be there, and ``sog`` [kn], ``cog`` [deg] should. Times must have a zone. The MMSI may be
        text or a float where it is exact, such as ``"412000001"``.
    static : frame, optional
        STATIC of the same MMSIs.
    params : TrackParams, optional
        Limits.

    Returns
    -------
    Tracks

    Raises
    ------
    SchemaError
        If a table lacks a column or holds forbidden values, or latitude and longitude are swapped.
    ParamError
        If `params` is not a `TrackParams`.

    Examples
    --------
    >>> import pandas as pd
    >>> t = pd.date_range("2024-01-01", periods=4, freq="min", tz="UTC")
    >>> p = pd.DataFrame(
    ...     {"mmsi": 412000001, "timestamp": t, "lat": [30.0, 30.001, 55.0, 30.003], "lon": 122.5})
    >>> tracks = build_tracks(p)
    >>> len(tracks.points), tracks.rejects[["reason", "count"]].values.tolist()
    (3, [['spike', 1]])
    """
    params = TrackParams.of(params)
    fixes = POSITIONS.validate(positions)
    _refuse_swapped(fixes, params)
    tables = track_tables(fixes, STATIC.optional(static), params=params)
    hulls = joined_hulls(tables.segments, tables.identity, params=params)
    return Tracks(
        POINTS.to_pandas(with_vessel_ids(tables.points, hulls.vessel_ids)),
        SEGMENTS.to_pandas(hulls.segments),
        IDENTITY.to_pandas(hulls.identity),
        REJECTS.to_pandas(tables.rejects),
        REJECTED.to_pandas(tables.rejected),
        POSITIONS.to_pandas(tables.copies),
    )


def track_tables(
    positions: pl.DataFrame,
    static: pl.DataFrame,
    *,
    params: TrackParams | None = None,
    crowds: pl.DataFrame | None = None,
) -> TrackTables:
    """As `build_tracks`, in polars and before `joined_hulls`, which needs the vessels of all buckets.

    Parameters
    ----------
    positions, static : polars.DataFrame
        Validated POSITIONS and STATIC; see `build_tracks`.
    params : TrackParams, optional
    crowds : polars.DataFrame, optional
        From `stsdetect.geo.crowds.crowded_cells` of all ships; found among these ships if not given.

    Returns
    -------
    TrackTables
    """
    params = TrackParams.of(params)
    rows, rejected, copies = clean(positions, params)
    del positions
    kind = pl.Series(kind_of(rows["mmsi"].to_numpy(), rows["ais_class"].to_numpy()).tolist(), dtype=pl.String)
    rows = rows.with_columns(kind=kind)
    fixes = fixes_of(rows, params)
    split = split_tracks(fixes, params)
    wrong = mistimed_fixes(fixes, np.where(split.many_ships, SPIKE, split.track), params)
    if wrong.any():
        mistimed = rows.filter(wrong).with_columns(reason=pl.lit(Reason.WRONG_TIME))
        rejected = pl.concat([rejected, mistimed.select(rejected.columns)])
        rows = rows.filter(~wrong)
        fixes = fixes_of(rows, params)
        split = split_tracks(fixes, params)
    judged = quarantine(fixes, split.track, params, many_ships=split.many_ships)
    judged, halts = quarantine_crowds(fixes, judged, params, crowds)
    flags = pl.col("quality_flags") + pl.lit(pl.Series(split.off_line * int(QualityFlag.OFF_LINE)))
    rows = rows.with_columns(
        track=judged.track,
        ambiguous=split.ambiguous,
        quarantine_reason=pl.Series(judged.reason.tolist(), dtype=pl.String),
        quality_flags=flags,
    )
    del fixes, split, judged
    spikes = rows.filter(pl.col("track") == SPIKE).with_columns(reason=pl.lit(Reason.SPIKE))
    rejected = pl.concat([rejected, spikes.select(rejected.columns)])
    rows = _with_segment_id(rows.filter(pl.col("track") != SPIKE))
    kinds = station_kinds(rows, static, params)
    segments = _segments(rows, kinds, params)
    vessel = segments.select("segment_id", "vessel_id")
    rows = rows.join(vessel, on="segment_id", how="left", maintain_order="left")
    return TrackTables(
        POINTS.ordered(rows),
        SEGMENTS.ordered(segments),
        IDENTITY.ordered(identity_spells(static, segments, kinds, params)),
        REJECTS.ordered(_tally(rejected)),
        REJECTED.ordered(rejected),
        POSITIONS.ordered(copies),
        halts,
    )


def _refuse_swapped(positions: pl.DataFrame, params: TrackParams) -> None:
    """Raise where latitudes lie beyond 90 degrees and longitudes do not, as in swapped columns."""
    known = positions.filter(~pl.any_horizontal(pl.col("lat", "lon").abs().is_in(_NOT_AVAILABLE_DEG)))
    lat, lon = known["lat"].abs(), known["lon"].abs()
    far = ((lat > 90) & (lat <= 180)).sum()
    if far > params.swapped_lat_share * known.height and not (lon > 90).any():
        row = known.filter(lat > 90).select("lat", "lon").row(0)
        raise SchemaError(
            f"table 'positions': lat and lon look swapped: {far} of {known.height} latitudes lie beyond 90 "
            f"degrees and no longitude does, for example lat {row[0]}, lon {row[1]}. Rename the columns."
        )


def pairable(points: pl.DataFrame, segments: pl.DataFrame) -> pl.DataFrame:
    """Points that may take part in an encounter: those of ships in segments that are not quarantined.

    Parameters
    ----------
    points, segments : polars.DataFrame
        Validated POINTS and SEGMENTS.

    Returns
    -------
    polars.DataFrame
        POINTS without those of quarantined segments and of stations that are not ships, sorted.
    """
    sound = segments.filter(~pl.col("quarantined") & (pl.col("kind") == "ship"))["segment_id"]
    points = points.filter(pl.col("segment_id").is_in(sound.implode()))
    return points.sort(POINTS.sort_by, nulls_last=True, maintain_order=True)


def _with_segment_id(rows: pl.DataFrame) -> pl.DataFrame:
    """Name segments by MMSI and first time, and by an ordinal where several begin in one second."""
    heads = rows.group_by("track", maintain_order=True).agg(
        pl.col("mmsi").first(), pl.col("timestamp").min(), pl.col("lat").first(), pl.col("lon").first()
    )
    heads = heads.sort("mmsi", "timestamp", "lat", "lon", maintain_order=True)
    stamp = pl.col("timestamp").dt.strftime("%Y%m%dT%H%M%S")
    heads = heads.with_columns(stamp=stamp).with_columns(ordinal=pl.int_range(pl.len()).over("mmsi", "stamp"))
    heads = heads.select("track", segment_id=pl.format("{}-{}-{}", "mmsi", "stamp", "ordinal"))
    return rows.join(heads, on="track", how="left", maintain_order="left")


def _segments(rows: pl.DataFrame, kinds: pl.DataFrame, params: TrackParams) -> pl.DataFrame:
    """SEGMENTS from the fixes of each, with ``ambiguous`` and ``shared``."""
    columns = ("mmsi", "ais_class", "timestamp", "lat", "lon", "quarantine_reason", "ambiguous")
    rows = rows.select("segment_id", *columns).sort("segment_id", "timestamp", maintain_order=True)
    lat, lon = rows["lat"].to_numpy(), rows["lon"].to_numpy()
    step_m = np.zeros(len(lat))
    if len(lat) > 1:
        same = (rows["segment_id"] == rows["segment_id"].shift(1)).to_numpy()[1:]
        step_m[1:] = np.where(same, distance_m(lat[:-1], lon[:-1], lat[1:], lon[1:]), 0.0)
    rows = rows.with_columns(step_m=step_m)
    segments = rows.group_by("segment_id", maintain_order=True).agg(
        pl.col("mmsi").first(),
        start_time=pl.col("timestamp").first(),
        end_time=pl.col("timestamp").last(),
        n_points=pl.len().cast(pl.Int64),
        start_lat=pl.col("lat").first(),
        start_lon=pl.col("lon").first(),
        end_lat=pl.col("lat").last(),
        end_lon=pl.col("lon").last(),
        distance_m=row_sum(pl.col("step_m")),
        median_interval_s=pl.col("timestamp").diff().dt.total_milliseconds().median() / MS_PER_S,
        ais_class=pl.col("ais_class").mode().sort().first(),
        quarantined=pl.col("quarantine_reason").first().is_not_null(),
        quarantine_reason=pl.col("quarantine_reason").first(),
        ambiguous=pl.col("ambiguous").any(),
    )
    segments = segments.join(
        hulls_of_mmsis(segments, params), on="segment_id", how="left", maintain_order="left"
    )
    gap = pl.col("start_time").shift(-1).over("vessel_id", order_by="start_time") - pl.col("end_time")
    timeout = gap.dt.total_milliseconds() > params.max_segment_gap_h * MS_PER_H
    return segments.join(kinds, on="mmsi", how="left", maintain_order="left").with_columns(
        close_reason=pl.when("ambiguous")
        .then(pl.lit("ambiguous"))
        .when(timeout.fill_null(value=False))
        .then(pl.lit("timeout"))
        .otherwise(pl.lit("end")),
    )


def _tally(rejected: pl.DataFrame) -> pl.DataFrame:
    """REJECTS: rows and up to three examples per reason."""
    sample = pl.format(
        "{} {} {} {}", "mmsi", pl.col("timestamp").dt.strftime("%Y-%m-%dT%H:%M:%SZ"), "lat", "lon"
    )
    return (
        rejected.with_columns(sample=sample)
        .group_by("reason", maintain_order=True)
        .agg(
            stage=pl.lit("tracks"),
            count=pl.len().cast(pl.Int64),
            sample=pl.col("sample").head(3).str.join("\n"),
        )
    )
