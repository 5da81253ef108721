"""Berths and anchorages: where ships lie moored or at anchor, learnt from where they rest."""

from __future__ import annotations

import dataclasses

import numpy as np
import pandas as pd
import polars as pl
from numpy.typing import ArrayLike
from scipy.spatial import cKDTree

from stsdetect.arrays import Bools, Floats, Ints, row_sum
from stsdetect.geo.geodesy import ecef_m
from stsdetect.geo.land import is_land, shore_distance_m
from stsdetect.params import BerthParams
from stsdetect.schema import BERTHS, LOITERING, Frame


def find_berths(loitering: Frame, *, params: BerthParams | None = None) -> pd.DataFrame:
    """Find berths and anchorages anywhere in the world, from the stops of all vessels.

    A stop near the shore within which the vessel did not swing is that of a moored ship. Where ships stop so
    again, or in turn, or one lay for a whole tide, there is a berth. Farther inland than any quay of the map,
    on rivers, a stop counts if the vessel broadcast that it was moored. Where several vessels lay at anchor,
    there is an anchorage.

    Parameters
    ----------
    loitering : LOITERING frame
        Of all vessels.
    params : BerthParams, optional

    Returns
    -------
    pandas.DataFrame
        BERTHS, sorted by identifier; `stsdetect.ports.named_berths` adds the ports.

    Raises
    ------
    SchemaError
        If the frame is not a valid LOITERING table.

    Examples
    --------
    >>> from stsdetect.schema import LOITERING
    >>> len(find_berths(LOITERING.empty()))
    0
    """
    return BERTHS.to_pandas(learn_berths(LOITERING.validate(loitering), params=params))


def learn_berths(loitering: pl.DataFrame, *, params: BerthParams | None = None) -> pl.DataFrame:
    """`find_berths` on a valid polars table, for the pipeline; BERTHS, sorted by identifier."""
    params = BerthParams.of(params)
    stops = loitering.sort(LOITERING.sort_by, maintain_order=True)
    moored = _may_be_moored(stops, params)
    berths = _berths(stops.filter(moored), params)
    rest = stops.filter(~moored & lies_at_anchor(stops, params))
    anchorages = _anchorages(rest.filter(~at_berth(rest["lat"], rest["lon"], berths, params)), params)
    return pl.concat([berths, anchorages]).sort(BERTHS.sort_by, maintain_order=True)


def _berths(stops: pl.DataFrame, params: BerthParams) -> pl.DataFrame:
    """BERTHS where ships lay moored again, or in turn, or for a whole tide."""
    if stops.is_empty():
        return BERTHS.optional(None)
    axis = (2.0 * pl.col("heading_deg")).radians()
    steady = pl.col("heading_scatter_deg") <= params.max_heading_scatter_deg
    found = (
        stops.with_columns(
            berth=pl.Series(_clusters(ecef_m(stops["lat"], stops["lon"]), params.join_m)),
            near=pl.Series(lies_still(stops, params)),
        )
        .group_by("berth", maintain_order=True)
        .agg(
            pl.col("lat", "lon").first(),
            n_visits=pl.len().cast(pl.Int64),
            n_ships=pl.col("vessel_id").n_unique().cast(pl.Int64),
            longest_h=pl.col("duration_h").max(),
            near=pl.col("near").any(),
            east=row_sum(axis.sin().filter(steady)),
            north=row_sum(axis.cos().filter(steady)),
            steady=(steady & pl.col("heading_deg").is_not_null()).any(),
        )
    )
    enough = pl.col("n_visits") >= params.min_visits
    enough |= pl.col("near") & (pl.col("longest_h") >= params.min_single_stop_h)
    found = found.filter(enough).with_columns(
        berth_id=_identifier("berth"),
        radius_m=pl.lit(params.join_m),
        kind=pl.lit("berth"),
        # Ships lie with either side to the quay.
        heading_deg=pl.when("steady").then((pl.arctan2("east", "north").degrees() / 2.0) % 180.0),
    )
    return BERTHS.validate(found.unique("berth_id", keep="first", maintain_order=True))


