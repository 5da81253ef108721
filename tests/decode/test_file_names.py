"""What the names of files say."""

import pytest

from stsdetect.decode.file_names import is_dump_name, reason_to_skip


@pytest.mark.parametrize(
    "name",
    [
        "ais.log", "ais.log.1", "ais.log.12.gz", "ais.log-20231114", "ais.log-20231114.gz", "AIS_2024_01_01.CSV.ZIP",
        "ais-2024-01-01", "nmea.2023-11-14", "AIS_2024_01_01", "ais", "x.parquet", "x.nmea.1700000000",
    ],
)  # fmt: skip
def test_dumps_by_name(name: str) -> None:
    assert is_dump_name(name)
    assert not reason_to_skip(name)


@pytest.mark.parametrize("name", ["photo.jpg", "feed.dat", "basis", "x.pdf", "_SUCCESS", "raiser-2024-01-01"])
def test_other_names_say_nothing(name: str) -> None:
    assert not is_dump_name(name)


@pytest.mark.parametrize(
    "name",
    ["README", "docs/x.md", "a.py", "x.csv.part", ".x.nmea", "a/.b/x.nmea", "__MACOSX/._x.nmea", "Thumbs.db"],
)
def test_names_that_are_skipped(name: str) -> None:
    assert reason_to_skip(name)
