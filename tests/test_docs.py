"""What the pages say can be followed: links lead somewhere, code runs or at least parses, options exist."""

import ast
import re
import shlex
import tomllib
from pathlib import Path

import pytest
import typer.main

from stsdetect.cli.commands import app
from stsdetect.decode.tables.mapping import read_mapping
from stsdetect.params import Params
from tests.builders.pipeline import assert_equal_to_run

ROOT = Path(__file__).parents[1]
PAGES = [
    ROOT / "README.md",
    ROOT / "CONTRIBUTING.md",
    ROOT / "fixtures" / "README.md",
    *sorted((ROOT / "docs").rglob("*.md")),
]
PAGES = [p for p in PAGES if "generated" not in p.parts and "_build" not in p.parts]
# Written from the code when the documentation is built.
GENERATED = {"tables.md", "parameters.md", "command_line.md"}


def blocks(page: Path, language: str) -> list[str]:
    pattern = rf"^```{language}[^\n]*\n(.*?)^```"
    return re.findall(pattern, page.read_text("utf-8"), re.MULTILINE | re.DOTALL)


@pytest.mark.parametrize("page", PAGES, ids=lambda p: str(p.relative_to(ROOT)))
def test_links_and_named_files_lead_somewhere(page: Path) -> None:
    text = page.read_text("utf-8")
    for target in re.findall(r"\]\(([^)#\s]+)(?:#[^)]*)?\)", text):
        if not target.startswith(("http:", "https:", "mailto:")) and Path(target).name not in GENERATED:
            assert (page.parent / target).exists(), target
    # Code paths in backticks: `tests/golden`, `stsdetect/decode/tables/profiles.py`.
    for path in re.findall(r"`((?:stsdetect|tests|docs|fixtures|models|notebooks|\.ci)/[\w./-]*)`", text):
        assert "drifting" in path or (ROOT / path).exists(), path


@pytest.mark.parametrize("page", PAGES, ids=lambda p: str(p.relative_to(ROOT)))
def test_python_parses_and_toml_is_that_of_parameters_or_mappings(page: Path, tmp_path: Path) -> None:
    for code in blocks(page, "python"):
        ast.parse(code)
    for text in blocks(page, "toml"):
        if set(tomllib.loads(text)) <= {"columns", "units", "time", "ship_types"}:
            (tmp_path / "mapping.toml").write_text(text, "utf-8")
            read_mapping(tmp_path / "mapping.toml")
        else:
            Params.from_toml(text)


@pytest.mark.parametrize("page", PAGES, ids=lambda p: str(p.relative_to(ROOT)))
def test_commands_and_their_options_exist(page: Path) -> None:
    commands = typer.main.get_command(app).commands
    for line in re.findall(r"^ *(stsdetect [a-z].*)$", page.read_text("utf-8"), re.MULTILINE):
        words = shlex.split(line, comments=True)
        if not re.fullmatch(r"[a-z]+", words[1]) or words[1] not in commands:
            assert words[1] in commands, line
        known = {option for p in commands[words[1]].params for option in p.opts}
        given = {w.split("=")[0] for w in words[2:] if w.startswith("--")}
        assert given <= known | {"--help"}, line


def test_the_notebook_code_of_the_readme_gives_the_events_of_the_command(
    demo_run: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(ROOT)
    found: dict[str, object] = {}
    for code in blocks(ROOT / "README.md", "python"):
        exec(compile(code, "README.md", "exec"), found)
    assert_equal_to_run(found, demo_run)


def test_a_page_that_begins_as_the_readme_gives_the_encounters_of_the_command(
    demo_run: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(ROOT)
    found: dict[str, object] = {}
    for code in blocks(ROOT / "docs" / "getting_started.md", "python"):
        exec(compile(code, "getting_started.md", "exec"), found)
    assert_equal_to_run({"encounters": found["encounters"]}, demo_run)


def test_a_dead_link_is_found(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text("See [there](nowhere.md).")
    with pytest.raises(AssertionError, match="nowhere"):
        test_links_and_named_files_lead_somewhere(page)
