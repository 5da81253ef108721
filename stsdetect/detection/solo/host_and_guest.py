"""Who of two ships that lie together hangs on her own anchor, and whether they lie together at all."""

from __future__ import annotations

import polars as pl

from stsdetect.geo.geodesy import distance_m
from stsdetect.params import AnchorParams


def with_host(
    encounters: pl.DataFrame, readings: pl.DataFrame, *, params: AnchorParams | None = None
) -> pl.DataFrame:
    """Add to encounters which ship is the host, and how far apart the pivots of the two are.

    Ships made fast swing about one pivot, the host's anchor. Neighbours at anchor have one each, a cable or
    more apart. One pivot is also what two ships give that anchor over each other by chance, so it does not
    prove contact; two pivots far apart, in the same hours, refute it.

    Parameters
    ----------
    encounters : polars.DataFrame
        ``encounter_id, vessel_id_1, vessel_id_2, mmsi_1, mmsi_2, start_time, end_time``, as in ENCOUNTERS.
    readings : polars.DataFrame
        Valid ANCHOR_READINGS.
    params : AnchorParams, optional
        ``same_pivot_m``, and which log-likelihood ratios make a reading.

    Returns
    -------
    polars.DataFrame
        `encounters` with ``pivots_apart_m`` (null unless both swung about a fixed point in most of the time
        together) and ``host_mmsi`` (the ship of the lower ``log_lr_borrowed``, if they share a pivot and the
        two ratios differ enough; else null).

    Examples
    --------
    >>> from stsdetect.schema import ANCHOR_READINGS, ENCOUNTERS
    >>> found = with_host(ENCOUNTERS.optional(None), ANCHOR_READINGS.optional(None))
    >>> found.columns[-2:]
    ['pivots_apart_m', 'host_mmsi']
    """
    params = AnchorParams.of(params)
    table = encounters
    for side in ("1", "2"):
        fit = _of_side(encounters, readings, side, params)
        table = table.join(fit, on="encounter_id", how="left", maintain_order="left")
    places = [table[name].to_numpy() for name in ("lat_fit_1", "lon_fit_1", "lat_fit_2", "lon_fit_2")]
    table = table.with_columns(pivots_apart_m=pl.Series(distance_m(*places)).fill_nan(None))
    error = (pl.col("error_1") ** 2 + pl.col("error_2") ** 2).sqrt()
    one_pivot = pl.col("pivots_apart_m") <= params.same_pivot_m + 2.0 * error
    more = pl.col("log_lr_1") - pl.col("log_lr_2")
    clear = params.min_borrowed_nat - params.max_own_nat
    host = (
        pl.when(one_pivot & (more >= clear)).then("mmsi_2").when(one_pivot & (more <= -clear)).then("mmsi_1")
    )
    return table.with_columns(host_mmsi=host).select(*encounters.columns, "pivots_apart_m", "host_mmsi")


def _of_side(
    encounters: pl.DataFrame, readings: pl.DataFrame, side: str, params: AnchorParams
) -> pl.DataFrame:
    """The reading of one ship that covers most of each encounter, if it covers enough."""
    fits = readings.filter(
        pl.col("method") == "heading",
        pl.col("pivot_error_m") <= params.max_pivot_error_m,
        pl.col("residual_m") <= params.max_residual_m,
        pl.col("drift_m") <= params.max_drift_m,
    ).select(
        pl.col("vessel_id").alias(f"vessel_id_{side}"),
        pl.col("start_time").alias("fit_start"),
        pl.col("end_time").alias("fit_end"),
        pl.col("lat").alias(f"lat_fit_{side}"),
        pl.col("lon").alias(f"lon_fit_{side}"),
        pl.col("pivot_error_m").alias(f"error_{side}"),
        pl.col("log_lr_borrowed").alias(f"log_lr_{side}"),
    )
    together = pl.min_horizontal("end_time", "fit_end") - pl.max_horizontal("start_time", "fit_start")
    length = pl.col("end_time") - pl.col("start_time")
    return (
        encounters.select("encounter_id", f"vessel_id_{side}", "start_time", "end_time")
        .join(fits, on=f"vessel_id_{side}", maintain_order="left")
        .with_columns(share=together.dt.total_milliseconds() / length.dt.total_milliseconds())
        .filter(pl.col("share") >= params.min_time_together)
        .sort("encounter_id", "share", "fit_start", descending=[False, True, False], maintain_order=True)
        .unique("encounter_id", keep="first", maintain_order=True)
        .select("encounter_id", f"lat_fit_{side}", f"lon_fit_{side}", f"error_{side}", f"log_lr_{side}")
    )
