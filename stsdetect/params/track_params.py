"""Parameters of cleaning, segmentation, identity and resampling."""

from __future__ import annotations

from dataclasses import dataclass

from stsdetect.params.checked import Checked, param


@dataclass(frozen=True, kw_only=True, slots=True)
class TrackParams(Checked):
    """How positions are cleaned, segmented, identified and resampled."""

    swapped_lat_share: float = param(
        0.2,
        "as DecodeParams.swapped_lat_share: latitudes beyond 90 degrees without any such longitude [J]",
        gt=0,
        le=1,
    )
    max_sog_kn: float = param(
        60.0, "faster than any merchant ship or fast ferry; speeds above it are noise [J]", gt=0
    )
    max_speed_aircraft_kn: float = param(300.0, "search and rescue aircraft, fixed-wing included [J]", gt=0)
    min_stale_distance_m: float = param(
        200.0, "twenty times fix_error_m, so the ship has certainly moved on [J]", gt=0
    )
    max_stale_age_h: float = param(
        6.0, "delay of a feed that stores and forwards; within a day a ferry passes a place again [J]", gt=0
    )
    min_frozen_h: float = param(
        1.0, "shorter runs of equal positions are a receiver that lost its fix for a while [J]", gt=0
    )
    min_frozen_sog_kn: float = param(3.0, "speed noise of a moored ship stays below [J]", gt=0)
    max_delay_s: float = param(
        900.0, "two ships do not follow one path within a quarter of an hour for long [J]", gt=0
    )
    max_clock_error_h: float = param(13.0, "local time taken for UTC, in any time zone [J]", gt=0)
    clock_spread_s: float = param(120.0, "twice the one-minute resolution of some dumps [J]", gt=0)
    min_clock_fixes: int = param(20, "fewer fixes may agree by chance [J]", ge=2)
    clock_majority: float = param(3.0, "delayed feeds are more common than slow clocks [J]", ge=1)
    max_segment_gap_h: float = param(24.0, "max_hours of gpsdio-segment [L21]", gt=0)
    max_spike_fixes: int = param(5, "gpsdio-segment looks back over 5 fixes [L21]", ge=1)
    max_cruise_kn: float = param(
        30.0,
        "gpsdio-segment allows 25 kn; raised for ferries, and faster craft report their own speed [L21, J]",
        gt=0,
    )
    unknown_sog_kn: float = param(15.0, "service speed of merchant ships, where none is reported [J]", gt=0)
    time_error_s: float = param(
        30.0, "feeds stamp the time of receipt, mostly 20-40 s late off Hangzhou Bay [M1]", ge=0
    )
    step_slack_m: float = param(150.0, "two fixes in port, both with multipath between quays [J]", gt=0)
    step_margin_kn: float = param(5.0, "mean speed between two fixes above the reported speed [J]", gt=0)
    step_accel_mps2: float = param(0.05, "0 to 20 kn in 200 s, as a small craft does [J]", gt=0)
    line_slack_m: float = param(80.0, "multipath between quays [J]", gt=0)
    line_margin_kn: float = param(3.0, "as step_margin_kn, but bounded from both sides [J]", gt=0)
    line_accel_mps2: float = param(0.15, "a turn at 20 kn on a radius of 700 m [J]", gt=0)
    max_line_interval_s: float = param(
        3600.0, "over longer intervals the line between two fixes does not predict a third [J]", gt=0
    )
    link_margin_kn: float = param(3.0, "as line_margin_kn [J]", gt=0)
    link_accel_mps2: float = param(0.005, "a laden ship gains 10 kn in a quarter of an hour [J]", gt=0)
    match_sharpness: float = param(5.0, "gpsdio-segment: score = exp(-(5 r)^2) [L21]", gt=0)
    look_back_factor: float = param(2.0, "lookback_factor of gpsdio-segment [L21]", ge=1)
    merge_odd_share: float = param(0.2, "of two interleaved ships every second fix is odd [J]", gt=0, le=0.5)
    class_mismatch_weight: float = param(
        0.1, "transponder_mismatch_weight of gpsdio-segment [L21]", gt=0, le=1
    )
    ambiguity_factor: float = param(10.0, "ambiguity_factor of gpsdio-segment [L21]", gt=1)
    short_track_fixes: float = param(10.0, "short_seg_threshold of gpsdio-segment [L21]", gt=0)
    tentative_gap_h: float = param(
        0.25, "spikes hours apart are within reach of each other by chance [J]", gt=0
    )
    tentative_gap_intervals: float = param(
        6.0, "as tentative_gap_h for sparse feeds, in typical intervals [J]", gt=0
    )
    resample_step_s: float = param(
        120.0, "anchored class A ships report every 180 s, so a finer step adds no fix [L1]", gt=0
    )
    max_interp_interval_s: float = param(
        3600.0, "nothing is interpolated over an hour, as published [L19]", gt=0
    )
    max_rest_interval_s: float = param(
        14_400.0,
        "a ship at rest at both ends lay there between: 0.4 % had gone elsewhere, 0.3 % within 2 h and 0.4 % "
        "within 4 h [M14]",
        gt=0,
    )
    max_rest_sog_kn: float = param(
        1.0, "as GapParams.max_rest_sog_kn: below it speed over ground is mostly noise [J]", gt=0
    )
    max_rest_move_m: float = param(
        500.0, "across a swing circle: twice a chain of 150 m and a hull of 100 m [J]", gt=0
    )
    rest_error_m: float = param(
        10.0,
        "86 % of ships at rest keep within it and rest_error_share of the line between two fixes, 63 % of "
        "those that swung [M14]",
        ge=0,
    )
    rest_error_share: float = param(
        0.4, "share of the distance between the two fixes; same measurement as rest_error_m [M14]", ge=0, le=1
    )
    min_course_sog_kn: float = param(1.0, "below 1 kn the course over ground is noise [J]", gt=0)
    min_heading_cog_sog_kn: float = param(
        3.0, "below it, a tidal stream of up to 3 kn decides the course of a ship [L16, J]", gt=0
    )
    fix_error_m: float = param(10.0, "position accuracy flag: high means better than 10 m [L1]", gt=0)
    coarse_fix_error_m: float = param(
        80.0, "type 27 is cut to 0.1 minute, 185 m: uniform errors of 185/sqrt(12) m on each axis [L1]", gt=0
    )
    circle_window_s: float = param(1800.0, "a spoofed position takes minutes to go round [J]", gt=0)
    min_circle_fixes: int = param(12, "one per sector of 30 degrees [C]", ge=5)
    min_circle_sectors: int = param(9, "nine of twelve: three quarters of a turn [J]", ge=3, le=12)
    min_circle_turns: float = param(
        1.5, "more than the single round turn of a ship that loses time [J]", gt=0
    )
    min_ring_jump_deg: float = param(
        60.0, "positions that jump about on a ring, as off Shanghai in 2019 [L17, J]", gt=0
    )
    max_circle_error: float = param(
        0.1, "share of the radius; a ship that circles in a current draws no true circle [J]", gt=0
    )
    min_circle_kn: float = param(
        8.0, "spoofed circles are sailed at 20 kn, a swing at anchor below 2 [L17, J]", gt=0
    )
    min_circle_radius_m: float = param(100.0, "smaller circles are multipath [J]", gt=0)
    max_circle_radius_m: float = param(20_000.0, "circles off Point Reyes were miles wide [L17, J]", gt=0)
    min_land_kn: float = param(15.0, "faster than is allowed on inland waterways [J]", gt=0)
    min_inland_m: float = param(1000.0, "docks and river mouths lie nearer to the shore [J]", gt=0)
    land_sample_s: float = param(300.0, "two kilometres at 15 kn [J]", gt=0)
    min_land_samples: int = param(3, "one or two may be a bridge or a dock [J]", ge=1)
    seam_intervals: float = param(5.0, "a few lost reports make no gap [J]", gt=0)
    min_seam_s: float = param(600.0, "two lost reports of a moored class A ship and a margin [L1]", gt=0)
    two_places_share: float = param(
        0.2,
        "a genuine second ship reports as often as the first; a fifth allows for poor reception [J]",
        gt=0,
        le=1,
    )
    two_places_m: float = param(20_000.0, "farther apart than most ships of one receiver [J]", gt=0)
    max_offset_spread_m: float = param(
        100.0, "errors of two fixes, and the interpolation between reports [J]", gt=0
    )
    offset_turn_factor: float = param(
        3.0, "the second ship of a convoy would leave its station by as much in a turn [J]", gt=0
    )
    identity_flap_h: float = param(24.0, "ships with one MMSI alternate within hours [J]", gt=0)
    min_identity_returns: int = param(3, "one return is a correction, three are two ships [J]", ge=1)
    max_imo_seam_h: float = param(720.0, "a month, for refit and change of flag [J]", gt=0)
    max_size_seam_h: float = param(
        2.0, "dimensions are not unique, so a link by them must be short [J]", gt=0
    )
    min_size_length_m: float = param(20.0, "small craft share their dimensions with many others [J]", gt=0)
    max_swap_seam_h: float = param(0.5, "two ships exchange MMSIs by appointment [J]", gt=0)
    coarse_slack_m: float = param(240.0, "three times coarse_fix_error_m [L1]", ge=0)
    interp_accel_mps2: float = param(0.01, "turns and speed changes of a merchant ship [J]", gt=0)
    interp_speed_margin_kn: float = param(0.2, "a ship at rest swings [J]", ge=0)
    min_ship_length_m: float = param(
        20.0, "whatever its MMSI, a hull this long is a ship; beacons of fishing gear send 0-2 m [M7]", gt=0
    )
    min_sailing_kn: float = param(
        6.0, "gear drifts with the tide, below 5 kn in most of the East China Sea [J]", gt=0
    )
    min_sailing_h: float = param(
        1.0, "a station that sailed for so long in all is a ship, whatever its MMSI [J]", gt=0
    )
    sailing_step_s: float = param(
        600.0, "over ten minutes, errors of a position add less than half a knot [C]", gt=0
    )
    min_aircraft_kn: float = param(
        50.0, "search and rescue aircraft fly faster, ships with their MMSIs do not [J]", gt=0
    )
    first_fix_year: int = param(
        1998,
        "M.1371 was adopted in 1998; the decoder also admits the trials of 1997 (itu.FIRST_AIS_YEAR), from "
        "which no tracks are made [J]",
        ge=1970,
    )
    path_step_m: float = param(
        50.0,
        "spacing of points on a path with which late fixes are compared, a third of step_slack_m [J]",
        gt=0,
    )
    same_delay_share: float = param(
        0.5,
        "a clock is out by one and the same time in more than half of the late fixes [J]",
        gt=0,
        le=1,
    )
    frozen_moving_share: float = param(
        0.5, "more than half of the fixes on a frozen position broadcast a speed [J]", gt=0, le=1
    )
    ring_width_factor: float = param(
        2.5,
        "fixes within 2.5 root mean square errors of a ring belong to it: 99 % of a normal error [J]",
        gt=0,
    )
    offset_quantile: float = param(
        0.9,
        "share of the fixes of a copy that must keep their offset; a few have errors [J]",
        gt=0,
        le=1,
    )
    steady_fixes: int = param(
        3,
        "fixes before and after that may confirm the speed of a fix, so that two spikes do not [J]",
        ge=1,
    )
    min_speed_interval_s: float = param(
        1.0, "resolution of the time stamps of AIS: no speed is computed over less [J]", gt=0
    )

    max_ships_per_mmsi: int = param(
        20,
        "ships at once on one MMSI beyond which their tracks cannot be separated: MMSIs that a maker enters "
        "by default are used by hundreds of boats [J]",
        ge=2,
    )
    crowd_cell_m: float = param(
        20.0, "two standard errors of a fix, fix_error_m, to either side of one point [L1]", gt=0
    )
    crowd_window_s: float = param(
        3600.0, "as max_interp_interval_s: within it a ship counts as there throughout [L19]", gt=0
    )
    max_ships_at_point: int = param(
        30,
        "ships at rest in one square of crowd_cell_m for which there is room: 400 m2 over 13 m2, a dinghy "
        "of 5 m by 2.5 m; more are a default position or spoofed [C]",
        ge=2,
    )

    def _cross_check(self) -> None:
        self._ordered("min_course_sog_kn", "min_heading_cog_sog_kn")
        self._ordered("max_sog_kn", "max_speed_aircraft_kn")
