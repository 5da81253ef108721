"""Tables of positions, CSV, Parquet or JSON lines, to positions and static reports by a profile."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl

from stsdetect.arrays import MIX, Bools, Words
from stsdetect.decode.accounting import DecodeReport
from stsdetect.decode.duplicates import Copies, spell_edges
from stsdetect.decode.nmea.reports import POSITION_SCHEMA, Batch
from stsdetect.decode.static_log import SCHEMA as STATIC_SCHEMA
from stsdetect.decode.static_log import TEXTS
from stsdetect.decode.tables import convert
from stsdetect.decode.tables.files import Schema
from stsdetect.decode.tables.profiles import (
    BY_VALUE,
    CODE_FIELDS,
    FIELDS,
    GENERIC,
    NUMBER_FIELDS,
    PROFILES,
    STATIC_FIELDS,
    Profile,
    profile_from_toml,
)
from stsdetect.decode.timestamps import epoch_ms, time_order
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

    def numbers(self, header: list[str]) -> list[Schema]:
        """Columns that are best read as numbers, the most there may be first, then without the codes."""
        profile, columns = choose_profile(header, self.report.source, self._own)
        ids: Schema = {columns["mmsi"]: pl.Int64} if "mmsi" in columns and not profile.id_pattern else {}
        numbers, codes = (
            dict.fromkeys((columns[f] for f in fields if f in columns), pl.Float64)
            for fields in (NUMBER_FIELDS, CODE_FIELDS)
        )
        return [ids | numbers | codes, ids | numbers]

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
        frame = frame.with_columns(*_positions(raw, profile), _garbled(raw)).with_row_index("row")
        self._guard(frame, raw, profile)
        only_static = _only_static(frame, raw, profile)
        frame = self._sound(frame.with_columns(only_static.alias("counted")), raw)
        static_only = frame.filter("counted")
        frame = frame.filter(~pl.col("counted"))
        copies = self._copies.mark(_digest(frame), frame["ms"].to_numpy())
        self.report.set_aside["copies"] += int(copies.sum())
        if copies.any():
            frame = frame.filter(pl.Series(~copies))
        self.report.time_kinds["column"] += frame.height + static_only.height
        telling = pl.concat([frame.filter(_may_be_news(frame, raw)), static_only])
        return Batch(frame.select(*POSITION_SCHEMA), _static(telling, raw, profile))

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
        number = (pl.col("mmsi") != 0) & (pl.col("mmsi") <= _MAX_MMSI)
        time = pl.col("ms").is_between(_EARLIEST_MS, _LATEST_MS)
        there = (
            lat.is_not_null() & lon.is_not_null() & ((lat - 91).abs() >= 1e-6) & ((lon - 181).abs() >= 1e-6)
        )
        near = (lat.abs() <= 90) & (lon.abs() <= 180)
        sound = frame.select(
            (number & time & (pl.col("counted") | (there & near))).fill_null(value=False)
        ).to_series()
        if sound.all():
            return frame
        bad = frame.filter(~sound).select(
            "row",
            reason=pl.when(~number.fill_null(value=False)).then(pl.lit("bad_mmsi"))
            .when(~time.fill_null(value=False)).then(pl.lit("bad_time"))
            .when(~there & ~pl.col("garbled")).then(pl.lit("no_position")).otherwise(pl.lit("bad_position")),
        )  # fmt: skip
        for name, n in bad["reason"].value_counts(sort=True).iter_rows():
            if name == "no_position":
                self.report.set_aside[name] += n
            else:
                rows = raw[bad.filter(reason=name)["row"].head(3)]
                self.report.reject(
                    name, n, (", ".join(f"{k}={v}" for k, v in r.items()) for r in rows.to_dicts())
                )
        return frame.filter(sound)


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
        class_ = convert.each_value(raw["ais_class"], partial(_classes, words=profile.class_words))
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


def _garbled(raw: pl.DataFrame) -> pl.Series:
    """Rows that tell a latitude or a longitude which is no number."""
    out = pl.repeat(False, raw.height, dtype=pl.Boolean, eager=True)
    for name in ("lat", "lon"):
        if raw[name].dtype == pl.String:
            out |= convert.as_text(raw[name]).is_not_null() & convert.as_number(raw[name]).is_null()
    return out.alias("garbled")


def _classes(values: pl.Series, *, words: Mapping[str, str]) -> pl.Series:
    key = convert.as_text(values).str.to_lowercase()
    return key.replace_strict(dict(words), default=None, return_dtype=pl.String)


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


def _only_static(frame: pl.DataFrame, raw: pl.DataFrame, profile: Profile) -> pl.Series:
    """Which rows hold a static report and no position."""
    placeless = frame["lat"].is_null() & frame["lon"].is_null() & ~frame["garbled"]
    if not placeless.any():
        return placeless
    return placeless.scatter(placeless.arg_true(), _tells(_static_values(raw.filter(placeless), profile)))


def _may_be_news(frame: pl.DataFrame, raw: pl.DataFrame) -> Bools:
    """Rows of positions whose static columns may say what they did not say before."""
    names = [n for n in (*STATIC_FIELDS, "ais_class", "msg_type") if n in raw.columns]
    if not names and not frame["source_id"].count():
        return np.zeros(frame.height, bool)
    state = raw.select(names).hash_rows().to_numpy() if names else np.zeros(raw.height, np.uint64)
    return spell_edges(frame["mmsi"].to_numpy(), frame["ms"].to_numpy(), state[frame["row"].to_numpy()])


def _static(rows: pl.DataFrame, raw: pl.DataFrame, profile: Profile) -> pl.DataFrame:
    """Static reports that some rows of positions hold."""
    values = _static_values(raw[rows["row"]], profile)
    tells = _tells(values) | rows["source_id"].is_not_null()
    out = rows.hstack(values).with_columns(kind=pl.lit("table"), mothership_mmsi=pl.lit(None, pl.Int64))
    return out.filter(tells).select(*STATIC_SCHEMA)


def _tells(static: pl.DataFrame) -> pl.Series:
    return static.select(pl.any_horizontal(pl.all().is_not_null())).to_series()


def _static_values(raw: pl.DataFrame, profile: Profile) -> pl.DataFrame:
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
    return pl.DataFrame(out)


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
