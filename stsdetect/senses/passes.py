"""Typical passes of imaging satellites during an event, and the area of imagery to request."""

from __future__ import annotations

import math
from datetime import datetime, timedelta
from typing import NamedTuple

_DEG_PER_H = 15.0  # the sun's motion in longitude


class Sensor(NamedTuple):
    """One imaging system and the local solar time of its passes.

    Attributes
    ----------
    name : str
        Satellites, kind of sensor and resolution.
    local_hours : tuple of float
        Centres of its passes in mean local solar time [h].
    half_width_h : float
        Passes lie within this much of a centre [h].
    remark : str
        What an image needs, and how often there is one.
    """

    name: str
    local_hours: tuple[float, ...]
    half_width_h: float
    remark: str


class Window(NamedTuple):
    """A span of time in which a sensor typically passes, with its remark."""

    sensor: str
    start: datetime
    end: datetime
    remark: str


SENSORS = (
    Sensor("Sentinel-1 (radar, 10 m)", (6.0, 18.0), 1 / 3, "works at night and through cloud; not daily"),
    Sensor("Sentinel-2 (optical, 10 m)", (10.6,), 1 / 4, "in daylight and clear sky; every few days"),
    Sensor("PlanetScope (optical, 3 m)", (10.6,), 1.0, "in daylight and clear sky; about daily"),
)
"""Sun-synchronous orbits cross a latitude at a fixed local solar time: Sentinel-1 near 06:00 and 18:00,
Sentinel-2 and PlanetScope in the late morning (mission descriptions of ESA and Planet); half widths are our
judgement [J]. Only the archive of the provider shows whether an image was taken."""


def imagery_windows(start: datetime, end: datetime, lon: float) -> list[Window]:
    """Typical passes that overlap an event.

    Parameters
    ----------
    start, end : datetime
        The event, with a time zone.
    lon : float
        Longitude of the event [deg].

    Returns
    -------
    list of Window
        In order of time.

    Examples
    --------
    >>> from datetime import UTC
    >>> night = datetime(2019, 8, 14, 20, 0, tzinfo=UTC), datetime(2019, 8, 14, 23, 0, tzinfo=UTC)
    >>> [(w.sensor, f"{w.start:%H:%M}", f"{w.end:%H:%M}") for w in imagery_windows(*night, 122.5)]
    [('Sentinel-1 (radar, 10 m)', '21:30', '22:10')]
    """
    midnight = start.replace(hour=0, minute=0, second=0, microsecond=0)
    # Local days begin up to 12 h before and after those of UTC.
    days = range(-1, math.ceil((end - midnight) / timedelta(days=1)) + 2)
    windows = (
        _window(sensor, midnight + timedelta(days=day, hours=hour - lon / _DEG_PER_H))
        for day in days
        for sensor in SENSORS
        for hour in sensor.local_hours
    )
    overlapping = [w for w in windows if w.start <= end and w.end >= start]
    return sorted(overlapping, key=lambda w: (w.start, w.sensor))


def _window(sensor: Sensor, centre: datetime) -> Window:
    half = timedelta(hours=sensor.half_width_h)
    return Window(sensor.name, centre - half, centre + half, sensor.remark)


def request_box_km(spread_m: float) -> float:
    """Side of the square to request: 2 km, and the uncertainty of the position on both sides [km].

    Parameters
    ----------
    spread_m : float
        Radius of the area in which the event took place [m].

    Examples
    --------
    >>> request_box_km(400.0)
    2.8
    """
    return round(2.0 + 2.0 * spread_m / 1000.0, 1)
