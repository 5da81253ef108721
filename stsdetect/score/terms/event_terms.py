"""Terms about an event as a whole: one hull with two transponders, place, time of day, and draughts."""

from __future__ import annotations

import polars as pl

from stsdetect.params import DraughtParams, ScoreParams
from stsdetect.score.category import at_berth, barred_at_night, in_queue, unexplained
from stsdetect.score.terms.phrases import from_shore, local_time, number, percent, plural, signed
from stsdetect.score.terms.term import Term


def event_terms(params: ScoreParams, draught_params: DraughtParams) -> list[Term]:
    """Terms of the families place, time and draught, and `same_hull` of the family identity.

    What an innocent category explains (a dredger's barge gains draught, tugs tow at night and far from shore)
    is not evidence for a transfer, so most of these terms hold only where no innocent category fits.

    Parameters
    ----------
    params : ScoreParams
        Weights [nat] and thresholds.
    draught_params : DraughtParams
        From which change on a draught counts as changed [m].

    Returns
    -------
    list of Term
    """
    return [
        *_same_hull(params),
        *_open_water(params),
        *_berths_and_anchorages(params),
        *_time(params),
        *_both_draughts(params, draught_params),
        *_one_draught(params, draught_params),
    ]


def _same_hull(p: ScoreParams) -> list[Term]:
    return [
        Term(
            family="identity",
            name="same_hull",
            when=pl.col("same_hull_suspected"),
            weight_nat=-p.same_hull_nat,
            observed="two MMSIs, one hull",
            statement="The two MMSIs moved as one body, closer together than the ship is long: probably two "
            "transponders on one hull.",
        )
    ]


def _open_water(p: ScoreParams) -> list[Term]:
    shore_m = pl.col("shore_distance_m")
    outside = ~pl.col("in_port") & ~pl.col("in_anchorage") & ~pl.col("on_land")
    radius_km = f"{p.queue_radius_m / 1000:g}"
    return [
        Term(
            family="place",
            name="open_sea",
            when=outside & (shore_m >= p.min_open_sea_shore_m) & ~in_queue(p) & unexplained(),
            weight_nat=p.open_sea_nat,
            observed=from_shore(shore_m, 1),
            threshold=f"{p.min_open_sea_shore_m / 1000:g} km",
            statement=pl.format(
                "The position is {} from the shore, outside every known port and anchorage.",
                from_shore(shore_m),
            ),
        ),
        Term(
            family="place",
            name="queue",
            when=in_queue(p) & unexplained(),
            weight_nat=-p.queue_nat,
            observed=pl.col("n_at_rest").cast(pl.String),
            unit="ships",
            threshold=f"{p.min_queue_ships} within {radius_km} km",
            statement=pl.format(
                "{} lay at rest within {} km at the time, so this is a waiting area, although no known "
                "anchorage covers the position.",
                plural(pl.col("n_at_rest"), "other ship", "other ships"),
                pl.lit(radius_km),
            ),
        ),
    ]


def _berths_and_anchorages(p: ScoreParams) -> list[Term]:
    shore_m, use = pl.col("shore_distance_m"), pl.col("anchorage_use")
    anchorage = pl.col("anchorage_name").fill_null("an anchorage")
    # A format is null where its argument is.
    port = pl.format(" in the port of {}", pl.col("port_name")).fill_null(" in port")
    shore = from_shore(shore_m, 1)
    return [
        Term(
            family="place",
            name="berth",
            when=(pl.col("category") == "berth") & at_berth(p),
            weight_nat=-p.berth_nat,
            observed=shore,
            threshold=f"{p.max_berth_shore_m:g} m",
            statement=pl.format(
                "The position is {} from the shore{}, where ships moor side by side.",
                shore,
                pl.when("in_port").then(port).otherwise(pl.lit("")),
            ),
        ),
        Term(
            family="place",
            name="still_at_berth",
            when=(pl.col("category") == "berth") & ~at_berth(p),
            weight_nat=-p.berth_nat,
            observed=shore,
            threshold=f"{p.max_still_berth_shore_m / 1000:g} km",
            statement=pl.format(
                "They lay {} from the shore and for {} h neither moved nor swung, as ships at a jetty do.",
                shore,
                number(pl.col("duration_h"), 1),
            ),
        ),
        Term(
            family="place",
            name="fishing_harbour",
            when=use == "fishing",
            weight_nat=-p.fishing_harbour_nat,
            observed=anchorage,
            statement=pl.format(
                "{} is a fishing harbour, where boats lie rafted side by side.",
                pl.col("anchorage_name").fill_null("This"),
            ),
        ),
        Term(
            family="place",
            name="lightering_anchorage",
            when=use == "lightering",
            weight_nat=-p.lightering_anchorage_nat,
            observed=anchorage,
            statement=pl.format(
                "{} is a lightering anchorage, where deep-draught ships openly transfer cargo.",
                pl.col("anchorage_name").fill_null("This"),
            ),
        ),
        Term(
            family="place",
            name="night_bunkering",
            when=barred_at_night(p) & (pl.col("category") == "transfer"),
            weight_nat=p.night_bunkering_nat,
            observed=anchorage,
            threshold="no barge alongside at night",
            statement=pl.format(
                "Bunker barges may not lie alongside at {} at night, so this is not routine bunkering.",
                pl.col("anchorage_name").fill_null("this anchorage"),
            ),
        ),
    ]


