"""Watchlists: reading them, whatever their form."""

import hashlib
import os
import re
import warnings
from datetime import date
from pathlib import Path

import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from stsdetect.context import load_context
from stsdetect.errors import ContextError, StsWarning
from stsdetect.itu import valid_imo
from stsdetect.lists import match_watchlist, read_watchlist
from stsdetect.lists.text_table import is_null
from stsdetect.lists.watchlist import list_lines, read_watchlists, sources_of
from tests.builders.lists import ADD_CSV, ALFA, ALFA_MMSI, ALT_CSV, CHARLIE, FORMS, NOT_SHIPS


def test_the_bundled_list_has_22_tankers_with_valid_numbers() -> None:
    ships = read_watchlist("us-advisory-2018-02-23")
    assert len(ships) == 22
    assert pl.DataFrame(ships).select(valid_imo(pl.col("imo")))["imo"].all()
    assert ships["list"].unique().tolist() == ["US advisory 2018-02-23"]
    assert load_context().watchlist.empty, "a list is used only when asked for"


def listed(tmp_path: Path, text: str | bytes) -> list[tuple[int | None, int | None, str | None]]:
    """What a list with this content holds; any warning is an error."""
    file = tmp_path / "mine.csv"
    file.write_bytes(text if isinstance(text, bytes) else text.encode())
    ships = pl.DataFrame(read_watchlist(file))
    return ships.select("imo", "mmsi", "name").rows()


def warned(tmp_path: Path, text: str | bytes, match: str) -> list[tuple[int | None, int | None, str | None]]:
    with pytest.warns(StsWarning, match=match):
        return listed(tmp_path, text)


def test_reading_is_lenient_about_form(tmp_path: Path) -> None:
    file = tmp_path / "mine.csv"
    file.write_text(
        '\ufeffIMO , MMSI,Name\nIMO 8405311,,SAM JONG 1\n,,\n,445000001,"WITH, COMMA"\n', encoding="utf-8"
    )
    got = read_watchlist(file)
    assert got["imo"].tolist()[0] == 8405311
    assert got["name"].tolist() == ["SAM JONG 1", "WITH, COMMA"]
    assert set(got["list"]) == {"mine.csv"}


A = (9074729, 412000001, "A")


@pytest.mark.parametrize(
    "header",
    [
        "imo,mmsi,name",
        "IMO_Number,MMSI Number,Vessel Name",
        "IMO No.,mmsi_number,vessel_name",
        "imo_nr,MMSI No,ShipName",
        "imoNumber,mmsi,caption",
        "Vessel IMO,Vessel MMSI,Name of Vessel",
        "LR/IMO Ship No,SSVID,Ship",
        "IMO #,MMSI-Nr.,Current Name",
        '"IMO number","MMSI code","Vessel"',
    ],
)
def test_columns_have_the_names_they_are_published_with(tmp_path: Path, header: str) -> None:
    assert listed(tmp_path, header + "\n9074729,412000001,A\n") == [A]


@pytest.mark.parametrize(
    "text",
    [
        "\ufeffIMO;MMSI;Name\r\n9074729;412000001;A\r\n",
        "IMO\tMMSI\tName\n9074729\t412000001\tA\n",
        "IMO | MMSI | Name\n9074729 | 412000001 | A\n",
        "sep=;\nimo;mmsi;name\n9074729;412000001;A\n",
        "Vessels of interest, status of 1 May;;\n\nIMO;MMSI;Name\n9074729;412000001;A\n;;\n",
        "# tankers only\nIMO,Flag,MMSI,Name\n9074729,X,412000001,A\n",
        "imo,mmsi,name\r9074729,412000001,A\r",
        "imo,mmsi,name\n9074729,412000001,A\nimo,mmsi,name\n9074729,412000001,A\n",
        "imo,mmsi,name,\n9074729,412000001,A,\n",
    ],
)
def test_separators_titles_and_line_ends(tmp_path: Path, text: str) -> None:
    assert listed(tmp_path, text) == [A]


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"])
def test_encodings(tmp_path: Path, encoding: str) -> None:
    assert listed(tmp_path, "imo,mmsi,name\n9074729,412000001,\u00d8RN\n".encode(encoding)) == [
        (9074729, 412000001, "\u00d8RN")
    ]


