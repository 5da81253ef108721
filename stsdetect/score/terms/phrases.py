"""Broadcast text and values in the form in which sentences show them."""

from __future__ import annotations

import polars as pl

from stsdetect.foreign_text import made_visible
from stsdetect.geo.land import SHORE_REACH_M

_MAX_NAME_CHARS = 40
_MAX_IDENTITY_CHARS = 120
_MAX_LIST_CHARS = 80
_DAYS_PER_MONTH = 365.25 / 12.0
_MAX_DAYS_IN_DAYS, _MAX_MONTHS_IN_MONTHS = 60, 36


def with_phrases(features: pl.DataFrame) -> pl.DataFrame:
    """Add the text that sentences are made of; the columns as broadcast stay as they are.

    Anyone with a transmitter can broadcast any text, so control characters, markup and quotation marks are
    removed here, what is hidden is shown by its code, and long texts are cut.

    Parameters
    ----------
    features : polars.DataFrame
        Validated FEATURES, n rows.

    Returns
    -------
    polars.DataFrame
        n rows with, for ship 1 and ship 2: `label`, the name in quotation marks or else the MMSI;
        `destination_text`, `identity_before_text`; `list_observed_text`, `list_listed_text`, the two sides of
        a match on the watchlist; and `list_name_text`, `list_source_text`, the ship and the list.

    Examples
    --------
    >>> from stsdetect.schema import FEATURES
    >>> rows = with_phrases(FEATURES.validate(FEATURES.empty()))
    >>> [c for c in rows.columns if c.startswith("label")]
    ['label_1', 'label_2']
    """
    columns = []
    for ship in (1, 2):
        name = _cleaned(f"shipname_{ship}")
        mmsi = (
            pl.when(pl.col(f"mmsi_{ship}") < 0)  # made up for a table that has names instead of MMSIs
            .then(pl.lit(f"Ship {ship}"))
            .otherwise(pl.format("MMSI {}", pl.col(f"mmsi_{ship}").cast(pl.String).str.zfill(9)))
        )
        columns += [
            pl.when(name != "").then(pl.format("“{}”", name)).otherwise(mmsi).alias(f"label_{ship}"),
            _cleaned(f"destination_{ship}").alias(f"destination_text_{ship}"),
            _cleaned(f"identity_before_{ship}", _MAX_IDENTITY_CHARS).alias(f"identity_before_text_{ship}"),
            _cleaned(f"list_observed_{ship}").alias(f"list_observed_text_{ship}"),
            _cleaned(f"list_listed_{ship}").alias(f"list_listed_text_{ship}"),
            _or(_cleaned(f"list_name_{ship}"), "unnamed").alias(f"list_name_text_{ship}"),
            _or(_cleaned(f"list_source_{ship}", _MAX_LIST_CHARS), "watchlist").alias(
                f"list_source_text_{ship}"
            ),
        ]
    return features.with_columns(columns)


def number(value: pl.Expr, decimals: int) -> pl.Expr:
    """The value rounded to so many decimals, or "unknown" where it is null.

    Examples
    --------
    >>> pl.DataFrame({"km": [1.26, None]}).select(number(pl.col("km"), 1))["km"].to_list()
    ['1.3', 'unknown']
    """
    rounded = value.round(decimals)
    return (rounded.cast(pl.Int64) if decimals == 0 else rounded).cast(pl.String).fill_null("unknown")


def from_shore(distance_m: pl.Expr, decimals: int = 0) -> pl.Expr:
    """A distance to the shore with its unit; shores beyond `SHORE_REACH_M` were not searched for.

    Examples
    --------
    >>> far = pl.DataFrame({"m": [120.0, 12_400.0, 99_400.0, 100_000.0]})
    >>> far.select(shown=from_shore(pl.col("m")))["shown"].to_list()
    ['120 m', '12 km', '99 km', 'more than 100 km']
    """
    metres = pl.format("{} m", number(distance_m, 0))
    km = pl.format("{} km", number(distance_m / 1000.0, decimals))
    beyond = pl.lit(f"more than {SHORE_REACH_M / 1000.0:g} km")
    return (
        pl.when(distance_m >= SHORE_REACH_M).then(beyond).when(distance_m < 1000.0).then(metres).otherwise(km)
    )


def percent(share: pl.Expr) -> pl.Expr:
    """A share in whole percent.

    Examples
    --------
    >>> pl.select(p=percent(pl.lit(0.256))).item()
    '26 %'
    """
    return pl.format("{} %", number(share * 100.0, 0))


