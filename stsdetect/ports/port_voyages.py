"""Voyages: a vessel from one berth to the next, or from or to the edge of the dump."""

from __future__ import annotations

import pandas as pd
import polars as pl

from stsdetect.arrays import row_sum
from stsdetect.params import PortParams
from stsdetect.ports.laden import with_laden
from stsdetect.ports.visit_fixes import joined_paths, path_parts
from stsdetect.schema import EVENTS, GAPS, IDENTITY, POINTS, PORT_VISITS, SEGMENTS, STATIC, VOYAGES, Frame
from stsdetect.tracks import pairable


def find_voyages(
    points: Frame,
    port_visits: Frame,
    gaps: Frame,
    *,
    segments: Frame,
    identity: Frame | None = None,
    static: Frame | None = None,
    params: PortParams | None = None,
) -> pd.DataFrame:
    """Find the voyages of vessels between their visits to berths.

    Stops in the roads and at anchor belong to the voyage, so the port before a voyage is where its cargo may
    be from. The first and the last voyage of a vessel begin and end at the edge of the dump. Its draught
    shows whether it sailed laden: compared with its own deepest and shallowest in the dump where these differ
    enough, else with that of a loaded ship of its length; see `stsdetect.ports.laden`.

    Parameters
    ----------
    points : POINTS frame
        Fixes of all vessels.
    port_visits : PORT_VISITS frame
        From `find_port_visits`.
    gaps : GAPS frame
        From `stsdetect.find_gaps`.
    segments : SEGMENTS frame
        When each vessel was first and last received; quarantined ones and stations are left out.
    identity : IDENTITY frame, optional
        Lengths and ship types.
    static : STATIC frame, optional
        Draughts.
    params : PortParams, optional

    Returns
    -------
    pandas.DataFrame
        VOYAGES, sorted by start; `n_events` is null, see `with_event_counts`.

    Raises
    ------
    SchemaError
        If a frame is not a valid table of its kind.

    Examples
    --------
    >>> from stsdetect.schema import GAPS, POINTS, PORT_VISITS, SEGMENTS
    >>> empty = (t.empty() for t in (POINTS, PORT_VISITS, GAPS))
    >>> len(find_voyages(*empty, segments=SEGMENTS.empty()))
    0
    """
    params = PortParams.of(params)
    spans = SEGMENTS.validate(segments)
    fixes = pairable(POINTS.validate(points), spans)
    voyages = voyages_between(PORT_VISITS.validate(port_visits), spans)
    return VOYAGES.to_pandas(
        finished_voyages(
            voyages,
            path_parts(fixes, voyages),
            GAPS.validate(gaps),
            identity=IDENTITY.optional(identity),
            static=STATIC.optional(static),
            params=params,
        )
    )


def voyages_between(port_visits: pl.DataFrame, segments: pl.DataFrame) -> pl.DataFrame:
    """Voyages of every vessel, before their paths are measured.

    Parameters
    ----------
    port_visits : polars.DataFrame
        PORT_VISITS.
    segments : polars.DataFrame
        SEGMENTS.

    Returns
    -------
    polars.DataFrame
        First columns of VOYAGES, draughts included.
    """
    spans = (
        segments.filter((pl.col("kind") == "ship") & ~pl.col("quarantined"))
        .sort("start_time", "mmsi", "segment_id", maintain_order=True)
        .group_by("vessel_id", maintain_order=True)
        .agg(
            mmsi=pl.col("mmsi").first(),
            last_mmsi=pl.col("mmsi").last(),
            first=pl.col("start_time").min(),
            last=pl.col("end_time").max(),
        )
    )
    at_berth = port_visits.filter(kind="berth").sort(
        "vessel_id", "start_time", "visit_id", maintain_order=True
    )
    # One row before each visit and one after the last: a voyage leads from a row's `visit` to its `next`.
    stations = pl.concat(
        [
            spans.select("vessel_id", "mmsi", leaves="first", visit_id=pl.lit(None, pl.String), order=0),
            at_berth.select("vessel_id", "mmsi", leaves="last_time", visit_id="visit_id", order=1),
        ],
        how="vertical_relaxed",
    ).sort("vessel_id", "order", "leaves", maintain_order=True)
    arrives = at_berth.select(
        "visit_id",
        "start_time",
        port="port_name",
        draught_in="draught_in_m",
        draught_out="draught_out_m",
        open=pl.col("end_time").is_null(),
    )
    following = pl.col("visit_id").shift(-1).over("vessel_id")
    legs = (
        stations.with_columns(to_visit_id=following)
        .join(spans.select("vessel_id", "last"), on="vessel_id", how="inner", maintain_order="left")
        .join(arrives, on="visit_id", how="left", maintain_order="left")
        .join(
            arrives.rename({c: f"{c}_next" for c in arrives.columns if c != "visit_id"}),
            left_on="to_visit_id",
            right_on="visit_id",
            how="left",
            maintain_order="left",
        )
    )
    legs = legs.with_columns(end_time=pl.coalesce("start_time_next", "last")).filter(
        (pl.col("end_time") > pl.col("leaves")) & ~pl.col("open").fill_null(value=False)
    )
    return legs.select(
        "mmsi",
        "vessel_id",
        "to_visit_id",
        "end_time",
        from_visit_id="visit_id",
        from_port="port",
        to_port="port_next",
        start_time="leaves",
        draught_out_m="draught_out",
        draught_in_m="draught_in_next",
        voyage_id=pl.format("voyage-{}-{}", "mmsi", pl.col("leaves").dt.strftime("%Y%m%dT%H%M%S%3f")),
    ).unique("voyage_id", keep="first", maintain_order=True)


