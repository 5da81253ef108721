"""The result of a run for a notebook: its tables as frames, its events on a map and as cards, its report."""

from __future__ import annotations

import os
import shutil
import weakref
from functools import cached_property
from pathlib import Path

import geopandas as gpd
import pandas as pd
import polars as pl

from stsdetect.cargo import cargo_sentence
from stsdetect.context import Context, load_context
from stsdetect.errors import OutputError, StsError
from stsdetect.params import Params
from stsdetect.params.renamed import current_names
from stsdetect.pipeline.datasets import read_ships
from stsdetect.pipeline.manifest import Manifest
from stsdetect.pipeline.run_folder import read_report_tables, require_written
from stsdetect.report import NotebookPage, event_map
from stsdetect.report.draw.svg import Picture
from stsdetect.report.export import event_places, gap_paths, placed
from stsdetect.report.page.cargo_section import map_of_chain
from stsdetect.report.page.run_summary import summary_html, summary_text
from stsdetect.report.page.run_tables import RunTables, index_tables
from stsdetect.report.page.vessel_pages import network_section
from stsdetect.schema import (
    ANCHOR_READINGS,
    BERTHS,
    CHAINS,
    DARK_ENCOUNTERS,
    DELIVERIES,
    ENCOUNTERS,
    EVENTS,
    EVIDENCE,
    GAPS,
    HIDDEN_CALLS,
    IDENTITY,
    LEDGER,
    LOITERING,
    PLATFORMS,
    POINTS,
    PORT_VISITS,
    POSITIONS,
    REJECTS,
    SEGMENTS,
    SOLO_STOPS,
    STATIC,
    VESSEL_PAIRS,
    VESSELS,
    VOYAGES,
    Table,
)

_REPORT = "report.html"
_MAP_HEIGHT_PX = 900


class OwnedFolder:
    """A folder that is removed when nothing refers to this object any more, at the latest at exit.

    Parameters
    ----------
    path : Path
        The folder.

    Attributes
    ----------
    remove : callable
        Removes it now.
    """

    def __init__(self, path: Path) -> None:
        self.remove = weakref.finalize(self, _remove, path, os.getpid())