def chance(p: pl.Expr) -> pl.Expr:
    """A probability in whole percent, but never 0 or 100, which would claim certainty.

    Examples
    --------
    >>> pl.DataFrame({"p": [1.0, 0.42, 0.0]}).select(chance(pl.col("p"))).to_series().to_list()
    ['over 99 %', '42 %', 'under 1 %']
    """
    extreme = pl.when(p > 0.99).then(pl.lit("over 99 %")).when(p < 0.01).then(pl.lit("under 1 %"))
    return extreme.otherwise(percent(p))


def plural(count: pl.Expr, one: str, many: str) -> pl.Expr:
    """A count with its noun; null counts as 0.

    Examples
    --------
    >>> pl.select(n=plural(pl.lit(1), "ship", "ships"), m=plural(pl.lit(2), "ship", "ships")).row(0)
    ('1 ship', '2 ships')
    """
    noun = pl.when(count == 1).then(pl.lit(one)).otherwise(pl.lit(many))
    return pl.format("{} {}", count.fill_null(0), noun)


def signed(value: pl.Expr) -> pl.Expr:
    """The value to one decimal, with its sign.

    Examples
    --------
    >>> pl.DataFrame({"m": [0.5, -1.0]}).select(signed(pl.col("m"))).to_series().to_list()
    ['+0.5', '-1.0']
    """
    return pl.when(value > 0).then(pl.format("+{}", number(value, 1))).otherwise(number(value, 1))


def local_time(hour: pl.Expr) -> pl.Expr:
    """Hours since midnight as ``hh:mm``, rounded down.

    Examples
    --------
    >>> pl.select(t=local_time(pl.lit(9.15))).item()
    '09:09'
    """
    minutes = (hour - hour.floor()) * 60.0
    return pl.format(
        "{}:{}", *(v.floor().cast(pl.Int64).cast(pl.String).str.zfill(2) for v in (hour, minutes))
    )


def when_listed(listed_on: pl.Expr, start_time: pl.Expr) -> pl.Expr:
    """How long before or after the day of an event a ship was listed; null where this is unknown.

    Examples
    --------
    >>> from datetime import UTC, datetime
    >>> days = [(2023, 3, 1), (2024, 5, 20), (2024, 6, 1), (2018, 1, 1)]
    >>> days = [datetime(*day, tzinfo=UTC) for day in days]
    >>> rows = pl.DataFrame({"listed": [*days, None], "start": datetime(2024, 6, 1, 7, tzinfo=UTC)})
    >>> rows.select(when_listed(pl.col("listed"), pl.col("start"))).to_series().to_list()[:2]
    ['listed 15 months before the event', 'listed 12 days before the event']
    >>> rows.select(when_listed(pl.col("listed"), pl.col("start"))).to_series().to_list()[2:]
    ['listed on the day of the event', 'listed 6 years before the event', None]
    """
    days = (listed_on.dt.date() - start_time.dt.date()).dt.total_days()
    n_days = days.abs()
    n_months = (n_days / _DAYS_PER_MONTH).round(0).cast(pl.Int64)
    n_years = (n_days / (12.0 * _DAYS_PER_MONTH)).round(0).cast(pl.Int64)
    span = (
        pl.when(n_days < _MAX_DAYS_IN_DAYS)
        .then(plural(n_days, "day", "days"))
        .when(n_months < _MAX_MONTHS_IN_MONTHS)
        .then(plural(n_months, "month", "months"))
        .otherwise(plural(n_years, "year", "years"))
    )
    side = pl.when(days < 0).then(pl.lit("before")).otherwise(pl.lit("after"))
    return (
        pl.when(days == 0)
        .then(pl.lit("listed on the day of the event"))
        .when(days.is_not_null())
        .then(pl.format("listed {} {} the event", span, side))
    )


def _or(text: pl.Expr, otherwise: str) -> pl.Expr:
    return pl.when(text == "").then(pl.lit(otherwise)).otherwise(text)


def _cleaned(column: str, max_chars: int = _MAX_NAME_CHARS) -> pl.Expr:
    return (
        pl.col(column)
        .fill_null("")
        .map_elements(made_visible, return_dtype=pl.String)
        .str.replace_all(r"[\p{C}\p{Zl}\p{Zp}<>&\"'`“”|\\{}\[\]]+", " ")
        .str.replace_all(r"\s+", " ")
        .str.strip_chars()
        .str.slice(0, max_chars)
    )
