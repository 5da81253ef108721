"""Circumstances of an event as a whole: place, hour, trade, draughts, and whether there are two hulls."""

from __future__ import annotations

import polars as pl

from stsdetect.params import ScoreParams
from stsdetect.score.category import (
    INNOCENT,
    at_bunkering_anchorage,
    barred_at_night,
    in_queue,
    is_cargo,
    is_tanker,
    makes_rounds,
    no_cargo,
    on_rounds,
)
from stsdetect.score.term import Term, make_term
from stsdetect.score.words import number, percent, plural, signed


def event_terms(params: ScoreParams) -> list[Term]:
    """Terms of the families place, time, trade and draught, and of two sets on one hull.

    What an innocent reading explains (a dredger's barge grows deeper, tugs tow at night and far out) does not
    speak for a transfer, so such terms hold only where there is none.
    """
    return [*_same_hull(params), *_place(params), *_time(params), *_trade(params), *_draught(params)]


def _unexplained() -> pl.Expr:
    return ~pl.col("category").is_in(INNOCENT)


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
            far & ~in_queue(p) & _unexplained(),
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
            in_queue(p) & _unexplained(),
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
            (share > 0.0) & _unexplained(),
            p.night_nat * share,
            percent(share),
            None,
            "sun 6 degrees down",
            pl.format("{}; {} of it lies in the dark.", begins, percent(share)),
        ),
        make_term(
            "time",
            "daylight",
            "both",
            (share == 0.0) & _unexplained(),
            -p.day_nat,
            "all by day",
            None,
            "sun 6 degrees down",
            pl.format("{} and lies wholly in daylight.", begins),
        ),
    ]


