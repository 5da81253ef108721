"""Which lines of a table with separators are rows of its width: `RowSorter`."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from stsdetect.arrays import Bools, Ints
from stsdetect.decode.accounting import DecodeReport
from stsdetect.errors import DecodeError

SEPARATORS = ",;\t|"
# A quoted field of more lines or bytes is a quote that was never closed.
_MAX_FIELD_LINES, _MAX_FIELD_BYTES = 20, 8_192
_BLOCK_BYTES = 1_048_576
_END, _QUOTE = 10, 34
_BLANK = b' \t\n\xef\xbb\xbf"\x1a'
_MAX_QUOTES_PER_ROW = 0.2
_MAX_HEADER_CHANGES = 1_000
# A line with the names of columns has few digits, a row of positions many.
_MAX_HEADER_DIGIT_SHARE = 0.2


class Header(NamedTuple):
    """Names of the columns of the rows that follow, and what stands between them.

    Attributes
    ----------
    names : tuple of str
        Unique; one per field.
    separator : str
        One ASCII character.
    spare : int or None
        Column without a name in the file, which is not used: an empty field at the end of every row, or the
        row numbers that R writes.
    """

    names: tuple[str, ...]
    separator: str
    spare: int | None = None


class Part(NamedTuple):
    """Rows that fit one header, as lines in UTF-8."""

    header: Header
    lines: bytes


class _Lines(NamedTuple):
    """Where each line begins and ends, its number of fields, and whether its quotes are in order."""

    start: Ints
    end: Ints
    width: Ints
    sound: Bools


def split_row(line: str, separator: str) -> tuple[list[str], bool]:
    r"""The fields of a line, and whether the quote of the last one is still open.

    A quote counts as such at the start of a field only. Inside of quotes it ends the field where the field
    ends; doubled, or before any other character, it stands for itself.

    Examples
    --------
    >>> split_row('1,"SEA, ""LTD"" ",5 m', ",")
    (['1', 'SEA, "LTD" ', '5 m'], False)
    >>> split_row('1,"SEA', ",")
    (['1', 'SEA'], True)
    """
    fields: list[str] = []
    return fields, _split_on(fields, line, 0, separator)


def _split_on(fields: list[str], line: str, at: int, separator: str) -> bool:
    """Add the fields of a line from a place on; whether the quote of the last one is still open."""
    n = len(line)
    while True:
        start = _spaces_end(line, at)
        if start < n and line[start] == '"':
            text, at, is_open = _quoted(line, start + 1, separator)
            fields.append(text)
            if is_open:
                return True
        else:
            end = line.find(separator, at)
            end = n if end < 0 else end
            fields.append(line[at:end])
            at = end
        if at >= n:
            return False
        at += 1


def _add_line(fields: list[str], line: str, separator: str) -> bool:
    """Add a further line to a row whose last quote is open; whether there is an open one still."""
    text, at, is_open = _quoted(line, 0, separator)
    fields[-1] += "\n" + text
    return is_open or (at < len(line) and _split_on(fields, line, at + 1, separator))


def _quoted(line: str, at: int, separator: str) -> tuple[str, int, bool]:
    """The text of a quoted field, where it ends, and whether its end is missing."""
    parts = []
    while (end := line.find('"', at)) >= 0:
        parts.append(line[at:end])
        after = _spaces_end(line, end + 1)
        if line.startswith('"', end + 1):
            parts.append('"')
            at = end + 2
        elif after == len(line) or line[after] == separator:
            return "".join(parts), after, False
        else:
            parts.append('"')
            at = end + 1
    return "".join([*parts, line[at:]]), len(line), True


def _spaces_end(line: str, at: int) -> int:
    while line.startswith(" ", at):
        at += 1
    return at


def plain_name(name: str) -> str:
    """A column name as it is compared."""
    return name.strip("\ufeff \"'").removeprefix("#").strip().lower()


class RowSorter:
    r"""Sorts the lines of a table into rows that fit the header, further headers, and rejects.

    Parameters
    ----------
    header : Header
        The first header.
    report : DecodeReport
        Counts what is not a row: ``wrong_number_of_fields`` and ``unbalanced_quote`` are rejected,
        ``repeated_header`` set aside.
    is_header : callable
        Whether some names are those of a table of positions.

    Raises
    ------
    DecodeError
        From its methods, if the header changes again and again.

    Examples
    --------
    >>> report = DecodeReport("a.csv")
    >>> sorter = RowSorter(Header(("a", "b"), ","), report, lambda names: False)
    >>> [part.lines for part in sorter.sort(b"1,2\n3,4,5\n")]
    [b'1,2\n']
    >>> report.rejected
    {'wrong_number_of_fields': 1}
    """

    def __init__(self, header: Header, report: DecodeReport, is_header: Callable[[list[str]], bool]) -> None:
        self.first = self.header = header
        self.report = report
        self.n_lines = 0
        """Lines that were given so far."""
        self._is_header = is_header
        self._known = {plain_name(n) for k, n in enumerate(header.names) if k != header.spare} - {""}
        self._open = b""
        self._n_changes = 0

    def sort(self, block: bytes) -> list[Part]:
        """The rows among whole lines; a row that may go on in the next block is kept for it.

        A block is taken as it is where its number of separators is right in all. Then a row with too few
        fields means that another has too many, which a strict parser finds; see `recheck`.
        """
        n_lines = int(np.count_nonzero(np.frombuffer(block, np.uint8) == _END))
        self.n_lines += n_lines
        if not self._open and _seems_to_fit(block, n_lines, self.header):
            return [Part(self.header, block)]
        return self._sorted(block, last=False)

    def finish(self) -> list[Part]:
        """The rows that were kept at the end of the last block."""
        return self._sorted(b"", last=True)

    def recheck(self, part: Part) -> list[Part] | None:
        """Rows that could not be parsed, sorted again line by line; None where that changes nothing.

        A header of the same width is looked for here, where numbers cannot be read, since every row of
        positions has some.
        """
        n_without_row = self.report.counts["lines_without_row"]
        inner = RowSorter(self.first, self.report, self._is_header)
        inner.header, inner._n_changes = part.header, self._n_changes
        fitting = [p for block in _blocks(part.lines) for p in inner._sorted(block, last=False)]
        fitting += inner.finish()
        # Further lines of quoted fields were counted when the part was sorted first.
        self.report.counts["lines_without_row"] = n_without_row
        out: list[Part] = []
        for one in fitting:
            header = inner.header if one.header == part.header else one.header
            split = inner._split_at_headers(Part(header, one.lines))
            inner.header = split[-1].header
            out += split
        self._n_changes = inner._n_changes
        if sum(len(p.lines) for p in out) == len(part.lines):
            return None
        if self.header == part.header:
            self.header = inner.header
        return out

    def _split_at_headers(self, part: Part) -> list[Part]:
        if not part.lines:
            return [part]
        lines = _measured(part.lines, part.header.separator)
        codes = np.frombuffer(part.lines, np.uint8)
        n_digits = np.add.reduceat((codes >= 48) & (codes <= 57), lines.start, dtype=np.int64)
        candidates = np.flatnonzero(n_digits <= _MAX_HEADER_DIGIT_SHARE * (lines.end - lines.start))
        out: list[Part] = []
        pieces: list[bytes] = []
        header, begin = part.header, 0
        for k in candidates.tolist():
            start, end = int(lines.start[k]), int(lines.end[k])
            found = self._header_of(part.lines[start:end])
            if found is None:
                continue
            self._count_header()
            pieces.append(part.lines[begin:start])
            begin = end + 1
            if found != header:
                self._count_change()
                out.append(Part(header, b"".join(pieces)))
                header, pieces = found, []
        return [*out, Part(header, b"".join([*pieces, part.lines[begin:]]))]

    def _sorted(self, block: bytes, *, last: bool) -> list[Part]:
        block, n_empty = without_empty_lines(self._open + block, self.header.separator)
        self.report.counts["lines_without_row"] += n_empty
        self._open = b""
        parts = []
        while block:
            part, block = self._until_header(block, last=last)
            parts.append(part)
        return parts

    def _until_header(self, block: bytes, *, last: bool) -> tuple[Part, bytes]:
        """The rows before the next header, and what follows it."""
        header = self.header
        lines = _measured(block, header.separator)
        fit = lines.sound & (lines.width == len(header.names))
        pieces: list[bytes] = []
        done = at = 0  # The line, and its first byte, up to which all is in `pieces` or counted.
        for k in np.flatnonzero(~fit).tolist():
            if k < done:
                continue
            start, end = int(lines.start[k]), int(lines.end[k])
            pieces.append(block[at:start])
            line = block[start:end]
            if (found := self._header_of(line)) is not None:
                self._count_header()
                if found != header:
                    self._count_change()
                    self.header = found
                    return Part(header, b"".join(pieces)), block[end + 1 :]
            elif line.startswith((b"#", b"//")) or line.lower().startswith(b"sep="):
                self.report.counts["lines_without_row"] += 1
            else:
                row, n_used = self._row(block, lines, fit, k, last=last)
                if not n_used:
                    self._open = block[start:]
                    return Part(header, b"".join(pieces)), b""
                pieces.append(row)
                end = int(lines.end[k + n_used - 1])
                done = k + n_used
            at = end + 1
        return Part(header, b"".join([*pieces, block[at:]])), b""

    def _row(self, block: bytes, lines: _Lines, fit: Bools, k: int, *, last: bool) -> tuple[bytes, int]:
        """The row that begins at an odd line, written again, and its number of lines.

        No row where the line is rejected; no line where the next block is needed to know.
        """
        separator, width = self.header.separator, len(self.header.names)
        start = int(lines.start[k])
        text = block[start : int(lines.end[k])].decode("utf-8", "replace")
        fields, is_open = split_row(text, separator) if '"' in text else (text.split(separator), False)
        if not is_open:
            if len(fields) == width:
                return _joined(fields, separator), 1
            self._reject("wrong_number_of_fields", text)
            return b"", 1
        for n in range(2, _MAX_FIELD_LINES + 1):
            if k + n > len(fit):
                if not last and len(block) - start <= _MAX_FIELD_BYTES:
                    return b"", 0
                break
            # A line that is a row by itself does not belong to a quoted field.
            if fit[k + n - 1] or lines.end[k + n - 1] - start > _MAX_FIELD_BYTES:
                break
            more = block[int(lines.start[k + n - 1]) : int(lines.end[k + n - 1])]
            if not _add_line(fields, more.decode("utf-8", "replace"), separator):
                if len(fields) != width:
                    break
                self.report.counts["lines_without_row"] += n - 1
                return _joined(fields, separator), n
        fields = text.split(separator)
        if len(fields) == width:
            return _joined(fields, separator), 1
        self._reject("unbalanced_quote", text)
        return b"", 1

    def _header_of(self, line: bytes) -> Header | None:
        """The header that a line is, if it is one."""
        start = line[:4096]
        n_digits = len(start) - len(start.translate(None, b"0123456789"))
        if n_digits > _MAX_HEADER_DIGIT_SHARE * len(start):
            return None
        text = line.decode("utf-8", "replace").strip("\ufeff \r")
        for separator in dict.fromkeys((self.header.separator, *SEPARATORS)):
            if separator not in text:
                continue
            names = unique_names(split_row(text, separator)[0])
            if {plain_name(n) for n in names} - {""} == self._known:
                return self._as_first(names, separator)
            if self._is_header(names):
                return Header(tuple(names), separator)
        return None

    def _as_first(self, names: list[str], separator: str) -> Header:
        """A header with the names of the first one, spelt as there."""
        first, spare = self.first, self.first.spare
        if spare is not None and len(names) == len(first.names) - 1:
            names = [*names[:spare], first.names[spare], *names[spare:]]
        spelling = {plain_name(n): n for n in first.names}
        spelt = tuple(spelling.get(plain_name(n), n) for n in names)
        same = spelt == first.names
        return first._replace(separator=separator) if same else Header(spelt, separator, spare)

    def _count_header(self) -> None:
        self.report.rows_in += 1
        self.report.set_aside["repeated_header"] += 1

    def _count_change(self) -> None:
        """Count a header with other names; each makes a frame, so a table cannot have any number of them."""
        self._n_changes += 1
        if self._n_changes > _MAX_HEADER_CHANGES:
            raise DecodeError(
                f"{self.report.source}: the names of the columns change more than {_MAX_HEADER_CHANGES:,} "
                "times. Write the parts with the same columns to one file each."
            )

    def _reject(self, reason: str, text: str) -> None:
        self.report.rows_in += 1
        self.report.reject(reason, 1, [text])


def unique_names(names: list[str]) -> list[str]:
    """Column names without blanks and quotes; repeated ones get a suffix, since names in a frame are unique.

    Examples
    --------
    >>> unique_names(["a", " a", '"b"'])
    ['a', 'a.1', 'b']
    """
    out: list[str] = []
    seen: set[str] = set()
    for k, name in enumerate(names):
        text = name.strip().strip('"')
        while text in seen:
            text = f"{text}.{k}"
        seen.add(text)
        out.append(text)
    return out


def field_counts(block: bytes, separator: str) -> list[int]:
    """The number of fields of each line with text."""
    lines = _measured(block, separator)
    return [int(n) for n in lines.width[lines.end > lines.start]]


def _seems_to_fit(block: bytes, n_rows: int, header: Header) -> bool:
    """Whether lines have as many separators outside of quotes, in all, as rows of a header would have."""
    codes = np.frombuffer(block, np.uint8)
    n_separators: int | None
    if b'"' in block:
        at = np.flatnonzero(codes == _QUOTE)
        if at.size > _MAX_QUOTES_PER_ROW * n_rows:
            n_separators = _outer_separators(block, header.separator)
        else:
            n_separators = _separators(codes, header.separator)
            # Only the lines with quotes are looked at closely.
            end = np.flatnonzero(codes == _END)
            quoted = np.unique(np.searchsorted(end, at)).tolist()
            text = b"".join([block[end[k - 1] + 1 if k else 0 : end[k] + 1] for k in quoted])
            n_outer = _outer_separators(text, header.separator)
            if n_outer is None:
                return False
            n_separators += n_outer - text.count(header.separator.encode())
    else:
        n_separators = _separators(codes, header.separator)
    return n_separators == n_rows * (len(header.names) - 1)


def _separators(codes: NDArray[np.uint8], separator: str) -> int:
    return int(np.count_nonzero(codes == ord(separator)))


def _outer_separators(block: bytes, separator: str) -> int | None:
    """The number of separators outside of quotes; None where quotes are not in order in each line."""
    codes = np.frombuffer(block, np.uint8)
    is_end, is_separator, quote = codes == _END, codes == ord(separator), codes == _QUOTE
    inside = (np.cumsum(quote, dtype=np.uint8) & 1).astype(bool)
    outer = quote | is_end | is_separator
    # An opening quote follows a separator, a closing one is before one; or the quote is doubled.
    disorder = (quote & inside)[1:] & ~outer[:-1] | (quote & ~inside)[:-1] & ~outer[1:]
    if disorder.any() or (inside & is_end).any():
        return None
    return int(np.count_nonzero(is_separator & ~inside))


def without_empty_lines(block: bytes, separator: str) -> tuple[bytes, int]:
    """The lines with anything but blanks, quotes and separators, and the number of the others."""
    if not block:
        return block, 0
    has_content = np.ones(256, bool)
    has_content[list(_BLANK + separator.encode())] = False
    codes = np.frombuffer(block, np.uint8)
    end = np.flatnonzero(codes == _END)
    length = np.diff(end, prepend=-1)
    empty = ~np.logical_or.reduceat(has_content[codes], end - length + 1)
    n_empty = int(np.count_nonzero(empty))
    return (codes[np.repeat(~empty, length)].tobytes(), n_empty) if n_empty else (block, 0)


def _blocks(data: bytes) -> Iterator[bytes]:
    """Whole lines, about `_BLOCK_BYTES` at a time."""
    at = 0
    while at < len(data):
        end = data.find(b"\n", at + _BLOCK_BYTES) + 1 or len(data)
        yield data[at:end]
        at = end


def _measured(block: bytes, separator: str) -> _Lines:
    codes = np.frombuffer(block, np.uint8)
    end = np.flatnonzero(codes == _END)
    start = np.concatenate([[0], end[:-1] + 1])
    at = np.flatnonzero(codes == ord(separator))
    line = np.searchsorted(end, at)
    sound = np.ones(end.size, bool)
    if b'"' in block:
        quote = np.flatnonzero(codes == _QUOTE)
        line_of_quote = np.searchsorted(end, quote)
        n_quotes = np.bincount(line_of_quote, minlength=end.size)
        first = np.cumsum(n_quotes) - n_quotes
        opening = (np.arange(quote.size) - first[line_of_quote]) % 2 == 0
        outer = np.zeros(256, bool)
        outer[[_END, _QUOTE, ord(separator)]] = True
        # An opening quote follows a separator, a closing one is before one; or the quote is doubled.
        before = np.where(quote > 0, codes[quote - 1], _END)
        in_order = outer[np.where(opening, before, codes[np.minimum(quote + 1, codes.size - 1)])]
        sound = (n_quotes % 2 == 0) & (np.bincount(line_of_quote[~in_order], minlength=end.size) == 0)
        inside = (np.searchsorted(quote, at) - first[line]) % 2 == 1
        line = line[~inside]
    width = np.bincount(line, minlength=end.size) + 1
    return _Lines(start, end, width, sound)


def _joined(fields: list[str], separator: str) -> bytes:
    """A row with quotes where they are needed."""
    special = (separator, '"', "\n")
    texts = ['"' + f.replace('"', '""') + '"' if any(c in f for c in special) else f for f in fields]
    return separator.join(texts).encode("utf-8", "replace") + b"\n"
