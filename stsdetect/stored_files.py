"""Files that are whole or not there: named at once, and on the disk before something counts on them."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from pathlib import Path

_stored: ContextVar[list[Path] | None] = ContextVar("_stored", default=None)


def is_there(path: Path) -> bool:
    """Whether there is a file or folder of a name, which may be one that no system takes.

    Examples
    --------
    >>> is_there(Path(".")), is_there(Path("a" * 5_000))
    (True, False)
    """
    try:
        return path.exists()
    except OSError:
        return False


def put_in_place(part: Path, path: Path) -> None:
    """Give a file that is complete its name, in place of an earlier one; see `files_stored`."""
    part.replace(path)
    stored = _stored.get()
    if stored is not None:
        stored.append(path)


@contextmanager
def files_stored() -> Iterator[list[Path]]:
    """The files that `put_in_place` names inside the block, in this thread.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder, files_stored() as files:
    ...     part = Path(folder) / "a.part"
    ...     _ = part.write_text("whole")
    ...     put_in_place(part, Path(folder) / "a.txt")
    >>> [file.name for file in files]
    ['a.txt']
    """
    files: list[Path] = []
    token = _stored.set(files)
    try:
        yield files
    finally:
        _stored.reset(token)


def write_whole(path: Path, text: bytes) -> None:
    """Write a small file, whole or not at all, even if the power fails."""
    part = path.with_name(path.name + ".part")
    part.write_bytes(text)
    _to_disk(part)
    part.replace(path)
    sync_folder(path.parent)


def sync_files(files: Iterable[Path]) -> None:
    """Wait until files, and their names in their folders, are on the disk."""
    folders = set()
    for file in files:
        _to_disk(file)
        folders.add(file.parent)
    for folder in sorted(folders):
        sync_folder(folder)


def sync_folder(folder: Path) -> None:
    """Wait until the names in a folder are on the disk; Windows has no such call."""
    if os.name == "posix":
        _to_disk(folder)


def _to_disk(path: Path) -> None:
    # Windows syncs only what is open for writing.
    handle = os.open(path, os.O_RDONLY if os.name == "posix" else os.O_RDWR)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