def _time(p: ScoreParams) -> list[Term]:
    share = pl.col("night_share")
    began = pl.format("The event began at {} local solar time", local_time(pl.col("local_start_h")))
    night = f"sun {-p.night_sun_altitude_deg:g} degrees down"
    return [
        Term(
            family="time",
            name="night",
            when=(share > 0.0) & unexplained(),
            weight_nat=p.night_nat * share,
            observed=percent(share),
            threshold=night,
            statement=pl.when(share >= 0.995)  # would be shown as 100 %
            .then(pl.format("{} and took place entirely in darkness.", began))
            .otherwise(pl.format("{}; it was dark for {} of the time.", began, percent(share))),
        ),
        Term(
            family="time",
            name="daylight",
            when=(share == 0.0) & unexplained(),
            weight_nat=-p.day_nat,
            observed="all by day",
            threshold=night,
            statement=pl.format("{} and took place entirely in daylight.", began),
        ),
    ]


def _both_draughts(p: ScoreParams, draught_params: DraughtParams) -> list[Term]:
    one, two = pl.col("draught_change_m_1"), pl.col("draught_change_m_2")
    min_m = draught_params.min_change_m
    moved = (one.abs() >= min_m) & (two.abs() >= min_m) & (one.sign() != two.sign())
    unchanged = (one.abs() < min_m) & (two.abs() < min_m)
    giver = pl.when(one < two).then(pl.col("label_1")).otherwise(pl.col("label_2"))
    taker = pl.when(one < two).then(pl.col("label_2")).otherwise(pl.col("label_1"))
    changes = pl.format("{} / {}", signed(one), signed(two))
    return [
        Term(
            family="draught",
            name="cargo_moved",
            when=moved & unexplained(),
            weight_nat=p.cargo_moved_nat,
            observed=changes,
            unit="m",
            threshold=f"{min_m:g} m",
            statement=pl.format(
                "The broadcast draught of {} fell by {} m and that of {} rose by {} m, as when cargo passes "
                "from one ship to the other.",
                giver,
                number(pl.min_horizontal(one, two).abs(), 1),
                taker,
                number(pl.max_horizontal(one, two).abs(), 1),
            ),
        ),
        Term(
            family="draught",
            name="draught_unchanged",
            when=one.is_not_null() & two.is_not_null() & unchanged & unexplained(),
            weight_nat=-p.draught_unchanged_nat,
            observed=changes,
            unit="m",
            threshold=f"{min_m:g} m",
            statement="Neither ship broadcast a change of draught, though crews often do not update it.",
        ),
    ]


def _one_draught(p: ScoreParams, draught_params: DraughtParams) -> list[Term]:
    min_m = draught_params.min_change_m
    change = {ship: pl.col(f"draught_change_m_{ship}") for ship in (1, 2)}
    return [
        Term(
            family="draught",
            name="one_draught_changed",
            vessel=str(ship),
            # Of a solo event, the probability of contact rests on it already.
            when=(change[ship].abs() >= min_m)
            & (change[other].fill_null(0.0).abs() < min_m)
            & unexplained()
            & (pl.col("event_type") != "solo"),
            weight_nat=p.one_draught_changed_nat,
            observed=signed(change[ship]),
            unit="m",
            threshold=f"{min_m:g} m",
            statement=pl.format(
                "The broadcast draught of {} {} by {} m; that of the other ship {}.",
                pl.col(f"label_{ship}"),
                pl.when(change[ship] < 0).then(pl.lit("fell")).otherwise(pl.lit("rose")),
                number(change[ship].abs(), 1),
                pl.when(change[other].is_null())
                .then(pl.lit("is not known before and after"))
                .otherwise(pl.lit("did not change")),
            ),
        )
        for ship, other in ((1, 2), (2, 1))
    ]
