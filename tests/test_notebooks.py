"""The notebooks run as they stand, and are kept without output."""

from pathlib import Path

import pytest

from tests.builders.pipeline import assert_equal_to_run

nbformat = pytest.importorskip("nbformat")
nbclient = pytest.importorskip("nbclient")

NOTEBOOKS = sorted((Path(__file__).parents[1] / "notebooks").glob("*.ipynb"))


@pytest.mark.slow
@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda p: p.stem)
def test_notebook_runs(path: Path) -> None:
    notebook = nbformat.read(path, as_version=4)
    nbclient.NotebookClient(
        notebook, timeout=240, kernel_name="python3", resources={"metadata": {"path": str(path.parent)}}
    ).execute()
    shown = [o for c in notebook.cells if c.cell_type == "code" for o in c.outputs]
    assert not [o for o in shown if o.output_type == "stream" and o.name == "stderr"]
    assert all(
        c.outputs
        for c in notebook.cells
        if c.cell_type == "code" and not c.source.startswith("import stsdetect")
    )


def test_the_first_notebook_gives_the_events_of_the_command(
    demo_run: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (path,) = (p for p in NOTEBOOKS if p.stem == "first_look")
    monkeypatch.chdir(path.parent)
    found: dict[str, object] = {}
    for cell in nbformat.read(path, as_version=4).cells:
        if cell.cell_type == "code":
            exec(compile(cell.source, path.name, "exec"), found)
    assert_equal_to_run(found, demo_run)


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda p: p.stem)
def test_notebook_is_kept_without_output(path: Path) -> None:
    cells = [c for c in nbformat.read(path, as_version=4).cells if c.cell_type == "code"]
    assert cells
    assert not any(c.outputs or c.execution_count for c in cells)
