"""Records of an XML file, one after the other, in memory that does not grow with the file.

No entity is ever read: a file that declares a document type is refused, as no published list has one.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import BinaryIO
from xml.parsers import expat

from stsdetect.errors import ContextError

_CHUNK_BYTES = 1 << 16
_MAX_BYTES = 1 << 30
_MAX_TOKEN_BYTES = 1 << 22
_MAX_DEPTH = 100
_MAX_ELEMENTS_PER_RECORD = 50_000
_MAX_CHARS_PER_RECORD = 1 << 22


@dataclass(slots=True)
class Record:
    """An element with all that it holds, names without namespaces."""

    tag: str
    line: int
    attributes: dict[str, str] = field(default_factory=dict)
    text: str = ""
    children: list[Record] = field(default_factory=list)

    def all(self, *path: str) -> list[Record]:
        """Elements below this one along a path of tags."""
        found = [self]
        for tag in path:
            found = [child for one in found for child in one.children if child.tag == tag]
        return found

    def texts(self, *path: str) -> list[str]:
        """Texts, without blanks around them, of `all` elements that have one.

        Examples
        --------
        >>> name = Record("name", 1, text=" ALFA ")
        >>> Record("ship", 1, children=[name]).texts("name")
        ['ALFA']
        """
        return [text for one in self.all(*path) if (text := one.text.strip())]

    def first(self, *path: str) -> str | None:
        """The first of `texts`."""
        return next(iter(self.texts(*path)), None)

    def below(self) -> Iterator[Record]:
        """All elements inside this one, in the order of the file."""
        for child in self.children:
            yield child
            yield from child.below()


def xml_records(stream: BinaryIO, name: str, record_tags: Mapping[str, frozenset[str]]) -> Iterator[Record]:
    r"""The root of an XML file without what is in it, then each of its records.

    Parameters
    ----------
    stream : binary file
    name : str
        What it is, for messages.
    record_tags : mapping
        For each root that is known, the tags of its records, wherever they stand; inside a record they are
        elements as any other.

    Yields
    ------
    Record

    Raises
    ------
    ContextError
        When the root is not known, the file is not well-formed or ends too early, declares a document type,
        or has a record that is larger than any of a list.

    Examples
    --------
    >>> import io
    >>> file = io.BytesIO(b"<ships><a>1</a>\n<b><a>2</a></b></ships>")
    >>> [(r.tag, r.line, r.text) for r in xml_records(file, "list", {"ships": frozenset("a")})]
    [('ships', 1, ''), ('a', 1, '1'), ('a', 2, '2')]
    """
    reader = _Reader(name, record_tags)
    n_bytes = 0
    while chunk := stream.read(_CHUNK_BYTES):
        n_bytes += len(chunk)
        reader.feed(chunk, n_bytes)
        yield from reader.taken()
    reader.feed(b"", n_bytes, is_end=True)
    yield from reader.taken()


class _Reader:
    """Builds records from the events of expat."""

    def __init__(self, name: str, record_tags: Mapping[str, frozenset[str]]) -> None:
        self._name = name
        self._known = record_tags
        self._tags: frozenset[str] | None = None
        self._open: list[Record] = []
        self._ready: deque[Record] = deque()
        self._depth = self._n_elements = self._n_chars = 0
        self._parser = expat.ParserCreate()
        self._parser.buffer_text = True
        self._parser.StartDoctypeDeclHandler = self._refuse_doctype
        self._parser.StartElementHandler = self._start
        self._parser.EndElementHandler = self._end
        self._parser.CharacterDataHandler = self._text

    def feed(self, chunk: bytes, n_bytes: int, *, is_end: bool = False) -> None:
        """Parse the next part of the file, `n_bytes` of which have been read."""
        try:
            self._parser.Parse(chunk, is_end)
        except (expat.ExpatError, ValueError, LookupError) as error:
            line = self._parser.ErrorLineNumber
            cut = "it ends in the middle" if is_end else str(error).split(":")[0]
            raise ContextError(
                f"{self._name} is not well-formed XML, line {line}: {cut}. It was cut or changed on its way; "
                "take it from its source again."
            ) from error
        if n_bytes - self._parser.CurrentByteIndex > _MAX_TOKEN_BYTES or n_bytes > _MAX_BYTES:
            raise self._too_large()

    def taken(self) -> Iterator[Record]:
        """The records that are complete."""
        while self._ready:
            yield self._ready.popleft()

    def _start(self, tag: str, attributes: dict[str, str]) -> None:
        tag = tag.rpartition(":")[2]
        self._depth += 1
        if self._depth > _MAX_DEPTH:
            raise self._too_large()
        line = self._parser.CurrentLineNumber
        attributes = {k.rpartition(":")[2]: v for k, v in attributes.items()}
        if self._tags is None:
            self._tags = self._known.get(tag)
            if self._tags is None:
                raise ContextError(
                    f"{self._name} is XML, but not a list of a known form: its root is <{tag[:40]}>, "
                    f"known are {', '.join(f'<{known}>' for known in self._known)}. Write one ship "
                    "per line, as CSV."
                )
            self._ready.append(Record(tag, line, attributes))
        elif self._open or tag in self._tags:
            record = Record(tag, line, attributes)
            self._n_elements += 1
            self._n_chars += sum(map(len, attributes.values()))
            self._check_size()
            if self._open:
                self._open[-1].children.append(record)
            self._open.append(record)

    def _text(self, text: str) -> None:
        if self._open:
            self._n_chars += len(text)
            self._check_size()
            self._open[-1].text += text

    def _end(self, _tag: str) -> None:
        self._depth -= 1
        if self._open:
            record = self._open.pop()
            if not self._open:
                self._ready.append(record)
                self._n_elements = self._n_chars = 0

    def _check_size(self) -> None:
        if self._n_elements > _MAX_ELEMENTS_PER_RECORD or self._n_chars > _MAX_CHARS_PER_RECORD:
            raise self._too_large()

    def _too_large(self) -> ContextError:
        line = self._parser.CurrentLineNumber
        return ContextError(
            f"{self._name}, line {line}: larger or deeper than any entry of a list of ships, so it is none."
        )

    def _refuse_doctype(self, *_: object) -> None:
        raise ContextError(
            f"{self._name} declares a document type (DOCTYPE), which no published list has, and which may "
            "hold entities without end. Remove it, or take the list from its source again."
        )
