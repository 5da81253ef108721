"""VESSELS: what is known of each vessel over the whole dump."""

from __future__ import annotations

import pandas as pd
import polars as pl

from stsdetect.arrays import row_sum
from stsdetect.network.event_hulls import VESSEL_IDS, with_hulls
from stsdetect.network.vessel_pairs import best_tier
from stsdetect.schema import EVENTS, EVIDENCE, GAPS, IDENTITY, PORT_VISITS, SEGMENTS, VESSELS, Frame

LIST_TERMS = ("listed_imo", "listed_mmsi", "near_imo_same_length", "listed_name", "near_imo", "near_name")
"""Terms of EVIDENCE that say that the ship itself resembles a listed one, the strongest first."""

_LIKELY = 0.5
_MAX_FORMER_NAMES = 10
_COUNTS = ("n_identities", "n_names", "n_gaps", "n_events", "n_encounters", "n_dark_encounters", "n_solo",
           "n_deliveries", "n_partners", "n_likely_partners")  # fmt: skip
_HOURS = ("gap_h", "dark_h", "expected_events")


def build_vessels(
    segments: Frame,
    *,
    identity: Frame | None = None,
    gaps: Frame | None = None,
    events: Frame | None = None,
    evidence: Frame | None = None,
    port_visits: Frame | None = None,
    vessel_ids: Frame | None = None,
) -> pd.DataFrame:
    """Gather what is known of each vessel.

    Parameters
    ----------
    segments : SEGMENTS frame
        Those of ships make the vessels.
    identity, gaps, events, evidence : frame, optional
        What comes from an absent table is null or 0.
    port_visits : PORT_VISITS frame, optional
        Without it, `n_visits` is null.
    vessel_ids : frame, optional
        `source_id vessel_id_1 vessel_id_2` of the detections behind the events, such as FEATURES; without it,
        the segments say which vessel used an MMSI at the time.

    Returns
    -------
    pandas.DataFrame
        VESSELS.

    Raises
    ------
    SchemaError
        When a table lacks a column or holds a value that it may not.

    Examples
    --------
    >>> len(build_vessels(SEGMENTS.empty()))
    0
    """
    return VESSELS.to_pandas(
        vessels_of_run(
            SEGMENTS.validate(segments),
            identity=IDENTITY.optional(identity),
            gaps=GAPS.optional(gaps),
            events=EVENTS.optional(events),
            evidence=EVIDENCE.optional(evidence),
            port_visits=None if port_visits is None else PORT_VISITS.validate(port_visits),
            vessel_ids=VESSEL_IDS.optional(vessel_ids),
        )
    )


def vessels_of_run(
    segments: pl.DataFrame,
    *,
    identity: pl.DataFrame,
    gaps: pl.DataFrame,
    events: pl.DataFrame,
    evidence: pl.DataFrame,
    port_visits: pl.DataFrame | None = None,
    vessel_ids: pl.DataFrame | None = None,
) -> pl.DataFrame:
    """As `build_vessels`, with validated polars frames in and VESSELS in polars out, sorted."""
    ships = _of_segments(segments.filter(pl.col("kind") == "ship"))
    sides = _one_row_per_side(with_hulls(events, segments, vessel_ids))
    parts = [_of_identity(identity), _of_gaps(gaps), _of_events(sides), _of_lists(sides, evidence)]
    if port_visits is not None:
        parts.append(_of_visits(port_visits))
    for part in parts:
        ships = ships.join(part, on="vessel_id", how="left", maintain_order="left")
    if port_visits is not None:
        ships = ships.with_columns(pl.col("n_visits", "n_ports").fill_null(0))
    return VESSELS.ordered(
        ships.with_columns(
            pl.coalesce("identity_mmsi", "mmsi").alias("mmsi"),
            pl.coalesce("identity_class", "ais_class").alias("ais_class"),
            pl.col("shared_mmsi").fill_null(value=False),
            *(pl.col(name).fill_null(0) for name in _COUNTS),
            *(pl.col(name).fill_null(0.0) for name in _HOURS),
        )
    )


def _of_segments(segments: pl.DataFrame) -> pl.DataFrame:
    """Times, fixes and MMSIs of each vessel."""
    ordered = segments.sort("vessel_id", "start_time", "segment_id", maintain_order=True)
    good = ~pl.col("quarantined")
    return ordered.group_by("vessel_id", maintain_order=True).agg(
        pl.col("mmsi", "ais_class").last(),
        mmsis=_joined(pl.col("mmsi").cast(pl.String)),
        first_seen=pl.col("start_time").min(),
        last_seen=pl.col("end_time").max(),
        n_points=pl.col("n_points").filter(good).sum(),
        n_quarantined=pl.col("n_points").filter(~good).sum(),
        distance_m=row_sum(pl.col("distance_m").filter(good)),
    )


