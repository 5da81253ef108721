"""Every number that moves a detection, with its unit in its name and its source beside it.

`Params` nests one frozen dataclass a stage. TOML keys equal field names; change a value with
`dataclasses.replace` or a TOML file.

Examples
--------
>>> p = Params()
>>> Params.from_toml(p.to_toml()) == p
True
>>> len(p.digest())
16
"""

from __future__ import annotations

import hashlib
import json
import tomllib
from dataclasses import asdict, dataclass, field, fields
from typing import Any, Self, get_type_hints

from stsdetect.errors import ParamError


def _p(
    default: Any, source: str, *, ge: float | None = None, gt: float | None = None, le: float | None = None
) -> Any:
    """A parameter: its default, where that comes from, and the range it must keep."""
    return field(default=default, metadata={"source": source, "ge": ge, "gt": gt, "le": le})


class _Checked:
    """Checks types and ranges of the fields declared with `_p`."""

    __slots__ = ()

    def __post_init__(self) -> None:
        hints = get_type_hints(type(self))
        for f in fields(self):  # type: ignore[arg-type]
            value, want = getattr(self, f.name), hints[f.name]
            if want is float and isinstance(value, int) and not isinstance(value, bool):
                value = float(value)
                object.__setattr__(self, f.name, value)
            if isinstance(want, type) and (
                not isinstance(value, want) or (want is not bool and isinstance(value, bool))
            ):
                raise ParamError(f"{type(self).__name__}.{f.name} must be {want.__name__}, not {value!r}")
            if not isinstance(value, int | float):
                continue
            ge, gt, le = f.metadata.get("ge"), f.metadata.get("gt"), f.metadata.get("le")
            if ge is not None and not value >= ge:
                raise ParamError(f"{type(self).__name__}.{f.name} = {value!r} must be at least {ge}")
            if gt is not None and not value > gt:
                raise ParamError(f"{type(self).__name__}.{f.name} = {value!r} must be above {gt}")
            if le is not None and not value <= le:
                raise ParamError(f"{type(self).__name__}.{f.name} = {value!r} must be at most {le}")
        self._cross_check()

    def _cross_check(self) -> None:
        """Hook for rules between fields."""

    def _ordered(self, low: str, high: str) -> None:
        a, b = getattr(self, low), getattr(self, high)
        if a > b:
            raise ParamError(f"{type(self).__name__}.{low} = {a} must not exceed {high} = {b}")


@dataclass(frozen=True, kw_only=True, slots=True)
class DecodeParams(_Checked):
    """Reading dumps."""

    keep_bad_checksums: bool = _p(
        False, "NMEA 0183 says drop; a lost checksum has let through wrong positions"
    )
    max_clock_age_lines: int = _p(
        1_000,
        "measured: RMC come at most 35 lines apart in logs on board; one so old has stopped",
        ge=1,
    )
    base_clock_spread_s: float = _p(
        60.0, "base stations report every ten seconds; a clock a minute off is wrong (real set: bcl)", gt=0
    )
    base_clock_look_back: int = _p(4, "measured: eight would keep 0.5 % more of the reports", ge=1)
    base_clock_agreeing: int = _p(
        2,
        "measured: 10 of 5,796 reports are off by minutes to years; none of them has two, 96 % of all have",
        ge=1,
    )
    copy_window_s: float = _p(
        30.0,
        "reports carry their UTC second, so equal bits within a minute are one transmission",
        ge=0,
        le=59,
    )
    assembly_window_s: float = _p(
        10.0, "parts leave a receiver at once; relays held them for up to a few seconds", ge=0
    )
    assembly_window_lines: int = _p(
        100, "sequence numbers of one receiver come round after ten messages, some 200 lines", ge=1
    )
    pair_window_s: float = _p(
        60.0, "M.1371 annex 8, 3.22: part B of type 24 follows part A within one minute", ge=0
    )
    max_clock_offset_s: float = _p(
        10.0, "receivers keep UTC within a second or two; feeds lag some seconds", gt=0
    )
    mapping: str = _p("", "path of a TOML file that names the columns and units of an unknown table")
    block_bytes: int = _p(
        2_097_152, "measured: 4 MiB save 5 % and take twice the memory, 1 MiB cost 15 %", ge=64
    )
    max_line_bytes: int = _p(
        65_536, "NMEA sentences have 82 characters; envelopes and tag blocks a few hundred", ge=256
    )

    def _cross_check(self) -> None:
        self._ordered("base_clock_agreeing", "base_clock_look_back")


