from dataclasses import asdict

import pytest

from stsdetect.errors import ParamError
from stsdetect.params import Params
from stsdetect.params.renamed import KEYS, current_names, renamed_keys


@pytest.mark.parametrize(
    ("toml", "message"),
    [
        ("[gaps]\nmin_hole_h = 1.0\n", "gaps.min_hole_h is now gaps.min_dropout_h"),
        ("[lone]\nmin_stop_h = 3.0\n", r"\[lone\] is now \[solo_stops\]"),
        ("[lone]\ndraught_window_h = 6.0\n", "lone.draught_window_h is now draught.window_h"),
        ("[score]\nmin_draught_change_m = 0.3\n", "draught.min_change_m"),
    ],
)
def test_a_key_of_version_0_1_ends_in_an_error_that_names_the_new_one(toml: str, message: str) -> None:
    with pytest.raises(ParamError, match=message):
        Params.from_toml(toml)


def test_keys_of_today_are_not_renamed() -> None:
    assert renamed_keys({"gaps": {"min_gap_h": 4.0}, "solo_stops": {}}) == []


def test_every_new_name_exists_and_every_old_one_is_gone() -> None:
    params = Params()
    for table, keys in KEYS.items():
        for old, new in keys.items():
            assert not hasattr(getattr(params, table), old), f"{table}.{old}"
            room, key = new.split(".")
            assert hasattr(getattr(params, room), key), new


def test_parameters_of_0_1_are_read_under_their_current_names() -> None:
    old = {
        "reception": {"slot_s": 300.0},
        "gaps": {"min_hole_h": 2.0, "draught_window_h": 5.0},
        "lone": {"draught_window_h": 5.0},
        "encounters": {"draught_window_h": 20.0},
    }
    params = Params.from_dict(current_names(old))
    assert (params.reception.bin_s, params.gaps.min_dropout_h) == (300.0, 2.0)
    assert (params.draught.window_h, params.draught.encounter_window_h) == (5.0, 20.0)
    with pytest.raises(ParamError, match="have new names"):
        Params.from_dict(old)


def test_current_parameters_are_left_as_they_are() -> None:
    now = asdict(Params())
    assert current_names(now) == now
    assert renamed_keys(now) == []


def test_keys_that_became_one_must_have_had_one_value() -> None:
    old = {"gaps": {"min_draught_change_m": 0.3}, "dark": {"min_draught_change_m": 0.4}}
    with pytest.raises(ParamError, match=r"dark.min_draught_change_m = 0.4 .* is now draught.min_change_m"):
        current_names(old)
