"""Ships to look out for: read a list, and match what was broadcast against it.

A ship under a false identity keeps the check digit right and changes one digit; the number alone then says
little, a matching length says more (Arms Control Wonk 1209892: A LI and YON PUNG 3).
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

from stsdetect.arrays import Bools, Floats, Ints
from stsdetect.errors import ContextError
from stsdetect.params import ContextParams
from stsdetect.schema import Frame
from stsdetect.schema.table import Column, Table

BUNDLED = ("us-advisory-2018-02-23",)

WATCHLIST = Table(
    "watchlist",
    "One ship to look out for.",
    (
        Column("imo", "int64", "IMO number", null=True),
        Column("mmsi", "int64", "MMSI", null=True),
        Column("name", "string", "name", null=True),
        Column("length_m", "float64", "length over all", "m", null=True),
        Column("list", "string", "which list, with its date"),
    ),
    ("list", "imo", "mmsi", "name"),
)

WATCHLIST_MATCHES = Table(
    "watchlist_matches",
    "One way in which a broadcast identity resembles a listed ship.",
    (
        Column("mmsi", "int64", "number that broadcast it"),
        Column("kind", "string", "imo, mmsi, near_imo, name or near_name"),
        Column("observed", "string", "what was broadcast"),
        Column("listed", "string", "what the list says"),
        Column("listed_name", "string", "name on the list", null=True),
        Column("list", "string", "which list"),
        Column("similarity", "float64", "1 is equal", ""),
        Column(
            "length_agrees", "bool", "both lengths known and alike; null where one is not known", null=True
        ),
    ),
    ("mmsi", "kind", "listed", "observed", "list"),
)


def read_watchlist(source: str | Path) -> pd.DataFrame:
    """Read a watchlist from a CSV, or a bundled one by its name.

    Parameters
    ----------
    source : str or Path
        File with any of the columns imo, mmsi and name (upper or lower case), and optionally length_m and
        list; or one of `BUNDLED`.

    Returns
    -------
    pandas.DataFrame
        WATCHLIST; rows that name no ship at all are left out.

    Raises
    ------
    ContextError
        When the file is missing, is no CSV, lacks all three columns, or holds a number that is none.

    Examples
    --------
    >>> read_watchlist("us-advisory-2018-02-23")["name"].head(2).tolist()
    ['AN SAN 1', 'RYE SONG GANG 1']
    """
    text, name = _text(source)
    try:
        raw = pd.read_csv(io.StringIO(text), dtype="str", keep_default_na=False, skipinitialspace=True)
    except ValueError as error:
        raise ContextError(f"watchlist {name} is no CSV: {error}") from error
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


def match_watchlist(identity: Frame, watchlist: Any, *, params: ContextParams | None = None) -> pd.DataFrame:
    """Find the broadcast identities that are, or resemble, a listed ship.

    Exact IMO and MMSI; an IMO one digit off whose check digit holds; equal names; names alike by
    `rapidfuzz.fuzz.ratio`. Lengths, where both are known, say whether the hulls can be the same.

    Parameters
    ----------
    identity : IDENTITY frame
        As broadcast; every spell counts.
    watchlist : WATCHLIST frame
        From `read_watchlist`.
    params : ContextParams, optional
        How alike is alike.

    Returns
    -------
    pandas.DataFrame
        WATCHLIST_MATCHES; one row a number, kind and listed ship.

    Examples
    --------
    >>> ships = pd.DataFrame({"mmsi": [445000001], "imo": [8405311], "shipname": ["SAM JONG 1"]})
    >>> match_watchlist(ships, read_watchlist("us-advisory-2018-02-23"))["kind"].tolist()
    ['imo', 'name']
    """
    params = params or ContextParams()
    ships = _BROADCAST.to_pandas(pl.DataFrame(_BROADCAST.validate(identity)).unique())
    listed = WATCHLIST.to_pandas(watchlist)
    if ships.empty or listed.empty:
        return WATCHLIST_MATCHES.empty()
    found = pd.concat(
        [
            _equal(ships, listed, "imo", "imo", "imo"),
            _equal(ships, listed, "mmsi", "mmsi", "mmsi"),
            _near_imo(ships, listed),
            _names(ships, listed, params),
        ],
        ignore_index=True,
    )
    if found.empty:
        return WATCHLIST_MATCHES.empty()
    off = (found["length_m"] - found["listed_length_m"]).abs()
    alike = off <= params.max_length_difference_share * found["listed_length_m"]
    found["length_agrees"] = alike.astype("boolean").where(off.notna())
    found = found.sort_values("length_agrees", ascending=False, na_position="last", kind="stable")
    return WATCHLIST_MATCHES.to_pandas(found.drop_duplicates(["mmsi", "kind", "observed", "listed", "list"]))


def imo_check_digit_holds(imo: Any) -> Bools:
    """Whether IMO numbers keep their check digit: the last of the sum of the first six digits times 7 to 2.

    Parameters
    ----------
    imo : array_like
        Numbers; NaN gives False.

    Returns
    -------
    numpy.ndarray
        bool.

    Examples
    --------
    >>> imo_check_digit_holds([9074729, 9074720, 123]).tolist()
    [True, False, False]
    """
    number = np.nan_to_num(np.asarray(imo, dtype=np.float64), nan=0.0).astype(np.int64)
    digits = number[..., None] // 10 ** np.arange(6, -1, -1) % 10
    held = (digits[..., :6] * np.arange(7, 1, -1)).sum(axis=-1) % 10 == digits[..., 6]
    return np.asarray(held & (number >= 1_000_000) & (number <= 9_999_999))


_BROADCAST = Table(
    "broadcast identities",
    "What numbers called themselves.",
    (
        Column("mmsi", "int64", "MMSI"),
        Column("imo", "int64", "IMO number", null=True),
        Column("shipname", "string", "name", null=True),
        Column("length_m", "float64", "length", "m", null=True),
    ),
    ("mmsi", "imo", "shipname", "length_m"),
)


def _equal(ships: pd.DataFrame, listed: pd.DataFrame, left: str, right: str, kind: str) -> pd.DataFrame:
    a, b = ships[ships[left].notna()], listed[listed[right].notna()]
    i, j = np.nonzero(a[left].to_numpy()[:, None] == b[right].to_numpy()[None, :])
    return _rows(a, b, i, j, kind, left, right, np.ones(len(i)))


def _near_imo(ships: pd.DataFrame, listed: pd.DataFrame) -> pd.DataFrame:
    a, b = ships[ships["imo"].notna()], listed[listed["imo"].notna()]
    a = a[imo_check_digit_holds(a["imo"].to_numpy(dtype=np.float64, na_value=np.nan))]
    place = 10 ** np.arange(7)
    seen = a["imo"].to_numpy(dtype=np.int64)[:, None] // place % 10
    want = b["imo"].to_numpy(dtype=np.int64)[:, None] // place % 10
    i, j = np.nonzero((seen[:, None, :] != want[None, :, :]).sum(axis=-1) == 1)
    return _rows(a, b, i, j, "near_imo", "imo", "imo", np.full(len(i), 6 / 7))


def _names(ships: pd.DataFrame, listed: pd.DataFrame, params: ContextParams) -> pd.DataFrame:
    a, b = ships[ships["shipname"].notna()], listed[listed["name"].notna()]
    alike = (
        process.cdist(_plain(a["shipname"]), _plain(b["name"]), scorer=fuzz.ratio, dtype=np.float64) / 100.0
    )
    i, j = np.nonzero(alike >= params.min_name_similarity)
    rows = _rows(a, b, i, j, "near_name", "shipname", "name", alike[i, j])
    rows["kind"] = np.where(rows["similarity"] >= 1.0, "name", "near_name")
    # A short name differs from many honest ones by a letter, and "3" from "5" is another ship of the fleet.
    short = rows["listed"].str.len() < params.min_fuzzy_name_length
    numbered = _numerals(rows["observed"]) != _numerals(rows["listed"])
    return rows[(rows["kind"] == "name") | ~(short | numbered)]


def _rows(
    a: pd.DataFrame,
    b: pd.DataFrame,
    i: Ints,
    j: Ints,
    kind: str,
    left: str,
    right: str,
    similarity: Floats,
) -> pd.DataFrame:
    ship, entry = a.iloc[i].reset_index(drop=True), b.iloc[j].reset_index(drop=True)
    return pd.DataFrame(
        {
            "mmsi": ship["mmsi"],
            "kind": kind,
            "observed": ship[left].astype("str"),
            "listed": entry[right].astype("str"),
            "listed_name": entry["name"],
            "list": entry["list"],
            "similarity": similarity,
            "length_m": ship["length_m"],
            "listed_length_m": entry["length_m"],
        }
    )


def _plain(names: pd.Series) -> list[str]:
    """Upper case, letters and digits only, so that dots and blanks make no difference."""
    return list(names.str.upper().str.replace(r"[^\w]+", "", regex=True))


def _numerals(names: pd.Series) -> pd.Series:
    return names.str.replace(r"\D+", " ", regex=True).str.strip()


def _text(source: str | Path) -> tuple[str, str]:
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
    if column not in raw.columns:
        return pd.Series(np.nan, index=raw.index, dtype="float64")
    text = raw[column].str.strip().str.replace(r"^IMO\s*", "", regex=True)
    number = pd.to_numeric(text.where(text != "", None), errors="coerce")
    bad = text[(text != "") & number.isna()]
    if len(bad):
        raise ContextError(
            f"watchlist {name}, column '{column}': {len(bad)} value(s) are no number, for example "
            f"{bad.head(3).str.slice(0, 40).tolist()} (row {int(bad.index[0]) + 2} of the file)."
        )
    return number.astype("float64")
