r"""The ledger: how much cargo came to which port in which month, by chains and by direct deliveries.

Each chain and each delivery is an item with a probability :math:`w` and tonnes of mean :math:`m` whose
logarithm has the error :math:`\sigma`. An item counts with its expected tonnes :math:`w\,m`. Errors of the
items are partly common, as a coefficient that is wrong for one coal barge is wrong for the next: a share of
each error is taken as common to all and added up; the rest, and the doubt whether the item took place, are
independent and add up in quadrature. The sum is taken as lognormal with that mean and variance, so that no
interval reaches below 0; where it is not improbable that no item took place, the interval begins at 0.
"""

from __future__ import annotations

from typing import NamedTuple

import polars as pl

from stsdetect.arrays import row_sum
from stsdetect.cargo.tonnes import Z_80
from stsdetect.params import TonnesParams
from stsdetect.schema import CHAINS, DELIVERIES, EVENTS, LEDGER, Frame

_COUNTED = ("transfer", "dredging", "unknown")
"""Categories of events whose chains count; fuel for a ship is not cargo that came to a port."""

_KEYS = ["port_id", "port_name", "month", "commodity", "embargo"]


_TAIL = 0.1
"""Probability below the lower end of an 80 % interval."""


class CargoTotal(NamedTuple):
    """Tonnes of several items together, with the 80 % interval of the sum [t]; 0 where none has a value."""

    low: float
    tonnes: float
    high: float


def cargo_ledger(
    events: Frame,
    chains: Frame,
    deliveries: Frame,
    *,
    embargoed_events: pl.Series | None = None,
    params: TonnesParams | None = None,
) -> pl.DataFrame:
    """Add up chains and deliveries by port, month, kind of cargo, and whether an embargo is in question.

    Parameters
    ----------
    events, chains, deliveries : EVENTS, CHAINS, DELIVERIES frame
    embargoed_events : polars.Series, optional
        ``event_id`` of the events with grounds that point to the embargo.
    params : TonnesParams, optional
        Which share of the errors is common.

    Returns
    -------
    polars.DataFrame
        LEDGER. `share_draught`, `share_capacity` and `share_none` add up to 1; items without tonnes are
        counted in `expected_count` and left out of the sum.

    Raises
    ------
    SchemaError
        When a table lacks a column or holds a value that it may not.

    Examples
    --------
    >>> cargo_ledger(EVENTS.empty(), CHAINS.empty(), DELIVERIES.empty()).height
    0
    """
    params = TonnesParams.of(params)
    items = cargo_items(events, chains, deliveries, embargoed_events=embargoed_events)
    if items.is_empty():
        return LEDGER.optional(None)
    weight = row_sum(pl.col("weight"))
    shares = {
        f"share_{method}": row_sum(pl.col("weight").filter(pl.col("method") == method)).fill_null(0.0)
        / weight
        for method in ("draught", "capacity", "none")
    }
    sums = items.group_by(_KEYS, maintain_order=True).agg(
        n_events=pl.col("event_id").n_unique() - pl.col("event_id").has_nulls().cast(pl.UInt32),
        n_deliveries=pl.col("event_id").is_null().sum(),
        expected_count=weight,
        **shares,
        **_moments(params),
    )
    return LEDGER.ordered(sums.with_columns(_interval()))


def cargo_total(items: pl.DataFrame, params: TonnesParams | None = None) -> CargoTotal:
    """Tonnes of all items together.

    Parameters
    ----------
    items : polars.DataFrame
        From `cargo_items`.
    params : TonnesParams, optional

    Examples
    --------
    >>> items = cargo_items(EVENTS.empty(), CHAINS.empty(), DELIVERIES.empty())
    >>> cargo_total(items)
    CargoTotal(low=0.0, tonnes=0.0, high=0.0)
    """
    total = items.select(**_moments(TonnesParams.of(params))).with_columns(_interval())
    low, tonnes, high = total.select("tonnes_low", "tonnes", "tonnes_high").row(0)
    return CargoTotal(low or 0.0, tonnes or 0.0, high or 0.0)