def test_a_line_in_another_encoding_changes_no_other(tmp_path: Path) -> None:
    data = "imo,name\n9074729,\u00d8RN\n".encode() + "8405311,B\u00c4R\n".encode("cp1252")
    got = warned(tmp_path, data, r"not UTF-8 in 1 line\(s\), which were read as Windows-1252")
    assert sorted(got) == [(8405311, None, "B\u00c4R"), (9074729, None, "\u00d8RN")]


def test_a_second_header_may_have_another_order(tmp_path: Path) -> None:
    text = "imo,mmsi,name\n9074729,412000001,A\nname,flag,imo\nB,X,8405311\n"
    assert sorted(listed(tmp_path, text), key=str) == [(8405311, None, "B"), A]


@pytest.mark.parametrize(
    "number",
    ["9074729", "9074729.0", "IMO 9074729", "IMO9074729", "imo-9074729", "IMO No. 9074729", "'9074729",
     "\u20199074729", '"9,074,729"', "9.074729E6", "9.074729E+06", '"=""9074729"""', " 9074729 ", "IMO: 9074729"],
)  # fmt: skip
def test_one_imo_number_in_many_hands(tmp_path: Path, number: str) -> None:
    assert listed(tmp_path, f"imo,mmsi,name\n{number},412000001,A\n") == [A]


@pytest.mark.parametrize(
    "number", ["412000001", "412000001.0", "'412000001", "MMSI 412000001", "4.12000001E8"]
)
def test_one_mmsi_in_many_hands(tmp_path: Path, number: str) -> None:
    assert listed(tmp_path, f"imo,mmsi,name\n9074729,{number},A\n") == [A]


