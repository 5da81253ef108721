"""Links stretches of fixes of one MMSI, each of one transponder, to the tracks that they continue best.

The score follows gpsdio-segment of Global Fishing Watch [L21]. Instead of looking back over five fixes, a
track stays open for up to a day, and a few fixes that lie between those of a longer track become spikes.
"""

from __future__ import annotations

import itertools
import math
from typing import Any, NamedTuple

import numpy as np

from stsdetect.arrays import Bools, Ints
from stsdetect.geo.geodesy import ecef_m
from stsdetect.params import TrackParams
from stsdetect.tracks.fixes import SPIKE, Fixes
from stsdetect.units import KN_TO_MPS, S_PER_H


class _End(NamedTuple):
    """A fix at an end of a stretch, earth-centred, which needs no local plane."""

    time_s: float
    x: float
    y: float
    z: float
    vx: float  # [m/s], NaN where speed or course is unknown
    vy: float
    vz: float
    sog: float


class Stretch(NamedTuple):
    """Consecutive fixes of one transponder, as far as linking needs them."""

    n: int
    """Number of fixes."""
    start: _End
    end: _End
    slack_m: float
    cruise_kn: float
    ais_class: int
    """As in `stsdetect.tracks.fixes.Fixes`."""


class Linked(NamedTuple):
    """Result of `link_stretches` for each stretch, arrays of shape (n,)."""

    track: Ints
    """Index of the first stretch of its track; `SPIKE` where it belongs to none."""
    ambiguous: Bools
    """Its track ends because two tracks could continue equally well."""
    many_ships: Bools
    """The MMSI was used by too many ships at once to separate them; neighbours of these are one track."""


_Indexed = tuple[int, Stretch]
"""A stretch and its index among those of its MMSI."""


class _Track:
    """A track that grows: its stretches in order of time, and their number of fixes."""

    __slots__ = ("n", "stretches")

    def __init__(self, stretches: list[_Indexed]) -> None:
        self.stretches = stretches
        self.n = _n_fixes(stretches)

    @property
    def end_s(self) -> float:
        return self.stretches[-1][1].end.time_s

    def indices(self) -> list[int]:
        return [index for index, _ in self.stretches]

    def add(self, indexed: _Indexed) -> None:
        self.stretches.append(indexed)
        self.n += indexed[1].n

    def drop_last(self, n_stretches: int) -> list[_Indexed]:
        dropped = self.stretches[len(self.stretches) - n_stretches :]
        del self.stretches[len(self.stretches) - n_stretches :]
        self.n -= _n_fixes(dropped)
        return dropped


class _Match(NamedTuple):
    score: float
    track: _Track
    back: int  # stretches at the end of the track that do not fit what follows
    interval_s: float


