from dataclasses import FrozenInstanceError, fields, replace

import pytest

from stsdetect.errors import ParamError
from stsdetect.params import GapParams, Params, TrackParams
from stsdetect.params.renamed import KEYS

PARTS = [getattr(Params(), f.name) for f in fields(Params)]


@pytest.mark.parametrize("part", PARTS, ids=lambda p: type(p).__name__)
def test_every_parameter_says_where_its_default_comes_from(part) -> None:
    for f in fields(part):
        assert len(f.metadata["source"]) > 10, f.name


def test_toml_round_trip_and_partial_files() -> None:
    changed = replace(Params(), gaps=replace(GapParams(), min_gap_h=5.0))
    assert Params.from_toml(changed.to_toml()) == changed
    assert Params.from_toml("[gaps]\nmin_gap_h = 5\n") == changed
    assert Params.from_toml("") == Params()


def test_the_digest_tells_parameters_apart() -> None:
    changed = replace(Params(), gaps=replace(GapParams(), min_gap_h=5.0))
    assert Params().digest() == Params().digest() != changed.digest()


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


def test_parameters_are_frozen_and_keyword_only() -> None:
    with pytest.raises(FrozenInstanceError):
        TrackParams().max_sog_kn = 3  # type: ignore[misc]
    with pytest.raises(TypeError):
        TrackParams(3)  # type: ignore[misc]


@pytest.mark.parametrize(
    ("toml", "said"),
    [
        ("[gaps]\nmin_hole_h = 1.0\n", "gaps.min_hole_h is now gaps.min_dropout_h"),
        ("[lone]\nmin_stop_h = 3.0\n", r"\[lone\] is now \[solo_stops\]"),
        ("[lone]\ndraught_window_h = 6.0\n", "lone.draught_window_h is now draught.window_h"),
        ("[score]\nmin_draught_change_m = 0.3\n", "draught.min_change_m"),
    ],
)
def test_a_key_of_version_0_1_ends_in_an_error_that_names_the_new_one(toml: str, said: str) -> None:
    with pytest.raises(ParamError, match=said):
        Params.from_toml(toml)


def test_every_new_name_exists_and_no_old_one_does() -> None:
    params = Params()
    for table, keys in KEYS.items():
        for old, new in keys.items():
            assert not hasattr(getattr(params, table), old), f"{table}.{old}"
            room, key = new.split(".")
            assert hasattr(getattr(params, room), key), new
