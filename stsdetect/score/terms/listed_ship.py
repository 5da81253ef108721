"""A ship on a watchlist: the match that weighs most, how much it weighs, and the terms about it."""

from __future__ import annotations

import polars as pl

from stsdetect.lists.list_matches import WATCHLIST_MATCHES
from stsdetect.params import ScoreParams
from stsdetect.score.terms.phrases import plural, when_listed
from stsdetect.score.terms.term import Term

_LIST_ORDER = {"imo": 0, "mmsi": 1, "name": 2, "near_imo": 3, "near_name": 4}
"""Kinds of match on the watchlist, the strongest first."""
_NEAR_IMO_SAME_LENGTH = 1
"""Order of a near IMO number on a hull of the same length, which is stronger than a name."""
_N_HASH_CHARS = 12


def watchlist_match(ship: pl.DataFrame, matches: pl.DataFrame, params: ScoreParams) -> pl.DataFrame:
    """The match of the ship with one on a watchlist that weighs most; a ship on several lists counts once.

    Which kind of match that is does not depend on when the ship was listed. Of several lists that it matches
    in this kind, one that had it before the event comes first, and of those the one that named it first.

    Parameters
    ----------
    ship : polars.DataFrame
    matches : polars.DataFrame
        From `match_watchlist`.
    params : ScoreParams
        Weights by kind of match, and the share of it that a later listing has.

    Returns
    -------
    polars.DataFrame
        `source_id list_kind list_observed list_listed list_name list_source list_similarity
        list_length_agrees list_listed_on [UTC] list_date [UTC] list_sha256 list_n_lists`.
    """
    same_length = (pl.col("kind") == "near_imo") & pl.col("length_agrees").fill_null(value=False)
    order = (
        pl.when(same_length)
        .then(_NEAR_IMO_SAME_LENGTH)
        .otherwise(pl.col("kind").replace_strict(_LIST_ORDER, return_dtype=pl.Int32))
    )
    found = ship.join(WATCHLIST_MATCHES.validate(matches), on="mmsi", maintain_order="left")
    return (
        found.with_columns(
            order=order,
            weight=list_weight(pl.col("kind"), pl.col("length_agrees"), params),
            share=listed_share(pl.col("listed_on"), pl.col("start_time"), params),
        )
        .sort(
            "source_id",
            "weight",
            "order",
            "share",
            "similarity",
            "listed_on",
            "listed",
            descending=[False, True, False, True, True, False, False],
            nulls_last=True,
            maintain_order=True,
        )
        .unique("source_id", keep="first", maintain_order=True)
        .select(
            "source_id",
            list_kind="kind",
            list_observed="observed",
            list_listed="listed",
            list_name="listed_name",
            list_source="list",
            list_similarity="similarity",
            list_length_agrees="length_agrees",
            list_listed_on="listed_on",
            list_date="list_date",
            list_sha256="list_sha256",
            list_n_lists="n_lists",
        )
    )


def list_weight(kind: pl.Expr, length_agrees: pl.Expr, params: ScoreParams) -> pl.Expr:
    """Weight of a match [nat], whenever the ship was listed.

    A likeness in name or IMO number weighs nothing where the lengths differ.

    Parameters
    ----------
    kind : polars.Expr
        imo, mmsi, near_imo, name or near_name.
    length_agrees : polars.Expr
        Whether both lengths are known and alike; null where one is unknown.
    params : ScoreParams

    Examples
    --------
    >>> kinds = {"kind": ["imo", "near_imo", "near_imo", "name"], "alike": [None, True, None, False]}
    >>> rows = pl.DataFrame(kinds)
    >>> rows.select(list_weight(pl.col("kind"), pl.col("alike"), ScoreParams())).to_series().to_list()
    [3.5, 2.5, 1.0, 0.0]
    """
    weights = {
        "imo": params.listed_imo_nat,
        "mmsi": params.listed_mmsi_nat,
        "near_imo": params.near_imo_nat,
        "name": params.listed_name_nat,
        "near_name": params.near_name_nat,
    }
    differs, agrees = ~length_agrees.fill_null(value=True), length_agrees.fill_null(value=False)
    return (
        pl.when(kind.is_in(["near_imo", "name", "near_name"]) & differs)
        .then(0.0)
        .when((kind == "near_imo") & agrees)
        .then(params.near_imo_same_length_nat)
        .otherwise(kind.replace_strict(weights, default=None, return_dtype=pl.Float64))
    )


def is_listed_after(listed_on: pl.Expr, start_time: pl.Expr) -> pl.Expr:
    """Whether a ship was listed on a later day than the one on which the event began; false where unknown."""
    return (listed_on.dt.date() > start_time.dt.date()).fill_null(value=False)