@pytest.mark.parametrize(
    "null",
    ["", "NA", "n/a", "-", "none", "None", "unknown", "0", "0.0", "nan", "-1", "#N/A", "Not available"],
)
def test_a_null_word_is_empty_and_stops_nothing(tmp_path: Path, null: str) -> None:
    text = f"imo,mmsi,name,loa\n{null},412000001,A,{null}\n9074729,{null},B,{null}\n8405311,,{null},\n"
    name = "-1" if null == "-1" else "0.0" if null == "0.0" else None
    assert sorted(listed(tmp_path, text), key=str) == [
        (8405311, None, name), (9074729, None, "B"), (None, 412000001, "A"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("header", "cell"),
    [
        ("imo", "9.07E+06"),
        ("imo", "9,07E+06"),
        ("imo", "9.0747E+06"),
        ("mmsi", "4.12E+08"),
        ("MMSI No", "4.1200001E8"),
    ],
)
def test_a_number_without_its_last_digits_matches_no_ship(tmp_path: Path, header: str, cell: str) -> None:
    text = f'name,{header}\nA,"{cell}"\nB,\n'
    got = warned(tmp_path, text, r"1 value\(s\) lost their last digits.*\(line 2\)")
    assert sorted(got) == [(None, None, "A"), (None, None, "B")]
    with pytest.raises(
        ContextError, match=r"lost its last digits.*nothing else identifies the ship \(line 3\)"
    ):
        listed(tmp_path, f'{header},flag\n,X\n"{cell}",Y\n')


@pytest.mark.parametrize(
    "cell", ["9074728", "90747290", "907472", "84O5311", "412000001", "9074729?", "-9074729"]
)
def test_what_is_no_imo_number_is_not_used_and_the_row_is(tmp_path: Path, cell: str) -> None:
    text = f"imo,name\n9074729,A\n{cell},B\n"
    got = warned(tmp_path, text, rf"'imo': 1 value\(s\) are no IMO numbers .*{re.escape(cell)}' \(line 3\)")
    assert got == [(9074729, None, "A"), (None, None, "B")]


@pytest.mark.parametrize("cell", ["41200001", "4120000012", "9074729", "412 000", "x"])
def test_what_is_no_mmsi_is_not_used_and_the_row_is(tmp_path: Path, cell: str) -> None:
    text = f"mmsi,name\n412000001,A\n{cell},B\n"
    got = warned(tmp_path, text, rf"'mmsi': 1 value\(s\) are no MMSIs .*'{cell}' \(line 3\)")
    assert got == [(None, 412000001, "A"), (None, None, "B")]


def test_a_row_that_identifies_no_ship_is_counted(tmp_path: Path) -> None:
    got = warned(
        tmp_path, "imo,flag\n9074729,X\nNA,Y\n,,\n0,Z\n", r"2 row\(s\) identify no ship .*\(lines 3, 5\)"
    )
    assert got == [(9074729, None, None)]


def test_several_numbers_in_one_cell(tmp_path: Path) -> None:
    got = listed(tmp_path, "caption,imo,mmsi\nA,IMO9074729,412000001;412000002\n")
    assert got == [A, (9074729, 412000002, "A")]
    got = listed(tmp_path, 'name,imo\nA,"9074729, 8405311"\nB,9074729 / 8405311\n')
    assert len(got) == 4
    assert {(i, n) for i, _, n in got} == {(9074729, "A"), (8405311, "A"), (9074729, "B"), (8405311, "B")}


def test_a_column_that_looks_like_numbers_of_ships_is_named(tmp_path: Path) -> None:
    text = "name,hull id,radio,remarks\nA,9074729,412000001,x\nB,8405311,412000002,formerly IMO 7408873\n"
    with pytest.warns(StsWarning) as caught:
        assert len(listed(tmp_path, text)) == 2
    messages = sorted(str(w.message) for w in caught)
    assert len(messages) == 3
    assert "'hull id' looks like IMO numbers and is not used" in messages[0]
    assert "'radio' looks like MMSIs and is not used" in messages[1]
    assert "'remarks' names IMO numbers or MMSIs in 1 row(s)" in messages[2]


def test_persons_and_companies_of_a_list_of_sanctions_are_no_ships(tmp_path: Path) -> None:
    text = "id,schema,name,imoNumber\n1,Vessel,A,9074729\n2,Person,SAM JONG,\n3,Company,B LTD,\n"
    got = warned(tmp_path, text, r"2 row\(s\) are persons, companies or other things .*\(lines 3, 4\)")
    assert got == [(9074729, None, "A")]


@pytest.mark.parametrize(
    ("header", "cell", "length_m"),
    [
        ("length_m", "146", 146.0),
        ("LOA", "146.5 m", 146.5),
        ("Length (m)", "146,5", 146.5),
        ("length", "0", None),
    ],
)
def test_lengths(tmp_path: Path, header: str, cell: str, length_m: float | None) -> None:
    file = tmp_path / "mine.csv"
    file.write_text(f"name;{header}\nA;{cell}\n")
    assert pl.DataFrame(read_watchlist(file))["length_m"].to_list() == [length_m]


@pytest.mark.parametrize(
    ("header", "cell", "match"),
    [("length_m", "long", r"1 length\(s\) are not metres"), ("loa", "1460", "not metres"), ("length_ft", "479", "write lengths in metres")],
)  # fmt: skip
def test_lengths_that_are_not_metres(tmp_path: Path, header: str, cell: str, match: str) -> None:
    file = tmp_path / "mine.csv"
    file.write_text(f"name,{header}\nA,{cell}\n")
    with pytest.warns(StsWarning, match=match):
        assert pl.DataFrame(read_watchlist(file))["length_m"].to_list() == [None]


@pytest.mark.parametrize(
    ("text", "match"),
    [
        ("hull,flag\nA,B\n", "none of the columns imo, mmsi and name; present: hull, flag"),
        ("9074729\n8405311\n", "Its first line must name the columns"),
        ("imo,flag\n84O5311,X\n", r"identifies no ship: .*no IMO numbers.*'84O5311' \(line 2\)"),
        ("imo,name\n", "identifies no ship: it has no rows"),
        ("", "is not a CSV"),
        ('[{"imo": 9074729}]', "is JSON and not a CSV"),
        ("<!DOCTYPE html><table>", "is HTML or XML"),
        ("PK\x03\x04...", "Excel workbook"),
        (None, "no such watchlist; bundled: us-advisory-2018-02-23"),
    ],
)
@pytest.mark.filterwarnings("ignore::stsdetect.errors.StsWarning")
def test_an_unusable_list_is_refused_with_its_reason(tmp_path: Path, text: str | None, match: str) -> None:
    file = tmp_path / "bad.csv"
    if text is not None:
        file.write_text(text)
    with pytest.raises(ContextError, match=match):
        read_watchlist(file)


def test_a_folder_and_a_file_that_is_not_text(tmp_path: Path) -> None:
    with pytest.raises(ContextError, match="cannot read"):
        read_watchlist(tmp_path)
    with pytest.raises(ContextError, match="as text"):
        listed(tmp_path, b"imo,name\n\xff\xfe\x00,\x80\n")


def test_a_name_that_no_system_takes_is_refused() -> None:
    name = "a" * 5_000
    with pytest.raises(ContextError, match="no such watchlist"):
        read_watchlist(name)
    with pytest.raises(ContextError, match="neither a bundled area nor a file"):
        load_context(aoi=name)
    with pytest.raises(ContextError, match="no such file"):
        load_context(anchorages=name)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="named pipes of POSIX")
