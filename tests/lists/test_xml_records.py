"""Records of XML: bounded, without entities, and an end in the middle is named."""

import contextlib
import io
import tracemalloc

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stsdetect.errors import ContextError
from stsdetect.lists.xml_records import Record, xml_records

TAGS = {"ships": frozenset(["ship"])}


def records(text: str | bytes) -> list[Record]:
    data = text if isinstance(text, bytes) else text.encode()
    return list(xml_records(io.BytesIO(data), "list", TAGS))


def test_records_stand_wherever_their_tags_do() -> None:
    text = '<ns:ships xmlns:ns="u" ns:date="d">\n<ship id="1"><name>A&amp;B</name><ship>inner</ship></ship><of><more>\n<ship/></more></of></ns:ships>'
    root, first, second = records(text)
    assert (root.tag, root.attributes["date"], root.children) == ("ships", "d", [])
    assert (first.line, first.attributes, first.texts("name"), first.first("ship")) == (
        2,
        {"id": "1"},
        ["A&B"],
        "inner",
    )
    assert [r.tag for r in first.below()] == ["name", "ship"]
    assert (second.line, second.children, second.first("name")) == (3, [], None)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "iso-8859-1", "windows-1252"])
def test_encodings(encoding: str) -> None:
    declared = "utf-8" if encoding == "utf-8-sig" else encoding
    data = f'<?xml version="1.0" encoding="{declared}"?><ships><ship>\u00d8RN</ship></ships>'.encode(encoding)
    assert records(data)[1].text == "\u00d8RN"


BOMB = '<!DOCTYPE ships [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;&a;">]><ships><ship>&b;</ship></ships>'
FILE = '<!DOCTYPE ships [<!ENTITY x SYSTEM "file:///etc/passwd">]><ships><ship>&x;</ship></ships>'


@pytest.mark.parametrize(
    ("text", "match"),
    [
        (BOMB, "declares a document type"),
        (FILE, "declares a document type"),
        ('<!DOCTYPE ships SYSTEM "http://x/y.dtd"><ships/>', "declares a document type"),
        ("<ships><ship>&x;</ship></ships>", "not well-formed XML, line 1: undefined entity"),
        ("<ships>\n<ship><name>A</name>", "line 2: it ends in the middle"),
        ("<ships>\n<ship><na", "it ends in the middle"),
        ("<ships><ship></ships>", "not well-formed XML, line 1: mismatched tag"),
        ("<ships/><ships/>", "not well-formed"),
        ("", "it ends in the middle"),
        ("<boats><ship/></boats>", r"its root is <boats>, known are <ships>"),
        ('<?xml version="1.0" encoding="nonsense"?><ships/>', "not well-formed"),
        ("<ships>" + "<a>" * 200, "larger or deeper"),
        ("<ships><ship>" + "<a/>" * 60_000 + "</ship></ships>", "larger or deeper"),
        ("<ships><ship>" + "a" * 5_000_000 + "</ship></ships>", "larger or deeper"),
        ("<ships><ship a='" + "a" * 5_000_000 + "'/></ships>", "larger or deeper"),
        ("<ships><ship " + "a" * 9_000_000, "larger or deeper"),
    ],
    ids=range(16),
)
def test_what_is_hostile_or_damaged_is_refused_with_its_reason(text: str, match: str) -> None:
    with pytest.raises(ContextError, match=match):
        records(text)


def test_memory_does_not_grow_with_the_file() -> None:
    class Endless(io.RawIOBase):
        left = 400

        def read(self, n: int = -1) -> bytes:
            self.left -= 1
            return (
                b"<ships>"
                if self.left == 399
                else b"<ship><a>1</a></ship><other/>" * 1_000
                if self.left > 0
                else b"</ships>" * (self.left == 0)
            )

    tracemalloc.start()
    n = sum(1 for _ in xml_records(Endless(), "list", TAGS))  # type: ignore[arg-type]
    peak_mb = tracemalloc.get_traced_memory()[1] / 1e6
    tracemalloc.stop()
    assert n == 1 + 398 * 1_000
    assert peak_mb < 8


@given(st.binary(max_size=300))
def test_any_bytes_are_records_or_refused(data: bytes) -> None:
    for text in (data, b"<ships>" + data + b"</ships>", b"<ships><ship>" + data + b"</ship></ships>"):
        with contextlib.suppress(ContextError):
            assert records(text)[0].tag == "ships"
