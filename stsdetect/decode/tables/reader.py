"""Convert the frames of a table to position and static rows, by the profile that fits its columns.

`TableReader.batches` takes the frames that ``files`` yields. A row gives a position, a static report or both;
static columns that a table repeats on every row become a static row only where they change.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import partial
from pathlib import Path

import numpy as np
import polars as pl

from stsdetect.arrays import MIX, Bools, Words
from stsdetect.decode.accounting import DecodeReport
from stsdetect.decode.batch import (
    CLASS_OF_TYPE,
    MAX_MMSI,
    MIN_SHIP_MMSI,
    POSITION_SCHEMA,
    STATIC_SCHEMA,
    STATIC_TEXTS,
    Batch,
)
from stsdetect.decode.duplicates import CopyDetector, spell_edges
from stsdetect.decode.static_log import table_step_ms
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
from stsdetect.decode.times.timestamps import EARLIEST_MS, TimeFormat, epoch_ms, time_format
from stsdetect.errors import DecodeError
from stsdetect.params import DecodeParams

_SIZES = ("to_bow", "to_stern", "to_port", "to_starboard", "length_m", "width_m")
# "Not available" in M.1371 (102.3 kn), which some tables keep in knots or tenths, and the value just below
# it.
_NOT_A_SPEED = [102.2, 102.3, 1023.0]


class NotAisError(DecodeError):
    """A table without columns for id, time and position."""


def choose_profile(
    header: list[str], source: str, mapping: Profile | None = None
) -> tuple[Profile, dict[str, str]]:
    """The profile that fits a header, and the column of each field.

    Parameters
    ----------
    header : list of str
        Column names.
    source : str
        Name of the file, for the error message.
    mapping : Profile, optional
        To be used instead of the known profiles.

    Returns
    -------
    profile : Profile
        The first one whose signature is in the header, else the generic one.
    columns : dict
        Field to column name.

    Raises
    ------
    NotAisError
        If there is no column for id, time or position.
    """
    names = {_plain(h): h for h in reversed(header)}
    known = (mapping,) if mapping else PROFILES
    profile = next((p for p in known if set(p.signature) <= names.keys()), mapping or GENERIC)
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
    """Converts the frames of one table and accounts for every row.

    Parameters
    ----------
    report : DecodeReport
        Filled in on the way.
    params : DecodeParams
        Limits and windows.
    latest_ms : int
        Later receive times are not believed [ms since 1970 UTC].
    """

    def __init__(self, report: DecodeReport, params: DecodeParams, *, latest_ms: int) -> None:
        self.report = report
        self.params = params
        self._latest_ms = latest_ms
        self._mapping = profile_from_toml(Path(params.mapping)) if params.mapping else None
        self._copies = CopyDetector(window_ms=0)
        self._time_format: TimeFormat | None = None
        self._text_ids: bool | None = None
        self._checked_units = False

    def number_schemas(self, header: list[str]) -> list[Schema]:
        """Columns to read as numbers: first with columns that may hold words for codes, then without."""
        profile, columns = choose_profile(header, self.report.source, self._mapping)
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
            Rows in file order; times in ms since 1970 UTC.

        Raises
        ------
        NotAisError
            If there is no column for id, time or position.
        DecodeError
            If the order of day and month, a unit or the order of latitude and longitude is in doubt.
        """
        columns: dict[str, str] | None = None
        for frame in frames:
            if columns is None:
                profile, columns = choose_profile(frame.columns, self.report.source, self._mapping)
                if profile.if_epoch and self._format_of(frame[columns["time"]]).order == "epoch":
                    profile = BY_VALUE[profile.if_epoch]
                self.report.format = profile.name
            self.report.rows_in += frame.height
            if self._time_format is None and frame.height:
                self._time_format = (
                    self._format_of(frame[columns["time"]])
                    if profile.time_order == "auto"
                    else TimeFormat(profile.time_order)
                )
            yield self._convert(frame.select(pl.col(c).alias(f) for f, c in columns.items()), profile)

    def _format_of(self, column: pl.Series) -> TimeFormat:
        return time_format(column, source=self.report.source, params=self.params)

    def _convert(self, raw: pl.DataFrame, profile: Profile) -> Batch:
        if not raw.height or self._time_format is None:
            return Batch.empty()
        mmsi, source_id = self._mmsis(raw, profile)
        ms = epoch_ms(raw["time"], self._time_format)
        if "millisecond" in raw.columns:
            ms = ms + convert.as_number(raw["millisecond"]).fill_null(0).cast(pl.Int64)
        frame = pl.DataFrame({"mmsi": mmsi, "ms": ms, "source_id": source_id})
        frame = frame.with_columns(*_positions(raw, profile), _unreadable(raw)).with_row_index("row")
        self._check_units(frame, raw, profile)
        frame = self._valid_rows(frame.with_columns(self._only_static(frame, raw, profile)), raw)
        static_only = frame.filter("counted")
        frame = frame.filter(~pl.col("counted"))
        copies = self._copies.mark(_digest(frame, raw), frame["ms"].to_numpy())
        self.report.set_aside["copies"] += int(copies.sum())
        if copies.any():
            frame = frame.filter(pl.Series(~copies))
        self.report.time_kinds["column"] += frame.height + static_only.height
        changed = pl.concat([frame.filter(_may_change(frame, raw, table_step_ms(self.params))), static_only])
        return Batch(frame.select(*POSITION_SCHEMA), self._static(changed, raw, profile))

    def _mmsis(self, raw: pl.DataFrame, profile: Profile) -> tuple[pl.Series, pl.Series]:
        """MMSI of each row, and the text where the table identifies vessels by text."""
        name = "mmsi" if "mmsi" in raw.columns else "text_id"
        column = raw[name]
        if profile.id_pattern:
            column = column.cast(pl.String).str.extract(profile.id_pattern)
        number = convert.as_number(column)
        if self._text_ids is None:
            nine_digits = int(number.is_between(MIN_SHIP_MMSI, MAX_MMSI).sum())
            numeric = number.len() - number.null_count()
            n_mmsi = nine_digits if name == "text_id" else numeric
            self._text_ids = n_mmsi < self.params.numeric_id_share * number.len()
        if not self._text_ids:
            return number.cast(pl.Int64, strict=False), _nulls("source_id", pl.String, raw.height)
        text = convert.as_text(raw[name])
        codes = {t: convert.text_id_to_mmsi(t) for t in text.unique().drop_nulls().to_list()}
        return text.replace_strict(codes, default=None, return_dtype=pl.Int64), text

    def _check_units(self, frame: pl.DataFrame, raw: pl.DataFrame, profile: Profile) -> None:
        """Raise where the values show that columns are swapped or a unit is not that of the profile."""
        p = self.params
        if self._checked_units or frame.height < p.unit_check_rows:
            return
        self._checked_units = True
        lat, lon = frame["lat"], frame["lon"]
        far = (lat.abs() > 91) & (lat.abs() <= 180)
        if (far.mean() or 0) > p.swapped_lat_share and (lon.abs() > 90).mean() == 0:  # type: ignore[operator]
            raise DecodeError(
                f"{self.report.source}: latitude and longitude look swapped ({far.sum()} of {frame.height} "
                "latitudes beyond 90 degrees, but no longitude). Name the right columns in a mapping file."
            )
        if "sog" not in raw.columns or self._mapping:
            return
        sog = (convert.as_number(raw["sog"]) * convert.UNITS["speed"][profile.speed]).drop_nulls()
        sog = sog.filter(~sog.round(1).is_in(_NOT_A_SPEED))
        moving = sog.filter(sog > 0)
        if moving.len() < p.unit_check_rows:
            return
        whole = bool((moving == moving.round()).all())
        median = float(np.median(moving.to_numpy()))
        if (sog.quantile(0.99) or 0) > p.max_speed_q99_kn or (whole and median > p.max_median_speed_kn):
            raise DecodeError(
                f"{self.report.source}: speeds look like tenths of knots (median of moving vessels "
                f'{median:g}). Say so in a mapping file: [units] speed = "dkn", or "kn" if they are knots.'
            )

    def _valid_rows(self, frame: pl.DataFrame, raw: pl.DataFrame) -> pl.DataFrame:
        """Rows with MMSI, time and position (or static report); the others are counted by reason."""
        lat, lon = pl.col("lat"), pl.col("lon")
        mmsi = (pl.col("mmsi") != 0) & (pl.col("mmsi") <= MAX_MMSI)
        time = pl.col("ms").is_between(EARLIEST_MS, self._latest_ms)
        # 91 and 181 degrees mean that the position is not available.
        available = (
            lat.is_not_null() & lon.is_not_null() & ((lat - 91).abs() >= 1e-6) & ((lon - 181).abs() >= 1e-6)
        )
        on_earth = (lat.abs() <= 90) & (lon.abs() <= 180)
        valid = frame.select(
            (mmsi & time & (pl.col("counted") | (available & on_earth))).fill_null(value=False)
        ).to_series()
        if valid.all():
            return frame
        bad = frame.filter(~valid).select(
            "row",
            reason=pl.when(~mmsi.fill_null(value=False))
            .then(pl.lit("bad_mmsi"))
            .when(~time.fill_null(value=False))
            .then(pl.lit("bad_time"))
            .when(~available & ~pl.col("unreadable"))
            .then(pl.lit("no_position"))
            .otherwise(pl.lit("bad_position")),
        )
        for name, n in bad["reason"].value_counts(sort=True).iter_rows():
            if name == "no_position":
                self.report.set_aside[name] += n
            else:
                rows = raw[bad.filter(reason=name)["row"].head(3)]
                self.report.reject(
                    name, n, (", ".join(f"{k}={v}" for k, v in r.items()) for r in rows.to_dicts())
                )
        return frame.filter(valid)

    def _only_static(self, frame: pl.DataFrame, raw: pl.DataFrame, profile: Profile) -> pl.Series:
        """Whether a row has a static report and no position, as column ``counted``."""
        placeless = (frame["lat"].is_null() & frame["lon"].is_null() & ~frame["unreadable"]).alias("counted")
        if not placeless.any():
            return placeless
        values = self._static_values(raw.filter(placeless), profile)
        return placeless.scatter(placeless.arg_true(), _any_value(values))

    def _static(self, rows: pl.DataFrame, raw: pl.DataFrame, profile: Profile) -> pl.DataFrame:
        """Rows of STATIC_SCHEMA from the static columns of some rows."""
        values = self._static_values(raw[rows["row"]], profile)
        filled = _any_value(values) | rows["source_id"].is_not_null()
        out = rows.hstack(values).with_columns(kind=pl.lit("table"), mothership_mmsi=pl.lit(None, pl.Int64))
        return out.filter(filled).select(*STATIC_SCHEMA)

    def _static_values(self, raw: pl.DataFrame, profile: Profile) -> pl.DataFrame:
        metre, n = convert.UNITS["length"][profile.length], raw.height
        max_m, max_draught_m = self.params.max_table_dimension_m, self.params.max_table_draught_m
        out = {
            name: convert.as_text(raw[name]) if name in raw.columns else _nulls(name, pl.String, n)
            for name in STATIC_TEXTS
        }
        for name in _SIZES:
            out[name] = _number(raw, name, 0, max_m, metre)
        for one, other in (
            ("to_bow", "to_stern"),
            ("to_port", "to_starboard"),
            ("length_m",) * 2,
            ("width_m",) * 2,
        ):
            unknown = (out[one].fill_null(0) == 0) & (out[other].fill_null(0) == 0)
            out[one], out[other] = out[one].set(unknown, None), out[other].set(unknown, None)
        # M.1371 has draughts in tenths of a metre and 0 for "not available".
        unit = convert.UNITS["draught"][profile.draught]
        out["draught"] = _number(raw, "draught", 0.05, max_draught_m, unit)
        if "imo" in raw.columns and raw["imo"].dtype == pl.String:
            raw = raw.with_columns(pl.col("imo").str.replace(r"(?i)^\s*imo\s*", ""))
        out["imo"] = _number(raw, "imo", 1, 1e10).cast(pl.Int64)
        out["ship_type"] = _code(raw, "ship_type", profile.ship_type_words, 1, 256).cast(pl.Int64)
        return pl.DataFrame(out)


