"""Circumstances of one ship of a pair: its identity, its silence, its likeness to a listed ship."""

from __future__ import annotations

import polars as pl

from stsdetect.params import ScoreParams
from stsdetect.score.category import gap_weight
from stsdetect.score.terms.phrases import chance, number, plural
from stsdetect.score.terms.term import Term, make_term


def ship_terms(params: ScoreParams, ship: int) -> list[Term]:
    """Terms of the families identity, silence and list for ship 1 or 2."""
    return [*_identity(params, ship), *_silence(params, ship), *_list(params, ship)]


def _identity(p: ScoreParams, ship: int) -> list[Term]:
    who = pl.col(f"label_{ship}")
    real = ~pl.col(f"known_by_text_id_{ship}")
    imo = pl.col(f"imo_{ship}")
    long_class_a = (pl.col(f"ais_class_{ship}") == "A") & (pl.col(f"length_m_{ship}") >= p.min_imo_length_m)
    return [
        make_term(
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
        make_term(
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
        make_term(
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
        make_term(
            "identity",
            "shared_mmsi",
            str(ship),
            pl.col(f"shared_mmsi_{ship}"),
            p.shared_mmsi_nat,
            pl.col(f"mmsi_{ship}").cast(pl.String),
            None,
            None,
            pl.format("The number of {} was in use by two ships at the same time.", who),
        ),
        make_term(
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
    off = pl.col(f"gap_p_off_{ship}")
    when = pl.col(f"gap_when_{ship}").replace_strict(
        {"before": "ending before", "during": "overlapping", "after": "beginning after"}, default="near"
    )
    heard = pl.col(f"gap_n_neighbours_{ship}")
    return [
        make_term(
            "gap",
            "switched_off",
            str(ship),
            off > p.min_p_off,
            p.switched_off_nat * gap_weight(f"_{ship}", p),
            number(off, 2),
            "probability",
            f"{p.min_p_off:g}",
            pl.format(
                "{} fell silent for {} hours, {} the event, while {} heard nearby: "
                "a switch-off is {} likely.{}",
                pl.col(f"label_{ship}"),
                number(pl.col(f"gap_h_{ship}"), 1),
                when,
                plural(heard, "other ship was", "other ships were"),
                chance(off),
                pl.when(pl.col(f"gap_open_{ship}"))
                .then(pl.lit(" It was not heard again."))
                .otherwise(pl.lit("")),
            ),
        )
    ]


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
        return make_term("list", name, str(ship), when, weight, seen, None, wanted, statement)

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
