"""Progress bars, logging, and errors as one line on standard error with an exit code."""

from __future__ import annotations

import errno
import json
import logging
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeElapsedColumn
from rich.progress import Progress as Bars

from stsdetect.errors import StsError, TooManyRejectsError
from stsdetect.foreign_text import made_visible
from stsdetect.progress import Progress, no_progress

EXIT_ERROR, EXIT_TOO_MANY_REJECTS, EXIT_LEFT_OUT, EXIT_INTERRUPTED = 3, 4, 5, 130


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
        0, 3 for `StsError` and `OSError`, 4 for `TooManyRejectsError`, else the code of `SystemExit`, such as
        5 where inputs were left out.
    """
    try:
        command()
    except SystemExit as stop:
        code = int(stop.code or 0)
        if code == EXIT_INTERRUPTED:
            _print_error("interrupted. No incomplete table was left; continue a `run` with --resume.")
        return code
    except TooManyRejectsError as error:
        _print_error(str(error))
        return EXIT_TOO_MANY_REJECTS
    except StsError as error:
        _print_error(str(error))
        for note in getattr(error, "__notes__", []):
            for line in note.splitlines():
                sys.stderr.write(made_visible(line) + "\n")
        return EXIT_ERROR
    except OSError as error:
        _print_error(_os_error(error))
        return EXIT_ERROR
    return 0


@contextmanager
def reporting(*, quiet: bool, log_json: bool) -> Iterator[Progress]:
    """Set up logging for a command, and show progress bars if standard error is a terminal."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(_JsonLines() if log_json else _OneLine("%(message)s"))
    logger = logging.getLogger("stsdetect")
    level_before = logger.level
    logger.addHandler(handler)
    logger.setLevel(logging.WARNING if quiet else logging.INFO)
    try:
        if quiet or log_json or not sys.stderr.isatty():
            yield no_progress
        else:
            with _bars() as bars:
                yield _Display(bars)
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


def _bars() -> Bars:
    return Bars(
        TextColumn("{task.description:>14}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        console=Console(stderr=True),
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
