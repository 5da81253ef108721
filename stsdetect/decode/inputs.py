"""Find dumps, open them compressed or not, and recognise their format.

`find_inputs` lists the files, `open_streams` unpacks one, `sniff` recognises its format.
"""

from __future__ import annotations

import bz2
import glob
import gzip
import re
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO, Literal, NamedTuple, cast

import pyarrow as pa

from stsdetect.errors import DecodeError
from stsdetect.foreign_text import made_visible

SUFFIXES = (
    ".nmea", ".nm4", ".ais", ".aivdm", ".log", ".txt", ".csv", ".tsv", ".parquet", ".geoparquet", ".json",
    ".jsonl",
    ".ndjson", ".geojson",
)  # fmt: skip
PACKED = (".gz", ".zst", ".bz2", ".zip")
HEAD_BYTES = 65_536

Format = Literal["nmea", "csv", "json", "parquet"]
_DAMAGE = (EOFError, OSError, zlib.error, pa.ArrowInvalid, zipfile.BadZipFile)
_SENTENCE = re.compile(rb"!..VD[MO],")
_NMEA_LINE = re.compile(rb"^(?:\\[^\\\n]*\\)?[$!][A-Z]{4,6},", re.MULTILINE)


class InputFile(NamedTuple):
    """A dump; `source` is its name in tables, relative to the folder or pattern given."""

    path: Path
    source: str
    named: bool
    """Whether the user named this very file: then it must be AIS, while a folder may hold other files."""


