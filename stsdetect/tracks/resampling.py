"""All vessels at the same instants: positions between fixes, with their error.

Instants are multiples of the step since 1970, whenever the data begin, so any two vessels and any two slabs
of time share them. There is no loop over vessels: each pair of consecutive fixes of a segment gives the
instants between them.
"""

from __future__ import annotations

from datetime import datetime

import numpy as np
import pandas as pd
import polars as pl

from stsdetect.arrays import Bools, Floats, Ints, ragged_index
from stsdetect.geo.angles import interpolate_angle, wrap180, wrap360
from stsdetect.geo.geodesy import distance_m, metres_per_degree
from stsdetect.params import TrackParams
from stsdetect.schema import POINTS, RESAMPLED, Frame
from stsdetect.tracks.cleaning import QualityFlag
from stsdetect.units import KN_TO_MPS, MS_PER_S


def resample(
    points: Frame,
    *,
    params: TrackParams | None = None,
    start: datetime | None = None,
    end: datetime | None = None,
) -> pd.DataFrame:
    """Put every segment on epoch-aligned instants by linear interpolation between its own fixes.

    Nothing is interpolated from one segment to another, over intervals longer than
    ``params.max_interp_interval_s``, or before the first and after the last fix. Of a ship at rest longer
    intervals are bridged, up to ``params.max_rest_interval_s``: she is at rest if neither fix is faster
    than ``params.max_rest_sog_kn`` and both lie within ``params.max_rest_move_m`` of each other. Where a fix
    has no speed, the distance between the two decides alone.

    Latitude and longitude are interpolated linearly, the longitude along the shorter arc; over an hour at
    20 kn and 60 N the result is less than 50 m off the great circle. Where the fixes have no speed, it is the
    distance over the time between them. Heading is interpolated as an angle; where none was broadcast the
    course is used instead, if the vessel is not slower than ``params.min_heading_cog_sog_kn``. The course is
    null where the vessel is slower than ``params.min_course_sog_kn``.

    The error is that of the fixes used and, added in quadrature, that of what the vessel may have done
    between them: the lesser of ``0.5 a t1 t2`` and ``v min(t1, t2)``, with ``t1`` and ``t2`` the times to the
    two fixes, ``a`` the greatest acceleration and ``v`` the greatest speed at either fix plus a margin. In a
    bridged interval it is at most ``rest_error_m + rest_error_share d``, with ``d`` the distance between the
    two fixes: she lay somewhere on her swing circle.

    Parameters
    ----------
    points : frame
        POINTS.
    params : TrackParams, optional
        Step, longest interval, errors.
    start, end : datetime, optional
        Half-open span of the instants wanted; points outside it are used for interpolation.

    Returns
    -------
    pandas.DataFrame
        RESAMPLED.

    Examples
    --------
    >>> import pandas as pd
    >>> t = pd.to_datetime(["2024-01-01T00:00:30", "2024-01-01T00:04:30"], utc=True)
    >>> fixes = pd.DataFrame({"mmsi": 1, "timestamp": t, "lat": 30.0, "lon": [179.99, -179.99],
    ...     "ais_class": "A", "msg_type": 1, "source": "x", "segment_id": "1-0", "vessel_id": "1",
    ...     "quality_flags": 0})
    >>> resample(fixes)["lon"].round(4).tolist()  # at 00:02 and 00:04
    [179.9975, -179.9925]

    A ship at rest is bridged for two hours, a moving one is not:

    >>> t = pd.to_datetime(["2024-01-01T00:00:00", "2024-01-01T02:00:00"], utc=True)
    >>> still = fixes.assign(timestamp=t, lon=[10.0, 10.0001], sog=0.1)
    >>> len(resample(still)), len(resample(still.assign(sog=[0.1, 5.0])))
    (61, 2)
    """
    fixes = POINTS.validate(points)
    return RESAMPLED.to_pandas(common_instants(fixes, params=params, start=start, end=end))


def common_instants(
    points: pl.DataFrame,
    *,
    params: TrackParams | None = None,
    start: datetime | None = None,
    end: datetime | None = None,
) -> pl.DataFrame:
    """As `resample`, in polars.

    Parameters
    ----------
    points : polars.DataFrame
        Validated POINTS.
    params, start, end
        See `resample`.

    Returns
    -------
    polars.DataFrame
        RESAMPLED, sorted.
    """
    params = TrackParams.of(params)
    fixes = points.sort("segment_id", "timestamp", "lat", "lon", "msg_type", maintain_order=True)
    fixes = fixes.unique(["segment_id", "timestamp"], keep="first", maintain_order=True)
    if fixes.is_empty():
        return RESAMPLED.optional(None)
    left, right, instant_ms = _instants(fixes, params, start, end)
    return RESAMPLED.ordered(_interpolated(fixes, left, right, instant_ms, params))


