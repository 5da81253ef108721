"""Which encounters belong together: rafts of three and more hulls, and several spells of one pair."""

from __future__ import annotations

import numpy as np
import polars as pl
from scipy.sparse import coo_matrix
from scipy.sparse.csgraph import connected_components

from stsdetect.detect.runs import PAIR
from stsdetect.params import EncounterParams


def with_groups(table: pl.DataFrame, params: EncounterParams) -> pl.DataFrame:
    """Add ``group_id`` and ``n_in_group``.

    Spells that likely are contacts are linked if they share a hull at the same time (a raft), or are spells
    of one pair no more than ``link_h`` apart. A group is named after its first spell.

    Parameters
    ----------
    table : polars.DataFrame
        ``encounter_id``, ``mmsi_1``, ``mmsi_2``, ``start_time``, ``end_time``, ``p_contact``.
    params : EncounterParams
        Likelihood and time that link.

    Returns
    -------
    polars.DataFrame
        In the order of `table`; ``group_id`` is null and ``n_in_group`` 2 for a spell that stands alone.
    """
    rows = table.with_row_index("row")
    likely = rows.filter(pl.col("p_contact") >= params.raft_p_contact)
    sides = pl.concat(
        likely.select("row", pl.col(side).alias("mmsi"), start="start_time", end="end_time") for side in PAIR
    )
    raft = (
        sides.join(sides, on="mmsi", suffix="_b")
        .filter(
            (pl.col("row") < pl.col("row_b"))
            & (pl.col("start") <= pl.col("end_b"))
            & (pl.col("start_b") <= pl.col("end"))
        )
        .select("row", "row_b")
    )
    again = (
        likely.sort(*PAIR, "start_time")
        .with_columns(
            since=pl.col("start_time") - pl.col("end_time").shift().over(PAIR),
            row_b=pl.col("row").shift().over(PAIR),
        )
        .filter(pl.col("since") <= pl.duration(seconds=int(params.link_h * 3600)))
        .select("row", "row_b")
    )
    group = _components(pl.concat([raft, again]), table.height)
    named = rows.with_columns(group=group)
    hulls = (
        pl.concat(named.select("group", pl.col(side).alias("mmsi")) for side in PAIR)
        .group_by("group")
        .agg(n_in_group=pl.col("mmsi").n_unique().cast(pl.Int32))
    )
    first = named.group_by("group").agg(
        group_id=pl.col("encounter_id").sort_by("start_time", "encounter_id").first(), size=pl.len()
    )
    return (
        named.join(hulls, on="group", how="left")
        .join(first, on="group", how="left")
        .with_columns(group_id=pl.when(pl.col("size") > 1).then("group_id"))
        .sort("row")
        .drop("row", "group", "size")
    )


def reached_through_another(table: pl.DataFrame, params: EncounterParams) -> pl.Series:
    """Whether the two hulls of a spell lie on either side of a third.

    The third lies likely alongside both for half of the spell, and is nearer to each than they are to each
    other by ``between_gap_m``.

    Parameters
    ----------
    table : polars.DataFrame
        As for `with_groups`, with ``median_hull_gap_m``.
    params : EncounterParams
        What counts as likely, and the difference of the gaps.

    Returns
    -------
    polars.Series
        One boolean a row of `table`.
    """
    rows = table.with_row_index("row")
    likely = rows.filter(pl.col("p_contact") >= params.raft_p_contact)
    links = pl.concat(
        likely.select(
            pl.col(one).alias("mmsi"),
            pl.col(two).alias("third"),
            gap="median_hull_gap_m",
            start="start_time",
            end="end_time",
        )
        for one, two in (PAIR, PAIR[::-1])
    )
    first = rows.join(links, left_on="mmsi_1", right_on="mmsi")
    both = first.join(links, left_on=["mmsi_2", "third"], right_on=["mmsi", "third"], suffix="_b")
    common = pl.min_horizontal("end_time", "end", "end_b") - pl.max_horizontal(
        "start_time", "start", "start_b"
    )
    nearer = pl.max_horizontal("gap", "gap_b") + params.between_gap_m < pl.col("median_hull_gap_m")
    found = both.filter(nearer & (common >= 0.5 * (pl.col("end_time") - pl.col("start_time"))))
    return rows.select(pl.col("row").is_in(found["row"].implode()).alias("through"))["through"]


def _components(links: pl.DataFrame, n: int) -> pl.Series:
    ends = [links[c].cast(pl.Int64).to_numpy() for c in ("row", "row_b")]
    graph = coo_matrix((np.ones(links.height), (ends[0], ends[1])), shape=(n, n))
    return pl.Series(connected_components(graph, directed=False)[1]) if n else pl.Series([], dtype=pl.Int32)
