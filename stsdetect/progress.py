"""Progress as a plain callable, so that a notebook, a terminal and a test can each pass their own."""

from __future__ import annotations

from typing import Protocol


class Progress(Protocol):
    """A callable that receives how many of the tasks of a stage are done."""

    def __call__(self, done: int, total: int, label: str) -> None:
        """Report progress.

        Parameters
        ----------
        done, total : int
            Tasks done, and all tasks of the stage.
        label : str
            Name of the stage.
        """


def no_progress(done: int, total: int, label: str) -> None:
    """Ignore progress.

    Examples
    --------
    >>> no_progress(1, 2, "decode")
    """
