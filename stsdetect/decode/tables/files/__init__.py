"""Read CSV, JSON and Parquet files into frames of bounded size, whatever their columns are.

`csv_frames`, `json_frames` and `parquet_frames` yield frames with the column names of the file.
"""

from stsdetect.decode.tables.files.csv_files import Schema, csv_frames
from stsdetect.decode.tables.files.json_files import json_frames
from stsdetect.decode.tables.files.parquet_files import parquet_frames

__all__ = ["Schema", "csv_frames", "json_frames", "parquet_frames"]
