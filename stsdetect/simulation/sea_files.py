"""A sea on disk: the dump as NMEA and as CSV, with the truth beside it."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import polars as pl

from stsdetect.errors import OutputError
from stsdetect.simulation.nmea_encoder import position_sentences, static_sentences
from stsdetect.simulation.sea import Sea


def write_sea(sea: Sea, out: Path | str) -> None:
    """Write ``sea.nmea``, ``sea.csv``, ``truth.csv``, ``ships.csv`` and ``sea.toml`` into a folder.

    ``sea.nmea`` holds checksummed sentences with tag blocks of station and receive time, in order of time;
    ``sea.csv`` has the header of MarineCadastre from 2025 on, positions joined with the last static report
    before them.

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
        for name, frame in (("truth", sea.truth), ("ships", sea.ships)):
            pl.DataFrame(frame).write_csv(
                out / f"{name}.csv", datetime_format="%Y-%m-%dT%H:%M:%SZ", float_precision=6
            )
        (out / "sea.toml").write_text(
            f"# seed = {sea.seed}\n{sea.params.to_toml()}", encoding="utf-8", newline="\n"
        )
    except OSError as error:
        raise OutputError(f"cannot write the simulated sea into {out}: {error}") from error


def nmea(sea: Sea) -> bytes:
    """All messages as sentences in order of receive time, but for the dirt that the parameters ask for."""
    p, rng = sea.params, np.random.default_rng([sea.seed, 1])
    no_fix = sea.positions[rng.random(len(sea.positions)) < p.no_fix_share].assign(lat=np.nan, lon=np.nan)
    parts = [
        position_sentences(sea.positions),
        position_sentences(no_fix),
        static_sentences(sea.static, _station_of_static(sea)),
    ]
    seconds = np.concatenate([part[0] for part in parts])
    lines = [line for part in parts for line in part[1]]
    late = np.where(rng.random(len(lines)) < p.late_share, rng.uniform(0.0, 60.0, len(lines)), 0.0)
    for k in np.flatnonzero(rng.random(len(lines)) < p.broken_share):
        lines[k] = lines[k][:-1] + (b"0" if lines[k][-1:] != b"0" else b"1")
    return b"\n".join([lines[k] for k in np.argsort(seconds + late, kind="stable")] + [b""])


def marine_cadastre(sea: Sea) -> pl.DataFrame:
    """Positions and the static values last heard, one row a position."""
    static = pl.DataFrame(sea.static).with_columns(
        (pl.col("to_bow") + pl.col("to_stern")).alias("length"),
        (pl.col("to_port") + pl.col("to_starboard")).alias("width"),
    )
    said = static.select(
        "mmsi", "timestamp", "shipname", "imo", "callsign", "ship_type", "length", "width", "draught"
    ).sort("timestamp")
    joined = (
        pl.DataFrame(sea.positions)
        .sort("timestamp", maintain_order=True)
        .join_asof(said, on="timestamp", by="mmsi", check_sortedness=False)
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


def _station_of_static(sea: Sea) -> list[str]:
    """The station of each static report: that of the ship's position heard last before, else its first."""
    heard = pl.DataFrame(sea.positions[["mmsi", "timestamp", "station"]]).sort(
        "timestamp", maintain_order=True
    )
    first = (
        heard.group_by("mmsi", maintain_order=True).first().select("mmsi", pl.col("station").alias("first"))
    )
    rows = (
        pl.DataFrame(sea.static[["mmsi", "timestamp"]])
        .with_row_index("row")
        .sort("timestamp", maintain_order=True)
    )
    joined = rows.join_asof(heard, on="timestamp", by="mmsi", check_sortedness=False).join(
        first, on="mmsi", how="left"
    )
    return joined.sort("row").select(pl.coalesce("station", "first", pl.lit("SHS")))["station"].to_list()
