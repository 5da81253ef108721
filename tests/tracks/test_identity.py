"""Identities that come back: two ships on one number, or one ship with two antennas."""

import numpy as np
import pytest

from stsdetect.tracks import build_tracks
from tests.builders import fixes, static, together

MMSI = 209_139_000


def shared(other: dict) -> bool:
    """Whether the number counts as shared when two static reports take turns every hour for ten hours."""
    one = {"shipname": "EAST", "imo": 9_365_661, "to_bow": 118, "to_stern": 25}
    reports = together(*(static(MMSI, 3600.0 * k, **(one if k % 2 else one | other)) for k in range(10)))
    track = fixes(MMSI, np.arange(0.0, 36_000.0, 180.0))
    return bool(build_tracks(track, reports).identity["shared_mmsi"].any())


@pytest.mark.parametrize(
    ("other", "expected"),
    [
        ({"to_bow": 121, "to_stern": 22, "to_port": 11, "to_starboard": 11}, False),
        ({"shipname": "WEST", "imo": 9_074_729}, True),
    ],
    ids=["two antennas", "two ships"],
)
def test_identities_that_take_turns(other: dict, expected: bool) -> None:
    assert shared(other) == expected
