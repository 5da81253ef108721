"""Find times in the text before or behind a sentence: dates with a time of day, and Unix times.

A time is read whole or not at all. A word behind a time of day that is the name of a zone belongs to it,
whether it is understood or not; any other word (a host, a program, a level of severity) does not. A Unix
time is a whole number that stands alone and has 10, 13, 16 or 19 digits, never a piece of a longer one.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import polars as pl

from stsdetect.arrays import Bools, Ints
from stsdetect.decode.times.gregorian import NO_TIME
from stsdetect.decode.times.time_text import read_texts
from stsdetect.decode.times.time_zones import AMBIGUOUS, OFFSET_MIN, offset_min, zone_name
from stsdetect.decode.times.timestamps import unix_ms

N_NUMBERS = 3
"""So many numbers in the text before a sentence are tried."""

_MONTH = r"(?i:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-zA-Z]{0,6}\.?"
SLASHED = r"(?:^|[^0-9A-Za-z.])(\d{1,2})[-/.](\d{1,2})[-/.]\d{4}\D{1,3}\d{1,2}[:.]\d\d"
"""Pattern of a date in numbers with the year last: day and month, or month and day."""
_DATE = (
    r"\d{4}[-/.]\d{1,2}[-/.]\d{1,2}|\d{1,2}[-/.]\d{1,2}[-/.](?:\d{4}|\d\d)|(?:19|20)\d{6}"
    rf"|\d{{1,2}}[ ./-]{{0,2}}{_MONTH}[ ,./-]{{0,2}}\d{{4}}|{_MONTH} {{0,2}}\d{{1,2}},? {{1,2}}\d{{4}}"
)
_BETWEEN = r'["\']?[ \t]*[Tt ,;:|_\t-][ \t]*["\']?'
_CLOCK = r"\d{1,2}[:.]\d\d[0-9:.]*|\d{6}(?:\.\d+)?"
_DATE_TIME = rf"(?:^|[^0-9A-Za-z.])(?P<date>{_DATE}){_BETWEEN}(?P<clock>{_CLOCK})(?P<tail>.{{0,48}})"
_MINUTES = rf"(?:^|[^0-9A-Za-z.])(?P<date>{_DATE})T(?P<clock>\d{{4}})(?P<tail>(?:[^0-9].{{0,48}})?)$"
_DIGITS_14 = (
    r"(?:^|[^0-9A-Za-z.+-])(?P<date>(?:19|20)\d{6})(?P<clock>\d{6}(?:\.\d+)?)(?P<tail>(?:[^0-9].{0,48})?)$"
)
_TIME_DATE = (
    rf"(?:^|[^0-9A-Za-z.])(?P<clock>\d{{1,2}}:\d\d:\d\d(?:\.\d+)?)[ \t,;|]+(?P<date>{_DATE})"
    r"(?P<tail>(?:[^0-9A-Za-z:.].{0,48})?)$"
)
# Tue Nov 14 22:13:20 UTC 2023, as ctime and date(1) write it.
_YEAR_LAST = (
    rf"(?:^|[^0-9A-Za-z])(?P<m>{_MONTH}) {{1,2}}(?P<d>\d{{1,2}}) (?P<clock>\d{{1,2}}:\d\d:\d\d(?:\.\d+)?)"
    r"(?P<zone> [A-Z]{3,5}| [+-]\d{4})? (?P<Y>(?:19|20)\d\d)(?:[^0-9A-Za-z:.]|$)"
)
_MAYBE_CALENDAR = r"\d\D+\d|\d{14}"
_TIME_LIKE = rf"(?:{_MONTH} {{1,2}}\d{{1,2}} |\d{{1,2}}[-/.]\d{{1,2}}[-/. T]+)\d{{1,2}}:\d\d:\d\d"
_COMMA_FRACTION = r"^(,\d{3}(?:\d{3})?)(?:[^\d,;]|$)"
_HALF = r"^[ \t]*((?:[AaPp]\.?[ ]?[Mm])\.?)(?:[^0-9A-Za-z]|$)"
_END = r"(?:[^0-9A-Za-z.:+/-]|[.:](?:[^0-9]|$)|$)"
_ZONE = (
    r"^(?:(?:[ \t]*((?:UTC|GMT|utc|gmt|Utc)[ ]?[+-]\d{1,2}(?::?\d\d)?|[A-Z][A-Za-z_]{1,20}/[A-Za-z_/+-]{2,40}"
    r"|[A-Za-z]{1,5}|\([^()]{1,40}\)|\[[^\[\]]{1,40}\]|[ \t][+-]\d\d:?\d\d)|([+-]\d\d?(?::?\d\d)?))"
    rf"{_END}|[ \t]+([+-](?:0?\d|1[0-4])){_END})"
)
# Zones of the IANA database whose abbreviations `time_zones` does not convert.
_OTHER_ZONES = frozenset(
    [
        "clt",
        "clst",
        "uyt",
        "uyst",
        "nst",
        "ndt",
        "pyt",
        "pyst",
        "vet",
        "cot",
        "pet",
        "bot",
        "fnt",
        "gft",
        "azt",
        "uzt",
        "npt",
        "mmt",
        "chst",
        "samt",
        "yekt",
        "omst",
        "krat",
        "irkt",
        "yakt",
        "vlat",
        "magt",
        "pett",
        "irst",
        "irdt",
        "aft",
        "tmt",
        "tjt",
        "kgt",
        "almt",
        "bdt",
        "novt",
        "wast",
        "wgt",
        "cvt",
        "egt",
        "srt",
        "lmt",
        "acst",
        "acdt",
        "awdt",
        "nzt",
        "aet",
        "akt",
        "pt",
        "mt",
        "ct",
        "et",
        "bdst",
        "cett",
    ]
)
_TIME_LABELS = (
    r"timestamp|time_?stamp|datetime|date_?time|rx_?time|rx_?ux_?time|recv_?time|receive_?time|received(?:_?at)?"
    r"|unix_?time|epoch|toa|time|utc|ts"
)
_LABELLED = rf'(?i:(?:^|[^a-z0-9_])(?:{_TIME_LABELS})["\']?[ \t]*[:=][ \t]*["\']?)'
_ID_LABELS = (
    r"[a-z_]*id|uuid|seq[a-z_]*|[a-z_]*count(?:er)?|msg|no|num(?:ber)?|row|line|ind(?:e)?x|mmsi|imo|port|samples?"
    r"|[a-z_]*offset|hash|crc|key|freq[a-z]*|bytes|size|len(?:gth)?"
)
_IDENTIFIER = rf'(?i:(?:^|[^a-z0-9])(?:{_ID_LABELS})["\']?[ \t]*[:=#][ \t]*["\']?)[0-9.]+'
_BREAKS = r"[\s,;:|=\"'()\[\]{}<>#@!*/\\&^]"
_NUMBER = r"(\d{19}|\d{16}|\d{13}|\d{10})(?:\.(\d{0,9}))?"
_ALONE = rf" {_NUMBER} "


class Found(NamedTuple):
    """Times found in some texts, each of shape (n,)."""

    ms: Ints
    """Milliseconds since 1970 UTC; `NO_TIME` where there is none."""
    bad: Bools
    """Whether the text has a time that is not understood whole."""
    half_day: Bools
    """Whether the time says AM or PM."""
    zoned: Bools
    """Whether it names a zone."""


def calendar_times(text: pl.Series, order: str | None) -> Found:
    """The first date with a time of day in each text.

    Parameters
    ----------
    text : polars.Series
        What stands before or behind a sentence, shape (n,).
    order : str or None
        Order of dates in numbers with the year last, one of `stsdetect.decode.times.time_text.DATE_ORDERS`;
        None where it is not known, so that such dates are not understood.

    Returns
    -------
    Found

    Examples
    --------
    >>> texts = pl.Series(["2023-11-14-22:13:20.5 host ais: ", "14.11.2023 10:13:20 PM MSK|"])
    >>> calendar_times(texts, "day_first").ms.tolist()
    [1700000000500, 1699989200000]
    >>> calendar_times(pl.Series(["2023-11-14 22:13:20 CST "]), None).bad.tolist()
    [True]
    """
    if not text.str.contains(_MAYBE_CALENDAR).any():
        return no_times(len(text))
    found = _parts(text, _DATE_TIME)
    for pattern in (_DIGITS_14, _TIME_DATE, _MINUTES):
        left = found["date"].is_null()
        if not left.any():
            break
        found = _filled(found, left, _parts(text.filter(left), pattern))
    present = found["date"].is_not_null()
    left = ~present
    year_last = pl.Series("t", [None], dtype=pl.String).new_from_index(0, len(text))
    like = np.zeros(len(text), bool)
    if left.any():
        rest = text.filter(left)
        year_last = year_last.scatter(left.arg_true(), _with_year_last(rest))
        like[left.to_numpy()] = rest.str.contains(_TIME_LIKE).fill_null(value=False).to_numpy()
    written, whole = _as_written(found)
    read = read_texts(written.zip_with(present, year_last), order or "iso")
    ms = read.ms.set(~(whole | left), None)
    unread = ms.is_null().to_numpy()
    return Found(
        ms.fill_null(NO_TIME).to_numpy(),
        (present.to_numpy() & unread) | (like & unread),
        read.half_day.to_numpy(),
        read.zoned.to_numpy(),
    )


def labelled_times(text: pl.Series, order: str | None) -> Found:
    """The time behind a word such as ``timestamp:`` or ``rxtime=`` in each text.

    Examples
    --------
    >>> texts = pl.Series([" ( MSG: 1, timestamp: 20231114221320)", "ts=1700000000 id=1612345001"])
    >>> labelled_times(texts, None).ms.tolist()
    [1700000000000, 1700000000000]
    """
    if not text.str.contains("[:=]").any():
        return no_times(len(text))
    number, fraction = _groups(text, _LABELLED + _NUMBER + r"(?:[^0-9A-Za-z.+-]|$)")
    ms = _unix(number, fraction)
    left = number.is_null()
    found = no_times(len(text))
    if left.any() and (behind := text.filter(left).str.extract(_LABELLED + r"(.*)$")).is_not_null().any():
        at = left.arg_true().to_numpy()
        read = calendar_times(behind.fill_null(""), order)
        for whole, part in zip(found, read, strict=True):
            whole[at] = part
    return found._replace(ms=np.where(left.to_numpy(), found.ms, ms))


def number_times(text: pl.Series) -> list[Ints]:
    """Unix times among the first numbers in each text that stand alone and have as many digits as one.

    Returns
    -------
    list of numpy.ndarray
        `N_NUMBERS` arrays of shape (n,) [ms]; `NO_TIME` where a text has fewer such numbers.

    Examples
    --------
    >>> first, second, _ = number_times(pl.Series(["1612345001,1700000000.25,", "id=1612345001 "]))
    >>> first[0].item(), second[0].item(), (first == NO_TIME).tolist()
    (1612345001000, 1700000000250, [False, True])
    """
    alone = " " + text.str.replace_all(_IDENTIFIER, " ").str.replace_all(_BREAKS, "  ") + " "
    out: list[Ints] = []
    for _ in range(N_NUMBERS):
        number, fraction = _groups(alone, _ALONE)
        if not out or number.is_not_null().any():
            out.append(_unix(number, fraction))
            alone = alone.str.replace(_ALONE, "  ")
        else:
            out.append(np.full(len(text), NO_TIME))
    return out


def no_times(n: int) -> Found:
    """No time in `n` texts."""
    return Found(np.full(n, NO_TIME), *(np.zeros(n, bool) for _ in range(3)))


def _groups(text: pl.Series, pattern: str) -> list[pl.Series]:
    return text.str.extract_groups(pattern).struct.unnest().get_columns()


def _unix(number: pl.Series, fraction: pl.Series) -> Ints:
    """Milliseconds of Unix times of any unit; decimals count for seconds only."""
    value = number.cast(pl.Int64, strict=False)
    ms = unix_ms(value.fill_null(0).to_numpy())
    if fraction.is_not_null().any():
        milli = fraction.fill_null("0").str.head(3).str.pad_end(3, "0").cast(pl.Int64).to_numpy()
        ms = ms + np.where(number.str.len_bytes().fill_null(0).to_numpy() == 10, milli, 0)
    return np.where(value.is_null().to_numpy(), NO_TIME, ms)


def _parts(text: pl.Series, pattern: str) -> pl.DataFrame:
    return text.str.extract_groups(pattern).struct.unnest().select("date", "clock", "tail")


def _filled(found: pl.DataFrame, left: pl.Series, more: pl.DataFrame) -> pl.DataFrame:
    if not more["date"].is_not_null().any():
        return found
    at = left.arg_true()
    return pl.DataFrame([found[name].clone().scatter(at, more[name]) for name in found.columns])


def _as_written(found: pl.DataFrame) -> tuple[pl.Series, pl.Series]:
    """Date, time of day, AM or PM and zone for `read_texts`, and whether nothing else is glued on."""
    clock, tail = found["clock"], found["tail"].fill_null("")
    comma = tail.str.extract(_COMMA_FRACTION)
    if comma.is_not_null().any():
        tail = tail.zip_with(comma.is_null(), tail.str.replace(r"^,\d+", ""))
        clock = clock + comma.fill_null("").str.replace(",", ".", literal=True)
    odd = clock.str.contains(r"[:.]$|^\d\d?\.|:\d\d:\d\d:").fill_null(value=False)
    if odd.any():
        plain = (
            clock.str.strip_chars_end(":.")
            .str.replace(r"^(\d\d?)\.(\d\d)\.(\d\d)", "${1}:${2}:${3}")
            .str.replace(r"^(\d\d?:\d\d:\d\d):(\d{1,3})$", "${1}.${2}")
        )
        clock = plain.zip_with(odd, clock)
    written = found["date"].str.strip_chars_end(".") + " " + clock
    glued = tail.str.contains(r"^[0-9A-Za-z+(\[-]|^[ \t]+[0-9A-Za-z+(\[-]")
    if not glued.any():
        return written, pl.Series([True]).new_from_index(0, len(written))
    half = tail.str.extract(_HALF)
    if half.is_not_null().any():
        written = written + (" " + half).fill_null("")
        tail = tail.zip_with(half.is_null(), tail.str.replace(r"^[ \t]*[AaPp]\.?[ ]?[Mm]\.?", ""))
    groups = tail.str.extract_groups(_ZONE).struct.unnest()
    loose, attached, bare = (groups[name] for name in groups.columns)
    zone = pl.select(pl.coalesce(loose, attached)).to_series()
    kind = {text: _zone_kind(text) for text in zone.unique().drop_nulls().to_list()}
    kinds = zone.replace_strict(kind, default=None, return_dtype=pl.String)
    is_zone = (kinds == "zone").fill_null(value=False)
    written = written + (" " + zone.str.strip_chars()).set(~is_zone, "").fill_null("")
    # A word glued to the digits that is not a zone makes them something else than a time of day.
    attached_word = tail.str.contains(r"^[0-9A-Za-z+]") & ~is_zone
    understood = ~attached_word & ~(kinds == "unknown").fill_null(value=False) & bare.is_null()
    return written, understood


def _zone_kind(text: str) -> str:
    """Whether a text behind a time of day is a ``zone``, an ``unknown`` zone, or another ``word``."""
    word = text.strip().strip("()[]").strip()
    if not word:
        return "word"
    if word.isalpha() and len(word) > 1 and not word.isupper() and word.lower() not in ("utc", "gmt"):
        # Names of hosts and programs are in small letters, abbreviations of zones are not.
        return "word"
    if word.lower() in AMBIGUOUS or word.lower() in _OTHER_ZONES:
        return "unknown"
    if word.lower() in OFFSET_MIN or zone_name(text) is not None:
        return "zone"
    if word[0] in "+-":
        return "zone" if offset_min(text) is not None else "word"
    if word[:3].lower() in ("utc", "gmt"):
        return "zone" if offset_min(text) is not None else "unknown"
    return "word"


def _with_year_last(text: pl.Series) -> pl.Series:
    g = text.str.extract_groups(_YEAR_LAST).struct.unnest()
    return g["d"] + " " + g["m"] + " " + g["Y"] + " " + g["clock"] + g["zone"].fill_null("")
