"""Tracks that no ship sailed: circles, frozen positions, copies with an offset, two far places, land.

Nearly all victims are innocent: their receiver was led astray. What is found is cut out and quarantined with
a reason and an interval; it takes part in nothing and speaks against nobody.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from stsdetect.arrays import Bools, Floats, Ints
from stsdetect.geo.angles import wrap180
from stsdetect.geo.geodesy import distance_m, local_offset_m
from stsdetect.geo.land import is_land, shore_distance_m
from stsdetect.params import TrackParams
from stsdetect.tracks.fixes import SPIKE, Motion
from stsdetect.units import KN_TO_MPS, S_PER_H

Texts = NDArray[np.object_]


class Judged(NamedTuple):
    """What `judge_tracks` says about each fix, shape (n,)."""

    track: Ints
    """Its track, cut where a quarantined interval begins and ends."""
    reason: Texts
    """Why its track is quarantined; None where it is sound."""


def judge_tracks(motion: Motion, track: Ints, params: TrackParams) -> Judged:
    """Find the tracks, and the intervals of tracks, that no ship sailed.

    Parameters
    ----------
    motion : Motion
        Fixes of any number of ships, sorted by number and time.
    track : numpy.ndarray
        From `stsdetect.tracks.segmentation.split_tracks`, shape (n,).
    params : TrackParams
        Limits.

    Returns
    -------
    Judged
    """
    reason = np.full(len(track), None, dtype=object)
    order = np.lexsort((motion.time_s, track))
    order = order[track[order] != SPIKE]
    for name, found in (
        ("on_land", _fast_over_land(motion, track, order, params)),
        ("frozen", _frozen(motion, track, order, params)),
        ("circle", _on_circles(motion, params)),
    ):
        reason[found] = name
    out = track.copy()
    if len(order):
        # A cut interval is a track of its own, and so is what lies before and after it.
        new = np.append(
            True, (track[order[1:]] != track[order[:-1]]) | (reason[order[1:]] != reason[order[:-1]])
        )
        out[order] = order[new][np.cumsum(new) - 1]
    for tracks in _by_number(motion, out):
        _judge_number(motion, [t for t in tracks if reason[t[0]] is None], reason, params)
    return Judged(out, reason)


def _frozen(m: Motion, track: Ints, order: Ints, params: TrackParams) -> Ints:
    """Fixes at one spot, to the last digit, for long, of a ship that claims to be moving."""
    if not len(order):
        return order
    same = (np.diff(track[order]) == 0) & (np.diff(m.lat[order]) == 0) & (np.diff(m.lon[order]) == 0)
    run = np.cumsum(~np.append(False, same))
    first = np.flatnonzero(~np.append(False, same))
    last = np.append(first[1:], len(order)) - 1
    held_s = m.time_s[order[last]] - m.time_s[order[first]]
    moving = np.nan_to_num(m.sog[order]) >= params.min_frozen_sog_kn
    share = np.bincount(run - 1, weights=moving, minlength=len(first)) / (last - first + 1)
    frozen = (held_s >= params.min_frozen_h * S_PER_H) & (share > 0.5)
    out: Ints = order[frozen[run - 1]]
    return out


def _on_circles(m: Motion, params: TrackParams) -> Bools:
    """Fixes on a ring that a number went round again and again at speed, or jumped about on."""
    found = np.zeros(len(m.mmsi), dtype=bool)
    kept = np.flatnonzero(np.nan_to_num(m.sog, nan=np.inf) >= params.min_circle_kn)
    window = params.circle_window_s
    for shift in (0.0, window / 2.0):
        time_bin = np.floor((m.time_s[kept] + shift) / window).astype(np.int64)
        new = (
            np.append(True, (np.diff(m.mmsi[kept]) != 0) | (np.diff(time_bin) != 0))
            if len(kept)
            else time_bin
        )
        group = np.cumsum(new) - 1
        found[kept[_ring(m, kept, group, params)]] = True
    return found


def _ring(m: Motion, at: Ints, group: Ints, params: TrackParams) -> Bools:
    """Fixes on the circle through their group by least squares (Kasa 1976), where it is one."""
    if not len(at):
        return np.zeros(0, dtype=bool)
    n = np.bincount(group)
    first = np.flatnonzero(np.append(True, np.diff(group) != 0))
    x, y = local_offset_m(m.lat[at[first]][group], m.lon[at[first]][group], m.lat[at], m.lon[at])

    def total(value: Floats) -> Floats:
        return np.asarray(np.bincount(group, weights=value), dtype=np.float64)

    u, v = x - (total(x) / n)[group], y - (total(y) / n)[group]
    w = u * u + v * v
    uu, uv, vv, uw, vw = total(u * u), total(u * v), total(v * v), total(u * w) / 2.0, total(v * w) / 2.0
    det = uu * vv - uv * uv
    sound = (n >= params.min_circle_fixes) & (det > 0.0)
    safe = np.where(sound, det, 1.0)
    east, north = (uw * vv - vw * uv) / safe, (vw * uu - uw * uv) / safe
    radius = np.sqrt(east**2 + north**2 + (uu + vv) / n)
    off = np.hypot(u - east[group], v - north[group]) - radius[group]
    angle = np.rad2deg(np.arctan2(u - east[group], v - north[group]))
    turn = np.append(0.0, wrap180(np.diff(angle)))
    turn[first] = 0.0
    sectors = np.zeros((len(n), 12), dtype=bool)
    sectors[group, ((angle + 180.0) // 30.0).astype(np.int64) % 12] = True
    steps = np.maximum(n - 1, 1)
    round_and_round = np.abs(total(turn)) >= 360.0 * params.min_circle_turns
    jumping = total(np.abs(turn)) / steps >= params.min_ring_jump_deg
    sound &= np.sqrt(total(off**2) / n) <= params.max_circle_error * radius
    sound &= (radius >= params.min_circle_radius_m) & (radius <= params.max_circle_radius_m)
    sound &= (sectors.sum(axis=1) >= params.min_circle_sectors) & (round_and_round | jumping)
    fast = np.isnan(m.sog[at]) | (m.sog[at] >= params.min_circle_kn)
    # A ship without reported speed must cover the ring at speed by its positions.
    elapsed = m.time_s[at[np.append(first[1:], len(at)) - 1]] - m.time_s[at[first]]
    kn = np.deg2rad(total(np.abs(turn))) * radius / np.maximum(elapsed, 1.0) / KN_TO_MPS
    sound &= kn >= params.min_circle_kn
    return np.asarray(sound[group] & fast & (np.abs(off) <= 2.5 * params.max_circle_error * radius[group]))


def _fast_over_land(m: Motion, track: Ints, order: Ints, params: TrackParams) -> Ints:
    """Fixes between the first and the last of several in a row well inland, too fast for a river."""
    fast = order[np.nan_to_num(m.sog[order]) >= params.min_land_kn]
    if not len(fast):
        return fast
    time_bin = np.floor(m.time_s[fast] / params.land_sample_s)
    fast = fast[np.append(True, (np.diff(track[fast]) != 0) | (np.diff(time_bin) != 0))]
    inland = is_land(m.lat[fast], m.lon[fast])
    inland[inland] = shore_distance_m(m.lat[fast[inland]], m.lon[fast[inland]]) >= params.min_inland_m
    new = np.append(True, (np.diff(track[fast]) != 0) | (np.diff(inland) != 0))
    first = np.flatnonzero(new)
    last = np.append(first[1:], len(fast)) - 1
    found = inland[first] & (last - first + 1 >= params.min_land_samples)
    place = np.empty(len(track), dtype=np.int64)
    place[order] = np.arange(len(order))
    spans = [
        order[place[fast[a]] : place[fast[b]] + 1] for a, b in zip(first[found], last[found], strict=True)
    ]
    return np.concatenate(spans) if spans else np.empty(0, dtype=np.int64)


def _by_number(m: Motion, track: Ints) -> Iterator[list[Ints]]:
    """Fixes of each track in order of time, for each number that has several."""
    order = np.lexsort((m.time_s, track))
    order = order[track[order] != SPIKE]
    if not len(order):
        return
    parts = np.split(order, np.flatnonzero(np.diff(track[order])) + 1)
    numbers: dict[int, list[Ints]] = {}
    for part in parts:
        numbers.setdefault(int(m.mmsi[part[0]]), []).append(part)
    yield from (tracks for tracks in numbers.values() if len(tracks) > 1)


def _judge_number(m: Motion, tracks: list[Ints], reason: Texts, params: TrackParams) -> None:
    """Hold the tracks of one number against each other; the smaller of two is judged."""
    ranked = sorted(tracks, key=lambda t: (-len(t), m.time_s[t[0]], m.lat[t[0]]))
    for k, small in enumerate(ranked):
        for large in ranked[:k]:
            if reason[large[0]] is None and (why := _relation(m, small, large, params)) is not None:
                reason[small] = why
                break
    sound = [t for t in ranked if reason[t[0]] is None]
    if len(sound) > 1 and len(sound[-1]) <= params.max_spike_fixes:
        for small in sound[1:]:
            if len(small) <= params.max_spike_fixes and _out_of_reach(m, small, sound, params):
                reason[small] = "unconfirmed"


def _relation(m: Motion, small: Ints, large: Ints, params: TrackParams) -> str | None:
    """What is wrong with the smaller of two tracks of one number; None if nothing is."""
    t = m.time_s
    after = np.searchsorted(t[large], t[small])
    odd = after[-1] - after[0]  # fixes of the larger track in the time of the smaller
    if odd <= params.merge_odd_share * len(small) and after[0] > 0 and after[-1] < len(large):
        return (
            "displaced"
            if _seams_close(t, small, large[after[0] - 1], large[after[-1]], large, params)
            else None
        )
    if len(small) <= params.max_spike_fixes:
        return None
    beside = (after > 0) & (after < len(large))
    now, k = small[beside], after[beside]
    before, behind = large[k - 1], large[np.minimum(k, len(large) - 1)]
    hole = t[behind] - t[before]
    near = hole <= params.max_line_interval_s
    if near.sum() <= params.max_spike_fixes:
        return None
    now, before, behind, hole = now[near], before[near], behind[near], hole[near]
    share = np.divide(t[now] - t[before], hole, out=np.zeros(len(now)), where=hole > 0)
    lat = m.lat[before] + share * (m.lat[behind] - m.lat[before])
    lon = m.lon[before] + share * wrap180(m.lon[behind] - m.lon[before])
    away = np.median(distance_m(lat, lon, m.lat[now], m.lon[now]))
    if _rigid(m, now, lat, lon, params):
        return "offset_copy"
    inside = large[(t[large] >= t[small[0]]) & (t[large] <= t[small[-1]])]
    minor = len(now) <= params.two_places_share * len(inside)
    return "two_places" if minor and away >= params.two_places_m else None


def _seams_close(t: Floats, small: Ints, before: int, after: int, large: Ints, params: TrackParams) -> bool:
    """Whether a track falls silent just when another begins and returns just when that ends.

    Where the number is silent at one of the two seams, the other must be no longer than a few reports.
    """
    usual_s = max(float(np.median(np.diff(t[k]))) if len(k) > 1 else 0.0 for k in (small, large))
    short_s = params.seam_intervals * usual_s
    seams = t[small[0]] - t[before], t[after] - t[small[-1]]
    return bool(max(seams) <= max(short_s, params.min_seam_s) or min(seams) <= short_s)


def _rigid(m: Motion, now: Ints, lat: Floats, lon: Floats, params: TrackParams) -> bool:
    """Whether a track keeps its place beside another over ground while that one moves and turns."""
    if len(now) < params.min_clock_fixes:
        return False
    east, north = local_offset_m(lat, lon, m.lat[now], m.lon[now])
    off = np.hypot(east - np.median(east), north - np.median(north))
    path_e, path_n = local_offset_m(np.full(len(lat), lat[0]), np.full(len(lon), lon[0]), lat, lon)
    spread = np.stack([path_e, path_n])
    across = np.sqrt(max(float(np.linalg.eigvalsh(np.cov(spread))[0]), 0.0))  # 0 on a straight course
    # What a delay or a convoy would do in a turn must be larger than what is seen.
    return bool(
        np.hypot(np.median(east), np.median(north)) >= params.step_slack_m
        and np.quantile(off, 0.9) <= params.max_offset_spread_m
        and across >= params.offset_turn_factor * params.max_offset_spread_m
    )


def _out_of_reach(m: Motion, small: Ints, others: list[Ints], params: TrackParams) -> bool:
    """Whether no longer track of the number within a day can have led to these few fixes or on from them."""
    t, gap_s = m.time_s, params.max_segment_gap_h * S_PER_H
    ends: list[tuple[int, int]] = []
    for other in others:
        if len(other) > len(small):
            before, after = np.searchsorted(t[other], (t[small[0]], t[small[-1]]))
            ends += [(int(other[before - 1]), int(small[0]))] if before > 0 else []
            ends += [(int(small[-1]), int(other[after]))] if after < len(other) else []
    a, b = (
        (np.array(side, dtype=np.int64) for side in zip(*ends, strict=True))
        if ends
        else (small[:0], small[:0])
    )
    a, b = a[t[b] - t[a] <= gap_s], b[t[b] - t[a] <= gap_s]
    way = distance_m(m.lat[a], m.lon[a], m.lat[b], m.lon[b])
    reach = m.slack_m[b] + np.maximum(m.cruise_kn[a], m.cruise_kn[b]) * KN_TO_MPS * (t[b] - t[a])
    return bool(len(a) and (way > reach).all())
