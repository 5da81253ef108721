"""Parameters of places and watchlists."""

from __future__ import annotations

from dataclasses import dataclass

from stsdetect.params.checked import Checked, param


@dataclass(frozen=True, kw_only=True, slots=True)
class ContextParams(Checked):
    """How places and watchlists are matched."""

    anchorage_point_radius_m: float = param(
        500.0, "an anchorage of Global Fishing Watch is an S2 cell of level 14, about 0.5 km wide [L23]", gt=0
    )
    min_name_similarity: float = param(0.9, "one wrong letter in a name of ten [J]", gt=0.5, le=1)
    min_fuzzy_name_length: int = param(
        6, "a shorter name is within one letter of many unrelated ones [J]", ge=1
    )
    max_length_difference_share: float = param(
        0.03,
        "lengths are broadcast in whole metres; A LI and YON PUNG 3 had the same one [L10, J]",
        ge=0,
        le=1,
    )
