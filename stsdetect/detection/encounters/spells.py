"""Spells: consecutive instants in which a condition on a pair holds, with hysteresis and across breaks."""

from __future__ import annotations

from collections.abc import Callable

import polars as pl

from stsdetect.units import MS_PER_S

PAIR = ("mmsi_1", "mmsi_2")


def spells(
    contacts: pl.DataFrame,
    *,
    holds: pl.Expr,
    releases: pl.Expr,
    max_apart_s: float,
    max_pair_gap_s: float,
    received: Callable[[pl.DataFrame], pl.DataFrame],
) -> pl.DataFrame:
    """Number the spells of each pair and leave out the rows between them.

    A spell starts at a row where `holds` and lasts until a row where `releases`; a row where neither is true
    keeps the state of the row before (hysteresis). If the next row where the spell holds comes within
    `max_apart_s`, it is the same spell whatever lies between. A longer break, up to `max_pair_gap_s`, is also
    bridged if there are no rows in it and the two vessels were not both received for longer than
    `max_apart_s` during it: had they been, and close together, there would be rows.

    Parameters
    ----------
    contacts : polars.DataFrame
        ``mmsi_1``, ``mmsi_2``, ``timestamp`` and the columns that the conditions need; one row per pair and
        instant, sorted by these three.
    holds, releases : polars.Expr
        Conditions on a row; never both true.
    max_apart_s, max_pair_gap_s : float
        Limits [s].
    received : callable
        Takes the breaks, with ``mmsi_1`` and ``mmsi_2``, and returns the periods ``mmsi, start, end`` in
        which their vessels were received, as `received_periods` does. A vessel without periods counts as not
        received.

    Returns
    -------
    polars.DataFrame
        Rows of spells, with a column ``spell``.

    Examples
    --------
    >>> import datetime as dt
    >>> times = [dt.datetime(2024, 1, 1, 0, m) for m in (0, 2, 4, 50)]
    >>> gaps = pl.DataFrame({"mmsi_1": 1, "mmsi_2": 2, "timestamp": times, "gap_m": [5.0, 30.0, 5.0, 5.0]})
    >>> never = pl.DataFrame(schema={"mmsi": pl.Int64, "start": pl.Datetime, "end": pl.Datetime})
    >>> limits = {"holds": pl.col("gap_m") <= 20, "releases": pl.col("gap_m") > 40, "max_apart_s": 900}
    >>> for longest in (3600, 1800):
    ...     spells(gaps, **limits, max_pair_gap_s=longest, received=lambda _: never)["spell"].to_list()
    [1, 1, 1, 1]
    [1, 1, 1, 2]
    """
    apart_ms, pair_gap_ms = int(max_apart_s * MS_PER_S), int(max_pair_gap_s * MS_PER_S)
    since = (pl.col("timestamp").dt.epoch("ms").diff()).over(PAIR)
    rows = contacts.with_row_index("row").with_columns(
        part=(since.fill_null(apart_ms + 1) > apart_ms).cum_sum().over(PAIR),
        state=pl.when(holds).then(statement=True).when(releases).then(statement=False),
    )
    held = rows.filter(pl.col("state").forward_fill().over(*PAIR, "part").fill_null(value=False))
    held = held.with_columns(
        since_ms=since,
        before=pl.col("timestamp").shift().over(PAIR),
        n_rows=pl.col("row").cast(pl.Int64).diff().over(PAIR),
    )
    bridged = (pl.col("n_rows") == 1) & (pl.col("since_ms") <= pair_gap_ms)
    breaks = held.filter(bridged & (pl.col("since_ms") > apart_ms)).select(
        "row", *PAIR, pl.col("before").alias("start"), pl.col("timestamp").alias("end")
    )
    if breaks.height:
        parted = breaks.filter(_both_received_ms(breaks, received(breaks)) > apart_ms)["row"]
        bridged &= ~pl.col("row").is_in(parted.implode())
    new = pl.col("since_ms").is_null() | ((pl.col("since_ms") > apart_ms) & ~bridged)
    return held.with_columns(spell=new.cum_sum()).drop("row", "part", "state", "since_ms", "before", "n_rows")


def received_periods(fixes: pl.DataFrame, *, max_unseen_s: float) -> pl.DataFrame:
    """Periods in which consecutive fixes of a vessel are within a limit of each other in time.

    Parameters
    ----------
    fixes : polars.DataFrame
        ``mmsi``, ``timestamp``, in any order.
    max_unseen_s : float
        Limit [s].

    Returns
    -------
    polars.DataFrame
        ``mmsi, start, end``.

    Examples
    --------
    >>> import datetime as dt
    >>> times = [dt.datetime(2024, 1, 1, h) for h in (0, 1, 3)]
    >>> periods = received_periods(pl.DataFrame({"mmsi": 1, "timestamp": times}), max_unseen_s=3600.0)
    >>> [(p["start"].hour, p["end"].hour) for p in periods.to_dicts()]
    [(0, 1), (3, 3)]
    """
    fixes = fixes.select("mmsi", "timestamp").sort("mmsi", "timestamp", maintain_order=True)
    since_ms = pl.col("timestamp").dt.epoch("ms").diff().over("mmsi").fill_null(0)
    return (
        fixes.with_columns(part=(since_ms > int(max_unseen_s * MS_PER_S)).cum_sum().over("mmsi"))
        .group_by("mmsi", "part", maintain_order=True)
        .agg(start=pl.col("timestamp").min(), end=pl.col("timestamp").max())
        .drop("part")
    )


def _both_received_ms(breaks: pl.DataFrame, periods: pl.DataFrame) -> pl.Series:
    """How long both vessels of a pair were received at once during each break [ms]."""
    both = breaks
    for side in ("1", "2"):
        both = both.join(
            periods.rename({"mmsi": f"mmsi_{side}", "start": f"start_{side}", "end": f"end_{side}"}),
            on=f"mmsi_{side}",
            how="left",
            maintain_order="left",
        )
    length = pl.min_horizontal("end", "end_1", "end_2") - pl.max_horizontal("start", "start_1", "start_2")
    known = pl.all_horizontal(pl.col("start_1", "start_2").is_not_null())
    total = both.group_by("row", maintain_order=True).agg(
        ms=pl.when(known).then(length.dt.total_milliseconds().clip(0)).otherwise(0).sum()
    )
    return breaks.join(total, on="row", how="left", maintain_order="left")["ms"]
