"""A task for tests that end a run while its workers are busy; importing it costs nothing."""

import os
import time
from pathlib import Path


def sleep_with_mark(path: str) -> None:
    """Write the process number of the worker to a file, and sleep."""
    Path(path).write_text(str(os.getpid()))
    time.sleep(120)
