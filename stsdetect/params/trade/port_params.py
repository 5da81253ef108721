"""Parameters of port visits, voyages and hidden calls."""

from __future__ import annotations

from dataclasses import dataclass

from stsdetect.params.checked import Checked, param


@dataclass(frozen=True, kw_only=True, slots=True)
class PortParams(Checked):
    """What counts as a port visit, and where one visit or voyage ends and the next begins."""

    name_reach_m: float = param(
        15_000.0,
        "a berth is named after the nearest port of the list within it: large ports are 20 km long and the "
        "list is right to 5 km [J]",
        gt=0,
    )
    roads_reach_m: float = param(
        15_000.0, "a place at anchor this near to a port of the list is in its roads [J]", gt=0
    )
    max_rest_sog_kn: float = param(
        0.5, "as DarkParams.max_rest_sog_kn: faster, a ship has not reached its berth yet [J]", gt=0
    )
    max_swing_sog_kn: float = param(
        2.0, "antenna of a ship that swings about its anchor as the tide turns [J]", gt=0
    )
    most_of_the_time: float = param(
        0.75, "of a rest, by which its radius is measured; coming and leaving take less [J]", gt=0, le=1
    )
    min_rest_h: float = param(
        0.25, "shorter rests, as at a ferry's turnaround, are part of the passage [J]", gt=0
    )
    min_visit_h: float = param(2.0, "as LoiteringParams.min_duration_h; less only where cut off [L22]", gt=0)
    max_berth_radius_m: float = param(
        200.0, "a ship at a learnt berth that shifted along the quay, or lies in the second row [J]", gt=0
    )
    min_moored_share: float = param(
        0.5, "of the fixes of a stop with the status moored, for a berth that was not learnt [J]", gt=0, le=1
    )
    max_moored_shore_m: float = param(
        1_000.0, "as farther off a ship with that status lies moored to another ship or a buoy [J]", gt=0
    )
    max_shift_h: float = param(
        4.0, "between two berths of one port, for one visit: unmooring, a tug, mooring [J]", gt=0
    )
    min_shift_rest_h: float = param(
        1.0,
        "rest before and after a shift; a ferry that calls at two berths in turn does not shift [J]",
        gt=0,
    )
    max_absence_h: float = param(
        0.5, "between two rests at one berth: noise of position and speed, or a warp along the quay [J]", gt=0
    )
    max_shift_m: float = param(
        8_000.0, "and as far apart, as the berths of one port that are not named lie [J]", gt=0
    )
    same_berth_m: float = param(
        500.0,
        "a gap that begins and ends this near together was spent there, by the length of a quay [J]",
        gt=0,
    )
    max_in_place_h: float = param(
        336.0, "longer gaps at one berth may hide a voyage there and back [J]", gt=0
    )
    max_in_place_sog_kn: float = param(
        3.0, "speed at the ends of such a gap: the first fix may be that of a ship that leaves [J]", gt=0
    )
    late_draught_h: float = param(
        1.0, "draughts entered this long after arrival are still those of the voyage [J]", ge=0
    )
    departure_window_h: float = param(
        12.0, "draughts are entered hours after the cargo, at the latest on passage [J]", gt=0
    )

    # Laden or in ballast
    min_draught_range_m: float = param(
        1.0, "range of its own draughts in the dump from which a ship shows both conditions [J]", gt=0
    )
    min_draught_range_share: float = param(
        0.2,
        "and as a share of the deepest: ballast draughts are about 0.6 of laden ones [L71, J]",
        gt=0,
        le=1,
    )
    laden_draught_per_length: float = param(
        0.06,
        "laden draught over length of bulk carriers and tankers from 100 to 330 m: 0.055-0.065 [L72]",
        gt=0,
    )
    laden_share: float = param(0.85, "of that laden draught, from which a ship is laden [J]", gt=0, le=1)
    ballast_draught_m: float = param(
        2.0, "least draught amidships in ballast, 2.0 m + 0.02 of the length [L71]", gt=0
    )
    ballast_draught_per_length: float = param(0.02, "as ballast_draught_m [L71]", gt=0)
    ballast_margin: float = param(1.15, "over that least draught, up to which a ship is in ballast [J]", ge=1)


