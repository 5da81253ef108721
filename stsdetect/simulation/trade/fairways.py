"""Where ships sail between the ports: a net of legs from hand-written waypoints, and the shortest path on it.

Waypoints below 31.73 N or east of 121.12 E were read off the coast of `stsdetect.geo.land` and keep clear of
land. That coast ends where the tide does, so the Yangtze above Xuliujing and the Taedong above its barrage
are land in it: `RIVER_REACHES` names the legs for which this holds, written from charts of the river to about
500 m [J].
"""

from __future__ import annotations

from functools import cache
from heapq import heappop, heappush

import numpy as np

from stsdetect.geo.geodesy import distance_m, local_offset_m
from stsdetect.simulation.world.stage import Place, offset

NODES: dict[str, Place] = {
    # Off the Yangtze, Hangzhou Bay and Zhoushan
    "north offing": (31.40, 123.05),
    "mouth": (31.10, 122.60),
    "shengshan": (30.92, 123.00),
    "east offing": (30.30, 123.10),
    "gate": (29.68, 122.64),
    "south edge": (28.60, 122.80),
    "east edge": (30.10, 124.60),
    "oil grounds": (30.40, 124.10),
    # Hangzhou Bay
    "nanhui": (30.80, 122.20),
    "yangshan": (30.60, 122.02),
    "bay": (30.552, 121.50),
    "caojing": (30.70, 121.46),
    "jinshan": (30.68, 121.37),
    "zhapu": (30.555, 121.10),
    "haiyan": (30.49, 121.00),
    "jintang": (30.04, 121.735),
    "beilun": (29.956, 121.872),
    "daishan": (30.36, 122.04),
    # Yangtze
    "hengsha": (31.245, 122.04),
    "waigaoqiao": (31.36, 121.66),
    "wusong": (31.40, 121.575),
    "baoshan": (31.448, 121.50),
    "chongming": (31.55, 121.455),
    "liuhe": (31.552, 121.396),
    "taicang": (31.60, 121.30),
    "xuliujing": (31.756, 121.112),
    "changshu": (31.783, 120.97),
    "nantong": (31.955, 120.815),
    "tiansheng": (31.995, 120.7625),
    "zhangjiagang": (31.98, 120.436),
    "jiangyin": (31.934, 120.272),
    # Yellow Sea
    "yellow sea south": (34.00, 123.50),
    "yellow sea north": (36.60, 123.70),
    "nampo offing": (38.62, 124.70),
    "nampo": (38.70, 125.15),
    "taean": (38.725, 125.47),
    "songnim": (38.738, 125.60),
    "haeju": (37.85, 125.72),
    "lianyungang": (34.80, 119.60),
    "qingdao": (36.00, 120.33),
    "dalian": (38.92, 121.80),
    "qinhuangdao": (39.86, 119.70),
    # Sea of Japan
    "korea strait": (35.20, 129.60),
    "wonsan": (39.20, 127.60),
    "hungnam": (39.76, 127.66),
    "chongjin": (41.73, 129.86),
    "rajin": (42.14, 130.34),
}
"""Named waypoints: latitude and longitude [deg]."""

LEGS: tuple[tuple[str, str, tuple[Place, ...]], ...] = (
    ("north offing", "mouth", ()),
    ("north offing", "shengshan", ()),
    ("shengshan", "mouth", ()),
    ("shengshan", "east offing", ()),
    ("east offing", "gate", ((29.90, 123.05),)),
    ("gate", "south edge", ((29.20, 122.95),)),
    ("east offing", "oil grounds", ()),
    ("shengshan", "oil grounds", ()),
    ("oil grounds", "east edge", ()),
    ("north offing", "oil grounds", ()),
    ("shengshan", "nanhui", ((30.92, 122.32),)),
    ("mouth", "nanhui", ((31.10, 122.56), (30.988, 122.44), (30.968, 122.368))),
    ("nanhui", "yangshan", ((30.628, 122.02),)),
    ("nanhui", "bay", ((30.80, 122.148), (30.76, 121.96), (30.72, 121.88), (30.72, 121.668))),
    ("yangshan", "bay", ((30.54, 121.96), (30.54, 121.512))),
    ("bay", "caojing", ()),
    ("bay", "jinshan", ()),
    ("bay", "zhapu", ((30.552, 121.152),)),
    ("zhapu", "haiyan", ((30.50, 121.05),)),
    ("bay", "jintang", ((30.488, 121.50), (30.424, 121.564), (30.31, 121.60), (30.25, 121.64),
                        (30.112, 121.725))),
    (
        "nanhui",
        "jintang",
        ((30.788, 122.084), (30.556, 121.852), (30.496, 121.852), (30.444, 121.80), (30.20, 121.796),
         (30.136, 121.732)),
    ),
    ("jintang", "beilun", ((30.04, 121.768), (29.96, 121.844))),
    ("daishan", "bay", ((30.456, 121.948), (30.456, 121.596))),
    ("daishan", "nanhui", ((30.456, 121.948), (30.556, 121.852), (30.788, 122.084))),
    ("mouth", "hengsha", ((31.212, 122.488), (31.212, 122.092))),
    ("hengsha", "waigaoqiao", ((31.28, 121.776), (31.344, 121.696))),
    ("waigaoqiao", "wusong", ()),
    ("wusong", "baoshan", ()),
    ("baoshan", "liuhe", ()),
    ("baoshan", "chongming", ((31.496, 121.456),)),
    ("liuhe", "taicang", ((31.576, 121.345),)),
    ("taicang", "xuliujing", ((31.65, 121.245), (31.70, 121.19))),
    ("xuliujing", "changshu", ((31.768, 121.05), (31.776, 121.00))),
    ("changshu", "nantong", ((31.79, 120.94), (31.81, 120.905), (31.86, 120.87), (31.92, 120.85))),
    ("nantong", "tiansheng", ((31.97, 120.80),)),
    ("tiansheng", "zhangjiagang", ((32.01, 120.74), (32.035, 120.66), (32.03, 120.56), (32.00, 120.47))),
    ("zhangjiagang", "jiangyin", ((31.965, 120.41), (31.945, 120.33))),
    ("north offing", "yellow sea south", ((32.60, 123.40),)),
    ("yellow sea south", "yellow sea north", ()),
    ("yellow sea north", "nampo offing", ((37.90, 124.10),)),
    ("nampo offing", "nampo", ((38.66, 124.95), (38.685, 124.98))),
    ("nampo", "taean", ((38.71, 125.25), (38.72, 125.39))),
    ("taean", "songnim", ()),
    ("yellow sea north", "haeju", ((37.30, 124.20), (37.55, 124.90), (37.60, 125.45), (37.70, 125.66))),
    ("yellow sea south", "lianyungang", ((34.80, 121.00),)),
    ("yellow sea north", "qingdao", ((35.90, 121.00),)),
    ("yellow sea north", "dalian", ((37.60, 123.30), (38.70, 122.10))),
    ("yellow sea north", "qinhuangdao", ((37.60, 123.30), (38.10, 121.20), (38.45, 121.10), (38.60, 120.20))),
    ("north offing", "korea strait", ((31.80, 125.50), (32.70, 127.20), (33.80, 128.30), (34.60, 128.95))),
    ("korea strait", "wonsan", ((36.00, 130.20), (38.50, 129.50), (39.30, 127.80))),
    ("korea strait", "hungnam", ((36.00, 130.20), (38.50, 129.50))),
    ("korea strait", "chongjin", ((36.00, 130.20), (38.50, 129.50), (41.00, 130.30))),
    ("korea strait", "rajin", ((36.00, 130.20), (38.50, 129.50), (41.00, 130.30))),
)  # fmt: skip
"""Legs between named waypoints, with those in between."""

