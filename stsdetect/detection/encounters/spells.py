"""Spells: when a measure holds, with hysteresis, over missed instants and over silences of a feed."""

from __future__ import annotations

from collections.abc import Callable

import polars as pl

PAIR = ("mmsi_1", "mmsi_2")


def spells(
    contacts: pl.DataFrame,
    *,
    holds: pl.Expr,
    releases: pl.Expr,
    max_apart_s: float,
    max_pair_gap_s: float,
    presence: Callable[[pl.DataFrame], pl.DataFrame],
) -> pl.DataFrame:
    """Rows of the pairs' spells, numbered.

    A spell begins where `holds` and goes on until `releases`. Rows apart, or missing, for no longer than
    `max_apart_s` do not end it. Neither does a longer hole up to `max_pair_gap_s`, unless both ships were seen
    in it: then they were apart.

    Parameters
    ----------
    contacts : polars.DataFrame
        Sorted by pair and ``timestamp``, one row a pair and instant.
    holds, releases : polars.Expr
        Conditions on a row; never both true.
    max_apart_s, max_pair_gap_s : float
        Limits [s].
    presence : callable
        Gives the intervals in which the ships of some pairs were seen, as `seen` does; none for a ship of
        which nothing is known, whose holes then count as silence.

    Returns
    -------
    polars.DataFrame
        The rows in which a spell holds, with a column ``spell``.
    """
    apart_ms, silence_ms = int(max_apart_s * 1000), int(max_pair_gap_s * 1000)
    since = (pl.col("timestamp").dt.epoch("ms").diff()).over(PAIR)
    rows = contacts.with_row_index("row").with_columns(
        part=(since.fill_null(apart_ms + 1) > apart_ms).cum_sum().over(PAIR),
        state=pl.when(holds).then(statement=True).when(releases).then(statement=False),
    )
    held = rows.filter(pl.col("state").forward_fill().over(*PAIR, "part").fill_null(value=False))
    held = held.with_columns(
        interval_ms=since,
        before=pl.col("timestamp").shift().over(PAIR),
        jump=pl.col("row").cast(pl.Int64).diff().over(PAIR),
    )
    silent = (pl.col("jump") == 1) & (pl.col("interval_ms") <= silence_ms)
    holes = held.filter(silent & (pl.col("interval_ms") > apart_ms)).select(
        "row", *PAIR, pl.col("before").alias("start"), pl.col("timestamp").alias("end")
    )
    if holes.height:
        parted = holes.filter(_seen_both_ms(holes, presence(holes)) > apart_ms)["row"]
        silent &= ~pl.col("row").is_in(parted.implode())
    new = pl.col("interval_ms").is_null() | ((pl.col("interval_ms") > apart_ms) & ~silent)
    return held.with_columns(spell=new.cum_sum()).drop(
        "row", "part", "state", "interval_ms", "before", "jump"
    )


def seen(points: pl.DataFrame, *, max_unseen_s: float) -> pl.DataFrame:
    """Intervals ``mmsi, start, end`` in which a ship's reports are no farther apart than `max_unseen_s`."""
    points = points.select("mmsi", "timestamp").sort("mmsi", "timestamp")
    pause = pl.col("timestamp").dt.epoch("ms").diff().over("mmsi").fill_null(0) > int(max_unseen_s * 1000)
    return (
        points.with_columns(part=pause.cum_sum().over("mmsi"))
        .group_by("mmsi", "part", maintain_order=True)
        .agg(start=pl.col("timestamp").min(), end=pl.col("timestamp").max())
        .drop("part")
    )


def _seen_both_ms(holes: pl.DataFrame, presence: pl.DataFrame) -> pl.Series:
    """How long both ships of a pair were seen at once inside each hole."""
    both = holes
    for side in ("1", "2"):
        both = both.join(
            presence.rename({"mmsi": f"mmsi_{side}", "start": f"start_{side}", "end": f"end_{side}"}),
            on=f"mmsi_{side}",
            how="left",
        )
    length = pl.min_horizontal("end", "end_1", "end_2") - pl.max_horizontal("start", "start_1", "start_2")
    known = pl.all_horizontal(pl.col("start_1", "start_2").is_not_null())
    total = both.group_by("row").agg(
        ms=pl.when(known).then(length.dt.total_milliseconds().clip(0)).otherwise(0).sum()
    )
    return holes.join(total, on="row", how="left", maintain_order="left")["ms"]
