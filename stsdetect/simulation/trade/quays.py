"""Quays, roads and foreign ports of the voyages: invented berths at real shores.

Quays below Xuliujing lie about 90 m off the shore of `stsdetect.geo.land`, those above it about 0.8 km beside
the fairway; see `stsdetect.simulation.trade.fairways`.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from stsdetect.geo.geodesy import distance_m
from stsdetect.simulation.world.stage import Box, Place, offset

_LEAD_IN_M, _LEAD_IN_OFF_M = 500.0, 260.0

SEA_WATER, BAY_WATER, RIVER_WATER = 1.025, 1.015, 1.000
"""Density [t/m3]; brackish in Hangzhou Bay and the mouth of the Yangtze [J]."""


class Quay(NamedTuple):
    """A row of berths along a shore."""

    port: str
    lat: float
    lon: float
    heading_deg: float
    """Direction of the quay."""
    seaward_deg: float
    """Direction from the quay to the water."""
    via: str
    """Waypoint of the fairway from which it is reached."""
    berths: int
    spacing_m: float
    density: float = SEA_WATER
    trades: tuple[str, ...] = ()
    """Cargoes handled there."""

    def berth(self, number: int) -> Place:
        """Place of one of the berths, counted from 0."""
        along = (number - (self.berths - 1) / 2.0) * self.spacing_m
        angle = np.deg2rad(self.heading_deg)
        return offset((self.lat, self.lon), along * float(np.sin(angle)), along * float(np.cos(angle)))

    def off(self, number: int, far_m: float = 150.0) -> Place:
        """Place abreast of a berth, `far_m` away from the quay."""
        angle = np.deg2rad(self.seaward_deg)
        return offset(self.berth(number), far_m * float(np.sin(angle)), far_m * float(np.cos(angle)))

    def lead_in(self, number: int, start: Place) -> Place:
        """Place from which a ship that comes from `start` reaches a berth along the quay, bow first."""
        angle = np.deg2rad(self.heading_deg)
        east, north = _LEAD_IN_M * float(np.sin(angle)), _LEAD_IN_M * float(np.cos(angle))
        both = [offset(self.off(number, _LEAD_IN_OFF_M), side * east, side * north) for side in (-1.0, 1.0)]
        return min(both, key=lambda place: float(distance_m(place[0], place[1], start[0], start[1])))


_BULK = ("coal", "ore", "sand", "general")
QUAYS: dict[str, Quay] = {
    # Hangzhou Bay
    "zhapu 1": Quay("Zhapu", 30.5826, 121.0588, 69, 159, "zhapu", 4, 170, BAY_WATER, _BULK),
    "zhapu 2": Quay("Zhapu", 30.5928, 121.1096, 84, 174, "zhapu", 3, 170, BAY_WATER, _BULK),
    "haiyan": Quay("Haiyan", 30.5224, 120.9642, 53, 143, "haiyan", 3, 150, BAY_WATER, _BULK),
    "jinshan": Quay("Jinshan", 30.7125, 121.3569, 43, 133, "jinshan", 2, 170, BAY_WATER, ("oil",)),
    "caojing": Quay("Caojing", 30.7656, 121.4231, 61, 151, "caojing", 3, 170, BAY_WATER, (*_BULK, "oil")),
    "zhenhai": Quay("Zhenhai", 29.9754, 121.7618, 111, 21, "jintang", 4, 180, SEA_WATER, (*_BULK, "oil")),
    "beilun 1": Quay("Ningbo-Beilun", 29.9481, 121.8224, 123, 33, "beilun", 3, 210, SEA_WATER, _BULK),
    "beilun 2": Quay("Ningbo-Beilun", 29.9302, 121.8795, 93, 3, "beilun", 4, 380, SEA_WATER, ("boxes",)),
    "beilun 3": Quay("Ningbo-Beilun", 29.9245, 121.9087, 99, 9, "beilun", 3, 320, SEA_WATER, ("ore", "coal")),
    "yangshan 1": Quay("Yangshan", 30.6234, 122.0582, 130, 220, "yangshan", 4, 390, SEA_WATER, ("boxes",)),
    "yangshan 2": Quay("Yangshan", 30.6355, 122.0416, 133, 223, "yangshan", 3, 390, SEA_WATER, ("boxes",)),
    "daishan": Quay("Daishan", 30.3051, 122.0944, 52, 322, "daishan", 2, 130, SEA_WATER, ("general",)),
    # Yangtze
    "waigaoqiao 1": Quay("Shanghai", 31.3654, 121.5960, 127, 37, "wusong", 4, 310, BAY_WATER, ("boxes",)),
    "waigaoqiao 2": Quay("Shanghai", 31.3516, 121.6226, 121, 31, "waigaoqiao", 4, 310, BAY_WATER, ("boxes",)),
    "waigaoqiao 3": Quay("Shanghai", 31.3381, 121.6486, 123, 33, "waigaoqiao", 4, 200, BAY_WATER, ("oil",)),
    "baoshan": Quay("Shanghai", 31.4116, 121.4957, 137, 47, "baoshan", 4, 200, RIVER_WATER, _BULK),
    "baoshan ferry": Quay("Shanghai", 31.4298, 121.4701, 177, 87, "baoshan", 3, 90, RIVER_WATER,
                          ("passengers",)),
    "changxing": Quay("Changxing", 31.3997, 121.6484, 127, 217, "wusong", 2, 90, RIVER_WATER,
                      ("passengers",)),
    "taicang 1": Quay("Taicang", 31.5753, 121.2731, 141, 51, "taicang", 4, 210, RIVER_WATER, _BULK),
    "taicang 2": Quay("Taicang", 31.5987, 121.2562, 158, 68, "taicang", 3, 300, RIVER_WATER, ("boxes",)),
    "taicang 3": Quay("Taicang", 31.6587, 121.1989, 126, 36, "taicang", 3, 190, RIVER_WATER, _BULK),
    "chongming": Quay("Chongming", 31.5839, 121.4783, 143, 233, "chongming", 2, 90, RIVER_WATER,
                      ("passengers",)),
    "changshu": Quay("Changshu", 31.7730, 120.9670, 105, 15, "changshu", 4, 190, RIVER_WATER, _BULK),
    "nantong 1": Quay("Nantong", 31.9596, 120.8215, 140, 230, "nantong", 4, 190, RIVER_WATER, _BULK),
    "nantong 2": Quay("Nantong", 32.0007, 120.7677, 128, 218, "tiansheng", 4, 190, RIVER_WATER, _BULK),
    "zhangjiagang 1": Quay("Zhangjiagang", 31.9734, 120.4415, 55, 325, "zhangjiagang", 4, 190, RIVER_WATER,
                           _BULK),
    "zhangjiagang 2": Quay("Zhangjiagang", 31.9492, 120.3806, 74, 344, "zhangjiagang", 3, 190, RIVER_WATER,
                           (*_BULK, "oil")),
    "jiangyin": Quay("Jiangyin", 31.9270, 120.2738, 77, 347, "jiangyin", 4, 190, RIVER_WATER, _BULK),
    # North China
    "qinhuangdao": Quay("Qinhuangdao", 39.900, 119.640, 60, 150, "qinhuangdao", 9, 260, SEA_WATER,
                        ("northern coal",)),
    "qingdao": Quay("Qingdao", 36.0580, 120.3085, 35, 125, "qingdao", 3, 240, SEA_WATER, ("northern coal",)),
    "dalian": Quay("Dalian", 38.955, 121.770, 60, 150, "dalian", 4, 260, SEA_WATER, ("northern coal",)),
    # North Korea
    "nampo": Quay("Nampo", 38.715, 125.395, 110, 200, "taean", 9, 200, RIVER_WATER, ("embargoed", "fuel in")),
    "taean": Quay("Taean", 38.732, 125.480, 100, 190, "taean", 5, 200, RIVER_WATER, ("embargoed",)),
    "songnim": Quay("Songnim", 38.745, 125.615, 130, 220, "songnim", 5, 200, RIVER_WATER, ("embargoed",)),
    "haeju": Quay("Haeju", 37.9141, 125.7230, 46, 136, "haeju", 4, 200, SEA_WATER, ("embargoed",)),
    "wonsan": Quay("Wonsan", 39.1905, 127.4840, 170, 80, "wonsan", 3, 200, SEA_WATER, ("embargoed east",)),
    "hungnam": Quay("Hungnam", 39.820, 127.620, 60, 150, "hungnam", 4, 200, SEA_WATER, ("embargoed east",)),
    "chongjin": Quay("Chongjin", 41.760, 129.820, 30, 120, "chongjin", 5, 200, SEA_WATER,
                     ("embargoed east", "fuel in east")),
    "rajin": Quay("Rajin", 42.1729, 130.3135, 12, 102, "rajin", 4, 200, SEA_WATER, ("embargoed east",)),
}  # fmt: skip
"""Quays by name; positions of foreign ports to about a kilometre."""

EMBARGOED_PORTS = frozenset(
    q.port for q in QUAYS.values() if any(trade.startswith("embargoed") for trade in q.trades)
)
"""Ports of North Korea."""


class Roads(NamedTuple):
    """Where ships anchor before they berth."""

    name: str
    box: Box
    via: str


ROADS: dict[str, Roads] = {
    "zhapu": Roads("Zhapu", Box(30.505, 30.535, 121.18, 121.28), "zhapu"),
    "jintang": Roads("Jintang", Box(30.09, 30.14, 121.66, 121.71), "jintang"),
    "nanhui": Roads("Luchaogang", Box(30.76, 30.79, 122.24, 122.32), "nanhui"),
    "mouth": Roads("Changjiangkou", Box(30.98, 31.18, 122.60, 122.82), "mouth"),
    "taicang": Roads("Taicang", Box(31.612, 31.630, 121.300, 121.330), "taicang"),
    "nantong": Roads("Nantong", Box(31.885, 31.905, 120.860, 120.868), "nantong"),
    "jiangyin": Roads("Jiangyin", Box(31.949, 31.954, 120.340, 120.370), "zhangjiagang"),
}

ROADS_OF: dict[str, str] = {
    "zhapu": "zhapu", "haiyan": "zhapu", "jinshan": "zhapu", "caojing": "zhapu", "bay": "zhapu",
    "jintang": "jintang", "beilun": "jintang",
    "yangshan": "nanhui", "daishan": "nanhui",
    "wusong": "mouth", "waigaoqiao": "mouth", "baoshan": "mouth", "taicang": "taicang", "chongming": "mouth",
    "changshu": "taicang", "nantong": "nantong", "tiansheng": "nantong", "zhangjiagang": "jiangyin",
    "jiangyin": "jiangyin",
}  # fmt: skip
"""Waypoint of a quay to the roads where ships wait for it; ships wait for other ports at the quay."""


def quays_for(trade: str) -> list[str]:
    """Names of the quays that handle a cargo.

    Examples
    --------
    >>> quays_for("fuel in")
    ['nampo']
    """
    return [name for name, quay in QUAYS.items() if trade in quay.trades]
