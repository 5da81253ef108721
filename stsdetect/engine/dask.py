"""Tasks on a Dask cluster that the caller has set up; needs the optional extra ``dask``."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from types import TracebackType
from typing import Any, Self

from stsdetect.engine.base import Result, Task
from stsdetect.errors import MissingDependencyError
from stsdetect.progress import Progress, no_progress


class DaskEngine:
    """An `Engine` on ``distributed.Client``; every worker must reach the files under the same paths.

    Parameters
    ----------
    client : distributed.Client
        Client of the caller, who also closes it.

    Examples
    --------
    >>> from distributed import Client  # doctest: +SKIP
    >>> engine = DaskEngine(Client("scheduler:8786"))  # doctest: +SKIP
    """

    def __init__(self, client: Any) -> None:
        self._client = client

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        return None

    def map(
        self,
        function: Callable[[Task], Result],
        tasks: Sequence[Task],
        *,
        label: str = "",
        progress: Progress = no_progress,
    ) -> list[Result]:
        """Run all tasks, see `Engine.map`.

        Raises
        ------
        MissingDependencyError
            If ``distributed`` is not installed.
        """
        try:
            from distributed import as_completed
        except ImportError as error:
            raise MissingDependencyError(
                "the Dask engine needs the package 'distributed': pip install 'stsdetect[dask]'"
            ) from error
        progress(0, len(tasks), label)
        # `pure=False`: a task writes files, so Dask must not reuse the result of an earlier run.
        futures = self._client.map(function, list(tasks), pure=False)
        for done, _ in enumerate(as_completed(futures), 1):  # type: ignore[no-untyped-call]
            progress(done, len(tasks), label)
        results: list[Result] = self._client.gather(futures)
        return results
