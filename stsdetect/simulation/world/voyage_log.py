"""What truly happens on the voyages of a sea: visits, transfers and where each parcel of cargo ends.

Cargo is carried in parcels, each of which remembers the port it came from and the transfers it went through,
so that the tonnes of every chain and delivery add up by construction.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any, NamedTuple


@dataclass(frozen=True, slots=True)
class Parcel:
    """Cargo of one origin.

    Attributes
    ----------
    tonnes : float
        How much [t].
    cargo : str
        coal, ore, general, sand, oil, boxes.
    origin_port : str
        Port at which it was loaded, empty for cargo from the sea bed or from beyond the sea.
    transfers : tuple of int
        Transfers at sea that it went through: rows of `VoyageLog.transfers`.
    """

    tonnes: float
    cargo: str
    origin_port: str
    transfers: tuple[int, ...] = ()


class Holds(NamedTuple):
    """Parcels aboard, split in proportion."""

    parcels: tuple[Parcel, ...] = ()

    @property
    def tonnes(self) -> float:
        """Sum of the parcels [t]."""
        return sum(p.tonnes for p in self.parcels)

    def take(self, tonnes: float) -> tuple[Holds, Holds]:
        """What remains and what is taken out, each parcel by the same share.

        Examples
        --------
        >>> rest, taken = Holds((Parcel(300.0, "coal", "Nampo"), Parcel(100.0, "coal", "Taean"))).take(200.0)
        >>> [p.tonnes for p in taken.parcels], rest.tonnes
        ([150.0, 50.0], 200.0)
        """
        share = min(tonnes / self.tonnes, 1.0) if self.parcels else 0.0
        rest = (replace(p, tonnes=p.tonnes * (1.0 - share)) for p in self.parcels)
        out = (replace(p, tonnes=p.tonnes * share) for p in self.parcels)
        return Holds(tuple(p for p in rest if p.tonnes > 0.0)), Holds(tuple(p for p in out if p.tonnes > 0.0))

    def add(self, other: Holds) -> Holds:
        """Both together."""
        return Holds(self.parcels + other.parcels)

    def add_parcel(self, parcel: Parcel) -> Holds:
        """These and one more."""
        return Holds((*self.parcels, parcel))


@dataclass(slots=True)
class VoyageLog:
    """Rows of the truth of voyages, with times in seconds of the sea, and the berths taken so far."""

    visits: list[dict[str, Any]] = field(default_factory=list)
    transfers: list[dict[str, Any]] = field(default_factory=list)
    discharges: list[dict[str, Any]] = field(default_factory=list)
    berths: dict[tuple[str, int], list[tuple[float, float]]] = field(default_factory=dict)

    def reserve(
        self, quay: str, n_berths: int, ready: float, seconds: float, margin_s: float = 7200.0
    ) -> tuple[int, float]:
        """Take the berth of a quay that is free first from `ready` on for that long; which it is and when.

        Examples
        --------
        >>> log = VoyageLog()
        >>> [log.reserve("q", 1, ready, 100.0, margin_s=10.0) for ready in (0.0, 50.0, 400.0)]
        [(0, 0.0), (0, 110.0), (0, 400.0)]
        """
        best, start = 0, float("inf")
        for number in range(n_berths):
            free = ready
            for a, b in sorted(self.berths.get((quay, number), [])):
                if free + seconds + margin_s <= a:
                    break
                free = max(free, b + margin_s)
            if free < start - 1.0:
                best, start = number, free
        self.berths.setdefault((quay, best), []).append((start, start + seconds))
        return best, start

    def release(self, quay: str, number: int, start: float) -> None:
        """Give back a berth that was taken from `start` on [s]."""
        taken = self.berths[quay, number]
        self.berths[quay, number] = [period for period in taken if period[0] != start]

    def renamed(self, hull_id: int, mmsi: int, t: float) -> None:
        """Give what a hull does from `t` on [s] another MMSI."""
        for row in self.visits:
            if row["hull_id"] == hull_id and row["start_s"] >= t:
                row["mmsi"] = mmsi
        for row in self.discharges:
            if row["hull_id"] == hull_id and row["arrival_s"] >= t:
                row |= {"mmsi": mmsi, "renamed": True}
        for row in self.transfers:
            for side in ("giver", "receiver"):
                if row[f"{side}_hull_id"] == hull_id and row["start_s"] >= t:
                    row[side] = mmsi
