"""Pages that are written from the code at each build: tables, parameters, command line, tutorials."""

from __future__ import annotations

import re
from dataclasses import fields
from pathlib import Path
from typing import Any

import typer.main
from sphinx.application import Sphinx

from stsdetect.cli.commands import app as cli
from stsdetect.params import Params
from stsdetect.schema import SCHEMAS


def write_pages(app: Sphinx) -> None:
    """Write everything into ``docs/generated``."""
    out = Path(app.srcdir) / "generated"
    out.mkdir(exist_ok=True)
    root = Path(app.srcdir).parent
    _write(out / "tables.md", _tables())
    _write(out / "parameters.md", _parameters())
    _write(out / "command_line.md", _command_line())
    for notebook in sorted((root / "notebooks").glob("*.ipynb")):
        _write(out / notebook.name, notebook.read_text("utf-8").replace("../fixtures", "../../fixtures"))


def _write(path: Path, text: str) -> None:
    if not path.exists() or path.read_text("utf-8") != text:
        path.write_text(text, "utf-8")


def _tables() -> str:
    head = (
        "# Tables\n\nEvery table that a run writes or a function returns. Times are UTC, positions WGS84;\n"
        'the column "null" shows which values may be missing.\n\n'
    )
    return head + "\n".join(table.markdown().replace("### ", "## ", 1) for table in SCHEMAS.values())


def _parameters() -> str:
    text = (
        "# Parameters\n\nEvery number that moves a detection, its default and where that comes from. "
        "Keys in brackets lead to the references. `stsdetect params` prints the same as TOML; "
        "change values in a file and pass it with `--params`.\n"
    )
    for part in fields(Params):
        values = getattr(Params(), part.name)
        text += f"\n## {part.name}\n\n{(type(values).__doc__ or '').strip().splitlines()[0]}\n\n"
        text += "| parameter | default | source |\n|---|---|---|\n"
        for f in fields(values):
            source = _with_links(f.metadata["source"].replace("|", "/"))
            text += f"| `{f.name}` | `{getattr(values, f.name)}` | {source} |\n"
    return text


def _with_links(source: str) -> str:
    """The keys in brackets lead to their entries."""

    def linked(keys: re.Match[str]) -> str:
        return re.sub(r"[A-Z]\d*", lambda k: f"[{k[0]}](../references.md#{k[0].lower()})", keys[0][1:-1])

    return re.sub(r"\[[A-Z]\d*(?:, [A-Z]\d*)*\]", linked, source)


def _command_line() -> str:
    command = typer.main.get_command(cli)
    text = f"# Command line\n\n{_help(command, 'stsdetect')}"
    for name, sub in sorted(command.commands.items()):
        text += f"\n## stsdetect {name}\n\n{_help(sub, f'stsdetect {name}')}"
    return text


def _help(command: Any, name: str) -> str:
    context = command.make_context(name, [], resilient_parsing=True)
    lines = [f"```text\n{command.get_usage(context)}\n```\n", (command.help or "").strip(), ""]
    rows = []
    for parameter in command.params:
        record = parameter.get_help_record(context)
        if record:
            rows.append(f"| `{record[0].replace('|', '/')}` | {record[1].replace('|', '/')} |")
    if rows:
        lines += ["| option | meaning |", "|---|---|", *rows, ""]
    return "\n".join(lines)


def setup(app: Sphinx) -> dict[str, bool]:
    """Write the pages before Sphinx looks for them."""
    app.connect("builder-inited", write_pages)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
