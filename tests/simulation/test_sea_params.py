"""Parameters of a sea: from TOML and back, each with a source, and wrong ones refused."""

from dataclasses import fields

import pytest

from stsdetect.errors import ParamError
from stsdetect.simulation import PRESETS, SeaParams


@pytest.mark.parametrize("name", sorted(PRESETS))
def test_presets_round_trip_through_toml(name: str) -> None:
    assert SeaParams.from_toml(PRESETS[name].to_toml()) == PRESETS[name]


def test_toml_tells_the_meaning_of_each_value() -> None:
    lines = SeaParams(wind_mps=7.5).to_toml().splitlines()
    assert lines[lines.index("wind_mps = 7.5") - 1] == "# mean wind [m/s] [J]"
    assert len(lines) == 2 * len(fields(SeaParams))


def test_what_toml_leaves_out_keeps_its_default() -> None:
    assert SeaParams.from_toml("anchored = 3") == SeaParams(anchored=3)


@pytest.mark.parametrize(
    ("make", "match"),
    [
        (lambda: SeaParams(start="yesterday noon"), "is not a time"),
        (lambda: SeaParams(start="2019-08-14T00:00:00"), "no zone"),
        (lambda: SeaParams(hours=0.0), "hours = 0.0 must be above 0"),
        (lambda: SeaParams(anchored=-1), "anchored = -1 must be at least 0"),
        (lambda: SeaParams(copy_share=1.01), "copy_share = 1.01 must be at most 1"),
        (lambda: SeaParams.from_toml("ankered = 3"), "unknown sea parameter: ankered"),
        (lambda: SeaParams.from_toml("anchored = "), "not valid TOML"),
    ],
)
def test_wrong_parameters_are_refused(make, match: str) -> None:
    with pytest.raises(ParamError, match=match):
        make()