@dataclass(frozen=True, kw_only=True, slots=True)
class TrackParams(_Checked):
    """Cleaning, segmenting, identity and resampling."""

    max_sog_kn: float = _p(60.0, "faster than any merchant ship or fast ferry; SOG above it is noise", gt=0)
    max_speed_aircraft_kn: float = _p(300.0, "SAR aircraft, the fast fixed-wing ones", gt=0)
    min_stale_way_m: float = _p(200.0, "ten times a fix's error: the ship must have moved on", gt=0)
    max_stale_age_h: float = _p(
        6.0, "a feed that stores and forwards; a ferry may pass a place again next day", gt=0
    )
    min_frozen_h: float = _p(1.0, "shorter is a receiver that lost its fix for a while", gt=0)
    min_frozen_sog_kn: float = _p(3.0, "a moored ship's speed noise stays below", gt=0)
    max_delay_s: float = _p(900.0, "no ship keeps a quarter of an hour behind another on its own wake", gt=0)
    max_clock_error_h: float = _p(13.0, "local time taken for UTC", gt=0)
    clock_spread_s: float = _p(120.0, "twice the steps of a minute that some dumps have", gt=0)
    min_clock_fixes: int = _p(20, "fewer may agree by chance", ge=2)
    clock_majority: float = _p(3.0, "late feeds are commoner than slow clocks", ge=1)
    max_segment_gap_h: float = _p(24.0, "gpsdio-segment max_hours", gt=0)
    max_spike_fixes: int = _p(5, "gpsdio-segment looks back 5 fixes", ge=1)
    max_cruise_kn: float = _p(30.0, "gpsdio-segment allows 25 kn; fast ferries report their own speed", gt=0)
    unknown_sog_kn: float = _p(15.0, "service speed of merchant ships, where none is reported", gt=0)
    time_error_s: float = _p(
        30.0, "feeds stamp the time of receipt: 20-40 s late in Hangzhou Bay, 2024 (real set)", ge=0
    )
    step_slack_m: float = _p(150.0, "two fixes of ships in port, each with multipath between quays", gt=0)
    step_margin_kn: float = _p(5.0, "reported speed against mean speed between fixes", gt=0)
    step_accel_mps2: float = _p(0.05, "0 to 20 kn in 200 s: a small craft", gt=0)
    line_slack_m: float = _p(80.0, "multipath between quays", gt=0)
    line_margin_kn: float = _p(3.0, "as step_margin_kn, seen from both sides", gt=0)
    line_accel_mps2: float = _p(0.15, "a turn at 20 kn on a radius of 700 m", gt=0)
    max_line_hole_s: float = _p(3600.0, "over longer holes a line says nothing", gt=0)
    link_margin_kn: float = _p(3.0, "as line_margin_kn", gt=0)
    link_accel_mps2: float = _p(0.005, "a laden ship: 0 to 10 kn in a quarter of an hour", gt=0)
    match_sharpness: float = _p(5.0, "gpsdio-segment: score = exp(-(5 r)^2)", gt=0)
    look_back_factor: float = _p(2.0, "gpsdio-segment lookback_factor", ge=1)
    merge_odd_share: float = _p(0.2, "of two interleaved ships every second fix is odd", gt=0, le=0.5)
    class_mismatch_weight: float = _p(0.1, "gpsdio-segment transponder_mismatch_weight", gt=0, le=1)
    ambiguity_factor: float = _p(10.0, "gpsdio-segment ambiguity_factor", gt=1)
    short_track_fixes: float = _p(10.0, "gpsdio-segment short_seg_threshold", gt=0)
    tentative_gap_h: float = _p(0.25, "spikes hours apart are within reach of each other by chance", gt=0)
    tentative_gap_intervals: float = _p(6.0, "sparse feeds: as many typical intervals", gt=0)
    resample_step_s: float = _p(
        120.0, "anchored class A reports each 180 s (M.1371 table 1): finer adds no fix", gt=0
    )
    max_interp_hole_s: float = _p(3600.0, "pipe-encounters interpolates holes below 1 h", gt=0)
    min_course_sog_kn: float = _p(1.0, "below 1 kn the course is noise, domain 3.2", gt=0)
    min_heading_cog_sog_kn: float = _p(
        3.0, "slower, a tidal stream of 3 kn (Hangzhou Bay) can point the course anywhere", gt=0
    )
    fix_error_m: float = _p(10.0, "M.1371 position accuracy: high is better than 10 m", gt=0)
    coarse_fix_error_m: float = _p(
        80.0, "type 27 is cut to 0.1 minute, 185 m: a uniform error has 185/sqrt(12) m each way", gt=0
    )
    circle_window_s: float = _p(1800.0, "a spoofed circle takes minutes to go round", gt=0)
    min_circle_fixes: int = _p(12, "one a sector", ge=5)
    min_circle_sectors: int = _p(9, "of twelve: three quarters of a turn", ge=3, le=12)
    min_circle_turns: float = _p(1.5, "a round turn to lose time is one", gt=0)
    min_ring_jump_deg: float = _p(60.0, "fixes that jump about on the ring (Shanghai 2019, domain 4.3)", gt=0)
    max_circle_error: float = _p(0.1, "of the radius; a ship that circles in a stream draws no circle", gt=0)
    min_circle_kn: float = _p(
        8.0, "spoofed circles show 20 kn (domain 4.3), swinging at anchor below 2", gt=0
    )
    min_circle_radius_m: float = _p(100.0, "smaller is multipath", gt=0)
    max_circle_radius_m: float = _p(20_000.0, "Point Reyes: some miles", gt=0)
    min_land_kn: float = _p(15.0, "inland waterways allow less", gt=0)
    min_inland_m: float = _p(1000.0, "docks and river mouths lie nearer to the shore", gt=0)
    land_sample_s: float = _p(300.0, "at 15 kn two kilometres", gt=0)
    min_land_samples: int = _p(3, "one may be a bridge or a dock", ge=1)
    seam_intervals: float = _p(5.0, "a few reports lost are no silence", gt=0)
    min_seam_s: float = _p(600.0, "two reports of a moored class A ship lost", gt=0)
    two_places_share: float = _p(0.2, "a second ship of full right reports as often as the first", gt=0, le=1)
    two_places_m: float = _p(20_000.0, "beyond the reach of most of one receiver's ships", gt=0)
    max_offset_spread_m: float = _p(100.0, "two fixes' errors and the interpolation between reports", gt=0)
    offset_turn_factor: float = _p(3.0, "a convoy's second ship would leave its place by as much", gt=0)
    identity_flap_h: float = _p(24.0, "ships that share a number alternate within hours", gt=0)
    min_identity_returns: int = _p(3, "one return is a correction, three are two ships", ge=1)
    max_imo_seam_h: float = _p(720.0, "a month: refit and reflagging", gt=0)
    max_size_seam_h: float = _p(2.0, "dimensions are not unique, so the seam must be short", gt=0)
    min_size_length_m: float = _p(20.0, "small craft share their dimensions with many", gt=0)
    max_swap_seam_h: float = _p(0.5, "two ships change numbers by appointment", gt=0)
    coarse_slack_m: float = _p(240.0, "three times coarse_fix_error_m", ge=0)
    interp_accel_mps2: float = _p(0.01, "a merchant ship's turns and changes of speed", gt=0)
    interp_speed_margin_kn: float = _p(0.2, "a ship at rest swings", ge=0)
    min_ship_length_m: float = _p(
        20.0, "a hull this long that is named like a beacon is a ship; gear buoys send 0 to 2 m", gt=0
    )

    def _cross_check(self) -> None:
        self._ordered("min_course_sog_kn", "min_heading_cog_sog_kn")
        self._ordered("max_sog_kn", "max_speed_aircraft_kn")


