"""Parameters, mappings, watchlists and areas of any content: one line of ours says what is wrong."""

from __future__ import annotations

import contextlib
import warnings
from pathlib import Path

import pytest

from stsdetect.cli.options import read_params
from stsdetect.context import load_context
from stsdetect.decode.tables.mapping import read_mapping
from stsdetect.errors import ContextError, DecodeError, ParamError, StsError
from stsdetect.lists import read_watchlist
from stsdetect.params import Params
from stsdetect.simulation.sea_params import SeaParams
from stsdetect.toml_files import MAX_TOML_BYTES

DEEP = "[" * 990 + "]" * 990
TOML = {
    "deep": f"x = {DEEP}", "deeper": "x = " + "[" * 100_000 + "]" * 100_000, "tables": "x." * 5_000 + "y = 1",
    "inline": "x = " + "{a = " * 900 + "1" + "}" * 900, "digits": "x = " + "9" * 5_000,
    "zeros": "x = 0x" + "f" * 5_000, "large": "# " + "x" * MAX_TOML_BYTES, "bytes": b"\xff\xfe\x00x",
    "nul": "x = '\0'", "half": 'x = "\\ud800"', "date": "x = 9999-99-99", "twice": "x = 1\nx = 2", "cut": "[x",
    "key": '"\\u202e^x$" = 1', "empty key": '"" = 1', "infinite": "x = inf", "nan": "x = nan",
}  # fmt: skip
WRONG = ["1", "-1", "1e400", "inf", "nan", "9" * 30, "true", "'x'", "''", "[]", "[[1]]", "{}", "{a = 1}",
         "1979-05-27", "[1, 'a']", "[nan]", "['" + "x" * 100_000 + "']", "9223372036854775807"]  # fmt: skip


def write(folder: Path, text: str | bytes) -> Path:
    path = folder / "settings.toml"
    path.write_bytes(text.encode("utf-8", "surrogatepass") if isinstance(text, str) else text)
    return path


@pytest.mark.parametrize("name", TOML)
def test_odd_files_of_settings(name: str, tmp_path: Path) -> None:
    path = write(tmp_path, TOML[name])
    with contextlib.suppress(ParamError):
        read_params(path)
    with contextlib.suppress(DecodeError):
        read_mapping(path)
    if isinstance(TOML[name], str):
        with contextlib.suppress(ParamError):
            SeaParams.from_toml(str(TOML[name]))


