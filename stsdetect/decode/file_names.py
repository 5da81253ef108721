"""What the name of a file found in a folder or an archive says: a dump, documentation, or not to be read.

Every file is considered, since dumps have any name (``ais.log.1``, ``nmea.2023-11-14``, ``feed.dat``); its
content decides. `reason_to_skip` names those that are not opened, `is_dump_name` those that must be AIS.
"""

from __future__ import annotations

import re
from pathlib import PurePosixPath

PACKED = (".gz", ".zst", ".bz2", ".zip", ".tar", ".tgz", ".xz", ".7z", ".rar")
SUFFIXES = (
    ".nmea", ".nm4", ".ais", ".aivdm", ".log", ".txt", ".csv", ".tsv", ".parquet", ".geoparquet", ".json",
    ".jsonl", ".ndjson", ".geojson",
)  # fmt: skip

_INCOMPLETE = (".part", ".partial", ".crdownload", ".download", ".tmp", ".swp", ".lock", "~")
_DOCUMENTS = (
    ".md", ".rst", ".adoc", ".html", ".htm", ".css", ".js", ".ts", ".py", ".ipynb", ".toml", ".yaml", ".yml",
    ".ini", ".cfg", ".conf", ".sh", ".bat", ".ps1", ".c", ".cpp", ".h", ".hpp", ".java", ".rs", ".go", ".r",
    ".tex", ".pdf", ".doc", ".docx", ".odt", ".rtf", ".ppt", ".pptx", ".eml", ".svg",
)  # fmt: skip
_DOCUMENT_NAMES = ("readme", "license", "licence", "copying", "changelog", "notice", "authors", "makefile")
_SYSTEM_NAMES = ("thumbs.db", "desktop.ini", "ehthumbs.db")
# What logrotate and others append: .1, -20231114, .2023-11-14, -2024-01-01_00, -1700000000
_ROTATION = re.compile(r"[._-](?:\d{1,5}|\d{4}[-_.]?\d{2}[-_.]?\d{2}(?:[-_.T]?\d{2,6})?|\d{10})$")
_DUMP_STEM = re.compile(r"(?:^|[^a-z])(?:ais|nmea|aivdm)(?:[^a-z]|$)")


def reason_to_skip(name: str) -> str:
    """Why a file found in a folder or an archive is not opened, by its name; empty if it is.

    Parameters
    ----------
    name : str
        Its path inside the folder or archive, with ``/``.

    Examples
    --------
    >>> reason_to_skip("logs/ais.log.1"), reason_to_skip("README.md")
    ('', 'documentation or program text')
    """
    path = PurePosixPath(name.replace("\\", "/").lower())
    if path.name in _SYSTEM_NAMES or "__macosx" in path.parts:
        return "a file of the operating system"
    if any(part.startswith(".") and part not in {".", ".."} for part in path.parts):
        return "a hidden file"
    if path.name.endswith(_INCOMPLETE):
        return "an incomplete download or a temporary file"
    if path.name.endswith(_DOCUMENTS) or path.name.split(".", 1)[0] in _DOCUMENT_NAMES:
        return "documentation or program text"
    return ""


def is_dump_name(name: str) -> bool:
    """Whether a file is a dump by its name, so that it is missed if it cannot be read.

    Rotated names count: ``ais.log.1``, ``ais.log-20231114.gz``, ``nmea.2023-11-14``.

    Examples
    --------
    >>> is_dump_name("ais.log.2.gz"), is_dump_name("nmea.2023-11-14"), is_dump_name("photo.jpg")
    (True, True, False)
    """
    stem = PurePosixPath(name).name.lower()
    for _ in range(3):
        for packed in PACKED:
            stem = stem.removesuffix(packed)
        if stem.endswith(SUFFIXES):
            return True
        rotated = _ROTATION.sub("", stem)
        if rotated == stem:
            break
        stem = rotated
    return "." not in stem and _DUMP_STEM.search(stem) is not None
