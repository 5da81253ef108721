"""Progress bars, logging, and errors as one line on standard error with an exit code."""

from __future__ import annotations

import errno
import json
import logging
import signal
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime

from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeElapsedColumn
from rich.progress import Progress as Bars

from stsdetect.errors import OccupiedError, StsError, TooManyRejectsError
from stsdetect.foreign_text import made_visible
from stsdetect.progress import Progress, no_progress

EXIT_USAGE, EXIT_ERROR, EXIT_TOO_MANY_REJECTS, EXIT_LEFT_OUT = 2, 3, 4, 5
_EXIT_CODES = {OccupiedError: EXIT_USAGE, TooManyRejectsError: EXIT_TOO_MANY_REJECTS}
_ENDED_BY = {130: "interrupted", 143: "ended by SIGTERM", 129: "ended by SIGHUP"}


def exit_code_of(command: Callable[[], object]) -> int:
    """Run a command; turn an exception into one line on standard error and an exit code.

    What an error has as notes, such as a mapping file to fill in, follows that line.

    Parameters
    ----------
    command : callable
        Without arguments.

    Returns
    -------
    int
        0, 2 for `OccupiedError`, 3 for other `StsError` and `OSError`, 4 for `TooManyRejectsError`, 129, 130
        or 143 if a signal ended it, else the code of `SystemExit`, such as 5 where inputs were left out.
    """
    try:
        with _signals_as_exits():
            command()
    except SystemExit as stop:
        code = int(stop.code or 0)
        if code in _ENDED_BY:
            with suppress(OSError):  # the terminal may be gone
                _print_error(
                    f"{_ENDED_BY[code]}. No incomplete table was left; continue a `run` with --resume."
                )
        return code
    except StsError as error:
        _print_error(str(error))
        for note in getattr(error, "__notes__", []):
            for line in note.splitlines():
                sys.stderr.write(made_visible(line) + "\n")
        return next((code for kind, code in _EXIT_CODES.items() if isinstance(error, kind)), EXIT_ERROR)
    except OSError as error:
        _print_error(_os_error(error))
        return EXIT_ERROR
    return 0


@contextmanager
def _signals_as_exits() -> Iterator[None]:
    """Let SIGTERM and SIGHUP end a command as Ctrl-C does, unless they are ignored as under nohup."""
    before = {}
    if threading.current_thread() is threading.main_thread():
        for name in ("SIGTERM", "SIGHUP"):
            number = getattr(signal, name, None)
            if number is not None and signal.getsignal(number) == signal.SIG_DFL:
                before[number] = signal.signal(number, _end)
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _end(number: int, _: object) -> None:
    raise SystemExit(128 + number)


@contextmanager
def reporting(*, quiet: bool, log_json: bool) -> Iterator[Progress]:
    """Set up logging for a command, and show progress bars if standard error is a terminal."""
    show_bars = not quiet and not log_json and sys.stderr.isatty()
    console = Console(stderr=True)
    # While bars are drawn, lines have to go through their console, else both smear.
    handler = _AboveBars(console) if show_bars else logging.StreamHandler(sys.stderr)
    handler.setFormatter(_JsonLines() if log_json else _OneLine("%(message)s"))
    logger = logging.getLogger("stsdetect")
    level_before = logger.level
    logger.addHandler(handler)
    logger.setLevel(logging.WARNING if quiet else logging.INFO)
    try:
        if show_bars:
            with _bars(console) as bars:
                yield _Display(bars)
        else:
            yield no_progress
    finally:
        logger.removeHandler(handler)
        logger.setLevel(level_before)


class _OneLine(logging.Formatter):
    """A message may quote text from a dump: nothing of it may disturb the terminal."""

    def formatMessage(self, record: logging.LogRecord) -> str:  # noqa: N802 - the name in logging
        return made_visible(super().formatMessage(record))


def _print_error(text: str) -> None:
    Console(stderr=True, soft_wrap=True, highlight=False).print(
        f"[bold red]stsdetect:[/] {escape(made_visible(text))}"
    )


def _os_error(error: OSError) -> str:
    where = f" ({error.filename})" if error.filename else ""
    if error.errno == errno.ENOSPC or "No space left" in str(error):
        return (
            f"the disk is full{where}. Free some space and run again with --resume; no table is incomplete."
        )
    return f"{error.strerror or error}{where}"


class _AboveBars(logging.Handler):
    """Prints lines of the log above the bars of the same console."""

    def __init__(self, console: Console) -> None:
        super().__init__()
        self._console = console

    def emit(self, record: logging.LogRecord) -> None:
        """Print a line, which is text and no markup."""
        try:
            self._console.print(self.format(record), markup=False, highlight=False, soft_wrap=True)
        except Exception:
            self.handleError(record)


def _bars(console: Console) -> Bars:
    return Bars(
        TextColumn("{task.description:>14}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        console=console,
    )


class _Display:
    def __init__(self, bars: Bars) -> None:
        self._bars = bars
        self._ids: dict[str, int] = {}

    def __call__(self, done: int, total: int, label: str) -> None:
        if label not in self._ids:
            self._ids[label] = self._bars.add_task(label, total=total)
        self._bars.update(self._ids[label], completed=done, total=total)  # type: ignore[arg-type]


class _JsonLines(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        return json.dumps(
            {
                "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
                "level": record.levelname.lower(),
                "logger": record.name,
                "message": record.getMessage(),
            },
            ensure_ascii=False,
        )