def cargo_items(
    events: Frame, chains: Frame, deliveries: Frame, *, embargoed_events: pl.Series | None = None
) -> pl.DataFrame:
    """Chains that end at a port, and deliveries, as items to add up.

    Parameters
    ----------
    events, chains, deliveries : EVENTS, CHAINS, DELIVERIES frame
    embargoed_events : polars.Series, optional
        As for `cargo_ledger`.

    Returns
    -------
    polars.DataFrame
        ``event_id`` (null of a delivery) ``port_id port_name month commodity embargo method weight``,
        ``mean`` [t] and ``sigma``, sorted.
    """
    counted = EVENTS.validate(events).filter(pl.col("category").is_in(_COUNTED))
    ends = CHAINS.validate(chains).filter(pl.col("next_event_id").is_null())
    from_events = ends.join(
        counted.select("event_id", "p_contact"), on="event_id", maintain_order="left"
    ).with_columns(weight=pl.col("p") * pl.col("p_contact"))
    known = pl.Series(dtype=pl.String) if embargoed_events is None else embargoed_events
    from_events = from_events.with_columns(embargo=pl.col("event_id").is_in(known.implode()))
    direct = DELIVERIES.validate(deliveries).with_columns(
        event_id=pl.lit(None, pl.String), weight=pl.col("p"), embargo=pl.col("embargo_grounds").is_not_null()
    )
    columns = ["event_id", "port_id", "port_name", "commodity", "embargo", "method", "weight"]
    tonnes = ["tonnes_low", "tonnes", "tonnes_high"]
    items = pl.concat([rows.select(*columns, "arrival_time", *tonnes) for rows in (from_events, direct)])
    sigma = (pl.col("tonnes_high") / pl.col("tonnes_low")).log() / (2.0 * Z_80)
    return (
        items.filter(pl.col("weight") > 0)
        .with_columns(month=pl.col("arrival_time").dt.truncate("1mo"), sigma=sigma)
        .with_columns(mean=pl.col("tonnes") * (pl.col("sigma") ** 2 / 2.0).exp())
        .sort(*_KEYS, "event_id", "weight", "mean", nulls_last=True, maintain_order=True)
        .select(*columns, "month", "mean", "sigma")
    )


def _moments(params: TonnesParams) -> dict[str, pl.Expr]:
    """Mean and variance of the sum, and the probability that no item took place."""
    w, m, sigma = pl.col("weight"), pl.col("mean"), pl.col("sigma")
    common = params.common_error_share
    spread = (sigma**2).exp() - 1.0
    own = w * m**2 * (1.0 + (1.0 - common**2) * spread) - (w * m) ** 2
    shared = row_sum(w * m * common * sigma)
    none = row_sum((1.0 - w.filter(m.is_not_null())).log()).exp()
    return {"sum_mean": row_sum(w * m), "sum_variance": row_sum(own) + shared**2, "p_none": none}


def _interval() -> list[pl.Expr]:
    """80 % interval of a lognormal with these moments, whose mean is given as the tonnes."""
    some = pl.col("sum_mean") > 0
    sigma = (1.0 + pl.col("sum_variance") / pl.col("sum_mean") ** 2).log().sqrt()
    median = pl.col("sum_mean").log() - sigma**2 / 2.0
    return [
        pl.when(some & (pl.col("p_none") >= _TAIL))
        .then(0.0)
        .when(some)
        .then((median - Z_80 * sigma).exp())
        .alias("tonnes_low"),
        pl.when(some).then(pl.col("sum_mean")).alias("tonnes"),
        # With a small probability the mean lies above most of the distribution.
        pl.when(some)
        .then(pl.max_horizontal((median + Z_80 * sigma).exp(), pl.col("sum_mean")))
        .alias("tonnes_high"),
    ]
