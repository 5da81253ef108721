from pathlib import Path

import pytest

from stsdetect.cli.options import read_params
from stsdetect.errors import ParamError
from stsdetect.params import Params


def test_a_parameter_file_changes_what_it_names(tmp_path: Path) -> None:
    path = tmp_path / "params.toml"
    path.write_text("[gaps]\nmin_gap_h = 3\n")
    assert read_params(path).gaps.min_gap_h == 3.0
    assert read_params(path).tracks == Params().tracks
    assert read_params(None) == Params()


def test_a_mapping_takes_the_place_of_that_of_the_parameters(tmp_path: Path) -> None:
    path, mapping = tmp_path / "params.toml", tmp_path / "mapping.toml"
    path.write_text('[decode]\nmapping = "other.toml"\nblock_bytes = 100\n')
    with pytest.raises(ParamError, match="there is no such file"):
        read_params(path, mapping)
    mapping.touch()
    decode = read_params(path, mapping).decode
    assert (decode.mapping, decode.block_bytes) == (str(mapping), 100)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (None, "cannot read the parameters"),
        (b"\xff\xfe", "cannot read the parameters"),
        (b"[gaps", "not valid TOML"),
        (b"[gaps]\nmin_hole_h = 1.0", "gaps.min_hole_h is now gaps.min_dropout_h"),
    ],
)
def test_an_unusable_parameter_file_is_refused(content: bytes | None, message: str, tmp_path: Path) -> None:
    path = tmp_path / "params.toml"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(ParamError, match=message):
        read_params(path)
