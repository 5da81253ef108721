"""Find the receive time in JSON around a sentence, by the name of its key.

Envelopes are read by pattern, not parsed: a line may hold a cut or nested document, JSON inside a text, or
several sentences. Each key is read whole or not at all, and the first one with a credible time counts.
"""

from __future__ import annotations

import numpy as np
import polars as pl

from stsdetect.arrays import Ints
from stsdetect.decode.nmea.places.text_times import Found, calendar_times, no_times
from stsdetect.decode.times.gregorian import NO_TIME
from stsdetect.decode.times.timestamps import EARLIEST_MS, unix_ms

TIME_KEYS = (
    "rxuxtime", "rxtime", "toa", "rx_time", "rxTime", "received_at", "receivedAt", "received",
    "receive_time", "receiveTime", "recv_time", "recvTime", "reception_time", "receptionTime",
    "timestamp", "@timestamp", "Timestamp", "TimeStamp", "timeStamp", "TIMESTAMP", "time_stamp", "ts",
    "time", "Time", "TIME", "time_utc", "timestamp_utc", "utc", "UTC", "datetime", "dateTime",
    "date_time", "DateTime", "unixtime", "unix_time", "unixTimestamp", "epoch", "msgtime", "date", "t",
)  # fmt: skip
"""Keys that hold the receive time, the best one first."""

_VALUE = (
    r'"[ \t]*:[ \t]*(?:\{[ \t]*"\$[a-zA-Z]+"[ \t]*:[ \t]*)*(?:"([^"\\]{1,64})"|(-?\d[\d.]*(?:[eE][+-]?\d+)?))'
)
_NUMBER = r"^(\d{19}|\d{16}|\d{14}|\d{13}|\d{9,10})(?:\.(\d*))?$"


def json_times(text: pl.Series, *, order: str | None, latest_ms: int) -> Found:
    """The receive time of each line of JSON.

    Parameters
    ----------
    text : polars.Series
        JSON objects, shape (n,).
    order : str or None
        As for `stsdetect.decode.nmea.places.text_times.calendar_times`.
    latest_ms : int
        Later times are not believed [ms].

    Returns
    -------
    Found

    Examples
    --------
    >>> lines = pl.Series(['{"@timestamp":"2023-11-14T22:13:20.000Z"}', '{"a":{"ts":1700000000.5}}'])
    >>> json_times(lines, order=None, latest_ms=1_800_000_000_000).ms.tolist()
    [1700000000000, 1700000000500]
    """
    plain = text.str.replace_all(r'\\+"', '"')
    out = no_times(len(text))
    left = np.arange(len(text))
    for key in TIME_KEYS:
        if not len(left):
            break
        mine = plain.gather(left)
        name = f'"{key}"'
        has = mine.str.contains(name, literal=True).fill_null(value=False).to_numpy()
        if not has.any():
            continue
        at = left[has]
        read = _values(mine.filter(pl.Series(has)), name, order)
        good = (read.ms >= EARLIEST_MS) & (read.ms <= latest_ms)
        for whole, part in zip(out[:1] + out[2:], read[:1] + read[2:], strict=True):
            whole[at[good]] = part[good]
        out.bad[at] |= read.bad
        out.bad[at[good]] = False
        left = left[out.ms[left] == NO_TIME]
    return out


def _values(text: pl.Series, name: str, order: str | None) -> Found:
    quoted, bare = text.str.extract_groups(name[:-1] + _VALUE).struct.unnest().get_columns()
    value = pl.select(pl.coalesce(bare, quoted.str.strip_chars())).to_series()
    whole, fraction = value.str.extract_groups(_NUMBER).struct.unnest().get_columns()
    fourteen = (whole.str.len_bytes() == 14).fill_null(value=False)
    number = whole.set(fourteen, None).cast(pl.Int64, strict=False)
    milli = fraction.fill_null("").str.head(3).str.pad_end(3, "0").cast(pl.Int64).to_numpy()
    seconds = (whole.str.len_bytes().fill_null(0) <= 10).to_numpy()
    found = calendar_times(value.set(number.is_not_null(), None).fill_null(""), order)
    ms: Ints = np.where(
        number.is_null().to_numpy(),
        found.ms,
        unix_ms(number.fill_null(0).to_numpy()) + np.where(seconds, milli, 0),
    )
    # A Unix time needs neither AM or PM nor a zone.
    is_number = number.is_not_null().to_numpy()
    return found._replace(ms=ms, half_day=found.half_day | is_number, zoned=found.zoned | is_number)
