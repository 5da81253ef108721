"""Static reports without those that repeat the one before, however the rows were cut into files.

Most static reports repeat the one before. `thinned` takes out equal reports of one moment, file
by file, so that little is kept; `compacted` then looks at all files together, joins parts A and B of type 24,
and leaves out every report without a change. Thinning in parts and then as a whole gives the same rows as
thinning the whole at once, so the result depends on the rows and never on the files that held them.
"""

from __future__ import annotations

from collections import Counter
from typing import NamedTuple

import polars as pl

from stsdetect.arrays import Ints
from stsdetect.decode.batch import STATIC_SCHEMA
from stsdetect.decode.duplicates import stable_order
from stsdetect.params import DecodeParams
from stsdetect.units import MS_PER_S

_VALUES = (
    "imo", "callsign", "shipname", "ship_type", "to_bow", "to_stern", "to_port", "to_starboard", "length_m",
    "width_m", "draught", "destination", "mothership_mmsi", "ais_class", "source_id",
)  # fmt: skip
_PART_A = ("shipname",)
_PART_B = ("callsign", "ship_type", "to_bow", "to_stern", "to_port", "to_starboard", "mothership_mmsi")

REPORT_SCHEMA: dict[str, type[pl.DataType]] = {**STATIC_SCHEMA, "source": pl.String}
"""Columns of static reports of several files: those of `STATIC_SCHEMA`, and the name of the file."""


class Compacted(NamedTuple):
    """Static reports of all files, and what became of the others.

    Attributes
    ----------
    rows : polars.DataFrame
        Rows of `REPORT_SCHEMA` that differ from the previous one of their vessel, by MMSI and time.
    unchanged : Counter
        Counted reports that were left out because they repeat the previous one, by file.
    joined : Counter
        Counted parts of type 24 that were merged into the row of the other part, by file.
    """

    rows: pl.DataFrame
    unchanged: Counter[str]
    joined: Counter[str]


def compacted(rows: pl.DataFrame, params: DecodeParams) -> Compacted:
    """Join parts A and B of type 24, and leave out reports that repeat the previous one of their vessel.

    Parameters
    ----------
    rows : polars.DataFrame
        All static reports of some vessels, of `REPORT_SCHEMA`, in any order; thinned or not.
    params : DecodeParams
        Steps and windows.

    Returns
    -------
    Compacted

    Examples
    --------
    >>> row = {"mmsi": 412000001, "shipname": "A", "kind": "5", "counted": True, "source": "a.nmea"}
    >>> rows = pl.DataFrame([{**row, "ms": ms} for ms in (0, 360_000, 720_000)], schema=REPORT_SCHEMA)
    >>> found = compacted(rows, DecodeParams())
    >>> found.rows["ms"].to_list(), found.unchanged["a.nmea"]
    ([0], 2)
    """
    several = _without(
        thinned(rows, params).sort("mmsi", "kind", *_VALUES, "ms", nulls_last=True, maintain_order=True),
        _copies(params),
    )
    paired = _pair(several, int(params.pair_window_s * MS_PER_S))
    changed = _without(
        paired.sort("kind", "mmsi", "ms", *_VALUES, nulls_last=True, maintain_order=True),
        _repeats_own_kind(),
    )
    # Both parts of a pair now hold the same values; one row is enough.
    whole = _without(
        changed.sort("mmsi", "ms", "kind", *_VALUES, nulls_last=True, maintain_order=True),
        _equal_to_previous(("mmsi", *_VALUES)) & _is_24(),
    )
    before, after = counted_by_source(rows), counted_by_source(changed)
    return Compacted(whole, before - after, after - counted_by_source(whole))


def thinned(rows: pl.DataFrame, params: DecodeParams) -> pl.DataFrame:
    """Of equal reports of one vessel in one step of time the first, in order of time.

    Parameters
    ----------
    rows : polars.DataFrame
        Rows of `REPORT_SCHEMA`, in any order.
    params : DecodeParams
        Rows of tables repeat the last report at each position, so their step is `table_static_step_s`;
        messages are only received more than once within `copy_window_s`.

    Examples
    --------
    >>> row = {"mmsi": 412000001, "shipname": "A", "kind": "table", "counted": False, "source": "a.csv"}
    >>> rows = pl.DataFrame([{**row, "ms": ms} for ms in (0, 60_000, 360_000)], schema=REPORT_SCHEMA)
    >>> thinned(rows, DecodeParams())["ms"].to_list()
    [0, 360000]
    """
    return rows[_kept_keys(rows, params)["row"]]


def thinned_runs(rows: pl.DataFrame, params: DecodeParams) -> pl.DataFrame:
    """As `thinned`, for one file; equal reports are one row with all their times, as they recur for hours.

    Parameters
    ----------
    rows : polars.DataFrame
        Rows of `STATIC_SCHEMA`, in any order.
    params : DecodeParams
        As for `thinned`.

    Returns
    -------
    polars.DataFrame
        The same columns, with a list of times in ``ms``.

    Examples
    --------
    >>> row = {"mmsi": 412000001, "shipname": "A", "kind": "table", "counted": False}
    >>> rows = pl.DataFrame([{**row, "ms": ms} for ms in (0, 60_000, 360_000)], schema=STATIC_SCHEMA)
    >>> runs = thinned_runs(rows, DecodeParams())
    >>> runs["ms"].to_list(), out_of_runs(runs).height
    ([[0, 360000]], 2)
    """
    keys = _kept_keys(rows, params)
    runs = keys.group_by("report", "counted", maintain_order=True).agg(pl.col("row").first(), "ms")
    return rows[runs["row"]].with_columns(runs["ms"])


