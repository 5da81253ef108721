"""The interface of an engine."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Protocol, TypeVar

from stsdetect.progress import Progress, no_progress

Task = TypeVar("Task")
Result = TypeVar("Result")


class Engine(Protocol):
    """Runs one function over many tasks that do not depend on each other."""

    def map(
        self,
        function: Callable[[Task], Result],
        tasks: Sequence[Task],
        *,
        label: str = "",
        progress: Progress = no_progress,
    ) -> list[Result]:
        """Run all tasks.

        Parameters
        ----------
        function : callable
            Defined at the top level of a module, so that another process can import it; must not depend on
            anything but its task.
        tasks : sequence
            One argument for each call.
        label : str
            Name of the stage, for `progress`.
        progress : Progress
            Called once before the first task and after each.

        Returns
        -------
        list
            One result per task, in the order of `tasks`.

        Raises
        ------
        Exception
            Whatever `function` raises.
        """
        ...
