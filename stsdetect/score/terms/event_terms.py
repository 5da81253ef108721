"""Circumstances of an event as a whole: place, hour, draughts, and whether there are two hulls."""

from __future__ import annotations

import polars as pl

from stsdetect.params import DraughtParams, ScoreParams
from stsdetect.score.category import barred_at_night, in_queue, unexplained
from stsdetect.score.terms.phrases import number, percent, signed
from stsdetect.score.terms.term import Term, make_term


def event_terms(params: ScoreParams, draught_params: DraughtParams) -> list[Term]:
    """Terms of the families place, time and draught, and of two sets on one hull.

    What an innocent reading explains (a dredger's barge grows deeper, tugs tow at night and far out) does not
    speak for a transfer, so such terms hold only where there is none.
    """
    return [*_same_hull(params), *_place(params), *_time(params), *_draught(params, draught_params)]


def _same_hull(p: ScoreParams) -> list[Term]:
    return [
        make_term(
            "identity",
            "same_hull",
            "both",
            pl.col("same_hull_suspected"),
            -p.same_hull_nat,
            "two numbers, one hull",
            None,
            None,
            "Both numbers move as one body, closer than the ship is long: probably two AIS sets on one ship.",
        )
    ]


def _place(p: ScoreParams) -> list[Term]:
    shore = pl.col("shore_distance_m")
    far = (
        ~pl.col("in_port") & ~pl.col("in_anchorage") & ~pl.col("on_land") & (shore >= p.min_open_sea_shore_m)
    )
    name = pl.col("anchorage_name").fill_null("an anchorage")
    use = pl.col("anchorage_use")
    return [
        make_term(
            "place",
            "open_sea",
            "both",
            far & ~in_queue(p) & unexplained(),
            p.open_sea_nat,
            number(shore / 1000.0, 1),
            "km",
            f"{p.min_open_sea_shore_m / 1000:g} km",
            pl.format(
                "The place is {} km from shore, outside every known port and anchorage.",
                number(shore / 1000.0, 0),
            ),
        ),
        make_term(
            "place",
            "queue",
            "both",
            in_queue(p) & unexplained(),
            -p.queue_nat,
            pl.col("n_at_rest").cast(pl.String),
            "ships",
            f"{p.min_queue_ships} within {p.queue_radius_m / 1000:g} km",
            pl.format(
                "{} other ships lay at rest within {} km at the time, so ships wait here, though no known "
                "anchorage covers the place.",
                pl.col("n_at_rest"),
                pl.lit(f"{p.queue_radius_m / 1000:g}"),
            ),
        ),
        make_term(
            "place",
            "berth",
            "both",
            pl.col("category") == "berth",
            -p.berth_nat,
            number(shore, 0),
            "m",
            f"{p.max_berth_shore_m:g} m",
            pl.format(
                "The place is {} m from the shore{}, where ships moor side by side.",
                number(shore, 0),
                pl.when("in_port")
                .then(pl.format(" in the port of {}", pl.col("port_name").fill_null("?")))
                .otherwise(pl.lit("")),
            ),
        ),
        make_term(
            "place",
            "fishing_harbour",
            "both",
            use == "fishing",
            -p.fishing_harbour_nat,
            name,
            None,
            None,
            pl.format("{} is a harbour of fishing boats, which lie side by side.", name),
        ),
        make_term(
            "place",
            "lightering_anchorage",
            "both",
            use == "lightering",
            -p.lightering_anchorage_nat,
            name,
            None,
            None,
            pl.format("{} is a place where deep ships hand over cargo openly.", name),
        ),
        make_term(
            "place",
            "night_bunkering",
            "both",
            barred_at_night() & (pl.col("category") == "transfer"),
            p.night_bunkering_nat,
            name,
            None,
            "no barge alongside at night",
            pl.format(
                "No bunker barge may lie alongside at {} at night, so this is not ordinary bunkering.", name
            ),
        ),
    ]


def _time(p: ScoreParams) -> list[Term]:
    share = pl.col("night_share")
    start = pl.col("local_start_h")
    clock = pl.format(
        "{}:{}",
        start.floor().cast(pl.Int64).cast(pl.String).str.zfill(2),
        ((start - start.floor()) * 60.0).floor().cast(pl.Int64).cast(pl.String).str.zfill(2),
    )
    begins = pl.format("It begins at {} local sun time", clock)
    return [
        make_term(
            "time",
            "night",
            "both",
            (share > 0.0) & unexplained(),
            p.night_nat * share,
            percent(share),
            None,
            "sun 6 degrees down",
            pl.format("{}; {} of the time it was dark.", begins, percent(share)),
        ),
        make_term(
            "time",
            "daylight",
            "both",
            (share == 0.0) & unexplained(),
            -p.day_nat,
            "all by day",
            None,
            "sun 6 degrees down",
            pl.format("{} and lies wholly in daylight.", begins),
        ),
    ]


def _draught(p: ScoreParams, draught_params: DraughtParams) -> list[Term]:
    one, two = pl.col("draught_change_m_1"), pl.col("draught_change_m_2")
    least = draught_params.min_change_m
    moved = (one.abs() >= least) & (two.abs() >= least) & (one.sign() != two.sign())
    both_known = one.is_not_null() & two.is_not_null()
    giver = pl.when(one < two).then(pl.col("label_1")).otherwise(pl.col("label_2"))
    taker = pl.when(one < two).then(pl.col("label_2")).otherwise(pl.col("label_1"))
    less, more = pl.min_horizontal(one, two), pl.max_horizontal(one, two)
    terms = [
        make_term(
            "draught",
            "cargo_moved",
            "both",
            moved & unexplained(),
            p.cargo_moved_nat,
            pl.format("{} / {}", signed(one), signed(two)),
            "m",
            f"{least:g} m",
            pl.format(
                "{} became {} m lighter and {} {} m deeper, as when cargo goes from one to the other.",
                giver,
                number(less.abs(), 1),
                taker,
                number(more.abs(), 1),
            ),
        ),
        make_term(
            "draught",
            "draught_unchanged",
            "both",
            both_known & (one.abs() < least) & (two.abs() < least) & unexplained(),
            -p.draught_unchanged_nat,
            pl.format("{} / {}", signed(one), signed(two)),
            "m",
            f"{least:g} m",
            "Neither ship broadcast a change of draught, though crews often forget to enter one.",
        ),
    ]
    for ship, mine, other in ((1, one, two), (2, two, one)):
        way = pl.when(mine < 0).then(pl.lit("lighter")).otherwise(pl.lit("deeper"))
        terms.append(
            make_term(
                "draught",
                "one_draught_changed",
                str(ship),
                (mine.abs() >= least) & (other.fill_null(0.0).abs() < least) & unexplained(),
                p.one_draught_changed_nat,
                signed(mine),
                "m",
                f"{least:g} m",
                pl.format(
                    "{} became {} m {}; the other ship broadcast no change.",
                    pl.col(f"label_{ship}"),
                    number(mine.abs(), 1),
                    way,
                ),
            )
        )
    return terms
