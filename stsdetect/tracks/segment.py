"""One number, one or more transmitters: cut its fixes into consistent tracks.

Consecutive fixes that one ship can have sent form runs; most numbers have one run and are done, without any
loop. Where a number has several, each run goes to the open track that it continues best, so two ships on one
number come out as two interleaved tracks, and a jump and return leaves one. The score is that of Global
Fishing Watch's gpsdio-segment; its look-back over five fixes is the open track here, which waits as long as a
day, and what it leaves behind between its fixes is a spike.
"""

from __future__ import annotations

import itertools
import math
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from stsdetect.geo.geodesy import distance_m, ecef_m, local_offset_m
from stsdetect.params import TrackParams
from stsdetect.units import KN_TO_MPS, S_PER_H

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]

SPIKE = -1


class Motion(NamedTuple):
    """Fixes sorted by number and time, each array of shape (n,)."""

    mmsi: Ints
    time_s: Floats
    lat: Floats
    lon: Floats
    sog: Floats
    """[kn], NaN where not reported."""
    cog: Floats
    """[deg], NaN where not reported."""
    slack_m: Floats
    """What a fix may be out by, time stamp included."""
    cruise_kn: Floats
    """Fastest that a station goes for long, whatever it reports."""
    ais_class: Ints
    """A code, 0 where not known; different codes rarely are one transmitter."""


class Split(NamedTuple):
    """What `split_tracks` finds out about each fix, shape (n,)."""

    track: Ints
    """Number of its track, unique over all numbers; `SPIKE` for fixes that belong to none."""
    ambiguous: Bools
    """Its track ends because two tracks could go on equally well."""
    off_line: Bools
    """Farther off the line between its neighbours than a ship turns."""


def split_tracks(motion: Motion, params: TrackParams) -> Split:
    """Give each fix to a track of one transmitter.

    Parameters
    ----------
    motion : Motion
        Fixes of any number of ships.
    params : TrackParams
        Limits.

    Returns
    -------
    Split

    Examples
    --------
    >>> n = np.zeros(4)
    >>> m = Motion(n.astype(int), np.arange(4) * 60.0, np.array([30.0, 30.001, 55.0, 30.003]), n + 122, n + 4,
    ...     n, n + 150, n + 30, n.astype(int))
    >>> split_tracks(m, TrackParams()).track.tolist()
    [0, 0, -1, 0]
    """
    n = len(motion.mmsi)
    if n == 0:
        return Split(np.empty(0, np.int64), np.empty(0, np.bool_), np.empty(0, np.bool_))
    joined, off_line = _steps(motion, params)
    contested_number = _contested(motion, joined, params)
    joined &= ~(contested_number[1:] & (np.diff(motion.time_s) > _long_hole_s(motion, params)[1:]))
    first = np.flatnonzero(~np.append(False, joined))
    last = np.append(first[1:], n) - 1
    track_of_run = np.arange(len(first))
    ambiguous_run = np.zeros(len(first), dtype=bool)
    contested = np.flatnonzero(contested_number[first])
    bounds = np.flatnonzero(np.diff(motion.mmsi[first[contested]], prepend=np.nan) != 0)
    for runs in np.split(contested, bounds[1:]) if len(contested) else []:
        linked = _link(_runs(motion, runs, first, last), params)
        track_of_run[runs] = np.where(linked.track == SPIKE, SPIKE, runs[linked.track])
        ambiguous_run[runs] = linked.ambiguous
    length = last - first + 1
    return Split(np.repeat(track_of_run, length), np.repeat(ambiguous_run, length), off_line)


def _contested(m: Motion, joined: Bools, params: TrackParams) -> Bools:
    """Fixes of numbers that need linking: a step within a day that one ship cannot have made."""
    broken = ~joined & (np.diff(m.mmsi) == 0) & (np.diff(m.time_s) <= params.max_segment_gap_h * S_PER_H)
    return np.isin(m.mmsi, np.unique(m.mmsi[1:][broken]))


