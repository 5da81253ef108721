"""Plots of an event as inline SVG: distance, speed and heading over time, and the hulls to scale."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from typing import NamedTuple

import numpy as np
from markupsafe import Markup, escape

from stsdetect.arrays import Bools, Floats
from stsdetect.report.draw.pair_tracks import (
    ASSUMED_SIZE,
    MAX_HOLE_S,
    Hull,
    Instant,
    Size,
    Track,
    distances,
    holes,
    hull_gaps,
    speeds_kn,
)

SHIP_COLOURS = ("#0b6e8a", "#7a3fb0")
"""Of ship 1 and ship 2, on the map too."""

HULL_GAP_COLOUR = "#c2571a"

_INK, _FAINT, _RULE, _SPAN, _HOLE = "#243040", "#6a7686", "#e3e8ee", "#fff1cf", "#d3d9e1"
_WIDTH, _LEFT, _RIGHT = 760.0, 66.0, 10.0
_STEPS_S = (300, 600, 900, 1800, 3600, 7200, 10800, 21600, 43200, 86400)


class TimeAxis(NamedTuple):
    """The common time axis of the stack."""

    start_s: float
    end_s: float

    def x(self, time_s: Floats) -> Floats:
        """Place on the page."""
        share = (np.asarray(time_s) - self.start_s) / max(self.end_s - self.start_s, 1.0)
        return np.asarray(_LEFT + share * (_WIDTH - _LEFT - _RIGHT))

    def holds(self, time_s: Floats) -> Bools:
        """Which instants the axis shows."""
        return np.asarray((time_s >= self.start_s) & (time_s <= self.end_s))


class Panel(NamedTuple):
    """One plot of the stack: where it lies and how values become heights."""

    top: float
    height: float
    low: float
    high: float
    log: bool = False

    def y(self, value: Floats) -> Floats:
        """Height on the page; values beyond the ends lie on the edge."""
        v = np.clip(value, self.low, self.high)
        if self.log:
            share = np.log10(v / self.low) / math.log10(self.high / self.low)
        else:
            share = (v - self.low) / (self.high - self.low)
        return np.asarray(self.top + self.height * (1.0 - share))


def time_plots(
    one: Track,
    two: Track,
    size_1: Size | None,
    size_2: Size | None,
    *,
    start_s: float,
    end_s: float,
    event_start_s: float,
    event_end_s: float,
    label: str = "",
) -> Markup:
    """Distance and hull gap, speed, and heading of both ships over time.

    Raw fixes are dots; the event is tinted, and spans in which a ship was not heard are grey bars.

    Parameters
    ----------
    one, two : Track
        Fixes of ship 1 and ship 2.
    size_1, size_2 : Size or None
        Their dimensions as broadcast; without both there is no hull gap.
    start_s, end_s : float
        Ends of the time axis, since the epoch [s].
    event_start_s, event_end_s : float
        The event [s].
    label : str
        What the picture is called for those who do not see it.

    Returns
    -------
    Markup
        An ``<svg>`` element.
    """
    axis = TimeAxis(start_s, end_s)
    apart, gap = distances(one, two), hull_gaps(one, two, size_1, size_2)
    speeds = [speeds_kn(t) for t in (one, two)]
    inside = apart[1][axis.holds(apart[0])]
    far = 10.0 ** math.ceil(math.log10(max(float(inside.max(initial=0.0)), 1000.0)))
    fast = max(float(np.nanmax(s[axis.holds(t)], initial=0.0)) for t, s, _ in speeds)
    derived = not all(broadcast for *_, broadcast in speeds)
    distance, speed, heading = panels = (
        Panel(30.0, 150.0, 1.0, far, log=True),
        Panel(206.0, 84.0, 0.0, _round_up(fast)),
        Panel(316.0, 84.0, 0.0, 360.0),
    )
    parts: list[str] = [_tint(axis, panels, (event_start_s, event_end_s), _SPAN)]
    parts += [_silences(axis, panels, track, k) for k, track in enumerate((one, two))]
    parts += [
        _time_axis(axis, panels, bottom := heading.top + heading.height),
        _value_axis(distance, _decades(distance), "distance between antennas, hull gap (log scale)"),
        _value_axis(speed, _linear(speed), "speed between fixes, kn" if derived else "speed over ground, kn"),
        _value_axis(heading, [(v, f"{v:g}°") for v in (0.0, 90.0, 180.0, 270.0, 360.0)], "true heading"),
        _line(axis, distance, *apart, _INK),
        _dots(axis, distance, *apart, _INK, 2.4),
        _dots(axis, distance, *gap, HULL_GAP_COLOUR),
    ]
    for track, (time_s, sog, _), colour in zip((one, two), speeds, SHIP_COLOURS, strict=True):
        parts.append(_line(axis, speed, time_s, sog, colour))
        parts.append(_dots(axis, speed, time_s, sog, colour))
        parts.append(_dots(axis, heading, track.time_s, track.heading, colour))
    if not any(np.isfinite(t.heading).any() for t in (one, two)):
        parts.append(_text(_LEFT + 8, heading.top + 46, "no heading was broadcast", fill=_FAINT))
    return _svg(_WIDTH, bottom + 34, label, parts)


def hull_plan(instant: Instant, *, reach_m: float, label: str = "") -> Markup:
    """Both hulls from above, north up, to scale.

    A ship without a broadcast size or heading is dashed: an assumed outline, or the circle that it may fill.

    Parameters
    ----------
    instant : Instant
        Where both were.
    reach_m : float
        From the middle to the edge of the picture [m].
    label : str
        What the picture is called for those who do not see it.

    Returns
    -------
    Markup
        An ``<svg>`` element.
    """
    side = 240.0
    scale = side / 2 / reach_m
    bar_m = _nice_length(reach_m * 0.7)
    parts: list[str] = [_el("rect", width=side, height=side, fill="#eef4f8")]
    parts += [_hull(hull, k, side, scale) for k, hull in enumerate(instant.hulls) if hull is not None]
    if instant.hulls == (None, None):
        parts.append(_text(side / 2, side / 2, "neither ship was heard", anchor="middle", fill=_FAINT))
    elif None in instant.hulls:
        missing = f"ship {instant.hulls.index(None) + 1} was not heard"
        parts.append(_text(side / 2, side - 26, missing, anchor="middle", fill=_FAINT))
    bar = f"M10 {side - 14:g}v5h{bar_m * scale:.1f}v-5"
    arrow = f"M{side - 16:g} 34V12m-4 7l4-7l4 7"
    parts.append(_el("path", d=bar + arrow, stroke=_INK, stroke_width=1.5, fill="none"))
    parts.append(_text(14 + bar_m * scale, side - 8, f"{bar_m:g} m"))
    parts.append(_text(side - 16, 46, "N", anchor="middle"))
    return _svg(side, side, label, parts)


def plan_reach_m(instants: Iterable[Instant]) -> float:
    """Half the width of plans that hold every hull of all `instants` [m]."""
    reach = 40.0
    for hull in (h for i in instants for h in i.hulls if h is not None):
        ends = max((hull.size or ASSUMED_SIZE)[:4])
        reach = max(reach, math.hypot(hull.east_m, hull.north_m) + ends)
    return reach * 1.12


def _hull(hull: Hull, number: int, side: float, scale: float) -> str:
    colour = SHIP_COLOURS[number]
    cx, cy = side / 2 + hull.east_m * scale, side / 2 - hull.north_m * scale
    a, b, c, d, _ = hull.size or ASSUMED_SIZE
    style: dict[str, str | float] = {
        "stroke": colour,
        "stroke_width": 1.4,
        "fill": colour,
        "fill_opacity": 0.28 if hull.sure else 0.08,
        "stroke_dasharray": "none" if hull.sure else "4 3",
    }
    if math.isfinite(hull.heading):
        bow = a - min(0.6 * (c + d), 0.3 * (a + b))
        right_ahead = [(-c, bow), ((d - c) / 2, a), (d, bow), (d, -b), (-c, -b)]
        outline = " ".join(f"{x * scale:.1f},{-y * scale:.1f}" for x, y in right_ahead)
        turn = f"translate({cx:.1f} {cy:.1f}) rotate({hull.heading:.1f})"
        shape = _el("polygon", points=outline, transform=turn, **style)
    else:
        shape = _el("circle", cx=cx, cy=cy, r=max(a, b) * scale, **style)
    dot = _el("circle", cx=cx, cy=cy, r=2.4, fill=colour)
    return shape + dot + _text(cx + 5, cy - 4, str(number + 1), fill=colour, weight="700")


def _tint(
    axis: TimeAxis, panels: Iterable[Panel], span: tuple[float, float], colour: str, opacity: float = 1.0
) -> str:
    left, right = axis.x(np.clip(span, axis.start_s, axis.end_s))
    width = max(right - left, 1.0)
    return "".join(
        _el("rect", x=left, y=p.top, width=width, height=p.height, fill=colour, fill_opacity=opacity)
        for p in panels
    )


def _silences(axis: TimeAxis, panels: Sequence[Panel], track: Track, number: int) -> str:
    """Grey over every panel, with a bar in the ship's colour above them."""
    parts = []
    for span in holes(track, axis.start_s, axis.end_s):
        parts.append(_tint(axis, panels, span, _HOLE, 0.55))
        parts.append(
            _tint(axis, [Panel(panels[0].top - 26 + 5 * number, 4.0, 0.0, 1.0)], span, SHIP_COLOURS[number])
        )
    return "".join(parts)


