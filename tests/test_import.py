import subprocess
import sys

import pytest

import stsdetect

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


def test_an_unknown_name_is_said() -> None:
    with pytest.raises(AttributeError, match="find_encounters"):
        stsdetect.find_meetings  # noqa: B018
