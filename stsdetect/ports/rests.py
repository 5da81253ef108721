"""Rests of vessels: stops, and gaps that began and ended at one place, and where each of them lay."""

from __future__ import annotations

import dataclasses

import numpy as np
import polars as pl
from scipy.spatial import cKDTree

from stsdetect.arrays import Bools, Floats, Ints, row_sum
from stsdetect.detection.berths import lies_at_anchor, lies_still, near_shore
from stsdetect.detection.loitering import loitering_spells
from stsdetect.geo.angles import recentred_lon, wrap180
from stsdetect.geo.geodesy import distance_m, ecef_m
from stsdetect.geo.land import is_land
from stsdetect.itu import AT_ANCHOR, MOORED
from stsdetect.params import BerthParams, LoiteringParams, PortParams
from stsdetect.ports.places import nearest_port, port_columns
from stsdetect.schema import LOITERING
from stsdetect.units import MS_PER_H

_PLACE = ("kind", "learnt", "berth_id", "port_id", "port_name", "country")
_RESTS = ("mmsi", "vessel_id", "start_time", "end_time", "lat", "lon", "is_gap", *_PLACE)


def rest_spells(
    points: pl.DataFrame, *, params: PortParams, loitering_params: LoiteringParams
) -> pl.DataFrame:
    """Stops of vessels, from the instant at which they hardly moved any more.

    Parameters
    ----------
    points : polars.DataFrame
        Valid POINTS of whole ships.
    params : PortParams
        Speed and length.
    loitering_params : LoiteringParams
        What ends a stop.

    Returns
    -------
    polars.DataFrame
        LOITERING, sorted by start, down to `params.min_rest_h`.

    Examples
    --------
    >>> from stsdetect.schema import POINTS
    >>> rest_spells(POINTS.optional(None), params=PortParams(), loitering_params=LoiteringParams()).height
    0
    """
    slower = dataclasses.replace(
        loitering_params,
        max_sog_kn=params.max_rest_sog_kn,
        max_drift_kn=params.max_swing_sog_kn,
        min_duration_h=params.min_rest_h,
    )
    spells = loitering_spells(points, params=slower)
    return _as_most_of_the_time(spells, points, params)


def _as_most_of_the_time(spells: pl.DataFrame, points: pl.DataFrame, params: PortParams) -> pl.DataFrame:
    """Place, radius and status of stops by time instead of by fix, and their ends where they hardly moved.

    A ship under way transmits up to a hundred times as often as one that lies moored, so that the minutes of
    coming and leaving would outweigh hours at the quay.
    """
    if spells.is_empty():
        return spells
    spans = spells.select("loiter_id", "segment_id", "start_time", until="end_time")
    fixes = points.select("segment_id", "timestamp", "lat", "lon", "nav_status").sort(
        "timestamp", "segment_id", "lat", "lon", maintain_order=True
    )
    inside = (
        fixes.join_asof(
            spans.sort("start_time", "loiter_id", maintain_order=True),
            left_on="timestamp",
            right_on="start_time",
            by="segment_id",
            check_sortedness=False,
        )
        .filter(pl.col("timestamp") <= pl.col("until"))
        .sort("loiter_id", "timestamp", maintain_order=True)
    )
    step = (pl.col("timestamp").shift(-1).over("loiter_id") - pl.col("timestamp")).dt.total_milliseconds()
    first = pl.col("lon").first().over("loiter_id")
    # A millisecond each, so that fixes of one instant have a median too.
    inside = inside.with_columns(
        weight=step.fill_null(0).cast(pl.Float64) + 1.0, turn=recentred_lon(pl.col("lon"), first)
    )
    middle = _weighted(inside, "lat", 0.5).join(
        _weighted(inside, "turn", 0.5), on="loiter_id", maintain_order="left"
    )
    inside = inside.with_columns(first=first).join(
        middle, on="loiter_id", maintain_order="left", suffix="_mid"
    )
    lon_mid = wrap180(inside["first"].to_numpy() + inside["turn_mid"].to_numpy())
    off = distance_m(inside["lat"], inside["lon"], inside["lat_mid"], lon_mid)
    inside = inside.with_columns(off_m=pl.Series(off), lon_mid=pl.Series(lon_mid))
    radius = _weighted(inside, "off_m", params.most_of_the_time)
    inside = inside.join(radius.rename({"off_m": "radius_m"}), on="loiter_id", maintain_order="left")
    core = pl.col("off_m") <= pl.max_horizontal("radius_m", pl.lit(params.max_berth_radius_m))
    known = pl.when(pl.col("nav_status").is_not_null()).then("weight")
    shares = {
        f"{name}_share": row_sum(known.filter(pl.col("nav_status") == status)) / row_sum(known)
        for name, status in (("moored", MOORED), ("anchored", AT_ANCHOR))
    }
    found = inside.group_by("loiter_id", maintain_order=True).agg(
        start_time=pl.col("timestamp").filter(core).first(),
        end_time=pl.col("timestamp").filter(core).last(),
        lat=pl.col("lat_mid").first(),
        lon=pl.col("lon_mid").first(),
        radius_m=pl.col("radius_m").first(),
        **shares,
    )
    hours = (pl.col("end_time") - pl.col("start_time")).dt.total_milliseconds() / MS_PER_H
    rest = spells.drop(c for c in found.columns if c != "loiter_id")
    rest = rest.join(found, on="loiter_id", maintain_order="left").with_columns(
        duration_h=hours,
        moored_share=pl.col("moored_share").fill_nan(None),
        anchored_share=pl.col("anchored_share").fill_nan(None),
    )
    return LOITERING.validate(rest).sort(LOITERING.sort_by, maintain_order=True)


