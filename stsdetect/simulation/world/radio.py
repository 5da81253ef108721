"""What is received: reporting intervals by class, speed and status, stations and losses, quantised fields.

Intervals are those of ITU-R M.1371-5, tables 1 and 2, for class A (without the faster reports while turning)
and class B CS. The share received falls with distance along a logistic curve [J].
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import polars as pl
from numpy.typing import NDArray

from stsdetect.arrays import Floats, Ints
from stsdetect.geo.geodesy import distance_m, local_offset_m, move
from stsdetect.itu import reporting_interval_s
from stsdetect.simulation.sea_params import SeaParams
from stsdetect.simulation.world.fleet import Ship, VesselAttributes
from stsdetect.simulation.world.hull_motion import Wobble
from stsdetect.units import KN_TO_MPS, S_PER_H

STATIONS = {
    "SHS": (30.73, 122.82),
    "DFS": (30.14, 122.77),
    "TAO": (29.78, 122.20),
    "DIS": (30.02, 122.10),
    "YSN": (30.62, 122.06),
    "NHU": (30.86, 121.90),
}
"""Shore stations, invented, on islands and headlands near these places (latitude, longitude)."""

RIVER_STATIONS = {
    "WSG": (31.39, 121.52),
    "ZPU": (30.60, 121.08),
    "BLN": (29.92, 121.86),
    "TCG": (31.58, 121.25),
    "NTG": (31.99, 120.84),
    "JYN": (31.91, 120.28),
}
"""More of them on the shores of Hangzhou Bay and the Yangtze, added in this order."""

SATELLITE = "SAT"

_SPEED_GRID_S, _RECEPTION_GRID_S = 60.0, 600.0  # steps at which speed and distance to stations are computed
_PASS_S = 600.0  # a satellite is above the horizon for about ten minutes
_AT_REST_KN = 1.0  # a ship that moves faster is not at rest, whatever her status
_SOG_NOISE_MPS = 0.03  # of each component of the velocity [J]
_STATIC_S = 360.0  # M.1371-5: static and voyage data every 6 min
_STEPS_PER_DEG = 600_000.0  # positions are sent in 1/10000 minute


class Received(NamedTuple):
    """Instants at which a ship's messages were received [s], and the index of the station."""

    t: Floats
    station: Ints


class Outage(NamedTuple):
    """Receivers that failed from `start` to `end` [s]: one station, or all when `station` is -1."""

    station: int
    start: float
    end: float


