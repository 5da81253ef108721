"""The circumstances of a candidate as terms: when each holds, what it weighs, and how to say it.

A term is a handful of polars expressions over FEATURES with the columns `category`, `label_1` and `label_2`;
no term looks at another, and none counts a fact that `p_contact` already counts.
"""

from __future__ import annotations

from typing import NamedTuple

import polars as pl

from stsdetect.params import ScoreParams
from stsdetect.score.category import at_bunkering_anchorage, barred_at_night, is_cargo, is_tanker
from stsdetect.score.words import number, percent, signed

FAMILIES = ("identity", "silence", "place", "time", "trade", "draught", "list")
"""Families of circumstances, each with a cap in ScoreParams."""


class Term(NamedTuple):
    """One circumstance.

    Attributes
    ----------
    family, name, vessel : str
        As in EVIDENCE.
    when : polars.Expr
        Whether it holds; null counts as no.
    log_odds : polars.Expr
        Weight before the cap [nat]; negative for an innocent reading.
    observed : polars.Expr
        What was seen.
    unit, threshold : str, polars.Expr or None
        Unit of it and what it was held against.
    statement : polars.Expr
        The term in plain words.
    """

    family: str
    name: str
    vessel: str
    when: pl.Expr
    log_odds: pl.Expr
    observed: pl.Expr
    unit: str | None
    threshold: str | pl.Expr | None
    statement: pl.Expr


def context_terms(params: ScoreParams) -> list[Term]:
    """Every term of every family.

    Examples
    --------
    >>> sorted({t.family for t in context_terms(ScoreParams())}) == sorted(FAMILIES)
    True
    """
    terms = [*_same_hull(params), *_place(params), *_time(params), *_trade(params), *_draught(params)]
    for ship in (1, 2):
        terms += [*_identity(params, ship), *_silence(params, ship), *_list(params, ship)]
    return terms


