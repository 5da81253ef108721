"""Static reports of one file: parts A and B of type 24 joined, repeats without a change left out."""

from __future__ import annotations

import numpy as np
import polars as pl

from stsdetect.decode.batch import STATIC_SCHEMA
from stsdetect.decode.duplicates import spell_edges

_VALUES = (
    "imo", "callsign", "shipname", "ship_type", "to_bow", "to_stern", "to_port", "to_starboard", "length_m",
    "width_m", "draught", "destination", "mothership_mmsi", "ais_class", "source_id",
)  # fmt: skip
_PART_A = ("shipname",)
_PART_B = ("callsign", "ship_type", "to_bow", "to_stern", "to_port", "to_starboard", "mothership_mmsi")

_COMPACT_ROWS = 400_000


class StaticLog:
    """Collects static reports in bounded memory by dropping the unchanged ones on the way.

    Parameters
    ----------
    pair_window_ms : int
        Parts A and B of type 24 belong together if they were received at most this far apart.

    Examples
    --------
    >>> row = {"mmsi": 412000001, "shipname": "A", "kind": "5", "counted": True}
    >>> log = StaticLog(pair_window_ms=60_000)
    >>> log.add(pl.DataFrame([{**row, "ms": ms} for ms in (0, 1, 2)], schema=STATIC_SCHEMA))
    >>> log.finish()["ms"].to_list(), log.unchanged
    ([0], 2)
    """

    def __init__(self, *, pair_window_ms: int) -> None:
        self.pair_window_ms = pair_window_ms
        self.unchanged = 0
        """Counted reports that were left out because they repeat the previous one."""
        self.joined = 0
        """Counted parts of type 24 that were merged into the row of the other part."""
        self._rows = pl.DataFrame(schema=STATIC_SCHEMA)
        self._new: list[pl.DataFrame] = []
        self._n_new = 0

    def add(self, rows: pl.DataFrame) -> None:
        """Add rows of `STATIC_SCHEMA`, in any order."""
        if rows.height:
            self._new.append(rows.select(*STATIC_SCHEMA))
            self._n_new += rows.height
        if self._n_new >= _COMPACT_ROWS:
            # The other part of a recent report may still be to come.
            self._compact(hold_back_ms=self.pair_window_ms)

    def finish(self) -> pl.DataFrame:
        """All reports that differ from the previous one of their vessel, by MMSI and time."""
        self._compact(hold_back_ms=0)
        return self._rows

    def _compact(self, *, hold_back_ms: int) -> None:
        new = pl.concat(self._new) if self._new else pl.DataFrame(schema=STATIC_SCHEMA)
        recent = pl.lit(value=False)
        if hold_back_ms and new.height:
            recent = pl.col("ms") > new.select(pl.col("ms").max()).item() - hold_back_ms
        self._new = [new.filter(recent)]
        self._n_new = self._new[0].height
        rows = self._pair(new.filter(~recent))
        rows, n = _without_inside_of_spells(pl.concat([self._rows, rows]))
        self.unchanged += n
        rows = rows.sort("kind", "mmsi", "ms", *_VALUES, nulls_last=True, maintain_order=True)
        rows, n = _without(rows, _repeats_own_kind())
        self.unchanged += n
        rows = rows.sort("mmsi", "ms", "kind", *_VALUES, nulls_last=True, maintain_order=True)
        # Both parts of a pair now hold the same values; one row is enough.
        self._rows, n = _without(rows, _equal_to_previous(("mmsi", *_VALUES)) & _is_24())
        self.joined += n

    def _pair(self, rows: pl.DataFrame) -> pl.DataFrame:
        """Parts A and B of type 24, each with the values of the other part added."""
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
        paired = rows.drop(names).sort("ms", maintain_order=True).join_asof(
            other.select("mmsi", "ms", *names).sort("ms", maintain_order=True),
            on="ms", by="mmsi", strategy="nearest", tolerance=self.pair_window_ms, check_sortedness=False,
        )  # fmt: skip
        return paired.select(*STATIC_SCHEMA)


def _without_inside_of_spells(rows: pl.DataFrame) -> tuple[pl.DataFrame, int]:
    """Without the rows inside spells of equal rows: nearly all are, and the sort that follows is slow."""
    sender = rows.select("kind", "mmsi").hash_rows().to_numpy().view(np.int64)
    state = rows.select(_VALUES).hash_rows().to_numpy()
    edge = pl.Series(spell_edges(sender, rows["ms"].to_numpy(), state))
    return rows.filter(edge), rows.filter(~edge & rows["counted"]).height


def _without(rows: pl.DataFrame, repeat: pl.Expr) -> tuple[pl.DataFrame, int]:
    """The rows that are not marked as repeats, and the number of counted rows that are left out."""
    marked = rows.with_columns(repeat.fill_null(value=False).alias("repeat"))
    return marked.filter(~pl.col("repeat")).drop("repeat"), marked.filter("repeat", "counted").height


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
