"""Options that several commands share, and how a parameter file is read."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from stsdetect.errors import ParamError
from stsdetect.params import Params

Out = Annotated[Path, typer.Option(help="Folder to write the results to.")]
ParamsFile = Annotated[
    Path | None,
    typer.Option(
        "--params", help="TOML file with parameters that differ from the defaults; see `stsdetect params`."
    ),
]
Workers = Annotated[int, typer.Option(min=1, help="Number of processes; the result does not depend on it.")]
Quiet = Annotated[bool, typer.Option("--quiet", help="Print warnings and errors only.")]
LogJson = Annotated[bool, typer.Option("--log-json", help="Write the log as JSON lines.")]


def read_params(path: Path | None) -> Params:
    """Parameters from a TOML file, or the defaults without one.

    Raises
    ------
    ParamError
        If the file cannot be read, or holds an unknown key or a bad value.
    """
    if path is None:
        return Params()
    try:
        return Params.from_toml(path.read_text("utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        raise ParamError(f"cannot read the parameters in {path}: {error}") from error
