"""Who a number said it was: spells of one identity as broadcast, with its kind, flag and contradictions."""

from __future__ import annotations

import polars as pl

from stsdetect.params import TrackParams
from stsdetect.tracks.mmsi import NO_MID, flag_of, kind_of, mid_of
from stsdetect.units import MS_PER_H

# Tables may give length and beam alone.
_SIZE = ("to_bow", "to_stern", "to_port", "to_starboard", "length_m", "width_m")
_SAID = ("imo", "callsign", "shipname", "ship_type", *_SIZE, "source_id")

# Net and gear beacons append their battery to the name: "BIAO 00451-282%", "XYY21689-15_8.0V".
_BEACON_NAME = r"(\d{1,3}%|\d(\.\d)?V\.?)\s*$"


def identity_spells(static: pl.DataFrame, segments: pl.DataFrame, params: TrackParams) -> pl.DataFrame:
    """IDENTITY rows of every number that has a segment or a static report.

    A field that a report leaves out, as the halves of type 24 do, is taken from the reports before. An
    identity that returns within ``params.identity_flap_h`` is one spell, so two ships on one number have two
    spells that overlap.

    Parameters
    ----------
    static : polars.DataFrame
        STATIC.
    segments : polars.DataFrame
        SEGMENTS with vessel_id, and shared: two hulls on the number at once.
    params : TrackParams
        Limits.

    Returns
    -------
    polars.DataFrame
        IDENTITY.
    """
    spells = _spells(static, params)
    silent = (
        segments.join(spells, on="mmsi", how="anti")
        .group_by("mmsi")
        .agg(
            start_time=pl.col("start_time").min(),
            end_time=pl.col("end_time").max(),
            ais_class=pl.col("ais_class").sort().first(),
            n_reports=pl.lit(0, pl.Int64),
            n_returns=pl.lit(0, pl.Int64),
        )
    )
    out = pl.concat([spells, silent], how="diagonal").sort("mmsi", "start_time", "end_time", *_SAID)
    shared = segments.group_by("mmsi").agg(shared=pl.col("shared").any())
    out = out.join(shared, on="mmsi", how="left", maintain_order="left")
    mmsi = out["mmsi"].to_numpy()
    return _with_vessel(out, segments).with_columns(
        imo_valid=valid_imo(out["imo"]),
        near_imo=_near_imo(),
        changed=_changed(),
        length_m=pl.coalesce(pl.col("to_bow") + pl.col("to_stern"), "length_m"),
        width_m=pl.coalesce(pl.col("to_port") + pl.col("to_starboard"), "width_m"),
        ais_class=pl.col("ais_class").fill_null("U"),
        mid=pl.Series(mid_of(mmsi), dtype=pl.Int32).replace(NO_MID, None),
        flag=pl.Series(flag_of(mmsi).tolist(), dtype=pl.String),
        kind=kinds(out, params),
        shared_mmsi=pl.col("shared").fill_null(value=False)
        | ((pl.col("n_returns") >= params.min_identity_returns).any().over("mmsi") & _several_names()),
    )


def _several_names() -> pl.Expr:
    """A number used under several identities; a ship with two antennas changes its A, B, C, D only."""
    return pl.struct("imo", "callsign", "shipname").n_unique().over("mmsi") > 1


def kinds(said: pl.DataFrame, params: TrackParams) -> pl.Series:
    """Kind of station by number, class and what it says of itself.

    Parameters
    ----------
    said : polars.DataFrame
        Columns mmsi, ais_class, shipname, imo, to_bow, to_stern.
    params : TrackParams

    Returns
    -------
    polars.Series
        ship, base, aton, sar, buoy or other. A name that ends in a battery's charge is a beacon's; a number
        that begins with 1 is a ship's all the same if it states a hull of `params.min_ship_length_m` or more
        under another name.
    """
    by_number = pl.Series(
        kind_of(said["mmsi"].to_numpy(), said["ais_class"].to_numpy()).tolist(), dtype=pl.String
    )
    beacon = said["shipname"].str.contains(_BEACON_NAME).fill_null(value=False) & said["imo"].is_null()
    long = ((said["to_bow"] + said["to_stern"]) >= params.min_ship_length_m).fill_null(value=False)
    return said.select(
        kind=pl.when(beacon & by_number.is_in(["ship", "buoy"]))
        .then(pl.lit("buoy"))
        .when((by_number == "buoy") & long)
        .then(pl.lit("ship"))
        .otherwise(by_number)
    )["kind"]


