"""Small files that unpack to a multiple of their size are read or refused in bounded memory."""

from __future__ import annotations

import gzip
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.feather as feather
import pytest

from tests.attack.hostile_files import dictionary_bomb, large_page, positions

ROW = b'{"mmsi":412000001,"time":"2024-05-01T00:00:00","lat":30,"lon":122}'
READ = """
import resource, sys, warnings
warnings.simplefilter("ignore")
from stsdetect.decode import read_ais
from stsdetect.decode.doctor import diagnose
from stsdetect.errors import DecodeError
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
diagnose(sys.argv[1])
try:
    data = read_ais(sys.argv[1])
    message = f"{len(data.positions)} of {data.reports[0].rows_in}, {data.reports[0].closes}"
except DecodeError as error:
    message = str(error)
print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before, message)
"""


def arrow_bomb(n: int, text_bytes: int, column: str) -> Callable[[Path], None]:
    def write(path: Path) -> None:
        text = pa.DictionaryArray.from_arrays(pa.array(np.zeros(n, np.int32)), pa.array(["A" * text_bytes]))
        feather.write_feather(pa.table({**positions(n), column: text}), str(path), compression="lz4")

    return write


def one_batch(n: int) -> Callable[[Path], None]:
    def write(path: Path) -> None:
        table = pa.table({name: pa.array(np.arange(n) % 7 + 1.0) for name in positions(1)})
        feather.write_feather(table, str(path), compression="zstd", chunksize=n)

    return write


def wide(n_columns: int, n_rows: int) -> bytes:
    head = "mmsi,time,lat,lon," + ",".join(f"c{k}" for k in range(n_columns))
    return (
        head + "\n" + ("412000001,2024-05-01T00:00:00,30,122," + "," * (n_columns - 1) + "\n") * n_rows
    ).encode()


def data(make: Callable[[], bytes]) -> Callable[[Path], None]:
    return lambda path: path.write_bytes(make()) and None


BOMBS: dict[str, tuple[Callable[[Path], None], str, int]] = {
    "junk.parquet": (data(lambda: dictionary_bomb(100_000, 200_000, "junk")), "100000 of 100000, True", 250),
    "name.parquet": (data(lambda: dictionary_bomb(100_000, 200_000, "shipname")), "100000 of 100000, True", 250),
    "time.parquet": (data(lambda: dictionary_bomb(20_000, 200_000, "time")), "0 of 20000, True", 250),
    "names.parquet": (data(lambda: dictionary_bomb(100_000, 8_000, "shipname")), "of 100000, True", 600),
    "name.feather": (arrow_bomb(100_000, 200_000, "shipname"), "100000 of 100000, True", 250),
    "mmsi.feather": (arrow_bomb(100_000, 200_000, "mmsi"), "0 of 100000, True", 250),
    "pages.parquet": (data(lambda: large_page(40_000_000)), "write the table again with smaller pages", 50),
    "batch.feather": (one_batch(40_000_000), "write the table again with smaller record batches", 50),
    "empty.json.gz": (data(lambda: gzip.compress(b"[" + b"{}," * 1_200_000 + b"{}]", 1)), "no list of objects", 100),
    "rows.json.gz": (data(lambda: gzip.compress(b"[" + ROW + b",{}" * 500_000 + b"]", 1)), "1 of 500001, True", 250),
    "wide.csv": (data(lambda: wide(8_000, 1_000)), "1 of 1000, True", 300),
}  # fmt: skip


@pytest.mark.parametrize("name", BOMBS)
def test_memory_stays_bounded(name: str, tmp_path: Path) -> None:
    write, message, max_mib = BOMBS[name]
    path = tmp_path / name
    write(path)
    done = subprocess.run(
        [sys.executable, "-c", READ, str(path)], capture_output=True, text=True, check=True, timeout=300
    )
    grown_kib, text = done.stdout.split(maxsplit=1)
    assert message in text
    assert int(grown_kib) < max_mib * 1024


@pytest.mark.parametrize("n", [20_000, 200_000])
def test_memory_does_not_grow_with_the_rows_of_a_bomb(n: int, tmp_path: Path) -> None:
    (tmp_path / "a.parquet").write_bytes(dictionary_bomb(n, 200_000, "junk"))
    done = subprocess.run(
        [sys.executable, "-c", READ, str(tmp_path / "a.parquet")],
        capture_output=True, text=True, check=True, timeout=300,
    )  # fmt: skip
    assert int(done.stdout.split()[0]) < 200 * 1024
