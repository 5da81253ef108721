"""Find the files of a run: those named, and all in the folders and patterns given."""

from __future__ import annotations

import glob
import json
import os
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from stsdetect.decode.file_names import reason_to_skip
from stsdetect.errors import DecodeError
from stsdetect.foreign_text import made_visible
from stsdetect.schema import SCHEMAS

_RUN_MARK, _UNFINISHED_RUN = "run.json", ".unfinished-run"
_OF_A_RUN = "results of a run"
_RUN_OUTPUTS = {
    *SCHEMAS, *(f"{name}.parquet" for name in SCHEMAS), "lone_stops.parquet",
    "report.html", "events.gpkg", "events.geojson", "events.csv", "ledger.csv", "vessels.csv", _RUN_MARK,
}  # fmt: skip
_MAX_MARK_BYTES = 67_108_864


class InputFile(NamedTuple):
    """A file of a run; `source` is its name in tables, relative to the folder or pattern given."""

    path: Path
    source: str
    named: bool
    """Whether the user named this very file: then it must be AIS, while a folder may hold other files."""
    not_ais: str = ""
    """Why it is not opened: its name shows that it is not AIS. Empty where its content is to decide."""


def find_inputs(inputs: Sequence[str | Path]) -> list[InputFile]:
    """All files among files, folders and patterns, each once, sorted by name.

    Parameters
    ----------
    inputs : sequence of str or Path
        Folders are searched with all their subfolders. Every file counts, whatever its name; those that are
        certainly not AIS (documentation, hidden files, incomplete downloads, the results of a run) are listed
        with the reason in ``not_ais``.

    Returns
    -------
    list of InputFile
        Names in ``source`` are unique; folders are put in front of them where needed.

    Raises
    ------
    DecodeError
        If an input does not exist, or a folder or pattern has no file that may be a dump.

    Examples
    --------
    >>> find_inputs(["no/such/file.nmea"])
    Traceback (most recent call last):
        ...
    stsdetect.errors.DecodeError: no/such/file.nmea does not exist
    """
    if isinstance(inputs, str | Path):
        inputs = [inputs]
    found: dict[Path, InputFile] = {}
    for given in inputs:
        try:
            files = _expand(given)
        except OSError as error:  # a name that is too long, or a folder that may not be looked into
            raise DecodeError(f"cannot read {made_visible(str(given)[:200])}: {error.strerror}") from error
        for file in files:
            path = file.path.resolve()
            known = found.setdefault(path, file)
            named = known.named or file.named
            found[path] = known._replace(named=named, not_ais="" if named else known.not_ais)
    if not found:
        raise DecodeError("no input given; name files, folders or patterns with AIS dumps")
    return sorted(_with_unique_names(list(found.values())), key=lambda f: f.source)


def _expand(given: str | Path) -> list[InputFile]:
    if not str(given):
        raise DecodeError("an input has an empty name; for the working folder write .")
    path = Path(given)
    if path.is_dir():
        if _is_output(path):
            return _may_be_dumps(f"folder {path}", [InputFile(path, path.name, False, _OF_A_RUN)])
        return _may_be_dumps(f"folder {path}", list(_in_folder(path, path)))
    if path.exists():
        if not path.is_file():
            raise DecodeError(f"{path} is not a regular file; save what it gives as a file first")
        return [InputFile(path, made_visible(path.name), named=True)]
    if glob.has_magic(str(given)):
        root = Path(*_parts_without_magic(path))
        files: list[InputFile] = []
        for match in sorted(glob.glob(str(given), recursive=True)):  # noqa: PTH207
            matched = Path(match)
            base = root if matched.is_relative_to(root) else matched.parent
            if _is_output(matched):
                files.append(InputFile(matched, _source(matched, base), False, _OF_A_RUN))
            elif matched.is_dir():
                # With ** the files inside are matched themselves.
                files += [] if "**" in path.parts else _in_folder(matched, base)
            elif matched.is_file():
                files.append(_found(matched, base))
        return _may_be_dumps(f"pattern {given}", files)
    raise DecodeError(f"{path} does not exist")


