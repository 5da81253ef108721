"""Estimate how far the clock of each receiving station is off.

Position reports carry the UTC second of the fix, so receive time minus that second, modulo a minute, scatters
around the delay of the receiver plus the error of its clock.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from stsdetect.arrays import Bools, Ints
from stsdetect.decode.accounting import DecodeReport
from stsdetect.decode.times.gregorian import MS_PER_MIN
from stsdetect.params import DecodeParams
from stsdetect.units import MS_PER_S

_BINS = 60


class ClockOffsets:
    """Histogram per station of receive time minus the second in the report, modulo a minute, in bins of 1 s.

    Parameters
    ----------
    spread_s, min_share : int, float
        The median is an offset only if at least `min_share` of the reports lie within `spread_s` of it.

    Examples
    --------
    >>> c = ClockOffsets(spread_s=5, min_share=0.5)
    >>> c.add(np.array([0, 0, 0], np.int32), np.array([61_000, 62_000, 63_000]), np.array([0, 0, 0], np.int8))
    >>> c.summary(["shore"])["shore"]["median_offset_s"]
    2.0
    """

    def __init__(self, *, spread_s: int, min_share: float) -> None:
        self._spread_s = spread_s
        self._min_share = min_share
        self._bins: Ints = np.zeros((1, _BINS), np.int64)
        self._messages: Ints = np.zeros(1, np.int64)

    def add(self, station: NDArray[np.int32], ms: Ints, second: NDArray[np.int8]) -> None:
        """Count position reports.

        Parameters
        ----------
        station : numpy.ndarray
            Code of the station, shape (n,).
        ms : numpy.ndarray
            Receive times, shape (n,) [ms].
        second : numpy.ndarray
            UTC second in the report, shape (n,); 60 and above mean that it is not available.
        """
        n = max(len(self._bins), int(station.max(initial=0)) + 1)
        if n > len(self._bins):
            grown = max(n, 2 * len(self._bins))
            self._bins = np.pad(self._bins, ((0, grown - len(self._bins)), (0, 0)))
            self._messages = np.pad(self._messages, (0, grown - len(self._messages)))
        self._messages += np.bincount(station, minlength=len(self._messages))
        known: Bools = second < 60
        delay_ms = ms[known] - second[known].astype(np.int64) * MS_PER_S
        nearest_s = (delay_ms + MS_PER_S // 2) % MS_PER_MIN // MS_PER_S
        cell = station[known].astype(np.int64) * _BINS + nearest_s
        self._bins += np.bincount(cell, minlength=self._bins.size).reshape(self._bins.shape)

    def summary(self, names: list[str]) -> dict[str, dict[str, float | None]]:
        """Number of position reports and median offset [s], from -30 to 29, of each station by name."""
        out: dict[str, dict[str, float | None]] = {}
        for code in np.flatnonzero(self._messages).tolist():
            out[names[code] or "unknown"] = {
                "positions": int(self._messages[code]),
                "median_offset_s": _median(
                    self._bins[code], spread_s=self._spread_s, min_share=self._min_share
                ),
            }
        return out


def warn_about_clocks(report: DecodeReport, params: DecodeParams) -> None:
    """Add warnings about stations whose clock is off, and about receive times of several kinds."""
    for name, station in report.stations.items():
        offset = station["median_offset_s"]
        if (
            offset is not None
            and abs(offset) > params.max_clock_offset_s
            and (station["positions"] or 0) >= params.clock_offset_reports
        ):
            report.warnings.append(
                f"{report.source}: the clock of station {name} is off by about {offset:g} s (modulo a minute)"
            )
    kinds = {k: n for k, n in report.time_kinds.items() if n}
    if len(kinds) > 1:
        counts = ", ".join(f"{k} {n}" for k, n in kinds.items())
        report.warnings.append(f"{report.source}: receive times of several kinds: {counts}")


def _median(bins: Ints, *, spread_s: int, min_share: float) -> float | None:
    """Median of a histogram on a circle of 60 s, cut opposite its fullest bin; None without a clear peak."""
    total = int(bins.sum())
    if not total:
        return None
    half = _BINS // 2
    cut = (int(bins.argmax()) + half) % _BINS
    unrolled = np.roll(bins, -cut)
    at = int(np.searchsorted(np.cumsum(unrolled), (total + 1) // 2))
    # Without a steady offset the reports are spread over the whole minute.
    if unrolled[max(at - spread_s, 0) : at + spread_s + 1].sum() < min_share * total:
        return None
    return float((at + cut + half) % _BINS - half)
