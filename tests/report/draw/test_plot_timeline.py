import pandas as pd
import pytest

from stsdetect import plot_timeline
from stsdetect.schema import GAPS, OUTAGES
from tests.builders import at, fixes, points, together
from tests.builders.report import filled, gap

matplotlib = pytest.importorskip("matplotlib")
matplotlib.use("Agg")


def test_each_gap_is_a_band_with_its_probability() -> None:
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
def test_a_gap_that_cannot_be_judged_is_labelled(columns: dict[str, bool], label: str) -> None:
    ax = plot_timeline(1, points=points(fixes(1, [0, 7200])), gaps=gap(**columns))
    assert [t.get_text() for t in ax.texts] == [label]


def test_outages_are_drawn_while_the_ship_has_fixes() -> None:
    outages = filled(
        OUTAGES, pd.DataFrame({"start_time": [at(1000), at(8000)], "end_time": [at(2000), at(9000)]})
    )
    ax = plot_timeline(1, points=points(fixes(1, [0, 7200])), gaps=GAPS.empty(), outages=outages)
    assert len(ax.patches) == 1


def test_an_open_gap_reaches_the_end_of_its_duration() -> None:
    still_open = gap(end_time=None, end_lat=None, end_lon=None, duration_h=3.0)
    ax = plot_timeline(1, points=points(fixes(1, [0])), gaps=still_open)
    (band,) = ax.patches
    assert band.get_width() * 24.0 == pytest.approx(3.0)


def test_a_ship_without_fixes_is_an_empty_plot() -> None:
    ax = plot_timeline(5, points=points(fixes(1, [0])), gaps=gap())
    assert len(ax.patches) == 0
