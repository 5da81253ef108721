"""Distance, speed and heading of both ships of an event over time, as three panels above one time axis."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from typing import NamedTuple

import numpy as np
from markupsafe import Markup

from stsdetect.arrays import Bools, Floats
from stsdetect.report.draw.pair_tracks import (
    Pair,
    Track,
    distances,
    hull_gaps,
    speeds_kn,
    starts_after_gap,
    unreceived_spans,
)
from stsdetect.report.draw.svg import FAINT, INK, SHIP_COLOURS, element, svg, text
from stsdetect.units import S_PER_H, S_PER_MIN

HULL_GAP_COLOUR = "#c2571a"

_RULE, _EVENT, _UNRECEIVED = "#e3e8ee", "#fff1cf", "#d3d9e1"
_WIDTH, _LEFT, _RIGHT = 760.0, 66.0, 10.0
_DAY_S = 24 * S_PER_H
_STEPS_S = (
    *(S_PER_MIN * n for n in (5, 10, 15, 30)),
    *(S_PER_H * n for n in (1, 2, 3, 6, 12, 24)),
)
_MAX_TICKS = 9
_SPEEDS_KN = (4.0, 8.0, 12.0, 16.0, 20.0, 24.0, 32.0, 40.0)


class TimeAxis(NamedTuple):
    """The time axis that all panels share, since the epoch [s]."""

    start_s: float
    end_s: float

    def x(self, time_s: Floats) -> Floats:
        """Horizontal position [px]."""
        share = (np.asarray(time_s) - self.start_s) / max(self.end_s - self.start_s, 1.0)
        return np.asarray(_LEFT + share * (_WIDTH - _LEFT - _RIGHT))

    def holds(self, time_s: Floats) -> Bools:
        """Whether a time lies on the axis."""
        return np.asarray((time_s >= self.start_s) & (time_s <= self.end_s))


class Panel(NamedTuple):
    """One plot of the stack: its place [px] and the range of its values."""

    top: float
    height: float
    low: float
    high: float
    log: bool = False

    @property
    def bottom(self) -> float:
        """Lower edge [px]."""
        return self.top + self.height

    def y(self, value: Floats) -> Floats:
        """Vertical position [px]; values outside the range lie on the edge."""
        v = np.clip(value, self.low, self.high)
        if self.log:
            share = np.log10(v / self.low) / math.log10(self.high / self.low)
        else:
            share = (v - self.low) / (self.high - self.low)
        return np.asarray(self.top + self.height * (1.0 - share))


def time_plots(
    pair: Pair, axis: TimeAxis, *, event_start_s: float, event_end_s: float, label: str = ""
) -> Markup:
    """Antenna distance and hull gap, speed, and heading of both ships, or of one alone, over time.

    Fixes are dots and the event is tinted. Spans in which a ship was not received are grey, with a bar in the
    colour of the ship above them.

    Parameters
    ----------
    pair : Pair
        Tracks and sizes; without both sizes there is no hull gap, and with one track only no distance.
    axis : TimeAxis
    event_start_s, event_end_s : float
        Since the epoch [s].
    label : str
        Text alternative for screen readers.

    Returns
    -------
    Markup
        An ``<svg>`` element.
    """
    speeds = [speeds_kn(track) for track in pair.tracks]
    above = [] if pair.is_alone else [_distance_panel(axis, pair)]
    top = above[0].bottom + 26.0 if above else 30.0
    speed, heading = (
        Panel(top, 84.0, 0.0, _highest_speed_kn(axis, [(t, s) for t, s, _ in speeds])),
        Panel(top + 110.0, 84.0, 0.0, 360.0),
    )
    panels = (*above, speed, heading)
    derived = not all(broadcast for *_, broadcast in speeds)
    parts = [_tint(axis, panels, (event_start_s, event_end_s), _EVENT)]
    of_ships = pair.tracks[:1] if pair.is_alone else pair.tracks
    parts += [_unreceived(axis, panels, track, k) for k, track in enumerate(of_ships)]
    parts += [
        _time_axis(axis, panels),
        _value_axis(speed, _quarters(speed), f"speed {'between fixes' if derived else 'over ground'}, kn"),
        _value_axis(heading, [(v, f"{v:g}°") for v in (0.0, 90.0, 180.0, 270.0, 360.0)], "true heading"),
    ]
    for distance in above:
        apart = distances(pair)
        parts += [
            _value_axis(distance, _decades(distance), "antenna distance and hull gap (log scale)"),
            _line(axis, distance, *apart, INK),
            _dots(axis, distance, *apart, INK, 2.4),
            _dots(axis, distance, *hull_gaps(pair), HULL_GAP_COLOUR),
        ]
    for track, (time_s, sog, _), colour in zip(pair.tracks, speeds, SHIP_COLOURS, strict=True):
        parts.append(_line(axis, speed, time_s, sog, colour))
        parts.append(_dots(axis, speed, time_s, sog, colour))
        parts.append(_dots(axis, heading, track.time_s, track.heading, colour))
    if not any(np.isfinite(track.heading).any() for track in pair.tracks):
        parts.append(text(_LEFT + 8, heading.top + 46, "no heading was broadcast", fill=FAINT))
    return svg(_WIDTH, heading.bottom + 34, label, parts)


def _distance_panel(axis: TimeAxis, pair: Pair) -> Panel:
    return Panel(30.0, 150.0, 1.0, _highest_distance_m(axis, *distances(pair)), log=True)


def _highest_distance_m(axis: TimeAxis, time_s: Floats, distance_m: Floats) -> float:
    """A power of ten that no distance on the axis exceeds, at least 1 km."""
    highest = float(distance_m[axis.holds(time_s)].max(initial=0.0))
    return float(10.0 ** math.ceil(math.log10(max(highest, 1000.0))))


def _highest_speed_kn(axis: TimeAxis, speeds: Iterable[tuple[Floats, Floats]]) -> float:
    """End of the speed axis: a round speed that none on the axis exceeds, at most 40 kn."""
    highest = max(float(np.nanmax(sog[axis.holds(t)], initial=0.0)) for t, sog in speeds)
    return next(v for v in _SPEEDS_KN if v >= min(highest, _SPEEDS_KN[-1]))


def _tint(
    axis: TimeAxis, panels: Iterable[Panel], span: tuple[float, float], colour: str, opacity: float = 1.0
) -> Markup:
    left, right = axis.x(np.clip(span, axis.start_s, axis.end_s))
    width = max(right - left, 1.0)
    return Markup("").join(
        element("rect", x=left, y=p.top, width=width, height=p.height, fill=colour, fill_opacity=opacity)
        for p in panels
    )


def _unreceived(axis: TimeAxis, panels: Sequence[Panel], track: Track, index: int) -> Markup:
    """Grey over every panel, with a bar in the colour of the ship above them."""
    bar = Panel(panels[0].top - 26 + 5 * index, 4.0, 0.0, 1.0)
    parts = []
    for span in unreceived_spans(track, axis.start_s, axis.end_s):
        parts.append(_tint(axis, panels, span, _UNRECEIVED, 0.55))
        parts.append(_tint(axis, [bar], span, SHIP_COLOURS[index]))
    return Markup("").join(parts)


def _time_axis(axis: TimeAxis, panels: Sequence[Panel]) -> Markup:
    """Vertical rules with the hour below, and the date below the first hour of each day."""
    length_s, bottom = axis.end_s - axis.start_s, panels[-1].bottom
    whole_days = _DAY_S * math.ceil(length_s / _DAY_S / _MAX_TICKS)
    step = next((s for s in _STEPS_S if length_s / s <= _MAX_TICKS), whole_days)
    ticks = np.arange(math.ceil(axis.start_s / step) * step, axis.end_s + 1, step)
    rules = "".join(f"M{x:.1f} {p.top:g}v{p.height:g}" for x in axis.x(ticks) for p in panels)
    parts = [element("path", d=rules, stroke=_RULE, fill="none")]
    day = None
    for tick, x in zip(ticks, axis.x(ticks), strict=True):
        when = datetime.fromtimestamp(tick, UTC)
        anchor = "end" if x > _WIDTH - 2 * _RIGHT else "middle"
        parts.append(text(x, bottom + 14, f"{when:%H:%M}", anchor=anchor))
        if when.date() != day:
            parts.append(text(x, bottom + 28, f"{when:%d %b}", anchor=anchor, fill=FAINT))
            day = when.date()
    return Markup("").join(parts)


def _value_axis(panel: Panel, ticks: Sequence[tuple[float, str]], title: str) -> Markup:
    heights = panel.y(np.array([v for v, _ in ticks]))
    rules = "".join(f"M{_LEFT:g} {y:.1f}H{_WIDTH - _RIGHT:g}" for y in heights)
    labels = [
        text(_LEFT - 6, y + 4, label, anchor="end", fill=FAINT)
        for y, (_, label) in zip(heights, ticks, strict=True)
    ]
    heading = text(_LEFT, panel.top - 5, title, weight="600")
    return Markup("").join([element("path", d=rules, stroke=_RULE, fill="none"), *labels, heading])


def _dots(
    axis: TimeAxis, panel: Panel, time_s: Floats, value: Floats, colour: str, size: float = 3.0
) -> Markup:
    """Points rounded to a grid of 2 by 1 pixels, each drawn once, so that a dense track stays small."""
    shown = axis.holds(time_s) & np.isfinite(value)
    x, y = (axis.x(time_s[shown]) / 2.0).round() * 2.0, panel.y(value[shown]).round()
    xy = np.unique(np.stack([x, y], axis=1).astype(int), axis=0)
    path = "M0 0" + "".join(f"m{dx} {dy}h0" for dx, dy in np.diff(xy, axis=0, prepend=0).tolist())
    return element("path", d=path, stroke=colour, stroke_width=size, stroke_linecap="round", fill="none")


def _line(axis: TimeAxis, panel: Panel, time_s: Floats, value: Floats, colour: str) -> Markup:
    """A line through the points, broken where the ships were not received."""
    shown = axis.holds(time_s) & np.isfinite(value)
    time_s, value = time_s[shown], value[shown]
    xy = np.stack([axis.x(time_s), panel.y(value)], axis=1).round(1)
    start = starts_after_gap(time_s)
    # One vertex for every second pixel is as fine as the eye can see.
    keep = start | (np.diff(xy[:, 0] // 2.0, prepend=-np.inf) != 0)
    path = "".join(f"{'M' if s else 'L'}{x:g} {y:g}" for (x, y), s in zip(xy[keep], start[keep], strict=True))
    return element("path", d=path, stroke=colour, stroke_opacity=0.5, fill="none")


def _decades(panel: Panel) -> list[tuple[float, str]]:
    n = round(math.log10(panel.high / panel.low))
    values = [panel.low * 10.0**k for k in range(n + 1)]
    return [(v, f"{v / 1000:g} km" if v >= 1000 else f"{v:g} m") for v in values]


def _quarters(panel: Panel) -> list[tuple[float, str]]:
    return [(panel.high * k / 4, f"{panel.high * k / 4:g}") for k in range(5)]
