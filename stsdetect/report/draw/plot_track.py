"""The track of one MMSI, for a notebook: segments, rejected fixes with the reason, and gaps."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import polars as pl

from stsdetect.arrays import Bools, Floats
from stsdetect.geo.angles import wrap180
from stsdetect.report.draw.axes import new_axes
from stsdetect.schema import GAPS, POINTS, REJECTED, SEGMENTS, Frame

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_MARKERS = "xX+1v^<>ds"
_MIN_MARGIN_DEG = 1.0 / 60.0
_MIN_ASPECT = 0.5  # shorter side of the map over the longer one


class _View(NamedTuple):
    """Ends of the map in longitude and latitude [deg]."""

    lon: tuple[float, float]
    lat: tuple[float, float]


def plot_track(
    points: Frame,
    *,
    mmsi: int | None = None,
    segments: Frame | None = None,
    rejected: Frame | None = None,
    gaps: Frame | None = None,
    ax: Axes | None = None,
) -> Axes:
    """Draw the segments of an MMSI in colours, quarantined ones grey, rejected fixes red, gaps dashed.

    The map shows the area of the accepted fixes; the legend says how many rejected ones lie outside it.

    Parameters
    ----------
    points : POINTS frame
    mmsi : int, optional
        The MMSI to draw; may be omitted if the points have only one.
    segments : SEGMENTS frame, optional
        Shows which segments are quarantined, with the reason.
    rejected : REJECTED frame, optional
        As in `Tracks.rejected`.
    gaps : GAPS frame, optional
    ax : matplotlib.axes.Axes, optional
        Where to draw; a new figure otherwise.

    Returns
    -------
    matplotlib.axes.Axes
        Longitude and latitude [deg].

    Raises
    ------
    SchemaError
        When a table lacks a column.
    MissingDependencyError
        If matplotlib is not installed.
    ValueError
        If the points have several MMSIs and none is chosen.
    """
    table = POINTS.validate(points)
    mmsis = table["mmsi"].unique(maintain_order=True).to_list() if mmsi is None else [mmsi]
    if len(mmsis) > 1:
        raise ValueError(f"the points have {len(mmsis)} MMSIs; choose one with mmsi=")
    own = pl.col("mmsi").is_in(mmsis)
    fixes = table.filter(own).sort("segment_id", "timestamp", maintain_order=True)
    ax = ax or new_axes(9.0, 7.0)
    # Longitudes run on from the first fix, so that a track across the dateline stays in one piece.
    origin = float(fixes["lon"][0]) if fixes.height else 0.0
    view = _view(_east_of(origin, fixes["lon"]), fixes["lat"].to_numpy())
    _draw_segments(ax, fixes, SEGMENTS.optional(segments).filter(own), origin)
    _draw_rejected(ax, REJECTED.optional(rejected).filter(own), origin, view)
    closed = GAPS.optional(gaps).filter(own & pl.col("end_lat").is_not_null())
    lon = np.stack([_east_of(origin, closed["start_lon"]), _east_of(origin, closed["end_lon"])])
    ax.plot(lon, np.stack([closed["start_lat"], closed["end_lat"]]), "k--", lw=0.8)
    ax.set_xlabel("longitude [deg]")
    ax.set_ylabel("latitude [deg]")
    ax.set_title(f"MMSI {mmsis[0]}" if mmsis else "no fixes")
    if fixes.height:
        ax.set_xlim(*view.lon)
        ax.set_ylim(*view.lat)
        ax.set_aspect(1.0 / _shrinkage(fixes["lat"].to_numpy()))
        ax.legend(fontsize=7)
    return ax


def _draw_segments(ax: Axes, fixes: pl.DataFrame, segments: pl.DataFrame, origin: float) -> None:
    reasons: dict[str, str | None] = dict(segments.select("segment_id", "quarantine_reason").iter_rows())
    for k, ((segment_id,), part) in enumerate(fixes.group_by("segment_id", maintain_order=True)):
        reason = reasons.get(str(segment_id))
        label = f"{segment_id} ({part.height} fixes{f', quarantined: {reason}' if reason else ''})"
        colour = "0.6" if reason else f"C{k % 10}"
        ax.plot(_east_of(origin, part["lon"]), part["lat"], ".-", ms=3, lw=0.7, label=label, color=colour)


def _draw_rejected(ax: Axes, rejected: pl.DataFrame, origin: float, view: _View) -> None:
    by_reason = sorted(rejected.group_by("reason", maintain_order=True), key=lambda item: str(item[0][0]))
    for k, ((reason,), part) in enumerate(by_reason):
        lon, lat = _east_of(origin, part["lon"]), part["lat"].to_numpy()
        n_outside = part.height - int((_within(lon, view.lon) & _within(lat, view.lat)).sum())
        outside = f", {n_outside} outside the map" if n_outside else ""
        label = f"rejected: {reason} ({part.height}{outside})"
        ax.plot(lon, lat, _MARKERS[k % len(_MARKERS)], ms=6, color="red", ls="none", label=label)


def _east_of(origin: float, lon: pl.Series) -> Floats:
    """Longitudes within 180 degrees of `origin`."""
    return origin + wrap180(lon.to_numpy() - origin)


def _view(lon: Floats, lat: Floats) -> _View:
    """The area of the fixes with a margin, in a shape that is not too slender to read."""
    if not len(lat):
        return _View((-np.inf, np.inf), (-np.inf, np.inf))
    shrinkage = _shrinkage(lat)
    width, height = float(np.ptp(lon)), float(np.ptp(lat))
    return _View(
        _extent(lon, _MIN_ASPECT * height / shrinkage), _extent(lat, _MIN_ASPECT * width * shrinkage)
    )


def _extent(values: Floats, min_range: float) -> tuple[float, float]:
    """A range of at least `min_range` around the values, and a margin of a tenth or a minute of arc [deg]."""
    low, high = float(values.min()), float(values.max())
    full_range = max(high - low, min_range)
    margin = max(full_range / 10.0, _MIN_MARGIN_DEG) + (full_range - (high - low)) / 2.0
    return low - margin, high + margin


def _shrinkage(lat: Floats) -> float:
    """Length of a degree of longitude over that of a degree of latitude."""
    return max(float(np.cos(np.deg2rad(np.median(lat)))), 0.05)


def _within(values: Floats, ends: tuple[float, float]) -> Bools:
    return np.asarray((values >= ends[0]) & (values <= ends[1]))
