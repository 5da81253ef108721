"""Unpack files and archives as they are read, and recognise the format of what is inside.

`open_streams` unpacks a file, `PeekedStream` shows the beginning of a stream before it is read, `sniff`
recognises its format.
"""

from __future__ import annotations

import bz2
import codecs
import gzip
import hashlib
import lzma
import re
import struct
import tarfile
import zipfile
import zlib
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO, Literal, NamedTuple, cast

import pyarrow as pa

from stsdetect.decode.file_names import reason_to_skip
from stsdetect.errors import DecodeError
from stsdetect.foreign_text import made_visible

HEAD_BYTES = 65_536
Format = Literal["nmea", "csv", "json", "parquet"]

_CORRUPT = (
    EOFError, gzip.BadGzipFile, zlib.error, lzma.LZMAError, pa.ArrowInvalid, zipfile.BadZipFile,
    tarfile.TarError,
)  # fmt: skip
_DAMAGE = (*_CORRUPT, OSError)
_ODD = (ValueError, OverflowError, struct.error)
"""What zipfile and tarfile raise on headers that they do not expect, such as names that are not UTF-8."""
_NOT_UNPACKED = (*_DAMAGE, *_ODD, RuntimeError, NotImplementedError)
"""What they raise of a member; the last two of one that is encrypted, or packed in another manner."""
_SENTENCE = re.compile(rb"!..VD[MO],")
_NMEA_LINE = re.compile(rb"^(?:\\[^\\\n]*\\)?[$!][A-Z]{4,6},", re.MULTILINE)
_PLACE_KEY = re.compile(rb'"(?:lat|latitude|y|coordinates)"\s*:', re.IGNORECASE)
_PLACE_COLUMN = re.compile(rb"^[^!$]*(?:^|[,;\t|\"])\s*(?:lat|latitude)(?![a-z])[^!$]*$", re.IGNORECASE)
_ARCHIVES = {
    b"7z\xbc\xaf\x27\x1c": "7z archive",
    b"Rar!\x1a\x07": "RAR archive",
    b"\xfd7zXZ\x00": "xz file",
    b"\x04\x22\x4d\x18": "lz4 file",
    b"\x1f\x9d": "compress (.Z) file",
}
_MAGIC_BYTES = 512
_TAR_MARK = slice(257, 262)
_MAX_TAR_HEADER_BYTES = 1_048_576
_OFFICE_BYTES = 1_048_576
_MAX_MEMBERS = 5_000
_ENCRYPTED = 1


class UnknownFormatError(DecodeError):
    """A stream that is empty, or that holds no kind of data that can be read."""


class Member(NamedTuple):
    """A stream inside a file."""

    name: str
    """Its name in the archive; empty where the file is not an archive."""
    stream: BinaryIO
    not_ais: str = ""
    """Why it is not AIS, judging by its name; then the stream is not to be read."""


@contextmanager
def open_streams(path: Path) -> Iterator[Iterator[Member]]:
    """The streams inside a file, unpacked as they are read: one, or those of a zip or tar archive.

    The compression is recognised by the first bytes, not by the name.

    Raises
    ------
    DecodeError
        If the file does not exist, is empty or cannot be unpacked. A member of an archive that cannot be
        unpacked raises it when it is read.
    """
    with clear_errors(path):
        raw = path.open("rb")
    with raw:
        yield _members(path, raw)


@contextmanager
def clear_errors(path: Path) -> Iterator[None]:
    """Raise what goes wrong in reading a file as a `DecodeError` that says what to do.

    Only reading belongs inside: an error in writing, such as a full disk, is not one of the file.
    """
    try:
        yield
    except FileNotFoundError as error:
        raise DecodeError(f"{path} does not exist") from error
    except IsADirectoryError as error:
        raise DecodeError(f"{path} is a folder, not a file") from error
    except PermissionError as error:
        raise DecodeError(f"{path} may not be read: {error.strerror}") from error
    except _CORRUPT as error:
        raise DecodeError(f"{path} is damaged or cut short: {error}. Download or copy it again.") from error
    except OSError as error:
        raise DecodeError(f"{path} cannot be read: {error}") from error


def _members(path: Path, raw: BinaryIO) -> Iterator[Member]:
    with clear_errors(path):
        yield from _packed_members(path, raw)