def out_of_runs(rows: pl.DataFrame) -> pl.DataFrame:
    """The rows that `thinned_runs` joined, those of each run together."""
    return rows.explode("ms")


def table_step_ms(params: DecodeParams) -> int:
    """Step of time in which equal static columns of a table count once [ms]."""
    return int(params.table_static_step_s * MS_PER_S)


def counted_by_source(rows: pl.DataFrame) -> Counter[str]:
    """Counted rows of each file."""
    return Counter(dict(rows.filter("counted")["source"].value_counts().iter_rows()))


def _kept_keys(rows: pl.DataFrame, params: DecodeParams) -> pl.DataFrame:
    """Row, time and hash of the reports that `thinned` keeps, in its order."""
    of_messages = max(int(params.copy_window_s * MS_PER_S), 1)
    step_ms = pl.when(pl.col("kind") == "table").then(table_step_ms(params)).otherwise(of_messages)
    # Hashes stand for the reports: sorting and comparing all their columns would take several times as long.
    keys = rows.select("ms", "counted", (pl.col("ms") // step_ms).alias("step")).with_columns(
        rows.select("mmsi", "kind", *_VALUES).hash_rows().alias("report")
    )
    order = pl.Series("row", _in_time(rows))
    first = keys.select("report", "step").hash_rows().gather(order).is_first_distinct()
    kept = order.filter(first)
    return keys.select(pl.col("report", "counted", "ms").gather(kept)).with_columns(kept)


def _in_time(rows: pl.DataFrame) -> Ints:
    """By time; at one time those that are counted first, and then by file."""
    if rows["counted"].any() or ("source" in rows.columns and rows["source"].n_unique() > 1):
        by = [name for name in ("ms", "counted", "source") if name in rows.columns]
        keys = rows.select(by).with_row_index("row")
        descending = [name == "counted" for name in by]
        return keys.sort(by, descending=descending, maintain_order=True)["row"].to_numpy()
    return stable_order(rows["ms"].to_numpy())


def _pair(rows: pl.DataFrame, window_ms: int) -> pl.DataFrame:
    """Parts A and B of type 24, each with the values of the other part added."""
    a, b = rows.filter(pl.col("kind") == "24A"), rows.filter(pl.col("kind") == "24B")
    if not (a.height and b.height):
        return rows
    rest = rows.filter(~pl.col("kind").is_in(["24A", "24B"]))
    return pl.concat(
        [rest, _with_values_of(a, b, _PART_B, window_ms), _with_values_of(b, a, _PART_A, window_ms)]
    )


def _with_values_of(
    rows: pl.DataFrame, other: pl.DataFrame, names: tuple[str, ...], window_ms: int
) -> pl.DataFrame:
    others = other.select("mmsi", "ms", *names).sort("ms", *names, nulls_last=True, maintain_order=True)
    paired = (
        rows.drop(names)
        .sort("ms", maintain_order=True)
        .join_asof(
            others, on="ms", by="mmsi", strategy="nearest", tolerance=window_ms, check_sortedness=False
        )
    )
    return paired.select(rows.columns)


def _without(rows: pl.DataFrame, repeat: pl.Expr) -> pl.DataFrame:
    """The rows that are not marked as repeats."""
    return rows.filter(~repeat.fill_null(value=False))


def _copies(params: DecodeParams) -> pl.Expr:
    """Whether a row is the same message, received again; rows sorted by values and then time."""
    soon = pl.col("ms") - pl.col("ms").shift() <= int(params.copy_window_s * MS_PER_S)
    return _equal_to_previous(("mmsi", "kind", *_VALUES)) & soon & (pl.col("kind") != "table")


def _repeats_own_kind() -> pl.Expr:
    """Whether a row repeats the previous one, in the fields of its kind; rows sorted by kind and MMSI."""
    return _equal_to_previous(("mmsi", "kind")) & (
        pl.when(pl.col("kind") == "24A")
        .then(_equal_to_previous(_PART_A))
        .when(pl.col("kind") == "24B")
        .then(_equal_to_previous(_PART_B))
        .otherwise(_equal_to_previous(_VALUES))
    )


def _equal_to_previous(names: tuple[str, ...]) -> pl.Expr:
    # Rows are sorted by vessel, so no window function is needed; it would take five times as long.
    return pl.all_horizontal(pl.col(n).eq_missing(pl.col(n).shift()) for n in names)


def _is_24() -> pl.Expr:
    return pl.col("kind").is_in(["24A", "24B"]) & pl.col("kind").shift().is_in(["24A", "24B"])
