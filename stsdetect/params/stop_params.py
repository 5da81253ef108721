"""Parameters of stops: loitering, berths, the swing about an anchor, solo stops, and draught changes."""

from __future__ import annotations

from dataclasses import dataclass

from stsdetect.params.checked import Checked, param


@dataclass(frozen=True, kw_only=True, slots=True)
class LoiteringParams(Checked):
    """When a slow ship counts as loitering."""

    max_sog_kn: float = param(2.0, "loitering of Global Fishing Watch [L22]", gt=0)
    min_duration_h: float = param(2.0, "loitering table of Global Fishing Watch [L22]", gt=0)
    max_interval_h: float = param(
        2.0, "a longer interval is a gap (GapParams.min_gap_h) and ends the stop [J]", gt=0
    )
    max_interval_in_place_h: float = param(
        4.0, "too short to sail off, make the shortest transfer (DarkParams.min_dwell_h) and return [J]", gt=0
    )
    same_place_m: float = param(
        1000.0,
        "two fixes at opposite ends of the swing of a 300 m ship on 200 m of chain; "
        "DarkParams.same_place_m is the radius [J]",
        ge=0,
    )
    max_fast_min: float = param(
        10.0, "one step of the published resampling; a shorter burst is noise, not a departure [L19]", ge=0
    )
    max_drift_kn: float = param(
        3.0, "a ship adrift goes with the tide, below 3 kn where bunkers are sold [L16]", gt=0
    )
    fix_reach_min: float = param(
        15.0, "time around a fix that counts as observed; the published grid has 10 min [L19, J]", gt=0
    )

    radius_quantile: float = param(
        0.95, "quantile of the distance from the median place; leaves out stray fixes [J]", gt=0, le=1
    )

    def _cross_check(self) -> None:
        self._ordered("max_interval_h", "max_interval_in_place_h")
        self._ordered("max_sog_kn", "max_drift_kn")


@dataclass(frozen=True, kw_only=True, slots=True)
class BerthParams(Checked):
    """Where ships lie moored at the shore, as the dump shows it."""

    max_shore_m: float = param(
        500.0,
        "the coast is uncertain to 300 m, and a basin is some 100 m wide; all gaps that began at rest in "
        "a port feed of 150 ships began within 340 m [M9, J]",
        gt=0,
    )
    max_still_radius_m: float = param(
        60.0, "position errors and ranging on the lines; a ship of 100 m at anchor swings wider [J]", gt=0
    )
    max_quay_shore_m: float = param(
        5_000.0,
        "quays that maps lack, on new land and along rivers; only where ships lie again [J]",
        gt=0,
    )
    max_quay_radius_m: float = param(
        15.0, "farther from the shore than max_shore_m; guests of a ship at anchor swing with her [J]", gt=0
    )
    join_m: float = param(100.0, "antennas of ships of several lengths at one berth [J]", gt=0)
    min_visits: int = param(2, "stops of one ship, or of several in turn: a place where ships moor [J]", ge=1)
    min_single_stop_h: float = param(
        12.4, "one stop suffices if it saw both turns of the tide and the ship did not swing [J]", gt=0
    )
    reach_m: float = param(
        200.0,
        "a position this near to a berth is at it: the next ship along the quay, or a second row [J]",
        gt=0,
    )
    max_rest_sog_kn: float = param(1.0, "as GapParams.max_rest_sog_kn [J]", gt=0)
    min_moored_share: float = param(
        0.5,
        "of the fixes of a stop with the status moored: on land of the map, where rivers are, ships at "
        "anchor lie as still as ships at a quay [J]",
        gt=0,
        le=1,
    )
    max_heading_scatter_deg: float = param(
        15.0, "of a ship on its lines; a larger one gives a berth no axis [J]", gt=0
    )

    # Ships at anchor
    anchorage_join_m: float = param(
        1_000.0, "stops at anchor around one; the published cells are half as large [L22, J]", gt=0
    )
    min_anchored_ships: int = param(
        3, "vessels that lay at anchor there; two may be a ship and its guest [J]", ge=2
    )
    max_anchored_sog_kn: float = param(
        0.7, "path over time of a ship that swings at anchor; adrift or at work it is more [J]", gt=0
    )
    max_anchored_radius_m: float = param(
        1_000.0,
        "from the median position; ships at anchor off Zhoushan swing and drag by 390 to 970 m [J]",
        gt=0,
    )


