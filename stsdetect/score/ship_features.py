"""Features of one ship of each candidate: identity, AIS gap, ports, destination and flag.

Every function but `port_calls` takes `ship`, one side of each candidate (``source_id mmsi vessel_id
partner_id start_time end_time``, times in UTC), and returns `source_id` with its features. Candidates about
which nothing is known are missing from the result.
"""

from __future__ import annotations

import polars as pl

from stsdetect.context.attach import attach_places
from stsdetect.context.layers import Context
from stsdetect.params import ScoreParams
from stsdetect.score.gap_weight import gap_weight
from stsdetect.tracks.mmsi import NO_MID, flag_of, mid_of
from stsdetect.units import MS_PER_H, S_PER_H


def identity_at_event(ship: pl.DataFrame, identity: pl.DataFrame) -> pl.DataFrame:
    """What the MMSI broadcast in the identity spell that overlaps the event longest, or else is nearest.

    Parameters
    ----------
    ship : polars.DataFrame
    identity : polars.DataFrame
        Validated IDENTITY.

    Returns
    -------
    polars.DataFrame
        `source_id imo imo_valid callsign shipname ship_type length_m [m] ais_class shared_mmsi`.
    """
    spells = identity.rename({"start_time": "from_", "end_time": "to_"}).drop("vessel_id")
    # Negative, and the less so the nearer, when the spell does not overlap the event.
    overlap = pl.min_horizontal("end_time", "to_") - pl.max_horizontal("start_time", "from_")
    best = (
        ship.join(spells, on="mmsi", maintain_order="left")
        .with_columns(overlap=overlap)
        .sort(
            "source_id",
            "overlap",
            "n_reports",
            "from_",
            descending=[False, True, True, True],
            maintain_order=True,
        )
        .unique("source_id", keep="first", maintain_order=True)
    )
    return best.select(
        "source_id", "imo", "imo_valid", "callsign", "shipname", "ship_type", "length_m", "ais_class",
        "shared_mmsi",
    )  # fmt: skip


def identity_changes(ship: pl.DataFrame, identity: pl.DataFrame, params: ScoreParams) -> pl.DataFrame:
    """Which parts of its identity a vessel changed within `identity_window_h` of the event.

    A part that is not broadcast in one spell does not count as changed.

    Parameters
    ----------
    ship : polars.DataFrame
    identity : polars.DataFrame
        Validated IDENTITY.
    params : ScoreParams

    Returns
    -------
    polars.DataFrame
        `source_id identity_changed identity_before`, as text.
    """
    window = pl.duration(seconds=int(params.identity_window_h * S_PER_H))
    spells = identity.select(
        "vessel_id", "imo", "callsign", from_="start_time", to_="end_time", name="shipname", spell_mmsi="mmsi"
    )
    near = (
        ship.join(spells, on="vessel_id", maintain_order="left")
        .filter(
            (pl.col("from_") <= pl.col("end_time") + window)
            & (pl.col("to_") >= pl.col("start_time") - window)
        )
        .sort("source_id", "from_", maintain_order=True)
    )
    labels = {"name": "name", "imo": "IMO number", "callsign": "call sign", "spell_mmsi": "MMSI"}
    counts = near.group_by("source_id", maintain_order=True).agg(
        *(pl.col(c).drop_nulls().n_unique().alias(f"n_{c}") for c in labels),
        pl.concat_str(
            pl.col("name").drop_nulls().first().fill_null("no name"),
            pl.lit(", IMO "),
            pl.col("imo").drop_nulls().first().cast(pl.String).fill_null("none"),
            pl.lit(", MMSI "),
            pl.col("spell_mmsi").first().cast(pl.String),
        ).alias("identity_before"),
    )
    changed = pl.concat_str(
        [pl.when(pl.col(f"n_{c}") > 1).then(pl.lit(text)) for c, text in labels.items()],
        separator=", ",
        ignore_nulls=True,
    )
    return (
        counts.with_columns(identity_changed=changed)
        .filter(pl.col("identity_changed") != "")
        .select("source_id", "identity_changed", "identity_before")
    )


