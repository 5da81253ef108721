"""The two hulls of an event from above, to scale."""

from __future__ import annotations

import math
from collections.abc import Iterable

from markupsafe import Markup

from stsdetect.report.draw.pair_tracks import ASSUMED_SIZE, Hull, Instant
from stsdetect.report.draw.svg import FAINT, INK, SHIP_COLOURS, element, svg, text

_SIDE = 240.0
_MIN_REACH_M = 40.0
_MARGIN = 1.12
_WATER = "#eef4f8"


def hull_plan(instant: Instant, *, reach_m: float, label: str = "") -> Markup:
    """Both hulls at one instant, north up.

    A hull is dashed where its outline is assumed: that of a coaster if no size was broadcast, or a circle
    that contains the hull if no heading was.

    Parameters
    ----------
    instant : Instant
        Positions and outlines of both ships.
    reach_m : float
        From the centre to the edge of the picture [m]; see `plan_reach_m`.
    label : str
        Text alternative for screen readers.

    Returns
    -------
    Markup
        An ``<svg>`` element.
    """
    scale = _SIDE / 2 / reach_m
    parts = [element("rect", width=_SIDE, height=_SIDE, fill=_WATER)]
    parts += [_hull(hull, k, scale) for k, hull in enumerate(instant.hulls) if hull is not None]
    parts += _missing_ships(instant)
    parts += _scale_bar_and_north(reach_m, scale)
    return svg(_SIDE, _SIDE, label, parts)


def plan_reach_m(instants: Iterable[Instant]) -> float:
    """From the centre to the edge of plans that show every hull at all these instants [m].

    Parameters
    ----------
    instants : iterable of Instant
        Those that are drawn at the same scale.

    Returns
    -------
    float
        At least 45 m.
    """
    reach = _MIN_REACH_M
    for hull in (h for i in instants for h in i.hulls if h is not None):
        longest = max((hull.size or ASSUMED_SIZE)[:4])
        reach = max(reach, math.hypot(hull.east_m, hull.north_m) + longest)
    return reach * _MARGIN


def _hull(hull: Hull, index: int, scale: float) -> Markup:
    colour = SHIP_COLOURS[index]
    cx, cy = _SIDE / 2 + hull.east_m * scale, _SIDE / 2 - hull.north_m * scale
    to_bow, to_stern, to_port, to_starboard, _ = hull.size or ASSUMED_SIZE
    style: dict[str, str | float] = {
        "stroke": colour,
        "stroke_width": 1.4,
        "fill": colour,
        "fill_opacity": 0.28 if hull.sure else 0.08,
        "stroke_dasharray": "none" if hull.sure else "4 3",
    }
    if math.isfinite(hull.heading):
        shoulder = to_bow - min(0.6 * (to_port + to_starboard), 0.3 * (to_bow + to_stern))
        bow_up = [
            (-to_port, shoulder),
            ((to_starboard - to_port) / 2, to_bow),
            (to_starboard, shoulder),
            (to_starboard, -to_stern),
            (-to_port, -to_stern),
        ]
        outline = " ".join(f"{x * scale:.1f},{-y * scale:.1f}" for x, y in bow_up)
        turn = f"translate({cx:.1f} {cy:.1f}) rotate({hull.heading:.1f})"
        shape = element("polygon", points=outline, transform=turn, **style)
    else:
        shape = element("circle", cx=cx, cy=cy, r=max(to_bow, to_stern) * scale, **style)
    antenna = element("circle", cx=cx, cy=cy, r=2.4, fill=colour)
    return shape + antenna + text(cx + 5, cy - 4, str(index + 1), fill=colour, weight="700")


def _missing_ships(instant: Instant) -> list[Markup]:
    if instant.hulls == (None, None):
        return [text(_SIDE / 2, _SIDE / 2, "neither ship was received", anchor="middle", fill=FAINT)]
    if None in instant.hulls:
        missing = f"ship {instant.hulls.index(None) + 1} was not received"
        return [text(_SIDE / 2, _SIDE - 26, missing, anchor="middle", fill=FAINT)]
    return []


def _scale_bar_and_north(reach_m: float, scale: float) -> list[Markup]:
    bar_m = _round_length_m(reach_m * 0.7)
    bar = f"M10 {_SIDE - 14:g}v5h{bar_m * scale:.1f}v-5"
    arrow = f"M{_SIDE - 16:g} 34V12m-4 7l4-7l4 7"
    return [
        element("path", d=bar + arrow, stroke=INK, stroke_width=1.5, fill="none"),
        text(14 + bar_m * scale, _SIDE - 8, f"{bar_m:g} m"),
        text(_SIDE - 16, 46, "N", anchor="middle"),
    ]


def _round_length_m(longest_m: float) -> float:
    """The greatest of 1, 2, 5, 10, 20, 50, ... that does not exceed `longest_m`."""
    power = 10.0 ** math.floor(math.log10(longest_m))
    return max(m for m in (1.0, 2.0, 5.0) if m * power <= longest_m) * power
