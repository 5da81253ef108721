"""Read CSV, JSON and Parquet files into frames of bounded size, whatever their columns are.

`csv_frames`, `json_frames` and `parquet_frames` yield frames with the column names of the file.
`refuse_by_magic` names files that are of another kind.
"""

from stsdetect.decode.tables.files.csv_files import Schema, csv_frames
from stsdetect.decode.tables.files.json_files import json_frames
from stsdetect.decode.tables.files.magic import refuse_by_magic
from stsdetect.decode.tables.files.parquet_files import is_columnar, parquet_frames
from stsdetect.decode.tables.files.sentence_rows import holds_rows_in_a_document, rows_as_lines

__all__ = [
    "Schema",
    "csv_frames",
    "holds_rows_in_a_document",
    "is_columnar",
    "json_frames",
    "parquet_frames",
    "refuse_by_magic",
    "rows_as_lines",
]