def _weighted(rows: pl.DataFrame, column: str, quantile: float) -> pl.DataFrame:
    """Quantile of a column in each stop, weighted by ``weight``."""
    up_to = pl.col("weight").cum_sum().over("loiter_id")
    whole = pl.col("weight").sum().over("loiter_id")
    ordered = rows.select("loiter_id", column, "weight").sort("loiter_id", column, maintain_order=True)
    reached = ordered.filter(up_to >= quantile * whole)
    return reached.group_by("loiter_id", maintain_order=True).agg(pl.col(column).first())


def rests_at_places(
    stops: pl.DataFrame,
    gaps: pl.DataFrame,
    berths: pl.DataFrame,
    *,
    params: PortParams,
    berth_params: BerthParams,
) -> pl.DataFrame:
    """Stops and gaps at berths, in roads and at anchorages, by vessel and time.

    A stop is at a berth where one was learnt, where the vessel lay still near the shore for as long as a
    visit, or where it broadcast that it was moored near the shore or on inland waters. At anchor it is in the
    roads or anchorage that the dump taught, or wherever it broadcast that it was at anchor.

    Parameters
    ----------
    stops : polars.DataFrame
        LOITERING, down to `params.min_rest_h`.
    gaps : polars.DataFrame
        GAPS.
    berths : polars.DataFrame
        BERTHS with the names of ports.
    params : PortParams
    berth_params : BerthParams

    Returns
    -------
    polars.DataFrame
        ``mmsi, vessel_id, start_time, end_time, lat, lon, is_gap, kind, learnt`` (at a place of BERTHS, or by
        status), ``berth_id, port_id, port_name, country``; rests elsewhere are left out.
    """
    long_enough = stops.filter(pl.col("duration_h") >= params.min_rest_h)
    known = _placed(long_enough, berths, params, berth_params).with_columns(is_gap=pl.lit(value=False))
    inside = _in_place(gaps, params)
    found = [known.select(_RESTS)]
    if inside.height:
        found.append(_placed_gaps(inside, known, berths, params, berth_params).select(_RESTS))
    rests = pl.concat(found).filter(pl.col("kind").is_not_null())
    return rests.sort("vessel_id", "start_time", "end_time", "mmsi", "is_gap", maintain_order=True)


