"""Parameters of tonnes, of chains from an event to a quay, and of direct deliveries."""

from __future__ import annotations

from dataclasses import dataclass

from stsdetect.params.checked import Checked, param


@dataclass(frozen=True, kw_only=True, slots=True)
class TonnesParams(Checked):
    """From a change of draught, or from the size of a ship, to tonnes with an 80 % interval.

    Coefficients are areas of the waterplane over length over all times beam. Published waterplane and block
    coefficients refer to the length between perpendiculars, 3 to 6 % shorter, which takes off about what the
    waterplane is fuller than the block.
    """

    barge_coefficient: float = param(
        0.88, "hulls nearly box-shaped; a barge of 119.9 x 30 x 4.96 m carries 12,200 t [L81, J]", gt=0, le=1
    )
    dry_coefficient: float = param(
        0.79, "block 0.70 to 0.85, waterplane a third of the way from it to 1 [L82, J]", gt=0, le=1
    )
    tanker_coefficient: float = param(0.82, "block 0.78 to 0.86, likewise [L82, L72, J]", gt=0, le=1)
    dredger_coefficient: float = param(0.84, "full hulls with blunt bows [J]", gt=0, le=1)
    unknown_coefficient: float = param(0.80, "between the others [J]", gt=0, le=1)
    coefficient_spread: float = param(
        0.10,
        "relative one-sigma spread within a kind of ship, wider than the published ranges [L82, J]",
        gt=0,
    )
    dry_coefficient_spread: float = param(
        0.12, "of a dry cargo ship: from fine coasters to full bulk carriers [L82, J]", gt=0
    )
    unknown_coefficient_spread: float = param(0.14, "of a ship whose kind is unknown [J]", gt=0)
    seawater_t_per_m3: float = param(1.025, "density of sea water [C]", gt=0)
    fresh_water_t_per_m3: float = param(1.0, "density of a river above the tidal coast [C]", gt=0)
    draught_step_m: float = param(0.1, "resolution of the broadcast draught [L1]", gt=0)
    typing_error_m: float = param(
        0.15,
        "one-sigma error of a draught as typed: rounded to quarters or halves, forward or aft for the mean "
        "[L83, J]",
        ge=0,
    )
    barge_length_per_beam: float = param(5.2, "river and coastal barges, 4 to 6.5 [L81, J]", gt=1)
    ship_length_per_beam: float = param(6.2, "tankers and bulk carriers, 5.5 to 6.8 [L72]", gt=1)
    barge_beam_spread: float = param(0.16, "relative spread of a beam from the length [J]", gt=0)
    ship_beam_spread: float = param(0.09, "relative spread of a beam from the length [L72, J]", gt=0)
    max_barge_m: float = param(
        135.0, "a dry cargo ship without an IMO number that is no longer is taken for a barge [L81, J]", gt=0
    )
    barge_beam_per_draught: float = param(3.6, "shallow hulls: 3 to 6 [L81, J]", gt=1)
    ship_beam_per_draught: float = param(2.4, "tankers and bulk carriers when laden, 2.1 to 2.8 [L72]", gt=1)
    draught_spread: float = param(0.18, "relative spread of a laden draught from the beam [J]", gt=0)
    own_draught_spread: float = param(
        0.08, "of a laden draught taken from the deepest that the ship broadcast [J]", gt=0
    )
    min_own_draught_ratio: float = param(
        0.6, "the deepest draught over that from the beam: shallower, she was never laden [J]", gt=0, le=1
    )
    max_own_draught_ratio: float = param(1.8, "deeper than a hull of that beam can be: mistyped [J]", ge=1)
    min_own_draughts: int = param(
        3, "draughts that a ship must have broadcast for its deepest to count [J]", ge=1
    )
    deadweight_share: float = param(
        0.72,
        "deadweight over laden displacement: 0.65 of coasters to 0.85 of bulk carriers [L82, L72, J]",
        gt=0,
        le=1,
    )
    cargo_share: float = param(
        0.90, "cargo over deadweight: the rest is fuel, water and a hold not quite full [J]", gt=0, le=1
    )
    capacity_spread: float = param(
        0.22,
        "relative spread of the cargo of a laden ship of known size, beside that of its draught [J]",
        gt=0,
    )
    transfer_share: float = param(
        0.75,
        "of what the smaller ship carries, in a transfer: many are parts of a cargo [S24, J]",
        gt=0,
        le=1,
    )
    transfer_spread: float = param(0.4, "relative spread of that share [S24, J]", gt=0)
    load_spread: float = param(
        0.25,
        "relative spread of one load of a cargo, for each further load in it [J]",
        ge=0,
    )
    max_load_spread: float = param(0.5, "and no more than this [J]", ge=0)
    ballast_factor: float = param(
        1.3,
        "cargo over what the change of draught shows, where a ship takes ballast as it unloads [L71, S24, J]",
        ge=1,
    )
    ballast_spread: float = param(0.12, "relative spread of that factor [S24, J]", gt=0)
    min_ballast_ratio: float = param(
        0.45,
        "draught after unloading over that before: a hull without ballast comes up further [L71, J]",
        gt=0,
        le=1,
    )
    min_unbalanced_sigma: float = param(
        1.65, "two estimates that differ by more of their common errors do not balance: one in ten [C]", gt=0
    )
    common_error_share: float = param(
        0.4, "share of an error that all items of the ledger have in common [J]", ge=0, le=1
    )
    min_near_p_contact: float = param(
        0.5,
        "another event of the ship that is less likely is not held to have changed her draught [C]",
        ge=0,
        le=1,
    )
    max_length_m: float = param(460.0, "longest ship ever built, 458 m; longer is not believed [C]", gt=0)
    min_length_m: float = param(15.0, "shorter craft carry no cargo that matters [J]", gt=0)
    max_length_per_beam: float = param(12.0, "a beam below a twelfth of the length is not believed [J]", gt=1)
    min_length_per_beam: float = param(2.0, "nor one above half of it [J]", gt=1)


