"""The interface of an engine."""

import inspect

import pytest

from stsdetect.engine import DaskEngine, Engine, LocalEngine


@pytest.mark.parametrize("engine", [LocalEngine, DaskEngine])
def test_every_engine_has_the_same_map(engine: type) -> None:
    assert inspect.signature(engine.map) == inspect.signature(Engine.map)
