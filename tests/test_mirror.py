"""Tests mirror modules: who edits a module finds its tests under its name."""

from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
MODULES = [
    p.relative_to(ROOT / "stsdetect")
    for p in sorted((ROOT / "stsdetect").rglob("*.py"))
    if p.name not in {"__init__.py", "__main__.py"}
]


@pytest.mark.parametrize("module", MODULES, ids=str)
def test_a_module_has_a_test_file_of_its_name(module: Path) -> None:
    assert (ROOT / "tests" / module.parent / f"test_{module.name}").is_file()


def test_no_test_imports_from_a_test() -> None:
    for path in sorted((ROOT / "tests").rglob("test_*.py")):
        for line in path.read_text("utf-8").splitlines():
            assert not (line.startswith("from tests.") and ".test_" in line), f"{path.name}: {line}"
