"""What both decoders hand on has one layout, which the tables of the package can hold."""

from pathlib import Path

from stsdetect.decode.accounting import DecodeReport
from stsdetect.decode.batch import CLASS_OF_TYPE, POSITION_SCHEMA, STATIC_SCHEMA, Batch
from stsdetect.decode.file_rows import batches
from stsdetect.decode.nmea.reports import DECODED_TYPES, PAYLOAD_FORMATS
from stsdetect.params import DecodeParams
from stsdetect.schema import POSITIONS, STATIC
from tests.builders import decode as build
from tests.builders.decode import T


def test_logs_and_tables_give_the_same_columns(tmp_path: Path) -> None:
    log, table = tmp_path / "a.nmea", tmp_path / "a.csv"
    log.write_text(build.tagged(build.position(), T))
    table.write_text("mmsi,time,lat,lon\n412000001,2024-05-01T00:00:00,30,122\n")
    for path in (log, table):
        (batch,) = batches(path, DecodeReport(path.name), DecodeParams())
        assert dict(batch.positions.schema) == POSITION_SCHEMA
        assert dict(batch.static.schema) == STATIC_SCHEMA
        assert batch.positions.height == 1


def test_rows_have_columns_of_the_declared_tables() -> None:
    assert {*POSITION_SCHEMA} - {"ms"} <= {c.name for c in POSITIONS}
    assert {*STATIC_SCHEMA} - {"ms", "kind", "counted"} <= {c.name for c in STATIC}
    assert Batch.empty().positions.height == Batch.empty().static.height == 0


def test_every_position_type_that_is_decoded_has_a_class() -> None:
    with_position = {t for f in PAYLOAD_FORMATS if f.position for t in f.types}
    assert with_position <= {*CLASS_OF_TYPE} & {*DECODED_TYPES}