def _packed_members(path: Path, raw: BinaryIO) -> Iterator[Member]:
    magic = raw.read(_MAGIC_BYTES)
    raw.seek(0)
    if not magic:
        raise UnknownFormatError(f"{path} is empty")
    if magic[:4] == b"PK\x03\x04":
        yield from _zip_members(path, raw)
        return
    stream = _decompressed(raw, magic)
    if stream is not raw:
        # Only a tar archive makes it necessary to look inside; `_Rewound` gives the bytes back.
        magic = _first_bytes(stream)
        stream = cast(BinaryIO, _Rewound(magic, stream))
    if _is_tar(magic):
        yield from _tar_members(path, stream)
    else:
        yield Member("", stream)


def _decompressed(stream: BinaryIO, magic: bytes) -> BinaryIO:
    if magic[:2] == b"\x1f\x8b":
        return cast(BinaryIO, gzip.GzipFile(fileobj=stream))
    if magic[:3] == b"BZh":
        return cast(BinaryIO, bz2.BZ2File(stream))
    if magic[:4] == b"\x28\xb5\x2f\xfd":
        return cast(BinaryIO, pa.CompressedInputStream(pa.PythonFile(stream, "r"), "zstd"))
    return stream


def _first_bytes(stream: BinaryIO) -> bytes:
    data, read_some = b"", getattr(stream, "read1", stream.read)
    while len(data) < _MAGIC_BYTES:
        try:
            part = read_some(_MAGIC_BYTES - len(data))
        except _DAMAGE:
            if not data:
                raise
            break  # the next read meets the damage again
        if not part:
            break
        data += part
    return data


def _is_tar(magic: bytes) -> bool:
    return magic[_TAR_MARK] == b"ustar"


def _zip(path: Path, raw: BinaryIO) -> zipfile.ZipFile:
    try:
        return zipfile.ZipFile(raw)
    except NotImplementedError as error:
        raise DecodeError(f"{path} is a zip that cannot be unpacked: {error}. Pack it again.") from error
    except _ODD as error:
        raise zipfile.BadZipFile(str(error)) from error


def _zip_members(path: Path, raw: BinaryIO) -> Iterator[Member]:
    with _zip(path, raw) as archive:
        # `ZipInfo.is_dir` fails on an empty name.
        infos = [info for info in archive.infolist() if not info.filename.endswith("/")]
        names = [info.filename for info in infos]
        if "[Content_Types].xml" in names or "mimetype" in names:
            yield Member("", cast(BinaryIO, _Refused(_office(path, archive, names))))
            return
        if not names:
            raise UnknownFormatError(f"{path} is an empty archive")
        if sum(not reason_to_skip(name) for name in names) > _MAX_MEMBERS:
            raise _too_many(path, len(names))
        unique = _UniqueNames()
        for info in infos:
            name = unique(info.filename)
            if reason := reason_to_skip(info.filename):
                yield Member(name, cast(BinaryIO, _Refused(DecodeError(reason))), reason)
                continue
            if info.flag_bits & _ENCRYPTED:
                yield Member(name, cast(BinaryIO, _Refused(_not_unpacked(path, name, "it is encrypted"))))
                continue
            try:
                member = archive.open(info)
            except _NOT_UNPACKED as error:
                yield Member(name, cast(BinaryIO, _Refused(_not_unpacked(path, name, error))))
                continue
            with member:
                yield Member(name, _inside(path, name, cast(BinaryIO, member)))


def _too_many(path: Path, n: int) -> DecodeError:
    return DecodeError(
        f"{path} holds {n:,} files, and of an archive no more than {_MAX_MEMBERS:,} are read; unpack it and "
        "give the folder"
    )


class _UniqueNames:
    """Names of the members of an archive, which may have two of one name."""

    def __init__(self) -> None:
        self._seen: Counter[str] = Counter()

    def __call__(self, name: str) -> str:
        shown = made_visible(name)
        self._seen[shown] += 1
        return name if self._seen[shown] == 1 else f"{name} ({self._seen[shown]})"


class _SmallHeader(tarfile.TarInfo):
    """A header whose extensions are small: tarfile reads them in one piece."""

    def _proc_member(self, tar: tarfile.TarFile) -> tarfile.TarInfo:
        if not self.isreg() and self.size > _MAX_TAR_HEADER_BYTES:
            raise tarfile.ReadError(f"a header of {self.size:,} bytes")
        try:
            return cast(tarfile.TarInfo, super()._proc_member(tar))  # type: ignore[misc]
        except _ODD as error:
            raise tarfile.ReadError(str(error)) from error


