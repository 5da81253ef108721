"""The layers of the package: a module imports only from its own layer or from those before it."""

import ast
import tomllib
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parent.parent / "stsdetect"
# Modules of the foundation may import each other; every later layer sees only the earlier ones.
LAYERS = [
    {"errors", "units", "m1371", "progress", "params", "_optional"},
    {"schema"},
    {"geo"},
    {"engine"},
    {"decode"},
    {"tracks"},
    {"context"},
    {"detect"},
    {"score"},
    {"simulate"},
    {"report"},
    {"pipeline"},
    {"evaluate", "train", "left_out"},
    {"cli", "__main__"},
]
RANK = {name: rank for rank, names in enumerate(LAYERS) for name in names}


def rooms_imported(path: Path) -> set[str]:
    """First part below ``stsdetect`` of all that a module imports, wherever in the module."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            modules = [a.name for a in node.names]
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: relative import"
            modules = [node.module or ""]
            if node.module == "stsdetect":
                modules = [f"stsdetect.{a.name}" for a in node.names]
        else:
            continue
        found |= {m.split(".")[1] for m in modules if m.startswith("stsdetect.")}
    return found


def violations(path: Path, room: str) -> list[str]:
    return [r for r in rooms_imported(path) if r in RANK and RANK[r] > RANK[room]]


MODULES = [p for p in sorted(PACKAGE.rglob("*.py")) if p != PACKAGE / "__init__.py"]


@pytest.mark.parametrize("path", MODULES, ids=lambda p: str(p.relative_to(PACKAGE)))
def test_imports_go_down_the_layers(path: Path) -> None:
    room = path.relative_to(PACKAGE).parts[0].removesuffix(".py")
    assert room in RANK, f"{room} is in no layer; say in tests/test_layers.py which"
    assert violations(path, room) == []


def test_an_upward_import_is_seen(tmp_path: Path) -> None:
    bad = tmp_path / "bad.py"
    bad.write_text("def f():\n    from stsdetect.score import Scorer\n    return Scorer\n")
    assert violations(bad, "detect") == ["score"]
    assert violations(bad, "report") == []


def test_every_room_is_part_of_the_wheel() -> None:
    project = tomllib.loads((PACKAGE.parent / "pyproject.toml").read_text())
    listed = {p for p in project["tool"]["setuptools"]["packages"] if not p.endswith("._models")}
    rooms = {".".join(f.parent.relative_to(PACKAGE.parent).parts) for f in PACKAGE.rglob("__init__.py")}
    assert listed == rooms
