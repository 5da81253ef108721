"""Parameters of the reception model."""

from __future__ import annotations

from dataclasses import dataclass

from stsdetect.errors import ParamError
from stsdetect.params.checked import Checked, param


@dataclass(frozen=True, kw_only=True, slots=True)
class ReceptionParams(Checked):
    """Where and when ships were received, estimated from the dump."""

    cell_km: float = param(
        15.0, "other ships within 15 km showed reception well in the first trial [S3]", ge=2.5
    )
    bin_s: float = param(600.0, "ten minutes, as in the first trial [S3]", ge=60)
    region_km: float = param(
        240.0, "less than a satellite's footprint, yet wide enough for several shore stations [J]", gt=0
    )
    window_bins: int = param(6, "an hour; failures of a station last longer [J]", gt=0)
    max_presence_h: float = param(
        48.0,
        "after two days without a report a ship may be anywhere and is not evidence about a cell [J]",
        gt=0,
    )
    max_rest_gap_h: float = param(
        6.0,
        "a ship at rest and not received for longer is mostly switched off at a berth, and is not "
        "evidence about reception [J]",
        gt=0,
    )
    max_rest_sog_kn: float = param(
        1.0,
        "below 1 kn the movement between fixes is mostly noise and swing; DarkParams takes 0.5 "
        "kn, where it counts against one ship [J]",
        gt=0,
    )
    reach_km: float = param(20.0, "ships this near share the reception of an hour [J]", gt=0)
    near_weight: float = param(
        0.5, "weight of a ship in a neighbouring cell relative to one in the same cell [J]", gt=0, le=1
    )
    smooth_km: float = param(
        20.0, "distance over which baseline reception changes: the fringe of a station's range [J]", gt=0
    )
    wide_factor: int = param(
        4, "size of cells and kernel of the wider surroundings, in multiples of those of the place [J]", gt=0
    )
    prior_ship_bins: float = param(
        30.0, "ship-bins by which a place is shrunk towards its surroundings: five ship-hours [J]", gt=0
    )
    known_ship_bins: float = param(
        6.0, "one ship-hour; with fewer around, reception is taken to be near zero [J]", gt=0
    )
    regime_log_odds: tuple[float, ...] = param(
        (-6.0, -2.0, 0.0, 2.0, 6.0),
        "regimes of a time bin, from a dead station to a satellite pass overhead [J]",
    )
    min_regime_share: float = param(
        0.01, "floor, so that a regime not observed yet remains possible [J]", gt=0, le=0.2
    )
    max_neighbour_p: float = param(0.97, "a neighbour can be switched off as well [J]", gt=0, le=1)
    min_p: float = param(0.001, "lower bound on reception probability [J]", gt=0, le=1)
    max_p: float = param(
        0.995,
        "upper bound on reception probability; transmissions collide even near a station [L1, J]",
        gt=0,
        le=1,
    )
    min_outage_ships: int = param(3, "one or two missing ships may each have a reason of their own [J]", gt=0)
    min_outage_h: float = param(
        0.5, "three time bins; by chance all ships are missing for shorter times only [J]", gt=0
    )
    max_outage_break_bins: int = param(3, "a satellite pass does not end the failure of a station [J]", ge=0)
    max_outage_share: float = param(
        0.05, "share of the expected ships that may still be received while a station is down [J]", ge=0, le=1
    )
    min_reception_for_outage: float = param(
        0.5, "where reception is worse on average, missing ships are ordinary [J]", ge=0, le=1
    )
    min_ships_at_once: float = param(
        5.0,
        "concurrent ships in a region, averaged over ships, needed to judge reception; 3.6 off "
        "Hangzhou Bay were too few [M1, J]",
        ge=0,
    )
    min_rest_share: float = param(
        0.1,
        "share of ships at rest, 0.25 in the Kattegat; with fewer, removed stops do not show [M4, J]",
        ge=0,
        le=1,
    )
    max_rest_received_ratio: float = param(
        0.25,
        "reception at rest over that under way: 0.08 in a feed without stops, 0.76 in one with them [M2, M4]",
        ge=0,
        le=1,
    )
    regime_em_rounds: int = param(
        20,
        "rounds of EM from equal shares; it stops early: on tests/radio_sea.py (seed 11) the hourly share of "
        "regimes below the baseline is 0.08 after 20 and 0.02 after 40 [J]",
        gt=0,
    )
    n_baseline_bands: int = param(
        3,
        "equal parts of [0, 1] within which all cells have the same regime shares: satellite only, the edge "
        "of a station's range, well inside it [J]",
        gt=0,
    )
    kernel_cutoff_sigmas: float = param(
        2.5, "kernel widths beyond which the weight, below 0.05, is dropped [J]", gt=0
    )
    prior_p: float = param(
        0.5, "baseline of a dump without any count, as in Laplace's rule of succession [J]", gt=0, le=1
    )
    adjacent_regions: float = param(
        1.5, "regions between the middles of two that touch at a side or corner, rounded up [J]", gt=0
    )

    def _cross_check(self) -> None:
        self._ordered("min_p", "max_p")
        if 0.0 not in self.regime_log_odds:
            raise ParamError(
                f"ReceptionParams.regime_log_odds = {self.regime_log_odds} must contain 0, the baseline"
            )
