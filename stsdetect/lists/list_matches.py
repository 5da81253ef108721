"""Which broadcast identities equal, or resemble, a listed ship.

A false IMO number may differ from the true one in a single digit and still have a correct check digit. A
similar number alone is weak evidence; it is stronger where the lengths agree (A LI and YON PUNG 3 [L10]).
"""

from __future__ import annotations

import numpy as np
import polars as pl
from rapidfuzz import fuzz, process

from stsdetect.arrays import Floats, Ints
from stsdetect.itu import valid_imo
from stsdetect.lists.listed_ships import WATCHLIST, letters_and_digits
from stsdetect.params import ContextParams
from stsdetect.schema import Frame
from stsdetect.schema.table import Column, Table

WATCHLIST_MATCHES = Table(
    "watchlist_matches",
    "One match of a broadcast identity with a listed ship, in one attribute.",
    (
        Column("mmsi", "int64", "MMSI that broadcast it"),
        Column("kind", "string", "what matches: imo, mmsi, near_imo, name or near_name"),
        Column("observed", "string", "what was broadcast"),
        Column("listed", "string", "value on the list"),
        Column("listed_name", "string", "name on the list", null=True),
        Column("list", "string", "name of the list"),
        Column("listed_on", "timestamp", "day on which the ship was listed", "UTC", null=True),
        Column("list_date", "timestamp", "day of the list itself", "UTC", null=True),
        Column("list_sha256", "string", "SHA-256 of the file of the list", null=True),
        Column("n_lists", "int32", "lists that name this ship, this one included", null=True),
        Column("similarity", "float64", "similarity of the two; 1 is equal", ""),
        Column(
            "length_agrees", "bool", "whether the two lengths agree; null where one is unknown", null=True
        ),
    ),
    ("mmsi", "kind", "listed", "observed", "list"),
)

_IMO_DIGITS = 7
_PAIRS_AT_ONCE = 2_000_000


def match_watchlist(
    identity: Frame, watchlist: Frame, *, params: ContextParams | None = None
) -> pl.DataFrame:
    """Find the broadcast identities that equal, or resemble, a listed ship.

    Four things are compared: MMSI; IMO number; an IMO number one digit off whose check digit is correct; and
    the name, equal apart from blanks and punctuation, or alike by `rapidfuzz.fuzz.ratio`.

    Parameters
    ----------
    identity : frame
        IDENTITY; every spell is compared.
    watchlist : frame
        WATCHLIST, from `read_watchlist`.
    params : ContextParams, optional
        When names and lengths count as alike.

    Returns
    -------
    polars.DataFrame
        WATCHLIST_MATCHES; one row per MMSI, kind and listed ship.

    Examples
    --------
    >>> from stsdetect.lists import read_watchlist
    >>> ships = pl.DataFrame({"mmsi": [445000001], "imo": [8405311], "shipname": ["SAM JONG 1"]})
    >>> match_watchlist(ships, read_watchlist("us-advisory-2018-02-23"))["kind"].to_list()
    ['imo', 'name']
    """
    params = ContextParams.of(params)
    ships = _BROADCAST.ordered(_BROADCAST.validate(identity).unique(maintain_order=True))
    listed = WATCHLIST.ordered(watchlist)
    n_lists = pl.col("list").n_unique().over("ship_id").cast(pl.Int32)
    listed = listed.with_columns(n_lists=pl.when(pl.col("ship_id").is_not_null()).then(n_lists).otherwise(1))
    listed = listed.rename(_LISTED)
    found = pl.concat(
        [
            _equal(ships, listed, "imo"),
            _equal(ships, listed, "mmsi"),
            _near_imo(ships, listed),
            _alike_names(ships, listed, params),
        ]
    )
    apart_m = (pl.col("length_m") - pl.col("listed_length_m")).abs()
    agrees = apart_m <= params.max_length_difference_share * pl.col("listed_length_m")
    found = found.with_columns(length_agrees=agrees)
    # Of several spells of one MMSI that match alike, the one whose length agrees is kept.
    found = found.sort(
        "length_agrees", "listed_on", descending=[True, False], nulls_last=True, maintain_order=True
    )
    found = found.unique(["mmsi", "kind", "observed", "listed", "list"], keep="first", maintain_order=True)
    return WATCHLIST_MATCHES.ordered(found)


_BROADCAST = Table(
    "broadcast identities",
    "What vessels broadcast as their identity.",
    (
        Column("mmsi", "int64", "MMSI"),
        Column("imo", "int64", "IMO number", null=True),
        Column("shipname", "string", "name", null=True),
        Column("length_m", "float64", "length", "m", null=True),
    ),
    ("mmsi", "imo", "shipname", "length_m"),
)
_LISTED = {
    "imo": "listed_imo",
    "mmsi": "listed_mmsi",
    "name": "listed_name",
    "length_m": "listed_length_m",
}


