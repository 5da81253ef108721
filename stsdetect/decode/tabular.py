"""Tables of positions, CSV, Parquet or JSON lines, to positions and static reports by a profile."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl

from stsdetect.decode import convert
from stsdetect.decode.books import DecodeReport
from stsdetect.decode.copies import Copies
from stsdetect.decode.payload import MIX, Words
from stsdetect.decode.profiles import (
    BY_VALUE,
    FIELDS,
    GENERIC,
    PROFILES,
    STATIC_FIELDS,
    Profile,
    profile_from_toml,
)
from stsdetect.decode.reports import POSITION_SCHEMA, Batch
from stsdetect.decode.static import SCHEMA as STATIC_SCHEMA
from stsdetect.decode.static import TEXTS
from stsdetect.decode.tabletime import epoch_ms, time_order
from stsdetect.errors import DecodeError
from stsdetect.params import DecodeParams

_EARLIEST_MS, _LATEST_MS = 852_076_800_000, 4_102_444_800_000  # 1997 to 2100
_SIZES = ("to_bow", "to_stern", "to_port", "to_starboard", "length_m", "width_m")
_MAX_MMSI = 999_999_999


class NotAisError(DecodeError):
    """A table without columns for id, time and position."""


def choose_profile(
    header: list[str], source: str, own: Profile | None = None
) -> tuple[Profile, dict[str, str]]:
    """The profile whose signature the header has, and which column holds which of our fields.

    Raises
    ------
    NotAisError
        If id, time or position cannot be found.
    """
    names = {_plain(h): h for h in reversed(header)}
    candidates = (own,) if own else PROFILES
    profile = next((p for p in candidates if set(p.signature) <= names.keys()), own or GENERIC)
    found: dict[str, str] = {}
    for field in FIELDS:
        name = next((names[a] for a in profile.columns.get(field, ()) if a in names), None)
        if name is not None and name not in found.values():
            found[field] = name
    missing = [f for f in ("time", "lat", "lon") if f not in found]
    if "mmsi" not in found and "text_id" not in found:
        missing.insert(0, "mmsi")
    if missing:
        raise NotAisError(
            f"{source}: no column for {', '.join(missing)} among {', '.join(header[:30])}. Rename the "
            "columns or give a mapping file that names them."
        )
    return profile, found


def _plain(header: str) -> str:
    return header.strip("\ufeff \"'").removeprefix("#").strip().lower()


class TableReader:
    """Converts the frames of one table and keeps its books.

    Parameters
    ----------
    report : DecodeReport
        Filled in on the way.
    params : DecodeParams
        Limits and windows.
    """

    def __init__(self, report: DecodeReport, params: DecodeParams) -> None:
        self.report = report
        self._own = profile_from_toml(Path(params.mapping)) if params.mapping else None
        self._copies = Copies(window_ms=0)
        self._order: str | None = None
        self._text_ids: bool | None = None
        self._guarded = False

    def batches(self, frames: Iterator[pl.DataFrame]) -> Iterator[Batch]:
        """Convert frame after frame.

        Yields
        ------
        Batch
            Rows in file order, without source; times in ms since 1970 UTC.
        """
        columns: dict[str, str] | None = None
        for frame in frames:
            if columns is None:
                profile, columns = choose_profile(frame.columns, self.report.source, self._own)
                if (
                    profile.if_epoch
                    and time_order(frame[columns["time"]], columns["time"], self.report.source) == "epoch"
                ):
                    profile = BY_VALUE[profile.if_epoch]
                self.report.format = profile.name
            self.report.rows_in += frame.height
            yield self._convert(
                frame.select(pl.col(c).alias(f) for f, c in columns.items()), profile, columns
            )

    def _convert(self, raw: pl.DataFrame, profile: Profile, columns: dict[str, str]) -> Batch:
        if not raw.height:
            return Batch(pl.DataFrame(schema=POSITION_SCHEMA), pl.DataFrame(schema=STATIC_SCHEMA))
        if self._order is None:
            self._order = profile.time_order
            if self._order == "auto":
                self._order = time_order(raw["time"], columns["time"], self.report.source)
        mmsi, source_id = self._numbers(raw, profile)
        ms = epoch_ms(raw["time"], self._order)
        if "millisecond" in raw.columns:
            ms = ms + convert.as_number(raw["millisecond"]).fill_null(0).cast(pl.Int64)
        frame = pl.DataFrame({"mmsi": mmsi, "ms": ms, "source_id": source_id})
        frame = frame.with_columns(_positions(raw, profile)).with_columns(_static(raw, profile))
        self._guard(frame, raw, profile)
        told = pl.any_horizontal(pl.col(f).is_not_null() for f in STATIC_FIELDS)
        only_static = frame.select(told & pl.col("lat").is_null() & pl.col("lon").is_null()).to_series()
        frame = self._sound(frame.with_columns(only_static.alias("counted")), raw)
        static_only = frame.filter("counted")
        frame = frame.filter(~pl.col("counted"))
        copies = self._copies.mark(_digest(frame), frame["ms"].to_numpy())
        self.report.set_aside["copies"] += int(copies.sum())
        frame = frame.filter(pl.Series(~copies))
        self.report.time_kinds["column"] += frame.height
        self.report.time_kinds["column"] += static_only.height
        static = pl.concat(
            [frame.filter(told | pl.col("source_id").is_not_null()), static_only]
        ).with_columns(kind=pl.lit("table"), mothership_mmsi=pl.lit(None, pl.Int64))
        return Batch(frame.select(*POSITION_SCHEMA), static.select(*STATIC_SCHEMA))

    def _numbers(self, raw: pl.DataFrame, profile: Profile) -> tuple[pl.Series, pl.Series]:
        """Vessel numbers, and the texts where ships are known by a text."""
        name = "mmsi" if "mmsi" in raw.columns else "text_id"
        column = raw[name]
        if profile.id_pattern:
            column = column.cast(pl.String).str.extract(profile.id_pattern)
        number = convert.as_number(column)
        if self._text_ids is None:
            nine = int(number.is_between(100_000_000, _MAX_MMSI).sum())
            numeric = number.len() - number.null_count()
            self._text_ids = (nine if name == "text_id" else numeric) * 2 < number.len()
        if not self._text_ids:
            return number.cast(pl.Int64, strict=False), pl.Series([None], dtype=pl.String).new_from_index(
                0, raw.height
            )
        text = convert.as_text(raw[name])
        codes = {t: convert.text_id_to_mmsi(t) for t in text.unique().drop_nulls().to_list()}
        return text.replace_strict(codes, default=None, return_dtype=pl.Int64), text

    def _guard(self, frame: pl.DataFrame, raw: pl.DataFrame, profile: Profile) -> None:
        """Stop where a unit or an order of columns is plainly not what the profile says."""
        if self._guarded or frame.height < 50:
            return
        self._guarded = True
        lat, lon = frame["lat"], frame["lon"]
        far = (lat.abs() > 91) & (lat.abs() <= 180)
        if (far.mean() or 0) > 0.2 and (lon.abs() > 90).mean() == 0:  # type: ignore[operator]
            raise DecodeError(
                f"{self.report.source}: latitude and longitude look swapped ({far.sum()} of "
                f"{frame.height} latitudes beyond "
                "90 degrees, no longitude). Name the right columns in a mapping file."
            )
        if "sog" not in raw.columns or self._own:
            return
        sog = (convert.as_number(raw["sog"]) * convert.UNITS["speed"][profile.speed]).drop_nulls()
        # Some dumps keep 102.3 or 1023 for a speed that is not available.
        sog = sog.filter(~sog.round(1).is_in([102.2, 102.3, 1023.0]))
        moving = sog.filter(sog > 0)
        if moving.len() >= 50:
            whole = bool((moving == moving.round()).all())
            median = float(np.median(moving.to_numpy()))
            if (sog.quantile(0.99) or 0) > 60 or (whole and median > 40):
                raise DecodeError(
                    f"{self.report.source}: speeds look like tenths of knots (median of the moving "
                    f"{median:g}). "
                    'Say so in a mapping file: [units] speed = "dkn", or "kn" if they are knots.'
                )

    def _sound(self, frame: pl.DataFrame, raw: pl.DataFrame) -> pl.DataFrame:
        """Rows with a number, a time and a position; the others are counted."""
        lat, lon = pl.col("lat"), pl.col("lon")
        reason = (
            pl.when(pl.col("mmsi").is_null() | (pl.col("mmsi") == 0) | (pl.col("mmsi") > _MAX_MMSI))
            .then(pl.lit("bad_mmsi"))
            .when(~pl.col("ms").is_between(_EARLIEST_MS, _LATEST_MS).fill_null(value=False))
            .then(pl.lit("bad_time"))
            .when("counted")
            .then(None)
            .when(lat.is_null() | lon.is_null() | ((lat - 91).abs() < 1e-6) | ((lon - 181).abs() < 1e-6))
            .then(pl.lit("no_position"))
            .when((lat.abs() > 90) | (lon.abs() > 180))
            .then(pl.lit("bad_position"))
        )
        reasons = frame.select(reason.alias("reason"))["reason"]
        bad = reasons.is_not_null()
        if not bad.any():
            return frame
        for name, n in reasons.drop_nulls().value_counts().iter_rows():
            if name == "no_position":
                self.report.set_aside[name] += n
            else:
                rows = raw.filter(reasons == name).head(3)
                self.report.reject(
                    name, n, (", ".join(f"{k}={v}" for k, v in r.items()) for r in rows.to_dicts())
                )
        return frame.filter(~bad)


def _digest(frame: pl.DataFrame) -> Words:
    """A 64-bit hash of ship, time and place of each row."""
    out = np.zeros(frame.height, np.uint64)
    for name in ("mmsi", "ms", "lat", "lon"):
        out = (out ^ np.ascontiguousarray(frame[name].to_numpy()).view(np.uint64)) * MIX
        out ^= out >> np.uint64(29)
    return out


def _positions(raw: pl.DataFrame, profile: Profile) -> list[pl.Series]:
    degree = convert.UNITS["position"][profile.position]
    knot = convert.UNITS["speed"][profile.speed]
    course = convert.UNITS["course"][profile.course]

    class_ = _nulls("ais_class", pl.String, raw.height)
    if "ais_class" in raw.columns:
        key = convert.as_text(raw["ais_class"]).str.to_lowercase()
        class_ = key.replace_strict(dict(profile.class_words), default=None, return_dtype=pl.String)
    type_ = _code(raw, "msg_type", {}, 1, 28)
    if type_.null_count() < raw.height:
        from_type = type_.replace_strict(_CLASS_OF_TYPE, default=None, return_dtype=pl.String)
        class_ = class_.zip_with(class_.is_not_null(), from_type)
    station = (
        convert.as_text(raw["station"])
        if "station" in raw.columns
        else _nulls("station", pl.String, raw.height)
    )
    return [
        _number(raw, "lat", -1e9, 1e9, degree),
        _number(raw, "lon", -1e9, 1e9, degree),
        _number(raw, "sog", 0.0, 102.25, knot),
        _number(raw, "cog", 0.0, 360.0, course),
        _number(raw, "heading", 0.0, 360.0),
        _code(raw, "nav_status", profile.nav_status_words, 0, 15),
        class_.fill_null("U").alias("ais_class"),
        type_.fill_null(0),
        station.alias("station"),
        pl.repeat(0, raw.height, dtype=pl.Int32, eager=True).alias("decode_flags"),
    ]


_CLASS_OF_TYPE = {
    1: "A",
    2: "A",
    3: "A",
    4: "base",
    9: "sar",
    11: "base",
    18: "B",
    19: "B",
    21: "aton",
    27: "A",
}


def _static(raw: pl.DataFrame, profile: Profile) -> list[pl.Series]:
    metre = convert.UNITS["length"][profile.length]
    out = {
        n: convert.as_text(raw[n]) if n in raw.columns else _nulls(n, pl.String, raw.height) for n in TEXTS
    }
    for name in _SIZES:
        out[name] = _number(raw, name, 0, 1100, metre)
    for one, other in (
        ("to_bow", "to_stern"),
        ("to_port", "to_starboard"),
        ("length_m",) * 2,
        ("width_m",) * 2,
    ):
        none = (out[one].fill_null(0) == 0) & (out[other].fill_null(0) == 0)
        out[one], out[other] = out[one].set(none, None), out[other].set(none, None)
    out["draught"] = _number(raw, "draught", 0.05, 30, convert.UNITS["draught"][profile.draught])
    if "imo" in raw.columns and raw["imo"].dtype == pl.String:
        raw = raw.with_columns(pl.col("imo").str.replace(r"(?i)^\s*imo\s*", ""))
    out["imo"] = _number(raw, "imo", 1, 1e10).cast(pl.Int64)
    out["ship_type"] = _code(raw, "ship_type", profile.ship_type_words, 1, 256).cast(pl.Int64)
    return [series.alias(name) for name, series in out.items()]


def _number(raw: pl.DataFrame, name: str, low: float, below: float, scale: float = 1.0) -> pl.Series:
    if name not in raw.columns:
        return _nulls(name, pl.Float64, raw.height)
    value = convert.as_number(raw[name])
    return convert.within(value * scale if scale != 1 else value, low, below).alias(name)


def _code(raw: pl.DataFrame, name: str, words: Mapping[str, int], low: int, below: int) -> pl.Series:
    if name not in raw.columns:
        return _nulls(name, pl.Int32, raw.height)
    return convert.within(convert.as_code(raw[name], words), low, below).cast(pl.Int32).alias(name)


def _nulls(name: str, dtype: Any, n: int) -> pl.Series:
    return pl.Series(name, [None], dtype=dtype).new_from_index(0, n)
