"""Identity spells: what each MMSI broadcast as its identity and when, with kind, flag and contradictions."""

from __future__ import annotations

import polars as pl

from stsdetect.itu import valid_imo
from stsdetect.params import TrackParams
from stsdetect.tracks.mmsi import NO_MID, flag_of, kind_of, mid_of
from stsdetect.units import MS_PER_H

# Some dumps give length and beam instead of the four distances.
_SIZE = ("to_bow", "to_stern", "to_port", "to_starboard", "length_m", "width_m")
_BROADCAST = ("imo", "callsign", "shipname", "ship_type", *_SIZE, "source_id")

# Net and gear beacons append their battery to the name: "BIAO 00451-282%", "XYY21689-15_8.0V".
_BEACON_NAME = r"(\d{1,3}%|\d(\.\d)?V\.?)\s*$"


def identity_spells(static: pl.DataFrame, segments: pl.DataFrame, params: TrackParams) -> pl.DataFrame:
    """IDENTITY of every MMSI that has a segment or a static report.

    A field that a report does not have, such as those of the other part of type 24, is taken from the reports
    before. An identity that returns within ``params.identity_flap_h`` is one spell, so two ships on one MMSI
    have two spells that overlap.

    Parameters
    ----------
    static : polars.DataFrame
        STATIC.
    segments : polars.DataFrame
        SEGMENTS with vessel_id, and shared: whether two hulls use the MMSI at once.
    params : TrackParams
        Limits.

    Returns
    -------
    polars.DataFrame
        IDENTITY.
    """
    spells = _spells(static, params)
    without_report = (
        segments.join(spells, on="mmsi", how="anti")
        .group_by("mmsi", maintain_order=True)
        .agg(
            start_time=pl.col("start_time").min(),
            end_time=pl.col("end_time").max(),
            ais_class=pl.col("ais_class").sort().first(),
            n_reports=pl.lit(0, pl.Int64),
            n_returns=pl.lit(0, pl.Int64),
        )
    )
    out = pl.concat([spells, without_report], how="diagonal").sort(
        "mmsi", "start_time", "end_time", *_BROADCAST, maintain_order=True
    )
    shared = segments.group_by("mmsi", maintain_order=True).agg(shared=pl.col("shared").any())
    out = out.join(shared, on="mmsi", how="left", maintain_order="left")
    mmsi = out["mmsi"].to_numpy()
    return _with_vessel(out, segments).with_columns(
        imo_valid=valid_imo(pl.col("imo")),
        near_imo=_near_imo(),
        changed=_changed(),
        length_m=pl.coalesce(pl.col("to_bow") + pl.col("to_stern"), "length_m"),
        width_m=pl.coalesce(pl.col("to_port") + pl.col("to_starboard"), "width_m"),
        ais_class=pl.col("ais_class").fill_null("U"),
        mid=pl.Series(mid_of(mmsi), dtype=pl.Int32).replace(NO_MID, None),
        flag=pl.Series(flag_of(mmsi).tolist(), dtype=pl.String),
        kind=station_kinds(out, params),
        shared_mmsi=pl.col("shared").fill_null(value=False)
        | ((pl.col("n_returns") >= params.min_identity_returns).any().over("mmsi") & _several_names()),
    )


def _several_names() -> pl.Expr:
    """Whether an MMSI broadcast several names; a ship with two antennas changes only its A, B, C, D."""
    return pl.struct("imo", "callsign", "shipname").n_unique().over("mmsi") > 1


def station_kinds(reports: pl.DataFrame, params: TrackParams) -> pl.Series:
    """Kind of station by MMSI, AIS class and identity as broadcast.

    Parameters
    ----------
    reports : polars.DataFrame
        Columns mmsi, ais_class, shipname, imo, to_bow, to_stern.
    params : TrackParams
        Length from which a station is a ship.

    Returns
    -------
    polars.Series
        ship, base, aton, sar, buoy or other. A name that ends in the charge of a battery is that of a beacon.
        An MMSI that begins with 1 belongs to a ship all the same where it broadcasts a hull of
        ``params.min_ship_length_m`` or more under another name.
    """
    by_mmsi = pl.Series(
        kind_of(reports["mmsi"].to_numpy(), reports["ais_class"].to_numpy()).tolist(), dtype=pl.String
    )
    beacon = reports["shipname"].str.contains(_BEACON_NAME).fill_null(value=False) & reports["imo"].is_null()
    long = ((reports["to_bow"] + reports["to_stern"]) >= params.min_ship_length_m).fill_null(value=False)
    return reports.select(
        kind=pl.when(beacon & by_mmsi.is_in(["ship", "buoy"]))
        .then(pl.lit("buoy"))
        .when((by_mmsi == "buoy") & long)
        .then(pl.lit("ship"))
        .otherwise(by_mmsi)
    )["kind"]


