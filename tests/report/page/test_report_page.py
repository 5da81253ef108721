import base64
import hashlib
import html
import json
import re
from collections import Counter
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from stsdetect.context import load_context
from stsdetect.errors import OutputError, SchemaError, StsError
from stsdetect.report import event_map, write_report
from stsdetect.report.page import report_page as page_module
from stsdetect.schema import ANCHOR_READINGS, EVENTS, SCHEMAS, SOLO_STOPS
from tests.builders import at
from tests.builders.cargo_report import cargo_tables
from tests.builders.report import HOSTILE, both_dark, filled, tables

RUN: dict[str, Any] = {
    "versions": {"stsdetect": "0.1.0"},
    "inputs": [{"source": HOSTILE, "format": HOSTILE, "n_bytes": 12, "sha256": "ab" * 32}],
    "selection": {"aoi": HOSTILE},
    "params": {"gaps": {"min_gap_h": HOSTILE}},
    "params_digest": "0123456789abcdef",
    "stages": {
        "decode": {
            "unit": "rows",
            "rows_in": 10,
            "rows_out": 8,
            "set_aside": {HOSTILE: 1},
            "rejected": {"bad_checksum": 1},
            "closes": True,
        }
    },
    "feed": {"can_judge": False, "why": HOSTILE},
    "outages": [{"scope": HOSTILE, "start_time": "a", "end_time": "b", "n_ships": 3}],
    "left_out": [{"source": HOSTILE, "reason": HOSTILE}],
    "not_ais": [{"source": HOSTILE, "reason": HOSTILE}],
    "warnings": [HOSTILE, f"left out {HOSTILE}: {HOSTILE}"],
}


def written(path: Path, given: dict[str, pd.DataFrame] | None = None, **options: Any) -> str:
    write_report(path / "report.html", **(tables() if given is None else given), **options)
    return (path / "report.html").read_text("utf-8")


def test_of_two_ships_in_gaps_the_map_has_a_region_and_the_card_says_somewhere_within(tmp_path: Path) -> None:
    place = (30.2, 122.6)
    page = written(tmp_path, tables(place) | {"dark_encounters": both_dark(place)})
    assert "<b>Somewhere within about 10 km of 30°12.00&#39; N 122°36.00&#39; E</b>" in page
    assert "both ships in a gap: somewhere within</span>" in page
    assert re.findall(r'"radius_m":(\w+)', page) == ["null", "10000", "null"]
    plain = written(tmp_path)
    assert "omewhere within" not in plain
    assert '"radius_m":10000' not in plain


def test_the_page_says_whether_this_feed_shows_a_switch_off(tmp_path: Path) -> None:
    feed = {"can_judge": True, "why": "66 concurrent ships", "dropout_share": 0.84}
    page = written(tmp_path, run=RUN | {"feed": feed})
    assert "In this feed a switch-off can be distinguished from lost reception: 66 concurrent ships." in page
    assert "About 84 % of the gaps that look like a switch-off are dropouts of the feed." in page
    assert "are dropouts" not in written(tmp_path, run=RUN | {"feed": feed | {"dropout_share": 0.0}})
    page = written(tmp_path, run=RUN | {"feed": feed | {"can_judge": False}})
    assert "In this feed a switch-off cannot be distinguished from lost reception" in page


def solo_tables() -> dict[str, pd.DataFrame]:
    """The small run with one event more: ship 1 alone, on another ship's anchor from 8 to 16 h."""
    t = tables()
    stop = {
        "solo_id": "S", "kind": "stop", "mmsi": 412000001, "vessel_id": "412000001", "loiter_id": "stop",
        "start_time": at(8 * 3600.0), "end_time": at(16 * 3600.0), "duration_h": 8.0, "lat": 30.2, "lon": 122.6,
        "pivot_forward_m": 200.0, "pivot_starboard_m": 40.0, "pivot_error_m": 6.0, "swing_deg": 120.0,
        "expected_forward_m": 110.0, "log_lr_borrowed": 4.0, "anchor_reading": "borrowed", "drift_kn": 0.01,
        "came_from_m": 9000.0,
    }  # fmt: skip
    reading = {k: v for k, v in stop.items() if k not in ("solo_id", "kind", "drift_kn", "came_from_m")} | {
        "method": "heading", "part": 1, "n_parts": 1, "expected_error_m": 30.0, "pivot_angle_deg": 11.0,
    }  # fmt: skip
    event = t["events"].iloc[[0]].assign(
        event_id="E-solo", event_type="solo", source_id="S", mmsi_2=None, imo_2=None, shipname_2=None,
        flag_2=None, rank=9, category="unknown",
    )  # fmt: skip
    return t | {
        "events": EVENTS.to_pandas(
            pd.concat([t["events"], event.astype({"mmsi_2": "Int64", "imo_2": "Int64"})])
        ),
        "solo_stops": filled(SOLO_STOPS, pd.DataFrame([stop])),
        "anchor_readings": filled(ANCHOR_READINGS, pd.DataFrame([reading])),
    }


