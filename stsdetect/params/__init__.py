"""Every number that moves a detection, with its unit in its name and its source beside it.

`Params` nests one frozen dataclass per stage. TOML keys equal field names; change a value with
`dataclasses.replace` or a TOML file.

Examples
--------
>>> p = Params()
>>> Params.from_toml(p.to_toml()) == p
True
>>> len(p.digest())
16
"""

from stsdetect.params.checked import Checked, check_known, param, to_toml_value
from stsdetect.params.context_params import ContextParams
from stsdetect.params.dark_params import DarkParams
from stsdetect.params.decode_params import DecodeParams
from stsdetect.params.encounter_params import EncounterParams
from stsdetect.params.gap_params import GapParams
from stsdetect.params.reception_params import ReceptionParams
from stsdetect.params.run_params import Params
from stsdetect.params.score_params import ModelParams, ScoreParams
from stsdetect.params.stop_params import (
    AnchorParams,
    BerthParams,
    DraughtParams,
    LoiteringParams,
    SoloStopParams,
    SwingParams,
)
from stsdetect.params.track_params import TrackParams
from stsdetect.params.trade.cargo_params import ChainParams, DeliveryParams, TonnesParams
from stsdetect.params.trade.port_params import HiddenCallParams, PortParams

__all__ = [
    "AnchorParams",
    "BerthParams",
    "ChainParams",
    "Checked",
    "ContextParams",
    "DarkParams",
    "DecodeParams",
    "DeliveryParams",
    "DraughtParams",
    "EncounterParams",
    "GapParams",
    "HiddenCallParams",
    "LoiteringParams",
    "ModelParams",
    "Params",
    "PortParams",
    "ReceptionParams",
    "ScoreParams",
    "SoloStopParams",
    "SwingParams",
    "TonnesParams",
    "TrackParams",
    "check_known",
    "param",
    "to_toml_value",
]
