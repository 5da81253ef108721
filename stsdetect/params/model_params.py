"""Parameters of training the contact model."""

from __future__ import annotations

from dataclasses import dataclass

from stsdetect.params.checked import Checked, param


@dataclass(frozen=True, kw_only=True, slots=True)
class ModelParams(Checked):
    """Shape of the contact model; used when it is trained, not when it is applied."""

    trees: int = param(150, "chosen by Brier score on left-out simulated seas, flat from 100 to 250", ge=1)
    learning_rate: float = param(0.06, "as above", gt=0, le=1)
    leaves: int = param(8, "three-way interplay of gap, error and turning", ge=2)
    min_rows_per_leaf: int = param(20, "scikit-learn's default", ge=1)
    l2: float = param(1.0, "our judgement: no weight is published", ge=0)
    folds: int = param(6, "seas are dealt into this many folds for the calibration", ge=2)
    max_dark_p: float = param(
        0.9,
        "the likeliest candidates of simulated seas had all met; real seas hide ships without AIS",
        gt=0,
        le=1,
    )
    meeting_l2: float = param(0.1, "holds back weights of what few seas show; judgement", ge=0)
