"""One small sea through the whole path and into the tables."""

import pytest

from stsdetect.errors import ParamError
from stsdetect.experiments import evaluate
from stsdetect.simulation import SeaParams


def test_a_small_sea_goes_through_the_whole_path() -> None:
    small = SeaParams(
        hours=20, anchored=6, passing=6, fishing=2, keep_every_s=60.0, no_size_share=0.0, class_b_barges=0.0
    )
    news: list[tuple] = []
    got = evaluate([3], sea=small, progress=lambda *step: news.append(step))
    assert got.summary["seas"] == 1
    transfers = got.recall.filter(kind="transfer")
    assert transfers["listed"].sum() == transfers["n"].sum() == 2
    assert news == [(1, 1, "evaluate")]


def test_an_unknown_family_is_refused_before_any_sea_is_made() -> None:
    with pytest.raises(ParamError, match="unknown family: weather"):
        evaluate([1], varied=True, families=["weather"])
