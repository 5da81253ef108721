"""Convert the frames of a table to position and static rows, by the profile that fits its columns.

`TableReader.batches` takes the frames that ``files`` yields. A row gives a position, a static report or both;
static columns that a table repeats on every row become a static row only where they change.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import polars as pl

from stsdetect.arrays import MIX, Bools, Ints, Words
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
from stsdetect.decode.duplicates import CopyDetector, in_groups, stable_order
from stsdetect.decode.static_log import table_step_ms
from stsdetect.decode.tables import code_words, convert
from stsdetect.decode.tables.column_names import (
    QUANTITY,
    candidate_columns,
    may_be_positions,
    missing_fields,
    named_columns,
)
from stsdetect.decode.tables.column_values import fields_of, require_plain, share_of
from stsdetect.decode.tables.columns import Choice, NotAisError, choose_columns, require_fields
from stsdetect.decode.tables.files import Schema
from stsdetect.decode.tables.mapping import TableMapping, read_mapping
from stsdetect.decode.tables.plain_types import flat_columns, plain_columns
from stsdetect.decode.tables.profiles import (
    CODE_FIELDS,
    FIELDS,
    NUMBER_FIELDS,
    STATIC_FIELDS,
    TIME_PARTS,
    Profile,
)
from stsdetect.decode.times.date_columns import joined_times
from stsdetect.decode.times.timestamps import EARLIEST_MS, GIVE_MAPPING, epoch_ms
from stsdetect.errors import DecodeError
from stsdetect.exact_numbers import whole_number
from stsdetect.itu import valid_imo
from stsdetect.params import DecodeParams

__all__ = ["NotAisError", "TableReader"]

_SIZES = ("to_bow", "to_stern", "to_port", "to_starboard", "length_m", "width_m")
# "Not available" in M.1371 (102.3 kn), which some tables keep in knots or tenths, and the value just below
# it.
_NOT_A_SPEED = [102.2, 102.3, 1023.0]
_NOT_AVAILABLE: dict[str, tuple[float, ...]] = {
    "sog": (102.3, 1023.0), "cog": (360.0, 3600.0), "heading": (511.0,), "draught": (0.0,),
        "msg_type": (0.0,),
}  # fmt: skip
"""Numbers that mean it in M.1371, in the units of messages and of tables."""
_MAX_NOT_A_COURSE, _TENTHS_OF_CIRCLE = 511.0, 3600.0
_MIN_DRAUGHT_M = 0.05
_N_SAMPLES = 3
_EXAMPLE_ROWS, _EXAMPLE_CHARS = 200, 60
_TIMES = ("time", *TIME_PARTS)
_OF_STATIC = ("row", "mmsi", "ms", "source_id", "ais_class", "counted")
_Lose = Callable[[str, pl.Series, pl.Series], None]
"""Counts values of a field that were not understood: its name, its column and the rows."""


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
        self._mapping: TableMapping | None = read_mapping(Path(params.mapping)) if params.mapping else None
        self._copies = CopyDetector(window_ms=0)
        self._text_ids: bool | None = None
        self._checked_units = False
        self._checked_draughts = False

    def number_schemas(self, header: list[str]) -> list[Schema]:
        """Columns to read as numbers: first with columns that may hold words for codes, then without.

        Raises
        ------
        NotAisError
            If no column is named as id, time or position.
        """
        # Asked of every odd line of a table, so refused quickly; `require_names` tells the user what to do.
        if not may_be_positions(header, self._mapping):
            raise NotAisError(f"{self.report.source}: no column for lat")
        profile, names = named_columns(header, self._mapping)
        if missing := missing_fields(names):
            raise NotAisError(f"{self.report.source}: no column for {', '.join(missing)}")
        columns = {f: names[f][0].column for f in FIELDS if names.get(f)}
        ids: Schema = {columns["mmsi"]: pl.Int64} if "mmsi" in columns and not profile.id_pattern else {}
        numbers, codes = (
            dict.fromkeys((columns[f] for f in fields if f in columns), pl.Float64)
            for fields in (NUMBER_FIELDS, CODE_FIELDS)
        )
        return [ids | numbers | codes, ids | numbers]

    def require_names(self, header: list[str]) -> None:
        """Check that columns are named as id, time and position.

        Raises
        ------
        NotAisError
            If one is missing; a note of the error has a mapping to complete.
        """
        frame = pl.DataFrame(schema=dict.fromkeys(header, pl.String))
        require_fields(frame, named_columns(header, self._mapping)[1], self.report.source)

    def needed_columns(self, header: list[str]) -> frozenset[str]:
        """The columns that may be used; all where one is missing that must be there, to suggest others."""
        try:
            self.number_schemas(header)
        except NotAisError:
            return frozenset(header)
        return candidate_columns(header, self._mapping)

    def require_columns(self, frame: pl.DataFrame) -> None:
        """Check that a frame has columns for id, time and position.

        Raises
        ------
        NotAisError
            If one is missing.
        DecodeError
            If they cannot be read.
        """
        self._choose(flat_columns(frame), first=True)

    def batches(self, frames: Iterator[pl.DataFrame]) -> Iterator[Batch]:
        """Convert frame after frame; the columns are chosen again where they change.

        Yields
        ------
        Batch
            Rows in file order; times in ms since 1970 UTC.

        Raises
        ------
        NotAisError
            If there is no column for id, time or position.
        DecodeError
            If the order of day and month, a zone, a unit or the order of latitude and longitude is in doubt.
        """
        report, lost_before = self.report, self.report.lost_values.copy()
        chosen: list[Choice | None] = []
        header: list[str] = []
        candidates: frozenset[str] = frozenset()
        for given in frames:
            frame = flat_columns(given)
            if frame.columns != header:
                candidates = candidate_columns(frame.columns, self._mapping)
            frame = plain_columns(frame, candidates, report.lose)
            if not chosen or frame.columns != header or (frame.height and not report.rows_in):
                header = frame.columns
                chosen.append(self._choose(frame, first=not any(chosen)))
            choice = chosen[-1]
            report.rows_in += frame.height
            if choice is None:
                report.reject("unknown_columns", frame.height, [", ".join(header)])
                continue
            require_plain(frame, choice.columns, self.report.source)
            raw = fields_of(frame, choice.columns)
            yield self._convert(raw, choice, header)
        for name, n in (report.lost_values - lost_before).items():
            example = next(iter(report.lost_samples.get(name, [])), "")
            note = f"{name}: {n:,} {'value' if n == 1 else 'values'} not understood, for example {example!r}"
            if name == "ship_type":
                note += "; [ship_types] of a mapping file gives words their codes"
            report.warnings.append(note)
        if n := report.counts["imo_check_fails"]:
            numbers = "number has" if n == 1 else "numbers have"
            report.warnings.append(f"imo: {n:,} {numbers} a wrong check digit, kept as broadcast")

    def _choose(self, frame: pl.DataFrame, *, first: bool) -> Choice | None:
        """How a frame is read; None where a later part of the table has no columns for it."""
        report = self.report
        try:
            choice = choose_columns(
                frame,
                source=report.source,
                params=self.params,
                latest_ms=self._latest_ms,
                mapping=self._mapping,
                placed=first,
            )
        except NotAisError as error:
            if first:
                raise
            report.warnings.append(f"rows below other column names are rejected: {error}")
            return None
        report.format = choice.profile.name
        report.warnings += [note for note in choice.notes if note not in report.warnings]
        return choice

    def _convert(self, raw: pl.DataFrame, choice: Choice, header: list[str]) -> Batch:
        if not raw.height:
            return Batch.empty()
        raw = raw.with_columns(
            pl.lit(None, pl.Float64).alias(name) for name in ("lat", "lon") if name not in raw.columns
        )
        mmsi, source_id = self._mmsis(raw, choice.profile)
        ms = epoch_ms(joined_times(raw), choice.time)
        if "millisecond" in raw.columns:
            ms = ms + convert.as_number(raw["millisecond"]).fill_null(0).cast(pl.Int64)
        frame = pl.DataFrame({"mmsi": mmsi, "ms": ms, "source_id": source_id})
        frame = frame.with_columns(*self._positions(raw, choice)).with_row_index("row")
        self._check_units(frame, raw, choice)
        self._describe(frame, raw, choice, header)
        frame = frame.with_columns(self._only_static(frame, raw, choice))
        states = _static_states(raw)
        keep = self._are_valid(frame, raw)
        static_only = frame.clear()
        if frame["counted"].any():
            static_only, keep = frame.filter(keep & frame["counted"]), keep & ~frame["counted"]
        placed = keep.to_numpy()
        kept = placed.copy()
        kept[placed] = ~self._copies.mark(
            _digest(frame, states)[placed], frame["ms"].fill_null(0).to_numpy()[placed]
        )
        self.report.set_aside["copies"] += int(placed.sum() - kept.sum())
        if not kept.all():
            frame = frame.filter(pl.Series(kept))
        self.report.time_kinds["column"] += frame.height + static_only.height
        return Batch(frame.select(*POSITION_SCHEMA), self._static(frame, static_only, raw, states, choice))

    def _mmsis(self, raw: pl.DataFrame, profile: Profile) -> tuple[pl.Series, pl.Series]:
        """MMSI of each row, and the text where the table identifies vessels by text."""
        name = "mmsi" if "mmsi" in raw.columns else "text_id"
        column = raw[name]
        if profile.id_pattern:
            column = column.cast(pl.String).str.extract(profile.id_pattern)
        whole, digits_lost = whole_number(column)
        valid = whole.is_between(1, MAX_MMSI)
        number = whole if valid.all() else whole.set(~valid, None)
        known = convert.as_text(column) if column.dtype == pl.String else column
        n_known = known.len() - known.null_count()
        if column.dtype == pl.Float32 and int(digits_lost.sum()) > n_known / 2:
            raise DecodeError(
                f"{self.report.source}: MMSIs are in single precision (float32), which cannot hold nine "
                "digits, so "
                "several ships have become one. Write the table again with 64-bit integers."
            )
        if self._text_ids is None and n_known:
            if name == "mmsi":
                n_mmsi = whole.len() - whole.null_count() + int(digits_lost.sum())
            else:
                n_mmsi = int(number.is_between(MIN_SHIP_MMSI, MAX_MMSI).sum())
            self._text_ids = n_mmsi < self.params.numeric_id_share * n_known
        if not self._text_ids:
            return number, _nulls("source_id", pl.String, raw.height)
        text = convert.as_text(number if raw[name].dtype.is_float() else raw[name])
        codes = {t: convert.text_id_to_mmsi(t) for t in text.unique().drop_nulls().to_list()}
        return text.replace_strict(codes, default=None, return_dtype=pl.Int64), text

    def _check_units(self, frame: pl.DataFrame, raw: pl.DataFrame, choice: Choice) -> None:
        """Raise where the values show that columns are swapped or a unit is not that of the profile."""
        p, source = self.params, self.report.source
        self._check_draughts(raw, choice)
        if self._checked_units or frame.height < p.unit_check_rows:
            return
        self._checked_units = True
        lat, lon = frame["lat"], frame["lon"]
        far = (lat.abs() > 91) & (lat.abs() <= 180)
        beyond = (lon.abs() > 90) & ((lon - 181).abs() > 1e-6)
        if share_of(far) > p.swapped_lat_share and share_of(beyond) <= p.unit_check_dissent:
            raise DecodeError(
                f"{source}: latitude and longitude look swapped ({far.sum()} of {frame.height} latitudes "
                "beyond 90 "
                f"degrees, but {'no' if not beyond.any() else 'hardly any'} longitude). Name the right "
                "columns in "
                f'a mapping file: [columns] lat = "{choice.columns["lon"]}", lon = '
                f'"{choice.columns["lat"]}". '
                f"{GIVE_MAPPING}"
            )
        self._check_courses(raw, choice)
        if "sog" not in raw.columns or (self._mapping and "speed" in self._mapping.units):
            return
        sog = (convert.as_number(raw["sog"]) * convert.UNITS["speed"][choice.units["sog"]]).drop_nulls()
        sog = sog.filter(~sog.round(1).is_in(_NOT_A_SPEED))
        moving = sog.filter(sog > 0)
        if moving.len() < p.unit_check_rows:
            return
        whole = 1 - share_of(moving == moving.round()) <= p.unit_check_dissent
        median = float(np.median(moving.to_numpy()))
        fast = sog > p.max_speed_q99_kn
        many_fast = fast.sum() >= p.unit_check_cells and (sog.quantile(0.99) or 0) > p.max_speed_q99_kn
        if many_fast or (whole and median > p.max_median_speed_kn):
            raise DecodeError(
                f"{source}: speeds look like tenths of knots (median of moving vessels {median:g}). Say "
                "so in a "
                f'mapping file: [units] speed = "dkn", or "kn" if they are knots. {GIVE_MAPPING}'
            )

    def _check_courses(self, raw: pl.DataFrame, choice: Choice) -> None:
        if "cog" not in raw.columns or (self._mapping and "course" in self._mapping.units):
            return
        cog = (convert.as_number(raw["cog"]) * convert.UNITS["course"][choice.units["cog"]]).drop_nulls()
        beyond = (cog > _MAX_NOT_A_COURSE) & (cog < _TENTHS_OF_CIRCLE)
        if beyond.sum() >= self.params.unit_check_cells and share_of(beyond) > self.params.max_course_share:
            raise DecodeError(
                f"{self.report.source}: courses look like tenths of degrees ({beyond.sum()} of {cog.len()} "
                f'beyond 360). Say so in a mapping file: [units] course = "ddeg". {GIVE_MAPPING}'
            )

    def _check_draughts(self, raw: pl.DataFrame, choice: Choice) -> None:
        """Raise where most draughts are deeper than any ship, so that the others are wrong, too."""
        p = self.params
        if self._checked_draughts or "draught" not in raw.columns:
            return
        if self._mapping and "draught" in self._mapping.units:
            return
        draught = convert.as_number(raw["draught"]) * convert.UNITS["draught"][choice.units["draught"]]
        draught = draught.filter(draught > 0)
        if draught.len() < p.unit_check_rows:
            return
        self._checked_draughts = True
        median = float(np.median(draught.to_numpy()))
        if median > p.max_message_draught_m:
            raise DecodeError(
                f"{self.report.source}: draughts look like tenths of a metre (median {median:g}). Say so "
                f'in a mapping file: [units] draught = "dm", or "m" if they are metres. {GIVE_MAPPING}'
            )

    def _describe(self, frame: pl.DataFrame, raw: pl.DataFrame, choice: Choice, header: list[str]) -> None:
        """Keep in the report how the table is read, with a value of each column before and after."""
        if "columns" in self.report.table:
            return
        head = raw.head(_EXAMPLE_ROWS)
        static = self._static_values(head, choice)
        values = pl.concat([frame.head(_EXAMPLE_ROWS), static], how="horizontal")
        columns = {}
        for name, column in choice.columns.items():
            after = {"mmsi": "mmsi", "text_id": "source_id"}.get(name, "ms" if name in _TIMES else name)
            known = head[name].is_not_null()
            if after in values.columns and (known & values[after].is_not_null()).any():
                known &= values[after].is_not_null()
            row = known.arg_max() if known.any() else None
            columns[name] = {
                "column": column,
                "unit": choice.units.get(name, ""),
                "example": None if row is None else str(head[name][row])[:_EXAMPLE_CHARS],
                "value": None if row is None or after not in values.columns else values[after][row],
            }
        self.report.table |= {
            "columns": columns,
            "unused": [c for c in header if c not in choice.columns.values()],
            "time_order": choice.time.order,
            "zone": choice.time.zone,
            "zone_named": choice.zone_named or _is_zoned(raw),
        }

    def _lose(self, name: str, raw: pl.Series, rows: pl.Series, n: int | None = None) -> None:
        """Count values that were not understood, by default one for each of the rows."""
        if rows.len():
            self.report.lose(
                name,
                rows.len() if n is None else n,
                [str(v) for v in raw.gather(rows.head(_N_SAMPLES)).to_list()],
            )

    def _number(
        self,
        raw: pl.DataFrame,
        name: str,
        low: float,
        below: float,
        scale: float = 1.0,
        *,
        lose: _Lose | None,
    ) -> pl.Series:
        """A scaled column; null outside [low, below), or without the column."""
        if name not in raw.columns:
            return _nulls(name, pl.Float64, raw.height)
        number = _scaled(convert.as_number(raw[name]), scale)
        value, lost = convert.within(
            raw[name], number, low, below, not_available=_NOT_AVAILABLE.get(name, ())
        )
        if lose is not None:
            lose(name, raw[name], lost)
        return value.alias(name)

    def _positions(self, raw: pl.DataFrame, choice: Choice) -> list[pl.Series]:
        scale = {f: convert.UNITS[QUANTITY[f]][unit] for f, unit in choice.units.items()}
        profile, n = choice.profile, raw.height
        class_ = _nulls("ais_class", pl.String, n)
        if "ais_class" in raw.columns:
            class_, lost = code_words.classes(raw["ais_class"], profile.class_words)
            self._lose("ais_class", raw["ais_class"], lost.arg_true())
        type_ = self._number(raw, "msg_type", 1, 28, lose=self._lose).cast(pl.Int32)
        if type_.null_count() < n:
            from_type = type_.replace_strict(CLASS_OF_TYPE, default=None, return_dtype=pl.String)
            class_ = class_.zip_with(class_.is_not_null(), from_type)
        status = _nulls("nav_status", pl.Float64, n)
        if "nav_status" in raw.columns:
            status, lost = code_words.nav_statuses(raw["nav_status"], profile.nav_status_words)
            self._lose("nav_status", raw["nav_status"], lost.arg_true())
        station = (
            convert.as_text(raw["station"]) if "station" in raw.columns else _nulls("station", pl.String, n)
        )
        lat = _degrees(raw, "lat", "N", "S")
        lon = _degrees(raw, "lon", "E", "W")
        return [
            _scaled(lat, scale.get("lat", 1.0)).alias("lat"),
            _scaled(lon, scale.get("lon", 1.0)).alias("lon"),
            (_unreadable(raw["lat"], lat) | _unreadable(raw["lon"], lon)).alias("unreadable"),
            self._number(raw, "sog", 0.0, 102.25, scale.get("sog", 1.0), lose=self._lose),
            self._number(raw, "cog", 0.0, 360.0, scale.get("cog", 1.0), lose=self._lose),
            self._number(raw, "heading", 0.0, 360.0, scale.get("heading", 1.0), lose=self._lose),
            status.cast(pl.Int32).alias("nav_status"),
            class_.fill_null("U").alias("ais_class"),
            type_.fill_null(0).alias("msg_type"),
            station.alias("station"),
            pl.repeat(0, n, dtype=pl.Int32, eager=True).alias("decode_flags"),
        ]

    def _are_valid(self, frame: pl.DataFrame, raw: pl.DataFrame) -> pl.Series:
        """Which rows have MMSI, time and position (or static report); the others are counted by reason."""
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
            return valid
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
        return valid

    def _only_static(self, frame: pl.DataFrame, raw: pl.DataFrame, choice: Choice) -> pl.Series:
        """Whether a row has a static report and no position, as column ``counted``."""
        placeless = (frame["lat"].is_null() & frame["lon"].is_null() & ~frame["unreadable"]).alias("counted")
        if not placeless.any():
            return placeless
        values = self._static_values(raw.filter(placeless), choice)
        return placeless.scatter(placeless.arg_true(), _any_value(values))

    def _static(
        self, frame: pl.DataFrame, static_only: pl.DataFrame, raw: pl.DataFrame, states: Words, choice: Choice
    ) -> pl.DataFrame:
        """Rows of STATIC_SCHEMA: those without a position, and the first of others to differ in a step."""
        if not any(name in raw.columns for name in STATIC_FIELDS) and not frame["source_id"].count():
            frame = frame.clear()
        shown = frame.select(*_OF_STATIC)
        if static_only.height:
            shown = pl.concat([shown, static_only.select(*_OF_STATIC)])
        state = states[shown["row"].to_numpy()]
        first = _first_of_steps(frame, state[: frame.height], table_step_ms(self.params))
        first = np.append(first, np.ones(static_only.height, bool))
        # Ships repeat their static columns from row to row, so what is equal is converted once.
        known, known_of_row = _distinct(state[first])
        known_states = state[first][known]

        def n_rows(of: pl.Series) -> int:
            return int(pl.Series(state).is_in(pl.Series(known_states[of.to_numpy()]).implode()).sum())

        def lose(name: str, column: pl.Series, lost: pl.Series) -> None:
            if lost.len():
                self._lose(name, column, lost, n_rows(lost))

        rows = shown[np.flatnonzero(first)]
        values = self._static_values(raw[rows["row"].gather(known)], choice, lose)
        if "imo" in raw.columns:
            wrong = values.select(~valid_imo(pl.col("imo"))).to_series().fill_null(value=False).arg_true()
            self.report.counts["imo_check_fails"] += n_rows(wrong)
        filled = _any_value(values).to_numpy()[known_of_row] | rows["source_id"].is_not_null().to_numpy()
        if not filled.all():
            rows, known_of_row = rows[np.flatnonzero(filled)], known_of_row[filled]
        rows = rows.hstack(values[known_of_row])
        return rows.with_columns(kind=pl.lit("table"), mothership_mmsi=pl.lit(None, pl.Int64)).select(
            *STATIC_SCHEMA
        )

    def _static_values(self, raw: pl.DataFrame, choice: Choice, lose: _Lose | None = None) -> pl.DataFrame:
        scale = {f: convert.UNITS[QUANTITY[f]][unit] for f, unit in choice.units.items()}
        n, max_m, max_draught_m = (
            raw.height,
            self.params.max_table_dimension_m,
            self.params.max_table_draught_m,
        )
        out = {
            name: convert.as_text(raw[name]) if name in raw.columns else _nulls(name, pl.String, n)
            for name in STATIC_TEXTS
        }
        for name in _SIZES:
            out[name] = self._number(raw, name, 0, max_m, scale.get(name, 1.0), lose=lose)
        for one, other in (
            ("to_bow", "to_stern"),
            ("to_port", "to_starboard"),
            ("length_m",) * 2,
            ("width_m",) * 2,
        ):
            unknown = (out[one].fill_null(0) == 0) & (out[other].fill_null(0) == 0)
            out[one], out[other] = out[one].set(unknown, None), out[other].set(unknown, None)
        # M.1371 has draughts in tenths of a metre and 0 for "not available".
        draught = self._number(raw, "draught", 0.0, max_draught_m, scale.get("draught", 1.0), lose=lose)
        out["draught"] = draught.set(draught < _MIN_DRAUGHT_M, None)
        for name, read in (
            ("imo", convert.imo_numbers),
            ("ship_type", lambda column: code_words.ship_types(column, choice.profile.ship_type_words)),
        ):
            out[name] = _nulls(name, pl.Int64, n)
            if name in raw.columns:
                value, lost = read(raw[name])
                out[name] = value.cast(pl.Int64)
                if lose is not None:
                    lose(name, raw[name], lost.arg_true())
        return pl.DataFrame(out)


def _digest(frame: pl.DataFrame, states: Words) -> Words:
    """A 64-bit hash of each row but its station; the class is among the states.

    Rows that give one vessel two speeds or names at one place and time do not copy each other: which of them
    is kept may not depend on their order in the file, so it is left to `stsdetect.tracks`.
    """
    apart = ("station", "decode_flags", "ais_class", "msg_type")
    position = frame.select(*(n for n in POSITION_SCHEMA if n not in apart))
    digest: Words = position.hash_rows().to_numpy() ^ (states * MIX)
    return digest


def _static_states(raw: pl.DataFrame) -> Words:
    """A 64-bit hash of the static columns of each row; 0 where there are none."""
    names = [n for n in (*STATIC_FIELDS, "ais_class", "msg_type") if n in raw.columns]
    return raw.select(names).hash_rows().to_numpy() if names else np.zeros(raw.height, np.uint64)


def _first_of_steps(frame: pl.DataFrame, state: Words, step_ms: int) -> Bools:
    """The first row of each vessel with a state in a step of time; the others of the step add nothing.

    Whatever rows other files hold, all that remains of a step in the end is the first of equal reports.
    """
    ms, mmsi = frame["ms"].to_numpy(), frame["mmsi"].to_numpy().view(np.uint64)
    same = ((state ^ (mmsi * MIX)) * MIX + (ms // step_ms).astype(np.uint64)) * MIX
    in_time = stable_order(ms)
    first: Bools = np.zeros(frame.height, bool)
    first[in_time] = pl.Series(same[in_time]).is_first_distinct().to_numpy()
    return first


def _distinct(state: Words) -> tuple[Ints, Ints]:
    """A row of each state, ascending, and which of these each row equals."""
    order, begins = in_groups(state)
    rows = order[begins]
    ascending = np.argsort(rows)
    rank = np.empty(len(rows), np.int64)
    rank[ascending] = np.arange(len(rows))
    of_row = np.empty(len(state), np.int64)
    of_row[order] = rank[np.cumsum(begins) - 1]
    return rows[ascending], of_row


def _degrees(raw: pl.DataFrame, name: str, positive: str, negative: str) -> pl.Series:
    """Degrees, with the sign that a column of letters gives; null where letter and sign contradict."""
    number = convert.as_degrees(raw[name], positive=positive, negative=negative)
    if f"{name}_hemisphere" not in raw.columns:
        return number
    letter = convert.as_text(raw[f"{name}_hemisphere"]).str.to_uppercase().str.head(1)
    return pl.select(
        pl.when((letter == negative) & (number <= 0))
        .then(number)
        .when(letter == negative)
        .then(-number)
        .when((letter == positive) & (number >= 0))
        .then(number)
    ).to_series()


def _unreadable(raw: pl.Series, number: pl.Series) -> pl.Series:
    """Whether a row has a latitude or longitude that is not a number."""
    out = pl.repeat(False, raw.len(), dtype=pl.Boolean, eager=True)
    rows = (number.is_null() & raw.is_not_null()).arg_true()
    if not rows.len():
        return out
    return out.scatter(rows, convert.as_text(raw.gather(rows)).is_not_null())


def _scaled(number: pl.Series, scale: float) -> pl.Series:
    return number if scale == 1 else number * scale


def _is_zoned(raw: pl.DataFrame) -> bool:
    dtype = raw["time"].dtype if "time" in raw.columns else None
    return isinstance(dtype, pl.Datetime) and dtype.time_zone is not None


def _any_value(static: pl.DataFrame) -> pl.Series:
    """Whether a row has any value."""
    return static.select(pl.any_horizontal(pl.all().is_not_null())).to_series()


def _nulls(name: str, dtype: type[pl.DataType], n: int) -> pl.Series:
    return pl.Series(name, [None], dtype=dtype).new_from_index(0, n)
