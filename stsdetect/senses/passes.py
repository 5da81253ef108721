"""When satellites usually pass: windows in which a picture of an event may exist."""

from __future__ import annotations

import math
from datetime import datetime, timedelta
from typing import NamedTuple


class Sensor(NamedTuple):
    """One imaging system and the local solar hours of its passes."""

    name: str
    local_hours: tuple[float, ...]
    half_width_h: float
    remark: str


class Window(NamedTuple):
    """A span in which a sensor usually passes."""

    sensor: str
    start: datetime
    end: datetime
    remark: str


SENSORS = (
    Sensor("Sentinel-1 (radar, 10 m)", (6.0, 18.0), 1 / 3, "night and cloud are no hindrance; not daily"),
    Sensor("Sentinel-2 (optical, 10 m)", (10.6,), 1 / 4, "daylight without cloud; every few days"),
    Sensor("PlanetScope (optical, 3 m)", (10.6,), 1.0, "daylight without cloud; about daily"),
)
"""From the local times of the orbits; the provider's archive decides whether a pass took place."""


def imagery_windows(start: datetime, end: datetime, lon: float) -> list[Window]:
    """Usual passes that overlap an event.

    Parameters
    ----------
    start, end : datetime
        The event, with a zone.
    lon : float
        Longitude [deg].

    Returns
    -------
    list of Window
        By time.

    Examples
    --------
    >>> from datetime import UTC
    >>> night = datetime(2019, 8, 14, 20, 0, tzinfo=UTC), datetime(2019, 8, 14, 23, 0, tzinfo=UTC)
    >>> [(w.sensor, f"{w.start:%H:%M}", f"{w.end:%H:%M}") for w in imagery_windows(*night, 122.5)]
    [('Sentinel-1 (radar, 10 m)', '21:30', '22:10')]
    """
    found = []
    midnight = start.replace(hour=0, minute=0, second=0, microsecond=0)
    for day in range(-1, math.ceil((end - midnight) / timedelta(days=1)) + 2):
        for sensor in SENSORS:
            for hour in sensor.local_hours:
                middle = midnight + timedelta(days=day, hours=hour - lon / 15.0)
                half = timedelta(hours=sensor.half_width_h)
                if middle - half <= end and middle + half >= start:
                    found.append(Window(sensor.name, middle - half, middle + half, sensor.remark))
    return sorted(found, key=lambda w: (w.start, w.sensor))


def request_box_km(spread_m: float) -> float:
    """Side of the area to ask for: 2 km and the drift on both sides [km].

    Examples
    --------
    >>> request_box_km(400.0)
    2.8
    """
    return round(2.0 + 2.0 * spread_m / 1000.0, 1)