def _same_hull(p: ScoreParams) -> list[Term]:
    return [
        _term(
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


def _identity(p: ScoreParams, ship: int) -> list[Term]:
    who = pl.col(f"label_{ship}")
    real = ~pl.col(f"known_by_text_id_{ship}")
    imo = pl.col(f"imo_{ship}")
    long_class_a = (pl.col(f"ais_class_{ship}") == "A") & (pl.col(f"length_m_{ship}") >= p.min_imo_length_m)
    return [
        _term(
            "identity",
            "imo_check_fails",
            str(ship),
            ~pl.col(f"imo_valid_{ship}") & imo.is_not_null(),
            p.imo_check_fails_nat,
            imo.cast(pl.String),
            None,
            "IMO check digit",
            pl.format("{} broadcast IMO number {}, which cannot exist: its check digit is wrong.", who, imo),
        ),
        _term(
            "identity",
            "imo_missing",
            str(ship),
            long_class_a & imo.is_null(),
            p.imo_missing_nat,
            "none",
            None,
            f"{p.min_imo_length_m:g} m",
            pl.format(
                "{} is {} m long and broadcast no IMO number.",
                who,
                pl.col(f"length_m_{ship}").round(0).cast(pl.Int64),
            ),
        ),
        _term(
            "identity",
            "unallotted_mid",
            str(ship),
            real & pl.col(f"mid_{ship}").is_not_null() & pl.col(f"flag_{ship}").is_null(),
            p.unallotted_mid_nat,
            pl.col(f"mid_{ship}").cast(pl.String),
            None,
            "ITU table of MIDs",
            pl.format(
                "{} used a number beginning with {}, which no country has been given.",
                who,
                pl.col(f"mid_{ship}"),
            ),
        ),
        _term(
            "identity",
            "shared_number",
            str(ship),
            pl.col(f"shared_number_{ship}"),
            p.shared_number_nat,
            pl.col(f"mmsi_{ship}").cast(pl.String),
            None,
            None,
            pl.format("The number of {} was in use by two ships at the same time.", who),
        ),
        _term(
            "identity",
            "identity_changed",
            str(ship),
            pl.col(f"identity_changed_{ship}").is_not_null(),
            p.identity_changed_nat,
            pl.col(f"identity_changed_{ship}"),
            None,
            f"within {p.identity_window_h:g} h",
            pl.format(
                "{} changed its {} within {} hours of the contact; before: {}.",
                who,
                pl.col(f"identity_changed_{ship}"),
                pl.lit(f"{p.identity_window_h:g}"),
                pl.col(f"before_{ship}"),
            ),
        ),
    ]


def _silence(p: ScoreParams, ship: int) -> list[Term]:
    off = pl.col(f"silence_p_off_{ship}")
    weight = p.switched_off_nat * ((off - p.min_p_off) / max(1.0 - p.min_p_off, 1e-9)).clip(0.0, 1.0)
    return [
        _term(
            "silence",
            "switched_off",
            str(ship),
            off > p.min_p_off,
            weight,
            number(off, 2),
            "probability",
            f"{p.min_p_off:g}",
            pl.format(
                "{} fell silent for {} hours {} the event; {} other ships nearby were heard "
                "meanwhile, so a switch-off is {} likely.",
                pl.col(f"label_{ship}"),
                number(pl.col(f"silence_h_{ship}"), 1),
                pl.col(f"silence_when_{ship}"),
                pl.col(f"silence_n_neighbours_{ship}"),
                percent(off),
            ),
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
        _term(
            "place",
            "open_sea",
            "both",
            far,
            p.open_sea_nat,
            number(shore / 1000.0, 1),
            "km",
            f"{p.min_open_sea_shore_m / 1000:g} km",
            pl.format(
                "The place is {} km from shore, outside every known port and anchorage.",
                number(shore / 1000.0, 0),
            ),
        ),
        _term(
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
        _term(
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
        _term(
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
        _term(
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
        _term(
            "time",
            "night",
            "both",
            share > 0.0,
            p.night_nat * share,
            percent(share),
            None,
            "sun 6 degrees down",
            pl.format("{}; {} of it lies in the dark.", begins, percent(share)),
        ),
        _term(
            "time",
            "daylight",
            "both",
            share == 0.0,
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
    open_ = category.is_in(["transfer", "unknown"])
    pair = (is_tanker(1) & is_tanker(2)) | (is_cargo(1) & is_cargo(2))
    kind = pl.when(is_tanker(1)).then(pl.lit("tankers")).otherwise(pl.lit("cargo ships"))
    readings = [
        ("towing", p.towing_nat, "Types and motion fit a tug and its tow."),
        ("pilotage", p.pilotage_nat, "Types and motion fit a pilot or service boat on a short visit."),
        ("fishing", p.fishing_nat, "Types and motion fit fishing boats at work together."),
        ("dredging", p.dredging_nat, "One ship is a dredger: barges lie alongside to be filled with sand."),
    ]
    terms = [
        _term("trade", name, "both", category == name, -weight, name, None, None, text)
        for name, weight, text in readings
    ]
    terms += [
        _term(
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
        _term(
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
        _term(
            "trade",
            "cargo_pair",
            "both",
            open_ & pair,
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
        terms += [
            _term(
                "trade",
                "many_partners",
                str(ship),
                open_ & (partners >= 1),
                p.many_partners_nat,
                partners.cast(pl.String),
                "ships",
                f"within {p.partner_window_h:g} h",
                pl.format(
                    "{} lay beside {} other ship(s) within {} hours.",
                    who,
                    partners,
                    pl.lit(f"{p.partner_window_h:g}"),
                ),
            ),
            _term(
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
            _term(
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
        _term(
            "draught",
            "cargo_moved",
            "both",
            moved,
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
        _term(
            "draught",
            "draught_unchanged",
            "both",
            both_known & (one.abs() < least) & (two.abs() < least),
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
            _term(
                "draught",
                "one_draught_changed",
                str(ship),
                (mine.abs() >= least) & ~moved.fill_null(False) & (other.is_null() | (other.abs() < least)),
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


def _list(p: ScoreParams, ship: int) -> list[Term]:
    who, kind = pl.col(f"label_{ship}"), pl.col(f"list_kind_{ship}")
    seen, wanted = pl.col(f"seen_{ship}"), pl.col(f"wanted_{ship}")
    listed = pl.format(
        "“{}” ({})",
        pl.col(f"list_name_{ship}").fill_null("unnamed"),
        pl.col(f"list_source_{ship}").fill_null("watchlist"),
    )
    same_length = pl.col(f"list_length_agrees_{ship}").fill_null(False)
    other_length = ~pl.col(f"list_length_agrees_{ship}").fill_null(True)
    near = kind == "near_imo"

    def term(name: str, when: pl.Expr, weight: float, statement: pl.Expr) -> Term:
        return _term("list", name, str(ship), when, weight, seen, None, wanted, statement)

    return [
        term(
            "listed_imo",
            kind == "imo",
            p.listed_imo_nat,
            pl.format("{} broadcast the IMO number of {}.", who, listed),
        ),
        term(
            "listed_mmsi",
            kind == "mmsi",
            p.listed_mmsi_nat,
            pl.format("{} used the MMSI of {}.", who, listed),
        ),
        term(
            "near_imo_same_length",
            near & same_length,
            p.near_imo_same_length_nat,
            pl.format(
                "{} broadcast IMO number {}, one digit from that of {}, and is as long.", who, seen, listed
            ),
        ),
        term(
            "near_imo",
            near & pl.col(f"list_length_agrees_{ship}").is_null(),
            p.near_imo_nat,
            pl.format(
                "{} broadcast IMO number {}, one digit from that of {}; no length to compare.",
                who,
                seen,
                listed,
            ),
        ),
        term(
            "listed_name",
            (kind == "name") & ~other_length,
            p.listed_name_nat,
            pl.format("{} bears the name of {}.", who, listed),
        ),
        term(
            "near_name",
            (kind == "near_name") & ~other_length,
            p.near_name_nat,
            pl.format("{} bears a name much like {}.", who, listed),
        ),
        term(
            "likeness_refuted",
            kind.is_in(["near_imo", "name", "near_name"]) & other_length,
            0.0,
            pl.format("{} resembles {} in name or number, but its length differs.", who, listed),
        ),
    ]


def _term(
    family: str,
    name: str,
    vessel: str,
    when: pl.Expr,
    log_odds: pl.Expr | float,
    observed: pl.Expr | str,
    unit: str | None,
    threshold: str | pl.Expr | None,
    statement: pl.Expr | str,
) -> Term:
    return Term(
        family,
        name,
        vessel,
        when.fill_null(False),
        pl.lit(log_odds, pl.Float64) if isinstance(log_odds, float) else log_odds.fill_null(0.0),
        pl.lit(observed) if isinstance(observed, str) else observed,
        unit,
        threshold,
        pl.lit(statement) if isinstance(statement, str) else statement,
    )