def _digest(frame: pl.DataFrame, raw: pl.DataFrame) -> Words:
    """A 64-bit hash of each row but its station.

    Rows that give one vessel two speeds or names at one place and time do not copy each other: which of
    them is kept may not depend on their order in the file, so it is left to `stsdetect.tracks`.
    """
    position = frame.select(*(n for n in POSITION_SCHEMA if n not in ("station", "decode_flags")))
    state = _static_state(raw)[frame["row"].to_numpy()]
    digest: Words = position.hash_rows().to_numpy() ^ (state * MIX)
    return digest


def _static_state(raw: pl.DataFrame) -> Words:
    """A 64-bit hash of the static columns of each row; 0 where there are none."""
    names = [n for n in (*STATIC_FIELDS, "ais_class", "msg_type") if n in raw.columns]
    return raw.select(names).hash_rows().to_numpy() if names else np.zeros(raw.height, np.uint64)


def _positions(raw: pl.DataFrame, profile: Profile) -> list[pl.Series]:
    degree = convert.UNITS["position"][profile.position]
    knot = convert.UNITS["speed"][profile.speed]
    course = convert.UNITS["course"][profile.course]

    class_ = _nulls("ais_class", pl.String, raw.height)
    if "ais_class" in raw.columns:
        class_ = convert.convert_distinct(raw["ais_class"], partial(_classes, words=profile.class_words))
    type_ = _code(raw, "msg_type", {}, 1, 28)
    if type_.null_count() < raw.height:
        from_type = type_.replace_strict(CLASS_OF_TYPE, default=None, return_dtype=pl.String)
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


