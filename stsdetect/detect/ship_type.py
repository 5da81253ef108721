"""The type of ship that each number said last."""

from __future__ import annotations

from typing import Any

import polars as pl

from stsdetect.schema import IDENTITY


def last_ship_type(identity: Any) -> pl.DataFrame:
    """``mmsi, ship_type`` (ITU-R M.1371 table 53) of the numbers that ever said one, from IDENTITY.

    Examples
    --------
    >>> last_ship_type(IDENTITY.empty()).columns
    ['mmsi', 'ship_type']
    """
    said = IDENTITY.validate(identity).filter(pl.col("ship_type").is_not_null()).sort("mmsi", "start_time")
    return said.unique("mmsi", keep="last", maintain_order=True).select("mmsi", "ship_type")
