"""Parameters of cleaning, segmentation, identity and resampling."""

from __future__ import annotations

from dataclasses import dataclass

from stsdetect.params.checked import Checked, param


@dataclass(frozen=True, kw_only=True, slots=True)
class TrackParams(Checked):
    """Cleaning, segmenting, identity and resampling."""

    max_sog_kn: float = param(
        60.0, "faster than any merchant ship or fast ferry; SOG above it is noise", gt=0
    )
    max_speed_aircraft_kn: float = param(300.0, "SAR aircraft, the fast fixed-wing ones", gt=0)
    min_stale_distance_m: float = param(200.0, "ten times a fix's error: the ship must have moved on", gt=0)
    max_stale_age_h: float = param(
        6.0, "a feed that stores and forwards; a ferry may pass a place again next day", gt=0
    )
    min_frozen_h: float = param(1.0, "shorter is a receiver that lost its fix for a while", gt=0)
    min_frozen_sog_kn: float = param(3.0, "a moored ship's speed noise stays below", gt=0)
    max_delay_s: float = param(
        900.0, "no ship keeps a quarter of an hour behind another on its own wake", gt=0
    )
    max_clock_error_h: float = param(13.0, "local time taken for UTC", gt=0)
    clock_spread_s: float = param(120.0, "twice the steps of a minute that some dumps have", gt=0)
    min_clock_fixes: int = param(20, "fewer may agree by chance", ge=2)
    clock_majority: float = param(3.0, "late feeds are commoner than slow clocks", ge=1)
    max_segment_gap_h: float = param(24.0, "gpsdio-segment max_hours", gt=0)
    max_spike_fixes: int = param(5, "gpsdio-segment looks back 5 fixes", ge=1)
    max_cruise_kn: float = param(
        30.0, "gpsdio-segment allows 25 kn; fast ferries report their own speed", gt=0
    )
    unknown_sog_kn: float = param(15.0, "service speed of merchant ships, where none is reported", gt=0)
    time_error_s: float = param(
        30.0, "feeds stamp the time of receipt: 20-40 s late in Hangzhou Bay, 2024 (real set)", ge=0
    )
    step_slack_m: float = param(150.0, "two fixes of ships in port, each with multipath between quays", gt=0)
    step_margin_kn: float = param(5.0, "reported speed against mean speed between fixes", gt=0)
    step_accel_mps2: float = param(0.05, "0 to 20 kn in 200 s: a small craft", gt=0)
    line_slack_m: float = param(80.0, "multipath between quays", gt=0)
    line_margin_kn: float = param(3.0, "as step_margin_kn, seen from both sides", gt=0)
    line_accel_mps2: float = param(0.15, "a turn at 20 kn on a radius of 700 m", gt=0)
    max_line_interval_s: float = param(3600.0, "over longer holes a line says nothing", gt=0)
    link_margin_kn: float = param(3.0, "as line_margin_kn", gt=0)
    link_accel_mps2: float = param(0.005, "a laden ship: 0 to 10 kn in a quarter of an hour", gt=0)
    match_sharpness: float = param(5.0, "gpsdio-segment: score = exp(-(5 r)^2)", gt=0)
    look_back_factor: float = param(2.0, "gpsdio-segment lookback_factor", ge=1)
    merge_odd_share: float = param(0.2, "of two interleaved ships every second fix is odd", gt=0, le=0.5)
    class_mismatch_weight: float = param(0.1, "gpsdio-segment transponder_mismatch_weight", gt=0, le=1)
    ambiguity_factor: float = param(10.0, "gpsdio-segment ambiguity_factor", gt=1)
    short_track_fixes: float = param(10.0, "gpsdio-segment short_seg_threshold", gt=0)
    tentative_gap_h: float = param(0.25, "spikes hours apart are within reach of each other by chance", gt=0)
    tentative_gap_intervals: float = param(6.0, "sparse feeds: as many typical intervals", gt=0)
    resample_step_s: float = param(
        120.0, "anchored class A reports each 180 s (M.1371 table 1): finer adds no fix", gt=0
    )
    max_interp_interval_s: float = param(3600.0, "pipe-encounters interpolates holes below 1 h", gt=0)
    min_course_sog_kn: float = param(1.0, "below 1 kn the course is noise, domain 3.2", gt=0)
    min_heading_cog_sog_kn: float = param(
        3.0, "slower, a tidal stream of 3 kn (Hangzhou Bay) can point the course anywhere", gt=0
    )
    fix_error_m: float = param(10.0, "M.1371 position accuracy: high is better than 10 m", gt=0)
    coarse_fix_error_m: float = param(
        80.0, "type 27 is cut to 0.1 minute, 185 m: a uniform error has 185/sqrt(12) m each way", gt=0
    )
    circle_window_s: float = param(1800.0, "a spoofed circle takes minutes to go round", gt=0)
    min_circle_fixes: int = param(12, "one a sector", ge=5)
    min_circle_sectors: int = param(9, "of twelve: three quarters of a turn", ge=3, le=12)
    min_circle_turns: float = param(1.5, "a round turn to lose time is one", gt=0)
    min_ring_jump_deg: float = param(
        60.0, "fixes that jump about on the ring (Shanghai 2019, domain 4.3)", gt=0
    )
    max_circle_error: float = param(
        0.1, "of the radius; a ship that circles in a stream draws no circle", gt=0
    )
    min_circle_kn: float = param(
        8.0, "spoofed circles show 20 kn (domain 4.3), swinging at anchor below 2", gt=0
    )
    min_circle_radius_m: float = param(100.0, "smaller is multipath", gt=0)
    max_circle_radius_m: float = param(20_000.0, "Point Reyes: some miles", gt=0)
    min_land_kn: float = param(15.0, "inland waterways allow less", gt=0)
    min_inland_m: float = param(1000.0, "docks and river mouths lie nearer to the shore", gt=0)
    land_sample_s: float = param(300.0, "at 15 kn two kilometres", gt=0)
    min_land_samples: int = param(3, "one may be a bridge or a dock", ge=1)
    seam_intervals: float = param(5.0, "a few reports lost are no silence", gt=0)
    min_seam_s: float = param(600.0, "two reports of a moored class A ship lost", gt=0)
    two_places_share: float = param(
        0.2, "a second ship of full right reports as often as the first", gt=0, le=1
    )
    two_places_m: float = param(20_000.0, "beyond the reach of most of one receiver's ships", gt=0)
    max_offset_spread_m: float = param(100.0, "two fixes' errors and the interpolation between reports", gt=0)
    offset_turn_factor: float = param(3.0, "a convoy's second ship would leave its place by as much", gt=0)
    identity_flap_h: float = param(24.0, "ships that share a number alternate within hours", gt=0)
    min_identity_returns: int = param(3, "one return is a correction, three are two ships", ge=1)
    max_imo_seam_h: float = param(720.0, "a month: refit and reflagging", gt=0)
    max_size_seam_h: float = param(2.0, "dimensions are not unique, so the seam must be short", gt=0)
    min_size_length_m: float = param(20.0, "small craft share their dimensions with many", gt=0)
    max_swap_seam_h: float = param(0.5, "two ships change numbers by appointment", gt=0)
    coarse_slack_m: float = param(240.0, "three times coarse_fix_error_m", ge=0)
    interp_accel_mps2: float = param(0.01, "a merchant ship's turns and changes of speed", gt=0)
    interp_speed_margin_kn: float = param(0.2, "a ship at rest swings", ge=0)
    min_ship_length_m: float = param(
        20.0, "a hull this long that is named like a beacon is a ship; gear buoys send 0 to 2 m", gt=0
    )
    first_fix_year: int = param(
        1998,
        "M.1371 was adopted in 1998; the decoder also admits the trials of 1997 (itu.FIRST_AIS_YEAR), from "
        "which no tracks are made [judgement]",
        ge=1970,
    )
    path_step_m: float = param(
        50.0,
        "spacing of points on a path with which late fixes are compared, a third of step_slack_m [judgement]",
        gt=0,
    )
    same_delay_share: float = param(
        0.5,
        "a clock is out by one and the same time in more than half of the late fixes [judgement]",
        gt=0,
        le=1,
    )
    frozen_moving_share: float = param(
        0.5, "more than half of the fixes on a frozen position claim to be moving [judgement]", gt=0, le=1
    )
    ring_width_factor: float = param(
        2.5,
        "fixes within 2.5 root mean square errors of a ring belong to it: 99 % of a normal error [judgement]",
        gt=0,
    )
    offset_quantile: float = param(
        0.9,
        "share of the fixes of a copy that must keep their offset; a few have errors [judgement]",
        gt=0,
        le=1,
    )
    steady_fixes: int = param(
        3,
        "fixes before and after that may confirm the speed of a fix, so that two spikes do not [judgement]",
        ge=1,
    )
    min_speed_interval_s: float = param(
        1.0, "resolution of the time stamps of AIS: no speed is computed over less [judgement]", gt=0
    )

    def _cross_check(self) -> None:
        self._ordered("min_course_sog_kn", "min_heading_cog_sog_kn")
        self._ordered("max_sog_kn", "max_speed_aircraft_kn")