@dataclass(frozen=True, kw_only=True, slots=True)
class ContextParams(_Checked):
    """Places and watchlists."""

    anchorage_point_radius_m: float = _p(
        500.0, "an S2 level 14 cell, as GFW's anchorage points are, is 0.5 km wide", gt=0
    )
    min_name_similarity: float = _p(0.9, "one letter wrong in a name of ten", gt=0.5, le=1)
    min_fuzzy_name_length: int = _p(6, "shorter names differ from many honest ones by a letter", ge=1)
    max_length_difference_share: float = _p(
        0.03, "AIS sizes are whole metres a side; A LI and YON PUNG 3 were equal", ge=0, le=1
    )


@dataclass(frozen=True, kw_only=True, slots=True)
class ReceptionParams(_Checked):
    """What could have been heard, learnt from the dump."""

    cell_km: float = _p(15.0, "architecture section 2: share of other ships within 15 km", ge=2.5)
    slot_s: float = _p(600.0, "architecture section 2: heard in each ten minutes", ge=60)
    region_km: float = _p(
        240.0, "a satellite's footprint is wider; a few shore stations lie in one region", gt=0
    )
    window_slots: int = _p(6, "an hour: the failure of a station lasts longer", gt=0)
    max_presence_h: float = _p(
        48.0, "a ship silent for longer may be anywhere and teaches nothing about a cell", gt=0
    )
    max_still_silence_h: float = _p(
        6.0, "at rest for longer in silence: switched off at berth as a rule, and no witness", gt=0
    )
    max_still_kn: float = _p(1.0, "COG is noise below 1 kn (domain 3.2): the ship lies still", gt=0)
    reach_km: float = _p(20.0, "ships this near tell of the same hour; domain 4.1 (a) has 5 nm", gt=0)
    near_weight: float = _p(0.5, "what a ship in another cell tells against one in the same", gt=0, le=1)
    smooth_km: float = _p(20.0, "way over which usual reception changes: width of a range's edge", gt=0)
    wide_factor: int = _p(4, "surroundings against the place itself, both in cells and in width", gt=0)
    prior_slots: float = _p(
        30.0, "ship-slices by which a place is drawn to its surroundings: five ship-hours", gt=0
    )
    known_slots: float = _p(
        6.0, "an hour of one ship: fewer seen around, and nobody knows who is heard there", gt=0
    )
    shifts: tuple[float, ...] = _p(
        (-6.0, -2.0, 0.0, 2.0, 6.0),
        "log-odds by which a slice can differ from the usual: dead to a pass overhead",
    )
    min_shift_share: float = _p(
        0.01, "no state is rarer than that: what was not seen yet can come", gt=0, le=0.2
    )
    max_neighbour_p: float = _p(0.97, "a neighbour can be switched off as well", gt=0, le=1)
    min_p: float = _p(0.001, "no place is quite deaf", gt=0, le=1)
    max_p: float = _p(0.995, "no place hears all: slots collide (M.1371 SOTDMA)", gt=0, le=1)
    min_outage_ships: int = _p(3, "fewer silent ships may each have a reason of their own", gt=0)
    min_outage_h: float = _p(0.5, "three slices: a chance silence of all is shorter", gt=0)
    max_outage_break_slots: int = _p(3, "a satellite's pass does not end the failure of a station", ge=0)
    max_outage_share: float = _p(
        0.05, "share of the expected that may still be heard while a station is down", ge=0, le=1
    )
    min_reception_for_outage: float = _p(
        0.5, "where less is heard on the mean, silence is ordinary", ge=0, le=1
    )
    min_ships_at_once: float = _p(
        5.0,
        "ships in a region at one time, as a ship sees it, below which nobody can vouch for another",
        ge=0,
    )
    min_rest_share: float = _p(
        0.1,
        "share of ships present at rest (Kattegat 0.25); with fewer nothing shows a missing stop",
        ge=0,
        le=1,
    )
    max_rest_heard: float = _p(
        0.25,
        "share heard at rest against under way: Kattegat without stops 0.08, Baltic with its stops 0.76",
        ge=0,
        le=1,
    )

    def _cross_check(self) -> None:
        self._ordered("min_p", "max_p")
        if 0.0 not in self.shifts:
            raise ParamError(f"ReceptionParams.shifts = {self.shifts} must hold 0, the usual state")


@dataclass(frozen=True, kw_only=True, slots=True)
class GapParams(_Checked):
    """Silences."""

    min_gap_h: float = _p(
        2.0, "issue 6 ranks gaps of 2 h and more; shorter hides no transfer (domain 3.1)", gt=0
    )
    cadence_window_h: float = _p(
        12.0, "hours before and after in which a ship shows its own cadence (pipe-gaps)", gt=0
    )
    cadence_shifts: tuple[float, ...] = _p(
        (-4.0, -2.0, -1.0, 0.0, 1.0), "log-odds by which a ship can be heard worse or better than others"
    )
    cadence_sigma: float = _p(1.0, "spread of these between ships of a class", gt=0)
    prior_off: float = _p(
        0.0024, "log-odds at no evidence: logistic fit on seas 0-9 of tests/radio_sea.py", gt=0, le=0.5
    )
    evidence_weight: float = _p(0.53, "slope of the same fit: hours are not independent", gt=0, le=1)
    max_log_lr: float = _p(20.0, "equipment fails too: no silence proves more", gt=0)
    min_detour_log_lr: float = _p(3.0, "below it a silence is no switch-off whichever way was sailed", ge=0)
    prior_detour: float = _p(
        0.3, "share of silent ships that did not sail the straight way; simulated seas", ge=0, le=1
    )
    prior_detour_open: float = _p(0.5, "the same where nobody knows where the ship went", ge=0, le=1)
    min_detour_share: float = _p(
        0.05, "excess of a real way over the straight one: round a cape, off a bank; simulated seas", ge=0
    )
    n_detours: int = _p(8, "directions in which a detour is tried: every 45 degrees", ge=1)
    max_detour_km: float = _p(80.0, "as far as shore stations hear (domain 4.1)", gt=0)
    max_still_move_m: float = _p(2000.0, "a ship at rest before and after within this did not sail", gt=0)
    min_neighbours: int = _p(1, "where no other ship was near, nobody can tell; domain 4.1 (a)", ge=0)
    max_p_off_alone: float = _p(0.5, "where nobody can vouch, off and not heard are even at best", gt=0, le=1)

    # Holes of the feed
    min_hole_h: float = _p(1.0, "shorter silences of ships at rest teach nothing about those of hours", gt=0)
    long_to_short_holes: float = _p(
        1.0, "silences of 2 h and more for one of 1-2 h at rest: 155 for 157 off Suez, a hyperbola", gt=0
    )
    min_hole_log_lr: float = _p(
        5.0, "nearly all silences of fewer nats are shorter than min_gap_h, and not counted", ge=0
    )
    max_hole_log_lr: float = _p(12.0, "beyond it a switch-off is likelier: the fit of evidence_weight", gt=0)
    max_rest_sog_kn: float = _p(1.0, "COG is noise below 1 kn (domain 3.2): the ship lies still", gt=0)
    usual_hole_slope: float = _p(
        0.45, "by which innocent silences get rarer a nat: seas 0-3 of tests/radio_sea.py", gt=0
    )
    usual_holes: float = _p(10.0, "silences by which a feed's own slope is drawn to the usual one", ge=0)
    max_hole_share: float = _p(0.95, "no feed is so bad that no silence is a switch-off", ge=0, le=0.99)
    usual_slack_share: float = _p(
        0.35,
        "ships under way that spend 2 h and more of the next 4-12 h elsewhere than on the straight way: "
        "Suez 0.28-0.60, Baltic 0.16-0.48, Hangzhou 0.06-0.29",
        gt=0,
        le=1,
    )
    usual_change_share: float = _p(
        0.1, "ships that change name or draught over 12 h for other reasons, rough", gt=0, le=1
    )
    min_draught_change_m: float = _p(0.3, "broadcast in tenths of a metre, typed by hand; judgement", gt=0)

    # The edge, outages and ports
    edge_margin_km: float = _p(
        3.0, "ten minutes at 10 kn: from so near, a ship is out of the area between two fixes", ge=0
    )
    min_outage_overlap: float = _p(0.5, "share of a silence inside an outage that explains it", gt=0, le=1)
    max_in_port_move_m: float = _p(2000.0, "a ship that stayed in port lies within one harbour", gt=0)
    draught_window_h: float = _p(6.0, "crews change the draught hours after the cargo", gt=0)

    def _cross_check(self) -> None:
        self._ordered("min_hole_log_lr", "max_hole_log_lr")