def link_stretches(stretches: list[Stretch], params: TrackParams) -> Linked:
    """Give the stretches of one MMSI to tracks.

    Parameters
    ----------
    stretches : list of Stretch
        All stretches of the MMSI, in order of time, at least one.
    params : TrackParams
        Limits.

    Returns
    -------
    Linked
    """
    n_fixes = sum(stretch.n for stretch in stretches)
    typical_s = (stretches[-1].end.time_s - stretches[0].start.time_s) / max(n_fixes - 1, 1)
    tentative_s = max(params.tentative_gap_h * S_PER_H, params.tentative_gap_intervals * typical_s)
    tracks: list[_Track] = []
    open_: list[_Track] = []
    ambiguous = np.zeros(len(stretches), dtype=bool)
    starts_s = np.array([stretch.start.time_s for stretch in stretches])
    many_ships = np.zeros(len(stretches), dtype=bool)
    many_until_s = -math.inf
    for index, stretch in enumerate(stretches):
        now = stretch.start.time_s
        if now <= many_until_s:
            many_ships[index] = True
            continue
        open_ = [t for t in open_ if now - t.end_s <= params.max_segment_gap_h * S_PER_H]
        # Beside a track of many fixes, one of a few is soon closed: what comes hours later is another spike,
        # unless the MMSI was not received in between.
        largest = max((t.n for t in open_), default=0)
        few = max(params.max_spike_fixes, largest / params.ambiguity_factor)
        continued = [
            t for t in open_ if t.n > few or now - t.end_s <= tentative_s or t.stretches[-1][0] == index - 1
        ]
        if _n_ships(continued, params) >= params.max_ships_per_mmsi:
            since = int(np.searchsorted(starts_s, now - tentative_s))
            many_ships[since : index + 1] = True
            many_until_s = now + params.max_segment_gap_h * S_PER_H
            tracks, open_ = _until(since, tracks), []
            continue
        matches = [_match(t, stretch, params) for t in continued]
        best, competitors = _choose([m for m in matches if m.score > 0.0], params)
        while (
            len(competitors) > 1
            and (odd := _merge(competitors[0].track, competitors[1].track, params)) is not None
        ):
            gone = competitors.pop(1).track
            tracks = [t for t in tracks if t is not gone] + odd
            open_ = [t for t in open_ if t is not gone] + odd
            best = _match(competitors[0].track, stretch, params)
        if len(competitors) > 1 or best is None or best.score == 0.0:
            for m in competitors:
                ambiguous[m.track.indices()] = True
                open_.remove(m.track)
            odd = [_Track([(index, stretch)])]
        else:
            odd = [_Track([one]) for one in best.track.drop_last(best.back)]
            best.track.add((index, stretch))
        tracks += odd
        open_ += odd
    tracks = _merge_overlapping(tracks, params)
    tracks = [part for t in tracks for part in _without_strays(t, stretches, tentative_s, params)]
    track = _without_spikes(len(stretches), tracks, params)
    begins = many_ships & ~np.append(False, many_ships[:-1])
    track[many_ships] = np.flatnonzero(begins)[np.cumsum(begins)[many_ships] - 1]
    return Linked(track, ambiguous & ~many_ships, many_ships)


def _n_ships(tracks: list[_Track], params: TrackParams) -> int:
    """How many of these tracks may be ships of their own, not a few odd fixes beside a track of many."""
    largest = max((t.n for t in tracks), default=0)
    return sum(t.n * params.ambiguity_factor >= largest for t in tracks)


def _until(end: int, tracks: list[_Track]) -> list[_Track]:
    """The tracks without their stretches from index `end` on."""
    kept = ([one for one in t.stretches if one[0] < end] for t in tracks)
    return [_Track(stretches) for stretches in kept if stretches]


def _n_fixes(stretches: list[_Indexed]) -> int:
    return sum(stretch.n for _, stretch in stretches)


def _without_strays(
    track: _Track, stretches: list[Stretch], tentative_s: float, params: TrackParams
) -> list[_Track]:
    """The track without the few fixes received long before or after the rest of it, which become tracks.

    They are strays only where other tracks were received in between: hours after a track ended, some spike is
    within its reach.
    """
    pieces = [[track.stretches[0]]]
    for (k, before), (j, after) in itertools.pairwise(track.stretches):
        beside = sum(stretch.n for stretch in stretches[k + 1 : j])
        if after.start.time_s - before.end.time_s > tentative_s and beside > params.max_spike_fixes:
            pieces.append([])
        pieces[-1].append((j, after))
    few = [p for p in pieces if _n_fixes(p) <= params.max_spike_fixes]
    rest = [indexed for p in pieces if p not in few for indexed in p]
    return [_Track(p) for p in ([rest] if rest else []) + few]


def _merge_overlapping(tracks: list[_Track], params: TrackParams) -> list[_Track]:
    """Merge tracks that overlap in time where they are of one transponder."""
    done: list[_Track] = []
    odd: list[_Track] = []
    for track in sorted(tracks, key=lambda t: t.stretches[0][0]):
        for earlier in done:
            overlap = earlier.stretches[-1][0] > track.stretches[0][0]
            long = min(earlier.n, track.n) > params.max_spike_fixes
            if overlap and long and (left := _merge(earlier, track, params)) is not None:
                odd += left
                break
        else:
            done.append(track)
    return done + odd


