"""Tables of cargo and network beside those of `tests.builders.report`: a chain, a delivery, two visits."""

from __future__ import annotations

from typing import Any

import pandas as pd

from stsdetect.network import build_vessel_pairs, build_vessels
from stsdetect.schema import CHAINS, DELIVERIES, EVENTS, LEDGER
from tests.builders import at, together
from tests.builders.network import visit
from tests.builders.report import HOSTILE, H, filled, tables

MOTHER, BARGE, TANKER = 412000001, 445000002, 412000003
MONTH = pd.Timestamp("2019-08-01T00:00:00Z")


def cargo_tables(name: str = HOSTILE) -> dict[str, pd.DataFrame]:
    """The small run in which ship 2 carries cargo of event 1 to Zhapu, and ship 3 delivers there directly."""
    t = tables(name=name)
    direct = t["events"].iloc[[0]].assign(
        event_id="E-d", event_type="delivery", source_id="del-1", mmsi_1=TANKER, mmsi_2=None, imo_2=None,
        shipname_1="MIN NING 7", shipname_2=None, flag_2=None, rank=4, tier="medium", category="unknown",
        innocent_explanation="A coaster with coal from a Chinese port.",
    )  # fmt: skip
    events = pd.concat([t["events"], direct.astype({"mmsi_2": "Int64", "imo_2": "Int64"})])
    visits = together(
        visit("v-1", BARGE, start_h=21.0, draught_in_m=5.1, draught_out_m=3.2, port_name=f"Zhapu {name}"),
        visit("v-2", TANKER, start_h=15.0, lat=30.45, lon=121.9),
    )
    t |= {
        "events": EVENTS.to_pandas(events),
        "port_visits": visits,
        "deliveries": delivery(innocent_explanation=f"Coal of a Chinese port. {name}", against=name),
        "chains": chain(port_name=f"Zhapu {name}", evidence=f"ship 2 went deeper; {name}"),
        "ledger": together(
            ledger_row(port_name=f"Zhapu {name}"), ledger_row(embargo=True, n_deliveries=1, tonnes_low=3_000.0,
                                                              tonnes=4_000.0, tonnes_high=5_000.0)
        ),
    }  # fmt: skip
    ids = pd.DataFrame({"source_id": ["del-1"], "vessel_id_1": [str(TANKER)], "vessel_id_2": [None]})
    network = {k: t[k] for k in ("identity", "gaps", "events", "evidence", "port_visits")}
    return t | {
        "vessels": build_vessels(t["segments"], vessel_ids=ids, **network),
        "vessel_pairs": build_vessel_pairs(t["events"], segments=t["segments"]),
    }


def many_events(n: int) -> dict[str, pd.DataFrame]:
    """Events with the tracks of the first, each of two ships of their own, with chains, pairs and vessels."""
    t = cargo_tables("CHANG HE 9")
    k = range(n)
    events = pd.concat([t["events"].head(1)] * n, ignore_index=True).assign(
        rank=[i + 1 for i in k], event_id=[f"E-{i}" for i in k], source_id=[f"c-{i}" for i in k]
    )
    encounters = pd.concat([t["encounters"].head(1)] * n, ignore_index=True).assign(
        encounter_id=[f"c-{i}" for i in k], vessel_id_1=[f"a-{i}" for i in k], vessel_id_2=[f"b-{i}" for i in k],
        group_id=None,
    )  # fmt: skip
    pairs = pd.concat([t["vessel_pairs"].head(1)] * n, ignore_index=True).assign(
        vessel_id_1=encounters["vessel_id_1"], vessel_id_2=encounters["vessel_id_2"]
    )
    vessels = pd.concat([t["vessels"].head(1)] * 2 * n, ignore_index=True).assign(
        vessel_id=[*encounters["vessel_id_1"], *encounters["vessel_id_2"]]
    )
    chains = pd.concat([t["chains"]] * n, ignore_index=True).assign(event_id=events["event_id"])
    return t | {
        "events": events,
        "encounters": encounters,
        "vessel_pairs": pairs,
        "vessels": vessels,
        "chains": chains,
    }


def delivery(**columns: Any) -> pd.DataFrame:
    """One DELIVERIES row: ship 3 out of a gap, 4,000 t of coal."""
    row = {
        "delivery_id": "del-1", "mmsi": TANKER, "vessel_id": str(TANKER), "visit_id": "v-2", "port_id": "zhapu",
        "port_name": "Zhapu", "arrival_time": at(15 * H), "departure_time": at(22 * H), "lat": 30.59, "lon": 121.21,
        "origin_basis": "hidden_call", "origin_port": "Nampo", "origin_p": 0.62, "dark_h": 9.2,
        "tonnes_low": 3_000.0, "tonnes": 4_000.0, "tonnes_high": 5_000.0, "method": "draught", "commodity": "dry",
        "draught_change_m": -2.4, "p": 0.7, "embargo_grounds": "embargoed_origin, listed_ship",
        "innocent_explanation": "Coal of a Chinese port.", "evidence": "lay 7 h at a quay",
    } | columns  # fmt: skip
    return filled(DELIVERIES, pd.DataFrame([row]))


def chain(**columns: Any) -> pd.DataFrame:
    """One CHAINS row: ship 2 from event 1 to Zhapu, 5 h later."""
    row = {
        "chain_id": "ch-1", "event_id": "E-a", "step": 1, "mmsi": BARGE, "vessel_id": str(BARGE), "visit_id": "v-1",
        "port_id": "zhapu", "port_name": "Zhapu", "arrival_time": at(21 * H), "hours_after": 5.0, "rank": 1,
        "p": 0.8, "end_basis": "seen", "tonnes_low": 1_500.0, "tonnes": 2_345.0, "tonnes_high": 3_600.0,
        "method": "draught", "commodity": "dry", "draught_change_m": -1.9, "evidence": "ship 2 went deeper",
        "against": None,
    } | columns  # fmt: skip
    return filled(CHAINS, pd.DataFrame([row]))


def ledger_row(**columns: Any) -> pd.DataFrame:
    """One LEDGER row: 2,345 t to Zhapu in August 2019."""
    row = {
        "port_id": "zhapu", "port_name": "Zhapu", "month": MONTH, "commodity": "dry", "n_events": 1,
        "n_deliveries": 0, "expected_count": 0.75, "tonnes_low": 1_500.0, "tonnes": 2_345.0, "tonnes_high": 3_600.0,
        "share_draught": 0.75, "share_capacity": 0.25, "share_none": 0.0, "embargo": False,
    } | columns  # fmt: skip
    return filled(LEDGER, pd.DataFrame([row]))