@dataclass(frozen=True, kw_only=True, slots=True)
class LoiteringParams(_Checked):
    """Staying slow in one place."""

    max_sog_kn: float = _p(2.0, "GFW loitering: below 2 kn", gt=0)
    min_duration_h: float = _p(2.0, "GFW loitering table: 2 h", gt=0)
    max_hole_h: float = _p(2.0, "a longer silence is a gap (GapParams.min_gap_h), not a stay", gt=0)
    max_hole_in_place_h: float = _p(
        4.0, "too short for a way and the shortest transfer (DarkParams.min_dwell_h) elsewhere", gt=0
    )
    same_place_m: float = _p(
        1000.0, "both ends of the swing of a ship of 300 m on 200 m of chain: one place at anchor", ge=0
    )
    max_fast_min: float = _p(
        10.0, "one resampling slot of GFW: a shorter burst is noise, not a departure", ge=0
    )
    max_drift_kn: float = _p(
        3.0, "the tide carries a ship adrift: current under 3 kn where bunkers are sold, domain 2.3", gt=0
    )
    fix_reach_min: float = _p(
        15.0, "time around a fix that counts as observed; GFW resamples to 10 min", gt=0
    )

    def _cross_check(self) -> None:
        self._ordered("max_hole_h", "max_hole_in_place_h")
        self._ordered("max_sog_kn", "max_drift_kn")


