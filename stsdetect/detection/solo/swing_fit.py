"""The fixed point about which a ship at rest swings, in the frame of its hull and on the ground.

A ship at anchor turns with wind and tide about the point where its chain comes to the ground, which lies
ahead of the bow. Tied to a ship at anchor it turns about that ship's fixed point, which lies beside its own
bow, farther ahead or astern.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np
import polars as pl

from stsdetect.arrays import Bools, Floats, Ints
from stsdetect.detection.solo.circle_fit import fit_circle
from stsdetect.detection.solo.swing_parts import Complex, lever, swing_parts
from stsdetect.geo.angles import wrap180_expr
from stsdetect.geo.geodesy import local_offset_m, move
from stsdetect.itu import AT_ANCHOR, MOORED
from stsdetect.params import SwingParams
from stsdetect.schema import SWING_FITS
from stsdetect.units import MS_PER_H, S_PER_H, S_PER_MIN

_ROUNDS = 10  # of weighing; it settles in six
_FEWEST_LOOKS_OFF = 2


class SwingFit(NamedTuple):
    """The pivot of one part of a stop; lengths in metres."""

    forward_m: float
    starboard_m: float
    pivot: complex
    error_m: float
    residual_m: float
    drift_m: float
    swing_deg: float
    used: Bools


def fit_swing(place: Complex, ahead: Complex, time_h: Floats, params: SwingParams) -> SwingFit:
    r"""Fit the pivot of a ship that swings, robustly and with errors in places and headings.

    Parameters
    ----------
    place : numpy.ndarray of complex
        Antenna, east + i north, of each look, shape (n,) [m].
    ahead : numpy.ndarray of complex
        Mean of :math:`\exp(i(\pi/2 - \psi))` over the look, with the heading :math:`\psi`, shape (n,).
    time_h : numpy.ndarray
        Time of each look, increasing, shape (n,) [h].
    params : SwingParams
        Errors, and how long looks depend on each other.

    Returns
    -------
    SwingFit
        Pivot forward and to starboard of the antenna and on the ground; its error in one coordinate of the
        hull; the median residual; how far the pivot moved in the time; the swing of the looks that fit.

    Notes
    -----
    With the pivot :math:`Q` on the ground, and :math:`u` forward and :math:`v` to starboard of the antenna,
    the antenna is at

    .. math::

        P_k = Q + w e_k, \qquad w = -(u - i v), \qquad e_k = \exp(i(\pi/2 - \psi_k))

    which is a straight line in complex numbers, and holds for means over a look too. :math:`w` is the
    orthogonal regression of :math:`P` on :math:`e`. Its error follows from the residuals :math:`r`,

    .. math::

        \sigma^2 = \frac{\overline{|r|^2} / 2}{(n - 2)\, \mathrm{var}(e)}, \qquad
        n = \min(\text{looks},\ 1 + T / T_0)

    where looks nearer than :math:`T_0`, ``independent_h``, count as one.

    Examples
    --------
    Twelve hours on a pivot 200 m ahead and 10 m to port.

    >>> ahead = np.exp(1j * np.linspace(0.0, 2.0, 30))
    >>> fit = fit_swing(50 - (200 + 10j) * ahead, ahead, np.linspace(0, 12, 30), SwingParams())
    >>> round(fit.forward_m), round(fit.starboard_m), round(fit.pivot.real)
    (200, -10, 50)
    """
    weight = np.ones(len(place))
    for _ in range(_ROUNDS):
        w, pivot, var_ahead = _line(place, ahead, weight, params)
        left = place - pivot - w * ahead
        off = np.abs(left)
        scale = max(float(np.median(off)), params.residual_floor_m)
        # Huber's weights, and none far out, where she shifted or the position is wrong.
        before = weight
        weight = np.minimum(1.0, params.huber_scales * scale / np.maximum(off, 1e-9))
        weight[off > params.stray_scales * scale] = 0.0
        if np.array_equal(weight, before):
            break
    used = weight > 0
    hours = float(time_h[-1] - time_h[0])
    looks = max(min(int(used.sum()), 1.0 + hours / params.independent_h) - 2.0, 0.5)
    variance = float((weight * off**2).sum() / weight.sum()) / 2.0 + params.residual_floor_m**2
    turn = np.sort(np.degrees(np.unwrap(np.angle(ahead[used]))))
    cut = int(np.ceil(len(turn) * params.swing_cut))
    return SwingFit(
        forward_m=-float(w.real),
        starboard_m=float(w.imag),
        pivot=complex(pivot),
        error_m=float(np.sqrt(variance / looks / max(var_ahead, 1e-12))),
        residual_m=float(np.median(off)),
        drift_m=_drift_m(left[used], ahead[used], time_h[used], looks),
        swing_deg=float(turn[-1 - cut] - turn[cut]) if len(turn) > 2 * cut else 0.0,
        used=used,
    )


def swing_fits(
    points: pl.DataFrame, loitering: pl.DataFrame, *, params: SwingParams | None = None
) -> pl.DataFrame:
    """Fit the swing of every stop of a bucket of ships that shows one.

    Parameters
    ----------
    points : polars.DataFrame
        Valid POINTS of whole ships, under way too, as these show the bias of a ship's headings.
    loitering : polars.DataFrame
        Valid LOITERING of the same ships.
    params : SwingParams, optional
        What counts as a swing, and errors.

    Returns
    -------
    polars.DataFrame
        SWING_FITS: a row per part of a stop; none for a stop in which the ship hardly turned.

    Examples
    --------
    >>> from stsdetect.schema import LOITERING, POINTS
    >>> swing_fits(POINTS.optional(None), LOITERING.optional(None)).height
    0
    """
    params = SwingParams.of(params)
    stops = loitering.filter(pl.col("duration_h") >= params.min_duration_h)
    fixes = _fixes_of_stops(points, stops, params)
    place = stops.select("loiter_id", "mmsi", "vessel_id", lat0="lat", lon0="lon")
    runs = (
        fixes.with_row_index("row")
        .group_by("loiter_id", maintain_order=True)
        .agg(pl.col("row").first(), n=pl.len())
    )
    columns = _Columns.of(fixes)
    rows = []
    for stop in runs.join(place, on="loiter_id", maintain_order="left").iter_rows(named=True):
        rows += _rows_of_stop(stop, columns.rows(stop["row"], stop["n"]), params)
    times = {"start_time": pl.Int64, "end_time": pl.Int64}
    fits = (
        pl.DataFrame(rows, schema=SWING_FITS.polars_schema | times)
        .with_columns(pl.from_epoch(name, "ms").dt.replace_time_zone("UTC") for name in times)
        .drop("heading_bias_deg")
        .join(heading_bias(points, params), on="mmsi", how="left", maintain_order="left")
    )
    return SWING_FITS.validate(fits).sort(SWING_FITS.sort_by, nulls_last=True, maintain_order=True)


def heading_bias(points: pl.DataFrame, params: SwingParams) -> pl.DataFrame:
    """Median of heading minus course of each ship under way, ``mmsi, heading_bias_deg``.

    Examples
    --------
    >>> fixes = pl.DataFrame({"mmsi": [1] * 40, "sog": 12.0, "heading": 3.0, "cog": 359.0})
    >>> heading_bias(fixes, SwingParams())["heading_bias_deg"].to_list()
    [4.0]
    """
    off = wrap180_expr(pl.col("heading") - pl.col("cog"))
    return (
        points.filter(pl.col("sog") >= params.min_bias_sog_kn, off.is_not_null())
        .group_by("mmsi", maintain_order=True)
        .agg(heading_bias_deg=off.median(), n=pl.len())
        .filter(pl.col("n") >= params.min_bias_fixes)
        .drop("n")
    )


def _fixes_of_stops(points: pl.DataFrame, stops: pl.DataFrame, params: SwingParams) -> pl.DataFrame:
    """Fixes of the stops that may show a swing, with ``loiter_id``."""
    spans = stops.select("loiter_id", "segment_id", "start_time", "end_time").sort(
        "start_time", maintain_order=True
    )
    fixes = (
        points.select("segment_id", "timestamp", "lat", "lon", "heading", "nav_status")
        .sort("timestamp", "segment_id", "lat", "lon", maintain_order=True)
        .join_asof(spans, left_on="timestamp", right_on="start_time", by="segment_id", check_sortedness=False)
        .filter(pl.col("timestamp") <= pl.col("end_time"))
        .drop("start_time", "end_time")
    )
    angle = pl.col("heading").radians()
    known = pl.col("heading").is_not_null()
    spread = fixes.group_by("loiter_id", maintain_order=True).agg(
        n=pl.len(),
        known=known.mean(),
        # An upper bound of how far any heading lies from the first one, so that no swing is missed.
        turn=wrap180_expr(pl.col("heading") - pl.col("heading").drop_nulls().first()).abs().max(),
        seen=angle.count(),
    )
    turned = (pl.col("seen") >= params.min_looks) & (pl.col("turn") >= params.min_swing_deg / 2)
    no_headings = (pl.col("known") < params.min_heading_share) & (pl.col("n") >= params.min_looks)
    chosen = spread.filter(turned | no_headings).select("loiter_id").with_row_index("stop")
    fixes = fixes.join(chosen, on="loiter_id", maintain_order="left")
    return fixes.sort("stop", maintain_order=True)  # by time inside a stop, as before


class _Columns(NamedTuple):
    """Fixes in order of stops and time."""

    time_h: Floats
    lat: Floats
    lon: Floats
    heading: Floats  # NaN where it was not broadcast
    status: Ints

    @classmethod
    def of(cls, fixes: pl.DataFrame) -> _Columns:
        return cls(
            fixes["timestamp"].dt.epoch("ms").to_numpy() / MS_PER_H,
            fixes["lat"].to_numpy(),
            fixes["lon"].to_numpy(),
            fixes["heading"].fill_null(float("nan")).to_numpy(),
            fixes["nav_status"].fill_null(-1).to_numpy(),
        )

    def rows(self, first: int, n: int) -> _Columns:
        return self._map(lambda column: column[first : first + n])

    def where(self, kept: Bools) -> _Columns:
        return self._map(lambda column: column[kept])

    def _map(self, part: Callable[[Any], Any]) -> _Columns:
        return _Columns(*(part(column) for column in self))


def _rows_of_stop(stop: dict[str, Any], fixes: _Columns, params: SwingParams) -> list[dict[str, Any]]:
    """Rows of SWING_FITS of one stop."""
    known = np.isfinite(fixes.heading)
    by_heading = int(known.sum()) >= params.min_heading_share * len(known)
    used = fixes.where(known) if by_heading else fixes
    east, north = local_offset_m(stop["lat0"], stop["lon0"], used.lat, used.lon)
    ahead = np.exp(1j * np.radians(90.0 - np.nan_to_num(used.heading)))
    looks = _Looks.of(east + 1j * north, ahead, used.time_h, used.status, params)
    found = looks.parts(params) if by_heading else looks.circle(params)
    shared = {name: stop[name] for name in ("loiter_id", "mmsi", "vessel_id")}
    rows = []
    for k, row in enumerate(found):
        pivot = row.pop("pivot")
        lat, lon = move(stop["lat0"], stop["lon0"], pivot.real, pivot.imag)
        rows.append(
            {
                **shared,
                **row,
                "part": k + 1,
                "n_parts": len(found),
                "lat": float(lat),
                "lon": float(lon),
                "method": "heading" if by_heading else "circle",
            }
        )
    return rows


class _Looks(NamedTuple):
    """Means of the fixes of a stop over equal times."""

    place: Complex
    ahead: Complex
    time_h: Floats
    first_h: Floats
    last_h: Floats
    n: Ints
    moored: Floats
    anchored: Floats

    @classmethod
    def of(cls, place: Complex, ahead: Complex, time_h: Floats, status: Ints, params: SwingParams) -> _Looks:
        width_h = max(
            params.look_min * S_PER_MIN / S_PER_H, (time_h[-1] - time_h[0] + 1e-6) / params.max_looks
        )
        _, first, n = np.unique(
            ((time_h - time_h[0]) / width_h).astype(np.int64), return_index=True, return_counts=True
        )

        def mean(x: Any) -> Any:
            return np.add.reduceat(x, first) / n

        return cls(
            mean(place),
            mean(ahead),
            mean(time_h),
            time_h[first],
            time_h[first + n - 1],
            n,
            mean((status == MOORED).astype(float)),
            mean((status == AT_ANCHOR).astype(float)),
        )

    def parts(self, params: SwingParams) -> list[dict[str, Any]]:
        rows: list[dict[str, Any]] = []
        # Of a swing, two looks at least lie this far off any one heading: a quick no for ships at berths.
        off = np.abs(np.degrees(np.angle(self.ahead / self.ahead[len(self.ahead) // 2])))
        if int((off >= params.min_swing_deg / 2).sum()) < _FEWEST_LOOKS_OFF:
            return rows
        for start, end in swing_parts(self.place, self.ahead, self.time_h, params):
            s = slice(start, end)
            if self.last_h[end - 1] - self.first_h[start] < params.min_duration_h:
                continue
            fit = fit_swing(self.place[s], self.ahead[s], self.time_h[s], params)
            far = np.hypot(fit.forward_m, fit.starboard_m) > params.max_pivot_m
            if fit.swing_deg < params.min_swing_deg or int(fit.used.sum()) < params.min_looks or far:
                continue
            rows.append(
                {
                    **self._span(start, end),
                    "pivot": fit.pivot,
                    "pivot_forward_m": fit.forward_m,
                    "pivot_starboard_m": fit.starboard_m,
                    "pivot_error_m": fit.error_m,
                    "swing_deg": fit.swing_deg,
                    "residual_m": fit.residual_m,
                    "drift_m": fit.drift_m,
                }
            )
        return rows

    def circle(self, params: SwingParams) -> list[dict[str, Any]]:
        fit = fit_circle(self.place, float(self.last_h[-1] - self.first_h[0]), params)
        if fit is None:
            return []
        return [
            {
                **self._span(0, len(self.place)),
                "pivot": fit.centre,
                "pivot_forward_m": fit.radius_m,
                "pivot_starboard_m": None,
                "pivot_error_m": fit.error_m,
                "swing_deg": fit.arc_deg,
                "residual_m": fit.residual_m,
                "drift_m": 0.0,
            }
        ]

    def _span(self, start: int, end: int) -> dict[str, Any]:
        n = self.n[start:end]
        return {
            "start_time": round(self.first_h[start] * MS_PER_H),
            "end_time": round(self.last_h[end - 1] * MS_PER_H),
            "duration_h": float(self.last_h[end - 1] - self.first_h[start]),
            "n_fixes": int(n.sum()),
            "moored_share": float((self.moored[start:end] * n).sum() / n.sum()),
            "anchored_share": float((self.anchored[start:end] * n).sum() / n.sum()),
        }


def _line(
    place: Complex, ahead: Complex, weight: Floats, params: SwingParams
) -> tuple[complex, complex, float]:
    """Slope and intercept of places against headings, and the weighted variance of the headings."""
    total = weight.sum()
    mean_place, mean_ahead = (weight * place).sum() / total, (weight * ahead).sum() / total
    d_place, d_ahead = place - mean_place, ahead - mean_ahead
    var_ahead = (weight * np.abs(d_ahead) ** 2).sum() / total
    w = lever(
        (weight * np.abs(d_place) ** 2).sum() / total,
        var_ahead,
        (weight * d_place * d_ahead.conj()).sum() / total,
        params,
    )
    return complex(w), complex(mean_place - w * mean_ahead), float(var_ahead)


def _drift_m(left: Complex, ahead: Complex, time_h: Floats, looks: float) -> float:
    """How far the pivot moved over the time beyond two errors: slope in time of what the swing leaves."""
    t, e = time_h - time_h.mean(), ahead - ahead.mean()
    # Time may go with heading, as in a single turn; only what heading does not take is drift.
    free = t - e * ((t * e.conj()).sum() / max(float((np.abs(e) ** 2).sum()), 1e-12))
    norm = float((np.abs(free) ** 2).sum())
    if norm <= 1e-3 * float((t**2).sum()) or norm == 0.0:
        return 0.0
    slope = (left * free.conj()).sum() / norm
    error = np.sqrt((np.abs(left - slope * free) ** 2).mean() * len(t) / looks / norm)
    return float(max(np.abs(slope) - 2.0 * error, 0.0) * (time_h[-1] - time_h[0]))