@dataclass(frozen=True, kw_only=True, slots=True)
class SoloStopParams(Checked):
    """Stops and gaps of one ship that fit a transfer with a ship that never transmits.

    Weights are log-odds [nat] of a logistic model, fitted to the stops of simulated seas [S19].
    """

    min_stop_h: float = param(3.0, "shortest transfer expected between small product tankers [J]", gt=0)
    max_stop_h: float = param(
        96.0, "in four days at anchor a ship has other reasons; as DarkParams.max_gap_h [J]", gt=0
    )
    away_h: float = param(3.0, "when before and after a stop to look where the ship was [J]", gt=0)
    max_p_contact: float = param(
        0.2, "above it, a partner that was seen or in a gap explains the stop [J]", ge=0, le=1
    )
    min_partner_h: float = param(
        1.0, "as ScoreParams.min_transfer_h: a boat that brings stores explains nothing [J]", gt=0
    )
    min_p_off: float = param(0.5, "a gap is more likely a switch-off than not [C]", ge=0, le=1)
    min_p: float = param(0.02, "stops less likely than it are left out of the table [J]", ge=0, le=1)
    max_p: float = param(0.9, "simulated seas do not hold all that ships do at sea [S19, J]", gt=0, le=1)

    # Ships in turn at one spot
    in_turn_m: float = param(
        500.0, "guests on either side of a ship that swings about her anchor through a tide [J]", gt=0
    )
    around_m: float = param(
        3_000.0, "extent of an anchorage, whose ships show how many lie at one spot by chance [J]", gt=0
    )
    max_in_turn_nat: float = param(4.0, "no more, as anchorages have favoured places [J]", ge=0)
    max_in_turn_alone_nat: float = param(
        0.8,
        "where nothing else shows a guest: off Suez ships anchor in turn at the same spots [M11, J]",
        ge=0,
    )

    # Weights of the stop
    bias_nat: float = param(-4.9, "a stop with nothing else known [S19]")
    borrowed_share: float = param(
        0.5, "of log_lr_borrowed that counts; the fit gives 0.3, real ships more [S19, M13]", ge=0
    )
    shared_pivot_nat: float = param(0.6, "others swung about the same point, at any time [S19]", ge=0)
    in_turn_share: float = param(0.8, "of log_lr_in_turn that counts [S19]", ge=0)
    moored_nat: float = param(
        0.5, "says that it is moored, away from any berth; of no weight in the fit [S19, M13]", ge=0
    )
    draught_nat: float = param(1.3, "a changed draught [S19]", ge=0)
    carrier_nat: float = param(1.0, "a declared cargo ship or tanker [S19]", ge=0)
    other_type_nat: float = param(0.7, "against, where the declared type carries no cargo [S19]", ge=0)
    offshore_nat: float = param(
        0.5, "outside ports and anchorages, min_offshore_m from the shore [S19]", ge=0
    )
    min_offshore_m: float = param(5_000.0, "as ScoreParams.min_open_sea_shore_m [J]", gt=0)
    inland_nat: float = param(
        1.5, "against, in a harbour or river that the map has as land: ships lie at quays there [J]", ge=0
    )
    adrift_nat: float = param(
        1.0, "against, where the ship drifted: it waits for orders, or fishes [S19]", ge=0
    )
    min_adrift_kn: float = param(
        0.3, "a ship at anchor ends a third of a tide at most a swing away from where it began [J]", gt=0
    )
    called_nat: float = param(
        1.0, "came from afar and went far within hours; the fit gives 1.8 [S19, J]", ge=0
    )
    min_call_m: float = param(2_000.0, "beyond a shift of the anchor [J]", gt=0)
    short_stop_nat: float = param(0.8, "no longer than max_short_stop_h [S19]", ge=0)
    max_short_stop_h: float = param(
        8.0, "transfers between small ships take hours, waiting takes days [J]", gt=0
    )
    long_stop_nat: float = param(1.2, "against, per e-fold beyond typical_stop_h [S19]", ge=0)
    typical_stop_h: float = param(12.0, "a longer stop has other reasons as well [J]", gt=0)
    routine_nat: float = param(
        2.0,
        "against, where the ship made min_routine_stops others: barges, boats and dredgers at work [J]",
        ge=0,
    )
    min_routine_stops: int = param(3, "as ScoreParams.min_visited_ships [J]", ge=1)
    routine_window_h: float = param(48.0, "before and after the stop [J]", gt=0)
    small_nat: float = param(0.4, "a barge, or a small tanker [S19]", ge=0)
    max_small_m: float = param(120.0, "as ScoreParams.max_bunker_barge_m [J]", gt=0)

    # Weights of the gap
    gap_bias_nat: float = param(
        -1.0, "a switch-off offshore across which the draught changed, with no vessel that could be named [J]"
    )

    def _cross_check(self) -> None:
        self._ordered("min_stop_h", "max_stop_h")
        self._ordered("in_turn_m", "around_m")
        self._ordered("max_short_stop_h", "typical_stop_h")


