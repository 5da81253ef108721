"""Parameters of places and watchlists."""

from __future__ import annotations

from dataclasses import dataclass

from stsdetect.params.checked import Checked, param


@dataclass(frozen=True, kw_only=True, slots=True)
class ContextParams(Checked):
    """Places and watchlists."""

    anchorage_point_radius_m: float = param(
        500.0, "an S2 level 14 cell, as GFW's anchorage points are, is 0.5 km wide", gt=0
    )
    min_name_similarity: float = param(0.9, "one letter wrong in a name of ten", gt=0.5, le=1)
    min_fuzzy_name_length: int = param(6, "shorter names differ from many honest ones by a letter", ge=1)
    max_length_difference_share: float = param(
        0.03, "AIS sizes are whole metres a side; A LI and YON PUNG 3 were equal", ge=0, le=1
    )