def _merge(into: _Track, other: _Track, params: TrackParams) -> list[_Track] | None:
    """Merge two tracks if all but a few odd fixes are of one transponder; the odd ones are returned.

    Two tracks of one ship arise when a fix with a wrong time starts a second one beside the first.
    """
    both = sorted(into.stretches + other.stretches)
    start = max(into.stretches[0][0], other.stretches[0][0])
    line = _Track([one for one in both if one[0] < start])
    odd: list[_Indexed] = []
    for indexed in both[len(line.stretches) :]:
        match = _match(line, indexed[1], params) if line.stretches else _Match(1.0, line, 0, 0.0)
        if match.score == 0.0:
            odd.append(indexed)
        else:
            odd += line.drop_last(match.back)
            line.add(indexed)
    beside = min(sum(stretch.n for k, stretch in t.stretches if k >= start) for t in (into, other))
    if _n_fixes(odd) > params.merge_odd_share * beside:
        return None
    into.stretches, into.n = line.stretches, line.n
    return [_Track([one]) for one in odd]


def _choose(matches: list[_Match], params: TrackParams) -> tuple[_Match | None, list[_Match]]:
    """The track that a stretch continues best, and those it continues equally well if there are several."""
    if not matches:
        return None, []
    best = max(matches, key=lambda m: m.score)
    # After a long gap the route is too uncertain for the score: only whether the ship is in reach decides.
    after_gap = best.interval_s > params.max_line_interval_s
    equal = [m for m in matches if after_gap or m.score * params.ambiguity_factor >= best.score]
    # A track of a tenth of the fixes is more likely a few odd fixes of the same ship than a second ship.
    largest = max(m.track.n for m in equal)
    competitors = [
        m
        for m in equal
        if m.track.n > params.max_spike_fixes and m.track.n * params.ambiguity_factor >= largest
    ]
    competitors = [
        m
        for m in competitors
        if not any(_continued_by(m.track, other.track, params) for other in competitors)
    ]
    return (competitors or [best])[0], competitors if len(competitors) > 1 else []


def _continued_by(track: _Track, other: _Track, params: TrackParams) -> bool:
    """Whether another track begins where a track ends, within the time errors of two feeds."""
    a, b = track.stretches[-1][1], other.stretches[0][1]
    late_s = 2.0 * params.time_error_s
    distance = math.dist(a.end[1:4], b.start[1:4])
    reach = max(a.slack_m, b.slack_m) + max(a.cruise_kn, b.cruise_kn) * KN_TO_MPS * late_s
    return track is not other and abs(b.start.time_s - a.end.time_s) <= late_s and distance <= reach


def _match(track: _Track, stretch: Stretch, params: TrackParams) -> _Match:
    """How well a stretch continues a track, looking back over a few fixes that may be wrong."""
    weight = track.n / params.short_track_fixes
    weight /= math.hypot(1.0, weight)
    interval_s = stretch.start.time_s - track.end_s
    best = _Match(0.0, track, 0, interval_s)
    skipped = 0
    for back, (_, end) in enumerate(reversed(track.stretches)):
        score = weight * _score(end, stretch, params) / max(params.look_back_factor * back, 1.0)
        if score > best.score:
            best = _Match(score, track, back, interval_s)
        skipped += end.n
        # A stretch does not replace more fixes than it has itself.
        if skipped > min(params.max_spike_fixes, stretch.n):
            break
    return best


