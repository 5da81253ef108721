"""Parameters of encounters: contacts, spells, the rigid-body test, the contact rule."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

from stsdetect.errors import ParamError
from stsdetect.params.checked import Checked, param


@dataclass(frozen=True, kw_only=True, slots=True)
class EncounterParams(Checked):
    """Hulls alongside."""

    # Which pairs are looked at, and how close is close
    measure: str = param(
        "hull", "hull gap, architecture section 2; 'distance' is the published rule's measure"
    )
    max_hull_gap_m: float = param(20.0, "architecture section 2: trial with a 20 m median hull gap", gt=0)
    release_hull_gap_m: float = param(40.0, "twice the hold: hysteresis against position noise", gt=0)
    candidate_hull_gap_m: float = param(100.0, "contacts are kept to here, to see a pair part", gt=0)
    max_gate_error_m: float = param(
        50.0, "error allowed for at one instant; the bound of tracks.resample can exceed a kilometre", gt=0
    )
    max_distance_m: float = param(500.0, "pipe-encounters 0.5 km; only for measure 'distance'", gt=0)
    min_step_s: float = param(0.0, "coarsest of this and the track step; pipe-encounters takes 600 s", ge=0)

    # What is plausible for a ship whose size, antenna or heading is unknown
    plausible_length_m: tuple[float, ...] = param(
        (35.0, 32.0, 90.0, 15.0, 30.0, 80.0, 110.0, 110.0, 80.0, 45.0),
        "median by type: fishing, tug, dredger, pleasure, service, passenger, cargo, tanker, other, class B; "
        "sizes of domain 3.2 and the Baltic sample",
    )
    length_log_sd: float = param(0.45, "spread of lengths inside a type, Baltic sample 0.35-0.55", gt=0)
    length_to_beam: tuple[float, ...] = param((5.0, 7.5), "range of merchant ships, Baltic sample 5th-95th")
    antenna_abaft_bow: tuple[float, ...] = param((0.72, 0.95), "share of length, domain 3.2")
    antenna_across: tuple[float, ...] = param((0.25, 0.75), "share of beam from port, domain 3.2")
    parallel_error_deg: float = param(10.0, "yaw and fenders of hulls that lie side by side, rough", ge=0)
    heading_error_deg: float = param(2.0, "gyro 1 deg, interpolated between reports", ge=0)
    cog_error_deg: float = param(10.0, "leeway and set at 3 kn and more", gt=0)

    # Spells
    observed_age_s: float = param(
        300.0, "a class A ship at anchor reports each 180 s; one may be missed", gt=0
    )
    max_pair_gap_h: float = param(6.0, "longest silence of a pair found as it was left: one tide", ge=0)
    max_apart_s: float = param(900.0, "apart for less is noise of positions, not a departure", ge=0)
    max_unseen_s: float = param(
        3600.0, "a ship counts as seen between reports no farther apart; TrackParams", gt=0
    )
    min_instants: int = param(2, "one instant is no spell", ge=1)
    min_duration_h: float = param(0.15, "pilot and crew boats stay minutes; passing ships less", ge=0)
    max_median_sog_kn: float = param(1e3, "no limit; pipe-encounters publishes below 2 kn", gt=0)

    # The rigid-body test
    independent_look_s: float = param(1800.0, "swing and slow GNSS errors change over half an hour", gt=0)
    slow_position_error_m: float = param(
        3.0, "GNSS errors that last for hours and a metre of rounding, rough", ge=0
    )
    parallel_cos: float = param(
        0.8, "mean cosine of the heading difference of hulls made fast, 37 deg", gt=0, le=1
    )
    min_line_swing_deg: float = param(
        60.0, "the line between neighbours at anchor turns less by yaw, rough", gt=0
    )
    max_rigidity_nat: float = param(20.0, "beyond, one more nat tells nothing", gt=0)

    # Phases
    phase_offsets_h: tuple[float, ...] = param(
        (0.5, 1.0, 1.5, 2.0, 3.0), "berthing takes 1-2 h; what happened longer ago is another story, rough"
    )
    phase_tolerance_s: float = param(
        1200.0, "a fix so near in time tells where the ship was, to some km", gt=0
    )
    min_visit_m: float = param(1500.0, "beyond any swing at anchor: two cables of 350 m and two hulls", gt=0)

    parted_m: float = param(
        700.0, "anchored neighbours stay within a cable or two and their hulls, rough", gt=0
    )

    # Groups
    raft_p_contact: float = param(0.5, "likelier contact than not", ge=0, le=1)
    link_h: float = param(24.0, "issue 5: spells of one pair within a day belong together", ge=0)

    # Look-alikes
    same_hull_sog_kn: float = param(
        6.0, "no two hulls sail made fast at it but tows; STS approach below 5 kn", gt=0
    )
    same_hull_sailing_h: float = param(
        0.75, "pilots stay 10-30 min; two sets sail together for voyages", gt=0
    )
    same_hull_overlap_m: float = param(3.0, "hulls cannot overlap; a coaster's fender gap is as wide", gt=0)
    same_hull_sigmas: float = param(1.0, "errors by which outlines must overlap, beside the metres", ge=0)
    moored_wander_m: float = param(
        25.0, "a berth holds a ship still; at anchor she swings over her cable", gt=0
    )
    moored_swing_deg: float = param(15.0, "moored ships do not turn; yaw and gyro do a little", gt=0)
    moored_h: float = param(4.0, "long enough for the tide to set an anchored ship about, rough", gt=0)
    max_bunker_barge_m: float = param(110.0, "bunker barges 45-90 m, domain 3.2, and some longer", gt=0)
    under_way_sog_kn: float = param(4.5, "above the tidal streams of 1-4 kn in which a pair drifts", gt=0)
    max_pilot_h: float = param(1.0, "stores, crew, pilot: 5-60 min, domain 3.1", gt=0)
    earth_fixed_nat: float = param(-3.0, "rigidity below it: each swings on its own anchor")

    # The rule for p_contact: log-odds = bias + sum of weight x measure; measures in detect.contact
    contact_bias: float = param(
        0.0,
        "fitted by sklearn LogisticRegression (C = 0.1) on 30 simulated seas, rounded; lowered by half a nat",
    )
    contact_gap_weight: float = param(0.7, "as the bias; per nat of the gap's likelihood ratio")
    contact_rigidity_weight: float = param(0.4, "as the bias; per nat")
    contact_duration_weight: float = param(0.6, "as the bias; per unit of ln(duration / 1 h)")
    contact_abreast_weight: float = param(1.5, "as the bias; per share abreast, above one half")
    contact_observed_weight: float = param(0.3, "as the bias; per share observed, above one half")
    contact_parted_weight: float = param(1.7, "as the bias; per ln(distance before / parted_m), and after")
    gap_range_nat: tuple[float, ...] = param((-8.0, 4.0), "no single measure decides alone")
    parted_range: tuple[float, ...] = param(
        (-1.5, 0.5), "not having come is telling, having come is not: ships come to berths side by side"
    )
    duration_range_h: tuple[float, ...] = param(
        (0.25, 12.0), "pilots stay 15 min, crude 12 h and more, domain 3.1"
    )
    contact_rigidity_cap_nat: float = param(5.0, "more nats are as sure", gt=0)
    between_gap_m: float = param(5.0, "the narrowest hull that can lie between two, a small lighter", gt=0)
    contact_ruled_out: float = param(
        0.02, "p_contact at most of what is ruled out: one hull, a hull between, passing; rough", ge=0, le=1
    )

    def _cross_check(self) -> None:
        self._ordered("max_hull_gap_m", "release_hull_gap_m")
        self._ordered("release_hull_gap_m", "candidate_hull_gap_m")
        if self.measure not in ("hull", "distance"):
            raise ParamError(f"EncounterParams.measure must be 'hull' or 'distance', not {self.measure!r}")

    @classmethod
    def gfw(cls) -> Self:
        """The published rule of Global Fishing Watch: 500 m, 2 h, median below 2 kn, ten-minute instants.

        Spells less than 4 h apart are one. Its limits by place (10 km from anchorages, not inland) are left
        out, and so is its cut at midnight UTC, a known defect.

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
