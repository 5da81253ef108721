"""Vessels one and two hops from a listed one, by the contacts that ships had with each other.

Who lay alongside a listed ship is of interest; who lay alongside a bunker barge that also served a listed
ship is not. So a vessel passes the mark on the less, the more hulls it lay beside, and not at all beyond a
limit; contacts with an innocent reading pass nothing on.
"""

from __future__ import annotations

import polars as pl

_FAR = {"from": "vessel_id", "to": "listed_id", "label": "listed_label", "source": "list_source"}
_NEAREST_FIRST = ["hops", "strength", "listed_id", "via_id"]
_LARGEST_LAST = [False, True, False, False]


def n_hulls(contacts: pl.DataFrame) -> pl.DataFrame:
    """With how many other hulls each vessel was in contact.

    Parameters
    ----------
    contacts : polars.DataFrame
        `from to`, one row for each contact and each of its two vessels.

    Returns
    -------
    polars.DataFrame
        `vessel_id n_hulls`.

    Examples
    --------
    >>> found = n_hulls(pl.DataFrame({"from": ["a", "a", "b", "a"], "to": ["b", "c", "a", "b"]}))
    >>> dict(found.iter_rows())
    {'a': 2, 'b': 1}
    """
    return contacts.group_by(vessel_id="from", maintain_order=True).agg(
        n_hulls=pl.col("to").n_unique().cast(pl.Int64)
    )


def listed_neighbours(edges: pl.DataFrame, hulls: pl.DataFrame, *, max_hulls: int) -> pl.DataFrame:
    """The listed ships within two hops of each vessel that is not listed itself.

    Parameters
    ----------
    edges : polars.DataFrame
        `from to p label time listed source`, one row for each contact that passes something on and each of
        its two vessels: probability, what to call `to`, when it was, whether `to` is listed, and on which
        list.
    hulls : polars.DataFrame
        `vessel_id n_hulls` from `n_hulls`, of all contacts.
    max_hulls : int
        A vessel in contact with more than these serves them, and passes nothing on.

    Returns
    -------
    polars.DataFrame
        `vessel_id listed_id listed_label list_source hops via_id via_label time strength`: each listed ship
        once for each vessel, over the fewest hops and then the strongest. `strength` is the probability of
        the contacts, times ``2 / n_hulls`` of each vessel that passes something on; `time` is that of the
        contact with the listed ship.

    Examples
    --------
    >>> import datetime as dt
    >>> both = [("a", "x", True), ("x", "a", False), ("b", "a", False), ("a", "b", False)]
    >>> edges = pl.DataFrame([{"from": f, "to": t, "p": 0.8, "label": t, "listed": listed, "source": "list",
    ...     "time": dt.datetime(2019, 8, 14)} for f, t, listed in both])
    >>> found = listed_neighbours(edges, n_hulls(edges), max_hulls=12)
    >>> found.select("vessel_id", "listed_id", "hops", pl.col("strength").round(2)).rows()
    [('a', 'x', 1, 0.8), ('b', 'x', 2, 0.64)]
    """
    passing = _passing(edges, hulls, max_hulls)
    near = passing.filter("listed").select(
        "from", "to", "label", "source", "time", hops=pl.lit(1, pl.Int32), via_id=pl.lit(None, pl.String),
        via_label=pl.lit(None, pl.String), strength=pl.col("p") * pl.col("share"),
    ).rename(_FAR)  # fmt: skip
    steps = passing.filter(~pl.col("listed")).select(
        "from", "to", via_label="label", step=pl.col("p") * pl.col("share")
    )
    beyond = near.drop("hops", "via_id", "via_label").rename({"vessel_id": "to"})
    far = (
        steps.join(beyond, on="to", maintain_order="left_right")
        .filter(pl.col("listed_id") != pl.col("from"))
        .select(
            "listed_id", "listed_label", "list_source", "time", "via_label", vessel_id="from",
            hops=pl.lit(2, pl.Int32), via_id="to", strength=pl.col("strength") * pl.col("step"),
        )
    )  # fmt: skip
    both = pl.concat([near, far.select(near.columns)])
    return both.sort("vessel_id", *_NEAREST_FIRST, descending=[False, *_LARGEST_LAST], maintain_order=True)


def once_per_event(sides: pl.DataFrame, neighbours: pl.DataFrame) -> pl.DataFrame:
    """The listed ships near each side of an event, each once, without what the event itself is.

    Parameters
    ----------
    sides : polars.DataFrame
        `source_id side vessel_id partner_id`, one row for each event and ship.
    neighbours : polars.DataFrame
        From `listed_neighbours`.

    Returns
    -------
    polars.DataFrame
        `neighbours` with `source_id side`: of each event, side and number of hops the strongest, without
        listed ships that take part in the event or that are nearer to the other side, or as near and counted
        there, and without hops over the partner.
    """
    # A partner that is listed, or near a listed ship, has a term of its own.
    with_partner = (pl.col("partner_id") == pl.col("listed_id")) | (pl.col("partner_id") == pl.col("via_id"))
    reached = (
        sides.join(neighbours, on="vessel_id", maintain_order="left_right")
        .filter(~with_partner.fill_null(value=False))
        .sort(
            "source_id",
            *_NEAREST_FIRST,
            "side",
            descending=[False, *_LARGEST_LAST, False],
            maintain_order=True,
        )
    )
    each_once = reached.unique(["source_id", "listed_id"], keep="first", maintain_order=True)
    return each_once.unique(["source_id", "side", "hops"], keep="first", maintain_order=True)


def _passing(edges: pl.DataFrame, hulls: pl.DataFrame, max_hulls: int) -> pl.DataFrame:
    """The likeliest contact of each two vessels, from the side of one that may pass something on."""
    listed = edges.filter("listed")["to"].unique(maintain_order=True)
    likeliest = edges.sort("p", "time", "label", descending=[True, False, False], maintain_order=True).unique(
        ["from", "to"], keep="first", maintain_order=True
    )
    return (
        likeliest.join(hulls.rename({"vessel_id": "from"}), on="from", how="left", maintain_order="left")
        .filter((pl.col("n_hulls") <= max_hulls) & ~pl.col("from").is_in(listed.implode()))
        .with_columns(share=(2.0 / pl.col("n_hulls")).clip(upper_bound=1.0))
    )
