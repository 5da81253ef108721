"""Every number that moves a detection, with its unit in its name and its source beside it.

`Params` nests one frozen dataclass a stage. TOML keys equal field names; change a value with
`dataclasses.replace` or a TOML file.

Examples
--------
>>> p = Params()
>>> Params.from_toml(p.to_toml()) == p
True
>>> len(p.digest())
16
"""

from __future__ import annotations

import hashlib
import json
import tomllib
from dataclasses import asdict, dataclass, field, fields
from typing import Any, Self, get_type_hints

from stsdetect.errors import ParamError


def _p(
    default: Any, source: str, *, ge: float | None = None, gt: float | None = None, le: float | None = None
) -> Any:
    """A parameter: its default, where that comes from, and the range it must keep."""
    return field(default=default, metadata={"source": source, "ge": ge, "gt": gt, "le": le})


class _Checked:
    """Checks types and ranges of the fields declared with `_p`."""

    __slots__ = ()

    def __post_init__(self) -> None:
        hints = get_type_hints(type(self))
        for f in fields(self):  # type: ignore[arg-type]
            value, want = getattr(self, f.name), hints[f.name]
            if want is float and isinstance(value, int) and not isinstance(value, bool):
                value = float(value)
                object.__setattr__(self, f.name, value)
            if isinstance(want, type) and (
                not isinstance(value, want) or (want is not bool and isinstance(value, bool))
            ):
                raise ParamError(f"{type(self).__name__}.{f.name} must be {want.__name__}, not {value!r}")
            if not isinstance(value, int | float):
                continue
            ge, gt, le = f.metadata.get("ge"), f.metadata.get("gt"), f.metadata.get("le")
            if ge is not None and not value >= ge:
                raise ParamError(f"{type(self).__name__}.{f.name} = {value!r} must be at least {ge}")
            if gt is not None and not value > gt:
                raise ParamError(f"{type(self).__name__}.{f.name} = {value!r} must be above {gt}")
            if le is not None and not value <= le:
                raise ParamError(f"{type(self).__name__}.{f.name} = {value!r} must be at most {le}")
        self._cross_check()

    def _cross_check(self) -> None:
        """Hook for rules between fields."""

    def _ordered(self, low: str, high: str) -> None:
        a, b = getattr(self, low), getattr(self, high)
        if a > b:
            raise ParamError(f"{type(self).__name__}.{low} = {a} must not exceed {high} = {b}")


@dataclass(frozen=True, kw_only=True, slots=True)
class DecodeParams(_Checked):
    """Reading dumps."""

    keep_bad_checksums: bool = _p(
        False, "NMEA 0183 says drop; a lost checksum has let through wrong positions"
    )


@dataclass(frozen=True, kw_only=True, slots=True)
class TrackParams(_Checked):
    """Cleaning, segmenting, identity and resampling."""

    max_sog_kn: float = _p(60.0, "faster than any merchant ship or fast ferry; SOG above it is noise", gt=0)
    max_segment_gap_h: float = _p(24.0, "gpsdio-segment max_hours", gt=0)
    resample_step_s: float = _p(
        120.0, "anchored class A reports each 180 s (M.1371 table 1): finer adds no fix", gt=0
    )
    max_interp_hole_s: float = _p(3600.0, "pipe-encounters interpolates holes below 1 h", gt=0)


@dataclass(frozen=True, kw_only=True, slots=True)
class ContextParams(_Checked):
    """Places and watchlists."""

    anchorage_point_radius_m: float = _p(500.0, "an S2 level 14 cell, as GFW's anchorage points are, is 0.5 km wide", gt=0)
    min_name_similarity: float = _p(0.9, "one letter wrong in a name of ten", gt=0.5, le=1)
    min_fuzzy_name_length: int = _p(6, "shorter names differ from many honest ones by a letter", ge=1)
    max_length_difference_share: float = _p(0.03, "AIS sizes are whole metres a side; A LI and YON PUNG 3 were equal", ge=0, le=1)