@dataclass(frozen=True, kw_only=True, slots=True)
class EncounterParams(_Checked):
    """Hulls alongside."""

    # Which pairs are looked at, and how close is close
    measure: str = _p("hull", "hull gap, architecture section 2; 'distance' is the published rule's measure")
    max_hull_gap_m: float = _p(20.0, "architecture section 2: trial with a 20 m median hull gap", gt=0)
    release_hull_gap_m: float = _p(40.0, "twice the hold: hysteresis against position noise", gt=0)
    candidate_hull_gap_m: float = _p(100.0, "contacts are kept to here, to see a pair part", gt=0)
    max_gate_error_m: float = _p(
        50.0, "error allowed for at one instant; the bound of tracks.resample can exceed a kilometre", gt=0
    )
    max_distance_m: float = _p(500.0, "pipe-encounters 0.5 km; only for measure 'distance'", gt=0)
    min_step_s: float = _p(0.0, "coarsest of this and the track step; pipe-encounters takes 600 s", ge=0)

    # What is plausible for a ship whose size, antenna or heading is unknown
    plausible_length_m: tuple[float, ...] = _p(
        (35.0, 32.0, 90.0, 15.0, 30.0, 80.0, 110.0, 110.0, 80.0, 45.0),
        "median by type: fishing, tug, dredger, pleasure, service, passenger, cargo, tanker, other, class B; "
        "sizes of domain 3.2 and the Baltic sample",
    )
    length_log_sd: float = _p(0.45, "spread of lengths inside a type, Baltic sample 0.35-0.55", gt=0)
    length_to_beam: tuple[float, ...] = _p((5.0, 7.5), "range of merchant ships, Baltic sample 5th-95th")
    antenna_abaft_bow: tuple[float, ...] = _p((0.72, 0.95), "share of length, domain 3.2")
    antenna_across: tuple[float, ...] = _p((0.25, 0.75), "share of beam from port, domain 3.2")
    parallel_error_deg: float = _p(10.0, "yaw and fenders of hulls that lie side by side, rough", ge=0)
    heading_error_deg: float = _p(2.0, "gyro 1 deg, interpolated between reports", ge=0)
    cog_error_deg: float = _p(10.0, "leeway and set at 3 kn and more", gt=0)

    # Spells
    observed_age_s: float = _p(300.0, "a class A ship at anchor reports each 180 s; one may be missed", gt=0)
    max_silence_h: float = _p(6.0, "longest silence of a pair found as it was left: one tide", ge=0)
    max_apart_s: float = _p(900.0, "apart for less is noise of positions, not a departure", ge=0)
    max_unseen_s: float = _p(
        3600.0, "a ship counts as seen between reports no farther apart; TrackParams", gt=0
    )
    draught_window_h: float = _p(24.0, "crews change the draught hours after the cargo", gt=0)
    min_instants: int = _p(2, "one instant is no spell", ge=1)
    min_duration_h: float = _p(0.15, "pilot and crew boats stay minutes; passing ships less", ge=0)
    max_median_sog_kn: float = _p(1e3, "no limit; pipe-encounters publishes below 2 kn", gt=0)

    # The rigid-body test
    independent_look_s: float = _p(1800.0, "swing and slow GNSS errors change over half an hour", gt=0)
    slow_position_error_m: float = _p(
        3.0, "GNSS errors that last for hours and a metre of rounding, rough", ge=0
    )
    parallel_cos: float = _p(
        0.8, "mean cosine of the heading difference of hulls made fast, 37 deg", gt=0, le=1
    )
    min_line_swing_deg: float = _p(
        60.0, "the line between neighbours at anchor turns less by yaw, rough", gt=0
    )
    max_rigidity_nat: float = _p(20.0, "beyond, one more nat tells nothing", gt=0)

    # Phases
    phase_offsets_h: tuple[float, ...] = _p(
        (0.5, 1.0, 1.5, 2.0, 3.0), "berthing takes 1-2 h; what happened longer ago is another story, rough"
    )
    phase_tolerance_s: float = _p(1200.0, "a fix so near in time tells where the ship was, to some km", gt=0)
    min_visit_m: float = _p(1500.0, "beyond any swing at anchor: two cables of 350 m and two hulls", gt=0)

    parted_m: float = _p(700.0, "anchored neighbours stay within a cable or two and their hulls, rough", gt=0)

    # Groups
    raft_p_contact: float = _p(0.5, "likelier contact than not", ge=0, le=1)
    link_h: float = _p(24.0, "issue 5: spells of one pair within a day belong together", ge=0)

    # Look-alikes
    same_hull_sog_kn: float = _p(
        6.0, "no two hulls sail made fast at it but tows; STS approach below 5 kn", gt=0
    )
    same_hull_sailing_h: float = _p(0.75, "pilots stay 10-30 min; two sets sail together for voyages", gt=0)
    same_hull_overlap_m: float = _p(3.0, "hulls cannot overlap; a coaster's fender gap is as wide", gt=0)
    same_hull_sigmas: float = _p(1.0, "errors by which outlines must overlap, beside the metres", ge=0)
    moored_wander_m: float = _p(25.0, "a berth holds a ship still; at anchor she swings over her cable", gt=0)
    moored_swing_deg: float = _p(15.0, "moored ships do not turn; yaw and gyro do a little", gt=0)
    moored_h: float = _p(4.0, "long enough for the tide to set an anchored ship about, rough", gt=0)
    max_bunker_barge_m: float = _p(110.0, "bunker barges 45-90 m, domain 3.2, and some longer", gt=0)
    under_way_sog_kn: float = _p(4.5, "above the tidal streams of 1-4 kn in which a pair drifts", gt=0)
    max_pilot_h: float = _p(1.0, "stores, crew, pilot: 5-60 min, domain 3.1", gt=0)
    earth_fixed_nat: float = _p(-3.0, "rigidity below it: each swings on its own anchor")

    # The rule for p_contact: log-odds = bias + sum of weight x measure; measures in detect.contact
    contact_bias: float = _p(
        0.0,
        "fitted by sklearn LogisticRegression (C = 0.1) on 30 simulated seas, rounded; lowered by half a nat",
    )
    contact_gap_weight: float = _p(0.7, "as the bias; per nat of the gap's likelihood ratio")
    contact_rigidity_weight: float = _p(0.4, "as the bias; per nat")
    contact_duration_weight: float = _p(0.6, "as the bias; per unit of ln(duration / 1 h)")
    contact_abreast_weight: float = _p(1.5, "as the bias; per share abreast, above one half")
    contact_observed_weight: float = _p(0.3, "as the bias; per share observed, above one half")
    contact_parted_weight: float = _p(1.7, "as the bias; per ln(distance before / parted_m), and after")
    gap_range_nat: tuple[float, ...] = _p((-8.0, 4.0), "no single measure decides alone")
    parted_range: tuple[float, ...] = _p(
        (-1.5, 0.5), "not having come is telling, having come is not: ships come to berths side by side"
    )
    duration_range_h: tuple[float, ...] = _p(
        (0.25, 12.0), "pilots stay 15 min, crude 12 h and more, domain 3.1"
    )
    contact_rigidity_cap_nat: float = _p(5.0, "more nats are as sure", gt=0)
    between_gap_m: float = _p(5.0, "the narrowest hull that can lie between two, a small lighter", gt=0)
    contact_ruled_out: float = _p(
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
            max_silence_h=4.0,
            min_duration_h=2.0,
            max_median_sog_kn=2.0,
        )