def find_inputs(inputs: Sequence[str | Path]) -> list[InputFile]:
    """All dumps among files, folders and patterns, each once, sorted by name.

    Parameters
    ----------
    inputs : sequence of str or Path
        Folders are searched with all their subfolders for files, compressed or not, with one of the
        `SUFFIXES`.

    Returns
    -------
    list of InputFile
        Names in ``source`` are unique; folders are put in front of them where needed.

    Raises
    ------
    DecodeError
        If an input does not exist, or a folder or pattern has no dump.

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
        for file in _expand(given):
            path = file.path.resolve()
            known = found.setdefault(path, file)
            found[path] = known._replace(named=known.named or file.named)
    if not found:
        raise DecodeError("no input given; name files, folders or patterns with AIS dumps")
    return sorted(_with_unique_names(list(found.values())), key=lambda f: f.source)


def _expand(given: str | Path) -> list[InputFile]:
    path = Path(given)
    if path.is_file():
        return [InputFile(path, path.name, named=True)]
    if path.is_dir():
        files = [p for p in sorted(path.rglob("*")) if p.is_file() and is_dump_name(p)]
        if not files:
            raise DecodeError(
                f"folder {path} holds no AIS dump; looked for {', '.join(SUFFIXES)}, "
                f"compressed or not ({', '.join(PACKED)})"
            )
        return [InputFile(p, p.relative_to(path).as_posix(), named=False) for p in files]
    if glob.has_magic(str(given)):
        files = [Path(p) for p in sorted(glob.glob(str(given), recursive=True)) if Path(p).is_file()]  # noqa: PTH207
        if not files:
            raise DecodeError(f"no file matches {given}")
        root = Path(*_parts_without_magic(path))
        sources = (p.relative_to(root).as_posix() if p.is_relative_to(root) else p.name for p in files)
        return [InputFile(p, source, named=False) for p, source in zip(files, sources, strict=True)]
    raise DecodeError(f"{path} does not exist")


def _parts_without_magic(pattern: Path) -> Iterator[str]:
    """The folders of a pattern up to the first with a wildcard."""
    for part in pattern.parts[:-1]:
        if glob.has_magic(part):
            return
        yield part


def is_dump_name(path: Path) -> bool:
    """Whether a file found in a folder or an archive is taken for a dump, by its suffix."""
    name = path.name.lower()
    for packed in PACKED:
        name = name.removesuffix(packed)
    return not name.startswith(".") and (name.endswith(SUFFIXES) or path.suffix.lower() == ".zip")


def _with_unique_names(files: list[InputFile]) -> list[InputFile]:
    out = []
    for file in files:
        source, folder = file.source, file.path.resolve().parent
        while sum(f.source == source for f in files) > 1 and folder.name:
            source, folder = f"{folder.name}/{source}", folder.parent
            if not any(f is not file and f.path.resolve().as_posix().endswith("/" + source) for f in files):
                break
        # A name that is not UTF-8 could be written to no table.
        out.append(file._replace(source=made_visible(source)))
    return out


@contextmanager
def open_streams(path: Path) -> Iterator[Iterator[tuple[str, BinaryIO]]]:
    """The streams inside a file, with their names; unpacked as they are read.

    There is one stream, or one per dump in a zip archive. The compression is recognised by the first bytes,
    not by the name.

    Raises
    ------
    DecodeError
        If the file does not exist, is empty or cannot be unpacked.
    """
    try:
        with path.open("rb") as raw:
            magic = raw.read(4)
            raw.seek(0)
            if not magic:
                raise DecodeError(f"{path} is empty")
            yield _members(path, raw, magic)
    except FileNotFoundError as error:
        raise DecodeError(f"{path} does not exist") from error
    except IsADirectoryError as error:
        raise DecodeError(f"{path} is a folder, not a file") from error
    except PermissionError as error:
        raise DecodeError(f"{path} may not be read: {error.strerror}") from error
    except (EOFError, zlib.error, zipfile.BadZipFile, gzip.BadGzipFile, pa.ArrowInvalid) as error:
        raise DecodeError(f"{path} is damaged or cut short: {error}. Download or copy it again.") from error
    except OSError as error:
        raise DecodeError(f"{path} cannot be read: {error}") from error


def _members(path: Path, raw: BinaryIO, magic: bytes) -> Iterator[tuple[str, BinaryIO]]:
    if magic[:2] == b"\x1f\x8b":
        yield path.name, cast(BinaryIO, gzip.GzipFile(fileobj=raw))
    elif magic[:3] == b"BZh":
        yield path.name, cast(BinaryIO, bz2.BZ2File(raw))
    elif magic == b"\x28\xb5\x2f\xfd":
        yield path.name, cast(BinaryIO, pa.CompressedInputStream(pa.PythonFile(raw, "r"), "zstd"))
    elif magic == b"PK\x03\x04":
        with zipfile.ZipFile(raw) as archive:
            names = [n for n in archive.namelist() if is_dump_name(Path(n))]
            if not names:
                raise DecodeError(
                    f"{path} holds no AIS dump; it has {', '.join(archive.namelist()[:5]) or 'nothing'}"
                )
            for name in names:
                with archive.open(name) as member:
                    yield name, cast(BinaryIO, member)
    else:
        yield path.name, raw


class PeekedStream:
    """A stream whose first bytes can be inspected before they are read.

    Where the compressed data are damaged the stream ends early instead of failing.

    Parameters
    ----------
    stream : binary file
        Unpacked bytes.
    head_bytes : int
        Bytes to look at.
    max_bytes : int, optional
        The stream ends after this many bytes.

    Attributes
    ----------
    head : bytes
        The first bytes; `read` returns them again.
    damage : str
        The error that ended the stream early; empty without one.
    n_read : int
        Bytes that `read` has returned.
    """

    def __init__(
        self, stream: BinaryIO, *, head_bytes: int = HEAD_BYTES, max_bytes: int | None = None
    ) -> None:
        self._stream = stream
        self._read_some = getattr(stream, "read1", stream.read)
        self.damage = ""
        self._max_bytes = max_bytes
        self.n_read = 0
        self._left = b""
        self._left = self.head = self.read(head_bytes)
        self.n_read = 0

    def read(self, n: int) -> bytes:
        """`n` bytes, fewer at the end."""
        if self._max_bytes is not None:
            n = min(n, self._max_bytes - self.n_read)
        parts = [self._left[:n]]
        self._left = self._left[n:]
        n -= len(parts[0])
        while n > 0 and not self.damage:
            try:
                part = self._read_some(n)
            except _DAMAGE as error:
                if not self.n_read and not any(parts):
                    raise
                self.damage = str(error) or type(error).__name__
                break
            if not part:
                break
            parts.append(part)
            n -= len(part)
        parts = [part for part in parts if part]
        out = parts[0] if len(parts) == 1 else b"".join(parts)
        self.n_read += len(out)
        return out


def sniff(head: bytes, name: str, *, min_text_share: float) -> Format:
    """Format of a stream, from its first bytes.

    Parameters
    ----------
    head : bytes
        The first bytes of the stream, unpacked.
    name : str
        What to call it in an error message.
    min_text_share : float
        Streams with fewer printable characters among the first 4,096 bytes are binary.

    Raises
    ------
    DecodeError
        If it is empty or binary.

    Examples
    --------
    >>> sniff(b"!AIVDM,1,1,,A,13HOI:0P0000VOHLCnHQKwvL05Ip,0*23", "a.log", min_text_share=0.95)
    'nmea'
    """
    if not head.strip():
        raise DecodeError(f"{name} is empty")
    if head[:4] == b"PAR1":
        return "parquet"
    if _SENTENCE.search(head):
        return "nmea"
    start = head[:4096]
    text_share = sum(c >= 32 or c in b"\t\n\r" for c in start) / len(start)
    if text_share < min_text_share:
        raise DecodeError(
            f"{name} is a binary file, not an AIS log, CSV, JSON or Parquet table. Unpack archives inside "
            "archives, and save UTF-16 text as UTF-8."
        )
    first = head.lstrip(b"\xef\xbb\xbf \t\r\n")[:1]
    if first in (b"{", b"["):
        return "json"
    if _NMEA_LINE.search(head):
        return "nmea"
    return "csv"
