"""Where the pivot of a ship at her own anchor is expected, and where that of a guest.

The law of ships at anchor is learnt from the dump itself: what is known of anchors in general, the place in
those hours, the ship. The dump holds guests too, so each fit counts by how likely it is at her own anchor,
which follows from the law; a few rounds settle both.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import polars as pl
from scipy.spatial import cKDTree
from scipy.special import gammaln

from stsdetect.arrays import Bools, Floats, Ints, expit
from stsdetect.geo.angles import wrap180
from stsdetect.geo.geodesy import distance_m, ecef_m
from stsdetect.params import AnchorParams
from stsdetect.units import MS_PER_H

_MAX_OWN = 60  # other stops of a ship that are compared with one of its stops, the nearest in time


class OwnLaw(NamedTuple):
    """Where each fit has its pivot if the ship lies at her own anchor; shape (n,) each."""

    forward_m: Floats
    """Forward of the antenna [m]."""
    error_m: Floats
    """Spread of the fit about `forward_m`, its own error included [m]."""
    reference_error_m: Floats
    """Of what is compared with, before the spread between stops and the fit's own error [m]."""
    angle_deg: Floats
    """Angle of the fitted pivot off the bow, biases taken out, starboard positive; NaN of a circle [deg]."""
    angle_error_deg: Floats
    n_neighbours: Ints
    n_own: Ints


def hulls(fits: pl.DataFrame, identity: pl.DataFrame, params: AnchorParams) -> pl.DataFrame:
    """Add what is known of each hull: ``length_m, to_bow, side_m`` (centreline to starboard of the antenna).

    Examples
    --------
    >>> from stsdetect.schema import IDENTITY, SWING_FITS
    >>> hulls(SWING_FITS.optional(None), IDENTITY.optional(None), AnchorParams()).columns[-3:]
    ['length_m', 'to_bow', 'side_m']
    """
    size = pl.col("to_bow") + pl.col("to_stern")
    # A = C = 0 with B and D given: by ITU-R M.1371-5 the place of the antenna is unknown.
    known = (pl.col("to_bow") > 0) | (pl.col("to_port") > 0)
    broad = (pl.col("to_port") + pl.col("to_starboard")) > 0
    sizes = (
        identity.sort("mmsi", "start_time", "length_m", maintain_order=True)
        .select(
            "mmsi",
            length_m=pl.coalesce(
                pl.when(pl.col("length_m") > 0).then("length_m"), pl.when(size > 0).then(size)
            ),
            to_bow=pl.when(known).then("to_bow"),
            side_m=pl.when(known & broad).then((pl.col("to_starboard") - pl.col("to_port")) / 2.0),
        )
        .group_by("mmsi", maintain_order=True)
        .agg(pl.all().drop_nulls().last())
    )
    return fits.join(sizes, on="mmsi", how="left", maintain_order="left")


