"""Plain, slow versions of what the package does fast; tests hold one against the other."""

from __future__ import annotations

import cmath
import itertools
import math

import shapely
from pyproj import Geod


def contacts_by_hand(resampled, identity, *, candidate_hull_gap_m, heading_error_deg, max_gate_error_m):
    """Pairs of ships with known outlines whose hulls are near, one pair and one instant at a time.

    Returns ``{(mmsi_1, mmsi_2, timestamp): (gap, error)}`` [m].
    """
    sizes = identity.set_index("mmsi")
    out = {}
    for when, ships in resampled.groupby("timestamp"):
        rows = list(ships.sort_values("mmsi").itertuples())
        for k, one in enumerate(rows):
            for two in rows[k + 1 :]:
                if one.mmsi == two.mmsi:
                    continue
                outlines, swing = [], 0.0
                lat = math.radians((one.lat + two.lat) / 2)
                radius = 6_378_137.0
                e2 = 0.00669437999014
                w = 1 - e2 * math.sin(lat) ** 2
                east = math.radians((two.lon - one.lon + 180) % 360 - 180) * radius / w**0.5 * math.cos(lat)
                north = math.radians(two.lat - one.lat) * radius * (1 - e2) / w**1.5
                for ship, x, y in ((one, 0.0, 0.0), (two, east, north)):
                    size = sizes.loc[ship.mmsi]
                    h = math.radians(ship.heading)
                    corners = []
                    for ahead, right in (
                        (size.to_bow, -size.to_port),
                        (size.to_bow, size.to_starboard),
                        (-size.to_stern, size.to_starboard),
                        (-size.to_stern, -size.to_port),
                    ):
                        corners.append(
                            (
                                x + ahead * math.sin(h) + right * math.cos(h),
                                y + ahead * math.cos(h) - right * math.sin(h),
                            )
                        )
                    outlines.append(shapely.Polygon(corners))
                    swing += (math.radians(heading_error_deg) * (size.to_bow + size.to_stern) / 2) ** 2
                gap = outlines[0].distance(outlines[1])
                error = math.sqrt(one.position_error_m**2 + two.position_error_m**2 + swing)
                if gap - 2 * min(error, max_gate_error_m) <= candidate_hull_gap_m:
                    out[one.mmsi, two.mmsi, when] = (gap, error)
    return out


def spells_by_hand(times_s, near, far, *, max_apart_s, max_pair_gap_s):
    """Spells of one pair from its rows in time, as lists of times [s]; no vessel is received in a break."""
    out, state, last_true, apart_since = [], False, None, False
    previous = None
    for t, is_near, is_far in zip(times_s, near, far, strict=True):
        if previous is not None and t - previous > max_apart_s:
            state = False
        previous = t
        if is_near:
            state = True
        elif is_far:
            state = False
        if not state:
            apart_since = True
            continue
        since = None if last_true is None else t - last_true
        if since is None or (since > max_apart_s and (apart_since or since > max_pair_gap_s)):
            out.append([])
        out[-1].append(t)
        last_true, apart_since = t, False
    return out


def between_by_hand(encounters, *, likely, width_m):
    """For each row of ENCOUNTERS, whether a third hull lies between its two, by trying every pair of others."""
    rows = list(encounters.itertuples())

    def sides(row, third):
        """The other hull, and how far it lies to starboard of the third."""
        return (row.mmsi_2, row.starboard_m_1) if row.mmsi_1 == third else (row.mmsi_1, row.starboard_m_2)

    found = []
    for ab in rows:
        between = False
        for one in rows:
            for two in rows:
                thirds = {one.mmsi_1, one.mmsi_2} & {two.mmsi_1, two.mmsi_2} - {ab.mmsi_1, ab.mmsi_2}
                if one is two or min(one.p_contact, two.p_contact) < likely or not thirds:
                    continue
                (third,) = thirds
                (a, right_a), (b, right_b) = sides(one, third), sides(two, third)
                start = max(ab.start_time, one.start_time, two.start_time)
                end = min(ab.end_time, one.end_time, two.end_time)
                if (a, b) != (ab.mmsi_1, ab.mmsi_2) or end - start < 0.5 * (ab.end_time - ab.start_time):
                    continue
                if math.isnan(right_a) or math.isnan(right_b):
                    gaps = one.median_hull_gap_m, two.median_hull_gap_m
                    between |= max(gaps) + width_m < ab.median_hull_gap_m
                else:
                    between |= right_a * right_b < -(width_m**2)
        found.append(between)
    return found


