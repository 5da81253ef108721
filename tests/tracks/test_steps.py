"""Steps that one ship could have made."""

import numpy as np
import pytest

from stsdetect.params import TrackParams
from stsdetect.tracks import build_tracks
from stsdetect.tracks.steps import possible_steps
from tests.builders.tracks import fixes_at, sail

MINUTE_M = 308.7  # ten knots for a minute


def steps(east_m, north_m=0.0, sog=10.0) -> tuple[list[bool], list[bool]]:
    """Possible steps, and fixes off their line, of one ship with a fix each minute."""
    found = possible_steps(fixes_at(np.arange(len(east_m)) * 60.0, east_m, north_m, sog=sog), TrackParams())
    return tuple(a.tolist() for a in found)


@pytest.mark.parametrize(("step_m", "possible"), [(852.0, True), (862.0, False)])
def test_a_step_is_possible_up_to_the_reach_of_the_ship(step_m, possible):
    """150 m of slack, 15 kn for 60 s (463 m), 0.05 m/s2 / 2 * (60 s)^2 (90 m), 10 kn for 30 s (154 m): 857 m."""
    assert steps([0.0, MINUTE_M, MINUTE_M + step_m])[0] == [True, possible]


def test_a_speed_that_several_fixes_confirm_makes_a_step_possible():
    """Forty knots, broadcast as ten: four times the distance each minute."""
    assert all(steps(np.arange(8) * 4 * MINUTE_M)[0])
    assert steps([0.0, MINUTE_M, 5 * MINUTE_M])[0] == [True, False]


@pytest.mark.parametrize(("across_m", "off"), [(345.0, False), (355.0, True)])
def test_a_fix_is_off_its_line_where_a_turn_cannot_explain_it(across_m, off):
    """80 m of slack and 0.15 m/s2 / 2 * 60 s * 60 s (270 m): 350 m."""
    joined, off_line = steps([0.0, MINUTE_M, 2 * MINUTE_M], [0.0, across_m, 0.0])
    assert off_line == [False, off, False]
    assert joined == [not off, not off]


def test_near_miss_a_fix_within_a_turn():
    track = sail(np.arange(0, 3600, 60))
    track.loc[30, "lat"] += 200 / 111_000
    tracks = build_tracks(track)
    assert tracks.rejects.empty
    assert len(tracks.points) == 60
