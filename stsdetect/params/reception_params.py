"""Parameters of the reception model."""

from __future__ import annotations

from dataclasses import dataclass

from stsdetect.errors import ParamError
from stsdetect.params.checked import Checked, param


@dataclass(frozen=True, kw_only=True, slots=True)
class ReceptionParams(Checked):
    """What could have been heard, learnt from the dump."""

    cell_km: float = param(15.0, "architecture section 2: share of other ships within 15 km", ge=2.5)
    bin_s: float = param(600.0, "architecture section 2: heard in each ten minutes", ge=60)
    region_km: float = param(
        240.0, "a satellite's footprint is wider; a few shore stations lie in one region", gt=0
    )
    window_bins: int = param(6, "an hour: the failure of a station lasts longer", gt=0)
    max_presence_h: float = param(
        48.0, "a ship silent for longer may be anywhere and teaches nothing about a cell", gt=0
    )
    max_rest_gap_h: float = param(
        6.0, "at rest for longer in silence: switched off at berth as a rule, and no witness", gt=0
    )
    max_rest_sog_kn: float = param(1.0, "COG is noise below 1 kn (domain 3.2): the ship lies still", gt=0)
    reach_km: float = param(20.0, "ships this near tell of the same hour; domain 4.1 (a) has 5 nm", gt=0)
    near_weight: float = param(0.5, "what a ship in another cell tells against one in the same", gt=0, le=1)
    smooth_km: float = param(20.0, "way over which usual reception changes: width of a range's edge", gt=0)
    wide_factor: int = param(4, "surroundings against the place itself, both in cells and in width", gt=0)
    prior_ship_bins: float = param(
        30.0, "ship-slices by which a place is drawn to its surroundings: five ship-hours", gt=0
    )
    known_ship_bins: float = param(
        6.0, "an hour of one ship: fewer seen around, and nobody knows who is heard there", gt=0
    )
    regime_log_odds: tuple[float, ...] = param(
        (-6.0, -2.0, 0.0, 2.0, 6.0),
        "log-odds by which a slice can differ from the usual: dead to a pass overhead",
    )
    min_regime_share: float = param(
        0.01, "no state is rarer than that: what was not seen yet can come", gt=0, le=0.2
    )
    max_neighbour_p: float = param(0.97, "a neighbour can be switched off as well", gt=0, le=1)
    min_p: float = param(0.001, "no place is quite deaf", gt=0, le=1)
    max_p: float = param(0.995, "no place hears all: slots collide (M.1371 SOTDMA)", gt=0, le=1)
    min_outage_ships: int = param(3, "fewer silent ships may each have a reason of their own", gt=0)
    min_outage_h: float = param(0.5, "three slices: a chance silence of all is shorter", gt=0)
    max_outage_break_bins: int = param(3, "a satellite's pass does not end the failure of a station", ge=0)
    max_outage_share: float = param(
        0.05, "share of the expected that may still be heard while a station is down", ge=0, le=1
    )
    min_reception_for_outage: float = param(
        0.5, "where less is heard on the mean, silence is ordinary", ge=0, le=1
    )
    min_ships_at_once: float = param(
        5.0,
        "ships in a region at one time, as a ship sees it, below which nobody can vouch for another",
        ge=0,
    )
    min_rest_share: float = param(
        0.1,
        "share of ships present at rest (Kattegat 0.25); with fewer nothing shows a missing stop",
        ge=0,
        le=1,
    )
    max_rest_received_ratio: float = param(
        0.25,
        "share heard at rest against under way: Kattegat without stops 0.08, Baltic with its stops 0.76",
        ge=0,
        le=1,
    )

    def _cross_check(self) -> None:
        self._ordered("min_p", "max_p")
        if 0.0 not in self.regime_log_odds:
            raise ParamError(
                f"ReceptionParams.regime_log_odds = {self.regime_log_odds} must hold 0, the usual state"
            )
