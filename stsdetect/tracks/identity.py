"""Identity spells: what each MMSI broadcast as its identity and when, with kind, flag and contradictions."""

from __future__ import annotations

import polars as pl

from stsdetect.geo.geodesy import distance_m
from stsdetect.itu import PASSENGER, is_cargo, is_tanker, valid_imo
from stsdetect.params import TrackParams
from stsdetect.tracks.mmsi import NO_MID, flag_of, kind_of, mid_of
from stsdetect.units import KN_TO_MPS, MS_PER_H, MS_PER_S, S_PER_H

# Some dumps give length and beam instead of the four distances.
_SIZE = ("to_bow", "to_stern", "to_port", "to_starboard", "length_m", "width_m")
_BROADCAST = ("imo", "callsign", "shipname", "ship_type", *_SIZE, "source_id")

# Net and gear beacons append their battery to the name: "BIAO 00451-282%", "XYY21689-15_8.0V".
_BEACON_NAME = r"(\d{1,3}%|\d(\.\d)?V\.?|[_-]\d{1,2}\.\d)\s*$"
_SHIP_NAME = "[A-Za-z]{2}"

_CLASS_A_TYPES, _CLASS_B_TYPES = (1, 2, 3, 5), (18, 19, 24)  # ITU-R M.1371
_STATUS_UNDEFINED = 15
_MAJORITY = 0.5


def identity_spells(
    static: pl.DataFrame, segments: pl.DataFrame, kinds: pl.DataFrame, params: TrackParams
) -> pl.DataFrame:
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
    kinds : polars.DataFrame
        From `station_kinds`.
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
    out = out.join(kinds, on="mmsi", how="left", maintain_order="left")
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
        shared_mmsi=pl.col("shared").fill_null(value=False)
        | ((pl.col("n_returns") >= params.min_identity_returns).any().over("mmsi") & _several_names()),
    )


def _several_names() -> pl.Expr:
    """Whether an MMSI broadcast several names; a ship with two antennas changes only its A, B, C, D."""
    return pl.struct("imo", "callsign", "shipname").n_unique().over("mmsi") > 1


def station_kinds(rows: pl.DataFrame, static: pl.DataFrame, params: TrackParams) -> pl.DataFrame:
    """Kind of each station: by the class of its messages, else by how it moves and what it broadcasts.

    The format of the MMSI is what decides where nothing else does. A name that ends in the charge of a
    battery is that of a beacon, which is a buoy however it moves: boats carry beacons out to their nets.

    Parameters
    ----------
    rows : polars.DataFrame
        Fixes: POSITIONS with ``segment_id``, ``quarantine_reason`` and ``kind`` from `kind_of`.
    static : polars.DataFrame
        STATIC.
    params : TrackParams
        How long and fast a ship sails, and from which length a hull is one.

    Returns
    -------
    polars.DataFrame
        ``mmsi``, ``kind``: ship, base, aton, sar, buoy or other.

    Notes
    -----
    With an MMSI of a buoy, a ship is what broadcasts a hull, or sails; of class B, whose transponders gear
    beacons have, it must also have a name. With one of another station, a ship sails and broadcasts a hull, a
    name or messages of class A. What is as fast as an aircraft does not sail.
    """
    found = _sent(rows).join(
        _broadcast_of(static, params), on="mmsi", how="full", coalesce=True, maintain_order="left_right"
    )
    found = found.join(_sailed(rows, params), on="mmsi", how="left", maintain_order="left")
    by_format = pl.Series(kind_of(found["mmsi"].to_numpy()).tolist(), dtype=pl.String)
    found = found.with_columns(
        pl.col("beacon", "hull", "named", "class_a", "class_b", "static_a", "static_b").fill_null(
            value=False
        ),
        pl.col("sailing_h", "sailing_kn").fill_null(0.0),
        by_format=by_format,
    )
    class_a, class_b = pl.col("class_a") | pl.col("static_a"), pl.col("class_b") | pl.col("static_b")
    flies = pl.col("sailing_kn") > params.min_aircraft_kn
    sails = (pl.col("sailing_h") >= params.min_sailing_h) & ~flies
    like_buoy = pl.col("hull") | (sails & (pl.col("named") | class_a | ~class_b))
    like_other = sails & (pl.col("hull") | pl.col("named") | class_a)
    by_format_buoy = pl.col("by_format") == "buoy"
    return found.select(
        "mmsi",
        kind=pl.when(pl.col("by_class").is_not_null())
        .then("by_class")
        .when(pl.col("beacon") & pl.col("by_format").is_in(["ship", "buoy"]))
        .then(pl.lit("buoy"))
        .when(~pl.col("beacon") & ((by_format_buoy & like_buoy) | (~by_format_buoy & like_other)))
        .then(pl.lit("ship"))
        .otherwise("by_format"),
    ).sort("mmsi", maintain_order=True)


