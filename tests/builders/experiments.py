"""Truth, events and ships made by hand; a test names only what it is about."""

import pandas as pd

from stsdetect.schema import SHIPS, TRUTH
from tests.builders import at


def truth(*rows: dict) -> pd.DataFrame:
    usual = {
        "kind": "transfer", "lat": 30.0, "lon": 123.0, "illicit": True, "contact": True, "place": "open",
        "holding": "adrift", "orientation": "same", "dark": "none", "scenario": "made by hand",
    }  # fmt: skip
    return TRUTH.to_pandas(pd.DataFrame([{**usual, **row, **span(row)} for row in rows]))


def span(row: dict) -> dict:
    first, last = row["hours"]
    return {"start_time": at(first * 3600), "end_time": at(last * 3600)}


def events(*rows: dict) -> pd.DataFrame:
    usual = {"score": 0.9, "p_contact": 0.9, "tier": "high", "rank": 1}
    return pd.DataFrame([{**usual, **row, **span(row)} for row in rows]).drop(columns="hours")


def ships(**hulls: int) -> pd.DataFrame:
    rows = [
        {
            "mmsi": int(number[1:]), "hull_id": hull, "kind": "barge", "role": "receiver", "ais_class": "A",
            "length_m": 80.0, "beam_m": 14.0, "shipname": "SIM", "start_time": at(0), "end_time": at(9e5),
        }
        for number, hull in hulls.items()
    ]  # fmt: skip
    return SHIPS.to_pandas(pd.DataFrame(rows))