def test_a_solo_event_has_a_card_of_one_ship(tmp_path: Path) -> None:
    page = written(tmp_path, solo_tables(), run=RUN)
    assert "possibly with a ship that was never received" in page
    assert "Possible, unseen partner" in page
    assert "Where she turned about, seen from her deck" in page
    assert "200 / 40 m" in page
    assert page.count("antenna distance and hull gap") == written(tmp_path, run=RUN).count(
        "antenna distance and hull gap"
    )
    assert "Speed and heading of the ship over time" in page
    plain = written(tmp_path, run=RUN)
    assert "Possible, unseen partner" not in plain
    assert "seen from her deck" not in plain


def test_cargo_and_network_have_a_section_each_and_vessels_a_page(tmp_path: Path) -> None:
    page = written(tmp_path, cargo_tables("MIN NING 9"), run=RUN)
    assert "<b>Where the cargo went.</b> <bdi>1 encounter; about" in page
    assert "<b>Network.</b> 3 vessels in 2 pairs; 2 vessels have several events" in page
    assert page.count('<template id="vessel-') == 3
    card = page[page.index('<template id="event-0">') : page.index('<template id="event-1">')]
    assert '<a href="#vessel-0">all that it did</a>' in card
    assert "<i>possibly straight to a quay</i>" in page
    assert "a certificate of origin" in page
    assert "2,300 t (1,500 to 3,600 t)" in page


def test_without_tables_of_cargo_there_is_no_section_of_it(tmp_path: Path) -> None:
    plain = written(tmp_path, run=RUN)
    for text in ("Where the cargo went", 'id="network"', '<template id="vessel-', "all that it did"):
        assert text not in plain
    empty = {
        name: SCHEMAS[name].empty() for name in ("deliveries", "chains", "ledger", "vessels", "vessel_pairs")
    }
    assert written(tmp_path, tables() | empty, run=RUN) == plain


def test_vessels_beyond_the_size_of_the_page_have_none_and_are_not_linked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = written(tmp_path, cargo_tables("MIN NING 9"), run=RUN)
    first = whole[whole.index('<template id="vessel-0">') : whole.index('<template id="vessel-1">')]
    monkeypatch.setattr(page_module, "VESSEL_BYTES", len(first))
    page = written(tmp_path, cargo_tables("MIN NING 9"), run=RUN)
    assert page.count('<template id="vessel-') == 1
    assert set(re.findall(r'href="#vessel-(\d+)"', page)) == {"0"}


def test_links_lead_to_what_is_there(tmp_path: Path) -> None:
    page = written(tmp_path, cargo_tables(), run=RUN)
    for kind in ("event", "vessel"):
        there = set(re.findall(rf'<template id="{kind}-(\d+)">', page))
        assert set(re.findall(rf'href="#{kind}-(\d+)"', page)) == there


def test_every_text_field_is_escaped(tmp_path: Path) -> None:
    """All text of all tables and of run.json is hostile; none of it may reach the page as markup."""
    hostile = {}
    for name, frame in cargo_tables().items():
        keys = {"segment_id", "vessel_id", "vessel_id_1", "vessel_id_2", "event_id", "source_id", "mmsis"}
        keys |= {"encounter_id", "dark_id", "group_id", "event_type", "kind", "delivery_id", "visit_id"}
        keys |= {"next_event_id"}
        text = [c for c in frame.select_dtypes("str") if c not in keys]
        hostile[name] = frame.assign(**dict.fromkeys(text, HOSTILE))
    page = written(tmp_path, hostile, run=RUN)
    seen = Markup()
    seen.feed(page)
    assert seen.tags["script"] == 3
    assert seen.tags["img"] == 0
    assert not [name for name in seen.attributes if name.startswith("on") or name == "style"]
    assert seen.text.count(HOSTILE) > 30