def strongest_gap(ship: pl.DataFrame, gaps: pl.DataFrame, params: ScoreParams) -> pl.DataFrame:
    """The gap of the vessel near the event that weighs most, by `gap_weight`.

    Gaps during an outage of the feed, in port, or without neighbours to judge them by do not count.

    Parameters
    ----------
    ship : polars.DataFrame
    gaps : polars.DataFrame
        Validated GAPS.
    params : ScoreParams

    Returns
    -------
    polars.DataFrame
        `source_id gap_open gap_p_off gap_h [h] gap_n_neighbours gap_when gap_apart_h [h]`.
    """
    judged = gaps.filter(~pl.col("feed_outage") & ~pl.col("in_port") & pl.col("can_judge")).select(
        "vessel_id",
        "gap_id",
        from_="start_time",
        to_=pl.coalesce("end_time", pl.col("start_time") + _span_of_hours(pl.col("duration_h"))),
        gap_open=pl.col("end_time").is_null(),
        gap_p_off="p_off",
        gap_h="duration_h",
        gap_n_neighbours="n_neighbours",
    )
    before, after = pl.col("start_time") - pl.col("to_"), pl.col("from_") - pl.col("end_time")
    when = (
        pl.when(before >= pl.duration())
        .then(pl.lit("before"))
        .when(after >= pl.duration())
        .then(pl.lit("after"))
    )
    return (
        ship.join(judged, on="vessel_id", maintain_order="left")
        .with_columns(
            gap_when=when.otherwise(pl.lit("during")),
            gap_apart_h=hours_of(pl.max_horizontal(before, after)).clip(lower_bound=0.0),
        )
        .filter(pl.col("gap_apart_h") <= params.gap_window_h)
        .with_columns(weight=gap_weight("", params))
        .sort(
            "source_id",
            "weight",
            "gap_h",
            "gap_id",
            descending=[False, True, True, False],
            maintain_order=True,
        )
        .unique("source_id", keep="first", maintain_order=True)
        .select("source_id", pl.selectors.starts_with("gap_") - pl.selectors.by_name("gap_id"))
    )


def port_calls(loitering: pl.DataFrame, segments: pl.DataFrame, *, context: Context) -> pl.DataFrame:
    """When vessels were in a port: where they loitered, and the first and last fix of each segment.

    Parameters
    ----------
    loitering, segments : polars.DataFrame
        Validated LOITERING and SEGMENTS.
    context : Context
        The ports.

    Returns
    -------
    polars.DataFrame
        `vessel_id at [UTC] port`.
    """
    seen = pl.concat(
        [
            loitering.select("vessel_id", "lat", "lon", at="start_time"),
            segments.select("vessel_id", at="start_time", lat="start_lat", lon="start_lon"),
            segments.select("vessel_id", at="end_time", lat="end_lat", lon="end_lon"),
        ],
        how="diagonal",
    )
    places = pl.DataFrame(attach_places(seen["lat"].to_numpy(), seen["lon"].to_numpy(), context=context))
    in_port = seen.select("vessel_id", "at").with_columns(places.select("in_port", port="port_name"))
    return in_port.filter(pl.col("in_port") & pl.col("port").is_not_null()).drop("in_port")


def ports_before_and_after(ship: pl.DataFrame, calls: pl.DataFrame) -> pl.DataFrame:
    """The last port before an event and the first one after it.

    Parameters
    ----------
    ship : polars.DataFrame
    calls : polars.DataFrame
        From `port_calls`.

    Returns
    -------
    polars.DataFrame
        `source_id previous_port next_port`.
    """
    own = ship.join(calls, on="vessel_id", maintain_order="left").sort("source_id", "at", maintain_order=True)
    before = (
        own.filter(pl.col("at") < pl.col("start_time"))
        .group_by("source_id", maintain_order=True)
        .agg(previous_port=pl.col("port").last())
    )
    after = (
        own.filter(pl.col("at") > pl.col("end_time"))
        .group_by("source_id", maintain_order=True)
        .agg(next_port=pl.col("port").first())
    )
    return before.join(after, on="source_id", how="full", coalesce=True, maintain_order="left_right").sort(
        "source_id", maintain_order=True
    )


def destination(ship: pl.DataFrame, static: pl.DataFrame) -> pl.DataFrame:
    """The destination last broadcast before the end of the event.

    Parameters
    ----------
    ship : polars.DataFrame
    static : polars.DataFrame
        Validated STATIC.

    Returns
    -------
    polars.DataFrame
        `source_id destination`.
    """
    broadcast = static.select("mmsi", "destination", at="timestamp").drop_nulls("destination")
    return (
        ship.join(broadcast, on="mmsi", maintain_order="left")
        .filter(pl.col("at") <= pl.col("end_time"))
        .sort("source_id", "at", "destination", maintain_order=True)
        .group_by("source_id", maintain_order=True)
        .agg(pl.col("destination").last())
    )


def flag_and_mid(ship: pl.DataFrame) -> pl.DataFrame:
    """Flag and maritime identification digits of the MMSI; null where it has none.

    Parameters
    ----------
    ship : polars.DataFrame

    Returns
    -------
    polars.DataFrame
        `source_id mid flag known_by_text_id`; the last is true for a ship that a table names by text, without
        an MMSI.
    """
    ship = ship.filter(pl.col("mmsi").is_not_null())
    mmsi = ship["mmsi"].to_numpy()
    return ship.select(
        "source_id",
        pl.Series("mid", mid_of(mmsi)).replace(NO_MID, None),
        pl.Series("flag", flag_of(mmsi).tolist(), dtype=pl.String),
        pl.Series("known_by_text_id", mmsi < 0),
    )


def hours_of(span: pl.Expr) -> pl.Expr:
    """A duration in hours."""
    return span.dt.total_milliseconds() / MS_PER_H


def _span_of_hours(hours: pl.Expr) -> pl.Expr:
    return pl.duration(milliseconds=(hours * MS_PER_H).round().cast(pl.Int64))
