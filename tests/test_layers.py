"""The layers of the package: a module imports only from its own room or from rooms before it."""

import ast
import tomllib
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parent.parent / "stsdetect"
# A room sees the rooms of earlier layers only. Rooms that are not there yet are named, so that the first
# module in them finds its place: ports (visits, voyages), cargo (tonnes, deliveries, chains), archive.
LAYERS = [
    {
        "errors",
        "units",
        "progress",
        "arrays",
        "exact_numbers",
        "foreign_text",
        "nearest_names",
        "stored_files",
        "toml_files",
    },
    {"itu"},
    {"params"},
    {"model"},
    {"schema"},
    {"geo"},
    {"engine"},
    {"decode"},
    {"tracks"},
    {"lists"},
    {"context", "reception"},
    {"archive"},
    {"detection"},
    {"senses"},
    {"ports"},
    {"cargo"},
    {"network"},
    {"score"},
    {"simulation"},
    {"report"},
    {"pipeline"},
    {"experiments"},
    {"cli"},
    {"__main__"},
]
RANK = {name: rank for rank, names in enumerate(LAYERS) for name in names}
# Inside a room with rooms of its own, the same rule holds for the modules and rooms named here.
INNER = {
    "decode": [
        {"lines", "accounting", "times", "duplicates", "file_names", "inputs", "streams", "batch"},
        {"static_log", "output"},
        {"nmea", "tables"},
        {"file_rows"},
        {"reader"},
        {"doctor"},
    ],
    "detection": [
        {"vessel_attributes", "berths"},
        {"loitering"},
        {"gaps", "solo"},
        {"encounters"},
        {"dark"},
        {"solo_stops"},
    ],
    "score": [
        {"metrics", "category", "labels", "associations", "gap_weight", "ship_features"},
        {"terms"},
        {"features", "evidence", "explanation", "named_partners", "shared_gaps"},
        {"scorer"},
    ],
    "simulation": [
        {"sea_params"},
        {"world"},
        {"trade"},
        {"scenes"},
        {"voyage_truth"},
        {"sea"},
        {"variation", "nmea_encoder"},
        {"sea_files"},
    ],
    "report": [{"regions"}, {"export"}, {"draw"}, {"page"}],
}


def modules_imported(path: Path) -> set[str]:
    """Dotted names below ``stsdetect`` of all that a module imports, wherever in the module."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            modules = [a.name for a in node.names]
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: relative import"
            modules = [f"{node.module}.{a.name}" for a in node.names]
        else:
            continue
        found |= {m.removeprefix("stsdetect.") for m in modules if m.startswith("stsdetect.")}
    return found


def violations(path: Path, room: str) -> list[str]:
    rooms = {m.split(".")[0] for m in modules_imported(path)}
    return sorted(
        r for r in rooms if r in RANK and (RANK[r] > RANK[room] or (RANK[r] == RANK[room] != 0 and r != room))
    )


def inner_violations(path: Path, room: str, inside: str) -> list[str]:
    rank = {name: k for k, names in enumerate(INNER[room]) for name in names}
    inner = {m.split(".")[1] for m in modules_imported(path) if m.startswith(f"{room}.")}
    return sorted(r for r in inner if r in rank and rank[r] > rank[inside])


MODULES = [p for p in sorted(PACKAGE.rglob("*.py")) if p != PACKAGE / "__init__.py"]
INSIDE = [
    p
    for p in MODULES
    if (p.relative_to(PACKAGE).parts[0] in INNER and p.parent.name not in INNER)
    or (p.parent.name in INNER and p.name != "__init__.py")
]


@pytest.mark.parametrize("path", MODULES, ids=lambda p: str(p.relative_to(PACKAGE)))
def test_imports_go_down_the_layers(path: Path) -> None:
    room = path.relative_to(PACKAGE).parts[0].removesuffix(".py")
    assert room in RANK, f"{room} is in no layer; say in tests/test_layers.py which"
    assert violations(path, room) == []


@pytest.mark.parametrize("path", INSIDE, ids=lambda p: str(p.relative_to(PACKAGE)))
def test_imports_go_down_inside_a_room(path: Path) -> None:
    room, inside = path.relative_to(PACKAGE).with_suffix("").parts[:2]
    known = set().union(*INNER[room])
    assert inside in known, f"{inside} is in no layer of {room}; say in tests/test_layers.py which"
    assert inner_violations(path, room, inside) == []


def test_an_upward_import_is_seen(tmp_path: Path) -> None:
    bad = tmp_path / "bad.py"
    bad.write_text("def f():\n    from stsdetect.score import Scorer\n    return Scorer\n")
    assert violations(bad, "detection") == ["score"]
    assert violations(bad, "report") == []
    bad.write_text("from stsdetect.detection.dark.find import find_dark_encounters\n")
    assert inner_violations(bad, "detection", "gaps") == ["dark"]
    assert inner_violations(bad, "detection", "dark") == []


def test_there_is_no_circle() -> None:
    """No module imports itself by way of others; ``__init__`` files only hand on."""
    names = {
        ".".join(p.relative_to(PACKAGE).with_suffix("").parts): p for p in MODULES if p.name != "__init__.py"
    }
    imports = {
        name: {k for m in modules_imported(path) for k in (m, m.rpartition(".")[0]) if k in names} - {name}
        for name, path in names.items()
    }
    done: set[str] = set()
    while ready := {n for n in imports if n not in done and imports[n] <= done}:
        done |= ready
    assert sorted(set(imports) - done) == []


def test_no_room_holds_more_than_thirteen_modules() -> None:
    folders = {p.parent for p in MODULES}
    crowded = {str(f.relative_to(PACKAGE)): n for f in folders if (n := len(list(f.glob("*.py")))) > 13}
    assert crowded == {}


def test_a_name_tells_what_a_module_holds_without_its_folder() -> None:
    """Only the main module of a room may have the name of another room's."""
    stems = [p.stem for p in MODULES if p.stem not in {"__init__", "__main__", "find", "reader"}]
    assert sorted({s for s in stems if stems.count(s) > 1}) == []


def test_every_room_is_part_of_the_wheel() -> None:
    project = tomllib.loads((PACKAGE.parent / "pyproject.toml").read_text())
    listed = {p for p in project["tool"]["setuptools"]["packages"] if not p.endswith("._models")}
    rooms = {".".join(f.parent.relative_to(PACKAGE.parent).parts) for f in PACKAGE.rglob("__init__.py")}
    assert listed == rooms
