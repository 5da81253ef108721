"""From a seed to a sea: scenes are set, ships send, and some of what they send is received."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
import polars as pl

from stsdetect.errors import ParamError
from stsdetect.schema import POSITIONS, SHIPS, STATIC, TRUTH
from stsdetect.simulation.scenes import SCENES
from stsdetect.simulation.scenes.hidden_partners import HIDDEN_FAMILIES, HIDEABLE, hidden_partners
from stsdetect.simulation.sea_params import SeaParams
from stsdetect.simulation.voyage_truth import VoyageTruth, voyage_truth
from stsdetect.simulation.world.crews import enter_draughts, set_statuses
from stsdetect.simulation.world.radio import Air, position_reports, static_reports
from stsdetect.simulation.world.stage import World
from stsdetect.simulation.world.water import Water
from stsdetect.toml_files import toml_text
from stsdetect.units import KN_TO_MPS

_ALL_KINDS = SeaParams(
    hours=48.0,
    anchored=60,
    passing=60,
    fishing=15,
    innocent_gaps=6,
    loiterers=6,
    open_transfers=6,
    crowd_transfers=4,
    dark_transfers=4,
    both_dark=2,
    repeats=2,
    one_to_many=2,
    rafts=2,
    cases=9,
    bunkerings=6,
    lighterings=2,
    tows=3,
    pilotages=3,
    trawler_pairs=3,
    dredgings=3,
    dual_transponders=4,
    close_neighbours=6,
    supplies=4,
    cranes=2,
    berths=2,
    fishing_rafts=1,
    net_beacons=2,
    circles=1,
    shared_mmsis=1,
    draught_forgotten_share=0.25,
    draught_edited_share=0.05,
    satellite_share=0.2,
    station_outages=1,
    spike_share=0.0005,
    no_fix_share=0.001,
    copy_share=0.05,
    late_share=0.05,
    broken_share=0.001,
)

_HIDDEN = SeaParams(
    hours=72.0,
    open_transfers=6,
    crowd_transfers=4,
    dark_transfers=4,
    both_dark=1,
    repeats=1,
    one_to_many=2,
    rafts=0,
    hidden_partner_share=0.3,
    bunkerings=2,
    lighterings=1,
    dredgings=1,
    supplies=1,
    cranes=1,
    berths=1,
    anchored=22,
    passing=16,
    fishing=4,
    innocent_gaps=2,
    loiterers=4,
    anchor_waits=9,
    drifters=3,
    draggings=1,
    repairs=3,
    squid_boats=2,
    spud_dredgers=1,
    hoppers=1,
    surveys=1,
    cable_ships=1,
    buoy_tenders=1,
    buoy_moorings=1,
    pilot_cutters=1,
    berth_gaps=4,
    edge_calls=2,
    station_outages=1,
    feed_outages=1,
    keep_every_s=60.0,
    draught_forgotten_share=0.1,
    draught_edited_share=0.05,
    status_wrong_share=0.12,
    depth_m=25.0,
    wind_shift_deg=25.0,
    heading_noise_deg=0.8,
    class_b_heading_share=0.3,
    heading_dropout_share=0.03,
)

_VOYAGES = SeaParams(
    hours=336.0,
    passing=25,
    fishing=0,
    pilotages=1,
    tows=0,
    coal_voyages=8,
    direct_deliveries=8,
    oil_imports=4,
    transloading_platforms=2,
    sand_grounds=2,
    coal_coasters=24,
    coastal_tankers=8,
    river_barges=20,
    shuttles=8,
    liners=30,
    ferries=2,
    bunker_rounds=2,
    harbour_craft=4,
    idle_ships=16,
    renamed_traders=2,
    open_transfers=0,
    crowd_transfers=0,
    dark_transfers=0,
    bunkerings=0,
    trawler_pairs=0,
    dredgings=0,
    dual_transponders=0,
    close_neighbours=0,
    anchored=0,
    keep_every_s=120.0,
    keep_at_rest_every_s=600.0,
    keep_static_every_s=1800.0,
    river_stations=6,
    satellite_share=0.3,
    off_at_quay_share=0.08,
    no_draught_share=0.1,
    draught_forgotten_share=0.08,
    station_outages=2,
    feed_outages=1,
    class_b_barges=0.25,
)

PRESETS: dict[str, SeaParams] = {
    "demo": SeaParams(keep_every_s=60.0, keep_static_every_s=1800.0, no_size_share=0.0, class_b_barges=0.0),
    "rich": replace(_ALL_KINDS, keep_every_s=30.0),
    "three_minutes": replace(_ALL_KINDS, keep_every_s=180.0, no_size_share=0.3, no_heading_share=0.3),
    "quarter_hour": replace(_ALL_KINDS, keep_every_s=900.0, keep_static_every_s=3600.0),
    "day": replace(_ALL_KINDS, hours=24.0, anchored=150, passing=180, fishing=60),
    "minutes": replace(_ALL_KINDS, hours=0.5),
    "month": replace(
        _ALL_KINDS,
        hours=720.0,
        anchored=1200,
        passing=1800,
        fishing=100,
        innocent_gaps=60,
        loiterers=60,
        open_transfers=30,
        crowd_transfers=20,
        dark_transfers=20,
        both_dark=8,
        bunkerings=60,
        keep_every_s=180.0,
        keep_static_every_s=3600.0,
    ),
    "hidden": _HIDDEN,
    "voyages": _VOYAGES,
}
"""Named seas, described in `stsdetect.simulation`. They are published: a change needs a new name."""


class Sea(NamedTuple):
    """A simulated sea: what was received, and what truly happened; pandas tables."""

    positions: pd.DataFrame
    """POSITIONS as received."""
    static: pd.DataFrame
    """STATIC as received, one row per report."""
    truth: pd.DataFrame
    """TRUTH: transfers and look-alikes."""
    ships: pd.DataFrame
    """SHIPS: one row per transponder."""
    params: SeaParams
    seed: int
    voyage_truth: VoyageTruth
    """Port visits, voyages, hidden calls, transfers with tonnes, discharges; empty without voyages."""


def simulate(*, seed: int = 0, sea: str | SeaParams = "demo") -> Sea:
    """Make a sea off Hangzhou Bay with known transfers and look-alikes.

    Parameters
    ----------
    seed : int
        Equal seeds and parameters give equal seas.
    sea : str or SeaParams
        Name of a preset, path of a TOML file as `write_sea` writes it, or parameters.

    Returns
    -------
    Sea
        Positions, static reports, truth and ships.

    Raises
    ------
    ParamError
        If there is no preset of that name, or the seed is negative.

    Notes
    -----
    Tide, wind, drift and mooring are simple models with plausible numbers. What is fitted to these seas has
    to hold on seas with other parameters, see `stsdetect.simulation.vary`.

    Examples
    --------
    >>> sea = simulate(seed=1, sea=SeaParams(hours=12, anchored=2, passing=1, fishing=0))
    >>> sorted(sea.truth.loc[sea.truth["illicit"], "kind"])
    ['dark_transfer', 'transfer', 'transfer']
    """
    sea = as_sea_params(sea)
    if seed < 0:
        raise ParamError(f"seed = {seed} must be at least 0")
    world = set_scenes(sea, seed)
    air = Air.draw(sea, world.rng("air"))
    reports, statics = [], []
    for ordinal, ship in enumerate(world.ships):
        rng = world.rng("radio", ordinal)
        reports.append(position_reports(ship, air, rng))
        statics.append(static_reports(ship, air, rng))
    start = sea.start_time
    received = (
        pl.concat(reports) if reports else pl.DataFrame(schema={"mmsi": pl.Int64, "second": pl.Float64})
    )
    return Sea(
        positions=POSITIONS.to_pandas(_positions(received, start)) if reports else POSITIONS.empty(),
        static=STATIC.to_pandas(_static(pl.concat(statics), start)) if statics else STATIC.empty(),
        truth=_truth(world, start),
        ships=_ships(world, start),
        params=sea,
        seed=seed,
        voyage_truth=voyage_truth(world, received),
    )


def as_sea_params(sea: str | SeaParams) -> SeaParams:
    """Parameters of a preset, of a TOML file, or as given.

    Raises
    ------
    ParamError
        If there is no preset or file of that name, or the file cannot be used.
    """
    if isinstance(sea, SeaParams):
        return sea
    if sea in PRESETS:
        return PRESETS[sea]
    if not sea.endswith(".toml"):
        raise ParamError(f"there is no sea '{sea}'; presets: {', '.join(PRESETS)}; or name a .toml file")
    try:
        return SeaParams.from_toml(toml_text(Path(sea)))
    except ParamError:
        raise
    except (OSError, ValueError) as error:
        raise ParamError(f"cannot read sea parameters from {sea}: {error}") from error


def set_scenes(params: SeaParams, seed: int) -> World:
    """Set every scene that the parameters ask for: ships, voyages and truth, before anything is sent."""
    world = World(params, seed, _water(params, seed))
    # Each seed begins with another family, so that few transfers do not always show the same ones.
    hidden, is_hidden = seed % len(HIDDEN_FAMILIES), _hidden(world)
    for name, scene in SCENES.items():
        for ordinal in range(getattr(params, name)):
            rng = world.rng(name, ordinal)
            if name in HIDEABLE and next(is_hidden):
                hidden_partners(world, rng, hidden)
                hidden += 1
            else:
                scene(world, rng, ordinal)
    enter_draughts(world)
    set_statuses(world)
    return world


def _hidden(world: World) -> Iterator[bool]:
    """Of each transfer whether its partner is hidden: as evenly as the share allows, from a random start."""
    share, sum_of_shares = world.params.hidden_partner_share, float(world.rng("hidden").random())
    while True:
        before, sum_of_shares = sum_of_shares, sum_of_shares + share
        yield int(sum_of_shares) > int(before)


def _water(params: SeaParams, seed: int) -> Water:
    rng = np.random.default_rng([seed, 0])
    return Water(
        tide_mps=params.tide_kn * KN_TO_MPS * float(rng.uniform(0.7, 1.1)),
        axis_deg=float(rng.uniform(270.0, 320.0)),
        ellipse=params.tide_ellipse,
        phase=float(rng.uniform(0.0, 2.0 * np.pi)),
        wind_mps=params.wind_mps * float(rng.uniform(0.5, 1.5)),
        wind_to_deg=float(rng.uniform(0.0, 360.0)),
    )


def _at(second: pl.Expr, start: pd.Timestamp) -> pl.Expr:
    """Time of a second of the sea."""
    first_ms = int(start.timestamp() * 1000)
    return (
        (first_ms + (second * 1000).round().cast(pl.Int64))
        .cast(pl.Datetime("ms"))
        .dt.replace_time_zone("UTC")
    )


def _positions(frame: pl.DataFrame, start: pd.Timestamp) -> pl.DataFrame:
    known = pl.col("nav_status") >= 0
    return frame.with_columns(
        _at(pl.col("second"), start).alias("timestamp"),
        pl.when(known).then("nav_status").alias("nav_status"),
        pl.lit("simulated").alias("source"),
    )


def _static(frame: pl.DataFrame, start: pd.Timestamp) -> pl.DataFrame:
    """STATIC with unknown values as null, and without the fields that class B does not send."""
    is_a = pl.col("ais_class") == "A"
    sized = (pl.col("to_bow") + pl.col("to_stern")) > 0
    sizes = ["to_bow", "to_stern", "to_port", "to_starboard"]
    return frame.with_columns(
        _at(pl.col("second"), start).alias("timestamp"),
        pl.when(is_a & (pl.col("imo") > 0)).then("imo").alias("imo"),
        pl.when(is_a & (pl.col("draught_m") > 0.0)).then("draught_m").alias("draught"),
        pl.when(is_a).then("destination").alias("destination"),
        *(pl.when(sized).then(name).alias(name) for name in sizes),
        pl.lit("simulated").alias("source"),
    )


def _truth(world: World, start: pd.Timestamp) -> pd.DataFrame:
    if not world.truth:
        return TRUTH.empty()
    frame = pl.DataFrame(
        world.truth, schema_overrides={"mmsi_2": pl.Int64}, infer_schema_length=None
    ).with_row_index("row")
    return TRUTH.to_pandas(
        frame.with_columns(
            ("T" + pl.col("row").cast(pl.String).str.zfill(4)).alias("truth_id"),
            _at(pl.col("start_s"), start).alias("start_time"),
            _at(pl.col("end_s"), start).alias("end_time"),
        )
    )


def _ships(world: World, start: pd.Timestamp) -> pd.DataFrame:
    rows: list[dict[str, Any]] = [
        {
            "mmsi": s.mmsi,
            "hull_id": s.hull_id,
            "kind": s.kind,
            "role": s.role,
            "ais_class": s.ais_class,
            "length_m": s.length_m,
            "beam_m": s.beam_m,
            "shipname": s.broadcasts[0][1].shipname,
            "imo": s.broadcasts[0][1].imo or None,
            "start_s": max(s.voyage.t_start, 0.0),
            "end_s": s.voyage.t_end,
        }
        for s in world.ships
    ]
    if not rows:
        return SHIPS.empty()
    frame = pl.DataFrame(rows, schema_overrides={"imo": pl.Int64}, infer_schema_length=None)
    return SHIPS.to_pandas(
        frame.with_columns(
            _at(pl.col("start_s"), start).alias("start_time"), _at(pl.col("end_s"), start).alias("end_time")
        )
    )