@dataclass(frozen=True, kw_only=True, slots=True)
class ReceptionParams(_Checked):
    """What could have been heard, learnt from the dump."""

    cell_km: float = _p(15.0, "architecture section 2: share of other ships within 15 km", gt=0)
    slot_s: float = _p(600.0, "architecture section 2: heard in each ten minutes", gt=0)


@dataclass(frozen=True, kw_only=True, slots=True)
class GapParams(_Checked):
    """Silences."""

    min_gap_h: float = _p(
        2.0, "issue 6 ranks gaps of 2 h and more; shorter hides no transfer (domain 3.1)", gt=0
    )


@dataclass(frozen=True, kw_only=True, slots=True)
class LoiteringParams(_Checked):
    """Staying slow in one place."""

    max_sog_kn: float = _p(2.0, "GFW loitering: below 2 kn", gt=0)
    min_duration_h: float = _p(2.0, "GFW loitering table: 2 h", gt=0)


@dataclass(frozen=True, kw_only=True, slots=True)
class EncounterParams(_Checked):
    """Hulls alongside."""

    max_hull_gap_m: float = _p(20.0, "architecture section 2: trial with a 20 m median hull gap", gt=0)


@dataclass(frozen=True, kw_only=True, slots=True)
class DarkParams(_Checked):
    """Meetings that a silence made possible."""

    min_dwell_h: float = _p(3.0, "shortest contact of small product tankers, domain 3.1", gt=0)


@dataclass(frozen=True, kw_only=True, slots=True)
class ScoreParams(_Checked):
    """From features to score and tier."""

    min_event_score: float = _p(0.05, "below it an encounter is not worth showing", ge=0, le=1)


@dataclass(frozen=True, kw_only=True, slots=True)
class Params(_Checked):
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
    gaps: GapParams = field(default_factory=GapParams)
    loitering: LoiteringParams = field(default_factory=LoiteringParams)
    encounters: EncounterParams = field(default_factory=EncounterParams)
    dark: DarkParams = field(default_factory=DarkParams)
    score: ScoreParams = field(default_factory=ScoreParams)

    @classmethod
    def from_toml(cls, text: str) -> Self:
        """Read parameters from TOML; what is absent keeps its default.

        Raises
        ------
        ParamError
            On invalid TOML, an unknown table or key, a wrong type or a value out of range.
        """
        try:
            data = tomllib.loads(text)
        except tomllib.TOMLDecodeError as error:
            raise ParamError(f"parameters are not valid TOML: {error}") from error
        return cls.from_dict(data)

    @classmethod
    def from_dict(cls, data: dict[str, Any]) -> Self:
        """Read parameters from nested plain values, as in ``run.json``; what is absent keeps its default.

        Raises
        ------
        ParamError
            On an unknown table or key, a wrong type or a value out of range.
        """
        hints = get_type_hints(cls)
        _known(data, list(hints), "table")
        parts: dict[str, Any] = {}
        for name, values in data.items():
            if not isinstance(values, dict):
                raise ParamError(f"'{name}' must be a table, written [{name}]")
            kind = hints[name]
            _known(values, [f.name for f in fields(kind)], f"key in [{name}]")
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
                lines.append(f"{f.name} = {_toml(getattr(values, f.name))}")
            lines.append("")
        return "\n".join(lines)

    def digest(self) -> str:
        """First 16 hex digits of the SHA-256 of all values: equal digests, equal parameters."""
        return hashlib.sha256(json.dumps(asdict(self), sort_keys=True).encode()).hexdigest()[:16]


def _known(data: dict[str, Any], known: list[str], what: str) -> None:
    unknown = sorted(set(data) - set(known))
    if unknown:
        raise ParamError(f"unknown {what}: {', '.join(unknown)}; known: {', '.join(known)}")


def _toml(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return repr(value)
    if isinstance(value, tuple | list):
        return "[" + ", ".join(_toml(v) for v in value) + "]"
    if isinstance(value, str):
        return json.dumps(value, ensure_ascii=False)
    raise TypeError(f"cannot write {type(value).__name__} as TOML")
