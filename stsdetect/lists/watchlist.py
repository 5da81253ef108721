"""Watchlists of ships: reading one, and matching broadcast identities against it.

A false IMO number may differ from the true one in a single digit and still have a correct check digit. A
similar number alone is weak evidence; it is stronger where the lengths agree (A LI and YON PUNG 3 [L10]).
"""

from __future__ import annotations

import io
from importlib.resources import files
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import polars as pl
from rapidfuzz import fuzz, process

from stsdetect.arrays import Floats, Ints
from stsdetect.errors import ContextError
from stsdetect.itu import valid_imo
from stsdetect.params import ContextParams
from stsdetect.schema import Frame
from stsdetect.schema.table import Column, Table

BUNDLED = ("us-advisory-2018-02-23",)
"""Names of the bundled lists."""

WATCHLIST = Table(
    "watchlist",
    "One ship to look out for.",
    (
        Column("imo", "int64", "IMO number", null=True),
        Column("mmsi", "int64", "MMSI", null=True),
        Column("name", "string", "name", null=True),
        Column("length_m", "float64", "length over all", "m", null=True),
        Column("list", "string", "name of the list, with its date"),
    ),
    ("list", "imo", "mmsi", "name"),
)

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
        Column("similarity", "float64", "similarity of the two; 1 is equal", ""),
        Column(
            "length_agrees", "bool", "whether the two lengths agree; null where one is unknown", null=True
        ),
    ),
    ("mmsi", "kind", "listed", "observed", "list"),
)


def read_watchlist(source: str | Path) -> pd.DataFrame:
    """Read a watchlist from a CSV, or a bundled one by name.

    Parameters
    ----------
    source : str or Path
        CSV with at least one of the columns imo, mmsi and name (upper or lower case), and optionally length_m
        and list; or one of `BUNDLED`.

    Returns
    -------
    pandas.DataFrame
        WATCHLIST, without rows that identify no ship.

    Raises
    ------
    ContextError
        When the file is missing, is not a CSV, lacks all three columns, or holds text instead of a number.

    Examples
    --------
    >>> read_watchlist("us-advisory-2018-02-23")["name"].head(2).tolist()
    ['AN SAN 1', 'RYE SONG GANG 1']
    """
    text, name = _text(source)
    try:
        raw = pd.read_csv(io.StringIO(text), dtype="str", keep_default_na=False, skipinitialspace=True)
    except ValueError as error:
        raise ContextError(f"watchlist {name} is not a CSV: {error}") from error
    raw.columns = [str(c).strip().lower() for c in raw.columns]
    if not {"imo", "mmsi", "name"} & set(raw.columns):
        raise ContextError(
            f"watchlist {name} has none of the columns imo, mmsi and name; present: {', '.join(raw.columns)}."
        )
    columns: dict[str, Any] = {c: _numbers(raw, c, name) for c in ("imo", "mmsi", "length_m")}
    for column, fallback in (("name", None), ("list", name)):
        values = (
            raw[column].str.strip() if column in raw.columns else pd.Series("", index=raw.index, dtype="str")
        )
        columns[column] = values.where(values != "", fallback)
    frame = pd.DataFrame(columns)
    return WATCHLIST.to_pandas(frame[frame[["imo", "mmsi", "name"]].notna().any(axis=1)].drop_duplicates())


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
    >>> ships = pl.DataFrame({"mmsi": [445000001], "imo": [8405311], "shipname": ["SAM JONG 1"]})
    >>> match_watchlist(ships, read_watchlist("us-advisory-2018-02-23"))["kind"].to_list()
    ['imo', 'name']
    """
    params = params or ContextParams()
    ships = _BROADCAST.ordered(_BROADCAST.validate(identity).unique(maintain_order=True))
    listed = WATCHLIST.ordered(watchlist).rename(_LISTED)
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
    found = found.sort("length_agrees", descending=True, nulls_last=True, maintain_order=True)
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
    power = 10 ** np.arange(7)
    broadcast = ships["imo"].to_numpy()[:, None] // power % 10
    wanted = listed["listed_imo"].to_numpy()[:, None] // power % 10
    i, j = np.nonzero((broadcast[:, None, :] != wanted[None, :, :]).sum(axis=-1) == 1)
    return _matches(ships, listed, i, j, "imo", np.full(len(i), 6 / 7), kind="near_imo")


def _alike_names(ships: pl.DataFrame, listed: pl.DataFrame, params: ContextParams) -> pl.DataFrame:
    ships = ships.filter(pl.col("shipname").is_not_null())
    listed = listed.filter(pl.col("listed_name").is_not_null())
    names, listed_names = _letters_and_digits(ships["shipname"]), _letters_and_digits(listed["listed_name"])
    alike = process.cdist(names, listed_names, scorer=fuzz.ratio, dtype=np.float64) / 100.0
    i, j = np.nonzero(alike >= params.min_name_similarity)
    found = _matches(
        ships, listed, i, j, "shipname", alike[i, j], listed_column="listed_name", kind="near_name"
    )
    equal = pl.col("similarity") >= 1.0
    found = found.with_columns(kind=pl.when(equal).then(pl.lit("name")).otherwise("kind"))
    # A short name differs from many others by a letter, and "3" from "5" is another ship of the fleet.
    long = pl.col("listed").str.len_chars() >= params.min_fuzzy_name_length
    same_numerals = _numerals(pl.col("observed")) == _numerals(pl.col("listed"))
    return found.filter(equal | (long & same_numerals))


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
            "list": entry["list"],
            "similarity": pl.Series(similarity, dtype=pl.Float64),
            "length_m": ship["length_m"],
            "listed_length_m": entry["listed_length_m"],
        }
    )


def _letters_and_digits(names: pl.Series) -> list[str]:
    """Names in upper case without blanks and punctuation, which may differ."""
    return names.str.to_uppercase().str.replace_all(r"[^\w]+", "").to_list()


def _numerals(names: pl.Expr) -> pl.Expr:
    return names.str.replace_all(r"\D+", " ").str.strip_chars()


def _text(source: str | Path) -> tuple[str, str]:
    """Text of a watchlist, and its name."""
    if str(source) in BUNDLED:
        return (files("stsdetect.lists.data") / f"{source}.csv").read_text(encoding="utf-8"), str(source)
    path = Path(source)
    try:
        return path.read_text(encoding="utf-8-sig"), path.name
    except FileNotFoundError as error:
        raise ContextError(f"{path}: no such watchlist; bundled: {', '.join(BUNDLED)}.") from error
    except (OSError, UnicodeDecodeError) as error:
        raise ContextError(f"cannot read the watchlist {path} as UTF-8 text: {error}") from error


def _numbers(raw: pd.DataFrame, column: str, name: str) -> pd.Series:
    """A column of numbers; those of an absent column and empty ones are NaN."""
    if column not in raw.columns:
        return pd.Series(np.nan, index=raw.index, dtype="float64")
    text = raw[column].str.strip().str.replace(r"^IMO\s*", "", regex=True)
    number = pd.to_numeric(text.where(text != "", None), errors="coerce")
    bad = text[(text != "") & number.isna()]
    if len(bad):
        raise ContextError(
            f"watchlist {name}, column '{column}': {len(bad)} value(s) are not numbers, for example "
            f"{bad.head(3).str.slice(0, 40).tolist()} (row {int(bad.index[0]) + 2} of the file)."
        )
    return number.astype("float64")