RIVER_REACHES = {
    frozenset(ends)
    for ends in (
        ("xuliujing", "changshu"),
        ("changshu", "nantong"),
        ("nantong", "tiansheng"),
        ("tiansheng", "zhangjiagang"),
        ("zhangjiagang", "jiangyin"),
        ("nampo offing", "nampo"),
        ("nampo", "taean"),
        ("taean", "songnim"),
    )
}
"""Legs along rivers that are land in the bundled coast."""


def fairway_between(start: str, end: str) -> list[Place]:
    """Waypoints of the shortest path between two named waypoints, both included.

    Examples
    --------
    >>> fairway_between("bay", "jinshan")
    [(30.552, 121.5), (30.68, 121.37)]
    """
    names = _shortest(start)[1]
    path = [end]
    while path[-1] != start:
        path.append(names[path[-1]])
    places = [NODES[start]]
    for one, two in zip(path[::-1], path[::-1][1:], strict=False):
        places += [*_legs()[one][two][1], NODES[two]]
    return places


def keep_right(places: list[Place], share: float) -> list[Place]:
    """Waypoints moved to starboard, so that ships do not sail in one line nor head on.

    `share` is that of the room beside the fairway: 1.2 km at sea, 250 m in the bay, 120 m in the river [J].

    Examples
    --------
    >>> keep_right([(30.0, 123.0), (30.1, 123.0), (30.2, 123.0)], 1.0)[1][1] > 123.01
    True
    """
    out = [places[0]]
    for before, place, after in zip(places, places[1:], places[2:], strict=False):
        east, north = local_offset_m(*before, *after)
        far = max(float(np.hypot(east, north)), 1.0)
        room = _room_m(place) * share
        out.append(offset(place, room * float(north) / far, -room * float(east) / far))
    return [*out, places[-1]] if len(places) > 1 else out


def without_detour(first: Place, between: list[Place], last: Place) -> list[Place]:
    """Waypoints; without the only one where both ends lie near it, so that none is visited for nothing."""
    if len(between) == 1 and distance_m(*first, *last) < 5000.0:
        return []
    return between


def fairway_m(start: str, end: str) -> float:
    """Length of the shortest path between two named waypoints [m]."""
    return _shortest(start)[0][end]


@cache
def _legs() -> dict[str, dict[str, tuple[float, tuple[Place, ...]]]]:
    """Waypoint to each neighbour: length [m] and waypoints in between."""
    out: dict[str, dict[str, tuple[float, tuple[Place, ...]]]] = {name: {} for name in NODES}
    for one, two, between in LEGS:
        places = [NODES[one], *between, NODES[two]]
        lats, lons = [p[0] for p in places], [p[1] for p in places]
        length = float(distance_m(lats[:-1], lons[:-1], lats[1:], lons[1:]).sum())
        out[one][two] = (length, between)
        out[two][one] = (length, between[::-1])
    return out


@cache
def _shortest(start: str) -> tuple[dict[str, float], dict[str, str]]:
    """Distance from a waypoint to every other [m], and the one before each on the path (Dijkstra)."""
    length, before, queue = {start: 0.0}, dict[str, str](), [(0.0, start)]
    while queue:
        so_far, name = heappop(queue)
        if so_far > length[name]:
            continue
        for other, (leg, _) in _legs()[name].items():
            if so_far + leg < length.get(other, float("inf")):
                length[other], before[other] = so_far + leg, name
                heappush(queue, (so_far + leg, other))
    return length, before


def _room_m(place: Place) -> float:
    lat, lon = place
    if lon > 122.55:
        return 1200.0
    return 120.0 if lat > 31.2 else 250.0