def _time_axis(axis: TimeAxis, panels: Sequence[Panel], bottom: float) -> str:
    span = axis.end_s - axis.start_s
    step = next((s for s in _STEPS_S if span / s <= 9), 86400 * math.ceil(span / 86400 / 9))
    ticks = np.arange(math.ceil(axis.start_s / step) * step, axis.end_s + 1, step)
    rules = "".join(f"M{x:.1f} {p.top:g}v{p.height:g}" for x in axis.x(ticks) for p in panels)
    parts: list[str] = [_el("path", d=rules, stroke=_RULE, fill="none")]
    day = None
    for tick, x in zip(ticks, axis.x(ticks), strict=True):
        when = datetime.fromtimestamp(tick, UTC)
        anchor = "end" if x > _WIDTH - 2 * _RIGHT else "middle"
        parts.append(_text(x, bottom + 14, f"{when:%H:%M}", anchor=anchor))
        if when.date() != day:
            parts.append(_text(x, bottom + 28, f"{when:%d %b}", anchor=anchor, fill=_FAINT))
            day = when.date()
    return "".join(parts)


def _value_axis(panel: Panel, ticks: Sequence[tuple[float, str]], title: str) -> str:
    heights = panel.y(np.array([v for v, _ in ticks]))
    rules = "".join(f"M{_LEFT:g} {y:.1f}H{_WIDTH - _RIGHT:g}" for y in heights)
    parts: list[str] = [_el("path", d=rules, stroke=_RULE, fill="none")]
    parts += [
        _text(_LEFT - 6, y + 4, text, anchor="end", fill=_FAINT)
        for y, (_, text) in zip(heights, ticks, strict=True)
    ]
    parts.append(_text(_LEFT, panel.top - 5, title, weight="600"))
    return "".join(parts)