def _long_hole_s(m: Motion, params: TrackParams) -> Floats:
    """The silence, shape (n,), after which a number with several tracks may go on with any of them."""
    first = np.flatnonzero(np.append(True, np.diff(m.mmsi) != 0))
    n = np.diff(np.append(first, len(m.mmsi)))
    usual_s = (m.time_s[first + n - 1] - m.time_s[first]) / np.maximum(n - 1, 1)
    return np.repeat(np.maximum(params.max_line_hole_s, params.tentative_gap_intervals * usual_s), n)


def _steps(m: Motion, params: TrackParams) -> tuple[Bools, Bools]:
    """Which steps, shape (n - 1,), one ship can have made; which fixes, shape (n,), are off their line."""
    n = len(m.mmsi)
    off_line = np.zeros(n, dtype=bool)
    if n == 1:
        return np.empty(0, dtype=bool), off_line
    dt = np.diff(m.time_s)
    joined = (np.diff(m.mmsi) == 0) & (dt <= params.max_segment_gap_h * S_PER_H)
    east, north = local_offset_m(m.lat[:-1], m.lon[:-1], m.lat[1:], m.lon[1:])
    way = np.hypot(east, north)
    slack = np.maximum(m.slack_m[:-1], m.slack_m[1:])
    cruise = np.maximum(m.cruise_kn[:-1], m.cruise_kn[1:])
    speed = _known(np.fmax(m.sog[:-1], m.sog[1:]), params)
    limit = slack + _way_m(dt, speed, cruise, params)
    doubtful = np.flatnonzero(joined & (way > limit))
    # The plane is too short far away and says nothing of ships that report no speed, or a wrong one.
    far = distance_m(m.lat[doubtful], m.lon[doubtful], m.lat[doubtful + 1], m.lon[doubtful + 1])
    steady = np.maximum(speed[doubtful], _steady_kn(m, doubtful))
    limit = slack[doubtful] + _way_m(dt[doubtful], steady, cruise[doubtful], params)
    joined[doubtful] = far <= limit

    off_line[1:-1] = _off_line(m, dt, east, north, params)
    joined &= ~(off_line[:-1] | off_line[1:])
    return joined, off_line


def _off_line(m: Motion, dt: Floats, east: Floats, north: Floats, params: TrackParams) -> Bools:
    """Inner fixes, shape (n - 2,), too far from where the line between their neighbours has them.

    A wrong time stamp moves a fix along the line, nothing but a turn or a wrong position across it.
    """
    e, n = east[:-1] + east[1:], north[:-1] + north[1:]
    hole = dt[:-1] + dt[1:]
    share = np.divide(dt[:-1], hole, out=np.zeros(len(hole)), where=hole > 0)
    off_e, off_n = east[:-1] - share * e, north[:-1] - share * n
    length = np.hypot(e, n)
    has_line = length > params.line_slack_m
    along = np.divide(off_e * e + off_n * n, length, out=np.hypot(off_e, off_n), where=has_line)
    across = np.divide(off_e * n - off_n * e, length, out=np.zeros(len(hole)), where=has_line)

    speed = _known(np.fmax(np.fmax(m.sog[:-2], m.sog[2:]), m.sog[1:-1]), params)
    turn = 0.5 * params.line_accel_mps2 * dt[:-1] * dt[1:]
    reach = (speed + params.line_margin_kn) * KN_TO_MPS * np.minimum(dt[:-1], dt[1:])
    coarse = np.maximum(m.slack_m[1:-1], np.maximum(m.slack_m[:-2], m.slack_m[2:])) - params.step_slack_m
    limit = params.line_slack_m + coarse + np.minimum(turn, reach)
    along_limit = limit + speed * KN_TO_MPS * params.time_error_s
    judged = (m.mmsi[:-2] == m.mmsi[2:]) & (np.maximum(dt[:-1], dt[1:]) <= params.max_line_hole_s)
    out: Bools = judged & ((across / limit) ** 2 + (along / along_limit) ** 2 > 1.0)
    return out


def _known(sog_kn: Floats, params: TrackParams) -> Floats:
    return np.where(np.isnan(sog_kn), params.unknown_sog_kn, sog_kn)