def _score(earlier: Stretch, later: Stretch, params: TrackParams) -> float:
    """How well a stretch continues another; 0 where one ship could not have sailed both."""
    a, b = earlier.end, later.start
    dt = b.time_s - a.time_s
    x, y, z = b.x - a.x, b.y - a.y, b.z - a.z
    off = math.sqrt(x * x + y * y + z * z)
    speed = max((v for v in (a.sog, b.sog) if v == v), default=params.unknown_sog_kn) + params.link_margin_kn
    top = max(earlier.cruise_kn, later.cruise_kn, speed) * KN_TO_MPS * dt
    reach = min(speed * KN_TO_MPS * dt + 0.5 * params.link_accel_mps2 * dt * dt, top)
    if dt > params.max_line_interval_s:  # speeds at the ends of a long gap do not show the speed inside it
        reach = top
    allowed = max(earlier.slack_m, later.slack_m) + reach + speed * KN_TO_MPS * params.time_error_s
    if off > allowed:
        return 0.0
    if a.vx == a.vx and b.vx == b.vx and dt <= params.max_line_interval_s:
        ahead = math.hypot(x - a.vx * dt, y - a.vy * dt, z - a.vz * dt)
        back = math.hypot(x - b.vx * dt, y - b.vy * dt, z - b.vz * dt)
        off = min(off, (ahead + back) / 2.0)
    # A density per area: a track that could have reached any place in a wide circle fits each of them badly.
    score = math.exp(-((params.match_sharpness * off / allowed) ** 2)) / (allowed * allowed)
    return score * (params.class_mismatch_weight if 0 != earlier.ais_class != later.ais_class != 0 else 1.0)


def _without_spikes(n_stretches: int, tracks: list[_Track], params: TrackParams) -> Ints:
    """Track of each stretch; short tracks between the fixes of a longer one are spikes."""
    out = np.empty(n_stretches, dtype=np.int64)
    for t in tracks:
        out[t.indices()] = t.stretches[0][0]
    longest_first = sorted(tracks, key=lambda t: -t.n)
    for t in tracks:
        first, last = t.stretches[0][0], t.stretches[-1][0]
        if t.n > params.max_spike_fixes:
            continue
        for other in longest_first:
            if other.n <= t.n:
                break
            if other.stretches[0][0] < first and other.stretches[-1][0] > last:
                out[t.indices()] = SPIKE
                break
    return out


def stretches_of(fixes: Fixes, chosen: Ints, first: Ints, last: Ints) -> list[Stretch]:
    """The chosen stretches.

    Parameters
    ----------
    fixes : Fixes
        Fixes of any number of MMSIs.
    chosen : numpy.ndarray
        Numbers of the stretches wanted, shape (m,).
    first, last : numpy.ndarray
        First and last fix of every stretch, shape (n,).

    Returns
    -------
    list of Stretch
    """
    start, end = first[chosen], last[chosen]
    columns: list[list[Any]] = [
        (end - start + 1).tolist(),
        _ends(fixes, start),
        _ends(fixes, end),
        fixes.slack_m[start].tolist(),
        fixes.cruise_kn[start].tolist(),
        fixes.ais_class[start].tolist(),
    ]
    return [Stretch(*row) for row in zip(*columns, strict=True)]


def _ends(fixes: Fixes, at: Ints) -> list[_End]:
    phi, lam, course = (np.deg2rad(a[at]) for a in (fixes.lat, fixes.lon, fixes.cog))
    east = np.stack([-np.sin(lam), np.cos(lam), np.zeros(len(at))], axis=-1)
    north = np.stack([-np.sin(phi) * np.cos(lam), -np.sin(phi) * np.sin(lam), np.cos(phi)], axis=-1)
    velocity = (fixes.sog[at] * KN_TO_MPS)[:, None] * (
        np.sin(course)[:, None] * east + np.cos(course)[:, None] * north
    )
    xyz = ecef_m(fixes.lat[at], fixes.lon[at])
    table = np.column_stack([fixes.time_s[at], xyz, velocity, fixes.sog[at]])
    return [_End(*row) for row in table.tolist()]
