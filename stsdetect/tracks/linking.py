"""Runs of one number's fixes, each of one transmitter, given to the tracks that they continue best.

The score is that of Global Fishing Watch's gpsdio-segment; its look-back over five fixes is the open track
here, which waits as long as a day, and what it leaves behind between its fixes is a spike.
"""

from __future__ import annotations

import itertools
import math
from typing import Any, NamedTuple

import numpy as np

from stsdetect.arrays import Bools, Ints
from stsdetect.geo.geodesy import ecef_m
from stsdetect.params import TrackParams
from stsdetect.tracks.fixes import SPIKE, Motion
from stsdetect.units import KN_TO_MPS, S_PER_H


class _End(NamedTuple):
    """A fix at an end of a run, earth-centred: no plane to choose, no dateline."""

    time_s: float
    x: float
    y: float
    z: float
    vx: float  # [m/s], NaN where speed or course is not known
    vy: float
    vz: float
    sog: float


class Run(NamedTuple):
    """Consecutive fixes of one track: what linking needs to know of them."""

    n: int
    start: _End
    end: _End
    slack_m: float
    cruise_kn: float
    ais_class: int


class Linked(NamedTuple):
    """What `link_runs` finds out about each run, shape (n_runs,)."""

    track: Ints
    """Place of its track's first run; `SPIKE` for runs that belong to none."""
    ambiguous: Bools
    """Its track ends because two tracks could go on equally well."""


_Placed = tuple[int, Run]
"""A run and its place among the runs of its number."""


class _Track:
    """A track that grows: its runs in order of time."""

    __slots__ = ("n", "runs")

    def __init__(self, runs: list[_Placed]) -> None:
        self.runs = runs
        self.n = sum(run.n for _, run in runs)

    @property
    def end_s(self) -> float:
        return self.runs[-1][1].end.time_s

    def places(self) -> list[int]:
        return [place for place, _ in self.runs]

    def add(self, placed: _Placed) -> None:
        self.runs.append(placed)
        self.n += placed[1].n

    def drop_last(self, n_runs: int) -> list[_Placed]:
        dropped = self.runs[len(self.runs) - n_runs :]
        del self.runs[len(self.runs) - n_runs :]
        self.n -= sum(run.n for _, run in dropped)
        return dropped


class _Match(NamedTuple):
    score: float
    track: _Track
    back: int  # runs at the end of the track that do not fit what follows
    interval_s: float


def link_runs(runs: list[Run], params: TrackParams) -> Linked:
    """Give the runs of one number, in order of time, to tracks."""
    usual_s = (runs[-1].end.time_s - runs[0].start.time_s) / max(sum(r.n for r in runs) - 1, 1)
    tentative_s = max(params.tentative_gap_h * S_PER_H, params.tentative_gap_intervals * usual_s)
    tracks: list[_Track] = []
    open_: list[_Track] = []
    ambiguous = np.zeros(len(runs), dtype=bool)
    for place, run in enumerate(runs):
        now = run.start.time_s
        open_ = [t for t in open_ if now - t.end_s <= params.max_segment_gap_h * S_PER_H]
        # Beside a track of many fixes, a few are soon given up: what comes hours later is another spike,
        # but not where nothing was heard of the number in between.
        largest = max((t.n for t in open_), default=0)
        few = max(params.max_spike_fixes, largest / params.ambiguity_factor)
        matches = [
            _match(t, run, params)
            for t in open_
            if t.n > few or now - t.end_s <= tentative_s or t.runs[-1][0] == place - 1
        ]
        best, rivals = _choose([m for m in matches if m.score > 0.0], params)
        while len(rivals) > 1 and (odd := _merge(rivals[0].track, rivals[1].track, params)) is not None:
            gone = rivals.pop(1).track
            tracks = [t for t in tracks if t is not gone] + odd
            open_ = [t for t in open_ if t is not gone] + odd
            best = _match(rivals[0].track, run, params)
        if len(rivals) > 1 or best is None or best.score == 0.0:
            for m in rivals:
                ambiguous[m.track.places()] = True
                open_.remove(m.track)
            odd = [_Track([(place, run)])]
        else:
            odd = [_Track([r]) for r in best.track.drop_last(best.back)]
            best.track.add((place, run))
        tracks += odd
        open_ += odd
    tracks = _merge_overlapping(tracks, params)
    tracks = [part for t in tracks for part in _without_strays(t, runs, tentative_s, params)]
    return Linked(_without_spikes(len(runs), tracks, params), ambiguous)


