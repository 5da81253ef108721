"""Wiring: the stages on a run folder, their books, and the whole path in one call."""

from stsdetect.pipeline.manifest import Manifest
from stsdetect.pipeline.run import RunResult, open_run, run_pipeline

__all__ = ["Manifest", "RunResult", "open_run", "run_pipeline"]
