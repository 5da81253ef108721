"""Varied parameters: seeded, within their ranges, one family at a time."""

import zlib
from dataclasses import replace

import pytest

from stsdetect.errors import ParamError
from stsdetect.simulation import CHAIN_FAMILIES, FAMILIES, PRESETS, vary
from stsdetect.simulation.variation import _SEEDS


def test_only_the_families_asked_for_vary() -> None:
    base, moved = PRESETS["rich"], vary(5, only=["water"])
    changed = {name for name in FAMILIES["water"] if getattr(moved, name) != getattr(base, name)}
    assert changed == set(FAMILIES["water"])
    assert replace(moved, **{name: getattr(base, name) for name in changed}) == base


def test_equal_seeds_give_equal_parameters() -> None:
    assert vary(5) == vary(5) != vary(6)


@pytest.mark.parametrize("family", FAMILIES)
def test_values_lie_in_the_range_of_their_family_and_do_not_depend_on_the_others(family: str) -> None:
    for seed in range(20):
        alone, together = vary(seed, only=[family]), vary(seed)
        for name, values in FAMILIES[family].items():
            assert min(values) <= getattr(alone, name) <= max(values)
            assert family != "cadence" or getattr(alone, name) in values
            assert getattr(alone, name) == getattr(together, name)


def test_an_unknown_family_is_refused() -> None:
    with pytest.raises(ParamError, match="unknown family: moods"):
        vary(1, only=["moods"])


def test_renamed_families_draw_what_they_drew_under_their_first_names() -> None:
    assert {"vessel_attributes": zlib.crc32(b"particulars"), "gaps": zlib.crc32(b"silence")} == _SEEDS
    assert vary(9, only=["gaps"]).dark_margin == pytest.approx(1.4242574124950393, abs=1e-12)
    assert vary(9, only=["vessel_attributes"]).no_size_share == pytest.approx(0.49825631337421666, abs=1e-12)


@pytest.mark.parametrize("family", CHAIN_FAMILIES)
def test_families_of_ships_on_chains_vary_only_where_there_are_any(family: str) -> None:
    assert vary(3, only=[family]) == PRESETS["rich"]
    for seed in range(20):
        drawn = vary(seed, base="hidden", only=[family])
        for name, values in CHAIN_FAMILIES[family].items():
            assert min(values) <= getattr(drawn, name) <= max(values)
            assert family != "tide" or getattr(drawn, name) in values
            assert getattr(vary(seed, base="hidden"), name) == getattr(drawn, name)
