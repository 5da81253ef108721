"""Shared fixtures."""

import os
from pathlib import Path

import pytest


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The folder of real AIS that stands beside some checkouts; tests that need it skip elsewhere."""
    folder = Path(os.environ.get("STSDETECT_SHARED_DATA", Path(__file__).parents[2] / "shared" / "data"))
    if not folder.is_dir():
        pytest.skip("no folder of real AIS beside this checkout")
    return folder
