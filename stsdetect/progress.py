"""Progress as a plain callable, so that a notebook, a terminal and a test can each bring their own."""

from __future__ import annotations

from typing import Protocol


class Progress(Protocol):
    """Called with how many of how many tasks of the stage ``label`` are done."""

    def __call__(self, done: int, total: int, label: str) -> None:
        """Take the news."""


def no_progress(done: int, total: int, label: str) -> None:
    """Show nothing.

    Examples
    --------
    >>> no_progress(1, 2, "decode")
    """
