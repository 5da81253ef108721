"""From positions and static reports to tracks: the order of the steps, and their books."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pandas as pd
import polars as pl

from stsdetect.geo.geodesy import distance_m
from stsdetect.params import TrackParams
from stsdetect.schema import IDENTITY, POINTS, POSITIONS, REJECTED, REJECTS, SEGMENTS, STATIC, Frame
from stsdetect.tracks.cleaning import QualityFlag, Reason, clean
from stsdetect.tracks.delayed import wrong_times
from stsdetect.tracks.fixes import SPIKE, Motion
from stsdetect.tracks.identity import identity_spells, kinds
from stsdetect.tracks.mmsi import kind_of
from stsdetect.tracks.segmentation import split_tracks
from stsdetect.tracks.spoofing import judge_tracks
from stsdetect.tracks.vessels import hulls_of_mmsis
from stsdetect.units import MS_PER_H, MS_PER_S

_CLASS_CODE = {"A": 1, "B": 2, "base": 3, "aton": 4, "sar": 5}


class Tracks(NamedTuple):
    """What `build_tracks` returns."""

    points: pd.DataFrame
    """POINTS: cleaned positions in their segments."""
    segments: pd.DataFrame
    """SEGMENTS: one consistent track of one transmitter each."""
    identity: pd.DataFrame
    """IDENTITY: who each number said it was, and when."""
    rejects: pd.DataFrame
    """REJECTS: rows in = points + the counts here."""
    rejected: pd.DataFrame
    """REJECTED: the rows behind those counts."""


def build_tracks(
    positions: Frame, static: Frame | None = None, *, params: TrackParams | None = None
) -> Tracks:
    """Clean positions, cut them into tracks of one transmitter each, and say who each number was.

    Parameters
    ----------
    positions : frame
        POSITIONS, rows in any order; all fixes of a number belong in one call.
    static : frame, optional
        STATIC.
    params : TrackParams, optional
        Limits.

    Returns
    -------
    Tracks

    Examples
    --------
    >>> import pandas as pd
    >>> t = pd.date_range("2024-01-01", periods=4, freq="min", tz="UTC")
    >>> p = pd.DataFrame({"mmsi": 412000001, "timestamp": t, "lat": [30.0, 30.001, 55.0, 30.003],
    ...     "lon": 122.5, "ais_class": "A", "msg_type": 1, "source": "x"})
    >>> tracks = build_tracks(p)
    >>> len(tracks.points), tracks.rejects[["reason", "count"]].values.tolist()
    (3, [['spike', 1]])
    """
    params = params or TrackParams()
    rows = POSITIONS.validate(positions)
    said = STATIC.optional(static)
    fixes, rejected = clean(rows, params)
    kind = pl.Series(
        kind_of(fixes["mmsi"].to_numpy(), fixes["ais_class"].to_numpy()).tolist(), dtype=pl.String
    )
    fixes = fixes.with_columns(kind=kind)
    motion = _motion(fixes, params)
    split = split_tracks(motion, params)
    wrong = wrong_times(motion, split.track, params)
    if wrong.any():
        late = fixes.filter(wrong).with_columns(reason=pl.lit(Reason.WRONG_TIME))
        rejected = pl.concat([rejected, late.select(rejected.columns)])
        fixes = fixes.filter(~wrong)
        motion = _motion(fixes, params)
        split = split_tracks(motion, params)
    judged = judge_tracks(motion, split.track, params)
    flags = pl.col("quality_flags") + pl.lit(pl.Series(split.off_line * int(QualityFlag.OFF_LINE)))
    fixes = fixes.with_columns(
        track=judged.track,
        ambiguous=split.ambiguous,
        quarantine_reason=pl.Series(judged.reason.tolist(), dtype=pl.String),
        quality_flags=flags,
    )
    spikes = fixes.filter(pl.col("track") == SPIKE).with_columns(reason=pl.lit(Reason.SPIKE))
    fixes = _named(fixes.filter(pl.col("track") != SPIKE))
    rejected = pl.concat([rejected, spikes.select(rejected.columns)])
    segments = _segments(fixes, said, params)
    hull = segments.select("segment_id", "vessel_id")
    fixes = fixes.join(hull, on="segment_id", how="left", maintain_order="left")
    identity = identity_spells(said, segments, params)
    return Tracks(
        POINTS.to_pandas(fixes),
        SEGMENTS.to_pandas(segments),
        IDENTITY.to_pandas(identity),
        _books(rejected),
        REJECTED.to_pandas(rejected),
    )


def pairable(points: Frame, segments: Frame) -> pd.DataFrame:
    """Points of ships in sound segments: what may be paired.

    Parameters
    ----------
    points, segments : frame
        POINTS and SEGMENTS.

    Returns
    -------
    pandas.DataFrame
        POINTS without quarantined segments and without what is no ship.
    """
    table = SEGMENTS.validate(segments)
    sound = table.filter(~pl.col("quarantined") & (pl.col("kind") == "ship"))["segment_id"]
    return POINTS.to_pandas(POINTS.validate(points).filter(pl.col("segment_id").is_in(sound.implode())))


def _motion(fixes: pl.DataFrame, params: TrackParams) -> Motion:
    coarse = (fixes["quality_flags"].to_numpy() & QualityFlag.COARSE) != 0
    aircraft = (fixes["kind"] == "sar").to_numpy()
    return Motion(
        mmsi=fixes["mmsi"].to_numpy(),
        time_s=fixes["timestamp"].dt.epoch("ms").to_numpy() / MS_PER_S,
        lat=fixes["lat"].to_numpy(),
        lon=fixes["lon"].to_numpy(),
        sog=fixes["sog"].to_numpy(),
        cog=fixes["cog"].to_numpy(),
        slack_m=params.step_slack_m + np.where(coarse, params.coarse_slack_m, 0.0),
        cruise_kn=np.where(aircraft, params.max_speed_aircraft_kn, params.max_cruise_kn),
        ais_class=fixes["ais_class"].replace_strict(_CLASS_CODE, default=0, return_dtype=pl.Int64).to_numpy(),
    )


def _named(fixes: pl.DataFrame) -> pl.DataFrame:
    """Give segments their names: number, first time, and an ordinal where two begin in the same second."""
    heads = fixes.group_by("track").agg(
        pl.col("mmsi").first(), pl.col("timestamp").min(), pl.col("lat").first(), pl.col("lon").first()
    )
    heads = heads.sort("mmsi", "timestamp", "lat", "lon")
    stamp = pl.col("timestamp").dt.strftime("%Y%m%dT%H%M%S")
    heads = heads.with_columns(stamp=stamp).with_columns(ordinal=pl.int_range(pl.len()).over("mmsi", "stamp"))
    heads = heads.select("track", segment_id=pl.format("{}-{}-{}", "mmsi", "stamp", "ordinal"))
    return fixes.join(heads, on="track", how="left", maintain_order="left")


def _segments(fixes: pl.DataFrame, static: pl.DataFrame, params: TrackParams) -> pl.DataFrame:
    rows = fixes.sort("segment_id", "timestamp", maintain_order=True)
    lat, lon = rows["lat"].to_numpy(), rows["lon"].to_numpy()
    step_m = np.zeros(len(lat))
    if len(lat) > 1:
        same = (rows["segment_id"] == rows["segment_id"].shift(1)).to_numpy()[1:]
        step_m[1:] = np.where(same, distance_m(lat[:-1], lon[:-1], lat[1:], lon[1:]), 0.0)
    rows = rows.with_columns(step_m=step_m)
    segments = rows.group_by("segment_id", maintain_order=True).agg(
        pl.col("mmsi", "kind").first(),
        start_time=pl.col("timestamp").first(),
        end_time=pl.col("timestamp").last(),
        n_points=pl.len().cast(pl.Int64),
        start_lat=pl.col("lat").first(),
        start_lon=pl.col("lon").first(),
        end_lat=pl.col("lat").last(),
        end_lon=pl.col("lon").last(),
        distance_m=pl.col("step_m").sum(),
        median_interval_s=pl.col("timestamp").diff().dt.total_milliseconds().median() / MS_PER_S,
        ais_class=pl.col("ais_class").mode().sort().first(),
        quarantined=pl.col("quarantine_reason").first().is_not_null(),
        quarantine_reason=pl.col("quarantine_reason").first(),
        ambiguous=pl.col("ambiguous").any(),
    )
    segments = segments.join(hulls_of_mmsis(segments, params), on="segment_id", how="left")
    silence = pl.col("start_time").shift(-1).over("vessel_id", order_by="start_time") - pl.col("end_time")
    timeout = silence.dt.total_milliseconds() > params.max_segment_gap_h * MS_PER_H
    claims = static.select("mmsi", "ais_class", "shipname", "imo", "to_bow", "to_stern")
    claims = claims.with_columns(pl.col("ais_class").fill_null("U"))
    claims = (
        claims.with_columns(claimed=kinds(claims, params))
        .group_by("mmsi")
        .agg(pl.col("claimed").mode().sort().first())
    )
    own = pl.col("kind").is_in(["ship", "buoy"])
    return segments.join(claims, on="mmsi", how="left").with_columns(
        kind=pl.when(own).then(pl.coalesce("claimed", "kind")).otherwise("kind"),
        close_reason=pl.when("ambiguous")
        .then(pl.lit("ambiguous"))
        .when(timeout.fill_null(value=False))
        .then(pl.lit("timeout"))
        .otherwise(pl.lit("end")),
    )


def _books(rejected: pl.DataFrame) -> pd.DataFrame:
    sample = pl.format(
        "{} {} {} {}", "mmsi", pl.col("timestamp").dt.strftime("%Y-%m-%dT%H:%M:%SZ"), "lat", "lon"
    )
    books = (
        rejected.with_columns(sample=sample)
        .group_by("reason")
        .agg(
            stage=pl.lit("tracks"),
            count=pl.len().cast(pl.Int64),
            sample=pl.col("sample").head(3).str.join("\n"),
        )
    )
    return REJECTS.to_pandas(books)