@dataclass(frozen=True, kw_only=True, slots=True)
class ChainParams(Checked):
    """How the cargo of an event is followed to a quay. Weights are log-odds [nat]."""

    max_days: float = param(
        14.0,
        "cargo that is still on board later came from elsewhere too; a barge sails a day or two [J]",
        gt=0,
    )
    max_steps: int = param(3, "from a ship over two barges to a quay [J]", ge=1)
    max_candidates: int = param(6, "candidates shown for each event [J]", ge=1)
    min_p: float = param(0.01, "candidates less likely than it are left out [J]", ge=0, le=1)

    # Which ship took the cargo
    own_change_nat: float = param(2.5, "her draught rose, or fell, over the event [J]", ge=0)
    quay_change_nat: float = param(2.0, "it changed the other way at her next quay [J]", ge=0)
    dredger_nat: float = param(3.0, "dredgers give to barges [L17, J]", ge=0)
    barge_nat: float = param(1.5, "barges take from ships that came by sea [L6, J]", ge=0)
    embargoed_flag_nat: float = param(
        1.5, "ships of the flag under embargo export dry cargo and import oil [L6, L8, J]", ge=0
    )
    smaller_tanker_nat: float = param(
        1.0, "of two tankers the much smaller one takes the oil and carries it on [L6, L8, J]", ge=0
    )
    max_smaller_ratio: float = param(
        0.75, "length of a much smaller tanker over that of the other [J]", gt=0, le=1
    )
    next_quay_nat: float = param(1.0, "she went on to a quay, the other did not [J]", ge=0)
    came_from_quay_nat: float = param(
        0.7, "she came from a quay, the other did not: cargo is loaded there [J]", ge=0
    )

    # Whether she unloaded at a stop
    p_quay_lighter: float = param(0.97, "lay at a berth and left lighter [J]", ge=0, le=1)
    p_quay: float = param(0.85, "lay at a berth, draughts unknown [J]", ge=0, le=1)
    p_quay_open: float = param(0.8, "was still there when the dump ended [J]", ge=0, le=1)
    p_quay_unchanged: float = param(
        0.66, "draughts known and unchanged: a third of the crews forget [L83, J]", ge=0, le=1
    )
    p_quay_deeper: float = param(0.05, "left deeper: she loaded there [J]", ge=0, le=1)
    p_anchorage_lighter: float = param(0.5, "left an anchorage or roads lighter [J]", ge=0, le=1)
    p_anchorage: float = param(0.04, "lay at an anchorage or in roads [J]", ge=0, le=1)
    p_passed_on: float = param(0.9, "gave it to another ship, as likely as that event [J]", ge=0, le=1)
    min_unload_h: float = param(1.5, "shorter calls are for crew, fuel or orders [J]", gt=0)
    short_call_share: float = param(0.15, "of these probabilities for a shorter call [J]", ge=0, le=1)
    min_quay_p: float = param(
        0.3,
        "calls at which she probably unloaded: what was loaded before is shared among its events [J]",
        ge=0,
        le=1,
    )
    min_platform_p: float = param(0.5, "events more likely than not [C]", ge=0, le=1)
    min_platform_partners: int = param(4, "ships alongside in turn; a mother ship has two or three [J]", ge=2)
    min_platform_days: float = param(2.0, "longer than one ship is unloaded [L14, J]", gt=0)
    max_platform_radius_m: float = param(
        2_000.0, "swing, and a shift of the anchor; beyond it she sailed [J]", gt=0
    )
    min_hidden_p: float = param(0.05, "hidden calls less likely than it end no chain [J]", ge=0, le=1)


