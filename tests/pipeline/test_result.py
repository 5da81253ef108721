"""What a result shows and holds: its frames, its pages and its folder."""

import copy
import gc
import os
import re
import shutil
from html.parser import HTMLParser
from pathlib import Path

import geopandas as gpd
import pandas as pd
import pytest
import shapely

import stsdetect as sts
from stsdetect.errors import OutputError, StsError
from stsdetect.pipeline.result import OwnedFolder, owning
from stsdetect.schema import SCHEMAS, VESSEL_PAIRS
from tests.builders.cargo_report import cargo_tables
from tests.builders.pipeline import run_tables
from tests.builders.report import HOSTILE

PLACELESS = {
    "chains",
    "evidence",
    "identity",
    "ledger",
    "rejects",
    "segments",
    "static",
    "vessels",
    "voyages",
}


@pytest.fixture(scope="module")
def result(demo_run: Path) -> sts.Result:
    return sts.Result(demo_run)


@pytest.fixture(scope="module")
def hostile(demo_sea: Path) -> sts.Result:
    """The bundled sea as a frame, in which a ship of the first event broadcasts a hostile name."""
    ais = sts.read_ais(demo_sea / "sea.nmea.gz", area=sts.load_context(aoi="hangzhou").area)
    named = ais.static.dropna(subset=["shipname"]).groupby("mmsi").first().reset_index()
    frame = ais.positions.merge(named[["mmsi", "shipname", "to_bow", "to_stern", "to_port", "to_starboard"]])
    frame.loc[frame["shipname"] == "SIM BARGE 4", "shipname"] = HOSTILE
    return sts.detect(frame)


