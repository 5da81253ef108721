"""Terms about what the two ships do: ship types and motion, associations, flags and ports."""

from __future__ import annotations

import polars as pl

from stsdetect.itu import carries_no_cargo, is_cargo, is_tanker
from stsdetect.params import ScoreParams
from stsdetect.score.category import (
    at_bunkering_anchorage,
    looks_like_bunkering,
    not_seen_to_dredge,
    too_long_for_its_type,
    unexplained,
)
from stsdetect.score.terms.association_terms import association_terms
from stsdetect.score.terms.phrases import number
from stsdetect.score.terms.term import Term


def trade_terms(params: ScoreParams) -> list[Term]:
    """Terms of the family trade.

    Parameters
    ----------
    params : ScoreParams
        Weights [nat] and thresholds.

    Returns
    -------
    list of Term
    """
    both_ships = [
        *_activities(params),
        *_bunkering(params),
        *_no_cargo(params),
        *_cargo_pair(params),
    ]
    each_ship = [
        term for ship in (1, 2) for term in (*_doubted(params, ship), *association_terms(params, ship))
    ]
    embargo = [term for ship in (1, 2) for term in _embargo(params, ship)]
    return [*both_ships, *each_ship, *embargo, *_port_to_port(params), *_on_to_port(params)]


def _activities(p: ScoreParams) -> list[Term]:
    """Categories in which ships lie or sail together without handing over cargo."""
    category, sog_kn = pl.col("category"), number(pl.col("median_sog_kn"), 1)
    return [
        Term(
            family="trade",
            name="towing",
            when=category == "towing",
            weight_nat=-p.towing_nat,
            observed="towing",
            statement="Ship types and motion fit a tug and its tow.",
        ),
        Term(
            family="trade",
            name="pilotage",
            when=(category == "pilotage") & (pl.col("geometry_category") == "pilotage"),
            weight_nat=-p.pilotage_nat,
            observed="pilotage",
            statement="Ship types and motion fit a short visit by a pilot or service boat.",
        ),
        Term(
            family="trade",
            name="fishing",
            when=category == "fishing",
            weight_nat=-p.fishing_nat,
            observed="fishing",
            statement="Ship types and motion fit fishing vessels working together.",
        ),
        Term(
            family="trade",
            name="dredging",
            when=category == "dredging",
            weight_nat=-p.dredging_nat,
            observed="dredging",
            statement="A dredger is involved: barges come alongside to load its sand.",
        ),
        Term(
            family="trade",
            name="passing",
            when=pl.col("geometry_category") == "passing",
            weight_nat=-p.passing_nat,
            observed=sog_kn,
            unit="kn",
            statement=pl.format("They were together for minutes only, under way at {} kn.", sog_kn),
        ),
    ]


def _bunkering(p: ScoreParams) -> list[Term]:
    bunkering, official = pl.col("category") == "bunkering", at_bunkering_anchorage()
    place, hours = pl.col("anchorage_name").fill_null("here"), number(pl.col("duration_h"), 1)
    return [
        Term(
            family="trade",
            name="bunkering",
            when=bunkering & official,
            weight_nat=-p.bunkering_nat,
            observed=place,
            threshold=f"at most {p.max_bunkering_h:g} h",
            statement=pl.format(
                "They lay together for {} h at {}, an official bunkering anchorage, which fits a bunker "
                "barge or service craft attending a ship.",
                hours,
                pl.col("anchorage_name").fill_null("this place"),
            ),
        ),
        Term(
            family="trade",
            name="bunkering_elsewhere",
            when=bunkering & ~official & looks_like_bunkering(p),
            weight_nat=-p.bunkering_elsewhere_nat,
            observed=place,
            threshold=f"at most {p.max_bunkering_h:g} h",
            statement=pl.format(
                "A small tanker lay alongside a longer ship for {} h, as bunker barges do, although this is "
                "outside the official bunkering anchorages.",
                hours,
            ),
        ),
    ]