def _equal(ships: pl.DataFrame, listed: pl.DataFrame, column: str) -> pl.DataFrame:
    ships, listed = ships.with_row_index("i"), listed.with_row_index("j")
    pairs = ships.join(
        listed, left_on=column, right_on=f"listed_{column}", how="inner", maintain_order="left_right"
    )
    return _matches(
        ships,
        listed,
        pairs["i"].to_numpy(),
        pairs["j"].to_numpy(),
        column,
        np.ones(pairs.height),
        kind=column,
    )


def _near_imo(ships: pl.DataFrame, listed: pl.DataFrame) -> pl.DataFrame:
    ships, listed = ships.filter(valid_imo(pl.col("imo"))), listed.filter(pl.col("listed_imo").is_not_null())
    i, j = _one_digit_apart(ships["imo"].to_numpy(), listed["listed_imo"].to_numpy())
    return _matches(ships, listed, i, j, "imo", np.full(len(i), 6 / 7), kind="near_imo")


def _one_digit_apart(first: Ints, second: Ints) -> tuple[Ints, Ints]:
    """Places in two lists of IMO numbers that differ in one digit.

    They are equal without it, so none is compared with all.
    """
    found = []
    for power in 10 ** np.arange(_IMO_DIGITS):
        one, other = (
            pl.DataFrame({"digit": n // power % 10, "others": n % 10**_IMO_DIGITS - n // power % 10 * power})
            for n in (first, second)
        )
        pairs = one.with_row_index("i").join(
            other.with_row_index("j"), on="others", maintain_order="left_right"
        )
        found.append(pairs.filter(pl.col("digit") != pl.col("digit_right")).select("i", "j"))
    both = pl.concat(found).sort("i", "j", maintain_order=True)
    return both["i"].to_numpy(), both["j"].to_numpy()


def _alike_names(ships: pl.DataFrame, listed: pl.DataFrame, params: ContextParams) -> pl.DataFrame:
    ships = ships.filter(pl.col("shipname").is_not_null())
    listed = listed.filter(pl.col("listed_name").is_not_null())
    names, listed_names = _letters_and_digits(ships["shipname"]), _letters_and_digits(listed["listed_name"])
    i, j, similarity = _alike(names, listed_names, params.min_name_similarity)
    found = _matches(
        ships, listed, i, j, "shipname", similarity, listed_column="listed_name", kind="near_name"
    )
    equal = pl.col("similarity") >= 1.0
    found = found.with_columns(kind=pl.when(equal).then(pl.lit("name")).otherwise("kind"))
    # A short name differs from many others by a letter, and "3" from "5" is another ship of the fleet.
    long = pl.col("listed").str.len_chars() >= params.min_fuzzy_name_length
    same_numerals = _numerals(pl.col("observed")) == _numerals(pl.col("listed"))
    return found.filter(equal | (long & same_numerals))


def _alike(names: list[str], others: list[str], least: float) -> tuple[Ints, Ints, Floats]:
    """Places in two lists of names that are alike, and how much; a few million pairs at a time."""
    step = max(_PAIRS_AT_ONCE // max(len(others), 1), 1)
    found: list[tuple[Ints, Ints, Floats]] = []
    for start in range(0, len(names), step):
        cutoff = max(100.0 * least - 1.0, 0.0)  # what is below is not worked out; `least` decides
        some = names[start : start + step]
        alike = process.cdist(some, others, scorer=fuzz.ratio, score_cutoff=cutoff, dtype=np.float64) / 100.0
        i, j = np.nonzero(alike >= least)
        found.append((i + start, j, alike[i, j]))
    if not found:
        return np.empty(0, np.int64), np.empty(0, np.int64), np.empty(0)
    i, j, similarity = (np.concatenate(parts) for parts in zip(*found, strict=True))
    return i, j, similarity


def _matches(
    ships: pl.DataFrame,
    listed: pl.DataFrame,
    i: Ints,
    j: Ints,
    column: str,
    similarity: Floats,
    *,
    kind: str,
    listed_column: str | None = None,
) -> pl.DataFrame:
    """Rows `i` of the ships beside rows `j` of the list, which match in a column."""
    ship, entry = ships[i], listed[j]
    return pl.DataFrame(
        {
            "mmsi": ship["mmsi"],
            "kind": pl.repeat(kind, len(i), eager=True, dtype=pl.String),
            "observed": ship[column].cast(pl.String),
            "listed": entry[listed_column or f"listed_{column}"].cast(pl.String),
            "listed_name": entry["listed_name"],
            **{c: entry[c] for c in ("list", "listed_on", "list_date", "list_sha256", "n_lists")},
            "similarity": pl.Series(similarity, dtype=pl.Float64),
            "length_m": ship["length_m"],
            "listed_length_m": entry["listed_length_m"],
        }
    )


def _letters_and_digits(names: pl.Series) -> list[str]:
    """Names in upper case without blanks and punctuation, which may differ."""
    return [letters_and_digits(name) for name in names]


def _numerals(names: pl.Expr) -> pl.Expr:
    return names.str.replace_all(r"\D+", " ").str.strip_chars()
