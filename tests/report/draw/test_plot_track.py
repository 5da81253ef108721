import numpy as np
import pandas as pd
import pytest

from stsdetect import plot_track
from stsdetect.schema import POINTS, REJECTED, SEGMENTS
from tests.builders import at, fixes, points, together
from tests.builders.report import filled, gap

matplotlib = pytest.importorskip("matplotlib")
matplotlib.use("Agg")


def test_a_track_shows_every_segment_and_every_reason() -> None:
    one = points(fixes(1, [0, 60, 120])).assign(segment_id="a")
    two = points(fixes(1, [180, 240], 5_000.0)).assign(segment_id="b")
    dropped = REJECTED.to_pandas(fixes(1, [90], 90_000.0).assign(reason="spike"))
    ax = plot_track(together(one, two), rejected=dropped, gaps=gap())
    labels = [t.get_text() for t in ax.get_legend().get_texts()]
    assert labels == ["a (3 fixes)", "b (2 fixes)", "rejected: spike (1, 1 outside the map)"]
    assert [len(line.get_xdata()) for line in ax.lines] == [3, 2, 1, 2]


def test_a_track_over_the_dateline_stays_in_one_piece() -> None:
    ax = plot_track(points(fixes(1, [0, 60], [-50.0, 50.0], place=(0.0, 180.0))))
    assert np.ptp(ax.lines[0].get_xdata()) < 0.01


def test_one_of_several_ships_must_be_chosen_and_no_fix_is_an_empty_plot() -> None:
    both = together(points(fixes(1, [0])), points(fixes(2, [0])))
    with pytest.raises(ValueError, match="2 MMSIs; choose one"):
        plot_track(both)
    assert len(plot_track(both, mmsi=2).lines) == 1
    assert plot_track(POINTS.empty(), segments=SEGMENTS.empty()).get_title() == "no fixes"


def test_a_quarantined_segment_is_grey_with_its_reason() -> None:
    one = points(fixes(1, [0, 60]))
    row = {
        "segment_id": "1-0", "vessel_id": "1", "mmsi": 1, "ais_class": "A", "start_time": at(0), "end_time": at(60),
        "n_points": 2, "distance_m": 0.0, "start_lat": 30.2, "start_lon": 122.6, "end_lat": 30.2, "end_lon": 122.6,
        "kind": "ship", "quarantined": True, "quarantine_reason": "spoofed", "close_reason": "end",
    }  # fmt: skip
    ax = plot_track(one, segments=filled(SEGMENTS, pd.DataFrame([row])))
    assert ax.get_legend().get_texts()[0].get_text() == "1-0 (2 fixes, quarantined: spoofed)"
    assert ax.lines[0].get_color() == "0.6"


def test_a_track_along_a_meridian_gets_a_map_half_as_wide_as_it_is_long() -> None:
    ax = plot_track(points(fixes(1, [0, 36_000], 0.0, [0.0, 100_000.0], place=(0.0, 0.0))))
    (west, east), (south, north) = ax.get_xlim(), ax.get_ylim()
    assert (east - west) / (north - south) == pytest.approx(0.5, abs=0.005)