def own_law(fits: pl.DataFrame, params: AnchorParams) -> OwnLaw:
    r"""Expect each pivot from the ship's other stops, her neighbours and what is known of anchors.

    Parameters
    ----------
    fits : polars.DataFrame
        SWING_FITS with the columns of `hulls`.
    params : AnchorParams
        Spreads, and what counts as near.

    Returns
    -------
    OwnLaw
        In the order of `fits`.

    Notes
    -----
    The distance from bow to pivot of stop :math:`j` of ship :math:`i` at a place is taken as
    :math:`x_{ij} = m + b_i + s_{ij} + \epsilon_{ij}`, with normal deviations of the place, the ship, the stop
    and the fit. The place's :math:`m` has the prior ``prior_bow_to_pivot_m``, and each neighbour adds what it
    knows, times the probability that it lies at its own anchor; the ship's other stops likewise. The stop
    itself never counts.

    Examples
    --------
    >>> from stsdetect.schema import IDENTITY, SWING_FITS
    >>> fits = hulls(SWING_FITS.optional(None), IDENTITY.optional(None), AnchorParams())
    >>> own_law(fits, AnchorParams()).forward_m.tolist()
    []
    """
    n = fits.height
    forward, error = _column(fits, "pivot_forward_m"), _column(fits, "pivot_error_m")
    to_bow, antenna_spread = _antenna(fits, params)
    x, ship = forward - to_bow, fits["vessel_id"].rank("dense").to_numpy().astype(np.int64)
    i, j, near = _own_pairs(fits, ship, params)
    a, b = _neighbour_pairs(fits, ship, params)
    angle, known_error = _angles(fits, params)
    stop_var = np.where(near, params.stop_spread_m, params.elsewhere_spread_m) ** 2
    angle_noise = np.degrees(
        error / np.maximum(np.hypot(forward, _column(fits, "pivot_starboard_m", 0.0)), 1.0)
    )
    weight = np.full(n, 1.0 - params.guest_share)
    law = None
    ships = np.full(n, params.ship_spread_m**2)
    for _ in range(params.rounds):
        # The place: a mean over neighbours about what is known of anchors in general.
        own_b = antenna_spread[b] ** 2 + params.stop_spread_m**2 + error[b] ** 2
        known = weight[b] / (ships[a] + own_b)
        prior = 1.0 / params.prior_spread_m**2
        precision = prior + np.bincount(a, known, n)
        place = (prior * params.prior_bow_to_pivot_m + np.bincount(a, known * x[b], n)) / precision
        # Ships on long chains differ more; how much, the neighbours show.
        ships = _spread_var(params.ship_spread_m, x[b] - place[a], np.sqrt(own_b), a, weight[b], n, params)
        # The ship: her other stops about the place.
        ship_prior = 1.0 / (1.0 / precision + ships + antenna_spread**2)
        own = weight[j] / (stop_var + error[j] ** 2)
        ship_precision = ship_prior + np.bincount(i, own, n)
        mean = (ship_prior * place + np.bincount(i, own * x[j], n)) / ship_precision
        # Her own stops tell how alike they are: those of a barge with a new host each time say less.
        stop = _spread_var(params.stop_spread_m, x[j] - mean[i], error[j], i, weight[j], n, params)
        bias_prior = 1.0 / known_error**2
        turning = np.where(np.isfinite(angle[j]), weight[j], 0.0)
        turned = turning / (params.angle_spread_deg**2 + angle_noise[j] ** 2)
        bias_precision = bias_prior + np.bincount(i, turned, n)
        bias = np.bincount(i, turned * np.nan_to_num(angle[j]), n) / bias_precision
        turn = _spread_var(
            params.angle_spread_deg, np.nan_to_num(angle[j] - bias[i]), angle_noise[j], i, turning, n, params
        )
        law = OwnLaw(
            forward_m=mean + to_bow,
            error_m=np.sqrt(1.0 / ship_precision + stop + error**2),
            reference_error_m=np.sqrt(1.0 / ship_precision),
            angle_deg=wrap180(angle - bias),
            angle_error_deg=np.sqrt(1.0 / bias_precision + turn),
            n_neighbours=_distinct(a, ship[b], n),
            n_own=np.bincount(i, minlength=n),
        )
        log_lr = log_lr_borrowed(fits, law, params)
        weight = expit(np.log(1.0 / params.guest_share - 1.0) - log_lr)
    assert law is not None
    return law