def _anchorages(stops: pl.DataFrame, params: BerthParams) -> pl.DataFrame:
    """BERTHS where several vessels lay at anchor, at the same time or in turn."""
    if stops.is_empty():
        return BERTHS.optional(None)
    place = ecef_m(stops["lat"], stops["lon"])
    found = (
        stops.with_columns(anchorage=pl.Series(_clusters(place, params.anchorage_join_m)))
        .group_by("anchorage", maintain_order=True)
        .agg(
            pl.col("lat", "lon").first(),
            n_visits=pl.len().cast(pl.Int64),
            n_ships=pl.col("vessel_id").n_unique().cast(pl.Int64),
        )
        .filter(pl.col("n_ships") >= params.min_anchored_ships)
        .with_columns(
            berth_id=_identifier("anchorage"),
            radius_m=pl.lit(params.anchorage_join_m),
            kind=pl.lit("anchorage"),
        )
    )
    return BERTHS.validate(found.unique("berth_id", keep="first", maintain_order=True))


def _identifier(kind: str) -> pl.Expr:
    return pl.format(f"{kind}-{{}}-{{}}", pl.col("lat").round(4), pl.col("lon").round(4))


def lies_at_anchor(loitering: pl.DataFrame, params: BerthParams) -> Bools:
    """Which stops are those of ships that swing at anchor, and neither drift nor work.

    Parameters
    ----------
    loitering : polars.DataFrame
        LOITERING, n rows.
    params : BerthParams

    Returns
    -------
    numpy.ndarray
        Shape (n,), bool; a ship that broadcast another status for most of the stop is not known to be.
    """
    slow = (pl.col("mean_sog_kn") <= params.max_anchored_sog_kn) & (
        pl.col("radius_m") <= params.max_anchored_radius_m
    )
    says_so = (pl.col("anchored_share") >= params.min_moored_share).fill_null(value=True)
    return np.asarray(loitering.select(a=slow & says_so)["a"].to_numpy(), dtype=np.bool_)


def lies_still(loitering: pl.DataFrame, params: BerthParams) -> Bools:
    """Which stops are those of ships moored at the shore: near it, and without a swing.

    Parameters
    ----------
    loitering : polars.DataFrame
        LOITERING, n rows.
    params : BerthParams

    Returns
    -------
    numpy.ndarray
        Shape (n,), bool.
    """
    still = loitering["radius_m"].to_numpy() <= params.max_still_radius_m
    still[still] = near_shore(loitering["lat"].to_numpy()[still], loitering["lon"].to_numpy()[still], params)
    return np.asarray(still)


def _may_be_moored(loitering: pl.DataFrame, params: BerthParams) -> Bools:
    """Stops that may teach a berth: near the shore, or farther off if the ship hardly moved at all.

    On land of the map, where rivers and basins are, also those of ships that broadcast that they were moored.
    """
    far = dataclasses.replace(
        params, max_shore_m=params.max_quay_shore_m, max_still_radius_m=params.max_quay_radius_m
    )
    moored = lies_still(loitering, params) | lies_still(loitering, far)
    says_so = (loitering["moored_share"] >= params.min_moored_share).fill_null(value=False).to_numpy()
    inland = ~moored & says_so & (loitering["radius_m"].to_numpy() <= params.max_still_radius_m)
    inland[inland] = is_land(loitering["lat"].to_numpy()[inland], loitering["lon"].to_numpy()[inland])
    return np.asarray(moored | inland, dtype=np.bool_)


