"""One word a concept: words that docs/glossary.md replaces are found in code, docstrings, messages and docs."""

import json
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]

# Pattern -> what to write instead. Terms are explained in docs/glossary.md.
FORBIDDEN = {
    r"\bsilen(?:ce|ces|t)\b|silence_|_silence": "gap, in a gap",
    r"\bslots?\b(?!=)(?<!__slots__)|(?<!_)slot_|_slot\b": "time bin",
    r"\bslices?\b(?!\()|_slice\b": "time bin",
    r"\bholes?\b|_holes?\b|\bhole_": "dropout, interval",
    r"\bbooks\b": "tally, accounting",
    r"\blone\b": "solo",
    r"\brivals?\b": "candidate, competitor",
    r"\busual\b|\busual_|_usual\b": "baseline, typical",
    r"\bways\b|_ways\b|\bway_|_way\b": "routes",
    r"\b(?:hears?|heard|unheard|hearing)\b|\bheard_|_heard\b": "received",
    r"\b(?:two|second|dual|other|another|AIS|one|these|both) sets?\b": "transponder",
    r"\b(?:said|told)\b|\bsaid_|_said\b": "broadcast",
    r"\bvouch(?:es)?\b": "show whether reception worked",
    r"\baccus\w+|\bconvicts?\b": "what is claimed, in plain words",
    r"(?<!there )\b(?:is|are) no (?!longer|more|later|less|other|such)\w+": "is not a ..., are not ...",
    r"\bcan have (?:met|been|made|sailed|sent|come|spent|reached)\b": "could have",
    r"\b(?:this|same|its|own|new|old|shared|whose|foreign|one|each|two|ship's|second|other|by) numbers?\b(?! of)": "MMSI",
    r"\b\w+_a_(?:slot|bin|day|block|bucket|leaf|ship|minute|word|batch)\b": "..._per_...",
    r"\bgive or take\b": "±",
    r"\bnobody\b|\bwhoever\b": "no vessel, whichever",
    r"\bparticulars\b": "vessel attributes",
    r"\b(?:a|the|each|every|of|long|short|longer|shorter|several) stays?\b|\bstays = |_stays?\b|\bstay_": "loitering, stop, dwell",
    r"\bmeetings?\b|\bmeeting_|_meetings?\b": "encounter, dark encounter",
    r"\bfound out\b": "detected automatically",
}
# Where a pattern names something else: the word as ITU-R M.1371 or a library defines it, or a quotation.
ALLOWED = (
    "slots=True",
    "__slots__",
    "TDMA",
    ".slice(",
    "builtins.slice",
    # Values of the table SHIPS in seas that are published, which stay what they are.
    '"dual set"',
    "| dual set |",
    '"shared number"',
    '"silent on passage"',
)
FILES = [
    *sorted((ROOT / "stsdetect").rglob("*.py")),
    *sorted((ROOT / "stsdetect").rglob("*.html")),
    ROOT / "README.md",
    ROOT / "CONTRIBUTING.md",
    *sorted((ROOT / "docs").rglob("*.md")),
    *sorted((ROOT / "notebooks").glob("*.ipynb")),
]
# The words and keys that were replaced are quoted there.
EXEMPT = {"glossary.md", "renamed.py"}
FILES = [
    f
    for f in FILES
    if f.exists() and f.name not in EXEMPT and "_build" not in f.parts and "generated" not in f.parts
]


def text_of(path: Path) -> str:
    if path.suffix != ".ipynb":
        return path.read_text("utf-8")
    cells = json.loads(path.read_text("utf-8"))["cells"]
    return "\n".join("".join(cell["source"]) for cell in cells)


def forbidden_words(text: str) -> list[str]:
    """``line: word -> instead`` for each forbidden word of a text."""
    found = []
    for number, line in enumerate(text.splitlines(), 1):
        if any(word in line for word in ALLOWED):
            continue
        for pattern, instead in FORBIDDEN.items():
            found += [
                f"{number}: {m.group()} -> {instead}" for m in re.finditer(pattern, line, re.IGNORECASE)
            ]
    return found


@pytest.mark.parametrize("path", FILES, ids=lambda p: str(p.relative_to(ROOT)))
def test_a_concept_has_one_word(path: Path) -> None:
    assert forbidden_words(text_of(path)) == []


def test_a_forbidden_word_is_found() -> None:
    assert forbidden_words("the ship fell silent\nfor a time slot") == [
        "1: silent -> gap, in a gap",
        "2: slot -> time bin",
    ]
    assert forbidden_words("@dataclass(frozen=True, slots=True)") == []
    assert forbidden_words("there is no coast") == []


def test_every_replacement_is_explained() -> None:
    terms = re.findall(r"^\| ([^|]+) \|", (ROOT / "docs" / "glossary.md").read_text("utf-8"), re.MULTILINE)
    explained = {t.strip() for t in terms}
    for concept in (
        "gap",
        "time bin",
        "dropout",
        "interval",
        "tally",
        "solo stop",
        "candidate",
        "baseline",
        "route",
    ):
        assert concept in explained
    assert {"received", "transponder", "broadcast", "MMSI", "encounter", "loitering", "dwell"} <= explained
