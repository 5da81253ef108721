"""The fixed point of a ship at rest as seen from her own deck, to scale."""

from __future__ import annotations

import math
from collections.abc import Mapping
from datetime import datetime
from typing import Any

import numpy as np
import polars as pl
from markupsafe import Markup

from stsdetect.arrays import Floats
from stsdetect.geo.geodesy import local_offset_m
from stsdetect.report.draw.pair_tracks import ASSUMED_SIZE, Size
from stsdetect.report.draw.svg import FAINT, INK, SHIP_COLOURS, element, svg, text

_SIDE = 240.0
_MARGIN = 1.15
_WATER = "#eef4f8"
_PIVOT = "#b3261e"
_OWN = "#2e7d4f"
_MOST_DOTS = 300


def swing_plan(
    reading: Mapping[str, Any], points: pl.DataFrame, *, size: Size | None, label: str = ""
) -> Markup:
    """Draw where the point about which a ship swung lies, seen from its deck; the bow is up.

    Each dot is the point on the ground, seen at one fix: for a ship that swings about it, all dots lie
    together. Where headings are missing, the fixes are drawn on their circle instead, north up.

    Parameters
    ----------
    reading : mapping
        A row of ANCHOR_READINGS.
    points : polars.DataFrame
        POINTS; those of the ship in the time of the reading are drawn.
    size : Size or None
        Of the hull; an assumed one is dashed.
    label : str
        Text alternative for screen readers.

    Returns
    -------
    Markup
        An ``<svg>`` element: the hull and its antenna, the dots, a cross at the fitted point, a dashed circle
        where her own anchor would be, within two errors.

    Examples
    --------
    >>> from stsdetect.schema import ANCHOR_READINGS, POINTS
    >>> row = dict.fromkeys(ANCHOR_READINGS.names, 0.0) | {"method": "heading", "mmsi": 1}
    >>> times = {name: datetime(2024, 1, 1) for name in ("start_time", "end_time")}
    >>> swing_plan(row | times, POINTS.optional(None), size=None).startswith("<svg")
    True
    """
    fixes = _fixes(points, reading)
    if reading["method"] == "circle":
        return _circle(reading, fixes, label)
    right, ahead = _seen_from_deck(reading, fixes)
    pivot = reading["pivot_starboard_m"] or 0.0, reading["pivot_forward_m"]
    own, own_m = _own(reading), 2.0 * reading["expected_error_m"]
    hull = size or ASSUMED_SIZE
    corners = [
        (0.0, hull.to_bow),
        (0.0, -hull.to_stern),
        pivot,
        (own[0], own[1] + own_m),
        (own[0] - own_m, own[1]),
    ]
    view = _View(np.array([*corners, *zip(right, ahead, strict=True)]))
    parts = [
        element("rect", width=_SIDE, height=_SIDE, fill=_WATER),
        _hull(hull, view, sure=size is not None),
    ]
    parts += [
        element("circle", cx=view.x(e), cy=view.y(n), r=1.5, fill=_PIVOT, fill_opacity=0.35)
        for e, n in zip(right, ahead, strict=True)
    ]
    parts += [
        element(
            "circle", cx=view.x(own[0]), cy=view.y(own[1]), r=max(own_m * view.scale, 2.0), fill="none",
            stroke=_OWN, stroke_width=1.4, stroke_dasharray="4 3",
        ),
        *_cross(view.x(pivot[0]), view.y(pivot[1])),
        *view.bar(),
        *_legend(),
    ]  # fmt: skip
    return svg(_SIDE, _SIDE, label, parts)


class _View:
    """The scale of a picture that holds some points [m]."""

    def __init__(self, points: Floats) -> None:
        low, high = points.min(axis=0), points.max(axis=0)
        self._middle = (low + high) / 2
        reach = max(float((high - low).max()) / 2 * _MARGIN, 20.0)
        self.scale = _SIDE / 2 / reach

    def x(self, east_m: float) -> float:
        return float(_SIDE / 2 + (east_m - self._middle[0]) * self.scale)

    def y(self, north_m: float) -> float:
        return float(_SIDE / 2 - (north_m - self._middle[1]) * self.scale)

    def bar(self) -> list[Markup]:
        """A scale bar of a round length."""
        longest = _SIDE / 3 / self.scale
        power = 10.0 ** math.floor(math.log10(longest))
        bar_m = max(m for m in (1.0, 2.0, 5.0) if m * power <= longest) * power
        path = f"M10 {_SIDE - 14:g}v5h{bar_m * self.scale:.1f}v-5"
        return [
            element("path", d=path, stroke=INK, stroke_width=1.5, fill="none"),
            text(14 + bar_m * self.scale, _SIDE - 8, f"{bar_m:g} m"),
        ]


