"""A run that is killed and resumed gives every table byte for byte; the long form is in `tests.attack.kills`."""

import os
from pathlib import Path

import pytest

from tests.attack.kills import kill_and_resume


@pytest.mark.slow
@pytest.mark.skipif(os.name != "posix", reason="SIGKILL")
def test_a_killed_run_is_resumed_with_the_same_bytes(tmp_path: Path) -> None:
    trials = kill_and_resume(tmp_path, moments=2, workers=[1, 2], resume_workers=[3])
    assert [str(trial) for trial in trials if trial.differing] == []
