"""Parameters of broadcast draughts, which several stages read."""

from __future__ import annotations

from dataclasses import dataclass

from stsdetect.params.checked import Checked, param


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
