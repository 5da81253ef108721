"""The bundled demo sea is what its recorded command makes."""

import gzip
from pathlib import Path

from stsdetect.simulation import simulate
from stsdetect.simulation.sea_files import nmea

FIXTURE = Path(__file__).parents[2] / "fixtures" / "demo_sea"


def test_the_fixture_is_made_by_its_recorded_command() -> None:
    sea = simulate(seed=0, sea="demo")
    made, kept = (
        set(nmea(sea).splitlines()),
        set(gzip.decompress((FIXTURE / "sea.nmea.gz").read_bytes()).splitlines()),
    )
    # Another processor's sine may end one bit lower and tip the rounding of a coordinate.
    assert len(made ^ kept) <= 0.001 * len(kept)
    assert len((FIXTURE / "truth.csv").read_text().splitlines()) == len(sea.truth) + 1


def test_the_fixture_is_small() -> None:
    assert sum(p.stat().st_size for p in FIXTURE.iterdir()) < 3_000_000