def test_folders_links_and_devices_are_not_settings(tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to(tmp_path / "link")
    for path in (tmp_path, tmp_path / "link", tmp_path / "none", Path("/dev/zero")):
        with pytest.raises(ParamError, match="cannot read the parameters"):
            read_params(path)
        with pytest.raises(DecodeError, match="cannot be read"):
            read_mapping(path)


def test_a_message_does_not_repeat_a_file(tmp_path: Path) -> None:
    for text in (TOML["tables"], *(f"{'k' * 1000}{k} = 1\n" for k in range(3)), f"gaps = '{'x' * 500_000}'"):
        with pytest.raises(ParamError) as caught:
            read_params(write(tmp_path, text))
        assert len(str(caught.value)) < 1_000


@pytest.mark.parametrize("value", WRONG)
def test_a_parameter_of_any_value_is_taken_or_refused(value: str) -> None:
    for line in Params().to_toml().splitlines():
        if line.startswith("["):
            table = line
        elif line and not line.startswith("#"):
            key = line.split(" = ")[0]
            with contextlib.suppress(ParamError):
                Params.from_toml(f"{table}\n{key} = {value}\n").to_toml()
    with contextlib.suppress(ParamError):
        Params.from_toml(f"gaps = {value}")


@pytest.mark.parametrize("value", WRONG)
def test_a_mapping_of_any_value_is_taken_or_refused(value: str, tmp_path: Path) -> None:
    keys = ["columns.lat", "columns.mmsi", "units.speed", "units.position", "time.order", "time.zone",
            "ship_types.Tug", 'ship_types.""', "columns", "units", "time", "ship_types"]  # fmt: skip
    for key in keys:
        with contextlib.suppress(DecodeError):
            read_mapping(write(tmp_path, f"{key} = {value}\n"))


LISTS: dict[str, bytes] = {
    "empty": b"", "blank": b"\n\n \n", "nul": b"imo,name\n9074729,\0\0\n", "binary": bytes(range(256)) * 10,
    "utf-16": "imo,name\n9074729,X\n".encode("utf-16"), "half utf-16": "imo,name\n9".encode("utf-16")[:-1],
    "latin": "imo,name\n9074729,\xe9\n".encode("latin-1"), "bom": b"\xef\xbb\xbf\xef\xbb\xbfimo\n9074729\n",
    "json": b'[{"imo": 9074729}]', "html": b"<html><table>", "excel": b"PK\x03\x04imo", "quote": b'imo,name\n"9074729,X\n' * 50,
    "wide": b"imo," * 60_000 + b"\n" + b"1," * 60_000, "header only": b"imo,mmsi,name\n", "twice": b"imo,imo,imo\n9074729,1,x\n",
    "digits": b"imo\n" + b"9" * 6_000 + b"\n", "exponent": b"imo\n9.07E+06\n", "floats": b"imo,mmsi,length_m\nnan,inf,-inf\n1e400,1e-400,1e999\n",
    "signs": "imo,name\n\u0669\u0660\u0667\u0664\u0667\u0662\u0669,\u202eX\n".encode(), "superscript": "imo,mmsi,length_m\n\u00b2,\u00b3,\u00b9\n".encode(),
    "lines": b"imo,name\r9074729,X\r\n9074729,\x0b\x0c\x1c\x85Y\n", "field": b"name\n" + b"x" * 200_000 + b"\n", "deep": b"imo\n" + b"[" * 5_000 + b"\n",
    "half": b"name,imo\n\xed\xa0\x80,9074729\n", "long name": b"imo,name\n9074729," + b"A " * 50_000 + b"\n",
}  # fmt: skip


@pytest.mark.parametrize("name", LISTS)
@pytest.mark.filterwarnings("ignore::stsdetect.errors.StsWarning")
def test_odd_watchlists_and_places(name: str, tmp_path: Path) -> None:
    path = tmp_path / "list.csv"
    path.write_bytes(LISTS[name])
    with contextlib.suppress(ContextError):
        read_watchlist(path)
    places = tmp_path / "places.csv"
    places.write_bytes(LISTS[name].replace(b"imo", b"lat").replace(b"name", b"lon"))
    with contextlib.suppress(StsError):
        load_context(anchorages=places)


@pytest.mark.parametrize("suffix", [".csv", ".geojson", ".gpkg", ".shp", ".toml", ""])
@pytest.mark.filterwarnings("ignore")
def test_areas_and_lists_of_any_kind_of_file(suffix: str, tmp_path: Path) -> None:
    point = '{"type": "Feature", "properties": {}, "geometry": {"type": "Point", "coordinates": %s}}'
    contents = [b"", b"\0" * 100, b"{}", b"[]", DEEP.encode(), b'{"type": "FeatureCollection", "features": %s}' % DEEP.encode(),
                (point % DEEP).encode(), (point % "[1e999, null]").encode(), (point % '["a", {}]').encode(),
                (point % "[NaN, Infinity]").encode(), b"SQLite format 3\0" * 10, b"lat,lon\n91,181\n"]  # fmt: skip
    for k, content in enumerate(contents):
        path = tmp_path / f"a{k}{suffix}"
        path.write_bytes(content)
        for given in ("aoi", "anchorages", "watchlist"):
            with contextlib.suppress(StsError), warnings.catch_warnings():
                load_context(**{given: path})  # type: ignore[arg-type]
        with contextlib.suppress(StsError):
            read_watchlist(path)
    for given in ("aoi", "anchorages", "watchlist"):
        with pytest.raises(StsError):
            load_context(**{given: tmp_path})  # type: ignore[arg-type]
