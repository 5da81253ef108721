"""Take a simulated sea from its dump to detections and scored events, and keep the truth beside them."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import NamedTuple

import numpy as np
import polars as pl

from stsdetect.context import load_context
from stsdetect.detection import find_encounters
from stsdetect.engine import LocalEngine
from stsdetect.geo.geodesy import distance_m
from stsdetect.model import ContactModel
from stsdetect.params import EncounterParams, Params
from stsdetect.pipeline.run import decode_into, open_run
from stsdetect.pipeline.run_folder import read_tables
from stsdetect.pipeline.stages import detect_stage, tracks_stage
from stsdetect.schema import (
    DARK_ENCOUNTERS,
    DELIVERIES,
    ENCOUNTERS,
    GAPS,
    IDENTITY,
    LOITERING,
    POINTS,
    SCHEMAS,
    SEGMENTS,
    SHIPS,
    SOLO_STOPS,
    STATIC,
    TRUTH,
    Frame,
)
from stsdetect.score import Scorer
from stsdetect.score.features import features_of_candidates
from stsdetect.simulation import Sea, write_sea

_GFW_ANCHORAGE_M = 10_000.0  # Global Fishing Watch leaves out encounters nearer to a coastal anchorage
_MAX_REJECT_SHARE = 0.5  # a sea with much dirt is still evaluated


class Found(NamedTuple):
    """What was detected in one sea."""

    seed: int
    truth: pl.DataFrame
    """TRUTH."""
    ships: pl.DataFrame
    """SHIPS."""
    tables: dict[str, pl.DataFrame]
    """All tables that `stsdetect.score.build_features` takes, by name."""
    gfw_encounters: pl.DataFrame | None = None
    """ENCOUNTERS by the rule of Global Fishing Watch, with `far_from_anchorages`; None: not looked for."""


class SeaResult(NamedTuple):
    """What was detected in one sea and how it was scored."""

    seed: int
    truth: pl.DataFrame
    """TRUTH."""
    ships: pl.DataFrame
    """SHIPS."""
    events: pl.DataFrame
    """EVENTS, or at least its columns of time, MMSI, score, tier and rank."""
    candidates: pl.DataFrame
    """Times, MMSIs and `p_contact` of all encounters and dark encounters, whether worth showing or not."""
    gfw_encounters: pl.DataFrame | None
    """As in `Found`."""


def found_in(sea: Sea, tables: dict[str, Frame], gfw_encounters: pl.DataFrame | None = None) -> Found:
    """Detections of a sea with its truth; each table is validated under its name."""
    return Found(
        sea.seed,
        TRUTH.validate(sea.truth),
        SHIPS.validate(sea.ships),
        {name: SCHEMAS[name].validate(frame) for name, frame in tables.items()},
        gfw_encounters,
    )


def find_in(sea: Sea, *, params: Params, workers: int = 1) -> Found:
    """Write a sea's dump and run every stage up to the detections on it.

    Parameters
    ----------
    sea : Sea
        From `stsdetect.simulation.simulate`.
    params : Params
        Parameters of the detector.
    workers : int
        Processes of the run.

    Returns
    -------
    Found
        With the encounters that the rule of Global Fishing Watch finds in the same tracks.
    """
    with tempfile.TemporaryDirectory(prefix="stsdetect-evaluate-") as name:
        folder = Path(name)
        write_sea(sea, folder / "sea")
        decode_into(folder / "sea" / "sea.nmea", folder / "run", params=params, workers=workers)
        with LocalEngine(workers=workers) as engine:
            run = open_run(folder / "run", params=params, engine=engine)
            tracks_stage(run, max_reject_share=_MAX_REJECT_SHARE)
            # Any model may be applied later, so the bundled one is not used in detection.
            detect_stage(run, model="rule")
        tables: dict[str, Frame] = {
            **read_tables(
                folder / "run",
                ENCOUNTERS,
                DARK_ENCOUNTERS,
                SOLO_STOPS,
                GAPS,
                IDENTITY,
                SEGMENTS,
                LOITERING,
            ),
            "static": STATIC.scan(folder / "run" / "static"),
        }
        points = POINTS.scan(folder / "run" / "points")
    gfw_encounters = find_encounters(
        points,
        identity=tables["identity"],
        static=tables["static"],
        segments=tables["segments"],
        params=EncounterParams.gfw(),
        model="rule",
    )
    return found_in(sea, tables, _with_anchorages(ENCOUNTERS.validate(gfw_encounters)))


def score_found(found: Found, *, model: ContactModel, params: Params) -> SeaResult:
    """Score what was detected in a sea, as the score stage does, with any contact model."""
    features = features_of(found, model=model, params=params)
    scored = Scorer(params=params.score, draught_params=params.draught, model=model).score_tables(features)
    candidates = features.select("event_type", "mmsi_1", "mmsi_2", "start_time", "end_time")
    return SeaResult(
        found.seed,
        found.truth,
        found.ships,
        scored.events,
        candidates.with_columns(model.p_contact(features)),
        found.gfw_encounters,
    )


def features_of(found: Found, *, model: ContactModel, params: Params) -> pl.DataFrame:
    """FEATURES of what was detected in a sea, with the model's `p_contact` of the encounters."""
    encounters = found.tables["encounters"]
    return features_of_candidates(
        encounters.with_columns(model.p_contact(encounters)),
        deliveries=DELIVERIES.optional(None),  # their truth holds transfers only
        context=load_context(),
        params=params.score,
        context_params=params.context,
        **{name: frame for name, frame in found.tables.items() if name != "encounters"},
    )


def _with_anchorages(encounters: pl.DataFrame) -> pl.DataFrame:
    """Add `far_from_anchorages`: 10 km or more from every bundled anchorage, as the GFW rule demands."""
    boxes = load_context().anchorages.geometry.bounds.to_numpy()
    lat, lon = encounters["lat"].to_numpy()[:, None], encounters["lon"].to_numpy()[:, None]
    nearest_lon = np.clip(lon, boxes[:, 0], boxes[:, 2])
    nearest_lat = np.clip(lat, boxes[:, 1], boxes[:, 3])
    metres = distance_m(lat, lon, nearest_lat, nearest_lon)
    far = (metres >= _GFW_ANCHORAGE_M).all(axis=1)
    return encounters.with_columns(pl.Series("far_from_anchorages", far, dtype=pl.Boolean))