class Result:
    """What a run found; a notebook shows its first events.

    Each table is read when it is first used, and kept. Tables whose rows have a place are GeoDataFrames in
    WGS 84; the others are pandas frames. `stsdetect schema` describes them.

    Parameters
    ----------
    folder : path
        A run folder: that of `stsdetect run`, of `run_pipeline`, or the temporary one of `detect`.
    context : Context, optional
        The places of the run; by default those named in the folder are loaded when they are first needed.

    Attributes
    ----------
    folder : Path
        Where the files of the run are; a temporary folder is removed with its result.
    manifest : Manifest
        The content of ``run.json``: inputs, tallies of the stages, parameters, versions.

    Raises
    ------
    OutputError
        If `folder` is not a run folder.

    Examples
    --------
    >>> Result("no/such/folder")
    Traceback (most recent call last):
        ...
    stsdetect.errors.OutputError: no/such/folder is not a run folder: it has no run.json. ...
    """

    def __init__(self, folder: str | Path, *, context: Context | None = None) -> None:
        self.manifest = Manifest.read(Path(folder))
        self.folder = Path(folder).absolute()
        self._context = context
        self._owner: OwnedFolder | None = None

    @cached_property
    def events(self) -> gpd.GeoDataFrame:
        """The events, by rank; where both ships were in a gap, the circle in which they could have met."""
        events = self._table(EVENTS)
        return placed(events, event_places(events, self._table(DARK_ENCOUNTERS)))

    @cached_property
    def evidence(self) -> pd.DataFrame:
        """Every term behind the score of each event."""
        return self._table(EVIDENCE)

    @cached_property
    def encounters(self) -> gpd.GeoDataFrame:
        """Every encounter of two hulls, look-alikes included."""
        return self._points_of(ENCOUNTERS)

    @cached_property
    def dark_encounters(self) -> gpd.GeoDataFrame:
        """Every pair that could have met in a gap; where both were in one, the circle in which they could."""
        dark = self._table(DARK_ENCOUNTERS)
        return placed(dark, event_places(dark.assign(source_id=dark["dark_id"]), dark))

    @cached_property
    def solo_stops(self) -> gpd.GeoDataFrame:
        """Stops and gaps of one ship that resemble a transfer with a ship that was never received."""
        return self._points_of(SOLO_STOPS)

    @cached_property
    def gaps(self) -> gpd.GeoDataFrame:
        """Gaps, as straight lines from their start to their end; an open gap is a point."""
        gaps = self._table(GAPS)
        return placed(gaps, gap_paths(gaps))

    @cached_property
    def loitering(self) -> gpd.GeoDataFrame:
        """Stops and drifts of single ships."""
        return self._points_of(LOITERING)

    @cached_property
    def berths(self) -> gpd.GeoDataFrame:
        """Where ships lie moored or at anchor, as learnt from the dump."""
        return self._points_of(BERTHS)

    @cached_property
    def port_visits(self) -> gpd.GeoDataFrame:
        """Visits of ships to berths, roads and anchorages."""
        return self._points_of(PORT_VISITS)

    @cached_property
    def voyages(self) -> pd.DataFrame:
        """Voyages of ships from berth to berth."""
        return self._table(VOYAGES)

    @cached_property
    def hidden_calls(self) -> gpd.GeoDataFrame:
        """Ports that ships could have called at in a gap, at the place of the port."""
        return self._points_of(HIDDEN_CALLS)

    @cached_property
    def deliveries(self) -> gpd.GeoDataFrame:
        """Calls at which a ship may have unloaded cargo that it brought straight from its origin."""
        return self._points_of(DELIVERIES)

    @cached_property
    def chains(self) -> pd.DataFrame:
        """Where the cargo of each event may have gone, step by step, the likeliest candidates first."""
        return self._table(CHAINS)

    @cached_property
    def platforms(self) -> gpd.GeoDataFrame:
        """Vessels that lay in one place for days while many ships came alongside in turn."""
        return self._points_of(PLATFORMS)

    @cached_property
    def ledger(self) -> pd.DataFrame:
        """Tonnes by port and month, as intervals, and what they rest on."""
        return self._table(LEDGER)

    @property
    def cargo_sentence(self) -> str:
        """What went where, in one sentence; empty where no cargo was followed to a port."""
        return cargo_sentence(self._table(EVENTS), self.chains, self._table(DELIVERIES))

    @cached_property
    def anchor_readings(self) -> gpd.GeoDataFrame:
        """About which point ships at rest swung: their own anchor, or another's."""
        return self._points_of(ANCHOR_READINGS)

    @cached_property
    def vessels(self) -> pd.DataFrame:
        """What is known of each vessel over the whole dump."""
        return self._table(VESSELS)

    @cached_property
    def vessel_pairs(self) -> gpd.GeoDataFrame:
        """Each two vessels that share events, at the place of the likeliest."""
        return self._points_of(VESSEL_PAIRS)

    @cached_property
    def segments(self) -> pd.DataFrame:
        """The tracks: one row for each consistent stretch."""
        return self._table(SEGMENTS)

    @cached_property
    def identity(self) -> pd.DataFrame:
        """What each ship called itself, and when."""
        return self._table(IDENTITY)

    @cached_property
    def points(self) -> gpd.GeoDataFrame:
        """All fixes on the tracks, which may be many: `points_of` reads those of some ships."""
        return self._points_of(POINTS)

    @cached_property
    def positions(self) -> gpd.GeoDataFrame:
        """All positions as they were received, which may be many."""
        return self._points_of(POSITIONS)

    @cached_property
    def static(self) -> pd.DataFrame:
        """Static reports: names, sizes, draughts, destinations."""
        return self._table(STATIC)

    @cached_property
    def rejects(self) -> pd.DataFrame:
        """How many rows each stage rejected from each input, why, and an example."""
        return self._table(REJECTS)

    @property
    def left_out(self) -> dict[str, str]:
        """Inputs that are or may be AIS and could not be read, with the reasons."""
        return self.manifest.reasons_left_out

    @property
    def warnings(self) -> list[str]:
        """What the reader should know of inputs, feed and tracks."""
        return list(self.manifest.warnings)

    def points_of(self, *mmsi: int) -> gpd.GeoDataFrame:
        """All fixes on the tracks of some ships, without reading those of the others.

        Parameters
        ----------
        *mmsi : int
            One or more MMSIs; one that is not in the data has no rows.
        """
        require_written(self.folder, POINTS)
        ships = pl.Series(mmsi, dtype=pl.Int64)
        return _at_points(POINTS.to_pandas(read_ships(POINTS, self.folder / POINTS.name, ships)))

    def explore(self) -> NotebookPage:
        """The report in the notebook: every event on a map, and the card of the one that is chosen.

        Returns
        -------
        NotebookPage
            Loads nothing from a network.

        Raises
        ------
        OutputError
            If the folder has no report yet.
        """
        return NotebookPage(
            self._report().read_text("utf-8"), title="Map and cards of all events", height_px=_MAP_HEIGHT_PX
        )

    def event(self, event: int | str) -> NotebookPage:
        """Map and card of one event.

        Parameters
        ----------
        event : int or str
            Its rank, from 1, or its `event_id`.

        Returns
        -------
        NotebookPage

        Raises
        ------
        StsError
            If there is no such event.
        """
        tables = read_report_tables(self.folder)
        events = tables.pop("events")
        return event_map(_event_id(event, events), events=events, context=self._places, **tables)

    def network(self) -> Picture:
        """Who lay alongside whom.

        Raises
        ------
        StsError
            If no two vessels share an event.
        """
        section = network_section({}, self._indexed())
        if section is None:
            raise StsError("no two vessels share an event, so there is no network to draw")
        return Picture(section.picture)

    def chain(self, event: int | str) -> Picture:
        """Map of where the cargo of an event most likely went.

        Parameters
        ----------
        event : int or str
            Its rank, from 1, or its `event_id`.

        Raises
        ------
        StsError
            If there is no such event, or none of its ships was seen at a quay afterwards.
        """
        tables = self._indexed()
        event_id = _event_id(event, tables.events)
        picture = map_of_chain(event_id, tables)
        if picture is None:
            raise StsError(f"event {event} has no chain to a quay; .chains lists those that there are")
        return Picture(picture)

    def report(self, path: str | Path) -> Path:
        """Save the report as one HTML file that opens without a network.

        Parameters
        ----------
        path : path
            The file; one of that name is replaced.

        Returns
        -------
        Path
            The file.

        Raises
        ------
        OutputError
            If it cannot be written, or the folder has no report yet.
        """
        path = Path(path)
        try:
            shutil.copyfile(self._report(), path)
        except OSError as error:
            raise OutputError(f"cannot write the report to {path}: {error.strerror or error}") from error
        return path

    def __repr__(self) -> str:
        return summary_text(self.events, self.identity, self.manifest.to_dict())

    def _repr_html_(self) -> str:
        return summary_html(self.events, self.identity, self.manifest.to_dict())

    @property
    def _places(self) -> Context:
        if self._context is None:
            chosen = self.manifest.selection
            self._context = load_context(
                aoi=chosen.get("aoi"),
                anchorages=chosen.get("anchorages"),
                watchlist=chosen.get("watchlist"),
                params=Params.from_dict(current_names(self.manifest.params)).context,
            )
        return self._context

    def _indexed(self) -> RunTables:
        tables = read_report_tables(self.folder)
        events = tables.pop("events")
        return index_tables(events, tables)  # type: ignore[arg-type]

    def _report(self) -> Path:
        path = self.folder / _REPORT
        if not path.exists():
            raise OutputError(
                f"{self.folder} has no {_REPORT} yet; run `stsdetect report {self.folder}` first"
            )
        return path

    def _table(self, table: Table) -> pd.DataFrame:
        return table.read_parquet(require_written(self.folder, table))

    def _points_of(self, table: Table) -> gpd.GeoDataFrame:
        return _at_points(self._table(table))


def owning(result: Result, owner: OwnedFolder) -> Result:
    """Let a temporary folder be there for as long as this result, or a copy of it, is."""
    result._owner = owner
    return result


def _event_id(event: int | str, events: pl.DataFrame) -> str:
    """The event_id of an event named by it or by its rank; one that is named by it may not exist."""
    if isinstance(event, str):
        return event
    chosen = events.filter(pl.col("rank") == event)
    if chosen.is_empty():
        ranks = f"ranks go from 1 to {events.height}" if events.height else "the run found none"
        raise StsError(f"there is no event of rank {event}; {ranks}")
    return str(chosen["event_id"].item())


def _at_points(frame: pd.DataFrame) -> gpd.GeoDataFrame:
    return placed(frame, gpd.points_from_xy(frame["lon"], frame["lat"]))


def _remove(folder: Path, process: int) -> None:
    """Remove the folder of a result, but not in a process that was forked from the one that made it."""
    if os.getpid() == process:
        shutil.rmtree(folder, ignore_errors=True)