def listed_share(listed_on: pl.Expr, start_time: pl.Expr, params: ScoreParams) -> pl.Expr:
    """Share of the weight of a match, by the day on which the ship was listed.

    It is 1 where the ship was listed before the event, on its day, or where this is unknown, so that no date
    can raise a weight.

    Examples
    --------
    >>> from datetime import UTC, datetime
    >>> days = [datetime(2024, 1, day, tzinfo=UTC) for day in (1, 2, 3)]
    >>> rows = pl.DataFrame({"listed": [*days, None], "start": datetime(2024, 1, 2, 7, tzinfo=UTC)})
    >>> rows.select(listed_share(pl.col("listed"), pl.col("start"), ScoreParams())).to_series().to_list()
    [1.0, 1.0, 0.5, 1.0]
    """
    return pl.when(is_listed_after(listed_on, start_time)).then(params.listed_after_share).otherwise(1.0)


def list_terms(params: ScoreParams, ship: int) -> list[Term]:
    """Terms of the family list.

    Parameters
    ----------
    params : ScoreParams
        Weights [nat].
    ship : int
        1 or 2.
    """
    return [*_listed(params, ship), *_nearly_listed(params, ship)]


def _listed(p: ScoreParams, ship: int) -> list[Term]:
    label, kind = pl.col(f"label_{ship}"), pl.col(f"list_kind_{ship}")
    # A length that is unknown does not contradict the name.
    length_differs = ~pl.col(f"list_length_agrees_{ship}").fill_null(value=True)
    sentences = {
        "imo": ("listed_imo", kind == "imo", "{} broadcast the IMO number of {}."),
        "mmsi": ("listed_mmsi", kind == "mmsi", "{} used the MMSI of {}."),
        "name": ("listed_name", (kind == "name") & ~length_differs, "{} has the same name as {}."),
    }
    return [
        _list_term(p, ship, name=name, when=when, statement=pl.format(text, label, _listed_ship(ship)))
        for name, when, text in sentences.values()
    ]


def _nearly_listed(p: ScoreParams, ship: int) -> list[Term]:
    label, kind = pl.col(f"label_{ship}"), pl.col(f"list_kind_{ship}")
    length_agrees = pl.col(f"list_length_agrees_{ship}")
    length_differs = ~length_agrees.fill_null(value=True)
    observed = pl.col(f"list_observed_text_{ship}")
    return [
        _list_term(
            p,
            ship,
            name="near_imo_same_length",
            when=(kind == "near_imo") & length_agrees.fill_null(value=False),
            statement=pl.format(
                "{} broadcast IMO number {}, one digit different from that of {}, and has the same length.",
                label,
                observed,
                _listed_ship(ship),
            ),
        ),
        _list_term(
            p,
            ship,
            name="near_imo",
            when=(kind == "near_imo") & length_agrees.is_null(),
            statement=pl.format(
                "{} broadcast IMO number {}, one digit different from that of {}; the lengths could not be "
                "compared.",
                label,
                observed,
                _listed_ship(ship),
            ),
        ),
        _list_term(
            p,
            ship,
            name="near_name",
            when=(kind == "near_name") & ~length_differs,
            statement=pl.format("{} has a name similar to that of {}.", label, _listed_ship(ship)),
        ),
        _list_term(
            p,
            ship,
            name="likeness_refuted",
            when=kind.is_in(["near_imo", "name", "near_name"]) & length_differs,
            statement=pl.format(
                "{} resembles {} in name or IMO number, but its length differs: probably another ship.",
                label,
                _listed_ship(ship),
            ),
        ),
    ]


def _list_term(p: ScoreParams, ship: int, *, name: str, when: pl.Expr, statement: pl.Expr) -> Term:
    """A term of the family list, weighed by `list_weight` and by when the ship was listed."""
    weight = list_weight(pl.col(f"list_kind_{ship}"), pl.col(f"list_length_agrees_{ship}"), p)
    return Term(
        family="list",
        name=name,
        vessel=str(ship),
        when=when,
        weight_nat=weight * listed_share(pl.col(f"list_listed_on_{ship}"), pl.col("start_time"), p),
        observed=pl.col(f"list_observed_text_{ship}"),
        threshold=pl.col(f"list_listed_text_{ship}"),
        statement=statement,
    )


def _listed_ship(ship: int) -> pl.Expr:
    """The ship on the watchlist, the list that it is on with its date and hash, and when it was listed."""
    sha256 = pl.col(f"list_sha256_{ship}").str.slice(0, _N_HASH_CHARS)
    others = pl.col(f"list_n_lists_{ship}") - 1
    details = pl.concat_str(
        pl.col(f"list_source_text_{ship}"),
        pl.format("of {}", pl.col(f"list_date_{ship}").dt.strftime("%Y-%m-%d")),
        pl.format("SHA-256 {}", sha256),
        when_listed(pl.col(f"list_listed_on_{ship}"), pl.col("start_time")),
        pl.when(others > 0).then(pl.format("also on {}", plural(others, "other list", "other lists"))),
        separator=", ",
        ignore_nulls=True,
    )
    return pl.format("“{}” ({})", pl.col(f"list_name_text_{ship}"), details)
