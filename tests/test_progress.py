"""Progress as a plain callable."""

from stsdetect.engine import LocalEngine
from stsdetect.progress import Progress, no_progress


def test_any_callable_of_done_total_and_label_is_a_progress() -> None:
    seen: list[str] = []

    def show(done: int, total: int, label: str) -> None:
        seen.append(f"{label} {done}/{total}")

    progress: Progress = show
    LocalEngine().map(abs, [1, 2], label="decode", progress=progress)
    assert seen == ["decode 0/2", "decode 1/2", "decode 2/2"]


def test_no_progress_shows_nothing(capsys) -> None:
    no_progress(1, 2, "decode")
    assert capsys.readouterr() == ("", "")
