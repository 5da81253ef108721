"""Read the small TOML files of a user: parameters, mappings and simulated seas."""

from __future__ import annotations

import reprlib
import tomllib
from pathlib import Path
from typing import Any

from stsdetect.foreign_text import made_visible

MAX_TOML_BYTES = 1_048_576
"""Files with all parameters have some 40 kB."""
_MAX_NESTING = 8
_SHOWN_CHARS = 60


def toml_text(path: Path) -> str:
    """The text of a TOML file.

    Raises
    ------
    OSError
        If it cannot be read.
    ValueError
        If it is anything else than a small text in UTF-8, with what it is instead.
    """
    if not path.is_file():
        raise ValueError("it is not a file" if path.exists() else "there is no such file")
    with path.open("rb") as file:
        data = file.read(MAX_TOML_BYTES + 1)
    if len(data) > MAX_TOML_BYTES:
        raise ValueError(f"it has more than {MAX_TOML_BYTES >> 20} MiB, which settings never have")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise ValueError(f"it is not UTF-8 at byte {error.start:,}; save it as UTF-8") from error


def parse_toml(text: str) -> dict[str, Any]:
    """The content of a TOML text.

    Raises
    ------
    ValueError
        If it is not TOML, is too long, has a number of thousands of digits, or is nested deeper than settings
        are.

    Examples
    --------
    >>> parse_toml("a = [[[[[[[[[1]]]]]]]]]")
    Traceback (most recent call last):
        ...
    ValueError: it is nested deeper than 8 levels
    """
    if len(text) > MAX_TOML_BYTES:
        raise ValueError(f"it has more than {MAX_TOML_BYTES:,} characters")
    try:
        data = tomllib.loads(text)
    except RecursionError as error:
        raise ValueError(f"it is nested deeper than {_MAX_NESTING} levels") from error
    level: list[object] = [data]
    for _ in range(_MAX_NESTING + 1):
        level = [
            inner
            for value in level
            if isinstance(value, dict | list)
            for inner in (value.values() if isinstance(value, dict) else value)
        ]
    if level:
        raise ValueError(f"it is nested deeper than {_MAX_NESTING} levels")
    return data


def shown(value: object) -> str:
    """A value in a message: its beginning where it is long.

    Examples
    --------
    >>> shown("m/s"), len(shown("a" * 1000)) < 100
    ("'m/s'", True)
    """
    text = made_visible(reprlib.repr(value))
    return text if len(text) <= _SHOWN_CHARS else text[:_SHOWN_CHARS] + "..."
