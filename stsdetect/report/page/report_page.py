"""The report: one HTML file with map and cards that needs no network, and the same page for one event.

The page carries a Content-Security-Policy that forbids every request and every script but its own, named by
their hashes. What a ship broadcast reaches the page only through the template's escaping or as JSON data.
"""

from __future__ import annotations

import base64
import hashlib
import json
import re
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any, Unpack

import jinja2
from markupsafe import Markup

from stsdetect.errors import StsError
from stsdetect.geo.land import COAST_CREDIT
from stsdetect.report.draw.event_plots import HULL_GAP_COLOUR, SHIP_COLOURS
from stsdetect.report.export import whole
from stsdetect.report.page import display_format as words
from stsdetect.report.page import map_layers as maps
from stsdetect.report.page.event_cards import (
    TRACK_MARGIN,
    Material,
    Tables,
    called,
    card,
    gather,
    rows,
    tracks_of,
)
from stsdetect.schema import Frame

PAGE_BYTES = 8_000_000
"""Beyond this much, further cards come without pictures and tracks, and say so: the page ends near 10 MB."""

_MAP_PAD_DEG = 0.35

_NOTHING_KNOWN: dict[str, Any] = {
    "created": "",
    "selection": {},
    "inputs": [],
    "stages": {},
    "feed": {},
    "outages": [],
    "warnings": [],
    "params": {},
    "params_digest": "",
    "versions": {},
}


def write_report(
    path: str | Path,
    *,
    events: Frame,
    context: Any = None,
    run: dict[str, Any] | None = None,
    max_events: int = 500,
    **tables: Unpack[Tables],
) -> None:
    """Write the report of a run as one HTML file that opens without a network.

    Parameters
    ----------
    path : path
        The file; written whole or not at all.
    events : frame
        EVENTS.
    context : Context, optional
        Ports and anchorages to draw.
    run : dict, optional
        The content of ``run.json``: inputs, counts, outages, warnings, parameters, versions.
    max_events : int
        How many events get a card, best first; the page says how many were left out.
    evidence, encounters, dark_encounters, gaps, loitering, points, segments, identity, static : optional
        Frames of the run's other tables; of `points` and `static` those of the events' ships are enough.
    solo_stops : SOLO_STOPS frame, optional
        Listed on the page beside the outages.

    Raises
    ------
    SchemaError
        When a table lacks a column.
    OutputError
        When the file cannot be written.

    Examples
    --------
    >>> import tempfile
    >>> from stsdetect.schema import EVENTS
    >>> with tempfile.TemporaryDirectory() as out:
    ...     write_report(Path(out) / "report.html", events=EVENTS.empty())
    ...     "No event" in (Path(out) / "report.html").read_text("utf-8")
    True
    """
    material = gather(events, tables)
    page = _page(rows(material.events.head(max_events)), material, context, {**_NOTHING_KNOWN, **(run or {})})
    with whole(Path(path)) as part:
        part.write_text(page, "utf-8")


@dataclass(frozen=True)
class EventMap:
    """One event's map and card; shows itself in a notebook.

    Attributes
    ----------
    html : str
        A whole page.
    height_px : int
        Height in the notebook [px].
    """

    html: str
    height_px: int = 900

    def _repr_html_(self) -> str:
        return str(
            Markup(
                '<iframe srcdoc="{}" sandbox="allow-scripts" title="Map and card of one event" width="100%" '
                'height="{}" frameborder="0"></iframe>'
            ).format(self.html, self.height_px)
        )


def event_map(event_id: str, *, events: Frame, context: Any = None, **tables: Unpack[Tables]) -> EventMap:
    """Map and card of one event, for a notebook.

    Parameters
    ----------
    event_id : str
        Which event.
    events : frame
        EVENTS.
    context : Context, optional
        Ports and anchorages to draw.
    evidence, encounters, dark_encounters, gaps, loitering, points, segments, identity, static : optional
        Frames of the run's other tables.

    Returns
    -------
    EventMap

    Raises
    ------
    StsError
        When there is no such event.

    Examples
    --------
    >>> from stsdetect.schema import EVENTS
    >>> event_map("e-1", events=EVENTS.empty())  # doctest: +ELLIPSIS
    Traceback (most recent call last):
        ...
    stsdetect.errors.StsError: there is no event 'e-1' among the 0 given; ...
    """
    material = gather(events, tables)
    chosen = material.events[material.events["event_id"] == event_id]
    if chosen.empty:
        some = ", ".join(material.events["event_id"].head(3)) or "none"
        raise StsError(
            f"there is no event '{event_id}' among the {len(material.events)} given; the first are: {some}. "
            "Take an event_id of this EVENTS table."
        )
    return EventMap(_page(rows(chosen), material, context, None))