@dataclass(frozen=True, kw_only=True, slots=True)
class DarkParams(_Checked):
    """Meetings that a silence made possible."""

    min_dwell_h: float = _p(3.0, "shortest contact of small product tankers, domain 3.1", gt=0)
    min_p_off: float = _p(0.2, "a silence that reception explains hides nothing worth a search", ge=0, le=1)
    max_gap_h: float = _p(96.0, "a longer silence reaches half the ocean and singles out nobody", gt=0)
    max_sog_cargo_kn: float = _p(14.0, "service speed of coal and general cargo ships and barges", gt=0)
    max_sog_tanker_kn: float = _p(15.0, "service speed of tankers", gt=0)
    max_sog_passenger_kn: float = _p(25.0, "ferries and fast craft", gt=0)
    max_sog_other_kn: float = _p(12.0, "fishing, towing, dredging and the unknown", gt=0)
    max_candidates: int = _p(10, "candidates kept for one silence; the others are counted", gt=0)
    place_grid: int = _p(9, "points a side of the grid that closes in on the best place", ge=3)
    place_zooms: int = _p(8, "times that the grid closes in by 0.4: to 1/1500 of the reach", ge=1)
    cover_weight: float = _p(
        3.3, "log-odds of a stop and a silence, or two, at the same hours; fit on 20 simulated seas", ge=0
    )
    share_weight: float = _p(
        4.9, "log-odds of spending all of the silence and all of the stop together; same fit", ge=0
    )
    hurry_weight: float = _p(
        0.9, "log-odds against, for each 10 kn that the ship must have made; same fit", ge=0
    )
    near_km: float = _p(
        20.0, "way over which support falls to 1/e: who meets goes silent near the place", gt=0
    )
    near_weight: float = _p(4.0, "log-odds of a place at the end of the track; same fit", ge=0)
    same_place_m: float = _p(
        500.0, "swing of a ship of 300 m on 200 m of chain: nearer fixes are one place at anchor", gt=0
    )
    max_handover_min: float = _p(
        30.0, "two sets of one hull change over by hand; slow feeds hear a ship each half hour", ge=0
    )
    handover_m: float = _p(500.0, "antennas of one hull, and errors of position", ge=0)
    max_rest_sog_kn: float = _p(0.5, "a ship at rest broadcasts a few tenths", gt=0)
    left_rest_weight: float = _p(
        3.0, "log-odds against leaving a place of rest, and coming back to it, unheard; our judgement", ge=0
    )
    open_weight: float = _p(
        1.0,
        "log-odds against a silence without an end; half of the fit: simulated dark ships come back",
        ge=0,
    )
    unexplained_weight: float = _p(
        1.0,
        "log-odds of a stop outside anchorages and ports; the fit says 2.6, but off the bay none are known",
        ge=0,
    )
    draught_weight: float = _p(0.9, "log-odds of a changed draught; same fit", ge=0)
    min_draught_change_m: float = _p(0.3, "draught is typed by hand, in tenths; less is rounding", ge=0)
    draught_window_h: float = _p(6.0, "crews change the draught hours after the cargo", gt=0)
    usual_stop_h: float = _p(
        8.0, "a stay of middle length (domain 3.1); a longer one has other reasons", gt=0
    )
    longest_stop_h: float = _p(32.0, "a day and more at anchor: how long tells nothing further", gt=0)
    long_stop_weight: float = _p(3.4, "log-odds against, for each e-fold beyond; same fit", ge=0)
    bias: float = _p(-7.6, "log-odds of a stay without any sign; same fit")
    pair_bias: float = _p(-5.7, "the same for two silences at once")
    together_km: float = _p(
        25.0, "way between the ends of two silences over which support falls to 1/e", gt=0
    )
    together_end_weight: float = _p(3.5, "log-odds of silences that end side by side; same fit", ge=0)
    max_p_contact: float = _p(0.5, "architecture section 2: nothing unseen is more than possible", gt=0, le=1)

    # Ways round land
    land_sample_m: float = _p(
        1000.0, "between points of a straight way; narrower spits are sailed over", gt=0
    )
    max_land_samples: int = _p(400, "points of one way: on ways beyond 400 km they lie wider", ge=2)
    quay_m: float = _p(2000.0, "a ship at a quay begins on what the map calls land", gt=0)
    sea_grid_deg: float = _p(0.02, "side of a water cell: straits between the islands stay open", gt=0)
    sea_margin_deg: float = _p(0.5, "how far beyond both ends a way round may lead", gt=0)
    max_sea_cells: int = _p(90_000, "cells of one grid: over more than 6 x 6 degrees they are coarser", gt=0)

    def _cross_check(self) -> None:
        self._ordered("usual_stop_h", "longest_stop_h")


@dataclass(frozen=True, kw_only=True, slots=True)
class LoneParams(_Checked):
    """Stops that fit a transfer with a ship that never sends."""

    min_stop_h: float = _p(3.0, "shortest contact of small product tankers, domain 3.1", gt=0)
    max_stop_h: float = _p(36.0, "longest contact of crude tankers, domain 3.1", gt=0)
    margin_h: float = _p(0.5, "heard so long before and after, the ship came and left; judgement", ge=0)
    min_draught_change_m: float = _p(0.3, "draught is typed by hand, in tenths; less is rounding", ge=0)
    draught_window_h: float = _p(6.0, "crews change the draught hours after the cargo", gt=0)
    max_p_contact: float = _p(
        0.2, "a ship that was seen or silent explains the change; judgement", ge=0, le=1
    )
    min_shore_m: float = _p(
        10_000.0, "GFW: nearer to shore are ports and anchorages that are not known", ge=0
    )

    def _cross_check(self) -> None:
        self._ordered("min_stop_h", "max_stop_h")


@dataclass(frozen=True, kw_only=True, slots=True)
class ModelParams(_Checked):
    """Shape of the contact model; used when it is trained, not when it is applied."""

    trees: int = _p(150, "chosen by Brier score on left-out simulated seas, flat from 100 to 250", ge=1)
    learning_rate: float = _p(0.06, "as above", gt=0, le=1)
    leaves: int = _p(8, "three-way interplay of gap, error and turning", ge=2)
    min_rows_a_leaf: int = _p(20, "scikit-learn's default", ge=1)
    l2: float = _p(1.0, "our judgement: no weight is published", ge=0)
    folds: int = _p(6, "seas are dealt into this many folds for the calibration", ge=2)
    max_dark_p: float = _p(
        0.9,
        "the likeliest candidates of simulated seas had all met; real seas hide ships without AIS",
        gt=0,
        le=1,
    )
    meeting_l2: float = _p(0.1, "holds back weights of what few seas show; judgement", ge=0)
    min_draught_change_m: float = _p(0.3, "broadcast in tenths of a metre, typed by hand; judgement", gt=0)


