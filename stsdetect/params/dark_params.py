"""Parameters of dark encounters."""

from __future__ import annotations

from dataclasses import dataclass

from stsdetect.params.checked import Checked, param


@dataclass(frozen=True, kw_only=True, slots=True)
class DarkParams(Checked):
    """Which vessels a ship could have met during a gap, and how they rank."""

    min_dwell_h: float = param(3.0, "shortest transfer expected between small product tankers [J]", gt=0)
    min_p_off: float = param(
        0.2, "a gap that reception explains better does not justify a search [J]", ge=0, le=1
    )
    max_gap_h: float = param(96.0, "in four days a ship reaches too many others to single one out [J]", gt=0)
    max_sog_cargo_kn: float = param(
        14.0, "service speed of coal carriers, general cargo ships and barges [J]", gt=0
    )
    max_sog_tanker_kn: float = param(15.0, "service speed of tankers [J]", gt=0)
    max_sog_passenger_kn: float = param(25.0, "ferries and fast craft [J]", gt=0)
    max_sog_other_kn: float = param(12.0, "fishing, towing, dredging and vessels of unknown type [J]", gt=0)
    max_gaps_at_once: int = param(
        500,
        "other gaps at once within reach; among hundreds none can be singled out, and it is the feed or "
        "jamming that caused them [J]",
        gt=0,
    )
    max_candidates: int = param(10, "candidates kept per gap; the others are counted only [J]", gt=0)
    rendezvous_grid: int = param(
        9, "points per side of the grid that is refined around the longest dwell [J]", ge=3
    )
    rendezvous_zooms: int = param(8, "refinements of the grid by 0.4, down to 1/1500 of the reach [J]", ge=1)
    cover_weight: float = param(
        3.3,
        "log-odds of a gap that coincides with a stop or another gap; fit on 20 simulated seas [S5]",
        ge=0,
    )
    share_weight: float = param(
        4.9, "log-odds of a dwell that fills both the gap and the stop; same fit as cover_weight [S5]", ge=0
    )
    hurry_weight: float = param(
        0.9, "log-odds against, per 10 kn of required speed; same fit as cover_weight [S5]", ge=0
    )
    near_km: float = param(
        20.0,
        "distance over which the support of a nearby track end falls to 1/e: ships switch off "
        "close to the rendezvous [J]",
        gt=0,
    )
    near_weight: float = param(
        4.0, "log-odds of a stop at an end of the track; same fit as cover_weight [S5]", ge=0
    )
    same_place_m: float = param(
        500.0,
        "swing radius of a 300 m ship on 200 m of chain, against the centre of a stop; "
        "LoiteringParams.same_place_m compares two fixes and allows the diameter [J]",
        gt=0,
    )
    max_handover_min: float = param(
        30.0,
        "two transponders of one hull are changed over by hand, and slow feeds report each half an hour [J]",
        ge=0,
    )
    handover_m: float = param(500.0, "antennas of one hull, and position errors [J]", ge=0)
    max_rest_sog_kn: float = param(
        0.5,
        "speed that a ship at rest broadcasts; stricter than the 1.0 kn of gaps and reception, "
        "as it counts against one ship here and is averaged over many there [J]",
        gt=0,
    )
    left_rest_weight: float = param(
        3.0, "log-odds against leaving a place of rest and returning to it within one gap [J]", ge=0
    )
    open_weight: float = param(
        1.0,
        "log-odds against an open gap; half of the fitted value, as simulated dark "
        "ships always return [S5, J]",
        ge=0,
    )
    beside_m: float = param(
        300.0,
        "distance over which the support of a stop where the dark ship lay at rest falls to 1/e: the swing "
        "of a ship of 200 m at anchor [J]",
        gt=0,
    )
    beside_weight: float = param(
        9.0,
        "log-odds of a stop where the dark ship lay at rest before or after; fit on seven seas by another "
        "hand [S21]",
        ge=0,
    )
    max_adrift_sog_kn: float = param(
        2.0, "a ship adrift goes with wind and tide; as LoiteringParams.max_sog_kn [L22]", gt=0
    )
    drift_error_share: float = param(
        0.5,
        "error of a reckoned drift over its length: median after 2 h of 850 drifts in seas by other hands "
        "[S23]",
        ge=0,
    )
    min_course_sog_kn: float = param(
        3.0, "slower ships may be adrift, and head anywhere; as LoiteringParams.max_drift_kn [L16]", gt=0
    )
    course_spread_deg: float = param(
        10.0,
        "half width of the courses of ships bound for the place of a stop: half are within 6 deg in seas by "
        "other hands, within 30 deg where real ships enter ports and channels [S23, M16, J]",
        gt=0,
    )
    course_aside_m: float = param(
        500.0, "ships come alongside from one side, in a wide turn; as same_place_m [J]", ge=0
    )
    course_weight: float = param(
        1.0, "share of the log-likelihood ratio of the courses that counts [J]", ge=0
    )
    unexplained_weight: float = param(
        1.0,
        "log-odds of a stop outside anchorages and ports; the fit gives 2.6, but off the bay the "
        "anchorages are not mapped [S5, J]",
        ge=0,
    )
    draught_weight: float = param(0.9, "log-odds of a changed draught; same fit as cover_weight [S5]", ge=0)
    typical_stop_h: float = param(
        8.0, "transfer of middle length; a longer stop has other reasons as well [J]", gt=0
    )
    longest_stop_h: float = param(
        32.0, "beyond a day and more at anchor, the length is not informative [J]", gt=0
    )
    long_stop_weight: float = param(
        3.4, "log-odds against, per e-fold beyond typical_stop_h; same fit as cover_weight [S5]", ge=0
    )
    bias: float = param(-7.6, "log-odds of a stop without any support; same fit as cover_weight [S5]")
    pair_bias: float = param(-5.7, "log-odds of two gaps without any support; same fit as cover_weight [S5]")
    together_km: float = param(
        25.0, "distance between the ends of two gaps over which support falls to 1/e [J]", gt=0
    )
    together_end_weight: float = param(
        3.5, "log-odds of two gaps that end side by side; same fit as cover_weight [S5]", ge=0
    )
    max_p_contact: float = param(0.5, "what was not observed is never more than possible [J]", gt=0, le=1)

    # Routes around land
    land_sample_m: float = param(
        1000.0, "spacing of points along a straight route; narrower spits are ignored [J]", gt=0
    )
    max_land_samples: int = param(400, "points per route; beyond 400 km they are spaced wider [J]", ge=2)
    quay_m: float = param(2000.0, "a ship at a quay starts on what the coast polygons call land [M9]", gt=0)
    sea_grid_deg: float = param(
        0.02, "size of a water cell, small enough to keep the straits between the islands open [J]", gt=0
    )
    sea_margin_deg: float = param(0.5, "how far a route around land may lead beyond both ends [J]", gt=0)
    max_sea_cells: int = param(90_000, "cells per grid; beyond 6 x 6 degrees they are larger [J]", gt=0)

    rendezvous_zoom_factor: float = param(
        0.4,
        "side of the next grid of places over that of this one: the steps of 9 points are 0.25, so the best "
        "point stays well inside [J]",
        gt=0,
        le=1,
    )

    def _cross_check(self) -> None:
        self._ordered("typical_stop_h", "longest_stop_h")
