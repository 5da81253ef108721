"""Names that hide something, in every place that shows them."""

from __future__ import annotations

import io
import json
import os
import re
import unicodedata
from datetime import UTC, datetime
from html.parser import HTMLParser
from pathlib import Path

import geopandas as gpd
import pandas as pd
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from stsdetect.decode import find_inputs, read_ais
from stsdetect.decode.accounting import DecodeReport
from stsdetect.errors import OutputError
from stsdetect.foreign_text import made_visible, neutral_cell
from stsdetect.pipeline import run_pipeline
from stsdetect.pipeline.manifest import Manifest
from stsdetect.report import event_map, write_exports, write_report
from stsdetect.report.draw.svg import text
from stsdetect.score import Scorer, write_label
from tests.builders import decode as build
from tests.builders.report import tables
from tests.builders.score import candidate

HIDDEN = {
    "right-to-left override": "\u202e",
    "isolate": "\u2067",
    "zero-width space": "\u200b",
    "zero-width joiner": "\u200d",
    "byte order mark": "\ufeff",
    "soft hyphen": "\u00ad",
    "Hangul filler": "\u3164",
    "blank of braille": "\u2800",
    "tag": "\U000e0041",
    "variation selector": "\ufe0f",
    "lone surrogate": "\ud800",
    "private use": "\ue000",
    "no character": "\uffff",
}
FORMULAS = ["=1+1", "+1", "-1", "@SUM(A1)", "\uff1d1", "\ufe661", "\u22121"]


def is_hidden(character: str) -> bool:
    """By the categories of Unicode, or one of those above."""
    return unicodedata.category(character) in {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"} or (
        character in HIDDEN.values()
    )


@pytest.mark.parametrize("sign", HIDDEN.values(), ids=HIDDEN)
def test_what_is_hidden_is_shown_by_its_code(sign: str) -> None:
    assert made_visible(f"A{sign}B") == f"A[U+{ord(sign):04X}]B"


def test_names_of_all_scripts_stay() -> None:
    names = ["HUA SHENG 87", "华盛87", "Πλοίο", "سفينة", "ספינה", "ÅLAND", "Łódź", "नाव", "🚢", "e\u0301"]
    assert [made_visible(name) for name in names] == names


def test_control_characters_and_spaces_of_any_kind_become_spaces() -> None:
    assert made_visible("A\nB\tC\x00D\x1bE\x85F\u2028G\u00a0H\u3000I") == "A B C D E F G H I"


@given(st.text(st.characters(codec=None)))
def test_nothing_is_hidden_in_any_text(given_text: str) -> None:
    shown = made_visible(given_text)
    assert not any(map(is_hidden, shown))
    shown.encode("utf-8")
    assert made_visible(shown) == shown
    cell = neutral_cell(given_text)
    assert cell[:1] not in set("=+-@\t\r")
    assert not any(map(is_hidden, cell))


@pytest.mark.parametrize("formula", FORMULAS)
@pytest.mark.parametrize("before", ["", " ", "\t", "\r\n", "\u00a0", *HIDDEN.values()])
def test_a_formula_is_neutral_behind_any_sign(before: str, formula: str) -> None:
    cell = neutral_cell(before + formula)
    assert cell.startswith("[U+" if before in HIDDEN.values() else "'")
    assert cell.endswith(formula[1:])


class Page(HTMLParser):
    """Text of a page, that inside <bdi>, and values of attributes."""

    def __init__(self) -> None:
        super().__init__()
        self.depth = 0
        self.text = self.isolated = self.attributes = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.depth += tag == "bdi"
        self.attributes += "".join(value or "" for _, value in attrs)

    def handle_endtag(self, tag: str) -> None:
        self.depth -= tag == "bdi"

    def handle_data(self, data: str) -> None:
        self.text += data
        self.isolated += data if self.depth else ""


NAME = "SEA\u202eLOUF\u200b\ufeff=1\u3164"
SHOWN = "SEA[U+202E]LOUF[U+200B][U+FEFF]=1[U+3164]"
KEYS = {
    "segment_id",
    "vessel_id",
    "vessel_id_1",
    "vessel_id_2",
    "event_id",
    "source_id",
    "event_type",
    "kind",
}
KEYS |= {"encounter_id", "dark_id", "group_id"}


def hostile() -> dict[str, pd.DataFrame]:
    """Tables of a small run in which every text is hostile but keys."""
    return {
        name: frame.assign(**dict.fromkeys((c for c in frame.select_dtypes("str") if c not in KEYS), NAME))
        for name, frame in tables().items()
    }


def test_the_report_shows_it_and_isolates_it(tmp_path: Path) -> None:
    run = {"warnings": [NAME], "selection": {"aoi": NAME}, "inputs": [
        {"source": "log-\udcff" + NAME, "format": NAME, "n_bytes": 1, "sha256": ""}
    ]}  # fmt: skip
    write_report(tmp_path / "report.html", run=run, **hostile())
    raw = (tmp_path / "report.html").read_text("utf-8")
    page = Page()
    page.feed(raw)
    for seen in (page.text, page.attributes, page.isolated):
        assert not [c for c in seen if is_hidden(c) and c not in "\n\t"]
    assert page.isolated.count(SHOWN) > 20
    assert "log-[0xFF]SEA" in page.isolated
    data = json.loads(re.search(r'id="data">(.*?)</script>', raw, re.DOTALL).group(1))
    assert data["events"][0]["names"] == [SHOWN, SHOWN]


