"""All tables of `stsdetect.cargo` from those of a run, and the sentence that sums them up."""

from __future__ import annotations

from typing import NamedTuple

import polars as pl

from stsdetect.arrays import row_sum
from stsdetect.cargo.chains import find_chains
from stsdetect.cargo.deliveries import find_deliveries
from stsdetect.cargo.embargo_grounds import embargo_grounds, embargoed_events
from stsdetect.cargo.ledger import cargo_items, cargo_ledger, cargo_total
from stsdetect.cargo.sides.event_sides import dredging_events
from stsdetect.cargo.sides.platforms import find_platforms
from stsdetect.foreign_text import made_visible
from stsdetect.params import Params
from stsdetect.schema import CHAINS, DELIVERIES, EVENTS, Frame

_N_PORTS = 3


class CargoTables(NamedTuple):
    """Where the cargo of the events of a run went."""

    chains: pl.DataFrame
    """CHAINS."""
    platforms: pl.DataFrame
    """PLATFORMS."""
    ledger: pl.DataFrame
    """LEDGER."""


def deliveries_of(
    tables: dict[str, pl.DataFrame], static: pl.DataFrame, matches: pl.DataFrame, *, params: Params
) -> pl.DataFrame:
    """DELIVERIES of a run; see `find_deliveries`.

    Parameters
    ----------
    tables : dict of polars.DataFrame
        PORT_VISITS, VOYAGES, HIDDEN_CALLS, GAPS, ENCOUNTERS and IDENTITY by name.
    static : polars.DataFrame
        STATIC.
    matches : polars.DataFrame
        WATCHLIST_MATCHES.
    params : Params
    """
    return find_deliveries(
        tables["port_visits"],
        tables["voyages"],
        hidden_calls=tables["hidden_calls"],
        gaps=tables["gaps"],
        encounters=tables["encounters"],
        identity=tables["identity"],
        static=static,
        matches=matches,
        params=params.deliveries,
        chain_params=params.chains,
        tonnes_params=params.tonnes,
        draught_params=params.draught,
        score_params=params.score,
    )


def trace_cargo(
    events: pl.DataFrame,
    features: pl.DataFrame,
    deliveries: pl.DataFrame,
    tables: dict[str, pl.DataFrame],
    static: pl.DataFrame,
    matches: pl.DataFrame,
    *,
    params: Params,
) -> CargoTables:
    """Follow the cargo of all events, and add it up with the direct deliveries.

    Parameters
    ----------
    events, features, deliveries : polars.DataFrame
        EVENTS, FEATURES and DELIVERIES.
    tables : dict of polars.DataFrame
        PORT_VISITS, HIDDEN_CALLS, GAPS, IDENTITY and SEGMENTS by name.
    static, matches : polars.DataFrame
        STATIC and WATCHLIST_MATCHES.
    params : Params

    Returns
    -------
    CargoTables
    """
    # Barges beside a dredger are not worth showing one by one, but where the sand went is.
    shown = events
    events = pl.concat([shown, dredging_events(shown, features, params.chains)])
    chains = find_chains(
        events,
        features,
        tables["port_visits"],
        hidden_calls=tables["hidden_calls"],
        gaps=tables["gaps"],
        identity=tables["identity"],
        static=static,
        params=params.chains,
        tonnes_params=params.tonnes,
        draught_params=params.draught,
        score_params=params.score,
    )
    grounds = embargo_grounds(tables["identity"], matches, embargoed=params.score.embargoed_flags)
    embargoed = embargoed_events(
        events,
        features,
        grounds=grounds,
        visits=tables["port_visits"],
        hidden_calls=tables["hidden_calls"],
        params=params.deliveries,
    )
    ledger = cargo_ledger(events, chains, deliveries, embargoed_events=embargoed, params=params.tonnes)
    platforms = find_platforms(shown, features, tables["segments"], params=params.chains)
    return CargoTables(chains, platforms, ledger)


def cargo_sentence(events: Frame, chains: Frame, deliveries: Frame) -> str:
    """What went where, in one sentence; empty where no cargo was followed to a port.

    Parameters
    ----------
    events, chains, deliveries : EVENTS, CHAINS, DELIVERIES frame
        Of one run. Only deliveries that became events are counted.

    Returns
    -------
    str
        Names of ports are made visible, as a user's list may hold anything.

    Examples
    --------
    >>> cargo_sentence(EVENTS.empty(), CHAINS.empty(), DELIVERIES.empty())
    ''
    """
    events, chains = EVENTS.validate(events), CHAINS.validate(chains)
    shown = events.filter(pl.col("event_type") == "delivery")["source_id"]
    direct = DELIVERIES.validate(deliveries).filter(pl.col("delivery_id").is_in(shown.implode()))
    items = cargo_items(events, chains, direct)
    n_events = items["event_id"].drop_nulls().n_unique()
    if items.is_empty():
        return ""
    from_events = items.filter(pl.col("event_id").is_not_null())
    ports = (
        from_events.filter(pl.col("port_name").is_not_null())
        .group_by("port_name", maintain_order=True)
        .agg(expected=row_sum(pl.col("weight")))
        .sort("expected", "port_name", descending=[True, False], maintain_order=True)
    )["port_name"].to_list()
    parts = []
    if n_events:
        total = cargo_total(from_events)
        where = _listed(ports) if ports else "quays without a name"
        many = "encounter" if n_events == 1 else "encounters"
        parts.append(f"{n_events:,} {many}; {_amount(total.low, total.tonnes, total.high)} went to {where}")
    if direct.height:
        many = "direct delivery" if direct.height == 1 else "direct deliveries"
        total = cargo_total(items.filter(pl.col("event_id").is_null()))
        parts.append(f"{direct.height:,} {many} of {_amount(total.low, total.tonnes, total.high)}")
    return made_visible("; ".join(parts) + ".")


def _listed(ports: list[str]) -> str:
    more = len(ports) - _N_PORTS
    shown = ports[:_N_PORTS]
    if more > 0:
        return f"{', '.join(shown)} and {more} more {'port' if more == 1 else 'ports'}"
    return " and ".join([", ".join(shown[:-1]), shown[-1]]) if len(shown) > 1 else shown[0]


def _amount(low: float, tonnes: float, high: float) -> str:
    """Tonnes with their interval, to two digits, or that nothing shows how much."""
    if tonnes <= 0.0:
        return "an unknown amount"
    return f"about {_digits(tonnes)} tonnes ({_digits(low)} to {_digits(high)})"


def _digits(tonnes: float) -> str:
    return f"{float(f'{tonnes:.2g}'):,.0f}"
