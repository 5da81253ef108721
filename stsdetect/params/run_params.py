"""All parameters of a run."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass, field, fields
from pathlib import Path
from typing import Any, Self, get_type_hints

from stsdetect.errors import ParamError
from stsdetect.params.checked import Checked, check_known, to_toml_value
from stsdetect.params.context_params import ContextParams
from stsdetect.params.dark_params import DarkParams
from stsdetect.params.decode_params import DecodeParams
from stsdetect.params.encounter_params import EncounterParams
from stsdetect.params.gap_params import GapParams
from stsdetect.params.reception_params import ReceptionParams
from stsdetect.params.renamed import renamed_keys
from stsdetect.params.score_params import ScoreParams
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
from stsdetect.toml_files import parse_toml, toml_text


@dataclass(frozen=True, kw_only=True, slots=True)
class Params(Checked):
    """All parameters of a run.

    Examples
    --------
    >>> from dataclasses import replace
    >>> p = replace(Params(), gaps=GapParams(min_gap_h=4))
    >>> p.gaps.min_gap_h
    4.0
    >>> GapParams(min_gap_h=-1)
    Traceback (most recent call last):
        ...
    stsdetect.errors.ParamError: GapParams.min_gap_h = -1.0 must be above 0
    """

    decode: DecodeParams = field(default_factory=DecodeParams)
    tracks: TrackParams = field(default_factory=TrackParams)
    context: ContextParams = field(default_factory=ContextParams)
    reception: ReceptionParams = field(default_factory=ReceptionParams)
    draught: DraughtParams = field(default_factory=DraughtParams)
    berths: BerthParams = field(default_factory=BerthParams)
    gaps: GapParams = field(default_factory=GapParams)
    loitering: LoiteringParams = field(default_factory=LoiteringParams)
    encounters: EncounterParams = field(default_factory=EncounterParams)
    dark: DarkParams = field(default_factory=DarkParams)
    solo_stops: SoloStopParams = field(default_factory=SoloStopParams)
    swing: SwingParams = field(default_factory=SwingParams)
    anchors: AnchorParams = field(default_factory=AnchorParams)
    ports: PortParams = field(default_factory=PortParams)
    hidden_calls: HiddenCallParams = field(default_factory=HiddenCallParams)
    score: ScoreParams = field(default_factory=ScoreParams)
    tonnes: TonnesParams = field(default_factory=TonnesParams)
    chains: ChainParams = field(default_factory=ChainParams)
    deliveries: DeliveryParams = field(default_factory=DeliveryParams)

    @classmethod
    def from_toml(cls, text: str) -> Self:
        """Read parameters from TOML; what is absent keeps its default.

        Raises
        ------
        ParamError
            On invalid TOML, an unknown table or key, a wrong type or a value out of range.
        """
        try:
            data = parse_toml(text)
        except ValueError as error:
            raise ParamError(f"parameters are not valid TOML: {error}") from error
        return cls.from_dict(data)

    @classmethod
    def from_file(cls, path: str | Path) -> Self:
        """Read parameters from a TOML file; what is absent keeps its default.

        Raises
        ------
        ParamError
            If the file cannot be read, or as `from_toml`.
        """
        try:
            text = toml_text(Path(path))
        except (OSError, ValueError) as error:
            raise ParamError(f"cannot read the parameters in {path}: {error}") from error
        return cls.from_toml(text)

    @classmethod
    def from_dict(cls, data: dict[str, Any]) -> Self:
        """Read parameters from nested plain values, as in ``run.json``; what is absent keeps its default.

        Raises
        ------
        ParamError
            On an unknown table or key, a wrong type or a value out of range.
        """
        hints = get_type_hints(cls)
        if renamed := renamed_keys(data):
            raise ParamError(
                f"these parameters have new names: {'; '.join(renamed)}. Change them in your file."
            )
        check_known(data, list(hints), "table")
        parts: dict[str, Any] = {}
        for name, values in data.items():
            if not isinstance(values, dict):
                raise ParamError(f"'{name}' must be a table, written [{name}]")
            kind = hints[name]
            check_known(values, [f.name for f in fields(kind)], f"key in [{name}]")
            parts[name] = kind(**{k: tuple(v) if isinstance(v, list) else v for k, v in values.items()})
        return cls(**parts)

    def to_toml(self) -> str:
        """All values as TOML, each with its source as a comment."""
        lines: list[str] = []
        for part in fields(self):
            lines.append(f"[{part.name}]")
            values = getattr(self, part.name)
            for f in fields(values):
                lines.append(f"# {f.metadata['source']}")
                lines.append(f"{f.name} = {to_toml_value(getattr(values, f.name))}")
            lines.append("")
        return "\n".join(lines)

    def digest(self) -> str:
        """First 16 hex digits of the SHA-256 of all values: equal digests, equal parameters."""
        return hashlib.sha256(json.dumps(asdict(self), sort_keys=True).encode()).hexdigest()[:16]
