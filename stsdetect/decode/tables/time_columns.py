"""Choose the column of the time, by its name and by what it holds; of several, one with plausible times."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import polars as pl

from stsdetect.decode.tables.column_names import NamedColumn
from stsdetect.decode.tables.column_values import fields_of, require_plain, share_of
from stsdetect.decode.tables.mapping import TableMapping
from stsdetect.decode.tables.profiles import Profile
from stsdetect.decode.times.date_columns import CALENDAR, joined_times
from stsdetect.decode.times.timestamps import (
    EARLIEST_MS,
    EPOCH,
    GIVE_MAPPING,
    TimeFormat,
    epoch_ms,
    time_format,
)
from stsdetect.errors import DecodeError
from stsdetect.params import DecodeParams
from stsdetect.units import MS_PER_S, S_PER_MIN

_CLOCK = r"^\s*\d{1,2}:\d\d(?::\d\d(?:[.,]\d+)?)?\s*(?:[AaPp]\.?[Mm]\.?)?\s*$"
_DATE_ONLY = r"^\s*\d{1,4}[-/.]\d{1,2}[-/.]\d{1,4}\s*$"
_EXCEL_DAYS = (30_000, 80_000)
_ZONE_STEP_MS, _MAX_ZONE_MS = 15 * S_PER_MIN * MS_PER_S, 14 * 60 * S_PER_MIN * MS_PER_S
_DAY_MS = 24 * 60 * S_PER_MIN * MS_PER_S
_SAME_MS = 61 * MS_PER_S
_MIN_ROWS_TO_REFUSE = 10


class TimeCandidate(NamedTuple):
    """One or more columns that may be the time, and how they are read then."""

    columns: dict[str, str]
    form: TimeFormat
    ms: pl.Series
    times: pl.Series
    zone: str

    @property
    def shown(self) -> str:
        """The columns' names, for messages."""
        return " and ".join(f"'{c}'" for c in self.columns.values())


