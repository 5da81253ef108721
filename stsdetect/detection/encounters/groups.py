"""Links between encounters: rafts of three and more hulls, and repeated spells of one pair."""

from __future__ import annotations

import numpy as np
import polars as pl
from scipy.sparse import coo_matrix
from scipy.sparse.csgraph import connected_components

from stsdetect.detection.encounters.contact_rule import capped_where_ruled_out
from stsdetect.detection.encounters.spells import PAIR
from stsdetect.params import EncounterParams
from stsdetect.schema import ENCOUNTERS
from stsdetect.units import S_PER_H


def link_encounters(encounters: pl.DataFrame, *, params: EncounterParams | None = None) -> pl.DataFrame:
    """Rule out pairs with a third hull between them, and group encounters that belong together.

    Two encounters that are likely contacts are linked if they share a hull at the same time (a raft), or are
    spells of one pair no more than ``link_h`` apart. Encounters that are linked, directly or through others,
    form a group, named after its first spell.

    Parameters
    ----------
    encounters : polars.DataFrame
        ENCOUNTERS of all pairs, from `pair_encounters`.
    params : EncounterParams, optional
        ``raft_p_contact``, ``link_h``, ``between_gap_m``, ``min_between_share``.

    Returns
    -------
    polars.DataFrame
        ENCOUNTERS, sorted by start, with ``group_id``, ``n_in_group`` and, where a hull lies between, with
        ``ruled_out`` and a lower ``p_contact``; for a spell without links ``group_id`` is null and
        ``n_in_group`` 2.

    Examples
    --------
    >>> link_encounters(ENCOUNTERS.optional(None)).height
    0
    """
    params = EncounterParams.of(params)
    between = pl.when(_hull_between(encounters, params)).then(pl.lit("hull between"))
    table = encounters.with_columns(ruled_out=pl.coalesce("ruled_out", between))
    table = table.with_columns(capped_where_ruled_out(params))
    table = _with_groups(table.drop("group_id", "n_in_group"), params)
    return table.select(ENCOUNTERS.names).sort(ENCOUNTERS.sort_by, nulls_last=True, maintain_order=True)


def _with_groups(table: pl.DataFrame, params: EncounterParams) -> pl.DataFrame:
    rows = table.with_row_index("row")
    likely = rows.filter(pl.col("p_contact") >= params.raft_p_contact)
    group = _components(pl.concat([_rafts(likely), _repeats(likely, params)]), table.height)
    named = rows.with_columns(group=group)
    hulls = (
        pl.concat(named.select("group", pl.col(side).alias("mmsi")) for side in PAIR)
        .group_by("group", maintain_order=True)
        .agg(n_in_group=pl.col("mmsi").n_unique().cast(pl.Int32))
    )
    first = named.group_by("group", maintain_order=True).agg(
        group_id=pl.col("encounter_id").sort_by("start_time", "encounter_id").first(), size=pl.len()
    )
    return (
        named.join(hulls, on="group", how="left", maintain_order="left")
        .join(first, on="group", how="left", maintain_order="left")
        .with_columns(group_id=pl.when(pl.col("size") > 1).then("group_id"))
        .sort("row", maintain_order=True)
        .drop("row", "group", "size")
    )


def _rafts(likely: pl.DataFrame) -> pl.DataFrame:
    """Rows ``row, row_b`` of encounters that share a hull at the same time."""
    sides = pl.concat(
        likely.select("row", pl.col(side).alias("mmsi"), start="start_time", end="end_time") for side in PAIR
    )
    return (
        sides.join(sides, on="mmsi", suffix="_b", maintain_order="left")
        .filter(
            (pl.col("row") < pl.col("row_b"))
            & (pl.col("start") <= pl.col("end_b"))
            & (pl.col("start_b") <= pl.col("end"))
        )
        .select("row", "row_b")
    )


def _repeats(likely: pl.DataFrame, params: EncounterParams) -> pl.DataFrame:
    """Rows ``row, row_b`` of encounters that follow the previous one of the same pair within ``link_h``."""
    return (
        likely.sort(*PAIR, "start_time", maintain_order=True)
        .with_columns(
            since=pl.col("start_time") - pl.col("end_time").shift().over(PAIR),
            row_b=pl.col("row").shift().over(PAIR),
        )
        .filter(pl.col("since") <= pl.duration(seconds=int(params.link_h * S_PER_H)))
        .select("row", "row_b")
    )


def _hull_between(table: pl.DataFrame, params: EncounterParams) -> pl.Series:
    """Whether the two hulls of a spell lie on either side of a third one, and so cannot touch.

    The third hull likely lies alongside both for ``min_between_share`` of the spell or longer, and one
    antenna is to its port, the other to its starboard, by more than ``between_gap_m`` in the geometric mean.
    This needs the third ship's heading but not its outline. Without a heading, its gap to each of the two
    must be smaller by ``between_gap_m`` than the gap between them.
    """
    likely = table.filter(pl.col("p_contact") >= params.raft_p_contact)
    links = pl.concat(
        likely.select(
            pl.col(f"mmsi_{one}").alias("mmsi"), pl.col(f"mmsi_{third}").alias("third"),
            gap="median_hull_gap_m", side=f"starboard_m_{third}", start="start_time", end="end_time",
        )
        for one, third in (("1", "2"), ("2", "1"))
    )  # fmt: skip
    rows = table.with_row_index("row")
    start = pl.max_horizontal("start_time", "start", "start_b")
    end = pl.min_horizontal("end_time", "end", "end_b")
    shortest = params.min_between_share * (pl.col("end_time") - pl.col("start_time"))
    beside_both = (
        rows.join(links, left_on="mmsi_1", right_on="mmsi", maintain_order="left")
        .join(
            links, left_on=["mmsi_2", "third"], right_on=["mmsi", "third"], suffix="_b", maintain_order="left"
        )
        .filter(end - start >= shortest)
    )
    nearer = pl.max_horizontal("gap", "gap_b") + params.between_gap_m < pl.col("median_hull_gap_m")
    either_side = pl.col("side") * pl.col("side_b") < -(params.between_gap_m**2)
    found = beside_both.filter(either_side.fill_null(nearer))["row"]
    return rows.select(pl.col("row").is_in(found.implode()).alias("between"))["between"]


def _components(links: pl.DataFrame, n: int) -> pl.Series:
    """Number of the connected component of each of `n` rows."""
    ends = [links[c].cast(pl.Int64).to_numpy() for c in ("row", "row_b")]
    graph = coo_matrix((np.ones(links.height), (ends[0], ends[1])), shape=(n, n))
    return pl.Series(connected_components(graph, directed=False)[1]) if n else pl.Series([], dtype=pl.Int32)