@dataclass(frozen=True, kw_only=True, slots=True)
class ScoreParams(_Checked):
    """From features to score and tier.

    Weights are log-odds [nat]: 0.7 doubles the odds, 2.3 makes them tenfold. No labelled transfers exist to
    fit them to: all are judgement, ordered by what the cases of domain 1.2 and the advisories of 1.3 lean on.
    """

    # What is worth showing
    min_event_score: float = _p(0.05, "below it an encounter is not worth showing; judgement", ge=0, le=1)
    max_dark_rank: int = _p(
        3, "candidates shown for one silence; the others are counted as alternatives", ge=1
    )
    low_tier_score: float = _p(0.1, "our judgement: no weight is published", ge=0, le=1)
    medium_tier_score: float = _p(0.25, "the best dark candidates reach it; simulated seas", ge=0, le=1)
    high_tier_score: float = _p(
        0.6, "more likely than not even after the discount for quality; judgement", ge=0, le=1
    )
    min_high_tier_quality: float = _p(
        0.5, "a high tier needs half of the event observed; judgement", ge=0, le=1
    )
    min_medium_tier_quality: float = _p(
        0.4, "of a one-sided dark event half at most is seen; four fifths of that; judgement", ge=0, le=1
    )
    max_dark_tier: str = _p("medium", "a dark encounter is never more than possible (architecture section 2)")

    # How the three numbers combine
    base_log_odds_nat: float = _p(-1.0, "hulls alongside and nothing else known: one in four; judgement")
    quality_discount: float = _p(
        0.2, "share of the score that rests on the event being observed; judgement", ge=0, le=1
    )

    # How far around an event to look
    identity_window_h: float = _p(48.0, "flag and name change within 48 h (domain 6)", gt=0)
    silence_window_h: float = _p(
        24.0, "a ship that goes dark to hide a visit does so within a day of it; judgement", gt=0
    )
    partner_window_h: float = _p(48.0, "six contacts in two days, 2019 (domain 1.1)", gt=0)
    min_partner_p_contact: float = _p(0.5, "likely contacts only", ge=0, le=1)
    visit_window_h: float = _p(72.0, "rounds of a service craft, seen in the Suez roads 2021", gt=0)
    min_visit_p_contact: float = _p(0.2, "a boat's hull is short and often assumed; judgement", ge=0, le=1)
    min_rigidity_nat: float = _p(1.0, "a likelihood ratio below e does not tell one body from two", ge=0)
    queue_radius_m: float = _p(3_000.0, "ships of one anchorage lie some cables apart; judgement", gt=0)
    night_sun_altitude_deg: float = _p(-6.0, "end of civil twilight", le=0)

    # Caps: a family never adds or takes more, so that correlated signs do not count twice
    identity_cap_nat: float = _p(2.5, "our judgement: no weight is published", ge=0)
    silence_cap_nat: float = _p(2.5, "our judgement: no weight is published", ge=0)
    place_cap_nat: float = _p(1.5, "our judgement: no weight is published", ge=0)
    time_cap_nat: float = _p(0.7, "night is half of the time: it may double the odds", ge=0)
    trade_cap_nat: float = _p(2.0, "our judgement: no weight is published", ge=0)
    draught_cap_nat: float = _p(2.0, "draught is typed in by the crew; judgement", ge=0)
    list_cap_nat: float = _p(3.5, "our judgement: no weight is published", ge=0)
    innocent_cap_nat: float = _p(4.0, "what an innocent reading may take from a family; judgement", ge=0)

    # Identity
    imo_check_fails_nat: float = _p(1.0, "typing errors are common, forged numbers too", ge=0)
    imo_missing_nat: float = _p(0.4, "SOLAS asks it of ships this long; many coasters have none", ge=0)
    min_imo_length_m: float = _p(100.0, "well above 300 GT", gt=0)
    unallotted_mid_nat: float = _p(1.5, "no administration gives such numbers (domain 2.5)", ge=0)
    shared_number_nat: float = _p(1.0, "cloned sets (domain 1.2)", ge=0)
    identity_changed_nat: float = _p(
        1.5, "name, flag or number changed around the contact (domain 1.2)", ge=0
    )
    same_hull_nat: float = _p(4.0, "two sets on one hull are no transfer (architecture section 2)", ge=0)

    # Silence
    min_p_off: float = _p(0.5, "a switch-off less likely than not says nothing", ge=0, le=1)
    switched_off_nat: float = _p(
        2.5, "full weight at certainty; the advisories' first sign (domain 1.3)", ge=0
    )
    open_silence_share: float = _p(
        0.4, "weight of a silence without end: the ship may just have left", ge=0, le=1
    )

    # Place
    min_open_sea_shore_m: float = _p(5_000.0, "clear of ports and their works", gt=0)
    open_sea_nat: float = _p(
        0.8, "outside every anchorage and port there is little reason to lie alongside", ge=0
    )
    max_berth_shore_m: float = _p(300.0, "the coast is uncertain to 300 m (engine 3)", gt=0)
    berth_nat: float = _p(4.0, "ships moored side by side at a quay", ge=0)
    min_queue_ships: int = _p(
        5, "so many others at rest make an anchorage that no chart shows; judgement", ge=1
    )
    queue_nat: float = _p(1.0, "a ship that waits among others has an ordinary reason; judgement", ge=0)
    fishing_harbour_nat: float = _p(1.5, "rafts of fishing boats", ge=0)
    lightering_anchorage_nat: float = _p(
        3.0, "cargo is handed over here openly, day and night (domain 2.3)", ge=0
    )
    night_bunkering_nat: float = _p(1.0, "no barge may lie alongside here at night (Wilhelmsen 2022)", ge=0)

    # Time
    night_nat: float = _p(0.7, "contacts before dawn (domain 1.1); full weight when all of it was dark", ge=0)
    day_nat: float = _p(0.3, "wholly by daylight", ge=0)

    # Trade
    bunkering_nat: float = _p(4.0, "five official anchorages sold 4.72 Mt in 2020 (domain 2.3)", ge=0)
    bunkering_elsewhere_nat: float = _p(
        1.5, "a bunker barge beside a ship outside them is still mostly that", ge=0
    )
    max_bunker_barge_m: float = _p(
        120.0, "bunker barges are 45-90 m, some small tankers longer (domain 3.2)", gt=0
    )
    min_bunkered_length_ratio: float = _p(
        1.3, "the ship that takes bunkers is the longer one; judgement", ge=1
    )
    max_bunkering_h: float = _p(12.0, "2-8 h, more for very large ships (domain 3.1)", gt=0)
    towing_nat: float = _p(4.0, "tug and tow", ge=0)
    pilotage_nat: float = _p(4.0, "minutes beside a ship under way", ge=0)
    fishing_nat: float = _p(4.0, "pair trawlers, rafted boats", ge=0)
    dredging_nat: float = _p(4.0, "sand is the commonest night look-alike (domain 2.3)", ge=0)
    passing_nat: float = _p(3.0, "minutes together under way", ge=0)
    service_craft_nat: float = _p(2.0, "cranes, crew and stores boats carry no cargo (domain 3.3)", ge=0)
    min_transfer_h: float = _p(
        1.0, "stores, crew and pilots take 5-60 min, cargo 3 h and more (domain 3.1)", gt=0
    )
    brief_nat: float = _p(2.5, "what is over within the hour is seldom cargo; judgement", ge=0)
    rounds_nat: float = _p(2.5, "boats that serve one waiting ship after another (domain 3.3)", ge=0)
    min_visited_ships: int = _p(3, "one, two, many", ge=2)
    max_median_visit_h: float = _p(
        4.0, "stores, crew, waste: an hour or some; cargo takes 4-24 h (domain 3.1)", gt=0
    )
    min_visit_spread_m: float = _p(
        1_000.0, "the boat goes round; a ship that is served by others waits in one place", gt=0
    )
    cargo_pair_nat: float = _p(0.5, "two tankers or two cargo ships can hand over cargo", ge=0)
    many_partners_nat: float = _p(0.6, "repeat pairs and one-to-many within 48 h (domain 3.1)", ge=0)
    embargoed_flag_nat: float = _p(
        2.0, "UN Security Council resolution 2375 (2017) forbids transfers with such ships", ge=0
    )
    embargoed_flags: tuple[str, ...] = _p(
        ("PRK",), "UN Security Council resolution 2375 (2017), paragraph 11"
    )
    embargoed_port_nat: float = _p(1.5, "destination broadcast", ge=0)
    embargoed_ports: tuple[str, ...] = _p(
        ("NAMPO", "CHONGJIN", "TAEAN", "HAEJU", "WONSAN", "HUNGNAM", "SONGNIM", "RAJIN"), "domain 1.1 and 1.2"
    )
    on_to_port_nat: float = _p(
        0.5, "barges took coal from the sea into bay ports in 2019 (domain 1.1); so do coasters", ge=0
    )
    port_to_port_nat: float = _p(0.5, "ships that call openly at known ports; judgement", ge=0)

    # Draught
    min_draught_change_m: float = _p(0.3, "broadcast in tenths of a metre, typed by hand; judgement", gt=0)
    cargo_moved_nat: float = _p(2.0, "one ship lighter, the other deeper", ge=0)
    one_draught_changed_nat: float = _p(1.0, "one ship lighter or deeper, the other not known", ge=0)
    draught_unchanged_nat: float = _p(0.7, "both known and neither changed; crews forget, too", ge=0)

    # Lists
    listed_imo_nat: float = _p(3.5, "the hull itself is listed", ge=0)
    listed_mmsi_nat: float = _p(3.0, "numbers are passed on", ge=0)
    near_imo_same_length_nat: float = _p(
        2.5, "A LI and YON PUNG 3: one digit off, same length (domain 1.2)", ge=0
    )
    near_imo_nat: float = _p(1.0, "one digit off, length not known", ge=0)
    listed_name_nat: float = _p(1.5, "names are common", ge=0)
    near_name_nat: float = _p(0.6, "a name alike", ge=0)

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
class Params(_Checked):
    """All parameters of a run.

    Examples
    --------
    >>> from dataclasses import replace
    >>> p = replace(Params(), gaps=GapParams(min_gap_h=4))
    >>> p.gaps.min_gap_h
    4.0
    >>> GapParams(min_gap_h=-1)
    Traceback (most recent call last):
        ...
    stsdetect.errors.ParamError: GapParams.min_gap_h = -1.0 must be above 0
    """

    decode: DecodeParams = field(default_factory=DecodeParams)
    tracks: TrackParams = field(default_factory=TrackParams)
    context: ContextParams = field(default_factory=ContextParams)
    reception: ReceptionParams = field(default_factory=ReceptionParams)
    gaps: GapParams = field(default_factory=GapParams)
    loitering: LoiteringParams = field(default_factory=LoiteringParams)
    encounters: EncounterParams = field(default_factory=EncounterParams)
    dark: DarkParams = field(default_factory=DarkParams)
    lone: LoneParams = field(default_factory=LoneParams)
    score: ScoreParams = field(default_factory=ScoreParams)

    @classmethod
    def from_toml(cls, text: str) -> Self:
        """Read parameters from TOML; what is absent keeps its default.

        Raises
        ------
        ParamError
            On invalid TOML, an unknown table or key, a wrong type or a value out of range.
        """
        try:
            data = tomllib.loads(text)
        except tomllib.TOMLDecodeError as error:
            raise ParamError(f"parameters are not valid TOML: {error}") from error
        return cls.from_dict(data)

    @classmethod
    def from_dict(cls, data: dict[str, Any]) -> Self:
        """Read parameters from nested plain values, as in ``run.json``; what is absent keeps its default.

        Raises
        ------
        ParamError
            On an unknown table or key, a wrong type or a value out of range.
        """
        hints = get_type_hints(cls)
        _known(data, list(hints), "table")
        parts: dict[str, Any] = {}
        for name, values in data.items():
            if not isinstance(values, dict):
                raise ParamError(f"'{name}' must be a table, written [{name}]")
            kind = hints[name]
            _known(values, [f.name for f in fields(kind)], f"key in [{name}]")
            parts[name] = kind(**{k: tuple(v) if isinstance(v, list) else v for k, v in values.items()})
        return cls(**parts)

    def to_toml(self) -> str:
        """All values as TOML, each with its source as a comment."""
        lines: list[str] = []
        for part in fields(self):
            lines.append(f"[{part.name}]")
            values = getattr(self, part.name)
            for f in fields(values):
                lines.append(f"# {f.metadata['source']}")
                lines.append(f"{f.name} = {_toml(getattr(values, f.name))}")
            lines.append("")
        return "\n".join(lines)

    def digest(self) -> str:
        """First 16 hex digits of the SHA-256 of all values: equal digests, equal parameters."""
        return hashlib.sha256(json.dumps(asdict(self), sort_keys=True).encode()).hexdigest()[:16]


def _known(data: dict[str, Any], known: list[str], what: str) -> None:
    unknown = sorted(set(data) - set(known))
    if unknown:
        raise ParamError(f"unknown {what}: {', '.join(unknown)}; known: {', '.join(known)}")


def _toml(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return repr(value)
    if isinstance(value, tuple | list):
        return "[" + ", ".join(_toml(v) for v in value) + "]"
    if isinstance(value, str):
        return json.dumps(value, ensure_ascii=False)
    raise TypeError(f"cannot write {type(value).__name__} as TOML")