def rigidity_by_hand(looks, *, look_s, min_line_swing_deg, max_nat):
    """Log-likelihood ratio [nat] and swing [deg] of one spell, number by number.

    `looks` are tuples ``(time_s, east_m, north_m, heading_1, heading_2, error_m)``, a heading None if unknown.
    """

    def spread(values):
        mean = sum(values) / len(values)
        return sum((v - mean) ** 2 for v in values) / len(values)

    def turned(angles):
        """Range of an angle followed from look to look, without the 5 % at either end (nearest rank)."""
        path = [0.0]
        for before, now in itertools.pairwise(angles):
            path.append(path[-1] + (now - before + 180.0) % 360.0 - 180.0)
        path.sort()
        low, high = (path[math.floor(q * (len(path) - 1) + 0.5)] for q in (0.05, 0.95))
        return high - low

    n = min(len(looks), 1.0 + (looks[-1][0] - looks[0][0]) / look_s)
    noise = sum(look[5] ** 2 for look in looks) / len(looks)
    ground = spread([look[1] for look in looks]) + spread([look[2] for look in looks])
    in_hull, swings = [], []
    for ship in (3, 4):
        known = [look for look in looks if look[ship] is not None]
        if known:
            # Turn the offset by the heading, as a complex number north + i east.
            seen = [complex(k[2], k[1]) * cmath.exp(-1j * math.radians(k[ship])) for k in known]
            in_hull.append(spread([z.real for z in seen]) + spread([z.imag for z in seen]))
            swings.append(turned([k[ship] for k in known]))
    if not in_hull:
        line = turned([math.degrees(math.atan2(look[1], look[2])) for look in looks])
        if line < min_line_swing_deg:
            return 0.0, 0.0
        in_hull, swings = [2.0 * spread([math.hypot(look[1], look[2]) for look in looks])], [line]
    hull = sum(in_hull) / len(in_hull)
    ratio = n * math.log((ground + noise) / (hull + noise))
    return max(-max_nat, min(max_nat, ratio)), min(swings)


def regime_shares_by_hand(groups, *, allowed, params):
    """How often each regime of reception occurs, by EM on plain floats, one group after the other.

    A group is a list of ``(n, received, p)``: vessels present, those received, and their probability.
    """

    def probability(n, received, p, log_odds):
        odds = p / (1.0 - p) * math.exp(log_odds)
        q = min(max(odds / (1.0 + odds), params.min_p), params.max_neighbour_p)
        return q**received * (1.0 - q) ** (n - received)

    likelihoods = [
        [math.prod(probability(*row, s) for row in group) for s in params.regime_log_odds] for group in groups
    ]
    shares = [float(ok) / sum(allowed) for ok in allowed]
    for _ in range(params.regime_em_rounds):
        expected = [0.0] * len(shares)
        for likelihood in likelihoods:
            joint = [share * of_regime for share, of_regime in zip(shares, likelihood, strict=True)]
            expected = [e + j / sum(joint) for e, j in zip(expected, joint, strict=True)]
        shares = [
            max(e / len(groups), params.min_regime_share) * ok
            for e, ok in zip(expected, allowed, strict=True)
        ]
        shares = [share / sum(shares) for share in shares]
    return shares


