"""Decoding against pyais on the same files, in one run: ``python -m tests.bench.bench_decode FOLDER``.

FOLDER holds real logs; a MarineCadastre CSV is looked for beside it. Logs are timed in processor time on one thread,
the most that pyais uses, so that other work on the machine counts as little as possible; tables in wall-clock time,
since the next piece is read while one is converted. Each figure is the best of five; the programs take turns, since
the speed of a machine drifts.
"""

import functools
import gzip
import multiprocessing
import operator
import os
import resource
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import polars as pl
from pyais.stream import FileReaderStream

from stsdetect.decode import DecodeTask, decode_file
from stsdetect.decode.accounting import DecodeReport
from stsdetect.decode.file_rows import batches
from stsdetect.decode.static_log import REPORT_SCHEMA, compacted, thinned
from stsdetect.params import DecodeParams

N_LINES = 1_000_000
ROUNDS = 5
CSV_ROUNDS = 20
PYAIS_LINES = 200_000
MIXED = (
    "dma_212123000_drift_pghp_si.ais",
    "dma_gatehouse_pghp_stream.txt",
    "kystverket_1000_tagblock_c.nm4",
    "opencpn_guernsey_mixed_gps_ais.log",
    "uscg_trailing_station_unixtime.ais",
    "signalk_nais300.log",
)


def tagged(lines: list[bytes], n: int) -> list[bytes]:
    """Lines behind tag blocks with a time, repeated until there are `n`, an hour later each round."""
    out: list[bytes] = []
    while len(out) < n:
        for k, line in enumerate(lines):
            text = b"c:%d" % (1_700_000_000 + len(out) // len(lines) * 3600 + k // 30)
            out.append(b"\\%s*%02X\\%s" % (text, functools.reduce(operator.xor, text), line))
    return out[:n]


def to_tables(path: Path) -> int:
    """Decode to frames in memory."""
    report, static = DecodeReport(path.name), [pl.DataFrame(schema=REPORT_SCHEMA)]
    n = 0
    for batch in batches(path, report, DecodeParams()):
        n += batch.positions.height
        static.append(thinned(batch.static.with_columns(source=pl.lit(path.name)), DecodeParams()))
    return n + compacted(pl.concat(static), DecodeParams()).rows.height


def to_files(path: Path) -> int:
    with tempfile.TemporaryDirectory() as folder:
        (report,) = decode_file(DecodeTask(path, path.name, Path(folder), 16))
    assert report.closes
    return report.rows_out


def with_pyais(path: Path) -> int:
    n = 0
    with FileReaderStream(str(path)) as stream:
        for message in stream:
            try:
                message.decode()
                n += 1
            except Exception:
                continue
    return n


def seconds(
    function: Callable[[Path], int], path: Path, clock: Callable[[], float] = time.process_time
) -> float:
    start = clock()
    function(path)
    return clock() - start


def compare(name: str, lines: list[bytes], n_part: int, folder: Path) -> None:
    """Time the package on all lines and pyais, which takes as long for every line, on the first `n_part`."""
    whole, part = folder / f"{name}.nmea", folder / f"{name}-part.nmea"
    whole.write_bytes(b"\n".join(lines) + b"\n")
    part.write_bytes(b"\n".join(lines[:n_part]) + b"\n")
    runs = [
        (seconds(with_pyais, part), seconds(to_tables, whole), seconds(to_files, whole))
        for _ in range(ROUNDS)
    ]
    best = [min(times) for times in zip(*runs, strict=True)]
    pyais = best[0] / n_part
    for label, total in zip(("tables", "files"), best[1:], strict=True):
        ours = total / len(lines)
        rates = f"{1e-6 / ours:.2f} M lines/s, pyais {1e-6 / pyais:.3f}"
        print(f"{name} to {label}: {rates}, ratio {pyais / ours:.1f}")


def later(rows: list[str], minutes: int) -> list[str]:
    """MarineCadastre rows of the first half hour of a day, moved some minutes later."""
    out = []
    for row in rows:
        mmsi, when, rest = row.split(",", 2)
        hour, minute = divmod(int(when[14:16]) + minutes, 60)
        out.append(f"{mmsi},{when[:11]}{hour:02d}:{minute:02d}{when[16:]},{rest}")
    return out


def csv(source: Path, folder: Path) -> None:
    header, *rows = gzip.decompress(source.read_bytes()).decode().splitlines()
    rows = [row for row in rows if row.split(",", 2)[1][11:13] == "00"]
    path = folder / "marinecadastre.csv"
    with path.open("w") as file:
        file.write(header + "\n")
        for k in range(CSV_ROUNDS):
            file.write("\n".join(later(rows, 30 * k)) + "\n")
    for label, function in (("tables", to_tables), ("files", to_files)):
        best = min(seconds(function, path, time.perf_counter) for _ in range(ROUNDS))
        rate = len(rows) * CSV_ROUNDS / best
        print(f"marinecadastre csv to {label}: {rate / 1e6:.2f} M rows/s")


def peak_mb(path: Path) -> float:
    to_files(path)
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def main() -> None:
    logs = Path(sys.argv[1])
    sample = (logs / "aishub_nmea_sample.nmea").read_bytes().splitlines()
    mixed = b"".join((logs / name).read_bytes() for name in MIXED).splitlines()
    with tempfile.TemporaryDirectory() as folder:
        long = Path(folder) / "long.nmea"
        with long.open("wb") as file:
            for _ in range(5):
                file.write(b"\n".join(tagged(sample, N_LINES)) + b"\n")
        with multiprocessing.get_context("spawn").Pool(1) as pool:
            print(f"peak memory, 5 M lines to files: {pool.apply(peak_mb, (long,)):.0f} MB")
        for source in sorted(logs.parent.glob("marinecadastre*/*.csv.gz"))[:1]:
            csv(source, Path(folder))
        # Polars reads this once, when the next process starts.
        os.environ["POLARS_MAX_THREADS"] = "1"
        for name, lines, n_per_round in (
            ("aishub with times", tagged(sample, N_LINES), len(sample)),
            ("mixed", mixed * (N_LINES // len(mixed) + 1), len(mixed)),
        ):
            # Whole rounds, so that both read the same mixture.
            n_part = PYAIS_LINES // n_per_round * n_per_round
            with multiprocessing.get_context("spawn").Pool(1) as pool:
                pool.apply(compare, (name, lines, n_part, Path(folder)))


if __name__ == "__main__":
    main()