def _placed(
    stops: pl.DataFrame, berths: pl.DataFrame, params: PortParams, berth_params: BerthParams
) -> pl.DataFrame:
    """Add ``kind, learnt, berth_id, port_id, port_name, country`` to stops; null where it is none of them."""
    lat, lon = stops["lat"].to_numpy(), stops["lon"].to_numpy()
    moored_places = berths.filter(kind="berth")
    anchor_places = berths.filter(pl.col("kind") != "berth")
    says_moored, says_anchored = (
        (stops[name] >= berth_params.min_moored_share).fill_null(value=False).to_numpy()
        for name in ("moored_share", "anchored_share")
    )
    tight = stops["radius_m"].to_numpy() <= params.max_berth_radius_m
    berth = _nearest(lat, lon, moored_places, berth_params.reach_m)
    at_learnt = (berth >= 0) & (tight | says_moored) & ~says_anchored
    is_long = (stops["duration_h"] >= params.min_visit_h).to_numpy()
    still = is_long & ~says_anchored & ~at_learnt
    still[still] = lies_still(stops.filter(pl.Series(still)), berth_params)
    by_status = says_moored & tight & ~at_learnt
    by_status[by_status] = _at_quay(lat[by_status], lon[by_status], params, berth_params)
    moored = at_learnt | still | by_status
    swings = lies_at_anchor(stops, berth_params) & ~moored
    anchorage = np.where(swings, _nearest(lat, lon, anchor_places, berth_params.anchorage_join_m), -1)
    port = nearest_port(lat, lon, reach_m=params.name_reach_m)
    by_anchor = swings & (anchorage < 0) & says_anchored & is_long
    kind = pl.select(
        pl.when(pl.Series(moored))
        .then(pl.lit("berth"))
        .when(pl.Series(anchorage >= 0))
        .then(_take(anchor_places, "kind", anchorage))
        .when(pl.Series(by_anchor))
        .then(pl.when(pl.Series(port >= 0)).then(pl.lit("roads")).otherwise(pl.lit("anchorage")))
    ).to_series()
    place = _take(moored_places, "berth_id", np.where(moored, berth, -1))
    return stops.with_columns(
        kind.alias("kind"),
        pl.Series("learnt", at_learnt | by_status | (anchorage >= 0)),
        place.fill_null(_take(anchor_places, "berth_id", anchorage)).alias("berth_id"),
        *port_columns(np.where((kind == "anchorage").fill_null(value=False).to_numpy(), -1, port)),
    )


def _placed_gaps(
    gaps: pl.DataFrame,
    stops: pl.DataFrame,
    berths: pl.DataFrame,
    params: PortParams,
    berth_params: BerthParams,
) -> pl.DataFrame:
    """The place of gaps that were spent at one: that of the stop before or after, else where they lay."""
    reach = f"{int(params.min_rest_h * MS_PER_H)}ms"
    at = stops.filter(pl.col("kind").is_not_null()).select(
        "vessel_id", "start_time", "end_time", "lat", "lon", *_PLACE
    )
    out = gaps
    for suffix, key, other, strategy in (
        ("_before", "start_time", "end_time", "backward"),
        ("_after", "end_time", "start_time", "forward"),
    ):
        near = at.sort(other, maintain_order=True).rename(
            {c: f"{c}{suffix}" for c in ("lat", "lon", *_PLACE)}
        )
        near = near.with_columns(at=pl.col(other)).drop("start_time", "end_time")
        out = (
            out.sort(key, "vessel_id", maintain_order=True)
            .join_asof(
                near,
                left_on=key,
                right_on="at",
                by="vessel_id",
                strategy=strategy,  # type: ignore[arg-type]
                tolerance=reach,
                check_sortedness=False,
            )
            .drop("at", strict=False)
        )
        off = distance_m(out["lat"], out["lon"], out[f"lat{suffix}"], out[f"lon{suffix}"])
        close = pl.Series(np.nan_to_num(off, nan=np.inf) <= berth_params.anchorage_join_m)
        out = out.with_columns(
            pl.when(close).then(pl.col(f"{c}{suffix}")).alias(f"{c}{suffix}") for c in _PLACE
        )
    own = _placed_by_position(out, berths, params, berth_params)
    beside = pl.coalesce("kind_before", "kind_after").is_not_null()
    first = pl.col("kind_before").is_not_null()
    return own.with_columns(
        pl.when(first)
        .then(pl.col(f"{c}_before"))
        .otherwise(pl.when(beside).then(pl.col(f"{c}_after")).otherwise(pl.col(c)))
        .alias(c)
        for c in _PLACE
    )


