"""Port visits: vessels at berths, in the roads of a port and at anchorages, from arrival to departure."""

from __future__ import annotations

import numpy as np
import pandas as pd
import polars as pl

from stsdetect.arrays import row_sum
from stsdetect.geo.geodesy import distance_m
from stsdetect.params import BerthParams, LoiteringParams, PortParams
from stsdetect.ports.draughts import draught_before, draught_until
from stsdetect.ports.places import berths_of_ports
from stsdetect.ports.rests import rest_spells, rests_at_places
from stsdetect.ports.visit_fixes import first_after, last_before
from stsdetect.schema import BERTHS, GAPS, POINTS, PORT_VISITS, SEGMENTS, STATIC, Frame
from stsdetect.tracks import pairable
from stsdetect.units import MS_PER_H

_SEEN_H = 2.0  # as GapParams.min_gap_h: a longer interval is a gap


def find_port_visits(
    points: Frame,
    gaps: Frame,
    *,
    segments: Frame | None = None,
    berths: Frame | None = None,
    static: Frame | None = None,
    params: PortParams | None = None,
    berth_params: BerthParams | None = None,
    loitering_params: LoiteringParams | None = None,
) -> pd.DataFrame:
    """Find the visits of vessels to berths, roads and anchorages.

    Rests of a vessel at one port are one visit, shifts between its berths included; a vessel that went out of
    reception at its berth and came back there never left. Time in the roads and time at a berth are visits
    of their own, so that cargo handled at anchor can be kept apart from cargo handled at a quay. Where the
    dump begins or ends during a visit, or its vessel was last seen there, the visit is open.

    Parameters
    ----------
    points : POINTS frame
        Fixes of all vessels.
    gaps : GAPS frame
        From `stsdetect.find_gaps`.
    segments : SEGMENTS frame, optional
        Leaves out quarantined segments and stations that are not ships, as a run does.
    berths : BERTHS frame, optional
        From `stsdetect.find_berths`; without them, berths are known by the shore and by status alone.
    static : STATIC frame, optional
        Draughts.
    params : PortParams, optional
    berth_params : BerthParams, optional
    loitering_params : LoiteringParams, optional

    Returns
    -------
    pandas.DataFrame
        PORT_VISITS, sorted by start.

    Raises
    ------
    SchemaError
        If a frame is not a valid table of its kind.

    Notes
    -----
    The four levels of `confidence` have the meaning of those of Global Fishing Watch [L22]: how much of
    arrival, stop and departure was seen.

    Examples
    --------
    >>> from stsdetect.schema import GAPS, POINTS
    >>> len(find_port_visits(POINTS.empty(), GAPS.empty()))
    0
    """
    params, berth_params = PortParams.of(params), BerthParams.of(berth_params)
    fixes = POINTS.validate(points)
    if segments is not None:
        fixes = pairable(fixes, SEGMENTS.validate(segments))
    stops = rest_spells(fixes, params=params, loitering_params=LoiteringParams.of(loitering_params))
    visits = joined_visits(
        stops, GAPS.validate(gaps), BERTHS.optional(berths), params=params, berth_params=berth_params
    )
    around = [last_before(fixes, visits), first_after(fixes, visits)]
    return PORT_VISITS.to_pandas(finished_visits(visits, around, STATIC.optional(static), params=params))


def joined_visits(
    stops: pl.DataFrame,
    gaps: pl.DataFrame,
    berths: pl.DataFrame,
    *,
    params: PortParams,
    berth_params: BerthParams,
) -> pl.DataFrame:
    """Join the rests of each vessel to visits, before it is known what came before and after.

    Parameters
    ----------
    stops : polars.DataFrame
        LOITERING from `stsdetect.ports.rests.rest_spells`.
    gaps : polars.DataFrame
        GAPS.
    berths : polars.DataFrame
        BERTHS.
    params : PortParams
    berth_params : BerthParams

    Returns
    -------
    polars.DataFrame
        First columns of PORT_VISITS, with ``learnt``: whether place or status shows that it is a visit,
        however short.
    """
    rests = rests_at_places(
        stops, gaps, berths_of_ports(berths, params=params), params=params, berth_params=berth_params
    )
    if rests.is_empty():
        return rests.head(0).select(
            "mmsi", "vessel_id", "start_time", visit_id="berth_id", last_time="end_time"
        )
    return _measured(_numbered(rests, params))


