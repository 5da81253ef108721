"""Whose anchor a ship swings about: her own, or that of a ship she is tied to.

A partner without AIS leaves no position, but it holds the anchor: the ship that is seen turns about a point
that is not where her own chain would have it.
"""

from __future__ import annotations

import pandas as pd
import polars as pl

from stsdetect.detection.loitering import loitering_spells
from stsdetect.detection.solo.anchor_law import hulls, log_lr_borrowed, own_law, sharing_pivot
from stsdetect.detection.solo.swing_fit import swing_fits
from stsdetect.params import AnchorParams, SwingParams
from stsdetect.schema import ANCHOR_READINGS, IDENTITY, LOITERING, POINTS, SEGMENTS, Frame
from stsdetect.tracks import pairable

_SEEN = 0.5  # share of the fixes with a status: the more part


def find_anchor_readings(
    points: Frame,
    *,
    segments: Frame | None = None,
    loitering: Frame | None = None,
    identity: Frame | None = None,
    params: AnchorParams | None = None,
    swing_params: SwingParams | None = None,
) -> pd.DataFrame:
    """Tell ships that swing about their own anchor from ships that hang on another ship's.

    A reading compares the distance from bow to pivot with the other stops of the ship, with ships that swing
    nearby in the same hours, and with what is known of anchors elsewhere; the side of the pivot and its sign
    count too. Where the ship did not turn, drifted, or has nothing to be compared with, the reading is
    ``cannot_tell``.

    Parameters
    ----------
    points : POINTS frame
        Cleaned positions of whole tracks, under way too, as these show the bias of headings.
    segments : SEGMENTS frame, optional
        Leaves out quarantined segments and stations that are not ships, as a run does.
    loitering : LOITERING frame, optional
        The stops; without it they are found.
    identity : IDENTITY frame, optional
        Sizes and the antenna's place on board; without them a ship is compared with herself at most.
    params : AnchorParams, optional
        The law of ships at anchor and of guests.
    swing_params : SwingParams, optional
        What counts as a swing, and errors.

    Returns
    -------
    pandas.DataFrame
        ANCHOR_READINGS, sorted by start.

    Raises
    ------
    SchemaError
        If a frame is not a valid table of its kind.

    See Also
    --------
    find_loitering : The stops.

    Examples
    --------
    >>> from stsdetect.schema import POINTS
    >>> len(find_anchor_readings(POINTS.empty()))
    0
    """
    fixes = POINTS.validate(points)
    if segments is not None:
        fixes = pairable(fixes, SEGMENTS.validate(segments))
    stops = loitering_spells(fixes) if loitering is None else LOITERING.validate(loitering)
    fits = swing_fits(fixes, stops, params=swing_params)
    return ANCHOR_READINGS.to_pandas(read_anchors(fits, identity=IDENTITY.optional(identity), params=params))


def read_anchors(
    fits: pl.DataFrame, *, identity: pl.DataFrame, params: AnchorParams | None = None
) -> pl.DataFrame:
    """`find_anchor_readings` on the fits of a whole dump, for the pipeline; ANCHOR_READINGS, sorted by start.

    Parameters
    ----------
    fits : polars.DataFrame
        Valid SWING_FITS of all ships.
    identity : polars.DataFrame
        Valid IDENTITY of the same ships.
    params : AnchorParams, optional
        The law of ships at anchor and of guests.

    Returns
    -------
    polars.DataFrame
        ANCHOR_READINGS.

    Examples
    --------
    >>> from stsdetect.schema import IDENTITY, SWING_FITS
    >>> read_anchors(SWING_FITS.optional(None), identity=IDENTITY.optional(None)).height
    0
    """
    params = AnchorParams.of(params)
    if fits.is_empty():
        return ANCHOR_READINGS.optional(None)
    fits = hulls(fits, identity, params)
    law = own_law(fits, params)
    fits = fits.with_columns(
        bow_to_pivot_m=pl.col("pivot_forward_m") - pl.col("to_bow"),
        expected_forward_m=pl.Series(law.forward_m),
        expected_error_m=pl.Series(law.error_m),
        pivot_angle_deg=pl.Series(law.angle_deg).fill_nan(None),
        n_neighbours=pl.Series(law.n_neighbours),
        n_own_stops=pl.Series(law.n_own),
        n_sharing_pivot=pl.Series(sharing_pivot(fits, params)),
    )
    doubt = _doubt(fits, params)
    log_lr = pl.Series(log_lr_borrowed(fits, law, params))
    fits = fits.with_columns(doubt=doubt, log_lr_borrowed=log_lr).with_columns(
        log_lr_borrowed=_weighed(params),
        log_lr_status=pl.when(pl.col("moored_share") >= _SEEN)
        .then(params.moored_nat)
        .when(pl.col("anchored_share") >= _SEEN)
        .then(params.anchored_nat)
        .otherwise(0.0),
    )
    fits = fits.with_columns(
        anchor_reading=pl.when(pl.col("doubt").is_not_null())
        .then(pl.lit("cannot_tell"))
        .when(pl.col("log_lr_borrowed") >= params.min_borrowed_nat)
        .then(pl.lit("borrowed"))
        .when(pl.col("log_lr_borrowed") <= params.max_own_nat)
        .then(pl.lit("own"))
        .otherwise(pl.lit("cannot_tell"))
    ).with_columns(
        doubt=pl.when((pl.col("anchor_reading") == "cannot_tell") & pl.col("doubt").is_null())
        .then(pl.lit("between the two"))
        .otherwise("doubt")
    )
    return ANCHOR_READINGS.validate(fits).sort(ANCHOR_READINGS.sort_by, nulls_last=True, maintain_order=True)


