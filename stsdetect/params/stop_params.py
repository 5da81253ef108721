"""Parameters of stops: loitering, berths, solo stops, and the draught changes that follow them."""

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
        "the coast is uncertain to 300 m, and a basin is some 100 m wide; all silences that began at rest in "
        "a port feed of 150 ships began within 340 m [M9, J]",
        gt=0,
    )
    max_still_radius_m: float = param(
        60.0, "position errors and ranging on the lines; a ship of 100 m at anchor swings wider [J]", gt=0
    )
    join_m: float = param(100.0, "antennas of ships of several lengths at one berth [J]", gt=0)
    min_visits: int = param(2, "stays of one ship, or of several in turn: a place where ships moor [J]", ge=1)
    min_lone_stay_h: float = param(
        12.4, "one stay suffices when it saw the tide turn both ways without swinging [J]", gt=0
    )
    reach_m: float = param(
        200.0,
        "a position this near to a berth is at it: the next ship along the quay, or a second row [J]",
        gt=0,
    )
    max_rest_sog_kn: float = param(1.0, "as GapParams.max_rest_sog_kn [J]", gt=0)


@dataclass(frozen=True, kw_only=True, slots=True)
class SoloStopParams(Checked):
    """Stops that fit a transfer with a ship that never transmits."""

    min_stop_h: float = param(3.0, "shortest transfer expected between small product tankers [J]", gt=0)
    max_stop_h: float = param(
        36.0, "a crude tanker discharges in about 24 h; half as much again [L14, J]", gt=0
    )
    margin_h: float = param(
        0.5, "received for this long before and after, the ship is known to have arrived and left [J]", ge=0
    )
    max_p_contact: float = param(
        0.2, "above it, a partner that was seen or in a gap explains the change of draught [J]", ge=0, le=1
    )
    min_shore_m: float = param(
        10_000.0,
        "nearer to shore there are ports and anchorages that are not mapped; limit of the "
        "published rule [L19]",
        ge=0,
    )

    def _cross_check(self) -> None:
        self._ordered("min_stop_h", "max_stop_h")


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
