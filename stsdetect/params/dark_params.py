"""Parameters of dark encounters."""

from __future__ import annotations

from dataclasses import dataclass

from stsdetect.params.checked import Checked, param


@dataclass(frozen=True, kw_only=True, slots=True)
class DarkParams(Checked):
    """Meetings that a silence made possible."""

    min_dwell_h: float = param(3.0, "shortest contact of small product tankers, domain 3.1", gt=0)
    min_p_off: float = param(
        0.2, "a silence that reception explains hides nothing worth a search", ge=0, le=1
    )
    max_gap_h: float = param(96.0, "a longer silence reaches half the ocean and singles out nobody", gt=0)
    max_sog_cargo_kn: float = param(14.0, "service speed of coal and general cargo ships and barges", gt=0)
    max_sog_tanker_kn: float = param(15.0, "service speed of tankers", gt=0)
    max_sog_passenger_kn: float = param(25.0, "ferries and fast craft", gt=0)
    max_sog_other_kn: float = param(12.0, "fishing, towing, dredging and the unknown", gt=0)
    max_candidates: int = param(10, "candidates kept for one silence; the others are counted", gt=0)
    rendezvous_grid: int = param(9, "points a side of the grid that closes in on the best place", ge=3)
    rendezvous_zooms: int = param(8, "times that the grid closes in by 0.4: to 1/1500 of the reach", ge=1)
    cover_weight: float = param(
        3.3, "log-odds of a stop and a silence, or two, at the same hours; fit on 20 simulated seas", ge=0
    )
    share_weight: float = param(
        4.9, "log-odds of spending all of the silence and all of the stop together; same fit", ge=0
    )
    hurry_weight: float = param(
        0.9, "log-odds against, for each 10 kn that the ship must have made; same fit", ge=0
    )
    near_km: float = param(
        20.0, "way over which support falls to 1/e: who meets goes silent near the place", gt=0
    )
    near_weight: float = param(4.0, "log-odds of a place at the end of the track; same fit", ge=0)
    same_place_m: float = param(
        500.0, "swing of a ship of 300 m on 200 m of chain: nearer fixes are one place at anchor", gt=0
    )
    max_handover_min: float = param(
        30.0, "two sets of one hull change over by hand; slow feeds hear a ship each half hour", ge=0
    )
    handover_m: float = param(500.0, "antennas of one hull, and errors of position", ge=0)
    max_rest_sog_kn: float = param(0.5, "a ship at rest broadcasts a few tenths", gt=0)
    left_rest_weight: float = param(
        3.0, "log-odds against leaving a place of rest, and coming back to it, unheard; our judgement", ge=0
    )
    open_weight: float = param(
        1.0,
        "log-odds against a silence without an end; half of the fit: simulated dark ships come back",
        ge=0,
    )
    unexplained_weight: float = param(
        1.0,
        "log-odds of a stop outside anchorages and ports; the fit says 2.6, but off the bay none are known",
        ge=0,
    )
    draught_weight: float = param(0.9, "log-odds of a changed draught; same fit", ge=0)
    typical_stop_h: float = param(
        8.0, "a stay of middle length (domain 3.1); a longer one has other reasons", gt=0
    )
    longest_stop_h: float = param(32.0, "a day and more at anchor: how long tells nothing further", gt=0)
    long_stop_weight: float = param(3.4, "log-odds against, for each e-fold beyond; same fit", ge=0)
    bias: float = param(-7.6, "log-odds of a stay without any sign; same fit")
    pair_bias: float = param(-5.7, "the same for two silences at once")
    together_km: float = param(
        25.0, "way between the ends of two silences over which support falls to 1/e", gt=0
    )
    together_end_weight: float = param(3.5, "log-odds of silences that end side by side; same fit", ge=0)
    max_p_contact: float = param(
        0.5, "architecture section 2: nothing unseen is more than possible", gt=0, le=1
    )

    # Ways round land
    land_sample_m: float = param(
        1000.0, "between points of a straight way; narrower spits are sailed over", gt=0
    )
    max_land_samples: int = param(400, "points of one way: on ways beyond 400 km they lie wider", ge=2)
    quay_m: float = param(2000.0, "a ship at a quay begins on what the map calls land", gt=0)
    sea_grid_deg: float = param(0.02, "side of a water cell: straits between the islands stay open", gt=0)
    sea_margin_deg: float = param(0.5, "how far beyond both ends a way round may lead", gt=0)
    max_sea_cells: int = param(
        90_000, "cells of one grid: over more than 6 x 6 degrees they are coarser", gt=0
    )

    def _cross_check(self) -> None:
        self._ordered("typical_stop_h", "longest_stop_h")
