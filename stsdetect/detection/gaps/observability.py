"""The hours of a silence in which the ship was surely where it could have been heard.

What a silent ship was due to send, by the rule for its class, speed and status.
"""

from __future__ import annotations

import polars as pl
import shapely

from stsdetect.detection.gaps.routes import straight_routes
from stsdetect.geo.area import edge_distance_m
from stsdetect.itu import AT_REST, reporting_interval_s
from stsdetect.params import GapParams, ReceptionParams
from stsdetect.reception.reception_model import Reception
from stsdetect.units import KN_TO_MPS, MS_PER_H, MS_PER_S, S_PER_H


def with_observable_hours(
    gaps: pl.DataFrame, reception: Reception, *, area: shapely.Geometry | None, params: GapParams
) -> pl.DataFrame:
    """Leave out what of a silence may have passed outside of the area, or of the waters of the dump.

    Parameters
    ----------
    gaps : polars.DataFrame
        As for `straight_routes`, with ``start_time, until, end_sog_kn, own_sog_kn, is_open``.
    reception : Reception
    area : shapely geometry, optional
        Area of interest, longitude and latitude [deg].
    params : GapParams

    Returns
    -------
    polars.DataFrame
        With ``observable_h`` [h], and ``out_bin, back_bin``: between these it may have been outside; or null.
    """
    return _inside_dump(_inside_area(gaps, area, reception.params, params), reception)


def _inside_area(
    gaps: pl.DataFrame, area: shapely.Geometry | None, reception_params: ReceptionParams, params: GapParams
) -> pl.DataFrame:
    """Add ``observable_h``, how long the ship was surely inside, and the time bins in which it may not have been.

    It is outside no sooner than the speed at its last fix takes it to the edge, and back no later than that
    at its first fix after takes it in again.
    """
    if area is None:
        nowhere = pl.lit(None, pl.Int64)
        return gaps.with_columns(observable_h=pl.col("duration_h"), out_bin=nowhere, back_bin=nowhere)
    for end, hours in (("start", "out_h"), ("end", "back_h")):
        to_edge = edge_distance_m(gaps[f"{end}_lat"].to_numpy(), gaps[f"{end}_lon"].to_numpy(), area=area)
        route_m = (pl.Series(to_edge).fill_nan(0.0) - params.edge_margin_km * 1000.0).clip(0.0)
        m_per_h = pl.coalesce(f"{end}_sog_kn", "own_sog_kn") * KN_TO_MPS * S_PER_H
        gaps = gaps.with_columns(pl.when(route_m > 0).then(route_m / m_per_h).otherwise(0.0).alias(hours))
    observable_h = pl.min_horizontal(pl.col("out_h") + pl.col("back_h"), "duration_h")
    bin_ms = int(reception_params.bin_s * MS_PER_S)
    out_ms = pl.col("start_time").dt.epoch("ms") + pl.col("out_h") * MS_PER_H
    back_ms = pl.col("until").dt.epoch("ms") - pl.col("back_h") * MS_PER_H
    left = pl.col("observable_h") < pl.col("duration_h")
    return gaps.with_columns(observable_h=observable_h).with_columns(
        out_bin=pl.when(left).then((out_ms / bin_ms).floor()).cast(pl.Int64),
        back_bin=pl.when(left).then((back_ms / bin_ms).floor()).cast(pl.Int64),
    )


def _inside_dump(gaps: pl.DataFrame, reception: Reception) -> pl.DataFrame:
    """Straight on where nobody ever was, an open silence says nothing: the edge of what the dump holds."""
    reception_params = reception.params
    seen = reception.places.select("cell").unique()
    empty = straight_routes(gaps.filter("is_open"), reception_params).join(seen, on="cell", how="anti")
    gaps = gaps.join(
        empty.group_by("gap").agg(left_bin=pl.col("time_bin").min().cast(pl.Int64)),
        on="gap",
        how="left",
        maintain_order="left",
    )
    left_ms = pl.col("left_bin") * int(reception_params.bin_s * MS_PER_S) - pl.col("start_time").dt.epoch(
        "ms"
    )
    return gaps.with_columns(
        observable_h=pl.min_horizontal("observable_h", left_ms / MS_PER_H),
        out_bin=pl.min_horizontal("out_bin", "left_bin"),
        back_bin=pl.when(pl.col("left_bin").is_null()).then("back_bin").otherwise("last"),
    )


_CLASS_B = 1  # place in `CLASSES`


def with_reports_due(gaps: pl.DataFrame, *, params: ReceptionParams) -> pl.DataFrame:
    """Add what each silent ship was due to send.

    Parameters
    ----------
    gaps : polars.DataFrame
        ``implied_sog_kn, start_sog_kn, nav_status, kind, first, last``.
    params : ReceptionParams

    Returns
    -------
    polars.DataFrame
        With ``lies_still``, ``due_per_bin`` (reports in a time bin) and ``bins_h`` (length of the silent time bins,
        somewhat less than the silence; at least one).

    References
    ----------
    Rec. ITU-R M.1371-5, annex 1, tables 1 and 2.
    """
    # A ship whose status nobody knows is taken to say that it is at rest when it is: less is due then.
    at_rest = pl.col("nav_status").is_in(AT_REST).fill_null(value=True)
    gaps = gaps.with_columns(sog=pl.coalesce("implied_sog_kn", "start_sog_kn").fill_null(0.0))
    interval_s = reporting_interval_s(
        gaps["sog"], at_rest=gaps.select(at_rest).to_series(), class_b=gaps["kind"] // 2 == _CLASS_B
    )
    n_slots = (pl.col("last") - pl.col("first") + 1).clip(1)
    return gaps.with_columns(
        lies_still=pl.col("sog") < params.max_rest_sog_kn,
        due_per_bin=pl.Series(params.bin_s / interval_s),
        bins_h=n_slots * params.bin_s / S_PER_H,
    ).drop("sog")
