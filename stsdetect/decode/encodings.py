"""Text of any encoding as UTF-8: `Utf8Stream` for UTF-16 and UTF-32, `LineDecoder` for the others."""

from __future__ import annotations

import codecs
import unicodedata
from typing import BinaryIO

_BOMS = (
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_PROBE_BYTES = 512
# Of every other byte. The text of AIS is nearly all ASCII, so nearly all of these are NUL in UTF-16.
_MIN_NUL_SHARE, _MAX_NUL_SHARE = 0.7, 0.05
_MIN_CJK_SHARE = 0.9
_GUESS_LINES = 500
# Chinese in GB 2312, in the order of the encoding: the 3,755 frequent characters have these first bytes.
_FREQUENT_GB = range(0xB0, 0xD8)


def text_encoding(head: bytes) -> str:
    """Encoding of text with two or four bytes per character, from its first bytes; empty for any other.

    Parameters
    ----------
    head : bytes
        At least some hundred bytes, if the file has as many.

    Returns
    -------
    str
        Name of a Python codec.

    Examples
    --------
    >>> text_encoding("mmsi,lat".encode("utf-16")), text_encoding("mmsi,lat".encode("utf-16-be"))
    ('utf-16', 'utf-16-be')
    >>> text_encoding(b"mmsi,lat")
    ''
    """
    for bom, name in _BOMS:
        if head.startswith(bom):
            return name
    probe = head[: _PROBE_BYTES & ~1]
    if len(probe) < 4:
        return ""
    first, second = probe[::2], probe[1::2]
    nul_first, nul_second = first.count(0) / len(first), second.count(0) / len(second)
    if nul_second >= _MIN_NUL_SHARE and nul_first <= _MAX_NUL_SHARE:
        return "utf-16-le"
    if nul_first >= _MIN_NUL_SHARE and nul_second <= _MAX_NUL_SHARE:
        return "utf-16-be"
    return ""


class Utf8Stream:
    """A stream whose UTF-16 or UTF-32 text is read as UTF-8; any other stream passes unchanged.

    Parameters
    ----------
    stream : binary file
        Unpacked bytes.

    Attributes
    ----------
    encoding : str
        Name of the encoding that was converted; empty where none was.

    Examples
    --------
    >>> import io
    >>> stream = Utf8Stream(io.BytesIO("mmsi,lat\\n".encode("utf-16")))
    >>> stream.read(100), stream.encoding
    (b'mmsi,lat\\n', 'utf-16')
    """

    def __init__(self, stream: BinaryIO) -> None:
        self._read_some = getattr(stream, "read1", stream.read)
        self._decoder: codecs.IncrementalDecoder | None = None
        self._started = False
        self._left = b""
        self.encoding = ""

    def read(self, n: int = -1) -> bytes:
        """Up to `n` bytes, at least one before the end."""
        if not self._started:
            self._start()
        while not self._left:
            chunk = self._read_some(n)
            if self._decoder is None:
                return bytes(chunk)
            self._left = self._decoder.decode(chunk, final=not chunk).encode("utf-8", "replace")
            if not chunk and not self._left:
                return b""
        size = len(self._left) if n < 0 else n
        out, self._left = self._left[:size], self._left[size:]
        return out

    def _start(self) -> None:
        head = b""
        while len(head) < _PROBE_BYTES and (chunk := self._read_some(_PROBE_BYTES - len(head))):
            head += chunk
        self._started = True
        self.encoding = text_encoding(head)
        if self.encoding:
            self._decoder = codecs.getincrementaldecoder(self.encoding)("replace")
            head = self._decoder.decode(head).encode("utf-8", "replace")
        self._left = head


class LineDecoder:
    """Gives blocks of lines as UTF-8, whatever encoding their names are in.

    Lines that are not UTF-8 are read as GB 18030 where nearly all their characters are Chinese, else as
    Windows-1252; which one is decided at the first such block and kept.

    Attributes
    ----------
    encoding : str
        What lines other than UTF-8 were read as; empty while there were none.
    n_lines : int
        Number of such lines.

    Examples
    --------
    >>> decoder = LineDecoder()
    >>> decoder.utf8("1,ÅRØ\\n".encode("latin-1")).decode(), decoder.encoding
    ('1,ÅRØ\\n', 'cp1252')
    """

    def __init__(self) -> None:
        self.encoding = ""
        self.n_lines = 0

    def utf8(self, block: bytes) -> bytes:
        """The block in UTF-8, with as many lines as before."""
        if block.isascii() or _is_utf8(block):
            return block
        lines = block.split(b"\n")
        other = [k for k, line in enumerate(lines) if not line.isascii() and not _is_utf8(line)]
        self.encoding = self.encoding or _guess(b"\n".join(lines[k] for k in other[:_GUESS_LINES]))
        for k in other:
            lines[k] = _decoded(lines[k], self.encoding).encode()
        self.n_lines += len(other)
        return b"\n".join(lines)


def _is_utf8(data: bytes) -> bool:
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def _guess(sample: bytes) -> str:
    """Whether text that is not UTF-8 is Chinese or West European."""
    try:
        text = sample.decode("gb18030")
    except UnicodeDecodeError:
        return "cp1252"
    foreign = [c for c in text if not c.isascii()]
    chinese = sum(
        c.encode("gb18030")[0] in _FREQUENT_GB and unicodedata.name(c, "").startswith("CJK") for c in foreign
    )
    # Letters with accents stand alone between ASCII letters; Chinese comes in pairs of high bytes.
    paired = sum(len(c.encode("gb18030")) == 2 and c.encode("gb18030")[1] >= 0xA1 for c in foreign)
    return "gb18030" if min(chinese, paired) >= _MIN_CJK_SHARE * len(foreign) else "cp1252"


def _decoded(line: bytes, encoding: str) -> str:
    try:
        text = line.decode(encoding)
    except UnicodeDecodeError:
        # Windows-1252 leaves five bytes open; ISO 8859-1 has all of them.
        text = line.decode("latin-1")
    # A character that counts as a line end elsewhere is none here, and a block keeps its lines.
    return text.replace("\n", " ")