def test_a_pipe_and_a_device_are_not_waited_for(tmp_path: Path) -> None:
    pipe = tmp_path / "list.csv"
    os.mkfifo(pipe)
    for path in (pipe, Path("/dev/zero")):
        with pytest.raises(ContextError, match=r"cannot read the watchlist .*: it is not a file"):
            read_watchlist(path)
        with pytest.raises(ContextError, match="cannot read"):
            load_context(aoi=path)
        with pytest.raises(ContextError, match="cannot read"):
            load_context(anchorages=path)


def written(folder: Path, *names: str) -> list[Path]:
    """Lists in these forms, under names that say nothing."""
    paths = []
    for k, name in enumerate(names):
        paths.append(folder / f"list{k}.txt")
        paths[-1].write_text(FORMS[name], "utf-8", newline="")
    return paths


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.filterwarnings("ignore::stsdetect.errors.StsWarning")
def test_each_published_form_gives_its_ships_and_nothing_else(form: str, tmp_path: Path) -> None:
    lists = read_watchlists(written(tmp_path, form))
    ships = pl.DataFrame(lists.ships)
    assert {ALFA, CHARLIE} <= set(ships["imo"]) <= {ALFA, CHARLIE, 1111117, 2222224}
    assert NOT_SHIPS.isdisjoint(ships["name"].drop_nulls())
    assert set(ships.filter(pl.col("imo") == ALFA)["name"]) >= {"ALFA STAR", "BRAVO STAR"}
    assert set(ships["mmsi"].drop_nulls()) <= {ALFA_MMSI, ALFA_MMSI + 1}
    (about,) = lists.files
    assert about.sha256 == hashlib.sha256(FORMS[form].encode()).hexdigest()
    assert about.n_ships == (4 if form == "un.xml" else 2)
    assert set(ships["list_sha256"]) == {about.sha256}
    listed_on = ships.filter(pl.col("imo") == ALFA)["listed_on"].dt.date().unique().to_list()
    assert listed_on == [None if form in ("sdn.csv", "sdn.xml", "maritime.csv") else date(2023, 3, 1)]


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.filterwarnings("ignore::stsdetect.errors.StsWarning")
def test_renamed_and_near_miss_ships_match_whatever_the_form(form: str, tmp_path: Path) -> None:
    listed = read_watchlist(written(tmp_path, form))
    ships = pl.DataFrame(
        {
            "mmsi": [1, 2, 3, 4, 5],
            "imo": [ALFA, None, None, 1234577, None],  # the fourth fails its check digit
            "shipname": ["NEW NAME", "BRAVO-STAR", "BRAVO STARS", None, "SEA STAR LTD"],
        }
    )
    found = match_watchlist(ships, listed)
    assert sorted(set(found.select("mmsi", "kind").rows())) == [(1, "imo"), (2, "name"), (3, "near_name")]


