"""What a driver of tasks must offer; no science here."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Protocol, TypeVar

from stsdetect.progress import Progress, no_progress

Task = TypeVar("Task")
Result = TypeVar("Result")


class Engine(Protocol):
    """Runs one module-level function over many tasks, each independent of the others."""

    def map(
        self,
        function: Callable[[Task], Result],
        tasks: Sequence[Task],
        *,
        label: str = "",
        progress: Progress = no_progress,
    ) -> list[Result]:
        """Run all tasks and return their results in task order."""
        ...