class TimeColumns(NamedTuple):
    """The choice of the time column."""

    frame: pl.DataFrame
    profile: Profile
    names: Mapping[str, Sequence[NamedColumn]]
    source: str
    params: DecodeParams
    latest_ms: int
    mapping: TableMapping | None

    def choose(self) -> tuple[TimeCandidate, list[str]]:
        """The candidate to take, and notes."""
        errors: list[DecodeError] = []
        tried: list[TimeCandidate] = []
        options = self._options()
        for columns, zone in options:
            try:
                tried.append(self._candidate(columns, zone))
            except DecodeError as error:
                errors.append(error)
        good = [c for c in tried if self._plausible(c)]
        # A date, and the time at which a table was written, are the same on every row or at midnight.
        for keep in (self._varies, self._has_clock):
            good = [c for c in good if keep(c)] or good
        if not good and errors:
            raise errors[0]
        if not good:
            self._refuse(tried)
            return tried[0], []
        best, notes = self._best(good)
        if best.zone == "?" and not best.form.zoned:
            raise DecodeError(
                f"{self.source}: column {best.shown} names a local clock, for example "
                f"{best.times.drop_nulls()[0]!r}. Say which in a mapping file: [time] zone = "
                '"Asia/Shanghai" or '
                f'"+08:00". {GIVE_MAPPING}'
            )
        return best, notes

    def _options(self) -> list[tuple[dict[str, str], str]]:
        """Columns that may be the time, the likeliest first, each with the zone in its name."""
        times, dates = self.names.get("time", ()), self.names.get("date", ())
        mapped = self.mapping.columns if self.mapping else {}
        pairs = [
            ({"date": d.column, "time": t.column}, t.unit or d.unit)
            for d in dates[:2] for t in times if d.column != t.column
        ]  # fmt: skip
        single = [({"time": t.column}, t.unit) for t in times]
        parts = []
        if all(self.names.get(f) for f in CALENDAR):
            used = (*CALENDAR, "second") if self.names.get("second") else CALENDAR
            parts = [({f: self.names[f][0].column for f in used}, "")]
        if mapped.get("date"):
            return pairs or single
        if mapped.get("year"):
            return parts or single
        return single + pairs + parts

    def _candidate(self, columns: dict[str, str], zone: str) -> TimeCandidate:
        require_plain(self.frame, columns, self.source)
        raw = fields_of(self.frame, columns)
        times = joined_times(raw)
        order, named = ("auto", "") if self.mapping is None else (self.mapping.order, self.mapping.zone)
        known_zone = named or (zone if zone not in ("", "?") else "UTC")
        form = time_format(
            times, source=self.source, params=self.params, order=order, zone=known_zone,
            day_first=self.profile.day_first, name=" and ".join(columns.values()),
        )  # fmt: skip
        head = times.head(self.params.time_format_rows)
        return TimeCandidate(columns, form, epoch_ms(head, form), times, "" if named else zone)

    def _plausible(self, candidate: TimeCandidate) -> bool:
        column = candidate.times.head(self.params.time_format_rows)
        if column.dtype == pl.Date:
            return False
        n_known = column.len() - column.null_count()
        n_good = int(candidate.ms.is_between(EARLIEST_MS, self.latest_ms).sum())
        return n_good > 0 and n_good >= self.params.time_format_share * n_known

    def _varies(self, candidate: TimeCandidate) -> bool:
        return candidate.ms.drop_nulls().n_unique() > 1

    def _has_clock(self, candidate: TimeCandidate) -> bool:
        return bool((candidate.ms % _DAY_MS != 0).any())

    def _best(self, good: Sequence[TimeCandidate]) -> tuple[TimeCandidate, list[str]]:
        """The first candidate, or one that shows that it is a counter or a clock of a zone."""
        best = good[0]
        for other in good[1:]:
            if len(other.columns) > 1 or (best.form.order == EPOCH) == (other.form.order == EPOCH):
                continue
            number, text = (best, other) if best.form.order == EPOCH else (other, best)
            lag = (text.ms - number.ms).drop_nulls()
            if not lag.len() or text.times.dtype != pl.String:
                continue
            median = float(lag.median() or 0.0)  # type: ignore[arg-type]
            in_steps = abs(median - round(median / _ZONE_STEP_MS) * _ZONE_STEP_MS)
            if abs(median) <= _SAME_MS:
                continue
            if in_steps <= _SAME_MS and abs(median) <= _MAX_ZONE_MS and not text.form.zoned:
                hours = round(median / _ZONE_STEP_MS) / 4
                return number, [
                    f"times in {text.shown} are {hours:+g} h from those in {number.shown}, which are "
                    "taken since "
                    "Unix times are UTC"
                ]
            return text, [
                f"{text.shown} and {number.shown} both look like times and do not agree; {text.shown} is "
                "taken"
            ]
        return best, []

    def _refuse(self, tried: Sequence[TimeCandidate]) -> None:
        """Raise where it is plain why a column is not the time; a few odd values show nothing."""
        joined = next((c for c in tried if "date" in c.columns), None)
        for candidate in tried:
            reason = self._reason(candidate) if len(candidate.columns) == 1 else ""
            if reason and joined is not None:
                example = str(next(iter(joined.times.drop_nulls()), ""))
                raise DecodeError(
                    f"{self.source}: columns {joined.shown} together are not understood as times, for "
                    f"example {example!r}. Write them as 2023-11-14 and 13:01:00, or name others in a "
                    f'mapping file: [columns] date = "...", time = "...". {GIVE_MAPPING}'
                )
            if reason:
                known = candidate.times.drop_nulls()
                raise DecodeError(
                    f"{self.source}: column {candidate.shown} {reason}, for example {str(known[0])!r}."
                    + (f" {GIVE_MAPPING}" if "[" in reason else "")
                )

    def _reason(self, candidate: TimeCandidate) -> str:
        column = candidate.times.head(self.params.time_format_rows).drop_nulls()
        if not column.len():
            return ""
        share = self.params.time_format_share
        if column.dtype == pl.Time:
            return 'holds times of day without a date; name the column of the date: [columns] date = "..."'
        if column.dtype == pl.Date:
            return "holds dates without a time of day"
        if column.dtype == pl.String:
            text = column
            if share_of(text.str.contains(_CLOCK)) > share:
                return (
                    'holds times of day without a date; name the column of the date: [columns] date = "..."'
                )
            if share_of(text.str.contains(_DATE_ONLY)) > share:
                return (
                    "holds dates without a time of day; name that column: "
                    '[columns] date = "...", time = "..."'
                )
            if share_of(text.str.contains(r"^\s*\d[\d.,]*[eE]\+?\d+\s*$")) > share:
                return "has lost digits of its times in a spreadsheet; export it again with times as text"
        number = column.cast(pl.Float64, strict=False)
        if share_of(number.is_between(*_EXCEL_DAYS)) > share:
            return (
                "seems to hold days as a spreadsheet counts them; write it again as 2023-11-14 13:01:00, "
                'or say so in a mapping file: [time] order = "excel"'
            )
        if share_of(number.is_between(0, 60)) > share and column.len() > 1:
            return "holds the second of the minute, or a counter, and not the time"
        good = candidate.ms.is_between(EARLIEST_MS, self.latest_ms)
        if column.len() >= _MIN_ROWS_TO_REFUSE and not good.any():
            return (
                "has no value that is a time between 1997 and now; name the column of the time: "
                '[columns] time = "..."'
            )
        return ""
