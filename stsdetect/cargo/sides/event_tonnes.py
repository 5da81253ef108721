"""Tonnes that changed hands in an event, balanced over its two ships."""

from __future__ import annotations

import math

import polars as pl

from stsdetect.cargo.tonnes import most_of, with_capacity_tonnes, with_draught_tonnes
from stsdetect.params import DraughtParams, TonnesParams


def with_event_tonnes(
    sides: pl.DataFrame, params: TonnesParams, draught_params: DraughtParams
) -> pl.DataFrame:
    """Add what each side took, if it was the one that took the cargo.

    What the taker gained and what the giver lost are two estimates of the same tonnes. Where they agree
    within their errors they are combined by inverse variance; where not, the interval holds both and the
    evidence says that the ships do not balance. A giver with other partners in those days lost cargo to them
    too, so its loss then says nothing about one of them. Without a change of draught of the taker, or of a
    giver without other partners, the fall at the taker's next quay counts, shared among what it loaded
    before; and without that, what both ships can carry.

    Parameters
    ----------
    sides : polars.DataFrame
        From `with_direction`, with ``n_loads``, what the side is expected to have loaded for the same quay.
    params : TonnesParams
    draught_params : DraughtParams
        From which change on a draught counts as changed [m].

    Returns
    -------
    polars.DataFrame
        `sides` with ``cargo_log`` [log t], ``cargo_sigma``, ``most_log``, the most that both ships can carry;
        ``method`` (draught, capacity or none); ``balance``, what the two draughts say of each other.
    """
    least_m = draught_params.min_change_m
    rows = sides.with_columns(
        fresh_water=pl.col("on_land").fill_null(value=False),
        gain_m=pl.when(pl.col("rise_m") >= least_m).then("rise_m"),
        loss_m=pl.when(pl.col("rise_m") <= -least_m).then("rise_m"),
        quay_m=pl.when(pl.col("quay_fall_m") >= least_m).then("quay_fall_m"),
    )
    for change, out in (("gain_m", "gain"), ("loss_m", "loss"), ("quay_m", "quay")):
        rows = with_draught_tonnes(rows, params, change=change, out=out)
    rows = with_capacity_tonnes(rows, params, out="capacity").with_columns(most=most_of("capacity"))
    giver = rows.select(
        "event_id",
        side=3 - pl.col("side"),
        giver_log="loss_log",
        giver_sigma="loss_sigma",
        giver_alone=pl.col("n_near_events") == 0,
        # What she carried went to all of those that lay beside her in those days.
        giver_capacity_log=pl.col("capacity_log") - (1.0 + pl.col("n_near_events")).log(),
        giver_capacity_sigma="capacity_sigma",
        giver_most="most",
    )
    rows = rows.join(giver, on=["event_id", "side"], how="left", maintain_order="left")
    rows = rows.with_columns(giver_known=(pl.col("giver_log").is_not_null() & pl.col("giver_alone")))
    return _combined(rows, params).drop(
        "fresh_water", "gain_m", "loss_m", "quay_m", "gain_log", "gain_sigma", "loss_log", "loss_sigma",
        "quay_log", "quay_sigma", "capacity_log", "capacity_sigma", "most", "giver_log", "giver_sigma",
        "giver_alone", "giver_capacity_log", "giver_capacity_sigma", "giver_most", "giver_known",
    )  # fmt: skip


def _combined(rows: pl.DataFrame, p: TonnesParams) -> pl.DataFrame:
    gain, loss = pl.col("gain_log"), pl.when("giver_known").then(pl.col("giver_log"))
    gain_var, loss_var = pl.col("gain_sigma") ** 2, pl.col("giver_sigma") ** 2
    apart = (gain - loss).abs()
    unbalanced = (apart > p.min_unbalanced_sigma * (gain_var + loss_var).sqrt()).fill_null(value=False)
    both = gain.is_not_null() & loss.is_not_null()
    mean = (gain / gain_var + loss / loss_var) / (1.0 / gain_var + 1.0 / loss_var)
    within = (1.0 / (1.0 / gain_var + 1.0 / loss_var)).sqrt()
    # An interval over both: half of their distance is one sigma, beside the error of either.
    across = ((gain_var + loss_var) / 2.0 + (apart / 2.0) ** 2).sqrt()
    shared = pl.col("quay_log") - pl.col("n_loads").log()
    share_spread = ((pl.col("n_loads") - 1.0) * p.load_spread).clip(0.0, p.max_load_spread)
    smaller = pl.col("giver_capacity_log") < pl.col("capacity_log")
    use_giver = smaller.fill_null(value=pl.col("capacity_log").is_null())
    capacity = pl.when(use_giver).then("giver_capacity_log").otherwise("capacity_log")
    capacity_sigma = (
        pl.when(use_giver).then(pl.col("giver_capacity_sigma")).otherwise(pl.col("capacity_sigma"))
    )
    # Many transfers are parts of a cargo.
    capacity = capacity + math.log(p.transfer_share)
    capacity_sigma = (capacity_sigma**2 + p.transfer_spread**2).sqrt()
    none = pl.col("hull") == "none"
    return rows.with_columns(
        cargo_log=pl.when(none)
        .then(None)
        .when(both & unbalanced)
        .then((gain + loss) / 2.0)
        .when(both)
        .then(mean)
        .otherwise(pl.coalesce(gain, loss, shared, capacity)),
        cargo_sigma=pl.when(both & unbalanced)
        .then(across)
        .when(both)
        .then(within)
        .when(gain.is_not_null())
        .then("gain_sigma")
        .when(loss.is_not_null())
        .then("giver_sigma")
        .when(shared.is_not_null())
        .then((pl.col("quay_sigma") ** 2 + share_spread**2).sqrt())
        .otherwise(capacity_sigma),
        most_log=pl.min_horizontal("most", "giver_most"),
        method=pl.when(none | (pl.coalesce(gain, loss, shared, capacity)).is_null())
        .then(pl.lit("none"))
        .when(pl.coalesce(gain, loss, shared).is_not_null())
        .then(pl.lit("draught"))
        .otherwise(pl.lit("capacity")),
        balance=pl.when(both & unbalanced)
        .then(
            pl.format(
                "the draughts do not balance: {} t gained, {} t lost",
                _rounded(gain),
                _rounded(loss),
            )
        )
        .when(both)
        .then(pl.format("the draughts balance: {} t gained, {} t lost", _rounded(gain), _rounded(loss))),
    )


def _rounded(log: pl.Expr) -> pl.Expr:
    """Tonnes to two digits."""
    return log.exp().round_sig_figs(2).cast(pl.Int64)