@dataclass(frozen=True, kw_only=True, slots=True)
class DraughtParams(Checked):
    """When a broadcast draught counts as changed, and by what."""

    min_change_m: float = param(
        0.3, "broadcast in tenths of a metre and entered by hand; less is rounding [L1, J]", gt=0
    )
    window_h: float = param(6.0, "crews enter a new draught hours after the cargo [J]", gt=0)
    encounter_window_h: float = param(
        24.0,
        "longer than window_h: after an observed encounter a late change still has no other "
        "known cause; after a gap or a stop, whose cause is in doubt, only the nearest hours "
        "count [J]",
        gt=0,
    )


@dataclass(frozen=True, kw_only=True, slots=True)
class SwingParams(Checked):
    """How the fixed point is fitted about which a ship at rest swings."""

    min_duration_h: float = param(1.0, "a shorter part of a stop shows the end of a turn at most [J]", gt=0)
    min_looks: int = param(6, "means of fixes; a fit has four unknowns in two coordinates [J]", ge=3)
    min_swing_deg: float = param(
        15.0, "ten times the error of a heading; below it that error sets the result [J]", gt=0
    )
    look_min: float = param(
        10.0, "step of the published resampling, over which fixes are averaged [L19]", gt=0
    )
    max_looks: int = param(
        160, "looks per stop; a longer stop has longer ones. Time and memory only [J]", ge=10
    )
    independent_h: float = param(
        1.0, "yaw and a slack chain last for this long; nearer looks repeat each other [J]", gt=0
    )
    heading_error_deg: float = param(
        1.5, "gyro compass, rounding to whole degrees, and yaw that the position follows late [L1, J]", gt=0
    )
    position_error_m: float = param(
        5.0,
        "scatter of positions over hours, and of the chain; only the ratio to heading_error_deg counts [J]",
        gt=0,
    )
    look_scatter_m: float = param(
        25.0,
        "residual of a ship at one anchor in Singapore, at most 35 m at the median of a stop [M13]",
        gt=0,
    )
    new_part_nat: float = param(
        30.0,
        "what another fixed point must gain in likelihood; looks of one hour count as one, so about 5 nat of "
        "independent ones [J]",
        gt=0,
    )
    stray_look_nat: float = param(
        10.0, "cost of a look that belongs to no part: one at 4.5 times look_scatter_m [J]", gt=0
    )
    drag_ratio: float = param(
        1.5,
        "squared residuals of one pivot that drags over those of two fixed ones, up to which it is one [J]",
        ge=1,
    )
    huber_scales: float = param(2.0, "residual, in median ones, from which a look counts less [J]", gt=0)
    stray_scales: float = param(5.0, "and from which it does not count [J]", gt=0)
    swing_cut: float = param(
        0.1,
        "share of the looks left out on either side, as arrival at a berth does not make a swing [J]",
        ge=0,
        le=0.5,
    )
    min_heading_share: float = param(
        0.5, "of the fixes of a stop; with fewer headings the circle of positions is fitted [J]", ge=0, le=1
    )
    max_pivot_m: float = param(
        700.0,
        "half the length of the largest ship and ten shackles of chain; not farther off [J]",
        gt=0,
    )
    residual_floor_m: float = param(3.0, "no fit is better than the positions [J]", gt=0)
    min_circle_arc_deg: float = param(
        120.0, "of a shorter arc without headings, radius and centre cannot be separated [J]", gt=0, le=360
    )
    max_circle_scatter: float = param(0.5, "robust scatter over radius of a circle of positions [J]", gt=0)
    min_circle_m: float = param(
        30.0, "positions of a ship at a berth wander by up to 12 m, in Auckland and the Baltic [M13]", gt=0
    )
    min_bias_sog_kn: float = param(
        6.0, "above it a ship's course is its heading but for leeway and the stream [J]", gt=0
    )
    min_bias_fixes: int = param(30, "headings under way from which a bias is taken [J]", ge=1)