def _tar_members(path: Path, stream: BinaryIO) -> Iterator[Member]:
    with tarfile.open(fileobj=stream, mode="r|", tarinfo=_SmallHeader) as archive:
        unique = _UniqueNames()
        n_opened = 0
        for info in archive:
            archive.members = []  # type: ignore[attr-defined]  # else it remembers every member
            if not info.isfile():
                continue
            name = unique(info.name)
            if reason := reason_to_skip(info.name):
                yield Member(name, cast(BinaryIO, _Refused(DecodeError(reason))), reason)
                continue
            n_opened += 1
            if n_opened > _MAX_MEMBERS:
                yield Member(name, cast(BinaryIO, _Refused(_too_many(path, n_opened))))
                return
            if info.issparse():
                error = _not_unpacked(path, name, "it is a sparse file")
                yield Member(name, cast(BinaryIO, _Refused(error)))
            elif (member := archive.extractfile(info)) is not None:
                yield Member(name, _inside(path, name, cast(BinaryIO, member)))


def _inside(path: Path, name: str, member: BinaryIO) -> BinaryIO:
    """A member of an archive, decompressed if it is; archives inside archives are refused."""
    try:
        magic = _first_bytes(member)
    except _NOT_UNPACKED as error:
        return cast(BinaryIO, _Refused(_not_unpacked(path, name, error)))
    stream = cast(BinaryIO, _Rewound(magic, member))
    if magic[:4] == b"PK\x03\x04" or _is_tar(magic):
        return cast(BinaryIO, _Refused(_not_unpacked(path, name, "it is an archive inside an archive")))
    return _decompressed(stream, magic)


def _not_unpacked(path: Path, name: str, why: object) -> DecodeError:
    return DecodeError(f"{path}: {name} cannot be unpacked here ({why}); unpack the archive first")


def _office(path: Path, archive: zipfile.ZipFile, names: list[str]) -> DecodeError:
    """The error for a document that is a zip archive: a spreadsheet of ships may be AIS."""
    if not any(n.startswith("xl/") for n in names):
        return UnknownFormatError(f"{path} is an office document, not an AIS log or table")
    text = b""
    for name in names:
        if name.startswith(("xl/sharedStrings", "xl/worksheets/sheet1")):
            with suppress(*_NOT_UNPACKED), archive.open(name) as part:
                text += part.read(_OFFICE_BYTES)
    message = f"{path} is an Excel file; save the sheet as CSV (UTF-8) and give that"
    return DecodeError(message) if mentions_mmsi(text) else UnknownFormatError(message)


class _Refused:
    """A stream that cannot be read, and why."""

    def __init__(self, error: DecodeError) -> None:
        self._error = error

    def read(self, n: int = -1) -> bytes:
        raise self._error


class _Rewound:
    """A stream of which some bytes are read already."""

    def __init__(self, first: bytes, stream: BinaryIO) -> None:
        self._first, self._stream = first, stream
        self._read_some = getattr(stream, "read1", stream.read)
        self.closed = False

    def readable(self) -> bool:
        return True

    def read(self, n: int = -1) -> bytes:
        if n < 0:
            data, self._first = self._first + self._stream.read(), b""
            return data
        if self._first:
            data, self._first = self._first[:n], self._first[n:]
            return data
        return cast(bytes, self._read_some(n))


