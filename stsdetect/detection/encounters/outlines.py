"""Outlines of ships: what is known about size, antenna and heading at each instant, and what is plausible."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import polars as pl
from scipy.special import ndtri

from stsdetect.arrays import Bools, Floats, Ints
from stsdetect.geo.hull import Hull
from stsdetect.itu import DREDGER, FISHING, PASSENGER, PLEASURE, SPECIAL_CRAFT, TUG, is_cargo, is_tanker
from stsdetect.params import EncounterParams

_SIZE = ("length_m", "width_m", "to_bow", "to_port")


class Outlines(NamedTuple):
    """Size, antenna and heading of ships, one value per ship and instant; NaN where unknown.

    Attributes
    ----------
    length_m, width_m : numpy.ndarray
        Size [m].
    to_bow, to_port : numpy.ndarray
        Antenna to bow and to the port side [m].
    plausible_length_m : numpy.ndarray
        Median length of ships of that type [m].
    heading_deg, heading_error_deg : numpy.ndarray
        True heading, or course over ground where no heading was broadcast and the ship makes way, and its
        one-sigma error [deg].
    """

    length_m: Floats
    width_m: Floats
    to_bow: Floats
    to_port: Floats
    plausible_length_m: Floats
    heading_deg: Floats
    heading_error_deg: Floats

    def take(self, rows: Ints | Bools) -> Outlines:
        """The outlines of some rows."""
        return Outlines(*(v[rows] for v in self))

    def certain(self) -> Bools:
        """Whether all of an outline is known."""
        known = (self.length_m, self.width_m, self.to_bow, self.to_port, self.heading_deg)
        return np.asarray(np.isfinite(known).all(axis=0))

    def reach_m(self, params: EncounterParams) -> Floats:
        """Farthest that a hull extends from its antenna, at ``reach_quantile`` where it is unknown [m]."""
        longest = self.plausible_length_m * np.exp(float(ndtri(params.reach_quantile)) * params.length_log_sd)
        length = np.where(np.isfinite(self.length_m), self.length_m, longest)
        width = np.where(np.isfinite(self.width_m), self.width_m, length / params.length_to_beam[0])
        ahead = np.where(np.isfinite(self.to_bow), np.maximum(self.to_bow, length - self.to_bow), length)
        right = np.where(np.isfinite(self.to_port), np.maximum(self.to_port, width - self.to_port), width)
        return np.hypot(ahead, right)

    def draw(self, draws: Floats, heading_deg: Floats, params: EncounterParams) -> Hull:
        """Hulls of shape (n, k) that agree with what is known, drawn where it is unknown.

        Parameters
        ----------
        draws : numpy.ndarray
            Points in (0, 1), shape (4, k): quantiles of length, length over beam, and the antenna's place
            along and across the ship.
        heading_deg : numpy.ndarray
            Headings, shape (n, k) [deg].
        params : EncounterParams
            Distribution of lengths, and the ranges of the other three, which are uniform.
        """
        z_length, beam, abaft, across = draws[:, None, :]
        length = _known_or(
            self.length_m, self.plausible_length_m[:, None] * np.exp(ndtri(z_length) * params.length_log_sd)
        )
        width = _known_or(self.width_m, length / _at_share(params.length_to_beam, beam))
        to_bow = _known_or(self.to_bow, length * _at_share(params.antenna_abaft_bow, abaft))
        to_port = _known_or(self.to_port, width * _at_share(params.antenna_across, across))
        return Hull(length / 2, width / 2, to_bow - length / 2, width / 2 - to_port, heading_deg)

    def hull(self) -> Hull:
        """The hulls as far as they are known, NaN elsewhere."""
        return Hull(
            self.length_m / 2,
            self.width_m / 2,
            self.to_bow - self.length_m / 2,
            self.width_m / 2 - self.to_port,
            self.heading_deg,
        )


def outlines_of(ships: pl.DataFrame, identity: pl.DataFrame, params: EncounterParams) -> Outlines:
    """Outlines of ships at instants, from the identity spell of that time.

    Parameters
    ----------
    ships : polars.DataFrame
        RESAMPLED, n rows.
    identity : polars.DataFrame
        IDENTITY; of a ship without a spell before the instant its first one counts.
    params : EncounterParams
        Plausible lengths and errors of heading and course.

    Returns
    -------
    Outlines
        Arrays of shape (n,), in the order of `ships`.
    """
    known = _with_identity(ships, identity)
    by_course = ships["heading_from_cog"].to_numpy()
    return Outlines(
        length_m=known["length_m"].to_numpy(),
        width_m=known["width_m"].to_numpy(),
        to_bow=known["to_bow"].to_numpy(),
        to_port=known["to_port"].to_numpy(),
        plausible_length_m=_plausible_length_m(known, params),
        heading_deg=ships["heading"].to_numpy(),
        heading_error_deg=np.where(by_course, params.cog_error_deg, params.heading_error_deg),
    )


def draw_pairs(one: Outlines, two: Outlines, params: EncounterParams) -> tuple[Hull, Hull]:
    """Draw plausible outlines for paired ships.

    A ship without a heading does not make way, and ships at rest close together lie to the same tide, or are
    made fast to each other. So an unknown heading is taken to be the other ship's or its opposite, with a
    normal error of ``parallel_error_deg``. If both are unknown, the axis they share is uniform.

    Parameters
    ----------
    one, two : Outlines
        Of n pairs.
    params : EncounterParams
        Distributions, and the number of draws k, ``n_outline_draws``.

    Returns
    -------
    tuple of Hull
        Arrays of shape (n, k). Swapped ships get the same outlines, swapped.
    """
    draws_1, draws_2 = _draws(params.n_outline_draws)
    turn_1, turn_2 = draws_1[4], draws_2[4]
    uniform = np.broadcast_to(360.0 * ((turn_1 + turn_2) % 1.0), (len(one.heading_deg), len(turn_1)))
    axis = _known_or(one.heading_deg, _known_or(two.heading_deg, uniform))
    heading_1 = _known_or(one.heading_deg, axis + _turn_from_axis(turn_1, params))
    heading_2 = _known_or(two.heading_deg, axis + _turn_from_axis(turn_2, params))
    return one.draw(draws_1[:4], heading_1, params), two.draw(draws_2[:4], heading_2, params)


def _turn_from_axis(turn: Floats, params: EncounterParams) -> Floats:
    """Angle to the common axis: half of the draws point the other way, each with a normal error [deg]."""
    low, high = params.parallel_quantiles
    opposite = np.where(turn < 0.5, 0.0, 180.0)
    return opposite + ndtri(np.clip(2.0 * turn % 1.0, low, high)) * params.parallel_error_deg


def _draws(k: int) -> tuple[Floats, Floats]:
    """Points that fill the unit cube evenly, shape (5, 2k) for each ship; swapped ships swap their points.

    The additive recurrence R_d of M. Roberts, "The unreasonable effectiveness of quasirandom sequences"
    (2018), in d = 10 dimensions. Fixed points, so that a gap does not depend on a seed.
    """
    phi = 2.0
    for _ in range(30):
        phi = (1.0 + phi) ** (1.0 / 11.0)
    steps = (1.0 / phi) ** np.arange(1, 11)
    points = (0.5 + np.outer(steps, np.arange(1, k + 1))) % 1.0
    one, two = points[:5], points[5:]
    return np.concatenate([one, two], axis=1), np.concatenate([two, one], axis=1)


def _with_identity(ships: pl.DataFrame, identity: pl.DataFrame) -> pl.DataFrame:
    """Rows of `ships` with size, type and class of the last spell that has begun, or of the first one."""
    keys = ships.select("mmsi", "timestamp").with_row_index("row")
    # A = C = 0 with B and D given: by ITU-R M.1371-5 the place of the antenna is unknown.
    antenna_known = (pl.col("to_bow") > 0) | (pl.col("to_port") > 0)
    spells = identity.select(
        "mmsi",
        "start_time",
        "ship_type",
        "ais_class",
        length_m=pl.coalesce(_positive(pl.col("length_m")), _positive(pl.col("to_bow") + pl.col("to_stern"))),
        width_m=pl.coalesce(
            _positive(pl.col("width_m")), _positive(pl.col("to_port") + pl.col("to_starboard"))
        ),
        to_bow=pl.when(antenna_known).then(pl.col("to_bow")),
        to_port=pl.when(antenna_known).then(pl.col("to_port")),
    ).sort("mmsi", "start_time", "length_m", maintain_order=True)
    values = ("ship_type", "ais_class", *_SIZE)
    spells = spells.with_columns(pl.col(values).forward_fill().over("mmsi"))
    first = spells.group_by("mmsi", maintain_order=True).agg(
        pl.col(values).drop_nulls().first().name.suffix("_first")
    )
    joined = keys.sort("timestamp", maintain_order=True).join_asof(
        spells.sort("start_time", maintain_order=True),
        left_on="timestamp",
        right_on="start_time",
        by="mmsi",
        check_sortedness=False,
    )
    return (
        joined.join(first, on="mmsi", how="left", maintain_order="left")
        .with_columns(pl.coalesce(c, f"{c}_first").alias(c) for c in values)
        .sort("row", maintain_order=True)
    )


def _plausible_length_m(known: pl.DataFrame, params: EncounterParams) -> Floats:
    kind = pl.col("ship_type")
    fishing, tug, dredger, pleasure, service, passenger, cargo, tanker, other, class_b = (
        params.plausible_length_m
    )
    length = (
        pl.when(kind.is_in(FISHING))
        .then(fishing)
        .when(kind.is_in(TUG))
        .then(tug)
        .when(kind.is_in(DREDGER))
        .then(dredger)
        .when(kind.is_in(PLEASURE))
        .then(pleasure)
        .when(kind.is_between(*SPECIAL_CRAFT))
        .then(service)
        .when(kind.is_between(*PASSENGER))
        .then(passenger)
        .when(is_cargo(kind))
        .then(cargo)
        .when(is_tanker(kind))
        .then(tanker)
        .when(pl.col("ais_class") == "B")
        .then(class_b)
        .otherwise(other)
    )
    return known.select(length=length.cast(pl.Float64))["length"].to_numpy()


def _positive(value: pl.Expr) -> pl.Expr:
    return pl.when(value > 0).then(value)


def _known_or(known: Floats, drawn: Floats) -> Floats:
    return np.where(np.isfinite(known)[:, None], known[:, None], drawn)


def _at_share(limits: tuple[float, ...], share: Floats) -> Floats:
    return limits[0] + (limits[1] - limits[0]) * share
