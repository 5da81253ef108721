"""A run for a notebook: from dumps or a frame to a result, in a temporary folder."""

from __future__ import annotations

import tempfile
import warnings
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from stsdetect.decode import as_utc, with_mapping
from stsdetect.engine import Engine
from stsdetect.errors import StsWarning, TooManyRejectsError
from stsdetect.lists.watchlist import Sources
from stsdetect.params import Params
from stsdetect.pipeline.result import OwnedFolder, Result, owning
from stsdetect.pipeline.run import Inputs, run_pipeline
from stsdetect.progress import Progress, no_progress
from stsdetect.schema import Frame


def detect(
    source: Inputs | Frame,
    *,
    aoi: str | Path | None = None,
    start: datetime | str | None = None,
    end: datetime | str | None = None,
    params: Params | str | Path | None = None,
    mapping: str | Path | None = None,
    anchorages: str | Path | None = None,
    watchlist: Sources = None,
    workers: int = 1,
    engine: Engine | None = None,
    max_reject_share: float = 0.5,
    progress: Progress = no_progress,
) -> Result:
    """Find possible ship-to-ship transfers in AIS dumps or a table of positions.

    It does what ``stsdetect run`` does, by the same code, and finds the same; the options have the same
    names. The files of the run are in a temporary folder, which is removed with the result: `run_pipeline`
    keeps them.

    Parameters
    ----------
    source : path, sequence of paths, or frame
        Files, folders or globs, whose format and compression are detected automatically; or a pandas,
        GeoPandas, polars or Arrow table with columns as in a file, which is checked and converted in the same
        way: rows that cannot be used are rejected and counted. Times without a zone are UTC.
    aoi : str or path, optional
        Name of a bundled area, ``west,south,east,north`` [deg] or a file with polygons; positions outside are
        set aside.
    start, end : datetime or ISO 8601 text, optional
        Only reports received in [start, end) are used; UTC where no zone is given.
    params : Params or path, optional
        Every threshold, or a TOML file with those that differ from the defaults.
    mapping : path, optional
        TOML file that names the columns and units of a table that is not recognised.
    anchorages : path, optional
        The user's own anchorages (GeoJSON, GeoPackage or CSV).
    watchlist : path or sequence of paths, optional
        Lists of ships as they are published, see `stsdetect.lists.read_watchlist`, or names of bundled ones.
    workers : int
        Number of processes on this machine; does not change the result.
    engine : Engine, optional
        Runs the tasks instead of `workers` local processes.
    max_reject_share : float
        Stop if a larger share of the input of a stage is rejected as faulty, in [0, 1].
    progress : Progress
        Called after each task.

    Returns
    -------
    Result
        ``events`` and all other tables, ``explore()`` for a map of all events, ``event(1)`` for the card of
        the first, ``report("report.html")`` to save the report.

    Raises
    ------
    StsError
        On unusable input, parameters or places, each with its own subclass.

    Warns
    -----
    StsWarning
        Of each file of a folder or pattern that could not be read and was left out.

    Examples
    --------
    >>> import pandas as pd
    >>> from stsdetect.simulation import simulate, write_sea
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     write_sea(simulate(), Path(folder) / "sea")
    ...     result = detect(pd.read_csv(Path(folder) / "sea" / "sea.csv"), aoi="hangzhou")
    >>> result.events["category"].head(1).tolist()
    ['transfer']
    """
    chosen = Params.from_file(params) if isinstance(params, str | Path) else Params.of(params)
    if mapping is not None:
        chosen = replace(chosen, decode=with_mapping(chosen.decode, mapping))
    folder = Path(tempfile.mkdtemp(prefix="stsdetect-"))
    owner = OwnedFolder(folder)
    try:
        result = run_pipeline(
            source,
            folder,
            params=chosen,
            aoi=aoi,
            start=as_utc(start),
            end=as_utc(end),
            anchorages=anchorages,
            watchlist=watchlist,
            workers=workers,
            engine=engine,
            max_reject_share=max_reject_share,
            progress=progress,
        )
    except BaseException as error:
        # A notebook keeps the traceback, and with it all that it refers to.
        owner.remove()
        if isinstance(error, TooManyRejectsError):
            del error.__notes__  # they name a file in the folder
        raise
    for name, reason in result.left_out.items():
        warnings.warn(f"left out {name}: {reason}", StsWarning, stacklevel=2)
    return owning(result, owner)
