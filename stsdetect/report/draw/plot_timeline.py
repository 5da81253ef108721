"""When one ship was received, with its gaps and the outages of the feed, for a notebook."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import polars as pl

from stsdetect.report.draw.axes import new_axes
from stsdetect.schema import GAPS, OUTAGES, POINTS, Frame

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_RECEIVED, _GAP, _OUTAGE = "#1f5f8b", "#b22222", "#555555"


def plot_timeline(
    mmsi: int, points: Frame, gaps: Frame, *, outages: Frame | None = None, ax: Axes | None = None
) -> Axes:
    """Draw when a ship was received, its gaps with the probability of a switch-off, and feed outages.

    Parameters
    ----------
    mmsi : int
        The ship.
    points : POINTS frame
    gaps : GAPS frame
    outages : OUTAGES frame, optional
    ax : matplotlib.axes.Axes, optional
        Where to draw; a new figure otherwise.

    Returns
    -------
    matplotlib.axes.Axes
        Fixes per hour over time [UTC]. Red bands are gaps, darker where a switch-off is likelier, with its
        probability, "?" where reception cannot be judged, or "outage". A dotted line is the rate of reports
        that was expected. Grey bars at the foot are outages.

    Raises
    ------
    SchemaError
        When a table lacks a column.
    MissingDependencyError
        If matplotlib is not installed.
    """
    ax = ax or new_axes(10.0, 2.6)
    own = pl.col("mmsi") == mmsi
    fixes = POINTS.validate(points).filter(own)
    _draw_fixes(ax, fixes)
    for gap in GAPS.validate(gaps).filter(own).iter_rows(named=True):
        _draw_gap(ax, gap, fixes["timestamp"].max())
    if fixes.height:
        _draw_outages(ax, OUTAGES.optional(outages), fixes["timestamp"])
    ax.set_ylabel("fixes per hour")
    ax.set_xlabel("UTC")
    ax.set_ylim(bottom=0)
    ax.set_title(f"MMSI {mmsi}: fixes, and gaps with the probability of a switch-off", fontsize=9)
    return ax


def _draw_fixes(ax: Axes, fixes: pl.DataFrame) -> None:
    # A bar is drawn at the mean time of the hour's fixes, so that it never falls inside a gap.
    hour = pl.col("timestamp").dt.truncate("1h").alias("hour")
    per_hour = (
        fixes.group_by(hour, maintain_order=True)
        .agg(pl.col("timestamp").mean(), pl.len())
        .sort("hour", maintain_order=True)
    )
    ax.vlines(per_hour["timestamp"].to_list(), 0, per_hour["len"].to_numpy(), lw=1.5, color=_RECEIVED)


def _draw_outages(ax: Axes, outages: pl.DataFrame, times: pl.Series) -> None:
    during = (pl.col("end_time") >= times.min()) & (pl.col("start_time") <= times.max())
    for outage in outages.filter(during).iter_rows(named=True):
        ax.axvspan(outage["start_time"], outage["end_time"], ymax=0.08, color=_OUTAGE, lw=0)


def _draw_gap(ax: Axes, gap: dict[str, Any], last_fix: Any) -> None:
    # Any, because the types of matplotlib do not admit the times that its functions take.
    start: Any = gap["start_time"]
    end: Any = gap["end_time"] or start + timedelta(hours=gap["duration_h"])
    if gap["end_time"] is None and last_fix is not None:
        end = max(end, last_fix)
    p_off = gap["p_off"] if gap["can_judge"] else 0.0
    ax.axvspan(start, end, color=_GAP, alpha=0.08 + 0.45 * p_off, lw=0)
    ax.hlines(gap["expected_reports"] / gap["duration_h"], start, end, color=_GAP, ls=":")
    label = "outage" if gap["feed_outage"] else f"{gap['p_off']:.2f}" if gap["can_judge"] else "?"
    ax.text(start, 0.97, label, fontsize=7, va="top", transform=ax.get_xaxis_transform())