def readings_of_stops(readings: pl.DataFrame) -> pl.DataFrame:
    """One reading per stop: of its parts the one that speaks most for another ship's anchor.

    A ship that lies at anchor for a day and alongside for a night is a guest in one part of the stop.

    Examples
    --------
    >>> readings_of_stops(ANCHOR_READINGS.optional(None)).height
    0
    """
    order = pl.col("doubt").is_null(), "log_lr_borrowed", "duration_h", "part"
    return (
        readings.sort(*order, descending=[True, True, True, False], maintain_order=True)
        .unique("loiter_id", keep="first", maintain_order=True)
        .sort(ANCHOR_READINGS.sort_by, nulls_last=True, maintain_order=True)
    )


def _doubt(fits: pl.DataFrame, params: AnchorParams) -> pl.Series:
    """Why a fit cannot be read, null where it can."""
    forward, side = pl.col("pivot_forward_m"), pl.col("pivot_starboard_m").fill_null(0.0)
    close = (pl.coalesce("bow_to_pivot_m", "pivot_forward_m") <= params.buoy_m) & (
        side.abs() <= params.buoy_m
    )
    ahead = (forward > 0) & close & pl.col("bow_to_pivot_m").is_not_null()
    own_stops = pl.col("n_own_stops") > 0
    # Of a ship of unknown length not even the distance from antenna to bow can be guessed.
    neighbours = (pl.col("n_neighbours") >= params.min_neighbours) & pl.col("length_m").is_not_null()
    return fits.select(
        doubt=pl.when(pl.col("drift_m") > params.max_drift_m)
        .then(pl.lit("drifted or dragged"))
        .when(pl.col("residual_m") > params.max_residual_m)
        .then(pl.lit("no fixed point"))
        .when(pl.col("pivot_error_m") > params.max_pivot_error_m)
        .then(pl.lit("little swing or few fixes"))
        .when(ahead & (pl.col("n_sharing_pivot") + 1 >= params.min_ships_at_buoy))
        .then(pl.lit("single point mooring"))
        .when(~(own_stops | neighbours))
        .then(pl.lit("nothing to compare with"))
    )["doubt"]


def _weighed(params: AnchorParams) -> pl.Expr:
    """The ratio with what is known about its own worth."""
    ratio = pl.col("log_lr_borrowed")
    circle = (ratio * params.circle_weight).clip(upper_bound=params.max_circle_nat)
    ratio = pl.when(pl.col("method") == "circle").then(circle).otherwise(ratio)
    ratio = ratio.clip(params.min_log_lr_nat, params.max_log_lr_nat)
    cap = params.uncompared_nat
    return (
        pl.when(pl.col("doubt").is_null())
        .then(ratio)
        .when(pl.col("doubt") == "nothing to compare with")
        .then(ratio.clip(-cap, cap))
        .otherwise(0.0)
    )