def _may_be_dumps(given: str, files: list[InputFile]) -> list[InputFile]:
    if not files:
        raise DecodeError(
            f"{given}: no file there" if given.startswith("folder") else f"no file matches {given}"
        )
    if all(f.not_ais for f in files):
        shown = "; ".join(f"{f.source}: {f.not_ais}" for f in files[:5])
        raise DecodeError(f"{given} holds no AIS dump ({shown})")
    return files


def _parts_without_magic(pattern: Path) -> Iterator[str]:
    """The folders of a pattern up to the first with a wildcard."""
    for part in pattern.parts[:-1]:
        if glob.has_magic(part):
            return
        yield part


def _in_folder(folder: Path, root: Path) -> Iterator[InputFile]:
    """All files below a folder; links are followed, but into each folder only once."""
    seen: set[tuple[int, int]] = set()
    for place, folders, names in os.walk(folder, followlinks=True, onerror=_not_listed):
        status = Path(place).stat()
        if (status.st_dev, status.st_ino) in seen:
            folders.clear()
            continue
        seen.add((status.st_dev, status.st_ino))
        here = Path(place)
        if _is_run_folder(here):
            folders[:] = [f for f in folders if f not in _RUN_OUTPUTS]
            names = [n for n in names if n not in _RUN_OUTPUTS]
            yield InputFile(here / _RUN_MARK, _source(here / _RUN_MARK, root), False, _OF_A_RUN)
        for name in [f for f in folders if f.startswith(".")]:
            folders.remove(name)
            yield InputFile(here / name, _source(here / name, root), False, "a hidden folder")
        folders.sort()
        for name in sorted(names):
            yield _found(here / name, root)


def _found(path: Path, root: Path) -> InputFile:
    source = _source(path, root)
    reason = reason_to_skip(source)
    if not reason and path.exists() and not path.is_file():
        reason = "not a regular file"
    return InputFile(path, source, False, reason)


def _source(path: Path, root: Path) -> str:
    return made_visible(path.relative_to(root).as_posix() if path.is_relative_to(root) else path.name)


def _not_listed(error: OSError) -> None:
    raise DecodeError(f"folder {error.filename} may not be listed: {error.strerror}") from error


def _is_output(path: Path) -> bool:
    """Whether a file or folder is a result of a run, or lies in one."""
    path = path.resolve()
    above = zip(path.parents, (path, *path.parents), strict=False)
    return any(inner.name in _RUN_OUTPUTS and _is_run_folder(folder) for folder, inner in above)


def _is_run_folder(folder: Path) -> bool:
    """Whether a folder holds a run: finished, or interrupted while its results were put in place."""
    return (folder / _UNFINISHED_RUN).is_dir() or is_run_mark(folder / _RUN_MARK)


def is_run_mark(path: Path) -> bool:
    """Whether a file is the ``run.json`` by which a run folder is known."""
    try:
        if path.stat().st_size > _MAX_MARK_BYTES:
            return False
        content = json.loads(path.read_text("utf-8"))
    except (OSError, ValueError, RecursionError):
        return False
    return isinstance(content, dict) and {"params_digest", "stages", "inputs"} <= content.keys()


def _with_unique_names(files: list[InputFile]) -> list[InputFile]:
    """The same files; where names are equal, folders are put in front until they differ."""
    parts = [f.path.absolute().parts for f in files]
    names, depth = [f.source for f in files], [f.source.count("/") + 1 for f in files]
    while True:
        often = {name for name, n in Counter(names).items() if n > 1}
        longer = [k for k, name in enumerate(names) if name in often and depth[k] < len(parts[k])]
        if not longer:
            break
        for k in longer:
            depth[k] += 1
            names[k] = made_visible("/".join(p.strip("/") for p in parts[k][-depth[k] :]))
    # Names that differ only in characters that cannot be printed.
    seen: Counter[str] = Counter()
    for k, name in enumerate(names):
        seen[name] += 1
        if seen[name] > 1:
            names[k] = f"{name} ({seen[name]})"
    return [f._replace(source=name) for f, name in zip(files, names, strict=True)]
