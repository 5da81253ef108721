import itertools
from pathlib import Path

import numpy as np
import pytest
import shapely

from stsdetect import plot_prism
from stsdetect.report.draw import plot_prism as prism_module
from stsdetect.schema import DARK_ENCOUNTERS, GAPS
from tests.builders.report import candidates, gap

matplotlib = pytest.importorskip("matplotlib")
matplotlib.use("Agg")


def test_the_outer_limit_of_a_closed_prism_is_half_the_distance_out_and_back() -> None:
    # Two hours at 10 kn out and back to the same place: 10 nm, 18,520 m, all round.
    none = DARK_ENCOUNTERS.empty()
    limit = plot_prism("g", gaps=gap(), dark_encounters=none, max_sog_kn=10.0).lines[0]
    north = (np.max(limit.get_ydata()) - 30.2) * 110_854.0
    assert north == pytest.approx(18_520.0, rel=0.001)
    with pytest.raises(KeyError, match="no gap 'x'"):
        plot_prism("x", gaps=gap(), dark_encounters=none, max_sog_kn=10.0)


def test_the_gap_of_the_demo_is_drawn_with_its_candidates(demo_run: Path) -> None:
    gaps = GAPS.read_parquet(demo_run / "gaps.parquet")
    dark = DARK_ENCOUNTERS.read_parquet(demo_run / "dark_encounters.parquet")
    gap_id = dark.loc[dark["p_contact"].idxmax(), "gap_id_1"]
    ax = plot_prism(gap_id, gaps=gaps, dark_encounters=dark, max_sog_kn=14.0)
    own = dark[(dark["gap_id_1"] == gap_id) | (dark["gap_id_2"] == gap_id)]
    others = set(own["mmsi_1"]) | set(own["mmsi_2"])
    named = [text.get_text() for text in ax.texts if ":" in text.get_text()]
    assert 0 < len(named) == min(8, len(own))
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


def test_an_open_prism_reaches_twice_as_far() -> None:
    still_open = gap(end_time=None, end_lat=None, end_lon=None)
    ax = plot_prism("g", gaps=still_open, dark_encounters=DARK_ENCOUNTERS.empty(), max_sog_kn=10.0)
    north = (np.max(ax.lines[0].get_ydata()) - 30.2) * 110_854.0
    assert north == pytest.approx(2 * 18_520.0, rel=0.001)


def test_a_prism_across_the_dateline_stays_in_one_piece(monkeypatch: pytest.MonkeyPatch) -> None:
    # The coast of the world takes seconds to load, and is not what is tested.
    monkeypatch.setattr(prism_module, "land_polygons", lambda _: shapely.MultiPolygon())
    there = gap(start_lat=0.0, start_lon=179.99, end_lat=0.0, end_lon=-179.99)
    ax = plot_prism("g", gaps=there, dark_encounters=DARK_ENCOUNTERS.empty(), max_sog_kn=10.0)
    assert np.ptp(ax.lines[0].get_xdata()) < 0.4