def test_the_map_of_one_event_shows_it() -> None:
    event_id, t = tables()["events"]["event_id"][0], hostile()
    page = event_map(event_id, t.pop("events"), **t).html
    assert SHOWN in page
    assert "\u202e" not in page


def test_a_plot_shows_it() -> None:
    assert SHOWN in text(0.0, 0.0, NAME)


def test_exports_show_it(tmp_path: Path) -> None:
    t = hostile()
    write_exports(tmp_path, events=t["events"], points=t["points"], gaps=t["gaps"], segments=t["segments"])
    assert pd.read_csv(tmp_path / "events.csv")["shipname_2"].eq(SHOWN).all()
    features = json.loads((tmp_path / "events.geojson").read_text("utf-8"))["features"]
    assert {f["properties"]["shipname_2"] for f in features} == {SHOWN}
    for layer in ("events", "tracks", "gaps"):
        frame = gpd.read_file(tmp_path / "events.gpkg", layer=layer)
        texts = "".join(v for c in frame.select_dtypes("str") for v in frame[c].dropna())
        assert not [c for c in texts if is_hidden(c)]
    for name in ("events.csv", "events.geojson"):
        assert not [c for c in (tmp_path / name).read_text("utf-8") if is_hidden(c) and c != "\n"]


def test_sentences_of_the_evidence_show_it() -> None:
    scored = Scorer(model="rule").score(candidate(shipname_1=NAME, imo_valid_1=False, night_share=1.0))
    assert scored.events["shipname_1"].tolist() == [NAME]
    shown = " ".join(scored.evidence["statement"])
    assert not any(map(is_hidden, shown))
    assert "SEA U+202E LOUF" in shown


def test_samples_of_rejects_and_notes_show_it(tmp_path: Path) -> None:
    report = DecodeReport("a.nmea")
    report.reject("bad_checksum", 1, [NAME])
    assert report.rejects["sample"].to_list() == [SHOWN]
    write_label(
        tmp_path / "labels.csv", "e", "confirmed", at=datetime(2026, 1, 1, tzinfo=UTC), note="\ufeff=1"
    )
    assert "\ufeff" not in (tmp_path / "labels.csv").read_text("utf-8")


def with_odd_name(folder: Path) -> Path:
    """A log whose name is not UTF-8."""
    path = Path(os.fsdecode(os.fsencode(folder) + b"/log-\xff.nmea"))
    try:
        path.write_text(build.tagged(build.position(), build.T) + "\n")
    except OSError:
        pytest.skip("this file system takes UTF-8 only")
    return path


def test_a_file_name_that_is_not_utf8_is_read_and_shown_by_its_bytes(tmp_path: Path) -> None:
    path = with_odd_name(tmp_path)
    assert [f.source for f in find_inputs([path])] == ["log-[0xFF].nmea"]
    data = read_ais(path)
    assert data.positions["source"].tolist() == ["log-[0xFF].nmea"]


@pytest.mark.parametrize("suffix", ["csv", "parquet", "jsonl"])
def test_a_table_with_such_a_name_is_read(tmp_path: Path, suffix: str) -> None:
    path = with_odd_name(tmp_path).with_suffix(f".{suffix}")
    rows = pl.DataFrame({"mmsi": [412000001], "time": ["2024-05-01T00:00:00"], "lat": [30.0], "lon": [122.0]})
    write = {"csv": rows.write_csv, "parquet": rows.write_parquet, "jsonl": rows.write_ndjson}[suffix]
    buffer = io.BytesIO()
    write(buffer)
    path.write_bytes(buffer.getvalue())
    assert read_ais(path).positions["source"].tolist() == [f"log-[0xFF].{suffix}"]


def test_a_run_with_such_paths_ends_well(tmp_path: Path) -> None:
    folder = Path(os.fsdecode(os.fsencode(tmp_path) + b"/folder-\xfe"))
    folder.mkdir()
    with pytest.raises(OutputError, match=re.escape("folder-[0xFE]")):
        run_pipeline(with_odd_name(folder), folder / "out", aoi="hangzhou")
    out = run_pipeline(folder, tmp_path / "out", aoi="hangzhou").folder
    assert "log-[0xFF].nmea" in (out / "report.html").read_text("utf-8")
    assert Manifest.read(out).inputs[0]["source"] == "log-[0xFF].nmea"


def test_a_manifest_with_such_a_path_is_written_and_read(tmp_path: Path) -> None:
    manifest = Manifest(selection={"watchlist": "list-\udcff.csv"})
    manifest.write(tmp_path)
    (tmp_path / "run.json").read_text("utf-8")
    assert Manifest.read(tmp_path).selection == {"watchlist": "list-\udcff.csv"}
