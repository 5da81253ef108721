"""Read a table of ships or places as it was published: any separator and encoding, titles before the header.

Nothing is passed over without a word: what could not be read stands in `TextTable.remarks`.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from stsdetect.errors import ContextError
from stsdetect.stored_files import is_there

SEPARATORS = ",;\t|"
NULL_WORDS = frozenset(
    ["", "na", "n/a", "n.a.", "#n/a", "nan", "none", "null", "nil", "unknown", "unk", "undefined", "tbc",
     "tbd", "?", "-", "--", "---", "-0-", ".", "\n", "not available", "not known", "unknown value", "no data"]
)  # fmt: skip

_MAX_BYTES = 1 << 26
_MAX_LINE_CHARS = 1 << 20
_MAX_COLUMNS = 2_000
_TITLE_LINES = 40
_NOT_TEXT = (
    (b"\xd0\xcf\x11\xe0", "an Excel workbook; save it as CSV (UTF-8)"),
    (b"PK\x03\x04", "an Excel workbook or a ZIP archive; save the table as CSV (UTF-8)"),
    (b"\x1f\x8b", "compressed; unpack it first"),
    (b"BZh", "compressed; unpack it first"),
    (b"\xfd7zXZ", "compressed; unpack it first"),
    (b"\x28\xb5\x2f\xfd", "compressed; unpack it first"),
    (b"PAR1", "a Parquet file; write the table as CSV"),
    (b"SQLite format 3", "a database; write the table as CSV"),
    (b"%PDF", "a PDF; copy the table to a CSV"),
)


@dataclass
class TextTable:
    """A table of text.

    Attributes
    ----------
    name : str
        What it is and where it comes from, for messages.
    headers : list of list of str
        Column names as written; more than one list where another header follows in the file.
    columns : list of list of (str or None)
        For each name in `headers`, the column it stands for.
    rows : list of (int, int, list of str)
        Line of the file, from 1; which header applies; the cells, as many as that header has.
    remarks : list of str
        What could not be read, and what was guessed.
    """

    name: str
    headers: list[list[str]]
    columns: list[list[str | None]]
    rows: list[tuple[int, int, list[str]]] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)

    def cells(self, column: str) -> Iterator[tuple[int, str]]:
        """Index of a row and a cell that says something, for all columns that stand for `column`."""
        at = [[k for k, c in enumerate(columns) if c == column] for columns in self.columns]
        for i, (_, header, cells) in enumerate(self.rows):
            for k in at[header]:
                if not is_null(cells[k]):
                    yield i, cells[k].strip()

    def first(self, column: str) -> list[str | None]:
        """For each row the first cell that says something, of the columns that stand for `column`."""
        out: list[str | None] = [None] * len(self.rows)
        for i, cell in self.cells(column):
            out[i] = cell if out[i] is None else out[i]
        return out

    def unused(self) -> Iterator[tuple[str, list[str]]]:
        """Name and cells of each column that stands for nothing known."""
        for header, (names, columns) in enumerate(zip(self.headers, self.columns, strict=True)):
            for k, (name, column) in enumerate(zip(names, columns, strict=True)):
                if column is None:
                    cells = (row[k].strip() for _, h, row in self.rows if h == header)
                    yield name, [c for c in cells if not is_null(c)]

    def lines(self, rows: Iterable[int]) -> str:
        """Where rows are, for a message."""
        return some_lines([self.rows[i][0] for i in rows])


def read_text_table(
    path: Path,
    kind: str,
    known: Mapping[str, str],
    *,
    needed: Sequence[str],
    data: bytes | None = None,
) -> TextTable:
    r"""Read a CSV, whatever its separator, encoding and column names.

    The header is the line, among the first ones, with the most column names that are known.

    Parameters
    ----------
    path : Path
        The file.
    kind : str
        What it holds, for messages.
    known : mapping
        For each column a pattern, which its name must match as a whole after `plain_header`.
    needed : sequence of str
        Columns, of which the header has at least one.
    data : bytes, optional
        Content of the file where it has been read.

    Returns
    -------
    TextTable

    Raises
    ------
    ContextError
        When the file cannot be read, is not text, or has no line that names a needed column.

    Examples
    --------
    >>> data = b"Vessels of interest;;\n\nIMO No.;Vessel Name;Flag\n9074729;A;X\n"
    >>> known = {"imo": "imo(no)?"}
    >>> table = read_text_table(Path("a.csv"), "watchlist", known, needed=["imo"], data=data)
    >>> table.headers, table.columns, table.rows
    ([['IMO No.', 'Vessel Name', 'Flag']], [['imo', None, None]], [(4, 0, ['9074729', 'A', 'X'])])
    """
    name = f"{kind} {path.name}"
    text, remarks = decoded(content_of(path, name) if data is None else data, name)
    lines = list(io.StringIO(text, newline=""))
    if max(map(len, lines), default=0) > _MAX_LINE_CHARS:
        raise ContextError(
            f"{name} has a line of more than {_MAX_LINE_CHARS} characters, so it is not a CSV."
        )
    separator, header, after = _header(lines, known, needed, name)
    table = TextTable(name, [header], [_columns(header, known)], remarks=remarks)
    _read_rows(table, lines, after, separator, known)
    return table


def plain_header(name: str) -> str:
    """A column name in lower case, with nothing but letters and digits.

    Examples
    --------
    >>> plain_header("IMO No."), plain_header("vessel_name"), plain_header("imoNumber")
    ('imono', 'vesselname', 'imonumber')
    """
    return re.sub(r"[\W_]+", "", name.casefold())


def column_of(name: str, known: Mapping[str, str]) -> str | None:
    """The column that a name stands for, None where it is not known."""
    plain = plain_header(name)
    return next((column for column, pattern in known.items() if re.fullmatch(pattern, plain)), None)


def is_null(cell: str) -> bool:
    """Whether a cell says nothing, as "n/a" or "-" do.

    Examples
    --------
    >>> [is_null(cell) for cell in ("NA", " - ", "NANSHAN")]
    [True, True, False]
    """
    return cell.strip().casefold() in NULL_WORDS


def some_lines(lines: list[int]) -> str:
    """The first lines of a file that something applies to.

    Examples
    --------
    >>> some_lines([2, 5, 6, 9])
    'lines 2, 5, 6, ...'
    """
    more = ", ..." if len(lines) > 3 else ""
    return f"line{'s' if len(lines) > 1 else ''} {', '.join(map(str, lines[:3]))}{more}"


def content_of(path: Path, name: str) -> bytes:
    """The bytes of a file, not larger than a list of ships or places can be.

    Raises
    ------
    ContextError
        When it cannot be read, or is too large.
    """
    # A pipe would be waited for, a device never ends.
    if is_there(path) and not path.is_file():
        raise ContextError(f"cannot read the {name}: it is not a file.")
    try:
        with path.open("rb") as file:
            data = file.read(_MAX_BYTES + 1)
    except OSError as error:
        raise ContextError(f"cannot read the {name}: {error}") from error
    if len(data) > _MAX_BYTES:
        raise ContextError(f"{name} has more than {_MAX_BYTES >> 20} MiB; leave out what is not needed.")
    return data


def decoded(data: bytes, name: str) -> tuple[str, list[str]]:
    """The text of a file, and a remark where its encoding is a guess.

    Raises
    ------
    ContextError
        When it is not text, or not that of a CSV.
    """
    for magic, what in _NOT_TEXT:
        if data.startswith(magic):
            raise ContextError(f"{name} is {what}.")
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        text = data.decode("utf-16", "replace")
    elif data[:2000].count(b"\0") > len(data[:2000]) // 3:
        text = data.decode("utf-16-le" if data[1:2] == b"\0" else "utf-16-be", "replace")
    else:
        text, n_guessed = _utf8_or_windows_1252(data)
        if n_guessed:
            remark = (
                f"{name} is not UTF-8 in {n_guessed} line(s), which were read as Windows-1252, so letters "
                "beyond A to Z may be wrong in names; save it as UTF-8 if they are"
            )
            return _checked(text, name), [remark]
    return _checked(text, name), []


def _utf8_or_windows_1252(data: bytes) -> tuple[str, int]:
    """Text of lines that are UTF-8, else Windows-1252, and the number of the latter."""
    try:
        return data.decode("utf-8-sig"), 0
    except UnicodeDecodeError:
        pass
    lines = []
    n_guessed = 0
    for line in data.splitlines(keepends=True):
        try:
            lines.append(line.decode("utf-8"))
        except UnicodeDecodeError:
            lines.append(line.decode("cp1252", "replace"))
            n_guessed += 1
    return "".join(lines), n_guessed


def _checked(text: str, name: str) -> str:
    text = text.lstrip("\ufeff")
    if "\0" in text:
        raise ContextError(
            f"cannot read the {name} as text, it holds bytes that are zero; save it as CSV (UTF-8)."
        )
    start = text[:200].lstrip()
    if start[:1] in ("{", "[") or start[:1] == "<":
        what = "HTML or XML" if start[0] == "<" else "JSON"
        raise ContextError(f"{name} is {what} and not a CSV; write one ship or place per line, as CSV.")
    if not start:
        raise ContextError(f"{name} is not a CSV: it is empty.")
    return text


def _header(
    lines: list[str], known: Mapping[str, str], needed: Sequence[str], name: str
) -> tuple[str, list[str], int]:
    """Separator, column names and number of lines up to and including them."""
    best = (0, -len(lines), 0)
    found = None
    shown: list[str] = []
    for separator in SEPARATORS:
        reader = csv.reader(lines[:_TITLE_LINES], delimiter=separator, skipinitialspace=True)
        try:
            for cells in reader:
                names = [c.strip() for c in cells]
                if len(names) > len(shown):
                    shown = names
                columns = {c for c in _columns(names, known) if c}
                rank = (len(columns), -reader.line_num, len(names))
                if not columns.isdisjoint(needed) and rank > best:
                    best, found = rank, (separator, names, reader.line_num)
        except csv.Error:
            continue
    if found is None:
        wanted = " and ".join([", ".join(needed[:-1]), needed[-1]] if len(needed) > 1 else needed)
        raise ContextError(
            f"{name} has none of the columns {wanted}; present: {', '.join(s[:40] for s in shown[:30])}. "
            "Its first line must name the columns."
        )
    separator, names, after = found
    while len(names) > 1 and not names[-1]:
        names.pop()
    if len(names) > _MAX_COLUMNS:
        raise ContextError(f"{name} has more than {_MAX_COLUMNS} columns.")
    return separator, names, after


def _columns(names: list[str], known: Mapping[str, str]) -> list[str | None]:
    return [column_of(n, known) if len(n) < 100 else None for n in names]


def _read_rows(
    table: TextTable, lines: list[str], after: int, separator: str, known: Mapping[str, str]
) -> None:
    header, current = table.headers[0], 0
    wide: list[int] = []
    short: list[int] = []
    cut: list[int] = []
    stray: list[int] = []
    is_cut = not lines[-1].endswith(("\n", "\r"))
    for line, cells in _parsed(lines[after:], separator, stray, width=len(header)):
        line += after
        cells = [c.strip() for c in cells]
        while len(cells) > len(header) and not cells[-1]:
            cells.pop()
        if not any(cells):
            continue
        if again := _another_header(cells, table, known):
            header, current = again
        elif len(cells) > len(header):
            wide.append(line)
        elif len(cells) < len(header) and line == len(lines) and is_cut:
            cut.append(line)
        else:
            if len(cells) < len(header):
                short.append(line)
            table.rows.append((line, current, cells + [""] * (len(header) - len(cells))))
    for where, what in (
        (stray, "have a quotation mark without its pair and were left out"),
        (wide, "have more cells than the header, an unquoted separator perhaps, and were left out"),
        (cut, "end before the last column and before the line does, so the file was cut, and were left out"),
        (short, "have fewer cells than the header; the missing ones were taken as empty"),
    ):
        if where:
            table.remarks.append(f"{table.name}: {len(where)} row(s) {what} ({some_lines(where)})")


def _another_header(
    cells: list[str], table: TextTable, known: Mapping[str, str]
) -> tuple[list[str], int] | None:
    """The header that a row is, where files were joined; columns may be in another order from there on."""
    if any(c[:1].isdigit() for c in cells):  # most rows, and no header
        return None
    if cells in table.headers:
        return cells, table.headers.index(cells)
    columns = _columns(cells, known)
    if len({c for c in columns if c}) < 2 or len(table.headers) >= 100:
        return None
    table.headers.append(cells)
    table.columns.append(columns)
    return cells, len(table.headers) - 1


def _parsed(
    lines: list[str], separator: str, stray: list[int], *, width: int
) -> Iterator[tuple[int, list[str]]]:
    """Number of the last line and cells of each row.

    A quotation mark without its pair would take all that follows into one cell, so then each line is read for
    itself and the lines with such marks are added to `stray`.
    """
    reader = csv.reader(lines, delimiter=separator, skipinitialspace=True, strict=True)
    rows = []
    try:
        for cells in reader:
            if any("\n" in c and c.count(separator) >= max(width - 1, 1) for c in cells):
                raise csv.Error("a row inside a cell")
            rows.append((reader.line_num, cells))
    except csv.Error:
        rows = []
        for k, line in enumerate(lines):
            try:
                cells = next(csv.reader([line], delimiter=separator, skipinitialspace=True, strict=True), [])
            except csv.Error:
                stray.append(k + 1)
            else:
                rows.append((k + 1, cells))
    yield from rows
