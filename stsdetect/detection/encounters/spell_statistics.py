"""Statistics of a spell: times, place, gap, speed, and how the hulls lay to each other."""

from __future__ import annotations

import polars as pl

from stsdetect.arrays import row_mean
from stsdetect.detection.encounters.rigid_body import independent_looks, rigidity
from stsdetect.detection.encounters.spells import PAIR
from stsdetect.geo.angles import recentred_lon, wrap180_expr
from stsdetect.geo.geodesy import metres_per_degree
from stsdetect.params import EncounterParams
from stsdetect.units import MS_PER_H, MS_PER_S


def spell_statistics(rows: pl.DataFrame, params: EncounterParams) -> pl.DataFrame:
    r"""Summarise the instants of each spell in one row.

    Parameters
    ----------
    rows : polars.DataFrame
        CONTACTS with a column ``spell``, sorted by time inside it.
    params : EncounterParams
        Time between independent looks, slow position error, speeds, and which quantiles and shares count.

    Returns
    -------
    polars.DataFrame
        ``spell``, the pair, its first segments, and the columns of ENCOUNTERS that follow from `rows` alone;
        also ``n_instants``, ``under_way_h`` and ``sailing_h``, the time above ``under_way_sog_kn`` and
        ``same_hull_sog_kn`` [h], and ``wander_m``, how far the pair strayed from its median place [m].

    Notes
    -----
    Gap, overlap, share abreast and the errors are medians over the better half of the instants, those whose
    position error does not exceed the median of the spell. The one-sigma error of the median gap is

    .. math::

        \sigma_g = \sqrt{\sigma_o^2 + \frac{\sigma_p^2}{n} + \sigma_s^2}, \qquad
        n = 1 + \frac{T}{\max(\tau, \Delta)}

    with :math:`\sigma_o` the error from outlines and headings [m], which is the same at each instant and does
    not average out; :math:`\sigma_p` the position error of one instant [m], which does; :math:`T` the length
    of the spell [s]; :math:`\tau` ``independent_look_s`` [s]; :math:`\Delta` the median time between the
    fixes used [s], within which there is one look and no more; and :math:`\sigma_s`
    ``slow_position_error_m`` [m], the part of GNSS errors that outlasts a spell.
    """
    rows = rows.with_columns(
        better=pl.col("position_error_m") <= pl.col("position_error_m").median().over("spell"),
        outline_error_m=(pl.col("hull_gap_error_m") ** 2 - pl.col("position_error_m") ** 2).clip(0.0).sqrt(),
        pair_sog=pl.mean_horizontal("sog_1", "sog_2"),
    )
    table = rows.group_by("spell", maintain_order=True).agg(
        pl.col(PAIR).first(),
        pl.col("segment_id_1", "segment_id_2").first(),
        pl.len().alias("n_instants"),
        *_times(),
        *_place(params),
        *_gap(),
        *_sides(),
        *_motion(params),
    )
    table = table.join(rigidity(rows, by="spell", params=params), on="spell", maintain_order="left")
    length_ms = (pl.col("end_time") - pl.col("start_time")).dt.total_milliseconds()
    looks = independent_looks(length_ms / MS_PER_S, pl.col("interval_s"), params)
    return table.with_columns(
        duration_h=length_ms / MS_PER_H,
        lon=wrap180_expr(pl.col("first_lon") + pl.col("lon")),
        observed_fraction=(pl.col("n_observed") / (1 + length_ms / pl.col("step_ms")))
        .fill_null(0.0)
        .clip(0.0, 1.0),
        hull_gap_error_m=(
            pl.col("outline_error_m") ** 2
            + pl.col("position_error_m") ** 2 / looks
            + params.slow_position_error_m**2
        ).sqrt(),
        orientation=_orientation(params),
    ).with_columns(
        under_way_h=pl.col("under_way_share") * pl.col("duration_h"),
        sailing_h=pl.col("sailing_share") * pl.col("duration_h"),
    )


def _times() -> list[pl.Expr]:
    return [
        pl.col("timestamp").min().alias("start_time"),
        pl.col("timestamp").max().alias("end_time"),
        pl.col("timestamp").dt.epoch("ms").diff().median().alias("step_ms"),
        pl.col("observed").sum().alias("n_observed"),
    ]


def _place(params: EncounterParams) -> list[pl.Expr]:
    """Median place, its longitude relative to the first one, and a quantile of the distance from it."""
    lat, lon = pl.col("lat"), recentred_lon(pl.col("lon"), pl.col("lon").first())
    lat_m, lon_m = (float(v) for v in metres_per_degree(0.0))
    north = (lat - lat.median()) * lat_m
    east = (lon - lon.median()) * lon_m * lat.median().radians().cos()
    return [
        lat.median(),
        pl.col("lon").first().alias("first_lon"),
        lon.median().alias("lon"),
        (north**2 + east**2).sqrt().quantile(params.wander_quantile).alias("wander_m"),
    ]


def _gap() -> list[pl.Expr]:
    return [
        pl.col("hull_gap_m").min().alias("min_hull_gap_m"),
        _median_of_better("hull_gap_m").alias("median_hull_gap_m"),
        _median_of_better("overlap_m"),
        _median_of_better("abreast"),
        _median_of_better("outline_error_m"),
        _median_of_better("position_error_m"),
        pl.col("interval_s").median(),
        pl.col("sizes_known").median().cast(pl.Int32),
    ]


def _sides() -> list[pl.Expr]:
    """How far each ship's antenna lies to starboard of the other's; null where the other has no heading."""
    sides = []
    for side, sign in (("1", 1.0), ("2", -1.0)):
        heading = pl.col(f"heading_{side}").radians()
        starboard = sign * (pl.col("east_m") * heading.cos() - pl.col("north_m") * heading.sin())
        sides.append(starboard.filter(pl.col("better")).median().alias(f"starboard_m_{side}"))
    return sides


def _motion(params: EncounterParams) -> list[pl.Expr]:
    known = [pl.col(f"heading_{s}").is_not_null() for s in ("1", "2")]
    turn = (pl.col("heading_1") - pl.col("heading_2")).radians()
    sog = pl.col("pair_sog")
    return [
        sog.median().fill_null(0.0).alias("median_sog_kn"),
        sog.quantile(params.max_sog_quantile).fill_null(0.0).alias("max_sog_kn"),
        _share_above(params.under_way_sog_kn).alias("under_way_share"),
        _share_above(params.same_hull_sog_kn).alias("sailing_share"),
        pl.sum_horizontal((k.mean() > params.min_heading_share).cast(pl.Int32) for k in known).alias(
            "headings_known"
        ),
        row_mean(turn.filter(known[0] & known[1]).cos()).alias("cos_turn"),
    ]


def _share_above(sog_kn: float) -> pl.Expr:
    return (pl.col("pair_sog") > sog_kn).mean().fill_null(0.0)


def _orientation(params: EncounterParams) -> pl.Expr:
    parallel = params.parallel_cos
    return (
        pl.when(pl.col("cos_turn").is_null())
        .then(pl.lit("unknown"))
        .when(pl.col("cos_turn") > parallel)
        .then(pl.lit("same"))
        .when(pl.col("cos_turn") < -parallel)
        .then(pl.lit("opposite"))
        .otherwise(pl.lit("other"))
    )


def _median_of_better(column: str) -> pl.Expr:
    return pl.col(column).filter(pl.col("better")).median()
