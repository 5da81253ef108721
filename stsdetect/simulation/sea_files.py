"""A sea on disk: the dump as NMEA and as CSV, with the truth beside it."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import polars as pl

from stsdetect.errors import OutputError
from stsdetect.schema import POSITIONS, SHIPS, STATIC, TRUTH
from stsdetect.simulation.nmea_encoder import position_sentences, static_sentences
from stsdetect.simulation.sea import Sea
from stsdetect.simulation.voyage_truth import TABLES


def write_sea(sea: Sea, out: Path | str) -> None:
    """Write ``sea.nmea``, ``sea.csv``, ``truth.csv``, ``ships.csv`` and ``sea.toml`` into a folder.

    ``sea.nmea`` holds sentences with tag blocks (station and receive time) in order of receive time;
    ``sea.csv`` has the columns of MarineCadastre from 2025 on, each position with the last static report
    before it; ``sea.toml`` makes the same sea again. A sea
    with voyages has the tables of `VoyageTruth` as well, each as ``true_NAME.csv``.

    Parameters
    ----------
    sea : Sea
        From `stsdetect.simulation.simulate`.
    out : Path or str
        Folder; made where it is missing.

    Raises
    ------
    OutputError
        If the folder cannot be made or written.
    """
    out = Path(out)
    try:
        out.mkdir(parents=True, exist_ok=True)
        (out / "sea.nmea").write_bytes(nmea(sea))
        marine_cadastre(sea).write_csv(out / "sea.csv", datetime_format="%Y-%m-%d %H:%M:%S")
        for table, frame in ((TRUTH, sea.truth), (SHIPS, sea.ships)):
            table.validate(frame).write_csv(
                out / f"{table.name}.csv", datetime_format="%Y-%m-%dT%H:%M:%SZ", float_precision=6
            )
        for name, frame in sea.voyage_truth._asdict().items():
            if len(frame):
                table = TABLES[name]
                table.validate(frame).write_csv(
                    out / f"{table.name}.csv", datetime_format="%Y-%m-%dT%H:%M:%SZ", float_precision=6
                )
        (out / "sea.toml").write_text(
            f"# seed = {sea.seed}\n{sea.params.to_toml()}", encoding="utf-8", newline="\n"
        )
    except OSError as error:
        raise OutputError(f"cannot write the simulated sea into {out}: {error}") from error


def nmea(sea: Sea) -> bytes:
    """All messages as NMEA lines in order of receive time, with the dirt that the parameters ask for."""
    p, rng = sea.params, np.random.default_rng([sea.seed, 1])
    positions, static = POSITIONS.validate(sea.positions), STATIC.validate(sea.static)
    no_fix = positions.filter(rng.random(len(positions)) < p.no_fix_share)
    parts = [
        position_sentences(positions),
        position_sentences(no_fix.with_columns(lat=pl.lit(None, pl.Float64), lon=pl.lit(None, pl.Float64))),
        static_sentences(static, _stations_of_static(positions, static)),
    ]
    seconds = np.concatenate([part[0] for part in parts])
    lines = [line for part in parts for line in part[1]]
    late = np.where(rng.random(len(lines)) < p.late_share, rng.uniform(0.0, 60.0, len(lines)), 0.0)
    for k in np.flatnonzero(rng.random(len(lines)) < p.broken_share):
        lines[k] = lines[k][:-1] + (b"0" if lines[k][-1:] != b"0" else b"1")
    return b"\n".join([lines[k] for k in np.argsort(seconds + late, kind="stable")] + [b""])


def marine_cadastre(sea: Sea) -> pl.DataFrame:
    """Positions with the static values last received, one row per position."""
    static = STATIC.validate(sea.static).with_columns(
        (pl.col("to_bow") + pl.col("to_stern")).alias("length"),
        (pl.col("to_port") + pl.col("to_starboard")).alias("width"),
    )
    attributes = static.select(
        "mmsi", "timestamp", "shipname", "imo", "callsign", "ship_type", "length", "width", "draught"
    ).sort("timestamp")
    joined = (
        POSITIONS.validate(sea.positions)
        .sort("timestamp", maintain_order=True)
        .join_asof(attributes, on="timestamp", by="mmsi", check_sortedness=False)
    )
    return joined.select(
        "mmsi",
        pl.col("timestamp").dt.replace_time_zone(None).alias("base_date_time"),
        pl.col("lon").round(5).alias("longitude"),
        pl.col("lat").round(5).alias("latitude"),
        "sog",
        "cog",
        "heading",
        pl.col("shipname").alias("vessel_name"),
        ("IMO" + pl.col("imo").cast(pl.String)).alias("imo"),
        pl.col("callsign").alias("call_sign"),
        pl.col("ship_type").alias("vessel_type"),
        pl.col("nav_status").alias("status"),
        "length",
        "width",
        pl.col("draught").alias("draft"),
        pl.col("ship_type").alias("cargo"),
        pl.col("ais_class").alias("transceiver"),
    )


def _stations_of_static(positions: pl.DataFrame, static: pl.DataFrame) -> list[str]:
    """Station of each static report: that of the ship's last position before it, else of its first."""
    received = positions.select("mmsi", "timestamp", "station").sort("timestamp", maintain_order=True)
    first = (
        received.group_by("mmsi", maintain_order=True)
        .first()
        .select("mmsi", pl.col("station").alias("first"))
    )
    rows = static.select("mmsi", "timestamp").with_row_index("row").sort("timestamp", maintain_order=True)
    joined = rows.join_asof(received, on="timestamp", by="mmsi", check_sortedness=False).join(
        first, on="mmsi", how="left"
    )
    return joined.sort("row").select(pl.coalesce("station", "first", pl.lit("SHS")))["station"].to_list()
