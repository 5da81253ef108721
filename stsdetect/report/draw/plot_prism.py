"""How far a ship could have sailed during a gap, and the vessels that it could have met, for a notebook."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import polars as pl

from stsdetect.arrays import Floats
from stsdetect.geo.angles import wrap180
from stsdetect.geo.geodesy import destination, distance_m
from stsdetect.geo.land import land_polygons
from stsdetect.report.draw.axes import new_axes
from stsdetect.schema import DARK_ENCOUNTERS, GAPS, POINTS, Frame
from stsdetect.units import KN_TO_MPS, S_PER_H

if TYPE_CHECKING:
    from matplotlib.axes import Axes


_SHIP, _OTHER, _CANDIDATE, _LAND, _COAST = "#b22222", "#9ab", "#1f5f8b", "#e8e2d0", "#998"
_BEARINGS = 180
_HALVINGS = 25
_MAX_VIEW_DEG = 4.0  # from the last fix to the edge of the map: two days at 5 kn
_VIEW_MARGIN_DEG = 0.1
_MAX_LABELS = 8


class _View(NamedTuple):
    """The part of the map that is shown [deg]."""

    west: float
    south: float
    east: float
    north: float


def plot_prism(
    gap_id: str,
    gaps: Frame,
    dark_encounters: Frame,
    *,
    max_sog_kn: float,
    points: Frame | None = None,
    ax: Axes | None = None,
) -> Axes:
    """Draw how far a ship could have sailed during a gap, and the candidates that it could have met.

    Parameters
    ----------
    gap_id : str
        The gap.
    gaps : GAPS frame
    dark_encounters : DARK_ENCOUNTERS frame
    max_sog_kn : float
        Greatest speed of the ship [kn].
    points : POINTS frame, optional
        Tracks of the ship and the candidates.
    ax : matplotlib.axes.Axes, optional
        Where to draw; a new figure otherwise.

    Returns
    -------
    matplotlib.axes.Axes
        Longitude and latitude [deg]. The red line is the outer limit of the space-time prism, ignoring land;
        the map ends four degrees from the last fix. Dots are candidates at the possible rendezvous, larger
        where contact is likelier.

    Raises
    ------
    SchemaError
        When a table lacks a column.
    MissingDependencyError
        If matplotlib is not installed.
    KeyError
        If there is no such gap.
    """
    ax = ax or new_axes(7.0, 7.0)
    found = GAPS.validate(gaps).filter(pl.col("gap_id") == gap_id)
    if found.is_empty():
        raise KeyError(f"no gap '{gap_id}' in the table of gaps")
    gap = found.row(0, named=True)
    candidates = DARK_ENCOUNTERS.validate(dark_encounters).filter(
        (pl.col("gap_id_1") == gap_id) | (pl.col("gap_id_2") == gap_id)
    )
    limit_lat, limit_lon = _outer_limit(gap, max_sog_kn)
    view = _view(gap, limit_lat, limit_lon)
    for polygon in land_polygons(view).geoms:
        ax.fill(*polygon.exterior.xy, color=_LAND, lw=0.3, ec=_COAST)
    ax.plot(np.append(limit_lon, limit_lon[0]), np.append(limit_lat, limit_lat[0]), color=_SHIP, lw=1)
    if points is not None:
        _draw_tracks(ax, POINTS.validate(points), gap, candidates, view)
    _draw_fixes(ax, gap)
    size = (3 + 12 * candidates["p_contact"].to_numpy()) ** 2
    ax.scatter(candidates["lon"], candidates["lat"], s=size, color=_CANDIDATE, alpha=0.7)
    _label_candidates(ax, candidates, gap)
    _frame(ax, gap, view)
    return ax


def _draw_tracks(
    ax: Axes, points: pl.DataFrame, gap: dict[str, Any], candidates: pl.DataFrame, view: _View
) -> None:
    ships = [gap["mmsi"], *candidates["mmsi_1"], *candidates["mmsi_2"]]
    shown = points.filter(
        pl.col("mmsi").is_in(ships)
        & pl.col("lon").is_between(view.west, view.east)
        & pl.col("lat").is_between(view.south, view.north)
    ).sort("mmsi", "timestamp", maintain_order=True)
    for (mmsi,), track in shown.group_by("mmsi", maintain_order=True):
        colour = _SHIP if mmsi == gap["mmsi"] else _OTHER
        ax.plot(track["lon"], track["lat"], ".", ms=1.5, color=colour)


def _draw_fixes(ax: Axes, gap: dict[str, Any]) -> None:
    ax.plot(gap["start_lon"], gap["start_lat"], "v", color=_SHIP, label="last fix before the gap")
    if gap["end_lat"] is not None:
        ax.plot(gap["end_lon"], gap["end_lat"], "^", color=_SHIP, label="first fix after the gap")


def _label_candidates(ax: Axes, candidates: pl.DataFrame, gap: dict[str, Any]) -> None:
    """Label the likeliest candidates in a column beside the map, from north to south, with lines to them."""
    ranked = candidates.sort(
        "p_contact", "dark_id", descending=[True, False], maintain_order=True
    ).with_row_index("rank", offset=1)
    labelled = ranked.head(_MAX_LABELS).sort("lat", "rank", descending=[True, False], maintain_order=True)
    for k, row in enumerate(labelled.iter_rows(named=True)):
        other = row["mmsi_2"] if row["mmsi_1"] == gap["mmsi"] else row["mmsi_1"]
        ax.annotate(
            f"{row['rank']}: {other}  {row['p_contact']:.2f}",
            (row["lon"], row["lat"]),
            xytext=(1.03, 0.97 - 0.06 * k),
            textcoords="axes fraction",
            va="center",
            fontsize=7,
            arrowprops={
                "arrowstyle": "-",
                "lw": 0.4,
                "color": _CANDIDATE,
                "relpos": (0.0, 0.5),
                "shrinkB": 0.0,
            },
        )
    if not candidates.height:
        return
    n_others = int(candidates["n_alternatives"].max()) + 1 - labelled.height  # type: ignore[arg-type]
    if n_others > 0:
        bottom = 0.97 - 0.06 * labelled.height
        ax.text(1.03, bottom, f"and {n_others} more", fontsize=7, va="center", transform=ax.transAxes)


def _frame(ax: Axes, gap: dict[str, Any], view: _View) -> None:
    ax.set_xlim(view.west, view.east)
    ax.set_ylim(view.south, view.north)
    ax.set_aspect(1.0 / np.cos(np.deg2rad((view.south + view.north) / 2.0)))
    ax.set_xlabel("longitude [deg]")
    ax.set_ylabel("latitude [deg]")
    ax.set_title(
        f"MMSI {gap['mmsi']}: gap of {gap['duration_h']:.1f} h from {gap['start_time']:%Y-%m-%d %H:%M} UTC",
        fontsize=9,
    )
    ax.legend(fontsize=7, loc="lower left")


def _view(gap: dict[str, Any], limit_lat: Floats, limit_lon: Floats) -> _View:
    """The outer limit and the last fix with a margin, but no farther than `_MAX_VIEW_DEG` from the fix."""
    lat, lon = gap["start_lat"], gap["start_lon"]
    north_south, east_west = _MAX_VIEW_DEG, _MAX_VIEW_DEG / np.cos(np.deg2rad(lat))
    return _View(
        west=float(max(min(limit_lon.min(), lon), lon - east_west)) - _VIEW_MARGIN_DEG,
        south=float(max(min(limit_lat.min(), lat), lat - north_south)) - _VIEW_MARGIN_DEG,
        east=float(min(max(limit_lon.max(), lon), lon + east_west)) + _VIEW_MARGIN_DEG,
        north=float(min(max(limit_lat.max(), lat), lat + north_south)) + _VIEW_MARGIN_DEG,
    )


def _outer_limit(gap: dict[str, Any], max_sog_kn: float) -> tuple[Floats, Floats]:
    """Farthest places in all directions from which the ship could still reach its first fix after the gap."""
    reach_m = gap["duration_h"] * S_PER_H * max_sog_kn * KN_TO_MPS
    bearing = np.linspace(0.0, 360.0, _BEARINGS, endpoint=False)
    near, far = np.zeros(_BEARINGS), np.full(_BEARINGS, reach_m)
    for _ in range(_HALVINGS):
        out_m = (near + far) / 2.0
        lat, lon = destination(gap["start_lat"], gap["start_lon"], bearing, out_m)
        back_m = 0.0 if gap["end_lat"] is None else distance_m(lat, lon, gap["end_lat"], gap["end_lon"])
        reachable = out_m + back_m <= reach_m
        near, far = np.where(reachable, out_m, near), np.where(reachable, far, out_m)
    lat, lon = destination(gap["start_lat"], gap["start_lon"], bearing, near)
    return lat, gap["start_lon"] + wrap180(lon - gap["start_lon"])