def _fixes(points: pl.DataFrame, reading: Mapping[str, Any]) -> pl.DataFrame:
    start, end = (_utc(reading[name]) for name in ("start_time", "end_time"))
    fixes = points.filter(
        (pl.col("mmsi") == reading["mmsi"]) & pl.col("timestamp").dt.epoch("ms").is_between(start, end)
    ).sort("timestamp", maintain_order=True)
    return fixes.gather_every(max(1, -(-fixes.height // _MOST_DOTS)))


def _utc(time: datetime) -> int:
    """Milliseconds since 1970."""
    stamp = pl.Series([time]).dt.epoch("ms")
    return int(stamp[0])


def _seen_from_deck(reading: Mapping[str, Any], fixes: pl.DataFrame) -> tuple[Floats, Floats]:
    """The pivot to starboard and forward of the antenna at each fix with a heading [m]."""
    known = fixes.filter(pl.col("heading").is_not_null())
    east, north = local_offset_m(
        known["lat"].to_numpy(), known["lon"].to_numpy(), reading["lat"], reading["lon"]
    )
    h = np.radians(known["heading"].to_numpy())
    return east * np.cos(h) - north * np.sin(h), east * np.sin(h) + north * np.cos(h)


def _own(reading: Mapping[str, Any]) -> tuple[float, float]:
    """Where her own anchor would be: to starboard and forward of the antenna [m]."""
    fitted = math.atan2(reading["pivot_starboard_m"] or 0.0, reading["pivot_forward_m"])
    ahead = fitted - math.radians(reading["pivot_angle_deg"] or 0.0)
    return reading["expected_forward_m"] * math.sin(ahead), reading["expected_forward_m"] * math.cos(ahead)


def _hull(hull: Size, view: _View, *, sure: bool) -> Markup:
    shoulder = hull.to_bow - min(
        0.6 * (hull.to_port + hull.to_starboard), 0.3 * (hull.to_bow + hull.to_stern)
    )
    outline = [
        (-hull.to_port, shoulder),
        ((hull.to_starboard - hull.to_port) / 2, hull.to_bow),
        (hull.to_starboard, shoulder),
        (hull.to_starboard, -hull.to_stern),
        (-hull.to_port, -hull.to_stern),
    ]
    shape = element(
        "polygon",
        points=" ".join(f"{view.x(e):.1f},{view.y(n):.1f}" for e, n in outline),
        stroke=SHIP_COLOURS[0],
        stroke_width=1.4,
        fill=SHIP_COLOURS[0],
        fill_opacity=0.28 if sure else 0.08,
        stroke_dasharray="none" if sure else "4 3",
    )
    return shape + element("circle", cx=view.x(0.0), cy=view.y(0.0), r=2.4, fill=SHIP_COLOURS[0])


def _cross(x: float, y: float) -> list[Markup]:
    path = f"M{x - 5:.1f} {y:.1f}h10M{x:.1f} {y - 5:.1f}v10"
    return [element("path", d=path, stroke=_PIVOT, stroke_width=2.0, fill="none")]


def _legend() -> list[Markup]:
    return [
        text(_SIDE - 8, 16, "fixed point", anchor="end", fill=_PIVOT),
        text(_SIDE - 8, 31, "her own anchor", anchor="end", fill=_OWN),
    ]


def _circle(reading: Mapping[str, Any], fixes: pl.DataFrame, label: str) -> Markup:
    """Fixes without headings on their circle, north up."""
    east, north = local_offset_m(
        reading["lat"], reading["lon"], fixes["lat"].to_numpy(), fixes["lon"].to_numpy()
    )
    radius = reading["pivot_forward_m"]
    view = _View(np.array([(-radius, -radius), (radius, radius), *zip(east, north, strict=True)]))
    parts = [element("rect", width=_SIDE, height=_SIDE, fill=_WATER)]
    parts += [
        element("circle", cx=view.x(e), cy=view.y(n), r=1.5, fill=SHIP_COLOURS[0], fill_opacity=0.5)
        for e, n in zip(east, north, strict=True)
    ]
    parts += [
        element(
            "circle", cx=view.x(0.0), cy=view.y(0.0), r=radius * view.scale, fill="none", stroke=_PIVOT,
            stroke_width=1.0,
        ),
        *_cross(view.x(0.0), view.y(0.0)),
        *view.bar(),
        text(_SIDE - 8, 16, "no headings: north up", anchor="end", fill=FAINT),
    ]  # fmt: skip
    return svg(_SIDE, _SIDE, label, parts)
