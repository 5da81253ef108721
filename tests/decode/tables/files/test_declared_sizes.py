"""What the page headers of a Parquet file declare."""

import io

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from stsdetect.decode.tables.files.declared_sizes import pages_of


def written(**options: object) -> io.BytesIO:
    file = io.BytesIO()
    pq.write_table(pa.table({"lat": pa.array([float(k) for k in range(10_000)])}), file, **options)
    return file


@pytest.mark.parametrize("compression", ["none", "snappy", "zstd"])
def test_the_pages_of_a_column_hold_its_values(compression: str) -> None:
    file = written(compression=compression, use_dictionary=False)
    column = pq.ParquetFile(file).metadata.row_group(0).column(0)
    pages = pages_of(file, column)
    assert pages.bytes_per_value == pytest.approx(8.0, rel=0.01)
    assert pages.largest_bytes <= column.total_uncompressed_size


def test_a_damaged_header_is_an_error_of_arrow() -> None:
    file = written(compression="none")
    column = pq.ParquetFile(file).metadata.row_group(0).column(0)
    data = bytearray(file.getvalue())
    start = column.dictionary_page_offset or column.data_page_offset
    data[start : start + 64] = b"\xff" * 64
    with pytest.raises(pa.ArrowException):
        pages_of(io.BytesIO(bytes(data)), column)
