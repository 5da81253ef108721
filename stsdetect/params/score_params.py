"""Parameters of the score (weights, caps, windows, tiers) and of training the contact model."""

from __future__ import annotations

from dataclasses import dataclass

from stsdetect.errors import ParamError
from stsdetect.params.checked import Checked, param


@dataclass(frozen=True, kw_only=True, slots=True)
class ScoreParams(Checked):
    """From features to score and tier.

    Weights are log-odds [nat]: 0.7 doubles the odds, 2.3 multiplies them by ten. There are no labelled
    transfers to fit them to, so all are judgement [J], ordered by what published cases [L6, L10, L11, L12]
    and advisories [L8, L9] rely on.
    """

    # Which events are shown, and their tiers
    min_event_score: float = param(0.05, "below it, an encounter is not worth showing [J]", ge=0, le=1)
    min_delivery_p: float = param(
        0.3, "from here on a delivery with grounds that point to the embargo is a candidate [J]", ge=0, le=1
    )
    min_listed_p_contact: float = param(
        0.5,
        "a contact that is more likely than not is listed, whatever its score, if it reads as bunkering or "
        "as a visit [C]",
        ge=0,
        le=1,
    )
    max_dark_rank: int = param(
        3, "candidates shown per gap; the others are counted as alternatives [J]", ge=1
    )
    one_encounter_h: float = param(
        2.0, "a stop as long before or after a dark encounter is part of the same encounter [J]", ge=0
    )
    low_tier_score: float = param(
        0.1, "below what hulls alongside score with nothing else known, 0.27 [J]", ge=0, le=1
    )
    medium_tier_score: float = param(
        0.25, "reached by the best dark candidates of simulated seas [S9]", ge=0, le=1
    )
    high_tier_score: float = param(
        0.6, "more likely than not, after the discount for quality [J]", ge=0, le=1
    )
    min_high_tier_quality: float = param(
        0.5, "tier high requires that half of the event was observed [J]", ge=0, le=1
    )
    min_medium_tier_quality: float = param(
        0.4, "four fifths of the half that can be observed of a one-sided dark event [J]", ge=0, le=1
    )
    min_seldom_seen_quality: float = param(
        0.05,
        "an encounter that scores as high as tier high is of tier medium however seldom the two were "
        "received, down to half an hour of ten: in seas by other hands 19 of 20 were transfers [S23]",
        ge=0,
        le=1,
    )
    max_dark_tier: str = param("medium", "a dark encounter is never more than possible [J]")
    max_solo_tier: str = param("medium", "nor is an encounter of which one ship was never received [J]")

    # How the three numbers combine
    base_log_odds_nat: float = param(-1.0, "hulls alongside and nothing else known: about one in four [J]")
    quality_discount: float = param(
        0.2, "share of the score that depends on the event being observed [J]", ge=0, le=1
    )

    # How far around an event to look
    identity_window_h: float = param(
        48.0, "window of an open risk score for changes of flag and name [L32]", gt=0
    )
    gap_window_h: float = param(24.0, "a ship that hides a visit switches off within a day of it [J]", gt=0)
    partner_window_h: float = param(48.0, "six contacts of one tanker within two days in 2019 [L7]", gt=0)
    min_partner_p_contact: float = param(0.5, "more likely in contact than not [C]", ge=0, le=1)
    visit_window_h: float = param(72.0, "rounds of service craft in the roads of Suez take days [M3]", gt=0)
    min_visit_p_contact: float = param(
        0.2,
        "lower than min_partner_p_contact: a boat's hull is short and its size often unknown [J]",
        ge=0,
        le=1,
    )
    min_rigidity_nat: float = param(1.0, "a likelihood ratio below e is inconclusive [J]", ge=0)
    queue_radius_m: float = param(3_000.0, "extent of an anchorage [J]", gt=0)
    night_sun_altitude_deg: float = param(-6.0, "end of civil twilight [C]", le=0)

    # Caps: the most that a family may add, so that correlated circumstances do not count twice
    identity_cap_nat: float = param(
        2.5, "most that a changed or forged identity may add: odds times twelve [J]", ge=0
    )
    gap_cap_nat: float = param(2.5, "most that a switch-off may add: odds times twelve [J]", ge=0)
    place_cap_nat: float = param(1.5, "most that a place may add: odds times four and a half [J]", ge=0)
    time_cap_nat: float = param(0.7, "night makes up half of the time, so it may double the odds [J]", ge=0)
    trade_cap_nat: float = param(2.0, "most that types, flags and ports may add: odds times seven [J]", ge=0)
    draught_cap_nat: float = param(2.0, "draught is entered by hand, and early or late [J]", ge=0)
    list_cap_nat: float = param(3.5, "most that a watchlist may add: odds times thirty-three [J]", ge=0)
    innocent_cap_nat: float = param(
        4.0, "most that an innocent reading may take off within a family [J]", ge=0
    )

    # Identity
    imo_check_fails_nat: float = param(
        1.0, "typing errors are common, but so are forged IMO numbers [L10, J]", ge=0
    )
    imo_missing_nat: float = param(
        0.4, "ships this long must have an IMO number; many coasters do not send it [L4, J]", ge=0
    )
    min_imo_length_m: float = param(100.0, "well above 300 GT [L4, J]", gt=0)
    unallotted_mid_nat: float = param(1.5, "no administration issues MMSIs with these digits [L3, J]", ge=0)
    shared_mmsi_nat: float = param(1.0, "cloned transponders of inland vessels [L11, J]", ge=0)
    identity_changed_nat: float = param(1.5, "name, flag or MMSI changed around the contact [L12, J]", ge=0)
    same_hull_overlap_m: float = param(
        3.0,
        "as EncounterParams.same_hull_overlap_m, for the sentence about two ships that overlap [S1, J]",
        ge=0,
    )
    same_hull_nat: float = param(
        4.0, "two transponders on one hull make no transfer; cloned ones are common here [L11, J]", ge=0
    )

    # Gaps
    min_p_off: float = param(0.5, "a switch-off that is less likely than not adds nothing [C]", ge=0, le=1)
    switched_off_nat: float = param(
        1.6,
        "full weight when certain; first among the warning signs of the advisories, but as common near "
        "innocent contacts as near transfers in seas by other hands [L8, L9, S23, J]",
        ge=0,
    )
    open_gap_share: float = param(
        0.4, "share of the weight for an open gap: the ship may simply have left [J]", ge=0, le=1
    )

    # Place
    min_open_sea_shore_m: float = param(5_000.0, "clear of ports and their works [J]", gt=0)
    open_sea_nat: float = param(
        0.8, "outside anchorages and ports there is little reason to lie alongside [J]", ge=0
    )
    max_berth_shore_m: float = param(300.0, "the coast is uncertain to 300 m [M9]", gt=0)
    max_still_berth_shore_m: float = param(
        2_000.0,
        "ships that lie as still as moored ones are moored only this near to a shore: jetties for tankers "
        "reach out a mile, and the coast is uncertain; as DarkParams.quay_m [M9, J]",
        gt=0,
    )
    berth_nat: float = param(4.0, "ships moored side by side at a quay [J]", ge=0)
    min_queue_ships: int = param(5, "this many others at rest make an anchorage that is not mapped [J]", ge=1)
    queue_nat: float = param(0.8, "a ship that waits among others has an ordinary reason [S23, J]", ge=0)
    fishing_harbour_nat: float = param(1.5, "fishing boats lie rafted up in harbour [J]", ge=0)
    lightering_anchorage_nat: float = param(
        3.0, "deep-draught ships are lightered here openly, day and night [J]", ge=0
    )
    night_bunkering_nat: float = param(1.0, "no barge may lie alongside here at night [L16, J]", ge=0)

    # Time
    night_nat: float = param(0.7, "contacts before dawn; full weight when all of it was dark [L7, J]", ge=0)
    day_nat: float = param(0.3, "less than night_nat, as innocent work is done by day and by night [J]", ge=0)

    # Trade
    bunkering_nat: float = param(
        4.0, "the five official anchorages sold 4.72 million tonnes in 2020 [L15, J]", ge=0
    )
    bunkering_elsewhere_nat: float = param(
        1.9,
        "outside the official anchorages, a bunker barge beside a ship still mostly sells fuel [S23, J]",
        ge=0,
    )
    max_bunker_barge_m: float = param(
        120.0,
        "bunker barges of 45-90 m and some longer small tankers; wider than "
        "EncounterParams.max_bunker_barge_m, as min_bunkered_length_ratio must hold as well [S1, "
        "J]",
        gt=0,
    )
    min_bunkered_length_ratio: float = param(
        1.3, "the ship that takes bunkers is clearly the longer one [J]", ge=1
    )
    max_bunkering_h: float = param(12.0, "bunkering takes 2-8 h, more for very large ships [L14]", gt=0)
    towing_nat: float = param(4.0, "tug and tow: an almost complete explanation [J]", ge=0)
    pilotage_nat: float = param(
        4.0, "pilot boat beside a ship under way for minutes: an almost complete explanation [J]", ge=0
    )
    fishing_nat: float = param(
        4.0, "pair trawlers or rafted fishing boats: an almost complete explanation [J]", ge=0
    )
    dredging_nat: float = param(
        4.0, "sand barges beside dredgers, expected to be the most common look-alike at night [L17, J]", ge=0
    )
    passing_nat: float = param(3.0, "together under way for minutes only [J]", ge=0)
    service_craft_nat: float = param(
        2.0, "floating cranes, crew boats and stores boats carry no cargo [J]", ge=0
    )
    unconfirmed_type_share: float = param(
        0.5,
        "share of service_craft_nat where no length confirms the type: a ship declares what it likes [J]",
        ge=0,
        le=1,
    )
    max_service_craft_m: float = param(
        90.0, "the largest tugs and supply ships; a longer ship is none, whatever it declares [J]", gt=0
    )
    min_dredger_barges: int = param(
        2, "one contact of a dredger may be anything, a second barge is its work [J]", ge=1
    )
    min_transfer_h: float = param(1.0, "stores, crews and pilots take 5-60 min, cargo 3 h and more [J]", gt=0)
    typical_transfer_h: float = param(
        3.0,
        "a contact seen from its beginning to its end counts less as cargo the shorter it was than this [J]",
        gt=0,
    )
    brief_nat: float = param(3.7, "what is over within an hour is seldom cargo [S23, J]", ge=0)
    min_shuttle_repeats: int = param(
        3,
        "other contacts of the same two within partner_window_h: a barge shuttles, cargo is passed once [J]",
        ge=1,
    )
    shuttle_apart_m: float = param(
        1000.0,
        "the two were this far apart before and after, so that one long contact is not several [J]",
        ge=0,
    )
    shuttle_nat: float = param(
        2.5, "a dredger and its barge, a supply boat and its customer: again and again [J]", ge=0
    )
    rounds_nat: float = param(3.5, "boats that serve one waiting ship after another [M3, S23, J]", ge=0)
    service_window_h: float = param(
        24.0, "pilots, bunker barges and stores boats call on several ships a day [M3, J]", gt=0
    )
    serves_ships_nat: float = param(
        4.0,
        "ship after ship within a day: what it does shows what it is, more than rounds over days [S23, J]",
        ge=0,
    )
    min_called_again_ships: int = param(
        2, "the present ship and one more; too few for a round, too many for most cargo [J]", ge=2
    )
    called_again_nat: float = param(
        2.0,
        "of small ships in seas by other hands, nine in ten that bunker call on two within a day, one in ten "
        "that passes cargo does; less than rounds_nat, as one tanker met six in two days in 2019 [S23, L7]",
        ge=0,
    )
    min_visited_ships: int = param(3, "two visits may be chance, three make a round [J]", ge=2)
    max_median_visit_h: float = param(
        8.0, "stores, crews and waste take an hour or two, bunkers 2-8 h; cargo 4-24 h [L14, J]", gt=0
    )
    min_visit_spread_m: float = param(
        1_000.0, "a service craft moves around; a ship served by others waits in one place [J]", gt=0
    )
    cargo_pair_nat: float = param(
        0.5, "two tankers, or two dry cargo ships, can pass cargo to each other [J]", ge=0
    )
    many_partners_nat: float = param(
        0.4, "repeated pairs and one ship with many partners within two days [L7, S23, J]", ge=0
    )
    embargoed_flag_nat: float = param(2.0, "transfers with ships of this flag are forbidden [L5, J]", ge=0)
    embargoed_flags: tuple[str, ...] = param(("PRK",), "the flag named in paragraph 11 [L5]")
    embargoed_port_nat: float = param(1.5, "an embargoed port broadcast as destination [L6, J]", ge=0)
    embargoed_ports: tuple[str, ...] = param(
        ("NAMPO", "CHONGJIN", "TAEAN", "HAEJU", "WONSAN", "HUNGNAM", "SONGNIM", "RAJIN"),
        "coal ports named in the press, and the other larger ports of the country [L6, J]",
    )
    origin_seen_nat: float = param(
        2.0,
        "a direct delivery from, or to, a port under embargo that was seen: as the flag [L5, L6, J]",
        ge=0,
    )
    origin_hidden_nat: float = param(1.5, "the same in a gap, times its probability [J]", ge=0)
    left_lighter_nat: float = param(1.0, "a ship that unloads comes up; some take ballast [J]", ge=0)
    on_to_port_nat: float = param(
        0.5,
        "barges took coal to ports of Hangzhou Bay in 2019, but coasters call there as well [L6, J]",
        ge=0,
    )
    port_to_port_nat: float = param(0.5, "ships that call openly at known ports [J]", ge=0)

    # Draught
    cargo_moved_nat: float = param(2.0, "one ship lighter, the other deeper [J]", ge=0)
    one_draught_changed_nat: float = param(
        1.3, "one ship lighter or deeper, the other unchanged or unknown [S23, J]", ge=0
    )
    draught_unchanged_nat: float = param(
        0.7, "both draughts known and unchanged; crews forget to enter a change [J]", ge=0
    )

    # Lists
    listed_imo_nat: float = param(3.5, "the hull itself is listed [J]", ge=0)
    listed_mmsi_nat: float = param(
        3.0, "less than an IMO number, as an MMSI passes from ship to ship [J]", ge=0
    )
    near_imo_same_length_nat: float = param(
        2.5, "one digit off and the same length, as A LI and YON PUNG 3 [L10, J]", ge=0
    )
    near_imo_nat: float = param(1.0, "one digit off, length unknown [L10, J]", ge=0)
    listed_name_nat: float = param(1.5, "unrelated ships share names [J]", ge=0)
    listed_after_share: float = param(
        0.5,
        "share of the weight where the ship was listed after the event: what it was listed for may have "
        "begun later, or under another owner; a day of listing can only lower a weight [J]",
        ge=0,
        le=1,
    )
    near_name_nat: float = param(0.6, "a name within one letter of a listed one [J]", ge=0)

    # The network of contacts
    listed_partner_nat: float = param(
        1.5,
        "as much as a listed name: contact with a listed ship is a warning sign of the advisories, but she "
        "also takes bunkers and stores [L8, J]",
        ge=0,
    )
    listed_second_hop_nat: float = param(
        0.4, "a third of one hop at most: honest ships are two steps from a listed one as well [J]", ge=0
    )
    max_hop_partners: int = param(
        12,
        "who lay beside more hulls than this serves them and connects everybody, and passes nothing on; of n "
        "hulls, 2/n is passed on [J]",
        ge=2,
    )
    min_repeat_partners: int = param(
        3, "other hulls beyond those of the days around an event, as min_visited_ships [J]", ge=1
    )
    repeated_contacts_nat: float = param(
        0.4, "less than many_partners_nat: lawful lightering repeats as well [L6, L7, J]", ge=0
    )

    # What lowers the data quality, and the resolution of the time of day
    unknown_size_discount: float = param(
        0.25,
        "share of the data quality of an encounter lost per hull of unknown size: with both unknown, half "
        "of the geometry is assumed [J]",
        ge=0,
        le=0.5,
    )
    unknown_type_discount: float = param(
        0.25,
        "share of the data quality of a dark encounter lost per ship of unknown type, whose speed and trade "
        "are assumed [J]",
        ge=0,
        le=0.5,
    )
    one_sided_quality: float = param(
        0.5,
        "data quality of a dark encounter of which one of the two ships was observed throughout [J]",
        ge=0,
        le=1,
    )
    min_night_share: float = param(
        0.5,
        "an event counts as one at night when more than this share of it was dark [J]",
        ge=0,
        le=1,
    )
    n_sun_instants: int = param(
        49,
        "instants of an event at which the altitude of the sun is computed: half an hour apart over a day, "
        "and the share of darkness comes in steps of 2 % [J]",
        ge=2,
    )

    def _cross_check(self) -> None:
        self._ordered("min_event_score", "low_tier_score")
        self._ordered("low_tier_score", "medium_tier_score")
        self._ordered("medium_tier_score", "high_tier_score")
        self._ordered("min_medium_tier_quality", "min_high_tier_quality")
        for name in ("max_dark_tier", "max_solo_tier"):
            if (tier := getattr(self, name)) not in ("high", "medium", "low", "info"):
                raise ParamError(f"ScoreParams.{name} = {tier!r} must be high, medium, low or info")


@dataclass(frozen=True, kw_only=True, slots=True)
class ModelParams(Checked):
    """Shape of the contact model; used when it is trained, not when it is applied."""

    trees: int = param(150, "least cross-validated Brier score over seas, flat from 100 to 250 [S8]", ge=1)
    learning_rate: float = param(0.06, "chosen together with trees [S8]", gt=0, le=1)
    leaves: int = param(8, "room for three inputs to interact, such as gap, error and turning [J]", ge=2)
    min_rows_per_leaf: int = param(20, "default of scikit-learn [L39]", ge=1)
    l2: float = param(1.0, "moderate shrinkage of the leaves [J]", ge=0)
    folds: int = param(6, "folds of whole seas for the calibration [C]", ge=2)
    max_dark_p: float = param(
        0.9,
        "beyond it, candidates of simulated seas had nearly all met; real seas hold ships "
        "without AIS [S8, J]",
        gt=0,
        le=1,
    )
    dark_l2: float = param(0.1, "shrinks weights that few seas support [J]", ge=0)
    min_calibration_slope: float = param(
        1e-3,
        "the calibration never reverses the order of candidates; only a model without skill comes near it "
        "[J]",
        gt=0,
    )
