"""Terms about one ship of the pair: its identity and its AIS gap; that it is listed, see `listed_ship`."""

from __future__ import annotations

import polars as pl

from stsdetect.params import ScoreParams
from stsdetect.score.gap_weight import gap_weight
from stsdetect.score.terms.listed_ship import list_terms
from stsdetect.score.terms.phrases import chance, number, plural
from stsdetect.score.terms.term import Term


def ship_terms(params: ScoreParams, ship: int) -> list[Term]:
    """Terms of the families identity, gap and list.

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
    return [
        *_registration(params, ship),
        *_mmsi(params, ship),
        *_identity_change(params, ship),
        *_gap(params, ship),
        *list_terms(params, ship),
    ]


def _registration(p: ScoreParams, ship: int) -> list[Term]:
    label, imo, length_m = pl.col(f"label_{ship}"), pl.col(f"imo_{ship}"), pl.col(f"length_m_{ship}")
    must_have_imo = (pl.col(f"ais_class_{ship}") == "A") & (length_m >= p.min_imo_length_m)
    return [
        Term(
            family="identity",
            name="imo_check_fails",
            vessel=str(ship),
            when=~pl.col(f"imo_valid_{ship}") & imo.is_not_null(),
            weight_nat=p.imo_check_fails_nat,
            observed=imo.cast(pl.String),
            threshold="IMO check digit",
            statement=pl.format(
                "{} broadcast IMO number {}, which is not valid: its check digit is wrong.", label, imo
            ),
        ),
        Term(
            family="identity",
            name="imo_missing",
            vessel=str(ship),
            when=must_have_imo & imo.is_null(),
            weight_nat=p.imo_missing_nat,
            observed="none",
            threshold=f"{p.min_imo_length_m:g} m",
            statement=pl.format(
                "{} is {} m long but broadcast no IMO number.", label, length_m.round(0).cast(pl.Int64)
            ),
        ),
    ]


def _mmsi(p: ScoreParams, ship: int) -> list[Term]:
    label, mid = pl.col(f"label_{ship}"), pl.col(f"mid_{ship}")
    is_mmsi = ~pl.col(f"known_by_text_id_{ship}")
    return [
        Term(
            family="identity",
            name="unallotted_mid",
            vessel=str(ship),
            when=is_mmsi & mid.is_not_null() & pl.col(f"flag_{ship}").is_null(),
            weight_nat=p.unallotted_mid_nat,
            observed=mid.cast(pl.String),
            threshold="ITU table of MIDs",
            statement=pl.format(
                "{} used an MMSI beginning with {}, which the ITU has not allotted to any flag.", label, mid
            ),
        ),
        Term(
            family="identity",
            name="shared_mmsi",
            vessel=str(ship),
            when=pl.col(f"shared_mmsi_{ship}"),
            weight_nat=p.shared_mmsi_nat,
            observed=pl.col(f"mmsi_{ship}").cast(pl.String),
            statement=pl.format("{}: two ships used this MMSI at the same time.", label),
        ),
    ]


def _identity_change(p: ScoreParams, ship: int) -> list[Term]:
    return [
        Term(
            family="identity",
            name="identity_changed",
            vessel=str(ship),
            when=pl.col(f"identity_changed_{ship}").is_not_null(),
            weight_nat=p.identity_changed_nat,
            observed=pl.col(f"identity_changed_{ship}"),
            threshold=f"within {p.identity_window_h:g} h",
            statement=pl.format(
                "The identity broadcast by {} changed within {} h of the event ({}); before: {}.",
                pl.col(f"label_{ship}"),
                pl.lit(f"{p.identity_window_h:g}"),
                pl.col(f"identity_changed_{ship}"),
                pl.col(f"identity_before_text_{ship}"),
            ),
        )
    ]


def _gap(p: ScoreParams, ship: int) -> list[Term]:
    p_off, neighbours = pl.col(f"gap_p_off_{ship}"), pl.col(f"gap_n_neighbours_{ship}")
    when = pl.col(f"gap_when_{ship}").replace_strict(
        {"before": "ending before", "during": "overlapping", "after": "beginning after"}, default="close to"
    )
    return [
        Term(
            family="gap",
            name="switched_off",
            vessel=str(ship),
            when=p_off > p.min_p_off,
            weight_nat=p.switched_off_nat * gap_weight(f"_{ship}", p),
            observed=number(p_off, 2),
            unit="probability",
            threshold=f"{p.min_p_off:g}",
            statement=pl.format(
                "{} was not received for {} h, {} the event, while {} received: a switch-off is {} likely.{}",
                pl.col(f"label_{ship}"),
                number(pl.col(f"gap_h_{ship}"), 1),
                when,
                plural(neighbours, "other ship nearby was", "other ships nearby were"),
                chance(p_off),
                pl.when(pl.col(f"gap_open_{ship}"))
                .then(pl.lit(" It was not received again."))
                .otherwise(pl.lit("")),
            ),
        )
    ]