def _no_cargo(p: ScoreParams) -> list[Term]:
    hours = number(pl.col("duration_h"), 1)
    types = [pl.col(f"ship_type_{ship}").fill_null(0) for ship in (1, 2)]
    no_cargo = [_credible(ship, p) for ship in (1, 2)]
    lengths = [pl.col(f"length_m_{ship}").is_not_null() for ship in (1, 2)]
    short, repeats = _shortness(p), pl.col("n_repeats").fill_null(0)
    confirmed = (no_cargo[0] & lengths[0]) | (no_cargo[1] & lengths[1])
    first = no_cargo[0] & (lengths[0] | ~confirmed)
    share = pl.when(confirmed).then(1.0).otherwise(p.unconfirmed_type_share)
    return [
        Term(
            family="trade",
            name="service_craft",
            when=unexplained() & (no_cargo[0] | no_cargo[1]),
            weight_nat=-p.service_craft_nat * share,
            observed=pl.format("types {} / {}", *types),
            threshold="types 70 to 89 carry cargo",
            statement=pl.format(
                "{} declares a type that does not carry cargo, such as a crane, crew or stores vessel{}.",
                pl.when(first).then(pl.col("label_1")).otherwise(pl.col("label_2")),
                pl.when(confirmed)
                .then(pl.lit(", and its length does not contradict it"))
                .otherwise(pl.lit("; that is weak evidence, as it broadcasts no length")),
            ),
        ),
        Term(
            family="trade",
            name="brief",
            when=(pl.col("event_type") == "encounter") & (short > 0.0),
            weight_nat=-p.brief_nat * short,
            observed=hours,
            unit="h",
            threshold=f"{p.typical_transfer_h:g} h",
            statement=pl.format(
                "They lay together for only {} h: long enough for stores, crew or a pilot, but too short for "
                "most cargo transfers.",
                hours,
            ),
        ),
        Term(
            family="trade",
            name="shuttle",
            when=unexplained() & (repeats >= p.min_shuttle_repeats),
            weight_nat=-p.shuttle_nat,
            observed=repeats.cast(pl.String),
            threshold=f"{p.min_shuttle_repeats} within {p.partner_window_h:g} h",
            statement=pl.format(
                "The two came alongside each other {} more times within {} h, as a dredger and its barge or "
                "a ship and its supply boat do.",
                repeats,
                pl.lit(f"{p.partner_window_h:g}"),
            ),
        ),
    ]


def _shortness(p: ScoreParams) -> pl.Expr:
    """How far a contact was too short for cargo, from 0 to 1; one not seen as a whole was perhaps longer."""
    whole = pl.col("approach_from_m").is_not_null() & pl.col("departure_to_m").is_not_null()
    grey_h = p.typical_transfer_h - p.min_transfer_h
    short = ((p.typical_transfer_h - pl.col("duration_h")) / max(grey_h, 1e-9)).clip(0.0, 1.0)
    return pl.when(pl.col("duration_h") < p.min_transfer_h).then(1.0).otherwise(short * whole)


def _credible(ship: int, p: ScoreParams) -> pl.Expr:
    """Whether a ship declares a type that carries no cargo, and neither length nor conduct contradicts it."""
    declared = carries_no_cargo(pl.col(f"ship_type_{ship}"))
    return declared & ~too_long_for_its_type(ship, p) & ~not_seen_to_dredge(ship, p)


def _doubted(p: ScoreParams, ship: int) -> list[Term]:
    """What a ship declares and its length or its conduct contradicts: shown, as it takes nothing off."""
    label, length_m = pl.col(f"label_{ship}"), number(pl.col(f"length_m_{ship}"), 0)
    ship_type = pl.col(f"ship_type_{ship}").cast(pl.String)
    return [
        Term(
            family="trade",
            name="type_doubted",
            vessel=str(ship),
            when=unexplained() & too_long_for_its_type(ship, p),
            weight_nat=0.0,
            observed=length_m,
            unit="m",
            threshold=f"at most {p.max_service_craft_m:g} m",
            statement=pl.format(
                "{} declares ship type {}, which carries no cargo, but at {} m it is longer than such craft: "
                "what it declares explains nothing.",
                label,
                ship_type,
                length_m,
            ),
        ),
        Term(
            family="trade",
            name="dredger_doubted",
            vessel=str(ship),
            when=unexplained() & not_seen_to_dredge(ship, p),
            weight_nat=0.0,
            observed=pl.col(f"n_visited_{ship}").fill_null(0).cast(pl.String),
            unit="ships alongside",
            threshold=f"{p.min_dredger_barges} within {p.visit_window_h:g} h",
            statement=pl.format(
                "{} declares to be a dredger, but {}, and no other barge was seen beside it: nothing shows "
                "that it dredges.",
                label,
                pl.when(is_tanker(pl.col(f"ship_type_{3 - ship}")))
                .then(pl.lit("lay beside a tanker"))
                .otherwise(pl.lit("came to the other ship")),
            ),
        ),
    ]