def finished_voyages(
    voyages: pl.DataFrame,
    parts: pl.DataFrame,
    gaps: pl.DataFrame,
    *,
    identity: pl.DataFrame,
    static: pl.DataFrame,
    params: PortParams,
) -> pl.DataFrame:
    """Voyages with the lengths of their paths, their gaps and whether they were laden.

    Parameters
    ----------
    voyages : polars.DataFrame
        From `voyages_between`.
    parts : polars.DataFrame
        From `stsdetect.ports.visit_fixes.path_parts`, of all parts of the fixes.
    gaps : polars.DataFrame
        GAPS.
    identity : polars.DataFrame
        IDENTITY.
    static : polars.DataFrame
        STATIC.
    params : PortParams

    Returns
    -------
    polars.DataFrame
        VOYAGES, sorted by start.
    """
    if voyages.is_empty():
        return VOYAGES.optional(None)
    found = (
        voyages.join(joined_paths(parts), on="voyage_id", how="left", maintain_order="left")
        .join(_gaps_of(voyages, gaps), on="voyage_id", how="left", maintain_order="left")
        .with_columns(
            pl.col("distance_m", "dark_h", "longest_gap_h").fill_null(0.0), pl.col("n_gaps").fill_null(0)
        )
    )
    found = with_laden(found, identity=identity, static=static, params=params)
    return VOYAGES.validate(found).sort(VOYAGES.sort_by, maintain_order=True)


def _gaps_of(voyages: pl.DataFrame, gaps: pl.DataFrame) -> pl.DataFrame:
    """``voyage_id, dark_h, longest_gap_h, n_gaps`` of voyages that have gaps."""
    spans = voyages.select("voyage_id", "vessel_id", "start_time", until="end_time")
    closed = gaps.filter(pl.col("end_time").is_not_null())
    return (
        closed.select("vessel_id", "duration_h", "end_time", at="start_time")
        .sort("at", "vessel_id", maintain_order=True)
        .join_asof(
            spans.sort("start_time", "voyage_id", maintain_order=True),
            left_on="at",
            right_on="start_time",
            by="vessel_id",
            check_sortedness=False,
        )
        .filter(pl.col("end_time") <= pl.col("until"))
        .sort("voyage_id", "at", maintain_order=True)
        .group_by("voyage_id", maintain_order=True)
        .agg(
            dark_h=row_sum(pl.col("duration_h")),
            longest_gap_h=pl.col("duration_h").max(),
            n_gaps=pl.len().cast(pl.Int64),
        )
    )


def with_event_counts(voyages: Frame, events: Frame, segments: Frame) -> pd.DataFrame:
    """Count the events of each voyage, once they are scored.

    Parameters
    ----------
    voyages : VOYAGES frame
    events : EVENTS frame
    segments : SEGMENTS frame
        Which vessel used an MMSI, and when.

    Returns
    -------
    pandas.DataFrame
        VOYAGES with `n_events`, sorted by start.

    Raises
    ------
    SchemaError
        If a frame is not a valid table of its kind.

    Examples
    --------
    >>> from stsdetect.schema import EVENTS, SEGMENTS, VOYAGES
    >>> len(with_event_counts(VOYAGES.empty(), EVENTS.empty(), SEGMENTS.empty()))
    0
    """
    return VOYAGES.to_pandas(
        counted_events(VOYAGES.validate(voyages), EVENTS.validate(events), SEGMENTS.validate(segments))
    )


def counted_events(voyages: pl.DataFrame, events: pl.DataFrame, segments: pl.DataFrame) -> pl.DataFrame:
    """`with_event_counts` on valid polars tables, for the pipeline; the order of the rows is kept."""
    hulls = segments.select("mmsi", "vessel_id").unique(maintain_order=True)
    both = pl.concat(
        events.select("event_id", "start_time", "end_time", mmsi=pl.col(f"mmsi_{side}")) for side in (1, 2)
    ).drop_nulls("mmsi")
    of_vessels = both.join(hulls, on="mmsi", how="inner", maintain_order="left")
    counts = (
        voyages.select("voyage_id", "vessel_id", sails="start_time", lands="end_time")
        .join(of_vessels, on="vessel_id", how="inner", maintain_order="left")
        .filter((pl.col("start_time") < pl.col("lands")) & (pl.col("end_time") > pl.col("sails")))
        .group_by("voyage_id", maintain_order=True)
        .agg(n=pl.col("event_id").n_unique().cast(pl.Int64))
    )
    return (
        voyages.join(counts, on="voyage_id", how="left", maintain_order="left")
        .with_columns(n_events=pl.col("n").fill_null(0))
        .drop("n")
    )
