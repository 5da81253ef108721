"""Watchlists of ships: reading one, and matching broadcast identities against it.

A false IMO number may differ from the true one in a single digit and still have a correct check digit. A
similar number alone is weak evidence; it is stronger where the lengths agree (A LI and YON PUNG 3 [L10]).
"""

from __future__ import annotations

import re
import warnings
from collections.abc import Iterable
from importlib.resources import files
from itertools import zip_longest
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pandas as pd
import polars as pl
from rapidfuzz import fuzz, process

from stsdetect.arrays import Floats, Ints
from stsdetect.errors import ContextError, StsWarning
from stsdetect.exact_numbers import whole_number
from stsdetect.itu import valid_imo
from stsdetect.lists.text_table import TextTable, is_null, plain_header, read_text_table
from stsdetect.params import ContextParams
from stsdetect.schema import Frame
from stsdetect.schema.table import Column, Table
from stsdetect.stored_files import is_there

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


_NUMBER = "(?:number|numbers|num|nummer|numero|no|nos|nr|id|code|identifier|identificationnumber)?"
_KNOWN = {
    "imo": f"(?:no|n|number)?(?:lr|vessel|ship)?imo(?:ship|vessel)?{_NUMBER}(?:lrno)?|lrimoshipno|lrno",
    "mmsi": f"(?:vessel|ship|ais)?mmsi{_NUMBER}|ssvid|maritimemobileserviceidentity{_NUMBER}",
    "name": "(?:current|primary|main)?(?:vessels?|ships?)?names?|n?shipname|caption|vessels?|ships?"
    "|nameof(?:the)?(?:vessel|ship)|(?:vessel|ship)(?:ship|vessel)name",
    "length_m": "(?:vessel|ship|overall)?(?:length|loa)(?:overall|oa|loa)?(?:m|metres?|meters?)?",
    "list": "list(?:name)?",
    "schema": "schema|type|(?:sdn|group|entity|record|party|subject)type",
}
"""Names of columns as `plain_header` has them."""

_NEEDED = ("imo", "mmsi", "name")
_OTHERS = frozenset(
    ["person", "company", "organization", "organisation", "legalentity", "individual", "entity", "airplane",
     "aircraft", "publicbody", "address", "cryptowallet", "security", "owner", "operator"]
)  # fmt: skip
"""What a list of sanctions holds beside ships; their names must not match ships'."""

_SEVERAL = re.compile(r"[;|/\n]|,(?=\s*(?:IMO|MMSI)?\s*\d{7})", re.IGNORECASE)
_LABEL = r"(?i)^[\s'\"=\u2019]*(?:IMO|MMSI)[\s:.#\-]*(?:number|num|no|nr)?[\s:.#\u00b0\-]*"
_MAX_LENGTH_M = 500.0  # no ship has been longer than 458 m
_UNUSED_SHARE = 0.5
_IMO_DIGITS = 7
_PAIRS_AT_ONCE = 2_000_000