def _cargo_pair(p: ScoreParams) -> list[Term]:
    one, two = pl.col("ship_type_1"), pl.col("ship_type_2")
    kind = pl.when(is_tanker(one)).then(pl.lit("tankers")).otherwise(pl.lit("cargo ships"))
    return [
        Term(
            family="trade",
            name="cargo_pair",
            when=unexplained() & ((is_tanker(one) & is_tanker(two)) | (is_cargo(one) & is_cargo(two))),
            weight_nat=p.cargo_pair_nat,
            observed=kind,
            statement=pl.format("Both ships are {}, which can transfer cargo to each other.", kind),
        )
    ]


def _embargo(p: ScoreParams, ship: int) -> list[Term]:
    label, flag = pl.col(f"label_{ship}"), pl.col(f"flag_{ship}")
    destination = pl.col(f"destination_text_{ship}")
    return [
        Term(
            family="trade",
            name="embargoed_flag",
            vessel=str(ship),
            when=flag.is_in(p.embargoed_flags),
            weight_nat=p.embargoed_flag_nat,
            observed=flag,
            threshold=", ".join(p.embargoed_flags),
            statement=pl.format(
                "{} used an MMSI of flag {}; sanctions prohibit ship-to-ship transfers with ships of this "
                "flag.",
                label,
                flag,
            ),
        ),
        Term(
            family="trade",
            name="embargoed_port",
            vessel=str(ship),
            when=pl.col(f"destination_{ship}").str.to_uppercase().str.contains_any(list(p.embargoed_ports)),
            weight_nat=p.embargoed_port_nat,
            observed=destination,
            threshold="ports under embargo",
            statement=pl.format(
                "{} broadcast the destination “{}”, which names a port under embargo.", label, destination
            ),
        ),
    ]


def _port_to_port(p: ScoreParams) -> list[Term]:
    ports = [pl.coalesce(f"next_port_{ship}", f"previous_port_{ship}") for ship in (1, 2)]
    return [
        Term(
            family="trade",
            name="port_to_port",
            when=_called_at_port(1) & _called_at_port(2) & unexplained(),
            weight_nat=-p.port_to_port_nat,
            observed=pl.format("{} / {}", *ports),
            threshold="seen in port before or after",
            statement=pl.format(
                "Both ships called at a port before or after ({} and {}), as ships in ordinary trade do.",
                *ports,
            ),
        )
    ]


def _on_to_port(p: ScoreParams) -> list[Term]:
    """A barge that takes cargo from the sea into a port, from a ship that calls nowhere."""
    return [
        Term(
            family="trade",
            name="on_to_port",
            vessel=str(ship),
            when=pl.col(f"next_port_{ship}").is_not_null() & ~_called_at_port(other) & unexplained(),
            weight_nat=p.on_to_port_nat,
            observed=pl.col(f"next_port_{ship}"),
            threshold="the other seen in no port",
            statement=pl.format(
                "{} went on to the port of {}; no port call of {} is in the data.",
                pl.col(f"label_{ship}"),
                pl.col(f"next_port_{ship}"),
                pl.col(f"label_{other}"),
            ),
        )
        for ship, other in ((1, 2), (2, 1))
    ]


def _called_at_port(ship: int) -> pl.Expr:
    return pl.col(f"previous_port_{ship}").is_not_null() | pl.col(f"next_port_{ship}").is_not_null()