def log_lr_borrowed(fits: pl.DataFrame, law: OwnLaw, params: AnchorParams) -> Floats:
    r"""Log-likelihood ratio of hanging on another ship's anchor against lying at her own [nat].

    Parameters
    ----------
    fits : polars.DataFrame
        SWING_FITS with the columns of `hulls`.
    law : OwnLaw
        Where her own anchor would have the pivot.
    params : AnchorParams
        The law of guests.

    Returns
    -------
    numpy.ndarray
        Shape (n,), not clipped.

    Notes
    -----
    Both laws are densities of the pivot (forward, starboard) in metres. Her own: t distributions about the
    expected distance and about straight ahead. A guest's: farther ahead and beside by half of two beams; or
    astern, if she is tied head to tail; or, for ``normal_share`` of guests, as her own.

    Examples
    --------
    >>> from stsdetect.schema import IDENTITY, SWING_FITS
    >>> fits = hulls(SWING_FITS.optional(None), IDENTITY.optional(None), AnchorParams())
    >>> log_lr_borrowed(fits, own_law(fits, AnchorParams()), AnchorParams()).tolist()
    []
    """
    radius = np.hypot(_column(fits, "pivot_forward_m"), _column(fits, "pivot_starboard_m", 0.0))
    error = _column(fits, "pivot_error_m")
    turned = np.isfinite(law.angle_deg)
    angle = np.radians(np.where(turned, law.angle_deg, 0.0))
    ahead, side = radius * np.cos(angle), radius * np.sin(angle)
    off = ahead - law.forward_m
    own_side = np.sqrt((np.maximum(radius, 1.0) * np.radians(law.angle_error_deg)) ** 2 + error**2)
    own_side = np.hypot(own_side, np.where(fits["side_m"].is_null().to_numpy(), params.unknown_side_m, 0.0))
    own = _log_t(off, law.error_m, params.tail_freedom)
    own += np.where(turned, _log_t(side, own_side, params.tail_freedom), 0.0)
    beside = np.hypot(params.host_beside_spread_m, error)
    two_sided = np.logaddexp(
        _log_normal(side - params.host_beside_m, beside), _log_normal(side + params.host_beside_m, beside)
    ) - np.log(2.0)
    two_sided = np.where(turned, two_sided, 0.0)
    # A guest's pivot differs from her own by what the host adds, on top of what is not known of her own.
    same = _log_normal(off - params.host_ahead_m, np.hypot(law.error_m, params.host_ahead_spread_m))
    astern = _log_normal(ahead - params.host_astern_m, np.hypot(error, params.host_astern_spread_m))
    # A circle has no sign: a radius from astern looks as one from ahead.
    astern = np.where(turned, astern, _log_normal(ahead + params.host_astern_m, params.host_astern_spread_m))
    beside_share = 1.0 - params.astern_share - params.normal_share
    guest = np.logaddexp(np.log(beside_share) + same, np.log(params.astern_share) + astern) + two_sided
    return np.asarray(np.logaddexp(guest, np.log(params.normal_share) + own) - own)


def sharing_pivot(fits: pl.DataFrame, params: AnchorParams) -> Ints:
    """How many other vessels swung about the same fixed point, at any time; shape (n,).

    At most ``max_neighbours`` swings are looked at.

    Examples
    --------
    >>> fits = pl.DataFrame({"lat": 0.0, "lon": [0.0, 0.0001, 0.01], "vessel_id": ["a", "b", "c"]})
    >>> sharing_pivot(fits, AnchorParams()).tolist()
    [1, 1, 0]
    """
    ship = fits["vessel_id"].rank("dense").to_numpy().astype(np.int64)
    at = ecef_m(fits["lat"].to_numpy(), fits["lon"].to_numpy())
    a, b = _near(at, params.same_pivot_m, params.max_neighbours)
    other = ship[a] != ship[b]
    return _distinct(a[other], ship[b[other]], fits.height)


def _spread_var(
    typical: float, off: Floats, error: Floats, row: Ints, weight: Floats, n: int, params: AnchorParams
) -> Floats:
    """Variance between the stops of each ship: the typical one, moved by how far her own stops lie off."""
    known, freedom = params.spread_stops, params.tail_freedom
    variance = np.full(n, typical**2)
    for _ in range(params.rounds):
        # The weights of a t distribution: one odd stop does not make all others vague.
        far = off**2 / (variance[row] + error**2)
        tail = weight * (freedom + 1.0) / (freedom + far)
        own = np.bincount(row, tail * np.maximum(off**2 - error**2, 0.0), n)
        variance = (known * typical**2 + own) / (known + np.bincount(row, weight, n))
    return variance


def _antenna(fits: pl.DataFrame, params: AnchorParams) -> tuple[Floats, Floats]:
    """Distance from antenna to bow of each ship, and how far it may be off [m]."""
    to_bow, length = _column(fits, "to_bow"), _column(fits, "length_m")
    unknown = np.isnan(length)
    guess = params.antenna_share * np.where(unknown, params.unknown_length_m, length)
    spread = np.where(
        unknown, params.unknown_length_spread_m, params.antenna_share_spread * np.nan_to_num(length)
    )
    known = np.isfinite(to_bow)
    return np.where(known, to_bow, guess), np.where(known, 0.0, spread)


