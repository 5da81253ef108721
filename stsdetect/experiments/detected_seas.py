"""One simulated sea from its dump to candidates and events, with the truth beside them."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pandas as pd
import polars as pl

from stsdetect.context import load_context
from stsdetect.detection import find_encounters
from stsdetect.engine import LocalEngine
from stsdetect.geo.geodesy import distance_m
from stsdetect.params import EncounterParams, Params
from stsdetect.pipeline.run import decode_into, open_run
from stsdetect.pipeline.run_folder import read_tables
from stsdetect.pipeline.stages import detect_stage, tracks_stage
from stsdetect.schema import (
    DARK_ENCOUNTERS,
    ENCOUNTERS,
    FEATURES,
    GAPS,
    IDENTITY,
    LOITERING,
    POINTS,
    SEGMENTS,
    STATIC,
)
from stsdetect.score import ContactModel, Scorer, build_features
from stsdetect.simulation import Sea, write_sea

_GFW_ANCHORAGE_M = 10_000.0
_MAX_REJECT_SHARE = 0.5


class Found(NamedTuple):
    """What was detected in one sea."""

    seed: int
    truth: pd.DataFrame
    ships: pd.DataFrame
    tables: dict[str, pd.DataFrame]
    """All that the score asks for, by name."""
    rival: pd.DataFrame | None = None
    """Encounters by the GFW rule, with `far_from_anchorages`, where it was tried."""


class SeaResult(NamedTuple):
    """One sea and what was made of it."""

    seed: int
    truth: pd.DataFrame
    ships: pd.DataFrame
    events: pd.DataFrame
    candidates: pd.DataFrame
    """Encounters and dark encounters with their p_contact."""
    rival: pd.DataFrame | None
    """As in `Found`."""


def find_in(sea: Sea, *, params: Params, workers: int = 1) -> Found:
    """Write a sea's dump, run every stage up to the detections on it, and keep what the score asks for."""
    with tempfile.TemporaryDirectory(prefix="stsdetect-evaluate-") as name:
        folder = Path(name)
        write_sea(sea, folder / "sea")
        decode_into(folder / "sea" / "sea.nmea", folder / "run", params=params, workers=workers)
        with LocalEngine(workers=workers) as engine:
            run = open_run(folder / "run", params=params, engine=engine)
            tracks_stage(run, max_reject_share=_MAX_REJECT_SHARE)
            # Whatever model is tried, the bundled one has no part in it.
            detect_stage(run, model=None)
        tables = read_tables(folder / "run", ENCOUNTERS, DARK_ENCOUNTERS, GAPS, IDENTITY, SEGMENTS, LOITERING)
        points, static = POINTS.scan(folder / "run" / "points"), STATIC.scan(folder / "run" / "static")
    rival = find_encounters(
        points,
        identity=tables["identity"],
        static=static,
        segments=tables["segments"],
        params=EncounterParams.gfw(),
    )
    tables["static"] = STATIC.to_pandas(static)
    return Found(sea.seed, sea.truth, sea.ships, tables, _with_distance(rival))


def score_found(found: Found, *, model: ContactModel, params: Params) -> SeaResult:
    """Score what was detected in a sea with a contact model, as the score stage does with the bundled one."""
    features = features_of(found, model=model, params=params)
    scored = Scorer(params=params.score, draught_params=params.draught, model=model).score(features)
    candidates = features.select("mmsi_1", "mmsi_2", "start_time", "end_time")
    candidates = candidates.with_columns(model.p_contact(features))
    return SeaResult(found.seed, found.truth, found.ships, scored.events, candidates.to_pandas(), found.rival)


def features_of(found: Found, *, model: ContactModel, params: Params) -> pl.DataFrame:
    """FEATURES of what was detected in a sea, with the model's probabilities of the encounters."""
    encounters = ENCOUNTERS.validate(found.tables["encounters"])
    features = build_features(
        encounters.with_columns(model.p_contact(encounters)),
        context=load_context(),
        params=params.score,
        context_params=params.context,
        **{name: frame for name, frame in found.tables.items() if name != "encounters"},
    )
    return FEATURES.validate(features)


def _with_distance(rival: pd.DataFrame) -> pd.DataFrame:
    """Say which encounters lie 10 km and more from the bundled anchorages, as the GFW rule demands."""
    boxes = load_context().anchorages.geometry.bounds.to_numpy()
    lat, lon = rival["lat"].to_numpy()[:, None], rival["lon"].to_numpy()[:, None]
    near_lon, near_lat = np.clip(lon, boxes[:, 0], boxes[:, 2]), np.clip(lat, boxes[:, 1], boxes[:, 3])
    metres = distance_m(lat, lon, near_lat, near_lon)
    return rival.assign(far_from_anchorages=(metres >= _GFW_ANCHORAGE_M).all(axis=1).tolist())
