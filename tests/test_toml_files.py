"""The small TOML files of a user."""

from pathlib import Path

import pytest

from stsdetect.toml_files import MAX_TOML_BYTES, parse_toml, shown, toml_text


def test_a_text_is_read_with_or_without_a_mark(tmp_path: Path) -> None:
    for k, data in enumerate((b"a = 1", b"\xef\xbb\xbfa = 1")):
        (tmp_path / f"{k}.toml").write_bytes(data)
        assert parse_toml(toml_text(tmp_path / f"{k}.toml")) == {"a": 1}


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (b"a = '\xff'", "it is not UTF-8 at byte 5"),
        (b"#" * (MAX_TOML_BYTES + 1), "it has more than 1 MiB"),
    ],
)
def test_a_file_of_another_kind_is_named(tmp_path: Path, data: bytes, why: str) -> None:
    (tmp_path / "a.toml").write_bytes(data)
    with pytest.raises(ValueError, match=why):
        toml_text(tmp_path / "a.toml")


def test_a_folder_and_nothing_are_named(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="it is not a file"):
        toml_text(tmp_path)
    with pytest.raises(ValueError, match="there is no such file"):
        toml_text(tmp_path / "a.toml")


def test_eight_levels_and_one_too_many() -> None:
    assert parse_toml("a = " + "[" * 7 + "1" + "]" * 7)
    for depth in (9, 10_000):
        with pytest.raises(ValueError, match="nested deeper than 8 levels"):
            parse_toml("a = " + "[" * depth + "1" + "]" * depth)


def test_a_number_of_thousands_of_digits() -> None:
    with pytest.raises(ValueError, match="digits"):
        parse_toml("a = " + "9" * 5_000)


def test_a_long_value_is_cut_in_a_message() -> None:
    assert shown("kn") == "'kn'"
    assert len(shown("x" * 10_000)) < 100