def _of_identity(identity: pl.DataFrame) -> pl.DataFrame:
    """What each vessel called itself: the last of everything, and how often it changed."""
    ordered = identity.sort("vessel_id", "end_time", "start_time", "mmsi", maintain_order=True)
    last = pl.col(
        "imo", "shipname", "callsign", "ship_type", "length_m", "width_m"
    ).drop_nulls().last()  # fmt: skip
    name = pl.col("shipname").drop_nulls()
    former = name.reverse().unique(maintain_order=True).slice(1, _MAX_FORMER_NAMES)
    by_vessel = ordered.group_by("vessel_id", maintain_order=True).agg(
        last,
        pl.col("flag").last(),
        flags=_joined(pl.col("flag")),
        imos=_joined(pl.col("imo").cast(pl.String)),
        n_names=name.n_unique().cast(pl.Int64),
        former_names=former.str.join(" | "),
        n_identities=pl.len().cast(pl.Int64),
        shared_mmsi=pl.col("shared_mmsi").any(),
        identity_mmsi=pl.col("mmsi").last(),
        identity_class=pl.col("ais_class").last(),
    )
    return by_vessel.with_columns(pl.col("flags", "imos", "former_names").replace("", None))


def _of_gaps(gaps: pl.DataFrame) -> pl.DataFrame:
    """Closed gaps of each vessel outside ports and outages: a vessel in an open one may simply have left."""
    closed = gaps.filter(~pl.col("feed_outage") & ~pl.col("in_port") & pl.col("end_time").is_not_null())
    dark_h = (pl.col("duration_h") * pl.col("p_off")).filter("can_judge")
    return (
        closed.sort("vessel_id", "start_time", "gap_id", maintain_order=True)
        .group_by("vessel_id", maintain_order=True)
        .agg(
            n_gaps=pl.len().cast(pl.Int64),
            gap_h=row_sum(pl.col("duration_h")),
            longest_gap_h=pl.col("duration_h").max(),
            dark_h=row_sum(dark_h),
        )
    )


def _of_visits(port_visits: pl.DataFrame) -> pl.DataFrame:
    return (
        port_visits.sort("vessel_id", "start_time", "visit_id", maintain_order=True)
        .group_by("vessel_id", maintain_order=True)
        .agg(
            n_visits=pl.len().cast(pl.Int64),
            n_ports=pl.col("port_name").drop_nulls().n_unique().cast(pl.Int64),
            last_port=pl.col("port_name").drop_nulls().last(),
        )
    )


def _one_row_per_side(sides: pl.DataFrame) -> pl.DataFrame:
    """One row per event and ship, with the other ship beside it."""
    kept = ["event_id", "event_type", "p_contact", "tier", "rank"]
    one, two = (
        sides.select(
            *kept,
            vessel=pl.lit(str(side)),
            vessel_id=f"vessel_id_{side}",
            partner_id=f"vessel_id_{3 - side}",
        )
        for side in (1, 2)
    )
    both = pl.concat([one, two]).filter(pl.col("vessel_id").is_not_null())
    return both.sort("event_id", "vessel", maintain_order=True)


def _of_events(sides: pl.DataFrame) -> pl.DataFrame:
    """Events of each vessel by kind, and with how many others; two sides of one hull count once."""
    own = sides.unique(["vessel_id", "event_id"], keep="first", maintain_order=True)
    counts = own.group_by("vessel_id", maintain_order=True).agg(
        n_events=pl.len().cast(pl.Int64),
        **{
            f"n_{name}": (pl.col("event_type") == kind).sum().cast(pl.Int64)
            for name, kind in (
                ("encounters", "encounter"),
                ("dark_encounters", "dark_encounter"),
                ("solo", "solo"),
                ("deliveries", "delivery"),
            )
        },
        expected_events=row_sum(pl.col("p_contact")),
        best_tier=best_tier(),
        best_rank=pl.col("rank").min(),
    )
    others = sides.filter(pl.col("partner_id") != pl.col("vessel_id"))
    likely = pl.col("p_contact") > _LIKELY
    partners = others.group_by("vessel_id", maintain_order=True).agg(
        n_partners=pl.col("partner_id").n_unique().cast(pl.Int64),
        n_likely_partners=pl.col("partner_id").filter(likely).n_unique().cast(pl.Int64),
    )
    return counts.join(partners, on="vessel_id", how="left", maintain_order="left")


def _of_lists(sides: pl.DataFrame, evidence: pl.DataFrame) -> pl.DataFrame:
    """The strongest match of each vessel with a listed ship, by the evidence of its events."""
    order = {term: k for k, term in enumerate(LIST_TERMS)}
    found = evidence.filter(pl.col("term").is_in(LIST_TERMS)).select(
        "event_id", "vessel", list_term="term", list_statement="statement"
    )
    return (
        sides.select("event_id", "vessel", "vessel_id")
        .join(found, on=["event_id", "vessel"], maintain_order="left_right")
        .with_columns(order=pl.col("list_term").replace_strict(order, return_dtype=pl.Int32))
        .sort("vessel_id", "order", "event_id", maintain_order=True)
        .unique("vessel_id", keep="first", maintain_order=True)
        .select("vessel_id", "list_term", "list_statement")
    )


def _joined(texts: pl.Expr) -> pl.Expr:
    return texts.drop_nulls().unique(maintain_order=True).str.join("; ")