def near_shore(lat: ArrayLike, lon: ArrayLike, params: BerthParams) -> Bools:
    """Which positions lie within `max_shore_m` of the shore, on either side of it as the map has it.

    Basins and rivers that the map lacks are land on it; far inside, a ship may be at anchor in a river.

    Parameters
    ----------
    lat, lon : array_like
        Positions, shape (n,) [deg].
    params : BerthParams

    Returns
    -------
    numpy.ndarray
        Shape (n,), bool; false where a position is not known.
    """
    lat, lon = np.asarray(lat, np.float64), np.asarray(lon, np.float64)
    out = np.zeros(lat.shape, dtype=bool)
    known = np.isfinite(lat) & np.isfinite(lon)
    if known.any():
        out[known] = shore_distance_m(lat[known], lon[known]) <= params.max_shore_m
    return out


def at_berth(lat: ArrayLike, lon: ArrayLike, berths: pl.DataFrame, params: BerthParams) -> Bools:
    """Which positions lie within `reach_m` of a berth.

    Parameters
    ----------
    lat, lon : array_like
        Positions, shape (n,) [deg].
    berths : polars.DataFrame
        BERTHS.
    params : BerthParams

    Returns
    -------
    numpy.ndarray
        Shape (n,), bool; false where a position is not known.

    Examples
    --------
    >>> row = {"berth_id": "b", "lat": 0.0, "lon": 180.0, "radius_m": 100.0, "n_visits": 2, "n_ships": 1}
    >>> berths = BERTHS.validate(pl.DataFrame([row | {"kind": "berth"}]))
    >>> at_berth([0.0, 0.0], [-179.999, -179.9], berths, BerthParams()).tolist()
    [True, False]
    """
    lat, lon = np.asarray(lat, np.float64), np.asarray(lon, np.float64)
    out = np.zeros(lat.shape, dtype=bool)
    known = np.isfinite(lat) & np.isfinite(lon)
    places = berths.filter(kind="berth")
    if known.any() and len(places):
        tree = cKDTree(ecef_m(places["lat"], places["lon"]))
        nearest = tree.query(ecef_m(lat[known], lon[known]), distance_upper_bound=params.reach_m)[0]
        out[known] = np.isfinite(nearest)
    return out


def rests_moored(
    lat: ArrayLike, lon: ArrayLike, sog_kn: ArrayLike, berths: pl.DataFrame, params: BerthParams
) -> Bools:
    """Which fixes are those of ships at rest at a berth, or at rest near the shore.

    Parameters
    ----------
    lat, lon : array_like
        Positions, shape (n,) [deg].
    sog_kn : array_like
        Speeds over ground, shape (n,) [kn]; a ship of unknown speed is not known to rest.
    berths : polars.DataFrame
        BERTHS.
    params : BerthParams

    Returns
    -------
    numpy.ndarray
        Shape (n,), bool.
    """
    lat, lon = np.asarray(lat, np.float64), np.asarray(lon, np.float64)
    rests = np.asarray(sog_kn, np.float64) <= params.max_rest_sog_kn
    out = np.zeros(lat.shape, dtype=bool)
    out[rests] = at_berth(lat[rests], lon[rests], berths, params) | near_shore(lat[rests], lon[rests], params)
    return out


def _clusters(place: Floats, reach_m: float) -> Ints:
    """Number of the cluster of each place: around the one with most others in reach, then the next, ...

    Parameters
    ----------
    place : numpy.ndarray
        Earth-centred, shape (n, 3) [m].
    reach_m : float
        Radius of a cluster [m].

    Returns
    -------
    numpy.ndarray of int
        Shape (n,).
    """
    tree = cKDTree(place)
    n_near = tree.query_ball_point(place, reach_m, return_length=True)
    out = np.full(len(place), -1, np.int64)
    n_clusters = 0
    for centre in np.argsort(-n_near, kind="stable"):
        if out[centre] >= 0:
            continue
        near = np.asarray(tree.query_ball_point(place[centre], reach_m), np.int64)
        out[near[out[near] < 0]] = n_clusters
        n_clusters += 1
    return out
