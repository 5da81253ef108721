"""How a ship lies to her anchor: chain and depth set the distance of the bow, wind and tide the direction.

Only plausible [J]; chain, depth, tautness, lag and yaw are varied widely from sea to sea, since no numbers of
ours are measured. A chain that lies on the bottom moves with the ship or does not: then the ship swings about
the place where it leaves the bottom. Between the two, the share `chain_taut_share` of it moves.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.ndimage import gaussian_filter1d
from scipy.signal import lfilter

from stsdetect.arrays import Floats
from stsdetect.geo.angles import wrap360
from stsdetect.geo.geodesy import move
from stsdetect.simulation.sea_params import SeaParams
from stsdetect.simulation.world.hull_motion import STILL, Pose, Wobble
from stsdetect.simulation.world.water import Water

_STEP_S = 120.0
_GRAVITY = 9.81


@dataclass(frozen=True, slots=True)
class OnChain:
    """The bow at a distance from a fixed point, the hull behind it.

    Attributes
    ----------
    lat, lon : float
        The pivot [deg].
    half_length_m : float
        Bow to the middle of the hull [m].
    line : tuple of numpy.ndarray
        Instants [s], direction from bow to pivot, unwrapped [deg], and distance from bow to pivot [m]; a
        negative distance is a pivot abaft the bow, such as a dredger's spud.
    yaw : Wobble
        Heading minus the direction from bow to pivot [deg].
    sheer : Wobble
        How far that direction goes to either side [deg].
    wander : tuple of Wobble
        How far the pivot moves east and north while the chain is dragged over the bottom [m].
    """

    lat: float
    lon: float
    half_length_m: float
    line: tuple[Floats, Floats, Floats]
    yaw: Wobble = STILL
    sheer: Wobble = STILL
    wander: tuple[Wobble, Wobble] = (STILL, STILL)

    def pose(self, t: Floats) -> Pose:
        """Pose at `t` [s].

        Examples
        --------
        A ship of 200 m with her bow 80 m south of the pivot has her middle 180 m south of it.

        >>> line = np.array([0.0, 60.0]), np.zeros(2), np.full(2, 80.0)
        >>> lat = OnChain(30.0, 123.0, 100.0, line).pose(np.array([30.0])).lat
        >>> round(float(30.0 - lat[0]) * 60.0 * 1852.0)
        180
        """
        at, direction, distance_m = self.line
        toward = np.deg2rad(np.interp(t, at, direction) + self.sheer(t))
        bow_m = np.interp(t, at, distance_m)
        heading = toward + np.deg2rad(self.yaw(t))
        east = self.wander[0](t) - bow_m * np.sin(toward) - self.half_length_m * np.sin(heading)
        north = self.wander[1](t) - bow_m * np.cos(toward) - self.half_length_m * np.cos(heading)
        lat, lon = move(np.full_like(t, self.lat), np.full_like(t, self.lon), east, north)
        return Pose(lat, lon, wrap360(np.rad2deg(heading)))


def lie_on_chain(
    params: SeaParams,
    water: Water,
    rng: np.random.Generator,
    place: tuple[float, float],
    length_m: float,
    *,
    wind_shift: Wobble = STILL,
) -> OnChain:
    """Draw depth, chain, windage and yaw of one ship, and lay her to wind and tide.

    Parameters
    ----------
    params : SeaParams
        With a `depth_m` above 0.
    water : Water
        Tide and wind.
    rng : numpy.random.Generator
        The scene's random numbers.
    place : (float, float)
        The pivot [deg].
    length_m : float
        Length of the ship [m].
    wind_shift : Wobble
        Veering and backing of the wind, the same for all ships [deg].
    """
    depth_m = params.depth_m * float(rng.uniform(0.8, 1.2)) + 2.0 + 0.03 * length_m
    scope = float(np.clip(params.chain_over_depth * rng.lognormal(0.0, 0.25), 1.8, 12.0))
    taut = float(np.clip(params.chain_taut_share + rng.normal(0.0, 0.2), 0.0, 1.0))
    windage = float(rng.uniform(0.005, 0.06))
    lag_s = params.swing_lag_min * 60.0 * float(rng.uniform(0.7, 1.4)) * (length_m / 150.0) ** 0.5
    t = np.arange(0.0, params.hours * 3600.0 + _STEP_S, _STEP_S)
    current, wind = water.current(t), _wind(water, wind_shift(t))
    against = np.arctan2(-(current[0] + windage * wind[0]), -(current[1] + windage * wind[1]))
    direction = _lagged(np.unwrap(np.rad2deg(against), period=360.0), lag_s)
    pull_n = pull_on_chain_n(length_m, np.hypot(*current), np.hypot(*wind))
    chain_m = float(np.clip(scope * depth_m, 1.3 * depth_m, max(chain_on_board_m(length_m), 1.3 * depth_m)))
    bow_m = bow_to_pivot_m(depth_m, chain_m, pull_n, chain_weight_n_per_m(length_m), taut_share=taut)
    slack_m = 0.1 * (1.0 - taut) * chain_m
    return OnChain(
        lat=place[0],
        lon=place[1],
        half_length_m=length_m / 2.0,
        line=(t, direction, np.asarray(gaussian_filter1d(bow_m, 300.0 / _STEP_S, mode="nearest"))),
        yaw=Wobble.draw(rng, params.yaw_deg, 900.0),
        sheer=Wobble.draw(rng, 0.4 * params.yaw_deg, 900.0),
        wander=(Wobble.draw(rng, slack_m, 30_000.0), Wobble.draw(rng, slack_m, 30_000.0)),
    )


def bow_to_pivot_m(
    depth_m: float, chain_m: float, pull_n: Floats, weight_n_per_m: float, *, taut_share: float
) -> Floats:
    """Horizontal distance from the bow to the point about which the ship swings [m].

    The chain hangs as a catenary from the bow to the bottom, or straight when it is pulled taut.

    Parameters
    ----------
    depth_m : float
        Hawse pipe to bottom [m].
    chain_m : float
        Chain paid out [m].
    pull_n : numpy.ndarray
        Horizontal pull [N].
    weight_n_per_m : float
        Weight of the chain in water [N/m].
    taut_share : float
        Share of the chain on the bottom that moves with the ship.

    Examples
    --------
    With a pull of 100 kN, 1 kN/m and 30 m, sqrt(30^2 + 2 * 30 * 100) = 83 m of chain hang, over 76 m.

    >>> bow_to_pivot_m(30.0, 150.0, np.array([1e5, 1e9]), 1e3, taut_share=0.0).round().tolist()
    [76.0, 147.0]
    >>> bow_to_pivot_m(30.0, 150.0, np.array([1e5]), 1e3, taut_share=1.0).round().tolist()
    [143.0]
    """
    a_m = np.maximum(pull_n, 1.0) / weight_n_per_m
    hanging_m = np.sqrt(depth_m**2 + 2.0 * depth_m * a_m)
    catenary_m = a_m * np.arccosh(1.0 + depth_m / a_m)
    on_bottom_m = np.maximum(chain_m - hanging_m, 0.0)
    straight_m = np.sqrt(max(chain_m**2 - depth_m**2, 0.0))
    return np.asarray(
        np.where(
            hanging_m < chain_m, np.minimum(catenary_m + taut_share * on_bottom_m, straight_m), straight_m
        )
    )


def pull_on_chain_n(length_m: float, current_mps: Floats, wind_mps: Floats) -> Floats:
    """Pull of current on the wetted hull and of wind on its front [N]; coefficients of 0.012 and 0.9 [J]."""
    beam_m, draught_m = length_m / 6.2, 0.045 * length_m
    wetted_m2 = length_m * (beam_m + 2.0 * draught_m)
    front_m2 = beam_m * (4.0 + 0.1 * length_m)
    return np.asarray(
        0.5 * 1025.0 * 0.012 * wetted_m2 * current_mps**2 + 0.5 * 1.225 * 0.9 * front_m2 * wind_mps**2
    )


def chain_weight_n_per_m(length_m: float) -> float:
    """Weight of a ship's chain in water [N/m]: links of 28 mm on 60 m, of 74 mm on 200 m [J]."""
    link_m = 0.00033 * length_m + 0.008
    return 21_900.0 * link_m**2 * 0.87 * _GRAVITY


def chain_on_board_m(length_m: float) -> float:
    """Longest chain that a ship pays out [m]: eight shackles of 27.5 m on 60 m, twelve on 200 m and more [J].

    Examples
    --------
    >>> [round(chain_on_board_m(length)) for length in (60.0, 130.0, 300.0)]
    [220, 275, 330]
    """
    return float(np.clip(220.0 + (length_m - 60.0) * 110.0 / 140.0, 165.0, 330.0))


def _wind(water: Water, shift_deg: Floats) -> tuple[Floats, Floats]:
    """Wind, east and north [m/s], turned by `shift_deg`."""
    to = np.deg2rad(water.wind_to_deg + shift_deg)
    return water.wind_mps * np.sin(to), water.wind_mps * np.cos(to)


def _lagged(direction: Floats, lag_s: float) -> Floats:
    """First-order lag; the ship turns after wind and tide have turned."""
    keep = float(np.exp(-_STEP_S / max(lag_s, 1.0)))
    out, _ = lfilter([1.0 - keep], [1.0, -keep], direction, zi=[keep * direction[0]])
    return np.asarray(out)