def _numbered(rests: pl.DataFrame, params: PortParams) -> pl.DataFrame:
    """Add ``visit``: rests of one vessel, kind and port, with short shifts between them.

    A ship that sails off and comes back to its berth, as a ferry does, ends its visit.
    """
    before = pl.col("end_time").cum_max().shift().over("vessel_id")
    off = np.append(
        np.inf, distance_m(*(rests[c].to_numpy()[k] for k in (np.s_[:-1], np.s_[1:]) for c in ("lat", "lon")))
    )
    idle_h = _hours(before, pl.col("start_time"))
    same_port = (pl.col("port_id") == pl.col("port_id").shift()).fill_null(value=False)
    off_m = pl.Series(off)
    stayed = (off_m <= params.same_berth_m) & (idle_h <= params.max_absence_h)
    hours = _hours(pl.col("start_time"), pl.col("end_time"))
    shifted = (
        (off_m > params.same_berth_m)
        & (same_port | (off_m <= params.max_shift_m))
        & (idle_h <= params.max_shift_h)
        & (pl.min_horizontal(hours, hours.shift()) >= params.min_shift_rest_h)
    )
    goes_on = (
        (pl.col("vessel_id") == pl.col("vessel_id").shift())
        & (pl.col("kind") == pl.col("kind").shift())
        & (stayed | shifted)
    ).fill_null(value=False)
    return rests.with_columns(visit=(~goes_on).cum_sum())


def _measured(rests: pl.DataFrame) -> pl.DataFrame:
    """One row per visit; its place is that of the longest rest."""
    # Of rests that overlap, as a gap and the stop around it do, the later one counts from the earlier's end.
    begins = pl.max_horizontal("start_time", pl.col("end_time").cum_max().shift().over("visit"))
    rests = rests.with_columns(
        hours=_hours(pl.col("start_time"), pl.col("end_time")),
        new_h=_hours(begins, pl.col("end_time")).clip(0.0),
    )
    places = ("lat", "lon", "berth_id", "port_id", "port_name", "country")
    longest = pl.col("hours").arg_max()
    visits = rests.group_by("visit", maintain_order=True).agg(
        pl.col("mmsi", "vessel_id", "start_time", "kind").first(),
        pl.col(*places).get(longest),
        last_time=pl.col("end_time").max(),
        learnt=pl.col("learnt").any(),
        dark_h=row_sum(pl.when("is_gap").then("hours").otherwise(0.0)),
        rest_h=row_sum(pl.col("new_h")),
        n_stops=(~pl.col("is_gap")).sum().cast(pl.Int64),
    )
    return visits.with_columns(
        visit_id=pl.format("visit-{}-{}", "mmsi", pl.col("start_time").dt.strftime("%Y%m%dT%H%M%S%3f"))
    ).unique("visit_id", keep="first", maintain_order=True)


def finished_visits(
    visits: pl.DataFrame, around: list[pl.DataFrame], static: pl.DataFrame, *, params: PortParams
) -> pl.DataFrame:
    """Visits with what was seen before and after them, their draughts and how sure they are.

    Visits shorter than `params.min_visit_h` are left out, unless arrival or departure was not seen.

    Parameters
    ----------
    visits : polars.DataFrame
        From `joined_visits`.
    around : list of polars.DataFrame
        From `stsdetect.ports.visit_fixes.last_before` and `first_after`, of any parts of the fixes.
    static : polars.DataFrame
        STATIC.
    params : PortParams

    Returns
    -------
    polars.DataFrame
        PORT_VISITS, sorted by start.
    """
    if visits.is_empty():
        return PORT_VISITS.optional(None)
    seen = pl.concat([part.select("visit_id", "before_time", "after_time") for part in around])
    seen = seen.group_by("visit_id", maintain_order=True).agg(
        pl.col("before_time").max(), pl.col("after_time").min()
    )
    visits = visits.join(seen, on="visit_id", how="left", maintain_order="left")
    arrived = _within(pl.col("start_time") - pl.col("before_time"))
    left = _within(pl.col("after_time") - pl.col("last_time"))
    long_enough = pl.col("rest_h") >= params.min_visit_h
    visits = visits.filter(long_enough | (pl.col("learnt") & ~(arrived & left))).with_columns(
        end_time=pl.when(pl.col("after_time").is_not_null()).then("last_time"),
        confidence=pl.when(pl.col("n_stops") == 0)
        .then(1)
        .otherwise(2 + arrived.cast(pl.Int32) + left.cast(pl.Int32)),
    )
    # A draught entered at anchor after leaving a berth is that of the departure.
    berthed = pl.when(pl.col("kind") == "berth").then("start_time").shift(-1)
    visits = visits.sort("vessel_id", "start_time", "visit_id", maintain_order=True).with_columns(
        next_start=berthed.fill_null(strategy="backward").over("vessel_id")
    )
    visits = visits.with_columns(
        draught_in_m=draught_before(visits, static, params=params),
        draught_out_m=draught_until(visits, static, params=params),
    )
    return PORT_VISITS.validate(visits).sort(PORT_VISITS.sort_by, maintain_order=True)


def _hours(start: pl.Expr, end: pl.Expr) -> pl.Expr:
    return (end - start).dt.total_milliseconds() / MS_PER_H


def _within(interval: pl.Expr) -> pl.Expr:
    """Whether the time between a fix elsewhere and one at the place is too short for a gap."""
    return (interval.dt.total_milliseconds() <= _SEEN_H * MS_PER_H).fill_null(value=False)
