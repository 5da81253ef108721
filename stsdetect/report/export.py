"""Events, tracks and gaps as GeoPackage, GeoJSON (RFC 7946) and CSV, each file written whole or not at all.

Text from the dump may be hostile: `stsdetect.foreign_text` shows what is hidden in it, and in the CSV a text
that a spreadsheet would run as a formula gets an apostrophe in front. Lines are cut at 180 degrees.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypedDict, Unpack

import geopandas as gpd
import numpy as np
import pandas as pd
import pyogrio
import shapely
import shapely.geometry

from stsdetect.arrays import Floats, Ints
from stsdetect.errors import OutputError
from stsdetect.foreign_text import made_visible, neutral_cell
from stsdetect.geo.angles import wrap180
from stsdetect.geo.area import circle_on_earth
from stsdetect.report.regions import region_radius_m
from stsdetect.schema import (
    CHAINS,
    DARK_ENCOUNTERS,
    DELIVERIES,
    EVENTS,
    GAPS,
    LEDGER,
    POINTS,
    PORT_VISITS,
    SEGMENTS,
    VESSEL_PAIRS,
    VESSELS,
    Frame,
)


class CargoTables(TypedDict, total=False):
    """The tables of cargo and network that are exported; an absent one is treated as empty."""

    port_visits: Frame
    deliveries: Frame
    chains: Frame
    ledger: Frame
    vessels: Frame
    vessel_pairs: Frame


_CRS = "EPSG:4326"
_NOW, _LAST_CHANGE = "OGR_CURRENT_DATE", "1970-01-01T00:00:00.000Z"
"""GDAL writes this in place of the current time, so that equal events give equal bytes."""


def write_exports(
    out_dir: str | Path,
    *,
    events: Frame,
    points: Frame,
    gaps: Frame,
    segments: Frame,
    dark_encounters: Frame | None = None,
    **cargo: Unpack[CargoTables],
) -> None:
    """Write ``events.gpkg`` (layers events, tracks, gaps), ``events.geojson`` and ``events.csv``.

    Where there are such rows, also the layers deliveries (at the quay), chains (from the event to the quay)
    and vessel_pairs (at their likeliest event); ``ledger.csv`` and ``vessels.csv`` of these tables if given.

    An event is a point; one of two ships that were both in a gap is the circle of `area_km2` in which they
    could have met, since a point would claim a place that was not observed.

    Parameters
    ----------
    out_dir : path
        An existing folder.
    events, points, gaps, segments : frame
        EVENTS, POINTS, GAPS and SEGMENTS; segments without points are left out of the tracks.
    dark_encounters : frame, optional
        DARK_ENCOUNTERS, for the areas; without it every event is a point.
    deliveries, chains, port_visits, ledger, vessels, vessel_pairs : frame, optional
        Cargo and network; `port_visits` are the ends of the chains.

    Raises
    ------
    OutputError
        When a file cannot be written; an earlier file of that name is then left as it was.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as out:
    ...     write_exports(out, events=EVENTS.empty(), points=POINTS.empty(), gaps=GAPS.empty(),
    ...                   segments=SEGMENTS.empty())
    ...     sorted(p.name for p in Path(out).iterdir())
    ['events.csv', 'events.geojson', 'events.gpkg']
    """
    out = Path(out_dir)
    events, gaps = _clean(EVENTS.to_pandas(events)), _clean(GAPS.to_pandas(gaps))
    places = event_places(events, dark_encounters)
    layers = {
        "events": placed(events, places),
        "tracks": _tracks(POINTS.to_pandas(points), _clean(SEGMENTS.to_pandas(segments))),
        "gaps": placed(gaps, gap_paths(gaps)),
    }
    layers |= _cargo_layers(events, cargo)
    with whole_file(out / "events.gpkg") as part:
        _write_layers(part, layers)
    with whole_file(out / "events.geojson") as part:
        part.write_text(_geojson(events, places), "utf-8")
    with whole_file(out / "events.csv") as part:
        part.write_text(_csv(events), "utf-8")
    for name, table, frame in (
        ("ledger", LEDGER, cargo.get("ledger")),
        ("vessels", VESSELS, cargo.get("vessels")),
    ):
        if frame is not None:
            with whole_file(out / f"{name}.csv") as part:
                part.write_text(_csv(_clean(table.to_pandas(frame))), "utf-8")


def _cargo_layers(events: pd.DataFrame, cargo: CargoTables) -> dict[str, gpd.GeoDataFrame]:
    """Deliveries, chains and pairs on the map, those of them that there are."""
    layers = {}
    for table, frame in ((DELIVERIES, cargo.get("deliveries")), (VESSEL_PAIRS, cargo.get("vessel_pairs"))):
        rows = _clean(table.to_pandas(table.optional(frame)))
        if len(rows):
            layers[table.name] = placed(rows, gpd.points_from_xy(wrap180(rows["lon"]), rows["lat"]))
    chains = _clean(CHAINS.to_pandas(CHAINS.optional(cargo.get("chains"))))
    visits = PORT_VISITS.to_pandas(PORT_VISITS.optional(cargo.get("port_visits")))
    ends = chains.merge(visits[["visit_id", "lat", "lon"]], on="visit_id")
    ends = ends.merge(events[["event_id", "lat", "lon"]], on="event_id", suffixes=("", "_event"))
    if len(ends):
        ends = ends.sort_values([*CHAINS.sort_by], kind="stable", ignore_index=True)
        lat, lon = (ends[[f"{c}_event", c]].to_numpy().reshape(-1) for c in ("lat", "lon"))
        lines = _paths(lat, lon, np.repeat(np.arange(len(ends)), 2))
        layers[CHAINS.name] = placed(ends[CHAINS.names], lines)
    return layers


def _write_layers(path: Path, layers: dict[str, gpd.GeoDataFrame]) -> None:
    before = pyogrio.get_gdal_config_option(_NOW)
    pyogrio.set_gdal_config_options({_NOW: _LAST_CHANGE})
    try:
        for name, layer in layers.items():
            # Open gaps and tracks of one fix are points among lines, and some events are circles.
            of_points = name in ("events", "deliveries", "vessel_pairs")
            only_points = of_points and bool((layer.geom_type == "Point").all())
            kind = "Point" if only_points else "Unknown"
            layer.to_file(path, layer=name, driver="GPKG", engine="pyogrio", geometry_type=kind)
    finally:
        pyogrio.set_gdal_config_options({_NOW: before})


@contextmanager
def whole_file(path: Path) -> Iterator[Path]:
    """Hand out a temporary path beside `path`, and move the file to `path` once it is written.

    Raises
    ------
    OutputError
        When the file cannot be written.
    """
    part = path.with_name(f".part-{path.name}")
    try:
        part.unlink(missing_ok=True)
        yield part
        part.replace(path)
    except (OSError, RuntimeError) as error:
        raise OutputError(
            f"cannot write {path}: {error}. Check that the folder exists, is writable and has space left."
        ) from error
    finally:
        part.unlink(missing_ok=True)


def split_at_180(lat: Floats, lon: Floats, line: Ints) -> tuple[Floats, Ints, Ints]:
    """Cut lines where they cross 180 degrees.

    Parameters
    ----------
    lat, lon : numpy.ndarray
        Vertices in order, shape (n,) [deg].
    line : numpy.ndarray
        Line of each vertex, shape (n,), vertices of a line together.

    Returns
    -------
    xy : numpy.ndarray
        Vertices, with two added at each crossing, shape (m, 2), longitude in [-180, 180] [deg].
    part : numpy.ndarray
        Piece of each vertex, counted from 0, shape (m,).
    line : numpy.ndarray
        Line of each piece.

    Examples
    --------
    >>> xy, part, _ = split_at_180(np.array([0.0, 1.0]), np.array([179.0, -179.0]), np.array([7, 7]))
    >>> xy.tolist(), part.tolist()
    ([[179.0, 0.0], [180.0, 0.5], [-180.0, 0.5], [-179.0, 1.0]], [0, 0, 1, 1])
    """
    lon = wrap180(lon)
    step = np.diff(lon)
    before = np.flatnonzero((np.abs(step) > 180.0) & (line[1:] == line[:-1]))
    side = np.where(lon[before] < 0, -180.0, 180.0)
    eastward = wrap180(step[before])
    share = np.divide(wrap180(side - lon[before]), eastward, out=np.zeros_like(eastward), where=eastward != 0)
    lat_cut = lat[before] + np.abs(share) * (lat[before + 1] - lat[before])
    cuts = np.stack([np.stack([side, lat_cut], axis=1), np.stack([-side, lat_cut], axis=1)], axis=1)
    where = np.repeat(before + 1, 2)
    xy = np.insert(np.stack([lon, lat], axis=1), where, cuts.reshape(-1, 2), axis=0)
    line_of_vertex = np.insert(line, where, np.repeat(line[before], 2))
    starts = np.ones(len(xy), dtype=bool)
    starts[1:] = (line_of_vertex[1:] != line_of_vertex[:-1]) | (np.abs(np.diff(xy[:, 0])) == 360.0)
    return xy, np.cumsum(starts) - 1, line_of_vertex[starts]


def _clean(frame: pd.DataFrame) -> pd.DataFrame:
    """The table with nothing hidden in its text; those in Parquet keep what was broadcast."""
    out = frame.copy()
    for name in _text_columns(frame):
        out[name] = frame[name].map(made_visible, na_action="ignore").astype("str").str.strip()
    return out


def _text_columns(frame: pd.DataFrame) -> list[str]:
    return list(map(str, frame.select_dtypes("str").columns))


def placed(frame: pd.DataFrame, geometry: Sequence[shapely.Geometry]) -> gpd.GeoDataFrame:
    """A table with a geometry for each row, in WGS 84."""
    return gpd.GeoDataFrame(frame, geometry=geometry, crs=_CRS)


def event_places(events: pd.DataFrame, dark_encounters: Frame | None) -> list[shapely.Geometry]:
    """A point per event, or the circle of those of which nothing was observed.

    Parameters
    ----------
    events : pandas.DataFrame
        With the columns `source_id`, `lat` and `lon`.
    dark_encounters : frame, optional
        DARK_ENCOUNTERS, for the circles.
    """
    dark = DARK_ENCOUNTERS.optional(dark_encounters)
    radius_m = {row["dark_id"]: region_radius_m(row) for row in dark.iter_rows(named=True)}
    places = []
    for source_id, lat, lon in zip(events["source_id"], events["lat"], events["lon"], strict=True):
        radius = radius_m.get(source_id)
        point = shapely.Point(float(wrap180(lon)), lat)
        places.append(point if radius is None else circle_on_earth(lat, lon, radius))
    return places


def _tracks(points: pd.DataFrame, segments: pd.DataFrame) -> gpd.GeoDataFrame:
    points = points.sort_values(["segment_id", "timestamp"], kind="stable")
    line, ids = pd.factorize(points["segment_id"])
    paths = dict(zip(ids, _paths(points["lat"].to_numpy(), points["lon"].to_numpy(), line), strict=True))
    with_points = segments[segments["segment_id"].isin(ids)].reset_index(drop=True)
    return placed(with_points, [paths[s] for s in with_points["segment_id"]])


def gap_paths(gaps: pd.DataFrame) -> list[shapely.Geometry]:
    """A straight line from start to end of each gap, cut at 180 degrees; a point where its end is not known.

    Parameters
    ----------
    gaps : pandas.DataFrame
        GAPS.
    """
    ends = gaps[["end_lat", "end_lon"]].to_numpy()
    both = np.stack([gaps[["start_lat", "start_lon"]].to_numpy(), ends], axis=1).reshape(-1, 2)
    line = np.repeat(np.arange(len(gaps)), 2)
    known = np.isfinite(both).all(axis=1)
    return _paths(both[known, 0], both[known, 1], line[known])


def _paths(lat: Floats, lon: Floats, line: Ints) -> list[shapely.Geometry]:
    """One MultiLineString per line, or a Point where the line has only one vertex."""
    if not len(lat):
        return []
    xy, part, line_of_piece = split_at_180(lat, lon, line)
    pieces: dict[int, list[Floats]] = {}
    for name, piece in zip(line_of_piece, np.split(xy, np.flatnonzero(np.diff(part)) + 1), strict=True):
        pieces.setdefault(int(name), []).append(piece)
    return [_path(p) for p in pieces.values()]


def _path(pieces: list[Floats]) -> shapely.Geometry:
    lines = [p for p in pieces if len(p) > 1]
    return shapely.MultiLineString(lines) if lines else shapely.Point(pieces[0][0])


def _plain(frame: pd.DataFrame) -> list[dict[str, Any]]:
    """Rows of JSON values: times as ISO 8601, None for null."""
    columns = {}
    for name in frame.columns:
        column = frame[name]
        if isinstance(column.dtype, pd.DatetimeTZDtype):
            column = column.dt.strftime("%Y-%m-%dT%H:%M:%SZ")
        columns[name] = [None if pd.isna(v) else v for v in column.astype(object)]
    return [dict(zip(columns, row, strict=True)) for row in zip(*columns.values(), strict=True)]


def _geojson(events: pd.DataFrame, places: Sequence[shapely.Geometry]) -> str:
    features = [
        {
            "type": "Feature",
            "id": row["event_id"],
            "geometry": _rounded(shapely.geometry.mapping(place)),
            "properties": row,
        }
        for row, place in zip(_plain(events), places, strict=True)
    ]
    collection = {"type": "FeatureCollection", "features": features}
    return json.dumps(collection, ensure_ascii=False, allow_nan=False, indent=1) + "\n"


def _rounded(value: Any) -> Any:
    """A geometry with seven decimals of a degree, one centimetre."""
    if isinstance(value, dict):
        return {key: _rounded(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_rounded(item) for item in value]
    return round(value, 7) if isinstance(value, float) else value


def _csv(events: pd.DataFrame) -> str:
    frame = pd.DataFrame(_plain(events), columns=events.columns, dtype=object)
    for name in _text_columns(events):
        frame[name] = [None if v is None else neutral_cell(v) for v in frame[name]]
    return str(frame.to_csv(index=False, lineterminator="\n"))