class Markup(HTMLParser):
    """Counts what a browser would take for markup, and keeps the text."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: Counter[str] = Counter()
        self.attributes: Counter[str] = Counter()
        self.text = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags[tag] += 1
        self.attributes.update(name for name, _ in attrs)

    def handle_data(self, data: str) -> None:
        self.text += data


def test_hostile_ids_are_escaped_too(tmp_path: Path) -> None:
    t = tables()
    for name, column in (("events", "event_id"), ("evidence", "event_id"), ("encounters", "group_id")):
        t[name] = t[name].assign(**{column: HOSTILE})
    page = written(tmp_path, t)
    assert "<script>document" not in page
    assert "<img" not in page


def test_json_cannot_end_its_script(tmp_path: Path) -> None:
    page = written(tmp_path)
    text = re.search(r'<script type="application/json" id="data">(.*?)</script>', page, re.S)
    assert text
    data = json.loads(text.group(1))
    assert data["events"][0]["names"][1] == HOSTILE
    assert "<" not in text.group(1)


def test_policy_names_the_scripts_by_hash(tmp_path: Path) -> None:
    page = written(tmp_path)
    policy = html.unescape(re.search(r'Content-Security-Policy" content="([^"]*)"', page).group(1))
    assert policy.startswith("default-src 'none'")
    assert "unsafe" not in policy
    assert "http" not in policy
    scripts = re.findall(r"<script>(.*?)</script>", page, re.S)
    styles = re.findall(r"<style>(.*?)</style>", page, re.S)
    assert (len(scripts), len(styles)) == (2, 1)
    for text in scripts + styles:
        assert base64.b64encode(hashlib.sha256(text.encode()).digest()).decode() in policy


def test_nothing_is_fetched(tmp_path: Path) -> None:
    page = written(tmp_path, run=RUN)
    assert not re.search(r"<(link|img|iframe|object|embed|script[^>]* src)", page)
    assert "url(" not in re.search(r"<style>(.*?)</style>", page, re.S).group(1)
    assert "sourceMappingURL" not in page


def test_a_card_has_what_an_analyst_needs(tmp_path: Path) -> None:
    page = written(tmp_path, tables(name="CHANG HE 9"), run=RUN, context=load_context(aoi="hangzhou"))
    card = page[page.index('<template id="event-0">') : page.index('<template id="event-1">')]
    for text in (
        "2019-08-14 08:00 – 16:00 UTC",
        "2019-08-14 16:10 – 2019-08-15 00:10",
        "China time",
        "30°12.00&#39; N 122°36.00&#39; E",
        "412000001 · CHN",
        "445000002 · PRK",
        "98 × 16 m",
        "94 %",
        "Most likely innocent explanation",
        "6 ± 4 m",
        "The hulls lay 6 m apart",
        "+2.90",
        "−0.80",
        "Sentinel-1",
        "antenna distance 27 m · hull gap 9 m",
        "161 fixes during the event",
    ):
        assert text in card, text
    assert "smuggl" not in page.lower()
    assert page.count("<svg") == (1 + 3) + 1 + (1 + 3) + 2  # and two in our own files
    assert "Mazhi" in page


def test_a_ship_without_mmsi_goes_by_its_id_in_the_dump(tmp_path: Path) -> None:
    t = tables(name="CHANG HE 9")
    without_mmsi = {412000003: -77}
    for name in ("events", "identity", "gaps", "points"):
        columns = [c for c in t[name] if c.startswith("mmsi")]
        t[name] = t[name].assign(**{c: t[name][c].replace(without_mmsi) for c in columns})
    t["events"]["shipname_1"] = t["events"]["shipname_1"].where(t["events"]["mmsi_1"] > 0)
    t["identity"]["shipname"] = t["identity"]["shipname"].where(t["identity"]["mmsi"] > 0)
    t["identity"]["source_id"] = t["identity"]["source_id"].where(t["identity"]["mmsi"] > 0, "vessel 9")
    page = written(tmp_path, t)
    assert "<b><bdi>vessel 9</bdi></b> <i>possibly with</i> <b><bdi>HUA SHENG 87</bdi></b>" in page
    assert "<bdi>vessel 9</bdi> (id in the dump)" in page


def test_the_card_of_a_dark_encounter_shows_no_hulls(tmp_path: Path) -> None:
    page = written(tmp_path, tables(name="CHANG HE 9"))
    card = page[page.index('<template id="event-1">') : page.index('<template id="event-2">')]
    assert "Unclear encounter during an AIS gap" in card
    assert "Ship 1 (in a gap)" in card
    assert "one ship in a gap, the other observed loitering" in card
    assert "Other ships with the time to meet it" in card
    assert "probability of a switch-off 83 %" in card
    assert "Hulls to scale" not in card


def test_a_page_without_events_says_so(tmp_path: Path) -> None:
    t = {**tables(), "events": EVENTS.empty()}
    page = written(tmp_path, t, run=RUN)
    assert "No events." in page
    assert "<template" not in page
    assert '"box":[' in page  # the tracks' area is still shown


def test_more_events_than_wanted_are_counted(tmp_path: Path) -> None:
    page = written(tmp_path, max_events=1)
    assert page.count("<template") == 1
    assert "2 more events of lower rank" in page


def test_a_page_that_grows_too_large_omits_plots(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(page_module, "PAGE_BYTES", 20_000)
    page = written(tmp_path)
    assert page.count("The plots and tracks of this event are omitted") == 2
    assert page.count("fixes during the event") == 6
    assert page.count("<template") == 3


def test_events_on_the_dateline_share_one_small_map(tmp_path: Path) -> None:
    page = written(tmp_path, tables(place=(-17.0, 179.99)))
    data = json.loads(re.search(r'id="data">(.*?)</script>', page, re.S).group(1))
    west, _, east, _ = data["box"]
    assert east - west < 1.0


def test_row_order_does_not_matter(tmp_path: Path) -> None:
    t = tables()
    shuffled = {k: v.sample(frac=1.0, random_state=1) for k, v in t.items()}
    assert written(tmp_path, t) == written(tmp_path, shuffled)


def test_event_map_is_one_sealed_page() -> None:
    shown = event_map("E-a", **tables())
    frame = shown._repr_html_()
    assert frame.startswith("<iframe srcdoc=")
    assert 'sandbox="allow-scripts"' in frame
    assert html.unescape(re.search(r'srcdoc="([^"]*)"', frame).group(1)) == shown.html
    assert shown.html.count("<template") == 1
    assert "About this run" not in shown.html


def test_clear_errors(tmp_path: Path) -> None:
    with pytest.raises(StsError, match=r"no event 'X' among the 3 given; the first are: E-a, E-b, E-c"):
        event_map("X", **tables())
    with pytest.raises(SchemaError, match="table 'gaps' lacks"):
        write_report(tmp_path / "r.html", events=EVENTS.empty(), gaps=EVENTS.empty())
    with pytest.raises(TypeError, match="no use for gap; the tables are evidence"):
        write_report(tmp_path / "r.html", events=EVENTS.empty(), gap=EVENTS.empty())
    with pytest.raises(OutputError, match="cannot write"):
        write_report(tmp_path / "no" / "r.html", events=EVENTS.empty())


def test_inputs_left_out_are_named_once_and_at_the_top(tmp_path: Path) -> None:
    inputs = [
        {"source": "a.csv", "format": "generic", "n_bytes": 1, "sha256": "", "rows_in": 30}
        | {"rejected": {"bad_time": 2}, "lost_values": {"draught": {"count": 7, "samples": ["deep"]}}},
        {"source": "b.csv", "format": "", "n_bytes": 1, "sha256": "", "left_out": "is empty"},
    ]
    run = RUN | {"inputs": inputs, "warnings": ["left out b.csv: is empty"]}
    run |= {
        "left_out": [{"source": "b.csv", "reason": "is empty"}],
        "not_ais": [{"source": "x.png", "reason": "picture"}],
    }
    page = written(tmp_path, tables(), run=run)
    assert "1 input file, 1 left out" in page
    assert page.count("b.csv") == 1
    assert "1 input file was left out" in page[: page.index("About this run")]
    assert "Not AIS, not read: <bdi>x.png</bdi>." in page
    assert "draught 7" in page
