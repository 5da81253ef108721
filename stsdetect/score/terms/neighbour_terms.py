"""Terms about whom else a ship lay alongside: listed ships one and two hops away, and many others."""

from __future__ import annotations

import polars as pl

from stsdetect.itu import carries_no_cargo
from stsdetect.network.listed_neighbours import listed_neighbours, n_hulls, once_per_event
from stsdetect.params import ScoreParams
from stsdetect.score.category import on_rounds, too_long_for_its_type, unexplained
from stsdetect.score.terms.phrases import number, plural
from stsdetect.score.terms.term import Term

_NO_CONTACT = ("berth", "passing", "towing", "fishing", "anchorage_neighbours")
"""Readings in which ships lie or sail beside others without anything to do with them."""
_HOPS = {1: "near", 2: "far"}


def with_neighbours(rows: pl.DataFrame, params: ScoreParams) -> pl.DataFrame:
    """Add whom else the ships of each candidate lay alongside, by all candidates together.

    Parameters
    ----------
    rows : polars.DataFrame
        FEATURES of a whole run, with the columns of `with_category` and `with_phrases`, n rows.
    params : ScoreParams
        `min_partner_p_contact`, `max_hop_partners`.

    Returns
    -------
    polars.DataFrame
        n rows, in order, with the `NEIGHBOUR_COLUMNS` of each ship: the listed ship one hop away (near) and
        two (far), and how many other hulls the ship lay beside without an innocent reading, at any time.
    """
    contacts = _contacts(rows, params)
    hulls, edges = n_hulls(contacts), contacts.filter("passes_on")
    found = listed_neighbours(edges, hulls, max_hulls=params.max_hop_partners)
    sides = pl.concat(
        [_side(rows, ship).select("source_id", "side", "vessel_id", "partner_id") for ship in (1, 2)]
    )
    reached = once_per_event(sides.drop_nulls("vessel_id"), found)
    others = _others(edges).join(hulls, on="vessel_id", how="left", maintain_order="left")
    for ship in (1, 2):
        own = reached.filter(pl.col("side") == ship)
        for hops, name in _HOPS.items():
            columns = own.filter(pl.col("hops") == hops).select("source_id", *_named(name))
            rows = _joined(rows, columns, "source_id", ship)
        rows = _joined(rows, others, "vessel_id", ship)
    return rows


def _named(hop: str) -> list[pl.Expr]:
    return [
        pl.col("listed_label").alias(f"{hop}_label"),
        pl.col("list_source").alias(f"{hop}_list"),
        pl.col("via_label").alias(f"{hop}_via"),
        pl.col("time").alias(f"{hop}_time"),
        pl.col("strength").alias(f"{hop}_strength"),
    ]


NEIGHBOUR_COLUMNS = {
    **{
        f"{hop}_{what}": dtype
        for hop in _HOPS.values()
        for what, dtype in (
            ("label", pl.String()),
            ("list", pl.String()),
            ("via", pl.String()),
            ("time", pl.Datetime("ms", "UTC")),
            ("strength", pl.Float64()),
        )
    },
    "n_others": pl.Int64(),
    "n_shorter": pl.Int64(),
    "n_hulls": pl.Int64(),
}
"""What `with_neighbours` adds of each ship, with ``_1`` or ``_2`` behind the name."""


def _contacts(rows: pl.DataFrame, p: ScoreParams) -> pl.DataFrame:
    """Contacts that are more likely than not, from either side, and which of them pass something on."""
    beside = ~pl.col("category").is_in(_NO_CONTACT) & ~pl.col("geometry_category").is_in(
        _NO_CONTACT
    ).fill_null(value=False)
    one, two = (carries_no_cargo(pl.col(f"ship_type_{k}")) & ~too_long_for_its_type(k, p) for k in (1, 2))
    found = rows.filter(
        pl.col("vessel_id_2").is_not_null()
        & (pl.col("p_contact") >= p.min_partner_p_contact)
        & ~pl.col("same_hull_suspected")
        & beside
    ).with_columns(passes_on=unexplained() & ~on_rounds(p) & ~(one | two))
    both = pl.concat([_side(found, ship) for ship in (1, 2)])
    return (
        both.rename({"vessel_id": "from", "partner_id": "to"})
        .join(_firmly_listed(rows), on="to", how="left", maintain_order="left")
        .with_columns(listed=pl.col("source").is_not_null())
    )


def _side(rows: pl.DataFrame, ship: int) -> pl.DataFrame:
    """The candidates from one of their sides."""
    other = 3 - ship
    nameless = pl.col(f"label_{other}") == f"Ship {other}"
    kept = [c for c in ("passes_on",) if c in rows.columns]
    return rows.select(
        "source_id",
        *kept,
        side=pl.lit(ship, pl.Int32),
        vessel_id=f"vessel_id_{ship}",
        partner_id=f"vessel_id_{other}",
        p="p_contact",
        time="start_time",
        label=pl.when(nameless).then(pl.lit("a ship without a name")).otherwise(f"label_{other}"),
        shorter=(pl.col(f"length_m_{other}") < pl.col(f"length_m_{ship}")).fill_null(value=False),
    )


