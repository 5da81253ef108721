"""Read AIS dumps: NMEA logs, CSV, JSON and Parquet tables, compressed or not.

In: files, folders or patterns (`find_inputs`). Out: POSITIONS, STATIC and REJECTS, and for each file a
`DecodeReport` that accounts for every row read. `read_ais` returns the tables in memory; `decode_file`
writes those of one file into the run folder; `diagnose` reads the beginning of a file only.

``nmea`` decodes logs and ``tables`` decodes tables; both yield `stsdetect.decode.batch.Batch`. To add a kind
of table, add a profile to ``tables/profiles.py``; nothing else needs to change.
"""

from stsdetect.decode.accounting import DecodeReport
from stsdetect.decode.doctor import Diagnosis, diagnose
from stsdetect.decode.inputs import InputFile, find_inputs, is_run_mark
from stsdetect.decode.output import STATIC_REPORTS, DecodeTask, static_tables
from stsdetect.decode.reader import (
    FRAME,
    AisData,
    as_utc,
    check_named,
    decode_file,
    input_paths,
    period,
    read_ais,
    require_ais,
    sha256_of,
    skipped,
    with_mapping,
)
from stsdetect.decode.tables.convert import text_id_to_mmsi
from stsdetect.decode.tables.memory_frames import is_frame, store_frame

__all__ = [
    "FRAME",
    "STATIC_REPORTS",
    "AisData",
    "DecodeReport",
    "DecodeTask",
    "Diagnosis",
    "InputFile",
    "as_utc",
    "check_named",
    "decode_file",
    "diagnose",
    "find_inputs",
    "input_paths",
    "is_frame",
    "is_run_mark",
    "period",
    "read_ais",
    "require_ais",
    "sha256_of",
    "skipped",
    "static_tables",
    "store_frame",
    "text_id_to_mmsi",
    "with_mapping",
]
