"""The report in headless Chromium, from a file, without a network where the system lets us take it away."""

import re
import shutil
import subprocess
from pathlib import Path

import pandas as pd
import pytest

from stsdetect.context import load_context
from stsdetect.report import NotebookPage, event_map, write_report
from stsdetect.schema import EVENTS
from tests.builders.cargo_report import cargo_tables, many_events
from tests.builders.report import tables

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="no Chromium on PATH")


def no_network() -> list[str]:
    unshare = shutil.which("unshare")
    if unshare and subprocess.run([unshare, "-n", "true"], capture_output=True, check=False).returncode == 0:
        return [unshare, "-n"]
    return []


def dom(page: Path, tmp_path: Path, fragment: str = "") -> str:
    """The page's document after its script ran."""
    command = [
        *no_network(),
        str(CHROMIUM),
        "--headless",
        "--no-sandbox",
        "--disable-gpu",
        "--disable-background-networking",
        f"--user-data-dir={tmp_path / 'profile'}",
        "--window-size=1400,900",
        "--timeout=60000",
        "--dump-dom",
        f"{page.as_uri()}{fragment}",
    ]
    done = subprocess.run(command, capture_output=True, text=True, timeout=90, check=True)
    assert "Content Security Policy" not in done.stderr
    return done.stdout


def status(document: str) -> str:
    found = re.search(r'id="status"[^>]*>([^<]*)<', document)
    assert found
    return found.group(1)


def test_map_and_card_without_a_script_error(tmp_path: Path) -> None:
    page = tmp_path / "report.html"
    write_report(page, **tables(), context=load_context(aoi="hangzhou"), run={"warnings": ["one"]})
    document = dom(page, tmp_path)
    assert status(document) == "ready"
    assert "<title>Possible ship-to-ship transfers" in document  # the hostile name did not run
    assert 'class="leaflet-zoom-animated"' in document  # the canvas
    card = document[document.index('<div id="card"') : document.index("<footer")]
    assert "Possible cargo transfer" in card
    assert "&lt;/script&gt;&lt;script&gt;document.title=" in card
    assert card.count("<svg") == 4
    assert "3 events" in document


def test_a_link_opens_its_card(tmp_path: Path) -> None:
    page = tmp_path / "report.html"
    write_report(page, **tables())
    document = dom(page, tmp_path, "#event-2")
    card = document[document.index('<div id="card"') : document.index("<footer")]
    assert "Consistent with bunkering" in card


def test_no_event(tmp_path: Path) -> None:
    page = tmp_path / "report.html"
    write_report(page, **{**tables(), "events": EVENTS.empty()})
    document = dom(page, tmp_path)
    assert status(document) == "ready"
    assert "No events." in document


def test_five_hundred_events(tmp_path: Path) -> None:
    page = tmp_path / "report.html"
    t = tables(name="CHANG HE 9")
    many = pd.concat([t["events"].head(1)] * 500, ignore_index=True)
    many = many.assign(rank=range(1, 501), event_id=[f"E-{k}" for k in range(500)])
    write_report(page, **{**t, "events": many})
    assert page.stat().st_size < 11_000_000
    document = dom(page, tmp_path)
    assert status(document) == "ready"
    assert "500 events" in document


def test_map_in_a_notebook(tmp_path: Path) -> None:
    page = tmp_path / "cell.html"
    page.write_text(event_map("E-a", **tables()).html, "utf-8")
    document = dom(page, tmp_path)
    assert status(document) == "ready"
    assert "Hulls to scale" in document


def test_a_page_in_a_notebook_does_not_scroll_it(tmp_path: Path) -> None:
    write_report(tmp_path / "report.html", **tables())
    frames = [
        NotebookPage((tmp_path / "report.html").read_text("utf-8")),
        event_map(tables()["events"]["event_id"][0], **tables()),
    ]
    page = tmp_path / "notebook.html"
    script = "onload = () => { document.body.dataset.scrolled = scrollY; }"
    shown = "".join(frame._repr_html_() for frame in frames)
    page.write_text(f"<body><div style='height:1500px'></div>{shown}<script>{script}</script></body>")
    assert 'data-scrolled="0"' in dom(page, tmp_path)


def test_a_link_opens_the_page_of_a_vessel(tmp_path: Path) -> None:
    page = tmp_path / "report.html"
    write_report(page, **cargo_tables(), context=load_context(aoi="hangzhou"), run={"warnings": []})
    document = dom(page, tmp_path, "#vessel-1")
    assert status(document) == "ready"
    card = document[document.index('<div id="card"') : document.index("<footer")]
    assert "What it did" in card
    assert "&lt;/script&gt;&lt;script&gt;document.title=" in card
    assert "<title>Possible ship-to-ship transfers" in document


def test_five_hundred_events_with_cargo_and_a_page_for_each_vessel(tmp_path: Path) -> None:
    page = tmp_path / "report.html"
    many = many_events(500)
    write_report(page, **many, run={"warnings": []})
    assert page.stat().st_size < 12_000_000
    document = dom(page, tmp_path)
    assert status(document) == "ready"
    assert "500 events" in document