class Tags(HTMLParser):
    """Names and attributes of the elements of a page, those inside the page of an iframe included."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))
        if inner := dict(attrs).get("srcdoc"):
            self.found += Tags(inner).found


def test_every_table_is_as_in_the_folder_and_has_its_place(result: sts.Result) -> None:
    for name, expected in run_tables(result.folder).items():
        frame = getattr(result, name)
        assert isinstance(frame, pd.DataFrame if name in PLACELESS else gpd.GeoDataFrame)
        plain = pd.DataFrame(frame).drop(columns="geometry", errors="ignore")
        pd.testing.assert_frame_equal(plain, expected, obj=name)
        if name not in PLACELESS:
            assert frame.crs.to_epsg() == 4326
        if name in {"loitering", "encounters", "points"}:
            assert (frame.geometry.x == frame["lon"]).all()
            assert (frame.geometry.y == frame["lat"]).all()


def test_events_and_gaps_lie_where_the_geopackage_has_them(result: sts.Result) -> None:
    for name in ("events", "gaps"):
        layer = gpd.read_file(result.folder / "events.gpkg", layer=name)
        assert shapely.equals_exact(getattr(result, name).geometry, layer.geometry, 1e-9).all()


def test_a_table_is_read_when_it_is_first_used_and_kept(result: sts.Result) -> None:
    fresh = sts.Result(result.folder)
    assert not SCHEMAS.keys() & vars(fresh).keys()
    assert fresh.gaps is fresh.gaps
    assert SCHEMAS.keys() & vars(fresh).keys() == {"gaps"}


def test_the_fixes_of_some_ships_are_read_without_the_others(result: sts.Result) -> None:
    pair = result.events.loc[0, ["mmsi_1", "mmsi_2"]].tolist()
    some = result.points_of(*pair)
    assert set(some["mmsi"]) == set(pair)
    assert len(some) == result.points["mmsi"].isin(pair).sum()
    assert result.points_of(1).empty


def test_text_and_html_name_the_first_events_and_what_was_read(result: sts.Result) -> None:
    lines = repr(result).splitlines()
    assert lines[0] == "4 events (2 high, 1 medium, 1 info)"
    assert re.fullmatch(
        r" +1 high +2019-08-14 09:38 +7.9 h  SIM BARGE 4 with SIM SHIP 3; Possible .*", lines[1]
    )
    assert lines[-1].startswith("read 1 input: 57,286 sentences or rows, 2019-08-14 00:00")
    page = result._repr_html_()
    for text in (
        "<b>4 events (2 high, 1 medium, 1 info)</b>",
        "<bdi>SIM SHIP 3</bdi>",
        "read 1 input: 57,286",
    ):
        assert text in page


def test_an_event_is_shown_by_rank_and_by_id(result: sts.Result) -> None:
    page = result.event(2)
    assert "SIM TANKER 1" in page.html
    assert "SIM BARGE 4" not in page.html
    assert page == result.event(result.events["event_id"][1])
    for wrong, message in (
        (9, "no event of rank 9; ranks go from 1 to 4"),
        (0, "rank 0"),
        ("e-1", "no event 'e-1'"),
    ):
        with pytest.raises(StsError, match=message):
            result.event(wrong)


def test_a_page_loads_nothing_from_a_network(result: sts.Result) -> None:
    for page in (result.explore(), result.event(1)):
        shown = page._repr_html_()
        tags = Tags(shown).found
        assert {"iframe", "svg", "script"} <= {tag for tag, _ in tags}
        loaded = [a[n] for _, a in tags for n in ("src", "href", "data", "poster") if n in a]
        assert all(value.startswith("#") for value in loaded), loaded
        assert not [a for tag, a in tags if tag in {"link", "img", "object", "embed"}]
        assert any("default-src 'none'" in (a.get("content") or "") for tag, a in tags if tag == "meta")
        assert len(repr(page)) < 100


def test_a_hostile_name_is_text_wherever_it_is_shown(hostile: sts.Result, tmp_path: Path) -> None:
    (rank,) = hostile.events.loc[hostile.events["shipname_1"] == HOSTILE, "rank"]
    report = hostile.report(tmp_path / "report.html").read_text("utf-8")
    pages = [
        hostile._repr_html_(),
        hostile.explore()._repr_html_(),
        hostile.event(rank)._repr_html_(),
        report,
    ]
    for page in pages:
        tags = Tags(page).found
        assert "img" not in {tag for tag, _ in tags}
        assert not [name for _, attributes in tags for name in attributes if name.startswith("on")]
        assert "owned'</script>" not in page
    assert "&lt;/script&gt;&lt;script&gt;document.title" in pages[0]
    assert len(repr(hostile).splitlines()) == 1 + len(hostile.events) + 1


def test_the_report_is_that_of_the_folder(result: sts.Result, tmp_path: Path) -> None:
    path = result.report(tmp_path / "mine.html")
    assert path.read_bytes() == (result.folder / "report.html").read_bytes()
    with pytest.raises(OutputError, match="cannot write the report"):
        result.report(tmp_path / "no" / "such" / "folder.html")


def test_a_result_survives_a_change_of_the_current_directory(
    demo_run: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(demo_run.parent)
    result = sts.Result(demo_run.name)
    monkeypatch.chdir(tmp_path)
    assert len(result.events) == 4
    assert "SIM SHIP 3" in result.event(1).html
    assert result.report("here.html").exists()


def test_a_folder_without_a_run_or_a_report_is_refused(demo_run: Path, tmp_path: Path) -> None:
    with pytest.raises(OutputError, match="is not a run folder"):
        sts.Result(tmp_path)
    (tmp_path / "run.json").write_bytes((demo_run / "run.json").read_bytes())
    early = sts.Result(tmp_path)
    with pytest.raises(OutputError, match=r"no events\.parquet yet; run `stsdetect score "):
        early.events  # noqa: B018
    with pytest.raises(OutputError, match=r"no report\.html yet"):
        early.explore()


def test_a_temporary_folder_is_there_as_long_as_the_result_or_a_copy_of_it(
    demo_run: Path, tmp_path: Path
) -> None:
    folder = tmp_path / "own"
    folder.mkdir()
    (folder / "run.json").write_bytes((demo_run / "run.json").read_bytes())
    result = owning(sts.Result(folder), OwnedFolder(folder))
    again = copy.copy(result)
    del result
    gc.collect()
    assert folder.exists()
    del again
    gc.collect()
    assert not folder.exists()


def test_a_forked_process_removes_no_folder(tmp_path: Path) -> None:
    folder = tmp_path / "own"
    folder.mkdir()
    owner = OwnedFolder(folder)
    removed = OwnedFolder.__init__.__globals__["_remove"]
    removed(folder, os.getpid() + 1)
    assert folder.exists()
    del owner
    assert not folder.exists()


def test_the_network_and_a_chain_are_pictures(tmp_path: Path, result: sts.Result) -> None:
    folder = tmp_path / "run"
    shutil.copytree(result.folder, folder)
    for name, frame in cargo_tables().items():
        if name not in ("points", "static"):
            SCHEMAS[name].write_parquet(frame, folder / f"{name}.parquet")
    found = sts.Result(folder)
    assert found.network()._repr_html_().startswith('<div style="max-width:760px"><svg')
    assert found.chain(1)._repr_html_() == found.chain("E-a")._repr_html_()
    for picture in (found.network(), found.chain(1)):
        assert "<script" not in picture._repr_html_()
    with pytest.raises(StsError, match="event 2 has no chain to a quay"):
        found.chain(2)
    with pytest.raises(StsError, match="there is no event of rank 9"):
        found.chain(9)
    VESSEL_PAIRS.write_parquet(VESSEL_PAIRS.empty(), folder / "vessel_pairs.parquet")
    with pytest.raises(StsError, match="no two vessels share an event"):
        found.network()
