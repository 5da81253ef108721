"""Whatever the bytes, decoding ends, raises nothing but DecodeError, and accounts for every row."""

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from stsdetect.decode import read_ais
from stsdetect.errors import DecodeError
from stsdetect.params import DecodeParams
from tests.fuzz.all_targets import TARGETS
from tests.fuzz.targets import LOG, OBJECT, TABLE

GOOD = [*LOG, *TABLE, OBJECT]
RELAXED = settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


def closes(path: Path, block_bytes: int) -> None:
    try:
        data = read_ais(path, params=DecodeParams(block_bytes=block_bytes, max_line_bytes=300))
    except DecodeError:
        return
    assert data.reports[0].closes


@RELAXED
@given(st.binary(max_size=2000), st.integers(64, 400))
def test_any_bytes(tmp_path: Path, content: bytes, block_bytes: int) -> None:
    path = tmp_path / "x.nmea"
    path.write_bytes(content)
    closes(path, block_bytes)


@st.composite
def damaged(draw: st.DrawFn) -> bytes:
    lines = draw(st.lists(st.sampled_from(GOOD), min_size=1, max_size=12))
    data = bytearray("\n".join(lines).encode("latin-1"))
    for _ in range(draw(st.integers(0, 8))):
        at = draw(st.integers(0, len(data) - 1))
        data[at : at + draw(st.integers(0, 3))] = draw(st.binary(max_size=3))
        if not data:
            break
    return bytes(data)


@RELAXED
@given(damaged(), st.integers(64, 400))
def test_damaged_sentences_and_tables(tmp_path: Path, content: bytes, block_bytes: int) -> None:
    path = tmp_path / "x.nmea"
    path.write_bytes(content)
    closes(path, block_bytes)


@pytest.mark.parametrize(
    "content",
    [
        b"!AIVDM,\n2,1,1,A,568rO0@2:N2T848<001@E=B1<PU000000000001@BhN:F4000Ghk`6Slh00,0*11",
        b"mmsi,time,lat,lon\n412000001,2024-05-01T00:00:00,30,122,9,9\n412000001\n",
        b"0000\\!AIVDM,1,1,,A,13HOI:0P0000VOHLCnHQKwvL05Ip,0*23\n",
        b"mmsi,time,lat,lon\n4120\n412000001,2024-05-01T00:00:00,30,122\n",
    ],
)
def test_inputs_that_once_crashed_the_decoder(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "x.nmea"
    path.write_bytes(content)
    closes(path, 64)


@pytest.mark.parametrize("name", TARGETS)
def test_fuzz_targets_accept_their_seeds(name: str) -> None:
    target, seeds = TARGETS[name]
    for seed in (b"", *seeds):
        target(seed)