def read_watchlist(source: str | Path) -> pd.DataFrame:
    """Read a watchlist from a CSV, or a bundled one by name.

    Columns are known by the names that lists are published with, in any case and with or without blanks,
    points, hyphens and underscores: ``imo``, ``IMO No.``, ``imoNumber``, ``mmsi_number``, ``Vessel Name``,
    ``caption``, ``LOA`` and so on. Separator and encoding are recognised, and lines before the header are
    passed over. A cell may hold several numbers, with semicolons between them.

    Parameters
    ----------
    source : str or Path
        CSV with at least one of the columns imo, mmsi and name, and optionally length_m [m] and list; or one
        of `BUNDLED`.

    Returns
    -------
    pandas.DataFrame
        WATCHLIST, without rows that identify no ship.

    Raises
    ------
    ContextError
        When the file is missing, is not a CSV, lacks all three columns, or identifies no ship; or when a
        number lost its last digits in a spreadsheet (``9.07E+06``) and nothing else in its row identifies the
        ship.

    Warns
    -----
    StsWarning
        What was not used, with the number of rows and the first lines: IMO numbers that do not have seven
        digits or fail the check digit, MMSIs that do not have nine digits, rows that identify no ship, and
        columns that look like numbers of ships under another name.

    Examples
    --------
    >>> read_watchlist("us-advisory-2018-02-23")["name"].head(2).tolist()
    ['AN SAN 1', 'RYE SONG GANG 1']
    """
    table = _table(source)
    others = {i for i, cell in table.cells("schema") if plain_header(cell) in _OTHERS}
    imo, mmsi = (_numbers(table, column, leave_out=others) for column in ("imo", "mmsi"))
    names = _names(table, leave_out=others)
    lost = sorted((imo.lost | mmsi.lost) - imo.found.keys() - mmsi.found.keys() - names.keys())
    if lost:
        raise ContextError(
            f"{table.name}: a number lost its last digits, as spreadsheets do (9.07E+06), and nothing else "
            f"identifies the ship ({table.lines(lost)}). Take the list from its source again, or format the "
            "column as a whole number before saving."
        )
    lengths, list_names, file_name = _lengths(table), table.first("list"), Path(source).name
    ships: list[_Ship] = []
    nameless = []
    for i in range(len(table.rows)):
        if i in others:
            continue
        ids = _combined(imo.found.get(i, []), mmsi.found.get(i, []), names.get(i, []))
        ships += [(*row, lengths.get(i), list_names[i] or file_name) for row in ids]
        if not ids:
            nameless.append(i)
    if nameless:
        table.remarks.append(
            f"{table.name}: {len(nameless)} row(s) identify no ship and were left out "
            f"({table.lines(nameless)})"
        )
    if others:
        table.remarks.append(
            f"{table.name}: {len(others)} row(s) are persons, companies or other things and not ships, and "
            f"were left out ({table.lines(sorted(others))})"
        )
    table.remarks += _unused(table)
    if not ships:
        reasons = "; ".join(table.remarks) or "it has no rows"
        raise ContextError(f"{table.name} identifies no ship: {reasons}.")
    for remark in table.remarks:
        warnings.warn(remark, StsWarning, stacklevel=2)
    schema = {c.name: _TYPES[c.kind] for c in WATCHLIST.columns}
    return WATCHLIST.to_pandas(pl.DataFrame(ships, schema=schema, orient="row").unique(maintain_order=True))


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
    params = ContextParams.of(params)
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


_Ship = tuple[int | None, int | None, str | None, float | None, str]


class _Numbers(NamedTuple):
    """Numbers of ships by row, and the rows with one that lost its last digits."""

    found: dict[int, list[int]]
    lost: set[int]


def _table(source: str | Path) -> TextTable:
    if str(source) in BUNDLED:
        name = f"{source}.csv"
        data = (files("stsdetect.lists.data") / name).read_bytes()
        return read_text_table(Path(name), "watchlist", _KNOWN, needed=_NEEDED, data=data)
    path = Path(source)
    if not is_there(path):
        raise ContextError(f"{path}: no such watchlist; bundled: {', '.join(BUNDLED)}.")
    return read_text_table(path, "watchlist", _KNOWN, needed=_NEEDED)


def _numbers(table: TextTable, column: str, *, leave_out: set[int]) -> _Numbers:
    """IMO numbers or MMSIs; what is none goes to the remarks of the table."""
    cells = [(i, cell) for i, cell in table.cells(column) if i not in leave_out]
    whole = whole_number(_without_label(cell for _, cell in cells))[0]
    parts = [
        (i, part.strip())
        for (i, cell), number in zip(cells, whole, strict=True)
        for part in ([cell] if number is not None else _SEVERAL.split(cell))
        if not is_null(part) or len(cell) == len(part)
    ]
    numbers = pl.DataFrame(
        {"row": [i for i, _ in parts], "text": [t for _, t in parts]}, {"row": pl.Int64, "text": pl.String}
    )
    number, digits_lost = whole_number(_without_label(numbers["text"]))
    numbers = numbers.with_columns(number=number, digits_lost=digits_lost).filter(
        ~pl.col("number").is_in([0, -1]).fill_null(value=False)  # not known
    )
    good = valid_imo(pl.col("number")) if column == "imo" else _has_nine_digits(pl.col("number"))
    numbers = numbers.with_columns(good=good.fill_null(value=False))
    rule = (
        "no IMO numbers (seven digits, the last a check digit)"
        if column == "imo"
        else "no MMSIs (nine digits)"
    )
    for wrong, what in (
        (numbers.filter(~pl.col("good") & ~pl.col("digits_lost")), f"are {rule}"),
        (numbers.filter("digits_lost"), "lost their last digits, as in a spreadsheet,"),
    ):
        if wrong.height:
            sample = ", ".join(repr(t[:40]) for t in wrong["text"].head(3))
            table.remarks.append(
                f"{table.name}, column '{column}': {wrong.height} value(s) {what} and were not used, for "
                f"example {sample} ({table.lines(wrong['row'])})"
            )
    found: dict[int, list[int]] = {}
    for row, value in numbers.filter("good").select("row", "number").unique(maintain_order=True).iter_rows():
        found.setdefault(row, []).append(value)
    return _Numbers(found, set(numbers.filter("digits_lost")["row"]))