def baseline_by_hand(counts, *, centre, wide_cell, wide_centre, params):
    """Baseline of each row of ``(cell, kind, n, received)``, every sum over every other row.

    `centre` and `wide_centre` give ``(lat, lon)`` of a cell and of a wide cell [deg], `wide_cell` the wide cell at
    such a place.
    """
    geod = Geod(ellps="WGS84")
    prior = params.prior_ship_bins

    def weight(one, two, sigma_km):
        km = geod.inv(one[1], one[0], two[1], two[0])[2] / 1000.0
        return math.exp(-0.5 * (km / sigma_km) ** 2) if km <= params.kernel_cutoff_sigmas * sigma_km else 0.0

    def sums(rows, cell, *, wide=False):
        if wide:
            here, sigma_km = wide_centre(wide_cell(centre(cell))), params.wide_factor * params.smooth_km
            places = [wide_centre(wide_cell(centre(row[0]))) for row in rows]
        else:
            here, sigma_km = centre(cell), params.smooth_km
            places = [centre(row[0]) for row in rows]
        weights = [weight(here, place, sigma_km) for place in places]
        return [sum(w * row[k] for w, row in zip(weights, rows, strict=True)) for k in (2, 3)]

    def clipped(p):
        return min(max(p, params.min_p), params.max_p)

    def shrunk(sums_of_level, wider):
        n, received = sums_of_level
        return (received + prior * wider) / (n + prior)

    total = sum(row[3] for row in counts) / sum(row[2] for row in counts)
    all_kinds = {row[0]: clipped(shrunk(sums(counts, row[0]), total)) for row in counts}
    log_odds = {}
    for kind in {row[1] for row in counts}:
        rows = [row for row in counts if row[1] == kind]
        n = sum(row[2] for row in rows)
        share = (sum(row[3] for row in rows) + 1.0) / (n + 2.0)
        expected = (sum(row[2] * all_kinds[row[0]] for row in rows) + 1.0) / (n + 2.0)
        log_odds[kind] = math.log(share / (1.0 - share)) - math.log(expected / (1.0 - expected))
    out = []
    for cell, kind, n, received in counts:
        dump = shrunk([sum(row[2] for row in counts), sum(row[3] for row in counts)], params.prior_p)
        p = clipped(shrunk(sums(counts, cell), shrunk(sums(counts, cell, wide=True), dump)))
        p = 1.0 / (1.0 + (1.0 - p) / p * math.exp(-log_odds[kind]))
        p = shrunk(sums([row for row in counts if row[1] // 2 == kind // 2], cell), p)
        p = shrunk(sums([row for row in counts if row[1] == kind], cell), p)
        p = shrunk([n, received], p)
        n_nearby = sums(counts, cell)[0]
        out.append(clipped(n_nearby / (n_nearby + params.known_ship_bins) * p))
    return out


def dwell_by_hand(start_h, end_h, sog_kn, legs, steps=20_000):
    """Hours for which each of several vessels in a gap could be at one place, one instant after the other.

    `legs` holds for each vessel the distance there and the distance back [nm]; the other arguments one value
    for each vessel.
    """
    first, last = min(start_h), max(end_h)
    step = (last - first) / steps
    together = 0
    for k in range(steps):
        now = first + (k + 0.5) * step
        together += all(
            now >= a and now <= b and (now - a) * v >= there and (b - now) * v >= back
            for a, b, v, (there, back) in zip(start_h, end_h, sog_kn, legs, strict=True)
        )
    return together * step


def tracks_by_hand(times_s, east_m, north_m, *, sog_kn, slack_m, margin_kn):
    """Track of each fix of one MMSI: it goes to the track within reach whose latest fix is nearest.

    One fix at a time, on a plane, of ships of one speed; `slack_m` is the error that a fix may have.
    """
    tracks, out = [], []
    for now in zip(times_s, east_m, north_m, strict=True):
        reachable = []
        for k, (t, e, n) in enumerate(tracks):
            away_m = math.hypot(now[1] - e, now[2] - n)
            if away_m <= slack_m + (sog_kn + margin_kn) * 0.514444 * (now[0] - t):
                reachable.append((away_m, k))
        k = min(reachable)[1] if reachable else len(tracks)
        tracks[k : k + 1] = [now]
        out.append(k)
    return out


def matchings_by_counting(candidates):
    """Share of all matchings that contain each candidate, every one written out; no gap or stop is used twice.

    Candidates are dicts with `gap_id_1`, `loiter_id_2` and `support`, the logarithm of the weight.
    """
    total, holding = 0.0, [0.0] * len(candidates)
    for chosen in itertools.product((False, True), repeat=len(candidates)):
        taken = [c for c, yes in zip(candidates, chosen, strict=True) if yes]
        if any(len({c[end] for c in taken}) < len(taken) for end in ("gap_id_1", "loiter_id_2")):
            continue
        weight = math.exp(sum(c["support"] for c in taken))
        total += weight
        holding = [h + weight * yes for h, yes in zip(holding, chosen, strict=True)]
    return [h / total for h in holding]


def pairs_by_hand(xyz, reach, instant):
    """Pairs of rows of one instant that are no farther apart than the sum of their reaches, sorted."""
    return [
        (i, j)
        for i in range(len(xyz))
        for j in range(i + 1, len(xyz))
        if instant[i] == instant[j] and math.dist(xyz[i], xyz[j]) <= reach[i] + reach[j]
    ]


def nearest_by_hand(places, reach, instant, max_neighbours):
    """Pairs of rows at one instant within the sum of their reaches, among the nearest of either row.

    Nearest is the least distance less both reaches, then the smaller row.
    """
    clear = {}
    for a, b in itertools.combinations(range(len(places)), 2):
        clearance = math.dist(places[a], places[b]) - (reach[a] + reach[b])
        if instant[a] == instant[b] and clearance <= 0:
            clear[a, b] = clearance
    kept = set()
    for row in range(len(places)):
        own = sorted((c, a + b - row, (a, b)) for (a, b), c in clear.items() if row in (a, b))
        kept |= {pair for _, _, pair in own[:max_neighbours]}
    return sorted(kept)


def lever_by_search(place, ahead, *, position_error_m, heading_error_deg):
    """The line of complex places on headings with least orthogonal distance, by search over length and angle."""
    place = [p - sum(place) / len(place) for p in place]
    ahead = [a - sum(ahead) / len(ahead) for a in ahead]
    ratio = 2 * (position_error_m / math.radians(heading_error_deg)) ** 2

    def left(w):
        return sum(abs(p - w * a) ** 2 for p, a in zip(place, ahead, strict=True)) / (1 + abs(w) ** 2 / ratio)

    best, step = -100 + 0j, 64.0
    while step > 0.01:
        around = [best + step * complex(i, j) for i in (-1, 0, 1) for j in (-1, 0, 1)]
        nearest = min(around, key=left)
        step, best = (step, nearest) if nearest != best else (step / 2, best)
    return best
