"""How likely a silent ship would have been heard, slice by slice, as the other ships tell it."""

from __future__ import annotations

from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from stsdetect.context.reception import (
    Reception,
    band,
    cell_of,
    cells_around,
    logit,
    place_mean,
    region_of,
    shift,
    sigmoid,
    slots_an_hour,
)
from stsdetect.units import MS_PER_S, S_PER_H

_SLOTS = 1 << 32  # more than there are slices: ship * _SLOTS + slice sorts by ship, then slice


def silent_slices(gaps: pl.DataFrame, slots: pl.DataFrame, reception: Reception) -> pl.DataFrame:
    """Where the ship would have been in each slice of its silences.

    On the straight way between the two fixes; where there is no second fix, at the last one.

    Parameters
    ----------
    gaps : polars.DataFrame
        ``gap, mmsi, vessel_id, start_time, until, start_lat, start_lon, end_lat, end_lon``.
    slots : polars.DataFrame
        From `ship_slots`, of the same ships.
    reception : Reception

    Returns
    -------
    polars.DataFrame
        ``gap, ship, slot, cell, kind, counted`` (the ship stands in the counts there), ``in_outage``.
    """
    params = reception.params
    slot_ms = int(params.slot_s * MS_PER_S)
    ships = slots.group_by("mmsi", "vessel_id").agg(pl.col("ship").first(), last_kind=pl.col("kind").last())
    spans = gaps.select(
        "gap",
        "mmsi",
        "vessel_id",
        first=pl.col("start_time").dt.epoch("ms") // slot_ms + 1,
        last=pl.col("until").dt.epoch("ms") // slot_ms - 1,
        lat="start_lat",
        lon="start_lon",
        north=(pl.col("end_lat") - pl.col("start_lat")).fill_null(0.0),
        east=((pl.col("end_lon") - pl.col("start_lon") + 180.0) % 360.0 - 180.0).fill_null(0.0),
    ).join(ships, on=["mmsi", "vessel_id"], maintain_order="left")
    n = np.maximum((spans["last"] - spans["first"] + 1).to_numpy(), 0)
    row = np.repeat(np.arange(len(n)), n)
    nth = np.arange(len(row)) - np.repeat(np.cumsum(n) - n, n)
    share = pl.Series((nth + 1) / (n[row] + 1))
    out = spans[row].select(
        "gap",
        "ship",
        "last_kind",
        slot=(pl.col("first") + pl.Series(nth)).cast(pl.Int32),
        lat=pl.col("lat") + share * pl.col("north"),
        lon=(pl.col("lon") + share * pl.col("east") + 180.0) % 360.0 - 180.0,
    )
    own = slots.select("ship", "slot", own_cell="cell", own_kind="kind")
    out = out.with_columns(cell=pl.Series(cell_of(out["lat"], out["lon"], params.cell_km), dtype=pl.Int64))
    return (
        out.with_columns(in_outage=pl.Series(_in_outage(out, reception), dtype=pl.Boolean))
        .join(own, on=["ship", "slot"], how="left", maintain_order="left")
        .select(
            "gap",
            "ship",
            "slot",
            "in_outage",
            cell=pl.coalesce("own_cell", "cell"),
            kind=pl.coalesce("own_kind", "last_kind"),
            counted=pl.col("own_cell").is_not_null(),
        )
    )