def _instants(
    fixes: pl.DataFrame, params: TrackParams, start: datetime | None, end: datetime | None
) -> tuple[Ints, Ints, Ints]:
    """Rows of the fixes before and after each instant, and the instants [ms since 1970]."""
    step = round(params.resample_step_s * MS_PER_S)
    time = fixes["timestamp"].dt.epoch("ms").to_numpy()
    segment = fixes["segment_id"].rle_id().to_numpy()
    same, interval_s = segment[1:] == segment[:-1], np.diff(time) / MS_PER_S
    bridged = np.zeros(len(time), dtype=bool)
    bridged[:-1] = same & (interval_s <= params.max_interp_interval_s)
    long = np.flatnonzero(
        same & (interval_s > params.max_interp_interval_s) & (interval_s <= params.max_rest_interval_s)
    )
    bridged[long] = _at_rest(fixes, long, params)
    # A fix gives the instants from its own to just before the next fix; without a next one, only its own.
    first = -(-time // step)
    after = time // step + 1
    after[:-1] = np.where(bridged[:-1], -(-time[1:] // step), after[:-1])
    if start is not None:
        first = np.maximum(first, -(-_epoch_ms(start) // step))
    if end is not None:
        after = np.minimum(after, -(-_epoch_ms(end) // step))
    count = np.maximum(after - first, 0)
    left, nth = ragged_index(count)
    return left, left + bridged[left], (first[left] + nth) * step


def _at_rest(fixes: pl.DataFrame, left: Ints, params: TrackParams) -> Bools:
    """Whether the ship was at rest both at each of the fixes `left` and at the fix after it."""
    sog, lat, lon = (fixes[c].to_numpy() for c in ("sog", "lat", "lon"))
    slow = ~(np.fmax(sog[left], sog[left + 1]) > params.max_rest_sog_kn)  # an unknown speed passes
    apart_m = distance_m(lat[left], lon[left], lat[left + 1], lon[left + 1])
    return np.asarray(slow & (apart_m <= params.max_rest_move_m))


def _interpolated(
    fixes: pl.DataFrame, left: Ints, right: Ints, instant_ms: Ints, params: TrackParams
) -> pl.DataFrame:
    """RESAMPLED from the two fixes around each instant."""
    time = fixes["timestamp"].dt.epoch("ms").to_numpy()
    lat, lon, sog, cog, heading = (fixes[c].to_numpy() for c in ("lat", "lon", "sog", "cog", "heading"))
    before_s = (instant_ms - time[left]) / MS_PER_S
    after_s = (time[right] - instant_ms) / MS_PER_S
    interval_s = before_s + after_s
    share = np.divide(before_s, interval_s, out=np.zeros(len(left)), where=interval_s > 0)

    dlat, dlon = lat[right] - lat[left], wrap180(lon[right] - lon[left])
    lat_at = lat[left] + share * dlat
    lon_at = wrap180(lon[left] + share * dlon)
    lat_m, lon_m = metres_per_degree(lat_at)
    east, north = dlon * lon_m, dlat * lat_m
    implied_kn = np.divide(
        np.hypot(east, north), interval_s * KN_TO_MPS, out=np.full(len(left), np.nan), where=interval_s > 0
    )
    sog_at = _first_known(_between(sog[left], sog[right], share), implied_kn)
    # Two positions have a course only where they are far enough apart.
    implied_cog = np.where(
        implied_kn >= params.min_course_sog_kn, wrap360(np.rad2deg(np.arctan2(east, north))), np.nan
    )
    cog_at = _first_known(_between_angles(cog[left], cog[right], share), implied_cog)
    cog_at = np.where(sog_at >= params.min_course_sog_kn, cog_at, np.nan)
    heading_at = _between_angles(heading[left], heading[right], share)
    from_cog = np.isnan(heading_at) & (sog_at >= params.min_heading_cog_sog_kn) & ~np.isnan(cog_at)

    fastest_kn = np.fmax(np.fmax(sog[left], sog[right]), implied_kn)
    reach_m = (
        (np.nan_to_num(fastest_kn) + params.interp_speed_margin_kn)
        * KN_TO_MPS
        * np.minimum(before_s, after_s)
    )
    turn_m = 0.5 * params.interp_accel_mps2 * before_s * after_s
    swing_m = params.rest_error_m + params.rest_error_share * np.hypot(east, north)
    moved_m = np.minimum(reach_m, turn_m)
    moved_m = np.where(interval_s > params.max_interp_interval_s, np.minimum(moved_m, swing_m), moved_m)
    coarse = (fixes["quality_flags"].to_numpy() & QualityFlag.COARSE) != 0
    fix_m = np.where(coarse, params.coarse_fix_error_m, params.fix_error_m)
    own_m = np.hypot((1.0 - share) * fix_m[left], share * fix_m[right])

    return (
        fixes[left]
        .select("segment_id", "vessel_id", "mmsi", "nav_status")
        .with_columns(
            timestamp=pl.Series(instant_ms).cast(pl.Datetime("ms")).dt.replace_time_zone("UTC"),
            lat=lat_at,
            lon=lon_at,
            sog=sog_at,
            cog=cog_at,
            heading=np.where(from_cog, cog_at, heading_at),
            heading_from_cog=from_cog,
            interp_age_s=np.minimum(before_s, after_s),
            interval_s=np.where(before_s > 0, interval_s, 0.0),
            position_error_m=np.hypot(own_m, moved_m),
        )
    )


def _between(start: Floats, end: Floats, share: Floats) -> Floats:
    """Linear interpolation; the other value where one is unknown."""
    return _first_known(start + share * (end - start), np.where(np.isnan(start), end, start))


def _between_angles(start: Floats, end: Floats, share: Floats) -> Floats:
    """Interpolation along the shorter arc; the other value where one is unknown."""
    return _first_known(interpolate_angle(start, end, share), np.where(np.isnan(start), end, start))


def _first_known(first: Floats, second: Floats) -> Floats:
    return np.where(np.isnan(first), second, first)


def _epoch_ms(time: datetime) -> int:
    return round(pd.Timestamp(time).timestamp() * MS_PER_S)
