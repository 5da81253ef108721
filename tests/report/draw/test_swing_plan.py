"""The picture of the fixed point seen from the deck."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from typing import Any

import numpy as np
import pandas as pd
import polars as pl
import pytest

from stsdetect.detection import find_anchor_readings
from stsdetect.report.draw.pair_tracks import Size
from stsdetect.report.draw.swing_plan import swing_plan
from stsdetect.schema import ANCHOR_READINGS, POINTS
from tests.builders.swing import as_points, sizes, swinging

SVG = "{http://www.w3.org/2000/svg}"
SIZE = Size(80, 20, 8, 8)


def picture(size: Size | None = SIZE, heading: bool = True, **pivot: Any) -> ET.Element:
    ship = swinging(1, **({"forward_m": 180.0, "starboard_m": 40.0} | pivot))
    points = as_points(ship if heading else ship.assign(heading=np.nan))
    found = ANCHOR_READINGS.validate(find_anchor_readings(points, identity=sizes(ship)))
    row: dict[str, Any] = found.row(0, named=True)
    return ET.fromstring(swing_plan(row, POINTS.validate(points), size=size, label="<b>"))


def dots(svg: ET.Element) -> pd.DataFrame:
    found = [c.attrib for c in svg.findall(f"{SVG}circle") if c.attrib["r"] == "1.5"]
    return pd.DataFrame({k: [float(d[k]) for d in found] for k in ("cx", "cy")})


def test_all_dots_lie_at_one_point_to_scale() -> None:
    svg = picture()
    at = dots(svg)
    assert len(at) == 241
    assert at.max().sub(at.min()).max() <= 0.3
    hull = [[float(v) for v in p.split(",")] for p in svg.find(f"{SVG}polygon").attrib["points"].split()]
    length_px = np.ptp(np.array(hull)[:, 1])
    antenna = next(c.attrib for c in svg.findall(f"{SVG}circle") if c.attrib["r"] == "2.4")
    # The pivot lies 180 m ahead of the antenna of a ship of 100 m, and 40 m to starboard.
    assert (float(antenna["cy"]) - at["cy"].mean()) / length_px == pytest.approx(1.8, abs=0.02)
    assert (at["cx"].mean() - float(antenna["cx"])) / length_px == pytest.approx(0.4, abs=0.02)


def test_an_assumed_hull_is_dashed() -> None:
    assert picture(None).find(f"{SVG}polygon").attrib["stroke-dasharray"] == "4 3"
    assert picture().find(f"{SVG}polygon").attrib["stroke-dasharray"] == "none"


def test_without_headings_the_fixes_lie_on_their_circle() -> None:
    svg = picture(heading=False, swing_deg=170.0, starboard_m=0.0)
    circle = max((c.attrib for c in svg.findall(f"{SVG}circle")), key=lambda c: float(c["r"]))
    off = np.hypot(dots(svg)["cx"] - float(circle["cx"]), dots(svg)["cy"] - float(circle["cy"]))
    assert off.to_numpy() == pytest.approx(float(circle["r"]), abs=1.0)
    assert svg.find(f"{SVG}polygon") is None


def test_the_label_is_escaped() -> None:
    assert picture().attrib["aria-label"] == "<b>"


def test_nothing_leaves_the_picture() -> None:
    for pivot in ({"forward_m": -150.0}, {"forward_m": 300.0, "starboard_m": -90.0}):
        at = dots(picture(**pivot))
        assert ((at >= 0) & (at <= 240)).to_numpy().all()


def test_no_points() -> None:
    row = dict.fromkeys(ANCHOR_READINGS.names, 0.0) | {
        "method": "circle",
        "mmsi": 1,
        "pivot_forward_m": 100.0,
    }
    times = {name: pd.Timestamp("2024-01-01") for name in ("start_time", "end_time")}
    assert ET.fromstring(swing_plan(row | times, POINTS.optional(None), size=None)).tag == f"{SVG}svg"
    assert isinstance(POINTS.optional(None), pl.DataFrame)