@dataclass(frozen=True, slots=True)
class Air:
    """Reception of a sea: its stations, their outages and the satellite passes, the same for all ships."""

    params: SeaParams
    outages: tuple[Outage, ...]
    first_pass_s: float

    @property
    def stations(self) -> dict[str, tuple[float, float]]:
        """Shore stations of this sea (latitude, longitude)."""
        return STATIONS | dict(list(RIVER_STATIONS.items())[: self.params.river_stations])

    @property
    def station_names(self) -> NDArray[np.str_]:
        """Names by the index of `Received`: the shore stations, then the satellites."""
        return np.array([*self.stations, SATELLITE])

    @classmethod
    def draw(cls, params: SeaParams, rng: np.random.Generator) -> Air:
        """Draw when receivers fail and when satellites pass."""
        seconds = params.hours * S_PER_H
        outages = []
        for _ in range(params.station_outages):
            start = float(rng.uniform(0.0, seconds))
            outages.append(
                Outage(
                    int(rng.integers(len(STATIONS) + params.river_stations)),
                    start,
                    start + float(rng.uniform(1.0, 8.0)) * S_PER_H,
                )
            )
        for _ in range(params.feed_outages):
            start = float(rng.uniform(0.1, 0.9)) * seconds
            outages.append(Outage(-1, start, start + float(rng.uniform(0.5, 3.0)) * S_PER_H))
        return cls(params, tuple(outages), float(rng.uniform(0.0, params.satellite_every_s)))

    def receive(self, ship: Ship, t: Floats, rng: np.random.Generator) -> Received:
        """Receive some of the messages that a ship sends.

        Parameters
        ----------
        ship : Ship
            The sender; what it sends while switched off is not received.
        t : numpy.ndarray
            When it sends, ascending, shape (n,) [s].
        rng : numpy.random.Generator
            Random numbers of the ship.

        Returns
        -------
        Received
            Each message received at the nearest station that got it, then the copies of other stations.
        """
        if not len(t):
            return Received(np.empty(0), np.empty(0, dtype=np.int64))
        grid = np.arange(t[0], t[-1] + _RECEPTION_GRID_S, _RECEPTION_GRID_S)
        lat, lon, _ = ship.voyage.pose(grid)
        km = np.column_stack(
            [np.interp(t, grid, distance_m(lat, lon, *place) / 1000.0) for place in self.stations.values()]
        )
        # Class B sends with 2 W instead of 12.5 W.
        range_km = self.params.station_range_km * (1.0 if ship.ais_class == "A" else 0.75)
        p = self.params.received_share / (1.0 + np.exp((km - range_km) / (0.08 * range_km)))
        p[:, len(STATIONS) :] *= self.params.river_received_share
        overhead = (t - self.first_pass_s) % self.params.satellite_every_s < _PASS_S
        p = np.column_stack([p, np.where(overhead, self.params.satellite_share, 0.0)])
        km = np.column_stack([km, np.full(len(t), 1000.0)])
        for station, start, end in self.outages:
            failed = (t >= start) & (t < end)
            p[failed, slice(None) if station < 0 else station] = 0.0
        received = rng.random(p.shape) < p
        for start, end in ship.switched_off:
            received &= ~((t >= start) & (t <= end))[:, None]
        return self._copies(t, np.where(received, km, np.inf), rng)

    def _copies(self, t: Floats, km: Floats, rng: np.random.Generator) -> Received:
        """The nearest station's copy of each message, then copies of some messages by another station."""
        nearest, received = km.argmin(axis=1), np.isfinite(km).any(axis=1)
        first = Received(t[received], nearest[received])
        if self.params.copy_share == 0.0:
            return first
        km[np.arange(len(t)), nearest] = np.inf
        again = np.isfinite(km).any(axis=1) & (rng.random(len(t)) < self.params.copy_share)
        late = np.floor(rng.uniform(0.0, 3.0, int(again.sum())))
        return Received(
            np.concatenate([first.t, t[again] + late]),
            np.concatenate([first.station, km.argmin(axis=1)[again]]),
        )


def position_reports(ship: Ship, air: Air, rng: np.random.Generator) -> pl.DataFrame:
    """Position reports of one ship as received: whole seconds, quantised as in the messages."""
    params = air.params
    t, station = air.receive(ship, _sent(ship, params, rng), rng)
    lat, lon, heading = _antenna(ship, t, rng, params.gnss_error_m)
    lat_1, lon_1, _ = _antenna(ship, t - 5.0, None, 0.0)
    lat_2, lon_2, _ = _antenna(ship, t + 5.0, None, 0.0)
    east, north = local_offset_m(lat_1, lon_1, lat_2, lon_2)
    east = east / 10.0 + rng.normal(0.0, _SOG_NOISE_MPS, len(t))
    north = north / 10.0 + rng.normal(0.0, _SOG_NOISE_MPS, len(t))
    if not ship.gives_heading:
        heading = np.full_like(t, np.nan)
    if params.heading_dropout_share > 0.0:
        heading = np.where(rng.random(len(t)) < params.heading_dropout_share, np.nan, heading)
    if params.spike_share > 0.0:
        lat, lon = _spiked(lat, lon, params.spike_share, rng)
    is_a = ship.ais_class == "A"
    return pl.DataFrame(
        {
            "mmsi": np.full(len(t), ship.mmsi, dtype=np.int64),
            "second": t,
            "lat": np.round(lat * _STEPS_PER_DEG) / _STEPS_PER_DEG,
            "lon": np.round(lon * _STEPS_PER_DEG) / _STEPS_PER_DEG,
            "sog": np.round(np.hypot(east, north) / KN_TO_MPS, 1),
            "cog": np.round(np.rad2deg(np.arctan2(east, north)) % 360.0, 1) % 360.0,
            "heading": np.round(heading + rng.normal(0.0, params.heading_noise_deg, len(t))) % 360.0,
            "nav_status": ship.voyage.nav_status(t) if is_a else np.full(len(t), -1, dtype=np.int32),
            "ais_class": np.full(len(t), ship.ais_class),
            "msg_type": np.full(len(t), 1 if is_a else 18, dtype=np.int32),
            "station": air.station_names[station],
        }
    )


