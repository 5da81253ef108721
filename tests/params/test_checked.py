import inspect
from dataclasses import FrozenInstanceError, dataclass

import pytest

import stsdetect as sts
from stsdetect.errors import ParamError
from stsdetect.params import Checked, DraughtParams, Params, TrackParams, check_known, param, to_toml_value
from stsdetect.schema import GAPS, LOITERING, POINTS, POSITIONS, SEGMENTS


@dataclass(frozen=True, kw_only=True, slots=True)
class Limits(Checked):
    low_m: float = param(1.0, "for this test [C]", ge=0)
    high_m: float = param(2.0, "for this test [C]", gt=0, le=10)
    steps: int = param(3, "for this test [C]", ge=1)
    strict: bool = param(False, "for this test [C]")

    def _cross_check(self) -> None:
        self._ordered("low_m", "high_m")


def test_values_at_a_closed_bound_are_accepted() -> None:
    assert Limits(low_m=0.0, high_m=10.0, steps=1).high_m == 10.0


def test_an_integer_becomes_a_float_where_a_float_is_wanted() -> None:
    assert isinstance(Limits(high_m=5).high_m, float)


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"low_m": -0.1}, r"Limits.low_m = -0.1 must be at least 0"),
        ({"low_m": 0.0, "high_m": 0.0}, r"Limits.high_m = 0.0 must be above 0"),
        ({"high_m": 10.1}, r"Limits.high_m = 10.1 must be at most 10"),
        ({"high_m": float("nan")}, "Limits.high_m = nan"),
        ({"low_m": 2.1}, r"Limits.low_m = 2.1 must not exceed high_m = 2.0"),
        ({"steps": 2.0}, r"Limits.steps must be int, not 2.0"),
        ({"steps": True}, r"Limits.steps must be int, not True"),
        ({"strict": 1}, r"Limits.strict must be bool, not 1"),
        ({"low_m": "far"}, r"Limits.low_m must be float, not 'far'"),
    ],
)
def test_a_value_of_the_wrong_type_or_out_of_range_is_refused(values, message) -> None:
    with pytest.raises(ParamError, match=message):
        Limits(**values)


def test_parameters_are_frozen_and_keyword_only() -> None:
    with pytest.raises(FrozenInstanceError):
        TrackParams().max_sog_kn = 3  # type: ignore[misc]
    with pytest.raises(TypeError):
        TrackParams(3)  # type: ignore[misc]


def test_unknown_names_are_listed_beside_the_known_ones() -> None:
    check_known({"a": 1}, ["a", "b"], "key")
    with pytest.raises(ParamError, match="unknown key: c, d; known: a, b"):
        check_known({"d": 1, "a": 1, "c": 1}, ["a", "b"], "key")


def test_values_are_written_as_toml() -> None:
    assert [to_toml_value(v) for v in (True, 2, 0.5, "ü", (1.0, "a"))] == [
        "true",
        "2",
        "0.5",
        '"ü"',
        '[1.0, "a"]',
    ]
    with pytest.raises(TypeError, match="cannot write dict as TOML"):
        to_toml_value({})


def test_a_part_is_named_where_the_whole_is_wanted_and_the_other_way_round() -> None:
    with pytest.raises(ParamError, match=r"expected Params, not TrackParams; pass `Params\(tracks=...\)`"):
        Params.of(TrackParams())
    with pytest.raises(ParamError, match=r"expected DraughtParams, not Params; pass `params.draught`"):
        DraughtParams.of(Params())
    chosen = TrackParams(max_sog_kn=50.0)
    assert TrackParams.of(chosen) is chosen
    assert TrackParams.of(None) == TrackParams()


EMPTY = {
    sts.build_tracks: [POSITIONS],
    sts.find_encounters: [POINTS],
    sts.find_gaps: [POINTS, SEGMENTS],
    sts.find_loitering: [POINTS],
    sts.find_dark_encounters: [GAPS, LOITERING],
}


@pytest.mark.parametrize("function", EMPTY, ids=lambda f: f.__name__)
@pytest.mark.parametrize("wrong", [Params(), {}, "x"], ids=["Params", "dict", "text"])
def test_every_detector_refuses_parameters_of_another_class(function, wrong) -> None:
    tables = [table.empty() for table in EMPTY[function]]
    names = [n for n in inspect.signature(function).parameters if n.endswith("params")]
    assert "params" in names
    for name in names:
        with pytest.raises(ParamError, match="expected"):
            function(*tables, **{name: wrong})
