"""Static reports of one file: parts A and B of class B joined, repeats without a change left out."""

from __future__ import annotations

import numpy as np
import polars as pl

from stsdetect.decode.duplicates import spell_edges

TEXTS = ("callsign", "shipname", "destination")
_VALUES = (
    "imo", "callsign", "shipname", "ship_type", "to_bow", "to_stern", "to_port", "to_starboard", "length_m",
    "width_m", "draught", "destination", "mothership_mmsi", "ais_class", "source_id",
)  # fmt: skip
_PART_A = ("shipname",)
_PART_B = ("callsign", "ship_type", "to_bow", "to_stern", "to_port", "to_starboard", "mothership_mmsi")

SCHEMA: dict[str, type[pl.DataType]] = {
    "mmsi": pl.Int64,
    "ms": pl.Int64,
    "imo": pl.Int64,
    "ship_type": pl.Int64,
    "mothership_mmsi": pl.Int64,
    "to_bow": pl.Float64,
    "to_stern": pl.Float64,
    "to_port": pl.Float64,
    "to_starboard": pl.Float64,
    "length_m": pl.Float64,
    "width_m": pl.Float64,
    "draught": pl.Float64,
    "callsign": pl.String,
    "shipname": pl.String,
    "destination": pl.String,
    "ais_class": pl.String,
    "source_id": pl.String,
    "kind": pl.String,
    "counted": pl.Boolean,
}
"""Columns of the reports taken in. ``kind`` tells what a report carries: 5, 19, 24A, 24B or table;
``counted`` whether the message or row is here and nowhere else.
"""

_COMPACT_ROWS = 400_000


class StaticLog:
    """Collects static reports in bounded memory: what does not change is dropped on the way.

    Parameters
    ----------
    pair_window_ms : int
        Parts A and B of type 24 this far apart or less are one report.
    """

    def __init__(self, *, pair_window_ms: int) -> None:
        self.pair_window_ms = pair_window_ms
        self.unchanged = 0
        """Counted reports that were left out because they repeat the one before."""
        self.joined = 0
        """Counted parts of type 24 that went into the row of the other part."""
        self._rows = pl.DataFrame(schema=SCHEMA)
        self._new: list[pl.DataFrame] = []
        self._n_new = 0

    def add(self, rows: pl.DataFrame) -> None:
        """Take some reports, in any order."""
        if rows.height:
            self._new.append(rows.select(*SCHEMA))
            self._n_new += rows.height
        if self._n_new >= _COMPACT_ROWS:
            # The other part of a late report may still be to come.
            self._compact(hold_ms=self.pair_window_ms)

    def finish(self) -> pl.DataFrame:
        """All reports that tell something new, by ship and time."""
        self._compact(hold_ms=0)
        return self._rows

    def _compact(self, *, hold_ms: int) -> None:
        new = pl.concat(self._new) if self._new else pl.DataFrame(schema=SCHEMA)
        late = pl.lit(value=False)
        if hold_ms and new.height:
            late = pl.col("ms") > new.select(pl.col("ms").max()).item() - hold_ms
        self._new = [new.filter(late)]
        self._n_new = self._new[0].height
        rows = self._pair(new.filter(~late))
        rows, n = _without_plain_repeats(pl.concat([self._rows, rows]))
        self.unchanged += n
        rows = rows.sort("kind", "mmsi", "ms", *_VALUES, nulls_last=True)
        rows, n = _without(rows, _repeats_own_kind())
        self.unchanged += n
        rows = rows.sort("mmsi", "ms", "kind", *_VALUES, nulls_last=True)
        # Both parts of a pair now say the same; one row is enough.
        self._rows, n = _without(rows, _equal_to_previous(("mmsi", *_VALUES)) & _is_24())
        self.joined += n

    def _pair(self, rows: pl.DataFrame) -> pl.DataFrame:
        a, b = rows.filter(pl.col("kind") == "24A"), rows.filter(pl.col("kind") == "24B")
        if not (a.height and b.height):
            return rows
        full_a = self._with_values_of(a, b, _PART_B)
        full_b = self._with_values_of(b, a, _PART_A)
        rest = rows.filter(~pl.col("kind").is_in(["24A", "24B"]))
        return pl.concat([rest, full_a, full_b])

    def _with_values_of(
        self, rows: pl.DataFrame, other: pl.DataFrame, names: tuple[str, ...]
    ) -> pl.DataFrame:
        near = rows.drop(names).sort("ms").join_asof(
            other.select("mmsi", "ms", *names).sort("ms"), on="ms", by="mmsi", strategy="nearest",
            tolerance=self.pair_window_ms, check_sortedness=False,
        )  # fmt: skip
        return near.select(*SCHEMA)


def _without_plain_repeats(rows: pl.DataFrame) -> tuple[pl.DataFrame, int]:
    """Without what lies inside spells of equal rows; these are most, and the sorting that follows is dear."""
    sender = rows.select("kind", "mmsi").hash_rows().to_numpy().view(np.int64)
    state = rows.select(_VALUES).hash_rows().to_numpy()
    edge = pl.Series(spell_edges(sender, rows["ms"].to_numpy(), state))
    return rows.filter(edge), rows.filter(~edge & rows["counted"]).height


def _without(rows: pl.DataFrame, same: pl.Expr) -> tuple[pl.DataFrame, int]:
    """The rows that are not the same as one before, and how many counted ones are left out."""
    marked = rows.with_columns(same.fill_null(value=False).alias("same"))
    return marked.filter(~pl.col("same")).drop("same"), marked.filter("same", "counted").height


def _repeats_own_kind() -> pl.Expr:
    """Whether a report repeats the one before, of rows by kind and ship, in what this kind carries."""
    return _equal_to_previous(("mmsi", "kind")) & (
        pl.when(pl.col("kind") == "24A")
        .then(_equal_to_previous(_PART_A))
        .when(pl.col("kind") == "24B")
        .then(_equal_to_previous(_PART_B))
        .otherwise(_equal_to_previous(_VALUES))
    )


def _equal_to_previous(names: tuple[str, ...]) -> pl.Expr:
    # Without a window by ship: the rows are in her order, and a window takes five times as long.
    return pl.all_horizontal(pl.col(n).eq_missing(pl.col(n).shift()) for n in names)


def _is_24() -> pl.Expr:
    return pl.col("kind").is_in(["24A", "24B"]) & pl.col("kind").shift().is_in(["24A", "24B"])
