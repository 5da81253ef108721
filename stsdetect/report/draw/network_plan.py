"""The network of vessels: who lay alongside whom.

Each connected part is drawn around its vessel with the most partners, and the others on rings, each beside
the one over which it is reached. Nothing is iterated, so equal tables give equal pictures.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from markupsafe import Markup

from stsdetect.foreign_text import made_visible
from stsdetect.report.draw.svg import FAINT, INK, element, svg, text

TIER_COLOURS = {"high": "#b3261e", "medium": "#c77700", "low": "#2c6fbb", "info": "#7b8794"}
"""Of tiers, as on the map."""
MAX_PAIRS = 120
"""Pairs drawn, those of the highest score first."""

_WIDTH = 760.0
_RING, _MARGIN, _NODE = 62.0, 46.0, 5.0
_SIDE = 126.0  # room for a name
_MAX_NAME_CHARS = 16
_MOST_NAMED = 24
_LISTED = "#111111"


class Node(NamedTuple):
    """A vessel in the picture."""

    vessel_id: str
    called: str
    listed: bool
    link: str  # address of its page; empty where it has none


class Edge(NamedTuple):
    """A pair of vessels in the picture."""

    one: str
    other: str
    tier: str
    p: float
    n_events: int


class Place(NamedTuple):
    """Where a vessel is drawn [px], in which direction its name is written, and whether it is."""

    x: float
    y: float
    angle: float  # from the middle, anticlockwise from east [rad]
    named: bool


def edges_of(pairs: Iterable[Mapping[str, Any]]) -> list[Edge]:
    """The pairs to draw: those of the highest score, `MAX_PAIRS` at most.

    Parameters
    ----------
    pairs : iterable of mapping
        Rows of VESSEL_PAIRS.
    """
    first = sorted(pairs, key=lambda r: (-r["best_score"], r["vessel_id_1"], r["vessel_id_2"]))[:MAX_PAIRS]
    return [
        Edge(r["vessel_id_1"], r["vessel_id_2"], r["best_tier"], r["best_p"], r["n_events"]) for r in first
    ]


def network_plan(nodes: Mapping[str, Node], edges: Sequence[Edge], *, label: str = "") -> Markup:
    """Draw vessels as dots and pairs as lines.

    A line is the thicker, the more events the two share, and dashed where the likeliest is not more likely
    than not; its colour is that of their best tier. A dot is the larger, the more partners a vessel has, and
    has a ring where the vessel resembles a listed one.

    Parameters
    ----------
    nodes : mapping
        Vessels by vessel_id; one that is missing is called by its id.
    edges : sequence of Edge
        From `edges_of`.
    label : str
        Text alternative for screen readers.

    Returns
    -------
    Markup
        An ``<svg>`` element.

    Examples
    --------
    >>> network_plan({}, [Edge("a", "b", "high", 0.9, 2)]).count("<circle")
    2
    """
    placed, height = _placed(edges)
    n_partners = {v: len(near) for v, near in _neighbours(edges).items()}
    lines = [_line(edge, placed) for edge in reversed(edges)]
    dots = [
        _dot(nodes.get(v, Node(v, v, listed=False, link="")), at, n_partners[v]) for v, at in placed.items()
    ]
    return svg(_WIDTH, height, label, [*lines, *dots])


def _placed(edges: Sequence[Edge]) -> tuple[dict[str, Place], float]:
    """Where each vessel is drawn, and the height of the picture [px]: parts in rows, the largest first."""
    parts = sorted((_rings(part) for part in _parts(edges)), key=lambda part: (-len(part), next(iter(part))))
    placed: dict[str, Place] = {}
    left, top, row_height = 0.0, 0.0, 0.0
    for part in parts:
        x, y = [at.x for at in part.values()], [at.y for at in part.values()]
        width, height = max(x) - min(x) + 2 * _SIDE, max(y) - min(y) + 1.4 * _MARGIN
        squeeze = min(1.0, (_WIDTH - 2 * _SIDE) / max(max(x) - min(x), 1.0))
        width = min(width, _WIDTH)
        if left + width > _WIDTH:
            left, top, row_height = 0.0, top + row_height, 0.0
        for vessel, at in part.items():
            placed[vessel] = Place(
                left + _SIDE + (at.x - min(x)) * squeeze, top + 0.7 * _MARGIN + at.y - min(y), *at[2:]
            )
        left, row_height = left + width, max(row_height, height)
    return placed, max(top + row_height, _MARGIN)


def _neighbours(edges: Sequence[Edge]) -> dict[str, list[str]]:
    near: dict[str, set[str]] = {}
    for edge in edges:
        near.setdefault(edge.one, set()).add(edge.other)
        near.setdefault(edge.other, set()).add(edge.one)
    return {v: sorted(near[v]) for v in sorted(near)}


def _parts(edges: Sequence[Edge]) -> list[dict[str, list[str]]]:
    """The connected parts, each as vessels and the vessels that are reached over them, the middle first."""
    near = _neighbours(edges)
    parts, seen = [], set[str]()
    for start in sorted(near, key=lambda v: (-len(near[v]), v)):
        if start in seen:
            continue
        reached: dict[str, list[str]] = {start: []}
        seen.add(start)
        queue = [start]
        for vessel in queue:
            for other in sorted(near[vessel], key=lambda v: (-len(near[v]), v)):
                if other not in seen:
                    seen.add(other)
                    reached[vessel].append(other)
                    reached[other] = []
                    queue.append(other)
        parts.append(reached)
    return parts


def _rings(reached: dict[str, list[str]]) -> dict[str, Place]:
    """Places on rings: each vessel has a sector as wide as there are outermost vessels behind it."""
    leaves: dict[str, int] = {}
    for vessel in reversed(reached):
        leaves[vessel] = max(sum(leaves[v] for v in reached[vessel]), 1)
    middle = next(iter(reached))
    spans = {middle: (0.0, 2.0 * math.pi)}
    ring = {middle: 0}
    placed: dict[str, Place] = {}
    room = max(_RING, leaves[middle] * 17.0 / (2.0 * math.pi))
    for vessel, behind in reached.items():
        start, end = spans[vessel]
        angle = (start + end) / 2.0
        radius = ring[vessel] * room
        # Names on a crowded ring would cover each other.
        named = bool(behind) or leaves[middle] <= _MOST_NAMED
        at_middle = math.pi / 2.0 if len(reached) > 2 else 0.0
        direction = angle if ring[vessel] else at_middle
        placed[vessel] = Place(radius * math.cos(angle), -radius * math.sin(angle), direction, named)
        each = (end - start) / leaves[vessel]
        for other in behind:
            spans[other] = (start, start + each * leaves[other])
            start += each * leaves[other]
            ring[other] = ring[vessel] + 1
    return placed


def _line(edge: Edge, placed: Mapping[str, Place]) -> Markup:
    one, other = placed[edge.one], placed[edge.other]
    return element(
        "line", x1=one.x, y1=one.y, x2=other.x, y2=other.y,
        stroke=TIER_COLOURS.get(edge.tier, FAINT), stroke_width=min(1.0 + 0.8 * edge.n_events, 6.0),
        stroke_opacity=0.75, stroke_dasharray="none" if edge.p > 0.5 else "5 4",
    )  # fmt: skip


def _dot(node: Node, at: Place, n_partners: int) -> Markup:
    radius = min(_NODE + 0.6 * (n_partners - 1), 2.2 * _NODE)
    parts = [element("circle", cx=at.x, cy=at.y, r=radius, fill=INK, stroke="#ffffff", stroke_width=1.0)]
    if node.listed:
        parts.append(
            element("circle", cx=at.x, cy=at.y, r=radius + 3.5, fill="none", stroke=_LISTED, stroke_width=1.6)
        )
    name = made_visible(node.called)
    shown = name if len(name) <= _MAX_NAME_CHARS else f"{name[: _MAX_NAME_CHARS - 1]}…"
    if at.named or node.listed:
        parts.append(_name(shown, at, radius + (7.0 if node.listed else 4.0)))
    drawn = element("g", element("title", name) + Markup("").join(parts))
    return element("a", drawn, href=node.link) if node.link else drawn


def _name(shown: str, at: Place, off: float) -> Markup:
    """A name outside the ring on which the vessel lies."""
    east, north = math.cos(at.angle), math.sin(at.angle)
    if abs(east) < 0.35:
        return text(at.x, at.y - off if north > 0 else at.y + off + 8.0, shown, anchor="middle")
    side = math.copysign(off, east)
    return text(at.x + side, at.y + 4.0 - 6.0 * north, shown, anchor="start" if east > 0 else "end")
