"""The real sets beside the checkout as POSITIONS."""

from pathlib import Path

import polars as pl

from stsdetect.schema import POSITIONS

SETS = (
    "baltic_2018_sample/positions.parquet",
    "east_china_sea_150mmsi_20230205/positions.parquet",
    "gfw_three_tracks_201801/positions.parquet",
    "hangzhou_voyages_2024/positions_hangzhou_box.parquet",
    "hangzhou_voyages_2024/positions_east_asia_60s.parquet",
    "kattegat_moving_202511/positions.parquet",
    "singapore_tankers_2013_2014/positions.parquet",
    "suez_evergiven_2021/positions.parquet",
)


def read(folder: Path, name: str) -> pl.DataFrame:
    frame = pl.read_parquet(folder / name)
    renames = {"vessel_id": "mmsi", "sog_kn": "sog", "target_class": "ais_class", "message_type": "msg_type"}
    renames |= {"msgid": "msg_type"}
    if "mmsi" in frame.columns:
        renames.pop("vessel_id")
    frame = frame.rename({old: new for old, new in renames.items() if old in frame.columns})
    if "mmsi" in frame.columns and name.startswith("suez"):
        frame = frame.with_columns(mmsi=-pl.col("mmsi"))
    for column, value in (("ais_class", "U"), ("msg_type", 0)):
        if column not in frame.columns:
            frame = frame.with_columns(pl.lit(value).alias(column))
    return POSITIONS.validate(
        frame.with_columns(pl.col("timestamp").dt.replace_time_zone("UTC"), source=pl.lit(name))
    )
