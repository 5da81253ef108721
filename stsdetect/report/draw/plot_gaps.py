"""Plots of silences for a notebook: a ship's timeline, and the reach of a silent ship on a map."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import polars as pl

from stsdetect.arrays import Floats
from stsdetect.geo.geodesy import destination, distance_m
from stsdetect.geo.land import land_polygons
from stsdetect.report.draw.axes import new_axes
from stsdetect.schema import DARK_ENCOUNTERS, GAPS, OUTAGES, POINTS, Frame
from stsdetect.units import KN_TO_MPS, S_PER_H

if TYPE_CHECKING:
    from matplotlib.axes import Axes


_RAYS = 180
_FARTHEST_DEG = 4.0  # from the last fix to the edge of the map: two days at 5 kn
_MOST_LABELS = 8


def plot_timeline(
    mmsi: int, *, points: Frame, gaps: Frame, outages: Any = None, ax: Axes | None = None
) -> Axes:
    """Draw when a ship was heard, its silences with their probability, and the outages of the feed.

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
        Fixes an hour over time [UTC]; red bands are silences, the darker the likelier switched off, with a
        dotted line at the reports that were expected of them, "?" where nothing can tell; grey ones outages.

    Raises
    ------
    MissingDependencyError
        If matplotlib is not installed.
    """
    ax = ax or new_axes(10.0, 2.6)
    mine = pl.col("mmsi") == mmsi
    fixes = POINTS.validate(points).filter(mine)
    # In the middle of its fixes an hour lies beside the silence that it begins or ends.
    hour = pl.col("timestamp").dt.truncate("1h").alias("hour")
    an_hour = fixes.group_by(hour).agg(pl.col("timestamp").mean(), pl.len()).sort("hour")
    ax.vlines(an_hour["timestamp"].to_list(), 0, an_hour["len"].to_numpy(), lw=1.5, color="#1f5f8b")
    last = fixes["timestamp"].max()
    for gap in GAPS.validate(gaps).filter(mine).iter_rows(named=True):
        end = gap["end_time"] or max(last, gap["start_time"] + pd.Timedelta(hours=gap["duration_h"]))
        depth = gap["p_off"] if gap["can_judge"] else 0.0
        ax.axvspan(gap["start_time"], end, color="#b22222", alpha=0.08 + 0.45 * depth, lw=0)
        label = "outage" if gap["feed_outage"] else f"{gap['p_off']:.2f}" if gap["can_judge"] else "?"
        ax.hlines(
            gap["expected_reports"] / gap["duration_h"], gap["start_time"], end, color="#b22222", ls=":"
        )
        ax.text(gap["start_time"], 0.97, label, fontsize=7, va="top", transform=ax.get_xaxis_transform())
    if outages is not None and fixes.height:
        first = fixes["timestamp"].min()
        seen = OUTAGES.validate(outages).filter(
            (pl.col("end_time") >= first) & (pl.col("start_time") <= last)
        )
        for outage in seen.iter_rows(named=True):
            ax.axvspan(outage["start_time"], outage["end_time"], ymax=0.08, color="#555555", lw=0)
    ax.set_ylabel("fixes an hour")
    ax.set_ylim(bottom=0)
    ax.set_title(f"{mmsi}: heard, and silences with the probability of switched off", fontsize=9)
    return ax


def plot_prism(
    gap_id: str,
    *,
    gaps: Frame,
    dark_encounters: Frame,
    max_sog_kn: float,
    points: Frame | None = None,
    ax: Axes | None = None,
) -> Axes:
    """Draw how far a silent ship can have come, and the candidates that it can have met.

    Parameters
    ----------
    gap_id : str
        The silence.
    gaps : GAPS frame
    dark_encounters : DARK_ENCOUNTERS frame
    max_sog_kn : float
        Fastest the ship sails [kn].
    points : POINTS frame, optional
        Tracks of the ship and the candidates.
    ax : matplotlib.axes.Axes, optional

    Returns
    -------
    matplotlib.axes.Axes
        Longitude and latitude; the line is the rim of its reach over water without land, as far as four
        degrees from the last fix.

    Raises
    ------
    MissingDependencyError
        If matplotlib is not installed.
    KeyError
        If there is no such silence.
    """
    ax = ax or new_axes(7.0, 7.0)
    found = GAPS.validate(gaps).filter(pl.col("gap_id") == gap_id)
    if found.is_empty():
        raise KeyError(f"no silence '{gap_id}' in the table of gaps")
    gap = found.row(0, named=True)
    rim_lat, rim_lon = _rim(gap, max_sog_kn)
    met = DARK_ENCOUNTERS.validate(dark_encounters).filter(
        (pl.col("gap_id_1") == gap_id) | (pl.col("gap_id_2") == gap_id)
    )
    west, south, east, north = _view(gap, rim_lat, rim_lon)
    for polygon in land_polygons((west, south, east, north)).geoms:
        ax.fill(*polygon.exterior.xy, color="#e8e2d0", lw=0.3, ec="#998")
    ax.plot(np.append(rim_lon, rim_lon[0]), np.append(rim_lat, rim_lat[0]), color="#b22222", lw=1)
    if points is not None:
        ships = [gap["mmsi"], *met["mmsi_1"], *met["mmsi_2"]]
        tracks = POINTS.validate(points).filter(pl.col("mmsi").is_in(ships)).sort("mmsi", "timestamp")
        near = tracks.filter(pl.col("lon").is_between(west, east) & pl.col("lat").is_between(south, north))
        for (mmsi,), track in near.group_by("mmsi", maintain_order=True):
            colour = "#b22222" if mmsi == gap["mmsi"] else "#9ab"
            ax.plot(track["lon"], track["lat"], ".", ms=1.5, color=colour)
    ax.plot(gap["start_lon"], gap["start_lat"], "v", color="#b22222", label="last fix")
    if gap["end_lat"] is not None:
        ax.plot(gap["end_lon"], gap["end_lat"], "^", color="#b22222", label="first fix after")
    ax.scatter(
        met["lon"], met["lat"], s=(3 + 12 * met["p_contact"].to_numpy()) ** 2, color="#1f5f8b", alpha=0.7
    )
    _label(ax, met, gap)
    ax.set_xlim(west, east)
    ax.set_ylim(south, north)
    ax.set_aspect(1.0 / np.cos(np.deg2rad((south + north) / 2.0)))
    ax.set_title(
        f"{gap['mmsi']}: {gap['duration_h']:.1f} h silent from {gap['start_time']:%Y-%m-%d %H:%M}Z",
        fontsize=9,
    )
    ax.legend(fontsize=7, loc="lower left")
    return ax


def _label(ax: Axes, met: pl.DataFrame, gap: dict[str, Any]) -> None:
    """Name the likeliest candidates in a column beside the map, from north to south, with lines to them."""
    ranked = met.sort("p_contact", "dark_id", descending=[True, False]).with_row_index("place", offset=1)
    named = ranked.head(_MOST_LABELS).sort("lat", "place", descending=[True, False])
    for k, row in enumerate(named.iter_rows(named=True)):
        other = row["mmsi_2"] if row["mmsi_1"] == gap["mmsi"] else row["mmsi_1"]
        ax.annotate(
            f"{row['place']}: {other}  {row['p_contact']:.2f}",
            (row["lon"], row["lat"]),
            xytext=(1.03, 0.97 - 0.06 * k),
            textcoords="axes fraction",
            va="center",
            fontsize=7,
            arrowprops={
                "arrowstyle": "-",
                "lw": 0.4,
                "color": "#1f5f8b",
                "relpos": (0.0, 0.5),
                "shrinkB": 0.0,
            },
        )
    if met.height:
        more = int(met["n_alternatives"].max()) + 1 - named.height  # type: ignore[arg-type]
        if more > 0:
            ax.text(
                1.03,
                0.97 - 0.06 * named.height,
                f"and {more} more",
                fontsize=7,
                va="center",
                transform=ax.transAxes,
            )


def _view(gap: dict[str, Any], rim_lat: Floats, rim_lon: Floats) -> tuple[float, float, float, float]:
    """West, south, east, north of the rim and both fixes; of a silence of days not half the ocean."""
    south, north = min(rim_lat.min(), gap["start_lat"]), max(rim_lat.max(), gap["start_lat"])
    west, east = min(rim_lon.min(), gap["start_lon"]), max(rim_lon.max(), gap["start_lon"])
    far, far_east = _FARTHEST_DEG, _FARTHEST_DEG / np.cos(np.deg2rad(gap["start_lat"]))
    south, north = max(south, gap["start_lat"] - far), min(north, gap["start_lat"] + far)
    west, east = max(west, gap["start_lon"] - far_east), min(east, gap["start_lon"] + far_east)
    return float(west) - 0.1, float(south) - 0.1, float(east) + 0.1, float(north) + 0.1


def _rim(gap: dict[str, Any], max_sog_kn: float) -> tuple[Floats, Floats]:
    """Farthest places, all around, from which the way there and on still fits the silence."""
    reach = gap["duration_h"] * S_PER_H * max_sog_kn * KN_TO_MPS
    bearing = np.linspace(0.0, 360.0, _RAYS, endpoint=False)
    lo, hi = np.zeros(_RAYS), np.full(_RAYS, reach)
    for _ in range(25):
        middle = (lo + hi) / 2.0
        lat, lon = destination(gap["start_lat"], gap["start_lon"], bearing, middle)
        on = 0.0 if gap["end_lat"] is None else distance_m(lat, lon, gap["end_lat"], gap["end_lon"])
        fits = middle + on <= reach
        lo, hi = np.where(fits, middle, lo), np.where(fits, hi, middle)
    lat, lon = destination(gap["start_lat"], gap["start_lon"], bearing, lo)
    start = float(gap["start_lon"])
    return lat, start + (lon - start + 180.0) % 360.0 - 180.0