@pytest.mark.filterwarnings("ignore::stsdetect.errors.StsWarning")
def test_a_ship_on_several_lists_is_one_ship(tmp_path: Path) -> None:
    lists = read_watchlists([*written(tmp_path, "sdn.csv", "eu.xml", "uk.csv"), "us-advisory-2018-02-23"])
    assert pl.DataFrame(lists.ships)["ship_id"].n_unique() == 2 + 22
    assert [f.n_ships for f in lists.files] == [2, 2, 2, 22]
    ship = pl.DataFrame(
        {"mmsi": [1], "imo": [ALFA], "shipname": [None]},
        {"mmsi": pl.Int64, "imo": pl.Int64, "shipname": pl.String},
    )
    found = match_watchlist(ship, lists.ships)
    assert found.select("kind", "n_lists").unique().rows() == [("imo", 3)]
    assert found["list"].to_list() == ["EU, list1.txt", "OFAC, list0.txt", "UK, list2.txt"]


@pytest.mark.filterwarnings("ignore::stsdetect.errors.StsWarning")
def test_other_names_of_ofac_go_to_the_ships_of_their_list(tmp_path: Path) -> None:
    (sdn,) = written(tmp_path, "sdn.csv")
    alt, add = tmp_path / "b.csv", tmp_path / "c.csv"
    alt.write_text(ALT_CSV)
    add.write_text(ADD_CSV)
    for sources in ([sdn, alt], [alt, sdn]):
        ships = pl.DataFrame(read_watchlist(sources))
        assert set(ships.filter(pl.col("imo") == CHARLIE)["name"]) == {"CHARLIE", "DELTA ROSE", "ECHO ROSE"}
        assert {"SEA EAGLE", "ORPHAN"}.isdisjoint(ships["name"])
    with pytest.raises(ContextError, match=r"gives other names of OFAC entries and no ships; give SDN.CSV"):
        read_watchlist(alt)
    with pytest.raises(ContextError, match="holds addresses"):
        read_watchlist([sdn, add])


def test_one_list_several_and_none() -> None:
    one, both = read_watchlist("us-advisory-2018-02-23"), read_watchlist(["us-advisory-2018-02-23"] * 2)
    assert len(one) == len(both) == 22
    assert len(read_watchlist([])) == 0
    assert sources_of(Path("a")) == [Path("a")]
    context = load_context(watchlist=["us-advisory-2018-02-23"])
    assert [f.source for f in context.lists] == ["us-advisory-2018-02-23"]
    assert context.lists[0].to_dict()["list_date"] == "2018-02-23"


def test_what_a_file_is_that_is_a_list(tmp_path: Path) -> None:
    sdn, un = written(tmp_path, "sdn.csv", "un.xml")
    lines = list_lines(sdn)
    assert lines[0].startswith("list0.txt: list of ships, OFAC SDN.CSV or CONS_PRIM.CSV, SHA-256 ")
    assert lines[2] == "ships: 2, of which 2 with an IMO number, 1 with an MMSI, 0 with the day of listing"
    assert "date of the list: 2024-08-07" in list_lines(un)
    assert list_lines(un)[2].startswith("ships: 4, of which 4 with an IMO number")
    (tmp_path / "alt.csv").write_text(ALT_CSV)
    assert "4 other names of entries in SDN.CSV" in list_lines(tmp_path / "alt.csv")[2]
    no_lists = (
        "<html/>",
        "ship,when,y,x\n412000001,1,2,3\n",
        "mmsi,when,y,x\n412000001,1,2,3\n",
        "imo,t\n1234567,1\n1234567,2\n1234567,3\n",
    )
    for k, text in enumerate(no_lists):
        (tmp_path / f"{k}.csv").write_text(text)
        assert list_lines(tmp_path / f"{k}.csv") == [], text
    (tmp_path / "own.csv").write_text("mmsi,name\n412000001,A\n")
    assert list_lines(tmp_path / "own.csv")[0].startswith("own.csv: list of ships, CSV of ships")


