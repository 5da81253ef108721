"""The base of all parameter classes: each field has a default, a source and a range, and is checked."""

from __future__ import annotations

import json
import math
from dataclasses import field, fields
from typing import Any, Self, get_args, get_origin, get_type_hints

from stsdetect.errors import ParamError
from stsdetect.toml_files import shown

_MAX_INTEGER = 2**53
_N_SHOWN = 10


def param(
    default: Any, source: str, *, ge: float | None = None, gt: float | None = None, le: float | None = None
) -> Any:
    """A parameter: its default, the source of that value with keys of docs/references.md, and its range."""
    return field(default=default, metadata={"source": source, "ge": ge, "gt": gt, "le": le})


class Checked:
    """Checks types and ranges of the fields declared with `param`."""

    __slots__ = ()

    def __post_init__(self) -> None:
        hints = get_type_hints(type(self))
        for f in fields(self):  # type: ignore[arg-type]
            value, want = getattr(self, f.name), hints[f.name]
            name = f"{type(self).__name__}.{f.name}"
            if isinstance(value, int) and abs(value) > _MAX_INTEGER:
                raise ParamError(f"{name} = {shown(value)} is too large")
            if want is float and isinstance(value, int) and not isinstance(value, bool):
                value = float(value)
                object.__setattr__(self, f.name, value)
            if isinstance(want, type) and (
                not isinstance(value, want) or (want is not bool and isinstance(value, bool))
            ):
                raise ParamError(f"{name} must be {want.__name__}, not {shown(value)}")
            if get_origin(want) is tuple:
                _check_items(name, value, get_args(want)[0])
            if isinstance(value, float) and not math.isfinite(value) and f.default != value:
                raise ParamError(f"{name} = {value!r} is not a finite number")
            if not isinstance(value, int | float):
                continue
            ge, gt, le = f.metadata.get("ge"), f.metadata.get("gt"), f.metadata.get("le")
            if ge is not None and not value >= ge:
                raise ParamError(f"{name} = {value!r} must be at least {ge}")
            if gt is not None and not value > gt:
                raise ParamError(f"{name} = {value!r} must be above {gt}")
            if le is not None and not value <= le:
                raise ParamError(f"{name} = {value!r} must be at most {le}")
        self._cross_check()

    @classmethod
    def of(cls, params: Self | None) -> Self:
        """The parameters that a caller passed, or the defaults where it passed none.

        Raises
        ------
        ParamError
            If `params` is anything else, with what to pass instead.

        Examples
        --------
        >>> from stsdetect.params import Params, TrackParams
        >>> TrackParams.of(None) == TrackParams()
        True
        >>> TrackParams.of(Params())
        Traceback (most recent call last):
            ...
        stsdetect.errors.ParamError: expected TrackParams, not Params; pass `params.tracks`
        """
        if params is None:
            return cls()
        if isinstance(params, cls):
            return params
        raise ParamError(f"expected {cls.__name__}, not {_what(params)}; pass {cls._instead_of(params)}")

    @classmethod
    def _instead_of(cls, wrong: Any) -> str:
        """What to pass instead of an object that is no `cls`."""
        if isinstance(wrong, Checked):
            for f in fields(wrong):  # type: ignore[arg-type]
                if isinstance(getattr(wrong, f.name), cls):
                    return f"`params.{f.name}`"
        for f in fields(cls):  # type: ignore[arg-type]
            if isinstance(f.default_factory, type) and isinstance(wrong, f.default_factory):
                return f"`{cls.__name__}({f.name}=...)`"
        if isinstance(wrong, dict):
            return f"`{cls.__name__}(**params)`"
        return f"`{cls.__name__}(...)`, or leave it out for the defaults"

    def _cross_check(self) -> None:
        """Hook for rules between fields; subclasses override it."""

    def _ordered(self, low: str, high: str) -> None:
        a, b = getattr(self, low), getattr(self, high)
        if a > b:
            raise ParamError(f"{type(self).__name__}.{low} = {a} must not exceed {high} = {b}")


def _check_items(name: str, value: object, kind: type) -> None:
    """Raise where a value is not several items of a kind, numbers finite."""
    if isinstance(value, tuple) and all(isinstance(v, str) if kind is str else _is_number(v) for v in value):
        return
    raise ParamError(f"{name} must be a list of {'texts' if kind is str else 'numbers'}, not {shown(value)}")


def _is_number(value: object) -> bool:
    if not isinstance(value, int | float) or isinstance(value, bool):
        return False
    return abs(value) <= _MAX_INTEGER and not math.isnan(value)


def _what(wrong: Any) -> str:
    """An object in an error message: its class, or that it is a class itself."""
    return f"the class {wrong.__name__}" if isinstance(wrong, type) else type(wrong).__name__


def check_known(data: dict[str, Any], known: list[str], what: str) -> None:
    """Raise a `ParamError` that lists the known names where `data` has another one."""
    unknown = sorted(set(data) - set(known))
    if unknown:
        names = ", ".join(shown(name).strip("'") for name in unknown[:_N_SHOWN])
        more = f" and {len(unknown) - _N_SHOWN} more" if len(unknown) > _N_SHOWN else ""
        raise ParamError(f"unknown {what}: {names}{more}; known: {', '.join(known)}")


def to_toml_value(value: Any) -> str:
    """A value as it is written in TOML."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return repr(value)
    if isinstance(value, tuple | list):
        return "[" + ", ".join(to_toml_value(v) for v in value) + "]"
    if isinstance(value, str):
        return json.dumps(value, ensure_ascii=False)
    raise TypeError(f"cannot write {type(value).__name__} as TOML")