def chance_heard(silent: pl.DataFrame, slots: pl.DataFrame, reception: Reception) -> pl.DataFrame:
    """Add to each slice ``p``, the chance that the ship would have been heard, and ``neighbours``.

    A ship's own silence does not teach that it is unheard of: its own counts are taken out first.
    """
    params = reception.params
    an_hour = slots_an_hour(params)
    out = _usual(silent, slots, reception)
    out = out.join(
        reception.regions.select("region", "band", "slot", r_n="n", r_heard="heard", r_expected="expected"),
        on=["region", "band", "slot"],
        how="left",
        maintain_order="left",
    )
    own = pl.col("counted").cast(pl.Int32)
    others = (pl.col("r_n") - own, pl.col("r_heard"), pl.col("r_expected") - own * pl.col("place_mean"))
    out = out.with_columns(
        x=logit(pl.col("mean")) + shift(*others, params).fill_null(0.0), hour=pl.col("slot") // an_hour
    )

    own_p = slots.join(reception.counts.select("cell", "slot", "kind", "p"), on=["cell", "slot", "kind"])
    own_hours = own_p.group_by("ship", (pl.col("slot") // an_hour).alias("hour")).agg(
        o_n=pl.len() / an_hour,
        o_heard=(pl.col("n_fixes") > 0).sum() / an_hour,
        o_expected=pl.col("p").sum() / an_hour,
    )
    hours = _block_sums(out, reception.hours, "hour", "expected", reception)
    out = out.join(hours, on=["cell", "hour"], how="left", maintain_order="left").join(
        own_hours, on=["ship", "hour"], how="left", maintain_order="left"
    )
    n, heard, expected = (
        (pl.col(f"b_{k}") - pl.col(f"o_{k}").fill_null(0.0)).clip(0.0) for k in ("n", "heard", "expected")
    )
    out = out.with_columns(hour_shift=shift(n, heard, expected, params).fill_null(0.0)).drop(
        "b_n", "b_heard", "b_expected", "b_ships", "o_n", "o_heard", "o_expected"
    )
    slices = _block_sums(
        out, reception.counts.with_columns(expected=pl.col("n") * pl.col("p")), "slot", "expected", reception
    )
    out = out.join(slices, on=["cell", "slot"], how="left", maintain_order="left").join(
        own_p.select("ship", "slot", own_p="p"), on=["ship", "slot"], how="left", maintain_order="left"
    )
    n = (pl.col("b_n") - own).clip(0.0)
    expected = (pl.col("b_expected") - own * pl.col("own_p").fill_null(0.0)).clip(0.0)
    usual = sigmoid(logit((expected / n).clip(params.min_p, params.max_p)) + pl.col("hour_shift"))
    slice_shift = pl.when(n > 0.01).then(shift(n, pl.col("b_heard"), n * usual, params)).otherwise(0.0)
    x = pl.col("x") + pl.col("hour_shift") + slice_shift.fill_null(0.0)
    return out.with_columns(
        p=sigmoid(x).clip(params.min_p, params.max_p),
        neighbours=(pl.col("b_ships") - own).fill_null(0).clip(0),
    ).select("gap", "ship", "slot", "in_outage", "p", "neighbours")


def own_cadence(
    gaps: pl.DataFrame,
    slots: pl.DataFrame,
    reception: Reception,
    *,
    window_h: float,
    min_gap_h: float,
    prior_slots: float,
) -> pl.DataFrame:
    """How well the ship itself was heard before and after each silence.

    Returns
    -------
    polars.DataFrame
        ``gap, own_shift`` (log-odds against the mean ship), ``reports_a_slot`` (fixes in a heard slice).
    """
    params = reception.params
    slot_ms = int(params.slot_s * MS_PER_S)
    rows = slots.join(
        reception.counts.select("cell", "slot", "kind", "p"),
        on=["cell", "slot", "kind"],
        how="left",
        maintain_order="left",
    ).filter(pl.col("hole_slots") * params.slot_s < min_gap_h * S_PER_H - params.slot_s)
    key = rows["ship"].to_numpy().astype(np.int64) * _SLOTS + rows["slot"].to_numpy()
    fixes = rows["n_fixes"].to_numpy().astype(np.float64)
    sums = [
        _running(v)
        for v in (
            np.ones(len(key)),
            (fixes > 0).astype(np.float64),
            rows["p"].fill_null(params.min_p).to_numpy(),
            fixes,
        )
    ]
    ships = slots.select("mmsi", "vessel_id", "ship").unique()
    spans = gaps.select(
        "gap",
        "mmsi",
        "vessel_id",
        start=pl.col("start_time").dt.epoch("ms") // slot_ms,
        end=pl.col("end_time").dt.epoch("ms") // slot_ms,
    ).join(ships, on=["mmsi", "vessel_id"], maintain_order="left")
    window = round(window_h * S_PER_H / params.slot_s)
    base = spans["ship"].to_numpy().astype(np.int64) * _SLOTS
    start = spans["start"].to_numpy()
    end = spans["end"].fill_null(_SLOTS // 4).to_numpy()
    n, heard, expected, reports = (
        _between(s, key, base + start - window, base + start)
        + _between(s, key, base + end, base + end + window)
        for s in sums
    )
    usual = np.clip(expected / np.maximum(n, 1.0), params.min_p, params.max_p)
    found = np.clip((heard + prior_slots * usual) / (n + prior_slots), params.min_p, params.max_p)
    return pl.DataFrame(
        {
            "gap": spans["gap"],
            "own_shift": np.log(found / (1.0 - found)) - np.log(usual / (1.0 - usual)),
            "reports_a_slot": reports / np.maximum(heard, 1.0),
        }
    )


def _usual(silent: pl.DataFrame, slots: pl.DataFrame, reception: Reception) -> pl.DataFrame:
    """The share usually heard at the place, without this ship: ``mean``, and ``place_mean`` with it."""
    params = reception.params
    out = silent.with_columns(region=region_of(pl.col("cell"), params))
    own = slots.with_columns(region=region_of(pl.col("cell"), params), heard=pl.col("n_fixes") > 0)
    for keys, n, heard in (
        (["cell", "kind"], "n", "heard"),
        (["region", "kind"], "region_n", "region_heard"),
        (["kind"], "kind_n", "kind_heard"),
    ):
        all_ships = reception.places.select(*keys, n, heard).unique(keys)
        this_ship = own.group_by("ship", *keys).agg(own_n=pl.len(), own_heard=pl.col("heard").sum())
        out = (
            out.join(all_ships, on=keys, how="left", maintain_order="left")
            .join(this_ship, on=["ship", *keys], how="left", maintain_order="left")
            .with_columns(
                (pl.col(n).fill_null(0) - pl.col("own_n").fill_null(0)).alias(n),
                (pl.col(heard).fill_null(0) - pl.col("own_heard").fill_null(0)).alias(heard),
            )
            .drop("own_n", "own_heard")
        )
    places = reception.places.select("cell", "kind", "band", place_mean="mean")
    return (
        out.with_columns(mean=place_mean(params))
        .join(places, on=["cell", "kind"], how="left", maintain_order="left")
        .with_columns(
            pl.coalesce("band", band(pl.col("mean"))).alias("band"),
            pl.coalesce("place_mean", "mean").alias("place_mean"),
        )
        .drop("n", "heard", "region_n", "region_heard", "kind_n", "kind_heard")
    )


def _block_sums(
    wanted: pl.DataFrame, table: pl.DataFrame, time: str, expected: str, reception: Reception
) -> pl.DataFrame:
    """Sums over the cell and, with less weight, those around it, for the cells and times wanted."""
    params = reception.params
    keys = wanted.select("cell", time).unique()
    around = cells_around(keys["cell"].unique().sort().to_numpy(), params.cell_km)
    weight = pl.when("itself").then(1.0).otherwise(params.neighbour_weight)
    return (
        keys.join(around, on="cell")
        .join(table.rename({"cell": "near"}), on=["near", time])
        .group_by("cell", time)
        .agg(
            b_n=(pl.col("n") * weight).sum(),
            b_heard=(pl.col("heard") * weight).sum(),
            b_expected=(pl.col(expected) * weight).sum(),
            b_ships=pl.col("n").sum(),
        )
    )


def _in_outage(slices: pl.DataFrame, reception: Reception) -> NDArray[np.bool_]:
    inside = np.zeros(slices.height, dtype=bool)
    slot_ms = int(reception.params.slot_s * MS_PER_S)
    t_ms = slices["slot"].to_numpy().astype(np.int64) * slot_ms
    lat, lon = slices["lat"].to_numpy(), slices["lon"].to_numpy()
    for o in pl.DataFrame(reception.outages).iter_rows(named=True):
        start, end = (int(o[c].timestamp() * MS_PER_S) for c in ("start_time", "end_time"))
        inside |= (
            (t_ms >= start)
            & (t_ms < end)
            & (lat >= o["lat_min"])
            & (lat <= o["lat_max"])
            & (lon >= o["lon_min"])
            & (lon <= o["lon_max"])
        )
    return inside


def _running(values: NDArray[Any]) -> NDArray[np.float64]:
    return np.concatenate([[0.0], np.cumsum(values)])


def _between(
    sums: NDArray[np.float64], key: NDArray[np.int64], lo: NDArray[np.int64], hi: NDArray[np.int64]
) -> NDArray[np.float64]:
    """Sum over lo <= key <= hi."""
    return np.asarray(sums[np.searchsorted(key, hi, side="right")] - sums[np.searchsorted(key, lo)])