def _firmly_listed(rows: pl.DataFrame) -> pl.DataFrame:
    """Vessels on a list by IMO number or MMSI, with the list; names are shared by too many ships."""
    found = []
    for ship in (1, 2):
        kind = pl.col(f"list_kind_{ship}")
        near_imo = (kind == "near_imo") & pl.col(f"list_length_agrees_{ship}").fill_null(value=False)
        firm = kind.is_in(["imo", "mmsi"]) | near_imo
        found.append(
            rows.filter(firm.fill_null(value=False) & pl.col(f"vessel_id_{ship}").is_not_null()).select(
                to=f"vessel_id_{ship}", source=pl.col(f"list_source_{ship}").fill_null("watchlist")
            )
        )
    return (
        pl.concat(found)
        .sort("to", "source", maintain_order=True)
        .unique("to", keep="first", maintain_order=True)
    )


def _others(edges: pl.DataFrame) -> pl.DataFrame:
    """With how many hulls each vessel had a contact without an innocent reading."""
    return edges.group_by(vessel_id="from", maintain_order=True).agg(
        n_others=pl.col("to").n_unique().cast(pl.Int64),
        n_shorter=pl.col("to").filter("shorter").n_unique().cast(pl.Int64),
    )


def _joined(rows: pl.DataFrame, columns: pl.DataFrame, key: str, ship: int) -> pl.DataFrame:
    own = key if key == "source_id" else f"{key}_{ship}"
    named = columns.rename({c: f"{c}_{ship}" for c in columns.columns if c != key})
    return rows.join(named, left_on=own, right_on=key, how="left", maintain_order="left")


def neighbour_terms(params: ScoreParams, ship: int) -> list[Term]:
    """Terms of the families list and trade about whom else a ship lay alongside.

    Parameters
    ----------
    params : ScoreParams
        Weights [nat] and thresholds.
    ship : int
        1 or 2.

    Returns
    -------
    list of Term
    """
    return [_near(params, ship), _far(params, ship), _many(params, ship)]


def _near(p: ScoreParams, ship: int) -> Term:
    strength = pl.col(f"near_strength_{ship}")
    return Term(
        family="list",
        name="listed_partner",
        vessel=str(ship),
        when=strength.is_not_null() & unexplained() & ~on_rounds(p),
        weight_nat=p.listed_partner_nat * strength,
        observed=pl.col(f"near_label_{ship}"),
        threshold=f"at most {p.max_hop_partners} hulls alongside",
        statement=pl.format(
            "{} also lay alongside {}, a ship on a list ({}), on {}; it lay beside {} in all.",
            pl.col(f"label_{ship}"),
            pl.col(f"near_label_{ship}"),
            pl.col(f"near_list_{ship}"),
            pl.col(f"near_time_{ship}").dt.strftime("%Y-%m-%d"),
            plural(pl.col(f"n_hulls_{ship}"), "hull", "hulls"),
        ),
    )


def _far(p: ScoreParams, ship: int) -> Term:
    strength = pl.col(f"far_strength_{ship}")
    return Term(
        family="list",
        name="listed_second_hop",
        vessel=str(ship),
        when=strength.is_not_null() & unexplained() & ~on_rounds(p),
        weight_nat=p.listed_second_hop_nat * strength,
        observed=pl.col(f"far_label_{ship}"),
        threshold=f"at most {p.max_hop_partners} hulls alongside each",
        statement=pl.format(
            "{} also lay alongside {}, which lay alongside {}, a ship on a list ({}), on {}: a weak sign, as "
            "an honest ship may be two steps from a listed one.",
            pl.col(f"label_{ship}"),
            pl.col(f"far_via_{ship}"),
            pl.col(f"far_label_{ship}"),
            pl.col(f"far_list_{ship}"),
            pl.col(f"far_time_{ship}").dt.strftime("%Y-%m-%d"),
        ),
    )


def _many(p: ScoreParams, ship: int) -> Term:
    """Many contacts over the dump; those of the days around the event are those of `many_partners`."""
    n_others, shorter = pl.col(f"n_others_{ship}").fill_null(0), pl.col(f"n_shorter_{ship}").fill_null(0)
    later = n_others - 1 - pl.col(f"n_partners_{ship}").fill_null(0)
    few = pl.col(f"n_hulls_{ship}") <= p.max_hop_partners
    barges = pl.when(shorter >= p.min_repeat_partners).then(
        pl.format(", {} of them shorter than it, as barges are that unload a ship", shorter)
    )
    return Term(
        family="trade",
        name="repeated_contacts",
        vessel=str(ship),
        when=(later >= p.min_repeat_partners) & few & unexplained() & ~on_rounds(p),
        weight_nat=p.repeated_contacts_nat,
        observed=number(later, 0),
        unit="ships",
        threshold=f"{p.min_repeat_partners} more than {p.partner_window_h:g} h away",
        statement=pl.format(
            "{} lay alongside {} in the data without an innocent reading{}.",
            pl.col(f"label_{ship}"),
            plural(n_others, "ship", "ships"),
            barges.otherwise(pl.lit("")),
        ),
    )