def _combined(
    imo: list[int], mmsi: list[int], names: list[str]
) -> list[tuple[int | None, int | None, str | None]]:
    """One row for each of several numbers or names of a ship, with the first of the others beside it."""
    first = (*imo[:1], None)[0], (*mmsi[:1], None)[0], (*names[:1], None)[0]
    return [
        (first[0] if i is None else i, first[1] if m is None else m, first[2] if n is None else n)
        for i, m, n in zip_longest(imo, mmsi, names)
    ]


def _without_label(texts: Iterable[str]) -> pl.Series:
    return pl.Series("text", list(texts), dtype=pl.String).str.replace(_LABEL, "")


def _has_nine_digits(mmsi: pl.Expr) -> pl.Expr:
    return mmsi.is_between(100_000_000, 999_999_999)


def _names(table: TextTable, *, leave_out: set[int]) -> dict[int, list[str]]:
    names: dict[int, list[str]] = {}
    for i, cell in table.cells("name"):
        name = " ".join(cell.split())
        if i not in leave_out and name != "0" and name not in names.get(i, []):
            names.setdefault(i, []).append(name)
    return names


def _lengths(table: TextTable) -> dict[int, float]:
    """Lengths [m] by row."""
    cells = list(table.cells("length_m"))
    text = pl.Series([c for _, c in cells], dtype=pl.String).str.replace(
        r"(?i)\s*(?:m|metres|meters)\.?$", ""
    )
    number = text.str.replace(r"^([0-9]+),([0-9]+)$", "${1}.${2}").cast(pl.Float64, strict=False)
    usable = (number.is_between(0.0, _MAX_LENGTH_M) | (number == -1.0)).fill_null(value=False)
    wrong = [i for (i, _), ok in zip(cells, usable, strict=True) if not ok]
    if wrong:
        sample = ", ".join(repr(c[:40]) for c in text.filter(~usable).head(3))
        table.remarks.append(
            f"{table.name}: {len(wrong)} length(s) are not metres of a ship and were not used, for example "
            f"{sample} ({table.lines(wrong)})"
        )
    return {i: v for (i, _), v, ok in zip(cells, number, usable, strict=True) if ok and v > 0.0}


def _unused(table: TextTable) -> list[str]:
    """Remarks on columns that are not used although they look like numbers of ships, or lengths."""
    remarks = []
    for name, cells in table.unused():
        shown = f"{table.name}: column '{name[:40]}'"
        if re.match("length|loa", plain_header(name)) and cells:
            remarks.append(f"{shown} is not used; write lengths in metres in a column length_m")
        if not cells:
            continue
        number = whole_number(_without_label(cells))[0].to_frame("number")
        share = {
            kind: float(number.select(good.fill_null(value=False).mean()).item())
            for kind, good in (
                ("imo", valid_imo(pl.col("number"))),
                ("mmsi", _has_nine_digits(pl.col("number"))),
            )
        }
        labelled = sum(bool(re.search(r"(?i)\b(?:IMO|MMSI)\W*(?:number|no)?\W*\d{7}", c)) for c in cells)
        kind = max(share, key=lambda k: share[k])
        if share[kind] >= _UNUSED_SHARE:
            remarks.append(
                f"{shown} looks like {'IMO numbers' if kind == 'imo' else 'MMSIs'} and is not used; name it "
                f"{kind} if that is what it holds"
            )
        elif labelled:
            remarks.append(
                f"{shown} names IMO numbers or MMSIs in {labelled} row(s) and is not used; write them in "
                "columns imo and mmsi"
            )
    return remarks


_TYPES = {"int64": pl.Int64, "string": pl.String, "float64": pl.Float64}
