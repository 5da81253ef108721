"""Parameters of gaps: how evidence for a switch-off is weighed."""

from __future__ import annotations

from dataclasses import dataclass

from stsdetect.params.checked import Checked, param


@dataclass(frozen=True, kw_only=True, slots=True)
class GapParams(Checked):
    """Which gaps are kept, and how the evidence that one is a switch-off is weighed."""

    min_gap_h: float = param(
        2.0, "a gap is longer, as published; shorter ones cannot hide a transfer [L20, J]", gt=0
    )
    cadence_window_h: float = param(
        12.0, "hours before and after from which a ship's own cadence is estimated, as published [L20]", gt=0
    )
    cadence_log_odds: tuple[float, ...] = param(
        (-4.0, -2.0, -1.0, 0.0, 1.0),
        "log-odds by which one ship can be received worse or better than others [J]",
    )
    cadence_sigma: float = param(1.0, "spread of cadence_log_odds between ships of one class [J]", gt=0)
    prior_off: float = param(
        0.0024, "probability without any evidence; logistic fit on radio seas 0-9 [S6]", gt=0, le=0.5
    )
    evidence_weight: float = param(
        0.53,
        "slope of the same fit as prior_off; below 1, as hours of a gap are not independent [S6]",
        gt=0,
        le=1,
    )
    max_log_lr: float = param(20.0, "equipment also fails, so more evidence is not conclusive [J]", gt=0)
    min_detour_log_lr: float = param(
        3.0, "below it, the gap is not a switch-off on any route, and detours need not be tried [J]", ge=0
    )
    prior_detour: float = param(
        0.3, "share of ships in a gap that left the straight route; simulated seas [S7]", ge=0, le=1
    )
    prior_detour_open: float = param(
        0.5, "as prior_detour, for a gap that has not ended: even odds [J]", ge=0, le=1
    )
    min_detour_share: float = param(
        0.05,
        "excess of a real route over the straight one, round a cape or off a bank; simulated seas [S7]",
        ge=0,
    )
    n_detours: int = param(8, "directions in which a detour is tried: every 45 degrees [C]", ge=1)
    max_detour_km: float = param(80.0, "as far as a shore station receives [L18]", gt=0)
    max_rest_move_m: float = param(
        2000.0, "a ship at rest before and after and no farther away than this did not sail [J]", gt=0
    )
    min_neighbours: int = param(
        1, "without another ship nearby, switched off and not received look the same [J]", ge=0
    )
    max_p_off_alone: float = param(
        0.5, "without neighbours, switched off is at most as likely as not received [J]", gt=0, le=1
    )

    # Dropouts of the feed
    min_dropout_h: float = param(
        1.0, "shorter gaps of ships at rest do not show how common gaps of hours are [J]", gt=0
    )
    long_to_short_dropouts: float = param(
        1.0, "gaps of 2 h and more per gap of 1-2 h, of ships at rest: 155 to 157 off Suez [M3]", gt=0
    )
    min_dropout_log_lr: float = param(
        5.0, "nearly all gaps with less evidence are shorter than min_gap_h and are not counted [J]", ge=0
    )
    max_dropout_log_lr: float = param(
        12.0, "beyond, a switch-off is more likely, by the fit of evidence_weight [S6]", gt=0
    )
    max_rest_sog_kn: float = param(
        1.0,
        "below 1 kn course and speed are mostly noise, and ships with more are under way; "
        "DarkParams takes 0.5 kn, where it counts against one ship [J]",
        gt=0,
    )
    baseline_dropout_slope: float = param(
        0.45, "rate per nat at which innocent gaps get rarer; radio seas 0-3 [S6]", gt=0
    )
    baseline_dropouts: float = param(
        10.0, "number of gaps by which the slope of a feed is shrunk to baseline_dropout_slope [J]", ge=0
    )
    max_dropout_share: float = param(
        0.95, "some switch-offs remain possible in the worst of feeds [J]", ge=0, le=0.99
    )
    baseline_slack_share: float = param(
        0.35,
        "ships under way that spend 2 h and more of the next 4-12 h off the straight route: Suez "
        "0.28-0.60, Baltic 0.16-0.48, Hangzhou 0.06-0.29 [M1, M2, M3]",
        gt=0,
        le=1,
    )
    baseline_change_share: float = param(
        0.1, "ships that change name or draught within 12 h for other reasons [J]", gt=0, le=1
    )

    # Edge of the area, outages and ports
    edge_margin_km: float = param(
        3.0, "ten minutes at 10 kn: nearer to the edge, a ship can leave the area between two fixes [J]", ge=0
    )
    min_outage_overlap: float = param(
        0.5, "share of a gap that lies within an outage and is explained by it [J]", gt=0, le=1
    )
    max_in_port_move_m: float = param(
        2000.0, "extent of one harbour: a ship found within it stayed in port [J]", gt=0
    )

    own_sog_quantile: float = param(
        0.9,
        "quantile of a vessel's broadcast speeds that counts as its own speed, free of outliers [J]",
        gt=0,
        le=1,
    )
    max_null_mean_share: float = param(
        0.499,
        "mean log-likelihood ratio in the null window, as a share of its width, from which the ratios do not "
        "fall off: a uniform density has 0.5 [J]",
        gt=0,
        le=0.4999,
    )

    def _cross_check(self) -> None:
        self._ordered("min_dropout_log_lr", "max_dropout_log_lr")