def _spells(static: pl.DataFrame, params: TrackParams) -> pl.DataFrame:
    """Spells of one identity each, with the number of times that it returned (n_returns)."""
    rows = static.sort("mmsi", "timestamp", *_BROADCAST, "ais_class", nulls_last=True, maintain_order=True)
    rows = rows.with_columns(pl.col(_BROADCAST).forward_fill().backward_fill().over("mmsi"))
    key = pl.struct(_BROADCAST)
    rows = rows.with_columns(
        key=key, stretch=(key != key.shift(1)).fill_null(value=True).cum_sum().over("mmsi")
    )
    stretches = rows.group_by("mmsi", "stretch", maintain_order=True).agg(
        *[pl.col(c).first() for c in (*_BROADCAST, "key")],
        start_time=pl.col("timestamp").first(),
        end_time=pl.col("timestamp").last(),
        n_reports=pl.len().cast(pl.Int64),
        ais_class=pl.col("ais_class").drop_nulls().first(),
    )
    away = pl.col("start_time") - pl.col("end_time").shift(1)
    returns = (away.dt.total_milliseconds() <= params.identity_flap_h * MS_PER_H).fill_null(value=False)
    stretches = stretches.with_columns(spell=(~returns).cum_sum().over("mmsi", "key"))
    return (
        stretches.group_by("mmsi", "key", "spell", maintain_order=True)
        .agg(
            *[pl.col(c).first() for c in _BROADCAST],
            start_time=pl.col("start_time").first(),
            end_time=pl.col("end_time").last(),
            n_reports=pl.col("n_reports").sum(),
            ais_class=pl.col("ais_class").drop_nulls().first(),
            n_returns=(pl.len() - 1).cast(pl.Int64),
        )
        .drop("key", "spell")
    )


def _with_vessel(spells: pl.DataFrame, segments: pl.DataFrame) -> pl.DataFrame:
    """Adds the vessel that was received longest during the spell, then the one with most fixes."""
    spells = spells.with_row_index("row")
    beside = spells.select("row", "mmsi", "start_time", "end_time").join(
        segments.select("mmsi", "vessel_id", "n_points", s="start_time", e="end_time"),
        on="mmsi",
        maintain_order="left",
    )
    shared_ms = (
        pl.min_horizontal("e", "end_time") - pl.max_horizontal("s", "start_time")
    ).dt.total_milliseconds()
    beside = beside.with_columns(shared_ms=shared_ms.clip(-1) + 1)
    best = beside.group_by("row", "vessel_id", maintain_order=True).agg(
        pl.col("shared_ms").sum(), pl.col("n_points").sum()
    )
    best = best.sort(
        "row",
        "shared_ms",
        "n_points",
        "vessel_id",
        descending=[False, True, True, False],
        maintain_order=True,
    )
    best = best.unique("row", keep="first", maintain_order=True).select("row", "vessel_id")
    out = spells.join(best, on="row", how="left", maintain_order="left").drop("row")
    return out.with_columns(vessel_id=pl.coalesce("vessel_id", pl.col("mmsi").cast(pl.String)))


def _changed() -> pl.Expr:
    """Names of the fields that differ from the previous spell."""
    fields = [
        pl.when(pl.any_horizontal(pl.col(c) != pl.col(c).shift(1).over("mmsi") for c in columns)).then(
            pl.lit(name)
        )
        for name, columns in {
            "imo": ("imo",),
            "callsign": ("callsign",),
            "shipname": ("shipname",),
            "ship_type": ("ship_type",),
            "size": _SIZE,
        }.items()
    ]
    text = pl.concat_str(fields, separator=",", ignore_nulls=True)
    return pl.when(text != "").then(text)


def _near_imo() -> pl.Expr:
    """IMO number of the previous or the next spell, where it differs in one digit."""

    def one_digit_off(other: pl.Expr) -> pl.Expr:
        apart = (pl.col("imo") - other).abs()
        digits = [(pl.col("imo") // 10**k % 10 != other // 10**k % 10).cast(pl.Int8) for k in range(7)]
        return pl.when((apart > 0) & (pl.sum_horizontal(digits) == 1)).then(other)

    before, after = (pl.col("imo").shift(k).over("mmsi") for k in (1, -1))
    return pl.coalesce(one_digit_off(before), one_digit_off(after))
