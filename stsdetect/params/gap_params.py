"""Parameters of gaps: how evidence for a switch-off is weighed."""

from __future__ import annotations

from dataclasses import dataclass

from stsdetect.params.checked import Checked, param


@dataclass(frozen=True, kw_only=True, slots=True)
class GapParams(Checked):
    """Silences."""

    min_gap_h: float = param(
        2.0, "issue 6 ranks gaps of 2 h and more; shorter hides no transfer (domain 3.1)", gt=0
    )
    cadence_window_h: float = param(
        12.0, "hours before and after in which a ship shows its own cadence (pipe-gaps)", gt=0
    )
    cadence_log_odds: tuple[float, ...] = param(
        (-4.0, -2.0, -1.0, 0.0, 1.0), "log-odds by which a ship can be heard worse or better than others"
    )
    cadence_sigma: float = param(1.0, "spread of these between ships of a class", gt=0)
    prior_off: float = param(
        0.0024, "log-odds at no evidence: logistic fit on seas 0-9 of tests/radio_sea.py", gt=0, le=0.5
    )
    evidence_weight: float = param(0.53, "slope of the same fit: hours are not independent", gt=0, le=1)
    max_log_lr: float = param(20.0, "equipment fails too: no silence proves more", gt=0)
    min_detour_log_lr: float = param(
        3.0, "below it a silence is no switch-off whichever way was sailed", ge=0
    )
    prior_detour: float = param(
        0.3, "share of silent ships that did not sail the straight way; simulated seas", ge=0, le=1
    )
    prior_detour_open: float = param(0.5, "the same where nobody knows where the ship went", ge=0, le=1)
    min_detour_share: float = param(
        0.05, "excess of a real way over the straight one: round a cape, off a bank; simulated seas", ge=0
    )
    n_detours: int = param(8, "directions in which a detour is tried: every 45 degrees", ge=1)
    max_detour_km: float = param(80.0, "as far as shore stations hear (domain 4.1)", gt=0)
    max_rest_move_m: float = param(2000.0, "a ship at rest before and after within this did not sail", gt=0)
    min_neighbours: int = param(1, "where no other ship was near, nobody can tell; domain 4.1 (a)", ge=0)
    max_p_off_alone: float = param(
        0.5, "where nobody can vouch, off and not heard are even at best", gt=0, le=1
    )

    # Holes of the feed
    min_dropout_h: float = param(
        1.0, "shorter silences of ships at rest teach nothing about those of hours", gt=0
    )
    long_to_short_dropouts: float = param(
        1.0, "silences of 2 h and more for one of 1-2 h at rest: 155 for 157 off Suez, a hyperbola", gt=0
    )
    min_dropout_log_lr: float = param(
        5.0, "nearly all silences of fewer nats are shorter than min_gap_h, and not counted", ge=0
    )
    max_dropout_log_lr: float = param(
        12.0, "beyond it a switch-off is likelier: the fit of evidence_weight", gt=0
    )
    max_rest_sog_kn: float = param(1.0, "COG is noise below 1 kn (domain 3.2): the ship lies still", gt=0)
    baseline_dropout_slope: float = param(
        0.45, "by which innocent silences get rarer a nat: seas 0-3 of tests/radio_sea.py", gt=0
    )
    baseline_dropouts: float = param(
        10.0, "silences by which a feed's own slope is drawn to the usual one", ge=0
    )
    max_dropout_share: float = param(0.95, "no feed is so bad that no silence is a switch-off", ge=0, le=0.99)
    baseline_slack_share: float = param(
        0.35,
        "ships under way that spend 2 h and more of the next 4-12 h elsewhere than on the straight way: "
        "Suez 0.28-0.60, Baltic 0.16-0.48, Hangzhou 0.06-0.29",
        gt=0,
        le=1,
    )
    baseline_change_share: float = param(
        0.1, "ships that change name or draught over 12 h for other reasons, rough", gt=0, le=1
    )

    # The edge, outages and ports
    edge_margin_km: float = param(
        3.0, "ten minutes at 10 kn: from so near, a ship is out of the area between two fixes", ge=0
    )
    min_outage_overlap: float = param(0.5, "share of a silence inside an outage that explains it", gt=0, le=1)
    max_in_port_move_m: float = param(2000.0, "a ship that stayed in port lies within one harbour", gt=0)

    def _cross_check(self) -> None:
        self._ordered("min_dropout_log_lr", "max_dropout_log_lr")
