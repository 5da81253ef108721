"""What is known, and what is only plausible, about the outline of each ship at each instant."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import polars as pl
from scipy.special import ndtri

from stsdetect.arrays import Bools, Floats, Ints
from stsdetect.geo.hull import Hull
from stsdetect.params import EncounterParams
from stsdetect.schema import IDENTITY, Frame

_SIZE = ("length_m", "width_m", "to_bow", "to_port")
_N_DRAWS = 16


class Outlines(NamedTuple):
    """Size, antenna and heading of ships, one value a ship and instant; NaN where unknown.

    Attributes
    ----------
    length_m, width_m : numpy.ndarray
        Size [m].
    to_bow, to_port : numpy.ndarray
        Antenna to bow and to the port side [m].
    plausible_length_m : numpy.ndarray
        Median length of ships of that type [m].
    heading_deg, heading_error_deg : numpy.ndarray
        True heading, or course where the ship makes way, and its one-sigma error [deg].
    """

    length_m: Floats
    width_m: Floats
    to_bow: Floats
    to_port: Floats
    plausible_length_m: Floats
    heading_deg: Floats
    heading_error_deg: Floats

    def take(self, rows: Ints | Bools) -> Outlines:
        """Some of them."""
        return Outlines(*(v[rows] for v in self))

    def certain(self) -> Bools:
        """Whether nothing about the outline has to be assumed."""
        known = (self.length_m, self.width_m, self.to_bow, self.to_port, self.heading_deg)
        return np.asarray(np.isfinite(known).all(axis=0))

    def reach_m(self, params: EncounterParams) -> Floats:
        """Farthest that a hull extends from its antenna; where unknown the 95th percentile [m]."""
        most = self.plausible_length_m * np.exp(float(ndtri(0.95)) * params.length_log_sd)
        length = np.where(np.isfinite(self.length_m), self.length_m, most)
        width = np.where(np.isfinite(self.width_m), self.width_m, length / params.length_to_beam[0])
        ahead = np.where(np.isfinite(self.to_bow), np.maximum(self.to_bow, length - self.to_bow), length)
        right = np.where(np.isfinite(self.to_port), np.maximum(self.to_port, width - self.to_port), width)
        return np.hypot(ahead, right)

    def draw(self, draws: Floats, heading_deg: Floats, params: EncounterParams) -> Hull:
        """Hulls that fit what is known: (n, k), one a column of `draws`, (4, k) in (0, 1)."""
        z_length, beam, abaft, across = draws[:, None, :]
        length = _or(
            self.length_m, self.plausible_length_m[:, None] * np.exp(ndtri(z_length) * params.length_log_sd)
        )
        width = _or(self.width_m, length / _between(params.length_to_beam, beam))
        to_bow = _or(self.to_bow, length * _between(params.antenna_abaft_bow, abaft))
        to_port = _or(self.to_port, width * _between(params.antenna_across, across))
        return Hull(length / 2, width / 2, to_bow - length / 2, width / 2 - to_port, heading_deg)

    def hull(self) -> Hull:
        """The outlines as far as they are known."""
        return Hull(
            self.length_m / 2,
            self.width_m / 2,
            self.to_bow - self.length_m / 2,
            self.width_m / 2 - self.to_port,
            self.heading_deg,
        )


def outlines_of(ships: pl.DataFrame, identity: Frame | None, params: EncounterParams) -> Outlines:
    """Outline of every ship and instant of a RESAMPLED table, from the identity spell at that time."""
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
    """Outlines that are plausible for paired ships, (n, k) each.

    A heading that is unknown belongs to a ship without way on, and ships that lie close together at rest lie
    to the same tide, or to each other: it is the other's heading or its opposite, within
    ``parallel_error_deg``. If neither is known, their common axis points anywhere.
    """
    draws_1, draws_2 = _draws()
    turn_1, turn_2 = draws_1[4], draws_2[4]
    free = np.broadcast_to(360.0 * ((turn_1 + turn_2) % 1.0), (len(one.heading_deg), len(turn_1)))
    axis = _or(one.heading_deg, _or(two.heading_deg, free))
    heading_1 = _or(one.heading_deg, axis + _beside(turn_1, params))
    heading_2 = _or(two.heading_deg, axis + _beside(turn_2, params))
    return one.draw(draws_1[:4], heading_1, params), two.draw(draws_2[:4], heading_2, params)


def _beside(turn: Floats, params: EncounterParams) -> Floats:
    """Turns from a common axis: half of them about, each with some error [deg]."""
    about = np.where(turn < 0.5, 0.0, 180.0)
    return about + ndtri(np.clip(2.0 * turn % 1.0, 0.02, 0.98)) * params.parallel_error_deg


def _draws() -> tuple[Floats, Floats]:
    """Points that fill the unit cube evenly, (5, k) for each ship of a pair; the same set when swapped."""
    # Additive recurrence with the generalised golden ratio: fixed, so that a gap never depends on a seed.
    phi = 2.0
    for _ in range(30):
        phi = (1.0 + phi) ** (1.0 / 11.0)
    steps = (1.0 / phi) ** np.arange(1, 11)
    points = (0.5 + np.outer(steps, np.arange(1, _N_DRAWS + 1))) % 1.0
    one, two = points[:5], points[5:]
    return np.concatenate([one, two], axis=1), np.concatenate([two, one], axis=1)


def _with_identity(ships: pl.DataFrame, identity: Frame | None) -> pl.DataFrame:
    """Rows of `ships` with size, type and class of the latest spell begun, or of the first one."""
    keys = ships.select("mmsi", "timestamp").with_row_index("row")
    spells = IDENTITY.optional(identity)
    spells = spells.select(
        "mmsi",
        "start_time",
        "ship_type",
        "ais_class",
        length_m=pl.coalesce(_positive(pl.col("length_m")), _positive(pl.col("to_bow") + pl.col("to_stern"))),
        width_m=pl.coalesce(
            _positive(pl.col("width_m")), _positive(pl.col("to_port") + pl.col("to_starboard"))
        ),
        # A = C = 0 with B and D given: M.1371 says that the antenna's place is unknown.
        to_bow=pl.when((pl.col("to_bow") > 0) | (pl.col("to_port") > 0)).then(pl.col("to_bow")),
        to_port=pl.when((pl.col("to_bow") > 0) | (pl.col("to_port") > 0)).then(pl.col("to_port")),
    ).sort("mmsi", "start_time", "length_m")
    values = ("ship_type", "ais_class", *_SIZE)
    spells = spells.with_columns(pl.col(values).forward_fill().over("mmsi"))
    first = spells.group_by("mmsi").agg(pl.col(values).drop_nulls().first().name.suffix("_first"))
    joined = keys.sort("timestamp").join_asof(
        spells.sort("start_time"),
        left_on="timestamp",
        right_on="start_time",
        by="mmsi",
        check_sortedness=False,
    )
    return (
        joined.join(first, on="mmsi", how="left")
        .with_columns(pl.coalesce(c, f"{c}_first").alias(c) for c in values)
        .sort("row")
    )


def _plausible_length_m(known: pl.DataFrame, params: EncounterParams) -> Floats:
    kind = known["ship_type"].fill_null(0).to_numpy()
    fishing, tug, dredger, pleasure, service, passenger, cargo, tanker, other, class_b = (
        params.plausible_length_m
    )
    tens = kind // 10
    choices = [
        (kind == 30, fishing),
        (np.isin(kind, (31, 32, 52)), tug),
        (kind == 33, dredger),
        (np.isin(kind, (36, 37)), pleasure),
        (tens == 5, service),
        (tens == 6, passenger),
        (tens == 7, cargo),
        (tens == 8, tanker),
        ((known["ais_class"] == "B").fill_null(value=False).to_numpy(), class_b),
    ]
    return np.asarray(np.select([c for c, _ in choices], [v for _, v in choices], other), dtype=np.float64)


def _positive(value: pl.Expr) -> pl.Expr:
    return pl.when(value > 0).then(value)


def _or(known: Floats, drawn: Floats) -> Floats:
    return np.where(np.isfinite(known)[:, None], known[:, None], drawn)


def _between(limits: tuple[float, ...], share: Floats) -> Floats:
    return limits[0] + (limits[1] - limits[0]) * share
