"""Write the bundled ports and anchorages of Hangzhou Bay as GeoJSON from the lists below.

Run ``python tools/make_places.py`` in the project folder. A port is the water within a circle and within
`SHORE_M` of the shore, so that ships in the roads off it are not "in port"; a river port is the whole circle,
because the coast's data ends at the river mouth. An anchorage is a box (or two) around where ships anchor.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import shapely
import shapely.affinity

from stsdetect.geo.geodesy import metres_per_degree
from stsdetect.geo.land import land_polygons

OUT = Path(__file__).parents[1] / "stsdetect" / "context" / "data"
SHORE_M = 1_500.0

# name, lat, lon, radius [m], river port, source of the position
PORTS = [
    ("Ningbo-Beilun", 29.936, 121.851, 8_000, False, "China MSA port page"),
    ("Ningbo", 29.882, 121.557, 4_000, True, "China MSA port page"),
    ("Zhenhai", 29.950, 121.718, 6_000, False, "China MSA port page"),
    ("Shanghai", 31.233, 121.467, 12_000, True, "China MSA port page"),
    ("Zhapu", 30.59, 121.21, 12_000, False, "mean of GFW anchorage points"),
    ("Haiyan", 30.46, 120.95, 6_000, False, "mean of GFW anchorage points"),
    ("Ganpu", 30.38, 120.91, 6_000, False, "mean of GFW anchorage points"),
    ("Jinshan", 30.67, 121.33, 8_000, False, "mean of GFW anchorage points"),
    ("Caojing", 30.62, 121.35, 12_000, False, "mean of GFW anchorage points"),
    ("Yangshan", 30.65, 122.01, 8_000, False, "mean of GFW anchorage points"),
    ("Dayushan", 30.31, 121.95, 6_000, False, "mean of GFW anchorage points"),
    ("Taicang", 31.55, 121.32, 8_000, True, "mean of GFW anchorage points"),
    ("Lusi", 32.06, 121.63, 8_000, False, "mean of GFW anchorage points"),
    ("Chongming", 31.51, 121.68, 4_000, False, "mean of GFW anchorage points"),
    ("Nantong", 32.00, 120.80, 8_000, True, "World Port Index (Pub. 150)"),
    ("Zhangjiagang", 31.97, 120.40, 8_000, True, "World Port Index (Pub. 150)"),
    ("Jiangyin", 31.92, 120.23, 8_000, True, "World Port Index (Pub. 150)"),
    ("Changshu", 31.77, 120.95, 8_000, True, "World Port Index (Pub. 150)"),
    ("Zhenjiang", 32.22, 119.43, 8_000, True, "World Port Index (Pub. 150)"),
]

OFFICIAL = "official bunkering anchorage (Japan P&I, April 2024)"
# name, use, barges may work at night, boxes (south, north, west, east), remark
ANCHORAGES: list[tuple[str, str, bool | None, list[tuple[float, float, float, float]], str]] = [
    (
        "Mazhi",
        "bunkering",
        True,
        [(29.84, 29.98, 122.10, 122.35)],
        f"{OFFICIAL}; also inspection and lightering buoys",
    ),
    ("Xiazhimen North", "bunkering", True, [(29.69, 29.82, 122.34, 122.64)], OFFICIAL),
    (
        "Tiaozhoumen",
        "bunkering",
        True,
        [(29.59, 29.71, 122.29, 122.47)],
        f"{OFFICIAL}; agents call it Xiazhimen South",
    ),
    ("Xiushan East", "bunkering", True, [(30.11, 30.17, 122.12, 122.30)], OFFICIAL),
    (
        "Qushan",
        "bunkering",
        False,
        [(30.45, 30.50, 122.48, 122.66), (30.43, 30.52, 122.21, 122.29)],
        f"{OFFICIAL}, on trial since January 2021; no barge alongside at night (Wilhelmsen 2022)",
    ),
    ("Dinghai and Aoshan", "waiting", None, [(29.94, 30.02, 121.98, 122.18)], ""),
    (
        "Lvhuashan",
        "lightering",
        None,
        [(30.79, 30.83, 122.61, 122.65)],
        "deep-draught lightering for Shanghai",
    ),
    ("Shengsi", "waiting", None, [(30.73, 30.77, 122.42, 122.48)], "Sijiao"),
    ("Gouqi and Shengshan", "fishing", None, [(30.66, 30.71, 122.77, 122.83)], "fishing harbours"),
    (
        "Changjiangkou",
        "waiting",
        None,
        [(30.95, 31.22, 122.58, 122.84)],
        "anchorages 1 to 3 of the Yangtze mouth",
    ),
    ("Nancao", "waiting", None, [(30.97, 31.01, 122.27, 122.38)], "South Channel"),
    ("Luchaogang", "waiting", None, [(30.88, 30.98, 122.09, 122.15)], "off Nanhui"),
]


def main() -> None:
    """Write both files."""
    _write("ports.geojson", [_port(*p) for p in PORTS])
    _write("anchorages.geojson", [_anchorage(*a) for a in ANCHORAGES])


def _port(name: str, lat: float, lon: float, radius_m: float, river: bool, source: str) -> dict[str, Any]:
    lat_m, lon_m = (float(v) for v in metres_per_degree(lat))
    circle = shapely.affinity.scale(shapely.Point(lon, lat).buffer(1.0), radius_m / lon_m, radius_m / lat_m)
    if not river:
        west, south, east, north = circle.buffer(0.05).bounds
        land = land_polygons((west, south, east, north))
        shore = shapely.affinity.scale(land, lon_m, lat_m, origin=(lon, lat)).buffer(SHORE_M)
        circle &= shapely.affinity.scale(shore, 1 / lon_m, 1 / lat_m, origin=(lon, lat))
        circle = circle.simplify(0.001)
    properties = {"name": name, "lat": lat, "lon": lon, "radius_m": radius_m, "source": source}
    return {"type": "Feature", "properties": properties, "geometry": _rounded(circle)}


def _anchorage(
    name: str, use: str, night: bool | None, boxes: list[tuple[float, float, float, float]], remark: str
) -> dict[str, Any]:
    shape = shapely.union_all([shapely.box(west, south, east, north) for south, north, west, east in boxes])
    properties = {
        "name": name,
        "use": use,
        "night_work": night,
        "remark": remark,
        "source": "box around GFW anchorage points",
    }
    return {"type": "Feature", "properties": properties, "geometry": _rounded(shape)}


def _rounded(shape: shapely.Geometry) -> dict[str, Any]:
    geometry: dict[str, Any] = json.loads(shapely.to_geojson(shapely.set_precision(shape, 1e-4)))
    return geometry


def _write(name: str, features: list[dict[str, Any]]) -> None:
    lines = ",\n".join(json.dumps(f, ensure_ascii=False) for f in features)
    (OUT / name).write_text(f'{{"type": "FeatureCollection", "features": [\n{lines}\n]}}\n', encoding="utf-8")


if __name__ == "__main__":
    main()
