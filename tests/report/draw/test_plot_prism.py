"""Plots for a notebook show what the tables hold."""

import itertools
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from stsdetect import plot_prism, plot_timeline, plot_track
from stsdetect.schema import DARK_ENCOUNTERS, GAPS, POINTS, REJECTED, SEGMENTS
from tests.builders import at, fixes, points, together

matplotlib = pytest.importorskip("matplotlib")
matplotlib.use("Agg")


@pytest.fixture(autouse=True)
def closed_figures():
    yield
    matplotlib.pyplot.close("all")


def gap(**columns) -> pd.DataFrame:
    row = {
        "gap_id": "g", "mmsi": 1, "vessel_id": "1", "start_time": at(0), "end_time": at(7200), "start_lat": 30.2,
        "start_lon": 122.6, "end_lat": 30.2, "end_lon": 122.6, "duration_h": 2.0, "expected_reports": 9.0,
        "n_neighbours": 5, "log_lr_off": 3.0, "p_off": 0.8, "feed_outage": False, "in_port": False, "can_judge": True,
    }  # fmt: skip
    return GAPS.to_pandas(pd.DataFrame([row | columns]))


def candidates(p: np.ndarray, *, n_alternatives: int) -> pd.DataFrame:
    """So many candidates of the silence `g` along one mile, the last the likeliest."""
    n = np.arange(len(p))
    return DARK_ENCOUNTERS.to_pandas(
        pd.DataFrame(
            {
                "dark_id": [f"d{k}" for k in n], "kind": "gap-loitering", "mmsi_1": 1, "mmsi_2": 100 + n,
                "vessel_id_1": "1", "vessel_id_2": (100 + n).astype(str), "gap_id_1": "g",
                "start_time": at(0), "end_time": at(7200), "lat": 30.2 + n / 1000.0, "lon": 122.6,
                "feasible_dwell_h": 2.0, "required_sog_kn": 1.0, "area_km2": 1.0,
                "n_alternatives": n_alternatives, "rank_for_gap": len(p) - n, "p_off": 0.8, "p_contact": p,
            }
        )
    )  # fmt: skip


def test_a_track_shows_every_segment_and_every_reason() -> None:
    one = points(fixes(1, [0, 60, 120])).assign(segment_id="a")
    two = points(fixes(1, [180, 240], 5_000.0)).assign(segment_id="b")
    dropped = REJECTED.to_pandas(fixes(1, [90], 90_000.0).assign(reason="spike"))
    ax = plot_track(together(one, two), rejected=dropped, gaps=gap())
    labels = [t.get_text() for t in ax.get_legend().get_texts()]
    assert labels == ["a (3)", "b (2)", "rejected: spike (1, 1 outside)"]
    assert [len(line.get_xdata()) for line in ax.lines] == [3, 2, 1, 2]


def test_a_track_over_the_dateline_stays_in_one_piece() -> None:
    ax = plot_track(points(fixes(1, [0, 60], [-50.0, 50.0], place=(0.0, 180.0))))
    assert np.ptp(ax.lines[0].get_xdata()) < 0.01


def test_several_ships_need_a_name_and_none_is_an_empty_plot() -> None:
    both = together(points(fixes(1, [0])), points(fixes(2, [0])))
    with pytest.raises(ValueError, match="points of 2 numbers"):
        plot_track(both)
    assert len(plot_track(both, mmsi=2).lines) == 1
    assert plot_track(POINTS.empty(), segments=SEGMENTS.empty()).get_title() == "no fixes"


def test_a_timeline_has_a_band_a_silence_labelled_with_its_probability() -> None:
    ax = plot_timeline(
        1, points=points(fixes(1, [0, 7200, 7260])), gaps=together(gap(), gap(mmsi=2, gap_id="h"))
    )
    assert [t.get_text() for t in ax.texts] == ["0.80"]
    assert len(ax.patches) == 1
    # Nine reports in two hours are expected; and of the ship itself one fix in its first hour, two in its third.
    lines = {round(float(y), 1) for lines in ax.collections for y in lines.get_segments()[0][:, 1]}
    assert lines == {0.0, 1.0, 4.5}


@pytest.mark.parametrize(
    ("columns", "label"), [({"can_judge": False}, "?"), ({"feed_outage": True}, "outage")]
)
def test_a_timeline_says_what_cannot_be_told(columns: dict, label: str) -> None:
    ax = plot_timeline(1, points=points(fixes(1, [0, 7200])), gaps=gap(**columns))
    assert [t.get_text() for t in ax.texts] == [label]


def test_the_rim_of_a_prism_is_half_the_way_out_and_back() -> None:
    # Two hours at 10 kn out and back to the same place: 10 nm, 18,520 m, all round.
    met = DARK_ENCOUNTERS.empty()
    rim = plot_prism("g", gaps=gap(), dark_encounters=met, max_sog_kn=10.0).lines[0]
    north = (np.max(rim.get_ydata()) - 30.2) * 110_854.0
    assert north == pytest.approx(18_520.0, rel=0.001)
    with pytest.raises(KeyError, match="no silence 'x'"):
        plot_prism("x", gaps=gap(), dark_encounters=met, max_sog_kn=10.0)


def test_the_demo_silence_is_drawn_with_its_candidates(demo_run: Path) -> None:
    gaps = GAPS.read_parquet(demo_run / "gaps.parquet")
    dark = DARK_ENCOUNTERS.read_parquet(demo_run / "dark_encounters.parquet")
    gap_id = dark.loc[dark["p_contact"].idxmax(), "gap_id_1"]
    ax = plot_prism(gap_id, gaps=gaps, dark_encounters=dark, max_sog_kn=14.0)
    mine = dark[(dark["gap_id_1"] == gap_id) | (dark["gap_id_2"] == gap_id)]
    others = set(mine["mmsi_1"]) | set(mine["mmsi_2"])
    named = [text.get_text() for text in ax.texts if ":" in text.get_text()]
    assert 0 < len(named) == min(8, len(mine))
    assert all(int(text.split()[1]) in others for text in named)


def test_a_crowded_prism_names_the_likeliest_apart_and_counts_the_others() -> None:
    """Twelve candidates within a mile of each other, 40 more that fit: eight names, and 45 more."""
    p = np.linspace(0.01, 0.12, 12)
    met = candidates(p, n_alternatives=52)
    ax = plot_prism("g", gaps=gap(), dark_encounters=met, max_sog_kn=10.0)
    *named, more = (text.get_text() for text in ax.texts)
    assert sorted(int(text.split(":")[0]) for text in named) == list(range(1, 9))
    assert {text.split()[1] for text in named} == {str(100 + k) for k in range(4, 12)}
    assert more == "and 45 more"
    ax.figure.canvas.draw()
    # Of an annotation the line to its place would count as well.
    boxes = [matplotlib.text.Text.get_window_extent(text) for text in ax.texts]
    assert not any(a.overlaps(b) for a, b in itertools.combinations(boxes, 2))
