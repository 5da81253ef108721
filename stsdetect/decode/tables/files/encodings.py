"""Lines that are not UTF-8 as UTF-8: `LineDecoder`."""

from __future__ import annotations

import unicodedata

from stsdetect.decode.accounting import DecodeReport

_MIN_CJK_SHARE = 0.9
_GUESS_LINES = 500
_SHOWN = {"cp1252": "Windows-1252 (West European)", "gb18030": "GB 18030 (Chinese)"}
# Chinese in GB 2312, in the order of the encoding: the 3,755 frequent characters have these first bytes.
_FREQUENT_GB = range(0xB0, 0xD8)


class LineDecoder:
    r"""Gives blocks of lines as UTF-8, whatever encoding their names are in.

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
    >>> decoder.utf8("1,ÅRØ\n".encode("latin-1")).decode(), decoder.encoding
    ('1,ÅRØ\n', 'cp1252')
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

    def note(self, report: DecodeReport) -> None:
        """Say how many lines were not UTF-8, and what they were read as."""
        if self.encoding:
            report.counts["lines_not_utf8"] += self.n_lines
            report.warnings.append(
                f"{self.n_lines:,} lines are not UTF-8 and were read as {_SHOWN[self.encoding]}"
            )


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
