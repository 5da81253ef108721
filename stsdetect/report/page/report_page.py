"""The report as one HTML file with a map and cards that needs no network, and the same page for one event.

A Content-Security-Policy forbids every request, and every script except those of the page, named by their
hashes. Text from the dump is hostile: it enters the page only through the template's escaping, or as escaped
JSON, and `stsdetect.foreign_text` shows what is hidden in it.
"""

from __future__ import annotations

import base64
import hashlib
import json
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any, NamedTuple, Unpack

import numpy as np
import polars as pl
from markupsafe import Markup

from stsdetect.context import Context
from stsdetect.errors import StsError
from stsdetect.foreign_text import made_visible
from stsdetect.geo.land import COAST_CREDIT
from stsdetect.report.draw.svg import SHIP_COLOURS
from stsdetect.report.export import whole_file
from stsdetect.report.page import display_format
from stsdetect.report.page import map_layers as maps
from stsdetect.report.page.card_plots import card_plots
from stsdetect.report.page.cargo_section import cargo_section
from stsdetect.report.page.event_cards import EventCard, event_card
from stsdetect.report.page.page_templates import page_file, template
from stsdetect.report.page.run_tables import Row, RunTables, Tables, index_tables
from stsdetect.report.page.vessel_pages import VesselPage, network_section, vessel_pages, vessels_of_cards
from stsdetect.schema import Frame

PAGE_BYTES = 8_000_000
"""Beyond this size, further cards have no plots and tracks, and say so; a page stays near 10 MB."""

VESSEL_BYTES = 2_000_000
"""Beyond this size in all, further vessels have no page of their own."""

_MAP_PAD_DEG = 0.35

LEFT_OUT = "left out "
"""How a warning about an input begins that was left out."""

