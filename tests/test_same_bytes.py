"""Two runs with the same input give the same bytes, however many threads, workers and hash seeds they have."""

import ast
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.golden.inputs import INPUTS

PACKAGE = Path(__file__).parents[1] / "stsdetect"
ROOMS = (
    "cargo",
    "context",
    "decode",
    "detection",
    "lists",
    "model",
    "network",
    "pipeline",
    "ports",
    "reception",
    "report",
    "score",
    "tracks",
)
FILES = sorted(path for room in ROOMS for path in (PACKAGE / room).rglob("*.py"))


def run(path: Path, out: Path, *options: str, threads: int, seed: int) -> dict[str, bytes]:
    """Bytes of every file of a run; of run.json all but how the run was executed."""
    subprocess.run(
        [sys.executable, "-m", "stsdetect", "run", str(path), "--out", str(out), "--quiet", *options],
        env=os.environ | {"POLARS_MAX_THREADS": str(threads), "PYTHONHASHSEED": str(seed)},
        check=True,
    )
    files = {str(p.relative_to(out)): p.read_bytes() for p in out.rglob("*") if p.is_file()}
    of_run = json.loads(files.pop("run.json"))
    assert set(of_run.pop("execution")) >= {"created", "workers", "stages"}
    return files | {"run.json": json.dumps(of_run).encode()}


@pytest.fixture(scope="module")
def sea(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A thin feed, in which sums over groups have many terms."""
    return INPUTS["satellites"](tmp_path_factory.mktemp("sea")).path


@pytest.fixture(scope="module")
def first(sea: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    return run(sea, tmp_path_factory.mktemp("first") / "out", threads=1, seed=1)


@pytest.mark.parametrize(
    ("threads", "seed", "workers"), [(1, 1, 1), (3, 2, 1), (2, 3, 2)], ids=["again", "threads", "workers"]
)
def test_a_run_gives_the_same_bytes(
    sea: Path, first: dict[str, bytes], tmp_path: Path, threads: int, seed: int, workers: int
) -> None:
    other = run(sea, tmp_path / "out", "--workers", str(workers), threads=threads, seed=seed)
    assert set(other) == set(first)
    assert [name for name in first if first[name] != other[name]] == []
    assert len(first["events.csv"].splitlines()) > 1


# What polars puts in any order unless it is told not to. A result must not depend on that order, and a sum of
# fractions does.
def unordered(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)):
            continue
        if ast.unparse(node.func.value) in ("np", "sorter"):
            continue
        name = node.func.attr
        options = {k.arg: ast.unparse(k.value) for k in node.keywords}
        of_frames = {
            "group_by": True,
            "join": ("on" in options or "left_on" in options)
            and options.get("how") not in ("'semi'", "'anti'", "'cross'"),
            "sort": bool(node.args),
            "unique": bool(node.args),
        }
        if of_frames.get(name) and "maintain_order" not in options:
            yield f"{path.name}:{node.lineno}: {name} without maintain_order"


@pytest.mark.parametrize("path", FILES, ids=lambda p: str(p.relative_to(PACKAGE)))
def test_rows_keep_their_order(path: Path) -> None:
    assert list(unordered(path)) == []


def test_an_order_that_is_left_open_is_seen(tmp_path: Path) -> None:
    path = tmp_path / "module.py"
    path.write_text("a.group_by('x').agg(b)\na.join(b, on='x', how='left')\na.sort('x')\na.unique('x')\n")
    assert len(list(unordered(path))) == 4
    path.write_text(
        "a.group_by('x', maintain_order=True)\nnp.sort(x)\nx.sort()\na.join(b, on='x', how='semi')\n"
    )
    assert list(unordered(path)) == []
