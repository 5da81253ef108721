"""What encounters say about each other: rafts of three and more hulls, several spells of one pair."""

from __future__ import annotations

import numpy as np
import pandas as pd
import polars as pl
from scipy.sparse import coo_matrix
from scipy.sparse.csgraph import connected_components

from stsdetect.detection.encounters.contact_rule import at_most_ruled_out
from stsdetect.detection.encounters.spells import PAIR
from stsdetect.params import EncounterParams
from stsdetect.schema import ENCOUNTERS, Frame


def link_encounters(encounters: Frame, *, params: EncounterParams | None = None) -> pd.DataFrame:
    """Rule out pairs with a third hull between them, and say which encounters belong together.

    Encounters that likely are contacts are linked if they share a hull at the same time (a raft), or are
    spells of one pair no more than ``link_h`` apart. A group is named after its first spell.

    Parameters
    ----------
    encounters : ENCOUNTERS frame
        Of all pairs, from `pair_encounters`.
    params : EncounterParams, optional
        What counts as likely, how wide a hull is at least, and the time that links.

    Returns
    -------
    pandas.DataFrame
        ENCOUNTERS with ``group_id``, ``n_in_group`` and, where a hull lies between, ``ruled_out`` and the
        lower ``p_contact``; ``group_id`` is null and ``n_in_group`` 2 for a spell that stands alone.

    Raises
    ------
    SchemaError
        If the table lacks a column or holds forbidden values.

    Examples
    --------
    >>> link_encounters(ENCOUNTERS.empty()).empty
    True
    """
    table, params = ENCOUNTERS.validate(encounters), params or EncounterParams()
    between = pl.when(_hull_between(table, params)).then(pl.lit("hull between"))
    table = table.with_columns(ruled_out=pl.coalesce("ruled_out", between))
    table = table.with_columns(at_most_ruled_out(params))
    return ENCOUNTERS.to_pandas(_with_groups(table.drop("group_id", "n_in_group"), params))


def _with_groups(table: pl.DataFrame, params: EncounterParams) -> pl.DataFrame:
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


def _hull_between(table: pl.DataFrame, params: EncounterParams) -> pl.Series:
    """Whether the two hulls of a spell lie on either side of a third, and so cannot touch.

    The third lies likely alongside both for half of the spell, and one antenna is to port of the third's, the
    other to starboard, which needs no outline. Where the third has no heading, it must be nearer to each than
    they are to each other.
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
    start, end = (
        pl.max_horizontal("start_time", "start", "start_b"),
        pl.min_horizontal("end_time", "end", "end_b"),
    )
    beside_both = (
        rows.join(links, left_on="mmsi_1", right_on="mmsi")
        .join(links, left_on=["mmsi_2", "third"], right_on=["mmsi", "third"], suffix="_b")
        .filter(end - start >= 0.5 * (pl.col("end_time") - pl.col("start_time")))
    )
    nearer = pl.max_horizontal("gap", "gap_b") + params.between_gap_m < pl.col("median_hull_gap_m")
    either_side = pl.col("side") * pl.col("side_b") < -(params.between_gap_m**2)
    found = beside_both.filter(either_side.fill_null(nearer))["row"]
    return rows.select(pl.col("row").is_in(found.implode()).alias("between"))["between"]


def _components(links: pl.DataFrame, n: int) -> pl.Series:
    ends = [links[c].cast(pl.Int64).to_numpy() for c in ("row", "row_b")]
    graph = coo_matrix((np.ones(links.height), (ends[0], ends[1])), shape=(n, n))
    return pl.Series(connected_components(graph, directed=False)[1]) if n else pl.Series([], dtype=pl.Int32)
