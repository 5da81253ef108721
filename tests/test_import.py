import importlib
import pkgutil
import subprocess
import sys
from pathlib import Path

import pytest

import stsdetect

PACKAGE = Path(stsdetect.__file__).parent

# Opens a module file or its cached bytecode: what any import does. Anything else is a touched file.
PROBE = """
import sys, time
touched = []
def audit(event, args):
    if event == "open" and isinstance(args[0], str) and not args[0].endswith((".py", ".pyc", ".so")):
        touched.append(args[0])
sys.addaudithook(audit)
start = time.perf_counter()
import stsdetect
seconds = time.perf_counter() - start
heavy = {"pandas", "polars", "numpy", "shapely", "sklearn", "geopandas"} & set(sys.modules)
import logging
print(seconds, touched, heavy, logging.getLogger().handlers, sep="|")
"""


def test_import_is_quick_touches_no_file_and_configures_nothing() -> None:
    out = subprocess.run([sys.executable, "-c", PROBE], capture_output=True, text=True, check=True)
    seconds, touched, heavy, handlers = out.stdout.strip().split("|")
    assert float(seconds) < 0.5
    assert touched == "[]"
    assert heavy == "set()"
    assert handlers == "[]"


@pytest.mark.parametrize("name", [n for n in stsdetect.__all__ if not n.startswith("_")])
def test_every_public_name_is_there_and_documented(name: str) -> None:
    assert name in dir(stsdetect)
    assert getattr(stsdetect, name).__doc__ or name == "SCHEMAS"


def test_an_unknown_name_is_refused_with_the_known_ones() -> None:
    with pytest.raises(AttributeError, match="find_encounters"):
        stsdetect.find_transfers  # noqa: B018


# Once a sub-module is loaded it becomes an attribute of its package, and would hide a public name of that name.
PACKAGES = [p.parent for p in sorted(PACKAGE.rglob("__init__.py"))]


@pytest.mark.parametrize("folder", PACKAGES, ids=lambda p: str(p.relative_to(PACKAGE.parent)))
def test_no_public_name_is_that_of_a_submodule(folder: Path) -> None:
    package = importlib.import_module(".".join(folder.relative_to(PACKAGE.parent).parts))
    submodules = {module.name for module in pkgutil.iter_modules([str(folder)])}
    assert sorted(submodules & set(getattr(package, "__all__", ()))) == []


SAME = """
import importlib, pkgutil
import stsdetect as sts
names = [n for n in sts.__all__ if not n.startswith("_")]
rooms = ["stsdetect." + m.name for m in pkgutil.iter_modules(sts.__path__) if m.name != "__main__"]
def load_rooms():
    for room in rooms:
        importlib.import_module(room)
if {rooms_first}:
    load_rooms()
first = {{n: getattr(sts, n) for n in {order}(names)}}
load_rooms()
print([n for n in names if getattr(sts, n) is not first[n]], [n for n in names if type(first[n]) is type(sts)])
"""


@pytest.mark.parametrize(("rooms_first", "order"), [(False, "list"), (False, "reversed"), (True, "list")])
def test_a_public_name_is_one_object_in_whatever_order_names_and_rooms_are_loaded(
    rooms_first: bool, order: str
) -> None:
    """In a fresh interpreter no name changes, and none is a module."""
    code = SAME.format(rooms_first=rooms_first, order=order)
    out = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert out.stdout == "[] []\n"
