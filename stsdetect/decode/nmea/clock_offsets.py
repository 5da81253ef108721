"""How far each station's clock is off, from the second that ships send with their position."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from stsdetect.arrays import Bools, Ints
from stsdetect.decode.accounting import DecodeReport
from stsdetect.params import DecodeParams

_MS_PER_MINUTE = 60_000
_NEAR_S = 5
_MIN_MESSAGES = 10  # a median of fewer says little


class ClockOffsets:
    """Counts, by station, receive time minus the sent second, modulo a minute.

    Examples
    --------
    >>> c = ClockOffsets()
    >>> c.add(np.array([0, 0, 0], np.int32), np.array([61_000, 62_000, 63_000]), np.array([0, 0, 0], np.int8))
    >>> c.summary(["shore"])["shore"]["median_offset_s"]
    2.0
    """

    def __init__(self) -> None:
        self._bins: Ints = np.zeros((1, 60), np.int64)
        self._messages: Ints = np.zeros(1, np.int64)

    def add(self, station: NDArray[np.int32], ms: Ints, second: NDArray[np.int8]) -> None:
        """Take position reports; a sent second of 60 or more is none."""
        n = max(len(self._bins), int(station.max(initial=0)) + 1)
        if n > len(self._bins):
            grown = max(n, 2 * len(self._bins))
            self._bins = np.pad(self._bins, ((0, grown - len(self._bins)), (0, 0)))
            self._messages = np.pad(self._messages, (0, grown - len(self._messages)))
        self._messages += np.bincount(station, minlength=len(self._messages))
        sent: Bools = second < 60
        late = (ms[sent] - second[sent].astype(np.int64) * 1000 + 500) % _MS_PER_MINUTE // 1000
        cell = station[sent].astype(np.int64) * 60 + late
        self._bins += np.bincount(cell, minlength=self._bins.size).reshape(self._bins.shape)

    def summary(self, names: list[str]) -> dict[str, dict[str, float | None]]:
        """Position reports and median offset [s, within half a minute] of each station."""
        out: dict[str, dict[str, float | None]] = {}
        for code in np.flatnonzero(self._messages).tolist():
            out[names[code] or "unknown"] = {
                "positions": int(self._messages[code]),
                "median_offset_s": _median(self._bins[code]),
            }
        return out


def note_clocks(report: DecodeReport, params: DecodeParams) -> None:
    """Warn of stations whose clock is off, and of times found in several ways."""
    for name, station in report.stations.items():
        offset = station["median_offset_s"]
        if (
            offset is not None
            and abs(offset) > params.max_clock_offset_s
            and (station["positions"] or 0) >= _MIN_MESSAGES
        ):
            report.warnings.append(
                f"{report.source}: the clock of station {name} is off by about {offset:g} s (modulo a minute)"
            )
    kinds = {k: n for k, n in report.time_kinds.items() if n}
    if len(kinds) > 1:
        told = ", ".join(f"{k} {n}" for k, n in kinds.items())
        report.warnings.append(f"{report.source}: receive times of several kinds: {told}")


def _median(bins: Ints) -> float | None:
    """Median of a histogram on the circle of 60 s, cut opposite its fullest second; None without a peak."""
    total = int(bins.sum())
    if not total:
        return None
    cut = (int(bins.argmax()) + 30) % 60
    opened = np.roll(bins, -cut)
    at = int(np.searchsorted(np.cumsum(opened), (total + 1) // 2))
    # Most of the reports lie near a real offset; without one they lie all round the minute.
    if opened[max(at - _NEAR_S, 0) : at + _NEAR_S + 1].sum() * 2 < total:
        return None
    return float((at + cut + 30) % 60 - 30)
