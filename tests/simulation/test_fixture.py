"""The bundled demo sea is what its recorded command makes."""

import gzip
from pathlib import Path

from stsdetect.simulation import PRESETS, SeaParams, simulate
from stsdetect.simulation.sea_files import nmea

FIXTURE = Path(__file__).parents[2] / "fixtures" / "demo_sea"


def test_the_fixture_is_made_by_its_recorded_command() -> None:
    sea = simulate(seed=0, sea="demo")
    made, committed = (
        set(nmea(sea).splitlines()),
        set(gzip.decompress((FIXTURE / "sea.nmea.gz").read_bytes()).splitlines()),
    )
    # Another processor's sine may end one bit lower and change how a coordinate is rounded.
    assert len(made ^ committed) <= 0.001 * len(committed)
    assert len((FIXTURE / "truth.csv").read_text().splitlines()) == len(sea.truth) + 1


def test_the_fixture_is_small() -> None:
    assert sum(p.stat().st_size for p in FIXTURE.iterdir()) < 3_000_000


def test_the_parameters_beside_the_fixture_are_those_of_the_demo() -> None:
    committed = (FIXTURE / "sea.toml").read_text("utf-8")
    assert committed.startswith("# seed = 0\n")
    assert SeaParams.from_toml(committed) == PRESETS["demo"]