def _without_strays(track: _Track, runs: list[Run], tentative_s: float, params: TrackParams) -> list[_Track]:
    """The track and, each by itself, the few fixes that came long before or after it while others reported.

    Hours after a track ended some spike is within its reach.
    """
    pieces = [[track.runs[0]]]
    for (k, before), (j, after) in itertools.pairwise(track.runs):
        beside = sum(run.n for run in runs[k + 1 : j])
        if after.start.time_s - before.end.time_s > tentative_s and beside > params.max_spike_fixes:
            pieces.append([])
        pieces[-1].append((j, after))
    few = [p for p in pieces if sum(run.n for _, run in p) <= params.max_spike_fixes]
    rest = [placed for p in pieces if p not in few for placed in p]
    return [_Track(p) for p in ([rest] if rest else []) + few]


def _merge_overlapping(tracks: list[_Track], params: TrackParams) -> list[_Track]:
    done: list[_Track] = []
    odd: list[_Track] = []
    for track in sorted(tracks, key=lambda t: t.runs[0][0]):
        for earlier in done:
            overlap = earlier.runs[-1][0] > track.runs[0][0]
            long = min(earlier.n, track.n) > params.max_spike_fixes
            if overlap and long and (left := _merge(earlier, track, params)) is not None:
                odd += left
                break
        else:
            done.append(track)
    return done + odd


def _merge(into: _Track, other: _Track, params: TrackParams) -> list[_Track] | None:
    """Make one track of two if they are one transmitter's: all but a few odd fixes, which are returned.

    Two tracks of one ship arise when a fix with a wrong time starts a second one beside the first.
    """
    both = sorted(into.runs + other.runs)
    start = max(into.runs[0][0], other.runs[0][0])
    line = _Track([r for r in both if r[0] < start])
    odd: list[_Placed] = []
    for placed in both[len(line.runs) :]:
        match = _match(line, placed[1], params) if line.runs else _Match(1.0, line, 0, 0.0)
        if match.score == 0.0:
            odd.append(placed)
        else:
            odd += line.drop_last(match.back)
            line.add(placed)
    beside = min(sum(run.n for place, run in t.runs if place >= start) for t in (into, other))
    if sum(run.n for _, run in odd) > params.merge_odd_share * beside:
        return None
    into.runs, into.n = line.runs, line.n
    return [_Track([r]) for r in odd]


def _choose(matches: list[_Match], params: TrackParams) -> tuple[_Match | None, list[_Match]]:
    """The track that a run continues best, and those that claim it equally well where there are several."""
    if not matches:
        return None, []
    best = max(matches, key=lambda m: m.score)
    # After a long silence the score knows too little of where the ship went: reach alone decides.
    silent = best.interval_s > params.max_line_interval_s
    equal = [m for m in matches if silent or m.score * params.ambiguity_factor >= best.score]
    # A track of a tenth of the fixes is more likely a few odd fixes of the same ship than a second ship.
    largest = max(m.track.n for m in equal)
    rivals = [
        m
        for m in equal
        if m.track.n > params.max_spike_fixes and m.track.n * params.ambiguity_factor >= largest
    ]
    rivals = [m for m in rivals if not any(_handed_over(m.track, other.track, params) for other in rivals)]
    return (rivals or [best])[0], rivals if len(rivals) > 1 else []


def _handed_over(track: _Track, to: _Track, params: TrackParams) -> bool:
    """Whether one track begins where another ends, but for what the clocks of two feeds are apart."""
    a, b = track.runs[-1][1], to.runs[0][1]
    late_s = 2.0 * params.time_error_s
    way = math.dist(a.end[1:4], b.start[1:4])
    reach = max(a.slack_m, b.slack_m) + max(a.cruise_kn, b.cruise_kn) * KN_TO_MPS * late_s
    return track is not to and abs(b.start.time_s - a.end.time_s) <= late_s and way <= reach