@dataclass(frozen=True, kw_only=True, slots=True)
class DeliveryParams(Checked):
    """When a call at a quay is a direct delivery. Weights are log-odds [nat]."""

    min_p: float = param(0.1, "candidates less likely than it are left out of the table [J]", ge=0, le=1)
    min_unload_h: float = param(3.0, "grabs and pumps take longer for a ship [L14, J]", gt=0)
    max_unload_h: float = param(240.0, "longer calls are repairs or lay-up [J]", gt=0)
    min_dark_h: float = param(
        8.0, "a shorter gap leaves no time to sail out of range, load and return [J]", gt=0
    )
    min_p_off: float = param(0.5, "a gap is more likely a switch-off than not [C]", ge=0, le=1)
    min_origin_p: float = param(
        0.4, "from here on a port under embargo is a probable hidden call [J]", ge=0, le=1
    )
    took_oil_share: float = param(
        0.7,
        "a tanker that lay alongside another, did not come up, and could have called at a port under embargo "
        "afterwards took oil there [J]",
        ge=0,
        le=1,
    )
    smaller_took_share: float = param(
        0.8,
        "of two ships whose draughts say nothing, the smaller came for the cargo [L6, J]",
        ge=0,
        le=1,
    )
    min_renamed_m: float = param(
        40.0, "shorter boats have the same sizes as others, so a size does not tell who came back [J]", gt=0
    )
    max_load_days: float = param(
        5.0, "oil that a tanker took at sea goes on at once; a later gap is another voyage [J]", gt=0
    )
    max_voyage_days: float = param(30.0, "cargo of a longer voyage is not traced [J]", gt=0)

    bias_nat: float = param(-3.0, "a cargo ship that berths, nothing else known [J]")
    embargoed_origin_nat: float = param(5.0, "she was seen at a port under embargo before [L6, J]", ge=0)
    hidden_origin_nat: float = param(
        4.5, "a hidden call at a port under embargo, times its probability [L6, J]", ge=0
    )
    gap_nat: float = param(1.2, "a long gap on the voyage, times the probability of a switch-off [J]", ge=0)
    edge_nat: float = param(0.3, "she came in over the edge of the dump [J]", ge=0)
    gained_in_gap_nat: float = param(2.0, "her draught rose over the gap [J]", ge=0)
    lost_in_gap_nat: float = param(1.0, "against: it fell over the gap [J]", ge=0)
    embargoed_flag_nat: float = param(
        4.5,
        "flag of her MMSI under embargo: what such ships bring is forbidden, but for little [L5, J]",
        ge=0,
    )
    listed_nat: float = param(
        3.5, "listed by IMO number or MMSI, or by a near number and the length [J]", ge=0
    )
    identity_nat: float = param(2.0, "another identity after the gap than before [L12, J]", ge=0)
    destination_nat: float = param(1.5, "destination under embargo broadcast on the voyage [L6, J]", ge=0)
    embargoed_countries: tuple[str, ...] = param(
        ("PRK",), "the country of resolution 2375 and of those after it [L5]"
    )
