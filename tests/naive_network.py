"""A plain search for listed ships within two hops, contact by contact, to check the joins against."""

from __future__ import annotations

Contact = tuple[str, str, float]


def listed_within_two_hops(
    contacts: list[Contact], listed: set[str], vessel: str, *, max_hulls: int
) -> dict[str, tuple[int, float]]:
    """Hops and strength of each listed ship that a vessel reaches."""
    beside: dict[str, dict[str, float]] = {}
    for one, other, p in contacts:
        for a, b in ((one, other), (other, one)):
            beside.setdefault(a, {})[b] = max(p, beside.get(a, {}).get(b, 0.0))

    def share(name: str) -> float:
        n = len(beside.get(name, {}))
        return 0.0 if n > max_hulls or name in listed else min(1.0, 2.0 / max(n, 1))

    found: dict[str, tuple[int, float]] = {}

    def keep(name: str, hops: int, strength: float) -> None:
        known = found.get(name, (9, 0.0))
        if strength > 0.0 and name != vessel and (hops, -strength) < (known[0], -known[1]):
            found[name] = (hops, strength)

    for near, p in beside.get(vessel, {}).items():
        if near in listed:
            keep(near, 1, p * share(vessel))
        else:
            for far, q in beside[near].items():
                if far in listed:
                    keep(far, 2, p * share(vessel) * q * share(near))
    return found