def static_reports(ship: Ship, air: Air, rng: np.random.Generator) -> pl.DataFrame:
    """Static reports of one ship as received, one row per message (class B: one for both parts)."""
    every_s = max(_STATIC_S, air.params.keep_static_every_s)
    first, last = max(ship.voyage.t_start, 0.0), ship.voyage.t_end
    sent = np.floor(np.arange(first + rng.uniform(1.0, every_s), last, every_s))
    t, station = air.receive(ship, sent, rng)
    which = np.searchsorted(np.array([s[0] for s in ship.broadcasts]), t, side="right") - 1
    rows = [ship.broadcasts[k][1] for k in np.maximum(which, 0)]
    frame = pl.DataFrame(rows, schema=list(VesselAttributes._fields), orient="row") if rows else _no_static()
    return frame.with_columns(
        pl.lit(ship.mmsi, pl.Int64).alias("mmsi"),
        pl.Series("second", t),
        pl.lit(ship.ais_class).alias("ais_class"),
        pl.Series("station", air.station_names[station]),
    )


def _no_static() -> pl.DataFrame:
    dtypes = {"shipname": pl.String, "callsign": pl.String, "destination": pl.String, "draught_m": pl.Float64}
    return pl.DataFrame(schema={name: dtypes.get(name, pl.Int64()) for name in VesselAttributes._fields})


def _sent(ship: Ship, params: SeaParams, rng: np.random.Generator) -> Floats:
    """When a ship sends the position reports that a receiver would keep [whole s]."""
    first, last = max(ship.voyage.t_start, 0.0), ship.voyage.t_end
    if last - first < 2.0 * _SPEED_GRID_S:
        return np.empty(0)
    grid = np.arange(first, last, _SPEED_GRID_S)
    lat, lon, _ = ship.voyage.pose(grid)
    sog = distance_m(lat[:-1], lon[:-1], lat[1:], lon[1:]) / _SPEED_GRID_S / KN_TO_MPS
    sent = np.concatenate([[0.0], np.cumsum(_SPEED_GRID_S / _interval_s(ship, grid[:-1], sog, params))])
    t = np.interp(np.arange(rng.uniform(), sent[-1], 1.0), sent, grid)
    return np.unique(np.floor(t + rng.uniform(0.0, 1.0, len(t))))


def _interval_s(ship: Ship, t: Floats, sog_kn: Floats, params: SeaParams) -> Floats:
    at_rest = np.isin(ship.voyage.nav_status(t), [1, 5])
    interval = reporting_interval_s(sog_kn, at_rest=at_rest, class_b=ship.ais_class == "B")
    keep_at_rest_s = max(params.keep_every_s, params.keep_at_rest_every_s)
    keep_s = np.where(at_rest & (sog_kn < _AT_REST_KN), keep_at_rest_s, params.keep_every_s)
    return np.asarray(np.maximum(interval, keep_s))


def _spiked(lat: Floats, lon: Floats, share: float, rng: np.random.Generator) -> tuple[Floats, Floats]:
    """Displace some positions by 2 to 40 km."""
    hit = rng.random(len(lat)) < share
    angle, far = rng.uniform(0.0, 2.0 * np.pi, len(lat)), rng.uniform(2_000.0, 40_000.0, len(lat))
    return move(lat, lon, np.where(hit, far * np.sin(angle), 0.0), np.where(hit, far * np.cos(angle), 0.0))


def _antenna(
    ship: Ship, t: Floats, rng: np.random.Generator | None, error_m: float
) -> tuple[Floats, Floats, Floats]:
    """Latitude and longitude of the antenna, with an error if there is an `rng`, and the heading [deg]."""
    lat, lon, heading = ship.voyage.pose(t)
    sin, cos = np.sin(np.deg2rad(heading)), np.cos(np.deg2rad(heading))
    ahead, right = ship.antenna_ahead_m, ship.antenna_right_m
    east, north = ahead * sin + right * cos, ahead * cos - right * sin
    if rng is not None and error_m > 0.0:
        slow = 0.9 * error_m / np.sqrt(2.0)
        fast = np.sqrt(max(error_m**2 / 2.0 - slow**2, 0.0))
        east = east + Wobble.draw(rng, slow, 1800.0)(t) + rng.normal(0.0, fast, len(t))
        north = north + Wobble.draw(rng, slow, 1800.0)(t) + rng.normal(0.0, fast, len(t))
    lat, lon = move(lat, lon, east, north)
    return lat, lon, heading + ship.heading_bias_deg