def _page(events: list[dict[str, Any]], material: Material, context: Any, run: dict[str, Any] | None) -> str:
    """The whole page; `run` is None where only the map and the cards are wanted."""
    events = [
        {**e, **{f"called_{k}": called(e[f"mmsi_{k}"], e[f"shipname_{k}"], material) for k in (1, 2)}}
        for e in events
    ]
    middle = maps.middle_longitude([e["lon"] for e in events] or material.segments["start_lon"])
    size = 0
    cards, on_map = [], []
    for event in events:
        tracks = tracks_of(event, material, TRACK_MARGIN) if size < PAGE_BYTES else None
        lines = [maps.track_lines(t, middle) for t in tracks or ()]
        on_map.append({**_pin(event, middle), "tracks": lines})
        text = _template("card.html").render(card(event, material, tracks))
        size += len(text) + len(json.dumps(lines))
        cards.append(Markup(text))  # noqa: S704 - rendered with autoescape
    data = {"events": on_map, "colours": SHIP_COLOURS, **_chart(on_map, material, context, middle)}
    style = _read("vendor/leaflet.css") + _read("templates/report.css")
    scripts = [_read("vendor/leaflet.js"), _read("templates/report.js")]
    return _template("report.html").render(
        csp=_policy(style, scripts),
        style=Markup(style),  # noqa: S704 - our own files
        scripts=[Markup(s) for s in scripts],  # noqa: S704 - our own files
        data=_json(data),
        events=events,
        cards=cards,
        run=run,
        solo_stops=[{**s, "called": called(s["mmsi"], None, material)} for s in rows(material.solo_stops)],
        n_left_out=0 if run is None else len(material.events) - len(events),
        n_without_pictures=sum(not e["tracks"] for e in on_map),
        credit=COAST_CREDIT,
        span=_span(material),
        tiers={t: int((material.events["tier"] == t).sum()) for t in words.TIERS},
        categories=sorted({e["category"] for e in events}),
    )


def _pin(event: dict[str, Any], middle: float) -> dict[str, Any]:
    return {
        "at": [round(event["lat"], 5), round(float(maps.unwrap(event["lon"], middle)), 5)],
        "tier": event["tier"],
        "label": f"{event['rank']}. {event['called_1']} and {event['called_2']}",
    }


def _chart(pins: list[dict[str, Any]], material: Material, context: Any, middle: float) -> dict[str, Any]:
    """Land and places around the events, or around all tracks where there is no event."""
    if pins:
        places = [p["at"] for p in pins]
    else:
        places = material.segments[["start_lat", "start_lon"]].to_numpy().tolist()
    lat, lon = [p[0] for p in places], [p[1] for p in places]
    box = maps.box_around(lat, lon, middle, _MAP_PAD_DEG)
    if box is None:
        return {"land": [], "places": [], "box": None}
    wide = maps.land_box(box)
    return {"land": maps.land_rings(wide), "places": maps.places(context, middle, wide), "box": box}


def _span(material: Material) -> str:
    if material.segments.empty:
        return ""
    return words.span(material.segments["start_time"].min(), material.segments["end_time"].max())


def _json(data: Any) -> Markup:
    """JSON that cannot end its script element early."""
    text = json.dumps(data, ensure_ascii=True, allow_nan=False, separators=(",", ":"))
    return Markup(text.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026"))  # noqa: S704


def _policy(style: str, scripts: list[str]) -> str:
    def named(text: str) -> str:
        digest = hashlib.sha256(text.encode()).digest()
        return f"'sha256-{base64.b64encode(digest).decode()}'"

    allowed = " ".join(named(s) for s in scripts)
    return (
        f"default-src 'none'; script-src {allowed}; style-src {named(style)}; img-src data:; "
        "base-uri 'none'; form-action 'none'"
    )


@cache
def _read(name: str) -> str:
    """A file of this package, without the pointers to other files that Leaflet's carry."""
    text = (files("stsdetect.report.page") / name).read_text("utf-8")
    text = re.sub(r"//# sourceMappingURL=.*", "", text)
    return re.sub(r"url\([^)]*\)", "none", text) if name.endswith(".css") else text


@cache
def _template(name: str) -> jinja2.Template:
    pages = jinja2.Environment(
        loader=jinja2.PackageLoader("stsdetect.report.page"),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    for tool in (words.number, words.percent, words.signed, words.utc, words.span, words.ship_type):
        pages.filters[tool.__name__] = tool
    pages.tests["unknown"] = words.unknown
    pages.globals.update(
        categories_in_words=words.CATEGORIES,
        local_times=words.local_times,
        position=words.position,
        size=words.size,
        ship_colours=SHIP_COLOURS,
        hull_gap_colour=HULL_GAP_COLOUR,
    )
    return pages.get_template(name)