def _match(track: _Track, run: Run, params: TrackParams) -> _Match:
    """How well a run continues a track, looking back over a few fixes that may be wrong."""
    weight = track.n / params.short_track_fixes
    weight /= math.hypot(1.0, weight)
    interval_s = run.start.time_s - track.end_s
    best = _Match(0.0, track, 0, interval_s)
    skipped = 0
    for back, (_, end) in enumerate(reversed(track.runs)):
        score = weight * _score(end, run, params) / max(params.look_back_factor * back, 1.0)
        if score > best.score:
            best = _Match(score, track, back, interval_s)
        skipped += end.n
        # A run does not push out more than it brings.
        if skipped > min(params.max_spike_fixes, run.n):
            break
    return best


def _score(earlier: Run, later: Run, params: TrackParams) -> float:
    """How well a run continues another, 0 where it cannot."""
    a, b = earlier.end, later.start
    dt = b.time_s - a.time_s
    x, y, z = b.x - a.x, b.y - a.y, b.z - a.z
    off = math.sqrt(x * x + y * y + z * z)
    speed = max((v for v in (a.sog, b.sog) if v == v), default=params.unknown_sog_kn) + params.link_margin_kn
    top = max(earlier.cruise_kn, later.cruise_kn, speed) * KN_TO_MPS * dt
    way = min(speed * KN_TO_MPS * dt + 0.5 * params.link_accel_mps2 * dt * dt, top)
    if dt > params.max_line_interval_s:  # what it did in between, its ends do not say
        way = top
    allowed = max(earlier.slack_m, later.slack_m) + way + speed * KN_TO_MPS * params.time_error_s
    if off > allowed:
        return 0.0
    if a.vx == a.vx and b.vx == b.vx and dt <= params.max_line_interval_s:
        ahead = math.hypot(x - a.vx * dt, y - a.vy * dt, z - a.vz * dt)
        back = math.hypot(x - b.vx * dt, y - b.vy * dt, z - b.vz * dt)
        off = min(off, (ahead + back) / 2.0)
    # A density over the ground: what a track could explain anywhere in a wide circle, it explains badly.
    score = math.exp(-((params.match_sharpness * off / allowed) ** 2)) / (allowed * allowed)
    return score * (params.class_mismatch_weight if 0 != earlier.ais_class != later.ais_class != 0 else 1.0)


def _without_spikes(n_runs: int, tracks: list[_Track], params: TrackParams) -> Ints:
    """Track of each run; short tracks that a longer one skipped are spikes."""
    out = np.empty(n_runs, dtype=np.int64)
    for t in tracks:
        out[t.places()] = t.runs[0][0]
    longest_first = sorted(tracks, key=lambda t: -t.n)
    for t in tracks:
        first, last = t.runs[0][0], t.runs[-1][0]
        if t.n > params.max_spike_fixes:
            continue
        for other in longest_first:
            if other.n <= t.n:
                break
            if other.runs[0][0] < first and other.runs[-1][0] > last:
                out[t.places()] = SPIKE
                break
    return out


def runs_of(m: Motion, runs: Ints, first: Ints, last: Ints) -> list[Run]:
    """The chosen runs, out of the first and the last fix of every run."""
    start, end = first[runs], last[runs]
    columns: list[Any] = [
        (end - start + 1),
        _ends(m, start),
        _ends(m, end),
        m.slack_m[start],
        m.cruise_kn[start],
        m.ais_class[start],
    ]
    return [
        Run(*row) for row in zip(*(c if isinstance(c, list) else c.tolist() for c in columns), strict=True)
    ]


def _ends(m: Motion, at: Ints) -> list[_End]:
    phi, lam, course = (np.deg2rad(a[at]) for a in (m.lat, m.lon, m.cog))
    east = np.stack([-np.sin(lam), np.cos(lam), np.zeros(len(at))], axis=-1)
    north = np.stack([-np.sin(phi) * np.cos(lam), -np.sin(phi) * np.sin(lam), np.cos(phi)], axis=-1)
    velocity = (m.sog[at] * KN_TO_MPS)[:, None] * (
        np.sin(course)[:, None] * east + np.cos(course)[:, None] * north
    )
    table = np.column_stack([m.time_s[at], ecef_m(m.lat[at], m.lon[at]), velocity, m.sog[at]])
    return [_End(*row) for row in table.tolist()]