@dataclass(frozen=True, kw_only=True, slots=True)
class AnchorParams(Checked):
    """Whether a ship swings about its own anchor or hangs on another ship's."""

    # Her own anchor
    prior_bow_to_pivot_m: float = param(
        60.0,
        "bow to pivot before anything is known of the place: between 0 to 40 m in deep water without tide "
        "(31 ships off Gibraltar) and 110 m on a taut chain [M13, J]",
    )
    prior_spread_m: float = param(60.0, "spread of prior_bow_to_pivot_m between places [M13, J]", gt=0)
    ship_spread_m: float = param(
        30.0,
        "between ships at one place, by chain and windage: quartiles of 31 ships off Gibraltar [M13]",
        gt=0,
    )
    stop_spread_m: float = param(
        16.0, "between stops of one ship at anchor: 66 stops in Singapore [M13]", gt=0
    )
    spread_stops: float = param(
        4.0,
        "own stops that outweigh stop_spread_m and angle_spread_deg [J]",
        gt=0,
    )
    elsewhere_spread_m: float = param(60.0, "as stop_spread_m, at other places with another depth [J]", gt=0)
    same_place_km: float = param(30.0, "one anchorage or roadstead, of one depth and tide [J]", gt=0)
    antenna_share: float = param(
        0.8,
        "distance from bow to antenna over length where it is unknown: on the bridge, aft [J]",
        gt=0,
        le=1,
    )
    antenna_share_spread: float = param(0.15, "spread of antenna_share over all ships [J]", gt=0)
    unknown_length_m: float = param(180.0, "a ship of unknown length [J]", gt=0)
    unknown_length_spread_m: float = param(80.0, "and its spread [J]", gt=0)
    angle_spread_deg: float = param(
        4.0,
        "pivot off the bow of a ship at anchor, from wind against tide: 66 stops in Singapore [M13]",
        gt=0,
    )
    known_bias_error_deg: float = param(
        1.5, "error of a heading bias taken from courses: leeway and streams [J]", gt=0
    )
    unknown_bias_deg: float = param(3.0, "bias of a compass that was never compared with courses [J]", gt=0)
    unknown_side_m: float = param(5.0, "antenna off the centreline where its place is unknown [J]", gt=0)
    tail_freedom: float = param(10.0, "of the t distributions of her own law; chains do odd things [J]", gt=0)

    # Another ship's anchor
    host_ahead_m: float = param(
        60.0,
        "how much farther ahead than her own anchor: 8 barges off Gibraltar and 15 stops in Singapore [M13]",
    )
    host_ahead_spread_m: float = param(85.0, "spread of host_ahead_m, same sources [M13]", gt=0)
    host_beside_m: float = param(45.0, "pivot beside the bow, half the two beams: same sources [M13]", ge=0)
    host_beside_spread_m: float = param(35.0, "spread of host_beside_m, same sources [M13]", gt=0)
    host_astern_m: float = param(-120.0, "pivot of a ship tied head to tail, astern [J]", le=0)
    host_astern_spread_m: float = param(120.0, "spread of host_astern_m [J]", gt=0)
    astern_share: float = param(0.2, "of guests, tied head to tail [J]", ge=0, le=1)
    normal_share: float = param(
        0.15,
        "of guests, lying so that the fit looks normal: one of eight barges off Gibraltar [M13]",
        ge=0,
        le=1,
    )
    max_log_lr_nat: float = param(6.0, "no measure of one stop says more [J]", gt=0)
    min_log_lr_nat: float = param(
        -0.7, "a normal fit hardly speaks against a guest, who may lie at the host's bow [J]", le=0
    )

    # Neighbours and own stops
    neighbour_km: float = param(15.0, "ships in one anchorage, in one depth, wind and tide [J]", gt=0)
    neighbour_h: float = param(12.0, "between the middles of two stops in the same tides [J]", gt=0)
    max_neighbours: int = param(30, "the nearest ones; more add nothing. Time only [J]", gt=0)
    rounds: int = param(
        4, "of taking guests out of the law of the ships at anchor; it settles in three [J]", gt=0
    )
    guest_share: float = param(
        0.1, "of ships that swing, before a fit is seen: they must not shape the law [J]", gt=0, le=1
    )
    min_neighbours: int = param(
        2, "ships nearby that are needed to compare with, where there is no other stop of her own [J]", ge=1
    )
    uncompared_nat: float = param(0.6, "largest weight of a fit that has nothing to compare with [J]", ge=0)

    # What cannot be read
    min_borrowed_nat: float = param(1.1, "read as borrowed from odds of 3 [J]", gt=0)
    max_own_nat: float = param(-0.5, "read as her own anchor [J]", le=0)
    max_residual_m: float = param(45.0, "above it she did not swing about one point [M13]", gt=0)
    max_drift_m: float = param(
        80.0, "a pivot that moved by more in the time was dragged, or is none [J]", gt=0
    )
    max_pivot_error_m: float = param(40.0, "above it a host and her own anchor look alike [J]", gt=0)
    circle_weight: float = param(
        0.4, "of a circle of positions without headings, which knows no side and no sign [J]", ge=0, le=1
    )
    max_circle_nat: float = param(
        1.0,
        "largest ratio of such a circle: it supports but does not decide [J]",
        ge=0,
    )
    same_pivot_m: float = param(75.0, "fits that share one fixed point, errors of both included [J]", gt=0)
    min_time_together: float = param(
        0.5,
        "share of an encounter in which a ship swung about one point, for that point to count [J]",
        gt=0,
        le=1,
    )
    buoy_m: float = param(60.0, "hawser of a single point mooring, bow to buoy: 40 to 60 m [J]", ge=0)
    min_ships_at_buoy: int = param(3, "ships in turn at one fixed point, each close to it [J]", ge=2)

    moored_nat: float = param(
        1.0,
        "status 'moored' of a ship that swings: 12 of 15 stops in Singapore, against crews that forget [M13]",
        ge=0,
    )
    anchored_nat: float = param(-0.5, "status 'at anchor' of a ship that swings [M13]", le=0)
