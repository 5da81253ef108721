"""Dumps of any kind to POSITIONS, STATIC and the books of what was not read."""

from stsdetect.decode.accounting import DecodeReport
from stsdetect.decode.doctor import Diagnosis, diagnose
from stsdetect.decode.inputs import InputFile, find_inputs
from stsdetect.decode.output import DecodeTask
from stsdetect.decode.reader import AisData, decode_file, read_ais, require_ais
from stsdetect.decode.tables.convert import text_id_to_mmsi

__all__ = [
    "AisData",
    "DecodeReport",
    "DecodeTask",
    "Diagnosis",
    "InputFile",
    "decode_file",
    "diagnose",
    "find_inputs",
    "read_ais",
    "require_ais",
    "text_id_to_mmsi",
]