def _sent(rows: pl.DataFrame) -> pl.DataFrame:
    """Per MMSI, what its position messages show: the kind that their class gives, and class A or B."""
    of_class = pl.col("ais_class").is_in(["base", "aton", "sar"])
    # Only class A messages have a navigational status; 15 is its default.
    has_status = (pl.col("nav_status") != _STATUS_UNDEFINED).fill_null(value=False)
    is_a = (pl.col("ais_class") == "A") | pl.col("msg_type").is_in(_CLASS_A_TYPES) | has_status
    is_b = (pl.col("ais_class") == "B") | pl.col("msg_type").is_in(_CLASS_B_TYPES)
    mostly_of_class = of_class.mean() > _MAJORITY
    return rows.group_by("mmsi", maintain_order=True).agg(
        by_class=pl.when(mostly_of_class).then(pl.col("ais_class").filter(of_class).mode().sort().first()),
        class_a=(is_a & ~is_b).mean() > _MAJORITY,
        class_b=is_b.mean() > _MAJORITY,
    )


def _broadcast_of(static: pl.DataFrame, params: TrackParams) -> pl.DataFrame:
    """Per MMSI, what its static reports show: a hull, a name, a beacon, class A or B."""
    length_m = pl.coalesce(_known_m(pl.col("to_bow") + pl.col("to_stern")), _known_m(pl.col("length_m")))
    long = length_m >= params.min_ship_length_m
    # Only ships carry cargo or passengers, tow, or have a draught; fishing gear claims to fish.
    trades = (is_cargo(pl.col("ship_type")) | is_tanker(pl.col("ship_type"))).fill_null(value=False)
    trades |= pl.col("ship_type").is_between(*PASSENGER).fill_null(value=False)
    trades |= (pl.col("draught") > 0).fill_null(value=False)
    beacon = pl.col("shipname").str.contains(_BEACON_NAME)
    named = pl.col("shipname").str.contains(_SHIP_NAME) & ~beacon
    return static.group_by("mmsi", maintain_order=True).agg(
        hull=long.any() | valid_imo(pl.col("imo")).any() | (trades.any() & long.drop_nulls().all()),
        named=named.any(),
        beacon=(beacon.sum() > named.sum()) & pl.col("imo").is_null().all(),
        static_a=(pl.col("ais_class") == "A").any(),
        static_b=(pl.col("ais_class") == "B").any(),
    )


def _known_m(size_m: pl.Expr) -> pl.Expr:
    return pl.when(size_m > 0).then(size_m)


def _sailed(rows: pl.DataFrame, params: TrackParams) -> pl.DataFrame:
    """Per MMSI, for how long it sailed, ``sailing_h``, and how fast, ``sailing_kn``."""
    step = pl.col("timestamp").dt.epoch("ms") // int(params.sailing_step_s * MS_PER_S)
    places = (
        rows.filter(pl.col("quarantine_reason").is_null())
        .sort("segment_id", "timestamp", maintain_order=True)
        .with_columns(step=step)
        .unique(["segment_id", "step"], keep="first", maintain_order=True)
    )
    before = places.select(pl.col("timestamp", "lat", "lon").shift(1).over("segment_id").name.prefix("from_"))
    places = pl.concat([places, before], how="horizontal").drop_nulls("from_timestamp")
    sailed_m = distance_m(*(places[c].to_numpy() for c in ("from_lat", "from_lon", "lat", "lon")))
    hours = (pl.col("timestamp") - pl.col("from_timestamp")).dt.total_milliseconds() / MS_PER_H
    places = places.with_columns(hours=hours, sailed_m=pl.Series(sailed_m, dtype=pl.Float64))
    # The first fixes of two steps may be close together, where errors of positions weigh more.
    places = places.filter(pl.col("hours") * S_PER_H >= params.sailing_step_s / 2)
    kn = pl.col("sailed_m") / (pl.col("hours") * S_PER_H) / KN_TO_MPS
    sails = kn >= params.min_sailing_kn
    return places.group_by("mmsi", maintain_order=True).agg(
        sailing_h=pl.col("hours").filter(sails).sum(), sailing_kn=kn.filter(sails).median()
    )


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
