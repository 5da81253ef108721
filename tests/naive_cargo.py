"""Plain, slow versions of what `stsdetect.cargo` does with tables: one ship and one call at a time."""

from __future__ import annotations

import math


def chains_by_hand(events, visits, *, hulls, flags, params, max_steps):
    """Candidates of each event, for ships without draughts whose calls are at berths and long enough.

    `events` maps an id to ``(one, two, start_h, end_h, p_contact)``, `visits` an id to ``(ship, start_h,
    port)``. Returns ``{event: {(visit, ...) or (event, ..., visit): p}}`` where p is at least
    ``params.min_p`` at each step.
    """

    def calls(ship, after_h):
        found = [
            (start, "visit", name, port)
            for name, (owner, start, port) in visits.items()
            if owner == ship and after_h <= start <= after_h + 24 * params.max_days
        ]
        for name, (one, two, start, _, _) in events.items():
            if ship in (one, two) and after_h <= start <= after_h + 24 * params.max_days:
                found.append((start, "event", name, two if ship == one else one))
        return sorted(found, key=lambda c: (c[0], c[2]))

    def sign(ship, start_h, end_h):
        log_odds = params.barge_nat if hulls[ship] == "barge" else 0.0
        log_odds -= params.embargoed_flag_nat if flags[ship] == "PRK" else 0.0
        horizon = 24 * params.max_days
        mine = [(s, s + LONG_H) for owner, s, _ in visits.values() if owner == ship]
        if any(end_h <= s <= end_h + horizon for s, _ in mine):
            log_odds += params.next_quay_nat
        if any(start_h - horizon <= e <= start_h for _, e in mine):
            log_odds -= params.came_from_quay_nat
        return log_odds

    def p_took(event, ship):
        one, two, start, end, _ = events[event]
        other = two if ship == one else one
        return 1.0 / (1.0 + math.exp(sign(other, start, end) - sign(ship, start, end)))

    def follow(event, ship, p, path, steps):
        end = events[event][3]
        kept = 1.0
        for _, kind, name, what in calls(ship, end):
            if kind == "visit":
                left = params.p_quay
                if p * kept * left >= params.min_p:
                    found[(*path, name)] = p * kept * left
            elif name != event:
                left = events[name][4] * p_took(name, what) * params.p_passed_on
                if p * kept * left >= params.min_p and steps > 1:
                    follow(name, what, p * kept * left, (*path, name), steps - 1)
            else:
                continue
            kept *= 1.0 - left

    out = {}
    for event, (one, two, *_) in events.items():
        found: dict[tuple[str, ...], float] = {}
        for ship in (one, two):
            follow(event, ship, p_took(event, ship), (), max_steps)
        out[event] = found
    return out


LONG_H = 8.0
"""How long each call of `chains_by_hand` takes [h]."""


def sum_by_drawing(items, *, common, rng, n=40_000):
    """Quantiles 0.1 and 0.9, and mean, of a sum of items ``(weight, mean, sigma)`` that take place or not."""
    shared = rng.standard_normal(n)
    total = 0.0
    for weight, mean, sigma in items:
        own = rng.standard_normal(n)
        error = common * shared + math.sqrt(1.0 - common**2) * own
        tonnes = mean * math.e ** (sigma * error - sigma**2 / 2.0)
        total = total + (rng.random(n) < weight) * tonnes
    ordered = sorted(total.tolist())
    return ordered[n // 10], sum(ordered) / n, ordered[9 * n // 10]
