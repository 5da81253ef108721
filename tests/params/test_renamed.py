from dataclasses import asdict

import pytest

from stsdetect.errors import ParamError
from stsdetect.params import Params
from stsdetect.params.renamed import KEYS, TABLES, current_names, renamed_keys


def test_every_current_name_is_a_parameter() -> None:
    known = {f"{table}.{key}" for table, values in asdict(Params()).items() for key in values}
    assert {now for keys in KEYS.values() for now in keys.values()} <= known
    assert set(TABLES.values()) <= set(asdict(Params()))


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