def _way_m(dt_s: Floats, speed_kn: Floats, cruise_kn: Floats, params: TrackParams) -> Floats:
    """How far a ship gets: at its speed and a margin, gathering way, but not above what it can keep up."""
    speed = (speed_kn + params.step_margin_kn) * KN_TO_MPS
    top = np.maximum(cruise_kn * KN_TO_MPS, speed)
    way = np.minimum(speed * dt_s + 0.5 * params.step_accel_mps2 * dt_s**2, top * dt_s)
    return way + speed_kn * KN_TO_MPS * params.time_error_s


def _steady_kn(m: Motion, step: Ints) -> Floats:
    """Speed that the neighbourhood of both ends of a step bears out [kn].

    That of a fix is the least mean speed to any of the three fixes before and after it: two transmitters or a
    spike between do not raise it.
    """
    least = np.full((2, len(step)), np.inf)
    for side in (0, 1):
        here = step + side
        for k in (-3, -2, -1, 1, 2, 3):
            there = np.clip(here + k, 0, len(m.mmsi) - 1)
            way = np.hypot(*local_offset_m(m.lat[here], m.lon[here], m.lat[there], m.lon[there]))
            kn = way / np.maximum(np.abs(m.time_s[there] - m.time_s[here]), 1.0) / KN_TO_MPS
            other = (m.mmsi[there] != m.mmsi[here]) | (there == here)
            least[side] = np.minimum(least[side], np.where(other, np.inf, kn))
    return np.asarray(least.min(axis=0))


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


class _Run(NamedTuple):
    """Consecutive fixes of one track: what linking needs to know of them."""

    n: int
    start: _End
    end: _End
    slack_m: float
    cruise_kn: float
    ais_class: int


class _Linked(NamedTuple):
    track: Ints  # place of the track's first run
    ambiguous: Bools


_Placed = tuple[int, _Run]
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
    hole_s: float


def _runs(m: Motion, runs: Ints, first: Ints, last: Ints) -> list[_Run]:
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
        _Run(*row) for row in zip(*(c if isinstance(c, list) else c.tolist() for c in columns), strict=True)
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


def _link(runs: list[_Run], params: TrackParams) -> _Linked:
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
    return _Linked(_without_spikes(len(runs), tracks, params), ambiguous)


def _without_strays(track: _Track, runs: list[_Run], tentative_s: float, params: TrackParams) -> list[_Track]:
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
    silent = best.hole_s > params.max_line_hole_s
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


def _match(track: _Track, run: _Run, params: TrackParams) -> _Match:
    """How well a run continues a track, looking back over a few fixes that may be wrong."""
    weight = track.n / params.short_track_fixes
    weight /= math.hypot(1.0, weight)
    hole_s = run.start.time_s - track.end_s
    best = _Match(0.0, track, 0, hole_s)
    skipped = 0
    for back, (_, end) in enumerate(reversed(track.runs)):
        score = weight * _score(end, run, params) / max(params.look_back_factor * back, 1.0)
        if score > best.score:
            best = _Match(score, track, back, hole_s)
        skipped += end.n
        # A run does not push out more than it brings.
        if skipped > min(params.max_spike_fixes, run.n):
            break
    return best


def _score(earlier: _Run, later: _Run, params: TrackParams) -> float:
    """How well a run continues another, 0 where it cannot."""
    a, b = earlier.end, later.start
    dt = b.time_s - a.time_s
    x, y, z = b.x - a.x, b.y - a.y, b.z - a.z
    off = math.sqrt(x * x + y * y + z * z)
    speed = max((v for v in (a.sog, b.sog) if v == v), default=params.unknown_sog_kn) + params.link_margin_kn
    top = max(earlier.cruise_kn, later.cruise_kn, speed) * KN_TO_MPS * dt
    way = min(speed * KN_TO_MPS * dt + 0.5 * params.link_accel_mps2 * dt * dt, top)
    if dt > params.max_line_hole_s:  # what it did in between, its ends do not say
        way = top
    allowed = max(earlier.slack_m, later.slack_m) + way + speed * KN_TO_MPS * params.time_error_s
    if off > allowed:
        return 0.0
    if a.vx == a.vx and b.vx == b.vx and dt <= params.max_line_hole_s:
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