@pytest.mark.parametrize(
    ("data", "match"),
    [
        (b"<sdnList><sdnEntry>", "ends in the middle"),
        (b"\xef\xbb\xbf\n <!DOCTYPE x [<!ENTITY a 'b'>]><sdnList/>", "declares a document type"),
        ("<sdnList></sdnList>".encode("utf-16"), "identifies no ship: it has no rows"),
        (b"<kml></kml>", "known are <sdnList>"),
        (b"<html><body>404</body></html>", "is HTML or XML"),
        (b"<", "ends in the middle"),
    ],
)
def test_xml_that_is_no_list_is_refused_with_its_reason(data: bytes, match: str, tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_bytes(data)
    with pytest.raises(ContextError, match=match):
        read_watchlist(tmp_path / "a.csv")


@pytest.mark.real
def test_a_published_list_is_read_as_it_came(shared_data: Path) -> None:
    """The reprint of the US advisory has the ships of the bundled list, under other columns."""
    file = shared_data / "watchlist_dprk_tankers_2018" / "ofac_advisory_20180223_tankers.csv"
    bundled = read_watchlist("us-advisory-2018-02-23")
    assert set(read_watchlist(file)["imo"]) == set(bundled["imo"])


ROWS = [["9074729", "412000001", "ALFA", "100"], ["8405311", "", "BRAVO", ""], ["", "412000003", "", "90.5"]]


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=150)
@given(
    st.integers(0, 2),
    st.integers(0, 3),
    st.one_of(
        st.text(st.characters(codec="utf-8"), max_size=12),
        st.sampled_from(['"', ",", "9.07E+06", "\n", "x\ny"]),
    ),
)
def test_a_cell_of_junk_changes_no_other_row(tmp_path: Path, i: int, k: int, junk: str) -> None:
    """Other rows are as before; a number that is gone is counted, or the whole list is refused."""
    rows = [list(row) for row in ROWS]
    rows[i][k] = junk
    file = tmp_path / "mine.csv"
    file.write_bytes("\n".join(["imo,mmsi,name,length", *map(",".join, rows), ""]).encode())
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        try:
            got = pl.DataFrame(read_watchlist(file)).select("imo", "mmsi", "name", "length_m").rows()
        except ContextError:
            return
    whole = {
        (9074729, 412000001, "ALFA", 100.0): 0, (8405311, None, "BRAVO", None): 1, (None, 412000003, None, 90.5): 2,
    }  # fmt: skip
    for row, at in whole.items():
        assert row in got or at == i
    was = next(row for row, at in whole.items() if at == i)
    is_lost = was[k] is not None and k != 2 and was not in got
    assert (
        caught or not is_lost or is_null(junk) or junk.strip() in ("0", "-1") or not junk.strip("0.;|/\n ,")
    )


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=40, deadline=None)
@given(st.sampled_from(sorted(FORMS)), st.data())
def test_a_damaged_list_is_refused_or_names_no_other_ship(
    tmp_path: Path, form: str, data: st.DataObject
) -> None:
    """Bytes changed, cut out or put in: no number appears that was not there, and no person becomes a ship."""
    content = bytearray(FORMS[form].encode())
    at = data.draw(st.integers(0, len(content)))
    piece = data.draw(
        st.one_of(st.binary(max_size=8), st.sampled_from([b'"', b"<", b";", b",", b"\n", b"&x;", b"</"]))
    )
    content[at : at + data.draw(st.integers(0, 8))] = piece
    path = tmp_path / "list"
    path.write_bytes(bytes(content))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            ships = pl.DataFrame(read_watchlist(path))
        except ContextError:
            return
    text = content.decode("utf-8", "replace") + FORMS[form]
    assert all(str(number) in text for column in ("imo", "mmsi") for number in ships[column].drop_nulls())