def _trade(p: ScoreParams) -> list[Term]:
    category = pl.col("category")
    official = at_bunkering_anchorage()
    place = pl.col("anchorage_name").fill_null("here")
    pair = (is_tanker(1) & is_tanker(2)) | (is_cargo(1) & is_cargo(2))
    kind = pl.when(is_tanker(1)).then(pl.lit("tankers")).otherwise(pl.lit("cargo ships"))
    readings = [
        ("towing", p.towing_nat, "Types and motion fit a tug and its tow."),
        ("pilotage", p.pilotage_nat, "Types and motion fit a pilot or service boat on a short visit."),
        ("fishing", p.fishing_nat, "Types and motion fit fishing boats at work together."),
        ("dredging", p.dredging_nat, "One ship is a dredger: barges lie alongside to be filled with sand."),
    ]
    terms = [
        make_term("trade", name, "both", category == name, -weight, name, None, None, text)
        for name, weight, text in readings
    ]
    terms += [
        make_term(
            "trade",
            "passing",
            "both",
            pl.col("geometry_category") == "passing",
            -p.passing_nat,
            number(pl.col("median_sog_kn"), 1),
            "kn",
            None,
            pl.format(
                "They were together for minutes only, at {} knots.", number(pl.col("median_sog_kn"), 1)
            ),
        ),
        make_term(
            "trade",
            "bunkering",
            "both",
            (category == "bunkering") & official,
            -p.bunkering_nat,
            place,
            None,
            f"at most {p.max_bunkering_h:g} h",
            pl.format(
                "A short tanker lay beside a longer ship for {} hours at {}, where fuel is sold.",
                number(pl.col("duration_h"), 1),
                place,
            ),
        ),
        make_term(
            "trade",
            "bunkering_elsewhere",
            "both",
            (category == "bunkering") & ~official,
            -p.bunkering_elsewhere_nat,
            place,
            None,
            f"at most {p.max_bunkering_h:g} h",
            pl.format(
                "A short tanker lay beside a longer ship for {} hours, as bunker barges do; this "
                "is no official bunkering anchorage.",
                number(pl.col("duration_h"), 1),
            ),
        ),
        make_term(
            "trade",
            "service_craft",
            "both",
            _unexplained() & (no_cargo(1) | no_cargo(2)),
            -p.service_craft_nat,
            pl.format(
                "types {} / {}", pl.col("ship_type_1").fill_null(0), pl.col("ship_type_2").fill_null(0)
            ),
            None,
            "types 70 to 89 carry cargo",
            pl.format(
                "{} is of a type that carries no cargo: a crane, a crew or stores boat, or the like.",
                pl.when(no_cargo(1)).then(pl.col("label_1")).otherwise(pl.col("label_2")),
            ),
        ),
        make_term(
            "trade",
            "brief",
            "both",
            (pl.col("event_type") == "encounter") & (pl.col("duration_h") < p.min_transfer_h),
            -p.brief_nat,
            number(pl.col("duration_h"), 1),
            "h",
            f"{p.min_transfer_h:g} h",
            pl.format(
                "They lay together for {} hours; stores, crews and pilots take so long, cargo takes longer.",
                number(pl.col("duration_h"), 1),
            ),
        ),
        make_term(
            "trade",
            "cargo_pair",
            "both",
            _unexplained() & pair,
            p.cargo_pair_nat,
            kind,
            None,
            None,
            pl.format("Both are {}, which can hand cargo to each other.", kind),
        ),
    ]
    for ship in (1, 2):
        who, partners = pl.col(f"label_{ship}"), pl.col(f"n_partners_{ship}")
        bound = pl.col(f"destination_{ship}").str.to_uppercase().str.contains_any(list(p.embargoed_ports))
        visited = pl.col(f"n_visited_{ship}")
        terms += [
            make_term(
                "trade",
                "rounds",
                str(ship),
                _unexplained() & makes_rounds(ship, p),
                -p.rounds_nat,
                visited.cast(pl.String),
                "ships",
                f"{p.min_visited_ships} within {p.visit_window_h:g} h, {p.max_median_visit_h:g} h at most",
                pl.format(
                    "{} goes from ship to ship: it lay beside {} within {} hours, for {} hours in the middle "
                    "case, up to {} km apart.",
                    who,
                    plural(visited, "ship", "ships"),
                    pl.lit(f"{p.visit_window_h:g}"),
                    number(pl.col(f"visit_median_h_{ship}"), 1),
                    number(pl.col(f"visit_spread_m_{ship}") / 1000.0, 0),
                ),
            ),
            make_term(
                "trade",
                "many_partners",
                str(ship),
                _unexplained() & ~on_rounds(p) & (partners >= 1),
                p.many_partners_nat,
                partners.cast(pl.String),
                "ships",
                f"within {p.partner_window_h:g} h",
                pl.format(
                    "{} lay beside {} within {} hours.",
                    who,
                    plural(partners, "other ship", "other ships"),
                    pl.lit(f"{p.partner_window_h:g}"),
                ),
            ),
            make_term(
                "trade",
                "embargoed_flag",
                str(ship),
                pl.col(f"flag_{ship}").is_in(p.embargoed_flags),
                p.embargoed_flag_nat,
                pl.col(f"flag_{ship}"),
                None,
                ", ".join(p.embargoed_flags),
                pl.format(
                    "{} used a number of flag {}; transfers with ships of this flag are forbidden.",
                    who,
                    pl.col(f"flag_{ship}"),
                ),
            ),
            make_term(
                "trade",
                "embargoed_port",
                str(ship),
                bound,
                p.embargoed_port_nat,
                pl.col(f"said_{ship}"),
                None,
                "ports under embargo",
                pl.format("{} gave “{}” as its destination.", who, pl.col(f"said_{ship}")),
            ),
        ]
    return terms


def _draught(p: ScoreParams) -> list[Term]:
    one, two = pl.col("draught_change_m_1"), pl.col("draught_change_m_2")
    least = p.min_draught_change_m
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
            moved & _unexplained(),
            p.cargo_moved_nat,
            pl.format("{} / {}", signed(one), signed(two)),
            "m",
            f"{least:g} m",
            pl.format(
                "{} became {} m lighter and {} {} m deeper: cargo went from one to the other.",
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
            both_known & (one.abs() < least) & (two.abs() < least) & _unexplained(),
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
                (mine.abs() >= least) & (other.fill_null(0.0).abs() < least) & _unexplained(),
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
