"""Fixes as arrays."""

import numpy as np
import polars as pl

from stsdetect.params import TrackParams
from stsdetect.schema import POSITIONS
from stsdetect.tracks import QualityFlag
from stsdetect.tracks.fixes import SPIKE, fixes_of, tracks_by_mmsi
from tests.builders import fixes, together
from tests.builders.tracks import fixes_at


def test_aircraft_are_fast_coarse_fixes_have_more_slack_and_what_was_not_broadcast_is_nan():
    rows = POSITIONS.validate(together(fixes(1, [0, 60], sog=[None, 5.0]), fixes(2, [0], ais_class="sar")))
    rows = rows.with_columns(
        quality_flags=pl.Series([0, int(QualityFlag.COARSE), 0]), kind=pl.Series(["ship", "ship", "sar"])
    )
    found, params = fixes_of(rows, TrackParams()), TrackParams()
    assert found.cruise_kn.tolist() == [params.max_cruise_kn] * 2 + [params.max_speed_aircraft_kn]
    assert (found.slack_m - params.step_slack_m).tolist() == [0.0, params.coarse_slack_m, 0.0]
    assert np.isnan(found.sog).tolist() == [True, False, True]
    assert found.ais_class[0] != found.ais_class[2]
    assert np.diff(found.time_s)[0] == 60.0


def test_only_mmsis_with_several_tracks_are_compared_and_spikes_are_in_none():
    one, two = fixes_at(np.arange(4.0), mmsi=7), fixes_at(np.arange(3.0), mmsi=8)
    both = type(one)(*(np.concatenate(pair) for pair in zip(one, two, strict=True)))
    found = tracks_by_mmsi(both, np.array([0, 1, 0, SPIKE, 4, 4, SPIKE]))
    assert [[t.tolist() for t in tracks] for tracks in found] == [[[0, 2], [1]]]
    assert tracks_by_mmsi(both, np.full(7, SPIKE)) == []