def _dots(axis: TimeAxis, panel: Panel, time_s: Floats, value: Floats, colour: str, size: float = 3.0) -> str:
    """Points on a grid of whole pixels, every second across, each once: a dense track stays small."""
    seen = axis.holds(time_s) & np.isfinite(value)
    x, y = (axis.x(time_s[seen]) / 2.0).round() * 2.0, panel.y(value[seen]).round()
    xy = np.unique(np.stack([x, y], axis=1).astype(int), axis=0)
    path = "M0 0" + "".join(f"m{dx} {dy}h0" for dx, dy in np.diff(xy, axis=0, prepend=0).tolist())
    return _el("path", d=path, stroke=colour, stroke_width=size, stroke_linecap="round", fill="none")


def _line(axis: TimeAxis, panel: Panel, time_s: Floats, value: Floats, colour: str) -> str:
    """A line through the points, broken where nothing was heard for `MAX_HOLE_S`."""
    seen = axis.holds(time_s) & np.isfinite(value)
    time_s, value = time_s[seen], value[seen]
    xy = np.stack([axis.x(time_s), panel.y(value)], axis=1).round(1)
    start = np.diff(time_s, prepend=-np.inf) > MAX_HOLE_S
    # One vertex every second pixel is enough for the eye.
    keep = start | (np.diff(xy[:, 0] // 2.0, prepend=-np.inf) != 0)
    path = "".join(f"{'M' if s else 'L'}{x:g} {y:g}" for (x, y), s in zip(xy[keep], start[keep], strict=True))
    return _el("path", d=path, stroke=colour, stroke_opacity=0.5, fill="none")


def _decades(panel: Panel) -> list[tuple[float, str]]:
    n = round(math.log10(panel.high / panel.low))
    values = [panel.low * 10.0**k for k in range(n + 1)]
    return [(v, f"{v / 1000:g} km" if v >= 1000 else f"{v:g} m") for v in values]


def _linear(panel: Panel) -> list[tuple[float, str]]:
    return [(panel.high * k / 4, f"{panel.high * k / 4:g}") for k in range(5)]


def _round_up(value: float) -> float:
    return next(v for v in (4.0, 8.0, 12.0, 16.0, 20.0, 24.0, 32.0, 40.0) if v >= min(value, 40.0))


def _nice_length(value: float) -> float:
    power = 10.0 ** math.floor(math.log10(value))
    return max(m for m in (1.0, 2.0, 5.0) if m * power <= value) * power


def _text(
    x: float, y: float, text: str, *, anchor: str = "start", fill: str = _INK, weight: str = "400"
) -> str:
    return _el("text", text, x=x, y=y, text_anchor=anchor, fill=fill, font_weight=weight)


def _svg(width: float, height: float, label: str, parts: Iterable[str]) -> Markup:
    body = Markup("".join(parts))  # noqa: S704 - made by _el, which escapes
    box = f"0 0 {width:g} {height:g}"
    return _el(
        "svg",
        body,
        xmlns="http://www.w3.org/2000/svg",
        viewBox=box,
        role="img",
        aria_label=label,
        font_family="system-ui, sans-serif",
        font_size=11,
    )


def _el(name: str, content: str | Markup = "", /, **attributes: str | float) -> Markup:
    """One element; numbers to a tenth, text escaped."""
    given = "".join(
        f' {key.replace("_", "-")}="{round(value, 1):g}"'
        if isinstance(value, float)
        else f' {key.replace("_", "-")}="{escape(value)}"'
        for key, value in attributes.items()
    )
    return Markup(f"<{name}{given}>{escape(content)}</{name}>")  # noqa: S704 - escaped above
