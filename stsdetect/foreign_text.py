"""Text that others wrote, in a form that can be shown: what a ship broadcast, names of files and stations.

Anyone with a transmitter can broadcast any text, and tables hold any Unicode. Every place that writes such
text for people passes it through `made_visible`: sentences of the evidence, the report with its plots and
map, GeoPackage, GeoJSON and CSV (there also `neutral_cell`), samples of rejects, names of sources, notes on
labels, and the terminal. The Parquet tables keep names as they were broadcast.
"""

from __future__ import annotations

import unicodedata

# Drawn as nothing: Default_Ignorable_Code_Point of Unicode beyond the categories below, and a braille blank.
_INVISIBLE = {
    0x034F, 0x115F, 0x1160, 0x17B4, 0x17B5, 0x2800, 0x3164, 0xFFA0, *range(0x180B, 0x1810),
    *range(0xFE00, 0xFE10), *range(0xE0000, 0xE1000),
}  # fmt: skip
_SPACES = {"Cc", "Zl", "Zp", "Zs"}
_HIDDEN = {"Cf", "Cs", "Co", "Cn"}
_BYTES = range(0xDC80, 0xDD00)
_FORMULA = "=+-@"
_MINUS_SIGN = "\N{MINUS SIGN}"


def made_visible(text: str) -> str:
    r"""Text in which nothing is hidden and nothing changes the direction or the lines of what is around it.

    Control characters and spaces of any kind become spaces. Characters that are drawn as nothing or that
    reorder text, such as bidirectional overrides, zero-width characters and byte order marks, become their
    code in brackets, and so do those without a meaning. A byte of a file name that is not UTF-8 becomes its
    value.

    Examples
    --------
    >>> made_visible("SEA\u202eLOUF\u200b\tSTAR"), made_visible("log-\udcff.nmea")
    ('SEA[U+202E]LOUF[U+200B] STAR', 'log-[0xFF].nmea')
    """
    if text.isascii() and text.isprintable():
        return text
    return "".join(map(_shown, text))


def neutral_cell(text: str) -> str:
    """Visible text for a cell of a CSV, with an apostrophe in front where a spreadsheet would run a formula.

    Examples
    --------
    >>> neutral_cell("=1+1"), neutral_cell(" @SUM(A1)"), neutral_cell("A-B")
    ("'=1+1", "'@SUM(A1)", 'A-B')
    """
    shown = made_visible(text).strip()
    first = unicodedata.normalize("NFKC", shown[:1])
    return f"'{shown}" if first and (first in _FORMULA or first == _MINUS_SIGN) else shown


def _shown(character: str) -> str:
    code, category = ord(character), unicodedata.category(character)
    if category in _SPACES:
        return " "
    if code in _BYTES:
        return f"[0x{code - 0xDC00:02X}]"
    if category in _HIDDEN or code in _INVISIBLE:
        return f"[U+{code:04X}]"
    return character
