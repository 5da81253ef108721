"""How a vessel lay during each of its stops, where it came from, and where it went."""

from __future__ import annotations

import polars as pl

from stsdetect.arrays import row_mean
from stsdetect.geo.angles import recentred_lon, wrap180_expr
from stsdetect.geo.geodesy import distance_m
from stsdetect.itu import AT_ANCHOR, MOORED
from stsdetect.params import SoloStopParams
from stsdetect.schema import STOP_TRAITS
from stsdetect.units import KN_TO_MPS, MS_PER_H, S_PER_H

_THIRDS = 3  # drift is measured from the first third of a stop to the last
_MOST = 0.75  # of the fixes; those of coming and leaving are fewer


def stop_traits(
    points: pl.DataFrame, loitering: pl.DataFrame, *, params: SoloStopParams | None = None
) -> pl.DataFrame:
    """Describe every stop of a bucket of ships that is long enough for a transfer.

    Parameters
    ----------
    points : polars.DataFrame
        Valid POINTS of whole ships.
    loitering : polars.DataFrame
        Valid LOITERING of the same ships.
    params : SoloStopParams, optional

    Returns
    -------
    polars.DataFrame
        STOP_TRAITS, sorted by ``loiter_id``.

    Examples
    --------
    >>> from stsdetect.schema import LOITERING, POINTS
    >>> stop_traits(POINTS.optional(None), LOITERING.optional(None)).height
    0
    """
    params = SoloStopParams.of(params)
    stops = loitering.filter(pl.col("duration_h") >= params.min_stop_h)
    fixes = points.select("segment_id", "vessel_id", "timestamp", "lat", "lon", "heading", "nav_status").sort(
        "timestamp", "segment_id", "lat", "lon", maintain_order=True
    )
    traits = _during(fixes, stops)
    for name, hours in (("came_from_m", -params.away_h), ("went_to_m", params.away_h)):
        traits = traits.join(
            _away(fixes, stops, name, hours), on="loiter_id", how="left", maintain_order="left"
        )
    return STOP_TRAITS.validate(traits).sort(STOP_TRAITS.sort_by, maintain_order=True)


def _during(fixes: pl.DataFrame, stops: pl.DataFrame) -> pl.DataFrame:
    """Headings, status and drift of each stop."""
    spans = stops.select("loiter_id", "segment_id", "start_time", "end_time", "duration_h").sort(
        "start_time", maintain_order=True
    )
    inside = fixes.join_asof(
        spans, left_on="timestamp", right_on="start_time", by="segment_id", check_sortedness=False
    ).filter(pl.col("timestamp") <= pl.col("end_time"))
    angle = pl.col("heading").radians()
    since_h = (pl.col("timestamp") - pl.col("start_time")).dt.total_milliseconds() / MS_PER_H
    early = since_h <= pl.col("duration_h") / _THIRDS
    late = since_h >= pl.col("duration_h") * (1.0 - 1.0 / _THIRDS)
    found = inside.group_by("loiter_id", maintain_order=True).agg(
        n_headings=pl.col("heading").count().cast(pl.Int64),
        east=row_mean(angle.sin()),
        north=row_mean(angle.cos()),
        moored_share=(pl.col("nav_status") == MOORED).fill_null(value=False).mean(),
        anchored_share=(pl.col("nav_status") == AT_ANCHOR).fill_null(value=False).mean(),
        duration_h=pl.col("duration_h").first(),
        **{
            f"{c}_{when}": pl.col(c).filter(part).median()
            for when, part in (("early", early), ("late", late))
            for c in ("lat", "lon")
        },
    )
    length = (pl.col("east") ** 2 + pl.col("north") ** 2).sqrt().clip(1e-9, 1.0)
    moved_m = distance_m(*(found[c] for c in ("lat_early", "lon_early", "lat_late", "lon_late")))
    between_s = pl.col("duration_h") * (1.0 - 1.0 / _THIRDS) * S_PER_H
    found = found.join(_most_within_m(inside), on="loiter_id", maintain_order="left")
    return found.with_columns(
        heading_spread_deg=(-2.0 * length.log()).sqrt().degrees(),
        drift_kn=pl.Series(moved_m, dtype=pl.Float64).fill_nan(None) / between_s / KN_TO_MPS,
    )


def _most_within_m(inside: pl.DataFrame) -> pl.DataFrame:
    """``loiter_id, most_within_m``: how far from the median position most fixes of each stop lie."""
    first_lon = pl.col("lon").first()
    middle = inside.group_by("loiter_id", maintain_order=True).agg(
        mid_lat=pl.col("lat").median(),
        mid_lon=wrap180_expr(first_lon + recentred_lon(pl.col("lon"), first_lon).median()),
    )
    at = inside.join(middle, on="loiter_id", maintain_order="left")
    off_m = distance_m(*(at[c] for c in ("lat", "lon", "mid_lat", "mid_lon")))
    off = at.select("loiter_id", off_m=pl.Series(off_m, dtype=pl.Float64))
    return off.group_by("loiter_id", maintain_order=True).agg(most_within_m=pl.col("off_m").quantile(_MOST))


def _away(fixes: pl.DataFrame, stops: pl.DataFrame, name: str, hours: float) -> pl.DataFrame:
    """How far each ship was from its stop some hours before or after, if it was received then."""
    at = pl.col("start_time" if hours < 0 else "end_time") + pl.duration(milliseconds=int(hours * MS_PER_H))
    wanted = stops.select("loiter_id", "vessel_id", stop_lat="lat", stop_lon="lon", at=at).sort(
        "at", maintain_order=True
    )
    found = wanted.join_asof(
        fixes.select("vessel_id", "timestamp", "lat", "lon"),
        left_on="at",
        right_on="timestamp",
        by="vessel_id",
        strategy="nearest",
        tolerance=f"{int(abs(hours) * MS_PER_H / 2)}ms",
        check_sortedness=False,
    )
    away_m = distance_m(*(found[c] for c in ("stop_lat", "stop_lon", "lat", "lon")))
    return found.select("loiter_id", pl.Series(name, away_m, dtype=pl.Float64).fill_nan(None))
