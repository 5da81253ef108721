"""The command line run inside the test."""

from __future__ import annotations

import pytest

from stsdetect.cli import main


def exit_of(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> tuple[int, str]:
    """Exit code and standard error of a command."""
    with pytest.raises(SystemExit) as stop:
        main(arguments)
    return int(stop.value.code or 0), capsys.readouterr().err


def exit_code(*arguments: object) -> int:
    """Exit code of a command; arguments may be paths."""
    with pytest.raises(SystemExit) as stop:
        main([str(a) for a in arguments])
    return int(stop.value.code or 0)
