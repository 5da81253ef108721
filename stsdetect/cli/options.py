"""Options that several commands share, and how a parameter file is read."""

from __future__ import annotations

from dataclasses import replace
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
MappingFile = Annotated[
    Path | None,
    typer.Option(
        "--mapping", help="TOML file that names the columns and units of a table that is not recognised."
    ),
]
Workers = Annotated[int, typer.Option(min=1, help="Number of processes; the result does not depend on it.")]
Quiet = Annotated[bool, typer.Option("--quiet", help="Print warnings and errors only.")]
LogJson = Annotated[bool, typer.Option("--log-json", help="Write the log as JSON lines.")]


def read_params(path: Path | None, mapping: Path | None = None) -> Params:
    """Parameters from a TOML file, or the defaults without one; a mapping file takes the place of theirs.

    Raises
    ------
    ParamError
        If the file cannot be read, or holds an unknown key or a bad value.
    """
    params = Params() if path is None else Params.from_file(path)
    if mapping is None:
        return params
    if not mapping.is_file():
        raise ParamError(f"--mapping {mapping}: there is no such file")
    return replace(params, decode=replace(params.decode, mapping=str(mapping)))
