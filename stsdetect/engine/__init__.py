"""Drivers that run tasks; no science."""

from stsdetect.engine.base import Engine
from stsdetect.engine.dask import DaskEngine
from stsdetect.engine.local import LocalEngine

__all__ = ["DaskEngine", "Engine", "LocalEngine"]
