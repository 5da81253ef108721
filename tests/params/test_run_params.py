import tomllib
from dataclasses import fields, replace

import pytest

from stsdetect.errors import ParamError
from stsdetect.params import GapParams, Params

CHANGED = replace(Params(), gaps=replace(GapParams(), min_gap_h=5.0))


def test_parameters_survive_toml() -> None:
    assert Params.from_toml(CHANGED.to_toml()) == CHANGED


def test_what_a_file_leaves_out_keeps_its_default() -> None:
    assert Params.from_toml("[gaps]\nmin_gap_h = 5\n") == CHANGED
    assert Params.from_toml("") == Params()


def test_every_value_is_written_below_its_source() -> None:
    lines = Params().to_toml().splitlines()
    at = lines.index("min_gap_h = 2.0")
    assert lines[at - 1] == f"# {GapParams.__dataclass_fields__['min_gap_h'].metadata['source']}"


def test_a_written_file_holds_every_value_of_every_part() -> None:
    data = tomllib.loads(Params().to_toml())
    for part in fields(Params):
        assert list(data[part.name]) == [f.name for f in fields(getattr(Params(), part.name))]


def test_equal_parameters_have_equal_digests_and_others_do_not() -> None:
    assert Params().digest() == Params().digest() != CHANGED.digest()
    assert len(Params().digest()) == 16


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("[gaps", "not valid TOML"),
        ("[gapes]\nmin_gap_h = 5", "unknown table: gapes; known: decode"),
        ("[gaps]\nmin_gap = 5", r"unknown key in \[gaps\]: min_gap; known: min_gap_h"),
        ("gaps = 3", r"'gaps' must be a table"),
        ("[gaps]\nmin_gap_h = 'long'", "GapParams.min_gap_h must be float"),
        ("[gaps]\nmin_gap_h = 0", "GapParams.min_gap_h = 0.0 must be above 0"),
        ("[gaps]\nmin_gap_h = nan", "min_gap_h"),
        ("[decode]\nkeep_bad_checksums = 1", "must be bool"),
        ("[decode]\nbase_clock_agreeing = 5", "must not exceed base_clock_look_back = 4"),
    ],
)
def test_bad_parameters_are_refused(text: str, message: str) -> None:
    with pytest.raises(ParamError, match=message):
        Params.from_toml(text)