class PeekedStream:
    """A stream whose first bytes can be inspected before they are read.

    Where the compressed data are damaged the stream ends early instead of failing. Text in UTF-16 or
    UTF-32 becomes UTF-8.

    Parameters
    ----------
    stream : binary file
        Unpacked bytes.
    head_bytes : int
        Bytes to look at.
    max_bytes : int, optional
        The stream ends after this many bytes.
    hashed : bool
        Whether to keep the digest of what is read.

    Attributes
    ----------
    head : bytes
        The first bytes; `read` returns them again.
    damage : str
        The error that ended the stream early; empty without one.
    n_read : int
        Bytes that `read` has returned.
    encoding : str
        UTF-16 or UTF-32 where the text is in it; else empty.
    """

    def __init__(
        self,
        stream: BinaryIO,
        *,
        head_bytes: int = HEAD_BYTES,
        max_bytes: int | None = None,
        hashed: bool = False,
    ) -> None:
        self._read_some = getattr(stream, "read1", stream.read)
        self._digest = hashlib.sha256() if hashed else None
        self._decoder: codecs.IncrementalDecoder | None = None
        self.damage = ""
        self._max_bytes = max_bytes
        self.n_read = 0
        self._left = b""
        self.peek(head_bytes)
        self.encoding = ""
        if encoding := _wide_encoding(self._left):
            self.encoding = encoding[:6].upper()
            self._decoder = codecs.getincrementaldecoder(encoding)("replace")
            self._left = self._decoder.decode(self._left).encode("utf-8", "replace")
        self.head = self._left[:head_bytes]

    @property
    def sha256(self) -> str:
        """Digest of the bytes taken from the stream so far; empty unless asked for."""
        return self._digest.hexdigest() if self._digest else ""

    def peek(self, n: int) -> bytes:
        """The next `n` bytes, fewer at the end; `read` returns them again."""
        parts = [self._left] if self._left else []
        n -= len(self._left)
        while n > 0 and not self.damage and (part := self._take(n, anything=bool(parts))):
            parts.append(part)
            n -= len(part)
        self._left = b"".join(parts)
        return self._left

    def read(self, n: int) -> bytes:
        """`n` bytes, fewer at the end."""
        if self._max_bytes is not None:
            n = min(n, self._max_bytes - self.n_read)
        if len(self._left) < n:
            self.peek(n)
        out, self._left = self._left[:n], self._left[n:]
        self.n_read += len(out)
        return out

    def _take(self, n: int, *, anything: bool) -> bytes:
        """The next bytes of the stream underneath, as UTF-8; none at its end."""
        while True:
            try:
                part: bytes = self._read_some(n)
            except _DAMAGE as error:
                if not self.n_read and not anything:
                    raise
                self.damage = str(error) or type(error).__name__
                return b""
            if self._digest:
                self._digest.update(part)
            if self._decoder is None or not part:
                return part
            if text := self._decoder.decode(part):
                return text.encode("utf-8", "replace")


def _wide_encoding(head: bytes) -> str:
    """The encoding of text in UTF-16 or UTF-32, by its mark or by zero bytes; else empty."""
    if head[:4] in (codecs.BOM_UTF32_LE, codecs.BOM_UTF32_BE):
        return "utf-32"
    if head[:2] in (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE):
        return "utf-16"
    start = head[:4096]
    if len(start) >= 16:
        for first, encoding in ((1, "utf-16-le"), (0, "utf-16-be")):
            zeros, letters = start[first::2], start[1 - first :: 2]
            if zeros.count(0) > 0.95 * len(zeros) and not letters.count(0):
                return encoding
    return ""


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
    UnknownFormatError
        If it is empty or binary.
    DecodeError
        If it is an archive of a kind that is not unpacked here.

    Examples
    --------
    >>> sniff(b"!AIVDM,1,1,,A,13HOI:0P0000VOHLCnHQKwvL05Ip,0*23", "a.log", min_text_share=0.95)
    'nmea'
    """
    if not head.strip():
        raise UnknownFormatError(f"{name} is empty")
    if head[:4] == b"PAR1":
        return "parquet"
    for magic, kind in _ARCHIVES.items():
        if head.startswith(magic):
            raise DecodeError(f"{name} is a {kind}, which is not unpacked here; unpack it first")
    is_table = _is_table(head)
    if not is_table and _SENTENCE.search(head):
        return "nmea"
    start = head[:4096]
    text_share = sum(c >= 32 or c in b"\t\n\r" for c in start) / len(start)
    if text_share < min_text_share:
        raise UnknownFormatError(f"{name} is a binary file, not an AIS log, CSV, JSON or Parquet table")
    # GeoJSON text sequences have a record separator before each object.
    first = head.lstrip(b"\xef\xbb\xbf\x1e \t\r\n")[:1]
    if first in (b"{", b"["):
        return "json"
    if not is_table and _NMEA_LINE.search(head):
        return "nmea"
    return "csv"


def _is_table(head: bytes) -> bool:
    """Whether this is a table of positions, of which most rows have no sentence in any cell."""
    first, _, rows = head.lstrip(b"\xef\xbb\xbf\x1e \t\r\n").partition(b"\n")
    n_sentences = len(_SENTENCE.findall(head))
    if first[:1] in (b"{", b"["):
        return len(_PLACE_KEY.findall(head)) > 2 * n_sentences
    n_other = len(_NMEA_LINE.findall(rows))
    return _PLACE_COLUMN.search(first) is not None and rows.count(b"\n") > 2 * max(n_sentences, n_other)


def mentions_mmsi(data: bytes) -> bool:
    """Whether the word MMSI is somewhere in binary data, as in a database of positions.

    Examples
    --------
    >>> mentions_mmsi(b"CREATE TABLE fixes (mmsi INTEGER)"), mentions_mmsi(b"PNG")
    (True, False)
    """
    return b"mmsi" in data.lower().replace(b"\x00", b"")
