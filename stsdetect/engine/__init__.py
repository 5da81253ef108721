"""Engines that run one function over many tasks, and how work is divided into tasks; no science.

Tasks go in and results come out in the same order; tables stay in files, which the tasks read and write. To
run on another kind of cluster, add a module with a class that has the `map` of `Engine`; nothing else.
"""

from stsdetect.engine.base import Engine
from stsdetect.engine.dask import DaskEngine
from stsdetect.engine.local import LocalEngine

__all__ = ["DaskEngine", "Engine", "LocalEngine"]
