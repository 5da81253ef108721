"""Tracks that no ship sailed: circles, frozen positions, crowds at one point, copies, two places, land.

Most such ships are victims of GNSS interference and not its cause. What is found is cut out as a segment of
its own and quarantined with a reason: excluded from every later stage, and not evidence against the ship.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import polars as pl
from numpy.typing import NDArray

from stsdetect.arrays import Bools, Floats, Ints
from stsdetect.geo.angles import wrap180
from stsdetect.geo.crowds import crowded_cells, halts_at_points, in_crowded_cells
from stsdetect.geo.geodesy import distance_m, local_offset_m
from stsdetect.geo.land import is_land, shore_distance_m
from stsdetect.params import TrackParams
from stsdetect.tracks.fixes import SPIKE, Fixes, tracks_by_mmsi
from stsdetect.units import KN_TO_MPS, S_PER_H

Texts = NDArray[np.object_]

_SECTORS = 12  # of a circle


class Quarantined(NamedTuple):
    """Result of `quarantine` for each fix, arrays of shape (n,)."""

    track: Ints
    """Its track, cut where a quarantined interval begins and ends."""
    reason: Texts
    """Why its track is quarantined; None where it is not."""


def quarantine(
    fixes: Fixes, track: Ints, params: TrackParams, *, many_ships: Bools | None = None
) -> Quarantined:
    """Find the tracks, and the intervals of tracks, that no ship sailed.

    Parameters
    ----------
    fixes : Fixes
        Fixes of any number of MMSIs.
    track : numpy.ndarray
        From `stsdetect.tracks.segmentation.split_tracks`, shape (n,).
    params : TrackParams
        Limits.
    many_ships : numpy.ndarray, optional
        Fixes of MMSIs that too many ships used at once, shape (n,), from the same.

    Returns
    -------
    Quarantined

    Examples
    --------
    Two hours in one spot while broadcasting a speed of 11 knots:

    >>> i, n = np.zeros(120, dtype=np.int64), np.zeros(120)
    >>> fixes = Fixes(i, np.arange(120) * 60.0, n + 30, n + 122, n + 11, n, n + 150, n + 30, i)
    >>> set(quarantine(fixes, i, TrackParams()).reason)
    {'frozen'}
    """
    reason = np.full(len(track), None, dtype=object)
    order = np.lexsort((fixes.time_s, track))
    order = order[track[order] != SPIKE]
    for name, found in (
        ("on_land", _fast_over_land(fixes, track, order, params)),
        ("frozen", _frozen(fixes, track, order, params)),
        ("circle", _on_circles(fixes, params)),
        ("many_ships", np.zeros(len(track), dtype=bool) if many_ships is None else many_ships),
    ):
        reason[found] = name
    out = _cut(fixes, track, reason)
    for tracks in tracks_by_mmsi(fixes, out):
        _compare_tracks(fixes, [t for t in tracks if reason[t[0]] is None], reason, params)
    return Quarantined(out, reason)


def quarantine_crowds(
    fixes: Fixes, judged: Quarantined, params: TrackParams, crowds: pl.DataFrame | None = None
) -> tuple[Quarantined, pl.DataFrame]:
    """Quarantine the intervals in which a ship lay where more ships lay than have room.

    A hull is a few metres wide, so dozens of ships at rest at one point are a default position that
    transponders broadcast without a fix, or a false one to which receivers were spoofed.

    Parameters
    ----------
    fixes : Fixes
        Fixes of any number of MMSIs.
    judged : Quarantined
        From `quarantine`.
    params : TrackParams
        ``max_ships_at_point, crowd_cell_m, crowd_window_s``.
    crowds : polars.DataFrame, optional
        From `stsdetect.geo.crowds.crowded_cells` of all ships; found among these fixes if not given.

    Returns
    -------
    judged : Quarantined
        With the reason ``crowd``.
    halts : polars.DataFrame
        From `stsdetect.geo.crowds.halts_at_points`, from which crowds of all ships are found.
    """
    at = np.flatnonzero((judged.track != SPIKE) & (judged.reason == np.array(None)))
    order = at[np.lexsort((fixes.time_s[at], judged.track[at]))]
    halt, halts = halts_at_points(
        judged.track[order],
        fixes.mmsi[order],
        fixes.time_s[order],
        fixes.lat[order],
        fixes.lon[order],
        window_s=params.crowd_window_s,
        cell_m=params.crowd_cell_m,
    )
    if crowds is None:
        crowds = crowded_cells(halts, max_ships=params.max_ships_at_point, cell_m=params.crowd_cell_m)
    crowded = in_crowded_cells(halts, crowds, cell_m=params.crowd_cell_m)
    if not crowded.any():
        return judged, halts
    reason = judged.reason.copy()
    reason[order[(halt >= 0) & crowded[halt]]] = "crowd"
    return Quarantined(_cut(fixes, judged.track, reason), reason), halts


def _cut(fixes: Fixes, track: Ints, reason: Texts) -> Ints:
    """Tracks cut where the reason changes: a quarantined interval becomes a track, as do those around it."""
    order = np.lexsort((fixes.time_s, track))
    order = order[track[order] != SPIKE]
    out = track.copy()
    if len(order):
        new = np.append(
            True, (track[order[1:]] != track[order[:-1]]) | (reason[order[1:]] != reason[order[:-1]])
        )
        out[order] = order[new][np.cumsum(new) - 1]
    return out


def _frozen(fixes: Fixes, track: Ints, order: Ints, params: TrackParams) -> Ints:
    """Fixes at exactly one position for long, of a ship that broadcasts a speed."""
    if not len(order):
        return order
    same = (np.diff(track[order]) == 0) & (np.diff(fixes.lat[order]) == 0) & (np.diff(fixes.lon[order]) == 0)
    begins = ~np.append(False, same)
    spot = np.cumsum(begins) - 1
    first = np.flatnonzero(begins)
    last = np.append(first[1:], len(order)) - 1
    held_s = fixes.time_s[order[last]] - fixes.time_s[order[first]]
    moving = np.nan_to_num(fixes.sog[order]) >= params.min_frozen_sog_kn
    share = np.bincount(spot, weights=moving, minlength=len(first)) / (last - first + 1)
    frozen = (held_s >= params.min_frozen_h * S_PER_H) & (share > params.frozen_moving_share)
    out: Ints = order[frozen[spot]]
    return out


def _on_circles(fixes: Fixes, params: TrackParams) -> Bools:
    """Fixes on a circle on which an MMSI went round repeatedly at speed, or jumped from place to place."""
    found = np.zeros(len(fixes.mmsi), dtype=bool)
    moving = np.flatnonzero(np.nan_to_num(fixes.sog, nan=np.inf) >= params.min_circle_kn)
    window = params.circle_window_s
    for shift in (0.0, window / 2.0):
        time_bin = np.floor((fixes.time_s[moving] + shift) / window).astype(np.int64)
        new = (np.diff(fixes.mmsi[moving]) != 0) | (np.diff(time_bin) != 0)
        group = np.cumsum(np.append(True, new)) - 1 if len(moving) else time_bin
        found[moving[_ring(fixes, moving, group, params)]] = True
    return found


def _ring(fixes: Fixes, at: Ints, group: Ints, params: TrackParams) -> Bools:
    """Fixes on the circle fitted to their group by least squares, where the group is one.

    The fit is that of Kasa (1976), A circle fitting procedure and its error analysis, IEEE Trans. Instrum.
    Meas.
    """
    if not len(at):
        return np.zeros(0, dtype=bool)
    n = np.bincount(group)
    first = np.flatnonzero(np.append(True, np.diff(group) != 0))
    x, y = local_offset_m(
        fixes.lat[at[first]][group], fixes.lon[at[first]][group], fixes.lat[at], fixes.lon[at]
    )

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
    sectors = np.zeros((len(n), _SECTORS), dtype=bool)
    sectors[group, ((angle + 180.0) // (360.0 / _SECTORS)).astype(np.int64) % _SECTORS] = True
    steps = np.maximum(n - 1, 1)
    round_and_round = np.abs(total(turn)) >= 360.0 * params.min_circle_turns
    jumping = total(np.abs(turn)) / steps >= params.min_ring_jump_deg
    sound &= np.sqrt(total(off**2) / n) <= params.max_circle_error * radius
    sound &= (radius >= params.min_circle_radius_m) & (radius <= params.max_circle_radius_m)
    sound &= (sectors.sum(axis=1) >= params.min_circle_sectors) & (round_and_round | jumping)
    fast = np.isnan(fixes.sog[at]) | (fixes.sog[at] >= params.min_circle_kn)
    # Whatever speed was broadcast, the positions must go round at speed.
    elapsed_s = fixes.time_s[at[np.append(first[1:], len(at)) - 1]] - fixes.time_s[at[first]]
    kn = (
        np.deg2rad(total(np.abs(turn)))
        * radius
        / np.maximum(elapsed_s, params.min_speed_interval_s)
        / KN_TO_MPS
    )
    sound &= kn >= params.min_circle_kn
    width_m = params.ring_width_factor * params.max_circle_error * radius
    return np.asarray(sound[group] & fast & (np.abs(off) <= width_m[group]))


def _fast_over_land(fixes: Fixes, track: Ints, order: Ints, params: TrackParams) -> Ints:
    """Fixes from the first to the last of several in a row that are well inland and too fast for a river."""
    fast = order[np.nan_to_num(fixes.sog[order]) >= params.min_land_kn]
    if not len(fast):
        return fast
    time_bin = np.floor(fixes.time_s[fast] / params.land_sample_s)
    fast = fast[np.append(True, (np.diff(track[fast]) != 0) | (np.diff(time_bin) != 0))]
    inland = is_land(fixes.lat[fast], fixes.lon[fast])
    inland[inland] = shore_distance_m(fixes.lat[fast[inland]], fixes.lon[fast[inland]]) >= params.min_inland_m
    new = np.append(True, (np.diff(track[fast]) != 0) | (np.diff(inland) != 0))
    first = np.flatnonzero(new)
    last = np.append(first[1:], len(fast)) - 1
    found = inland[first] & (last - first + 1 >= params.min_land_samples)
    rank = np.empty(len(track), dtype=np.int64)
    rank[order] = np.arange(len(order))
    spans = [order[rank[fast[a]] : rank[fast[b]] + 1] for a, b in zip(first[found], last[found], strict=True)]
    return np.concatenate(spans) if spans else np.empty(0, dtype=np.int64)


def _compare_tracks(fixes: Fixes, tracks: list[Ints], reason: Texts, params: TrackParams) -> None:
    """Compare the tracks of one MMSI in pairs, and give the smaller of two its reason, if there is one."""
    ranked = sorted(tracks, key=lambda t: (-len(t), fixes.time_s[t[0]], fixes.lat[t[0]]))
    for k, small in enumerate(ranked):
        for large in ranked[:k]:
            if reason[large[0]] is None and (why := _fault(fixes, small, large, params)) is not None:
                reason[small] = why
                break
    sound = [t for t in ranked if reason[t[0]] is None]
    if len(sound) > 1 and len(sound[-1]) <= params.max_spike_fixes:
        for small in sound[1:]:
            if len(small) <= params.max_spike_fixes and _out_of_reach(fixes, small, sound, params):
                reason[small] = "unconfirmed"


def _fault(fixes: Fixes, small: Ints, large: Ints, params: TrackParams) -> str | None:
    """What is wrong with the smaller of two tracks of one MMSI; None where nothing is."""
    t = fixes.time_s
    after = np.searchsorted(t[large], t[small])
    meanwhile = after[-1] - after[0]  # fixes of the larger track during the smaller
    if meanwhile <= params.merge_odd_share * len(small) and after[0] > 0 and after[-1] < len(large):
        around = large[after[0] - 1], large[after[-1]]
        return "displaced" if _fills_gap(t, small, *around, large, params) else None
    if len(small) <= params.max_spike_fixes:
        return None
    beside = (after > 0) & (after < len(large))
    now, k = small[beside], after[beside]
    previous, following = large[k - 1], large[np.minimum(k, len(large) - 1)]
    interval_s = t[following] - t[previous]
    short = interval_s <= params.max_line_interval_s
    if short.sum() <= params.max_spike_fixes:
        return None
    now, previous, following, interval_s = now[short], previous[short], following[short], interval_s[short]
    share = np.divide(t[now] - t[previous], interval_s, out=np.zeros(len(now)), where=interval_s > 0)
    lat = fixes.lat[previous] + share * (fixes.lat[following] - fixes.lat[previous])
    lon = fixes.lon[previous] + share * wrap180(fixes.lon[following] - fixes.lon[previous])
    apart_m = np.median(distance_m(lat, lon, fixes.lat[now], fixes.lon[now]))
    if _keeps_offset(fixes, now, lat, lon, params):
        return "offset_copy"
    during = large[(t[large] >= t[small[0]]) & (t[large] <= t[small[-1]])]
    minor = len(now) <= params.two_places_share * len(during)
    return "two_places" if minor and apart_m >= params.two_places_m else None


def _fills_gap(t: Floats, small: Ints, before: int, after: int, large: Ints, params: TrackParams) -> bool:
    """Whether a small track fills a gap of a larger one, from where that stops to where it resumes.

    If there is a gap at one of these two seams as well, the other must not be longer than a few reports.
    """
    typical_s = max(float(np.median(np.diff(t[k]))) if len(k) > 1 else 0.0 for k in (small, large))
    short_s = params.seam_intervals * typical_s
    seams = t[small[0]] - t[before], t[after] - t[small[-1]]
    return bool(max(seams) <= max(short_s, params.min_seam_s) or min(seams) <= short_s)


def _keeps_offset(fixes: Fixes, now: Ints, lat: Floats, lon: Floats, params: TrackParams) -> bool:
    """Whether a track keeps its offset over ground from another, at `lat` and `lon`, while that turns."""
    if len(now) < params.min_clock_fixes:
        return False
    east, north = local_offset_m(lat, lon, fixes.lat[now], fixes.lon[now])
    off = np.hypot(east - np.median(east), north - np.median(north))
    path_e, path_n = local_offset_m(np.full(len(lat), lat[0]), np.full(len(lon), lon[0]), lat, lon)
    spread = np.stack([path_e, path_n])
    across = np.sqrt(max(float(np.linalg.eigvalsh(np.cov(spread))[0]), 0.0))  # 0 on a straight course
    # In a turn, a delayed copy or a ship in convoy would change its offset by more than is observed.
    return bool(
        np.hypot(np.median(east), np.median(north)) >= params.step_slack_m
        and np.quantile(off, params.offset_quantile) <= params.max_offset_spread_m
        and across >= params.offset_turn_factor * params.max_offset_spread_m
    )


def _out_of_reach(fixes: Fixes, small: Ints, others: list[Ints], params: TrackParams) -> bool:
    """Whether these few fixes are out of reach of every longer track of the MMSI within a day."""
    t, gap_s = fixes.time_s, params.max_segment_gap_h * S_PER_H
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
    apart_m = distance_m(fixes.lat[a], fixes.lon[a], fixes.lat[b], fixes.lon[b])
    reach_m = fixes.slack_m[b] + np.maximum(fixes.cruise_kn[a], fixes.cruise_kn[b]) * KN_TO_MPS * (
        t[b] - t[a]
    )
    return bool(len(a) and (apart_m > reach_m).all())