def _placed_by_position(
    gaps: pl.DataFrame, berths: pl.DataFrame, params: PortParams, berth_params: BerthParams
) -> pl.DataFrame:
    """The place of gaps beside no stop: at a learnt berth or by the shore, else in roads or an anchorage."""
    lat, lon = gaps["lat"].to_numpy(), gaps["lon"].to_numpy()
    moored_places = berths.filter(kind="berth")
    anchor_places = berths.filter(pl.col("kind") != "berth")
    berth = _nearest(lat, lon, moored_places, berth_params.reach_m)
    port = nearest_port(lat, lon, reach_m=params.name_reach_m)
    # A ship at anchor is hardly ever found at the same spot of its swing.
    by_shore = (berth < 0) & (gaps["distance_m"].to_numpy() <= berth_params.max_still_radius_m) & (port >= 0)
    by_shore[by_shore] = near_shore(lat[by_shore], lon[by_shore], berth_params)
    moored = (berth >= 0) | by_shore
    anchorage = np.where(moored, -1, _nearest(lat, lon, anchor_places, berth_params.anchorage_join_m))
    kind = pl.select(
        pl.when(pl.Series(moored))
        .then(pl.lit("berth"))
        .when(pl.Series(anchorage >= 0))
        .then(_take(anchor_places, "kind", anchorage))
    ).to_series()
    place = _take(moored_places, "berth_id", berth)
    return gaps.with_columns(
        kind.alias("kind"),
        pl.Series("learnt", (berth >= 0) | (anchorage >= 0)),
        place.fill_null(_take(anchor_places, "berth_id", anchorage)).alias("berth_id"),
        *port_columns(np.where((kind == "anchorage").fill_null(value=False).to_numpy(), -1, port)),
    )


def _in_place(gaps: pl.DataFrame, params: PortParams) -> pl.DataFrame:
    """Gaps that began and ended at rest at one place, as ``lat, lon`` between the two fixes."""
    closed = gaps.filter(
        pl.col("end_time").is_not_null()
        & (pl.col("distance_m") <= params.same_berth_m)
        & (pl.col("duration_h") <= params.max_in_place_h)
        & (pl.col("start_sog_kn").fill_null(0.0) <= params.max_in_place_sog_kn)
        & (pl.col("end_sog_kn").fill_null(0.0) <= params.max_in_place_sog_kn)
    )
    east = wrap180(closed["end_lon"].to_numpy() - closed["start_lon"].to_numpy())
    return closed.select(
        "mmsi",
        "vessel_id",
        "start_time",
        "end_time",
        "distance_m",
        lat=(pl.col("start_lat") + pl.col("end_lat")) / 2.0,
        lon=pl.Series(wrap180(closed["start_lon"].to_numpy() + east / 2.0), dtype=pl.Float64),
        is_gap=pl.lit(value=True),
    )


def _at_quay(lat: Floats, lon: Floats, params: PortParams, berth_params: BerthParams) -> Bools:
    """Near the shore of the map, or on what it has as land: rivers and basins."""
    out = is_land(lat, lon)
    water = ~out
    nearer = dataclasses.replace(berth_params, max_shore_m=params.max_moored_shore_m)
    out[water] = near_shore(lat[water], lon[water], nearer)
    return out


def _nearest(lat: Floats, lon: Floats, places: pl.DataFrame, reach_m: float) -> Ints:
    """Row of the nearest of the places within reach, -1 where none is."""
    out = np.full(len(lat), -1, np.int64)
    if len(lat) and places.height:
        tree = cKDTree(ecef_m(places["lat"], places["lon"]))
        distance, row = tree.query(ecef_m(lat, lon), distance_upper_bound=reach_m)
        out = np.where(np.isfinite(distance), row, -1).astype(np.int64)
    return out


def _take(places: pl.DataFrame, column: str, row: Ints) -> pl.Series:
    """A column of places, null where the row is -1."""
    if not places.height:
        return pl.repeat(None, len(row), dtype=pl.String, eager=True)
    index = pl.Series(row, dtype=pl.Int64)
    return places[column].gather(index.set(index < 0, None))