def _angles(fits: pl.DataFrame, params: AnchorParams) -> tuple[Floats, Floats]:
    """Angle of each pivot off the bow, and the error of the heading's bias [deg]."""
    bias = _column(fits, "heading_bias_deg")
    side = _column(fits, "pivot_starboard_m") - _column(fits, "side_m", 0.0)
    angle = np.degrees(np.arctan2(side, _column(fits, "pivot_forward_m"))) + np.nan_to_num(bias)
    known = np.where(np.isfinite(bias), params.known_bias_error_deg, params.unknown_bias_deg)
    return wrap180(angle), known


def _own_pairs(fits: pl.DataFrame, ship: Ints, params: AnchorParams) -> tuple[Ints, Ints, Bools]:
    """Pairs of parts of different stops of one ship, and whether they are at one place."""
    stop = fits["loiter_id"].rank("dense").to_numpy().astype(np.int64)
    lat, lon = fits["lat"].to_numpy(), fits["lon"].to_numpy()
    order = np.lexsort((fits["start_time"].to_numpy(), ship))
    _, first, n = np.unique(ship[order], return_index=True, return_counts=True)
    pairs = []
    for start, count in zip(first[n > 1], n[n > 1], strict=True):
        rows = order[start : start + count]
        for k in range(count):
            low = min(max(k - _MAX_OWN // 2, 0), max(count - _MAX_OWN - 1, 0))
            others = rows[low : low + _MAX_OWN + 1]
            pairs.append(np.stack([np.full(len(others), rows[k]), others]))
    if not pairs:
        none = np.empty(0, np.int64)
        return none, none, none.astype(bool)
    i, j = np.concatenate(pairs, axis=1)
    other = stop[i] != stop[j]
    i, j = i[other], j[other]
    return i, j, distance_m(lat[i], lon[i], lat[j], lon[j]) <= params.same_place_km * 1000.0


def _neighbour_pairs(fits: pl.DataFrame, ship: Ints, params: AnchorParams) -> tuple[Ints, Ints]:
    """Pairs of parts of two ships nearby in the same hours, the nearest of each."""
    middle = fits.select((pl.col("start_time").dt.epoch("ms") + pl.col("end_time").dt.epoch("ms")) / 2)
    hours = middle.to_series().to_numpy() / MS_PER_H
    reach_m = params.neighbour_km * 1000.0
    # Time as a fourth axis: one search finds what is near in both.
    at = np.column_stack(
        [ecef_m(fits["lat"].to_numpy(), fits["lon"].to_numpy()), hours * reach_m / params.neighbour_h]
    )
    a, b = _near(at, reach_m, params.max_neighbours)
    other = ship[a] != ship[b]
    return a[other], b[other]


def _near(at: Floats, reach: float, most: int) -> tuple[Ints, Ints]:
    """Pairs of rows within reach, at most so many of each row, the nearest ones; in both orders."""
    if len(at) == 0:
        return np.empty(0, np.int64), np.empty(0, np.int64)
    k = np.arange(1, min(most + 1, len(at)) + 1)
    far, near = cKDTree(at).query(at, k=k, distance_upper_bound=reach)
    a, nth = np.nonzero(np.isfinite(far))
    return a.astype(np.int64), np.asarray(near)[a, nth].astype(np.int64)


def _distinct(row: Ints, value: Ints, n: int) -> Ints:
    """How many different values each row has, shape (n,)."""
    pairs = np.unique(np.stack([row, value]), axis=1)
    return np.bincount(pairs[0], minlength=n).astype(np.int64)


def _column(fits: pl.DataFrame, name: str, null: float = np.nan) -> Floats:
    return fits[name].cast(pl.Float64).fill_null(null).to_numpy().astype(np.float64)


def _log_normal(x: Floats, spread: Floats | float) -> Floats:
    return np.asarray(-0.5 * (x / spread) ** 2 - np.log(spread) - 0.5 * np.log(2.0 * np.pi))


def _log_t(x: Floats, spread: Floats, freedom: float) -> Floats:
    scale = gammaln((freedom + 1.0) / 2.0) - gammaln(freedom / 2.0) - 0.5 * np.log(freedom * np.pi)
    return np.asarray(scale - np.log(spread) - (freedom + 1.0) / 2.0 * np.log1p((x / spread) ** 2 / freedom))
