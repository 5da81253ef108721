import errno
import io
import json
import logging
import os
import re
import signal
from collections.abc import Callable

import pytest

from stsdetect.cli.terminal import exit_code_of, reporting
from stsdetect.errors import OccupiedError, ParamError, StsError, TooManyRejectsError
from stsdetect.progress import no_progress


def raising(error: BaseException) -> Callable[[], None]:
    def command() -> None:
        raise error

    return command


@pytest.mark.parametrize(
    ("error", "code", "message"),
    [
        (StsError("no such thing"), 3, "stsdetect: no such thing"),
        (ParamError("bad value"), 3, "stsdetect: bad value"),
        (TooManyRejectsError("rejected 60 %"), 4, "stsdetect: rejected 60 %"),
        (OSError(errno.ENOSPC, "No space left on device", "/out"), 3, "the disk is full (/out)"),
        (PermissionError(errno.EACCES, "Permission denied", "/out"), 3, "Permission denied (/out)"),
        (OccupiedError("holds files"), 2, "stsdetect: holds files"),
        (SystemExit(130), 130, "interrupted"),
        (SystemExit(143), 143, "ended by SIGTERM"),
        (SystemExit(129), 129, "ended by SIGHUP"),
        (SystemExit(2), 2, ""),
        (SystemExit(None), 0, ""),
    ],
)
def test_an_error_is_one_line_and_an_exit_code(
    error: BaseException, code: int, message: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert exit_code_of(raising(error)) == code
    err = capsys.readouterr().err
    assert message in err
    assert len(err.splitlines()) == (1 if message else 0)


def test_a_command_that_ends_well_has_code_0(capsys: pytest.CaptureFixture[str]) -> None:
    assert exit_code_of(lambda: None) == 0
    assert capsys.readouterr().err == ""


def test_control_characters_and_markup_from_a_dump_do_not_reach_the_terminal(
    capsys: pytest.CaptureFixture[str],
) -> None:
    exit_code_of(raising(StsError("name \x1b[31mred\n[bold]X[/bold]")))
    assert capsys.readouterr().err == "stsdetect: name  [31mred [bold]X[/bold]\n"


def test_a_programming_error_is_not_hidden() -> None:
    with pytest.raises(KeyError):
        exit_code_of(raising(KeyError("bug")))


def logged(capsys: pytest.CaptureFixture[str], *, quiet: bool, log_json: bool) -> str:
    with reporting(quiet=quiet, log_json=log_json) as progress:
        assert progress is no_progress  # standard error is not a terminal here
        logging.getLogger("stsdetect.room").info("ten rows")
        logging.getLogger("stsdetect.room").warning("few rows")
    logging.getLogger("stsdetect.room").warning("after")
    return capsys.readouterr().err


def test_a_quiet_command_logs_warnings_only(capsys: pytest.CaptureFixture[str]) -> None:
    assert logged(capsys, quiet=False, log_json=False) == "ten rows\nfew rows\n"
    assert logged(capsys, quiet=True, log_json=False) == "few rows\n"


def test_a_log_in_json_has_an_object_per_line(capsys: pytest.CaptureFixture[str]) -> None:
    lines = [json.loads(line) for line in logged(capsys, quiet=False, log_json=True).splitlines()]
    assert [(line["level"], line["logger"], line["message"]) for line in lines] == [
        ("info", "stsdetect.room", "ten rows"),
        ("warning", "stsdetect.room", "few rows"),
    ]


@pytest.mark.skipif(os.name != "posix", reason="signals of POSIX")
@pytest.mark.parametrize(("number", "code"), [(signal.SIGTERM, 143), (signal.SIGHUP, 129)])
def test_signals_end_a_command_and_their_handlers_are_put_back(
    number: int, code: int, capsys: pytest.CaptureFixture[str]
) -> None:
    before = signal.signal(number, signal.SIG_DFL)  # under nohup, SIGHUP is ignored
    ended: list[str] = []

    def command() -> None:
        try:
            os.kill(os.getpid(), number)
            signal.pause()
        finally:
            ended.append("cleaned up")

    try:
        assert exit_code_of(command) == code
        assert signal.getsignal(number) == signal.SIG_DFL
    finally:
        signal.signal(number, before)
    assert ended == ["cleaned up"]
    assert len(capsys.readouterr().err.splitlines()) == 1


@pytest.mark.skipif(os.name != "posix", reason="signals of POSIX")
def test_a_signal_that_is_ignored_stays_so_as_under_nohup() -> None:
    before = signal.signal(signal.SIGHUP, signal.SIG_IGN)
    try:
        assert exit_code_of(lambda: os.kill(os.getpid(), signal.SIGHUP)) == 0
    finally:
        signal.signal(signal.SIGHUP, before)


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_lines_of_the_log_do_not_smear_the_bars(monkeypatch: pytest.MonkeyPatch) -> None:
    """On a terminal every line of the log begins at the left edge and ends with a new line."""
    for name, value in (("TERM", "xterm"), ("COLUMNS", "80")):
        monkeypatch.setenv(name, value)
    shown = Terminal()
    monkeypatch.setattr("sys.stderr", shown)
    log = logging.getLogger("stsdetect.room")
    with reporting(quiet=False, log_json=False) as progress:
        progress(1, 2, "decode")
        log.warning("a [bold]line[/bold]")
        progress(2, 2, "decode")
        log.info("another")
    plain = re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", shown.getvalue()).replace("\r", "\n")
    lines = [line.strip() for line in plain.split("\n")]
    assert "a [bold]line[/bold]" in lines
    assert "another" in lines
    assert any(line.startswith("decode") and "2/2" in line for line in lines)
