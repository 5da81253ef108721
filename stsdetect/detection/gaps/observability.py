"""What could have been received during a gap: its observable hours, and the reports that were due.

A gap is evidence only while the vessel was surely inside the area of interest and inside the coverage of the
dump. How strong that evidence is depends on how often the vessel had to report.
"""

from __future__ import annotations

import polars as pl
import shapely

from stsdetect.detection.gaps.routes import straight_routes
from stsdetect.geo.area import edge_distance_m
from stsdetect.itu import AT_REST, reporting_interval_s
from stsdetect.params import GapParams, ReceptionParams
from stsdetect.reception.presence import CLASSES, class_index
from stsdetect.reception.reception_model import Reception
from stsdetect.units import KN_TO_MPS, MS_PER_H, MS_PER_S, S_PER_H

_CLASS_B = CLASSES.index("B")


def with_observable_hours(
    gaps: pl.DataFrame, reception: Reception, *, area: shapely.Geometry | None, params: GapParams
) -> pl.DataFrame:
    """Add how long each vessel was surely inside the area and the coverage during its gap.

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
        With ``observable_h`` [h], and ``out_bin, back_bin``, the time bins between which the vessel may have
        been outside; null where it was inside all along.
    """
    return _inside_coverage(_inside_area(gaps, area, reception.params, params), reception)


def with_reports_due(gaps: pl.DataFrame, *, params: ReceptionParams) -> pl.DataFrame:
    """Add how many reports each vessel was due to send during its gap.

    Parameters
    ----------
    gaps : polars.DataFrame
        ``implied_sog_kn, start_sog_kn, nav_status, kind, first, last``.
    params : ReceptionParams

    Returns
    -------
    polars.DataFrame
        With ``lies_still``, ``due_per_bin`` (reports per time bin) and ``bins_h`` (length of the whole time
        bins of the gap, somewhat less than the gap itself; at least one bin) [h].

    References
    ----------
    Rec. ITU-R M.1371-5, annex 1, tables 1 and 2.

    Examples
    --------
    A moored class A ship reports each three minutes, so 3.3 times in a time bin of ten:

    >>> gap = pl.DataFrame({"implied_sog_kn": [0.0], "start_sog_kn": [0.0], "nav_status": [5], "kind": [1],
    ...                     "first": [1], "last": [6]})
    >>> due = with_reports_due(gap, params=ReceptionParams())
    >>> due.select("lies_still", pl.col("due_per_bin").round(1), "bins_h").row(0)
    (True, 3.3, 1.0)
    """
    # Unknown navigational status is treated as "at rest", the conservative choice: fewer reports are due.
    at_rest = pl.col("nav_status").is_in(AT_REST).fill_null(value=True)
    gaps = gaps.with_columns(sog=pl.coalesce("implied_sog_kn", "start_sog_kn").fill_null(0.0))
    is_class_b = gaps.select(class_index(pl.col("kind")) == _CLASS_B).to_series()
    interval_s = reporting_interval_s(
        gaps["sog"], at_rest=gaps.select(at_rest).to_series(), class_b=is_class_b
    )
    n_bins = (pl.col("last") - pl.col("first") + 1).clip(1)
    return gaps.with_columns(
        lies_still=pl.col("sog") < params.max_rest_sog_kn,
        due_per_bin=pl.Series(params.bin_s / interval_s),
        bins_h=n_bins * params.bin_s / S_PER_H,
    ).drop("sog")


def _inside_area(
    gaps: pl.DataFrame, area: shapely.Geometry | None, reception_params: ReceptionParams, params: GapParams
) -> pl.DataFrame:
    """Add ``observable_h``, ``out_bin`` and ``back_bin`` by the distance to the edge of the area.

    A vessel leaves no sooner than its speed at the last fix takes it to the edge, and is back no later than
    its speed at the first fix after the gap needs from there.
    """
    if area is None:
        never = pl.lit(None, pl.Int64)
        return gaps.with_columns(observable_h=pl.col("duration_h"), out_bin=never, back_bin=never)
    for end, hours in (("start", "out_h"), ("end", "back_h")):
        to_edge = edge_distance_m(gaps[f"{end}_lat"].to_numpy(), gaps[f"{end}_lon"].to_numpy(), area=area)
        inside_m = (pl.Series(to_edge).fill_nan(0.0) - params.edge_margin_km * 1000.0).clip(0.0)
        m_per_h = pl.coalesce(f"{end}_sog_kn", "own_sog_kn") * KN_TO_MPS * S_PER_H
        gaps = gaps.with_columns(pl.when(inside_m > 0).then(inside_m / m_per_h).otherwise(0.0).alias(hours))
    observable_h = pl.min_horizontal(pl.col("out_h") + pl.col("back_h"), "duration_h")
    bin_ms = int(reception_params.bin_s * MS_PER_S)
    out_ms = pl.col("start_time").dt.epoch("ms") + pl.col("out_h") * MS_PER_H
    back_ms = pl.col("until").dt.epoch("ms") - pl.col("back_h") * MS_PER_H
    may_leave = pl.col("observable_h") < pl.col("duration_h")
    return gaps.with_columns(observable_h=observable_h).with_columns(
        out_bin=pl.when(may_leave).then((out_ms / bin_ms).floor()).cast(pl.Int64),
        back_bin=pl.when(may_leave).then((back_ms / bin_ms).floor()).cast(pl.Int64),
    )


def _inside_coverage(gaps: pl.DataFrame, reception: Reception) -> pl.DataFrame:
    """End the observable hours of an open gap where its extrapolated route leaves the cells ever received.

    Beyond the observed coverage an open gap carries no evidence.
    """
    reception_params = reception.params
    covered = reception.baselines.select("cell").unique(maintain_order=True)
    beyond = straight_routes(gaps.filter("is_open"), reception_params).join(covered, on="cell", how="anti")
    gaps = gaps.join(
        beyond.group_by("gap", maintain_order=True).agg(left_bin=pl.col("time_bin").min().cast(pl.Int64)),
        on="gap",
        how="left",
        maintain_order="left",
    )
    bin_ms = int(reception_params.bin_s * MS_PER_S)
    left_ms = pl.col("left_bin") * bin_ms - pl.col("start_time").dt.epoch("ms")
    return gaps.with_columns(
        observable_h=pl.min_horizontal("observable_h", left_ms / MS_PER_H),
        out_bin=pl.min_horizontal("out_bin", "left_bin"),
        back_bin=pl.when(pl.col("left_bin").is_null()).then("back_bin").otherwise("last"),
    )
