"""One number's track for a notebook: fixes, what was rejected and why, segments, silences."""

from __future__ import annotations

from typing import Any

import numpy as np
import polars as pl

from stsdetect.geo.angles import wrap180
from stsdetect.report.draw.axes import new_axes
from stsdetect.schema import GAPS, POINTS, REJECTED, SEGMENTS, Frame

_MARKERS = "xX+1v^<>ds"


def plot_track(
    points: Frame,
    *,
    mmsi: int | None = None,
    segments: Frame | None = None,
    rejected: Frame | None = None,
    gaps: Frame | None = None,
    ax: Any = None,
) -> Any:
    """Draw a number's segments in colours, quarantined ones grey, rejected fixes by reason and gaps dashed.

    The view is that of the kept fixes; how many rejected ones lie outside of it is said.

    Parameters
    ----------
    points : frame
        POINTS.
    mmsi : int, optional
        The number to draw; needed if the points are of several.
    segments, rejected, gaps : frame, optional
        SEGMENTS, `Tracks.rejected` and GAPS.
    ax : matplotlib.axes.Axes, optional
        Where to draw; a new figure otherwise.

    Returns
    -------
    matplotlib.axes.Axes

    Raises
    ------
    MissingDependencyError
        If matplotlib is not installed.
    ValueError
        If the points are of several numbers and none is named.
    """
    table = POINTS.validate(points)
    numbers = table["mmsi"].unique().to_list() if mmsi is None else [mmsi]
    if len(numbers) > 1:
        raise ValueError(f"points of {len(numbers)} numbers; say which to draw with mmsi=")
    own = pl.col("mmsi").is_in(numbers)
    table = table.filter(own).sort("segment_id", "timestamp")
    ax = ax or new_axes(9.0, 7.0)
    # East and west of the first fix, so that a track over the dateline stays in one piece.
    middle = float(table["lon"][0]) if table.height else 0.0

    def east(lon: pl.Series) -> Any:
        return middle + wrap180(lon.to_numpy() - middle)

    view = [_padded(v) for v in (east(table["lon"]), table["lat"].to_numpy())]
    why: dict[str, str | None] = {}
    if segments is not None:
        why = dict(
            SEGMENTS.validate(segments).filter(own).select("segment_id", "quarantine_reason").iter_rows()
        )
    for k, (name, part) in enumerate(table.group_by("segment_id", maintain_order=True)):
        bad = why.get(str(name[0]))
        style = {"color": "0.6"} if bad else {"color": f"C{k % 10}"}
        label = f"{name[0]} ({part.height}{', ' + bad if bad else ''})"
        ax.plot(east(part["lon"]), part["lat"], ".-", ms=3, lw=0.7, label=label, **style)
    if rejected is not None:
        dropped = REJECTED.validate(rejected).filter(own)
        for k, (reason, part) in enumerate(sorted(dropped.group_by("reason"), key=lambda p: str(p[0][0]))):
            lon, lat = east(part["lon"]), part["lat"].to_numpy()
            outside = int(part.height - (_within(lon, view[0]) & _within(lat, view[1])).sum())
            label = f"rejected: {reason[0]} ({part.height}{f', {outside} outside' if outside else ''})"
            ax.plot(lon, lat, _MARKERS[k % len(_MARKERS)], ms=6, color="red", ls="none", label=label)
    if gaps is not None:
        closed = GAPS.validate(gaps).filter(own & pl.col("end_lat").is_not_null())
        lon = np.stack([east(closed["start_lon"]), east(closed["end_lon"])])
        ax.plot(lon, np.stack([closed["start_lat"], closed["end_lat"]]), "k--", lw=0.8)
    ax.set_xlabel("longitude [deg]")
    ax.set_ylabel("latitude [deg]")
    ax.set_title(f"{numbers[0] if numbers else 'no fixes'}")
    if table.height:
        ax.set_xlim(*view[0])
        ax.set_ylim(*view[1])
        ax.set_aspect(1.0 / max(np.cos(np.deg2rad(float(table["lat"].median()))), 0.05))  # type: ignore[arg-type]
        ax.legend(fontsize=7)
    return ax


def _padded(values: Any) -> tuple[float, float]:
    """Least and greatest value, with a tenth of the way, and at least a minute of arc, around them."""
    if not len(values):
        return -np.inf, np.inf
    pad = max(float(np.ptp(values)) / 10.0, 1.0 / 60.0)
    return float(values.min()) - pad, float(values.max()) + pad


def _within(values: Any, ends: tuple[float, float]) -> Any:
    return (values >= ends[0]) & (values <= ends[1])
