"""What the two ships do for a living: readings of their types and motion, company, flags and ports."""

from __future__ import annotations

import polars as pl

from stsdetect.params import ScoreParams
from stsdetect.score.category import (
    at_bunkering_anchorage,
    is_cargo,
    is_tanker,
    makes_rounds,
    no_cargo,
    on_rounds,
    unexplained,
)
from stsdetect.score.terms.phrases import number, plural
from stsdetect.score.terms.term import Term, make_term


def trade_terms(params: ScoreParams) -> list[Term]:
    """Terms of the family trade."""
    return [*_readings(params), *_company(params), *_embargo(params), *_ports(params)]


def _readings(p: ScoreParams) -> list[Term]:
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
            unexplained() & (no_cargo(1) | no_cargo(2)),
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
            unexplained() & pair,
            p.cargo_pair_nat,
            kind,
            None,
            None,
            pl.format("Both are {}, which can hand cargo to each other.", kind),
        ),
    ]
    return terms


def _company(p: ScoreParams) -> list[Term]:
    terms = []
    for ship in (1, 2):
        who, partners = pl.col(f"label_{ship}"), pl.col(f"n_partners_{ship}")
        visited = pl.col(f"n_visited_{ship}")
        terms += [
            make_term(
                "trade",
                "rounds",
                str(ship),
                unexplained() & makes_rounds(ship, p),
                -p.rounds_nat,
                visited.cast(pl.String),
                "ships",
                f"{p.min_visited_ships} within {p.visit_window_h:g} h, {p.max_median_visit_h:g} h at most",
                pl.format(
                    "{} goes from ship to ship: it seems to have lain beside {} within {} hours, for {} "
                    "hours as a rule, up to {} km apart.",
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
                unexplained() & ~on_rounds(p) & (partners >= 1),
                p.many_partners_nat,
                partners.cast(pl.String),
                "ships",
                f"within {p.partner_window_h:g} h",
                pl.format(
                    "{} also lay beside {} within {} hours.",
                    who,
                    plural(partners, "other ship", "other ships"),
                    pl.lit(f"{p.partner_window_h:g}"),
                ),
            ),
        ]
    return terms


def _embargo(p: ScoreParams) -> list[Term]:
    terms = []
    for ship in (1, 2):
        who = pl.col(f"label_{ship}")
        bound = pl.col(f"destination_{ship}").str.to_uppercase().str.contains_any(list(p.embargoed_ports))
        terms += [
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


def _ports(p: ScoreParams) -> list[Term]:
    """Ports where the two were seen before and after: barges that bring cargo in, coasters that trade."""
    called = {
        k: pl.any_horizontal(pl.col(f"previous_port_{k}", f"next_port_{k}").is_not_null()) for k in (1, 2)
    }
    terms = [
        make_term(
            "trade",
            "port_to_port",
            "both",
            called[1] & called[2] & unexplained(),
            -p.port_to_port_nat,
            pl.format("{} / {}", _port_of(1), _port_of(2)),
            None,
            "seen in port before or after",
            pl.format(
                "Both were seen in port before or after ({}, {}), as ships in open trade are.",
                _port_of(1),
                _port_of(2),
            ),
        )
    ]
    for ship, other in ((1, 2), (2, 1)):
        port = pl.col(f"next_port_{ship}")
        terms.append(
            make_term(
                "trade",
                "on_to_port",
                str(ship),
                port.is_not_null() & ~called[other] & unexplained(),
                p.on_to_port_nat,
                port,
                None,
                "the other seen in no port",
                pl.format(
                    "{} went on to the port of {}, while {} was seen in no port.",
                    pl.col(f"label_{ship}"),
                    port,
                    pl.col(f"label_{other}"),
                ),
            )
        )
    return terms


def _port_of(ship: int) -> pl.Expr:
    return pl.coalesce(f"next_port_{ship}", f"previous_port_{ship}")
