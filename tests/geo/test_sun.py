"""Altitude of the sun at equinox, solstice and sunset."""

import numpy as np
import pandas as pd
import pytest

from stsdetect.geo.sun import solar_hour, sun_altitude_deg


def epoch(text: str) -> float:
    return pd.Timestamp(text, tz="UTC").timestamp()


@pytest.mark.parametrize(
    ("when", "lat", "lon", "altitude"),
    [
        ("2019-03-20 21:58", 0.0, 0.0, None),  # equinox: declination 0
        ("2019-06-21 12:02", 51.48, 0.0, 61.96),  # solstice noon at Greenwich: 90 - 51.48 + 23.44
        ("2019-12-22 12:00", 51.48, 0.0, 15.08),
        ("2019-06-21 00:00", 80.0, 0.0, 13.4),  # midnight sun: 80 + 23.44 - 90
    ],
)
def test_altitudes(when: str, lat: float, lon: float, altitude: float | None) -> None:
    got = float(sun_altitude_deg(epoch(when), lat, lon))
    if altitude is None:
        # At the equinox the sun is above the equator, so it is on the horizon at the pole.
        assert float(sun_altitude_deg(epoch(when), 90.0, lon)) == pytest.approx(0.0, abs=0.1)
    else:
        assert got == pytest.approx(altitude, abs=0.2)


def test_sunset_off_zhoushan_in_august() -> None:
    # 14 August 2019, 30 N 122 E: upper limb sets about 10:32 UTC, when the centre stands 0.83 degrees low
    minutes = epoch("2019-08-14 10:00") + 60.0 * np.arange(60)
    down = np.argmax(sun_altitude_deg(minutes, 30.0, 122.0) < -0.83)
    assert 25 <= down <= 40


def test_solar_hour_wraps() -> None:
    assert solar_hour([0.0, 0.0], [180.0, -180.0]).tolist() == [12.0, 12.0]
