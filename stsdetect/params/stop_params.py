"""Parameters of stops: loitering, solo stops, and the draught changes that follow them."""

from __future__ import annotations

from dataclasses import dataclass

from stsdetect.params.checked import Checked, param


@dataclass(frozen=True, kw_only=True, slots=True)
class LoiteringParams(Checked):
    """Staying slow in one place."""

    max_sog_kn: float = param(2.0, "GFW loitering: below 2 kn", gt=0)
    min_duration_h: float = param(2.0, "GFW loitering table: 2 h", gt=0)
    max_interval_h: float = param(2.0, "a longer silence is a gap (GapParams.min_gap_h), not a stay", gt=0)
    max_interval_in_place_h: float = param(
        4.0, "too short for a way and the shortest transfer (DarkParams.min_dwell_h) elsewhere", gt=0
    )
    same_place_m: float = param(
        1000.0, "both ends of the swing of a ship of 300 m on 200 m of chain: one place at anchor", ge=0
    )
    max_fast_min: float = param(
        10.0, "one resampling slot of GFW: a shorter burst is noise, not a departure", ge=0
    )
    max_drift_kn: float = param(
        3.0, "the tide carries a ship adrift: current under 3 kn where bunkers are sold, domain 2.3", gt=0
    )
    fix_reach_min: float = param(
        15.0, "time around a fix that counts as observed; GFW resamples to 10 min", gt=0
    )

    def _cross_check(self) -> None:
        self._ordered("max_interval_h", "max_interval_in_place_h")
        self._ordered("max_sog_kn", "max_drift_kn")


@dataclass(frozen=True, kw_only=True, slots=True)
class SoloStopParams(Checked):
    """Stops that fit a transfer with a ship that never sends."""

    min_stop_h: float = param(3.0, "shortest contact of small product tankers, domain 3.1", gt=0)
    max_stop_h: float = param(36.0, "longest contact of crude tankers, domain 3.1", gt=0)
    margin_h: float = param(0.5, "heard so long before and after, the ship came and left; judgement", ge=0)
    max_p_contact: float = param(
        0.2, "a ship that was seen or silent explains the change; judgement", ge=0, le=1
    )
    min_shore_m: float = param(
        10_000.0, "GFW: nearer to shore are ports and anchorages that are not known", ge=0
    )

    def _cross_check(self) -> None:
        self._ordered("min_stop_h", "max_stop_h")


@dataclass(frozen=True, kw_only=True, slots=True)
class DraughtParams(Checked):
    """When a broadcast draught counts as changed, and by what."""

    min_change_m: float = param(
        0.3, "broadcast in tenths of a metre and typed by hand: less is rounding; judgement", gt=0
    )
    window_h: float = param(6.0, "crews change the draught hours after the cargo", gt=0)
    encounter_window_h: float = param(
        24.0,
        "after an encounter that was seen a later change still has no other cause in sight; after a gap or a "
        "stop, whose cause is in doubt, window_h keeps to the nearest hours",
        gt=0,
    )