@dataclass(frozen=True, kw_only=True, slots=True)
class HiddenCallParams(Checked):
    """Which ports a ship could have called at in a gap, and how they rank."""

    min_call_h: float = param(6.0, "shortest loading of a small bulk carrier or tanker [J]", gt=0)
    typical_call_h: float = param(
        24.0, "loading and the formalities of a small bulk carrier or tanker [J]", gt=0
    )
    min_gap_h: float = param(8.0, "shorter ones leave no time to go in, load and leave [J]", gt=0)
    max_gap_h: float = param(2160.0, "after three months all ports of an ocean were in reach [J]", gt=0)
    max_reach_km: float = param(3_000.0, "legs longer than this are seen on other feeds [J]", gt=0)
    max_ports: int = param(10, "ports kept per gap; the others are counted only [J]", ge=1)
    speed_share: float = param(
        0.9,
        "of the service speed of the type, over a whole passage with slow parts and weather [J]",
        gt=0,
        le=1,
    )
    min_detour_share: float = param(0.05, "as GapParams.min_detour_share [S7]", ge=0)
    hurry_scale_h: float = param(
        12.0, "hours below typical_call_h by which a call is less likely by 1 nat [J]", gt=0
    )
    wait_scale_h: float = param(
        240.0, "and hours beyond it: ships also wait for a berth, but not without end [J]", gt=0
    )
    max_wait_nat: float = param(1.0, "no call is too long by more [J]", ge=0)
    distance_nat: float = param(
        0.6, "log-odds against, per 1000 km of both legs: fuel, time and other receivers [J]", ge=0
    )
    course_nat: float = param(
        1.0, "log-odds of a port dead ahead at the last fix, and of one dead astern at the first [J]", ge=0
    )
    min_course_sog_kn: float = param(3.0, "below it a course is that of a ship that waits [J]", gt=0)
    trade_nat: float = param(
        0.15,
        "log-odds per e-fold of the countries that a port trades with: larger ones have more calls [J]",
        ge=0,
    )
    near_km: float = param(
        60.0,
        "distance of the nearer end of the gap over which its support falls to 1/e: ships switch off on "
        "the approach [J]",
        gt=0,
    )
    near_nat: float = param(1.0, "log-odds of a port at an end of the gap [J]", ge=0)
    concealed_countries: tuple[str, ...] = param(
        ("PRK",), "countries whose ports ships conceal calls at: exports are under embargo [L5]"
    )
    concealed_nat: float = param(
        2.5,
        "log-odds of their ports where the ship switched off; elsewhere a call needs no switch-off [J]",
        ge=0,
    )
    main_concealed_ports: tuple[str, ...] = param(
        ("Chongjin", "Nampo", "Taean"), "most of the coal leaves from them [L6]"
    )
    main_concealed_nat: float = param(0.5, "log-odds of these ports beyond concealed_nat [L6, J]", ge=0)
    no_call_odds: float = param(
        60.0,
        "no call at all, where the ship was not received, against one port that nothing speaks for [J]",
        gt=0,
    )
    no_call_off_odds: float = param(
        2.0, "and where it switched off, which ships also do for a transfer at sea [J]", gt=0
    )

    # Routes around land; time only
    max_routed: int = param(
        12, "ports per gap to which a route is searched; the others are ranked too low [J]", ge=1
    )
    max_routed_ports: int = param(60, "ports of all gaps to which routes are searched [J]", ge=1)
    land_sample_m: float = param(5_000.0, "as DarkParams.land_sample_m, on longer legs [J]", gt=0)
    max_land_samples: int = param(100, "as DarkParams.max_land_samples [J]", ge=2)
    sea_grid_deg: float = param(0.05, "as DarkParams.sea_grid_deg, on longer legs [J]", gt=0)
    sea_margin_deg: float = param(5.0, "as DarkParams.sea_margin_deg, enough to sail around Korea [J]", gt=0)
    max_sea_cells: int = param(40_000, "as DarkParams.max_sea_cells [J]", gt=0)

    def _cross_check(self) -> None:
        self._ordered("min_gap_h", "max_gap_h")
        self._ordered("min_call_h", "typical_call_h")
        self._ordered("max_ports", "max_routed")
