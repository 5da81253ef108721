"""Parameters of the score (weights, caps, windows, tiers) and of training the contact model."""

from __future__ import annotations

from dataclasses import dataclass

from stsdetect.errors import ParamError
from stsdetect.params.checked import Checked, param


@dataclass(frozen=True, kw_only=True, slots=True)
class ScoreParams(Checked):
    """From features to score and tier.

    Weights are log-odds [nat]: 0.7 doubles the odds, 2.3 makes them tenfold. No labelled transfers exist to
    fit them to: all are judgement, ordered by what the cases of domain 1.2 and the advisories of 1.3 lean on.
    """

    # What is worth showing
    min_event_score: float = param(0.05, "below it an encounter is not worth showing; judgement", ge=0, le=1)
    max_dark_rank: int = param(
        3, "candidates shown for one silence; the others are counted as alternatives", ge=1
    )
    low_tier_score: float = param(0.1, "our judgement: no weight is published", ge=0, le=1)
    medium_tier_score: float = param(0.25, "the best dark candidates reach it; simulated seas", ge=0, le=1)
    high_tier_score: float = param(
        0.6, "more likely than not even after the discount for quality; judgement", ge=0, le=1
    )
    min_high_tier_quality: float = param(
        0.5, "a high tier needs half of the event observed; judgement", ge=0, le=1
    )
    min_medium_tier_quality: float = param(
        0.4, "of a one-sided dark event half at most is seen; four fifths of that; judgement", ge=0, le=1
    )
    max_dark_tier: str = param(
        "medium", "a dark encounter is never more than possible (architecture section 2)"
    )

    # How the three numbers combine
    base_log_odds_nat: float = param(-1.0, "hulls alongside and nothing else known: one in four; judgement")
    quality_discount: float = param(
        0.2, "share of the score that rests on the event being observed; judgement", ge=0, le=1
    )

    # How far around an event to look
    identity_window_h: float = param(48.0, "flag and name change within 48 h (domain 6)", gt=0)
    gap_window_h: float = param(
        24.0, "a ship that goes dark to hide a visit does so within a day of it; judgement", gt=0
    )
    partner_window_h: float = param(48.0, "six contacts in two days, 2019 (domain 1.1)", gt=0)
    min_partner_p_contact: float = param(0.5, "likely contacts only", ge=0, le=1)
    visit_window_h: float = param(72.0, "rounds of a service craft, seen in the Suez roads 2021", gt=0)
    min_visit_p_contact: float = param(0.2, "a boat's hull is short and often assumed; judgement", ge=0, le=1)
    min_rigidity_nat: float = param(1.0, "a likelihood ratio below e does not tell one body from two", ge=0)
    queue_radius_m: float = param(3_000.0, "ships of one anchorage lie some cables apart; judgement", gt=0)
    night_sun_altitude_deg: float = param(-6.0, "end of civil twilight", le=0)

    # Caps: a family never adds or takes more, so that correlated signs do not count twice
    identity_cap_nat: float = param(2.5, "our judgement: no weight is published", ge=0)
    gap_cap_nat: float = param(2.5, "our judgement: no weight is published", ge=0)
    place_cap_nat: float = param(1.5, "our judgement: no weight is published", ge=0)
    time_cap_nat: float = param(0.7, "night is half of the time: it may double the odds", ge=0)
    trade_cap_nat: float = param(2.0, "our judgement: no weight is published", ge=0)
    draught_cap_nat: float = param(2.0, "draught is typed in by the crew; judgement", ge=0)
    list_cap_nat: float = param(3.5, "our judgement: no weight is published", ge=0)
    innocent_cap_nat: float = param(4.0, "what an innocent reading may take from a family; judgement", ge=0)

    # Identity
    imo_check_fails_nat: float = param(1.0, "typing errors are common, forged numbers too", ge=0)
    imo_missing_nat: float = param(0.4, "SOLAS asks it of ships this long; many coasters have none", ge=0)
    min_imo_length_m: float = param(100.0, "well above 300 GT", gt=0)
    unallotted_mid_nat: float = param(1.5, "no administration gives such numbers (domain 2.5)", ge=0)
    shared_mmsi_nat: float = param(1.0, "cloned sets (domain 1.2)", ge=0)
    identity_changed_nat: float = param(
        1.5, "name, flag or number changed around the contact (domain 1.2)", ge=0
    )
    same_hull_nat: float = param(4.0, "two sets on one hull are no transfer (architecture section 2)", ge=0)

    # Silence
    min_p_off: float = param(0.5, "a switch-off less likely than not says nothing", ge=0, le=1)
    switched_off_nat: float = param(
        2.5, "full weight at certainty; the advisories' first sign (domain 1.3)", ge=0
    )
    open_gap_share: float = param(
        0.4, "weight of a silence without end: the ship may just have left", ge=0, le=1
    )

    # Place
    min_open_sea_shore_m: float = param(5_000.0, "clear of ports and their works", gt=0)
    open_sea_nat: float = param(
        0.8, "outside every anchorage and port there is little reason to lie alongside", ge=0
    )
    max_berth_shore_m: float = param(300.0, "the coast is uncertain to 300 m (engine 3)", gt=0)
    berth_nat: float = param(4.0, "ships moored side by side at a quay", ge=0)
    min_queue_ships: int = param(
        5, "so many others at rest make an anchorage that no chart shows; judgement", ge=1
    )
    queue_nat: float = param(1.0, "a ship that waits among others has an ordinary reason; judgement", ge=0)
    fishing_harbour_nat: float = param(1.5, "rafts of fishing boats", ge=0)
    lightering_anchorage_nat: float = param(
        3.0, "cargo is handed over here openly, day and night (domain 2.3)", ge=0
    )
    night_bunkering_nat: float = param(
        1.0, "no barge may lie alongside here at night (Wilhelmsen 2022)", ge=0
    )

    # Time
    night_nat: float = param(
        0.7, "contacts before dawn (domain 1.1); full weight when all of it was dark", ge=0
    )
    day_nat: float = param(0.3, "wholly by daylight", ge=0)

    # Trade
    bunkering_nat: float = param(4.0, "five official anchorages sold 4.72 Mt in 2020 (domain 2.3)", ge=0)
    bunkering_elsewhere_nat: float = param(
        1.5, "a bunker barge beside a ship outside them is still mostly that", ge=0
    )
    max_bunker_barge_m: float = param(
        120.0, "bunker barges are 45-90 m, some small tankers longer (domain 3.2)", gt=0
    )
    min_bunkered_length_ratio: float = param(
        1.3, "the ship that takes bunkers is the longer one; judgement", ge=1
    )
    max_bunkering_h: float = param(12.0, "2-8 h, more for very large ships (domain 3.1)", gt=0)
    towing_nat: float = param(4.0, "tug and tow", ge=0)
    pilotage_nat: float = param(4.0, "minutes beside a ship under way", ge=0)
    fishing_nat: float = param(4.0, "pair trawlers, rafted boats", ge=0)
    dredging_nat: float = param(4.0, "sand is the commonest night look-alike (domain 2.3)", ge=0)
    passing_nat: float = param(3.0, "minutes together under way", ge=0)
    service_craft_nat: float = param(2.0, "cranes, crew and stores boats carry no cargo (domain 3.3)", ge=0)
    min_transfer_h: float = param(
        1.0, "stores, crew and pilots take 5-60 min, cargo 3 h and more (domain 3.1)", gt=0
    )
    brief_nat: float = param(2.5, "what is over within the hour is seldom cargo; judgement", ge=0)
    rounds_nat: float = param(2.5, "boats that serve one waiting ship after another (domain 3.3)", ge=0)
    min_visited_ships: int = param(3, "one, two, many", ge=2)
    max_median_visit_h: float = param(
        4.0, "stores, crew, waste: an hour or some; cargo takes 4-24 h (domain 3.1)", gt=0
    )
    min_visit_spread_m: float = param(
        1_000.0, "the boat goes round; a ship that is served by others waits in one place", gt=0
    )
    cargo_pair_nat: float = param(0.5, "two tankers or two cargo ships can hand over cargo", ge=0)
    many_partners_nat: float = param(0.6, "repeat pairs and one-to-many within 48 h (domain 3.1)", ge=0)
    embargoed_flag_nat: float = param(
        2.0, "UN Security Council resolution 2375 (2017) forbids transfers with such ships", ge=0
    )
    embargoed_flags: tuple[str, ...] = param(
        ("PRK",), "UN Security Council resolution 2375 (2017), paragraph 11"
    )
    embargoed_port_nat: float = param(1.5, "destination broadcast", ge=0)
    embargoed_ports: tuple[str, ...] = param(
        ("NAMPO", "CHONGJIN", "TAEAN", "HAEJU", "WONSAN", "HUNGNAM", "SONGNIM", "RAJIN"), "domain 1.1 and 1.2"
    )
    on_to_port_nat: float = param(
        0.5, "barges took coal from the sea into bay ports in 2019 (domain 1.1); so do coasters", ge=0
    )
    port_to_port_nat: float = param(0.5, "ships that call openly at known ports; judgement", ge=0)

    # Draught
    cargo_moved_nat: float = param(2.0, "one ship lighter, the other deeper", ge=0)
    one_draught_changed_nat: float = param(1.0, "one ship lighter or deeper, the other not known", ge=0)
    draught_unchanged_nat: float = param(0.7, "both known and neither changed; crews forget, too", ge=0)

    # Lists
    listed_imo_nat: float = param(3.5, "the hull itself is listed", ge=0)
    listed_mmsi_nat: float = param(3.0, "numbers are passed on", ge=0)
    near_imo_same_length_nat: float = param(
        2.5, "A LI and YON PUNG 3: one digit off, same length (domain 1.2)", ge=0
    )
    near_imo_nat: float = param(1.0, "one digit off, length not known", ge=0)
    listed_name_nat: float = param(1.5, "names are common", ge=0)
    near_name_nat: float = param(0.6, "a name alike", ge=0)

    # What lowers the data quality, and the resolution of the time of day
    unknown_size_discount: float = param(
        0.25,
        "share of the data quality of an encounter lost per hull of unknown size: with both unknown, half "
        "of the geometry is assumed [judgement]",
        ge=0,
        le=0.5,
    )
    unknown_type_discount: float = param(
        0.25,
        "share of the data quality of a dark encounter lost per ship of unknown type, whose speed and trade "
        "are assumed [judgement]",
        ge=0,
        le=0.5,
    )
    one_sided_quality: float = param(
        0.5,
        "data quality of a dark encounter of which one of the two ships was observed throughout [judgement]",
        ge=0,
        le=1,
    )
    min_night_share: float = param(
        0.5,
        "an event counts as one at night when more than this share of it was dark [judgement]",
        ge=0,
        le=1,
    )
    n_sun_instants: int = param(
        49,
        "instants of an event at which the altitude of the sun is computed: half an hour apart over a day, "
        "and the share of darkness comes in steps of 2 % [judgement]",
        ge=2,
    )

    def _cross_check(self) -> None:
        self._ordered("min_event_score", "low_tier_score")
        self._ordered("low_tier_score", "medium_tier_score")
        self._ordered("medium_tier_score", "high_tier_score")
        self._ordered("min_medium_tier_quality", "min_high_tier_quality")
        if self.max_dark_tier not in ("high", "medium", "low", "info"):
            raise ParamError(
                f"ScoreParams.max_dark_tier = {self.max_dark_tier!r} must be high, medium, low or info"
            )


@dataclass(frozen=True, kw_only=True, slots=True)
class ModelParams(Checked):
    """Shape of the contact model; used when it is trained, not when it is applied."""

    trees: int = param(150, "chosen by Brier score on left-out simulated seas, flat from 100 to 250", ge=1)
    learning_rate: float = param(0.06, "as above", gt=0, le=1)
    leaves: int = param(8, "three-way interplay of gap, error and turning", ge=2)
    min_rows_per_leaf: int = param(20, "scikit-learn's default", ge=1)
    l2: float = param(1.0, "our judgement: no weight is published", ge=0)
    folds: int = param(6, "seas are dealt into this many folds for the calibration", ge=2)
    max_dark_p: float = param(
        0.9,
        "the likeliest candidates of simulated seas had all met; real seas hide ships without AIS",
        gt=0,
        le=1,
    )
    dark_l2: float = param(0.1, "holds back weights of what few seas show; judgement", ge=0)
    min_calibration_slope: float = param(
        1e-3,
        "the calibration never turns the order of the candidates round; only a model without skill comes "
        "near it [judgement]",
        gt=0,
    )
