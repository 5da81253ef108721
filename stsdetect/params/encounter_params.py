"""Parameters of encounters: contacts, spells, the rigid-body test, the contact rule."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

from stsdetect.errors import ParamError
from stsdetect.params.checked import Checked, param


@dataclass(frozen=True, kw_only=True, slots=True)
class EncounterParams(Checked):
    """Which pairs of hulls are close, for how long, and what their contact looks like."""

    # Candidate pairs, and limits of the hull gap
    measure: str = param(
        "hull",
        "hull gap works among ships at anchor; 'distance' is the measure of the published rule [S2, L19]",
    )
    max_hull_gap_m: float = param(
        20.0, "median gap below 20 m had a precision of 0.89 in the first trial [S2]", gt=0
    )
    release_hull_gap_m: float = param(
        40.0, "twice max_hull_gap_m: hysteresis against position noise [J]", gt=0
    )
    candidate_hull_gap_m: float = param(
        100.0, "contacts are recorded out to here, so that a departure can be seen [J]", gt=0
    )
    max_gate_error_m: float = param(
        50.0,
        "error allowed for in the candidate search; that of an interpolated position can exceed "
        "a kilometre [J]",
        gt=0,
    )
    max_neighbours: int = param(
        100,
        "ships kept per ship and instant, the nearest first, as in the published rule; a dozen hulls "
        "have room alongside one [L19]",
        ge=12,
    )
    crowd_cell_m: float = param(20.0, "as TrackParams.crowd_cell_m [L1]", gt=0)
    max_ships_at_point: int = param(
        30, "as TrackParams.max_ships_at_point, for ships that move together as well [C]", ge=2
    )
    max_distance_m: float = param(500.0, "published rule; used with measure 'distance' only [L19]", gt=0)
    min_step_s: float = param(
        0.0,
        "off by default, so that the step of the tracks decides; the published rule takes 600 s [L19, J]",
        ge=0,
    )

    # What is plausible for a ship whose size, antenna or heading is unknown
    plausible_length_m: tuple[float, ...] = param(
        (35.0, 32.0, 90.0, 15.0, 30.0, 80.0, 110.0, 110.0, 80.0, 45.0),
        "median length by type: fishing, tug, dredger, pleasure, service, passenger, cargo, "
        "tanker, other, class B [S1, M2]",
    )
    length_log_sd: float = param(
        0.45, "spread of log length within a ship type, 0.35-0.55 in the Baltic sample [M2]", gt=0
    )
    length_to_beam: tuple[float, ...] = param(
        (5.0, 7.5), "5th to 95th percentile of merchant ships in the Baltic sample [M2]"
    )
    antenna_abaft_bow: tuple[float, ...] = param(
        (0.72, 0.95), "share of the length, bridge aft as on most cargo ships and tankers [S1, J]"
    )
    antenna_across: tuple[float, ...] = param((0.25, 0.75), "share of the beam from the port side [S1, J]")
    parallel_error_deg: float = param(10.0, "yaw and fenders of hulls that lie side by side [J]", ge=0)
    heading_error_deg: float = param(
        2.0, "gyro error of one degree, and interpolation between reports [J]", ge=0
    )
    cog_error_deg: float = param(10.0, "leeway and current at 3 kn and more [J]", gt=0)

    # Spells
    observed_age_s: float = param(
        300.0, "a class A ship at anchor reports every 180 s; one report may be lost [L1]", gt=0
    )
    max_pair_gap_h: float = param(6.0, "longest gap of a pair found again as it was: one tide [J]", ge=0)
    max_apart_s: float = param(
        900.0, "apart for a quarter of an hour or less is position noise, not a departure [J]", ge=0
    )
    max_unseen_s: float = param(
        3600.0, "tracks are interpolated over the same hour, so within it a ship counts as seen [L19]", gt=0
    )
    min_instants: int = param(2, "a spell needs a beginning and an end [C]", ge=1)
    min_duration_h: float = param(
        0.15,
        "ships that pass each other take less; visits of pilot boats, which take minutes, are kept [J]",
        ge=0,
    )
    max_median_sog_kn: float = param(
        1e3, "no limit by default; the published rule requires less than 2 kn [L19, J]", gt=0
    )

    # The rigid-body test
    independent_look_s: float = param(
        1800.0, "swing at anchor and slow GNSS errors change over half an hour [J]", gt=0
    )
    slow_position_error_m: float = param(
        3.0, "GNSS errors that last for hours, and dimensions rounded to a metre [J]", ge=0
    )
    parallel_cos: float = param(
        0.8, "mean cosine of the heading difference of hulls made fast: within 37 degrees [J]", gt=0, le=1
    )
    min_line_swing_deg: float = param(
        60.0, "yaw turns the line between two anchored neighbours by less [J]", gt=0
    )
    max_rigidity_nat: float = param(20.0, "beyond, one more nat is not informative [J]", gt=0)

    # Approach and departure
    phase_offsets_h: tuple[float, ...] = param(
        (0.5, 1.0, 1.5, 2.0, 3.0),
        "berthing takes one to two hours; what happened earlier belongs to another event [J]",
    )
    phase_tolerance_s: float = param(
        1200.0, "a fix this near in time still places the ship to within a few kilometres [J]", gt=0
    )
    min_visit_m: float = param(
        1500.0, "beyond any swing at anchor: two chains of 350 m and two hulls [J]", gt=0
    )

    parted_m: float = param(700.0, "anchored neighbours keep within a chain or two and their hulls [J]", gt=0)

    # Groups
    raft_p_contact: float = param(0.5, "more likely in contact than not [C]", ge=0, le=1)
    link_h: float = param(24.0, "spells of one pair within a day belong to one operation [J]", ge=0)

    # Look-alikes
    same_hull_sog_kn: float = param(
        6.0, "transfers are made below 5 kn; only tows sail faster made fast [L13, J]", gt=0
    )
    same_hull_sailing_h: float = param(
        0.75,
        "a pilot boat keeps alongside for 10-30 min, two transponders of one hull for whole voyages [J]",
        gt=0,
    )
    same_hull_overlap_m: float = param(
        3.0, "two hulls cannot overlap; as deep as the fender gap of a coaster [S1, J]", gt=0
    )
    same_hull_sigmas: float = param(
        1.0, "outlines must overlap by this many errors beyond same_hull_overlap_m [J]", ge=0
    )
    same_hull_length_ratio: float = param(
        1.5,
        "transponders of one hull broadcast about the same length, lengths being rounded and mistyped; a tug "
        "beside a ship is far shorter [J]",
        ge=1,
    )
    own_route_share: float = param(
        0.5,
        "two ships had routes of their own if they were this share of their distance from the encounter "
        "apart; two transponders of one hull, received 40 min apart in 3 h, seem to be 0.2 [J]",
        gt=0,
    )
    max_tug_m: float = param(
        90.0, "the largest anchor-handling tugs; what says it is a longer tug is none [J]", gt=0
    )
    max_service_craft_m: float = param(
        60.0, "pilot, rescue, pollution and harbour boats; as max_tug_m, of those [J]", gt=0
    )
    max_fishing_m: float = param(110.0, "all but a few factory trawlers; as max_tug_m, of those [J]", gt=0)
    moored_wander_m: float = param(
        25.0, "a berth holds a ship still, an anchored ship swings with its chain [J]", gt=0
    )
    moored_swing_deg: float = param(15.0, "moored ships turn no more than yaw and gyro error [J]", gt=0)
    moored_h: float = param(4.0, "long enough for the tide to turn an anchored ship [J]", gt=0)
    max_bunker_barge_m: float = param(
        110.0,
        "bunker barges of 45-90 m and somewhat longer ones; type and length alone decide here, "
        "so it is tighter than ScoreParams.max_bunker_barge_m, which also asks how much longer "
        "the other ship is [S1, J]",
        gt=0,
    )
    under_way_sog_kn: float = param(
        4.5, "faster than the tidal streams of 1-4 kn in which a pair drifts [J]", gt=0
    )
    max_pilot_h: float = param(1.0, "stores, crews and pilots take 5-60 min [J]", gt=0)
    earth_fixed_nat: float = param(
        -3.0, "likelihood ratio of one to twenty against a rigid body: each ship swings on its own anchor [J]"
    )

    # The contact rule: log-odds of p_contact = bias + sum of weight x measure
    contact_bias: float = param(
        0.0,
        "logistic fit on 30 simulated seas, rounded and lowered by 0.5 nat [S4]",
    )
    contact_gap_weight: float = param(
        0.7, "per nat of the likelihood ratio of the gap; same fit as contact_bias [S4]"
    )
    contact_rigidity_weight: float = param(0.4, "per nat of rigidity; same fit as contact_bias [S4]")
    contact_duration_weight: float = param(
        0.6, "per unit of ln(duration / 1 h); same fit as contact_bias [S4]"
    )
    contact_abreast_weight: float = param(
        1.5, "per share abreast above one half; same fit as contact_bias [S4]"
    )
    contact_observed_weight: float = param(
        0.3, "per share observed above one half; same fit as contact_bias [S4]"
    )
    contact_parted_weight: float = param(
        1.7, "per ln(distance / parted_m), before and after each; same fit as contact_bias [S4]"
    )
    contact_even_error_m: float = param(
        100.0,
        "gap and its error together from which a pair that was never observed is at most as likely alongside "
        "as not: within it of a hull of 100 m lie 6 ha of water, room for an anchored neighbour [J]",
        gt=0,
    )
    contact_hull_radius_m: float = param(
        40.0, "the circle around it is as long as the outline of a ship of 100 m by 16 m [C]", gt=0
    )
    contact_observed_nat: float = param(
        4.0, "leaves 0.98 to a pair observed with an error of contact_even_error_m [J]", ge=0
    )
    contact_observed_share: float = param(
        0.1,
        "two ships each with a fix every half hour are both within observed_age_s of one for a ninth of the "
        "time [C]",
        gt=0,
        le=1,
    )
    gap_range_nat: tuple[float, ...] = param((-8.0, 4.0), "so that the gap alone does not decide [J]")
    parted_range: tuple[float, ...] = param(
        (-1.5, 0.5),
        "never having been apart speaks against contact; having arrived is weak evidence, as ships "
        "arrive at neighbouring berths too [J]",
    )
    duration_range_h: tuple[float, ...] = param(
        (0.25, 12.0), "from a pilot's quarter of an hour to a crude transfer of half a day and more [J]"
    )
    contact_rigidity_cap_nat: float = param(5.0, "beyond, more nats add no certainty [J]", gt=0)
    between_gap_m: float = param(
        5.0, "beam of the narrowest hull that can lie between two others, a small lighter [J]", gt=0
    )
    contact_ruled_out: float = param(
        0.02,
        "largest p_contact of one hull, of a pair with a hull between, or of passing ships [J]",
        ge=0,
        le=1,
    )

    # Shares, quantiles and limits of the measures of a spell
    candidate_sigmas: float = param(
        2.0, "errors of the gap by which a pair may be nearer than measured; two sigma [J]", ge=0
    )
    n_outline_draws: int = param(
        16,
        "plausible outlines averaged per pair and instant; more cost time, fewer are coarse [J]",
        ge=2,
    )
    reach_quantile: float = param(
        0.95,
        "quantile of plausible length out to which an unknown hull is searched for [J]",
        gt=0,
        le=0.999,
    )
    parallel_quantiles: tuple[float, ...] = param(
        (0.02, 0.98), "range of the yaw drawn for an unknown heading, without its far tails [J]"
    )
    swing_quantiles: tuple[float, ...] = param(
        (0.05, 0.95), "range of headings that counts as swing; a wrong heading or two is left out [J]"
    )
    wander_quantile: float = param(
        0.95, "quantile of the distance from the median place; leaves out stray fixes [J]", gt=0, le=1
    )
    max_sog_quantile: float = param(
        0.95,
        "quantile of speed that counts as the greatest; leaves out single wrong speeds [J]",
        gt=0,
        le=1,
    )
    min_heading_share: float = param(
        0.5, "a heading counts as known where more than half of the instants have one [J]", ge=0, le=1
    )
    max_host_share: float = param(
        0.5,
        "share of min_visit_m from within which the host of a visitor may have come [J]",
        ge=0,
        le=1,
    )
    min_under_way_share: float = param(
        0.5,
        "under way for more than half of the spell is passing, not lying alongside [J]",
        ge=0,
        le=1,
    )
    min_sailing_share: float = param(
        0.5, "at sailing speed for more than half of the spell is passing or towing [J]", ge=0, le=1
    )
    contact_neutral_share: float = param(
        0.5,
        "share abreast, and share observed, that leaves the rule for p_contact as it is [J]",
        ge=0,
        le=1,
    )
    min_between_share: float = param(
        0.5,
        "share of a spell for which a third hull must lie beside both to be between them [J]",
        ge=0,
        le=1,
    )

    def _cross_check(self) -> None:
        self._ordered("max_hull_gap_m", "release_hull_gap_m")
        self._ordered("release_hull_gap_m", "candidate_hull_gap_m")
        if self.measure not in ("hull", "distance"):
            raise ParamError(f"EncounterParams.measure must be 'hull' or 'distance', not {self.measure!r}")

    @classmethod
    def gfw(cls) -> Self:
        """The published rule of Global Fishing Watch: 500 m, 2 h, median below 2 kn, ten-minute instants.

        Spells less than 4 h apart are one. A spell of just 2 h does not count, and two that are just 4 h
        apart stay two; with the measure 'distance' these limits are always taken so. Its limits by place (10
        km from anchorages, not inland) are left out, and so is its cut at midnight UTC, a known defect.

        Examples
        --------
        >>> EncounterParams.gfw().max_distance_m
        500.0
        """
        return cls(
            measure="distance",
            max_distance_m=500.0,
            min_step_s=600.0,
            max_apart_s=4 * 3600.0,
            max_pair_gap_h=4.0,
            min_duration_h=2.0,
            max_median_sog_kn=2.0,
        )
