"""Shared fixtures."""

import os
from pathlib import Path

import pytest
from hypothesis import settings

# A clone must pass or fail the same way each time; explore with HYPOTHESIS_PROFILE=default.
settings.register_profile("same", derandomize=True, deadline=None)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "same"))


def pytest_xdist_auto_num_workers(config: pytest.Config) -> int:
    """A full run uses every core; a few files that were named start sooner in this process."""
    is_full = config.args_source == pytest.Config.ArgsSource.TESTPATHS
    return (os.cpu_count() or 1) if is_full else 0


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The folder of real AIS that stands beside some checkouts; tests that need it skip elsewhere."""
    folder = Path(os.environ.get("STSDETECT_SHARED_DATA", Path(__file__).parents[2] / "shared" / "data"))
    if not folder.is_dir():
        pytest.skip("no folder of real AIS beside this checkout")
    return folder


@pytest.fixture(scope="session")
def demo_sea() -> Path:
    """The bundled simulated sea."""
    return Path(__file__).parents[1] / "fixtures" / "demo_sea"


@pytest.fixture(scope="session")
def demo_run(demo_sea: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Run folder of the bundled sea, made once; not to be changed."""
    from stsdetect.pipeline import run_pipeline

    return run_pipeline(
        demo_sea / "sea.nmea.gz", tmp_path_factory.mktemp("demo") / "out", aoi="hangzhou"
    ).folder