def _unreadable(raw: pl.DataFrame) -> pl.Series:
    """Whether a row has a latitude or longitude that is not a number."""
    out = pl.repeat(False, raw.height, dtype=pl.Boolean, eager=True)
    for name in ("lat", "lon"):
        if raw[name].dtype == pl.String:
            out |= convert.as_text(raw[name]).is_not_null() & convert.as_number(raw[name]).is_null()
    return out.alias("unreadable")


def _classes(values: pl.Series, *, words: Mapping[str, str]) -> pl.Series:
    key = convert.as_text(values).str.to_lowercase()
    return key.replace_strict(dict(words), default=None, return_dtype=pl.String)


def _may_change(frame: pl.DataFrame, raw: pl.DataFrame, step_ms: int) -> Bools:
    """Rows of positions whose static columns may differ from those before or after, of the same vessel.

    The first row of each step of time is among them, so that it does not matter where a file ends.
    """
    names = [n for n in (*STATIC_FIELDS, "ais_class", "msg_type") if n in raw.columns]
    if not names and not frame["source_id"].count():
        return np.zeros(frame.height, bool)
    state = _static_state(raw)
    ms = frame["ms"].to_numpy()
    in_step = state[frame["row"].to_numpy()] + (ms // step_ms).astype(np.uint64) * MIX
    return spell_edges(frame["mmsi"].to_numpy(), ms, in_step)


def _any_value(static: pl.DataFrame) -> pl.Series:
    """Whether a row has any value."""
    return static.select(pl.any_horizontal(pl.all().is_not_null())).to_series()


def _number(raw: pl.DataFrame, name: str, low: float, below: float, scale: float = 1.0) -> pl.Series:
    """A scaled column; null outside [low, below), or without the column."""
    if name not in raw.columns:
        return _nulls(name, pl.Float64, raw.height)
    value = convert.as_number(raw[name])
    return convert.within(value * scale if scale != 1 else value, low, below).alias(name)


def _code(raw: pl.DataFrame, name: str, words: Mapping[str, int], low: int, below: int) -> pl.Series:
    """A column of codes or words; null outside [low, below), or without the column."""
    if name not in raw.columns:
        return _nulls(name, pl.Int32, raw.height)
    return convert.within(convert.as_code(raw[name], words), low, below).cast(pl.Int32).alias(name)


def _nulls(name: str, dtype: type[pl.DataType], n: int) -> pl.Series:
    return pl.Series(name, [None], dtype=dtype).new_from_index(0, n)
