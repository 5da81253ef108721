"""Every value says where it comes from, every key resolves, and every reference is used."""

import ast
import re
from dataclasses import fields
from pathlib import Path

import pytest

import stsdetect.params as params_room
from stsdetect.params import Checked

ROOT = Path(__file__).parents[1]
REFERENCES = ROOT / "docs" / "references.md"
PARAM_CLASSES = [
    c
    for c in vars(params_room).values()
    if isinstance(c, type) and issubclass(c, Checked) and c not in (Checked, params_room.Params)
]
FIELDS = [(c.__name__, f.name, f.metadata["source"]) for c in PARAM_CLASSES for f in fields(c)]

KEY = r"(?:[LMS]\d+|[JC])"
CITATION = re.compile(rf"\[({KEY}(?:, ?{KEY})*)\]")
ENTRY = re.compile(rf"^\*\*({KEY})\*\*", re.MULTILINE)


def cited_keys(text: str) -> list[str]:
    """Keys that stand in brackets, ``[L1]`` or ``[L1, J]``, in order."""
    return [key for found in CITATION.findall(text) for key in re.split(r", ?", found)]


def docstrings(path: Path) -> str:
    tree = ast.parse(path.read_text("utf-8"))
    places = (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)
    return "\n".join(ast.get_docstring(n) or "" for n in ast.walk(tree) if isinstance(n, places))


def problems(sources: list[tuple[str, str, str]], texts: dict[str, str], references: str) -> list[str]:
    """What is wrong with the citations of parameters and texts, given the list of references."""
    entries = ENTRY.findall(references)
    found = [f"entry {key} stands twice" for key in sorted({k for k in entries if entries.count(k) > 1})]
    cited: set[str] = set()
    for room, name, source in sources:
        if not cited_keys(source):
            found.append(f"{room}.{name} cites no reference: {source}")
        elif not source.endswith("]"):
            found.append(f"{room}.{name} does not end in its keys: {source}")
    everything = {f"{room}.{name}": source for room, name, source in sources} | texts
    for where, text in everything.items():
        keys = cited_keys(text)
        cited |= set(keys)
        found += [f"{where} cites [{key}], which does not exist" for key in keys if key not in entries]
    return found + [f"entry {key} is not cited" for key in entries if key not in cited]


def texts_of_the_project() -> dict[str, str]:
    pages = {p for p in (ROOT / "docs").rglob("*.md") if not {"_build", "generated"} & set(p.parts)}
    texts = {str(p.relative_to(ROOT)): p.read_text("utf-8") for p in sorted(pages - {REFERENCES})}
    modules = sorted((ROOT / "stsdetect").rglob("*.py"))
    return texts | {str(p.relative_to(ROOT)): docstrings(p) for p in modules}


def test_every_citation_resolves_and_every_reference_is_cited() -> None:
    assert problems(FIELDS, texts_of_the_project(), REFERENCES.read_text("utf-8")) == []


def test_every_params_class_is_looked_at() -> None:
    names = {c.__name__ for c in PARAM_CLASSES}
    assert {f.default_factory.__name__ for f in fields(params_room.Params)} | {"ModelParams"} == names
    assert len(FIELDS) > 300


GOOD = [("GapParams", "min_gap_h", "shorter gaps cannot hide a transfer [J]")]
LIST = "**L1** A standard.\n\n**J** Judgement.\n"


@pytest.mark.parametrize(
    ("sources", "texts", "references", "problem"),
    [
        (GOOD, {"page.md": "as in the standard [L1]"}, LIST, None),
        (GOOD, {"page.md": "as in the standard [L1, J]"}, LIST, None),
        (GOOD, {"page.md": "as in the standard [L1](#l1)"}, LIST, None),
        (
            [("GapParams", "min_gap_h", "a day")],
            {"page.md": "[L1] [J]"},
            LIST,
            "min_gap_h cites no reference",
        ),
        ([("GapParams", "min_gap_h", "[J] a day")], {"page.md": "[L1]"}, LIST, "does not end in its keys"),
        (GOOD, {"page.md": "[L1] and [L2]"}, LIST, r"page.md cites \[L2\], which does not exist"),
        (GOOD, {"page.md": "[L1, M9]"}, LIST, r"page.md cites \[M9\], which does not exist"),
        (GOOD, {"page.md": "nothing"}, LIST, "entry L1 is not cited"),
        (GOOD, {"page.md": "[L1]"}, LIST + "**L1** Once more.\n", "entry L1 stands twice"),
    ],
)
def test_a_wrong_citation_is_found(sources, texts, references, problem) -> None:
    found = problems(sources, texts, references)
    if problem is None:
        assert found == []
    else:
        assert len(found) == 1
        assert re.search(problem, found[0])


def test_units_and_types_are_not_keys() -> None:
    assert cited_keys("gap [m], list[int], Sequence[C2], [kn], [LS1], [M] and [1]") == []
    assert cited_keys("from [L12, S3] and [J]") == ["L12", "S3", "J"]