_NOTHING_KNOWN: Row = {
    "selection": {},
    "inputs": [],
    "left_out": [],
    "not_ais": [],
    "lists": [],
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
    events: Frame,
    *,
    context: Context | None = None,
    run: Row | None = None,
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
        The content of ``run.json``: inputs, tallies, outages, warnings, parameters, versions.
    max_events : int
        Number of events that get a card, the highest ranks first; the page gives the number omitted.
    evidence, encounters, dark_encounters, gaps, loitering, points, segments, identity, static : optional
        The other tables of the run; `points` and `static` need only have the rows of the ships in the events.
    solo_stops, anchor_readings : optional
        What solo events rest on.
    port_visits, deliveries, chains, ledger, vessels, vessel_pairs : optional
        Where the cargo went, and the network: a section each, absent where there is nothing, and a page for
        each vessel of the events. VESSELS and PORT_VISITS need only have the vessels of these.

    Raises
    ------
    SchemaError
        When a table lacks a column.
    TypeError
        When there is no table of that name.
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
    indexed = index_tables(events, tables)
    page = _page(indexed.events.head(max_events), indexed, context, {**_NOTHING_KNOWN, **(run or {})})
    with whole_file(Path(path)) as part:
        part.write_text(page, "utf-8")


@dataclass(frozen=True)
class NotebookPage:
    """A page with a map and cards; a notebook displays it.

    Attributes
    ----------
    html : str
        The page, which loads nothing from a network.
    title : str
        What it shows, for readers of screens.
    height_px : int
        Height in the notebook [px].
    """

    html: str = field(repr=False)
    title: str = "Map and card of one event"
    height_px: int = 900

    def _repr_html_(self) -> str:
        return str(
            Markup(
                '<iframe srcdoc="{}" sandbox="allow-scripts" title="{}" width="100%" height="{}" '
                'frameborder="0"></iframe>'
            ).format(self.html, self.title, self.height_px)
        )


def event_map(
    event_id: str, events: Frame, *, context: Context | None = None, **tables: Unpack[Tables]
) -> NotebookPage:
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
        The other tables of the run.

    Returns
    -------
    NotebookPage

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
    indexed = index_tables(events, tables)
    chosen = indexed.events.filter(pl.col("event_id") == event_id)
    if chosen.is_empty():
        first = ", ".join(indexed.events["event_id"].head(3)) or "none"
        raise StsError(
            f"there is no event '{event_id}' among the {indexed.events.height} given; the first are: "
            f"{first}. Give an event_id of this EVENTS table."
        )
    return NotebookPage(_page(chosen, indexed, context, None))


class _DrawnCard(NamedTuple):
    """A card as HTML, and the tracks of its two ships for the map, if there is room for them."""

    html: Markup
    tracks: list[dict[str, list[str]]]


def _page(events: pl.DataFrame, tables: RunTables, context: Context | None, run: Row | None) -> str:
    """The whole page, with a card per event; without `run`, only the map and the cards."""
    cards = [event_card(event, tables) for event in events.iter_rows(named=True)]
    links = {card.event["event_id"]: k for k, card in enumerate(cards)}
    # A page of one event has no other pages.
    vessels = [] if run is None else vessel_pages(vessels_of_cards(cards), tables)
    drawn_vessels = _draw_vessels(vessels, links)
    vessels = vessels[: len(drawn_vessels)]
    pages = {page.row["vessel_id"]: k for k, page in enumerate(vessels)}
    lon = events["lon"] if events.height else tables.segments["start_lon"]
    middle = maps.middle_longitude(lon.to_numpy())
    data_span = _data_span(tables)
    drawn = _draw_cards(cards, middle, data_span, pages)
    pins = [
        {**_pin(card, middle), "tracks": picture.tracks} for card, picture in zip(cards, drawn, strict=True)
    ]
    data = {
        "events": pins,
        "vessels": [_marks(page, links, middle) for page in vessels],
        "colours": SHIP_COLOURS,
        **_base_map(pins, tables, context, middle),
    }
    style = page_file("vendor/leaflet.css") + page_file("templates/report.css")
    scripts = [page_file("vendor/leaflet.js"), page_file("templates/report.js")]
    return template("report.html").render(
        csp=_policy(style, scripts),
        style=Markup(style),  # noqa: S704 - our own files
        scripts=[Markup(s) for s in scripts],  # noqa: S704 - our own files
        data=_json(data),
        cards=cards,
        card_pages=[picture.html for picture in drawn],
        vessel_pages=drawn_vessels,
        links=links,
        pages=pages,
        cargo=None if run is None else cargo_section(tables),
        network=None if run is None else network_section(pages, tables),
        run=run,
        inputs_read=[
            file
            for file in (run or _NOTHING_KNOWN)["inputs"]
            if not (file.get("left_out") or file.get("not_ais"))
        ],
        # Inputs left out have a section of their own.
        warnings=[text for text in (run or _NOTHING_KNOWN)["warnings"] if not text.startswith(LEFT_OUT)],
        n_omitted=0 if run is None else tables.events.height - len(cards),
        credit=COAST_CREDIT,
        span="" if data_span is None else display_format.span(*data_span),
        tiers={tier: int((tables.events["tier"] == tier).sum()) for tier in display_format.TIERS},
        categories=sorted(set(events["category"])),
    )


def _draw_cards(
    cards: list[EventCard],
    middle: float,
    data_span: tuple[datetime, datetime] | None,
    pages: dict[str, int],
) -> list[_DrawnCard]:
    """Draw the cards in order of rank; once the page is full, further ones go without plots and tracks."""
    drawn: list[_DrawnCard] = []
    size = 0
    for card in cards:
        full = size >= PAGE_BYTES
        plots = None if full else card_plots(card, data_span)
        tracks = [] if full else [maps.track_lines(ship.track, middle) for ship in card.ships]
        html = template("card.html").render(card=card, plots=plots, pages=pages)
        size += len(html) + len(json.dumps(tracks))
        drawn.append(_DrawnCard(Markup(html), tracks))  # noqa: S704 - rendered with autoescape
    return drawn


def _draw_vessels(vessels: list[VesselPage], links: dict[str, int]) -> list[Markup]:
    """The pages of the first vessels, as many as there is room for, with links among these alone."""
    room = len(vessels)
    while True:
        pages = {page.row["vessel_id"]: k for k, page in enumerate(vessels[:room])}
        drawn = [
            template("vessel.html").render(page=page, links=links, pages=pages) for page in vessels[:room]
        ]
        within = int(np.searchsorted(np.cumsum([len(html) for html in drawn]), VESSEL_BYTES, side="right"))
        if within == room:
            return [Markup(html) for html in drawn]  # noqa: S704 - rendered with autoescape
        room = within


def _marks(page: VesselPage, links: dict[str, int], middle: float) -> dict[str, Any]:
    """What the map shows of a vessel: its events, and the places of its port visits, each once."""
    places = {
        (round(visit["lat"], 4), round(float(maps.unwrap(visit["lon"], middle)), 4)): visit
        for visit in page.visits
    }
    return {
        "events": [links[event_id] for event_id in page.event_ids if event_id in links],
        "visits": [
            {"at": list(at), "name": made_visible(visit["port_name"] or "port visit")}
            for at, visit in places.items()
        ],
    }


def _pin(card: EventCard, middle: float) -> dict[str, Any]:
    event = card.event
    return {
        "at": [round(event["lat"], 5), round(float(maps.unwrap(event["lon"], middle)), 5)],
        "tier": event["tier"],
        "rank": event["rank"],
        "names": [made_visible(ship.called) for ship in card.ships],
        "radius_m": None if card.region_m is None else round(card.region_m),
    }


def _base_map(
    pins: list[dict[str, Any]], tables: RunTables, context: Context | None, middle: float
) -> dict[str, Any]:
    """Land and places around the events, or around all tracks if there is no event."""
    places = [pin["at"] for pin in pins] or tables.segments.select("start_lat", "start_lon").rows()
    box = maps.box_around([lat for lat, _ in places], [lon for _, lon in places], middle, _MAP_PAD_DEG)
    if box is None:
        return {"land": [], "places": [], "box": None}
    land_box = maps.land_box(box)
    return {
        "land": maps.land_rings(land_box),
        "places": maps.places(context, middle, land_box),
        "box": box,
    }


def _data_span(tables: RunTables) -> tuple[datetime, datetime] | None:
    """First and last fix of all tracks."""
    first, last = tables.segments["start_time"].min(), tables.segments["end_time"].max()
    return (first, last) if isinstance(first, datetime) and isinstance(last, datetime) else None


def _json(data: Any) -> Markup:
    """JSON for a script element, which no text in it can close."""
    text = json.dumps(data, ensure_ascii=True, allow_nan=False, separators=(",", ":"))
    return Markup(text.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026"))  # noqa: S704


def _policy(style: str, scripts: list[str]) -> str:
    """The Content-Security-Policy that allows only this style and these scripts."""

    def named(text: str) -> str:
        digest = hashlib.sha256(text.encode()).digest()
        return f"'sha256-{base64.b64encode(digest).decode()}'"

    allowed = " ".join(named(s) for s in scripts)
    return (
        f"default-src 'none'; script-src {allowed}; style-src {named(style)}; img-src data:; "
        "base-uri 'none'; form-action 'none'"
    )