def valid_imo(imo: pl.Series) -> pl.Series:
    """Whether IMO numbers pass their check digit; null where there is none.

    The last digit equals the last digit of the sum of the first six times 7, 6, 5, 4, 3, 2 (IMO resolution
    A.1117(30)).

    Examples
    --------
    >>> valid_imo(pl.Series([9074729, 8814881, None])).to_list()
    [True, False, None]
    """
    digits = pl.Series(imo * 0)
    for k in range(1, 7):
        digits = digits + (imo // 10**k % 10) * (k + 1)
    return (digits % 10 == imo % 10) & (imo >= 1_000_000) & (imo <= 9_999_999)


def _spells(static: pl.DataFrame, params: TrackParams) -> pl.DataFrame:
    rows = static.sort("mmsi", "timestamp", *_SAID, "ais_class", nulls_last=True)
    rows = rows.with_columns(pl.col(_SAID).forward_fill().backward_fill().over("mmsi"))
    key = pl.struct(_SAID)
    rows = rows.with_columns(key=key, run=(key != key.shift(1)).fill_null(value=True).cum_sum().over("mmsi"))
    runs = rows.group_by("mmsi", "run", maintain_order=True).agg(
        *[pl.col(c).first() for c in (*_SAID, "key")],
        start_time=pl.col("timestamp").first(),
        end_time=pl.col("timestamp").last(),
        n_reports=pl.len().cast(pl.Int64),
        ais_class=pl.col("ais_class").drop_nulls().first(),
    )
    away = pl.col("start_time") - pl.col("end_time").shift(1)
    returns = (away.dt.total_milliseconds() <= params.identity_flap_h * MS_PER_H).fill_null(value=False)
    runs = runs.with_columns(spell=(~returns).cum_sum().over("mmsi", "key"))
    return (
        runs.group_by("mmsi", "key", "spell", maintain_order=True)
        .agg(
            *[pl.col(c).first() for c in _SAID],
            start_time=pl.col("start_time").first(),
            end_time=pl.col("end_time").last(),
            n_reports=pl.col("n_reports").sum(),
            ais_class=pl.col("ais_class").drop_nulls().first(),
            n_returns=(pl.len() - 1).cast(pl.Int64),
        )
        .drop("key", "spell")
    )


def _with_vessel(spells: pl.DataFrame, segments: pl.DataFrame) -> pl.DataFrame:
    """The hull that reported most while the spell lasted."""
    spells = spells.with_row_index("row")
    beside = spells.select("row", "mmsi", "start_time", "end_time").join(
        segments.select("mmsi", "vessel_id", "n_points", s="start_time", e="end_time"), on="mmsi"
    )
    shared_ms = (
        pl.min_horizontal("e", "end_time") - pl.max_horizontal("s", "start_time")
    ).dt.total_milliseconds()
    beside = beside.with_columns(shared_ms=shared_ms.clip(-1) + 1)
    best = beside.group_by("row", "vessel_id").agg(pl.col("shared_ms").sum(), pl.col("n_points").sum())
    best = best.sort("row", "shared_ms", "n_points", "vessel_id", descending=[False, True, True, False])
    best = best.unique("row", keep="first", maintain_order=True).select("row", "vessel_id")
    out = spells.join(best, on="row", how="left", maintain_order="left").drop("row")
    return out.with_columns(vessel_id=pl.coalesce("vessel_id", pl.col("mmsi").cast(pl.String)))


def _changed() -> pl.Expr:
    """Names of the fields that differ from the spell before."""
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
    """The IMO number of the spell before or after where it differs in one digit: a near miss."""

    def one_digit_off(other: pl.Expr) -> pl.Expr:
        apart = (pl.col("imo") - other).abs()
        digits = [(pl.col("imo") // 10**k % 10 != other // 10**k % 10).cast(pl.Int8) for k in range(7)]
        return pl.when((apart > 0) & (pl.sum_horizontal(digits) == 1)).then(other)

    before, after = (pl.col("imo").shift(k).over("mmsi") for k in (1, -1))
    return pl.coalesce(one_digit_off(before), one_digit_off(after))
