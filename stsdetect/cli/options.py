"""Options that several commands share."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from stsdetect.errors import ParamError
from stsdetect.params import Params

Out = Annotated[Path, typer.Option(help="Folder for the results.")]
ParamsFile = Annotated[
    Path | None, typer.Option("--params", help="TOML with thresholds; see `stsdetect params`.")
]
Workers = Annotated[int, typer.Option(min=1, help="Processes; does not change the result.")]
Quiet = Annotated[bool, typer.Option("--quiet", help="Say only what is wrong.")]
LogJson = Annotated[bool, typer.Option("--log-json", help="Log as JSON lines.")]


def read_params(path: Path | None) -> Params:
    """Parameters from a TOML file; the defaults without one."""
    if path is None:
        return Params()
    try:
        return Params.from_toml(path.read_text("utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        raise ParamError(f"cannot read the parameters in {path}: {error}") from error
