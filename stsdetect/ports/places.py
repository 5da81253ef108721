"""The named ports of the world, and which of them a place belongs to."""

from __future__ import annotations

from functools import cache
from importlib.resources import files

import numpy as np
import pandas as pd
import polars as pl
from numpy.typing import ArrayLike
from scipy.spatial import cKDTree

from stsdetect.arrays import Floats, Ints
from stsdetect.geo.geodesy import ecef_m
from stsdetect.params import PortParams
from stsdetect.schema import BERTHS, Frame


@cache
def world_ports() -> pl.DataFrame:
    """The bundled ports, see the README beside their list.

    Returns
    -------
    polars.DataFrame
        ``port_id, port_name, country`` (ISO 3166 alpha-3), ``lat, lon`` [deg], ``n_countries`` that it trades
        with, ``at_sea``; not to be changed.

    Examples
    --------
    >>> world_ports().filter(country="PRK")["port_name"].to_list()[:3]
    ['Chongjin', 'Haeju', 'Hungnam']
    """
    text = (files("stsdetect.ports") / "data" / "ports.csv").read_bytes()
    return pl.read_csv(text, schema_overrides={"n_countries": pl.Int64, "at_sea": pl.Boolean}).drop("source")


def nearest_port(lat: ArrayLike, lon: ArrayLike, *, reach_m: float) -> Ints:
    """Row of `world_ports` of the port nearest to each place.

    Parameters
    ----------
    lat, lon : array_like
        Positions, shape (n,) [deg].
    reach_m : float
        Largest distance [m].

    Returns
    -------
    numpy.ndarray of int
        Shape (n,), -1 where no port is within reach or the position is not known.

    Examples
    --------
    >>> row = nearest_port([31.25, 31.25], [121.5, 125.0], reach_m=15_000.0)
    >>> world_ports()["port_name"][int(row[0])], int(row[1])
    ('Shanghai', -1)
    """
    lat, lon = np.asarray(lat, np.float64), np.asarray(lon, np.float64)
    out = np.full(lat.shape, -1, np.int64)
    known = np.isfinite(lat) & np.isfinite(lon)
    if known.any():
        distance, row = _tree().query(ecef_m(lat[known], lon[known]), distance_upper_bound=reach_m)
        out[known] = np.where(np.isfinite(distance), row, -1)
    return out


def port_columns(row: Ints) -> pl.DataFrame:
    """``port_id, port_name, country`` of rows from `nearest_port`; null where the row is -1."""
    index = pl.Series(row, dtype=pl.Int64)
    index = index.set(index < 0, None)
    ports = world_ports()
    return pl.DataFrame({name: ports[name].gather(index) for name in ("port_id", "port_name", "country")})


def named_berths(berths: Frame, *, params: PortParams | None = None) -> pd.DataFrame:
    """Name berths and anchorages after the nearest port; an anchorage off a port is its roads.

    Parameters
    ----------
    berths : BERTHS frame
        From `stsdetect.detection.find_berths`.
    params : PortParams, optional
        How near a port must be.

    Returns
    -------
    pandas.DataFrame
        BERTHS, sorted by identifier; places without a port nearby keep a null name.

    Raises
    ------
    SchemaError
        If the frame is not a valid BERTHS table.

    Examples
    --------
    >>> place = {"berth_id": "anchorage-1", "lat": 30.6, "lon": 121.25, "radius_m": 1000.0, "n_visits": 4,
    ...          "n_ships": 4, "kind": "anchorage"}
    >>> named_berths(pd.DataFrame([place]))[["port_name", "kind"]].to_numpy().tolist()
    [['Zhapu', 'roads']]
    """
    return BERTHS.to_pandas(berths_of_ports(BERTHS.validate(berths), params=params))


def berths_of_ports(berths: pl.DataFrame, *, params: PortParams | None = None) -> pl.DataFrame:
    """`named_berths` on a valid polars table, for the pipeline; the order of the rows is kept."""
    params = PortParams.of(params)
    if berths.is_empty():
        return berths
    row = nearest_port(berths["lat"], berths["lon"], reach_m=max(params.name_reach_m, params.roads_reach_m))
    off = _off_m(berths["lat"], berths["lon"], row)
    is_berth = (berths["kind"] == "berth").to_numpy()
    row = np.where(off <= np.where(is_berth, params.name_reach_m, params.roads_reach_m), row, -1)
    named = port_columns(row)
    roads = pl.Series(~is_berth & (row >= 0))
    return berths.with_columns(
        named["port_id"],
        named["port_name"],
        kind=pl.when(roads).then(pl.lit("roads")).otherwise("kind"),
    )


def _off_m(lat: ArrayLike, lon: ArrayLike, row: Ints) -> Floats:
    """Straight distance of places to their ports [m]; infinite where the row is -1."""
    ports = world_ports()
    there = ecef_m(ports["lat"].to_numpy()[row], ports["lon"].to_numpy()[row])
    return np.asarray(np.where(row >= 0, np.linalg.norm(there - ecef_m(lat, lon), axis=1), np.inf))


@cache
def _tree() -> cKDTree:
    ports = world_ports()
    return cKDTree(ecef_m(ports["lat"], ports["lon"]))
