"""Find ship-to-ship transfers in AIS dumps.

In: AIS dumps. Out: events with evidence, tables and a report. `detect` does everything, `run_pipeline` does
and keeps the files; the other names do one step each, on frames. A name is loaded when it is first used, so
the import is quick and touches no file. To offer a new name, add it to `_ROOMS`; it must not be that of a
sub-package.

Examples
--------
>>> import stsdetect as sts
>>> sts.Params().gaps.min_gap_h
2.0
"""

from __future__ import annotations

import importlib
import logging
from typing import Any

__version__ = "0.1.0"

_ROOMS = {
    "AisData": "decode",
    "ContactModel": "model",
    "Context": "context",
    "Params": "params",
    "Result": "pipeline",
    "SCHEMAS": "schema",
    "Scorer": "score",
    "StsError": "errors",
    "StsWarning": "errors",
    "Tracks": "tracks",
    "build_features": "score",
    "build_tracks": "tracks",
    "build_vessel_pairs": "network",
    "build_vessels": "network",
    "detect": "pipeline",
    "event_map": "report",
    "find_berths": "detection",
    "find_anchor_readings": "detection",
    "find_dark_encounters": "detection",
    "find_encounters": "detection",
    "find_gaps": "detection",
    "find_hidden_calls": "ports",
    "find_loitering": "detection",
    "find_port_visits": "ports",
    "find_solo_stops": "detection",
    "find_voyages": "ports",
    "fit_reception": "reception",
    "load_context": "context",
    "load_model": "model",
    "named_berths": "ports",
    "plot_prism": "report",
    "plot_timeline": "report",
    "plot_track": "report",
    "read_ais": "decode",
    "resample": "tracks",
    "run_pipeline": "pipeline",
    "simulate": "simulation",
    "write_report": "report",
}

__all__ = ["__version__", *sorted(_ROOMS)]

logging.getLogger(__name__).addHandler(logging.NullHandler())


def __getattr__(name: str) -> Any:
    if name in _ROOMS:
        return getattr(importlib.import_module(f"stsdetect.{_ROOMS[name]}"), name)
    raise AttributeError(f"module 'stsdetect' has no attribute '{name}'; it offers: {', '.join(__all__)}")


def __dir__() -> list[str]:
    return sorted(__all__)
