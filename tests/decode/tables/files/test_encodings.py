"""Names in encodings other than UTF-8 are read, and the encoding is known."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stsdetect.decode.tables.files.encodings import LineDecoder


@pytest.mark.parametrize(
    ("name", "encoding", "expected"),
    [("ÅRØ", "latin-1", "cp1252"), ("Œuvre", "cp1252", "cp1252"), ("中国远洋海运", "gbk", "gb18030")],
)
def test_lines_that_are_not_utf_8(name: str, encoding: str, expected: str) -> None:
    decoder = LineDecoder()
    lines = b"1,A\n" + "2,中\n".encode() + f"3,{name}\n".encode(encoding)
    assert decoder.utf8(lines).decode() == f"1,A\n2,中\n3,{name}\n"
    assert (decoder.encoding, decoder.n_lines) == (expected, 1)


@given(st.binary(max_size=80))
def test_any_bytes_become_utf_8_with_as_many_lines(block: bytes) -> None:
    text = LineDecoder().utf8(block).decode()
    assert text.count("\n") == block.count(b"\n")
