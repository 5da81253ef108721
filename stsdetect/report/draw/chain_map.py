"""Where cargo went, on a map: from an encounter, leg by leg, to the quay, with times and draughts."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import shapely
from markupsafe import Markup

from stsdetect.arrays import Floats
from stsdetect.foreign_text import made_visible
from stsdetect.geo.angles import wrap180
from stsdetect.geo.geodesy import metres_per_degree
from stsdetect.geo.land import land_polygons
from stsdetect.report.draw.pair_tracks import Track, starts_after_gap
from stsdetect.report.draw.svg import FAINT, INK, SHIP_COLOURS, element, svg, text

_WIDTH, _HEIGHT = 760.0, 400.0
_PAD = 0.12
_LEAST_SPAN_M = 4_000.0
_WATER, _LAND, _COAST = "#eef4f8", "#f1ecdf", "#b9b09a"
_MAX_VERTICES = 400
_LINE_PX = 13.0
_SAME_PLACE_PX = 40.0


class Stop(NamedTuple):
    """A place of a chain: an encounter, or the quay at its end."""

    lat: float
    lon: float
    lines: tuple[str, ...]  # what is written beside it
    is_quay: bool


class Leg(NamedTuple):
    """A ship between two stops; without fixes, a straight dashed line."""

    track: Track
    called: str


def chain_map(stops: Sequence[Stop], legs: Sequence[Leg], *, label: str = "") -> Markup:
    """Draw the stops of a chain, and the tracks between them.

    Parameters
    ----------
    stops : sequence of Stop
        In order.
    legs : sequence of Leg
        One fewer than the stops. Gaps of over an hour are dashed. The map shows all stops and tracks.
    label : str
        Text alternative for screen readers.

    Returns
    -------
    Markup
        An ``<svg>`` element, north up.

    Examples
    --------
    >>> from stsdetect.report.draw.pair_tracks import NO_TRACK
    >>> at_sea, quay = Stop(30.2, 122.6, ("1",), False), Stop(30.6, 121.2, ("Zhapu",), True)
    >>> chain_map([at_sea, quay], [Leg(NO_TRACK, "MIN 7")]).startswith("<svg")
    True
    """
    view = _View(stops, legs)
    clip = shapely.box(0.0, 0.0, _WIDTH, _HEIGHT)
    parts = [element("rect", width=_WIDTH, height=_HEIGHT, fill=_WATER), _land(view)]
    for k, leg in enumerate(legs):
        colour = SHIP_COLOURS[k % len(SHIP_COLOURS)]
        parts += _leg(leg, stops[k], stops[k + 1], view, clip, colour)
    parts += [mark for k, stop in enumerate(stops) for mark in _stop(stop, stops[:k], view)]
    for k, leg in enumerate(legs):
        colour = SHIP_COLOURS[k % len(SHIP_COLOURS)]
        parts.append(text(12.0, _HEIGHT - 30.0 - _LINE_PX * k, leg.called, fill=colour, weight="700"))
    return svg(_WIDTH, _HEIGHT, label, [*parts, *view.scale_bar()])


class _View:
    """From positions to the picture: a plane around the middle of stops and tracks, which all fit in."""

    def __init__(self, stops: Sequence[Stop], legs: Sequence[Leg]) -> None:
        self._lon_0 = stops[0].lon
        lat = np.concatenate([[stop.lat for stop in stops], *(leg.track.lat for leg in legs)])
        lon = self._east(np.concatenate([[stop.lon for stop in stops], *(leg.track.lon for leg in legs)]))
        self._lat_mid, self._lon_mid = (lat.min() + lat.max()) / 2.0, (lon.min() + lon.max()) / 2.0
        self._lat_m, self._lon_m = (float(v) for v in metres_per_degree(self._lat_mid))
        wide = max(float(np.ptp(lon)) * self._lon_m, _LEAST_SPAN_M)
        high = max(float(np.ptp(lat)) * self._lat_m, _LEAST_SPAN_M)
        room = 1.0 - 2.0 * _PAD
        self.px_per_m = min(_WIDTH * room * 0.8 / wide, _HEIGHT * room / high)

    def xy(self, lat: Floats, lon: Floats) -> Floats:
        """Positions in the picture, shape (n, 2) [px]."""
        east_m = (self._east(lon) - self._lon_mid) * self._lon_m
        north_m = (lat - self._lat_mid) * self._lat_m
        return np.stack(
            [_WIDTH / 2.0 + east_m * self.px_per_m, _HEIGHT / 2.0 - north_m * self.px_per_m], axis=1
        )

    def box(self) -> tuple[float, float, float, float]:
        """West, south, east, north of the picture [deg]; west may be below -180."""
        half_lon = _WIDTH / 2.0 / self.px_per_m / self._lon_m
        half_lat = _HEIGHT / 2.0 / self.px_per_m / self._lat_m
        return (
            self._lon_mid - half_lon,
            max(self._lat_mid - half_lat, -89.0),
            self._lon_mid + half_lon,
            min(self._lat_mid + half_lat, 89.0),
        )

    def scale_bar(self) -> list[Markup]:
        longest = _WIDTH / 5.0 / self.px_per_m
        power = 10.0 ** math.floor(math.log10(longest))
        bar_m = max(m for m in (1.0, 2.0, 5.0) if m * power <= longest) * power
        bar = f"M12 {_HEIGHT - 14:g}v5h{bar_m * self.px_per_m:.1f}v-5"
        arrow = f"M{_WIDTH - 16:g} 34V12m-4 7l4-7l4 7"
        return [
            element("path", d=bar + arrow, stroke=INK, stroke_width=1.5, fill="none"),
            text(18 + bar_m * self.px_per_m, _HEIGHT - 8, f"{bar_m / 1000:g} km"),
            element(
                "path", d=f"M{_WIDTH - 16:g} 34V12m-4 7l4-7l4 7", stroke=INK, stroke_width=1.5, fill="none"
            ),
            text(_WIDTH - 16, 46, "N", anchor="middle"),
        ]

    def _east(self, lon: Floats) -> Floats:
        """Longitudes within 180 degrees of the first stop."""
        return np.asarray(self._lon_0 + wrap180(lon - self._lon_0))


def _land(view: _View) -> Markup:
    west, south, east, north = view.box()
    pixel_deg = (north - south) / _HEIGHT
    paths = []
    for turn in (-360.0, 0.0, 360.0):
        lo, hi = max(west - turn, -180.0), min(east - turn, 180.0)
        if lo >= hi:
            continue
        for polygon in land_polygons((lo, south, hi, north), tolerance_deg=pixel_deg).geoms:
            rings = [view.xy(xy[:, 1], xy[:, 0]) for xy in _rings(polygon)]
            paths += [_path(ring, closed=True) for ring in rings if len(ring) > 3]
    if not paths:
        return Markup("")
    return element("path", d="".join(paths), fill=_LAND, stroke=_COAST, stroke_width=0.8, fill_rule="evenodd")


def _rings(polygon: shapely.Polygon) -> list[Floats]:
    return [shapely.get_coordinates(ring) for ring in shapely.get_rings(polygon)]


def _leg(leg: Leg, start: Stop, end: Stop, view: _View, clip: shapely.Geometry, colour: str) -> list[Markup]:
    """The track of a leg as received, straight and dashed over gaps and where there is no fix."""
    lat = np.concatenate([[start.lat], leg.track.lat, [end.lat]])
    lon = np.concatenate([[start.lon], leg.track.lon, [end.lon]])
    xy = view.xy(lat, lon)
    gap = np.ones(len(xy) - 1, dtype=bool)
    if len(leg.track.time_s):
        gap[1:-1] = starts_after_gap(leg.track.time_s)[1:]
    breaks = np.flatnonzero(gap) + 1
    pieces = [_thinned(piece) for piece in np.split(xy, breaks) if len(piece) > 1]
    solid = [_path(line) for piece in pieces for line in _inside(piece, clip)]
    dashed = [_path(line) for i in breaks for line in _inside(xy[i - 1 : i + 1], clip)]
    return [
        element(
            "path", d="".join(lines), stroke=colour, fill="none", stroke_width=2.0, stroke_linejoin="round",
            stroke_dasharray=dashes,
        )
        for lines, dashes in ((solid, "none"), (dashed, "2 5"))
        if lines
    ]  # fmt: skip


def _inside(xy: Floats, clip: shapely.Geometry) -> list[Floats]:
    """The parts of a line that lie in the picture."""
    line = shapely.intersection(shapely.linestrings(xy), clip)
    lines = [g for g in shapely.get_parts(line) if g.geom_type == "LineString" and not g.is_empty]
    return [shapely.get_coordinates(g) for g in lines]


def _thinned(xy: Floats) -> Floats:
    line = shapely.simplify(shapely.linestrings(xy), 0.6, preserve_topology=False)
    points = np.asarray(shapely.get_coordinates(line), dtype=np.float64)
    return points[:: -(-len(points) // _MAX_VERTICES)] if len(points) > _MAX_VERTICES else points


def _path(xy: Floats, *, closed: bool = False) -> str:
    points = "L".join(f"{x:.1f} {y:.1f}" for x, y in xy.tolist())
    return f"M{points}{'Z' if closed else ''}"


def _stop(stop: Stop, before: Sequence[Stop], view: _View) -> list[Markup]:
    """The mark of a stop and the lines beside it, below those of an earlier stop at the same place."""
    x, y = view.xy(np.array([stop.lat]), np.array([stop.lon]))[0].tolist()
    above = 0
    for other in before:
        u, v = view.xy(np.array([other.lat]), np.array([other.lon]))[0].tolist()
        above += len(other.lines) if math.hypot(x - u, y - v) < _SAME_PLACE_PX else 0
    mark = (
        element(
            "rect",
            x=x - 5.0,
            y=y - 5.0,
            width=10.0,
            height=10.0,
            fill="#ffffff",
            stroke=INK,
            stroke_width=2.0,
        )
        if stop.is_quay
        else element("circle", cx=x, cy=y, r=6.0, fill="#b3261e", stroke="#ffffff", stroke_width=1.5)
    )
    right = x < 0.6 * _WIDTH
    side, anchor = (x + 11.0, "start") if right else (x - 11.0, "end")
    n_lines = above + len(stop.lines)
    low = y > _HEIGHT - 20.0 - _LINE_PX * n_lines
    first = y - _LINE_PX * n_lines + 4.0 if low else y + 4.0 + _LINE_PX * above
    return [
        mark,
        *(
            text(side, first + _LINE_PX * k, made_visible(line), anchor=anchor, weight="400" if k else "700",
                 fill=INK if k < 2 else FAINT)
            for k, line in enumerate(stop.lines)
        ),
    ]  # fmt: skip
